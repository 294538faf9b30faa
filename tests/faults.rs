//! Journals and keys that something is wrong with: each is refused with exit 5 and a message that
//! says which fault it is.
//!
//! A fault leaves every file under HOME as it was. That is compared as bytes, so a stray rollback
//! journal or an overwritten key is seen too. What fails around a sound journal is in `crash.rs`.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use common::Home;
use evidence::{Files, files, filled, intact, mode, refused, set_mode, shell};
use rusqlite::Connection;

const READ: &[&str] = &["notes", "list"];
const WRITE: &[&str] = &["note", "-e", "acme-cfo", "these words"];
const EVERY: &[&[&str]] = &[READ, WRITE, &["due"], &["history"], &["undo"]];

/// Whatever is tried on this home is refused with exit 5 and this message, and changes no file.
fn hopeless(home: &Home, says: &str) {
    let before = files(home.path());
    for args in EVERY {
        refused(&home.run(*args), 5, says);
        assert!(files(home.path()) == before, "{args:?} changed a file");
    }
    // This one answers nevertheless: with what it looked for.
    home.run(["key", "status"]).failed(5, says);
    assert!(files(home.path()) == before, "key status changed a file");
}

#[test]
fn a_missing_journal_says_how_to_make_one() {
    let home = Home::empty();
    hopeless(&home, "coach init");
    assert_eq!(files(home.path()), Files::new(), "reading made something");
    let home = filled(&[]);
    fs::remove_file(home.journal()).expect("removed");
    hopeless(&home, "there is no journal at");
}

#[test]
fn a_foreign_file_is_named_as_no_journal() {
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 9000]].concat();
    for content in [b"Dear diary, this is a text of mine.\n".repeat(300), png, vec![0; 8192]] {
        let home = filled(&[]);
        fs::write(home.journal(), content).expect("written");
        hopeless(&home, "journal.coach");
        let plain = filled(&["--plain"]);
        fs::copy(home.journal(), plain.journal()).expect("copied");
        hopeless(&plain, "journal.coach");
    }
    for version in [0, 1, 99] {
        let home = filled(&["--plain"]);
        fs::remove_file(home.journal()).expect("removed");
        let other = Connection::open(home.journal()).expect("another program's file");
        other.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").expect("sql");
        other.pragma_update(None, "user_version", version).expect("a version");
        drop(other);
        hopeless(&home, "is no journal of coach");
    }
    let home = filled(&[]);
    fs::remove_file(home.journal()).expect("removed");
    fs::create_dir(home.journal()).expect("a directory");
    hopeless(&home, "journal.coach is no journal of coach");
}

#[test]
fn a_truncated_journal_is_refused_and_left_as_it_is() {
    for init in [&[][..], &["--plain"]] {
        let whole = fs::metadata(filled(init).journal()).expect("a journal").len();
        for length in [0, 10, 16, 100, 4096, 6000, whole / 8192 * 4096, whole - 4096] {
            let home = filled(init);
            let file = File::options().write(true).open(home.journal()).expect("a journal");
            file.set_len(length).expect("cut");
            hopeless(&home, if length < 16 { "too short to be a journal" } else { "error: " });
        }
    }
}

#[test]
fn a_journal_of_a_newer_coach_is_refused_and_not_touched() {
    let home = filled(&["--plain"]);
    let conn = Connection::open(home.journal()).expect("a plain journal");
    let known: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).expect("it");
    conn.pragma_update(None, "user_version", known + 1).expect("raised");
    drop(conn);
    hopeless(&home, "a newer coach wrote this journal");
}

#[test]
fn a_key_that_is_not_this_journals_opens_nothing() {
    let (home, other) = (filled(&[]), filled(&[]));
    let before = files(home.path());
    let theirs = other.key().display().to_string();
    for args in EVERY {
        let run = home.run(["--key-file", &theirs].iter().chain(*args));
        refused(&run, 5, "not the key of this journal");
    }
    assert!(files(home.path()) == before);
    fs::copy(other.key(), home.key()).expect("under this salt's name");
    hopeless(&home, "key");
    fs::rename(home.key(), home.keys().join("0123456789abcdef.key")).expect("under another name");
    hopeless(&home, "no key in");
}

#[test]
fn a_missing_key_file_says_how_to_bring_it_back() {
    let home = filled(&[]);
    let away = home.path().join("away.key");
    fs::rename(home.key(), &away).expect("moved");
    hopeless(&home, "coach key recover");
    refused(&home.run(["--key-file", "nowhere.key", "notes", "list"]), 5, "nowhere.key");
    home.ok(["--key-file", "away.key", "notes", "list"]);
    fs::remove_dir(home.keys()).expect("no key directory at all");
    hopeless(&home, "coach key recover");
}

#[test]
fn a_damaged_key_file_is_found_by_its_checksum() {
    let home = filled(&[]);
    let line = fs::read_to_string(home.key()).expect("a line");
    for at in [0, 9, 10, 40, line.len() - 2] {
        let mut slip = line.clone().into_bytes();
        slip[at] = if slip[at] == b'q' { b'p' } else { b'q' };
        fs::write(home.key(), slip).expect("damaged");
        hopeless(&home, "is damaged");
    }
    for content in [&b""[..], b"\xff\xfe", &line.as_bytes()[..30]] {
        fs::write(home.key(), content).expect("damaged");
        hopeless(&home, "is damaged");
    }
}

#[test]
fn a_key_file_that_others_may_read_is_refused() {
    let home = filled(&[]);
    for open in [0o644, 0o640, 0o660, 0o604, 0o602, 0o610] {
        set_mode(&home.key(), open);
        hopeless(&home, "chmod 600");
        let named = home.key().display().to_string();
        refused(&home.run(["--key-file", &named, "due"]), 5, &format!("(mode {open:o})"));
    }
    set_mode(&home.key(), 0o400);
    home.ok(READ);
}

#[test]
fn a_flipped_bit_is_an_error_and_never_another_truth() {
    let home = filled(&[]);
    let whole = fs::read(home.journal()).expect("bytes");
    let reads = ["notes list", "notes show N1", "engagement show acme-cfo", "due", "history"]
        .map(|args| args.split(' ').chain(["--json"]).collect::<Vec<_>>());
    let truth = reads.each_ref().map(|args| home.ok(args));
    let mut found = 0;
    let pages = (1..whole.len() / 4096).map(|page| page * 4096 + 700);
    for at in [0, 7, 8, 15, 16, 100, 4000, 4095].into_iter().chain(pages) {
        let mut bad = whole.clone();
        bad[at] ^= 0x10;
        fs::write(home.journal(), &bad).expect("flipped");
        for (args, truth) in reads.iter().zip(&truth) {
            let run = home.run(args);
            // A read that has no need of the page is right; page 1 everything needs.
            let right = run.code == 0 && run.out == *truth && at >= 4096;
            assert!(right || run.code == 5, "byte {at}, {args:?} told another truth: {run:?}");
            found += usize::from(run.code == 5);
        }
        assert!(fs::read(home.journal()).expect("bytes") == bad, "a read changed the file");
        let run = home.run(WRITE);
        assert!(run.code == 5 || run.code == 0 && at >= 4096, "byte {at}: {run:?}");
        if run.code == 5 {
            assert!(fs::read(home.journal()).expect("bytes") == bad, "a refused write wrote: {at}");
        }
    }
    assert!(found > 12 * reads.len(), "only {found} were found");
    fs::write(home.journal(), &whole).expect("put back");
    intact(&home);
}

#[test]
fn a_flipped_bit_in_a_plain_journal_is_never_called_a_bug() {
    let home = filled(&["--plain"]);
    let whole = fs::read(home.journal()).expect("bytes");
    let schema = whole.windows(12).position(|at| at == b"CREATE TABLE").expect("a schema");
    let head = [0, 16, 18, 20, 28, 44, 52, 56, 60, 68, 100, 103, 105];
    let spread = (0..whole.len()).step_by(whole.len() / 40);
    for at in head.into_iter().chain(schema..schema + 30).chain(spread) {
        let mut bad = whole.clone();
        bad[at] ^= 0x04;
        fs::write(home.journal(), &bad).expect("flipped");
        for args in [READ, WRITE] {
            let run = home.run(args);
            assert!(matches!(run.code, 0 | 3 | 5), "byte {at}, {args:?}: {run:?}");
        }
    }
}

#[test]
fn init_never_touches_what_is_there() {
    let home = filled(&[]);
    let before = files(home.path());
    for args in [&["init"][..], &["init", "--plain"], &["init", "--recovery-to", "line.txt"]] {
        refused(&home.run(args), 4, "already");
    }
    fs::write(home.path().join("mine.txt"), "mine").expect("written");
    fs::write(home.path().join("empty"), "").expect("written");
    fs::create_dir(home.path().join("folder")).expect("made");
    symlink("nowhere", home.path().join("link")).expect("made");
    let with_mine = files(home.path());
    for path in ["mine.txt", "empty", "folder", "link"] {
        refused(&home.run(["--journal", path, "init"]), 4, "already");
    }
    assert!(files(home.path()) == with_mine && with_mine.len() == before.len() + 3);
    let run = home.run(["--journal", "second", "init", "--recovery-to", "mine.txt"]);
    run.failed(6, "mine.txt");
    home.run(["--journal", "second", "init", "--recovery-to", "nowhere/line"]).failed(6, "nowhere");
    assert!(files(home.path()) == with_mine, "a journal was made, or a file overwritten");
}

#[test]
fn two_journals_on_one_machine_never_touch_each_others_key() {
    let home = filled(&[]);
    let first = home.key();
    let before = files(home.path());
    home.ok(["--journal", "second.coach", "init", "--recovery-to", "second.line"]);
    home.ok(["--journal", "second.coach", "person", "add", "Noor Haddad"]);
    let after = files(home.path());
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)));
    let made = "a journal, its key, its line, its copy of the day and the index of copies";
    assert_eq!(after.len(), before.len() + 5, "{made}");
    let keys = files(&home.keys());
    let second = keys.keys().find(|path| **path != first).expect("a second key");
    assert_ne!(keys[&first], keys[second]);
    fs::remove_file(second).expect("lost");
    let line = fs::read(home.path().join("second.line")).expect("a line");
    refused(&home.run(["--journal", "second.coach", "person", "list"]), 5, "no key in");
    assert_eq!(home.pipe(["--journal", "second.coach", "key", "recover"], line).code, 0);
    assert!(files(&home.keys()) == keys, "the second key is back, the first as it was");
    assert!(!home.ok(["person", "list"]).contains("Noor"));
    assert!(home.ok(["--journal", "second.coach", "person", "list"]).contains("Noor"));
}

#[test]
fn a_copy_of_the_journal_is_opened_by_its_key_wherever_it_lies() {
    let home = filled(&[]);
    fs::copy(home.journal(), home.path().join("copy.coach")).expect("copied");
    home.ok(["--journal", "copy.coach", "person", "add", "Noor Haddad"]);
    assert_eq!(home.json(["person", "list"]).as_array().map(Vec::len), Some(1));
    assert_eq!(files(&home.keys()).len(), 1);
}

#[test]
fn only_the_journals_own_recovery_line_brings_the_key_back() {
    let (home, other) = (filled(&[]), filled(&[]));
    home.ok(["key", "show-recovery", "--recovery-to", "line"]);
    other.ok(["key", "show-recovery", "--recovery-to", "line"]);
    let line = fs::read_to_string(home.path().join("line")).expect("a line");
    let theirs = fs::read_to_string(other.path().join("line")).expect("a line");
    let whole = files(home.path());
    refused(&home.pipe(["key", "recover"], &line), 4, "never overwrites");
    assert!(files(home.path()) == whole);
    fs::remove_file(home.key()).expect("lost");
    let lost = files(home.path());
    let mut slip = line.clone().into_bytes();
    slip.swap(30, 31);
    slip[50] = if slip[50] == b'q' { b'p' } else { b'q' };
    home.pipe(["key", "recover"], slip).failed(2, "its checksum does not fit");
    home.pipe(["key", "recover"], "").failed(2, "no recovery line");
    home.pipe(["key", "recover"], b"\xff\0".repeat(4000)).failed(2, "recovery line");
    refused(&home.pipe(["key", "recover"], &theirs), 5, "not the key of this journal");
    assert!(files(home.path()) == lost, "a wrong line left something behind");
    let spaced = format!("  {} {}\n\n", &line[..30], &line[30..]);
    assert_eq!(home.pipe(["key", "recover"], spaced).code, 0);
    assert!(files(home.path()) == whole, "the key is back, byte for byte");
    assert_eq!(mode(&home.key()), 0o600);
    home.ok(READ);
    let plain = filled(&["--plain"]);
    plain.pipe(["key", "recover"], &line).failed(4, "it has no key");
}

#[test]
fn a_recovery_line_is_never_shown_to_a_script() {
    let home = filled(&[]);
    let line = fs::read_to_string(home.key()).expect("a key");
    home.run(["key", "show-recovery"]).failed(2, "--recovery-to");
    for args in [&["key", "status"][..], &["key", "status", "-v"], &["due", "-v"]] {
        let run = home.run(args);
        assert!(!format!("{}{}", run.out, run.err).contains(&line[10..40]), "{run:?}");
    }
    home.ok(["key", "show-recovery", "--recovery-to", "line"]);
    home.run(["key", "show-recovery", "--recovery-to", "line"]).failed(6, "line is there already");
}

#[test]
fn what_is_secret_is_its_owners_alone_whatever_the_umask() {
    for umask in ["0000", "0022", "0077"] {
        let home = Home::empty();
        let run = shell(&home, &format!("umask {umask}; $COACH init --recovery-to line"));
        assert_eq!(run.code, 0, "{run:?}");
        let run = shell(&home, &format!("umask {umask}; $COACH person list --json -o list.json"));
        assert_eq!(run.code, 0, "{run:?}");
        let config = home.keys().parent().expect("a directory").to_owned();
        let data = home.journal().parent().expect("a directory").to_owned();
        for dir in [home.keys(), config, data] {
            assert_eq!(mode(&dir), 0o700, "{dir:?} with umask {umask}");
        }
        let (line, list) = (home.path().join("line"), home.path().join("list.json"));
        for file in [home.journal(), home.key(), line, list] {
            assert_eq!(mode(&file), 0o600, "{file:?} with umask {umask}");
        }
    }
}

#[test]
fn an_answer_never_takes_the_place_of_a_journal_or_a_key() {
    let home = filled(&[]);
    let (journal, key) = (home.journal(), home.key());
    let before = (fs::read(&journal).expect("bytes"), fs::read(&key).expect("bytes"));
    let link = home.path().join("link");
    std::os::unix::fs::symlink(&journal, &link).expect("a link");
    let other = home.path().join("other");
    let named = other.display().to_string();
    home.ok(["--journal", &named, "init"]);
    for own in [&journal, &key, &link, &other] {
        let own = own.display().to_string();
        refused(&home.run(["due", "--force", "-o", &own]), 4, "was not touched");
    }
    assert!((fs::read(&journal).expect("bytes"), fs::read(&key).expect("bytes")) == before);
}
