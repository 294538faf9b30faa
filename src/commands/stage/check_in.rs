//! `coach check-in`: how did the commitments go since last time?

use std::collections::BTreeSet;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::super::args::{Words, handle, when};
use super::super::context::{Context, Leaf, Spoken, Takes};
use super::super::failure::Failure;
use super::place::{self, Between, Target};
use super::walk::{self, Usual};
use super::{Capture, NoteSaid, note_card};
use crate::domain::action::{Action, ActionStatus, OutcomeKind};
use crate::domain::discretion::{About, Concerns};
use crate::domain::id::{EngagementId, Handle, Ref};
use crate::domain::method::CHECK_IN;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Note, NoteKind};
use crate::domain::text::{MAX_BYTES, Prose};
use crate::domain::time::{Day, When};
use crate::domain::word::{Visibility, Word};
use crate::platform::output::Card;
use crate::store::Writer;
use crate::store::action::ActionFilter;
use crate::store::session::NewNote;

/// Arguments of `check-in`.
#[derive(Args, Debug)]
pub(crate) struct CheckIn {
    #[command(flatten)]
    capture: Capture,
    /// This action is done (can be repeated)
    #[arg(long, value_name = "REF", value_parser = handle)]
    done: Vec<Handle>,
    /// This action went partly; it stays open (can be repeated)
    #[arg(long, value_name = "REF", value_parser = handle)]
    partly: Vec<Handle>,
    /// This action was missed; it stays open (can be repeated)
    #[arg(long, value_name = "REF", value_parser = handle)]
    missed: Vec<Handle>,
    /// This action is dropped (can be repeated)
    #[arg(long, value_name = "REF", value_parser = handle)]
    drop: Vec<Handle>,
    /// What the coachee made of it; goes with exactly one action. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    reflection: Option<Words>,
    /// By which day it is due now; goes with exactly one action that stays open
    #[arg(long, value_name = "WHEN", value_parser = when)]
    due: Option<When>,
    /// Read outcomes as JSON lines from stdin: {"action":"A4","outcome":"partly","reflection":"…"}
    #[arg(long, value_name = "-", value_parser = ["-"], conflicts_with_all = ["done", "partly", "missed", "drop", "reflection", "due"])]
    from: Option<String>,
    /// The coachee may read the words
    #[arg(long)]
    shared: bool,
}

/// One outcome as a line of JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonOutcome {
    action: String,
    outcome: String,
    reflection: Option<String>,
    due: Option<String>,
}

/// An outcome to write down.
struct Told {
    action: Handle,
    outcome: OutcomeKind,
    reflection: Option<Prose>,
    /// By which day it is due now; absent where that stays.
    due: Option<Day>,
    /// Where it stands in what was piped in.
    line: Option<usize>,
}

/// What a check-in with outcomes wrote.
#[derive(Serialize)]
struct Answer {
    note: Option<Note>,
    /// The actions whose outcome was told.
    actions: Vec<Action>,
}

impl Concerns for Answer {
    fn about(&self) -> About {
        let actions = self.actions.iter().map(Concerns::about);
        About::All(actions.chain(self.note.iter().map(Concerns::about)).collect())
    }
}

impl CheckIn {
    fn outcomes(&mut self, context: &mut Context) -> Result<Vec<Told>, Failure> {
        if self.from.is_some() {
            return piped_outcomes(context);
        }
        let mut told = Vec::new();
        for (actions, outcome) in [
            (&self.done, OutcomeKind::Done),
            (&self.partly, OutcomeKind::Partly),
            (&self.missed, OutcomeKind::Missed),
            (&self.drop, OutcomeKind::Dropped),
        ] {
            told.extend(actions.iter().map(|action| Told {
                action: action.clone(),
                outcome,
                reflection: None,
                due: None,
                line: None,
            }));
        }
        match (context.due_day(self.due.as_ref())?, &mut told[..]) {
            (None, _) => {}
            (due, [only]) if only.outcome.status_after() == ActionStatus::Open => only.due = due,
            (Some(_), _) => {
                return Err(Failure::usage(
                    "--due goes with exactly one action that stays open; nothing was written",
                )
                .hint("such as --partly A4 --due fri"));
            }
        }
        match (context.words(self.reflection.take())?, &mut told[..]) {
            (None, _) => {}
            (reflection, [only]) => only.reflection = reflection,
            (Some(_), _) => {
                return Err(Failure::usage(
                    "--reflection goes with exactly one action; nothing was written",
                )
                .hint("several come as JSON lines: --from -"));
            }
        }
        Ok(told)
    }
}

fn piped_outcomes(context: &mut Context) -> Result<Vec<Told>, Failure> {
    let bytes = context.piped(16 * MAX_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| crate::domain::text::TextError::NotUtf8)?;
    let mut told = Vec::new();
    for (at, line) in (1..)
        .zip(text.trim_start_matches('\u{feff}').lines())
        .filter(|(_, line): &(usize, _)| !line.trim().is_empty())
    {
        let wrong = |what: String| {
            Failure::usage(format!("line {at}: {what}; nothing was written"))
                .hint(r#"a line is such as {"action":"A4","outcome":"partly","reflection":"…"}"#)
        };
        let read: JsonOutcome =
            serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
        let action = read
            .action
            .parse()
            .map_err(|_| wrong(format!("‘{}’ is no ref of an action", read.action)))?;
        let outcome = OutcomeKind::from_word(&read.outcome)
            .or_else(|| (read.outcome == "drop").then_some(OutcomeKind::Dropped))
            .ok_or_else(|| {
                wrong(format!("‘{}’ is not done, partly, missed or dropped", read.outcome))
            })?;
        let due = match read.due.as_deref().map(When::parse).transpose() {
            Err(error) => return Err(wrong(error.to_string())),
            Ok(Some(_)) if outcome.status_after() != ActionStatus::Open => {
                return Err(wrong("a due day is for an action that stays open".to_owned()));
            }
            Ok(when) => context.due_day(when.as_ref())?,
        };
        let reflection = read
            .reflection
            .map(|text| text.parse())
            .transpose()
            .map_err(|e: crate::domain::text::TextError| wrong(e.to_string()))?;
        told.push(Told { action, outcome, reflection, due, line: Some(at) });
    }
    if told.is_empty() {
        return Err(Failure::usage("stdin holds no outcomes; nothing was written"));
    }
    Ok(told)
}

fn write_outcome(
    w: &mut Writer<'_>,
    target: &Target,
    told: Told,
    seen: &mut BTreeSet<Ref>,
) -> Result<(), Failure> {
    let action = w.get_action(&told.action)?;
    if action.engagement_id != target.place.engagement {
        let (reference, engagement) = (action.reference, action.engagement);
        return Err(Refusal::OtherEngagement { reference, engagement }.into());
    }
    if !seen.insert(action.reference) {
        let twice = format!("{} is named twice; nothing was written", action.reference);
        return Err(Failure::usage(twice));
    }
    let at = target.told_at.unwrap_or(w.now());
    w.insert_outcome(&action, &target.place, at, told.outcome, told.reflection, told.due)?;
    Ok(())
}

impl Leaf for CheckIn {
    const NAME: &'static str = "check-in";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn spoken(&self) -> Spoken {
        let outcomes = [&self.done, &self.partly, &self.missed, &self.drop];
        match (&self.from, &self.reflection) {
            (Some(_), _) | (_, Some(Words::Piped)) => Spoken::Heard,
            _ if self.capture.text.is_empty() && outcomes.iter().any(|told| !told.is_empty()) => {
                Spoken::Typed
            }
            _ => self.capture.spoken(),
        }
    }

    fn run(mut self, context: &mut Context) -> Result<(), Failure> {
        let target = place::find(context, self.capture.session.as_ref(), Between::Own)?;
        let told = self.outcomes(context)?;
        let walks = told.is_empty() && self.capture.text.is_empty() && context.interactive;
        if told.is_empty() && !walks {
            target.takes_words()?;
        }
        // Outcomes are an answer: stdin is then read only where ‘-’ asks for it.
        let text = match (&self.capture.text[..], told.is_empty()) {
            ([], false) => None,
            ([dash], _) if dash == "-" && self.from.is_some() => {
                return Err(Failure::usage(
                    "‘-’ and --from - both read stdin; nothing was written",
                ));
            }
            (typed, _) => place::said(context, typed)?,
        };
        let text = match text {
            None if told.is_empty() => {
                let note = NoteSaid { shared: self.shared, ..NoteSaid::default() };
                let usual = Usual { note, commitment: None };
                return walk::alone(context, target, CHECK_IN, usual);
            }
            text => text,
        };
        if self.shared && text.is_none() {
            return Err(Failure::usage(
                "--shared is for words, and there are none; nothing was written",
            ));
        }
        let outcomes_given = !told.is_empty();
        let answer = context.write(|w| {
            let mut seen = BTreeSet::new();
            target.check(w)?;
            for each in told {
                let line = each.line;
                write_outcome(w, &target, each, &mut seen)
                    .map_err(|failure| line.into_iter().fold(failure, Failure::in_line))?;
            }
            let note = match text {
                Some(text) => {
                    let visibility =
                        if self.shared { Visibility::Shared } else { Visibility::Private };
                    let stage = target.place.session.map(|_| CHECK_IN.to_owned());
                    let new =
                        NewNote { stage, kind: NoteKind::Thought, visibility, goal: None, text };
                    let reference = w.insert_note(&target.place, new)?;
                    Some(w.get_note(&Handle::Ref(reference))?)
                }
                None => None,
            };
            let refs = seen.iter().copied().chain(note.as_ref().map(|note| note.reference));
            let refs: Vec<String> = refs.map(|reference| reference.to_string()).collect();
            w.summarise(format!("checked in {}: {}", target.spoken(None), refs.join(", ")));
            let actions = seen.iter().map(|&reference| w.get_action(&Handle::Ref(reference)));
            Ok(Answer { note, actions: actions.collect::<Result<_, _>>()? })
        })?;
        context.out.status(&target.spoken(Some(CHECK_IN)));
        match answer.note {
            Some(note) if !outcomes_given => context.record(&note, note_card)?,
            note => context.record(&Answer { note, ..answer }, answer_card)?,
        }
        if context.globals.dry_run {
            return Ok(());
        }
        let open = open_of(context, target.place.engagement)?;
        let open: Vec<String> = open.iter().map(open_line).collect();
        context.lines_below(&target.about(), OPEN, &open)
    }
}

fn answer_card(answer: &Answer) -> Card {
    let mut lines: Vec<String> = answer
        .actions
        .iter()
        .map(|action| {
            let outcome = action.outcomes.last().map_or("", |last| last.outcome.word());
            let told = action.outcomes.last().and_then(|last| last.reflection.as_ref());
            let told = told.map_or_else(String::new, |text| format!(": {text}"));
            format!("{}  {outcome}  {}{told}", action.reference, action.what)
        })
        .collect();
    lines.extend(
        answer
            .note
            .as_ref()
            .map(|note| format!("{}  {}  {}", note.reference, note.kind, note.text)),
    );
    Card::new(lines.join("\n"))
}

const OPEN: &str = "Still open:";

/// The open actions of an engagement, the most urgent first.
pub(super) fn open_of(
    context: &mut Context,
    engagement: EngagementId,
) -> Result<Vec<Action>, Failure> {
    let filter = ActionFilter {
        engagement: Some(engagement),
        status: Some(ActionStatus::Open),
        ..ActionFilter::default()
    };
    context.read(|r| Ok(r.list_actions(&filter)?))
}

/// `A3  Send the memo (due Fri 2026-12-04, carried 2)`
pub(super) fn open_line(action: &Action) -> String {
    let mut facts = Vec::new();
    facts.extend(
        action.due.map(|due| {
            format!("{} {}", if action.overdue { "OVERDUE" } else { "due" }, due.spoken())
        }),
    );
    if action.carried > 0 {
        facts.push(format!("carried {}", action.carried));
    }
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    format!("{}  {}{facts}", action.reference, action.what)
}
