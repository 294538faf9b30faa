//! Words: closed sets of states and kinds, each with one stable lower-case spelling.
//!
//! The same spelling is stored, typed, printed and put into JSON, so it is written once, here
//! or beside the noun that owns it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A state or kind with a fixed spelling.
pub(crate) trait Word: Copy + Send + Sync + fmt::Debug + 'static {
    /// Every member, in the order in which people meet them.
    const ALL: &'static [Self];

    /// The spelling: stored, typed and printed.
    fn word(self) -> &'static str;

    /// The member spelled exactly `text`, if there is one.
    fn from_word(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|each| each.word() == text)
    }
}

/// Declares an enum whose members have a fixed spelling.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$note:meta])* $member:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub(crate) enum $name { $($(#[$note])* $member),+ }

        impl $crate::domain::word::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$member),+];

            fn word(self) -> &'static str {
                match self { $(Self::$member => $text),+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad($crate::domain::word::Word::word(*self))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str($crate::domain::word::Word::word(*self))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                $crate::domain::word::read(d)
            }
        }
    };
}
pub(crate) use words;

/// Reads a word from a file; the error names those that it could be.
pub(crate) fn read<'de, T: Word, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::from_word(&text).ok_or_else(|| {
        let known: Vec<&str> = T::ALL.iter().map(|each| each.word()).collect();
        serde::de::Error::custom(format!("‘{text}’ is none of {}", known.join(", ")))
    })
}

words! {
    /// Who may read a record: the coach alone, or coach and coachee.
    Visibility { Private = "private", Shared = "shared" }
}

words! {
    /// Which look back it is: half way, at the end, or some weeks after it.
    ReviewKind { Mid = "mid", Closing = "closing", FollowUp = "follow-up" }
}

words! {
    /// What a session is for.
    SessionKind {
        Intake = "intake",
        Kickoff = "kickoff",
        Coaching = "coaching",
        Debrief = "debrief",
        MidReview = "mid-review",
        Closing = "closing",
        FollowUp = "follow-up",
        ThreeWay = "three-way",
    }
}

impl SessionKind {
    /// The kinds that count in "session n of N".
    pub(crate) const COUNTED: &'static [Self] = &[Self::Coaching, Self::MidReview, Self::Closing];
}

words! {
    /// Where an engagement stands.
    EngagementStatus {
        Proposed = "proposed",
        Active = "active",
        PhaseDown = "phase-down",
        Completed = "completed",
        Cancelled = "cancelled",
    }
}

impl EngagementStatus {
    /// Whether sessions can be held.
    pub(crate) fn is_running(self) -> bool {
        matches!(self, Self::Proposed | Self::Active | Self::PhaseDown)
    }

    /// Whether an engagement may go from here to `next` by its own verb. `edit --status` sets any.
    pub(crate) fn may_become(self, next: Self) -> bool {
        match next {
            Self::Proposed => false,
            Self::Active => self != Self::Active,
            Self::PhaseDown => self == Self::Active,
            Self::Completed => matches!(self, Self::Active | Self::PhaseDown),
            Self::Cancelled => self.is_running(),
        }
    }
}

words! {
    /// How a session is held.
    Format { Virtual = "virtual", InPerson = "in-person", Phone = "phone" }
}

/// An inclusive range of whole numbers, such as 75 to 90 minutes; `low <= high`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    pub(crate) low: u32,
    pub(crate) high: u32,
}

impl Range {
    /// The range, or nothing when the ends are crossed.
    pub(crate) fn new(low: u32, high: u32) -> Option<Self> {
        (low <= high).then_some(Self { low, high })
    }

    /// Whether `value` lies inside, ends included.
    pub(crate) fn holds(self, value: u32) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Whether no part of `inner` lies outside.
    pub(crate) fn covers(self, inner: Self) -> bool {
        self.low <= inner.low && inner.high <= self.high
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.low == self.high {
            write!(f, "{}", self.low)
        } else {
            write!(f, "{}–{}", self.low, self.high)
        }
    }
}

impl std::str::FromStr for Range {
    type Err = String;

    /// Reads `14..21`, or `80` for a range of one number.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number =
            |part: &str| part.trim().parse::<u32>().ok().filter(|n| (1..=10_000).contains(n));
        let (low, high) = text.split_once("..").unwrap_or((text, text));
        match (number(low), number(high)) {
            (Some(low), Some(high)) => Self::new(low, high)
                .ok_or_else(|| format!("the range {text} runs backwards; say {high}..{low}")),
            _ => Err(format!("‘{text}’ is not a range such as 14..21 or 80")),
        }
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.low, self.high].serialize(serializer)
    }
}

/// The language of texts made for people: `en`, `pt-BR`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lang(String);

impl Default for Lang {
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (language, country) = text.split_once('-').unwrap_or((text, "US"));
        let is =
            |part: &str, test: fn(&u8) -> bool| part.len() == 2 && part.bytes().all(|b| test(&b));
        match is(language, u8::is_ascii_lowercase) && is(country, u8::is_ascii_uppercase) {
            true => Ok(Self(text.to_owned())),
            false => Err(format!("‘{text}’ is no language such as en, de or pt-BR")),
        }
    }
}

/// What an edit does to a value that may be absent: `none` on the command line clears it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Setting<T> {
    Clear,
    To(T),
}

impl<T> Setting<T> {
    /// The value to store: nothing when it is cleared.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Clear => None,
            Self::To(value) => Some(value),
        }
    }
}

impl<T: std::str::FromStr> std::str::FromStr for Setting<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" { Ok(Self::Clear) } else { text.parse().map(Self::To) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_itself() {
        for &format in Format::ALL {
            assert_eq!(Format::from_word(format.word()), Some(format));
        }
        assert_eq!(Format::from_word("Virtual"), None);
    }

    #[test]
    fn a_language_is_two_letters_and_perhaps_a_country() {
        for sound in ["en", "de", "pt-BR"] {
            assert_eq!(sound.parse::<Lang>().map(|lang| lang.to_string()), Ok(sound.to_owned()));
        }
        for wrong in ["", "EN", "eng", "de-", "de-at", "de_AT", "-AT"] {
            assert!(wrong.parse::<Lang>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_range_is_two_numbers_in_order() {
        assert_eq!("14..21".parse(), Ok(Range { low: 14, high: 21 }));
        assert_eq!("80".parse(), Ok(Range { low: 80, high: 80 }));
        for wrong in ["21..14", "0..3", "a..b", "", "1..", "..2", "1...2"] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }
}
