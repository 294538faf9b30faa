//! Sessions after the fact, or that did not come about: written down, corrected, cancelled.

use clap::Args;

use super::super::args::{Words, handle, restore_verb, setting, when, word};
use super::super::context::{Context, Leaf, Takes};
use super::super::course::{limits_of, unsigned};
use super::super::failure::Failure;
use super::live::{ByRef, typed};
use super::{session_card, warn_of_twin};
use crate::domain::id::Handle;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Pay, SessionKind, SessionStatus};
use crate::domain::text::Line;
use crate::domain::time::{Minutes, When};
use crate::domain::word::{Format, Setting, Word};
use crate::store::person::Name;
use crate::store::session::{NewSession, SessionEdit, Start};

/// Arguments of `session add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    engagement: String,
    /// When it was, such as 2026-11-12 10:00
    #[arg(required = true, value_name = "WHEN")]
    start: Vec<String>,
    /// How long it was
    #[arg(long, allow_negative_numbers = true)]
    minutes: Option<Minutes>,
    /// held, no-show, late-cancelled or cancelled
    #[arg(long, value_parser = word::<SessionStatus>(), default_value = "held", hide_possible_values = true)]
    status: SessionStatus,
    #[arg(long, value_parser = word::<SessionKind>(), default_value = "coaching")]
    kind: SessionKind,
    /// As the engagement's unless you say another
    #[arg(long, value_parser = word::<Format>())]
    format: Option<Format>,
    #[arg(long, value_parser = word::<Pay>(), default_value = "paid")]
    pay: Pay,
    /// Who else was there (can be repeated)
    #[arg(long, value_name = "NAME")]
    with: Vec<Name>,
    /// What both agreed; the coachee may read it. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    summary: Option<Words>,
    /// A summary for your eyes alone. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    private_summary: Option<Words>,
}

impl Leaf for Add {
    const NAME: &'static str = "session add";
    const TAKES: Takes = Takes::WRITE.strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if matches!(self.status, SessionStatus::Planned | SessionStatus::Open) {
            return Err(Failure::usage(format!(
                "a past session is not {}; nothing was written",
                self.status
            ))
            .hint("it is held, no-show, late-cancelled or cancelled"));
        }
        let (how, strictness) = (context.matching(), context.strictness());
        let engagement = context.read(|r| Ok(r.find_engagement(&self.engagement, how)?))?;
        let (moment, timed) = context.moment("start", &typed(&self.start)?, engagement.zone)?;
        if moment.utc() > context.clock.now.utc() {
            return Err(Failure::usage("that is still to come; nothing was written")
                .hint(format!("plan it: coach session schedule {} WHEN", engagement.slug)));
        }
        let summary = context.words(self.summary)?;
        let private_summary = context.words(self.private_summary)?;
        let (session, named, limits) = context.write(|w| {
            let engagement = w.get_engagement(engagement.id)?;
            let held = self.status == SessionStatus::Held;
            let mut limits = Vec::new();
            if held {
                limits = limits_of(&engagement, self.kind, self.minutes.map(Minutes::get));
                limits.extend(unsigned(w, &engagement, self.kind, moment.day())?);
            }
            strictness.heed(&limits)?;
            let named =
                self.with.iter().map(|name| w.person_for(name)).collect::<Result<Vec<_>, _>>()?;
            let reference = w.insert_session(
                engagement.id,
                NewSession {
                    kind: self.kind,
                    status: self.status,
                    start: Start { moment, timed },
                    minutes: self.minutes,
                    format: self.format.unwrap_or(engagement.format),
                    pay: self.pay,
                    with: named.iter().map(|person| person.id).collect(),
                },
            )?;
            let session = w.get_session(&Handle::Ref(reference))?;
            let summaries = SessionEdit {
                summary: summary.map(Setting::To),
                private_summary: private_summary.map(Setting::To),
                ..SessionEdit::default()
            };
            w.update_session(&session, summaries)?;
            w.summarise(format!(
                "added {reference} of {} on {}",
                session.engagement,
                session.start_spoken()
            ));
            Ok((w.get_session(&Handle::Ref(reference))?, named, limits))
        })?;
        context.tell_made(&named);
        context.warn(&limits);
        warn_of_twin(context, &session)?;
        context.record(&session, session_card)?;
        if session.status == SessionStatus::Held && session.minutes.is_none() {
            context.out.status(&format!(
                "its length is not known: coach session edit {} --minutes N",
                session.reference
            ));
        }
        Ok(())
    }
}

/// Arguments of `session edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    session: Handle,
    #[arg(long, value_name = "WHEN", value_parser = when)]
    start: Option<When>,
    /// Its number within the engagement
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=9999))]
    number: Option<u32>,
    #[arg(long, value_parser = setting(|text| text.parse::<Minutes>().map_err(|error| error.to_string())))]
    minutes: Option<Setting<Minutes>>,
    #[arg(long, value_parser = word::<SessionStatus>())]
    status: Option<SessionStatus>,
    #[arg(long, value_parser = word::<SessionKind>())]
    kind: Option<SessionKind>,
    #[arg(long, value_parser = word::<Format>())]
    format: Option<Format>,
    #[arg(long, value_parser = word::<Pay>())]
    pay: Option<Pay>,
    /// Who else is there, in place of those before (can be repeated; ‘none’ for nobody)
    #[arg(long, value_name = "NAME")]
    with: Vec<Setting<Name>>,
    #[arg(long, value_name = "TEXT")]
    summary: Option<Setting<Words>>,
    #[arg(long, value_name = "TEXT")]
    private_summary: Option<Setting<Words>>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "session edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let before = context.read(|r| Ok(r.get_session(&self.session)?))?;
        let start = match &self.start {
            Some(when) => {
                let (moment, timed) = context.moment("start", when, before.start.zone())?;
                Some(Start { moment, timed })
            }
            None => None,
        };
        let summary = context.words_setting(self.summary)?;
        let private_summary = context.words_setting(self.private_summary)?;
        let (session, named) = context.write(|w| {
            let session = w.get_session(&self.session)?;
            let status = self.status.unwrap_or(session.status);
            if self.number.is_some() && session.number.is_none() && !status.began() {
                let (reference, status) = (session.reference, status.word());
                return Err(Refusal::SessionIs {
                    reference,
                    status,
                    wanted: "numbered before it starts",
                }
                .into());
            }
            let keeps_number = status.began() || status == SessionStatus::NoShow;
            if session.number.is_some() && !keeps_number {
                let (reference, is) = (session.reference, session.status.word());
                return Err(Failure::from(Refusal::SessionIs {
                    reference,
                    status: is,
                    wanted: status.word(),
                })
                .hint("it began, and has its number; coach undo takes its start back"));
            }
            let begins = start.map_or(session.start, |start| start.moment);
            if status.began() && begins.utc() > w.now().utc() {
                return Err(Failure::usage(
                    "a session that began is not still to come; nothing was written",
                ));
            }
            let named = self
                .with
                .iter()
                .filter_map(|setting| match setting {
                    Setting::To(name) => Some(name),
                    Setting::Clear => None,
                })
                .map(|name| w.person_for(name))
                .collect::<Result<Vec<_>, _>>()?;
            let edit = SessionEdit {
                kind: self.kind,
                status: self.status,
                start,
                minutes: self.minutes,
                format: self.format,
                pay: self.pay,
                with: (!self.with.is_empty())
                    .then(|| named.iter().map(|person| person.id).collect()),
                number: self.number,
                summary,
                private_summary,
            };
            w.update_session(&session, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {} of {}", session.reference, session.engagement));
            Ok((w.get_session(&self.session)?, named))
        })?;
        context.tell_made(&named);
        context.record(&session, session_card)
    }
}

/// Gives a session that did not come about its status.
fn did_not_happen(
    context: &mut Context,
    handle: &Handle,
    status: SessionStatus,
    from: &[SessionStatus],
) -> Result<(), Failure> {
    let session = context.write(|w| {
        let session = w.get_session(handle)?;
        if session.removed {
            return Err(Refusal::Removed { name: session.reference.to_string() }.into());
        }
        if !from.contains(&session.status) {
            let (reference, is) = (session.reference, session.status.word());
            let wanted = if status == SessionStatus::NoShow { "a no-show" } else { status.word() };
            return Err(Refusal::SessionIs { reference, status: is, wanted }.into());
        }
        w.update_session(&session, SessionEdit { status: Some(status), ..SessionEdit::default() })?;
        w.summarise(format!("{} of {} is {status}", session.reference, session.engagement));
        Ok(w.get_session(handle)?)
    })?;
    context.record(&session, session_card)
}

/// Arguments of `session cancel`.
#[derive(Args, Debug)]
pub(crate) struct Cancel {
    #[command(flatten)]
    which: ByRef,
    /// It was too late to cancel without a fee
    #[arg(long)]
    late: bool,
}

impl Leaf for Cancel {
    const NAME: &'static str = "session cancel";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let status =
            if self.late { SessionStatus::LateCancelled } else { SessionStatus::Cancelled };
        did_not_happen(context, &self.which.session, status, &[SessionStatus::Planned])
    }
}

/// Arguments of `session no-show`.
#[derive(Args, Debug)]
pub(crate) struct NoShow {
    #[command(flatten)]
    which: ByRef,
}

impl Leaf for NoShow {
    const NAME: &'static str = "session no-show";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let from = [SessionStatus::Planned, SessionStatus::Open];
        did_not_happen(context, &self.which.session, SessionStatus::NoShow, &from)
    }
}

/// Arguments of `session remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[command(flatten)]
    which: ByRef,
}

impl Leaf for Remove {
    const NAME: &'static str = "session remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (session, notes) = context.write(|w| {
            let session = w.get_session(&self.which.session)?;
            let notes = w.remove_session(&session)?;
            w.summarise(format!(
                "removed {} of {} and what was noted in it",
                session.reference, session.engagement
            ));
            Ok((w.get_session(&self.which.session)?, notes))
        })?;
        if notes > 0 {
            let what = if notes == 1 { "1 note".to_owned() } else { format!("{notes} notes") };
            context.out.status(&format!("{what} went with it; coach undo brings all back"));
        }
        context.record(&session, session_card)
    }
}

restore_verb!(Restore, "session restore", get_session, restore_session, session_card);
