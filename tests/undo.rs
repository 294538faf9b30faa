//! The law of the write door: whatever a command wrote, `undo` takes back and `redo` brings again,
//! to the last row; a command that fails leaves nothing; and the change log tells every field that
//! a step changed, with what it was and what it is, and nothing else.
//!
//! Commands are drawn at random for every write leaf of the grammar. A leaf that is in no list here
//! fails the first test, so that a new command is placed before it is shipped. To run one sequence
//! again: `COACH_UNDO_SEED=7 cargo test --test undo`; `COACH_UNDO_COMMANDS=2000` makes it longer.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/draw.rs"]
mod draw;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use common::Home;
use draw::{Draw, forms, texts};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// Commands that only read.
const READS: &str = "help, today, prep, engagement list, engagement show, session list, session show, notes list, \
    notes show, recap, due, search, action list, action show, goal list, goal show, goal criterion list, \
    goal kr list, goal kr show, method list, method show, method lint, method diff, agreement list, agreement show, agreement render, stakeholder list, stakeholder show, stakeholder map, \
    stakeholder feedback list, stakeholder feedback show, stakeholder feedback summary, \
    habit list, habit show, worksheet list, worksheet show, worksheet diff, review list, review show, paper render, paper list, paper diff, paper template, report progress, report practice, person list, person show, org list, org show, history, key status, \
    backup list, backup verify, doctor, drafts list, drafts show, \
    config path, config get, completions, man";

/// Commands that write what `undo` does not take back, and why.
const NOT_UNDOABLE: &[(&str, &str)] = &[
    ("init", "makes the journal whose steps could be undone, and what it begins with"),
    (
        "agreement sign",
        "a signature stays; undo refuses and names the way on, see tests/cmd/agreement",
    ),
    ("demo", "makes a journal of its own"),
    ("key recover", "puts a key file back; the journal is not written"),
    ("key show-recovery", "writes a file outside the journal"),
    ("backup now", "writes a copy; the journal is not written"),
    ("restore", "marks the journal; undo refuses and names the state before"),
    ("drafts store", "runs a capture, whose step is undone as any other"),
    ("drafts discard", "takes a file away that is no part of the journal"),
    ("config set", "writes the config file; the journal is not written"),
    ("method new", "writes the file of a method; the journal is not written"),
    ("session run", "asks; its answers are steps of the commands here, see tests/walk.rs"),
    ("session resume", "asks; its answers are steps of the commands here, see tests/walk.rs"),
    ("undo", "is a step back itself; redo answers it"),
    ("redo", "is a step itself; undo answers it"),
];

#[test]
fn every_command_of_the_grammar_is_placed() {
    let mut placed: BTreeSet<&str> = READS.split(',').map(str::trim).collect();
    placed.extend(NOT_UNDOABLE.iter().map(|(leaf, _)| *leaf));
    let forms = forms();
    placed.extend(forms.iter().map(|(leaf, _)| leaf.as_str()));
    let leaves = common::leaves();
    let leaves: BTreeSet<&str> = leaves.iter().map(String::as_str).collect();
    let (new, old): (Vec<_>, Vec<_>) =
        (leaves.difference(&placed).collect(), placed.difference(&leaves).collect());
    assert!(new.is_empty(), "place these commands in tests/undo.rs: {new:?}");
    assert!(old.is_empty(), "these commands of tests/undo.rs are no more: {old:?}");
}

#[test]
fn undo_and_redo_restore_every_row_over_random_commands() {
    let seed = from_env("COACH_UNDO_SEED");
    let commands = from_env("COACH_UNDO_COMMANDS").unwrap_or(110);
    let seeds: Vec<Vec<u64>> = match seed {
        Some(seed) => vec![vec![seed]],
        None => vec![vec![1, 2, 3, 4], vec![5, 6, 7, 8]],
    };
    let done: Vec<BTreeMap<String, u32>> = std::thread::scope(|scope| {
        let runs = seeds.iter().map(|seeds| scope.spawn(|| sequences(seeds, commands)));
        let runs: Vec<_> = runs.collect();
        runs.into_iter()
            .map(|run| run.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    if seed.is_none() {
        let mut never: BTreeSet<String> = forms().into_iter().map(|(leaf, _)| leaf).collect();
        never.retain(|leaf| !done.iter().any(|done| done.contains_key(leaf)));
        // Chance may have passed a command by: it gets some more.
        for seed in 9..30 {
            if !never.is_empty() {
                let done = sequences(&[seed], commands);
                never.retain(|leaf| !done.contains_key(leaf));
            }
        }
        assert!(never.is_empty(), "never drawn with success: {never:?}");
    }
}

#[test]
fn a_command_that_fails_half_way_leaves_nothing() {
    let journal = Journal::new();
    journal.with_a_client();
    journal.home.ok(["session", "add", "acme-cfo", "yesterday"]);
    let (before, last) = (journal.dump(), journal.last_step());
    let told = "{\"action\":\"A1\",\"outcome\":\"done\"}\n{\"action\":\"A9\",\"outcome\":\"done\"}";
    let twice =
        "{\"action\":\"A1\",\"outcome\":\"partly\"}\n{\"action\":\"A1\",\"outcome\":\"done\"}";
    for (code, line, stdin) in [
        (2, "check-in --done A1 --missed A1", ""),
        (3, "check-in --done A1 --missed A9", ""),
        (3, "check-in --from -", told),
        (2, "check-in --from -", twice),
        (4, "engagement new acme-cfo --coachee Nobody --org Nowhere", ""),
        (3, "engagement edit acme-cfo --coachee Nobody --org Nowhere --remove-sponsor Noone", ""),
        (2, "engagement edit acme-cfo --coachee Nobody --end 2020-01-01", ""),
        (4, "session edit S1 --with Nobody --number 2", ""),
        (1, "session add acme-cfo yesterday --minutes 600 --with Nobody --strict", ""),
    ] {
        let run = journal.home.pipe(line.split(' '), stdin);
        assert_eq!(run.code, code, "{line}: {run:?}");
        assert_same(&journal.dump(), &before);
        assert_eq!(journal.last_step(), last, "{line}");
    }
}

#[test]
fn a_ref_is_never_given_twice_and_a_session_number_comes_back() {
    let journal = Journal::new();
    journal.with_a_client();
    let home = &journal.home;
    home.ok(["action", "add", "acme-cfo", "Second"]);
    home.ok(["undo"]);
    home.fails(3, "A2", ["action", "show", "A2"]);
    assert_eq!(home.json(["action", "add", "acme-cfo", "Third"])["ref"], "A3");
    home.ok(["session", "end", "--minutes", "80"]);
    let started = home.json(["session", "start", "acme-cfo"]);
    assert_eq!((&started["ref"], &started["number"]), (&"S2".into(), &2.into()));
    home.ok(["undo"]);
    let again = home.json(["session", "start", "acme-cfo"]);
    assert_eq!((&again["ref"], &again["number"]), (&"S3".into(), &2.into()));
}

#[test]
fn a_new_write_ends_what_could_be_done_again_and_a_rehearsed_or_failed_one_does_not() {
    let journal = Journal::new();
    journal.with_a_client();
    let home = &journal.home;
    home.ok(["undo", "2"]);
    home.ok(["person", "add", "Somebody", "--dry-run"]);
    home.fails(2, "", ["person", "add", ""]);
    home.ok(["redo", "--dry-run"]);
    home.ok(["redo"]);
    home.ok(["person", "add", "Somebody"]);
    let before = journal.dump();
    home.fails(4, "", ["redo"]);
    home.fails(4, "", ["undo", "999"]);
    home.ok(["undo", "--dry-run"]);
    assert_same(&journal.dump(), &before);
}

#[expect(clippy::disallowed_methods, reason = "a person repeats one sequence by naming its seed")]
fn from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// Runs one sequence after the other; those commands that were seldom drawn come first.
fn sequences(seeds: &[u64], commands: u64) -> BTreeMap<String, u32> {
    let mut done = BTreeMap::new();
    for seed in seeds {
        let mut sequence = Sequence::new(*seed, &mut done);
        let outcome = catch_unwind(AssertUnwindSafe(|| sequence.run(commands)));
        let trail = sequence.trail.join("\n  ");
        assert!(outcome.is_ok(), "COACH_UNDO_SEED={seed}, after:\n  {trail}");
    }
    done
}

/// A journal, every state it went through, and where among them it stands.
struct Sequence<'d> {
    journal: Journal,
    draw: Draw,
    forms: Vec<(String, String)>,
    done: &'d mut BTreeMap<String, u32>,
    states: Vec<Dump>,
    at: usize,
    minutes: i64,
    refs: BTreeSet<String>,
    trail: Vec<String>,
}

impl<'d> Sequence<'d> {
    fn new(seed: u64, done: &'d mut BTreeMap<String, u32>) -> Self {
        let journal = Journal::new();
        let states = vec![journal.dump()];
        let draw = Draw::new(seed);
        Self {
            journal,
            draw,
            forms: forms(),
            done,
            states,
            at: 0,
            minutes: 0,
            refs: BTreeSet::new(),
            trail: Vec::new(),
        }
    }

    fn run(&mut self, commands: u64) {
        for _ in 0..commands {
            self.minutes += i64::from(self.draw.below(180));
            let start = chrono::DateTime::parse_from_rfc3339(common::NOW).expect("a moment");
            let now = start + chrono::Duration::minutes(self.minutes);
            self.journal.home.at(&now.to_rfc3339());
            match self.draw.below(10) {
                0 => self.step_back(1),
                1 => self.step_forward(1),
                2 => self.there_and_back(),
                _ => self.write(),
            }
        }
        self.step_back(self.at + 1);
        self.step_back(self.at.max(1));
        assert_eq!(self.at, 0);
        self.step_forward((self.states.len() - 1).max(1));
        self.step_forward(1);
    }

    /// Undoes some steps and does them again.
    fn there_and_back(&mut self) {
        let steps = 1 + self.draw.below(4) as usize;
        self.step_back(steps.min(self.at.max(1)));
        self.step_forward(steps.min((self.states.len() - 1 - self.at).max(1)));
    }

    fn write(&mut self) {
        let (leaf, args) = loop {
            let (leaf, form) = self.seldom_done();
            if let Some(args) = self.draw.command(&self.journal.db, &leaf, &form) {
                break (leaf, args);
            }
        };
        let args = if self.draw.below(10) == 0 { self.draw.spoilt(args) } else { args };
        let rehearsed = args.iter().any(|arg| arg == "--dry-run");
        let (before, last) = (self.states[self.at].clone(), self.journal.last_step());
        let run = self.coach(&args);
        let after = self.journal.dump();
        assert!((0..=4).contains(&run.code), "{run:?}");
        if run.code != 0 || rehearsed || after == before {
            assert_same(&after, &before);
            assert_eq!(self.journal.last_step(), last, "a step without a change: {run:?}");
            return;
        }
        self.journal.check_step(last + 1, "do", &before, &after);
        assert_eq!(self.journal.last_step(), last + 1, "one command is one step");
        *self.done.entry(leaf).or_default() += 1;
        self.states.truncate(self.at + 1);
        self.states.push(after);
        self.at += 1;
    }

    /// One of the forms of a command; of two, the one whose command was done less often.
    fn seldom_done(&mut self) -> (String, String) {
        let [one, other] = [(); 2].map(|()| self.draw.one(&self.forms).expect("a form"));
        // Removal is drawn less often, or little would be left to change.
        let removes = |leaf: &str| leaf.ends_with("remove") || leaf.starts_with("engagement c");
        let times = |leaf: &str| self.done.get(leaf).copied().unwrap_or(0);
        let weight = |leaf: &str| times(leaf) * if removes(leaf) { 4 } else { 1 };
        if weight(&one.0) <= weight(&other.0) { one } else { other }
    }

    fn step_back(&mut self, steps: usize) {
        let states = (1..=steps).map(|by| self.at.checked_sub(by)).collect();
        self.turn("undo", steps, states);
    }

    fn step_forward(&mut self, steps: usize) {
        let states = self.at + 1..=self.at + steps;
        let states = states.map(|to| (to < self.states.len()).then_some(to)).collect();
        self.turn("redo", steps, states);
    }

    /// Turns through `path`, the states it should pass; where one of them does not exist, nothing
    /// may be turned.
    fn turn(&mut self, kind: &str, steps: usize, path: Vec<Option<usize>>) {
        let last = self.journal.last_step();
        let run = self.coach(&[kind.to_owned(), steps.to_string()]);
        let Some(path) = path.into_iter().collect::<Option<Vec<usize>>>() else {
            assert_eq!(run.code, 4, "{run:?}");
            assert_same(&self.journal.dump(), &self.states[self.at]);
            assert_eq!(self.journal.last_step(), last, "a step without a change");
            return;
        };
        assert_eq!(run.code, 0, "{run:?}");
        let end = path.last().copied().unwrap_or(self.at);
        assert_same(&self.journal.dump(), &self.states[end]);
        for (step, to) in (last + 1..).zip(path) {
            self.journal.check_step(step, kind, &self.states[self.at], &self.states[to]);
            self.at = to;
        }
    }

    fn coach(&mut self, args: &[String]) -> common::Run {
        let run = self.journal.home.run(args);
        self.trail.push(format!("{} coach {args:?}", run.code));
        let refs = self.journal.texts("SELECT prefix || number || ' ' || record FROM ref");
        let refs: BTreeSet<String> = refs.into_iter().collect();
        assert!(refs.is_superset(&self.refs), "a ref went or moved");
        self.refs = refs;
        run
    }
}

/// Every row of every table but the log's and the refs, by table and id.
type Dump = BTreeMap<(String, String), BTreeMap<String, Value>>;

/// A plain journal that can be looked into.
struct Journal {
    home: Home,
    db: Connection,
    /// One that may write, as the full-text index asks of whoever checks it.
    checker: Connection,
}

impl Journal {
    fn new() -> Self {
        let home = Home::empty();
        home.ok(["init", "--plain"]);
        let db = Connection::open_with_flags(home.journal(), OpenFlags::SQLITE_OPEN_READ_ONLY);
        let checker = Connection::open(home.journal()).expect("a plain journal");
        let words = |text: Option<String>| text.map(|text| coachlog::search_words(&text));
        checker
            .create_scalar_function("search_words", 1, FunctionFlags::SQLITE_UTF8, move |call| {
                Ok(words(call.get(0)?))
            })
            .expect("a function");
        checker
            .create_scalar_function("local_day", 2, FunctionFlags::SQLITE_UTF8, |_| Ok(""))
            .expect("a function");
        Self { home, db: db.expect("a plain journal"), checker }
    }

    /// An engagement with a goal, an open session and an action in it.
    fn with_a_client(&self) {
        self.home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes"]);
        self.home.ok(["goal", "add", "acme-cfo", "Decide sooner"]);
        self.home.ok(["session", "start", "acme-cfo"]);
        self.home.ok(["action-planning", "Send the memo"]);
    }

    fn dump(&self) -> Dump {
        let sound = self.texts("SELECT group_concat(integrity_check) FROM pragma_integrity_check");
        assert_eq!(sound, ["ok"]);
        let dangling = self.texts("SELECT \"table\" || rowid FROM pragma_foreign_key_check");
        assert!(dangling.is_empty(), "{dangling:?}");
        // The index is no row of its own: it must say what the records say, no more and no less.
        self.checker
            .execute_batch("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
            .expect("an index that fits its records");
        let tables = self.texts(
            "SELECT type || ' ' || name FROM pragma_table_list WHERE type <> 'view'
             AND name NOT IN ('step', 'change', 'ref', 'search') AND name NOT LIKE 'search~_%' ESCAPE '~'
             AND name NOT LIKE 'sqlite%'",
        );
        let mut dump = Dump::new();
        for table in tables {
            let name = table.strip_prefix("table ").unwrap_or_else(|| panic!("place {table} here"));
            let mut rows = self.db.prepare(&format!("SELECT * FROM {name}")).expect("a table");
            let columns: Vec<String> = rows.column_names().map(str::to_owned).collect();
            let mut rows = rows.query([]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                let cells =
                    columns.iter().map(|column| (column.clone(), row.get_unwrap(column.as_str())));
                let id = row.get_unwrap("id");
                dump.insert((name.to_owned(), id), cells.collect());
            }
        }
        dump
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        texts(&self.db, sql)
    }

    fn last_step(&self) -> i64 {
        self.db
            .query_row("SELECT coalesce(max(seq), 0) FROM step", [], |row| row.get(0))
            .expect("a number")
    }

    /// Checks that the log of one step tells what lies between two dumps, field by field.
    fn check_step(&self, step: i64, kind: &str, before: &Dump, after: &Dump) {
        let told = format!("SELECT kind || (summary <> '') FROM step WHERE seq = {step}");
        assert_eq!(self.texts(&told), [format!("{kind}1")], "step {step}");
        let mut logged: BTreeMap<(String, String), (Value, Value)> = BTreeMap::new();
        let mut ops: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let sql = "SELECT record, field, old, new, op, tbl FROM change WHERE step = ? ORDER BY n";
        let mut changes = self.db.prepare_cached(sql).expect("the log");
        let mut changes = changes.query([step]).expect("changes");
        let mut tables: BTreeMap<String, i64> = BTreeMap::new();
        while let Some(row) = changes.next().expect("a change") {
            let (record, field): (String, String) = (row.get_unwrap(0), row.get_unwrap(1));
            let (old, new): (Value, Value) = (row.get_unwrap(2), row.get_unwrap(3));
            ops.entry(record.clone()).or_default().push(row.get_unwrap(4));
            let mut homes = before.keys().chain(after.keys()).filter(|(_, id)| *id == record);
            let (table, _) = homes.next().unwrap_or_else(|| panic!("{record} is in no table"));
            let code = row.get_unwrap(5);
            assert_eq!(*tables.entry(table.clone()).or_insert(code), code, "{table} in the log");
            let net = logged.entry((record, field)).or_insert((old.clone(), old.clone()));
            assert_eq!(net.1, old, "step {step}: the log goes on from another value");
            net.1 = new;
        }
        let codes: BTreeSet<&i64> = tables.values().collect();
        assert_eq!(codes.len(), tables.len(), "two tables under one number: {tables:?}");
        assert_eq!(logged, between(before, after), "step {step}");
        for (record, ops) in &ops {
            let stood = |dump: &Dump| dump.keys().any(|(_, id)| id == record);
            let (first, last) = (ops.first().expect("an op"), ops.last().expect("an op"));
            match (stood(before), stood(after)) {
                (false, true) => assert_eq!(first, "create"),
                (true, false) => assert_eq!(last, "delete"),
                _ => assert!(ops.iter().all(|op| op == "update"), "{ops:?}"),
            }
        }
    }
}

/// Each field that differs, with what it was and what it is; a row that is not there has none.
fn between(before: &Dump, after: &Dump) -> BTreeMap<(String, String), (Value, Value)> {
    let none = BTreeMap::new();
    let mut differ = BTreeMap::new();
    for key in before.keys().chain(after.keys()) {
        let (old, new) = (before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none));
        for field in old.keys().chain(new.keys()).filter(|field| *field != "id") {
            let of = |row: &BTreeMap<String, Value>| row.get(field).cloned().unwrap_or(Value::Null);
            if of(old) != of(new) {
                differ.insert((key.1.clone(), field.clone()), (of(old), of(new)));
            }
        }
    }
    differ
}

/// Asserts that two dumps are the same, and shows only where they differ.
fn assert_same(found: &Dump, wanted: &Dump) {
    assert!(found == wanted, "(wanted, found): {:#?}", between(wanted, found));
}
