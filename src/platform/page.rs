//! What is drawn for a person beside tables: a card of one record, and a page of lines. Each knows
//! what may be said of it where it is hidden.

use unicode_width::UnicodeWidthStr;

use super::table::{Cell, Style, Tone, fit, paint, safe, wrap};
use crate::domain::discretion::{About, WITHHELD};

/// A record for a person: a title and its facts, each with a label.
#[derive(Clone, Debug, Default)]
pub(crate) struct Card {
    title: String,
    facts: Vec<(&'static str, Cell)>,
}

impl Card {
    /// A card with its title.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), facts: Vec::new() }
    }

    /// Adds a fact; an empty one is left out.
    pub(crate) fn fact(mut self, label: &'static str, value: impl Into<Cell>) -> Self {
        let value = value.into();
        if !value.text.is_empty() {
            self.facts.push((label, value));
        }
        self
    }

    /// Where the record is hidden, what is said in its place is all there is.
    pub(crate) fn draw(&self, hidden: Option<&str>, color: bool) -> String {
        if let Some(instead) = hidden {
            return format!("{}\n", paint(&withheld(instead), Tone::Strong, color));
        }
        let widest = self.facts.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
        let mut text = format!("{}\n", paint(&safe(&self.title), Tone::Strong, color));
        for (label, value) in &self.facts {
            let mut label = paint(&format!("{label:widest$}"), Tone::Dim, color);
            for line in safe(&value.text).lines() {
                let line = format!("  {label}  {}", paint(line, value.tone, color));
                text.push_str(line.trim_end());
                text.push('\n');
                label = " ".repeat(widest);
            }
        }
        text
    }
}

/// What is said in place of something hidden, with a mark that there is more.
fn withheld(instead: &str) -> String {
    if instead == WITHHELD { instead.to_owned() } else { format!("{instead}  {WITHHELD}") }
}

/// A page for a person: a title, then lines under heads. On a terminal each line is cut to its width,
/// or wrapped where nothing of the page can be left out; in a pipe it is whole.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    about: About,
    wraps: bool,
    lines: Vec<Line>,
}

/// A line: words, and the facts about them.
#[derive(Clone, Debug)]
struct Line {
    tone: Tone,
    words: String,
    facts: String,
    /// Whom it is about, where the page is about nobody, and what is left of it where it is hidden.
    own: Option<(About, String, String)>,
}

impl Page {
    /// A page with its title, about somebody; or about nobody, and each item says about whom it is.
    pub(crate) fn new(about: About, title: impl Into<String>) -> Self {
        let mut page = Self { about, wraps: false, lines: Vec::new() };
        page.add(Tone::Strong, title.into(), "");
        page
    }

    /// The same, of which nothing is cut.
    pub(crate) fn wrapped(self) -> Self {
        Self { wraps: true, ..self }
    }

    fn add(&mut self, tone: Tone, words: String, facts: &str) {
        self.lines.push(Line { tone, words, facts: facts.to_owned(), own: None });
    }

    /// A plain line.
    pub(crate) fn line(&mut self, text: impl Into<String>) {
        self.add(Tone::Plain, text.into(), "");
    }

    /// A head, with a free line before it.
    pub(crate) fn head(&mut self, text: &str) {
        self.line("");
        if !text.is_empty() {
            self.add(Tone::Strong, text.to_owned(), "");
        }
    }

    /// A line of less weight, set in.
    pub(crate) fn quiet(&mut self, text: &str) {
        self.add(Tone::Dim, format!("  {text}"), "");
    }

    /// Words and the facts about them; where both do not fit, the words give way.
    pub(crate) fn item(&mut self, words: &str, facts: &str, tone: Tone) {
        self.add(tone, format!("  {words}"), facts);
    }

    /// An item about somebody of its own. Where it is hidden, `left` is what remains of its words and
    /// facts, `@` in it being the reference.
    pub(crate) fn item_about(
        &mut self,
        about: About,
        (words, facts): (&str, &str),
        left: (&str, &str),
        tone: Tone,
    ) {
        let own = Some((about, format!("  {}", left.0), left.1.to_owned()));
        self.lines.push(Line { tone, words: format!("  {words}"), facts: facts.to_owned(), own });
    }

    /// Whether something that it tells is such.
    pub(super) fn is_about(&self, such: impl Fn(&About) -> bool) -> bool {
        such(&self.about)
            || self.lines.iter().any(|line| line.own.as_ref().is_some_and(|(own, ..)| such(own)))
    }

    pub(super) fn draw(&self, hides: impl Fn(&About) -> Option<String>, style: Style) -> String {
        if let Some(instead) = hides(&self.about) {
            return format!("{}\n", paint(&withheld(&instead), Tone::Strong, style.color));
        }
        let mut text = String::new();
        for Line { tone, words, facts, own } in &self.lines {
            let hidden = own.as_ref().and_then(|(about, words, facts)| {
                let instead = hides(about)?;
                Some((words.replace('@', &instead), facts.replace('@', &instead)))
            });
            let (words, facts) = hidden.as_ref().map_or((words, facts), |(w, f)| (w, f));
            let (words, facts) = (safe(words).replace('\n', " "), safe(facts));
            let gap = if facts.is_empty() { 0 } else { 2 };
            let whole = words.width() + gap + facts.width();
            if let Some(width) = style.width.filter(|width| self.wraps && whole > *width) {
                let facts = format!("{}{facts}", " ".repeat(set_in(&words) + 2));
                for (part, tone) in [(&words, *tone), (&facts, Tone::Dim)] {
                    for line in hanging(part, width) {
                        text.push_str(&paint(&line, tone, style.color));
                        text.push('\n');
                    }
                }
                continue;
            }
            let room = style.width.map(|width| width.saturating_sub(facts.width() + gap));
            let line = match (room, facts.is_empty()) {
                (_, true) => paint(&fit(&words, style.width), *tone, style.color),
                (Some(room), false) if room >= MIN_WORDS => {
                    let words = fit(&words, Some(room));
                    let gap = " ".repeat(room + gap - words.width());
                    let facts = paint(&facts, Tone::Dim, style.color);
                    format!("{}{gap}{facts}", paint(&words, *tone, style.color))
                }
                _ => format!("{}  {facts}", paint(&words, *tone, style.color)),
            };
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// By how many columns a line is set in.
fn set_in(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines that a long one is broken into, each after the first set in a little more; none of
/// nothing.
fn hanging(line: &str, width: usize) -> Vec<String> {
    let (by, words) = (set_in(line), line.trim_start());
    if words.is_empty() {
        return Vec::new();
    }
    let parts = wrap(words, Some(width.saturating_sub(by + 2)));
    let more = |at: usize| " ".repeat(if at == 0 { by } else { by + 2 });
    parts.iter().enumerate().map(|(at, part)| format!("{}{part}", more(at))).collect()
}

/// Words of an item are never cut below so many columns; a narrower terminal wraps.
const MIN_WORDS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_which_nothing_is_cut_is_wrapped_with_its_lines_set_in() {
        let mut page = Page::new(About::Nobody, "my-way").wrapped();
        page.item("gap-map  Identity gap map", "a row for each gap, shared", Tone::Plain);
        page.quiet("  gap, self_view, others_view");
        let text = page.draw(|_| None, Style { color: false, width: Some(24) });
        assert_eq!(
            text,
            "my-way\n  gap-map  Identity\n    gap map\n    a row for each\n      gap, shared\n    \
             gap, self_view,\n      others_view\n"
        );
        let wide = page.draw(|_| None, Style { color: false, width: None });
        assert!(wide.contains("gap map  a row for each gap, shared\n"), "{wide}");
    }
}
