//! The schema: what a fresh journal holds is what `schema.sql` shows, every rule that each table
//! keeps, and a journal of every released version that the newest `coach` must open.
//!
//! `SCHEMA=overwrite cargo test --test migrations` writes `schema.sql` anew, and freezes a journal
//! of this version where none is frozen yet. A frozen one of a release is never written again.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::path::{Path, PathBuf};

use common::Home;
use evidence::{files, filled, not_run, shell};
use rusqlite::Connection;

const APPLICATION_ID: i32 = 0x636F_6163;
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema.sql");
const FROZEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/frozen");

/// Whether this run writes what others compare with.
fn overwrites() -> bool {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the test says so")]
    std::env::var_os("SCHEMA").is_some_and(|asked| asked == "overwrite")
}

fn plain() -> (Home, Connection) {
    let home = filled(&["--plain"]);
    let conn = Connection::open(home.journal()).expect("a plain journal");
    (home, conn)
}

fn rows(conn: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = conn.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let columns = statement.column_count();
    let cell = |row: &rusqlite::Row<'_>, at| {
        row.get::<_, rusqlite::types::Value>(at).map(|value| match value {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            _ => String::new(),
        })
    };
    let found = statement.query_map([], |row| (0..columns).map(|at| cell(row, at)).collect());
    found.expect("rows").collect::<Result<_, _>>().expect("rows")
}

fn number(conn: &Connection, pragma: &str) -> i32 {
    conn.pragma_query_value(None, pragma, |row| row.get(0)).expect("a pragma")
}

/// The tables that are ours, not those under a full-text index.
fn tables(conn: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
               AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
    rows(conn, sql).into_iter().flatten().collect()
}

/// The schema as `schema.sql` shows it.
fn schema(conn: &Connection) -> String {
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL
               ORDER BY tbl_name, type <> 'table', type, name";
    let statements: Vec<String> = rows(conn, sql).into_iter().flatten().collect();
    format!(
        "-- The schema of a journal, version {}, as a fresh one has it: each table by name, its\n\
         -- indexes after it. Written by `SCHEMA=overwrite cargo test --test migrations`.\n\n{};\n",
        number(conn, "user_version"),
        statements.join(";\n\n").replace(";\n\nCREATE INDEX", ";\nCREATE INDEX")
    )
}

#[test]
fn a_fresh_journal_has_the_schema_that_the_golden_file_shows() {
    let (_home, conn) = plain();
    let schema = schema(&conn);
    if overwrites() {
        fs::write(GOLDEN, &schema).expect("written");
    }
    let golden = fs::read_to_string(GOLDEN).expect("tests/schema.sql");
    let first = schema.lines().zip(golden.lines()).find(|(now, then)| now != then);
    assert!(schema == golden, "the schema is not that of tests/schema.sql, first at {first:?}");
}

#[test]
fn a_journal_is_marked_as_ours_and_with_its_version() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let migrations = fs::read_dir(migrations).expect("the migrations").count();
    let (home, conn) = plain();
    assert_eq!(number(&conn, "application_id"), APPLICATION_ID);
    assert_eq!(usize::try_from(number(&conn, "user_version")), Ok(migrations));
    // Bytes 18 and 19 are 1 for a rollback journal and 2 for a write-ahead log.
    let head = fs::read(home.journal()).expect("bytes");
    assert_eq!(head[18..20], [1, 1], "journal_mode is not DELETE");
    assert_eq!(&head[68..72], b"coac");
}

#[test]
fn a_write_is_on_the_disk_with_its_directory_before_it_is_confirmed() {
    let home = filled(&["--plain"]);
    let run = shell(
        &home,
        "command -v strace >/dev/null || exit 99; strace -f -qq -y -o trace \
         -e trace=fsync,fdatasync,unlink,unlinkat,write $COACH person add Noor || exit 99",
    );
    if run.code == 99 {
        return not_run("the order of syncs: strace is not here or may not trace");
    }
    let trace = fs::read_to_string(home.path().join("trace")).expect("a trace");
    let calls: Vec<&str> = trace.lines().collect();
    let find = |after: usize, what: &dyn Fn(&str) -> bool| {
        let found = calls[after..].iter().position(|call| what(call));
        found.map_or_else(|| panic!("not in this order: {trace}"), |at| after + at)
    };
    let sync = |call: &str, path: &str| call.contains("sync(") && call.contains(path);
    let rollback = find(0, &|call| sync(call, "journal.coach-journal>"));
    let file = find(rollback, &|call| sync(call, "journal.coach>"));
    let unlinked = find(file, &|call| call.contains("unlink") && call.contains("-journal"));
    let dir = find(unlinked, &|call| sync(call, "share/coachlog>"));
    find(dir, &|call| call.contains("write(1<"));
}

#[test]
fn every_connection_is_made_as_the_architecture_says() {
    // These live as long as a connection, so that no file shows them.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/mod.rs");
    let source = fs::read_to_string(path).expect("the source");
    for pragma in [
        "journal_mode = DELETE",
        "synchronous = EXTRA",
        "fullfsync = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "secure_delete = ON",
        "cell_size_check = ON",
        "temp_store = MEMORY",
    ] {
        assert!(source.contains(&format!("PRAGMA {pragma}")), "{pragma}");
    }
    assert!(source.contains("SQLITE_DBCONFIG_DEFENSIVE, true") && source.contains("busy_timeout"));
}

#[test]
fn every_table_is_strict_and_keeps_the_rules_of_day_one() {
    let (_home, conn) = plain();
    let strict = rows(&conn, "SELECT name, strict FROM pragma_table_list WHERE type = 'table'");
    let names = tables(&conn);
    assert!(names.len() > 15, "{names:?}");
    for table in &names {
        assert!(strict.contains(&vec![table.clone(), "1".to_owned()]), "{table} is not STRICT");
        let sql =
            format!("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{table}'");
        let sql = rows(&conn, &sql)[0][0].to_uppercase();
        assert!(!sql.contains("AUTOINCREMENT"), "{table} counts");
        assert!(!sql.contains("CASCADE"), "{table} cascades");
        let keys = sql.matches("REFERENCES").count();
        let deferred = sql.matches("DEFERRABLE INITIALLY DEFERRED").count();
        assert_eq!(keys, deferred, "{table} has a foreign key that is not deferred");
        // The log, the refs of this device and where a walk stands are no records.
        if !["change", "ref", "step", "walk"].contains(&table.as_str()) {
            let columns =
                rows(&conn, &format!("SELECT name, type, pk FROM pragma_table_info('{table}')"));
            let has = |name: &str, pk: &str| {
                columns.contains(&vec![name.into(), "TEXT".into(), pk.into()])
            };
            assert!(has("id", "1") && has("removed_at", "0"), "{table} has no id or no tombstone");
        }
    }
    assert!(rows(&conn, "SELECT name FROM sqlite_schema WHERE type = 'trigger'").is_empty());
}

#[test]
fn every_foreign_key_has_an_index() {
    let (_home, conn) = plain();
    let mut bare = Vec::new();
    for table in tables(&conn) {
        let firsts = format!(
            "SELECT i.name FROM pragma_index_list('{table}') l, pragma_index_info(l.name) i WHERE i.seqno = 0
             UNION SELECT name FROM pragma_table_info('{table}') WHERE pk = 1"
        );
        let firsts = rows(&conn, &firsts);
        let keys = rows(&conn, &format!("SELECT \"from\" FROM pragma_foreign_key_list('{table}')"));
        for key in keys.into_iter().filter(|key| !firsts.contains(key)) {
            bare.push(format!("{table}.{}", key[0]));
        }
    }
    assert!(bare.is_empty(), "no index begins with {bare:?}");
}

/// What the frozen journals hold, as commands; `_` is a space within one argument.
const STORY: &[&str] = &[
    "org add Acme",
    "person add Dana --email dana@example.org --phone 1 --org Acme --role CFO",
    "engagement new acme-cfo --coachee Dana --sponsor Lee --org Acme --rate 450_EUR/session",
    "engagement edit acme-cfo --slug acme-finance --reason renamed",
    "goal add acme-finance Delegate --focus leading --success evenings",
    "goal rate G1 4",
    "goal kr add G1 evenings --unit days --from 1 --to 4",
    "goal kr set K1 2",
    "session start acme-finance",
    "check-in first words",
    "deep-dive --insight --shared --goal G1 she decides alone",
    "challenge --assumption nobody else can",
    "action-planning hand over the board pack --due 2026-12-04 --goal G1",
    "session end acme-finance --minutes 80 --summary one_step --private-summary tired",
    "session schedule acme-finance 2026-12-05 10:00 --with Kim",
    "action partly A1 --reflection half_of_it",
    "notes edit N1 --text other_words",
    "note -e acme-finance a thought between",
    "undo",
];

/// What journals hold beside it that were frozen from a version on.
const LATER: &[(i32, &[&str])] = &[
    (
        4,
        &[
            "habit add -e acme-finance walk at lunch --every daily",
            "habit tick B1",
            "habit add -e acme-finance look back",
            "reflect -e acme-finance less is said",
        ],
    ),
    (
        5,
        &[
            "agreement new acme-finance --jurisdiction Germany",
            "agreement sign acme-finance --party coachee",
            "agreement refer acme-finance --to a_physician --reason sleep",
            "stakeholder add acme-finance Kim --relation peer --shift asks_first",
            "stakeholder feedback add H1 --round baseline --goal G1 --score 6 she waits too long",
            "stakeholder feedback round acme-finance close baseline",
            "worksheet new acme-finance expectations",
            "worksheet fill W1 --set expectation=calm --set baseline=2 --set target=6",
            "worksheet freeze W1",
            "worksheet fill W1 --row 1 --set mid=4",
            "review mid acme-finance --score G1=6 half of it is there",
            "paper freeze acme-finance mid",
        ],
    ),
];

/// The commands that a journal frozen at a version holds.
fn story(version: i32) -> impl Iterator<Item = &'static str> {
    let later = LATER.iter().filter(move |(from, _)| *from <= version);
    STORY.iter().chain(later.flat_map(|(_, lines)| *lines)).copied()
}

fn tell(home: &Home, version: i32) {
    for line in story(version) {
        let args = line.split(' ').map(|word| word.replace('_', " "));
        let run = home.run(args);
        assert_eq!(run.code, 0, "{line}: {run:?}");
    }
}

#[test]
fn every_frozen_journal_opens_with_all_its_records() {
    let (_home, conn) = plain();
    let (version, fresh) = (number(&conn, "user_version"), schema(&conn));
    let newest = Path::new(FROZEN).join(format!("v{version}.journal"));
    if overwrites() && !newest.exists() {
        let home = Home::empty();
        home.ok(["init", "--plain"]);
        tell(&home, version);
        fs::create_dir_all(FROZEN).expect("made");
        fs::copy(home.journal(), &newest).expect("frozen");
    }
    assert!(newest.exists(), "{newest:?} is not frozen");
    let mut frozen: Vec<PathBuf> = files(Path::new(FROZEN)).into_keys().collect();
    frozen.sort();
    assert_eq!(frozen.len(), usize::try_from(version).expect("a version"), "{frozen:?}");
    for path in frozen {
        let was = number(&Connection::open(&path).expect("frozen"), "user_version");
        let grew = usize::from(was >= 4);
        let home = Home::empty();
        home.ok(["init", "--plain"]);
        fs::copy(&path, home.journal()).expect("copied");
        let count = |args: &[&str]| home.json(args).as_array().map(Vec::len);
        let counts = [
            (&["org", "list"][..], 1),
            (&["person", "list"], 3),
            (&["engagement", "list"], 1),
            (&["goal", "list"], 1),
            (&["goal", "kr", "list", "G1"], 1),
            (&["session", "list"], 2),
            (&["notes", "list"], 3 + grew),
            (&["habit", "list"], 2 * grew),
            (&["action", "list"], 1),
            (&["due"], 1),
            (&["history"], story(was).count()),
        ];
        for (args, records) in counts {
            assert_eq!(count(args), Some(records), "{args:?} of {path:?}");
        }
        assert_eq!(home.json(["notes", "show", "N1"])["text"], "other words");
        if grew > 0 {
            assert_eq!(home.json(["habit", "show", "B1"])["kept_on"][0], "2026-11-21");
        }
        if was >= 5 {
            assert_eq!(home.json(["agreement", "show", "D1"])["signatures"][0]["name"], "Dana");
            assert_eq!(home.json(["stakeholder", "feedback", "show", "F1"])["score"], 6);
            let sheet = home.json(["worksheet", "show", "W1"]);
            assert_eq!(
                (&sheet["version"], &sheet["rows"][0]["values"]["mid"]),
                (&2.into(), &4.into())
            );
            assert_eq!(home.json(["review", "show", "R1"])["scores"][0]["score"], 6);
            assert!(
                home.ok(["paper", "render", "acme-cfo", "mid", "--version", "1"])
                    .contains("half of it")
            );
        }
        assert_eq!(home.json(["engagement", "show", "acme-cfo"])["slug"], "acme-finance");
        assert!(home.ok(["recap", "S1"]).contains("hand over the board pack"));
        // What an older version wrote is in the index too.
        let found = home.json(["search", "wor*"]);
        assert_eq!(found[0]["ref"], "N1", "{path:?}: {found}");
        // A journal of an earlier schema is copied before it is touched, and the copy is as it was.
        let copies = home.json(["backup", "list"]);
        let copies = copies.as_array().expect("copies").iter().map(|copy| {
            assert_eq!(copy["verified"], true, "{copy}");
            PathBuf::from(copy["path"].as_str().expect("a path"))
        });
        let before: Vec<PathBuf> =
            copies.filter(|path| path.to_string_lossy().contains("before-upgrade")).collect();
        assert_eq!(before.len(), usize::from(was < version), "{path:?}: {before:?}");
        for copy in before {
            let copy = Connection::open(copy).expect("a copy");
            let dump = |conn: &Connection| rows(conn, "SELECT * FROM change ORDER BY step, n");
            assert_eq!(number(&copy, "user_version"), was);
            assert!(dump(&copy) == dump(&Connection::open(&path).expect("frozen")));
        }
        // What a later schema gave to old records is no finding.
        evidence::set_mode(&home.journal(), 0o600);
        home.ok(["doctor"]);
        home.ok(["person", "add", "Noor"]);
        home.ok(["undo", "2"]);
        home.ok(["redo", "2"]);
        let conn = Connection::open(home.journal()).expect("a plain journal");
        // Before a version is released its migration may change: then its frozen file is made anew.
        assert!(schema(&conn) == fresh, "{path:?} has another schema than a fresh journal");
        assert_eq!(rows(&conn, "PRAGMA integrity_check"), [["ok"]]);
    }
}
