//! People and organisations: who is coached, who sponsors, who pays.

use serde::Serialize;

use super::id::{Handle, OrganisationId, PersonId, Ref};
use super::text::{Line, TextError};

/// Someone with a name; what else is known of them may be absent.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Person {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) org: Option<Ref>,
    /// Their position, in their own words: `CFO`.
    pub(crate) role: Option<String>,
    #[serde(skip)]
    pub(crate) org_name: Option<String>,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// A client company.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Organisation {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: OrganisationId,
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// The name of a person or organisation: a line that no ref or id could be taken for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FullName(Line);

impl FullName {
    /// The name as it is stored.
    pub(crate) fn into_line(self) -> Line {
        self.0
    }
}

impl std::str::FromStr for FullName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().parse::<Handle>() {
            Ok(_) => Err(format!("‘{text}’ is a ref, not a name")),
            Err(_) => text.parse().map(Self).map_err(|error: TextError| error.to_string()),
        }
    }
}

/// An address as a person typed it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Email(String);

impl Email {
    /// The address as it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Email {
    type Err = String;

    /// Takes what has one `@` between two parts, no white space, and none of the signs that part
    /// addresses in a mail; no more is certain of an address without sending to it.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('@');
        let sound = parts.is_some_and(|(user, host)| {
            !user.is_empty() && !host.is_empty() && !host.contains('@')
        });
        let hostile = |c: char| c.is_whitespace() || c.is_control() || r#"<>()[],;:"\"#.contains(c);
        if sound && !text.contains(hostile) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("‘{text}’ is not an email address"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_nothing_that_parts_addresses() {
        for sound in ["dana@example.org", "d.r+x@example.org", "jürgen@example.org", "o'b@x.ie"] {
            assert_eq!(sound.parse::<Email>().map(|email| email.0).as_deref(), Ok(sound));
        }
        for sign in r#"<>()[],;:"\"#.chars().chain(" \t\r\n\u{85}\u{2028}@".chars()) {
            for text in [format!("a{sign}b@example.org"), format!("a@example{sign}.org")] {
                assert!(text.parse::<Email>().is_err(), "{text:?}");
            }
        }
        for text in ["", "@", "a@", "@b", "a", "a@b\r\nBcc: evil@example.org"] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }
}
