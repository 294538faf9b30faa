//! Bad input: each is refused with its message and exit code, and changes no file. Text that a
//! terminal would obey is stored as it came and never shown raw.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStringExt;

use common::{Home, Run};
use evidence::{files, not_run, shell};
use serde_json::Value;

const MIB: usize = 1024 * 1024;

/// Escape sequences of 7 and 8 bits, a title, a bell, backspace, delete, and turned writing.
const HOSTILE: &str = "a\u{1b}[31mb\u{9b}2Jc\u{1b}]0;owned\u{7}d\u{8}e\u{7f}f\u{202e}g\u{2066}h";

/// A home with one of each record: two clients, `acme-cfo` with a goal, an action and an open session.
fn busy() -> Home {
    let home = Home::with_two_clients();
    home.ok(["goal", "add", "acme-cfo", "Delegate", "--success", "Evenings"]);
    home.ok(["goal", "kr", "add", "G1", "Evenings", "--unit", "days", "--from", "1", "--to", "4"]);
    home.ok(["session", "start", "acme-cfo"]);
    home.ok(["deep-dive", "she decides alone"]);
    home.ok(["action-planning", "hand over the board pack"]);
    home
}

/// Refused, with the files of the home as they were.
fn unchanged<A: AsRef<OsStr>>(home: &Home, code: i32, says: &str, args: &[A], stdin: &[u8]) -> Run {
    let before = files(home.path());
    let run = home.pipe(args, stdin);
    run.failed(code, says);
    assert_eq!(run.out, "", "{run:?}");
    assert!(files(home.path()) == before, "a file changed: {run:?}");
    run
}

/// Runs a line on a pseudo-terminal; what it shows, or nothing where there is no `script`.
fn on_a_terminal(home: &Home, line: &str) -> Option<(i32, String)> {
    let line = format!(
        "command -v script >/dev/null || exit 99
         TERM=xterm NO_COLOR=1 COLUMNS=200 exec script -qec \"$COACH {line}\" /dev/null"
    );
    let run = shell(home, &line);
    (run.code != 99).then(|| (run.code, run.out.replace("\r\n", "\n")))
}

fn hostile(text: &str) -> Option<char> {
    text.chars().find(|&letter| {
        letter != '\n' && letter.is_control()
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[test]
fn bytes_that_are_no_text_are_refused_as_arguments() {
    let home = busy();
    let bad = || OsString::from_vec(b"caf\xe9".to_vec());
    for args in [
        &["note", "-e", "acme-cfo"][..],
        &["person", "add"],
        &["goal", "add", "acme-cfo"],
        &["action", "add", "acme-cfo"],
        &["session", "schedule", "acme-cfo"],
        &["engagement", "show"],
        &["session", "end", "acme-cfo", "--summary"],
        &["person", "edit", "P1", "--email"],
        &["due", "--as-of"],
        &["-e"],
    ] {
        let args: Vec<OsString> = args.iter().map(OsString::from).chain([bad()]).collect();
        unchanged(&home, 2, "UTF-8", &args, b"");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_from_stdin() {
    let home = busy();
    for args in [
        &["note", "-e", "acme-cfo", "-"][..],
        &["note", "-e", "acme-cfo"],
        &["check-in", "-"],
        &["challenge"],
        &["action-planning", "-"],
        &["notes", "edit", "N1", "--text", "-"],
    ] {
        unchanged(&home, 2, "UTF-8", args, b"words and \xff\xfe");
        unchanged(&home, 2, "UTF-8", args, b"\xed\xa0\x80 is half a pair");
        unchanged(&home, 2, "NUL", args, b"words\0and more");
    }
    unchanged(&home, 2, "UTF-8", &["check-in", "--from", "-"], b"{\"action\":\"A1\"\xff}");
    let nul = br#"{"action":"A1","outcome":"partly","reflection":"a\u0000b"}"#;
    unchanged(&home, 2, "NUL", &["check-in", "--from", "-"], nul);
    let half = b"{\"action\":\"A1\",\"outcome\":\"done\"}\n{\"action\":\"A1\",\"outco";
    unchanged(&home, 2, "line 2", &["check-in", "--from", "-"], half);
}

#[test]
fn a_note_of_a_mebibyte_is_stored_whole_and_one_byte_more_is_refused() {
    let home = busy();
    let wide = "ä".repeat(MIB / 2);
    for text in ["x".repeat(MIB), format!("{}\n", "y".repeat(MIB)), wide] {
        let run = home.pipe(["note", "-e", "acme-cfo", "--json", "-"], &text);
        assert_eq!(run.code, 0, "{}", run.err);
        let said: Value = serde_json::from_str(&run.out).expect("JSON");
        let shown = home.json(["notes", "show", said["ref"].as_str().expect("a ref")]);
        assert!(shown["text"].as_str() == Some(text.trim()), "not stored whole");
    }
    for (size, says) in
        [(MIB + 1, "1 MiB"), (MIB + 5000, "1 MiB"), (3 * MIB, "nothing was written")]
    {
        unchanged(&home, 2, says, &["note", "-e", "acme-cfo", "-"], &vec![b'x'; size]);
    }
    let over = format!("{}ä", "x".repeat(MIB - 1));
    unchanged(&home, 2, "1 MiB", &["note", "-e", "acme-cfo", "-"], over.as_bytes());
}

#[test]
fn an_empty_text_is_refused_everywhere() {
    let home = busy();
    for line in [
        "person add *",
        "person edit P1 --name *",
        "person edit P1 --email *",
        "org add *",
        "org edit O1 --name *",
        "engagement new new-one --coachee *",
        "engagement new *",
        "engagement edit acme-cfo --reference *",
        "engagement edit acme-cfo --slug *",
        "goal add acme-cfo *",
        "goal edit G1 --title *",
        "goal edit G1 --focus *",
        "goal edit G1 --success *",
        "goal criterion add G1 *",
        "goal criterion add G1 text --evidence *",
        "goal kr add G1 * --unit a --from 1 --to 2",
        "goal kr add G1 title --unit * --from 1 --to 2",
        "action add acme-cfo *",
        "action edit A1 --what *",
        "action partly A1 --reflection *",
        "action edit A1 --what other --reason *",
        "note -e acme-cfo *",
        "check-in *",
        "deep-dive *",
        "challenge *",
        "action-planning *",
        "notes edit N1 --text *",
        "session end acme-cfo --minutes 80 --summary *",
        "session edit S1 --private-summary *",
        "session schedule acme-cfo *",
        "session schedule acme-cfo tomorrow --with *",
    ] {
        for empty in ["", " \t ", "\n"] {
            let args: Vec<String> = line.split(' ').map(|arg| arg.replace('*', empty)).collect();
            unchanged(&home, 2, "error: ", &args, b"");
        }
    }
    for line in ["note -e acme-cfo -", "deep-dive", "notes edit N1 --text -"] {
        let args: Vec<&str> = line.split(' ').collect();
        unchanged(&home, 2, "no", &args, b" \n\t\n");
    }
}

#[test]
fn a_closed_stdin_is_no_text_and_a_closed_stdout_no_error() {
    let home = busy();
    let before = files(home.path());
    for line in ["note -e acme-cfo -", "deep-dive", "check-in --from -", "key recover"] {
        shell(&home, &format!("exec $COACH {line} <&-")).failed(2, "error: ");
    }
    for line in ["due", "notes list --json", "engagement show acme-cfo --output csv", "--help"] {
        for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
            let run = shell(&home, &format!("exec $COACH {line} {closed}"));
            assert_eq!(run.code, 0, "{line} {closed}: {run:?}");
        }
    }
    assert!(files(home.path()) == before);
    home.pipe(["note", "-e", "acme-cfo", "-"], "long words ".repeat(50_000));
    let gone = shell(&home, "($COACH notes list; echo $? >code) | head -c 10");
    assert!(gone.err.is_empty(), "{gone:?}");
    assert_eq!(fs::read_to_string(home.path().join("code")).expect("a code"), "0\n");
    let run = shell(&home, "exec $COACH person add Noor <&- >&- 2>&-");
    assert_eq!(run.code, 0, "{run:?}");
    // stdin, stdout and stderr were closed: their numbers must not become the journal's.
    assert!(home.json(["person", "list"]).to_string().contains("Noor"));
    evidence::intact(&home);
}

#[test]
fn what_is_not_there_is_said_with_what_is_like_it() {
    let home = busy();
    for (line, says) in [
        ("engagement show acme-cfa", "acme-cfo"),
        ("note -e acem-cfo words", "acme-cfo"),
        ("session start beta-coe", "E-2026-02"),
        ("goal add nothing-like-it title", "engagement list"),
        ("goal rate G99 5", "G99"),
        ("action done A7", "A7"),
        ("notes show N404", "N404"),
        ("person show P77", "P77"),
        ("session end acme-cfo --minutes 60 --json --engagement beta-ceo", "beta-ceo"),
        ("history G99", "G99"),
        ("engagement show 01890000-0000-7000-8000-000000000000", "01890000"),
        // In a script a beginning names nothing, unique or not.
        ("engagement show acme", "acme-cfo"),
        ("note -e acme words", "acme-cfo"),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let code = if line.contains("--engagement") { 2 } else { 3 };
        unchanged(&home, code, says, &args, b"");
    }
    unchanged(&home, 2, "--focus", &["goal", "list", "--focsu", "x"], b"");
}

#[test]
fn on_a_terminal_a_unique_beginning_is_enough_and_an_ambiguous_one_is_refused() {
    let home = busy();
    home.ok(["engagement", "new", "acme-coo", "--coachee", "Kim Lund"]);
    let Some((code, shown)) = on_a_terminal(&home, "engagement show beta") else {
        return not_run("prefixes on a terminal: script is not here");
    };
    assert!(code == 0 && shown.contains("beta-ceo"), "{code} {shown}");
    let before = files(home.path());
    for line in ["engagement show acme", "note -e acme words", "session start acme-c"] {
        let (code, shown) = on_a_terminal(&home, line).expect("it ran before");
        assert_eq!(code, 3, "{line}: {shown}");
        assert!(shown.contains("acme-cfo"), "{line}: {shown}");
        // The other one goes by its reference while a session is open, and that names it too.
        assert!(shown.contains("E-2026-03") && !shown.contains("acme-coo"), "{line}: {shown}");
    }
    assert!(files(home.path()) == before);
    let (code, shown) = on_a_terminal(&home, "engagement show acme-cf").expect("it ran before");
    assert!(code == 0 && shown.contains("Dana"), "{shown}");
    unchanged(&home, 3, "acme", &["engagement", "show", "acme"], b"");
}

#[test]
fn a_day_that_cannot_be_read_or_does_not_exist_is_never_guessed() {
    let home = busy();
    for when in [
        "2026-02-30",
        "2026-13-01",
        "2027-02-29",
        "03/04/2026",
        "31.12.2026",
        "someday",
        "12-04",
        "2026-12",
        "fry",
        "in two weeks",
        "+10",
        "+99999999d",
        "eoy",
        "2026-12-04T25:00",
        "0",
        "-1d",
        "99999-01-01",
        "20261204",
    ] {
        for line in [
            "action add acme-cfo words --due=*",
            "action edit A1 --due=*",
            "session schedule acme-cfo -- *",
            "session add acme-cfo -- *",
            "session start beta-ceo --at=*",
            "engagement new new-one --coachee Kim --start=*",
            "engagement edit acme-cfo --end=*",
            "goal rate G1 5 --on=*",
            "goal kr set K1 2 --on=*",
            "notes list --since=*",
            "due --as-of=*",
        ] {
            let args: Vec<String> = line.split(' ').map(|arg| arg.replace('*', when)).collect();
            let run = unchanged(&home, 2, "error: ", &args, b"");
            let examples = ["2026-12-04", "next friday", "--at \"today "];
            let example = examples.iter().any(|example| run.err.contains(example));
            assert!(example, "no example of a day: {args:?} {run:?}");
        }
    }
    for (line, says) in [
        ("session schedule beta-ceo 2027-03-28 02:30", "clocks go forward"),
        ("session schedule beta-ceo 2026-12-04 24:30", "24:30"),
        ("action add acme-cfo words --due tomorrow@10", "tomorrow@10"),
        ("person list --as-of yesterday --since 2026-02-30", "error: "),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        unchanged(&home, 2, says, &args, b"");
    }
    unchanged(&home, 2, "day alone", &["goal", "rate", "G1", "5", "--on", "tomorrow 10:00"], b"");
}

/// A home where every text of every record is hostile.
fn infested() -> Home {
    let home = Home::new();
    for line in [
        "org add *",
        "person add * --email kim@example.org --phone * --org * --role *",
        "engagement new acme-cfo --coachee P1 --sponsor *2 --org O1",
        "engagement edit acme-cfo --sessions 9 --reason *",
        "goal add acme-cfo * --focus * --success *",
        "goal criterion add G1 * --evidence *",
        "goal kr add G1 * --unit * --from 1 --to 4",
        "session start acme-cfo",
        "check-in *",
        "deep-dive --shared *",
        "action-planning * --goal G1",
        "check-in --partly A1 --reflection *",
        "notes edit N1 --text *2 --reason *",
        "session end acme-cfo --minutes 80 --summary * --private-summary *",
        "note -e acme-cfo *",
        "session schedule acme-cfo tomorrow --with *",
    ] {
        let args = line.split(' ').map(|arg| arg.replace('*', HOSTILE));
        let run = home.run(args);
        assert_eq!(run.code, 0, "{line}: {run:?}");
        for shown in [&run.out, &run.err] {
            assert_eq!(hostile(shown), None, "{line} answered raw: {shown:?}");
        }
    }
    home
}

const VIEWS: [&str; 16] = [
    "org list",
    "org show O1",
    "person list",
    "person show P1",
    "engagement list",
    "engagement show acme-cfo",
    "goal list",
    "goal show G1",
    "goal kr list G1",
    "session list",
    "session show S1",
    "notes list",
    "notes show N2",
    "action list",
    "due",
    "history",
];

#[test]
fn what_a_terminal_would_obey_is_stored_and_never_shown_raw() {
    let home = infested();
    for (args, field) in [
        (["person", "show", "P1"], "role"),
        (["goal", "show", "G1"], "title"),
        (["notes", "show", "N2"], "text"),
        (["session", "show", "S1"], "summary"),
        (["action", "show", "A1"], "what"),
    ] {
        assert_eq!(home.json(args)[field], HOSTILE, "not stored as it came: {args:?} {field}");
    }
    let recap = "recap S1".to_owned();
    let mut views: Vec<String> = VIEWS.map(str::to_owned).to_vec();
    views.extend(["goal criterion list G1", "goal kr show K1"].map(str::to_owned));
    let mut raw = Vec::new();
    for (view, forms) in views
        .iter()
        .map(|view| (view, &["table", "json", "jsonl", "csv"][..]))
        .chain([(&recap, &["table", "text", "markdown", "json", "jsonl"][..])])
    {
        for form in forms {
            let args = view.split(' ').chain(["--output", form]);
            let run = home.run(args);
            assert_eq!(run.code, 0, "{view} {form}: {run:?}");
            let text = format!("{}{}", run.out, run.err).replace("\r\n", "\n");
            raw.extend(hostile(&text).map(|letter| format!("{view} as {form}: {letter:?}")));
        }
    }
    assert!(raw.is_empty(), "{raw:#?}");
}

#[test]
fn a_terminal_gets_no_escape_from_stored_text() {
    let home = infested();
    for view in VIEWS.iter().chain(&["recap S1"]) {
        let Some((code, shown)) = on_a_terminal(&home, view) else {
            return not_run("escapes on a terminal: script is not here");
        };
        assert_eq!(code, 0, "{view}: {shown:?}");
        assert_eq!(hostile(&shown), None, "{view}: {shown:?}");
    }
}

#[test]
fn an_error_never_repeats_an_escape_raw() {
    let home = infested();
    let mut raw = Vec::new();
    for line in [
        "engagement show *",
        "note -e * words",
        "goal rate G1 *",
        "goal show *",
        "person show *",
        "action add acme-cfo words --due *",
        "goal list --owner *",
        "*",
        "goal *",
        "due --*",
        "due --output *",
        "--journal * due",
        "--key-file * due",
        "due -o /nowhere/*",
        "history *",
        "goal add acme-cfo words --owner *",
        "note -e acme-cfo --stage * words",
        "session add acme-cfo *",
        "engagement new Bad* --coachee Kim",
        "engagement new good-slug --coachee Kim --method *",
        "engagement new good-slug --coachee Kim --rate *",
        "person edit P1 --org *",
        "notes move N1 --session *",
    ] {
        let args: Vec<String> = line.split(' ').map(|arg| arg.replace('*', HOSTILE)).collect();
        let run = home.run(&args);
        let found = hostile(&run.err).or_else(|| hostile(&run.out));
        raw.extend(found.map(|letter| format!("{line}: {letter:?}")));
    }
    fs::write(home.path().join("hostile"), HOSTILE).expect("written");
    let tried = r#"goal rate G1 \"\$(cat hostile)\""#;
    match on_a_terminal(&home, tried) {
        None => not_run("an error on a terminal: script is not here"),
        Some((code, shown)) => {
            assert!(code == 2 && shown.contains("2Jc"), "{code} {shown:?}");
            raw.extend(hostile(&shown).map(|letter| format!("{tried} on a terminal: {letter:?}")));
        }
    }
    assert!(raw.is_empty(), "{raw:#?}");
}
