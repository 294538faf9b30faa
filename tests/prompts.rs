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
    coach.exp_string("Rate").expect("a question");
    coach.send_line("50000 JPY/session").expect("typed");
    coach.exp_eof().expect("the end");
    let engagement = home.json(["engagement", "show", "tokyo-cto"]);
    assert_eq!(engagement["rate"]["amount"], "50000");
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
