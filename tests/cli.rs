//! Transcripts are tests and documentation at once: every Markdown file in `tests/cmd`, the README
//! and the examples show commands with their output, and here each command is run and compared.
//!
//! A block ```` ```console ```` holds commands after `$ ` (further lines, such as a here-document,
//! after `> `), `? N` under a command that ends with code N, then what a terminal shows of it. The
//! commands of a file share one shell and one empty home. `<!-- now: INSTANT -->` on a line of its
//! own sets the clock from there on. In the output `[..]` stands for anything in a line, `...` alone
//! for any lines, `/home/you` for the home directory, `[ID]` for a UUID.
//!
//! A block ```` ```terminal ```` holds one command that asks questions: it runs on a terminal without
//! codes, in the same home, and what follows a question such as `deep-dive 14/90 min> ` is typed there.
//!
//! `TRANSCRIPTS=overwrite cargo test --test cli` writes the real output into the files: read the
//! difference before you believe it. `TRANSCRIPTS_OF=review` takes those alone whose path holds the word.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use snapbox::Data;
use snapbox::filter::NormalizeToExpected;
use uuid::Uuid;

mod common;
#[path = "common/play.rs"]
mod play;

use common::{Home, NOW};

/// Ends the output of a command, before its exit code: `coach` never prints it.
const MARK: char = '\u{1e}';

/// A command of a transcript.
struct Step {
    /// Its line, from 0.
    line: usize,
    /// What the shell runs: the command, after a change of the clock if there was one.
    script: String,
    /// The clock that was set last, if one was.
    now: Option<String>,
    /// Whether somebody sits at a terminal and answers.
    seated: bool,
    /// The lines that hold its exit code, if that is not 0, and its output.
    shown: Range<usize>,
}

/// What became of a transcript.
struct Review {
    /// A difference for each command that did other than the transcript says.
    differences: Vec<String>,
    /// The transcript as it is in truth.
    truth: String,
}

/// Finds the commands; an error names the line that cannot be read.
fn steps(lines: &[&str]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut clock = String::new();
    let mut last = None;
    // The fence that ends the block, and of which kind its commands are, if it holds any.
    let mut block: Option<(&str, Option<bool>)> = None;
    let mut typing = false;
    for (at, &line) in lines.iter().enumerate() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let (fence, info) = line.split_at(ticks);
        match block {
            None if ticks >= 3 => {
                if info.starts_with("console") && info != "console" {
                    return Err(format!("{}: nothing is skipped: ```console stands alone", at + 1));
                }
                block = Some((
                    fence,
                    match info {
                        "console" => Some(false),
                        "terminal" => Some(true),
                        _ => None,
                    },
                ));
            }
            None => {
                let now =
                    line.strip_prefix("<!-- now: ").and_then(|rest| rest.strip_suffix(" -->"));
                if let Some(now) = now {
                    last = Some(now.to_owned());
                    clock = format!("export COACH_NOW='{now}'\n");
                }
                continue;
            }
            Some((end, _)) if end == line => block = None,
            Some((_, None)) => {}
            Some((_, Some(seated))) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    let script = match seated {
                        true => command.to_owned(),
                        false => std::mem::take(&mut clock) + command,
                    };
                    let (now, shown) = (last.clone(), at + 1..at + 1);
                    steps.push(Step { line: at, script, now, seated, shown });
                    typing = !seated;
                    continue;
                }
                let inside = steps.last_mut().filter(|step| step.shown.end == at);
                let step = inside.ok_or_else(|| format!("{}: output of no command", at + 1))?;
                let more = line.strip_prefix("> ").or((line == ">").then_some(""));
                if let Some(more) = more.filter(|_| typing) {
                    step.script = format!("{}\n{more}", step.script);
                    step.shown = at + 1..at + 1;
                    continue;
                }
                step.shown.end = at + 1;
            }
        }
        typing = false;
    }
    match block {
        Some(_) => Err("a block is not closed".to_owned()),
        None if steps.is_empty() => Err("there is no command".to_owned()),
        None => Ok(steps),
    }
}

/// Runs the commands in an empty home, those between two terminals in one shell; gives the exit code
/// and output of each that ended.
fn run(steps: &[Step], lines: &[&str]) -> Vec<(i32, String)> {
    let home = Home::empty();
    let mut ended = Vec::new();
    for part in steps.chunk_by(|one, next| !one.seated && !next.seated) {
        match part {
            [step] if step.seated => {
                let answers = lines[step.shown.clone()].iter().filter_map(|l| play::answered(l));
                let shell = shell(&home, step, &format!("exec {}", step.script));
                let (code, said) = play::plainly(shell, &answers.collect::<Vec<_>>());
                ended.push((code, without_ids(&said)));
            }
            part => ended.extend(run_in_one(&home, part)),
        }
    }
    ended
}

/// A shell in a home, at the time of its first step.
fn shell(home: &Home, first: &Step, script: &str) -> Command {
    let coach = Path::new(env!("CARGO_BIN_EXE_coach")).parent().expect("a directory");
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", script])
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", coach.display()))
        .env("TZ", "Europe/Berlin")
        .env("TERM", "xterm")
        .env("COACH_NOW", first.now.as_deref().unwrap_or(NOW))
        .current_dir(home.path());
    shell
}

fn run_in_one(home: &Home, steps: &[Step]) -> Vec<(i32, String)> {
    let script: String =
        steps.iter().map(|step| format!("{}\nprintf '\\036%s\\n' $?\n", step.script)).collect();
    let output = shell(home, &steps[0], &format!("exec 2>&1\n{script}"))
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    // A terminal does not show how a line ends.
    let said = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let said = without_ids(&said.replace(&home.path().display().to_string(), "/home/you"));
    // A piece begins with the code of the command before it.
    let mut pieces = said.split(MARK);
    let mut text = pieces.next().unwrap_or_default();
    let mut ended = Vec::new();
    for piece in pieces {
        let (code, rest) = piece.split_once('\n').expect("the mark's own line");
        ended.push((code.parse().expect("an exit code"), text.to_owned()));
        text = rest;
    }
    if ended.len() < steps.len() {
        ended.push((output.status.code().unwrap_or(-1), format!("{text}\nthe shell ended here")));
    }
    ended
}

/// Puts `[ID]` in place of each UUID.
fn without_ids(mut text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    while let Some(next) = text.chars().next() {
        if text.get(..36).is_some_and(|word| Uuid::try_parse(word).is_ok()) {
            clean.push_str("[ID]");
            text = &text[36..];
        } else {
            clean.push(next);
            text = &text[next.len_utf8()..];
        }
    }
    clean
}

/// The exit code, if it is not 0, and the output, as a transcript shows them.
fn shown(code: i32, output: &str) -> Vec<String> {
    let code = (code != 0).then(|| format!("? {code}"));
    code.into_iter().chain(output.trim_end_matches('\n').lines().map(str::to_owned)).collect()
}

/// Runs a transcript and compares.
fn review(text: &str) -> Result<Review, String> {
    let lines: Vec<&str> = text.lines().collect();
    let steps = steps(&lines)?;
    let mut truth: Vec<String> = Vec::new();
    let mut differences = Vec::new();
    let mut copied = 0;
    for (step, (code, output)) in steps.iter().zip(run(&steps, &lines)) {
        let told = &lines[step.shown.clone()];
        let blank = told.iter().rev().take_while(|line| line.is_empty()).count();
        let told = &told[..told.len() - blank];
        let head = usize::from(told.first().is_some_and(|line| line.starts_with("? ")));
        // What a placeholder stands for becomes the placeholder; then both are equal or differ.
        let pattern = Data::text(told[head..].join("\n"));
        let output = Data::text(output.trim_end_matches('\n'));
        let output = NormalizeToExpected::new().redact().normalize(output, &pattern).to_string();
        let real = shown(code, &output);
        if real != told {
            let command = lines[step.line];
            differences.push(format!("{}: {command}\n{}", step.line + 1, difference(told, &real)));
        }
        truth.extend(lines[copied..step.shown.start].iter().map(|&line| line.to_owned()));
        truth.extend(real);
        copied = step.shown.end - blank;
    }
    if steps.last().is_some_and(|last| copied < last.shown.start) {
        differences.push("the commands after that were not run".to_owned());
    }
    truth.extend(lines[copied..].iter().map(|&line| line.to_owned()));
    Ok(Review { differences, truth: truth.join("\n") + "\n" })
}

/// What differs, between the lines that are equal before and after it.
fn difference(told: &[&str], real: &[String]) -> String {
    let real: Vec<&str> = real.iter().map(String::as_str).collect();
    let head = told.iter().zip(&real).take_while(|(told, real)| told == real).count();
    let (told, rest) = (told.split_at(head), &real[head..]);
    let pairs = told.1.iter().rev().zip(rest.iter().rev());
    let tail = pairs.take_while(|(told, real)| told == real).count();
    let (gone, same) = told.1.split_at(told.1.len() - tail);
    [(' ', told.0), ('-', gone), ('+', &rest[..rest.len() - tail]), (' ', same)]
        .into_iter()
        .flat_map(|(mark, lines)| lines.iter().map(move |line| format!("    {mark} {line}\n")))
        .collect()
}

/// The Markdown files in a directory and all below it; none if it is not there.
fn markdown_in(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(markdown_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Reviews a file, or writes its truth; gives what is wrong, under its name.
fn wrong_with(path: &Path, overwrite: bool) -> Option<String> {
    let text = fs::read_to_string(path).expect("a transcript");
    let wrong = match review(&text) {
        Err(why) => vec![why],
        Ok(review) if overwrite => {
            if review.truth != text {
                fs::write(path, review.truth).expect("the transcript is written");
            }
            return None;
        }
        Ok(review) => review.differences,
    };
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display();
    let named: Vec<String> = wrong.iter().map(|wrong| format!("{name}:{wrong}")).collect();
    (!named.is_empty()).then(|| named.join("\n"))
}

/// Every transcript there is.
fn transcripts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = markdown_in(&root.join("tests/cmd"));
    assert!(!files.is_empty(), "tests/cmd holds no transcript");
    files.extend(Some(root.join("README.md")).filter(|path| path.exists()));
    files.extend(markdown_in(&root.join("examples")));
    files
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn every_command_does_what_its_transcript_shows() {
    let overwrite = std::env::var("TRANSCRIPTS").is_ok_and(|word| word == "overwrite");
    let only = std::env::var("TRANSCRIPTS_OF").unwrap_or_default();
    let mut files = transcripts();
    files.retain(|path| path.to_string_lossy().contains(&only));
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let reviews: Vec<_> =
            files.iter().map(|path| scope.spawn(move || wrong_with(path, overwrite))).collect();
        reviews.into_iter().filter_map(|review| review.join().expect("a review")).collect()
    });
    let (bad, all) = (wrong.len(), files.len());
    assert!(wrong.is_empty(), "{bad} of {all} transcripts are wrong\n\n{}", wrong.join("\n\n"));
}

#[test]
fn every_command_has_a_transcript() {
    let texts: String =
        transcripts().iter().map(|path| fs::read_to_string(path).expect("a transcript")).collect();
    let typed: Vec<String> = texts
        .lines()
        .filter(|line| line.starts_with("$ "))
        .map(|line| format!("{line} "))
        .collect();
    let all = common::leaves();
    assert!(all.len() > 20, "{all:?}");
    let shown = |leaf: &&String| typed.iter().any(|line| line.contains(&format!("coach {leaf} ")));
    let missing: Vec<&String> = all.iter().filter(|leaf| !shown(leaf)).collect();
    assert!(missing.is_empty(), "no transcript shows {missing:?}");
}

/// A block of commands with what they show.
fn block(lines: &str) -> String {
    format!("Some prose.\n\n```console\n{lines}\n```\n")
}

#[test]
fn a_true_transcript_passes() {
    for lines in [
        "$ true",
        "$ false\n? 1",
        "$ echo out; echo err >&2\nout\nerr",
        "$ printf 'a\\n\\nb'\na\n\nb\n\n$ echo c\nc",
        "$ cat <<'END'\n> words\n>\n> more\n> END\nwords\n\nmore",
        "$ mkdir -p d && cd d\n$ export WORD=kept\n$ echo $WORD; pwd\nkept\n/home/you/d",
        "$ echo 0190c3a0-4b7e-7cc0-8000-0123456789ab.\n[ID].",
        "$ echo one two; seq 9; echo end\none [..]\n...\nend",
        "$ env | sort\nCOACH_NOW=[..]\nHOME=/home/you\nPATH=[..]:/usr/bin:/bin\nPWD=/home/you\nTERM=xterm\nTZ=Europe/Berlin",
    ] {
        let review = review(&block(lines)).expect("a transcript");
        assert!(review.differences.is_empty(), "{lines}\n{:?}", review.differences);
        assert_eq!(review.truth, block(lines));
    }
}

#[test]
fn a_wrong_expectation_fails() {
    for (lines, truth) in [
        ("$ echo one\ntwo", "$ echo one\none"),
        ("$ echo one", "$ echo one\none"),
        ("$ true\none", "$ true"),
        ("$ echo one\none\ntwo", "$ echo one\none"),
        ("$ false", "$ false\n? 1"),
        ("$ true\n? 1", "$ true"),
        ("$ sh -c 'exit 4'\n? 2\n...", "$ sh -c 'exit 4'\n? 4\n..."),
        ("$ false\n...", "$ false\n? 1\n..."),
        ("$ echo one two\none [..] three", "$ echo one two\none two"),
    ] {
        let before = review(&block(lines)).expect("a transcript");
        assert_eq!(before.differences.len(), 1, "{lines}");
        assert_eq!(before.truth, block(truth), "{lines}");
    }
    let stopped = review(&block("$ exit 3\n? 3\n$ echo never\nnever")).expect("a transcript");
    assert!(stopped.differences.concat().contains("the shell ended here"));
}

#[test]
fn a_difference_shows_what_was_told_and_what_is() {
    let review = review(&block("$ printf 'a\\nb\\nc\\n'\na\nx\nc")).expect("a transcript");
    let shown = "4: $ printf 'a\\nb\\nc\\n'\n      a\n    - x\n    + b\n      c\n";
    assert_eq!(review.differences, [shown]);
}

#[test]
fn the_clock_is_set_from_there_on() {
    let late = "<!-- now: 2026-12-05T10:00:00+01:00 -->\n";
    let now = "$ echo $COACH_NOW\n";
    let text = block(&format!("{now}{NOW}")) + late + &block(&format!("{now}2026-12-05T[..]"));
    assert!(review(&text).expect("a transcript").differences.is_empty());
}

#[test]
fn what_runs_nothing_or_skips_something_is_refused() {
    for (text, why) in [
        ("Prose alone.\n", "there is no command"),
        ("```sh\n$ cargo test\n```\n", "there is no command"),
        ("```console,ignore\n$ false\n```\n", "nothing is skipped"),
        ("```console\nnothing typed\n```\n", "output of no command"),
        ("```console\n$ true\n", "not closed"),
    ] {
        let error = review(text).map(|_| ()).expect_err(text);
        assert!(error.contains(why), "{error}");
    }
}
