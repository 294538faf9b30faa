//! Action planning: an insight becomes a commitment with its day, and the next session is planned.

use super::line::Words;
use super::{Guide, Question};
use crate::commands::commitment::Commitment;
use crate::commands::course;
use crate::commands::failure::Failure;
use crate::domain::action::Action;
use crate::domain::id::{Handle, Noun, Ref};
use crate::domain::method::ACTION_PLANNING;
use crate::domain::session::{Note, NoteKind, Pay, SessionKind, SessionStatus};
use crate::domain::text::Line;
use crate::domain::time::{Day, When, Zone};
use crate::domain::walk::{Asking, following};
use crate::domain::word::{Range, Setting, Visibility};
use crate::platform::table::Tone;
use crate::store::action::ActionEdit;
use crate::store::session::{NewSession, NoteFilter, Start};

/// The cadence where neither the engagement nor its method has one.
const USUAL_CADENCE_DAYS: Range = Range { low: 14, high: 21 };

/// So long is no day that somebody mistyped, in bytes: such a line holds the next commitment.
const LONGEST_DAY: usize = 40;

/// When the next session could be.
pub(super) struct Proposal {
    day: Day,
    /// The time of day of this session, where it is known.
    time: Option<String>,
}

impl Proposal {
    /// As a person would type it.
    pub(super) fn typed(&self) -> String {
        match &self.time {
            Some(time) => format!("{} {time}", self.day),
            None => self.day.to_string(),
        }
    }

    /// `Fri 2026-12-04 10:00`
    pub(super) fn spoken(&self) -> String {
        let time = self.time.as_ref().map_or_else(String::new, |time| format!(" {time}"));
        format!("{}{time}", self.day.spoken())
    }
}

impl Guide<'_> {
    /// The insights of this session, the newest last; at action planning a ref takes one up.
    fn all_insights(&mut self) -> Result<Vec<Note>, Failure> {
        let Some(session) = self.session.as_ref().map(|session| session.id) else {
            return Ok(Vec::new());
        };
        let filter = NoteFilter {
            session: Some(session),
            kind: Some(NoteKind::Insight),
            ..NoteFilter::default()
        };
        self.context.read(|r| Ok(r.list_notes(&filter)?))
    }

    /// The insights that the coachee cannot read; nothing where there are none.
    pub(super) fn insights(&mut self) -> Result<Option<Vec<Note>>, Failure> {
        // In one's own engagement nobody else reads.
        if self.engagement.own {
            return Ok(None);
        }
        let mut all = self.all_insights()?;
        all.retain(|note| note.visibility == Visibility::Private);
        Ok(Some(all).filter(|all| !all.is_empty()))
    }

    /// At action planning, shows what may become a commitment.
    pub(super) fn offer_insights(&mut self) -> Result<(), Failure> {
        if self.walk.stage != ACTION_PLANNING {
            return Ok(());
        }
        let all = self.all_insights()?;
        if all.is_empty() {
            return Ok(());
        }
        let first = all.first().map_or_else(String::new, |note| note.reference.to_string());
        let head = format!("  Insights of today; {first} makes that one a commitment:");
        self.context.out.aside(&head, Tone::Dim);
        for note in &all {
            self.context.out.aside(&format!("  {}  {}", note.reference, note.text), Tone::Dim);
        }
        Ok(())
    }

    /// Stores a commitment and asks for its day. Several pasted lines are as many commitments, whose
    /// days are left open. A ref takes an insight up: its words stand on the line then.
    pub(super) fn commit(&mut self, words: Words) -> Result<(), Failure> {
        let named = words.text.parse::<Ref>().ok().filter(|_| !words.as_it_stands);
        let named = named.filter(|named| named.noun == Noun::Note);
        if let Some(named) = named {
            let insight = self.all_insights()?.into_iter().find(|note| note.reference == named);
            let Some(insight) = insight else {
                return Err(Failure::usage(format!("{named} is no insight of today")));
            };
            let text = insight.text.lines().next().unwrap_or_default().to_owned();
            if self.context.around.dumb {
                return self.commit(Words { text, ..words });
            }
            self.begun = text;
            return Ok(());
        }
        let lines: Vec<Line> = words
            .text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let (said, due) = self.usual_commitment()?;
        let alone = lines.len() == 1;
        for (at, what) in lines.iter().enumerate() {
            match self.commit_one(what.clone(), said.clone().or_shared(words.shared), due, alone) {
                Err(failure) if !alone => {
                    failure.warn_in_full(&self.context.out);
                    // Those before it are stored, and no line is kept twice.
                    let left = lines.iter().skip(at);
                    let kept = left.filter(|line| {
                        let words = Words { shared: words.shared, ..Words::plain(line.as_str()) };
                        self.keep_refused(&Question::Open(None), &words)
                    });
                    let kept = kept.count();
                    self.context.out.hint(&format!("{kept} lines are kept: coach drafts"));
                    return Ok(());
                }
                done => done?,
            }
        }
        Ok(())
    }

    fn commit_one(
        &mut self,
        what: Line,
        said: Commitment,
        due: Option<Day>,
        asks: bool,
    ) -> Result<(), Failure> {
        let (what, said) = self.whose(what, said)?;
        let (place, spoken) = (self.target.place.clone(), self.target.spoken(None));
        let mut next = self.walk.clone();
        let action = self.write(ACTION_PLANNING, |w| {
            let action = said.write(w, &place, what, due)?;
            w.summarise(format!("planned {} in {spoken}", action.reference));
            if let (true, None, Asking::Question(here)) = (asks, due, next.asking) {
                next.asking = Asking::Due(action.reference, here);
            }
            Ok((action, next))
        })?;
        let shared = action.visibility == Visibility::Shared && !self.engagement.own;
        let shared = if shared { ", shared" } else { "" };
        self.context.out.status(&format!("  {}{shared}: {}", action.reference, action.what));
        Ok(())
    }

    /// In a group, for whom a commitment is: its line begins with that person's ref.
    fn whose(&mut self, what: Line, said: Commitment) -> Result<(Line, Commitment), Failure> {
        let coachees = self.engagement.coachees.clone();
        if coachees.len() < 2 || said.names_somebody() {
            return Ok((what, said));
        }
        let (first, rest) = what.as_str().split_once(' ').unwrap_or((what.as_str(), ""));
        let named = first.trim_end_matches(':').parse::<Ref>().ok();
        match named.filter(|named| coachees.contains(named)) {
            Some(named) => Ok((rest.parse()?, said.of(named))),
            None => {
                let names = coachees.iter().zip(&self.engagement.coachee_names);
                let names: Vec<String> =
                    names.map(|(reference, name)| format!("{reference} ({name})")).collect();
                Err(Failure::usage(format!(
                    "say whose commitment it is: begin the line with {}",
                    names.join(" or ")
                )))
            }
        }
    }

    /// What every commitment says of itself, and its day if one was named for all.
    fn usual_commitment(&mut self) -> Result<(Commitment, Option<Day>), Failure> {
        let said = self.usual.commitment.clone().unwrap_or_default();
        let due = said.due(self.context)?;
        Ok((said, due))
    }

    /// Stores by which day an action is due. A long line is no day: it is taken as the next words.
    pub(super) fn due(&mut self, action: &Action, words: Words) -> Result<(), Failure> {
        let when = match When::parse(&words.text) {
            Ok(when) => when,
            Err(_) if words.text.len() > LONGEST_DAY && self.walk.stage == ACTION_PLANNING => {
                self.context.out.status(&format!(
                    "that is no day: {} stays as it is, and the line was taken by itself",
                    action.reference
                ));
                self.stand(self.after())?;
                let (question, typed) = (Question::Open(None), words.as_typed());
                return match self.answer(&question, words) {
                    Err(failure) => self.unstored(&question, typed, failure),
                    stored => stored,
                };
            }
            Err(error) => return Err(error.into()),
        };
        let day = self.context.due_day(Some(&when))?;
        let handle = Handle::Ref(action.reference);
        let next = self.after();
        self.write("action edit", |w| {
            let action = w.get_action(&handle)?;
            let edit = ActionEdit { due: day.map(Setting::To), ..ActionEdit::default() };
            w.update_action(&action, edit)?;
            w.summarise(format!("changed {}", action.reference));
            Ok(((), next))
        })
    }

    /// When the next session could be; nothing where one is planned, or none is to follow.
    pub(super) fn proposal(&mut self) -> Result<Option<Proposal>, Failure> {
        let Some(session) = self.standing()? else { return Ok(None) };
        let engagement = self.engagement.id;
        let (engagement, planned) = self.context.read(|r| {
            let engagement = r.get_engagement(engagement)?;
            let planned = r.next_planned(Some(&engagement))?;
            Ok((engagement, planned))
        })?;
        if let Some(planned) = planned {
            let next = planned.start_spoken_in(self.context.clock.now.zone());
            self.context.out.aside(&format!("  The next session is planned: {next}"), Tone::Plain);
            return Ok(None);
        }
        let counts = u32::from(SessionKind::COUNTED.contains(&session.kind));
        if engagement.sessions_planned.is_some_and(|all| engagement.sessions_held + counts >= all) {
            self.context.out.aside("  This was the last of the planned sessions.", Tone::Plain);
            return Ok(None);
        }
        let cadence = engagement.cadence_days.or(self.method.frame.cadence_days);
        let cadence = cadence.unwrap_or(USUAL_CADENCE_DAYS);
        let start = session.start.in_zone(engagement.zone);
        let today = self.context.clock.now.in_zone(engagement.zone).day();
        // A session that was long forgotten is followed by one that is still to come.
        let day = following(start.day(), cadence).filter(|day| *day > today);
        let day = day.or_else(|| following(today, cadence));
        // A session that began some minutes late is followed by one that is planned on the quarter.
        let time = session.timed.then(|| start.nearest(15).clock());
        Ok(day.map(|day| Proposal { day, time }))
    }

    /// Plans the next session for what was typed.
    pub(super) fn plan_next(&mut self, text: &str) -> Result<(), Failure> {
        if ["none", "no", "-"].contains(&text.trim()) {
            return self.on();
        }
        let zone: Zone = self.engagement.zone;
        let (moment, timed) = self.context.moment("next", &When::parse(text)?, zone)?;
        let now = self.context.clock.now.in_zone(zone);
        if if timed { moment.utc() < now.utc() } else { moment.day() < now.day() } {
            return Err(Failure::usage("that is past; nothing was written"));
        }
        let (engagement, format) = (self.engagement.id, self.engagement.format);
        let next = self.after();
        self.write("session schedule", |w| {
            let planned = NewSession {
                kind: SessionKind::Coaching,
                status: SessionStatus::Planned,
                start: Start { moment, timed },
                minutes: None,
                format,
                pay: Pay::Paid,
                with: Vec::new(),
            };
            course::schedule(w, engagement, planned)?;
            Ok(((), next))
        })
    }
}
