//! A text in an editor, on a pseudo-terminal: what it writes is stored or kept, never lost, and lies
//! in the clear in one private place alone.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::Home;
use rexpect::session::{PtySession, spawn_command};

/// Waits at most this long for what is expected, in milliseconds.
const PATIENCE: u64 = 30_000;

/// A home with a note `N1`.
fn home() -> Home {
    let home = Home::with_two_clients();
    home.ok(["note", "-e", "acme-cfo", "She", "decides", "late"]);
    home
}

/// A shell script as an editor; `$1` is the file that it edits.
fn script(home: &Home, lines: &str) -> String {
    let path = home.path().join("an-editor");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("rights");
    path.display().to_string()
}

/// `coach` with this editor, not yet run; its runtime directory lies in the home.
fn with(home: &Home, editor: &str, args: &[&str]) -> Command {
    let runtime = home.path().join("runtime");
    if !runtime.exists() {
        fs::create_dir(&runtime).expect("a directory");
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("rights");
    }
    let mut command = home.command(args);
    command.env("NO_COLOR", "1").env("VISUAL", editor).env("XDG_RUNTIME_DIR", runtime);
    command.stdin(std::process::Stdio::inherit());
    command
}

fn play(command: Command) -> PtySession {
    spawn_command(command, Some(PATIENCE)).expect("a pseudo-terminal")
}

/// What it said, and its exit code.
fn end(mut session: PtySession) -> (String, i32) {
    let said = session.exp_eof().expect("an end");
    let status = format!("{:?}", session.process().wait().expect("an end"));
    let told =
        status.strip_prefix("Exited(").and_then(|rest| rest.rsplit(", ").next()?.strip_suffix(')'));
    let code = told.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{status}"));
    (said, code)
}

fn text(home: &Home) -> String {
    home.json(["notes", "show", "N1"])["text"].as_str().expect("a text").to_owned()
}

#[test]
fn what_the_editor_wrote_is_stored_and_nothing_stays() {
    let home = home();
    let editor = script(&home, "echo 'and speaks early' >> \"$1\"");
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert_eq!(code, 0, "{said}");
    assert_eq!(text(&home), "She decides late\nand speaks early");
    assert_eq!(home.json(["drafts", "list"]), serde_json::json!([]));
}
