//! Discretion: two clients, one of them filled with markers. While a screen is shared, no command
//! that does not name that client prints one of its markers, and machine output stays what it is.
//!
//! Commands are taken from the grammar: a new one that reads must stand in a table here.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/draft.rs"]
mod draft;
#[path = "common/evidence.rs"]
mod evidence;

use std::collections::BTreeSet;

use common::{Home, Run};

/// What every word of the other client begins with.
const MARK: &str = "zqb";

/// Fills both clients; `@` is another moment.
const STORY: &str = "
engagement new acme-cfo --coachee Dana --org Acme
goal add acme-cfo Delegate --success Evenings
goal kr add G1 Evenings --unit days --from 0 --to 2
action add acme-cfo Handover --due 2026-11-20
note -e acme-cfo Tired
engagement new zqb-slug --coachee zqbcoachee --sponsor zqbsponsor --org zqborg --payer zqbpayer
engagement edit zqb-slug --slug zqb-slug-two
person edit P2 --role zqbrole --email zqb@example.org --phone +49zqb
goal add zqb-slug-two zqbgoal --focus zqbfocus --success zqbsuccess
goal kr add G2 zqbkr --unit zqbunit --from 12 --to 4
goal rate G2 4
action add zqb-slug-two zqbaction --due 2026-11-20 --reason
note -e zqb-slug-two --shared zqbnote
session start zqb-slug-two
check-in --shared zqbcheckin
session schedule zqb-slug-two 2026-11-23_10:00 --with zqbattendee
person add zqbloner
org add zqblonely
session add zqb-slug-two 2026-11-21_08:00 --minutes 60 --summary zqbsummary
notes edit N2 --text zqbnotetwo
engagement edit zqb-slug-two --format phone
engagement edit zqb-slug-two --method identity-aligned
worksheet new zqb-slug-two scenarios
worksheet fill W1 --set event=zqbevent --set on=2026-11-22
worksheet freeze W1
worksheet fill W1 --row 1 --set response=zqbresponse
habit add -e zqb-slug-two zqbhabit
habit tick B1
reflect -e zqb-slug-two zqbreflection
agreement new acme-cfo
stakeholder add acme-cfo Kim --relation peer
stakeholder add zqb-slug-two zqbkarl --relation peer --shift zqbshift
stakeholder feedback add H2 --round baseline zqbsaid
agreement new zqb-slug-two --jurisdiction zqblaw
paper freeze acme-cfo final
paper freeze zqb-slug-two final
review mid acme-cfo Halfway
review mid zqb-slug-two --score G2=5 zqbreview
engagement edit zqb-slug-two --format in-person
undo";

/// Every command that reads: its words | what follows them | `*` where it prints a marker unless it
/// is discreet. Some fail, and what they say is looked at too.
const LINES: &str = "
today | | *
prep | | *
prep | acme-cfo |
engagement list | | *
engagement list | --removed |
engagement show | acme-cfo |
engagement show | aqb-slug-two | *
engagement show | acme |
session list | | *
session show | S99 |
session start | acme-cfo --dry-run | *
session run | acme-cfo |
session resume | |
notes list | | *
notes list | acme-cfo |
notes show | N1 |
note | Which --dry-run | *
recap | | *
recap | --output markdown | *
due | | *
due | --within 2w | *
action list | | *
action show | A1 |
goal list | | *
goal show | G1 |
goal criterion list | G1 |
goal kr list | | *
goal kr show | K1 |
habit list | | *
habit list | acme-cfo |
habit show | B9 |
agreement list | | *
agreement list | acme-cfo |
agreement show | acme-cfo |
agreement render | acme-cfo |
paper list | acme-cfo |
paper render | acme-cfo final |
paper diff | acme-cfo final |
paper template | final |
report progress | acme-cfo |
report practice | | *
review list | | *
review list | acme-cfo |
review show | R1 |
worksheet list | | *
worksheet list | acme-cfo |
worksheet show | W9 |
worksheet diff | W9 |
method list | |
method show | five-stage |
method show | acme-cfo |
method lint | nosuch |
method diff | acme-cfo |
stakeholder list | | *
stakeholder list | acme-cfo |
stakeholder show | H1 |
stakeholder map | acme-cfo |
stakeholder feedback list | | *
stakeholder feedback list | acme-cfo |
stakeholder feedback show | F99 |
stakeholder feedback summary | acme-cfo |
reflect | --week -e acme-cfo |
reflect | Well |
person list | | *
person show | Dana |
person show | Nobody |
org list | | *
org show | O1 |
history | | *
history | A1 |
history | acme-cfo |
undo | --dry-run | *
undo | 9 --dry-run | *
redo | --dry-run | *
drafts list | | *
drafts show | nosuch |
backup list | |
backup verify | |
key status | |
doctor | |
search | zqbnotetwo | *
search | zqb* | *
search | Tired |
config get | |
config path | |
completions | bash |
man | |
help | |";

/// Verbs that write, and answer with what they were told to write.
const ACTS: &str = "init demo new edit activate phase-down complete cancel extend remove restore schedule start end add \
    fill freeze use no-show share unshare move tick mid closing follow-up done partly missed drop reopen rate achieve set store discard check-in deep-dive challenge \
    action-planning note sign disclose refer round recover show-recovery now undo redo";

fn lines() -> Vec<(Vec<String>, bool)> {
    let lines = LINES.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut parts = line.split('|').map(str::trim);
        let words = [parts.next().expect("a command"), parts.next().expect("its words")];
        let args = words.iter().flat_map(|part| part.split_whitespace()).map(str::to_owned);
        (args.collect(), parts.next() == Some("*"))
    });
    lines.collect()
}

/// Both clients, the marked one with a session that was never ended, and a draft for it.
fn two_clients() -> Home {
    let mut home = Home::new();
    home.at("2026-11-19T10:00:00+01:00");
    for line in STORY.lines().filter(|line| !line.is_empty()) {
        let line = line.trim_end_matches(" --reason");
        if line.starts_with("person add") {
            home.at(common::NOW);
        }
        home.ok(line.split(' ').map(|word| word.replace('_', " ")));
    }
    draft::plant(&home, "zqbdraft");
    home
}

fn run(home: &Home, args: &[String], flag: Option<&str>, variable: Option<&str>) -> Run {
    let mut command = home.command(args.iter().map(String::as_str).chain(flag));
    if let Some(value) = variable {
        command.env("COACH_DISCREET", value);
    }
    Run::of(&command.output().expect("coach runs"))
}

fn marked(run: &Run) -> bool {
    format!("{}{}", run.out, run.err).contains(MARK)
}

#[test]
fn every_command_that_reads_is_placed() {
    let lines = lines();
    let mut unplaced = BTreeSet::new();
    for leaf in common::leaves() {
        let placed = lines.iter().any(|(args, _)| args.join(" ").starts_with(&leaf));
        let acts = leaf
            .split(' ')
            .next_back()
            .is_some_and(|verb| ACTS.split_whitespace().any(|act| act == verb));
        if !placed && !acts {
            unplaced.insert(leaf);
        }
    }
    assert!(unplaced.is_empty(), "place these in LINES of tests/discreet.rs: {unplaced:?}");
}

#[test]
fn no_command_that_does_not_name_a_client_tells_of_it() {
    let home = two_clients();
    for (args, tells) in lines() {
        let open = run(&home, &args, None, Some("off"));
        assert_eq!(marked(&open), tells, "{args:?} without discretion: {open:?}");
        for (flag, variable) in [(Some("--discreet"), None), (None, Some("1")), (None, Some("Yes"))]
        {
            let run = run(&home, &args, flag, variable);
            assert!(!marked(&run), "{args:?} {flag:?} {variable:?}: {run:?}");
            if flag.is_none() {
                // A recap is about one client, or it is none.
                let code = if args[0] == "recap" { 4 } else { open.code };
                assert_eq!(run.code, code, "{args:?}: {run:?}");
            }
        }
    }
    home.ok(["session", "start", "acme-cfo"]);
    for (args, _) in lines() {
        let run = run(&home, &args, None, None);
        assert!(!marked(&run), "{args:?} with a session open: {run:?}");
    }
}

#[test]
fn what_a_restoration_takes_back_is_counted_and_not_told() {
    let home = two_clients();
    home.ok(["backup", "now", "-o", "copy.coach"]);
    home.ok(["action", "add", "zqb-slug-two", "Later"]);
    let args = ["restore", "copy.coach", "--dry-run"].map(str::to_owned);
    assert!(marked(&run(&home, &args, None, Some("off"))));
    for flag in [Some("--discreet"), None] {
        if flag.is_none() {
            home.ok(["session", "start", "acme-cfo"]);
        }
        let run = run(&home, &args, flag, None);
        assert!(run.code == 0 && !marked(&run), "{run:?}");
        assert!(run.out.contains("taken back"), "{run:?}");
    }
}

#[test]
fn machine_output_is_the_same_and_so_is_a_file() {
    let home = two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    for (args, _) in lines() {
        if args.iter().any(|arg| arg == "--output") {
            continue;
        }
        for form in ["json", "jsonl", "csv"] {
            let args: Vec<String> =
                args.iter().cloned().chain(["--output".to_owned(), form.to_owned()]).collect();
            let open = run(&home, &args, None, Some("0"));
            for variable in [None, Some("on")] {
                let discreet = run(&home, &args, None, variable);
                let differs = (&open.out, open.code) != (&discreet.out, discreet.code);
                assert!(!differs, "{args:?} {variable:?}: {open:?} {discreet:?}");
            }
        }
    }
    home.ok(["due", "-o", "due.txt", "--discreet"]);
    let file = std::fs::read_to_string(home.path().join("due.txt")).expect("the answer");
    assert!(file.contains("zqbaction"), "a file is no screen: {file}");
}

#[test]
fn a_client_that_is_named_or_in_session_is_shown() {
    let home = two_clients();
    let shows = |words: &str, variable: Option<&str>, what: &str| {
        let args: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let run = run(&home, &args, None, variable);
        assert_eq!(run.code, 0, "{words}: {run:?}");
        assert!(run.out.contains(what), "{words} lacks {what}: {run:?}");
    };
    for (words, what) in [
        ("due -e zqb-slug-two", "zqbaction"),
        ("due -e zqb-slug", "zqbaction"),
        ("due -e E-2026-02", "zqbaction"),
        ("notes list zqb-slug-two", "zqbnotetwo"),
        ("notes show N2", "zqbnotetwo"),
        ("goal kr list G2", "zqbkr"),
        ("person show P2", "zqbcoachee"),
        ("person show zqbloner", "zqbloner"),
        ("recap S1", "zqbcheckin"),
        ("history N2", "zqbnotetwo"),
        ("prep zqb-slug-two", "zqbgoal"),
        ("drafts show 00beef", "zqbdraft"),
        ("person list -q", "P2   …"),
        ("due", "E-2026-02"),
        ("engagement new third-one --coachee Newcomer --dry-run", "Newcomer"),
    ] {
        shows(words, Some("on"), what);
    }
    // The draft says where it goes; its line on the screen does not, in colour neither.
    let stored = "drafts store 00beef --color always".split(' ').map(str::to_owned);
    let stored = run(&home, &stored.collect::<Vec<_>>(), None, Some("on"));
    let said = format!("{}{}", stored.out, stored.err);
    assert!(said.contains("E-2026-01 · between") && !said.contains("acme-cfo"), "{stored:?}");
    home.ok(["session", "start", "acme-cfo"]);
    for (words, what) in [
        ("today", "acme-cfo"),
        ("today", "Handover"),
        ("today", "E-2026-02"),
        ("due", "Handover"),
        ("person list", "Dana"),
        ("org list", "Acme"),
        ("undo --dry-run", "started session 1 of acme-cfo"),
        ("note -e acme-cfo Yes --dry-run", "Yes"),
    ] {
        shows(words, None, what);
    }
    for off in ["", "0", "False", "no", "OFF"] {
        shows("due", Some(off), "zqbaction");
    }
}

#[test]
fn every_session_that_was_not_ended_hides_all_but_the_one_begun_last() {
    let mut home = two_clients();
    // The other client's session was forgotten two days ago.
    let due = home.ok(["due"]);
    assert!(due.contains("zqbaction") && !due.contains("Handover"), "{due}");
    home.ok(["session", "start", "acme-cfo"]);
    for now in [common::NOW, "2026-11-21T14:00:00+01:00"] {
        home.at(now);
        let due = home.ok(["due"]);
        assert!(due.contains("Handover") && !due.contains("zqbaction"), "{now}: {due}");
    }
    home.ok(["session", "end", "acme-cfo", "--minutes", "60"]);
    home.ok(["session", "end", "zqb-slug-two", "--minutes", "60"]);
    let due = home.ok(["due"]);
    assert!(due.contains("Handover") && due.contains("zqbaction"), "{due}");
}

#[test]
fn a_ref_behind_a_flag_names_no_client() {
    let home = two_clients();
    home.ok(["session", "start", "acme-cfo"]);
    for line in [
        "check-in -e acme-cfo --done A2",
        "check-in -e acme-cfo --partly A2",
        "check-in -e acme-cfo --drop A2",
        "plan More --goal G2",
        "action add acme-cfo More --goal G2",
        "action edit A1 --goal G2",
        "note -e acme-cfo More --goal G2",
        "note -e acme-cfo More --session S1",
        "notes move N1 --session S1",
        "notes list --session S1",
        "notes list --goal G2",
        "action add acme-cfo More --for P2",
    ] {
        let run = home.run(line.split(' '));
        assert!(!marked(&run), "{line}: {run:?}");
        if line.ends_with("--done A2") {
            run.failed(4, "A2 belongs to E-2026-02");
        }
    }
}

#[test]
fn a_name_that_is_shown_or_is_a_word_of_the_program_stays_in_messages() {
    let home = Home::with_two_clients();
    home.ok(["engagement", "new", "due", "--coachee", "Dana Reyes", "--org", "session"]);
    home.ok(["person", "add", "May"]);
    let run = home.run(["session", "end", "--discreet"]);
    assert!(run.err.contains("coach session"), "{run:?}");
    // A hidden homonym takes no name away from the one who is shown.
    home.ok(["person", "add", "Dana Reyes"]);
    home.ok("session add acme-cfo 2026-11-20 --minutes 80".split(' '));
    let run = home.run("recap -e acme-cfo --eml --discreet".split(' '));
    assert!(run.err.contains("Dana Reyes has no address"), "{run:?}");
}

#[test]
fn a_hidden_find_keeps_its_ref_its_kind_and_its_day() {
    let home = two_clients();
    let found = run(&home, &["search", "zqbaction"].map(str::to_owned), Some("--discreet"), None);
    let row: Vec<&str> = found.out.lines().nth(1).expect("a find").split_whitespace().collect();
    assert_eq!(row, ["A2", "action", "E-2026-02", "2026-11-19", "…"], "{found:?}");
}

#[test]
fn a_variable_that_is_neither_on_nor_off_is_refused() {
    let home = two_clients();
    for (args, value) in [(["due"], "maybe"), (["help"], "2")] {
        let run = run(&home, &args.map(str::to_owned), None, Some(value));
        run.failed(2, &format!("COACH_DISCREET is ‘{value}’"));
        assert_eq!(run.out, "");
    }
}
