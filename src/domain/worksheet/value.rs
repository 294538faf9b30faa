//! What can stand in a field, and how it is read from what somebody typed.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::domain::method::{FieldDef, FieldKind};
use crate::domain::text::{Prose, TextError};
use crate::domain::time::{Day, When, WhenError};
use crate::domain::word::Range;

/// What stands in a field.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    /// Words, a choice, or `yes` and `no`.
    Text(String),
    /// Finite.
    Number(f64),
    Day(Day),
}

impl Value {
    /// A stored text as its field has it; as words where it does not fit the field.
    pub(super) fn stored(field: &FieldDef, text: String) -> Self {
        match field.kind {
            FieldKind::Number => number(&text).map_or(Self::Text(text), Self::Number),
            FieldKind::Day => match text.parse() {
                Ok(day) => Self::Day(day),
                Err(_) => Self::Text(text),
            },
            FieldKind::Text | FieldKind::Choice | FieldKind::YesNo => Self::Text(text),
        }
    }

    /// The number, if it is one.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::Day(_) => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::Number(number) => f.pad(&number.to_string()),
            Self::Day(day) => f.pad(&day.to_string()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serialize_number(*number, serializer),
            Self::Day(day) => serializer.collect_str(day),
        }
    }
}

/// A number in JSON: without a fraction where it has none.
fn serialize_number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    // Below 1e15 every whole number is exact in both.
    match number.fract() == 0.0 && number.abs() < 1e15 {
        true => serializer.serialize_i64(number as i64),
        false => serializer.serialize_f64(number),
    }
}

/// Why a text cannot stand in a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ValueError {
    NotANumber { field: String, text: String },
    Outside { field: String, text: String, range: Range },
    NoChoice { field: String, text: String, choices: Vec<String> },
    NotYesNo { field: String, text: String },
    Day { field: String, error: WhenError },
    Text { field: String, error: TextError },
}

/// Reads what somebody typed for a field; days against today.
pub(crate) fn read(field: &FieldDef, text: &str, today: Day) -> Result<Value, ValueError> {
    let (id, typed) = (field.id.clone(), text.trim());
    match field.kind {
        FieldKind::Text => match text.parse::<Prose>() {
            Ok(text) => Ok(Value::Text(text.to_string())),
            Err(error) => Err(ValueError::Text { field: id, error }),
        },
        FieldKind::Number => {
            let text = typed.to_owned();
            let Some(number) = number(typed) else {
                return Err(ValueError::NotANumber { field: id, text });
            };
            match field.range {
                Some(range)
                    if !(f64::from(range.low)..=f64::from(range.high)).contains(&number) =>
                {
                    Err(ValueError::Outside { field: id, text, range })
                }
                _ => Ok(Value::Number(number)),
            }
        }
        FieldKind::Choice => {
            let same = |choice: &&String| choice.to_lowercase() == typed.to_lowercase();
            match field.choices.iter().find(same) {
                Some(choice) => Ok(Value::Text(choice.clone())),
                None => Err(ValueError::NoChoice {
                    field: id,
                    text: typed.to_owned(),
                    choices: field.choices.clone(),
                }),
            }
        }
        FieldKind::YesNo => match typed.to_ascii_lowercase().as_str() {
            "yes" | "y" => Ok(Value::Text("yes".to_owned())),
            "no" | "n" => Ok(Value::Text("no".to_owned())),
            _ => Err(ValueError::NotYesNo { field: id, text: typed.to_owned() }),
        },
        FieldKind::Day => {
            let resolved = When::parse(typed).and_then(|when| when.resolve(today));
            match resolved {
                Ok(resolved) if resolved.time.is_none() => Ok(Value::Day(resolved.day)),
                Ok(_) => Err(ValueError::Day {
                    field: id,
                    error: WhenError::TimeNotAllowed(typed.to_owned()),
                }),
                Err(error) => Err(ValueError::Day { field: id, error }),
            }
        }
    }
}

/// A finite number below 1e15, in digits: `4`, `-2`, `3.5`.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    let number = text.parse::<f64>().ok().filter(|number| plain && number.abs() < 1e15)?;
    // There is one nought.
    Some(if number == 0.0 { 0.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::super::tests::def;
    use super::*;

    fn told(field: usize, text: &str) -> Result<String, ValueError> {
        let today = "2026-11-21".parse().expect("a day");
        read(&def().fields[field], text, today).map(|value| value.to_string())
    }

    #[test]
    fn a_field_takes_what_its_kind_says() {
        for (field, typed, stored) in [
            (0, " two\nlines ", "two\nlines"),
            (1, "Need", "need"),
            (2, "Y", "yes"),
            (2, "no", "no"),
            (3, "tomorrow", "2026-11-22"),
            (4, " 4 ", "4"),
            (4, "3.50", "3.5"),
            (4, "-0", "0"),
        ] {
            assert_eq!(told(field, typed).as_deref(), Ok(stored), "{typed}");
        }
    }

    #[test]
    fn a_field_refuses_what_it_is_not() {
        for (field, typed) in [
            (0, "  "),
            (1, "wish"),
            (2, "maybe"),
            (3, "03/04/2026"),
            (3, "tomorrow 10:00"),
            (4, "eleven"),
            (4, "11"),
            (4, "-1"),
            (4, "1e0"),
            (4, "inf"),
            (4, ""),
        ] {
            assert!(told(field, typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn what_was_read_is_stored_and_read_back_as_itself() {
        for (field, typed) in [(0, "words"), (1, "need"), (2, "y"), (3, "today"), (4, "7.25")] {
            let def = def();
            let field = &def.fields[field];
            let value = read(field, typed, "2026-11-21".parse().expect("a day")).expect(typed);
            assert_eq!(Value::stored(field, value.to_string()), value);
        }
    }
}
