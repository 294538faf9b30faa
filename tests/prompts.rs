//! The prompts as a person meets them, on a pseudo-terminal.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/play.rs"]
mod play;

use common::Home;
use play::{PATIENCE, code, seat};
use rexpect::session::{PtySession, spawn_command};

/// Starts `coach` with a person at its terminal.
fn play(home: &Home, args: &[&str]) -> PtySession {
    seat(home.command(args))
}

#[test]
fn a_first_command_offers_to_make_the_journal_and_shows_the_recovery_line() {
    let home = Home::empty();
    let mut coach = play(&home, &["engagement", "list"]);
    coach.exp_string("Make one now, encrypted?").expect("the offer");
    coach.send("y").expect("typed");
    coach.flush().expect("sent");
    coach.exp_string("coach-key1").expect("the recovery line");
    coach.exp_eof().expect("the end");
    assert!(home.journal().exists());
    home.ok(["engagement", "list"]);
}

#[test]
fn a_paste_does_not_answer_the_offer() {
    let home = Home::empty();
    let mut shell = std::process::Command::new("/bin/sh");
    let coach = home.command(["engagement", "list"]);
    shell.env_clear().envs(coach.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
        .current_dir(home.path())
        .args(["-c", "sleep 1; exec \"$0\" engagement list"])
        .arg(coach.get_program());
    let mut coach = spawn_command(shell, Some(PATIENCE)).expect("a pseudo-terminal");
    // Typed while the question does not stand yet: it must not count as an answer.
    coach.send("y\ny\n").expect("typed");
    coach.flush().expect("sent");
    coach.exp_string("Make one now, encrypted?").expect("the offer");
    coach.send("n").expect("typed");
    coach.flush().expect("sent");
    coach.exp_eof().expect("the end");
    assert!(!home.journal().exists());
}

#[test]
fn an_engagement_is_asked_for_step_by_step() {
    let home = Home::new();
    let mut coach = play(&home, &["engagement", "new"]);
    coach.exp_string("Short name").expect("a question");
    coach.send_line("A1").expect("typed");
    coach.exp_string("no name for an engagement").expect("a refusal, and the question again");
    coach.send_line("tokyo-cto").expect("typed");
    coach.exp_string("Who is coached").expect("a question");
    coach.send_line("田中 花子").expect("typed");
    coach.exp_string("Company").expect("a question");
    coach.send_line("").expect("typed");
    coach.exp_string("Sponsor").expect("a question");
    coach.send_line("").expect("typed");
    coach
        .exp_string("How it runs (five-stage, identity-aligned, four-a, plain) [five-stage]")
        .expect("a question");
    coach.send_line("for-a").expect("typed");
    coach.exp_string("there is no method").expect("a refusal, and the question again");
    coach.send_line("four-a").expect("typed");
    coach.exp_string("Rate").expect("a question");
    coach.send_line("50000 JPY/session").expect("typed");
    coach.exp_eof().expect("the end");
    let engagement = home.json(["engagement", "show", "tokyo-cto"]);
    assert_eq!(engagement["rate"]["amount"], "50000");
    assert_eq!(engagement["method"], "four-a");
    assert_eq!(home.json(["person", "list"])[0]["name"], "田中 花子");
}

#[test]
fn ctrl_c_at_a_prompt_ends_with_130_and_stores_nothing() {
    let home = Home::with_two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    let mut coach = play(&home, &["note"]);
    coach.exp_string("session 1: ").expect("the place");
    coach.send("half a thou").expect("typed");
    coach.send_control('c').expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(code(&coach), 130);
    assert_eq!(home.json(["notes", "list"]).as_array().map(Vec::len), Some(0));
    let kept = home.json(["drafts", "list"]);
    assert_eq!((&kept[0]["text"], &kept[0]["unfinished"]), (&"half a thou".into(), &true.into()));
    let name = kept[0]["ref"].as_str().expect("a name");
    home.ok(["drafts", "store", name]);
    assert_eq!(home.json(["notes", "list"])[0]["text"], "half a thou");
}

#[test]
fn on_a_terminal_a_unique_beginning_names_an_engagement() {
    let home = Home::with_two_clients();
    let mut coach = play(&home, &["engagement", "show", "acm"]);
    coach.exp_string("Dana Reyes").expect("the engagement");
    home.ok(["engagement", "new", "acme-coo", "--coachee", "Ravi Menon"]);
    let mut coach = play(&home, &["engagement", "show", "acme"]);
    coach.exp_string("acme-cfo, acme-coo").expect("the candidates");
    coach.exp_eof().expect("the end");
    assert_eq!(code(&coach), 3);
    home.fails(3, "no engagement ‘bet’", ["engagement", "show", "bet"]);
}

#[test]
fn a_session_that_is_no_longer_current_is_asked_how_long_it_was() {
    let mut home = Home::with_two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    home.at("2026-11-22T09:00:00+01:00");
    let mut coach = play(&home, &["session", "end"]);
    coach.exp_string("How many minutes was it").expect("the question");
    coach.send_line("80").expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(home.json(["session", "list"])[0]["minutes"], 80);
}

/// A home with an engagement of its owner's own.
fn own() -> Home {
    let home = Home::empty();
    home.ok(["init", "--role", "executive"]);
    home
}

fn reflections(home: &Home) -> Vec<String> {
    let notes = home.json(["notes", "list", "--kind", "reflection"]);
    let texts = notes.as_array().expect("notes").iter().map(|note| note["text"].as_str());
    texts.map(|text| text.expect("a text").to_owned()).collect()
}

#[test]
fn a_reflection_is_written_in_the_editor() {
    use std::os::unix::fs::PermissionsExt;
    let home = own();
    let editor = home.path().join("edit");
    std::fs::write(&editor, "#!/bin/sh\nprintf 'one\\ntwo' > \"$1\"\n").expect("an editor");
    std::fs::set_permissions(&editor, PermissionsExt::from_mode(0o755)).expect("it runs");
    let mut command = home.command(["reflect"]);
    command.env("VISUAL", &editor);
    let mut coach = seat(command);
    coach.exp_string("What stays with you").expect("a question");
    coach.send_line("/e").expect("typed");
    coach.exp_string("What would you do differently").expect("a question");
    coach.send_line("").expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(reflections(&home), ["one\ntwo"]);
}

#[test]
fn a_reflection_is_asked_for_and_enter_alone_leaves_a_question_out() {
    let home = own();
    let mut coach = play(&home, &["reflect"]);
    coach.exp_string("What stays with you").expect("a question");
    coach.send_line("").expect("typed");
    coach.exp_string("What would you do differently").expect("a question");
    coach.send_line("Count to three").expect("typed");
    coach.exp_string("N1  reflection").expect("said back");
    coach.exp_eof().expect("the end");
    assert_eq!(code(&coach), 0);
    assert_eq!(reflections(&home), ["Count to three"]);
    let mut coach = play(&home, &["reflect"]);
    coach.exp_string("What stays with you").expect("a question");
    coach.send_line("").expect("typed");
    coach.exp_string("What would you do differently").expect("a question");
    coach.send_line("").expect("typed");
    coach.exp_string("nothing was written").expect("told");
    coach.exp_eof().expect("the end");
    assert_eq!((code(&coach), reflections(&home).len()), (0, 1));
}

#[test]
fn each_answer_about_the_week_is_a_step_of_its_own_and_survives_ctrl_c() {
    let home = own();
    home.ok(["plan", "Ring the chair"]);
    let mut coach = play(&home, &["reflect", "--week"]);
    coach.exp_string("your week").expect("the week");
    coach.exp_string("Ring the chair").expect("what is open");
    coach.exp_string("What went as you meant it to").expect("a question");
    coach.send_line("I asked").expect("typed");
    coach.exp_string("What did you put off").expect("a question");
    coach.send_line("The call").expect("typed");
    coach.exp_string("next week must not lose").expect("a question");
    coach.send("half a thou").expect("typed");
    coach.send_control('c').expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!(code(&coach), 130);
    assert_eq!(reflections(&home), ["I asked", "The call"]);
    home.ok(["undo"]);
    assert_eq!(reflections(&home), ["I asked"]);
}

#[test]
fn ctrl_d_leaves_the_rest_of_the_questions_and_json_asks_one() {
    let home = own();
    let mut coach = play(&home, &["reflect"]);
    coach.exp_string("What stays with you").expect("a question");
    coach.send_line("Rosa knew").expect("typed");
    coach.exp_string("What would you do differently").expect("a question");
    coach.send_control('d').expect("typed");
    coach.exp_eof().expect("the end");
    assert_eq!((code(&coach), reflections(&home)), (0, vec!["Rosa knew".to_owned()]));
    let mut coach = play(&home, &["reflect", "--week", "--json"]);
    coach.exp_string("What went as you meant it to").expect("a question");
    coach.send_line("Enough").expect("typed");
    coach.exp_string("\"text\": \"Enough\"").expect("one object");
    coach.exp_string("\"promised\"").expect("with the week");
    coach.exp_eof().expect("the end");
    assert_eq!((code(&coach), reflections(&home).len()), (0, 2));
}

#[test]
fn an_answer_that_a_busy_journal_refuses_is_kept_alone() {
    let home = Home::empty();
    home.ok(["init", "--plain", "--role", "executive"]);
    let mut coach = play(&home, &["reflect"]);
    coach.exp_string("What stays with you").expect("a question");
    coach.send_line("Rosa knew").expect("typed");
    coach.exp_string("What would you do differently").expect("a question");
    let other = rusqlite::Connection::open(home.journal()).expect("a plain journal");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    coach.send_line("Ask her first").expect("typed");
    coach.exp_string("your words are kept").expect("told");
    coach.exp_eof().expect("the end");
    assert_eq!(code(&coach), 5);
    drop(other);
    assert_eq!(reflections(&home), ["Rosa knew"]);
    home.ok(["drafts", "store"]);
    assert_eq!(reflections(&home), ["Rosa knew", "Ask her first"]);
    assert_eq!(home.json(["drafts", "list"]), serde_json::json!([]));
}

#[test]
fn an_answer_of_a_review_is_kept_where_its_engagement_was_removed_meanwhile() {
    let home = Home::with_two_clients();
    let mut coach = play(&home, &["review", "closing", "acme-cfo"]);
    coach.exp_string("answer> ").expect("a question");
    coach.send_line("I say it in the room now.").expect("typed");
    coach.exp_string("answer> ").expect("the next one");
    home.ok(["engagement", "remove", "acme-cfo"]);
    coach.send_line("The offsite in October.").expect("typed");
    coach.exp_string("your words are kept").expect("told");
    coach.exp_eof().expect("the end");
    assert_eq!(home.json(["drafts", "list"])[0]["text"], "The offsite in October.");
}
