//! Texts out of templates that a coach may edit.
//!
//! A template is Markdown with `{{ value }}`, `{% if … %}` and `{% for … %}`; it reads what it is
//! given and nothing else: no other template, no file. A name that is not there is an error, never
//! an empty place. Every value is printed as one line of plain words: whatever somebody wrote into a
//! record can make neither a heading nor a link, a list or a table out of it. `{{ text|quoted }}`
//! prints a text of several lines, as a block quote.

use std::io::Write;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

/// What a template may do, in steps of its own making: far more than any paper needs, and done in
/// less than a second.
const FUEL: u64 = 2_000_000;

/// A text that is drawn from a template holds at most so many bytes.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// A value that a filter makes holds at most so many bytes.
const MOST_BYTES_OF_VALUE: usize = 1024 * 1024;

/// What a template does without: filters that escape for other languages than Markdown or not at all, and
/// those that make much out of little in one step of fuel.
const WITHOUT_FILTERS: &[&str] = &[
    "batch",
    "chain",
    "e",
    "escape",
    "format",
    "indent",
    "lines",
    "pprint",
    "replace",
    "safe",
    "slice",
    "split",
    "tojson",
    "urlencode",
    "zip",
];

/// The same of functions.
const WITHOUT_FUNCTIONS: &[&str] = &["debug", "dict", "namespace", "range"];

/// The templates that come with the program, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("agreement", include_str!("templates/agreement.md")),
    ("brief", include_str!("templates/brief.md")),
    ("closing", include_str!("templates/closing.md")),
    ("final", include_str!("templates/final.md")),
    ("follow-up", include_str!("templates/follow-up.md")),
    ("mid", include_str!("templates/mid.md")),
    ("paper", include_str!("templates/paper.md")),
    ("plan", include_str!("templates/plan.md")),
];

/// Why a template cannot be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TemplateError {
    /// Which template, as it was named to [`render`].
    pub(crate) name: String,
    /// The line in it, from 1.
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// The template of this name that comes with the program.
pub(crate) fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Draws a template with what it may read. The text ends with one newline.
///
/// # Errors
/// Where it is broken, names something that is not given, or never comes to an end.
pub(crate) fn render(
    name: &str,
    text: &str,
    given: &impl Serialize,
) -> Result<String, TemplateError> {
    let fail = |error: &Error| failure(name, text, error);
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(print);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(64);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|error| fail(&error))?);
    // An error then knows which words of the template it is about.
    environment.set_debug(true);
    for filter in WITHOUT_FILTERS {
        environment.remove_filter(filter);
    }
    for function in WITHOUT_FUNCTIONS {
        environment.remove_global(function);
    }
    environment.add_filter("join", join);
    environment.add_filter("quoted", quoted);
    let refuse = |line, what: String| TemplateError { name: name.to_owned(), line, what };
    if let Some((line, word)) = growth(text) {
        return Err(refuse(line, format!("‘{word}’ is not known here")));
    }
    let template = environment.template_from_named_str(name, text).map_err(|error| fail(&error))?;
    let mut drawn = Bounded { text: Vec::new(), is_full: false };
    let done = template.render_captured_to(Value::from(Serde(given)), &mut drawn).map(drop);
    if drawn.is_full {
        return Err(refuse(1, format!("it draws more than {MOST_BYTES} bytes")));
    }
    done.map_err(|error| fail(&error))?;
    let drawn = String::from_utf8_lossy(&drawn.text);
    match drawn.trim() {
        "" => Err(refuse(1, "it draws nothing".to_owned())),
        text => Ok(format!("{text}\n")),
    }
}

/// What is drawn, up to the limit.
struct Bounded {
    text: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.text.len() + bytes.len() > MOST_BYTES {
            self.is_full = true;
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The first mark in the tags of a template that can make a text or a list longer at every step, with its
/// line: no paper needs one.
fn growth(text: &str) -> Option<(usize, &str)> {
    let mut rest = text;
    loop {
        let at = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min()?;
        let (opening, inside) = rest[at..].split_at(2);
        if opening == "{#" {
            rest = inside.split_once("#}")?.1;
            continue;
        }
        let (found, after) = within(inside, if opening == "{{" { "}}" } else { "%}" });
        let mut words = inside.trim_start_matches(['-', '+']).split_whitespace();
        let first = words.next().unwrap_or_default();
        let keeps = first == "filter" || (first == "set" && words.nth(1) != Some("="));
        let found = if opening == "{%" && keeps { Some(first) } else { found };
        if let Some(found) = found {
            let before = found.as_ptr() as usize - text.as_ptr() as usize;
            return Some((text[..before].matches('\n').count() + 1, found));
        }
        rest = after;
        if opening == "{%" && first == "raw" {
            rest = rest.split_once("endraw")?.1;
        }
    }
}

/// The first such mark in a tag, and what comes after its end; words in quotes are passed over.
fn within<'t>(inside: &'t str, end: &str) -> (Option<&'t str>, &'t str) {
    let (mut quote, mut is_escaped, mut found) = (None, false, None);
    for (at, letter) in inside.char_indices() {
        match (quote, letter) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, _) if inside[at..].starts_with(end) => return (found, &inside[at + 2..]),
            // At either end they are about the white space beside the tag.
            (None, '+') if at == 0 || inside[at + 1..].starts_with(end) => {}
            (None, '~' | '+' | '*') => found = found.or_else(|| inside.get(at..=at)),
            _ => {}
        }
    }
    (found, "")
}

/// The values of a list in one text.
fn join(all: &Value, between: Option<String>) -> Result<String, Error> {
    let between = between.unwrap_or_default();
    let mut joined = String::new();
    for (at, value) in all.try_iter()?.enumerate() {
        if at > 0 {
            joined.push_str(&between);
        }
        match value.as_str() {
            Some(text) => joined.push_str(text),
            None => joined.push_str(&value.to_string()),
        }
        bounded(&joined)?;
    }
    Ok(joined)
}

fn bounded(text: &str) -> Result<(), Error> {
    if text.len() <= MOST_BYTES_OF_VALUE {
        return Ok(());
    }
    let what = format!("a value of more than {MOST_BYTES_OF_VALUE} bytes");
    Err(Error::new(ErrorKind::InvalidOperation, what))
}

/// Prints one value. What is absent prints nothing; a list or a record has no one form.
fn print(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let put = |out: &mut Output<'_>, text: &str| out.write_str(text).map_err(Error::from);
    match value.kind() {
        ValueKind::Undefined => Err(ErrorKind::UndefinedError.into()),
        ValueKind::None => Ok(()),
        ValueKind::String if value.is_safe() => put(out, value.as_str().unwrap_or_default()),
        ValueKind::String => put(out, &inline(value.as_str().unwrap_or_default())),
        ValueKind::Number | ValueKind::Bool => put(out, &value.to_string()),
        _ => {
            let what = "this is several values: go through them with for, or join them";
            Err(Error::new(ErrorKind::InvalidOperation, what))
        }
    }
}

/// A text as a block quote, line by line; its own marks are words.
fn quoted(text: &str) -> Result<Value, Error> {
    bounded(text)?;
    let lines: Vec<String> = lines(text).map(|line| format!("> {}", inline(line))).collect();
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    Ok(Value::from_safe_string(lines.join("\n")))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// A text as one line of Markdown that shows it as it stands, wherever in a line it is put.
pub(crate) fn inline(text: &str) -> String {
    // What cannot be seen, or turns the direction of what is read, is left out first: it must not stand
    // before a mark and hide that this begins the line.
    let seen: String =
        text.chars().filter(|letter| letter.is_whitespace() || !is_hidden(*letter)).collect();
    let one: Vec<&str> = seen.split_whitespace().collect();
    let one = one.join(" ");
    let mut safe = String::with_capacity(one.len() + 8);
    // What would begin a list, a heading, a quote or a rule if it stood first in its line.
    let numbered = one.len() - one.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, letter) in one.char_indices() {
        let marks = match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '#' | '|' | '~' => true,
            '&' => one[at + 1..].starts_with(|c: char| c == '#' || c.is_ascii_alphabetic()),
            '-' | '+' | '=' | '>' => at == 0,
            '.' | ')' => {
                let after = one[at + 1..].chars().next();
                at > 0 && at == numbered && after.is_none_or(char::is_whitespace)
            }
            _ => false,
        };
        if marks {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// Whether a character is not seen, or makes the words beside it run the other way.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

/// What is wrong, in the words of somebody who edits templates.
fn failure(name: &str, text: &str, error: &Error) -> TemplateError {
    let words = error.range().and_then(|range| text.get(range)).map(str::trim).unwrap_or_default();
    let detail = error.detail().unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::UndefinedError if words.is_empty() => {
            "it names a value that is not there".into()
        }
        ErrorKind::UndefinedError => format!("‘{words}’ is no value that there is"),
        ErrorKind::OutOfFuel => "it does not come to an end".into(),
        ErrorKind::UnknownFilter
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownMethod
        | ErrorKind::UnknownTest => format!("{detail}; it is not known here"),
        _ if detail.is_empty() => error.kind().to_string(),
        _ => detail.to_owned(),
    };
    TemplateError { name: name.to_owned(), line: error.line().unwrap_or(1), what }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn drawn(text: &str, given: serde_json::Value) -> Result<String, (usize, String)> {
        render("paper.md", text, &given).map_err(|error| (error.line, error.what))
    }

    #[test]
    fn a_template_prints_what_it_is_given() {
        let text = "# {{ title }}\n\n{% for goal in goals %}\n- {{ goal.title }} ({{ goal.rating }})\n{% endfor %}\n\
                    {% if org %}For {{ org }}.{% endif %}\n";
        let given =
            json!({"title": "Plan", "goals": [{"title": "Decide", "rating": 4}], "org": null});
        assert_eq!(drawn(text, given), Ok("# Plan\n\n- Decide (4)\n".into()));
    }

    #[test]
    fn what_is_not_there_is_an_error_with_its_place() {
        for (text, line, says) in [
            ("ok\n{{ coache }}", 2, "‘coache’ is no value that there is"),
            ("ok\n\n{{ goal.titel }}", 3, "‘goal.titel’ is no value that there is"),
            ("{% if missing %}x{% endif %}", 1, "‘missing’ is no value that there is"),
            ("{{ title|shout }}", 1, "filter shout is unknown; it is not known here"),
            ("{{ title|safe }}", 1, "filter safe is unknown; it is not known here"),
            ("a\nb {% if title %}", 2, "unexpected end of input, expected end of block"),
        ] {
            let given = json!({"title": "Plan", "goal": {"title": "Decide"}});
            assert_eq!(drawn(text, given), Err((line, says.into())), "{text}");
        }
    }

    #[test]
    fn no_other_text_is_read_and_no_loop_goes_on_for_ever() {
        for text in ["{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}"] {
            assert!(drawn(text, json!({})).is_err(), "{text}");
        }
        let deep = "{% for a in l %}{% for b in l %}{% for c in l %}{% for d in l %}.{% endfor %}{% endfor %}\
                    {% endfor %}{% endfor %}";
        let given = json!({"l": vec![0; 200]});
        assert_eq!(drawn(deep, given), Err((1, "it does not come to an end".into())));
    }

    #[test]
    fn nothing_grows_beyond_what_a_paper_needs() {
        let given = json!({"t": "x".repeat(1000), "l": vec!["y".repeat(1000); 900]});
        for (text, line, says) in [
            ("{% set s = t %}\n{% set s = s ~ s %}", 2, "‘~’ is not known here"),
            ("{{ t + t }}", 1, "‘+’ is not known here"),
            ("{{ l * 1000 }}", 1, "‘*’ is not known here"),
            (
                "{% raw %}{{ ' {% endraw %}{{ t ~ t }}{% raw %}' {% endraw %}",
                1,
                "‘~’ is not known here",
            ),
            ("{% set s %}{{ t }}{{ t }}{% endset %}", 1, "‘set’ is not known here"),
            ("{% filter upper %}x{% endfilter %}", 1, "‘filter’ is not known here"),
            ("{{ '%1000000000s'|format(t) }}", 1, "filter format is unknown; it is not known here"),
            ("{{ t|indent(1000000000) }}", 1, "filter indent is unknown; it is not known here"),
            ("{{ debug() }}", 1, "debug is unknown; it is not known here"),
            ("{{ l|join(t)|join }}", 1, "a value of more than 1048576 bytes"),
        ] {
            assert_eq!(drawn(text, given.clone()), Err((line, says.into())), "{text}");
        }
        let much = "{% for a in l %}{% for b in l %}{{ b }}{% endfor %}{% endfor %}";
        assert_eq!(drawn(much, given), Err((1, "it draws more than 16777216 bytes".into())));
        let deep = format!("{{{{ t{} }}}}", "|quoted".repeat(40));
        assert!(
            drawn(&deep, json!({"t": "\\"})).is_err(),
            "each quotes the marks of the one before"
        );
        assert_eq!(
            drawn("{%+ if t %}a ~ b{% endif %} {{ 'a ~ + *'|upper }}", json!({"t": 1})),
            Ok("a ~ b A \\~ + \\*\n".into())
        );
    }

    #[test]
    fn a_template_that_draws_nothing_is_an_error() {
        for text in ["", "\n \n", "{% for a in l %}x{% endfor %}"] {
            assert_eq!(
                drawn(text, json!({"l": []})),
                Err((1, "it draws nothing".into())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_list_is_no_line() {
        let given = json!({"l": ["a", "b"]});
        assert!(drawn("{{ l }}", given.clone()).is_err());
        assert_eq!(drawn("{{ l|join(', ') }}", given), Ok("a, b\n".into()));
    }

    #[test]
    fn words_of_a_record_are_words_and_no_marks() {
        for (hostile, safe) in [
            ("# Title", "\\# Title"),
            ("a\n\n# b\r\n- c", "a \\# b - c"),
            ("a | b", "a \\| b"),
            ("1. first", "1\\. first"),
            ("450.00 EUR", "450.00 EUR"),
            ("- item", "\\- item"),
            ("[x](http://y) <b>", "\\[x\\](http://y) \\<b>"),
            ("&lt; AT&T & co", "\\&lt; AT\\&T & co"),
            ("x\u{202e}y\u{7}z", "xyz"),
            ("\u{7}- item", "\\- item"),
            ("\u{202e}> quote", "\\> quote"),
            ("1\u{200b}. first", "1\\. first"),
            ("\u{feff} + more", "\\+ more"),
            ("2026-11-21, a.b (c)", "2026-11-21, a.b (c)"),
        ] {
            assert_eq!(inline(hostile), safe);
        }
        let given = json!({"t": "one\n# two\n\n> three"});
        assert_eq!(drawn("{{ t|quoted }}", given), Ok("> one\n> \\# two\n>\n> \\> three\n".into()));
    }

    proptest! {
        #[test]
        fn no_value_adds_a_line_or_a_mark(value in "[\u{7}\u{202e}\u{200b}\u{feff} ]{0,2}([-+>=1#]|1[.)])?.{0,60}") {
            let text = "x{{ v }}\n\n# {{ v }}\n\n- {{ v }}\n\n| {{ v }} |\n\n{{ v }}\n\nend";
            let drawn = drawn(text, json!({"v": value})).expect("drawn");
            prop_assert_eq!(drawn.lines().count(), 11, "{:?}", drawn);
            let begins = drawn.lines().nth(8).unwrap_or_default();
            prop_assert!(!begins.starts_with(['-', '+', '>', '=', '#']), "{:?}", begins);
            let number = begins.trim_start_matches(|c: char| c.is_ascii_digit());
            let is_item = number.len() < begins.len() && number.starts_with(['.', ')'])
                && number[1..].chars().next().is_none_or(char::is_whitespace);
            prop_assert!(!is_item, "{:?}", begins);
            for line in drawn.lines() {
                let mut letters = line.chars().skip(1).peekable();
                let mut bare = String::new();
                while let Some(letter) = letters.next() {
                    if letter == '\\' { letters.next(); } else { bare.push(letter); }
                }
                let bare = bare.trim_end_matches('|');
                if line != begins {
                    prop_assert!(!bare.contains(['`', '*', '[', '<', '|', '#']), "{:?}", line);
                }
            }
        }
    }
}
