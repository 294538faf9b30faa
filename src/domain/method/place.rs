//! The keys of a method file: which there are, what each holds, and where in the text each stands.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::artefact::{FieldKind, Proposed, Shape};
use super::{Clock, Shows};
use crate::domain::word::{ReviewKind, Visibility, Word};

/// Something that is wrong in a method file, where it is; lines and columns count from 1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Finding {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.text)
    }
}

/// What a key holds.
#[derive(Clone, Copy)]
enum Form {
    /// Words for people.
    Text,
    /// Lower-case letters, digits and ‘-’; or ‘_’, in the id of a field.
    Id {
        dash: char,
    },
    Range,
    /// A whole number, from 0.
    Whole,
    Texts,
    Word(fn() -> Vec<&'static str>),
    Words(fn() -> Vec<&'static str>),
    Table(&'static [Key]),
    Tables(&'static [Key]),
}

/// A key of a table.
#[derive(Clone, Copy)]
struct Key {
    name: &'static str,
    form: Form,
    needed: bool,
}

const fn may(name: &'static str, form: Form) -> Key {
    Key { name, form, needed: false }
}

const fn must(name: &'static str, form: Form) -> Key {
    Key { name, form, needed: true }
}

fn all<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|each| each.word()).collect()
}

const ID: Form = Form::Id { dash: '-' };

const METHOD: &[Key] = &[
    must("id", ID),
    may("title", Form::Text),
    may("about", Form::Text),
    must("frame", Form::Table(FRAME)),
    may("phase", Form::Tables(PHASE)),
    must("stage", Form::Tables(STAGE)),
    may("worksheet", Form::Tables(WORKSHEET)),
    may("review", Form::Tables(REVIEW)),
    may("paper", Form::Tables(PAPER)),
    may("follow_up", Form::Tables(FOLLOW_UP)),
];

const FRAME: &[Key] = &[
    may("sessions", Form::Range),
    may("minutes", Form::Range),
    may("cadence_days", Form::Range),
    may("weeks", Form::Range),
    may("goals", Form::Range),
    may("focus", Form::Texts),
];

const PHASE: &[Key] = &[
    must("id", ID),
    must("title", Form::Text),
    may("about", Form::Text),
    must("clock", Form::Word(all::<Clock>)),
    may("weeks", Form::Range),
    may("sessions", Form::Range),
    may("begins", Form::Texts),
    may("requires", Form::Texts),
    may("cadence_days", Form::Range),
];

const STAGE: &[Key] = &[
    must("id", ID),
    must("title", Form::Text),
    must("prompts", Form::Texts),
    may("shows", Form::Words(all::<Shows>)),
];

const WORKSHEET: &[Key] = &[
    must("id", ID),
    must("title", Form::Text),
    may("about", Form::Text),
    may("shape", Form::Word(all::<Shape>)),
    may("row", Form::Text),
    may("visibility", Form::Word(all::<Visibility>)),
    may("used", Form::Text),
    may("requires", Form::Texts),
    must("field", Form::Tables(FIELD)),
];

const FIELD: &[Key] = &[
    must("id", Form::Id { dash: '_' }),
    must("title", Form::Text),
    may("prompt", Form::Text),
    may("kind", Form::Word(all::<FieldKind>)),
    may("range", Form::Range),
    may("choices", Form::Texts),
];

const REVIEW: &[Key] = &[
    must("id", Form::Word(all::<ReviewKind>)),
    must("title", Form::Text),
    must("prompts", Form::Texts),
    may("requires", Form::Texts),
];

const PAPER: &[Key] = &[
    must("id", ID),
    must("title", Form::Text),
    may("about", Form::Text),
    may("worksheets", Form::Texts),
    may("reassess", Form::Text),
    may("reassess_to", Form::Whole),
    may("propose_to", Form::Words(all::<Proposed>)),
    may("requires", Form::Texts),
];

const FOLLOW_UP: &[Key] = &[must("title", Form::Text), must("weeks_after", Form::Range)];

/// The name that is most like what was given, if any is like it.
pub(super) fn near<'n>(given: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far = |name: &&str| strsim::damerau_levenshtein(given, name);
    let close = |name: &&str| far(name) <= 1 + name.chars().count() / 4;
    names.into_iter().filter(close).min_by_key(far)
}

/// `; did you mean ‘x’?`, or what there is to choose from.
pub(super) fn meant(given: &str, names: &[&str]) -> String {
    match near(given, names.iter().copied()) {
        Some(near) => format!("; did you mean ‘{near}’?"),
        None if names.is_empty() => String::new(),
        None => format!("; there is {}", names.join(", ")),
    }
}

/// A method's text with the places of its keys, and what was found wrong in it so far.
pub(super) struct Text<'t> {
    text: &'t str,
    table: Spanned<DeTable<'t>>,
    pub(super) findings: Vec<Finding>,
}

impl<'t> Text<'t> {
    /// Reads a text and holds every key of it to what it may hold.
    pub(super) fn read(text: &'t str) -> Result<Self, Finding> {
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            if text.get(at..).is_some_and(|rest| rest.starts_with(['“', '”', '„', '‘', '’']))
            {
                let said = "these are curly quotes; a text stands in straight ones: \"so\"";
                return finding(text, at, said.to_owned());
            }
            let message: Vec<&str> = error.message().lines().collect();
            finding(text, at, format!("this is no TOML: {}", message.join(", ")))
        })?;
        let mut read = Self { text, table, findings: Vec::new() };
        let mut found = Vec::new();
        keys(read.table.get_ref(), METHOD, "the file", 0, &mut found);
        read.findings = found.into_iter().map(|(at, said)| finding(text, at, said)).collect();
        Ok(read)
    }

    /// Says what is wrong at a path such as `["phase", "1", "weeks"]`; where a part of it is not
    /// written, at what holds it.
    pub(super) fn say(&mut self, path: &[&str], said: impl Into<String>) {
        let at = self.offset(path);
        self.findings.push(finding(self.text, at, said.into()));
    }

    fn offset(&self, path: &[&str]) -> usize {
        let mut at = self.table.span().start;
        let Some((first, rest)) = path.split_first() else { return at };
        let Some((key, mut value)) = entry(self.table.get_ref(), first) else { return at };
        at = key;
        for part in rest {
            match value.get_ref() {
                DeValue::Array(array) => {
                    let Some(found) = part.parse().ok().and_then(|at: usize| array.get(at)) else {
                        return at;
                    };
                    (at, value) = (found.span().start, found);
                }
                DeValue::Table(table) => {
                    let Some((key, found)) = entry(table, part) else { return at };
                    // What is wrong is what stands behind the key, unless that is a table of its own.
                    let is_table = matches!(found.get_ref(), DeValue::Table(_));
                    (at, value) = (if is_table { key } else { found.span().start }, found);
                }
                _ => return at,
            }
        }
        at
    }
}

fn entry<'a, 't>(table: &'a DeTable<'t>, name: &str) -> Option<(usize, &'a Spanned<DeValue<'t>>)> {
    table
        .iter()
        .find(|(key, _)| key.get_ref() == name)
        .map(|(key, value)| (key.span().start, value))
}

pub(super) fn finding(text: &str, offset: usize, said: String) -> Finding {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Finding {
        line: before.matches('\n').count() + 1,
        column: before[start..].chars().count() + 1,
        text: said,
    }
}

/// What is wrong in the keys of a table that begins at `at`.
fn keys(
    table: &DeTable<'_>,
    known: &[Key],
    whose: &str,
    at: usize,
    found: &mut Vec<(usize, String)>,
) {
    for (key, value) in table.iter() {
        let name: &str = key.get_ref();
        match known.iter().find(|each| each.name == name) {
            Some(known) => holds(known, value, found),
            None => {
                let names: Vec<&str> = known.iter().map(|each| each.name).collect();
                let said = format!("there is no key ‘{name}’ in {whose}{}", meant(name, &names));
                found.push((key.span().start, said));
            }
        }
    }
    for key in known.iter().filter(|key| key.needed && entry(table, key.name).is_none()) {
        found.push((at, format!("{whose} needs {}", needed(key))));
    }
}

fn needed(key: &Key) -> String {
    match key.form {
        Form::Table(_) => format!("a table [{}]", key.name),
        Form::Tables(_) => format!("at least one [[{}]]", key.name),
        _ => format!("‘{}’", key.name),
    }
}

/// The text without the keys that are none.
pub(super) fn known(text: &str) -> String {
    fn strip(table: &mut toml::Table, known: &[Key]) {
        table.retain(|name, _| known.iter().any(|key| key.name == name));
        for key in known {
            match (key.form, table.get_mut(key.name)) {
                (Form::Table(keys), Some(toml::Value::Table(table))) => strip(table, keys),
                (Form::Tables(keys), Some(toml::Value::Array(all))) => {
                    all.iter_mut()
                        .filter_map(toml::Value::as_table_mut)
                        .for_each(|table| strip(table, keys));
                }
                _ => {}
            }
        }
    }
    let mut table: toml::Table = text.parse().unwrap_or_default();
    strip(&mut table, METHOD);
    table.to_string()
}

/// What is wrong in the value of a key.
fn holds(key: &Key, value: &Spanned<DeValue<'_>>, found: &mut Vec<(usize, String)>) {
    let (name, at) = (key.name, value.span().start);
    let mut wrong = |said: &str| found.push((at, format!("‘{name}’ is {said}")));
    match (key.form, value.get_ref()) {
        (Form::Text, DeValue::String(text)) => {
            if text.trim().is_empty() && name != "about" {
                wrong("a text that says something");
            }
        }
        (Form::Text, _) => wrong("a text in quotes"),
        (Form::Id { dash }, DeValue::String(id)) if is_id(id, dash) => {}
        (Form::Id { dash }, DeValue::String(id)) => {
            let offer = match offered(id, dash) {
                Some(offer) => format!("; say ‘{offer}’"),
                None => String::new(),
            };
            found.push((
                at,
                format!("‘{id}’ is no id: it has lower-case letters, digits and ‘{dash}’, and begins with a letter{offer}"),
            ));
        }
        (Form::Id { dash }, _) => {
            wrong(&format!(
                "a text of lower-case letters, digits and ‘{dash}’ that begins with a letter"
            ));
        }
        (Form::Range, value) => match range(value) {
            Some((low, high)) if low <= high => {}
            Some((low, high)) => {
                wrong(&format!("a range, and this runs backwards; say [{high}, {low}]"))
            }
            None if name == "range" => wrong("a scale of two whole numbers, such as [0, 10]"),
            None => wrong("a range of two whole numbers, such as [75, 90]"),
        },
        (Form::Whole, value) if whole(value).is_some() => {}
        (Form::Whole, _) => wrong("a whole number, from 0"),
        (Form::Texts, DeValue::Array(all)) => {
            for one in all.iter() {
                match one.get_ref() {
                    DeValue::String(text) if !text.trim().is_empty() => {}
                    _ => found.push((one.span().start, format!("‘{name}’ holds texts in quotes"))),
                }
            }
        }
        (Form::Texts, _) => wrong("a list of texts, such as [\"one\", \"two\"]"),
        (Form::Word(words), DeValue::String(word)) => {
            if !words().contains(&word.as_ref()) {
                wrong(&format!("not ‘{word}’{}", meant(word, &words())));
            }
        }
        (Form::Word(words), _) => wrong(&format!("one of {}", words().join(", "))),
        (Form::Words(words), DeValue::Array(all)) => {
            for one in all.iter() {
                let word = one.get_ref().as_str().unwrap_or_default();
                if !words().contains(&word) {
                    let said = format!("‘{name}’ holds no ‘{word}’{}", meant(word, &words()));
                    found.push((one.span().start, said));
                }
            }
        }
        (Form::Words(words), _) => wrong(&format!("a list of words, of {}", words().join(", "))),
        (Form::Table(known), DeValue::Table(table)) => {
            keys(table, known, &format!("[{name}]"), at, found);
        }
        (Form::Table(_), _) => wrong(&format!("a table, which begins with [{name}]")),
        (Form::Tables(known), DeValue::Array(all))
            if all.iter().all(|one| matches!(one.get_ref(), DeValue::Table(_))) =>
        {
            for one in all.iter() {
                if let DeValue::Table(table) = one.get_ref() {
                    keys(table, known, &format!("[[{name}]]"), one.span().start, found);
                }
            }
        }
        (Form::Tables(_), _) => {
            wrong(&format!("a list of tables, each of which begins with [[{name}]]"))
        }
    }
}

fn is_id(id: &str, dash: char) -> bool {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == dash;
    id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(sound)
}

fn whole(value: &DeValue<'_>) -> Option<u32> {
    match value {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}

/// The id that may have been meant by what is none.
fn offered(id: &str, dash: char) -> Option<String> {
    let spelt = id.trim().to_lowercase();
    let parts = spelt.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    Some(parts.join(dash.encode_utf8(&mut [0; 4]))).filter(|offer| is_id(offer, dash))
}

fn range(value: &DeValue<'_>) -> Option<(u32, u32)> {
    let DeValue::Array(ends) = value else { return None };
    let number = |at: usize| whole(ends.get(at)?.get_ref());
    (ends.len() == 2).then(|| number(0).zip(number(1))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_and_the_readme_explain_every_key_and_every_word() {
        fn told(keys: &[Key], text: &str, missing: &mut Vec<String>) {
            let mut word = |word: &str| {
                let named =
                    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
                if !named.into_iter().any(|part| part == word) {
                    missing.push(word.to_owned());
                }
            };
            for key in keys {
                word(key.name);
                match key.form {
                    Form::Word(words) | Form::Words(words) => {
                        words().into_iter().for_each(&mut word)
                    }
                    _ => {}
                }
            }
            for key in keys {
                if let Form::Table(keys) | Form::Tables(keys) = key.form {
                    told(keys, text, missing);
                }
            }
        }
        let readme = include_str!("../../../README.md");
        let (_, own) = readme.split_once("## Your own method").expect("the section");
        let (own, _) = own.split_once("\n## ").expect("the next one");
        for text in [&*super::super::Method::template("x"), own] {
            let mut missing = Vec::new();
            told(METHOD, text, &mut missing);
            assert_eq!(missing, Vec::<String>::new());
        }
        let (_, whole) = own.split_once("```toml\n").expect("a method");
        let (whole, _) = whole.split_once("```").expect("its end");
        super::super::Method::parse(whole).expect("sound");
    }
}
