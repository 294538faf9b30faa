//! Reviews: a look back at the goals as they were first set, with scores and answers.

use serde::Serialize;

use super::id::{EngagementId, Ref, ReviewId, Slug};
use super::time::Day;
use super::word::ReviewKind;

/// A look back, half way, at the end, or some weeks after it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Review {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: ReviewId,
    pub(crate) engagement: Slug,
    pub(crate) kind: ReviewKind,
    /// The session it was held in, if one was named.
    pub(crate) session: Option<Ref>,
    pub(crate) on: Day,
    pub(crate) text: Option<String>,
    /// In the order in which they were given.
    pub(crate) scores: Vec<Score>,
    pub(crate) answers: Vec<Answer>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// Where a goal stands in a review, 0 to 10: its rating of that day.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Score {
    pub(crate) goal: Ref,
    pub(crate) score: u8,
    /// The goal's first rating, whichever it was.
    pub(crate) first: Option<u8>,
}

/// An answer to a question that was asked.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) prompt: String,
    pub(crate) text: String,
}

/// What is asked where the engagement's method has no such review of its own.
pub(crate) fn usual_prompts(kind: ReviewKind) -> &'static [&'static str] {
    match kind {
        ReviewKind::Mid => &[
            "What has moved since the start, and what has not?",
            "What shall be different in the second half?",
        ],
        ReviewKind::Closing => &[
            "What is different now, and who has noticed it?",
            "What will you go on with by yourself?",
        ],
        ReviewKind::FollowUp => &[
            "What has held since we ended, and what has slipped?",
            "What do you need to keep it up?",
        ],
    }
}

impl Review {
    /// What it is called: `mid review R2`.
    pub(crate) fn spoken(&self) -> String {
        format!("{} review {}", self.kind, self.reference)
    }

    /// The questions that are still open, of those that are to be asked.
    pub(crate) fn unanswered<'p>(&self, prompts: &'p [String]) -> Vec<&'p String> {
        let is_open = |prompt: &&String| !self.answers.iter().any(|one| one.prompt == **prompt);
        prompts.iter().filter(is_open).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::word::Word;

    #[test]
    fn every_kind_has_questions_of_its_own_for_methods_without_them() {
        for &kind in ReviewKind::ALL {
            assert!(usual_prompts(kind).len() > 1, "{kind}");
        }
    }
}
