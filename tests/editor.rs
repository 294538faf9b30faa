//! A text in an editor, on a pseudo-terminal: what it writes is stored or kept, never lost, and lies
//! in the clear in one private place alone.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use common::Home;
use evidence::{files, not_run};
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

/// The one draft: its name and its text.
fn draft(home: &Home) -> (String, String) {
    let drafts = home.json(["drafts", "list"]);
    assert_eq!(drafts.as_array().map(Vec::len), Some(1), "{drafts}");
    let word = |key: &str| drafts[0][key].as_str().expect("a text").to_owned();
    assert_eq!((word("command"), word("place")), ("notes edit".into(), "acme-cfo · N1".into()));
    (word("ref"), word("text"))
}

/// The files that hold a word in the clear, but for the scripts of a test.
fn in_the_clear(home: &Home, word: &str) -> Vec<PathBuf> {
    let holds = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    let all = files(home.path()).into_iter().filter(|(_, bytes)| holds(bytes));
    all.map(|(path, _)| path).filter(|path| !path.ends_with("an-editor")).collect()
}

/// The rooms that are there, in either place.
fn rooms(home: &Home) -> Vec<PathBuf> {
    let places = ["runtime/coachlog", ".local/state/coachlog/editing"];
    let below = |dir: PathBuf| {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    places.iter().flat_map(|place| below(home.path().join(place))).flat_map(below).collect()
}

#[test]
fn an_editor_that_fails_stores_nothing_and_its_words_are_a_draft() {
    for (end_of_it, says) in [("exit 1", "ended with 1"), ("kill -SEGV $$", "died: ")] {
        let home = home();
        let editor = script(&home, &format!("echo 'Speaks early' > \"$1\"; {end_of_it}"));
        let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
        assert_eq!(code, 6, "{said}");
        let (name, words) = draft(&home);
        for part in [
            says,
            "nothing was stored",
            &format!("coach drafts show {name}"),
            &format!("coach drafts store {name}"),
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!((text(&home).as_str(), words.trim()), ("She decides late", "Speaks early"));
        assert_eq!(rooms(&home), Vec::<PathBuf>::new());
        home.ok(["drafts", "store", &name]);
        assert_eq!(text(&home), "Speaks early");
        assert_eq!(home.json(["drafts", "list"]), serde_json::json!([]));
    }
}

#[test]
fn an_editor_that_fails_without_a_word_leaves_no_draft() {
    let home = home();
    let editor = script(&home, "exit 3");
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("ended with 3; nothing was stored"), "{said}");
    assert_eq!(home.json(["drafts", "list"]), serde_json::json!([]));
    assert_eq!(rooms(&home), Vec::<PathBuf>::new());
}

#[test]
fn an_editor_that_writes_by_rename_is_read() {
    let home = home();
    let editor = script(&home, "echo Renamed > \"$1.tmp\" && mv \"$1.tmp\" \"$1\"");
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert_eq!((code, text(&home).as_str()), (0, "Renamed"), "{said}");
    assert_eq!(rooms(&home), Vec::<PathBuf>::new());
}

#[test]
fn a_text_that_is_empty_or_as_it_was_stores_nothing() {
    for (lines, says) in [(": > \"$1\"", "the text is empty"), ("touch \"$1\"", "nothing changed")]
    {
        let home = home();
        let (said, code) = end(play(with(&home, &script(&home, lines), &["notes", "edit", "N1"])));
        assert_eq!((code, text(&home).as_str()), (0, "She decides late"), "{said}");
        assert!(said.contains(&format!("{says}; nothing was written")), "{said}");
        assert_eq!(home.json(["drafts", "list"]), serde_json::json!([]));
    }
}

#[test]
fn the_setting_comes_before_visual_before_editor_before_what_is_there() {
    let home = home();
    let bin = home.path().join("bin");
    fs::create_dir(&bin).expect("a directory");
    let own = |name: &str| {
        let path = bin.join(name);
        let lines = format!("#!/bin/sh\nfor file; do :; done; echo \"by {name} $*\" > \"$file\"\n");
        fs::write(&path, lines).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("rights");
        path.display().to_string()
    };
    let (first, second, third) = (own("first"), own("second"), own("third one"));
    own("nano");
    let edited = |visual: &str, editor: &str| {
        let mut command = with(&home, visual, &["notes", "edit", "N1"]);
        command.env("EDITOR", editor).env("PATH", format!("{}:/bin:/usr/bin", bin.display()));
        let (said, code) = end(play(command));
        assert_eq!(code, 0, "{said}");
        text(&home).split("/").next().expect("words").trim().to_owned()
    };
    assert_eq!(edited(&first, &second), "by first");
    assert_eq!(edited("", &second), "by second");
    assert_eq!(edited("  ", ""), "by nano --restricted");
    assert_eq!(edited(&format!("'{third}' -x \"a b\" '$HOME;'"), ""), "by third one -x a b $HOME;");
    home.ok(["config", "set", "editor", "nano -w"]);
    assert_eq!(edited(&first, &second), "by nano -w");
}

#[test]
fn an_editor_that_is_not_there_or_no_command_is_told() {
    let home = home();
    for (visual, says) in [
        ("no-such-editor", "cannot be started: No such file"),
        ("'half", "which is no command line"),
    ] {
        let (said, code) = end(play(with(&home, visual, &["notes", "edit", "N1"])));
        assert_eq!(code, 6, "{said}");
        assert!(said.contains(says) && said.contains("nothing was stored"), "{said}");
        assert_eq!(rooms(&home), Vec::<PathBuf>::new());
    }
}

#[test]
fn what_is_no_text_is_told_and_its_bytes_are_not_lost() {
    let home = home();
    let editor = script(&home, "printf 'a\\0b' > \"$1\"");
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert!(code == 2 && said.contains("NUL"), "{said}");
    let (name, words) = draft(&home);
    assert_eq!(words, "a\0b");
    home.ok(["drafts", "discard", &name]);

    let editor = script(&home, "head -c 1048577 /dev/zero | tr '\\0' x > \"$1\"");
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert!(code == 2 && said.contains("1 MiB"), "{said}");
    let (name, words) = draft(&home);
    assert_eq!(words.len(), 1_048_577);
    home.ok(["drafts", "discard", &name]);

    let editor = script(&home, "printf 'caf\\351' > \"$1\"");
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert!(code == 2 && said.contains("not valid UTF-8"), "{said}");
    let [room] = &rooms(&home)[..] else { panic!("one room: {said}") };
    let file = room.join("note.md");
    assert_eq!(fs::read(&file).expect("bytes"), b"caf\xe9");
    assert!(said.replace("\r\n", "").contains(&file.display().to_string()), "{said}");
    // It is told again until somebody sees to it.
    let mut list = home.command(["notes", "list"]);
    list.env("XDG_RUNTIME_DIR", home.path().join("runtime"));
    let run = common::Run::of(&list.output().expect("coach runs"));
    assert!(run.code == 0 && run.err.contains("it is no text"), "{run:?}");
    assert_eq!(text(&home), "She decides late");
}

/// Kills `coach` by force while an editor has written, and waits until it is gone.
fn killed(home: &Home, wait: Duration) -> PtySession {
    let editor = script(
        home,
        "echo 'zqmark early' > \"$1\"; echo $PPID > \"$HOME/pid\"; echo written; exec sleep 60",
    );
    let mut coach = play(with(home, &editor, &["notes", "edit", "N1"]));
    coach.exp_string("written").expect("the editor");
    std::thread::sleep(wait);
    coach
}

fn kill(home: &Home, coach: &PtySession) {
    let process = fs::read_to_string(home.path().join("pid")).expect("a process");
    let process = process.trim().parse().ok().and_then(rustix::process::Pid::from_raw);
    let process = process.expect("a process");
    rustix::process::kill_process(process, rustix::process::Signal::KILL).expect("killed");
    let _ = coach.process().wait();
}

/// The next command, which opens the journal.
fn next(home: &Home, args: &[&str]) -> common::Run {
    let mut command = home.command(args);
    command.env("XDG_RUNTIME_DIR", home.path().join("runtime"));
    common::Run::of(&command.output().expect("coach runs"))
}

#[test]
fn after_a_kill_the_next_command_makes_a_draft_and_no_plain_file_stays() {
    let home = home();
    let coach = killed(&home, Duration::ZERO);
    let [room] = &rooms(&home)[..] else { panic!("one room") };
    assert!(room.starts_with(home.path().join("runtime")), "{room:?}");
    assert_eq!(in_the_clear(&home, "zqmark"), [room.join("note.md")]);
    kill(&home, &coach);
    assert_eq!(home.json(["drafts", "list"]), serde_json::json!([]), "not kept before");
    let run = next(&home, &["notes", "show", "N1"]);
    let (name, words) = draft(&home);
    assert!(run.code == 0 && run.err.contains(&format!("coach drafts show {name}")), "{run:?}");
    assert_eq!(words.trim(), "zqmark early");
    assert_eq!(rooms(&home), Vec::<PathBuf>::new());
    assert_eq!(in_the_clear(&home, "zqmark"), Vec::<PathBuf>::new());
    home.ok(["drafts", "store", &name]);
    assert_eq!(text(&home), "zqmark early");
}

#[test]
fn the_text_is_kept_every_ten_seconds_as_one_draft_that_nobody_stores_meanwhile() {
    let home = home();
    let coach = killed(&home, Duration::from_secs(11));
    let (name, words) = draft(&home);
    assert_eq!(words.trim(), "zqmark early");
    let run = next(&home, &["drafts", "store"]);
    run.failed(4, "open in an editor; nothing was stored");
    assert_eq!(text(&home), "She decides late");
    kill(&home, &coach);
    assert_eq!(next(&home, &["drafts", "store"]).code, 0);
    assert_eq!((draft_count(&home), text(&home).as_str()), (0, "zqmark early"), "{name}");
    assert_eq!(rooms(&home), Vec::<PathBuf>::new());
}

fn draft_count(home: &Home) -> usize {
    home.json(["drafts", "list"]).as_array().map_or(0, Vec::len)
}

#[test]
fn the_room_is_private_whatever_the_umask_and_wherever_it_is() {
    for private in [0o700, 0o755] {
        let home = home();
        let lines =
            "stat -c %a \"$1\" \"${1%/*}\" \"${1%/*/*}\" > \"$HOME/modes\"; pwd -P >/dev/null
            echo \"$1\" > \"$HOME/where\"";
        let editor = script(&home, lines);
        let coach = with(&home, &editor, &["notes", "edit", "N1"]);
        let runtime = home.path().join("runtime");
        fs::set_permissions(&runtime, fs::Permissions::from_mode(private)).expect("rights");
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().envs(coach.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.args(["-c", "umask 000; exec \"$0\" notes edit N1"]).arg(coach.get_program());
        let (said, code) = end(play(shell));
        assert_eq!(code, 0, "{said}");
        let said = |file: &str| fs::read_to_string(home.path().join(file)).expect("told");
        assert_eq!(said("modes"), "600\n700\n700\n");
        let state = home.path().join(".local/state/coachlog/editing");
        let place = if private == 0o700 { runtime.join("coachlog") } else { state };
        let file = PathBuf::from(said("where").trim());
        assert!(file.starts_with(place) && file.ends_with("note.md"), "{file:?}");
        assert!(!file.to_string_lossy().contains("acme"), "{file:?}");
    }
}

#[test]
fn no_word_stands_in_arguments_or_environment() {
    let home = home();
    let lines = "cat /proc/$$/cmdline /proc/$$/environ /proc/$PPID/cmdline /proc/$PPID/environ \\
        > \"$HOME/seen\"; echo 'Speaks early' >> \"$1\"";
    let editor = script(&home, lines);
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert_eq!(code, 0, "{said}");
    let seen =
        String::from_utf8_lossy(&fs::read(home.path().join("seen")).expect("seen")).into_owned();
    assert!(seen.contains("note.md") && seen.contains("COACH_NOW"), "{seen}");
    for word in ["decides", "Speaks", "acme", "Dana"] {
        assert!(!seen.contains(word), "{word}: {seen}");
    }
}

#[test]
fn ctrl_c_in_the_editor_is_the_editors() {
    let home = home();
    let editor = script(
        &home,
        "trap 'echo caught' INT; echo ready; while [ -z \"$line\" ]; do read line; done; echo \"$line\" > \"$1\"",
    );
    let mut coach = play(with(&home, &editor, &["notes", "edit", "N1"]));
    coach.exp_string("ready").expect("the editor");
    coach.send_control('c').expect("typed");
    coach.exp_string("caught").expect("the editor's");
    coach.send_line("After it").expect("typed");
    let (said, code) = end(coach);
    assert_eq!((code, text(&home).as_str()), (0, "After it"), "{said}");
}

#[test]
fn of_two_who_edit_one_note_the_second_is_told_and_keeps_its_words() {
    let home = home();
    let other = format!(
        "\"{}\" notes edit N1 --text 'The other was first' >/dev/null 2>&1; echo 'Mine' > \"$1\"",
        env!("CARGO_BIN_EXE_coach")
    );
    let editor = script(&home, &other);
    let (said, code) = end(play(with(&home, &editor, &["notes", "edit", "N1"])));
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("N1 was changed meanwhile"), "{said}");
    assert_eq!(text(&home), "The other was first");
    let (name, words) = draft(&home);
    assert!(said.contains(&format!("coach drafts show {name}")), "{said}");
    assert_eq!(words.trim(), "Mine");
    for args in [vec!["drafts", "store"], vec!["drafts", "store", &name]] {
        let run = home.run(args);
        run.failed(4, "N1 was changed meanwhile");
        let how = ["coach notes edit N1 --text -", &format!("coach drafts show {name}")];
        assert!(how.iter().all(|how| run.err.contains(how)), "{run:?}");
    }
    assert_eq!(draft(&home).1.trim(), "Mine");
    // As it was again, it takes the words.
    home.ok(["undo"]);
    home.ok(["drafts", "store", &name]);
    assert_eq!(text(&home), "Mine");
}

#[test]
fn vim_leaves_nothing_behind_whatever_its_settings_say() {
    if !["/usr/bin/vim", "/bin/vim"].iter().any(|path| std::path::Path::new(path).exists()) {
        return not_run("an editor that is known: vim is not here");
    }
    let home = home();
    let kept = home.path().join("kept");
    fs::create_dir(&kept).expect("a directory");
    let settings = "set nocompatible backup writebackup undofile swapfile updatecount=1
        set backupdir=~/kept directory=~/kept undodir=~/kept viminfo='100,f1,n~/kept/viminfo\n";
    fs::write(home.path().join(".vimrc"), settings).expect("settings");
    let mut coach = play(with(&home, "vim", &["notes", "edit", "N1"]));
    coach.exp_string("decides").expect("the text");
    coach.send("ozqmark early\u{1b}:w\r").expect("typed");
    coach.flush().expect("sent");
    std::thread::sleep(Duration::from_secs(1));
    let swapped = fs::read_dir(&kept).expect("a directory").count();
    coach.send(":wq\r").expect("typed");
    coach.flush().expect("sent");
    let (said, code) = end(coach);
    assert_eq!((code, swapped), (0, 0), "{said}");
    assert_eq!(text(&home), "She decides late\nzqmark early");
    assert_eq!(in_the_clear(&home, "zqmark"), Vec::<PathBuf>::new());
    assert_eq!(fs::read_dir(&kept).expect("a directory").count(), 0);
}

#[test]
fn a_signal_while_the_editor_runs_takes_no_words_from_it() {
    let home = home();
    let editor = script(
        &home,
        "touch \"$HOME/runs\"; until [ -e \"$HOME/go\" ]; do sleep 0.1; done\necho 'and speaks early' >> \"$1\"",
    );
    let mut coach = play(with(&home, &editor, &["notes", "edit", "N1"]));
    let runs = home.path().join("runs");
    while !runs.exists() {
        std::thread::sleep(Duration::from_millis(50));
    }
    coach.process_mut().signal(rexpect::process::Signal::SIGTERM).expect("sent");
    home.ok(["notes", "list"]);
    fs::write(home.path().join("go"), "").expect("written");
    let (_, code) = end(coach);
    assert_eq!(code, 0);
    assert_eq!(text(&home), "She decides late\nand speaks early");
}
