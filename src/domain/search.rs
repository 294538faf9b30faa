//! Search: what a word is, what a query asks for, and the few words around what was found.
//!
//! A word is a run of letters and digits in one case, without accents. Scripts that are written
//! without spaces, emoji and signs such as + or € count as one word for each character, so that a
//! part of a Japanese sentence is found. A query finds a record when each of its terms, a word or a
//! phrase, occurs in it.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::id::{EngagementId, Ref, Slug};
use super::time::Day;
use super::word::words;

/// Stands between two texts of one record, so that no phrase reaches from one into the next.
pub(crate) const BETWEEN: char = '\u{1f}';

/// The word that [`BETWEEN`] becomes; no text has it.
const BARRIER: &str = "\u{e000}";

/// A snippet has about so many words.
const AROUND: usize = 12;

/// A word of so many letters, as people see them, is cut in a snippet.
const LONGEST: usize = 60;

/// A query has at most so many terms: each costs a look into the index.
pub(crate) const MOST_TERMS: usize = 100;

words! {
    /// What was found: a note by its own kind, or another record.
    HitKind {
        Thought = "thought",
        Question = "question",
        Perspective = "perspective",
        Insight = "insight",
        Assumption = "assumption",
        BlindSpot = "blind-spot",
        Reframe = "reframe",
        Support = "support",
        Reflection = "reflection",
        Action = "action",
        Goal = "goal",
        KeyResult = "key-result",
        Session = "session",
        Stakeholder = "stakeholder",
        Feedback = "feedback",
        Worksheet = "worksheet",
        Review = "review",
    }
}

/// A record that was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Hit {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) kind: HitKind,
    pub(crate) engagement: Slug,
    /// The record's own day.
    pub(crate) on: Day,
    pub(crate) snippet: Snippet,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// The words around what was found, in one line; serialised without its marks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Snippet {
    pub(crate) text: String,
    /// Where the found words stand in it, in order.
    pub(crate) found: Vec<Range<usize>>,
}

impl Serialize for Snippet {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text)
    }
}

/// A word of a text: its folded form, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub(super) folded: String,
    pub(super) at: Range<usize>,
}

/// What a character does to the words of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Goes on with a word or begins one.
    Letter,
    /// Is a word by itself.
    Alone,
    /// Belongs to what stands before it.
    Mark,
    /// Is left out, and parts nothing.
    Dropped,
    /// Stands between words.
    Gap,
}

/// Accents and vowel points that people leave out when they search, joiners and variation marks.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Scripts that set no space between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3fffd}')
}

fn is_punctuation(c: char) -> bool {
    match c {
        '+' | '#' | '$' | '%' | '&' => false,
        c if c.is_ascii() => c.is_ascii_punctuation(),
        c => matches!(c,
            '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3003}'
            | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}'
            | '\u{fe10}'..='\u{fe6f}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}'),
    }
}

fn part(c: char) -> Part {
    match c {
        // Most of most texts; the tables of all scripts are not asked.
        c if c.is_ascii_alphanumeric() => Part::Letter,
        c if c.is_ascii() && !c.is_ascii_control() && c != ' ' && !is_punctuation(c) => Part::Alone,
        c if c.is_ascii() => Part::Gap,
        c if is_dropped(c) => Part::Dropped,
        c if c.is_whitespace() || c.is_control() || is_punctuation(c) => Part::Gap,
        c if is_combining_mark(c) => Part::Mark,
        c if is_unspaced(c) => Part::Alone,
        c if c.is_alphanumeric() => Part::Letter,
        _ => Part::Alone,
    }
}

/// One character in one case, without accents, as people type it.
fn fold(c: char, each: &mut impl FnMut(char)) {
    if c.is_ascii() {
        return each(c.to_ascii_lowercase());
    }
    decompose_compatible(c, |c| {
        for c in c.to_lowercase() {
            match c {
                'ß' => "ss".chars().for_each(&mut *each),
                'æ' => "ae".chars().for_each(&mut *each),
                'œ' => "oe".chars().for_each(&mut *each),
                'ø' => each('o'),
                'ł' => each('l'),
                'đ' => each('d'),
                'ı' => each('i'),
                'ς' => each('σ'),
                c => each(c),
            }
        }
    });
}

/// The words of a text in their order, each with its place.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    // Whether the last word may go on, and whether a mark still belongs to it.
    let (mut open, mut near) = (false, false);
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if c == BETWEEN {
            found.push(Piece { folded: BARRIER.to_owned(), at: start..end });
            (open, near) = (false, false);
            continue;
        }
        fold(c, &mut |c| match part(c) {
            Part::Letter if open => grow(&mut found, c, end),
            Part::Mark if near => grow(&mut found, c, end),
            Part::Letter => {
                found.push(Piece { folded: c.to_string(), at: start..end });
                (open, near) = (true, true);
            }
            Part::Alone | Part::Mark => {
                found.push(Piece { folded: c.to_string(), at: start..end });
                (open, near) = (false, true);
            }
            Part::Dropped if near => grow_over(&mut found, end),
            Part::Dropped => {}
            Part::Gap => (open, near) = (false, false),
        });
    }
    found
}

fn grow(found: &mut [Piece], c: char, end: usize) {
    if let Some(last) = found.last_mut() {
        last.folded.push(c);
        last.at.end = end;
    }
}

fn grow_over(found: &mut [Piece], end: usize) {
    if let Some(last) = found.last_mut() {
        last.at.end = end;
    }
}

/// The words of a text, folded and parted by spaces: what the index holds of it.
pub(crate) fn indexed(text: &str) -> String {
    let words = pieces(text);
    if words.iter().all(|word| word.folded == BARRIER) {
        return String::new();
    }
    words.into_iter().map(|word| word.folded).collect::<Vec<_>>().join(" ")
}

/// A word, or several in this order; with `open` the last one may go on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Term {
    words: Vec<String>,
    open: bool,
}

/// What to look for: terms that must all occur.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Query {
    terms: Vec<Term>,
}

impl Query {
    /// Reads a query. Quotes make a phrase, a `*` after a word lets it go on, and all else is words.
    /// What is said twice counts once. None where there are no words.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_quote = |c: char| matches!(c, '"' | '“' | '”' | '„');
        let mut terms = Vec::new();
        for (at, stretch) in text.split(is_quote).enumerate() {
            if at % 2 == 1 {
                // A star may stand before or after the closing quote; the one after is all that
                // begins the next stretch, and is no word there.
                terms.extend(term(stretch));
            } else {
                let after_quote = stretch.strip_prefix('*').filter(|_| at > 0);
                if let (Some(_), Some(last)) = (after_quote, terms.last_mut()) {
                    let last: &mut Term = last;
                    last.open = true;
                }
                terms.extend(stretch.split_whitespace().filter_map(term));
            }
        }
        let mut seen = BTreeSet::new();
        terms.retain(|term| seen.insert(term.clone()));
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// How many terms it has.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The query as the index takes it: words in quotes, so that none is taken for an operator.
    pub(crate) fn expression(&self) -> String {
        let terms = self.terms.iter().map(|term| {
            format!("\"{}\"{}", term.words.join(" "), if term.open { " *" } else { "" })
        });
        terms.collect::<Vec<_>>().join(" AND ")
    }

    /// The words of `text` around the first place of what was found. Of several texts in one the
    /// first that has the most terms is taken.
    pub(crate) fn snippet(&self, text: &str) -> Snippet {
        let mut best: (usize, &str, Vec<Range<usize>>) = (0, "", Vec::new());
        for each in text.split(BETWEEN) {
            let words = pieces(each);
            let places: Vec<Vec<Range<usize>>> =
                self.terms.iter().map(|term| term.places(&words)).collect();
            let count = places.iter().filter(|places| !places.is_empty()).count();
            if count > best.0 || best.1.is_empty() {
                let mut found: Vec<Range<usize>> = places.into_iter().flatten().collect();
                found.sort_by_key(|place| (place.start, place.end));
                found.dedup();
                best = (count, each, found);
            }
        }
        cut(best.1, &best.2)
    }
}

fn term(typed: &str) -> Option<Term> {
    let open = typed.trim_end().ends_with('*');
    let words: Vec<String> =
        pieces(&typed.replace(BETWEEN, " ")).into_iter().map(|word| word.folded).collect();
    (!words.is_empty()).then_some(Term { words, open })
}

impl Term {
    /// The places of each word of each occurrence.
    fn places(&self, text: &[Piece]) -> Vec<Range<usize>> {
        let last = self.words.len() - 1;
        let fits = |window: &&[Piece]| {
            window.iter().zip(&self.words).enumerate().all(|(at, (piece, word))| {
                if at == last && self.open {
                    piece.folded.starts_with(word.as_str())
                } else {
                    piece.folded == *word
                }
            })
        };
        let windows = text.windows(self.words.len()).filter(fits);
        windows.flatten().map(|piece| piece.at.clone()).collect()
    }
}

/// What belongs to a character before it: a mark, a joiner, the colour of a skin.
fn is_no_beginning(c: char) -> bool {
    is_combining_mark(c) || is_dropped(c) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// The places, each widened to what people see as whole letters.
fn whole_letters(text: &str, found: &[Range<usize>]) -> Vec<Range<usize>> {
    if text.is_ascii() {
        return found.to_vec();
    }
    let ends: Vec<usize> =
        text.grapheme_indices(true).map(|(at, letter)| at + letter.len()).collect();
    let end_after = |at: usize| ends.get(ends.partition_point(|end| *end < at)).copied();
    let start_of = |at: usize| match ends.partition_point(|end| *end <= at) {
        0 => 0,
        letter => ends.get(letter - 1).copied().unwrap_or(at),
    };
    let widened =
        found.iter().map(|place| start_of(place.start)..end_after(place.end).unwrap_or(text.len()));
    widened.collect()
}

/// What people see as the letters of a text, each with its place. Of ASCII each byte is one: that a
/// line may end in two makes no difference to words.
fn letters(text: &str) -> Box<dyn Iterator<Item = (usize, &str)> + '_> {
    match text.is_ascii() {
        true => Box::new((0..text.len()).filter_map(|at| Some((at, text.get(at..=at)?)))),
        false => Box::new(text.grapheme_indices(true)),
    }
}

/// About [`AROUND`] words around the first place, with one space where the text has white space.
fn cut(text: &str, found: &[Range<usize>]) -> Snippet {
    let found = &whole_letters(text, found);
    let first = found.first().map_or(0, |place| place.start);
    let mut tokens: Vec<Range<usize>> = Vec::new();
    // Where the token begins, and how many letters it has so far.
    let mut start: Option<(usize, usize)> = None;
    for (at, letter) in letters(text) {
        let parts = letter.chars().all(char::is_whitespace);
        match &mut start {
            Some((from, _)) if parts => {
                tokens.push(*from..at);
                start = None;
            }
            None if parts => {}
            None => start = Some((at, 1)),
            // A run without spaces, such as a Japanese sentence, is parted where it must be.
            Some((from, letters)) if *letters >= LONGEST || letter.starts_with(is_unspaced) => {
                tokens.push(*from..at);
                start = Some((at, 1));
            }
            Some((_, letters)) => *letters += 1,
        }
    }
    tokens.extend(start.map(|(from, _)| from..text.len()));
    let here = tokens.iter().position(|token| token.end > first).unwrap_or(0);
    let most = if tokens.get(here).is_some_and(|token| {
        text.get(token.clone()).is_some_and(|word| word.chars().next().is_some_and(is_unspaced))
    }) {
        3 * AROUND
    } else {
        AROUND
    };
    let begin = here.saturating_sub(most / 3).min(tokens.len().saturating_sub(most));
    let end = (begin + most).min(tokens.len());
    let mut snippet = Snippet::default();
    if begin > 0 {
        snippet.text.push('…');
    }
    let mut before: Option<usize> = None;
    for token in tokens.get(begin..end).unwrap_or_default() {
        if before.is_some_and(|before| before < token.start) {
            snippet.text.push(' ');
        }
        let mut token = token.clone();
        if before.is_none() {
            // A mark without its letter, as only a text of a hostile hand has one.
            let word = text.get(token.clone()).unwrap_or_default();
            token.start += word.len() - word.trim_start_matches(is_no_beginning).len();
        }
        let moved = snippet.text.len();
        snippet.text.push_str(text.get(token.clone()).unwrap_or_default());
        for place in found {
            let (from, to) = (place.start.max(token.start), place.end.min(token.end));
            if from < to {
                let range = moved + from - token.start..moved + to - token.start;
                match snippet.found.last_mut() {
                    Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                    _ => snippet.found.push(range),
                }
            }
        }
        before = Some(token.end);
    }
    if end < tokens.len() {
        snippet.text.push('…');
    }
    snippet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str, text: &str) -> String {
        let snippet = Query::parse(query).map(|query| query.snippet(text)).unwrap_or_default();
        let mut marked = snippet.text.clone();
        for found in snippet.found.iter().rev() {
            marked.insert(found.end, ']');
            marked.insert(found.start, '[');
        }
        marked
    }

    #[test]
    fn words_are_folded_alike_however_they_are_written() {
        for (text, words) in [
            ("Größe STRASSE Straße", "grosse strasse strasse"),
            ("Cafe\u{301} café CAFÉ", "cafe cafe cafe"),
            ("O'Brien O’Brien", "o brien o brien"),
            ("週次会議で", "週 次 会 議 て\u{3099}"),
            ("ｶﾞ が か\u{3099}", "カ\u{3099} か\u{3099} か\u{3099}"),
            ("C++ e-mail (x) 5€", "c + + e mail x 5 €"),
            ("👩‍💻ok❤️", "👩 💻 ok ❤"),
            ("ﬁne ①", "fine 1"),
            ("Σίσυφος ΣΊΣΥΦΟΣ", "σισυφοσ σισυφοσ"),
            ("— … \u{1f} --", ""),
            ("a\u{1f}b", "a \u{e000} b"),
        ] {
            assert_eq!(indexed(text), words, "{text}");
        }
    }

    #[test]
    fn a_query_is_words_phrases_and_beginnings_and_never_an_operator() {
        for (typed, wanted) in [
            ("monthly close", "\"monthly\" AND \"close\""),
            ("\"monthly close\" dana", "\"monthly close\" AND \"dana\""),
            ("clos*", "\"clos\" *"),
            ("\"the clos*\"", "\"the clos\" *"),
            ("\"the clos\"*", "\"the clos\" *"),
            ("\"never closed", "\"never closed\""),
            ("a AND NOT b", "\"a\" AND \"and\" AND \"not\" AND \"b\""),
            ("words:x ^y -z {w}", "\"words x\" AND \"y\" AND \"z\" AND \"w\""),
            ("会議*", "\"会 議\" *"),
        ] {
            let found = Query::parse(typed).map(|query| query.expression());
            assert_eq!(found.as_deref(), Some(wanted), "{typed}");
        }
        for empty in ["", " ", "*", "\"\"", "\" \"*", "--", "( )"] {
            assert_eq!(Query::parse(empty), None, "{empty}");
        }
    }

    #[test]
    fn a_snippet_is_one_line_around_what_was_found() {
        assert_eq!(shown("close", "The\n monthly  Close."), "The monthly [Close].");
        assert_eq!(
            shown("n20", &(1..30).map(|n| format!("n{n} ")).collect::<String>()),
            "…n16 n17 n18 n19 [n20] n21 n22 n23 n24 n25 n26 n27…"
        );
        assert_eq!(shown("会議", "週次会議で決めた"), "週次[会議]で決めた");
        assert_eq!(shown("two", "one\u{1f}and two\u{1f}two"), "and [two]");
        assert_eq!(shown("cafe", "im Cafe\u{301}!"), "im [Cafe\u{301}]!");
        assert_eq!(shown("gone", "nothing here"), "nothing here");
    }

    #[test]
    fn a_snippet_is_cut_between_what_people_see_as_letters() {
        let family = "👩\u{200d}👩\u{200d}👧";
        let run = family.repeat(LONGEST) + "end";
        assert_eq!(shown("end", &run), format!("{}[end]", family.repeat(LONGEST)));
        let long = "e\u{301}".repeat(LONGEST * 20) + " end";
        let cut = shown("end", &long);
        assert!(cut.starts_with("…e\u{301}") && cut.ends_with("\u{301} [end]"), "{cut}");
        assert_eq!(shown("👧", family), format!("[{family}]"), "whole, or it is drawn apart");
        assert_eq!(shown("x", "\u{301}\u{fe0f}x"), "[x]");
        assert_eq!(shown("x", "👍🏽x"), "👍🏽[x]");
        let flags = "🇩🇪".repeat(LONGEST * 20);
        assert_eq!(shown("x", &(flags + " x")).matches('\u{1f1e9}').count() % 60, 0);
    }

    #[test]
    fn what_is_said_twice_counts_once() {
        let query =
            Query::parse("close Close clos* \"the close\" CLOSE \"The close\"").expect("words");
        assert_eq!(query.len(), 3);
        assert_eq!(query.expression(), "\"close\" AND \"clos\" * AND \"the close\"");
    }
}
