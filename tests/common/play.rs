//! A person at a pseudo-terminal: what they see, line by line, and what they type.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::process::{Command, Stdio};

use rexpect::session::{PtySession, spawn_command};

/// Waits at most this long for what is expected, in milliseconds.
pub(crate) const PATIENCE: u64 = 20_000;

/// Starts a command with a person at its terminal.
pub(crate) fn seat(mut command: Command) -> PtySession {
    command.env("NO_COLOR", "1").stdin(Stdio::inherit());
    spawn_command(command, Some(PATIENCE)).expect("a pseudo-terminal")
}

/// The exit code; the library tells it as a status that it does not name for others.
pub(crate) fn code(session: &PtySession) -> i32 {
    let status = format!("{:?}", session.process().wait().expect("an end"));
    let told =
        status.strip_prefix("Exited(").and_then(|rest| rest.rsplit(", ").next()?.strip_suffix(')'));
    told.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{status}"))
}

/// What stands before an answer: the label of a question, such as `deep-dive 14/90 min> ` or the few
/// words of a field's title.
const PROMPT: &str = r"(^|\n)[a-z-]+( [a-z-]+){0,4}( \d+(/\d+)? min)?> $";

/// The answer on a line of a transcript, if it is one on which a question was answered.
pub(crate) fn answered(line: &str) -> Option<&str> {
    let (label, answer) = line.split_once('>')?;
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let named = label.split_once(' ').map_or(label, |(named, _)| named);
    let few = label.split(' ').count() <= 5 && label.split(' ').all(is_word);
    let is_label = is_word(named) && (few || label.ends_with(" min"));
    is_label.then(|| answer.strip_prefix(' ').unwrap_or(answer))
}

/// Plays a command on a terminal without codes: each answer is typed when a question stands there;
/// `^D` and `^C` are the keys. Gives the exit code and what the screen showed.
pub(crate) fn plainly(mut command: Command, answers: &[&str]) -> (i32, String) {
    command.env("TERM", "dumb");
    let mut session = seat(command);
    let mut screen = String::new();
    for answer in answers {
        match session.exp_regex(PROMPT) {
            // What is typed is not echoed here.
            Ok((before, prompt)) => {
                screen.push_str(&format!("{}{prompt}{answer}\n", decoded(&before)));
            }
            // It ended before: the difference shows where.
            Err(_) => break,
        }
        match answer.strip_prefix('^').and_then(|key| key.chars().next()) {
            Some(key) if answer.len() == 2 => {
                session.send_control(key).expect("typed");
            }
            _ => drop(session.send_line(answer).expect("typed")),
        }
        session.flush().expect("typed");
    }
    match session.exp_eof() {
        Ok(rest) => screen.push_str(&decoded(&rest)),
        Err(error) => screen.push_str(&format!("\nit waits for more: {error}")),
    }
    (code(&session), screen.replace("\r\n", "\n").replace('\r', ""))
}

/// What a screen said: the library gives each byte as a letter.
fn decoded(said: &str) -> String {
    let bytes: Option<Vec<u8>> = said.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| said.to_owned())
}
