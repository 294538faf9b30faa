//! What makes a method sound beyond its keys: that it holds together. Everything that is wrong is
//! found at once, each with its place.

use std::collections::BTreeMap;

use super::need::{Ask, Content, Counted, Unclear};
use super::place::{Text, known, meant};
use super::{
    ACTION_PLANNING, CHALLENGE, CHECK_IN, Clock, DEEP_DIVE, FieldKind, Method, MethodError,
    Requirement, Shape,
};
use crate::domain::word::{Range, Visibility};

/// The stages that every session has, in their order.
const FOUR: [&str; 4] = [CHECK_IN, DEEP_DIVE, CHALLENGE, ACTION_PLANNING];

/// What names the end of a session, and so no stage.
const END: &str = "end";

impl Method {
    /// Reads a method that somebody wrote.
    ///
    /// # Errors
    /// All that is wrong in it, in the order of its lines.
    pub(crate) fn parse(text: &str) -> Result<Self, MethodError> {
        let mut read = Text::read(text).map_err(|finding| MethodError::new(vec![finding]))?;
        // A key that is none hides nothing else that is wrong.
        let method = match read.findings.is_empty() {
            true => Self::stored(text),
            false => Self::stored(&known(text)),
        };
        match method {
            Ok(method) => {
                method.lint(&mut read);
                match read.findings.is_empty() {
                    true => Ok(method),
                    false => Err(MethodError::new(read.findings)),
                }
            }
            Err(error) if read.findings.is_empty() => Err(error),
            Err(_) => Err(MethodError::new(read.findings)),
        }
    }

    fn lint(&self, text: &mut Text<'_>) {
        self.lint_frame(text);
        self.lint_stages(text);
        self.lint_phases(text);
        self.lint_worksheets(text);
        self.lint_papers(text);
        let ids: [(&str, Vec<&str>); 4] = [
            ("phase", self.phases.iter().map(|each| each.id.as_str()).collect()),
            ("worksheet", self.worksheets.iter().map(|each| each.id.as_str()).collect()),
            ("review", self.reviews.iter().map(|each| word(each.id)).collect()),
            ("paper", self.papers.iter().map(|each| each.id.as_str()).collect()),
        ];
        for (table, ids) in &ids {
            twice(text, &[table], ids);
        }
        for (at, review) in self.reviews.iter().enumerate() {
            if review.prompts.is_empty() {
                text.say(
                    &["review", &at.to_string(), "prompts"],
                    "a review asks at least one question",
                );
            }
        }
        for (table, at, key, requirements) in self.requirements() {
            for (which, requirement) in requirements.iter().enumerate() {
                let path = [table, &at.to_string(), key, &which.to_string()];
                match requirement.ask(self) {
                    Err(unclear) => {
                        let near = near(&unclear);
                        text.say(&path, format!("‘{}’: {unclear}{near}", requirement.0));
                    }
                    Ok(ask) => {
                        if let Some(why) = self.never(&ask) {
                            text.say(&path, format!("‘{}’: {why}", requirement.0));
                        }
                    }
                }
            }
        }
        self.lint_circles(text);
    }

    /// A frame in which the sessions cannot fill the weeks: every engagement would be warned of.
    fn lint_frame(&self, text: &mut Text<'_>) {
        let frame = &self.frame;
        let widest = self.phases.iter().filter_map(|phase| phase.cadence_days);
        let widest = widest.chain(frame.cadence_days).map(|days| days.high).max();
        if let (Some(sessions), Some(weeks), Some(days), Some(_)) =
            (frame.sessions, frame.weeks, widest, frame.cadence_days)
        {
            let reach = sessions.high.saturating_sub(1).saturating_mul(days) / 7 + 1;
            if reach < weeks.low {
                let (most, least) = (sessions.high, weeks.low);
                text.say(
                    &["frame", "weeks"],
                    format!("{most} sessions, one every {days} days, end in week {reach}: they cannot fill {least} weeks"),
                );
            }
        }
    }

    /// Why what is asked for can never be there by this method, if it cannot.
    fn never(&self, ask: &Ask) -> Option<String> {
        let more_than = |least: u32, most: Option<Range>, what: &str| {
            let most = most.filter(|most| least > most.high)?.high;
            Some(format!("the frame has {most} {what} at most"))
        };
        match ask {
            Ask::Count(Counted::Goals, least) => more_than(*least, self.frame.goals, "goals"),
            Ask::Count(Counted::Sessions, least) => {
                more_than(*least, self.frame.sessions, "sessions")
            }
            Ask::Count(Counted::BuyIn, least) if *least > 10 => {
                Some("a buy-in is 10 at most".to_owned())
            }
            Ask::Worksheet(id, Content::Rows(rows)) if *rows > 1 => {
                let form = self.worksheet(id).filter(|sheet| sheet.shape == Shape::Form)?;
                let id = &form.id;
                Some(format!(
                    "‘{id}’ is a form, which has no rows; ask for ‘{id}’, or give it shape = \"rows\""
                ))
            }
            _ => None,
        }
    }

    fn lint_stages(&self, text: &mut Text<'_>) {
        let ids: Vec<&str> = self.stages.iter().map(|stage| stage.id.as_str()).collect();
        twice(text, &["stage"], &ids);
        let mut last = None;
        for id in FOUR {
            match ids.iter().position(|other| *other == id) {
                None => {
                    let others: Vec<&str> =
                        ids.iter().copied().filter(|id| !FOUR.contains(id)).collect();
                    let meant =
                        others.iter().find(|other| strsim::damerau_levenshtein(id, other) <= 2);
                    let meant =
                        meant.map_or_else(String::new, |it| format!("; is ‘{it}’ meant to be it?"));
                    text.say(&["stage"], format!("every method has the stage ‘{id}’{meant}"));
                }
                Some(at) if last.is_some_and(|last| at < last) => {
                    let order = FOUR.join(", ");
                    text.say(
                        &["stage", &at.to_string(), "id"],
                        format!("‘{id}’ stands too early; the four come in this order: {order}"),
                    );
                }
                Some(at) => last = Some(at),
            }
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let at = at.to_string();
            if stage.id == END {
                text.say(
                    &["stage", &at, "id"],
                    "‘end’ names the end of a session; choose another id",
                );
            }
            if stage.prompts.is_empty() {
                text.say(&["stage", &at, "prompts"], "a stage asks at least one question");
            }
        }
    }

    fn lint_phases(&self, text: &mut Text<'_>) {
        let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
        for (at, phase) in self.phases.iter().enumerate() {
            let index = at.to_string();
            let path = |key| ["phase", index.as_str(), key];
            let clock = word(phase.clock);
            let ranges = [
                ("weeks", Clock::Weeks, phase.weeks),
                ("sessions", Clock::Sessions, phase.sessions),
            ];
            for (key, of, range) in ranges {
                match range {
                    None if phase.clock == of => {
                        text.say(
                            &path("clock"),
                            format!("the clock {key} needs ‘{key}’, such as {key} = [1, 3]"),
                        );
                    }
                    Some(_) if phase.clock != of => {
                        text.say(
                            &path(key),
                            format!(
                                "‘{key}’ is for the clock {key}; this phase has the clock {clock}"
                            ),
                        );
                    }
                    Some(range) => {
                        row_on(text, &path(key), key, range, &mut ends);
                        let most = match of {
                            Clock::Weeks => self.frame.weeks,
                            _ => self.frame.sessions,
                        };
                        if let Some(Range { high, .. }) = most.filter(|most| range.high > most.high)
                        {
                            text.say(
                                &path(key),
                                format!(
                                    "the frame has {high} {key} at most; this phase goes on to {}",
                                    range.high
                                ),
                            );
                        }
                    }
                    None => {}
                }
            }
            match (phase.clock, phase.begins.is_empty()) {
                (Clock::Event, true) if at > 0 => {
                    text.say(&path("clock"), "a phase with the clock event needs ‘begins’: what must have happened; only the first one begins with the engagement");
                }
                (Clock::Weeks | Clock::Sessions, false) => {
                    text.say(
                        &path("begins"),
                        format!(
                            "‘begins’ is for the clock event; this phase has the clock {clock}"
                        ),
                    );
                }
                _ => {}
            }
        }
    }

    fn lint_worksheets(&self, text: &mut Text<'_>) {
        for (at, sheet) in self.worksheets.iter().enumerate() {
            let index = at.to_string();
            let path = |key| ["worksheet", index.as_str(), key];
            if sheet.fields.is_empty() {
                text.say(&path("field"), "a worksheet has at least one [[worksheet.field]]");
            }
            match sheet.shape {
                Shape::Rows if sheet.row.is_empty() => {
                    text.say(
                        &path("shape"),
                        "a worksheet of rows says what one is called, such as row = \"gap\"",
                    );
                }
                Shape::Form if !sheet.row.is_empty() => {
                    text.say(
                        &path("row"),
                        "a form has no rows; say shape = \"rows\", or take ‘row’ out",
                    );
                }
                Shape::Form if !sheet.used.is_empty() => {
                    text.say(&path("used"), "a form has no rows that could be used; say shape = \"rows\", or take ‘used’ out");
                }
                _ => {}
            }
            let ids: Vec<&str> = sheet.fields.iter().map(|field| field.id.as_str()).collect();
            twice(text, &["worksheet", &index, "field"], &ids);
            let mut day = false;
            for (which, field) in sheet.fields.iter().enumerate() {
                let which = which.to_string();
                let path = |key| ["worksheet", index.as_str(), "field", which.as_str(), key];
                match field.kind {
                    FieldKind::Choice if field.choices.is_empty() => {
                        text.say(
                            &path("kind"),
                            "a choice needs ‘choices’, such as [\"high\", \"low\"]",
                        );
                    }
                    FieldKind::Day if day => {
                        text.say(&path("kind"), "a worksheet has one day at most: that of its row");
                    }
                    FieldKind::Day => day = true,
                    _ => {}
                }
                if field.kind != FieldKind::Choice && !field.choices.is_empty() {
                    text.say(&path("choices"), "‘choices’ is for the kind choice");
                }
                if field.kind != FieldKind::Number && field.range.is_some() {
                    text.say(&path("range"), "‘range’ is for the kind number");
                }
                let choices: Vec<&str> = field.choices.iter().map(String::as_str).collect();
                for (nth, choice) in choices.iter().enumerate() {
                    if choices[..nth].contains(choice) {
                        let nth = nth.to_string();
                        let path = ["worksheet", &index, "field", &which, "choices", &nth];
                        text.say(&path, format!("‘{choice}’ stands there twice"));
                    }
                }
            }
        }
    }

    fn lint_papers(&self, text: &mut Text<'_>) {
        let sheets: Vec<&str> = self.worksheets.iter().map(|sheet| sheet.id.as_str()).collect();
        for (at, paper) in self.papers.iter().enumerate() {
            let at = at.to_string();
            for (which, named) in paper.worksheets.iter().enumerate() {
                let which = which.to_string();
                let path = ["paper", at.as_str(), "worksheets", &which];
                match self.worksheet(named) {
                    None => {
                        let meant = meant(named, &sheets);
                        text.say(&path, format!("there is no worksheet ‘{named}’{meant}"));
                    }
                    Some(sheet) if sheet.visibility == Visibility::Private => {
                        text.say(&path, kept_out(named));
                    }
                    Some(_) => {}
                }
            }
            let Some(reassess) = &paper.reassess else {
                if paper.reassess_to.is_some() {
                    let path = ["paper", at.as_str(), "reassess_to"];
                    text.say(&path, "‘reassess_to’ says nothing without ‘reassess’");
                }
                continue;
            };
            let path = ["paper", at.as_str(), "reassess"];
            let Some((sheet, field)) = reassess.split_once('.') else {
                text.say(
                    &path,
                    "‘reassess’ names a number as worksheet.field, such as \"gap-map.severity\"",
                );
                continue;
            };
            let Some(sheet) = self.worksheets.iter().find(|each| each.id == sheet) else {
                text.say(
                    &path,
                    format!("there is no worksheet ‘{sheet}’{}", meant(sheet, &sheets)),
                );
                continue;
            };
            if !paper.worksheets.contains(&sheet.id) {
                let id = &sheet.id;
                text.say(
                    &path,
                    format!("the paper does not quote ‘{id}’; add it to its ‘worksheets’"),
                );
            } else if sheet.visibility == Visibility::Private {
                text.say(&path, kept_out(&sheet.id));
            }
            match sheet.fields.iter().find(|each| each.id == field) {
                None => {
                    let fields: Vec<&str> =
                        sheet.fields.iter().map(|each| each.id.as_str()).collect();
                    let (id, meant) = (&sheet.id, meant(field, &fields));
                    text.say(&path, format!("the worksheet ‘{id}’ has no field ‘{field}’{meant}"));
                }
                Some(field) if field.kind != FieldKind::Number => {
                    text.say(&path, format!("‘{}’ is no number: it cannot be compared", field.id));
                }
                Some(field) => {
                    let outside = field.range.zip(paper.reassess_to);
                    let outside = outside.filter(|(range, to)| *to < range.low || *to > range.high);
                    if let Some((range, to)) = outside {
                        let path = ["paper", at.as_str(), "reassess_to"];
                        let id = &field.id;
                        text.say(&path, format!("‘{id}’ is {range}: it never comes to {to}"));
                    }
                }
            }
        }
    }

    /// Every list of requirements: its table, the place in it, its key.
    fn requirements(&self) -> Vec<(&'static str, usize, &'static str, &[Requirement])> {
        let mut all = Vec::new();
        for (at, phase) in self.phases.iter().enumerate() {
            all.push(("phase", at, "begins", &phase.begins[..]));
            all.push(("phase", at, "requires", &phase.requires[..]));
        }
        for (at, sheet) in self.worksheets.iter().enumerate() {
            all.push(("worksheet", at, "requires", &sheet.requires[..]));
        }
        for (at, review) in self.reviews.iter().enumerate() {
            all.push(("review", at, "requires", &review.requires[..]));
        }
        for (at, paper) in self.papers.iter().enumerate() {
            all.push(("paper", at, "requires", &paper.requires[..]));
        }
        all
    }

    /// Things that require each other in a circle: none of them could ever be begun.
    fn lint_circles(&self, text: &mut Text<'_>) {
        let mut needs: BTreeMap<String, (Vec<String>, &'static str, usize)> = BTreeMap::new();
        for (table, at, key, requirements) in self.requirements() {
            if key != "requires" {
                continue;
            }
            let id = match table {
                "phase" => &self.phases[at].id,
                "worksheet" => &self.worksheets[at].id,
                "paper" => &self.papers[at].id,
                _ => word(self.reviews[at].id),
            };
            let asked = requirements.iter().filter_map(|each| each.ask(self).ok());
            let asked = asked.filter_map(|ask| match ask {
                Ask::Worksheet(id, _) => Some(format!("worksheet/{id}")),
                Ask::Paper(id) => Some(format!("paper/{id}")),
                Ask::Review(kind) => Some(format!("review/{kind}")),
                Ask::Phase(id) => Some(format!("phase/{id}")),
                _ => None,
            });
            needs.insert(format!("{table}/{id}"), (asked.collect(), table, at));
        }
        let mut told: Vec<Vec<String>> = Vec::new();
        for start in needs.keys() {
            let Some(circle) = circle(&needs, start) else { continue };
            let mut members = circle.clone();
            members.sort();
            if told.contains(&members) {
                continue;
            }
            told.push(members);
            let (_, table, at) = &needs[start];
            let path = [*table, &at.to_string(), "requires"];
            text.say(
                &path,
                format!("these require each other in a circle: {} → {start}", circle.join(" → ")),
            );
        }
    }
}

/// What is said of a private worksheet that a paper names.
fn kept_out(sheet: &str) -> String {
    format!(
        "‘{sheet}’ is private, and no paper quotes what is; give it visibility = \"shared\", or leave it out"
    )
}

/// The shortest way from `start` back to itself.
fn circle(
    needs: &BTreeMap<String, (Vec<String>, &'static str, usize)>,
    start: &str,
) -> Option<Vec<String>> {
    let mut ways: Vec<Vec<String>> = vec![vec![start.to_owned()]];
    let mut seen: Vec<String> = Vec::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let Some((next, ..)) = way.last().and_then(|last| needs.get(last)) else { continue };
            for each in next {
                if each == start {
                    return Some(way);
                }
                if !seen.contains(each) {
                    seen.push(each.clone());
                    longer.push(way.iter().cloned().chain([each.clone()]).collect());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Holds a range to the one before it: the weeks, and the sessions, of an engagement stand in a row.
fn row_on(
    text: &mut Text<'_>,
    path: &[&str],
    key: &'static str,
    range: Range,
    ends: &mut BTreeMap<&'static str, u32>,
) {
    let last = ends.insert(key, range.high).unwrap_or(0);
    let next = last + 1;
    let one = key.trim_end_matches('s');
    if range.low < next {
        let before = match last {
            1 => format!("{one} 1 belongs"),
            _ => format!("{key} up to {last} belong"),
        };
        text.say(path, format!("{before} to the phase before; this one begins with {next}"));
    } else if range.low > next {
        let gap = Range { low: next, high: range.low - 1 };
        let gap = match gap.low == gap.high {
            true => format!("{one} {next} belongs"),
            false => format!("{key} {gap} belong"),
        };
        text.say(path, format!("{gap} to no phase; this one begins with {next}"));
    }
}

/// Says which ids stand there twice.
fn twice(text: &mut Text<'_>, table: &[&str], ids: &[&str]) {
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            let at = at.to_string();
            let path: Vec<&str> = table.iter().copied().chain([at.as_str(), "id"]).collect();
            let what = table.last().unwrap_or(&"");
            text.say(&path, format!("there is a {what} ‘{id}’ already"));
        }
    }
}

/// What may have been meant by a requirement that names nothing.
fn near(unclear: &Unclear) -> String {
    match unclear {
        Unclear::Unknown { given, known } => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            match super::place::near(given, known.iter().copied()) {
                Some(near) => format!("; did you mean ‘{near}’?"),
                None => String::new(),
            }
        }
        _ => String::new(),
    }
}

fn word(of: impl crate::domain::word::Word) -> &'static str {
    of.word()
}

#[cfg(test)]
mod tests;
