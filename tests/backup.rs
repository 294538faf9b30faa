//! Copies of a journal and the way back from one: whatever is wrong with a copy, the journal stays as
//! it was; whatever becomes of the machine, a copy and the recovery line bring everything back.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/draft.rs"]
mod draft;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use common::Home;
use evidence::{files, filled, hex_key, intact, mode, refused};
use rusqlite::Connection;
use serde_json::Value;

/// Every list there is, as a script reads it.
fn everything(home: &Home) -> Vec<Value> {
    let lists = [
        &["engagement", "list"][..],
        &["session", "list"],
        &["notes", "list"],
        &["action", "list"],
        &["goal", "list"],
        &["person", "list"],
        &["org", "list"],
    ];
    lists.iter().map(|list| home.json(*list)).collect()
}

/// A home with a journal that fills some pages, a copy of it on a stick, and its recovery line.
fn with_copy() -> Home {
    let home = filled(&["--recovery-to", "line"]);
    home.ok(["backup", "now", "-o", "stick"]);
    home
}

fn copies(home: &Home) -> Vec<Value> {
    home.json(["backup", "list"]).as_array().expect("a list").clone()
}

#[test]
fn a_copy_with_a_flipped_byte_or_a_missing_end_is_refused_and_never_restored() {
    let home = with_copy();
    home.ok(["note", "-e", "acme-cfo", "since then"]);
    let sound = fs::read(home.path().join("stick")).expect("a copy");
    let before = files(home.path());
    let bad = home.path().join("bad");
    let tried = |bytes: &[u8], what: &str| {
        fs::write(&bad, bytes).expect("written");
        let run = home.run(["restore", "bad", "--yes"]);
        assert_eq!((run.code, run.out.as_str()), (5, ""), "{what}: {run:?}");
        assert!(run.err.contains("nothing was changed"), "{what}: {run:?}");
        assert_eq!(home.run(["backup", "verify", "bad"]).code, 1, "{what}");
        fs::remove_file(&bad).expect("removed");
        assert!(files(home.path()) == before, "{what} changed a file");
    };
    for at in (0..sound.len()).step_by(sound.len() / 40).chain([15, 16, 100, sound.len() - 1]) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x10;
        tried(&bytes, &format!("byte {at}"));
    }
    for length in [0, 15, 4096, sound.len() / 2, sound.len() - 4096, sound.len() - 1] {
        tried(&sound[..length], &format!("the first {length} bytes"));
    }
    tried(&[0; 40_000], "zeros");
}

#[test]
fn a_copy_and_the_recovery_line_give_everything_back_on_an_empty_machine() {
    let home = with_copy();
    let (all, history) = (everything(&home), home.json(["history"]));
    let new = Home::empty();
    let stick = home.path().join("stick").display().to_string();
    let line = fs::read(home.path().join("line")).expect("the line");
    refused(&new.run(["restore", &stick]), 5, "--recovery");
    assert_eq!(new.pipe(["restore", &stick, "--recovery"], &line).code, 0);
    assert_eq!(everything(&new), all);
    let steps = new.json(["history"]);
    assert_eq!(steps.as_array().expect("steps")[1..], *history.as_array().expect("steps"));
    assert_eq!((mode(&new.journal()), mode(&new.key())), (0o600, 0o600));
    assert_eq!(fs::read(new.key()).expect("a key"), fs::read(home.key()).expect("a key"));
    intact(&new);
    new.ok(["note", "-e", "acme-cfo", "on the new machine"]);
}

#[test]
fn a_sealed_copy_is_opened_by_its_identity_and_holds_neither_words_nor_the_journals_key() {
    let home = filled(&[]);
    let (mine, other) = (Identity::generate(), Identity::generate());
    let key = mine.to_public().to_string();
    home.fails(2, "-o FILE", ["backup", "now", "--to-recipient", &key]);
    home.fails(2, "age1", ["backup", "now", "--to-recipient", "age1nobody", "-o", "sealed"]);
    home.ok(["backup", "now", "--to-recipient", &key, "-o", "sealed"]);
    assert_eq!(mode(&home.path().join("sealed")), 0o600);
    let all = everything(&home);
    let new = Home::empty();
    fs::copy(home.path().join("sealed"), new.path().join("sealed")).expect("copied");
    for (name, identity) in [("mine", &mine), ("other", &other)] {
        let secret = format!("# a key\n{}\n", identity.to_string().expose_secret());
        fs::write(new.path().join(name), secret).expect("written");
        evidence::set_mode(&new.path().join(name), 0o600);
    }
    let empty = files(new.path());
    new.fails(5, "another age key", ["restore", "sealed", "--identity", "other"]);
    new.fails(2, "no secret age key", ["restore", "sealed", "--identity", "sealed"]);
    let mut bytes = fs::read(new.path().join("sealed")).expect("sealed");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(new.path().join("bad"), bytes).expect("written");
    new.fails(5, "nothing was changed", ["restore", "bad", "--identity", "mine"]);
    fs::remove_file(new.path().join("bad")).expect("removed");
    assert!(files(new.path()) == empty, "a refusal left something");
    new.ok(["restore", "sealed", "--identity", "mine"]);
    assert_eq!(everything(&new), all);
    assert_ne!(hex_key(&new.key()), hex_key(&home.key()), "the copy has a key of its own");
    intact(&new);
}

#[test]
fn a_sealed_copy_comes_back_over_its_own_journal_which_keeps_its_key_and_line() {
    let home = filled(&["--recovery-to", "line"]);
    let mine = Identity::generate();
    let secret = format!(
        "{}\n{}\n",
        Identity::generate().to_string().expose_secret(),
        mine.to_string().expose_secret()
    );
    fs::write(home.path().join("mine"), secret).expect("written");
    evidence::set_mode(&home.path().join("mine"), 0o600);
    let all = everything(&home);
    home.ok(["backup", "now", "--to-recipient", &mine.to_public().to_string(), "-o", "sealed"]);
    home.ok(["note", "-e", "acme-cfo", "since then"]);
    let keys = files(&home.keys());
    home.fails(2, "--identity", ["restore", "sealed", "--yes"]);
    home.ok(["restore", "sealed", "--identity", "mine", "--yes"]);
    assert_eq!(everything(&home), all);
    assert!(files(&home.keys()) == keys, "the journal keeps its key");
    fs::remove_file(home.key()).expect("lost");
    let line = fs::read(home.path().join("line")).expect("the line");
    assert_eq!(home.pipe(["key", "recover"], &line).code, 0);
    assert_eq!(everything(&home), all);
    intact(&home);
}

#[test]
fn what_an_interrupted_write_left_is_never_played_into_a_restored_journal() {
    let home = with_copy();
    let all = everything(&home);
    let rollback = home.journal().with_file_name("journal.coach-journal");
    for gone in [true, false] {
        // A hot rollback journal, as a killed writer leaves it beside its file.
        let conn = Connection::open(home.journal()).expect("the journal");
        let key = hex_key(&home.key());
        conn.execute_batch(&format!(
            "PRAGMA key = \"x'{key}'\"; PRAGMA cache_size = 2; BEGIN IMMEDIATE;
             UPDATE note_revision SET text = text || 'x'; UPDATE action SET what = 'x';"
        ))
        .expect("a write");
        let hot = fs::read(&rollback).expect("a rollback journal");
        drop(conn);
        fs::write(&rollback, hot).expect("written");
        match gone {
            true => fs::remove_file(home.journal()).expect("moved away"),
            false => fs::write(home.journal(), b"").expect("emptied"),
        }
        home.ok(["restore", "stick", "--yes"]);
        assert_eq!(everything(&home), all);
        intact(&home);
    }
    fs::write(&rollback, b"left").expect("written");
    fs::remove_file(home.journal()).expect("moved away");
    home.fails(4, "journal.coach-journal", ["init"]);
}

#[test]
fn what_others_write_while_a_copy_is_restored_is_in_the_state_that_is_kept() {
    let home = with_copy();
    for at in 0..40 {
        assert_eq!(
            home.pipe(["note", "-e", "acme-cfo", "-"], format!("{at} ").repeat(20_000)).code,
            0
        );
    }
    let written = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = Vec::new();
            for at in 0..60 {
                let words = format!("captured {at}");
                if home.run(["note", "-e", "acme-cfo", &words]).code == 0 {
                    written.push(words);
                }
            }
            written
        });
        thread::sleep(Duration::from_millis(150));
        let run = home.run(["restore", "stick", "--yes"]);
        assert!([0, 5].contains(&run.code), "{run:?}");
        writer.join().expect("the writer ends")
    });
    let now = home.json(["notes", "list"]).to_string();
    let kept = copies(&home).into_iter().find_map(|copy| {
        let path = copy["path"].as_str().expect("a path").to_owned();
        path.contains("before-restore").then_some(path)
    });
    let kept = kept.map(|kept| {
        home.ok(["restore", &kept, "--yes"]);
        home.json(["notes", "list"]).to_string()
    });
    for words in written {
        let words = format!("\"{words}\"");
        let is_kept = kept.as_ref().is_some_and(|kept| kept.contains(&words));
        assert!(now.contains(&words) || is_kept, "{words} is lost");
    }
}

#[test]
fn another_journal_is_never_replaced_and_a_key_file_never_taken_for_right() {
    let home = with_copy();
    let other = Home::empty();
    other.ok(["init"]);
    other.ok(["person", "add", "Noor Haddad"]);
    let stick = home.path().join("stick").display().to_string();
    let key = home.key().display().to_string();
    let before = files(other.path());
    for (set, args) in [
        (None, vec!["restore", &stick, "--yes", "--key-file", &key]),
        (Some(0o640), vec!["restore", &stick, "--yes", "--key-file", &key]),
    ] {
        if let Some(mode) = set {
            evidence::set_mode(&other.key(), mode);
        }
        let run = other.run(args);
        assert!([4, 5].contains(&run.code), "{run:?}");
        assert!(files(other.path()) == before, "{run:?}");
    }
    let line = fs::read(home.path().join("line")).expect("the line");
    fs::remove_file(other.key()).expect("lost");
    other.pipe(["restore", &stick, "--yes", "--recovery"], &line).failed(4, "not known to be");
    // A key file of the copy's salt that holds something else stops it before anything changes.
    let new = Home::empty();
    fs::create_dir_all(new.keys()).expect("made");
    evidence::set_mode(&new.keys(), 0o700);
    let named = new.keys().join(home.key().file_name().expect("a name"));
    fs::write(&named, "garbage").expect("written");
    evidence::set_mode(&named, 0o600);
    new.pipe(["restore", &stick, "--recovery"], &line).failed(4, "never overwrites");
    assert!(!new.journal().exists());
}

#[test]
fn looking_into_a_copy_and_clocks_that_ran_ahead_cost_no_copy() {
    let mut home = filled(&[]);
    home.at("2026-11-22T10:00:00+01:00");
    let old = copies(&home)[0]["path"].as_str().expect("a path").to_owned();
    home.ok(["--journal", &old, "notes", "list"]);
    assert_eq!(copies(&home).len(), 1, "no copy of a copy");
    for day in 23..=30 {
        home.at(&format!("2026-11-{day}T10:00:00+01:00"));
        home.ok(["person", "list"]);
    }
    home.at("2026-11-23T15:00:00+01:00");
    home.ok(["person", "add", "Noor"]);
    let made = home.json(["backup", "now"]);
    assert!(fs::metadata(made["path"].as_str().expect("a path")).is_ok(), "{made}");
    // Files of others beside the journal are no leftovers of ours.
    let foreign = home.journal().with_file_name("thesis.part");
    fs::write(&foreign, "mine").expect("written");
    home.run(["doctor", "--fix"]);
    assert!(foreign.exists());
}

#[test]
fn odd_names_links_and_pipes_are_refused_and_leave_nothing() {
    use std::os::unix::ffi::OsStrExt;
    let home = filled(&["--plain"]);
    home.ok(["backup", "now", "-o", "stick"]);
    let before = files(home.path());
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.coach");
    let run = home.run([std::ffi::OsStr::new("backup"), "now".as_ref(), "-o".as_ref(), odd]);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(files(home.path()) == before, "a copy lies under a mangled name");
    std::os::unix::fs::symlink("nowhere/journal.coach", home.path().join("link")).expect("a link");
    home.fails(5, "a link to nothing", ["--journal", "link", "restore", "stick"]);
    home.fails(6, "is there already", ["backup", "now", "-o", "link"]);
    let pipe = home.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    home.fails(3, "there is no file", ["restore", "pipe", "--yes"]);
    home.ok(["backup", "now", "-o", "stick", "--force"]);
}

#[test]
fn copies_made_at_once_are_all_known_and_a_draft_is_stored_once() {
    let home = filled(&[]);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| home.ok(["backup", "now"]));
        }
    });
    let all = copies(&home);
    assert!(all.iter().all(|copy| copy["verified"] == true), "{all:?}");
    draft::plant(&home, "said once");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| home.ok(["drafts", "store"]));
        }
    });
    let notes = home.json(["notes", "list"]).to_string();
    assert_eq!(notes.matches("said once").count(), 1, "{notes}");
    assert_eq!(home.json(["drafts", "list"]), Value::Array(Vec::new()));
}

#[test]
fn a_draft_of_a_run_that_was_killed_waits_again_and_doctor_takes_no_words() {
    let home = filled(&[]);
    draft::plant(&home, "kept words");
    // As a process leaves it that is killed between the claim and the end.
    let claimed = draft::path(&home).with_extension("draft.999999999.new");
    fs::rename(draft::path(&home), &claimed).expect("claimed");
    let half = draft::path(&home).with_extension("writing.999999999.new");
    fs::write(&half, "").expect("a half file");
    evidence::set_mode(&half, 0o600);
    home.ok(["doctor", "--fix"]);
    assert!(!half.exists());
    let run = home.run(["drafts", "list"]);
    assert!(run.err.is_empty() && run.out.contains("kept words"), "{run:?}");
    home.ok(["drafts", "store"]);
    assert!(home.json(["notes", "list"]).to_string().contains("kept words"));
}

#[test]
fn what_is_put_aside_is_private_and_a_link_keeps_its_rights() {
    let home = with_copy();
    fs::write(home.journal(), "short").expect("cut");
    evidence::set_mode(&home.journal(), 0o644);
    home.ok(["restore", "stick", "--yes"]);
    let shelves = home.journal().with_file_name("backups");
    let aside =
        files(&shelves).into_keys().find(|path| path.to_string_lossy().contains("unreadable"));
    assert_eq!(mode(&aside.expect("put aside")), 0o600);
    let shared = home.path().join("shared");
    fs::write(&shared, "of others").expect("written");
    evidence::set_mode(&shared, 0o644);
    std::os::unix::fs::symlink(&shared, home.keys().join("linked")).expect("a link");
    home.ok(["doctor", "--fix"]);
    assert_eq!(mode(&shared), 0o644);
}

#[test]
fn a_link_to_the_journal_stays_a_link_and_the_bundle_names_no_foreign_table() {
    let home = with_copy();
    let elsewhere = home.path().join("elsewhere");
    fs::rename(home.journal(), &elsewhere).expect("moved");
    std::os::unix::fs::symlink(&elsewhere, home.journal()).expect("a link");
    let all = everything(&home);
    let mut bytes = fs::read(&elsewhere).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&elsewhere, bytes).expect("damaged");
    home.ok(["restore", "stick", "--yes"]);
    assert!(home.journal().is_symlink());
    assert_eq!(everything(&home), all);
    let plain = filled(&["--plain"]);
    let conn = Connection::open(plain.journal()).expect("a journal");
    conn.execute_batch("CREATE TABLE dana_is_leaving (a)").expect("a table");
    let bundle = plain.run(["doctor", "--bundle"]);
    assert!(bundle.code == 1 && !bundle.out.contains("dana"), "{bundle:?}");
}

#[test]
fn one_bad_draft_is_told_and_the_others_are_stored() {
    let home = filled(&[]);
    draft::plant(&home, "kept words");
    let bad = draft::path(&home).with_file_name("01940000-0000-7000-8000-0000000000ba.draft");
    fs::write(&bad, "no draft").expect("written");
    let run = home.run(["drafts", "list", "--json"]);
    assert!(run.code == 0 && run.out.contains("kept words"), "{run:?}");
    assert!(run.err.contains("no draft of this journal"), "{run:?}");
    home.ok(["drafts", "store"]);
    assert!(home.json(["notes", "list"]).to_string().contains("kept words"));
    home.ok(["drafts", "discard", "0000ba"]);
    assert!(!bad.exists());
}

#[test]
fn days_go_by_and_the_copies_of_seven_days_four_weeks_and_the_months_stay() {
    let mut home = Home::new();
    for day in 0..100_i64 {
        let on = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day")
            + chrono::TimeDelta::days(day);
        home.at(&format!("{on}T08:00:00+01:00"));
        home.ok(["person", "add", &format!("Person {day}")]);
        home.ok(["person", "list"]);
    }
    let made: Vec<String> = copies(&home)
        .iter()
        .map(|copy| copy["made_at"].as_str().expect("at")[..10].to_owned())
        .collect();
    let expected = [
        "2026-04-10",
        "2026-04-09",
        "2026-04-08",
        "2026-04-07",
        "2026-04-06",
        "2026-04-05",
        "2026-04-04",
        "2026-03-31",
        "2026-03-29",
        "2026-03-22",
        "2026-02-28",
        "2026-01-31",
    ];
    assert_eq!(made, expected);
    assert!(copies(&home).iter().all(|copy| copy["verified"] == true));
    // An emptied journal pushes the full copy out of no place.
    let fullest = copies(&home)[0]["records"].as_u64().expect("records");
    for person in 1..=100 {
        home.ok(["person", "remove", &format!("P{person}")]);
    }
    for day in 11..29 {
        home.at(&format!("2026-04-{day}T08:00:00+02:00"));
        home.ok(["person", "list"]);
    }
    let most = copies(&home).iter().filter_map(|copy| copy["records"].as_u64()).max();
    assert_eq!(most, Some(fullest));
}

#[test]
fn a_daily_copy_that_fails_warns_and_the_command_stands() {
    let home = Home::new();
    let backups = home.journal().with_file_name("backups");
    fs::write(&backups, "in the way").expect("written");
    let run = home.run(["person", "add", "Noor Haddad"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("warning: no copy can be made"), "{run:?}");
    fs::remove_file(&backups).expect("removed");
    home.ok(["person", "list"]);
    assert_eq!(copies(&home).len(), 1);
}

#[test]
fn nothing_is_copied_between_two_captures() {
    let mut home = Home::with_two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    home.at("2026-11-22T09:59:00+01:00");
    for _ in 0..3 {
        home.ok(["deep-dive", "-e", "acme-cfo", "a thought"]);
    }
    home.ok(["due"]);
    assert_eq!(copies(&home).len(), 1, "only that of the day before");
    home.ok(["session", "end", "acme-cfo", "--minutes", "80"]);
    assert_eq!(copies(&home).len(), 2);
}

#[test]
fn a_restoration_that_is_killed_leaves_the_state_before_or_the_one_after() {
    let home = with_copy();
    home.ok(["note", "-e", "acme-cfo", "since then"]);
    let (journal, old) = (fs::read(home.journal()).expect("bytes"), everything(&home));
    let there = |name: &str| fs::metadata(home.path().join(name)).is_ok();
    assert!(there("stick"));
    home.ok(["restore", "stick", "--yes"]);
    let new = everything(&home);
    assert_ne!(old, new);
    let mut seen = [0, 0];
    for round in 0..40_u64 {
        fs::write(home.journal(), &journal).expect("written");
        let mut child = home
            .command(["restore", "stick", "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("coach starts");
        thread::sleep(Duration::from_micros(1_000 + round * 1_500));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let now = everything(&home);
        assert!(now == old || now == new, "round {round}: neither");
        seen[usize::from(now == new)] += 1;
    }
    assert!(seen[0] > 0, "every kill came too late: {seen:?}");
    home.ok(["doctor", "--fix"]);
    // A rollback file that was made and not yet written to goes with the next write.
    home.ok(["note", "-e", "acme-cfo", "after it all"]);
    intact(&home);
}

/// Holds the journal for itself until the guard is dropped.
fn hold(home: &Home) -> Connection {
    let conn = Connection::open(home.journal()).expect("the journal");
    let key = hex_key(&home.key());
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; BEGIN EXCLUSIVE")).expect("the lock");
    conn
}

#[test]
fn words_that_a_busy_journal_refuses_are_kept_and_stored_where_they_were_meant() {
    let story = |home: &Home| {
        home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes"]);
        home.ok(["session", "start", "acme-cfo"]);
        home.ok(["plan", "Ring the chair"]);
    };
    let captures: [(&[&str], &str); 6] = [
        (&["check-in", "--partly", "A1", "--reflection", "-"], "half of it"),
        (&["deep-dive", "--question", "who", "decides"], ""),
        (&["challenge", "--shared"], "says who?\nand why?"),
        (&["plan", "--due", "fri", "-"], "Send the memo"),
        (&["note", "-e", "acme-cfo", "--kind", "insight", "-"], "it was fear"),
        (&["check-in", "--from", "-"], "{\"action\":\"A1\",\"outcome\":\"done\"}"),
    ];
    let (busy, free) = (Home::new(), Home::new());
    story(&busy);
    story(&free);
    let held = hold(&busy);
    thread::scope(|scope| {
        for (at, (args, words)) in captures.iter().enumerate() {
            let home = &busy;
            scope.spawn(move || {
                // Each at a moment of its own, so that their order is known.
                let now = format!("2026-11-21T10:0{at}:00+01:00");
                let mut child = home
                    .command(*args)
                    .env("COACH_NOW", now)
                    .stdin(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("coach starts");
                std::io::Write::write_all(
                    &mut child.stdin.take().expect("stdin"),
                    words.as_bytes(),
                )
                .expect("piped");
                let run = common::Run::of(&child.wait_with_output().expect("coach ends"));
                run.failed(5, "your words are kept: coach drafts store");
            });
        }
    });
    drop(held);
    let drafts = busy.json(["drafts", "list"]);
    assert_eq!(drafts.as_array().expect("drafts").len(), captures.len());
    assert!(busy.ok(["today"]).contains("6 drafts wait: coach drafts"));
    // Their places could not be read under that lock, and only `note` names one: it is stored, and
    // the others wait.
    busy.run(["drafts", "store"]).failed(4, "it is not known for whom");
    assert_eq!(busy.json(["drafts", "list"]).as_array().expect("drafts").len(), 5);
    busy.ok(["drafts", "store", "-e", "acme-cfo"]);
    assert_eq!(busy.json(["drafts", "list"]), Value::Array(Vec::new()));
    for at in [4, 0, 1, 2, 3, 5] {
        let (args, words) = captures[at];
        let mut home = free.command(args);
        home.env("COACH_NOW", format!("2026-11-21T10:0{at}:00+01:00")).stdin(Stdio::piped());
        let mut child = home.stdout(Stdio::null()).spawn().expect("coach starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("stdin"), words.as_bytes())
            .expect("piped");
        assert!(child.wait().expect("coach ends").success());
    }
    let without_ids = |home: &Home| {
        let mut all = everything(home);
        all.iter_mut().flat_map(|list| list.as_array_mut().expect("a list")).for_each(|record| {
            record.as_object_mut().expect("a record").remove("id");
        });
        all
    };
    assert_eq!(without_ids(&busy), without_ids(&free));
}

#[test]
fn a_draft_goes_to_the_session_it_was_meant_for_even_when_another_is_open_by_then() {
    let mut home = Home::with_two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    // A writer that has not come to its commit lets others read, so the place is known.
    let held = Connection::open(home.journal()).expect("the journal");
    let key = hex_key(&home.key());
    held.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; BEGIN IMMEDIATE")).expect("the lock");
    let run = home.pipe(["challenge", "--assumption", "-"], "nobody else can");
    run.failed(5, "your words are kept");
    drop(held);
    home.at("2026-11-21T12:00:00+01:00");
    home.ok(["session", "end", "acme-cfo", "--minutes", "80"]);
    home.ok(["session", "start", "beta-ceo"]);
    home.ok(["drafts", "store"]);
    let notes = home.json(["notes", "list"]);
    let note = &notes.as_array().expect("notes")[0];
    assert_eq!((&note["engagement"], &note["session"]), (&"acme-cfo".into(), &"S1".into()));
    assert_eq!(note["at"], "2026-11-21T10:00:00+01:00", "when it was said");
}

/// What `doctor` says of one check.
fn state(home: &Home, check: &str) -> String {
    let run = home.run(["doctor", "--json"]);
    let all: Value = serde_json::from_str(&run.out).expect("JSON");
    let found = all.as_array().expect("checks").iter().filter(|each| each["check"] == check);
    let worst = found
        .map(|each| each["state"].as_str().expect("a state").to_owned())
        .max_by_key(|state| ["ok", "fixed", "note", "problem"].iter().position(|one| one == state));
    let problems = run.out.contains("\"problem\"");
    assert_eq!(run.code, i32::from(problems), "{run:?}");
    worst.unwrap_or_else(|| panic!("no check {check}: {run:?}"))
}

#[test]
fn doctor_sees_each_fault() {
    let alter = |sql: &str| {
        let home = filled(&["--plain"]);
        home.ok(["session", "add", "acme-cfo", "2026-11-10 10:00", "--minutes", "80"]);
        Connection::open(home.journal()).expect("a journal").execute_batch(sql).expect(sql);
        home
    };
    assert_eq!(state(&alter("SELECT 1"), "log"), "ok");
    assert_eq!(state(&alter("DROP INDEX note_session"), "schema"), "problem");
    assert_eq!(state(&alter("CREATE TABLE other (a)"), "schema"), "problem");
    for sql in [
        "UPDATE action SET what = 'other'",
        "UPDATE session SET minutes = 81",
        "DELETE FROM note_revision; DELETE FROM note",
        "DELETE FROM change WHERE field = 'name'",
        "DELETE FROM change WHERE record = (SELECT id FROM goal)",
    ] {
        assert_eq!(
            state(&alter(&format!("PRAGMA foreign_keys = OFF; {sql}")), "log"),
            "problem",
            "{sql}"
        );
    }
    let off = alter("SELECT 1");
    // The index is taken for another journal's: emptied, while the notes stand.
    let conn = Connection::open(off.journal()).expect("a journal");
    conn.execute_batch("INSERT INTO search (search) VALUES ('delete-all')").expect("emptied");
    drop(conn);
    assert_eq!(state(&off, "index"), "problem");
    off.ok(["doctor", "--fix"]);
    assert_eq!(state(&off, "index"), "ok");
    assert_ne!(off.json(["search", "went"]), Value::Array(Vec::new()));
    assert_eq!(state(&alter("DELETE FROM ref WHERE prefix = 'A'"), "refs"), "problem");
    let stray = "INSERT INTO ref (prefix, number, record) VALUES ('N', 99, 'nobody')";
    assert_eq!(state(&alter(stray), "refs"), "problem");
    let orphan = "PRAGMA foreign_keys = OFF; DELETE FROM engagement";
    assert_eq!(state(&alter(orphan), "pages"), "problem");

    let mut home = with_copy();
    assert_eq!(state(&home, "backups"), "ok");
    home.at("2026-12-21T10:00:00+01:00");
    assert_eq!(state(&home, "backups"), "problem");
    home.ok(["backup", "now"]);
    assert_eq!(state(&home, "backups"), "ok");
    let leftover = home.journal().with_file_name("journal.coach.999999999.new");
    fs::write(&leftover, "half").expect("written");
    assert_eq!(state(&home, "file"), "note");
    home.ok(["doctor", "--fix"]);
    assert!(!leftover.exists());
    for path in [home.journal(), home.keys(), home.journal().with_file_name("backups")] {
        let was = mode(&path);
        evidence::set_mode(&path, 0o755);
        let said = state(&home, "rights");
        assert_eq!(said, "problem", "{path:?}");
        home.ok(["doctor", "--fix"]);
        assert_eq!(mode(&path), was, "{path:?}");
    }
    let mut bytes = fs::read(home.journal()).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(home.journal(), bytes).expect("written");
    let bad: Vec<PathBuf> = files(home.path()).into_keys().collect();
    let run = home.run(["doctor", "--fix"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("PROBLEM"), "{run:?}");
    assert_eq!(files(home.path()).into_keys().collect::<Vec<_>>(), bad, "a damaged file stays");
    fs::remove_file(home.key()).expect("removed");
    assert_eq!(state(&home, "key"), "problem");
}
