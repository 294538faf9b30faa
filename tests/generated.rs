//! What is derived from the grammar stays true: the first screen of help, and every command that a
//! hint, a text or the README names.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::path::Path;

use common::Home;

fn grammar() -> clap::Command {
    let mut grammar = coachlog::grammar();
    grammar.build();
    grammar
}

#[test]
fn the_first_screen_of_help_fits_a_terminal() {
    let home = Home::empty();
    for args in [&["--help"][..], &["-h"], &["help"]] {
        let help = home.ok(args);
        assert!(help.lines().count() <= 24, "{args:?}: {} lines", help.lines().count());
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn the_first_screen_of_help_names_every_command_and_every_common_flag() {
    let help = Home::empty().ok(["help"]);
    let words: Vec<&str> = help.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let grammar = grammar();
    for command in grammar.get_subcommands() {
        assert!(words.contains(&command.get_name()), "{}", command.get_name());
    }
    for flag in grammar.get_arguments().filter(|arg| arg.is_global_set()) {
        let short = flag.get_short().map(|short| format!("-{short}"));
        let long = flag.get_long().map(|long| format!("--{long}"));
        let named = [short, long].into_iter().flatten().any(|name| words.contains(&name.as_str()));
        assert!(named, "{}", flag.get_id());
    }
}

#[test]
fn every_command_says_what_it_does() {
    fn each(command: &clap::Command) {
        for child in command.get_subcommands() {
            assert!(child.get_about().is_some(), "{}", child.get_name());
            each(child);
        }
    }
    each(&grammar());
}

#[test]
fn the_scripts_for_each_shell_are_those_in_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let grammar = grammar();
    let command = grammar.find_subcommand("completions").expect("the command");
    let shells = command.get_positionals().next().expect("SHELL").get_possible_values();
    let mut printed: Vec<String> =
        shells.iter().map(|shell| Home::empty().ok(["completions", shell.get_name()])).collect();
    let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("one").path());
    let mut kept: Vec<String> = files.map(|path| fs::read_to_string(path).expect("text")).collect();
    printed.sort();
    kept.sort();
    assert_eq!(printed.len(), 5);
    assert_eq!(printed, kept);
}

/// The command lines that a text names: what follows `coach ` where a command line begins.
fn named(text: &str) -> Vec<String> {
    let begins = [": coach ", "`coach ", "\"coach ", "(coach ", "or coach ", "$ coach "];
    let mut found = Vec::new();
    for begin in begins {
        // A comment may speak of a coach, a person.
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for (at, _) in line.match_indices(begin) {
                found.push(line[at + begin.len()..].to_owned());
            }
        }
    }
    found
}

/// The first word of a command line that names no command, where one must be named.
fn unknown(line: &str) -> Option<String> {
    let mut command = &grammar();
    for word in line.split([' ', '`', '"', ',', ')', ';']) {
        let plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if !plain || word.starts_with('-') {
            return None;
        }
        match command.find_subcommand(word) {
            Some(child) => command = child,
            None if command.has_subcommands() => return Some(word.to_owned()),
            None => return None,
        }
    }
    None
}

#[test]
fn every_command_that_a_text_names_is_there() {
    assert_eq!(unknown("notes restroe N1"), Some("restroe".to_owned()), "this test can fail");
    assert_eq!(unknown("goal add acme-cfo"), None);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut files = vec![root.join("README.md")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let mut seen = 0;
    for path in files {
        for line in named(&fs::read_to_string(&path).expect("text")) {
            seen += 1;
            assert_eq!(unknown(&line), None, "{}: coach {line}", path.display());
        }
    }
    assert!(seen > 60, "{seen}");
}
