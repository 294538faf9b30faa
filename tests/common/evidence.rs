//! What a test of faults compares and checks: every file under a directory, a whole journal, a
//! refusal that says all it must.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;

use crate::common::{Home, NOW, Run};

pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every file under a directory with its bytes.
pub(crate) fn files(dir: &Path) -> Files {
    let mut found = Files::new();
    for entry in fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        match entry.file_type().expect("a type") {
            kind if kind.is_dir() => found.extend(files(&path)),
            kind if kind.is_file() => {
                drop(found.insert(path.clone(), fs::read(&path).expect("bytes")))
            }
            _ => drop(found.insert(path, Vec::new())),
        }
    }
    found
}

/// Tells past the capture of the test's output what this machine could not run.
pub(crate) fn not_run(what: &str) {
    let _ = writeln!(std::io::stderr(), "NOT RUN: {what}");
}

/// A refusal says what happened, that nothing was lost, and what to type next.
pub(crate) fn refused(run: &Run, code: i32, says: &str) {
    run.failed(code, says);
    assert_eq!(run.out, "", "{run:?}");
    assert!(run.err.contains("hint: "), "no word of what to type next: {run:?}");
    let safe = ["not touched", "nothing was", "is safe", "there is no journal"];
    let safe = safe.iter().any(|word| run.err.contains(word));
    assert!(safe, "no word that nothing was lost: {run:?}");
}

/// A home whose journal holds an engagement, a goal, an action and a note that fills pages.
pub(crate) fn filled(init: &[&str]) -> Home {
    let home = Home::empty();
    home.ok(["init"].iter().chain(init));
    home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes", "--org", "Acme"]);
    home.ok(["goal", "add", "acme-cfo", "Delegate", "--success", "Two evenings a week"]);
    home.ok(["action", "add", "acme-cfo", "Hand over the board pack", "--goal", "G1"]);
    assert_eq!(home.pipe(["note", "-e", "acme-cfo", "-"], "so it went ".repeat(900)).code, 0);
    home
}

/// The key of a journal in hex, as SQLCipher takes it.
pub(crate) fn hex_key(key_file: &Path) -> String {
    let line = fs::read_to_string(key_file).expect("a key file");
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32>(line.trim());
    checked.expect("a sound key").byte_iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The journal passes every check that SQLite and SQLCipher have, and nothing lies beside it.
pub(crate) fn intact(home: &Home) {
    let conn = Connection::open(home.journal()).expect("a journal");
    if home.keys().exists() {
        let key = format!("PRAGMA key = \"x'{}'\"", hex_key(&home.key()));
        conn.execute_batch(&key).expect("a key");
        let mut check = conn.prepare("PRAGMA cipher_integrity_check").expect("a check");
        let found = check.query_map([], |row| row.get::<_, String>(0)).expect("findings");
        assert_eq!(found.collect::<Result<Vec<_>, _>>().expect("findings"), Vec::<String>::new());
    }
    let found: String =
        conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(found, "ok");
    assert!(!conn.prepare("PRAGMA foreign_key_check").expect("sql").exists([]).expect("a check"));
    drop(conn);
    let beside = fs::read_dir(home.journal().parent().expect("a directory")).expect("a directory");
    let beside = beside.map(|entry| entry.expect("an entry").file_name());
    let beside: Vec<_> = beside.filter(|name| name != "backups").collect();
    assert_eq!(beside.len(), 1, "something lies beside the journal: {beside:?}");
}

/// The texts of all notes.
pub(crate) fn notes(home: &Home) -> Vec<String> {
    let listed = home.json(["notes", "list"]);
    let texts = listed.as_array().expect("an array").iter().map(|note| note["text"].as_str());
    texts.map(|text| text.expect("a text").to_owned()).collect()
}

/// The mode bits of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{path:?}: {error}")).mode() & 0o777
}

/// Gives a file these mode bits.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// Runs a shell line with `$COACH` as the program, in this home.
pub(crate) fn shell(home: &Home, script: &str) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("COACH", env!("CARGO_BIN_EXE_coach")).current_dir(home.path());
    command.env("HOME", home.path()).env("TZ", "Europe/Berlin").env("COACH_NOW", NOW);
    Run::of(&command.stdin(Stdio::null()).output().expect("a shell"))
}
