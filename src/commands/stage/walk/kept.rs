//! Words of a walk that were not stored: kept as drafts, and a half-typed line stands there again when
//! the walk goes on.

use super::line::{self, Words};
use super::{Guide, Question};
use crate::commands::context::Meant;
use crate::commands::failure::Failure;
use crate::domain::action::OutcomeKind;
use crate::domain::method::ACTION_PLANNING;
use crate::domain::session::NoteKind;
use crate::domain::word::Word;
use crate::vault::{Capture, Draft, Drafted, draft_id};

/// The flag and the letter of each outcome, in their order.
const OUTCOMES: [(&str, char); 4] =
    [("--done", 'd'), ("--partly", 'p'), ("--missed", 'm'), ("--drop", 'x')];

impl Guide<'_> {
    /// Which command line would store these words later; nothing where they answer a question of a
    /// word or two.
    pub(super) fn meant(&self, question: &Question, words: &Words) -> Option<Meant> {
        let place = &self.target.place;
        let args: Vec<String> = match question {
            Question::Open(_) if self.walk.stage == ACTION_PLANNING && words.kind.is_none() => {
                [ACTION_PLANNING, "-"].map(str::to_owned).to_vec()
            }
            Question::Outcome(action) if self.outcome_of(words).is_some() => {
                let (outcome, _) = self.outcome_of(words)?;
                let flag = OUTCOMES[outcome as usize].0;
                let action = action.reference.to_string();
                ["check-in", flag, &action, "--reflection", "-"].map(str::to_owned).to_vec()
            }
            Question::Open(_) | Question::Outcome(_) => {
                let usual = &self.usual.note;
                let mut args = vec!["note".to_owned()];
                if place.session.is_some() {
                    args.extend(["--stage".to_owned(), self.walk.stage.clone()]);
                }
                let kind = words.kind.unwrap_or(usual.kind);
                args.extend(["--kind".to_owned(), kind.word().to_owned()]);
                if words.shared || usual.shared {
                    args.push("--shared".to_owned());
                }
                args.extend(
                    usual.goal.iter().flat_map(|goal| ["--goal".to_owned(), goal.to_string()]),
                );
                args.push("-".to_owned());
                args
            }
            Question::Summary(_) => {
                let session = self.session.as_ref()?.reference.to_string();
                ["session", "edit", &session, "--summary", "-"].map(str::to_owned).to_vec()
            }
            Question::Due(_) | Question::Next(_) | Question::Share(_) | Question::Minutes => {
                return None;
            }
        };
        let command = match question {
            Question::Summary(_) => "session edit".to_owned(),
            _ => args.first().cloned().unwrap_or_default(),
        };
        let spoken = self.target.spoken(None);
        let place = Some(Drafted::new(place.engagement, place.session, spoken));
        Some(Meant { command, args, place, upon: None })
    }

    /// How a commitment went and what was said of it, where words say both.
    fn outcome_of<'w>(&self, words: &'w Words) -> Option<(OutcomeKind, &'w str)> {
        let told =
            line::outcome(&words.text).filter(|_| words.kind.is_none() && !words.as_it_stands);
        told.filter(|(_, said)| !said.trim().is_empty())
    }

    /// Keeps words as a draft; tells whether they are kept.
    fn keep(&self, question: &Question, words: &Words, unfinished: bool) -> bool {
        let Some(Meant { command, args, place, upon }) = self.meant(question, words) else {
            return false;
        };
        let at = self.context.clock.now;
        let capture = Capture {
            at,
            command,
            args,
            place,
            heard: Some(match (question, self.outcome_of(words)) {
                (Question::Outcome(_), Some((_, said))) => said.to_owned(),
                _ => words.text.clone(),
            }),
            typed: None,
            addressed: true,
            upon,
            unfinished,
        };
        let (vault, journal) = (self.context.vault(), self.context.journal_path());
        match vault.keep_draft(&journal, draft_id(at), &capture) {
            Ok(()) => true,
            Err(error) => {
                Failure::from(error).warn(&self.context.out);
                false
            }
        }
    }

    /// Keeps the words of a line that could not be stored; tells whether they are kept.
    pub(super) fn keep_refused(&self, question: &Question, words: &Words) -> bool {
        !words.text.trim().is_empty() && self.keep(question, words, false)
    }

    /// Keeps what stood on the line when the walk was broken off.
    pub(super) fn keep_unfinished(&self, question: &Question, words: &Words) {
        if self.keep(question, words, true) {
            self.context.out.status("the line that you had begun is kept: coach drafts");
        }
    }

    /// The line of this session that was broken off last.
    pub(super) fn find_unfinished(&mut self) -> Result<(), Failure> {
        let journal = self.context.journal_path();
        let place = &self.target.place;
        if place.session.is_some() && self.session.is_none() {
            return Ok(());
        }
        if self.context.around.dumb || self.context.vault().count_drafts(&journal) == 0 {
            return Ok(());
        }
        self.unfinished =
            self.context.vault().unfinished_draft(&journal, place.engagement, place.session)?;
        Ok(())
    }

    /// What stands on the line of a question: what was begun there before.
    pub(super) fn begun_before(&self, question: &Question) -> Option<String> {
        let draft = self.unfinished.as_ref()?;
        let (words, args) = (draft_words(draft), &draft.capture.args);
        if let (Question::Outcome(action), [command, flag, of, ..]) = (question, &args[..]) {
            let letter = OUTCOMES.iter().find(|(known, _)| known == flag).map(|(_, letter)| letter);
            if let Some(letter) = letter.filter(|_| command == "check-in") {
                let asked = *of == action.reference.to_string();
                return asked.then(|| format!("{letter} {}", words.text));
            }
        }
        let meant = self.meant(question, &words)?;
        (meant.args.get(..3) == args.get(..3) && meant.command == draft.capture.command)
            .then(|| words.as_typed())
    }

    /// The line was answered: its draft has done its work.
    pub(super) fn settle_unfinished(&mut self) {
        let Some(draft) = self.unfinished.take() else { return };
        let (vault, journal) = (self.context.vault(), self.context.journal_path());
        if let Err(error) = vault.drop_draft(&journal, &draft.name()) {
            Failure::from(error).warn(&self.context.out);
        }
    }
}

/// The words of a draft, and what its flags say of them.
fn draft_words(draft: &Draft) -> Words {
    let args = &draft.capture.args;
    let kind = args.iter().skip_while(|arg| *arg != "--kind").nth(1);
    let kind = kind.and_then(|kind| NoteKind::from_word(kind));
    Words {
        kind: kind.filter(|kind| *kind != NoteKind::Thought),
        shared: args.iter().any(|arg| arg == "--shared"),
        ..Words::plain(draft.capture.heard.as_deref().unwrap_or_default())
    }
}
