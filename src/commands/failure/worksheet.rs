//! What cannot stand in a field of a worksheet, in words.

use super::Failure;
use crate::domain::worksheet::ValueError;

impl From<ValueError> for Failure {
    fn from(error: ValueError) -> Self {
        let no = |message: String| Self::usage(format!("{message}; nothing was written"));
        match error {
            ValueError::NotANumber { field, text } => {
                no(format!("{field} takes a number, and ‘{text}’ is none"))
                    .hint("say it in digits, such as 4 or 3.5")
            }
            ValueError::Outside { field, text, range } => no(format!(
                "{field} goes from {} to {}, and {text} lies outside",
                range.low, range.high
            )),
            ValueError::NoChoice { field, text, choices } => {
                no(format!("{field} has no choice ‘{text}’"))
                    .hint(format!("it takes {}", choices.join(", ")))
            }
            ValueError::NotYesNo { field, text } => {
                no(format!("{field} takes yes or no, and ‘{text}’ is neither"))
            }
            ValueError::Day { field, error } => Self::from(error).about(&field),
            ValueError::Text { field, error } => Self::from(error).about(&field),
        }
    }
}

impl Failure {
    /// Says which field it is about.
    fn about(mut self, field: &str) -> Self {
        self.message = format!("{field}: {}", self.message);
        self
    }
}
