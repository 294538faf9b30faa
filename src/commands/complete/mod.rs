//! What Tab offers: the answer to a shell that asks what may follow on its line.
//!
//! The scripts of `coach completions` call this program with `COACH_COMPLETE` set to the shell's
//! name and the words before the cursor on stdin, each ended by a NUL: words that are being typed
//! may be confidential, and the arguments of a process can be read by everybody. A line of the
//! answer is a value, and behind a tab what it means. Whatever goes wrong, nothing is offered and
//! nothing is said.

use std::path::Path;

use super::completions::Shell;
use super::context::method_ids_in;
use crate::domain::method::Method;
use crate::domain::word::Word;
use crate::platform::clock;
use crate::platform::config::{self, Surroundings, Switch};
use crate::platform::output;
use crate::platform::prompt;
use crate::platform::table::safe;
use crate::store::Clock;
use crate::store::offer::Wanted;
use crate::vault::{self, KeyRing};

mod line;
mod values;

use line::{Line, Offer};
use values::Values;

/// More than this on one line is no command.
const MOST_BYTES: usize = 1 << 20;

/// A title is cut here.
const MOST_LETTERS: usize = 60;

/// Says to the shell that a file is wanted, which it finds better itself.
const FILES: &str = ":files\n";

/// The shell that asks, if one does.
pub(super) fn asking() -> Option<Shell> {
    Shell::from_word(config::asking_shell()?.to_str()?)
}

/// Answers a shell.
pub(super) fn answer(shell: Shell) {
    // Where stdout is gone there is nobody to tell.
    let _ = output::raw(&offered(shell).unwrap_or_default(), false);
}

fn offered(shell: Shell) -> Option<String> {
    let around = Surroundings::look().ok().filter(|around| !around.stdin_is_terminal)?;
    let bytes = prompt::piped(MOST_BYTES).ok()?;
    let words = line::words(shell, &String::from_utf8_lossy(&bytes));
    let grammar = line::pruned(super::grammar(), &words);
    let line = Line::read(&grammar, words)?;
    let offers = match line.wanted() {
        Values::Files => return Some(FILES.to_owned()),
        Values::These(offers) => offers,
        Values::Methods => methods(&around),
        Values::Recorded(wanted) => recorded(&line, &around, wanted).unwrap_or_default(),
    };
    let mut text = String::new();
    for offer in offers.iter().filter(|offer| offer.value.starts_with(line.begun())) {
        text.push_str(line.before());
        text.push_str(&offer.value);
        // What a flag means is for shells that show it beside the values.
        if !offer.about.is_empty() && (shell != Shell::Bash || offer.is_title) {
            text.push('\t');
            text.push_str(&offer.about);
        }
        text.push('\n');
    }
    Some(text)
}

/// Whether a shell may put this on the line as it is: it would obey quotes, spaces and signs.
fn is_one_word(value: &str) -> bool {
    value.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter))
}

/// The methods there are.
fn methods(around: &Surroundings) -> Vec<Offer> {
    let own = method_ids_in(&around.config_dir.join("methods"));
    let shipped = Method::shipped_ids().map(str::to_owned);
    shipped.chain(own).map(|id| Offer::new(&id, "")).collect()
}

/// What the journal offers; it is opened for a glance and never made, mended or migrated.
fn recorded(line: &Line<'_>, around: &Surroundings, wanted: Wanted) -> Option<Vec<Offer>> {
    let titles = around.config().ok()?.completion_titles;
    let now = clock::now().ok()?;
    let named = line.value_of("journal").map(config::from_home);
    let path = around.journal_path(named.as_deref().map(Path::new));
    let ring = KeyRing {
        dir: around.config_dir.join("keys"),
        named: line.value_of("key_file").map(config::from_home),
    };
    let journal = vault::glance(&path, &ring, Clock { now, today: now.day() }).ok()?;
    // Where it cannot be told whether others look on, they do.
    let discreet = match &around.discreet {
        _ if line.value_of("discreet").is_some() => Some(true),
        said => said.as_ref().map(|switch| *switch != Switch::Off),
    };
    let glance = line.glance(titles, discreet);
    let found = journal.read(|reader| reader.offers(wanted, &glance)).ok()?;
    let title = |title: &str| {
        let line: String = safe(title).replace('\n', " ");
        match line.char_indices().nth(MOST_LETTERS) {
            Some((end, _)) => format!("{}…", line[..end].trim_end()),
            None => line,
        }
    };
    let found = found.into_iter().filter(|offer| is_one_word(&offer.value));
    let offers = found.map(|offer| Offer {
        value: line.as_begun(offer.value),
        about: title(&offer.title),
        is_title: true,
    });
    Some(offers.collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_shell_would_obey_is_never_offered() {
        for plain in ["A41", "acme-cfo", "E-2026-07", "vor_ort", "größe"] {
            assert!(super::is_one_word(plain), "{plain}");
        }
        for sign in ["a b", "$(id)", "`id`", "a;b", "'a", "~/a", "a\tb", "a\nb", "*"] {
            assert!(!super::is_one_word(sign), "{sign}");
        }
    }
}
