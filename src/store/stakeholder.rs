//! Stakeholders in the journal, what they said, and the rounds in which they were asked.

use rusqlite::{OptionalExtension, params};

use super::cell::{Cells, Mapped, fields, given};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Reader, StoreError, Writer};
use crate::domain::id::{
    EngagementId, FeedbackId, GoalId, Handle, Noun, PartId, PersonId, Ref, StakeholderId,
};
use crate::domain::refusal::Refusal;
use crate::domain::stakeholder::{Effect, Feedback, Relation, Round, RoundState, Stakeholder};
use crate::domain::text::Prose;
use crate::domain::time::Day;
use crate::domain::word::{Setting, Word};

/// Somebody to put on the map.
#[derive(Clone, Debug)]
pub(crate) struct NewStakeholder {
    pub(crate) person: PersonId,
    pub(crate) relation: Relation,
    pub(crate) effect: Option<Effect>,
    pub(crate) influence: Option<u8>,
    pub(crate) dynamic: Option<Prose>,
    pub(crate) shift: Option<Prose>,
    pub(crate) strategy: Option<Prose>,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct StakeholderEdit {
    pub(crate) person: Option<PersonId>,
    pub(crate) relation: Option<Relation>,
    pub(crate) effect: Option<Setting<Effect>>,
    pub(crate) influence: Option<Setting<u8>>,
    pub(crate) dynamic: Option<Setting<Prose>>,
    pub(crate) shift: Option<Setting<Prose>>,
    pub(crate) strategy: Option<Setting<Prose>>,
}

/// What somebody said or scored.
#[derive(Clone, Debug)]
pub(crate) struct NewFeedback {
    pub(crate) round: Round,
    pub(crate) goal: Option<GoalId>,
    pub(crate) score: Option<u8>,
    pub(crate) behaviour: Option<Prose>,
    pub(crate) situation: Option<Prose>,
    pub(crate) effect: Option<Prose>,
    pub(crate) text: Option<Prose>,
    pub(crate) on: Day,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct FeedbackEdit {
    pub(crate) score: Option<Setting<u8>>,
    pub(crate) behaviour: Option<Setting<Prose>>,
    pub(crate) situation: Option<Setting<Prose>>,
    pub(crate) effect: Option<Setting<Prose>>,
    pub(crate) text: Option<Setting<Prose>>,
    pub(crate) on: Option<Day>,
}

/// Which feedback to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct FeedbackFilter {
    pub(crate) engagement: Option<EngagementId>,
    pub(crate) stakeholder: Option<StakeholderId>,
    pub(crate) round: Option<Round>,
    pub(crate) removed: bool,
}

const STAKEHOLDER: &str = concat!(
    "SELECT h.*, coalesce(h.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, p.name AS name, ",
    ref_of!("h.id"),
    " AS ref, ",
    ref_of!("h.person_id"),
    " AS person
     FROM stakeholder h CROSS JOIN engagement e ON e.id = h.engagement_id
       CROSS JOIN person p ON p.id = h.person_id"
);

fn stakeholder(row: &Mapped<'_, '_>) -> rusqlite::Result<Stakeholder> {
    Ok(Stakeholder {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        person: row.parsed("person")?,
        name: row.get("name")?,
        relation: row.word("relation")?,
        effect: row.word_or_none("effect")?,
        influence: row.get("influence")?,
        dynamic: row.get("dynamic")?,
        shift: row.get("shift")?,
        strategy: row.get("strategy")?,
        engagement_id: row.parsed("engagement_id")?,
        person_id: row.parsed("person_id")?,
        removed: row.is_gone()?,
    })
}

const FEEDBACK: &str = concat!(
    "SELECT f.*, coalesce(f.removed_at, h.removed_at, e.removed_at) AS gone_at, e.slug AS engagement,
       h.engagement_id AS engagement_id, h.relation AS relation, h.person_id AS person_id, p.name AS name, ",
    ref_of!("f.id"),
    " AS ref, ",
    ref_of!("f.stakeholder_id"),
    " AS stakeholder, ",
    ref_of!("f.goal_id"),
    " AS goal
     FROM feedback f CROSS JOIN stakeholder h ON h.id = f.stakeholder_id
       CROSS JOIN engagement e ON e.id = h.engagement_id CROSS JOIN person p ON p.id = h.person_id"
);

/// The same, found by who said it: for those of one engagement.
const FEEDBACK_OF: &str = concat!(
    "SELECT f.*, coalesce(f.removed_at, h.removed_at, e.removed_at) AS gone_at, e.slug AS engagement,
       h.engagement_id AS engagement_id, h.relation AS relation, h.person_id AS person_id, p.name AS name, ",
    ref_of!("f.id"),
    " AS ref, ",
    ref_of!("f.stakeholder_id"),
    " AS stakeholder, ",
    ref_of!("f.goal_id"),
    " AS goal
     FROM stakeholder h CROSS JOIN feedback f ON f.stakeholder_id = h.id
       CROSS JOIN engagement e ON e.id = h.engagement_id CROSS JOIN person p ON p.id = h.person_id"
);

fn feedback(row: &Mapped<'_, '_>) -> rusqlite::Result<Feedback> {
    Ok(Feedback {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        stakeholder: row.parsed("stakeholder")?,
        round: row.word("round")?,
        goal: row.parsed_or_none("goal")?,
        score: row.get("score")?,
        behaviour: row.get("behaviour")?,
        situation: row.get("situation")?,
        effect: row.get("effect")?,
        text: row.get("text")?,
        on: row.parsed("given_on")?,
        name: row.get("name")?,
        relation: row.word("relation")?,
        person_id: row.parsed("person_id")?,
        engagement_id: row.parsed("engagement_id")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Stakeholders by engagement, in the order of their making.
    pub(crate) fn list_stakeholders(
        &self,
        engagement: Option<EngagementId>,
        removed: bool,
    ) -> Result<Vec<Stakeholder>, StoreError> {
        let conditions = Conditions::standing("h.removed_at", removed)
            .and_standing("e.removed_at")
            .and("h.engagement_id = ?", engagement);
        self.rows(STAKEHOLDER, conditions, "h.engagement_id, h.id", stakeholder)
    }

    /// The stakeholder of this ref or id, removed or not.
    pub(crate) fn get_stakeholder(&self, handle: &Handle) -> Result<Stakeholder, StoreError> {
        let id = self.record_id(Noun::Stakeholder, handle)?;
        let sql = format!("{STAKEHOLDER} WHERE h.id = ?");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(stakeholder))
            .optional()?
            .ok_or_else(|| missing(Noun::Stakeholder, handle))
    }

    /// Feedback by who said it, in the order of rounds and then of its making.
    pub(crate) fn list_feedback(
        &self,
        filter: &FeedbackFilter,
    ) -> Result<Vec<Feedback>, StoreError> {
        let narrow = filter.engagement.is_some() && !filter.removed;
        let conditions = Conditions::standing("f.removed_at", filter.removed)
            .and_standing("h.removed_at")
            .and_standing("e.removed_at")
            .and("h.engagement_id = ?", filter.engagement)
            .and("f.stakeholder_id = ?", filter.stakeholder)
            .and_many("f.round = ?", filter.round);
        let select = if narrow { FEEDBACK_OF } else { FEEDBACK };
        self.rows(select, conditions, "f.stakeholder_id, f.round, f.id", feedback)
    }

    /// The piece of feedback of this ref or id, removed or not.
    pub(crate) fn get_feedback(&self, handle: &Handle) -> Result<Feedback, StoreError> {
        let id = self.record_id(Noun::Feedback, handle)?;
        let sql = format!("{FEEDBACK} WHERE f.id = ?");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(feedback))
            .optional()?
            .ok_or_else(|| missing(Noun::Feedback, handle))
    }

    /// How a round of an engagement stands; nothing is known of one that was neither opened nor
    /// closed.
    pub(crate) fn feedback_round(
        &self,
        engagement: EngagementId,
        round: Round,
    ) -> Result<RoundState, StoreError> {
        let slug = self.get_engagement(engagement)?.slug;
        let found = self
            .conn
            .prepare_cached(
                "SELECT opened_on, closed_on FROM feedback_round
                 WHERE engagement_id = ? AND round = ? AND removed_at IS NULL ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![engagement.to_string(), round.word()], |row| {
                Ok((row.parsed_or_none("opened_on")?, row.parsed_or_none("closed_on")?))
            })
            .optional()?;
        let (opened_on, closed_on) = found.unwrap_or_default();
        Ok(RoundState { engagement: slug, round, opened_on, closed_on, engagement_id: engagement })
    }
}

impl Writer<'_> {
    /// Puts somebody on the map.
    ///
    /// # Errors
    /// Refused where they are on it already, `self` for anybody but a coachee, and all else for one.
    pub(crate) fn insert_stakeholder(
        &mut self,
        engagement: EngagementId,
        new: NewStakeholder,
    ) -> Result<Ref, StoreError> {
        self.is_new_to_the_map(engagement, new.person)?;
        self.fits(engagement, new.person, new.relation)?;
        let id = StakeholderId::new(self.new_id());
        self.insert(
            Table::Stakeholder,
            id,
            fields! {
                "engagement_id" => engagement,
                "person_id" => new.person,
                "relation" => new.relation,
                "effect" => new.effect,
                "influence" => new.influence.map(u32::from),
                "dynamic" => new.dynamic,
                "shift" => new.shift,
                "strategy" => new.strategy,
            },
        )?;
        self.name(Noun::Stakeholder, id)
    }

    /// Changes what is known of a stakeholder.
    ///
    /// # Errors
    /// Refused as for a new one; and once they answered in a round that was closed, for another
    /// person or relation, since what was told of their group would tell of them.
    pub(crate) fn update_stakeholder(
        &mut self,
        stakeholder: &Stakeholder,
        edit: StakeholderEdit,
    ) -> Result<(), StoreError> {
        standing(stakeholder.removed, &stakeholder.reference)?;
        let person = edit.person.unwrap_or(stakeholder.person_id);
        let relation = edit.relation.unwrap_or(stakeholder.relation);
        if person != stakeholder.person_id {
            self.is_new_to_the_map(stakeholder.engagement_id, person)?;
        }
        if (person, relation) != (stakeholder.person_id, stakeholder.relation) {
            self.fits(stakeholder.engagement_id, person, relation)?;
            self.unheard_in_closed_rounds(stakeholder)?;
        }
        let row = given! {
            "person_id" => edit.person,
            "relation" => edit.relation,
            "effect" => edit.effect,
            "influence" => edit.influence.map(|it| it.value().map(u32::from)),
            "dynamic" => edit.dynamic,
            "shift" => edit.shift,
            "strategy" => edit.strategy,
        };
        self.update(Table::Stakeholder, stakeholder.id, row).map(drop)
    }

    /// Removes a stakeholder; what they said goes out of every list with them.
    ///
    /// # Errors
    /// Refused once they answered in a round that was closed.
    pub(crate) fn remove_stakeholder(
        &mut self,
        stakeholder: &Stakeholder,
    ) -> Result<(), StoreError> {
        standing(stakeholder.removed, &stakeholder.reference)?;
        self.unheard_in_closed_rounds(stakeholder)?;
        self.remove(Table::Stakeholder, stakeholder.id)
    }

    /// Brings a stakeholder back that was removed.
    ///
    /// # Errors
    /// Refused where the same person was put on the map anew, and once they answered in a round that
    /// was closed.
    pub(crate) fn restore_stakeholder(
        &mut self,
        stakeholder: &Stakeholder,
    ) -> Result<(), StoreError> {
        if stakeholder.removed {
            self.is_new_to_the_map(stakeholder.engagement_id, stakeholder.person_id)?;
            self.unheard_in_closed_rounds(stakeholder)?;
        }
        self.restore(Table::Stakeholder, stakeholder.id, &stakeholder.reference)
    }

    /// Writes down what somebody said or scored.
    ///
    /// # Errors
    /// Refused in a round that was closed, and where they scored this goal in it already.
    pub(crate) fn insert_feedback(
        &mut self,
        stakeholder: &Stakeholder,
        new: NewFeedback,
    ) -> Result<Ref, StoreError> {
        standing(stakeholder.removed, &stakeholder.reference)?;
        self.round_is_open(stakeholder.engagement_id, new.round)?;
        if let (Some(goal), Some(_)) = (new.goal, new.score) {
            let before: Option<Ref> = self
                .conn
                .prepare_cached(concat!(
                    "SELECT ",
                    ref_of!("f.id"),
                    " AS ref FROM feedback f WHERE f.stakeholder_id = ? AND f.round = ? AND +f.goal_id = ?
                       AND f.score IS NOT NULL AND f.removed_at IS NULL"
                ))?
                .query_row(
                    params![stakeholder.id.to_string(), new.round.word(), goal.to_string()],
                    |row| row.parsed("ref"),
                )
                .optional()?;
            if let Some(reference) = before {
                let name = stakeholder.name.clone();
                return Err(
                    Refusal::ScoredAlready { reference, name, round: new.round.word() }.into()
                );
            }
        }
        let id = FeedbackId::new(self.new_id());
        self.insert(
            Table::Feedback,
            id,
            fields! {
                "stakeholder_id" => stakeholder.id,
                "round" => new.round,
                "goal_id" => new.goal,
                "score" => new.score.map(u32::from),
                "text" => new.text,
                "behaviour" => new.behaviour,
                "situation" => new.situation,
                "effect" => new.effect,
                "given_on" => new.on,
            },
        )?;
        self.name(Noun::Feedback, id)
    }

    /// Corrects what was written down.
    ///
    /// # Errors
    /// Refused in a round that was closed, and where nothing would be left.
    pub(crate) fn update_feedback(
        &mut self,
        feedback: &Feedback,
        edit: FeedbackEdit,
    ) -> Result<(), StoreError> {
        standing(feedback.removed, &feedback.reference)?;
        self.round_is_open(feedback.engagement_id, feedback.round)?;
        let row = given! {
            "score" => edit.score.map(|it| it.value().map(u32::from)),
            "behaviour" => edit.behaviour,
            "situation" => edit.situation,
            "effect" => edit.effect,
            "text" => edit.text,
            "given_on" => edit.on,
        };
        self.update(Table::Feedback, feedback.id, row)?;
        let after = self.get_feedback(&Handle::Ref(feedback.reference))?;
        let words = [&after.behaviour, &after.situation, &after.effect, &after.text];
        match after.score.is_none() && words.iter().all(|text| text.is_none()) {
            true => Err(Refusal::NothingLeft { reference: feedback.reference }.into()),
            false => Ok(()),
        }
    }

    /// Removes a piece of feedback.
    pub(crate) fn remove_feedback(&mut self, feedback: &Feedback) -> Result<(), StoreError> {
        standing(feedback.removed, &feedback.reference)?;
        self.round_is_open(feedback.engagement_id, feedback.round)?;
        self.remove(Table::Feedback, feedback.id)
    }

    /// Brings a piece of feedback back that was removed.
    pub(crate) fn restore_feedback(&mut self, feedback: &Feedback) -> Result<(), StoreError> {
        self.round_is_open(feedback.engagement_id, feedback.round)?;
        self.restore(Table::Feedback, feedback.id, &feedback.reference)
    }

    /// Opens a round, again if it was closed, or closes it, today.
    pub(crate) fn set_feedback_round(
        &mut self,
        engagement: EngagementId,
        round: Round,
        open: bool,
    ) -> Result<(), StoreError> {
        let today = self.today();
        let closed_on = (!open).then_some(today);
        let there: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM feedback_round
                 WHERE engagement_id = ? AND round = ? AND removed_at IS NULL ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![engagement.to_string(), round.word()], |row| row.get(0))
            .optional()?;
        match there {
            Some(id) => {
                // What was closed before stays closed since then.
                let standing = self.feedback_round(engagement, round)?.closed_on;
                let closed_on = closed_on.map(|today| standing.unwrap_or(today));
                self.update(Table::FeedbackRound, id, fields! { "closed_on" => closed_on })
                    .map(drop)
            }
            None => {
                let id = PartId::new(self.new_id());
                self.insert(
                    Table::FeedbackRound,
                    id,
                    fields! {
                        "engagement_id" => engagement,
                        "round" => round,
                        "opened_on" => today,
                        "closed_on" => closed_on,
                    },
                )
            }
        }
    }

    fn round_is_open(&self, engagement: EngagementId, round: Round) -> Result<(), StoreError> {
        let state = self.feedback_round(engagement, round)?;
        match state.closed_on {
            Some(on) => {
                let engagement = state.engagement;
                Err(Refusal::RoundClosed { engagement, round: round.word(), on }.into())
            }
            None => Ok(()),
        }
    }

    /// Refuses somebody who is on the map already.
    fn is_new_to_the_map(
        &self,
        engagement: EngagementId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        let there = self.list_stakeholders(Some(engagement), false)?;
        match there.into_iter().find(|it| it.person_id == person) {
            Some(Stakeholder { reference, name, .. }) => {
                Err(Refusal::OnTheMap { reference, name }.into())
            }
            None => Ok(()),
        }
    }

    /// Refuses a stakeholder who answered in a round that was closed.
    fn unheard_in_closed_rounds(&self, stakeholder: &Stakeholder) -> Result<(), StoreError> {
        let heard: Option<Round> = self
            .conn
            .prepare_cached(
                "SELECT r.round FROM feedback_round r
                 WHERE r.engagement_id = ?1 AND r.closed_on IS NOT NULL AND r.removed_at IS NULL
                   AND EXISTS (SELECT 1 FROM feedback f
                     WHERE f.stakeholder_id = ?2 AND f.round = r.round AND f.removed_at IS NULL)
                 LIMIT 1",
            )?
            .query_row(
                params![stakeholder.engagement_id.to_string(), stakeholder.id.to_string()],
                |row| row.word("round"),
            )
            .optional()?;
        match heard {
            Some(round) => Err(Refusal::HeardInRound {
                reference: stakeholder.reference,
                engagement: stakeholder.engagement.clone(),
                round: round.word(),
            }
            .into()),
            None => Ok(()),
        }
    }

    /// Refuses `self` for anybody but a coachee, and all else for one.
    fn fits(
        &self,
        engagement: EngagementId,
        person: PersonId,
        relation: Relation,
    ) -> Result<(), StoreError> {
        let coachees = self.coachees(engagement)?;
        let coachee = coachees.into_iter().find(|(id, ..)| *id == person);
        match (coachee, relation) {
            (Some((_, _, name)), relation) if relation != Relation::Itself => {
                let engagement = self.get_engagement(engagement)?.slug;
                return Err(Refusal::CoacheeIsSelf { name, engagement }.into());
            }
            (None, Relation::Itself) => {}
            _ => return Ok(()),
        }
        let reference = self
            .conn
            .prepare_cached(concat!("SELECT ", ref_of!("?1"), " AS ref"))?
            .query_row([person.to_string()], |row| row.parsed("ref"))?;
        let engagement = self.get_engagement(engagement)?.slug;
        Err(Refusal::NoCoachee { reference, engagement }.into())
    }
}
