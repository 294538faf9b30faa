//! What is done with a line: stored where it answers, followed where it is a move, kept where neither
//! can be done.

use super::super::check_in::open_of;
use super::line::{self, Move, Typed, Words};
use super::{Guide, Left, Question};
use crate::commands::failure::Failure;
use crate::domain::action::{Action, OutcomeKind};
use crate::domain::id::{Handle, Noun, Ref};
use crate::domain::method::{ACTION_PLANNING, CHECK_IN};
use crate::domain::session::NoteKind;
use crate::domain::text::Prose;
use crate::domain::walk::{Asking, END, Walk};
use crate::domain::word::{Visibility, Word};
use crate::platform::prompt::Stop;
use crate::store::Writer;
use crate::store::session::NewNote;

impl Guide<'_> {
    /// One question: it is shown, and a line is read and stored or followed. Gives how the walk was
    /// left, if it was.
    pub(super) fn turn(&mut self, question: &Question) -> Result<Option<Left>, Failure> {
        self.context.tick()?;
        self.show(question)?;
        let slip = std::mem::take(&mut self.begun);
        let before = self.begun_before(question).filter(|_| slip.is_empty());
        let begun = before.clone().unwrap_or(slip);
        let label = self.label();
        let typed = match self.context.prompt.words(&label, &begun) {
            Ok(typed) => typed,
            Err(Stop::Cancelled) => return Ok(Some(self.paused())),
            Err(stop) => {
                let left = self.context.prompt.left();
                return Err(self.broken_off(question, left, stop.into()));
            }
        };
        let _held = self.context.interrupt.hold();
        self.context.tick()?;
        let done = match line::read(&typed) {
            Err(slip) => Err(Failure::usage(slip)),
            Ok(Typed::Nothing) => self.pass(question),
            Ok(Typed::Words(words)) => self.answer(question, words),
            Ok(Typed::Editor(words)) => self.write_long(question, words),
            Ok(Typed::Move(Move::Pause)) => return Ok(Some(self.paused())),
            Ok(Typed::Move(to)) => self.follow(to),
        };
        match done {
            Err(failure) => self.unstored(question, typed, failure)?,
            Ok(()) if before.is_some() => self.settle_unfinished(),
            Ok(()) => {}
        }
        match self.context.interrupt.rang() {
            true => Err(self.broken_off(question, None, Stop::Interrupted.into())),
            false => Ok(None),
        }
    }

    fn paused(&self) -> Left {
        if self.kept_for().is_some() {
            let engagement = &self.target.engagement;
            self.context.out.status(&format!("paused; go on: coach session resume {engagement}"));
        }
        Left::Paused
    }

    /// The failure of a walk that Ctrl-C or the terminal ended. A half-typed line is kept.
    fn broken_off(
        &mut self,
        question: &Question,
        left: Option<String>,
        failure: Failure,
    ) -> Failure {
        if let Some(words) = left.and_then(|left| words_of(&left)) {
            self.keep_unfinished(question, &words);
        }
        self.paused();
        failure
    }

    /// What could not be stored: a slip stands on the line again, words that another process is in
    /// the way of are kept as a draft. Anything else ends the walk.
    pub(super) fn unstored(
        &mut self,
        question: &Question,
        typed: String,
        failure: Failure,
    ) -> Result<(), Failure> {
        let words = words_of(&typed);
        if failure.is_slip() {
            failure.warn_in_full(&self.context.out);
            // An answer of a word or two, or a move, is sooner typed anew.
            let stands = |words: Words| {
                words.text.contains(char::is_whitespace) && self.meant(question, &words).is_some()
            };
            if words.is_some_and(stands) {
                self.begun = typed;
            }
            return Ok(());
        }
        if failure.is_refusal() && matches!(question, Question::Summary(_)) {
            // Another one stands there by now: it is shown before this one can take its place.
            failure.warn_in_full(&self.context.out);
            self.begun = typed;
            return Ok(());
        }
        let kept = words.is_some_and(|words| self.keep_refused(question, &words));
        let place = self.target.place.clone();
        let stands = failure.is_refusal() && self.context.read(|r| Ok(r.place_stands(&place)?))?;
        if failure.is_busy() || stands {
            failure.warn_in_full(&self.context.out);
            if kept {
                self.context.out.hint("your words are kept: coach drafts store, once it is done");
            }
            return Ok(());
        }
        Err(if kept { failure.hint("your words are kept: coach drafts") } else { failure })
    }

    /// Stores what answers a question, and goes on to what is asked after it.
    pub(super) fn answer(&mut self, question: &Question, words: Words) -> Result<(), Failure> {
        match question {
            Question::Outcome(action) => match line::outcome(&words.text) {
                Some((outcome, said)) if words.kind.is_none() && !words.as_it_stands => {
                    let (action, reflection) = self.meant_action(action, said)?;
                    self.told(&action, outcome, reflection)
                }
                // Said beside the question: it is not lost, and the question stands.
                _ => self.note(words),
            },
            Question::Open(_) if self.walk.stage == ACTION_PLANNING && words.kind.is_none() => {
                self.commit(words)
            }
            Question::Open(_) if self.walk.stage == CHECK_IN => match line::outcome(&words.text) {
                Some((outcome, said)) if words.kind.is_none() && !words.as_it_stands => {
                    match self.named_action(said)? {
                        Some((action, reflection)) => self.told(&action, outcome, reflection),
                        None => self.note(words),
                    }
                }
                _ => self.note(words),
            },
            Question::Open(_) => self.note(words),
            Question::Due(action) => self.due(action, words),
            Question::Next(_) => self.plan_next(&words.text),
            Question::Share(notes) => self.share(notes, &words.text),
            Question::Summary(standing) => self.agree(standing.as_deref(), words.text.parse()?),
            Question::Minutes => self.end_after(&words.text),
        }
    }

    /// Goes on without an answer: what Enter alone does.
    fn pass(&mut self, question: &Question) -> Result<(), Failure> {
        match question {
            Question::Outcome(action) => {
                let mut walk = self.walk.clone();
                walk.passed.push(action.reference);
                self.stand(walk)
            }
            Question::Next(proposal) => {
                let usual = proposal.typed();
                self.plan_next(&usual)
            }
            Question::Minutes => Err(Failure::usage("its length is needed; nothing was written")),
            _ => self.on(),
        }
    }

    /// Goes on to the next question, or to the next stage.
    pub(super) fn on(&mut self) -> Result<(), Failure> {
        let walk = self.after();
        self.stand(walk)
    }

    /// Where the walk stands after the question that is asked.
    pub(super) fn after(&self) -> Walk {
        self.walk.next(&self.method).unwrap_or_else(|| self.in_stage_after())
    }

    fn in_stage_after(&self) -> Walk {
        let stage = self.walk.stage_after(&self.method).unwrap_or(END);
        self.walk.clone().at(stage)
    }

    /// Stands elsewhere, and keeps it.
    pub(super) fn stand(&mut self, walk: Walk) -> Result<(), Failure> {
        if let Some(session) = self.kept_for() {
            self.context.keep_local(|w| Ok(w.keep_walk(session, &walk)?))?;
        }
        self.walk = walk;
        Ok(())
    }

    /// Goes where a move says.
    fn follow(&mut self, to: Move) -> Result<(), Failure> {
        match to {
            Move::Help => {
                self.help();
                Ok(())
            }
            Move::Undo => self.undo(),
            Move::Back => match self.walk.back(&self.method) {
                Some(walk) if self.alone.is_none_or(|stage| stage == walk.stage) => {
                    self.stand(walk)
                }
                _ => {
                    self.context.out.status("this is the first question");
                    Ok(())
                }
            },
            Move::Skip => self.stand(self.in_stage_after()),
            Move::End if self.alone.is_some() => {
                Err(Failure::usage("this walk is through one stage alone")
                    .hint("coach session end, or go on with coach session resume"))
            }
            Move::End => self.stand(self.walk.clone().at(END)),
            Move::Go(stage) => {
                let ids = self.method.stages.iter().map(|stage| stage.id.as_str()).chain([END]);
                let fits: Vec<&str> = ids.filter(|id| id.starts_with(&stage)).collect();
                match &fits[..] {
                    [only] if self.alone.is_none() && !stage.is_empty() => {
                        self.stand(self.walk.clone().at(only))
                    }
                    _ if self.alone.is_some() => {
                        Err(Failure::usage("this walk is through one stage alone"))
                    }
                    _ => {
                        let all: Vec<&str> =
                            self.method.stages.iter().map(|stage| stage.id.as_str()).collect();
                        Err(Failure::usage(format!("‘{stage}’ is no stage of this session"))
                            .hint(format!("it has {}, end", all.join(", "))))
                    }
                }
            }
            Move::Pause => Ok(()),
        }
    }

    /// Takes the last answer of this walk back, and asks its question again.
    fn undo(&mut self) -> Result<(), Failure> {
        let Some((step, walk)) = self.steps.last().cloned() else {
            return Err(Failure::refused("this walk has stored nothing to take back"));
        };
        let undone = self.context.journal()?.undo_step(step)?;
        self.context.out.status(&format!("taken back: {}", undone.summary));
        self.steps.pop();
        self.stand(walk)
    }

    /// Writes an answer as a step of the command that would have done the same. The work tells what it
    /// made and where the walk stands after it; both are on the disk at once.
    pub(super) fn write<T>(
        &mut self,
        command: &str,
        work: impl FnOnce(&mut Writer<'_>) -> Result<(T, Walk), Failure>,
    ) -> Result<T, Failure> {
        let session = self.kept_for();
        let (target, here) = (&self.target, &self.walk);
        let (value, next, step) = self.context.write_as(command, |w| {
            target.check(w)?;
            let (value, next) = work(w)?;
            if let Some(session) = session.filter(|_| next != *here) {
                w.keep_walk(session, &next)?;
            }
            Ok((value, next, w.step()))
        })?;
        self.steps.push((step, std::mem::replace(&mut self.walk, next)));
        Ok(value)
    }

    /// Stores a thought in the stage; the question stands.
    fn note(&mut self, words: Words) -> Result<(), Failure> {
        let usual = self.usual.note.clone();
        let kind = words.kind.unwrap_or(usual.kind);
        let visibility =
            if words.shared || usual.shared { Visibility::Shared } else { Visibility::Private };
        let text: Prose = words.text.parse()?;
        let stage = self.target.place.session.is_some().then(|| self.walk.stage.clone());
        let command = self.command_of_stage();
        let (place, spoken) = (self.target.place.clone(), self.target.spoken(None));
        let here = self.walk.clone();
        let reference = self.write(command, |w| {
            let goal = usual.goal.map(|goal| w.goal_within(&goal, place.engagement)).transpose()?;
            let goal = goal.map(|goal| goal.id);
            let reference =
                w.insert_note(&place, NewNote { stage, kind, visibility, goal, text })?;
            w.summarise(format!("noted {reference} in {spoken}"));
            Ok((reference, here))
        })?;
        self.confirm_note(reference, kind, visibility);
        Ok(())
    }

    fn confirm_note(&self, reference: Ref, kind: NoteKind, visibility: Visibility) {
        let shared = if visibility == Visibility::Shared { ", shared" } else { "" };
        self.context.out.status(&format!("  {reference} {kind}{shared}"));
    }

    /// The command that would have stored a thought of this stage.
    pub(super) fn command_of_stage(&self) -> &'static str {
        ["check-in", "deep-dive", "challenge"]
            .into_iter()
            .find(|stage| *stage == self.walk.stage)
            .unwrap_or("note")
    }

    /// The first open action that was neither told in this session nor passed.
    pub(super) fn pending(&mut self) -> Result<Option<Action>, Failure> {
        let open = open_of(self.context, self.target.place.engagement)?;
        let session = self.session.as_ref().map(|session| session.reference);
        let told = |action: &Action| match session {
            Some(here) => {
                action.session == Some(here)
                    || action.outcomes.iter().any(|told| told.session == Some(here))
            }
            // Between sessions each is asked for once a day.
            None => action.outcomes.iter().any(|told| told.on == self.context.today()),
        };
        let passed = &self.walk.passed;
        Ok(open.into_iter().find(|action| !passed.contains(&action.reference) && !told(action)))
    }

    /// The action of which an outcome tells, and what was said of it: the one that is asked about,
    /// unless the words begin with the ref of another one that is open.
    fn meant_action<'t>(
        &mut self,
        asked: &Action,
        said: &'t str,
    ) -> Result<(Action, &'t str), Failure> {
        Ok(self.named_action(said)?.unwrap_or_else(|| (asked.clone(), said.trim())))
    }

    /// The action whose ref words begin with, and the words after it; nothing where they begin with
    /// none.
    fn named_action<'t>(&mut self, said: &'t str) -> Result<Option<(Action, &'t str)>, Failure> {
        let said = said.trim();
        let end = said.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(said.len());
        let (first, rest) = said.split_at(end);
        let Some(named) = first.parse::<Ref>().ok().filter(|named| named.noun == Noun::Action)
        else {
            return Ok(None);
        };
        let rest = rest.trim_start_matches([' ', ':', ',', '.']);
        let open = open_of(self.context, self.target.place.engagement)?;
        match open.into_iter().find(|action| action.reference == named) {
            Some(action) => Ok(Some((action, rest))),
            None => Err(Failure::usage(format!("{named} is no open commitment here"))),
        }
    }

    /// Stores how an action went; one that stays open is asked for a new day.
    fn told(
        &mut self,
        action: &Action,
        outcome: OutcomeKind,
        reflection: &str,
    ) -> Result<(), Failure> {
        let reflection = match reflection.trim() {
            "" => None,
            text => Some(text.parse()?),
        };
        let said = reflection.is_some();
        let stays = matches!(outcome, OutcomeKind::Partly | OutcomeKind::Missed);
        let asking = if stays { Asking::Due(action.reference, 0) } else { self.walk.asking };
        let next = Walk { asking, ..self.walk.clone() };
        let (target, handle) = (self.target.clone(), Handle::Ref(action.reference));
        self.write(CHECK_IN, |w| {
            let action = w.get_action(&handle)?;
            let at = target.told_at.unwrap_or(w.now());
            w.insert_outcome(&action, &target.place, at, outcome, reflection, None)?;
            let (reference, outcome) = (action.reference, outcome.word());
            w.summarise(format!("checked in {}: {reference} {outcome}", target.spoken(None)));
            Ok(((), next))
        })?;
        let shared = if said && action.visibility == Visibility::Shared && !self.engagement.own {
            ", shared"
        } else {
            ""
        };
        self.context.out.status(&format!("  {} {outcome}{shared}", action.reference));
        Ok(())
    }

    /// Takes the answer from the editor, which begins with what the line held.
    fn write_long(&mut self, question: &Question, words: Words) -> Result<(), Failure> {
        let Some(meant) = self.meant(question, &words) else {
            return Err(Failure::usage("this question is answered on the line"));
        };
        let edited = self.context.edit(&words.text, meant);
        // A Ctrl-C in the editor was the editor's.
        let _ = self.context.interrupt.rang();
        let edited = match edited {
            Ok(Some(edited)) => edited,
            // What the line held stands there again; what the editor saved is a draft.
            unedited => {
                if let Err(failure) = unedited {
                    failure.warn_in_full(&self.context.out);
                }
                if !words.text.is_empty() {
                    self.begun = words.as_typed();
                }
                return Ok(());
            }
        };
        let text = edited.text.to_string();
        self.context.tick()?;
        let stored = self.answer(question, Words { text, ..words });
        // Where it was not stored it is a draft, and the walk goes on.
        if let Err(failure) = edited.settle(stored, &self.context.out.clone()) {
            failure.warn_in_full(&self.context.out);
        }
        Ok(())
    }
}

/// The words of a line, whether or not its prefix can be read; nothing where it is a move.
fn words_of(line: &str) -> Option<Words> {
    let words = match line::read(line) {
        Ok(Typed::Words(words) | Typed::Editor(words)) => words,
        Ok(Typed::Nothing | Typed::Move(_)) => return None,
        Err(_) => Words::plain(line),
    };
    Some(words).filter(|words| !words.text.is_empty())
}
