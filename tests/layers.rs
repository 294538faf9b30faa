//! Keeps the architecture true by reading the source as text.
//!
//! A small scanner turns a file into tokens: comments vanish, string literals stay apart from code,
//! what `#[cfg(test)]` guards is marked, paths are resolved (`crate`, `self`, `super`, braces). It
//! follows no renames, re-exports or macros; the bans in `.clippy.toml` see through those. A rule
//! maps a file to its breaches, and is shown to fire on samples before it is held over the tree.

use std::{fs, path::Path};

/// The folders of `src` by floor, the lowest first: an import goes to a lower one.
const FLOORS: [&str; 5] = [
    "domain",
    "store platform",
    "export import report billing handoff vault",
    "commands",
    "main lib",
];

const NOUNS: &str = "person engagement agreement consent stakeholder method worksheet goal session \
                     action review paper habit time invoice";
const NOUN_FLOORS: &str = "domain store commands";
/// Nouns' files open to all others: `domain/time.rs` is also where days and moments live, and what a
/// method defines is what worksheets, reviews and papers are made of.
const OPEN: [[&str; 2]; 2] = [["domain", "time"], ["domain", "method"]];
/// Floors that a noun does without: file | why. The entry goes when the file comes.
const MEANINGLESS: &str = "";

/// What a floor must never know, beside the floors above it: folders | paths | why.
const STRANGERS: &str = "
    domain export report | std::fs crate::platform::files | meaning and drawing know no files
    export report | crate::store | it draws what it is given and knows no database
    export import report billing handoff vault | crate::platform::prompt crate::platform::output \
        crate::platform::editor crate::platform::pager | a slice never speaks to the terminal";

/// What has one home: paths | homes, each a file or a folder | why. A last segment may go on.
const HOMES: &str = "
    clap | commands main lib | what the user types is for commands/ to know
    rusqlite | store | the database is opened in store/ only
    println! print! eprintln! eprint! | platform/output platform/prompt \
        | printing is done in platform/output.rs only
    io::stdout io::stderr | platform/output platform/prompt platform/config platform/editor \
        | printing is done in platform/output.rs only, config.rs asks what a terminal is, and \
        editor.rs gives the editor one
    dbg! | nowhere | for the moment of looking; it does not enter the tree
    Utc::now Local::now SystemTime::now Instant::now Timestamp::now now_v7 | platform/clock \
        | the clock is read in platform/clock.rs only
    env::var env::args | main lib platform/config platform/clock \
        | the environment is read by main.rs, lib.rs, platform/config.rs and platform/clock.rs
    process::exit | main lib platform | return an exit code instead";

const READS: &str = "SELECT…FROM PRAGMA";
const WRITES: &str = "INSERT…INTO REPLACE…INTO UPDATE…SET DELETE…FROM";
/// A draft is a file of its own, and where a walk stands is local, as refs are: neither is logged.
const WRITE_DOOR: &str =
    "store/change store/refs store/schema store/migrations store/draft store/walk";

const MOST_LINES: usize = 600;
const VAGUE: &str = "utils util helpers helper manager service common misc";
/// Each with a `¦` inside, so that this file keeps its own rule.
const UNFINISHED: &str = "TO¦DO FIX¦ME XX¦X HA¦CK todo¦! unimplemented¦! #[¦ignore";

macro_rules! rules {
    ($($sentence:ident: $rule:ident in $folder:literal;)+) => {
        $(#[test]
        fn $sentence() {
            hold(stringify!($rule), $rule, $folder);
        })+
    };
}

rules! {
    imports_go_down_only: imports in "src";
    no_floor_knows_what_it_must_never_know: strangers in "src";
    nouns_on_one_floor_never_import_each_other: neighbours in "src";
    sql_is_written_in_the_store_and_changes_data_only_behind_the_write_door: sql in "src";
    grammar_database_terminal_clock_and_environment_have_one_home_each: homes in "src";
    every_file_is_short_well_named_and_opens_with_what_it_knows: shape in "src";
    no_unfinished_work_is_left_in_the_source: unfinished in "src";
    no_unfinished_or_ignored_test_is_left: unfinished in "tests";
}

#[test]
fn a_noun_that_is_stored_or_commanded_stands_on_every_floor() {
    let missing = |files: &[&str]| missing_floors(files).len();
    let method = ["src/domain/method.rs", "src/store/method/mod.rs", "src/commands/method.rs"];
    assert_eq!(missing(&["src/domain/habit.rs", "src/commands/goal.rs"]), 2);
    assert_eq!((missing(&method[..2]), missing(&method)), (1, 0), "no floor is excused");
    let house = tree("src");
    let files: Vec<_> = house.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(missing_floors(&files), Vec::<String>::new());
}

/// What each rule must see (✗) and what it must let pass (✓). Here ⏎ ends a line, ⏬ ends as many
/// as a file may have, and ¦ is nothing.
const SAMPLES: &str = r###"
imports ✗ store/goal.rs: fn f() { crate::commands::goal::run() }
imports ✗ store/goal.rs: use crate::{domain::id, platform::{clock, config}};
imports ✗ store/goal.rs: use crate::*;
imports ✗ store/mod.rs: type A = self::super::platform::Clock;
imports ✗ domain/goal/rule.rs: use super::super::super::store::Reader;
imports ✗ domain/goal.rs: #[cfg(test)] mod tests { use super::super::super::store; }
imports ✗ report/sponsor.rs: use crate::export::csv;
imports ✗ attic/old.rs: use std::fs;
imports ✓ store/goal.rs: use crate::{domain::id::{self, GoalId}, store::Reader}; // crate::commands
imports ✓ store/goal.rs: /* crate::vault */ pub(crate) const A: &str = r#"crate::"vault"#;
imports ✓ lib.rs: mod store; use crate::commands;
imports ✓ store/goal.rs: #[cfg(test)] mod tests { use super::super::refs; }
strangers ✗ domain/goal.rs: use std::{io, fs::File};
strangers ✗ vault/key.rs: use crate::platform::{clock, prompt};
strangers ✗ export/csv.rs: use crate::store::Reader;
strangers ✓ vault/backup.rs: use std::fs; use crate::store::Store;
neighbours ✗ store/goal.rs: use super::{Reader, action as deed};
neighbours ✗ store/goal.rs: use super::*;
neighbours ✗ store/goal.rs: use crate::store::{self, Reader};
neighbours ✗ domain/session/note.rs: use super::super::goal::Goal;
neighbours ✗ domain/time.rs: use super::goal::Goal;
neighbours ✗ commands/today.rs: use crate::commands::action;
neighbours ✓ domain/worksheet.rs: use super::method::WorksheetDef;
neighbours ✓ domain/goal.rs: use super::{id::GoalId, time::Day}; use crate::domain::word;
neighbours ✓ store/session/note.rs: use super::*; use crate::domain::goal::Goal;
neighbours ✓ store/goal.rs: #[cfg(test)] mod tests { use super::*; use super::super::person; }
neighbours ✓ commands/mod.rs: use self::goal::GoalCommand;
sql ✗ commands/goal.rs: f("SELECT a\nFROM b")
sql ✗ vault/key.rs: f(b"PRAGMA key")
sql ✗ commands/goal.rs: f("UPDATE a \⏎ SET b")
sql ✗ store/goal.rs: f(r#"update "a" set b"#)
sql ✗ store/goal.rs: const A: &str = "\\"; f("DELETE FROM a")
sql ✓ store/goal.rs: f("SELECT a FROM b"); f("update"); f("set") // UPDATE a SET b
sql ✓ store/goal.rs: #[cfg(test)] mod tests { const A: [&str; 1] = ["DELETE FROM a"]; }
sql ✓ store/change.rs: f("UPDATE a SET b")
sql ✓ commands/sql.rs: /// Try: SELECT a FROM b⏎f("select a from b")
homes ✗ vault/key.rs: #[derive(clap::Args)] struct A;
homes ✗ vault/key.rs: use rusqlite::Connection;
homes ✗ vault/key.rs: eprintln!("{}", 1);
homes ✗ vault/key.rs: use std::io::{self, stdout};
homes ✗ vault/key.rs: let a = '"'; chrono::Utc::now()
homes ✗ vault/key.rs: let a = b'\"'; env::var_os(b)
homes ✗ vault/key.rs: #[cfg(test)] mod tests { fn f() {} }⏎fn g() { println!() }
homes ✗ commands/goal.rs: ::std::process::exit(1)
homes ✗ platform/output.rs: dbg!(1)
homes ✓ platform/output.rs: let mut out = std::io::stdout().lock();
homes ✓ platform/clock/zone.rs: SystemTime::now(); env::var("TZ")
homes ✓ platform/editor.rs: Command::new(a).stdout(b); if print!=c { f("println!(1)") }
homes ✓ vault/key/tests.rs: fn f<'a>() { println!(env!("A")) }
shape ✗ store/goal.rs: use std::fs;
shape ✗ store/helpers.rs: //! Knows this and that.
shape ✗ store/goal.rs: //! Knows goals, and goes on and on.⏬fn f() {}
shape ✓ store/goal.rs: //! Knows goals.⏬
unfinished ✗ store/goal.rs: fn f() {} // (TO¦DO: later)
unfinished ✗ store/goal.rs: #[¦ignore = "slow"] fn f() {}
unfinished ✓ store/goal.rs: struct HA¦CKED; fn to¦do() {}
"###;

type Breach = (usize, String);

fn imports(file: &Source) -> Vec<Breach> {
    let floor = |folder: &str| FLOORS.iter().position(|folders| among(folders, folder));
    let top = file.module.first().map_or("lib", String::as_str);
    let Some(own) = floor(top) else {
        return vec![(1, format!("`{top}` stands on no floor: name it in tests/layers.rs"))];
    };
    let down = |to: &String| to == top || floor(to).map_or(top == "lib", |floor| floor < own);
    let house = |name: &Name| name.path.len() > 1 && name.path[0] == "crate";
    file.refuse(|name| house(name) && !down(&name.path[1]), "imports go down only")
}

fn strangers(file: &Source) -> Vec<Breach> {
    let unknown = table(STRANGERS).filter(|row| at(&file.path, row[0]));
    unknown.flat_map(|row| file.refuse(|name| !name.test && name.part(row[1]), row[2])).collect()
}

fn neighbours(file: &Source) -> Vec<Breach> {
    let [top, own, ..] = &file.module[..] else { return Vec::new() };
    let floor = ["crate".to_owned(), top.clone()];
    let bound = among(NOUN_FLOORS, top) && (among(NOUNS, own) || top == "commands");
    let neighbour = |name: &Name| match name.path.get(2) {
        Some(noun) if among(NOUNS, noun) => noun != own && !OPEN.contains(&[top, noun]),
        beyond => beyond.is_none_or(|whole| whole == "*"),
    };
    let near = |name: &Name| bound && !name.test && name.path.starts_with(&floor);
    file.refuse(|name| near(name) && neighbour(name), "nouns on one floor never import each other")
}

fn missing_floors(files: &[&str]) -> Vec<String> {
    let stands = |home: &str| files.iter().any(|file| at(file, home));
    let used = |noun: &&str| stands(&format!("store/{noun} commands/{noun}"));
    let homes = |noun| NOUN_FLOORS.split(' ').map(move |floor| format!("{floor}/{noun}"));
    let excused = |home: &str| table(MEANINGLESS).any(|row| row[0] == home);
    let wrong = |home: &String| stands(home) == excused(home);
    let found = NOUNS.split_whitespace().filter(used).flat_map(homes).filter(wrong);
    found.map(|home| format!("src/{home}.rs is missing, or excused although it is there")).collect()
}

fn sql(file: &Source) -> Vec<Breach> {
    let stored = at(&file.path, "store");
    let refused = if stored { WRITES.to_owned() } else { format!("{READS} {WRITES}") };
    let states = |text: &str, statement: &str| {
        let mut words = text.split(|c| !in_word(c));
        statement.split('…').all(|part| words.any(|word| word == part))
    };
    let unwanted = |token: &&Token| {
        // In the store any case is SQL; elsewhere lower case is prose ("select … from").
        let text = token.text.replace("\\n", " ");
        let text = if stored { text.to_uppercase() } else { text };
        token.text.contains('"') && !token.test && refused.split(' ').any(|one| states(&text, one))
    };
    let why = "SQL is for store/ only, and what changes data for its write door";
    let found = file.tokens.iter().filter(|_| !at(&file.path, WRITE_DOOR)).filter(unwanted);
    found.map(|token| (token.line, why.to_owned())).collect()
}

fn homes(file: &Source) -> Vec<Breach> {
    let away = table(HOMES).filter(|row| !at(&file.path, row[1]));
    away.flat_map(|row| file.refuse(|name| !name.test && name.part(row[0]), row[2])).collect()
}

fn shape(file: &Source) -> Vec<Breach> {
    let lines = file.text.lines().count();
    let vague = file.module.iter().any(|name| among(VAGUE, name));
    let checks = [
        (lines > MOST_LINES, lines, "a file this long becomes a folder"),
        (vague, 1, "name a file after what it knows"),
        (!file.text.starts_with("//! "), 1, "a file opens with `//! ` and what it knows"),
    ];
    checks.iter().filter(|check| check.0).map(|check| (check.1, check.2.to_owned())).collect()
}

fn unfinished(file: &Source) -> Vec<Breach> {
    let marks = UNFINISHED.replace('¦', "");
    let marked = |line: &str, mark: &str| {
        let mut words = line.split(|c| !in_word(c));
        words.any(|word| word == mark) || !mark.chars().all(in_word) && line.contains(mark)
    };
    let lines = file.text.lines().zip(1..);
    let found = lines.filter(|(line, _)| marks.split(' ').any(|mark| marked(line, mark)));
    found.map(|(line, at)| (at, format!("finish it, or open an issue: {}", line.trim()))).collect()
}

/// Shows that a rule sees its samples, then fails with each of its breaches in a folder.
fn hold(name: &str, rule: fn(&Source) -> Vec<Breach>, folder: &str) {
    let own = |line: &'static str| line.strip_prefix(name)?.split_once(": ");
    let samples: Vec<_> = SAMPLES.lines().filter_map(own).collect();
    assert!(samples.len() > 1, "no sample shows what {name} sees");
    for (place, code) in samples {
        let path = format!("src/{}", place.trim_start_matches([' ', '✗', '✓']));
        let code = code.replace('⏎', "\n").replace('⏬', &"\n".repeat(MOST_LINES)).replace('¦', "");
        let found = rule(&Source::new(path, code));
        assert_eq!(found.is_empty(), place.contains('✓'), "{name}{place}: {found:?}");
    }
    let files = tree(folder);
    assert!(!files.is_empty(), "no file of {folder} was read");
    let mut found = String::new();
    for file in &files {
        found.extend(rule(file).iter().map(|(at, why)| format!("\n{}:{at}: {why}", file.path)));
    }
    assert!(found.is_empty(), "{found}\n");
}

/// The Rust files of a folder of the crate, in order.
fn tree(folder: &str) -> Vec<Source> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut entries: Vec<_> = fs::read_dir(place).into_iter().flatten().flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let read = |entry: fs::DirEntry| {
        let path = format!("{folder}/{}", entry.file_name().display());
        match fs::read_to_string(entry.path()) {
            Ok(text) if path.ends_with(".rs") => vec![Source::new(path, text)],
            _ => tree(&path),
        }
    };
    entries.into_iter().flat_map(read).collect()
}

/// The rows of a table, their cells trimmed.
fn table(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.trim().lines().map(|row| row.split('|').map(str::trim).collect())
}

fn among(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// Whether a file is `src/home.rs`, or lies in the folder `src/home`, of one of the homes.
fn at(path: &str, homes: &str) -> bool {
    let rest = |home| path.strip_prefix("src/").and_then(|path| path.strip_prefix(home));
    let home = |rest: &str| rest == ".rs" || rest.starts_with('/');
    homes.split_whitespace().filter_map(rest).any(home)
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// One file: its path, the module it is (empty for lib.rs), its text, what the scanner found.
struct Source {
    path: String,
    module: Vec<String>,
    text: String,
    tokens: Vec<Token>,
    names: Vec<Name>,
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let stem = path.trim_end_matches(".rs");
        let mut module: Vec<_> = stem.split('/').skip(1).map(str::to_owned).collect();
        module.pop_if(|last| *last == "mod" || *last == "lib");
        let mut tokens = scan(&text);
        mark_tests(&mut tokens, module.last().is_some_and(|last| last == "tests"));
        let (mut names, mut at) = (Vec::new(), 0);
        while at < tokens.len() {
            at = if tokens[at].word() { read(&tokens, at, &[], &mut names) } else { at + 1 };
        }
        names.iter_mut().for_each(|name| name.resolve(&module));
        Self { path, module, text, tokens, names }
    }

    fn refuse(&self, unwanted: impl Fn(&Name) -> bool, why: &str) -> Vec<Breach> {
        let found = self.names.iter().filter(|name| unwanted(name));
        found.map(|name| (name.line, format!("{}: {why}", name.path.join("::")))).collect()
    }
}

/// A path that the code names.
struct Name {
    line: usize,
    path: Vec<String>,
    test: bool,
}

impl Name {
    /// Whether it holds one of these paths; the last segment of which may go on.
    fn part(&self, paths: &str) -> bool {
        let whole = format!("::{}", self.path.join("::"));
        paths.split_whitespace().any(|path| whole.contains(&format!("::{path}")))
    }

    /// Turns `self` and `super` into `crate::…`, and `x::{self}` into `x`.
    fn resolve(&mut self, module: &[String]) {
        let relative = |name: &&String| *name == "self" || *name == "super";
        let steps = self.path.iter().take_while(relative).count();
        if steps > 0 && self.path.len() > 1 {
            let mut home = [&["crate".to_owned()], module].concat();
            if self.test && module.last().is_none_or(|last| last != "tests") {
                home.push("tests".to_owned()); // inline modules are test modules
            }
            let up = self.path.drain(..steps).filter(|name| name == "super").count();
            home.truncate(home.len().saturating_sub(up).max(1));
            self.path.splice(..0, home);
        }
        self.path.pop_if(|last| last == "self");
    }
}

/// A sign, a string literal with its quotes, or a word, a macro's with its `!`.
struct Token {
    line: usize,
    text: String,
    test: bool,
}

impl Token {
    fn word(&self) -> bool {
        self.text.starts_with(in_word) && !self.text.contains('"')
    }
}

fn scan(text: &str) -> Vec<Token> {
    let (mut found, mut rest, mut line) = (Vec::new(), text, 1);
    while !rest.is_empty() {
        let (length, kept) = lexeme(rest);
        let (lexeme, next) = rest.split_at(length);
        if kept {
            found.push(Token { line, text: lexeme.to_owned(), test: false });
        }
        line += lexeme.matches('\n').count();
        rest = next;
    }
    found
}

/// The length of what the text begins with, and whether it is a token.
fn lexeme(text: &str) -> (usize, bool) {
    let end = |found: Option<usize>, more| found.map_or(text.len(), |at| at + more);
    let name = text.find(|c| !in_word(c)).unwrap_or(text.len());
    let (word, after) = text.split_at(name);
    let hashes = after.len() - after.trim_start_matches('#').len();
    let close = format!("\"{}", "#".repeat(hashes));
    let raw = ["r", "br", "cr"].contains(&word) && after[hashes..].starts_with('"');
    let calls = after.starts_with('!') && !after.starts_with("!=");
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('/'), Some('/'), _) => (end(text.find('\n'), 0), false),
        (Some('/'), Some('*'), _) => (end(text[2..].find("*/"), 4), false),
        _ if raw => (end(text[name + hashes + 1..].find(&close), name + 2 * hashes + 2), true),
        _ if word == "r" && hashes == 1 => (2, false), // r#name: the name follows
        (Some('"'), ..) => {
            let plain = text[1..].replace(r"\\", "--").replace(r#"\""#, "--");
            (end(plain.find('"'), 2), true)
        }
        (Some('\''), Some('\\'), _) => (end(text[3..].find('\''), 4), false),
        (Some('\''), Some(c), Some('\'')) => (2 + c.len_utf8(), false),
        (Some(':'), Some(':'), _) => (2, true),
        (Some(c), ..) if in_word(c) => (name + usize::from(calls), true),
        (first, ..) => (first.map_or(0, char::len_utf8), !text.starts_with(char::is_whitespace)),
    }
}

/// Marks what only a test build sees: each item under `#[cfg(test)]`, or the whole file.
fn mark_tests(tokens: &mut [Token], whole: bool) {
    tokens.iter_mut().for_each(|token| token.test = whole);
    for start in 0..tokens.len() {
        let guard = tokens[start..].iter().take(7).map(|token| token.text.as_str());
        if guard.collect::<String>() != "#[cfg(test)]" {
            continue;
        }
        let mut depth = 0;
        for token in &mut tokens[start..] {
            token.test = true;
            depth += i32::from("([{".contains(&token.text));
            depth -= i32::from(")]}".contains(&token.text));
            if depth <= 0 && "};".contains(&token.text) {
                break;
            }
        }
    }
}

/// Reads the path that begins at a token, with its braces, and returns where the text goes on.
fn read(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<Name>) -> usize {
    let text = |at: usize| tokens.get(at).map_or("}", |token| token.text.as_str());
    let mut path = before.to_vec();
    loop {
        path.push(text(at).to_owned());
        at += 1;
        let goes_on = tokens.get(at + 1).is_some_and(|next| next.word() || next.text == "*");
        if text(at) != "::" || !goes_on {
            break;
        }
        at += 1;
    }
    if (text(at), text(at + 1)) == ("::", "{") {
        at += 2;
        while text(at) != "}" {
            at = read(tokens, at, &path, found);
            while !["}", ","].contains(&text(at)) {
                at += 1; // as another name
            }
            at += usize::from(text(at) == ",");
        }
        return at + 1;
    }
    found.push(Name { line: tokens[at - 1].line, path, test: tokens[at - 1].test });
    at
}
