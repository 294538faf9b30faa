//! `config.toml`: which settings there are, what they are unless the file says otherwise, and how
//! the file is read and edited. A file that somebody else owns or may write is not believed.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_edit::DocumentMut;

use super::kind::{Setting, Words};
use crate::platform::files::{self, Exposure};
use crate::platform::output::ColorWhen;
use crate::platform::pager::PagerWhen;

/// Why the config file cannot be used; it was not touched.
#[derive(Debug)]
pub(crate) enum ConfigError {
    /// It cannot be read or written.
    File { path: PathBuf, error: io::Error },
    /// Others than its owner can write it or swap it.
    Exposed { path: PathBuf, how: Exposure },
    /// It is no TOML.
    Syntax { at: Place, message: String },
    /// It holds a setting that is not known.
    Unknown { at: Place, key: String },
    /// A setting has a value that it cannot have.
    Wrong { at: Place, key: &'static str, form: &'static str },
    /// Something else stands where the setting belongs.
    InTheWay { path: PathBuf, key: &'static str },
    /// A typed value is none that the setting can have.
    WrongTyped { key: &'static str, form: &'static str, given: String },
}

impl ConfigError {
    /// Whether it is a slip in what the file says: the defaults do until it is mended.
    pub(crate) fn is_slip(&self) -> bool {
        matches!(self, Self::Syntax { .. } | Self::Unknown { .. } | Self::Wrong { .. })
    }
}

/// A place in the config file; lines and columns count from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What is known of a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// Its dotted name in the file.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// What its value can be.
    form: &'static str,
    typed: fn(&str) -> Option<Json>,
}

/// Declares the settings: what each is for, its field, its type, its name in the file, its default.
macro_rules! settings {
    ($(#[doc = $about:literal] $field:ident: $type:ty = $name:literal, $default:expr;)+) => {
        /// The settings of a run: those of the file, and the defaults.
        #[derive(Clone, Debug)]
        pub(crate) struct Config {
            $(#[doc = $about] pub(crate) $field: $type,)+
            /// The names of those that the file gives.
            given: Vec<&'static str>,
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($field: $default,)+ given: Vec::new() }
            }
        }

        /// Every setting there is, in the order in which people meet them.
        pub(crate) const KEYS: &[Key] = &[$(Key {
            name: $name,
            about: $about,
            form: <$type as Setting>::FORM,
            typed: |text| <$type as Setting>::typed(text).map(|value| value.json()),
        }),+];

        impl Config {
            /// Takes a value of the file; false when the setting cannot have it.
            fn take(&mut self, key: &Key, value: &DeValue<'_>) -> bool {
                match key.name {
                    $($name => match <$type as Setting>::read(value) {
                        Some(value) => self.$field = value,
                        None => return false,
                    },)+
                    _ => return false,
                }
                self.given.push(key.name);
                true
            }

            /// The value of a setting.
            pub(crate) fn value(&self, key: &Key) -> Json {
                match key.name {
                    $($name => self.$field.json(),)+
                    _ => Json::Null,
                }
            }
        }
    };
}

settings! {
    #[doc = "your name, as it stands in agreements"]
    coach_name: Words = "coach.name", Words::default();
    #[doc = "show titles beside refs when the shell completes them"]
    completion_titles: bool = "completion.titles", false;
    #[doc = "make a backup on each day with work"]
    backup_daily: bool = "backup.daily", true;
    #[doc = "when colour is used: auto, always, never"]
    color: ColorWhen = "color", ColorWhen::Auto;
    #[doc = "the command that edits a text; empty: VISUAL, EDITOR, else one that is there"]
    editor: String = "editor", String::new();
    #[doc = "whether a long answer on a terminal goes through a pager: auto, never"]
    pager: PagerWhen = "pager", PagerWhen::Auto;
}

impl Key {
    /// The setting of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

impl Config {
    /// The settings of the file at `path`; the defaults where there is none.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        match text_of(path)? {
            Some(text) => Self::parse(path, &text),
            None => Ok(Self::default()),
        }
    }

    /// Whether the file gives this setting.
    pub(crate) fn is_given(&self, key: &Key) -> bool {
        self.given.contains(&key.name)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let (config, slips) = Self::gather(path, text)?;
        slips.into_iter().next().map_or(Ok(config), Err)
    }

    /// What the file gives, and what is wrong in it, in the order of its lines.
    fn gather(path: &Path, text: &str) -> Result<(Self, Vec<ConfigError>), ConfigError> {
        let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            at: place(path, text, error.span().map_or(0, |span| span.start)),
            message: error.message().lines().collect::<Vec<_>>().join(", "),
        })?;
        let mut config = Self::default();
        let mut slips = Vec::new();
        config.take_table(path, text, "", table.get_ref(), &mut slips);
        Ok((config, slips))
    }

    fn take_table(
        &mut self,
        path: &Path,
        text: &str,
        above: &str,
        table: &DeTable<'_>,
        slips: &mut Vec<ConfigError>,
    ) {
        // A table has no order of its own; the first slip in the file is the one to tell.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| Spanned::span(key).start);
        for (key, value) in entries {
            let name = format!("{above}{}", key.get_ref());
            let inside = format!("{name}.");
            match (Key::named(&name), value.get_ref()) {
                (Some(known), given) => {
                    if !self.take(known, given) {
                        let at = place(path, text, value.span().start);
                        slips.push(ConfigError::Wrong { at, key: known.name, form: known.form });
                    }
                }
                (None, DeValue::Table(table))
                    if KEYS.iter().any(|key| key.name.starts_with(&inside)) =>
                {
                    self.take_table(path, text, &inside, table, slips);
                }
                (None, _) => {
                    let at = place(path, text, key.span().start);
                    slips.push(ConfigError::Unknown { at, key: name });
                }
            }
        }
    }
}

/// Sets or clears one setting in the file at `path`; everything else in it stays as it is, comments
/// and slips too. Gives the settings as they are then, and the first slip. A rehearsal writes nothing.
pub(crate) fn edit(
    path: &Path,
    key: &'static Key,
    value: Option<&str>,
    rehearse: bool,
) -> Result<(Config, Option<ConfigError>), ConfigError> {
    let wrong = |given: &str| ConfigError::WrongTyped {
        key: key.name,
        form: key.form,
        given: given.to_owned(),
    };
    let value = match value {
        Some(text) => Some((key.typed)(text).ok_or_else(|| wrong(text))?),
        None => None,
    };
    let found = text_of(path)?;
    let text = found.as_deref().unwrap_or_default();
    // A file that is no TOML is for its owner to mend, not for us to add to.
    Config::gather(path, text)?;
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| ConfigError::Syntax {
            at: place(path, text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
    let in_the_way = || ConfigError::InTheWay { path: path.to_owned(), key: key.name };
    place_value(&mut document, key.name, value).ok_or_else(in_the_way)?;
    let edited = document.to_string();
    let (config, slips) = Config::gather(path, &edited)?;
    if edited != text && !rehearse {
        write(path, &edited).map_err(|error| ConfigError::File { path: path.to_owned(), error })?;
    }
    Ok((config, slips.into_iter().next()))
}

/// Puts a value where its dotted name says, or takes it away; nothing where no table can be there.
fn place_value(document: &mut DocumentMut, name: &str, value: Option<Json>) -> Option<()> {
    let (tables, last) = match name.rsplit_once('.') {
        Some((tables, last)) => (tables.split('.').collect(), last),
        None => (Vec::new(), name),
    };
    let mut table: &mut dyn toml_edit::TableLike = document.as_table_mut();
    for part in tables {
        if !table.contains_key(part) && value.is_none() {
            return Some(());
        }
        table = table.entry(part).or_insert_with(toml_edit::table).as_table_like_mut()?;
    }
    let Some(value) = value else {
        table.remove(last);
        return Some(());
    };
    let mut value = match value {
        Json::Bool(yes) => toml_edit::Value::from(yes),
        Json::String(text) => toml_edit::Value::from(text),
        other => toml_edit::Value::from(other.to_string()),
    };
    // A comment behind the old value stays behind the new one.
    if let Some(old) = table.get(last).and_then(|item| item.as_value()) {
        *value.decor_mut() = old.decor().clone();
    }
    match table.get_mut(last) {
        Some(item) => *item = toml_edit::Item::Value(value),
        None => drop(table.insert(last, toml_edit::Item::Value(value))),
    }
    Some(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        files::private_dir(dir)?;
    }
    match path.canonicalize() {
        // A link stays a link: what it names is replaced.
        Ok(real) => files::replace_private(&real, text.as_bytes()),
        Err(_) => files::write_private(path, text.as_bytes()),
    }
}

fn text_of(path: &Path) -> Result<Option<String>, ConfigError> {
    let bytes = match files::read_trusted(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ConfigError::File { path: path.to_owned(), error }),
        Ok(read) => read.map_err(|how| ConfigError::Exposed { path: path.to_owned(), how })?,
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..sound]).into_owned();
        ConfigError::Syntax {
            at: place(path, &before, sound),
            message: "it is not UTF-8 text".to_owned(),
        }
    })
}

fn place(path: &Path, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[start..].chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(Path::new("config.toml"), text)
    }

    #[test]
    fn what_the_file_gives_is_taken_and_the_rest_is_as_always() {
        let config = parse("color = 'never'\n[completion]\ntitles = true\n").expect("sound");
        assert!(config.completion_titles && config.backup_daily);
        assert_eq!(config.color, ColorWhen::Never);
        let given: Vec<&str> =
            KEYS.iter().filter(|key| config.is_given(key)).map(|key| key.name).collect();
        assert_eq!(given, ["completion.titles", "color"]);
        assert!(parse("completion.titles = true").expect("sound").completion_titles);
    }

    #[test]
    fn a_slip_is_told_with_its_line_and_column() {
        let unknown = |text: &str| match parse(text) {
            Err(ConfigError::Unknown { at, key }) => (at.line, at.column, key),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(unknown("\n  colour = 'auto'"), (2, 3, "colour".into()));
        assert_eq!(unknown("[completion]\ntitel = 1"), (2, 1, "completion.titel".into()));
        assert_eq!(unknown("completion = true"), (1, 1, "completion".into()));
        assert_eq!(unknown("z = 1\na = 1"), (1, 1, "z".into()), "the first of the file");
        match parse("# ü\ncolor = 'red'") {
            Err(ConfigError::Wrong { at, key: "color", .. }) => {
                assert_eq!((at.line, at.column), (2, 9));
            }
            other => panic!("{other:?}"),
        }
        match parse("color = \n") {
            Err(ConfigError::Syntax { at, .. }) => assert_eq!(at.line, 1),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_name_is_written_once_and_every_default_can_be_typed() {
        for (at, key) in KEYS.iter().enumerate() {
            assert!(KEYS[..at].iter().all(|other| other.name != key.name), "{}", key.name);
            let default = Config::default().value(key);
            let typed = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            assert_eq!((key.typed)(&typed), Some(default), "{}", key.name);
        }
    }
}
