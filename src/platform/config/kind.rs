//! Which types a setting can have: how a value is read from the file, from a command line, and shown.

use serde_json::Value as Json;
use toml::de::DeValue;

use crate::domain::word::Word;
use crate::platform::output::ColorWhen;
use crate::platform::pager::PagerWhen;

/// A type that a setting can have.
pub(super) trait Setting: Sized {
    /// What its value can be, for an error.
    const FORM: &'static str;

    fn read(value: &DeValue<'_>) -> Option<Self>;
    fn typed(text: &str) -> Option<Self>;
    fn json(&self) -> Json;
}

impl Setting for bool {
    const FORM: &'static str = "true or false";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_bool()
    }

    fn typed(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Setting for ColorWhen {
    const FORM: &'static str = "\"auto\", \"always\" or \"never\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        Self::from_word(value.as_str()?)
    }

    fn typed(text: &str) -> Option<Self> {
        Self::from_word(text)
    }

    fn json(&self) -> Json {
        Json::String(self.word().to_owned())
    }
}

impl Setting for PagerWhen {
    const FORM: &'static str = "\"auto\" or \"never\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        Self::from_word(value.as_str()?)
    }

    fn typed(text: &str) -> Option<Self> {
        Self::from_word(text)
    }

    fn json(&self) -> Json {
        Json::String(self.word().to_owned())
    }
}

/// Words that a person reads: one line, empty where nothing was said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Words(pub(crate) String);

impl Words {
    fn line(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.contains(char::is_control)).then(|| Self(text.to_owned()))
    }
}

impl Setting for Words {
    const FORM: &'static str = "one line of words in quotes, such as \"Ada Lovelace\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        Self::line(value.as_str()?)
    }

    fn typed(text: &str) -> Option<Self> {
        Self::line(text)
    }

    fn json(&self) -> Json {
        Json::String(self.0.clone())
    }
}

impl Setting for String {
    const FORM: &'static str = "a command line in quotes, such as \"vim\" or \"code --wait\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn typed(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn json(&self) -> Json {
        Json::String(self.clone())
    }
}
