//! Tab, pressed in the shells themselves, and the answers that their scripts get: subcommands,
//! flags, slugs and refs; of what stands and is open; from a journal that is only looked at.
//!
//! A shell that is not installed is told on stderr as `NOT RUN`; `.ci/run` installs them all.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Home, Run};
use evidence::{files, hex_key, not_run, set_mode};
use rexpect::session::{PtySession, spawn_command};
use rusqlite::Connection;

/// What stands and what does not: A1 and S1 open, A2 done, A3 removed, gamma-coo completed,
/// delta-cmo removed.
fn furnished() -> Home {
    let home = Home::with_two_clients();
    for line in "\
action add acme-cfo Call the bank
action add acme-cfo Sold
action add beta-ceo Gone
action done A2
action remove A3
goal add acme-cfo Decide sooner
goal add beta-ceo Listen
goal kr add G1 Days --unit days --from 12 --to 4
engagement new gamma-coo --coachee P1
engagement complete gamma-coo
engagement new delta-cmo --coachee P1
engagement remove delta-cmo
session add beta-ceo 2026-11-09 10:00 --minutes 80
note -e beta-ceo Words"
        .lines()
    {
        home.ok(line.split(' '));
    }
    home
}

/// What a shell gets for the words before its cursor, the last of which is begun.
fn asked(home: &Home, shell: &str, words: &[&str], env: &[(&str, &str)]) -> Run {
    let mut command = home.command([] as [&str; 0]);
    command.env("COACH_COMPLETE", shell).envs(env.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("coach starts");
    let text: String = words.iter().map(|word| format!("{word}\0")).collect();
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("words");
    Run::of(&child.wait_with_output().expect("coach ends"))
}

/// The lines offered for a command line, whose last word is begun.
fn offers(home: &Home, line: &str) -> Vec<String> {
    offers_in(home, line, &[])
}

fn offers_in(home: &Home, line: &str, env: &[(&str, &str)]) -> Vec<String> {
    let run = asked(home, "zsh", &line.split(' ').collect::<Vec<_>>(), env);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{line}: {run:?}");
    run.out.lines().map(str::to_owned).collect()
}

#[test]
fn records_that_stand_and_are_open_are_offered_and_no_other() {
    let home = furnished();
    for (line, wanted) in [
        ("prep ", &["acme-cfo", "beta-ceo"][..]),
        ("session start be", &["beta-ceo"]),
        ("prep -e ", &["acme-cfo", "beta-ceo"]),
        ("prep --engagement=a", &["--engagement=acme-cfo"]),
        ("action done ", &["A1"]),
        ("action done a", &["a1"]),
        ("action done S", &[]),
        ("action reopen ", &["A2"]),
        ("action restore ", &[]),
        ("goal rate ", &["G1", "G2"]),
        ("goal rate G2", &["G2"]),
        ("-e acme-cfo goal rate ", &["G1"]),
        ("-e acme goal rate ", &["G1"]),
        ("action add beta-ceo --goal ", &["G2"]),
        ("goal kr set ", &["K1"]),
        ("recap ", &["S1"]),
        ("notes show ", &["N1"]),
        ("person show ", &["P1", "P2"]),
        ("org show ", &["O1"]),
        ("notes list --stage d", &["deep-dive"]),
        ("-e nobody goal rate ", &[]),
        ("worksheet new acme-cfo out", &["outcomes"]),
        ("worksheet new ", &["acme-cfo", "beta-ceo"]),
    ] {
        assert_eq!(offers(&home, line), wanted, "{line}");
    }
}

#[test]
fn a_capture_in_a_session_is_offered_what_belongs_to_it() {
    let home = furnished();
    home.ok(["action", "add", "beta-ceo", "Other"]);
    assert_eq!(offers(&home, "check-in --done "), ["A1", "A4"]);
    home.ok(["session", "start", "acme-cfo"]);
    assert_eq!(offers(&home, "check-in --done "), ["A1"]);
    assert_eq!(offers(&home, "check-in -e beta-ceo --done "), ["A4"]);
    assert_eq!(offers(&home, "action done "), ["A1", "A4"]);
    assert_eq!(offers(&home, "recap "), ["S2", "S1"], "the open one first");
}

#[test]
fn discretion_on_the_line_or_a_forgotten_session_hides_other_slugs() {
    let mut home = furnished();
    let all = offers(&home, "prep ");
    assert!(all.iter().any(|offer| offer.starts_with("acme-cfo")), "{all:?}");
    for line in ["prep --discreet ", "--discreet due -e "] {
        let offered = offers(&home, line);
        assert!(!offered.is_empty(), "{line}");
        assert!(offered.iter().all(|offer| offer.starts_with("E-2026-")), "{line}: {offered:?}");
    }
    home.ok(["session", "start", "beta-ceo"]);
    home.at("2026-11-22T14:00:00+01:00");
    home.ok(["session", "start", "acme-cfo"]);
    let offered = offers(&home, "prep ");
    assert!(offered.iter().any(|offer| offer.starts_with("acme-cfo")), "{offered:?}");
    assert!(!offered.iter().any(|offer| offer.starts_with("beta-ceo")), "{offered:?}");
}

#[test]
fn a_journal_that_is_named_on_the_line_is_the_one_that_is_asked() {
    let home = furnished();
    home.ok(["--journal", "other.coach", "init"]);
    home.ok(["--journal", "other.coach", "engagement", "new", "zeta-cto", "--coachee", "Z"]);
    let path = home.path().join("other.coach");
    let path = path.to_str().expect("a path");
    for line in ["--journal ~/other.coach prep ", "prep --journal=~/other.coach "] {
        assert_eq!(offers(&home, line), ["zeta-cto"], "{line}");
    }
    assert_eq!(offers_in(&home, "prep ", &[("COACH_JOURNAL", path)]), ["zeta-cto"]);
    // Only the key that is named is tried.
    let key = |salt: usize| {
        let keys = home.keys().read_dir().expect("keys").map(|key| key.expect("a key").path());
        let mut keys: Vec<_> = keys.collect();
        keys.sort();
        keys[salt].display().to_string()
    };
    let found = [0, 1].map(|salt| offers(&home, &format!("--key-file {} prep ", key(salt))).len());
    assert!(found == [0, 2] || found == [2, 0], "{found:?}");
}

#[test]
fn titles_stand_beside_refs_only_where_the_settings_say_so() {
    let home = furnished();
    assert_eq!(offers(&home, "action done "), ["A1"]);
    home.ok(["config", "set", "completion.titles", "true"]);
    assert_eq!(offers(&home, "action done "), ["A1\tCall the bank"]);
    assert_eq!(offers(&home, "goal kr set "), ["K1\tDays"]);
    assert_eq!(offers(&home, "prep a"), ["acme-cfo\tE-2026-01"]);
    assert_eq!(offers(&home, "notes show "), ["N1\tbeta-ceo 2026-11-21 thought"], "no words");
    assert_eq!(offers(&home, "person show "), ["P1", "P2"], "never a name");
    let long = "Größe ".repeat(40);
    home.ok(["action", "edit", "A1", "--what", &long]);
    let [line] = &offers(&home, "action done ")[..] else { panic!("one") };
    assert!(line.ends_with('…') && line.chars().count() < 70, "{line}");
    // A config file that cannot be believed: nothing at all.
    set_mode(&home.path().join(".config/coachlog/config.toml"), 0o666);
    assert_eq!(offers(&home, "action done "), [""; 0]);
    assert_eq!(offers(&home, "session sta"), offers(&Home::empty(), "session sta"));
}

#[test]
fn where_others_see_the_screen_other_clients_go_by_their_reference() {
    let home = furnished();
    home.ok(["config", "set", "completion.titles", "true"]);
    let both = ["acme-cfo\tE-2026-01", "beta-ceo\tE-2026-02"];
    for on in ["1", "true", "yes", "on"] {
        let env = [("COACH_DISCREET", on)];
        assert_eq!(offers_in(&home, "prep ", &env), ["E-2026-01", "E-2026-02"], "{on}");
        assert_eq!(offers_in(&home, "action done ", &env), ["A1"], "{on}: no title");
    }
    for off in ["", "0", "false", "no", "off"] {
        assert_eq!(offers_in(&home, "prep ", &[("COACH_DISCREET", off)]), both, "{off}");
    }
    // By itself while a session is open, in one that was forgotten too.
    let mut home = home;
    home.ok(["session", "start", "beta-ceo"]);
    assert_eq!(offers(&home, "prep "), ["E-2026-01", "beta-ceo"]);
    assert_eq!(offers_in(&home, "prep ", &[("COACH_DISCREET", "no")]), both);
    home.at("2026-11-22T10:00:00+01:00");
    assert_eq!(offers(&home, "prep "), ["E-2026-01", "beta-ceo"]);
    home.ok(["session", "end", "beta-ceo", "--minutes", "60"]);
    assert_eq!(offers(&home, "prep "), both);
}

#[test]
fn a_journal_that_cannot_be_read_offers_nothing_and_is_left_alone() {
    let lines = ["prep ", "action done ", "note --stage ", "-e acme-cfo goal rate "];
    let nothing = |home: &Home, why: &str| {
        let before = files(home.path());
        for line in lines {
            assert_eq!(offers(home, line), [""; 0], "{why}: {line}");
        }
        assert!(offers(home, "session sta").len() == 1, "{why}: the grammar needs no journal");
        assert!(files(home.path()) == before, "{why}: something was written");
    };
    nothing(&Home::empty(), "no journal");
    let home = furnished();
    let journal = fs::read(home.journal()).expect("the journal");
    let with = |name: &str, value: i64| {
        let db = Connection::open(home.journal()).expect("a journal");
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex_key(&home.key()))).expect("a key");
        db.pragma_update(None, name, value).expect("written");
    };
    let version: i64 = {
        let db = Connection::open(home.journal()).expect("a journal");
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex_key(&home.key()))).expect("a key");
        db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version")
    };
    with("user_version", version + 1);
    nothing(&home, "a newer journal");
    with("user_version", version - 1);
    nothing(&home, "an older journal: Tab never migrates");
    with("user_version", version);
    assert_eq!(offers(&home, "prep ").len(), 2, "and back");
    with("application_id", 7);
    nothing(&home, "another program's file");
    fs::write(home.journal(), &journal).expect("the journal");
    set_mode(&home.key(), 0o644);
    nothing(&home, "a key that others can read");
    set_mode(&home.key(), 0o600);
    let key = fs::read(home.key()).expect("the key");
    let other = Home::new();
    fs::write(home.key(), fs::read(other.key()).expect("a key")).expect("a wrong key");
    nothing(&home, "a wrong key");
    fs::write(home.key(), key).expect("the key");
    fs::write(home.journal(), &journal[..journal.len() / 2]).expect("half");
    offers(&home, "prep ");
    fs::write(home.journal(), [7; 100]).expect("noise");
    nothing(&home, "a cut journal");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long Tab waits is what is tested")]
fn a_busy_journal_offers_nothing_soon() {
    let home = furnished();
    let db = Connection::open(home.journal()).expect("a journal");
    db.execute_batch(&format!("PRAGMA key = \"x'{}'\"; BEGIN EXCLUSIVE", hex_key(&home.key())))
        .expect("held");
    let begun = Instant::now();
    assert_eq!(offers(&home, "prep "), [""; 0]);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(db);
    assert_eq!(offers(&home, "prep ").len(), 2);
}

#[test]
fn looking_writes_nothing() {
    let home = furnished();
    set_mode(&home.journal(), 0o400);
    let before = files(home.path());
    for line in ["prep ", "action done ", "notes show ", "recap ", "note --stage "] {
        assert!(!offers(&home, line).is_empty(), "{line}");
    }
    assert!(files(home.path()) == before);
}

#[test]
fn a_word_of_the_environment_that_is_no_shell_changes_nothing() {
    let home = Home::with_two_clients();
    let run = home.command(["engagement", "list"]).env("COACH_COMPLETE", "1").output();
    assert!(Run::of(&run.expect("coach runs")).out.contains("acme-cfo"));
}

/// Runs a script in a shell that nobody sits at, with a folder before the others on its PATH; gives
/// what it said, or nothing where the shell is not installed.
fn script(home: &Home, args: &[&str], dir: &Path, script: &str) -> Option<String> {
    if !is_installed(args[0]) {
        not_run(&format!("the script for {0}: {0} is not installed", args[0]));
        return None;
    }
    let mut command = Command::new(args[0]);
    command.env_clear();
    for (name, value) in home.command([] as [&str; 0]).get_envs() {
        command.env(name, value.expect("a value"));
    }
    command.env("PATH", format!("{}:/usr/bin:/bin", dir.display()));
    command.args(&args[1..]).arg(script).current_dir(home.path()).stdin(Stdio::null());
    let run = Run::of(&command.output().expect("a shell"));
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}: {run:?}");
    Some(run.out)
}

fn is_installed(shell: &str) -> bool {
    ["/usr/bin", "/bin"].iter().any(|dir| Path::new(dir).join(shell).exists())
}

#[test]
fn what_is_being_typed_is_no_argument_of_any_process() {
    let completions = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, lines) in [
        (
            &["bash", "--norc", "-c"][..],
            "source FOLDER/coach.bash\n\
             COMP_WORDS=(coach note Dana 'wants to' leave) COMP_CWORD=4 COMP_TYPE=9\n\
             _coach coach leave 'wants to'",
        ),
        (
            &["fish", "--no-config", "-c"],
            "source FOLDER/coach.fish\n\
             complete -C 'coach note Dana \"wants to\" leave'",
        ),
    ] {
        let home = Home::empty();
        let fake = home.path().join("bin/coach");
        fs::create_dir(home.path().join("bin")).expect("a folder");
        let body = "#!/bin/sh\nprintf '%s' \"$#\" > argc\ncat > words\n";
        fs::write(&fake, body).expect("a program");
        set_mode(&fake, 0o755);
        let lines = lines.replace("FOLDER", &completions.display().to_string());
        let Some(_) = script(&home, shell, &home.path().join("bin"), &lines) else { continue };
        let read = |name: &str| fs::read_to_string(home.path().join(name)).expect("written");
        assert_eq!(read("argc"), "0", "{shell:?}");
        assert_eq!(read("words"), "note\0Dana\0wants to\0leave\0", "{shell:?}");
    }
}

#[test]
fn bash_shows_titles_in_a_list_and_never_puts_them_onto_the_line() {
    let home = furnished();
    home.ok(["action", "add", "acme-cfo", "Ring 'em $(id)"]);
    home.ok(["config", "set", "completion.titles", "true"]);
    let coach = Path::new(env!("CARGO_BIN_EXE_coach")).parent().expect("a directory");
    for (kind, wanted) in [(9, "A1\nA4\n"), (63, "A1  (Call the bank)\nA4  (Ring 'em $(id))\n")] {
        let lines = format!(
            "source <(coach completions bash)\n\
             COMP_WORDS=(coach action done '') COMP_CWORD=3 COMP_TYPE={kind}\n\
             _coach coach '' done; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let Some(said) = script(&home, &["bash", "--norc", "-c"], coach, &lines) else { return };
        assert_eq!(said, wanted);
    }
}

/// A shell at a pseudo-terminal, in which `coach` notes its words in a file instead of running.
struct Player {
    shell: PtySession,
    dir: std::path::PathBuf,
}

const PATIENCE: Duration = Duration::from_secs(20);

impl Player {
    /// Starts a shell, unless it is not installed; `setup` loads the script and makes `coach` a
    /// function that writes its words into the file `said`.
    fn start(home: &Home, args: &[&str], setup: &str) -> Option<Self> {
        if !is_installed(args[0]) {
            not_run(&format!("Tab in {0}: {0} is not installed", args[0]));
            return None;
        }
        let coach = Path::new(env!("CARGO_BIN_EXE_coach")).parent().expect("a directory");
        let mut command = Command::new(args[0]);
        for (name, value) in home.command([] as [&str; 0]).get_envs() {
            command.env(name, value.expect("a value"));
        }
        command.args(&args[1..]).current_dir(home.path());
        command.env("PATH", format!("{}:/usr/bin:/bin", coach.display()));
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "COACH_JOURNAL"] {
            command.env_remove(name);
        }
        let shell = spawn_command(command, Some(20_000)).expect("a pseudo-terminal");
        let mut player = Self { shell, dir: home.path().to_owned() };
        // A shell that is still starting may drop what is typed.
        let ready = (0..40).any(|_| {
            player.send("echo > ready\r");
            player.appears("ready", Duration::from_millis(500)).is_some()
        });
        assert!(ready, "{args:?} does not start");
        for line in setup.lines() {
            player.send(&format!("{line}\r"));
        }
        Some(player)
    }

    fn send(&mut self, keys: &str) {
        self.shell.send(keys).expect("typed");
        self.shell.flush().expect("sent");
    }

    /// What a file in the home holds, once it is whole: its last line is `end`.
    #[expect(clippy::disallowed_methods, reason = "waits for a shell")]
    fn appears(&self, name: &str, most: Duration) -> Option<String> {
        let begun = Instant::now();
        while begun.elapsed() < most {
            match fs::read_to_string(self.dir.join(name)) {
                Ok(text) if name == "ready" || text.ends_with("end\n") => return Some(text),
                _ => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        None
    }

    /// Types a line, presses Tab and Enter, and gives the words that the shell then ran.
    fn tab(&mut self, line: &str) -> Vec<String> {
        let _ = fs::remove_file(self.dir.join("said"));
        self.send(&format!("{line}\t"));
        self.send("\r");
        let said = self.appears("said", PATIENCE).unwrap_or_else(|| panic!("nothing for {line}"));
        said.lines().filter(|word| *word != "end").map(str::to_owned).collect()
    }
}

fn press_tab(args: &[&str], setup: &str) {
    let home = furnished();
    let Some(mut shell) = Player::start(&home, args, setup) else { return };
    for (line, wanted) in [
        ("coach session sho", "session show"),
        ("coach due --exit", "due --exit-code"),
        ("coach due --output mark", "due --output markdown"),
        ("coach prep acm", "prep acme-cfo"),
        ("coach -e beta-ceo goal rate G", "-e beta-ceo goal rate G2"),
        ("coach action done A", "action done A1"),
        ("coach note --session s", "note --session s1"),
        ("coach due --as-of 2026-11-2", "due --as-of 2026-11-2"),
        (
            "coach --journal .local/share/coachlog/jou",
            "--journal .local/share/coachlog/journal.coach",
        ),
        ("coach prep nobody-", "prep nobody-"),
        ("coach help engagement phase", "help engagement phase-down"),
    ] {
        assert_eq!(shell.tab(line).join(" "), wanted, "{args:?}: {line}");
    }
    // A shell with somebody at it does not end by a signal.
    shell.send("exit\r");
    shell.shell.exp_eof().expect("the end");
}

#[test]
fn tab_in_bash() {
    press_tab(
        &["bash", "--norc", "--noprofile", "-i"],
        "source <(command coach completions bash)\n\
         coach() { printf '%s\\n' \"$@\" end > said; }",
    );
}

#[test]
fn tab_in_zsh() {
    press_tab(
        &["zsh", "-f", "-i"],
        "autoload -U compinit; compinit -u -D\n\
         source <(command coach completions zsh)\n\
         coach() { printf '%s\\n' \"$@\" end > said; }",
    );
}

#[test]
fn tab_in_fish() {
    press_tab(
        &["fish", "--no-config", "-i"],
        "command coach completions fish | source\n\
         function coach; printf '%s\\n' $argv end > said; end",
    );
}

#[test]
fn tab_in_elvish() {
    press_tab(
        &["elvish", "-norc"],
        "eval (e:coach completions elvish | slurp)\n\
         fn coach {|@words| { for word $words { echo $word }; echo end } > said }",
    );
}
