//! Reviews in the journal, with their scores and answers. A score is a rating of its goal: the goal's
//! history reads it from here, so that the two cannot differ.

use rusqlite::OptionalExtension;

use super::cell::{Cells, Mapped, fields, given};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Reader, StoreError, Writer};
use crate::domain::goal::Goal;
use crate::domain::id::{EngagementId, Handle, Noun, PartId, Ref, ReviewId, SessionId};
use crate::domain::review::{Answer, Review, Score};
use crate::domain::text::Prose;
use crate::domain::time::Day;
use crate::domain::word::{ReviewKind, Setting};

/// A review to write down.
#[derive(Clone, Debug)]
pub(crate) struct NewReview {
    pub(crate) kind: ReviewKind,
    pub(crate) session: Option<SessionId>,
    pub(crate) on: Day,
    pub(crate) text: Option<Prose>,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReviewEdit {
    pub(crate) session: Option<Setting<SessionId>>,
    pub(crate) on: Option<Day>,
    pub(crate) text: Option<Setting<Prose>>,
}

const REVIEW: &str = concat!(
    "SELECT v.*, coalesce(v.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, ",
    ref_of!("v.id"),
    " AS ref, ",
    ref_of!("v.session_id"),
    " AS session FROM review v CROSS JOIN engagement e ON e.id = v.engagement_id"
);

const SCORES: &str = concat!(
    "SELECT ",
    ref_of!("s.goal_id"),
    " AS goal, s.score, coalesce(
       (SELECT f.value FROM (
          SELECT a.rated_on AS on_day, a.id, a.value FROM rating a WHERE a.goal_id = s.goal_id AND a.removed_at IS NULL
          UNION ALL
          SELECT w.held_on, b.id, b.score FROM review_score b JOIN review w ON w.id = b.review_id
          WHERE b.goal_id = s.goal_id AND b.removed_at IS NULL AND w.removed_at IS NULL) f
        ORDER BY f.on_day, f.id LIMIT 1), s.score) AS first_value
     FROM review_score s JOIN goal g ON g.id = s.goal_id
     WHERE s.review_id = ? AND s.removed_at IS NULL AND g.removed_at IS NULL ORDER BY s.id"
);

fn review(row: &Mapped<'_, '_>) -> rusqlite::Result<Review> {
    Ok(Review {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        kind: row.word("kind")?,
        session: row.parsed_or_none("session")?,
        on: row.parsed("held_on")?,
        text: row.get("text")?,
        scores: Vec::new(),
        answers: Vec::new(),
        engagement_id: row.parsed("engagement_id")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Reviews by engagement, in the order of their days.
    pub(crate) fn list_reviews(
        &self,
        engagement: Option<EngagementId>,
        removed: bool,
    ) -> Result<Vec<Review>, StoreError> {
        let conditions = Conditions::standing("v.removed_at", removed)
            .and_standing("e.removed_at")
            .and("v.engagement_id = ?", engagement);
        let found = self.rows(REVIEW, conditions, "v.engagement_id, v.held_on, v.id", review)?;
        found.into_iter().map(|review| self.filled_review(review)).collect()
    }

    /// The review of this ref or id, removed or not.
    pub(crate) fn get_review(&self, handle: &Handle) -> Result<Review, StoreError> {
        let id = self.record_id(Noun::Review, handle)?;
        let sql = format!("{REVIEW} WHERE v.id = ?");
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(review))
            .optional()?;
        self.filled_review(found.ok_or_else(|| missing(Noun::Review, handle))?)
    }

    fn filled_review(&self, mut review: Review) -> Result<Review, StoreError> {
        let id = review.id.to_string();
        review.scores = self
            .conn
            .prepare_cached(SCORES)?
            .query_map([&id], |row| {
                Ok(Score {
                    goal: row.parsed("goal")?,
                    score: row.get("score")?,
                    first: row.get("first_value")?,
                })
            })?
            .collect::<Result<_, _>>()?;
        review.answers = self
            .conn
            .prepare_cached(
                "SELECT prompt, text FROM review_answer WHERE review_id = ? AND removed_at IS NULL ORDER BY id",
            )?
            .query_map([&id], |row| Ok(Answer { prompt: row.get(0)?, text: row.get(1)? }))?
            .collect::<Result<_, _>>()?;
        Ok(review)
    }
}

impl Writer<'_> {
    /// Writes a review down.
    pub(crate) fn insert_review(
        &mut self,
        engagement: EngagementId,
        new: NewReview,
    ) -> Result<Ref, StoreError> {
        let id = ReviewId::new(self.new_id());
        self.insert(
            Table::Review,
            id,
            fields! {
                "engagement_id" => engagement,
                "kind" => new.kind,
                "session_id" => new.session,
                "held_on" => new.on,
                "text" => new.text,
            },
        )?;
        self.name(Noun::Review, id)
    }

    /// Sets the score of a goal in a review: in place of the one it has there, if it has one.
    pub(crate) fn set_score(
        &mut self,
        review: &Review,
        goal: &Goal,
        score: u8,
    ) -> Result<(), StoreError> {
        standing(review.removed, &review.reference)?;
        standing(goal.removed, &goal.reference)?;
        let given: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM review_score WHERE review_id = ? AND goal_id = ? AND removed_at IS NULL",
            )?
            .query_row([review.id.to_string(), goal.id.to_string()], |row| row.get(0))
            .optional()?;
        let value = u32::from(score);
        if let Some(given) = given {
            return self.update(Table::ReviewScore, given, fields! { "score" => value }).map(drop);
        }
        let id = PartId::new(self.new_id());
        self.insert(
            Table::ReviewScore,
            id,
            fields! { "review_id" => review.id, "goal_id" => goal.id, "score" => value },
        )
    }

    /// Adds an answer to a review.
    pub(crate) fn insert_answer(
        &mut self,
        review: &Review,
        prompt: &str,
        text: Prose,
    ) -> Result<(), StoreError> {
        standing(review.removed, &review.reference)?;
        let id = PartId::new(self.new_id());
        self.insert(
            Table::ReviewAnswer,
            id,
            fields! { "review_id" => review.id, "prompt" => prompt, "text" => text },
        )
    }

    /// Changes a review.
    pub(crate) fn update_review(
        &mut self,
        review: &Review,
        edit: ReviewEdit,
    ) -> Result<(), StoreError> {
        standing(review.removed, &review.reference)?;
        let row = given! {
            "session_id" => edit.session,
            "held_on" => edit.on,
            "text" => edit.text,
        };
        self.update(Table::Review, review.id, row).map(drop)
    }

    /// Removes a review; its scores leave the ratings of the goals with it.
    pub(crate) fn remove_review(&mut self, review: &Review) -> Result<(), StoreError> {
        standing(review.removed, &review.reference)?;
        self.remove(Table::Review, review.id)
    }

    /// Brings a review back that was removed.
    pub(crate) fn restore_review(&mut self, review: &Review) -> Result<(), StoreError> {
        self.restore(Table::Review, review.id, &review.reference)
    }
}
