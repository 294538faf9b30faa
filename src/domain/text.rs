//! Words a person wrote: a line (a name, a title) or prose (a note).
//!
//! What is stored is what was typed, but for white space around it. Control characters are kept:
//! showing them safely is the output's task.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The largest text that is stored, in bytes.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;

/// Why a text cannot be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TextError {
    Empty,
    Nul,
    TooLong { bytes: usize },
    ManyLines,
    NotUtf8,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no text"),
            Self::Nul => f.write_str("the text holds a NUL byte, which no text does"),
            Self::TooLong { bytes } => {
                write!(f, "the text has {bytes} bytes; {MAX_BYTES} (1 MiB) is the most")
            }
            Self::ManyLines => f.write_str("this is one line, and the text has more"),
            Self::NotUtf8 => f.write_str("the text is not valid UTF-8"),
        }
    }
}

impl std::error::Error for TextError {}

/// Text of any number of lines; never empty, no NUL, at most [`MAX_BYTES`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Prose(String);

/// A single line of text; never empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Line(String);

impl Prose {
    /// The text as it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads bytes as they came from a pipe.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Result<Self, TextError> {
        String::from_utf8(bytes).map_err(|_| TextError::NotUtf8)?.parse()
    }

    /// The text as a line, if it is one.
    pub(crate) fn into_line(self) -> Result<Line, TextError> {
        self.0.parse()
    }
}

impl Line {
    /// The line as it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Prose {
    type Err = TextError;

    /// Takes the text without the white space around it.
    fn from_str(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            Err(TextError::Empty)
        } else if text.contains('\0') {
            Err(TextError::Nul)
        } else if text.len() > MAX_BYTES {
            Err(TextError::TooLong { bytes: text.len() })
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl FromStr for Line {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let Prose(text) = text.parse()?;
        if text.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
            return Err(TextError::ManyLines);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Prose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_but_for_the_space_around_it() {
        assert_eq!("  two\n lines \n".parse::<Prose>().map(|t| t.0), Ok("two\n lines".to_owned()));
        assert_eq!("\u{1b}[31mred".parse::<Line>().map(|t| t.0), Ok("\u{1b}[31mred".to_owned()));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(" \n\t".parse::<Prose>(), Err(TextError::Empty));
        assert_eq!("a\0b".parse::<Prose>(), Err(TextError::Nul));
        assert_eq!("a\nb".parse::<Line>(), Err(TextError::ManyLines));
        assert_eq!(Prose::from_bytes(vec![0xff]), Err(TextError::NotUtf8));
        assert!("x".repeat(MAX_BYTES).parse::<Prose>().is_ok());
        assert_eq!(
            "x".repeat(MAX_BYTES + 1).parse::<Prose>(),
            Err(TextError::TooLong { bytes: MAX_BYTES + 1 })
        );
    }
}
