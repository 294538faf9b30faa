//! How a session begins and ends: by its own verbs, and in the guided flow.

use super::context::Context;
use super::failure::Failure;
use crate::domain::engagement::{Engagement, EngagementStatus};
use crate::domain::id::{EngagementId, Handle, Ref, Slug};
use crate::domain::method::Limit;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Pay, Session, SessionKind, SessionStatus};
use crate::domain::text::Prose;
use crate::domain::time::{Day, Minutes, Moment};
use crate::domain::word::{Setting, Visibility, Word};
use crate::store::engagement::EngagementEdit;
use crate::store::session::{NewSession, NoteEdit, SessionEdit, Start};
use crate::store::{Reader, Writer};

/// A session that was begun just now.
pub(crate) struct Begun {
    pub(crate) session: Session,
    /// `3 of 8 planned`, or its kind where it does not count.
    pub(crate) of: String,
}

/// Begins a session of an engagement at a moment that is not to come: the one planned for that day,
/// if there is one. Says which others are open.
pub(crate) fn begin(
    context: &mut Context,
    engagement: &Engagement,
    moment: Moment,
    kind: Option<SessionKind>,
) -> Result<Begun, Failure> {
    let strictness = context.strictness();
    let (session, limits, of) = context.write_as("session start", |w| {
        let engagement = w.get_engagement(engagement.id)?;
        takes_session(
            &engagement,
            w.session_planned_on(engagement.id, moment)?.map(|it| it.kind),
            kind,
        )?;
        let gate = w.gate_of(&engagement)?;
        let start = Start { moment, timed: true };
        let reference = match w.session_planned_on(engagement.id, moment)? {
            Some(planned) => {
                w.open_planned(&planned, start, kind)?;
                planned.reference
            }
            None => w.insert_session(
                engagement.id,
                NewSession {
                    kind: kind.unwrap_or(SessionKind::Coaching),
                    status: SessionStatus::Open,
                    start,
                    minutes: None,
                    format: engagement.format,
                    pay: Pay::Paid,
                    with: Vec::new(),
                },
            )?,
        };
        if engagement.status == EngagementStatus::Proposed {
            let active = EngagementEdit {
                status: Some(EngagementStatus::Active),
                ..EngagementEdit::default()
            };
            w.update_engagement(&engagement, active)?;
        }
        let session = w.get_session(&Handle::Ref(reference))?;
        let mut limits = limits_of(&engagement, session.kind, None);
        limits.extend(gate);
        limits.extend(unsigned(w, &engagement, session.kind, moment.day())?);
        strictness.heed(&limits)?;
        w.summarise(format!("started {} of {}", session.spoken(), engagement.slug));
        let of = match (engagement.sessions_planned, SessionKind::COUNTED.contains(&session.kind)) {
            (Some(planned), true) => {
                format!("{} of {planned} planned", engagement.sessions_held + 1)
            }
            _ => session.kind.to_string(),
        };
        Ok((session, limits, of))
    })?;
    context.warn(&limits);
    // From here on this client looks on, and no other is named.
    context.veil_again()?;
    let others = context.read(|r| Ok(r.open_sessions()?))?;
    for other in others.iter().filter(|other| other.engagement != session.engagement) {
        context.out.warning(&format!(
            "session {} of {} is open too: say -e with every capture, or end it",
            other.number, other.engagement
        ));
    }
    Ok(Begun { session, of })
}

/// Plans a session, as a step.
pub(crate) fn schedule(
    w: &mut Writer<'_>,
    engagement: EngagementId,
    planned: NewSession,
) -> Result<Session, Failure> {
    let reference = w.insert_session(engagement, planned)?;
    let session = w.get_session(&Handle::Ref(reference))?;
    let (of, start) = (&session.engagement, session.start_spoken());
    w.summarise(format!("planned {reference} of {of} for {start}"));
    Ok(session)
}

/// What is said of a session as it ends.
pub(crate) struct Ending {
    pub(crate) minutes: Minutes,
    /// What both agreed; absent where it stays as it is.
    pub(crate) summary: Option<Prose>,
    pub(crate) private_summary: Option<Prose>,
    /// Notes of the session that the coachee may read from now on.
    pub(crate) share: Vec<Handle>,
}

/// Ends an open session, as one step.
pub(crate) fn end(context: &mut Context, reference: Ref, said: Ending) -> Result<Session, Failure> {
    let strictness = context.strictness();
    let handle = Handle::Ref(reference);
    let (session, limits) = context.write_as("session end", |w| {
        let before = w.get_session(&handle)?;
        if before.status != SessionStatus::Open {
            let status = before.status.word();
            return Err(Refusal::SessionIs { reference, status, wanted: "ended" }.into());
        }
        let engagement = w.get_engagement(before.engagement_id)?;
        let limits = limits_of(&engagement, before.kind, Some(said.minutes.get()));
        strictness.heed(&limits)?;
        for note in &said.share {
            let note = w.get_note(note)?;
            if note.session != Some(reference) {
                return Err(Failure::refused(format!(
                    "{} is no note of this session; nothing was written",
                    note.reference
                ))
                .hint(format!("coach notes share {}", note.reference)));
            }
            let visibility = Some(Visibility::Shared);
            w.update_note(&note, NoteEdit { visibility, ..NoteEdit::default() })?;
        }
        let edit = SessionEdit {
            status: Some(SessionStatus::Held),
            minutes: Some(Setting::To(said.minutes)),
            summary: said.summary.map(Setting::To),
            private_summary: said.private_summary.map(Setting::To),
            ..SessionEdit::default()
        };
        w.update_session(&before, edit)?;
        if before.kind == SessionKind::FollowUp && engagement.follow_up_on.is_some() {
            // It waits no longer.
            let held =
                EngagementEdit { follow_up: Some(Setting::Clear), ..EngagementEdit::default() };
            w.update_engagement(&engagement, held)?;
        }
        w.summarise(format!("ended {} of {}", before.spoken(), before.engagement));
        Ok((w.get_session(&handle)?, limits))
    })?;
    context.session_ended();
    context.warn(&limits);
    Ok(session)
}

/// How long a session was that ends now.
pub(crate) fn minutes_until(session: &Session, now: Moment) -> Result<Minutes, Failure> {
    Minutes::new(now.minutes_since(session.start).max(1)).ok_or_else(|| {
        Failure::usage("the session's length cannot be counted").hint("say --minutes N")
    })
}

/// Refuses a session in an engagement that is over, unless it is the follow-up of one that was completed.
fn takes_session(
    engagement: &Engagement,
    planned: Option<SessionKind>,
    kind: Option<SessionKind>,
) -> Result<(), Failure> {
    let kind = kind.or(planned).unwrap_or(SessionKind::Coaching);
    may_hold(engagement, kind, "given a session")
}

/// Refuses what an engagement that is over cannot take; one that was completed takes follow-ups.
pub(crate) fn may_hold(
    engagement: &Engagement,
    kind: SessionKind,
    wanted: &'static str,
) -> Result<(), Failure> {
    if engagement.status == EngagementStatus::Completed && kind == SessionKind::FollowUp {
        return Ok(());
    }
    running(&engagement.slug, engagement.status, wanted)
}

/// Refuses what an engagement that is over cannot take.
pub(crate) fn running(
    slug: &Slug,
    status: EngagementStatus,
    wanted: &'static str,
) -> Result<(), Failure> {
    if status.is_running() {
        Ok(())
    } else {
        let engagement = slug.clone();
        Err(Refusal::EngagementIs { engagement, status: status.word(), wanted }.into())
    }
}

/// That a session takes place on `day` without a signed agreement, where it needs one: what comes
/// before the agreement does not, nor does one's own engagement.
pub(crate) fn unsigned(
    r: &Reader<'_>,
    engagement: &Engagement,
    kind: SessionKind,
    day: Day,
) -> Result<Option<Limit>, Failure> {
    if engagement.own || !(SessionKind::COUNTED.contains(&kind) || kind == SessionKind::Debrief) {
        return Ok(None);
    }
    let who = r.coachees_unsigned(engagement.id, day)?;
    if who.is_empty() {
        return Ok(None);
    }
    let slug = &engagement.slug;
    let next = match r.agreement_of(engagement.id, None)? {
        Some(_) => format!("coach agreement sign {slug} --party coachee"),
        None => format!("coach agreement new {slug}"),
    };
    Ok(Some(Limit::Unsigned { who, next }))
}

/// The limits that a session of this kind leaves, by its number and, once it is known, its length.
pub(crate) fn limits_of(
    engagement: &Engagement,
    kind: SessionKind,
    minutes: Option<u32>,
) -> Vec<Limit> {
    let mut limits = Vec::new();
    if !SessionKind::COUNTED.contains(&kind) {
        return limits;
    }
    if let (Some(minutes), Some(usual)) = (minutes, engagement.minutes)
        && !usual.holds(minutes)
    {
        limits.push(Limit::SessionMinutes { minutes, usual });
    }
    let held = engagement.sessions_held + 1;
    if let Some(planned) = engagement.sessions_planned
        && held > planned
    {
        limits.push(Limit::SessionsOver { held, planned });
    }
    limits
}
