//! `coach man`: the manual, one page for each command, out of the same grammar as the help.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::About;
use crate::platform::files;
use crate::platform::output::{Format, OutputError};

/// What the exit codes mean.
const EXITS: &[(&str, &str)] = &[
    ("0", "done; an empty list too"),
    ("1", "a check found something: due --exit-code, doctor, backup verify, --strict"),
    ("2", "the command line, a day or a text cannot be read"),
    ("3", "not found, or the name fits more than one"),
    ("4", "a rule says no"),
    ("5", "the journal cannot be used: locked, wrong key, full disk, damaged, newer"),
    ("6", "something outside it: an output file, the editor, the terminal"),
    ("70", "a bug"),
    ("130", "interrupted"),
];

const FILES: &[(&str, &str)] = &[
    ("~/.local/share/coachlog/journal.coach", "the journal, encrypted"),
    (
        "~/.config/coachlog/keys/",
        "its key; without it, or the recovery line, nobody reads the journal",
    ),
    ("~/.config/coachlog/config.toml", "settings, if there are any: coach config get"),
    ("~/.local/share/coachlog/backups/", "copies of the journal, encrypted as it is: coach backup"),
    (
        "~/.local/state/coachlog/drafts/",
        "words that were kept and not stored yet, encrypted as it is: coach drafts",
    ),
    (
        "$XDG_RUNTIME_DIR/coachlog/, else ~/.local/state/coachlog/editing/",
        "a text while an editor has it open; it goes with the editor, or at the next command",
    ),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("COACH_JOURNAL", "the journal to use, where --journal does not name one"),
    (
        "COACH_DISCREET",
        "on (1, true, yes): other engagements show by their reference only, everywhere, Tab too; \
         off (0, false, no, empty): never; not set: while a session is open",
    ),
    ("VISUAL, EDITOR", "the editor, where the setting editor names none: VISUAL comes first"),
    (
        "COACH_PAGER, PAGER",
        "the pager for answers that are longer than the terminal, less where neither is set; \
         empty or cat: none",
    ),
    ("NO_COLOR, CLICOLOR_FORCE", "never, or always, use colour; --color comes before them"),
    ("TZ", "the time zone, such as Europe/Berlin"),
];

/// Arguments of `man`.
#[derive(Args, Debug)]
pub(crate) struct Manual {
    /// Such as session start; without it the page that leads to all others
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    command: Vec<String>,
    /// Write all pages into this directory, such as ~/.local/share/man/man1
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    dir: Option<PathBuf>,
}

impl Leaf for Manual {
    const NAME: &'static str = "man";
    const TAKES: Takes =
        Takes::READ.timeless().without_journal().formats(&[Format::Table, Format::Text]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let mut grammar = super::grammar();
        grammar.build();
        if let Some(dir) = self.dir {
            let mut pages = vec![("coach.1".to_owned(), page(&grammar, &[])?)];
            all_pages(&grammar, &mut pages)?;
            for (name, text) in &pages {
                let path = dir.join(name);
                // An older page of ours is replaced, and no other file.
                files::write_public(&path, text.as_bytes(), b".TH coach")
                    .map_err(|error| OutputError::file(&path, error))?;
            }
            return context.text(
                &About::Nobody,
                &format!("{} pages are in {}\n", pages.len(), dir.display()),
            );
        }
        let words: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let text = page(&grammar, &words)?;
        if context.around.stdout_is_terminal && context.out.file.is_none() {
            context.out.status("this is for man: coach man | man -l -");
        }
        context.text(&About::Nobody, &text)
    }
}

/// The page of every command below one, each with the name of its file.
fn all_pages(above: &Command, pages: &mut Vec<(String, String)>) -> Result<(), Failure> {
    for command in above.get_subcommands() {
        pages.push((format!("{}.1", title(command)), page_of(command, above)?));
        all_pages(command, pages)?;
    }
    Ok(())
}

/// A command's words, as its page is called: `coach-session-start`.
fn title(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of the command that these words name.
fn page(grammar: &Command, words: &[&str]) -> Result<String, Failure> {
    let Some((last, nouns)) = words.split_last() else { return main_page() };
    let above = nouns.iter().try_fold(grammar, |at, word| at.find_subcommand(word));
    match above.and_then(|above| Some((above, above.find_subcommand(last)?))) {
        Some((above, command)) => page_of(command, above),
        None => Err(Failure::usage(format!("there is no command ‘{}’", words.join(" ")))
            .hint("coach help lists them")),
    }
}

fn main_page() -> Result<String, Failure> {
    // The help leaves them for `coach help all`; a manual has them.
    let flags = |flag: clap::Arg| if flag.is_global_set() { flag.hide(false) } else { flag };
    let mut grammar = super::grammar().mut_args(flags);
    grammar.build();
    let mut roff = Roff::new();
    for (head, rows) in [("EXIT STATUS", EXITS), ("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)] {
        roff.control("SH", [head]);
        for (word, about) in rows {
            roff.control("TP", []);
            roff.text([bold(*word)]);
            roff.text([roman(*about)]);
        }
    }
    see_also(&mut roff, grammar.get_subcommands().map(|command| title(command).to_owned()));
    rendered(grammar.clone(), &roff)
}

fn page_of(command: &Command, above: &Command) -> Result<String, Failure> {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMON OPTIONS"]);
    roff.text([
        roman("Flags that many commands take, exit codes, files and environment are in "),
        bold("coach"),
        roman("(1)."),
    ]);
    let main = "coach".to_owned();
    if title(above) == main {
        see_also(&mut roff, std::iter::once(main));
    } else {
        let beside = above.get_subcommands().filter(|other| title(other) != title(command));
        let beside = std::iter::once(above).chain(beside).map(|other| title(other).to_owned());
        see_also(&mut roff, std::iter::once(main).chain(beside));
    }
    rendered(command.clone(), &roff)
}

fn see_also(roff: &mut Roff, names: impl Iterator<Item = String>) {
    roff.control("SH", ["SEE ALSO"]);
    let mut names = names.peekable();
    while let Some(name) = names.next() {
        let end = if names.peek().is_some() { "(1)," } else { "(1)" };
        roff.control("BR", [name.as_str(), end]);
    }
}

fn rendered(command: Command, more: &Roff) -> Result<String, Failure> {
    let man = Man::new(command)
        .source(concat!("coach ", env!("CARGO_PKG_VERSION")))
        .manual("A coaching journal");
    let mut bytes = Vec::new();
    man.render(&mut bytes)
        .map_err(|error| Failure::bug(format!("a page cannot be made: {error}")))?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    text.push_str(&more.to_roff());
    Ok(text)
}
