//! The guided session as a coach lives it, on a pseudo-terminal: to the end, broken off at every
//! question, with what an editor, a paste and a narrow window can do to it.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/play.rs"]
mod play;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::Home;
use play::{code, seat};
use rexpect::process::Signal;
use rexpect::session::PtySession;
use rusqlite::Connection;
use rustix::termios::{Winsize, tcsetwinsize};
use serde_json::Value;

/// When the session of these tests begins: two weeks after the one before.
const TODAY: &str = "2026-11-20T10:00:00+01:00";

/// Each question of the session: what stands there, and what is answered.
const STORY: &[(&str, &str)] = &[
    ("A1  Hand the close to Priya", "p two of three"),
    ("A1 due, such as fri", "fri"),
    ("A2  Tell Tom", "d"),
    ("What has moved since", "Tired, and proud"),
    ("(1 of 3)", ""),
    ("Which promise was hard", ""),
    ("What is on your mind", "疲れた 🙂 e\u{301}"),
    ("(3 of 3)", ""),
    ("Which one matter", "!I check because I am afraid"),
    ("(1 of 3)", "?Who would notice"),
    ("(1 of 3)", ""),
    ("How would the others", "/p Priya sees no trust"),
    ("(2 of 3)", ""),
    ("What do you see now", ""),
    ("taking for granted", "> /r A close without me is a gift"),
    ("(1 of 3)", "/skip"),
    ("What will you do", "Say so to Priya"),
    ("A3 due, such as fri", "2026-12-01"),
    ("(1 of 2)", ""),
    ("What could get in its way", ""),
    ("The next session: Fri 2026-12-04 10:00", ""),
    ("Insights of today that the coachee cannot read", "N4"),
    ("What did you agree?", "Away in close week"),
];

/// The same by flags.
const BY_FLAGS: &[&[&str]] = &[
    &["session", "start", "acme-cfo"],
    &["check-in", "--partly", "A1", "--reflection", "two of three", "--due", "fri"],
    &["check-in", "--done", "A2"],
    &["check-in", "Tired, and proud"],
    &["check-in", "疲れた 🙂 e\u{301}"],
    &["deep-dive", "--insight", "I check because I am afraid"],
    &["deep-dive", "--question", "Who would notice"],
    &["deep-dive", "--perspective", "Priya sees no trust"],
    &["challenge", "--reframe", "--shared", "A close without me is a gift"],
    &["plan", "Say so to Priya", "--due", "2026-12-01"],
    &["session", "schedule", "acme-cfo", "2026-12-04 10:00"],
    &["session", "end", "--share", "N4", "--summary", "Away in close week"],
];

/// A practice whose first session is over.
fn practice() -> Home {
    practice_of(&["init"])
}

fn practice_of(init: &[&str]) -> Home {
    let mut home = Home::empty();
    home.at("2026-11-06T10:00:00+01:00");
    home.ok(init);
    home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes"]);
    home.ok(["session", "start", "acme-cfo"]);
    home.ok(["plan", "Hand the close to Priya", "--due", "next friday"]);
    home.ok(["plan", "Tell Tom what the board asked"]);
    home.ok(["deep-dive", "--insight", "It is about trust"]);
    home.ok(["session", "end", "--minutes", "80"]);
    home.at(TODAY);
    home
}

fn walk(home: &Home, args: &[&str]) -> PtySession {
    seat(home.command(args))
}

fn resize(coach: &PtySession, columns: u16) {
    let terminal = coach.process().get_file_handle().expect("the terminal");
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal, size).expect("a size");
}

/// Letters as the library gives the bytes of a screen.
fn bytes(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// Waits until a question stands there and a line can be typed.
fn asked(coach: &mut PtySession, question: &str) {
    coach.exp_string(&bytes(question)).unwrap_or_else(|error| panic!("{question}: {error}"));
    coach.exp_string(" min> ").unwrap_or_else(|error| panic!("{question}: {error}"));
}

fn answer(coach: &mut PtySession, line: &str) {
    coach.send_line(line).expect("typed");
    coach.flush().expect("sent");
}

/// Everything that lists show, but ids.
fn journal(home: &Home) -> Vec<Value> {
    fn without_ids(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.remove("id");
                object.values_mut().for_each(without_ids);
            }
            Value::Array(all) => all.iter_mut().for_each(without_ids),
            _ => {}
        }
    }
    ["engagement", "person", "org", "goal", "session", "notes", "action"]
        .into_iter()
        .map(|noun| {
            let mut listed = home.json([noun, "list"]);
            without_ids(&mut listed);
            listed
        })
        .collect()
}

fn by_flags() -> Vec<Value> {
    let home = practice();
    for args in BY_FLAGS {
        home.ok(*args);
    }
    journal(&home)
}

#[test]
fn a_session_that_is_walked_gives_the_journal_that_flags_give() {
    for columns in [60, 200] {
        let home = practice();
        let mut coach = walk(&home, &["session", "run", "acme-cfo"]);
        resize(&coach, columns);
        coach.exp_string("It is about trust").expect("what matters, first");
        for (question, line) in STORY {
            // A question whose answer was a thought stands on: it is not said again.
            match question.starts_with('(') {
                true => drop(coach.exp_string(" min> ").expect("the same question")),
                false => asked(&mut coach, question),
            }
            answer(&mut coach, line);
        }
        coach.exp_string("to be read aloud").expect("the end");
        coach.exp_string("A close without me is a gift").expect("what is shared");
        coach.exp_eof().expect("the end");
        assert_eq!(code(&coach), 0);
        assert_eq!(journal(&home), by_flags(), "at {columns} columns");
        let mut answers = home.json(["history"]).as_array().map_or(0, Vec::len);
        answers -= practice().json(["history"]).as_array().map_or(0, Vec::len);
        home.ok(["undo", &answers.to_string()]);
        assert_eq!(journal(&home), journal(&practice()), "each answer was a step");
    }
}

/// Goes through the session in a new process for each question, which is broken off before it is
/// answered; `end` ends the process.
fn broken_off(end: impl Fn(&mut PtySession) -> i32, kept: bool) {
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    for (at, (question, line)) in STORY.iter().enumerate() {
        let mut coach = walk(&home, &["session", "resume"]);
        asked(&mut coach, question);
        coach.send("half a li").expect("typed");
        coach.flush().expect("sent");
        coach.exp_string("half a li").expect("shown");
        let code = end(&mut coach);
        assert!(code == 130 || code == -1, "{question}: {code}");
        let mut coach = walk(&home, &["session", "resume"]);
        asked(&mut coach, question);
        let answers_words = !question.contains("due, such as")
            && !question.contains("next session")
            && !question.starts_with("Insights of today");
        if kept && answers_words {
            coach.exp_string("half a li").expect("the line that was begun");
        }
        coach.send_control('u').expect("typed");
        answer(&mut coach, line);
        // The line may be drawn again before its Enter is read.
        coach.exp_string("\n").expect("taken");
        match STORY.get(at + 1) {
            Some(_) => drop(coach.exp_string(" min> ").expect("the next question")),
            None => drop(coach.exp_string("to be read aloud").expect("the end")),
        }
        coach.process_mut().kill(Signal::SIGKILL).expect("killed");
    }
    assert_eq!(journal(&home), by_flags());
    if kept {
        assert_eq!(home.json(["drafts", "list"]), Value::Array(Vec::new()));
    }
}

#[test]
fn a_walk_killed_at_any_question_goes_on_there() {
    broken_off(
        |coach| {
            coach.process_mut().kill(Signal::SIGKILL).expect("killed");
            -1
        },
        false,
    );
}

#[test]
fn ctrl_c_at_any_question_keeps_the_half_line_and_the_walk_goes_on_there() {
    broken_off(
        |coach| {
            coach.send_control('c').expect("typed");
            coach.exp_string("go on: coach session resume acme-cfo").expect("what to type");
            coach.exp_eof().expect("the end");
            code(coach)
        },
        true,
    );
}

/// A program that stands for the person's editor.
fn editor(home: &Home, script: &str) -> String {
    let path = home.path().join("edit");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("an editor");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it runs");
    path.display().to_string()
}

#[test]
fn a_long_thought_is_written_in_the_editor_and_survives_its_crash() {
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    let mut command = home.command(["deep-dive"]);
    command.env("VISUAL", editor(&home, "printf 'lost? never\\n' > \"$1\"; kill -9 $$"));
    let mut coach = seat(command);
    asked(&mut coach, "Which one matter");
    answer(&mut coach, "> /e ");
    coach.exp_string("coach drafts").expect("told where the words are");
    coach.exp_string(" min> ").expect("the walk goes on");
    editor(&home, "printf 'one\\n\\ntwo\\n' > \"$1\"");
    answer(&mut coach, "> /e ");
    coach.exp_string("thought, shared").expect("stored");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    let notes = home.json(["notes", "list", "--session", "S2"]);
    assert_eq!(notes.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&notes[0]["text"], &notes[0]["visibility"]),
        (&"one\n\ntwo".into(), &"shared".into())
    );
    home.ok(["drafts", "store"]);
    let notes = home.json(["notes", "list", "--session", "S2"]);
    assert_eq!(
        (&notes[1]["text"], &notes[1]["stage"]),
        (&"lost? never".into(), &"deep-dive".into())
    );
}

#[test]
fn a_paste_is_one_thought_or_a_commitment_for_each_line() {
    let lines: Vec<String> = (1..=10).map(|n| format!("y line {n}")).collect();
    let paste = format!("\u{1b}[200~{}\u{1b}[201~", lines.join("\n"));
    let home = practice();
    let mut coach = walk(&home, &["session", "run", "acme-cfo"]);
    asked(&mut coach, "A1  Hand the close to Priya");
    // No outcome: it is a thought, and the question stands.
    answer(&mut coach, &paste);
    coach.exp_string("N2 thought").expect("stored");
    answer(&mut coach, "/go action-planning");
    asked(&mut coach, "What will you do");
    answer(&mut coach, &paste);
    coach.exp_string("A12, shared: y line 10").expect("stored");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    let notes = home.json(["notes", "list", "--session", "S2"]);
    assert_eq!(notes[0]["text"], lines.join("\n"));
    let actions = home.json(["action", "list", "--status", "open"]);
    assert_eq!(actions.as_array().map(Vec::len), Some(12));
}

#[test]
fn lines_that_are_typed_ahead_are_all_taken() {
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = walk(&home, &["deep-dive"]);
    asked(&mut coach, "Which one matter");
    let lines: Vec<String> = (1..=10).map(|n| format!("line {n}")).collect();
    coach.send(&format!("{}\r", lines.join("\r"))).expect("typed");
    coach.flush().expect("sent");
    coach.exp_string("N11 thought").expect("the last is stored");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    let notes = home.json(["notes", "list", "--session", "S2"]);
    let texts: Vec<&str> =
        notes.as_array().expect("notes").iter().filter_map(|note| note["text"].as_str()).collect();
    assert_eq!(texts, lines);
}

#[test]
fn a_group_says_whose_commitment_it_is_and_another_one_is_told_by_its_ref() {
    let home = practice();
    home.ok(["engagement", "new", "duo", "--coachee", "Ada Stone", "--coachee", "Ben Frost"]);
    home.ok(["session", "start", "duo"]);
    let mut coach = walk(&home, &["plan"]);
    asked(&mut coach, "What will you do");
    answer(&mut coach, "Send the plan");
    coach.exp_string("begin the line with P2 (Ada Stone) or P3").expect("told");
    coach.exp_string("Send the plan").expect("it stands there again");
    coach.send_control('u').expect("typed");
    answer(&mut coach, "P3: Send the plan");
    asked(&mut coach, "A3 due");
    answer(&mut coach, "");
    coach.exp_string(" min> ").expect("a question");
    answer(&mut coach, "P2 Read it");
    asked(&mut coach, "A4 due");
    answer(&mut coach, "");
    coach.exp_string(" min> ").expect("a question");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    assert!(home.ok(["action", "list", "duo", "--output", "csv"]).contains("Send the plan"));
    assert!(home.ok(["action", "show", "A3"]).contains("Ben Frost"));
    home.ok(["session", "end", "duo", "--minutes", "60"]);
    home.ok(["session", "start", "duo"]);
    let mut coach = walk(&home, &["check-in", "-e", "duo"]);
    asked(&mut coach, "A3  Send the plan");
    answer(&mut coach, "m A4 no time");
    asked(&mut coach, "A4 due");
    answer(&mut coach, "");
    asked(&mut coach, "A3  Send the plan");
    answer(&mut coach, "d A3: sent");
    coach.exp_string("A3 done, shared").expect("told");
    coach.exp_string(" min> ").expect("a question");
    answer(&mut coach, "d A7");
    coach.exp_string("A7 is no open commitment here").expect("no thought, with nothing left open");
    assert_eq!(home.json(["notes", "list", "duo"]), serde_json::json!([]));
    let told = home.json(["action", "show", "A4"]);
    assert_eq!(told["outcomes"][0]["reflection"], "no time");
    assert_eq!(home.json(["action", "show", "A3"])["outcomes"][0]["reflection"], "sent");
}

#[test]
fn a_window_that_changes_its_size_takes_nothing_from_the_line() {
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = walk(&home, &["deep-dive"]);
    asked(&mut coach, "Which one matter");
    let mut expected = String::new();
    for columns in [200, 40, 80, 25, 120] {
        resize(&coach, columns);
        let words = format!("東京で{columns}回、そして勇気を。 ");
        coach.send(&words).expect("typed");
        coach.flush().expect("sent");
        coach.exp_string(&columns.to_string()).expect("drawn");
        expected.push_str(&words);
    }
    answer(&mut coach, "");
    coach.exp_string("N2 thought").expect("stored");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(home.json(["notes", "show", "N2"])["text"], expected.trim());
}

#[test]
fn an_answer_that_a_busy_journal_refuses_waits_as_a_draft_and_the_walk_goes_on() {
    let home = practice_of(&["init", "--plain"]);
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = walk(&home, &["deep-dive"]);
    asked(&mut coach, "Which one matter");
    let held = Connection::open(home.journal()).expect("the journal");
    held.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    answer(&mut coach, "/i Never lost");
    coach.exp_string("coach drafts store").expect("told");
    coach.exp_string(" min> ").expect("the walk goes on");
    drop(held);
    answer(&mut coach, "and on");
    coach.exp_string("N2 thought").expect("stored");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    home.ok(["drafts", "store"]);
    let late = home.json(["notes", "show", "N3"]);
    assert_eq!(
        (&late["text"], &late["kind"], &late["stage"]),
        (&"Never lost".into(), &"insight".into(), &"deep-dive".into())
    );
}

#[test]
fn a_slip_stands_on_the_line_again_and_undo_takes_back_this_walk_alone() {
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = walk(&home, &["plan"]);
    asked(&mut coach, "What will you do");
    answer(&mut coach, "/undo");
    coach.exp_string("has stored nothing").expect("told");
    coach.exp_string(" min> ").expect("a line");
    assert_eq!(home.json(["drafts", "list"]), Value::Array(Vec::new()), "a move is no draft");
    answer(&mut coach, "Ring the chair");
    asked(&mut coach, "A3 due");
    answer(&mut coach, "firday");
    coach.exp_string("firday").expect("what is wrong");
    coach.exp_string(" min> ").expect("a line");
    answer(&mut coach, "fri");
    asked(&mut coach, "What will you do");
    home.ok(["note", "-e", "acme-cfo", "from another terminal"]);
    answer(&mut coach, "/undo");
    coach.exp_string("something else was written since").expect("told");
    coach.exp_string(" min> ").expect("a line");
    home.ok(["undo"]);
    answer(&mut coach, "/undo");
    coach.exp_string("taken back").expect("told");
    asked(&mut coach, "A3 due");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(home.json(["action", "show", "A3"])["due"], Value::Null);
}

#[test]
fn a_walk_tells_of_nobody_else() {
    let home = practice();
    home.ok(["engagement", "new", "zqother", "--coachee", "Zqname Zqfamily"]);
    home.ok(["session", "start", "zqother"]);
    home.ok(["note", "-e", "zqother", "zqsaid"]);
    let mut coach = walk(&home, &["session", "run", "acme-cfo"]);
    coach.exp_string("E-2026-02 is open too").expect("told by its reference");
    let mut seen = String::new();
    for line in ["?", "/go end", ""] {
        seen.push_str(&coach.exp_string(" min> ").expect("a question"));
        answer(&mut coach, line);
    }
    coach.exp_string("be read aloud").expect("the end");
    seen.push_str(&coach.exp_eof().expect("the end"));
    assert!(!seen.to_lowercase().contains("zq"), "{seen}");
}

#[test]
fn nobody_is_waited_for_where_nobody_can_answer() {
    let home = practice();
    for args in [&["session", "run", "acme-cfo"][..], &["session", "resume"]] {
        home.fails(2, "coach session start, check-in", args);
    }
    home.ok(["session", "start", "acme-cfo"]);
    for stage in ["check-in", "deep-dive", "challenge", "plan"] {
        home.fails(2, "there are no words to store", [stage]);
        let mut coach = walk(&home, &["--no-input", stage]);
        coach.exp_string("there are no words to store").expect("refused at once");
        coach.exp_eof().expect("the end");
        assert_eq!(code(&coach), 2, "{stage}");
    }
    for args in [&["deep-dive", "--json"][..], &["deep-dive", "--dry-run"]] {
        let mut coach = walk(&home, args);
        coach.exp_string("give the words after the command").expect("refused at once");
        coach.exp_eof().expect("the end");
        assert_eq!(code(&coach), 2);
    }
    let resumed = walk(&home, &["session", "run", "acme-cfo", "--dry-run"]);
    assert_eq!(code(&resumed), 2);
}

#[test]
fn ones_own_commitments_are_told_one_by_one_without_a_session() {
    let home = Home::empty();
    home.ok(["init", "--role", "executive"]);
    home.ok(["plan", "Ring the chair"]);
    let mut coach = walk(&home, &["plan"]);
    coach.exp_string("action-planning> ").expect("a question");
    answer(&mut coach, "Count to three");
    coach.exp_string("A2 due").expect("its day");
    coach.exp_string("due> ").expect("a question");
    answer(&mut coach, "fri");
    coach.exp_string("action-planning> ").expect("a question");
    answer(&mut coach, "");
    coach.exp_eof().expect("the end");
    let mut coach = walk(&home, &["check-in"]);
    coach.exp_string("A2  Count to three").expect("the most urgent");
    coach.exp_string("check-in> ").expect("a question");
    answer(&mut coach, "m I answered at once");
    coach.exp_string("A2 due").expect("its day");
    answer(&mut coach, "");
    coach.exp_string("A1  Ring the chair").expect("the next");
    coach.exp_string("check-in> ").expect("a question");
    answer(&mut coach, "d");
    coach.exp_string("coach reflect").expect("the end");
    coach.exp_eof().expect("the end");
    assert_eq!(code(&coach), 0);
    let told = home.json(["action", "show", "A2"]);
    assert_eq!(told["outcomes"][0]["reflection"], "I answered at once");
    assert_eq!(home.json(["action", "show", "A1"])["status"], "done");
}

#[test]
fn what_another_terminal_did_meanwhile_is_not_written_over() {
    let mut home = practice();
    home.at("2026-11-20T08:30:00+01:00");
    home.ok(["session", "start", "acme-cfo"]);
    home.at(TODAY);
    let mut coach = walk(&home, &["session", "resume"]);
    asked(&mut coach, "A1  Hand the close to Priya");
    answer(&mut coach, "/go action-planning");
    asked(&mut coach, "What will you do");
    answer(&mut coach, "Write the plan");
    asked(&mut coach, "A3 due");
    // The commitment is gone: its day is not asked for again.
    home.ok(["undo"]);
    answer(&mut coach, "fri");
    coach
        .exp_string("no action ‘A3’".bytes().map(char::from).collect::<String>().as_str())
        .expect("told");
    asked(&mut coach, "What will you do");
    answer(&mut coach, "/go deep-dive");
    asked(&mut coach, "Which one matter");
    answer(&mut coach, "!as I see it");
    coach.exp_string("N2 insight").expect("stored");
    coach.exp_string(" min> ").expect("a line");
    answer(&mut coach, "/go end");
    asked(&mut coach, "N2  as I see it");
    home.ok(["notes", "edit", "N2", "--text", "zq nobody saw this"]);
    answer(&mut coach, "N2");
    coach.exp_string("was changed meanwhile").expect("not shared unseen");
    coach.exp_string(" min> ").expect("a line");
    answer(&mut coach, "");
    asked(&mut coach, "What did you agree?");
    home.ok(["session", "edit", "S2", "--summary", "from elsewhere"]);
    answer(&mut coach, "from here");
    coach.exp_string("another summary was written meanwhile").expect("told");
    asked(&mut coach, "It says by now: from elsewhere");
    coach.exp_string("from here").expect("it stands there again");
    coach.send_control('u').expect("typed");
    home.ok(["session", "edit", "S2", "--start", "2026-11-20 08:45"]);
    answer(&mut coach, "");
    coach.exp_string("read aloud").expect("the end");
    coach.exp_eof().expect("the end");
    let session = home.json(["session", "show", "S2"]);
    assert_eq!((&session["summary"], &session["minutes"]), (&"from elsewhere".into(), &75.into()));
    assert_eq!(home.json(["notes", "show", "N2"])["visibility"], "private");
}

#[test]
fn a_line_that_begins_with_a_space_is_stored_as_it_stands() {
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = walk(&home, &["session", "resume"]);
    asked(&mut coach, "A1  Hand the close to Priya");
    answer(&mut coach, " Drop in sales worries her");
    coach.exp_string("N2 thought").expect("no outcome");
    coach.exp_string(" min> ").expect("a line");
    answer(&mut coach, " !urgent");
    coach.exp_string("N3 thought").expect("no insight");
    coach.exp_string(" min> ").expect("a line");
    coach.send(" !half").expect("typed");
    coach.flush().expect("sent");
    coach.exp_string("!half").expect("shown");
    coach.send_control('c').expect("typed");
    coach.exp_eof().expect("the end");
    let mut coach = walk(&home, &["session", "resume"]);
    coach.exp_string(" !half").expect("the line that was begun");
    answer(&mut coach, "");
    coach.exp_string("N4 thought").expect("no insight either");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(home.json(["action", "show", "A1"])["status"], "open");
    assert_eq!(home.json(["notes", "show", "N3"])["text"], "!urgent");
}

#[test]
fn a_signal_that_ends_a_walk_leaves_the_terminal_as_it_was() {
    use rustix::termios::{LocalModes, tcgetattr};
    let home = practice();
    home.ok(["session", "start", "acme-cfo"]);
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        let mut coach = walk(&home, &["session", "resume"]);
        asked(&mut coach, "A1  Hand the close to Priya");
        let terminal = coach.process().get_file_handle().expect("the terminal");
        let canonical = |terminal: &fs::File| {
            tcgetattr(terminal).expect("its mode").local_modes.contains(LocalModes::ICANON)
        };
        assert!(!canonical(&terminal), "the prompt has it");
        coach.process_mut().kill(signal).expect("killed");
        assert!(canonical(&terminal), "after {signal:?}");
    }
}

#[test]
fn a_walk_that_cannot_begin_says_what_to_type() {
    let home = practice();
    let ends = |args: &[&str], says: &str| {
        let mut coach = walk(&home, args);
        coach.exp_string(says).unwrap_or_else(|error| panic!("{args:?}: {error}"));
        coach.exp_eof().expect("the end");
        assert_eq!(code(&coach), 4, "{args:?}");
    };
    ends(&["session", "resume"], "coach session run ENGAGEMENT");
    home.ok(["session", "start", "acme-cfo"]);
    ends(&["session", "run", "acme-cfo", "--kind", "intake"], "leave --kind out");
    home.ok(["engagement", "new", "beta-ceo", "--coachee", "Noor Haddad"]);
    home.ok(["session", "start", "beta-ceo"]);
    ends(&["session", "resume"], "coach session resume ");
}

#[test]
fn pasted_commitments_that_a_busy_journal_refuses_are_kept_line_by_line() {
    let home = practice_of(&["init", "--plain"]);
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = walk(&home, &["plan"]);
    asked(&mut coach, "What will you do");
    let held = Connection::open(home.journal()).expect("the journal");
    held.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    answer(&mut coach, "\u{1b}[200~Call Ann\nWrite to Bob\u{1b}[201~");
    coach.exp_string("2 lines are kept").expect("told");
    coach.exp_string(" min> ").expect("the walk goes on");
    drop(held);
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    home.ok(["drafts", "store"]);
    let open = home.ok(["action", "list", "--status", "open"]);
    assert!(open.contains("Call Ann") && open.contains("Write to Bob"), "{open}");
}
