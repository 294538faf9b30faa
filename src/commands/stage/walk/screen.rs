//! What the person sees of a walk: where they are, what is asked, how much of the hour is gone. Plain
//! lines, so that they read the same by ear.

use super::super::check_in::open_line;
use super::line::{HELP, Help};
use super::{Guide, Question};
use crate::commands::failure::Failure;
use crate::domain::action::ActionOwner;
use crate::domain::method::{ACTION_PLANNING, CHECK_IN};
use crate::domain::walk::{Asking, END, Walk};
use crate::platform::table::Tone;

impl Guide<'_> {
    /// What is said before the first question.
    pub(super) fn welcome(&self) {
        if let Some(stage) = self.alone {
            self.context.out.status(&self.target.spoken(Some(stage)));
        }
        self.context
            .out
            .aside("A line and Enter stores it; Enter alone goes on; ? shows more.", Tone::Dim);
    }

    /// Shows what else a line can say.
    pub(super) fn help(&mut self) {
        // Who walks alone has nobody to share with; who walks one stage stays in it.
        let lines = HELP.iter().filter(|(_, of)| match of {
            Help::Everybody => true,
            Help::Thoughts => self.walk.stage != ACTION_PLANNING,
            Help::Planning => self.walk.stage == ACTION_PLANNING && !self.engagement.own,
            Help::OwnPlanning => self.walk.stage == ACTION_PLANNING && self.engagement.own,
            Help::Coach => !self.engagement.own,
            Help::CheckIn => self.walk.stage == CHECK_IN && !self.engagement.own,
            Help::OwnCheckIn => self.walk.stage == CHECK_IN && self.engagement.own,
            Help::Session => self.alone.is_none(),
            Help::Stage => self.alone.is_some(),
        });
        lines.for_each(|(line, _)| self.context.out.aside(line, Tone::Dim));
        // The question is out of sight by now.
        self.said = Some((self.walk.stage.clone(), String::new()));
    }

    /// Shows what is asked, unless it stands there already.
    pub(super) fn show(&mut self, question: &Question) -> Result<(), Failure> {
        let stage = self.walk.stage.clone();
        let asked = match question {
            Question::Outcome(action) => action.reference.to_string(),
            Question::Summary(Some(standing)) => format!("{} {standing}", self.walk.asking),
            _ => self.walk.asking.to_string(),
        };
        let new_stage = self.said.as_ref().is_none_or(|(said, _)| *said != stage);
        let said = Some((stage, asked));
        let new_question = self.said != said;
        if new_stage {
            self.context.out.aside("\n", Tone::Plain);
            self.context.out.aside(&self.heading(), Tone::Strong);
            self.show_beside()?;
        }
        if new_question {
            self.ask(question, new_stage)?;
        }
        self.said = said;
        Ok(())
    }

    /// `Deep dive, 2 of 4; then challenge`
    fn heading(&self) -> String {
        let title = |id: &str| match self.method.stage(id) {
            Some(stage) => stage.title.clone(),
            None => "The end".to_owned(),
        };
        let stages = &self.method.stages;
        let place = stages.iter().position(|stage| stage.id == self.walk.stage);
        let place =
            place.map_or_else(String::new, |at| format!(", {} of {}", at + 1, stages.len()));
        let then = match (self.alone, self.walk.stage_after(&self.method)) {
            (None, Some(after)) => format!("; then {}", title(after).to_lowercase()),
            _ => String::new(),
        };
        format!("{}{place}{then}", title(&self.walk.stage))
    }

    fn ask(&mut self, question: &Question, first: bool) -> Result<(), Failure> {
        let out = self.context.out.clone();
        match question {
            Question::Outcome(action) => {
                if first {
                    let said = match self.engagement.own {
                        true => "what you make of it",
                        false => "what they say of it, for both of you",
                    };
                    let how = format!("d done, p partly, m missed, x dropped, and {said}");
                    out.aside(&format!("  {how}; Enter alone leaves it open"), Tone::Dim);
                }
                let whose = if action.owner == ActionOwner::Coach { ", yours" } else { "" };
                let tone = if action.overdue { Tone::Bad } else { Tone::Plain };
                out.aside(&format!("  {}{whose}", open_line(action)), tone);
            }
            Question::Due(action) => {
                let stays = match action.due {
                    Some(due) => format!("Enter keeps {}", due.spoken()),
                    None => "Enter for no day".to_owned(),
                };
                out.aside(
                    &format!("  {} due, such as fri or in 2 weeks ({stays})", action.reference),
                    Tone::Plain,
                );
            }
            Question::Open(Some(words)) => {
                let all = Walk::questions(&self.method, &self.walk.stage);
                let Asking::Question(number) = self.walk.asking else { return Ok(()) };
                out.aside(&format!("  {words} ({} of {all})", number + 1), Tone::Plain);
                if first {
                    self.offer_insights()?;
                }
            }
            Question::Open(None) => self.offer_insights()?,
            Question::Next(proposal) => {
                out.aside(&format!("  The next session: {}", proposal.spoken()), Tone::Plain);
                let how = "Enter plans it, a day such as tue 14:00 another, none leaves it open";
                out.aside(&format!("  {how}"), Tone::Dim);
            }
            Question::Share(notes) => {
                out.aside("  Insights of today that the coachee cannot read:", Tone::Plain);
                for note in notes {
                    out.aside(&format!("  {}  {}", note.reference, note.text), Tone::Plain);
                }
                let how = "Which may they read? Such as N3 N5, all, or Enter for none";
                out.aside(&format!("  {how}"), Tone::Plain);
            }
            Question::Summary(standing) => {
                let who = if self.engagement.own { "" } else { " The coachee may read it." };
                out.aside(&format!("  What did you agree?{who}"), Tone::Plain);
                if let Some(standing) = standing {
                    out.aside(&format!("  It says by now: {standing}"), Tone::Plain);
                }
                let stays = if standing.is_some() { "keeps that" } else { "leaves it out" };
                let how = format!("  /e writes it in the editor, Enter alone {stays}");
                out.aside(&how, Tone::Dim);
            }
            Question::Minutes => {
                let began = self.session.as_ref().map(|session| session.start.spoken());
                let began = began.unwrap_or_default();
                out.aside(&format!("  It began {began}. How many minutes was it?"), Tone::Plain);
            }
        }
        Ok(())
    }

    /// `deep-dive 14/90 min`
    pub(super) fn label(&self) -> String {
        let stage = match self.walk.asking {
            Asking::Due(..) => "due",
            _ if self.walk.stage == END => "end",
            _ => &self.walk.stage,
        };
        let Some(session) = &self.session else { return stage.to_owned() };
        let gone = self.context.clock.now.minutes_since(session.start).max(0);
        let usual = self.engagement.minutes.map(|range| range.high);
        match session.minutes.or(usual) {
            Some(planned) => format!("{stage} {gone}/{planned} min"),
            None => format!("{stage} {gone} min"),
        }
    }
}
