//! Money: whole minor units with their currency, and what a session or an hour costs.
//!
//! Never a float. Which currencies exist and how many minor digits each has is ISO 4217's word.

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency;
use serde::{Serialize, Serializer};

use super::word::words;

/// An amount in the minor unit of its currency: 45000 EUR cents, 450 JPY.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// The amount from its stored parts; nothing for a currency that ISO 4217 does not know.
    pub(crate) fn from_stored(minor: i64, code: &str) -> Option<Self> {
        let currency = Currency::from_code(code)?;
        currency.exponent()?;
        Some(Self { minor, currency })
    }

    /// The amount in minor units.
    pub(crate) fn minor(self) -> i64 {
        self.minor
    }

    /// The currency's three letters.
    pub(crate) fn code(self) -> &'static str {
        self.currency.code()
    }

    /// The amount with all its minor digits and a point: `450.00`.
    pub(crate) fn amount(self) -> String {
        let digits = usize::from(self.currency.exponent().unwrap_or(0));
        let sign = if self.minor < 0 { "-" } else { "" };
        let value = self.minor.unsigned_abs().to_string();
        if digits == 0 {
            return format!("{sign}{value}");
        }
        let padded = format!("{value:0>width$}", width = digits + 1);
        let (whole, part) = padded.split_at(padded.len() - digits);
        format!("{sign}{whole}.{part}")
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.code())
    }
}

/// Why an amount cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum MoneyError {
    Unreadable(String),
    UnknownCurrency(String),
    TooManyDigits { text: String, digits: u16 },
    NotAPrice(String),
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(text) => write!(f, "‘{text}’ is not an amount such as ‘450 EUR’"),
            Self::UnknownCurrency(code) => write!(f, "‘{code}’ is not a currency of ISO 4217"),
            Self::TooManyDigits { text, digits } => {
                write!(
                    f,
                    "‘{text}’ has more than the {digits} digits its currency has after the point"
                )
            }
            Self::NotAPrice(text) => {
                write!(f, "‘{text}’ is not a rate such as ‘450 EUR/session’ or ‘300 EUR/hour’")
            }
        }
    }
}

impl std::error::Error for MoneyError {}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `450 EUR`, `84.20 EUR`; a point, never a comma, and at most the currency's digits.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let unreadable = || MoneyError::Unreadable(text.to_owned());
        let mut words = text.split_whitespace();
        let (Some(amount), Some(code), None) = (words.next(), words.next(), words.next()) else {
            return Err(unreadable());
        };
        let currency = Currency::from_code(code)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))?;
        let digits =
            currency.exponent().ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))?;
        let (sign, bare) = amount.strip_prefix('-').map_or((1, amount), |rest| (-1, rest));
        let (whole, part) = match bare.split_once('.') {
            Some((whole, part)) if !part.is_empty() => (whole, part),
            Some(_) => return Err(unreadable()),
            None => (bare, ""),
        };
        if part.len() > usize::from(digits) {
            return Err(MoneyError::TooManyDigits { text: text.to_owned(), digits });
        }
        let all = format!("{whole}{part:0<width$}", width = usize::from(digits));
        if whole.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return Err(unreadable());
        }
        let minor: i64 = all.parse().map_err(|_| unreadable())?;
        Ok(Self { minor: sign * minor, currency })
    }
}

words! {
    /// What one rate pays for.
    Per { Session = "session", Hour = "hour" }
}

/// What a session or an hour costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    pub(crate) money: Money,
    pub(crate) per: Per,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.money, self.per)
    }
}

impl FromStr for Rate {
    type Err = MoneyError;

    /// Reads `450 EUR/session`; a rate is never negative.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::NotAPrice(text.to_owned());
        let (money, per) = text.rsplit_once('/').ok_or_else(wrong)?;
        let money: Money = money.trim().parse()?;
        let per = super::word::Word::from_word(per.trim()).ok_or_else(wrong)?;
        if money.minor < 0 {
            return Err(wrong());
        }
        Ok(Self { money, per })
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut rate = serializer.serialize_struct("Rate", 3)?;
        rate.serialize_field("amount", &self.money.amount())?;
        rate.serialize_field("currency", self.money.code())?;
        rate.serialize_field("per", &self.per)?;
        rate.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        for (typed, shown) in [
            ("450 EUR", "450.00 EUR"),
            ("84.2 EUR", "84.20 EUR"),
            ("0.05 EUR", "0.05 EUR"),
            ("-3.10 CHF", "-3.10 CHF"),
            ("50000 JPY", "50000 JPY"),
            ("1.250 BHD", "1.250 BHD"),
        ] {
            assert_eq!(typed.parse::<Money>().map(|m| m.to_string()), Ok(shown.to_owned()));
        }
        for wrong in [
            "450",
            "450 EURO",
            "450,00 EUR",
            "1.234 EUR",
            "1.5 JPY",
            "EUR 450",
            ". EUR",
            "1. EUR",
            "+4 EUR",
        ] {
            assert!(wrong.parse::<Money>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_rate_names_what_it_pays_for() {
        assert_eq!(
            "300 EUR/hour".parse::<Rate>().map(|r| r.to_string()),
            Ok("300.00 EUR / hour".to_owned())
        );
        for wrong in ["300 EUR", "300 EUR/day", "-3 EUR/hour"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn money_reads_back_what_it_prints(minor in -9_000_000_000_000_000i64..9_000_000_000_000_000) {
            for code in ["EUR", "JPY", "BHD"] {
                let money = Money::from_stored(minor, code).expect("a known currency");
                prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
            }
        }
    }
}
