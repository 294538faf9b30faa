//! `coach demo`: a newcomer's first minute, on a sample practice that touches nobody's journal.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use super::{due, recap};
use crate::domain::action::{ActionOwner, ActionStatus};
use crate::domain::discretion::{About, Concerns};
use crate::domain::session::SessionStatus;
use crate::platform::output::Format;
use crate::platform::table::{draw, wrap};
use crate::store::action::ActionFilter;
use crate::store::session::SessionFilter;
use crate::vault;

mod practice;

/// Arguments of `demo`.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Where to put it; a folder of its own beside your journal unless you say another
    dir: Option<PathBuf>,
}

/// What the demo holds.
#[derive(Serialize)]
struct Answer {
    journal: String,
    key: Option<String>,
    engagements: usize,
    sessions: usize,
}

impl Concerns for Answer {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for Demo {
    const NAME: &'static str = "demo";
    const TAKES: Takes = Takes::WRITE.at_once().without_journal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let dir = self.dir.unwrap_or_else(|| context.around.data_dir.join("demo"));
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        let path = dir.join("journal.coach");
        let ring = context.key_ring();
        let (mut journal, key) = if path.exists() {
            let opened = context.vault().open(&path, context.clock, false)?;
            let begun = opened.journal.read(|r| Ok::<_, Failure>(r.first_command()?))?;
            if begun.as_deref() != Some(Self::NAME) {
                let dir = dir.display();
                return Err(Failure::refused(format!(
                    "the journal in {dir} is no sample practice"
                ))
                .hint("name another folder: coach demo DIR"));
            }
            let there = "The sample practice is there already; delete its folder to begin anew.";
            context.out.status(there);
            (opened.journal, opened.key)
        } else {
            let made = vault::create(&path, &ring, false, context.clock, |_| Ok(()))?;
            let mut journal = made.journal;
            practice::fill(&mut journal)?;
            context.committed();
            (journal, made.key)
        };
        let (tour, engagements, sessions) = tour(&mut journal, context, &path)?;
        match context.out.format {
            Format::Table => context.text(&About::Nobody, &tour),
            _ => {
                let answer = Answer {
                    journal: path.display().to_string(),
                    key: key.map(|(_, file)| file.display().to_string()),
                    engagements,
                    sessions,
                };
                context.record(&answer, |_| Default::default())
            }
        }
    }
}

/// What is due, one recap, and what to type next.
fn tour(
    journal: &mut crate::store::Journal,
    context: &Context,
    path: &std::path::Path,
) -> Result<(String, usize, usize), Failure> {
    let (engagements, sessions, open, last) = journal.read(|r| {
        let engagements = r.list_engagements(None, false)?;
        let sessions = r.list_sessions(&SessionFilter::default())?;
        let open = r.list_actions(&ActionFilter {
            status: Some(ActionStatus::Open),
            ..ActionFilter::default()
        })?;
        let held = SessionFilter { status: Some(SessionStatus::Held), ..SessionFilter::default() };
        let last = r.list_sessions(&held)?.pop();
        let last =
            last.map(|last| r.for_coachee().recap(&last).map(|recap| (last, recap))).transpose()?;
        Ok::<_, Failure>((engagements, sessions, open, last))
    })?;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "A sample practice: {} engagements, {} sessions. Everybody in it is invented.\n\nWhat is due  (coach due)\n",
        engagements.len(),
        sessions.len()
    );
    for line in draw(due::DUE, &open, |_| None, context.out.plain_style(2)).lines() {
        let _ = writeln!(text, "  {line}");
    }
    if let Some((session, recap)) = &last {
        let _ = writeln!(
            text,
            "\nWhat {} may see of the last session; your private notes stay out  (coach recap {})\n",
            recap.coachee_names.join(", "),
            session.reference
        );
        let width = context.out.plain_style(4).width;
        for line in recap::composed(recap, false).lines().flat_map(|line| wrap(line, width)) {
            let _ = writeln!(text, "{}", format!("  │ {line}").trim_end());
        }
    }
    let _ = writeln!(text, "\nTry it yourself; nothing here touches a journal of your own\n");
    if let Some(program) = &context.around.program_off_path {
        let _ = writeln!(text, "  alias coach='{}'", program.display());
    }
    let _ = writeln!(text, "  export COACH_JOURNAL='{}'", path.display());
    let promised = open.iter().find(|action| {
        action.engagement.as_str() == "lindero-ceo" && action.owner == ActionOwner::Coachee
    });
    let done =
        promised.map_or_else(String::new, |action| format!(" --partly {}", action.reference));
    for (command, what) in [
        ("coach engagement list", "who you work with"),
        ("coach session start lindero-ceo", "the call begins"),
        (&format!("coach check-in{done}"), "how did it go?"),
        ("coach deep-dive -", "type what you hear; Ctrl-D ends it"),
        ("coach plan Ask the team before deciding --due fri", "a commitment with its day"),
        ("coach session end", "and then: coach recap -e lindero-ceo"),
        ("coach undo", "every step can be taken back"),
    ] {
        let _ = writeln!(text, "  {command:51}  {what}");
    }
    let _ = writeln!(text, "\nYour own journal: unset COACH_JOURNAL, then coach init");
    Ok((text, engagements.len(), sessions.len()))
}
