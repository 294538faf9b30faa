//! Worksheets where a transcript cannot look: in an editor, at a line that was left, in a journal that
//! is busy, and in the index of words.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use common::Home;
use rexpect::session::{PtySession, spawn_command};
use serde_json::{Value, json};

/// Waits at most this long for what is expected, in milliseconds.
const PATIENCE: u64 = 30_000;

/// A home with the gap map `W1`, in which one gap stands.
fn home() -> Home {
    let home = Home::empty();
    home.ok(["init"]);
    let line = "engagement new acme-cfo --coachee Dana --method identity-aligned";
    home.ok(line.split(' '));
    home.ok(["worksheet", "new", "acme-cfo", "gap-map"]);
    home.ok(["worksheet", "fill", "W1", "--set", "gap=Decides late", "--set", "severity=8"]);
    home
}

fn play(mut command: Command) -> PtySession {
    command.env("NO_COLOR", "1").stdin(Stdio::inherit());
    spawn_command(command, Some(PATIENCE)).expect("a pseudo-terminal")
}

/// Fills the worksheet in an editor that is this shell script; `$1` is the file.
fn edited(home: &Home, lines: &str, args: &[&str]) -> String {
    let editor = home.path().join("an-editor");
    fs::write(&editor, format!("#!/bin/sh\n{lines}\n")).expect("a script");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("rights");
    let mut command = home.command(["worksheet", "fill", "W1", "--edit"].iter().chain(args));
    command.env("VISUAL", editor);
    play(command).exp_eof().expect("an end")
}

/// What stands in a field of a row.
fn value(home: &Home, row: usize, field: &str) -> Value {
    home.json(["worksheet", "show", "W1"])["rows"][row]["values"][field].clone()
}

#[test]
fn what_the_editor_wrote_stands_in_its_fields_and_the_rest_stays() {
    let home = home();
    let write = "sed -i -e 's/^severity: 8$/severity: 5/' -e 's/^gap:$/gap: Hard to read/' \"$1\"";
    let said = edited(&home, write, &[]);
    assert_eq!(value(&home, 0, "severity"), 5, "{said}");
    assert_eq!(value(&home, 0, "gap"), "Decides late");
    assert_eq!(value(&home, 1, "gap"), "Hard to read");
    assert_eq!(home.json(["history", "W1"])[0]["command"], "worksheet fill");
    home.ok(["undo"]);
    assert_eq!((value(&home, 0, "severity"), value(&home, 1, "gap")), (json!(8), Value::Null));
    // One row alone, with words of several lines.
    let write = "sed -i 's/^work:$/work: Say it first\\n  Then why/' \"$1\"; grep -c '^\\[' \"$1\"";
    let said = edited(&home, write, &["--row", "1"]);
    assert!(said.starts_with('1'), "{said}");
    assert_eq!(value(&home, 0, "work"), "Say it first\nThen why", "{said}");
    let said = edited(&home, "true", &[]);
    assert!(said.contains("nothing changed; nothing was written"), "{said}");
}

#[test]
fn what_does_not_fit_its_field_is_told_by_line_and_kept() {
    let home = home();
    let said = edited(&home, "sed -i 's/^severity: 8$/severity: 80/' \"$1\"", &[]);
    for part in ["severity goes from 0 to 10", "error: line ", "coach drafts show"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(value(&home, 0, "severity"), 8);
    let drafts = home.json(["drafts", "list"]);
    assert_eq!(drafts.as_array().map(Vec::len), Some(1), "{drafts}");
    assert_eq!(drafts[0]["command"], "worksheet fill");
    // Mended by hand, it goes the way that the draft would go.
    let words = drafts[0]["text"].as_str().expect("a text").replace("severity: 80", "severity: 7");
    let run = home.pipe(["worksheet", "fill", "W1", "--from", "-"], &words);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(value(&home, 0, "severity"), 7);
}

#[test]
fn what_was_changed_beside_the_editor_is_not_written_over() {
    let home = home();
    // What the editor cannot call here: it has the journal of the home in its environment.
    let beside = |set: &str| {
        format!("{} worksheet fill W1 --row 1 --set '{set}' -q", env!("CARGO_BIN_EXE_coach"))
    };
    let write = "sed -i 's/^work:$/work: Say it first/' \"$1\"";
    let said = edited(&home, &format!("{}; {write}", beside("severity=3")), &[]);
    assert_eq!(
        (value(&home, 0, "severity"), value(&home, 0, "work")),
        (json!(3), json!("Say it first")),
        "{said}"
    );
    let write = "sed -i 's/^severity: 3$/severity: 5/' \"$1\"";
    let said = edited(&home, &format!("{}; {write}", beside("severity=9")), &[]);
    assert!(said.contains("W1 was changed meanwhile"), "{said}");
    assert_eq!(value(&home, 0, "severity"), 9);
    // The draft knows what it was made of.
    let name = home.json(["drafts", "list"])[0]["ref"].as_str().expect("a name").to_owned();
    home.fails(4, "W1 was changed meanwhile", ["drafts", "store", &name]);
    home.ok(["worksheet", "fill", "W1", "--row", "1", "--set", "severity=3"]);
    home.ok(["drafts", "store", &name]);
    assert_eq!(value(&home, 0, "severity"), 5);
}

#[test]
fn a_line_that_was_left_half_typed_is_kept_for_its_field() {
    let home = home();
    let mut coach = play(home.command(["worksheet", "fill", "W1"]));
    for (asked, typed) in [("gap> ", "Hard to read"), ("how i see myself> ", "")] {
        coach.exp_string(asked).expect("a question");
        coach.send_line(typed).expect("typed");
    }
    coach.exp_string("how others see me> ").expect("a question");
    coach.send("Nobody kn").expect("typed");
    coach.send_control('c').expect("typed");
    let said = coach.exp_eof().expect("an end");
    assert!(said.contains("is kept: coach drafts list"), "{said}");
    assert!(said.contains("gap 2 of W1 keeps what you answered"), "{said}");
    assert_eq!(value(&home, 1, "gap"), "Hard to read");
    let kept = home.json(["drafts", "list"]);
    assert_eq!((&kept[0]["text"], &kept[0]["unfinished"]), (&json!("Nobody kn"), &json!(true)));
    let name = kept[0]["ref"].as_str().expect("a name").to_owned();
    home.ok(["drafts", "store", &name]);
    assert_eq!(value(&home, 1, "others_view"), "Nobody kn");
    assert_eq!(value(&home, 2, "others_view"), Value::Null, "no row was added");
}

#[test]
fn what_a_busy_journal_refuses_is_kept_and_stored_later() {
    let home = home();
    let conn = rusqlite::Connection::open(home.journal()).expect("the journal");
    let key = evidence::hex_key(&home.key());
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; BEGIN IMMEDIATE")).expect("the lock");
    let line = ["worksheet", "fill", "W1", "--row", "1", "--set"];
    let run = home.run(line.iter().chain(&["work=Say it first"]));
    run.failed(5, "are kept");
    drop(conn);
    home.ok(["drafts", "store"]);
    assert_eq!(value(&home, 0, "work"), "Say it first");
}

#[test]
fn words_are_found_while_their_row_stands() {
    let home = home();
    let refs = |word: &str| -> Vec<Value> {
        let hits = home.json(["search", word]);
        hits.as_array().expect("hits").iter().map(|hit| hit["ref"].clone()).collect()
    };
    home.ok(["worksheet", "fill", "W1", "--set", "gap=Quiet", "--set", "work=Zebra crossings"]);
    assert_eq!(refs("zebra"), ["W1"]);
    home.ok(["worksheet", "fill", "W1", "--row", "2", "--set", "work="]);
    assert_eq!((refs("zebra").len(), refs("quiet").len()), (0, 1));
    home.ok(["undo"]);
    assert_eq!(refs("zebra"), ["W1"]);
    home.ok(["worksheet", "remove", "W1", "--row", "2"]);
    assert_eq!((refs("zebra").len(), refs("quiet").len(), refs("late").len()), (0, 0, 1));
    home.ok(["worksheet", "restore", "W1", "--row", "2"]);
    assert_eq!(refs("zebra"), ["W1"]);
}

#[test]
fn an_undone_freeze_thaws_and_a_version_stays_as_it_was() {
    let home = home();
    home.ok(["worksheet", "freeze", "W1"]);
    home.ok(["worksheet", "fill", "W1", "--row", "1", "--set", "severity=3"]);
    home.ok(["worksheet", "remove", "W1", "--row", "1"]);
    let first = home.json(["worksheet", "show", "W1", "--version", "1"]);
    assert_eq!(first["rows"][0]["values"]["severity"], 8);
    assert_eq!(home.json(["worksheet", "show", "W1"])["rows"], json!([]));
    home.ok(["undo", "3"]);
    let now = home.json(["worksheet", "show", "W1"]);
    assert_eq!((&now["version"], &now["frozen_on"]), (&json!(1), &Value::Null));
    home.ok(["worksheet", "remove", "W1"]);
    home.fails(4, "W1 was removed", ["worksheet", "freeze", "W1"]);
}

/// A method of one's own: the plain one, and these worksheets.
fn own_method(home: &Home, id: &str, worksheets: &str) {
    let made = home.json(["method", "new", id, "--from", "plain"]);
    let path = made["path"].as_str().expect("a path");
    let plain = fs::read_to_string(path).expect("a method");
    fs::write(path, format!("{plain}\n{worksheets}")).expect("a method");
}

#[test]
fn a_change_of_method_opens_no_private_worksheet() {
    let home = home();
    home.ok(["worksheet", "new", "acme-cfo", "narrative"]);
    home.ok(["worksheet", "fill", "W2", "--set", "story=The year the shop closed"]);
    home.ok(["worksheet", "freeze", "W2"]);
    own_method(
        &home,
        "open-house",
        "[[worksheet]]\nid = 'narrative'\ntitle = 'Story'\nvisibility = 'shared'\n\
         [[worksheet.field]]\nid = 'story'\ntitle = 'Story'\n",
    );
    home.ok(["engagement", "edit", "acme-cfo", "--method", "open-house"]);
    assert_eq!(home.json(["worksheet", "show", "W2"])["visibility"], "private");
    for version in [&["--version", "1"][..], &[]] {
        let line = ["worksheet", "show", "W2", "--audience", "coachee"];
        home.fails(4, "W2", line.iter().chain(version));
    }
    assert!(!home.ok(["paper", "render", "acme-cfo", "brief"]).contains("shop"));
}

#[test]
fn a_frozen_version_reads_as_it_was_filled_whatever_the_method_says() {
    let home = home();
    home.ok(["worksheet", "freeze", "W1"]);
    let frozen = home.ok(["worksheet", "show", "W1", "--version", "1"]);
    own_method(
        &home,
        "other",
        "[[worksheet]]\nid = 'gap-map'\ntitle = 'Wins'\nvisibility = 'shared'\nshape = 'rows'\nrow = 'win'\n\
         [[worksheet.field]]\nid = 'win'\ntitle = 'Win'\n",
    );
    let line = ["engagement", "edit", "acme-cfo", "--method", "other"];
    let left = "severity leaves W1 Identity gap map: 1 row has something in it";
    home.run(line.iter().chain(&["--strict"])).failed(1, left);
    assert_eq!(home.json(["engagement", "show", "acme-cfo"])["method"], "identity-aligned");
    let run = home.run(line);
    assert!(run.code == 0 && run.err.contains(left), "{run:?}");
    assert_eq!(home.ok(["worksheet", "show", "W1", "--version", "1"]), frozen);
    home.fails(4, "W1", ["worksheet", "freeze", "W1"]);
}

#[test]
fn a_row_with_its_day_alone_is_in_needs_and_papers() {
    let home = home();
    own_method(
        &home,
        "dated",
        "[[worksheet]]\nid = 'talks'\ntitle = 'Talks'\nvisibility = 'shared'\nshape = 'rows'\nrow = 'talk'\n\
         [[worksheet.field]]\nid = 'words'\ntitle = 'Words'\n\
         [[worksheet.field]]\nid = 'held'\ntitle = 'Held'\nkind = 'day'\n\
         [[phase]]\nid = 'one'\ntitle = 'One'\nclock = 'sessions'\nsessions = [1, 9]\nrequires = ['talks>=1']\n",
    );
    home.ok(["engagement", "edit", "acme-cfo", "--method", "dated"]);
    home.ok(["worksheet", "new", "acme-cfo", "talks"]);
    let needs = || home.json(["engagement", "show", "acme-cfo"])["needs"].clone();
    assert_eq!(needs(), json!(["talks>=1"]));
    home.ok(["worksheet", "fill", "W2", "--set", "held=2026-11-23"]);
    assert_eq!(needs(), json!([]));
    let paper = home.ok(["paper", "render", "acme-cfo", "brief"]);
    assert!(paper.contains("- **1** (2026-11-23)"), "{paper}");
}

#[test]
fn an_event_goes_by_its_first_words_and_ends_with_its_engagement() {
    let home = home();
    own_method(
        &home,
        "staged",
        "[[worksheet]]\nid = 'scenes'\ntitle = 'Scenes'\nshape = 'rows'\nrow = 'scene'\n\
         [[worksheet.field]]\nid = 'kind'\ntitle = 'Kind'\nkind = 'choice'\nchoices = ['board', 'press']\n\
         [[worksheet.field]]\nid = 'situation'\ntitle = 'Situation'\n\
         [[worksheet.field]]\nid = 'on'\ntitle = 'On'\nkind = 'day'\n",
    );
    home.ok(["engagement", "edit", "acme-cfo", "--method", "staged"]);
    home.ok(["worksheet", "new", "acme-cfo", "scenes"]);
    let events = || home.json(["today"])["events"].clone();
    home.ok(["worksheet", "fill", "W2", "--set", "kind=board", "--set", "on=tomorrow"]);
    assert_eq!(events()[0]["text"], "board");
    home.ok(["worksheet", "fill", "W2", "--row", "1", "--set", "situation=The budget"]);
    assert_eq!(events()[0]["text"], "The budget");
    assert_eq!(home.json(["prep", "acme-cfo"])["events"][0]["text"], "The budget");
    home.ok(["engagement", "cancel", "acme-cfo"]);
    assert_eq!(events(), json!([]));
}

#[test]
fn in_ones_own_engagement_there_is_nobody_to_keep_a_worksheet_from() {
    let home = Home::empty();
    home.ok(["init", "--role", "executive"]);
    home.ok(["engagement", "edit", "mine", "--method", "identity-aligned"]);
    home.ok(["worksheet", "new", "mine", "narrative"]);
    home.ok(["worksheet", "fill", "W1", "--set", "story=The year the shop closed"]);
    let shown = home.json(["worksheet", "show", "W1", "--audience", "coachee"]);
    assert_eq!(shown["rows"][0]["values"]["story"], "The year the shop closed");
    assert!(!home.ok(["worksheet", "show", "W1"]).contains("seen by"));
}

#[test]
fn a_form_of_nothing_is_not_written() {
    let home = Home::empty();
    home.ok(["init"]);
    home.ok("engagement new acme-cfo --coachee Dana --method four-a".split(' '));
    home.ok(["worksheet", "new", "acme-cfo", "intake"]);
    let run = home.run(["worksheet", "fill", "W1", "--set", "life=none"]);
    assert!(run.code == 0 && run.err.contains("nothing changed"), "{run:?}");
    home.fails(4, "nothing stands in W1", ["worksheet", "freeze", "W1"]);
}
