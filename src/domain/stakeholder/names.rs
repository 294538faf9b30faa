//! Names taken out of what is quoted.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::domain::search::{Piece, pieces};

/// What stands in the place of a name.
const INSTEAD: &str = "[name]";

/// A part of a name that has fewer letters is too common a word to be taken out by itself, but for
/// those who are near: of them it goes where it is written large.
const SHORTEST: usize = 3;

/// The fewest letters of a part of a name that goes at all; fewer are an initial.
const LEAST: usize = 2;

/// Names that no quoted text may hold: each as a whole and in its parts, in any case, with or without
/// accents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Runs of words, each folded.
    runs: BTreeSet<Vec<String>>,
    /// Short parts of the names of those who are near, each folded.
    short: BTreeSet<String>,
}

impl Names {
    /// These names, and each of their parts that is long enough.
    pub(crate) fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut runs = BTreeSet::new();
        let folded = |text: &str| -> Vec<String> {
            pieces(text).into_iter().map(|piece| piece.folded).collect()
        };
        for name in names {
            runs.insert(folded(name));
            for part in name.split_whitespace() {
                let words = folded(part);
                // In scripts without spaces each character is a word, and two make a name.
                let letters = words.iter().map(|word| word.chars().count()).sum::<usize>();
                if letters >= SHORTEST || words.len() > 1 {
                    runs.insert(words.clone());
                }
                let long = words.into_iter().filter(|word| word.chars().count() >= SHORTEST);
                runs.extend(long.map(|word| vec![word]));
            }
        }
        runs.remove(&Vec::new());
        Self { runs, short: BTreeSet::new() }
    }

    /// The same, and the short parts of these names too where they begin with a capital.
    pub(crate) fn near<'n>(self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let parts = names.into_iter().flat_map(pieces).map(|piece| piece.folded);
        let short = parts.filter(|part| (LEAST..SHORTEST).contains(&part.chars().count()));
        Self { short: short.collect(), ..self }
    }

    /// The text without the names, and without refs of people and of what they said.
    pub(crate) fn out_of(&self, text: &str) -> String {
        let words = pieces(text);
        let mut clean = String::with_capacity(text.len());
        let (mut at, mut done) = (0, 0);
        while at < words.len() {
            let Some(length) = self.longest_at(&words[at..], text) else {
                at += 1;
                continue;
            };
            let Range { start, end } = words[at].at.start..words[at + length - 1].at.end;
            clean.push_str(&text[done.min(start)..start]);
            // Two parts of one name are one name.
            if !(clean.ends_with(INSTEAD) || clean.ends_with(&format!("{INSTEAD} ")) && done > 0) {
                clean.push_str(INSTEAD);
            } else {
                clean.truncate(clean.trim_end().len());
            }
            (at, done) = (at + length, end);
        }
        clean.push_str(&text[done..]);
        clean
    }

    /// How many of the words make the longest name that they begin with.
    fn longest_at(&self, words: &[Piece], text: &str) -> Option<usize> {
        let run = |length: &usize| {
            let mut run: Vec<String> =
                words.iter().take(*length).map(|word| word.folded.clone()).collect();
            self.runs.contains(&run)
                || is_possessive(&mut run, SHORTEST) && self.runs.contains(&run)
        };
        let short = |word: &Piece| {
            let large = text[word.at.clone()].starts_with(char::is_uppercase);
            let mut run = [word.folded.clone()];
            large
                && (self.short.contains(&run[0])
                    || is_possessive(&mut run, LEAST) && self.short.contains(&run[0]))
        };
        let most = self.runs.iter().map(Vec::len).max().unwrap_or(0).min(words.len());
        let named = (1..=most).rev().find(run);
        named.or_else(|| {
            let first = words.first()?;
            (short(first) || is_ref(&first.folded)).then_some(1)
        })
    }
}

/// Takes the `s` off that says whose something is, as in `Petras` or `Pia Bergs`; tells whether there
/// was one, and enough before it.
fn is_possessive(run: &mut [String], least: usize) -> bool {
    let Some(last) = run.last_mut() else { return false };
    let is_one = last.ends_with('s') && last.chars().count() > least;
    if is_one {
        last.pop();
    }
    is_one
}

/// Whether a word is the ref of a person, a stakeholder or a piece of feedback.
fn is_ref(word: &str) -> bool {
    let digits = word.strip_prefix(['p', 'h', 'f']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_goes_whole_and_in_its_parts() {
        let names = Names::of(["Henrike Voß", "Tomás O'Neill", "Bo Li", "山田 太郎", "Jean-Luc"]);
        for (text, clean) in [
            ("Henrike Voß waits.", "[name] waits."),
            ("HENRIKE's plan, voss said", "[name]'s plan, [name] said"),
            ("as Tomas and Neill", "as [name] and [name]"),
            ("bo li, but Bo alone and a Liter", "[name], but Bo alone and a Liter"),
            ("昨日山田さんが", "昨日[name]さんが"),
            ("Jean and luc", "[name] and [name]"),
            ("see H7 and P12, F6; B2 stays", "see [name] and [name], [name]; B2 stays"),
            ("Vosstein stays", "Vosstein stays"),
            ("no name", "no name"),
            ("Hen\u{200b}rike", "[name]"),
        ] {
            assert_eq!(names.out_of(text), clean, "{text}");
        }
    }

    #[test]
    fn a_name_goes_where_something_is_somebodys_and_a_short_one_of_those_near() {
        let names =
            Names::of(["Pia Berg", "Petra Lind", "Bo Ek", "Al Sand", "Jonas"]).near(["Bo Ek"]);
        for (text, clean) in [
            ("Pias plan, Petras too", "[name] plan, [name] too"),
            ("Pia's plan, Pia’s", "[name]'s plan, [name]’s"),
            ("Pia Bergs plan", "[name] plan"),
            ("Jonas and jonass", "[name] and [name]"),
            ("Bo asks, BO; Bos plan and Bo's", "[name] asks, [name]; [name] plan and [name]'s"),
            ("bo and Al stay, and so does s", "bo and Al stay, and so does s"),
        ] {
            assert_eq!(names.out_of(text), clean, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_part_of_a_name_is_left(
            names in proptest::collection::vec("[A-Za-zÀ-ž]{3,8}( [A-Za-zÀ-ž]{3,8})?", 1..4),
            words in proptest::collection::vec("[a-z]{1,6}", 0..6),
            joint in "[ ,.;:!?'\\-\n]",
        ) {
            let mut text: Vec<String> = words;
            for name in &names {
                text.push(name.to_uppercase());
                text.push(name.split(' ').next().expect("a part").to_lowercase());
            }
            let clean = Names::of(names.iter().map(String::as_str)).out_of(&text.join(&joint));
            let left: BTreeSet<String> =
                pieces(&clean.replace(INSTEAD, " ")).into_iter().map(|piece| piece.folded).collect();
            for part in names.iter().flat_map(|name| name.split(' ')) {
                for piece in pieces(part) {
                    let long = piece.folded.chars().count() >= SHORTEST;
                    prop_assert!(!long || !left.contains(&piece.folded), "{}: {}", part, clean);
                }
            }
        }
    }
}
