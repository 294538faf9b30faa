//! What fails around a sound journal: the disk, the rights, another process, the process itself.
//! What was confirmed stays, nothing is half written, and the journal opens afterwards.
//!
//! `COACH_KILLS` sets how often a writer is killed. What this machine cannot do is said on stderr
//! as `NOT RUN: …`, past the capture of the test's output.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use common::{Home, Run};
use evidence::{files, filled, intact, not_run, notes, refused, set_mode, shell};
use rusqlite::Connection;

const READ: &[&str] = &["notes", "list"];
const WRITE: &[&str] = &["note", "-e", "acme-cfo", "these words"];
const NOBODY: u32 = 65534;

/// Sends a signal to a process of ours.
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

fn give_away(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).expect("given away");
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a directory") {
            give_away(&entry.expect("an entry").path());
        }
    }
}

/// Runs `coach` as somebody whom file modes bind: as ourselves, or as nobody where we are root.
/// Nothing where this machine cannot.
fn bound(home: &Home, args: &[&str]) -> Option<Run> {
    let (root, coach) = (fs::metadata("/proc/self").ok()?.uid() == 0, home.path().join("coach"));
    if !root {
        return Some(home.run(args));
    }
    if !coach.exists() {
        // The one that was built may lie where nobody else may go.
        fs::copy(env!("CARGO_BIN_EXE_coach"), &coach).expect("copied");
        give_away(home.path());
    }
    let id = |name: &str| format!("--{name}={NOBODY}");
    let mut command = Command::new("setpriv");
    command.args([&id("reuid"), &id("regid"), "--clear-groups", "--"]).arg(&coach).args(args);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", home.path());
    command.env("TZ", "Europe/Berlin").env("COACH_NOW", common::NOW).current_dir(home.path());
    Some(Run::of(&command.stdin(Stdio::null()).output().ok()?))
}

#[test]
fn a_journal_that_may_not_be_written_is_still_read() {
    for init in [&[][..], &["--plain"]] {
        let home = filled(init);
        let Some(run) = bound(&home, READ) else {
            return not_run("read-only file and directory: this is root, and setpriv is not here");
        };
        assert_eq!(run.code, 0, "{run:?}");
        let dir = home.journal().parent().expect("a directory").to_owned();
        for (path, mode, back) in [(home.journal(), 0o400, 0o600), (dir, 0o500, 0o700)] {
            set_mode(&path, mode);
            let before = files(home.path());
            for args in [WRITE, &["undo"], &["person", "add", "Noor"]] {
                refused(&bound(&home, args).expect("it ran before"), 5, "read-only");
            }
            let read = bound(&home, READ).expect("it ran before");
            assert!(read.code == 0 && read.out.contains("so it went"), "{path:?}: {read:?}");
            assert!(files(home.path()) == before, "{path:?}");
            set_mode(&path, back);
            assert_eq!(bound(&home, WRITE).expect("it ran before").code, 0);
        }
    }
}

#[test]
fn a_journal_or_key_that_may_not_be_read_says_so() {
    let home = filled(&[]);
    if bound(&home, READ).is_none() {
        return not_run("unreadable file: this is root, and setpriv is not here");
    }
    let (journal, key) = (home.journal(), home.key());
    for path in [journal, key] {
        set_mode(&path, 0o000);
        for args in [READ, WRITE] {
            bound(&home, args).expect("it ran before").failed(5, "ermission denied");
        }
        set_mode(&path, 0o600);
    }
    let empty = Home::empty();
    let locked = empty.path().join("locked");
    fs::create_dir(&locked).expect("made");
    bound(&empty, &["due"]).expect("it ran before").failed(5, "coach init");
    set_mode(&locked, 0o500);
    let run = bound(&empty, &["--journal", "locked/j.coach", "init"]).expect("it ran before");
    run.failed(5, "cannot be made");
    assert!(!empty.keys().exists(), "a key without its journal");
}

#[test]
fn a_full_disk_loses_nothing_that_was_confirmed() {
    for init in [&[][..], &["--plain"]] {
        for over in [0, 4, 40, 120] {
            let home = filled(init);
            fs::write(home.path().join("long"), "many words ".repeat(2000)).expect("written");
            let blocks = fs::metadata(home.journal()).expect("a journal").len() / 512 + over;
            let run = shell(
                &home,
                &format!(
                    "ulimit -f {blocks}; for i in 1 2 3 4 5 6 7 8; do \
                     $COACH note -e acme-cfo --quiet - <long >said.$i 2>&1; echo $? >>codes; done"
                ),
            );
            let codes = fs::read_to_string(home.path().join("codes")).expect("codes");
            let codes: Vec<&str> = codes.lines().collect();
            assert_eq!(codes.len(), 8, "{run:?}");
            assert!(codes.iter().all(|code| ["0", "5"].contains(code)), "{codes:?}");
            let last = fs::read_to_string(home.path().join("said.8")).expect("what it said");
            assert!(codes[7] == "5" && last.contains("full"), "{codes:?} {last}");
            assert!(last.contains("nothing was written") && last.contains("hint: "), "{last}");
            let stored = codes.iter().filter(|code| **code == "0").count();
            assert_eq!(notes(&home).len(), 1 + stored, "{codes:?}");
            intact(&home);
            home.ok(WRITE);
        }
    }
    let home = filled(&[]);
    let before = files(home.path());
    let run = shell(&home, "ulimit -f 0; exec $COACH person add Noor");
    assert!(run.code == 5 && files(home.path()) == before, "{run:?}");
    let empty = Home::empty();
    let run = shell(&empty, "ulimit -f 8; exec $COACH init");
    assert_eq!(run.code, 5, "{run:?}");
    assert!(files(empty.path()).is_empty(), "half a journal: {:?}", files(empty.path()).keys());
}

#[test]
fn a_full_file_system_loses_nothing_that_was_confirmed() {
    let home = filled(&[]);
    fs::create_dir(home.path().join("small")).expect("made");
    fs::write(home.path().join("long"), "many words ".repeat(2000)).expect("written");
    let size = fs::metadata(home.journal()).expect("a journal").len() / 1024 + 120;
    let script = format!(
        "mount -t tmpfs -o size={size}k,mode=700 none small || exit 99
         cp .local/share/coachlog/journal.coach small/j && export COACH_JOURNAL=small/j
         for i in 1 2 3 4 5 6 7 8; do
           $COACH note -e acme-cfo --quiet - <long >said.$i 2>&1; echo $? >>codes
         done
         dd if=/dev/zero of=small/rest bs=1k 2>/dev/null
         $COACH person add Noor >said.none 2>&1; echo $? >>codes
         $COACH notes list --json >listed.json || exit 98
         rm small/rest; ls small >beside; cp small/j .local/share/coachlog/journal.coach"
    );
    let shell = format!("unshare -m sh -c '{script}'");
    let run = evidence::shell(&home, &shell);
    if run.code == 99 || run.code != 98 && !home.path().join("codes").exists() {
        return not_run("full tmpfs: a tmpfs may not be mounted here (unshare -m, mount)");
    }
    assert_eq!(run.code, 0, "{run:?}");
    let codes = fs::read_to_string(home.path().join("codes")).expect("codes");
    let codes: Vec<&str> = codes.lines().collect();
    assert!(codes.len() == 9 && codes[7..] == ["5", "5"], "{codes:?}");
    for said in ["said.8", "said.none"] {
        let said = fs::read_to_string(home.path().join(said)).expect("what it said");
        assert!(said.contains("full") && said.contains("nothing was written"), "{said}");
    }
    let stored = codes.iter().filter(|code| **code == "0").count();
    let listed = fs::read(home.path().join("listed.json")).expect("a list");
    let listed: serde_json::Value = serde_json::from_slice(&listed).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(1 + stored), "readable with no room left");
    assert_eq!(fs::read_to_string(home.path().join("beside")).expect("names"), "j\n");
    assert_eq!(notes(&home).len(), 1 + stored);
    intact(&home);
}

#[test]
fn a_journal_that_another_process_holds_is_waited_for_and_then_given_up() {
    let home = filled(&["--plain"]);
    let before = files(home.path());
    let other = Connection::open(home.journal()).expect("a plain journal");
    other.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    #[expect(clippy::disallowed_methods, reason = "the wait is what is tested")]
    let began = std::time::Instant::now();
    thread::scope(|scope| {
        for args in [READ, WRITE, &["due"], &["undo"]] {
            let home = &home;
            scope.spawn(move || refused(&home.run(args), 5, "another process holds the journal"));
        }
    });
    let waited = began.elapsed().as_secs_f64();
    assert!((4.5..9.0).contains(&waited), "{waited} s");
    other.execute_batch("ROLLBACK").expect("free");
    let mut after = files(home.path());
    let drafts: Vec<_> =
        after.keys().filter(|path| path.to_string_lossy().contains("/drafts/")).cloned().collect();
    assert_eq!(drafts.len(), 1, "the words of the capture are kept: {drafts:?}");
    after.retain(|path, _| !drafts.contains(path));
    assert!(after == before);
    other.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    let waiting = home.command(WRITE).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    thread::sleep(Duration::from_millis(700));
    other.execute_batch("ROLLBACK").expect("free");
    assert!(waiting.expect("coach starts").wait().expect("it ends").success(), "it did not wait");
    assert_eq!(notes(&home).len(), 2);
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_nothing_half_written() {
    let home = filled(&["--plain"]);
    let before = files(home.path());
    let other = Connection::open(home.journal()).expect("a plain journal");
    other.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    for args in [READ, WRITE, &["note", "-e", "acme-cfo", "-"], &["key", "recover"]] {
        let mut command = home.command(args);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("coach starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        let _ = pipe.write_all(b"half a thou");
        thread::sleep(Duration::from_millis(400));
        if args[0] == "note" && args[3] == "-" {
            // The lock is free for this one: it waits for the rest of its words.
            other.execute_batch("ROLLBACK").expect("free");
            thread::sleep(Duration::from_millis(400));
        }
        assert_eq!(child.try_wait().expect("a state"), None, "{args:?} did not wait");
        signal(&child, "-INT");
        let run = Run::of(&child.wait_with_output().expect("it ends"));
        drop(pipe);
        assert!(run.code == 130 && run.out.is_empty(), "{args:?}: {run:?}");
    }
    assert!(files(home.path()) == before);
    intact(&home);
}

#[test]
fn a_killed_writer_loses_nothing_it_confirmed_and_leaves_no_half() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long this test runs is for its caller to say"
    )]
    let asked = std::env::var("COACH_KILLS").ok().and_then(|kills| kills.parse::<usize>().ok());
    let kills = asked.unwrap_or(40);
    for init in [&[][..], &["--plain"]] {
        let home = filled(init);
        let steps = home.json(["history"]).as_array().map_or(0, Vec::len);
        let (mut confirmed, mut chance) = (Vec::new(), 0x2545_f491_4f6c_dd1d_u64);
        for at in 0..kills.div_ceil(2) {
            let words = format!("kill {at}: {}", "words of one thought ".repeat(200));
            let mut command = home.command(["note", "-e", "acme-cfo", "--json", &words]);
            let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = piped.spawn().expect("coach starts");
            // Anywhere from before the file is opened to after the answer.
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            thread::sleep(Duration::from_micros(500 + chance % 12_000));
            let _ = child.kill();
            let run = Run::of(&child.wait_with_output().expect("it ends"));
            assert!(run.code <= 0, "{run:?}");
            if !run.out.is_empty() {
                confirmed.push(words.trim().to_owned());
            }
            let stored = notes(&home);
            assert!(confirmed.iter().all(|words| stored.contains(words)), "kill {at} lost a note");
            let whole =
                |text: &String| text.ends_with("of one thought") || text.starts_with("so it");
            assert!(stored.iter().all(whole), "kill {at} left half a note");
            let told = home.json(["history"]).as_array().map_or(0, Vec::len) - steps;
            assert_eq!(
                told,
                stored.len() - 1,
                "kill {at}: a step without its note, or the reverse"
            );
        }
        home.ok(WRITE);
        intact(&home);
    }
}

#[test]
fn twenty_processes_that_write_at_once_are_all_served() {
    let home = filled(&[]);
    thread::scope(|scope| {
        for process in 0..20 {
            let home = &home;
            scope.spawn(move || {
                for at in 0..5 {
                    home.ok(["person", "add", &format!("Person {process} {at}")]);
                }
            });
        }
    });
    let people = home.json(["person", "list"]);
    let people = people.as_array().expect("an array");
    let all = |key: &str| -> std::collections::BTreeSet<String> {
        people.iter().map(|person| person[key].to_string()).collect()
    };
    assert_eq!((people.len(), all("name").len(), all("ref").len()), (101, 101, 101));
    intact(&home);
}

#[test]
fn a_reader_who_does_not_read_on_holds_up_no_capture() {
    let home = filled(&[]);
    // More than a pipe takes, so that whoever does not read stalls the answer.
    let long = "a commitment of many words ".repeat(60);
    for _ in 0..60 {
        assert_eq!(home.pipe(["action", "add", "acme-cfo", "--", long.trim()], "").code, 0);
    }
    let stalled = |command: &mut Command| {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts")
    };
    let mut readers = vec![stalled(&mut home.command(["action", "list", "--json"]))];
    // A pager shows the first screen and waits for a key.
    let mut pager = Command::new("sh");
    let script = r#""$COACH" action list --json | { head -c 100; sleep 600; }"#;
    pager.args(["-c", script]).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", home.path());
    pager.env("COACH", env!("CARGO_BIN_EXE_coach")).env("COACH_NOW", common::NOW);
    pager.env("TZ", "Europe/Berlin");
    std::os::unix::process::CommandExt::process_group(&mut pager, 0);
    readers.push(stalled(&mut pager));
    thread::sleep(Duration::from_millis(700));
    for at in 0..100 {
        home.ok(["note", "-e", "acme-cfo", &format!("thought {at}")]);
    }
    assert_eq!(notes(&home).len(), 101);
    for reader in &mut readers {
        assert!(reader.try_wait().expect("a child").is_none(), "it was to be stalled all along");
    }
    readers[0].kill().expect("killed");
    let group = format!("-{}", readers[1].id());
    assert!(Command::new("kill").args(["--", &group]).status().expect("kill").success());
    for mut reader in readers {
        reader.wait().expect("ended");
    }
}

#[test]
fn words_do_not_go_into_a_session_that_was_taken_back_meanwhile() {
    let home = Home::with_two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    let mut waiting = home.command(["deep-dive", "-"]);
    waiting.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut waiting = waiting.spawn().expect("coach starts");
    // It has found its session before it waits for the words.
    std::thread::sleep(Duration::from_millis(500));
    home.ok(["undo"]);
    waiting.stdin.take().expect("a pipe").write_all(b"too late").expect("written");
    let run = Run::of(&waiting.wait_with_output().expect("an end"));
    run.failed(4, "no longer there; nothing was written");
    assert_eq!(home.json(["notes", "list"]).as_array().map(Vec::len), Some(0));
}

#[test]
fn what_was_stored_is_no_failure_when_only_its_answer_cannot_be_printed() {
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
    let home = Home::empty();
    let run = |args: &[&str]| {
        let output = home.command(args).stdout(full()).output().expect("coach runs");
        let run = Run::of(&output);
        assert_eq!(run.code, 0, "{args:?}: {run:?}");
        assert!(run.err.contains("it was stored"), "{args:?}: {run:?}");
        assert!(!run.err.contains("nothing was written"), "{args:?}: {run:?}");
    };
    run(&["init"]);
    run(&["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes"]);
    run(&["session", "start", "acme-cfo"]);
    run(&["check-in", "Tired"]);
    assert_eq!(home.json(["notes", "list"])[0]["text"], "Tired");
    run(&["undo"]);
    assert_eq!(home.json(["notes", "list"]).as_array().map(Vec::len), Some(0));
    run(&["redo"]);
    run(&["demo"]);
    let read = home.command(["notes", "list"]).stdout(full()).output().expect("coach runs");
    assert_eq!(Run::of(&read).code, 6, "an answer that is all there is");
}
