//! How records are named: permanent ids for machines, short refs and slugs for people.
//!
//! An id is a UUIDv7 (RFC 9562), so ids sort by their time of making. A ref (`A41`) belongs to
//! this device, is never used twice and never moves. A slug (`acme-cfo`) names an engagement and
//! can never be mistaken for a ref.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub(crate) struct $name(Uuid);

        impl $name {
            /// Names a new record.
            pub(crate) fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+ };
}

ids! {
    /// Names a person.
    PersonId,
    /// Names an organisation.
    OrganisationId,
    /// Names an engagement.
    EngagementId,
    /// Names a goal.
    GoalId,
    /// Names a key result.
    KeyResultId,
    /// Names a session.
    SessionId,
    /// Names a note.
    NoteId,
    /// Names an action.
    ActionId,
    /// Names a habit.
    HabitId,
    /// Names an agreement.
    AgreementId,
    /// Names a stakeholder.
    StakeholderId,
    /// Names a piece of feedback.
    FeedbackId,
    /// Names a worksheet.
    WorksheetId,
    /// Names a review.
    ReviewId,
    /// Names a record that people never name: a rating, an outcome, a revision.
    PartId,
}

/// A noun whose records have refs; the letter is its prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Noun {
    Person,
    Organisation,
    Goal,
    KeyResult,
    Session,
    Note,
    Action,
    Habit,
    Agreement,
    Stakeholder,
    Feedback,
    Worksheet,
    Review,
}

impl Noun {
    /// Every noun that has refs.
    pub(crate) const ALL: &'static [Self] = &[
        Self::Person,
        Self::Organisation,
        Self::Goal,
        Self::KeyResult,
        Self::Session,
        Self::Note,
        Self::Action,
        Self::Habit,
        Self::Agreement,
        Self::Stakeholder,
        Self::Feedback,
        Self::Worksheet,
        Self::Review,
    ];

    /// The letter before the number.
    pub(crate) fn prefix(self) -> char {
        match self {
            Self::Person => 'P',
            Self::Organisation => 'O',
            Self::Goal => 'G',
            Self::KeyResult => 'K',
            Self::Session => 'S',
            Self::Note => 'N',
            Self::Action => 'A',
            Self::Habit => 'B',
            Self::Agreement => 'D',
            Self::Stakeholder => 'H',
            Self::Feedback => 'F',
            Self::Worksheet => 'W',
            Self::Review => 'R',
        }
    }

    /// The noun as people say it.
    pub(crate) fn spoken(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Goal => "goal",
            Self::KeyResult => "key result",
            Self::Session => "session",
            Self::Note => "note",
            Self::Action => "action",
            Self::Habit => "habit",
            Self::Agreement => "agreement",
            Self::Stakeholder => "stakeholder",
            Self::Feedback => "feedback",
            Self::Worksheet => "worksheet",
            Self::Review => "review",
        }
    }
}

/// A short name for a record on this device, such as `A41`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Ref {
    pub(crate) noun: Noun,
    pub(crate) number: u32,
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}", self.noun.prefix(), self.number))
    }
}

impl Serialize for Ref {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is no ref.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NotARef;

impl FromStr for Ref {
    type Err = NotARef;

    /// Reads `A41`, in either case; the whole text, without leading zeros.
    fn from_str(text: &str) -> Result<Self, NotARef> {
        let mut letters = text.chars();
        let letter = letters.next().ok_or(NotARef)?.to_ascii_uppercase();
        let digits = letters.as_str();
        if digits.is_empty()
            || digits.starts_with('0')
            || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(NotARef);
        }
        let noun = Noun::ALL.iter().copied().find(|noun| noun.prefix() == letter).ok_or(NotARef)?;
        let number = digits.parse().map_err(|_| NotARef)?;
        Ok(Self { noun, number })
    }
}

/// What a person types to name one record: a ref, or an id copied from JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Handle {
    Ref(Ref),
    Id(Uuid),
}

impl From<SessionId> for Handle {
    fn from(SessionId(id): SessionId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ref(reference) => reference.fmt(f),
            Self::Id(id) => id.hyphenated().fmt(f),
        }
    }
}

impl FromStr for Handle {
    type Err = NotARef;

    fn from_str(text: &str) -> Result<Self, NotARef> {
        text.parse()
            .map(Self::Ref)
            .or_else(|_| Uuid::from_str(text).map(Self::Id).map_err(|_| NotARef))
    }
}

/// The name of an engagement: lower-case letters, digits and `-`, at least three characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Slug(String);

impl Slug {
    /// The slug as it is typed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Slug {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let letter_then_digits = text.len() > 1
            && text.as_bytes()[0].is_ascii_lowercase()
            && text.bytes().skip(1).all(|b| b.is_ascii_digit());
        if !plain
            || text.len() < 3
            || text.len() > 60
            || text.starts_with('-')
            || text.ends_with('-')
        {
            Err(format!(
                "‘{text}’ is no name for an engagement: three or more lower-case letters, digits and ‘-’, such as acme-cfo"
            ))
        } else if letter_then_digits {
            Err(format!("‘{text}’ looks like a ref; choose a name such as acme-cfo"))
        } else if Uuid::from_str(text).is_ok() {
            Err(format!("‘{text}’ looks like an id; choose a name such as acme-cfo"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_is_a_letter_and_a_number_and_nothing_else() {
        assert_eq!("A41".parse::<Ref>().map(|r| r.to_string()), Ok("A41".to_owned()));
        assert_eq!("a41".parse::<Ref>().map(|r| r.to_string()), Ok("A41".to_owned()));
        for wrong in ["A", "41", "A041", "A4x", "Z4", "A-4", "", "Ä4", "A99999999999"] {
            assert!(wrong.parse::<Ref>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_slug_can_never_be_taken_for_a_ref_or_a_flag() {
        for right in ["acme-cfo", "abc", "2026-anna", "a1b"] {
            assert!(right.parse::<Slug>().is_ok(), "{right}");
        }
        for wrong in ["ab", "Acme", "a12", "g3", "-abc", "abc-", "ac me", "ácme", "", "acme_cfo"] {
            assert!(wrong.parse::<Slug>().is_err(), "{wrong}");
        }
    }
}
