//! Texts out of templates that a coach may edit.
//!
//! A template is Markdown with `{{ value }}`, `{% if … %}` and `{% for … %}`; it reads what it is
//! given and nothing else: no other template, no file. A name that is not there is an error, never
//! an empty place. Every value is printed as one line of plain words: whatever somebody wrote into a
//! record can make neither a heading nor a link, a list or a table out of it. `{{ text|quoted }}`
//! prints a text of several lines, as a block quote.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

/// What a template may do, in steps of its own making: far more than any paper needs, and done in
/// less than a second.
const FUEL: u64 = 2_000_000;

/// A text that is drawn from a template holds at most so many bytes.
const MOST_BYTES: usize = 16 * 1024 * 1024;

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
    // These escape for other languages than Markdown, or not at all.
    for filter in ["safe", "escape", "e", "tojson", "urlencode"] {
        environment.remove_filter(filter);
    }
    // A long run of these costs one step of fuel alone.
    environment.remove_global("range");
    environment.add_filter("quoted", quoted);
    let template = environment.template_from_named_str(name, text).map_err(|error| fail(&error))?;
    let drawn = template.render(Value::from(Serde(given))).map_err(|error| fail(&error))?;
    if drawn.len() > MOST_BYTES {
        let what = format!("it draws {} bytes; {MOST_BYTES} are the most", drawn.len());
        return Err(TemplateError { name: name.to_owned(), line: 1, what });
    }
    Ok(format!("{}\n", drawn.trim()))
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
fn quoted(text: &str) -> Value {
    let lines: Vec<String> = lines(text).map(|line| format!("> {}", inline(line))).collect();
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    Value::from_safe_string(lines.join("\n"))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// A text as one line of Markdown that shows it as it stands, wherever in a line it is put.
pub(crate) fn inline(text: &str) -> String {
    let one: Vec<&str> = text.split_whitespace().collect();
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
        // What cannot be seen, or turns the direction of what is read, is left out.
        if !letter.is_control() && !turns(letter) {
            safe.push(letter);
        }
    }
    safe
}

/// Whether a character makes the words after it run the other way.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
            ("2026-11-21, a.b (c)", "2026-11-21, a.b (c)"),
        ] {
            assert_eq!(inline(hostile), safe);
        }
        let given = json!({"t": "one\n# two\n\n> three"});
        assert_eq!(drawn("{{ t|quoted }}", given), Ok("> one\n> \\# two\n>\n> \\> three\n".into()));
    }

    proptest! {
        #[test]
        fn no_value_adds_a_line_or_a_mark(value in ".{0,60}") {
            let text = "# {{ v }}\n\n- {{ v }}\n\n| {{ v }} |\n";
            let drawn = drawn(text, json!({"v": value})).expect("drawn");
            prop_assert_eq!(drawn.lines().count(), 5, "{:?}", drawn);
            for line in drawn.lines() {
                let mut letters = line.chars().skip(1).peekable();
                let mut bare = String::new();
                while let Some(letter) = letters.next() {
                    if letter == '\\' { letters.next(); } else { bare.push(letter); }
                }
                let bare = bare.trim_end_matches('|');
                prop_assert!(!bare.contains(['`', '*', '[', '<', '|', '#']), "{:?}", line);
            }
        }
    }
}
