//! A method on a page: its frame, phases, stages and what it has people write down.

use super::Shown;
use crate::domain::method::{Clock, FieldDef, FieldKind, Method, Requirement, Shape};
use crate::domain::word::{Range, Visibility, Word};
use crate::platform::output::Page;
use crate::platform::table::Tone;

/// The page of a method.
pub(super) fn drawn(shown: &Shown) -> Page {
    let method = &shown.method;
    let mut page =
        Page::new(shown.whose.clone(), format!("{}  {}", method.id, method.spoken())).wrapped();
    if !method.about.is_empty() {
        page.line(&method.about);
    }
    page.line(match shown.from.as_str() {
        "shipped" => "It comes with the program.".to_owned(),
        "own" => "It is your own.".to_owned(),
        engagement => format!("The copy that {engagement} keeps."),
    });
    add_frame(&mut page, method);
    if !method.phases.is_empty() {
        page.head("Phases");
    }
    for phase in &method.phases {
        let when = match phase.clock {
            Clock::Weeks => phase.weeks.map(|weeks| format!("weeks {weeks}")),
            Clock::Sessions => phase.sessions.map(|sessions| format!("sessions {sessions}")),
            Clock::Event if phase.begins.is_empty() => Some("from the start".to_owned()),
            Clock::Event => Some(format!("after {}", listed(&phase.begins))),
        };
        let cadence = phase.cadence_days.map(|days| format!("every {days} days"));
        let facts: Vec<String> = [when, cadence].into_iter().flatten().collect();
        page.item(&format!("{}  {}", phase.id, phase.title), &facts.join(", "), Tone::Plain);
        about(&mut page, &phase.about);
        needs(&mut page, &phase.requires);
    }
    page.head("Stages of a session");
    for stage in &method.stages {
        let shows: Vec<&str> = stage.shows.iter().map(|each| each.word()).collect();
        let shows =
            if shows.is_empty() { String::new() } else { format!("shows {}", shows.join(", ")) };
        page.item(&format!("{}  {}", stage.id, stage.title), &shows, Tone::Plain);
        for prompt in &stage.prompts {
            page.quiet(&format!("  {prompt}"));
        }
    }
    if !method.worksheets.is_empty() {
        page.head("Worksheets");
    }
    for sheet in &method.worksheets {
        let shape = match sheet.shape {
            Shape::Form => "a form".to_owned(),
            Shape::Rows => format!("a row for each {}", sheet.row),
        };
        let seen = match sheet.visibility {
            Visibility::Private => "yours alone",
            Visibility::Shared => "shared",
        };
        let used = match &*sheet.used {
            "" => String::new(),
            used => format!(", uses logged as {used}"),
        };
        page.item(
            &format!("{}  {}", sheet.id, sheet.title),
            &format!("{shape}, {seen}{used}"),
            Tone::Plain,
        );
        about(&mut page, &sheet.about);
        let fields: Vec<String> = sheet.fields.iter().map(field).collect();
        page.quiet(&format!("  {}", fields.join(", ")));
        needs(&mut page, &sheet.requires);
    }
    if !method.reviews.is_empty() {
        page.head("Reviews");
    }
    for review in &method.reviews {
        page.item(&format!("{}  {}", review.id, review.title), "", Tone::Plain);
        for prompt in &review.prompts {
            page.quiet(&format!("  {prompt}"));
        }
        needs(&mut page, &review.requires);
    }
    if !method.papers.is_empty() {
        page.head("Papers");
    }
    for paper in &method.papers {
        let of = match &paper.worksheets[..] {
            [] => String::new(),
            sheets => format!("with {}", sheets.join(", ")),
        };
        page.item(&format!("{}  {}", paper.id, paper.title), &of, Tone::Plain);
        about(&mut page, &paper.about);
        if let Some(number) = &paper.reassess {
            page.quiet(&format!("  assessed again by {number}"));
        }
        if !paper.propose_to.is_empty() {
            let to: Vec<&str> = paper.propose_to.iter().map(|each| each.word()).collect();
            page.quiet(&format!("  proposed to the {}", to.join(", ")));
        }
        needs(&mut page, &paper.requires);
    }
    if !method.follow_ups.is_empty() {
        page.head("Afterwards");
    }
    for follow_up in &method.follow_ups {
        let when = format!("{} weeks after the last session", follow_up.weeks_after);
        page.item(&follow_up.title, &when, Tone::Plain);
    }
    page
}

fn add_frame(page: &mut Page, method: &Method) {
    let frame = &method.frame;
    let said = |range: Option<Range>, word: &str| range.map(|range| format!("{range} {word}"));
    let all = [
        said(frame.sessions, "sessions"),
        said(frame.minutes, "minutes"),
        frame.cadence_days.map(|days| format!("every {days} days")),
        frame.weeks.map(|weeks| format!("over {weeks} weeks")),
        said(frame.goals, "goals"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    page.line(if all.is_empty() {
        "No limits.".to_owned()
    } else {
        format!("Frame: {}", all.join(", "))
    });
    if !frame.focus.is_empty() {
        page.line(format!("Focus: {}", frame.focus.join(", ")));
    }
}

fn about(page: &mut Page, about: &str) {
    if !about.is_empty() {
        page.quiet(&format!("  {about}"));
    }
}

fn needs(page: &mut Page, requires: &[Requirement]) {
    if !requires.is_empty() {
        page.quiet(&format!("  needs {}", listed(requires)));
    }
}

fn listed(requirements: &[Requirement]) -> String {
    requirements.iter().map(|each| each.0.as_str()).collect::<Vec<_>>().join(", ")
}

fn field(field: &FieldDef) -> String {
    match (field.kind, field.range) {
        (FieldKind::Text, _) => field.id.clone(),
        (FieldKind::Number, Some(range)) => format!("{} ({range})", field.id),
        (FieldKind::Choice, _) => format!("{} ({})", field.id, field.choices.join("/")),
        (kind, _) => format!("{} ({kind})", field.id),
    }
}
