//! Long answers on a pseudo-terminal: a screen at a time, and never lost.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use common::Home;
use evidence::not_run;
use rexpect::session::{PtySession, spawn_command};

/// A home with so many notes, and a pager `pager` that says what it was given.
fn home(notes: usize) -> Home {
    let home = Home::with_two_clients();
    for at in 1..=notes {
        home.ok(["note", "-e", "acme-cfo", &format!("zqthought{at:02}")]);
    }
    let pager =
        "#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ > \"$HOME/seen\"\nsed 's/^/| /'\n";
    let path = home.path().join("pager");
    fs::write(&path, pager).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("rights");
    home
}

/// `coach` on a terminal of ten lines with this `PAGER`, not yet run.
fn on_terminal(home: &Home, pager: Option<&str>, args: &[&str]) -> Command {
    let mut command = home.command(args);
    command.env("NO_COLOR", "1").env("LINES", "10").env("COLUMNS", "80").stdin(Stdio::inherit());
    if let Some(pager) = pager {
        command.env("PAGER", pager.replace('~', &home.path().to_string_lossy()));
    }
    command
}

fn play(command: Command) -> PtySession {
    spawn_command(command, Some(30_000)).expect("a pseudo-terminal")
}

/// What it said, once it ended with 0.
fn said(command: Command) -> String {
    let mut session = play(command);
    let said = session.exp_eof().expect("an end");
    let status = format!("{:?}", session.process().wait().expect("an end"));
    assert!(status.starts_with("Exited(") && status.ends_with(", 0)"), "{status} {said}");
    said
}

#[test]
fn a_long_answer_is_paged_and_a_short_one_is_not() {
    let long = home(12);
    let answer = said(on_terminal(&long, Some("~/pager"), &["notes", "list"]));
    assert_eq!(answer.matches("| N").count(), 12, "{answer}");
    let seen = fs::read(long.path().join("seen")).expect("seen");
    let seen = String::from_utf8_lossy(&seen).into_owned();
    for set in ["LESS=FRX", "LESSHISTFILE=-", "LESSSECURE=1"] {
        assert!(seen.contains(set), "{set}: {seen}");
    }
    for word in ["zqthought", "acme", "Dana"] {
        assert!(!seen.contains(word), "{word}: {seen}");
    }
    let mut own = on_terminal(&long, Some("~/pager"), &["notes", "list"]);
    own.env("LESS", "-S");
    said(own);
    let seen = fs::read(long.path().join("seen")).expect("seen");
    assert!(String::from_utf8_lossy(&seen).contains("LESS=-S"));

    let mut high = on_terminal(&long, Some("~/pager"), &["notes", "list"]);
    high.env("LINES", "40");
    assert!(!said(high).contains("| "));
    assert!(!said(on_terminal(&home(3), Some("~/pager"), &["notes", "list"])).contains("| "));
}

#[test]
fn where_no_pager_is_wanted_none_is_started() {
    let home = home(12);
    let plain = |command: Command| {
        let answer = said(command);
        assert!(!answer.contains("| "), "{answer}");
        assert_eq!(answer.matches("zqthought").count(), 12, "{answer}");
    };
    for none in ["cat", "", "/bin/cat"] {
        plain(on_terminal(&home, Some(none), &["notes", "list"]));
    }
    let mut other = on_terminal(&home, Some("~/pager"), &["notes", "list"]);
    other.env("COACH_PAGER", "cat");
    plain(other);
    let mut dumb = on_terminal(&home, Some("~/pager"), &["notes", "list"]);
    dumb.env("TERM", "dumb");
    plain(dumb);
    for flags in [["--no-input"].as_slice(), &["--json"], &["--output", "csv"]] {
        plain(on_terminal(&home, Some("~/pager"), &[&["notes", "list"], flags].concat()));
    }
    let mut piped = on_terminal(&home, Some("~/pager"), &["notes", "list"]);
    piped.stdin(Stdio::null());
    plain(piped);
    home.ok(["config", "set", "pager", "never"]);
    plain(on_terminal(&home, Some("~/pager"), &["notes", "list"]));
}

#[test]
fn a_pager_that_is_not_there_or_fails_loses_no_answer() {
    let home = home(12);
    for pager in ["no-such-pager", "false", "'half", "sh -c 'exit 3'"] {
        let answer = said(on_terminal(&home, Some(pager), &["notes", "list"]));
        assert_eq!(answer.matches("zqthought").count(), 12, "{pager}: {answer}");
    }
}

#[test]
fn less_shows_a_screen_and_may_be_left_early() {
    if !["/usr/bin/less", "/bin/less"].iter().any(|path| std::path::Path::new(path).exists()) {
        return not_run("the usual pager: less is not here");
    }
    let home = home(40);
    let mut coach = play(on_terminal(&home, None, &["notes", "list"]));
    coach.exp_string("zqthought01").expect("the first screen");
    coach.exp_string(":").expect("its prompt");
    // While somebody reads, others can write.
    home.ok(["note", "-e", "acme-cfo", "meanwhile"]);
    coach.send("q").expect("typed");
    coach.flush().expect("sent");
    let rest = coach.exp_eof().expect("an end");
    assert!(!rest.contains("zqthought40"), "{rest}");
    let status = format!("{:?}", coach.process().wait().expect("an end"));
    assert!(status.ends_with(", 0)"), "{status}");
    assert!(
        !home.path().join(".lesshst").exists()
            && !home.path().join(".local/state/lesshst").exists()
    );
}

#[test]
fn ctrl_c_in_the_pager_is_the_pagers() {
    let home = home(12);
    let pager = "sh -c 'trap \"echo caught\" INT; cat > /dev/null; echo ready; while :; do sleep 0.1; \
                 test -e ~/go && exit 0; done'";
    let mut coach =
        play(on_terminal(&home, Some(&pager.replace("~/go", "$HOME/go")), &["notes", "list"]));
    coach.exp_string("ready").expect("the pager");
    coach.send_control('c').expect("typed");
    coach.exp_string("caught").expect("the pager's");
    fs::write(home.path().join("go"), "").expect("a file");
    coach.exp_eof().expect("an end");
    let status = format!("{:?}", coach.process().wait().expect("an end"));
    assert!(status.ends_with(", 0)"), "{status}");
}

#[test]
fn long_helps_are_paged_too() {
    let home = home(0);
    for args in [["help", "all"].as_slice(), &["session", "add", "--help"], &["note", "--help"]] {
        let answer = said(on_terminal(&home, Some("~/pager"), args));
        assert!(answer.contains("| ") && answer.contains("| Usage:"), "{args:?}: {answer}");
        let plain = said(on_terminal(&home, Some("cat"), args));
        assert!(plain.contains("Usage:") && !plain.contains("| "), "{args:?}: {plain}");
    }
}
