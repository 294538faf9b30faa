//! The tables whose rows are logged, and which of them hold parts of a record.

use crate::store::StoreError;

/// A table whose rows are logged. Its place in [`Table::ALL`] is stored: append only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) enum Table {
    Organisation,
    Person,
    Engagement,
    SlugAlias,
    Participant,
    Goal,
    Criterion,
    Rating,
    KeyResult,
    Measurement,
    Session,
    Attendee,
    Note,
    NoteRevision,
    Action,
    Outcome,
    Habit,
    Tick,
    Agreement,
    Signature,
    Disclosure,
    Stakeholder,
    Feedback,
    FeedbackRound,
    Worksheet,
    WorksheetRow,
    WorksheetCell,
    WorksheetUse,
    WorksheetVersion,
    Review,
    ReviewScore,
    ReviewAnswer,
    Paper,
    MethodSnapshot,
}

impl Table {
    pub(in crate::store) const ALL: &'static [(Self, &'static str)] = &[
        (Self::Organisation, "organisation"),
        (Self::Person, "person"),
        (Self::Engagement, "engagement"),
        (Self::SlugAlias, "slug_alias"),
        (Self::Participant, "participant"),
        (Self::Goal, "goal"),
        (Self::Criterion, "criterion"),
        (Self::Rating, "rating"),
        (Self::KeyResult, "key_result"),
        (Self::Measurement, "measurement"),
        (Self::Session, "session"),
        (Self::Attendee, "attendee"),
        (Self::Note, "note"),
        (Self::NoteRevision, "note_revision"),
        (Self::Action, "action"),
        (Self::Outcome, "outcome"),
        (Self::Habit, "habit"),
        (Self::Tick, "tick"),
        (Self::Agreement, "agreement"),
        (Self::Signature, "signature"),
        (Self::Disclosure, "disclosure"),
        (Self::Stakeholder, "stakeholder"),
        (Self::Feedback, "feedback"),
        (Self::FeedbackRound, "feedback_round"),
        (Self::Worksheet, "worksheet"),
        (Self::WorksheetRow, "worksheet_row"),
        (Self::WorksheetCell, "worksheet_cell"),
        (Self::WorksheetUse, "worksheet_use"),
        (Self::WorksheetVersion, "worksheet_version"),
        (Self::Review, "review"),
        (Self::ReviewScore, "review_score"),
        (Self::ReviewAnswer, "review_answer"),
        (Self::Paper, "paper"),
        (Self::MethodSnapshot, "method_snapshot"),
    ];

    /// Its name in SQL.
    pub(in crate::store) fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// What its records are called, several of them.
    pub(in crate::store) fn plural(self) -> &'static str {
        match self {
            Self::Organisation => "organisations",
            Self::Person => "people",
            Self::Engagement => "engagements",
            Self::Goal => "goals",
            Self::KeyResult => "key results",
            Self::Session => "sessions",
            Self::Note => "notes",
            Self::Action => "actions",
            Self::Habit => "habits",
            Self::Agreement => "agreements",
            Self::Stakeholder => "stakeholders",
            Self::Feedback => "pieces of feedback",
            Self::Worksheet => "worksheets",
            Self::Review => "reviews",
            _ => "parts",
        }
    }

    /// For a table of parts: the column that names the whole, and what the part is called.
    pub(in crate::store) fn whole(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::SlugAlias => Some(("engagement_id", "former_slug")),
            Self::Participant => Some(("engagement_id", "participant")),
            Self::Criterion => Some(("goal_id", "criterion")),
            Self::Rating => Some(("goal_id", "rating")),
            Self::Measurement => Some(("key_result_id", "measurement")),
            Self::Attendee => Some(("session_id", "attendee")),
            Self::NoteRevision => Some(("note_id", "revision")),
            Self::Outcome => Some(("action_id", "outcome")),
            Self::Tick => Some(("habit_id", "tick")),
            Self::Signature => Some(("agreement_id", "signature")),
            Self::Disclosure => Some(("engagement_id", "disclosure")),
            Self::FeedbackRound => Some(("engagement_id", "round")),
            Self::WorksheetRow => Some(("worksheet_id", "row")),
            Self::WorksheetCell => Some(("worksheet_id", "cell")),
            Self::WorksheetUse => Some(("worksheet_id", "use")),
            Self::WorksheetVersion => Some(("worksheet_id", "version")),
            Self::ReviewScore => Some(("review_id", "score")),
            Self::ReviewAnswer => Some(("review_id", "answer")),
            Self::Paper => Some(("engagement_id", "paper")),
            _ => None,
        }
    }

    /// The table stored under `code`.
    pub(in crate::store) fn from_code(code: i64) -> Result<Self, StoreError> {
        usize::try_from(code)
            .ok()
            .and_then(|at| Self::ALL.get(at))
            .map(|(table, _)| *table)
            .ok_or_else(|| StoreError::Damaged { detail: format!("the log names table {code}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_found_by_its_place() {
        for (at, (table, _)) in Table::ALL.iter().enumerate() {
            assert_eq!(*table as usize, at);
        }
    }
}
