//! Every command with every global flag, stdin and stdout: a flag is taken where it means something
//! and refused with exit 2 where not, nothing waits for somebody who is not there, nothing is
//! written by a refusal or a rehearsal, and a reader of stdout who goes away breaks nothing.
//!
//! Leaves, flags and forms are taken from the grammar; each must stand in a table here. Every run
//! is under a watchdog of five seconds.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/draft.rs"]
mod draft;
#[path = "common/evidence.rs"]
mod evidence;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{Home, Run};

/// Every leaf: its words | the flags it takes beside those that all take | what makes it succeed
/// on the [`Bench`]. Flags: `e` --engagement, `a` --as-of, `d` --dry-run, `s` --strict, `f` --file,
/// `j` --journal, `k` --key-file, `y` --yes, `c` --discreet. `r` marks a leaf that only reads, `t` one that answers in
/// text, `p` one that draws a page, `h` one that answers in text alone, `w` one that walks through
/// questions, and refuses where nobody answers them.
const LEAVES: &str = "
init | j | --plain
demo |  |
help | rfh |
today | rafjkpc |
prep | reafjkpc | acme-cfo
engagement new | dsjkc | new-one --coachee Somebody
engagement list | rafjkc |
engagement show | reafjkc | acme-cfo
engagement edit | edsjkc | acme-cfo --format phone
engagement activate | edjkc | beta-ceo
engagement phase-down | edsjkc | acme-cfo
engagement complete | edsjkc | gamma-coo
engagement cancel | edjkc | gamma-coo
engagement extend | edsjkc | acme-cfo --end 2027-05-01
engagement remove | djkc | zeta-cro
engagement restore | djkc | delta-cmo
session schedule | djkc | acme-cfo tomorrow 10:00
session start | edsjkc | gamma-coo
session run | wesjkc | acme-cfo
session resume | wesjkc | acme-cfo
session end | edsjkc | acme-cfo --minutes 80
session add | dsjkc | acme-cfo 2026-11-21 08:00 --minutes 80
session list | reafjkc | acme-cfo
session show | rafjkc | S1
session edit | djkc | S1 --minutes 75
session cancel | djkc | S2
session no-show | djkc | S2
session remove | djkc | S1
session restore | djkc | S4
check-in | edjkc | --done A1
deep-dive | edjkc | Who decides?
challenge | edjkc | --assumption Nobody else can
action-planning | edjkc | Ask the team --due fri
note | edjkc | A thought
notes list | reafjkc | acme-cfo
notes show | rafjkc | N1
notes edit | djkc | N1 --text Other
notes share | djkc | N1
notes unshare | djkc | N2
notes move | djkc | N1 --session S1
notes remove | djkc | N1
notes restore | djkc | N3
recap | reafjktc | S1
due | reafjkc |
search | reafjkc | Noted
action add | djkc | acme-cfo Call the bank
action list | reafjkc | acme-cfo
action show | rafjkc | A1
action edit | djkc | A1 --what Other
action done | djkc | A1
action partly | djkc | A1
action missed | djkc | A1
action drop | djkc | A1
action reopen | djkc | A2
action remove | djkc | A1
action restore | djkc | A3
reflect | edjkc | Less is said
habit add | edjkc | Walk at lunch
habit tick | djkc | B1
habit list | reafjkc | acme-cfo
habit show | rafjkc | B1
habit edit | djkc | B1 --every daily
habit remove | djkc | B1
habit restore | djkc | B2
worksheet new | dsjkc | acme-cfo roadmap
worksheet list | reafjkc | beta-ceo
worksheet show | rafjkc | W1
worksheet fill | djkc | W1 --set value=Candour
worksheet edit | djkc | W1 --row 1 --set value=Candour
worksheet freeze | djkc | W1
worksheet diff | rafjkc | W2
worksheet use | djkc | W1 --row 1
worksheet remove | djkc | W1
worksheet restore | djkc | W3
goal add | dsjkc | acme-cfo Listen
goal list | reafjkc | acme-cfo
goal show | rafjkc | G1
goal edit | dsjkc | G1 --title Other
goal rate | djkc | G1 6
goal achieve | djkc | G1
goal drop | djkc | G1
goal remove | djkc | G1
goal restore | djkc | G2
goal criterion add | djkc | G1 The board says so
goal criterion list | rafjkc | G1
goal criterion edit | djkc | G1 1 --text Other
goal criterion remove | djkc | G1 1
goal kr add | djkc | G1 Days --unit days --from 12 --to 4
goal kr set | djkc | K1 9
goal kr list | rafjkc | G1
goal kr show | rafjkc | K1
goal kr edit | djkc | K1 --title Other
goal kr remove | djkc | K1
goal kr restore | djkc | K2
agreement new | djkc | acme-cfo --late-minutes 10
agreement list | reafjkc | acme-cfo
agreement show | rafjkc | acme-cfo
agreement render | rfjktc | acme-cfo
agreement sign | djkc | acme-cfo --party coachee
agreement edit | djkc | D2 --late-minutes 5
agreement disclose | djkc | acme-cfo --to Court --reason Order
agreement refer | djkc | acme-cfo --to Somebody --reason Sleep
agreement remove | djkc | D2
agreement restore | djkc | D3
paper render | rafjktc | acme-cfo final
paper freeze | dsjkc | acme-cfo plan
paper list | rafjkc | acme-cfo
paper diff | rafjkpc | acme-cfo final
paper template | rfh | brief
report progress | reafjkpc | acme-cfo
report practice | rafjkc |
review mid | edsjkc | acme-cfo --score G1=6 Half way
review closing | edsjkc | acme-cfo --score G1=8
review follow-up | edsjkc | acme-cfo It holds
review list | reafjkc | acme-cfo
review show | rafjkpc | R1
review edit | djkc | R1 --score G1=7
review remove | djkc | R1
review restore | djkc | R2
method list | rfjk |
method show | refjkpc | acme-cfo
method lint | rf | .config/coachlog/methods/sample.toml
method diff | refjkc | acme-cfo
method new | d | my-way
stakeholder add | djkc | acme-cfo Karl --relation peer
stakeholder list | reafjkc | acme-cfo
stakeholder show | rafjkc | H1
stakeholder map | reafjkpc | acme-cfo
stakeholder edit | djkc | H1 --influence 3
stakeholder remove | djkc | H1
stakeholder restore | djkc | H5
stakeholder feedback add | djkc | H1 --round baseline Heard
stakeholder feedback list | reafjkc | acme-cfo
stakeholder feedback show | rafjkc | F1
stakeholder feedback edit | djkc | F1 --text Other
stakeholder feedback round | djkc | acme-cfo close mid
stakeholder feedback summary | reafjkpc | acme-cfo
stakeholder feedback remove | djkc | F1
stakeholder feedback restore | djkc | F4
person add | djkc | Ada
person list | rafjkc |
person show | rafjkc | P1
person edit | djkc | P1 --role CEO
person remove | djkc | P5
person restore | djkc | P6
org add | djkc | Other
org list | rafjkc |
org show | rafjkc | O1
org edit | djkc | O1 --name Other
org remove | djkc | O2
org restore | djkc | O3
history | rafjkc |
undo | djkc |
redo | djkc |
key status | rafjk |
key recover | j |
key show-recovery | jk | --recovery-to shown
backup now | fjk |
backup list | rfjk |
backup verify | rfjk |
restore | djkyc | usb.coach --yes
doctor | rfjk |
drafts list | rfjkc |
drafts show | rfjkc | 00beef
drafts store | ejkc |
drafts discard | jkc | 00beef
config path | rf |
config get | rf |
config set | d | backup.daily false
completions | rfh | zsh
man | rfh | session start";

/// The words of `--output`; all but the first four mean something to few commands.
const FORMS: &str = "table json jsonl csv hledger markdown html text ubl xlsx taskwarrior";

/// A global flag as it is tried: its name | the letter of those who take it, or `*`
/// for all | its words. `SLUG` is the engagement of the command, `HOME` the home directory.
const FLAGS: &str = "
engagement | e | --engagement SLUG
engagement | e | -e SLUG
as-of | a | --as-of 2026-11-20
dry-run | d | --dry-run
yes | y | --yes
strict | s | --strict
file | f | --file answer
force | f | -o answer --force
journal | j | --journal HOME/.local/share/coachlog/journal.coach
key-file | k | --key-file HOME/the.key
no-input | * | --no-input
discreet | c | --discreet
color | * | --color auto
color | * | --color always
color | * | --color never
quiet | * | --quiet
verbose | * | --verbose
json | json | --json
output | * | --output table";

struct Leaf {
    name: &'static str,
    takes: &'static str,
    sample: &'static str,
}

impl Leaf {
    fn all() -> Vec<Self> {
        let parts = LEAVES.lines().filter(|line| !line.is_empty()).map(|line| line.split('|'));
        let leaf = parts.map(|mut parts| {
            let mut part = || parts.next().map(str::trim).expect("three parts");
            Self { name: part(), takes: part(), sample: part() }
        });
        leaf.collect()
    }

    fn reads(&self) -> bool {
        self.takes.starts_with('r')
    }

    fn walks(&self) -> bool {
        self.takes.starts_with('w')
    }

    /// With which code it ends where nobody answers.
    fn ends(&self) -> i32 {
        if self.walks() { 2 } else { 0 }
    }

    /// Whether it answers in this form.
    fn speaks(&self, form: &str) -> bool {
        match form {
            "table" => true,
            "json" => !self.takes.contains('h'),
            "jsonl" => !self.takes.contains(['h', 'w']),
            "csv" => !self.takes.contains(['t', 'p', 'h', 'w']),
            "text" => self.takes.contains(['t', 'p', 'h']),
            "markdown" => self.takes.contains('t'),
            _ => false,
        }
    }

    /// The command line that succeeds.
    fn line(&self) -> Vec<String> {
        self.name.split(' ').chain(self.sample.split_whitespace()).map(str::to_owned).collect()
    }

    fn slug(&self) -> &str {
        self.sample.split(' ').find(|word| word.contains("-c")).unwrap_or("acme-cfo")
    }
}

#[test]
fn every_leaf_every_global_flag_and_every_form_is_placed() {
    let mut grammar = coachlog::grammar();
    grammar.build();
    let leaves: BTreeSet<String> = common::leaves().into_iter().collect();
    let placed: BTreeSet<String> = Leaf::all().iter().map(|leaf| leaf.name.to_owned()).collect();
    let differ: Vec<_> = leaves.symmetric_difference(&placed).collect();
    assert!(differ.is_empty(), "place these leaves in tests/flags.rs: {differ:?}");
    let globals = grammar.get_arguments().filter(|arg| arg.is_global_set());
    let globals: BTreeSet<&str> = globals.filter_map(clap::Arg::get_long).collect();
    let placed = FLAGS.lines().filter_map(|line| line.split_once(" | "));
    let placed: BTreeSet<&str> = placed.map(|(id, _)| id).collect();
    let differ: Vec<_> = globals.symmetric_difference(&placed).collect();
    assert!(differ.is_empty(), "place these flags in tests/flags.rs: {differ:?}");
    let output = grammar.get_arguments().find(|arg| arg.get_id() == "output").expect("--output");
    let forms = output.get_possible_values();
    let forms: Vec<&str> = forms.iter().map(clap::builder::PossibleValue::get_name).collect();
    assert_eq!(forms.join(" "), FORMS);
}

#[test]
fn a_flag_is_taken_where_it_means_something_and_refused_where_not() {
    let leaves = Leaf::all();
    std::thread::scope(|scope| {
        for half in leaves.chunks(leaves.len().div_ceil(2)) {
            scope.spawn(|| {
                let bench = Bench::new();
                // Every leaf that fails is told, not the first alone.
                let fails = |leaf: &&Leaf| {
                    catch_unwind(AssertUnwindSafe(|| every_flag(&bench, leaf))).is_err()
                };
                let failed: Vec<_> = half.iter().filter(fails).map(|leaf| leaf.name).collect();
                assert!(failed.is_empty(), "{failed:?}");
            });
        }
    });
}

fn every_flag(bench: &Bench, leaf: &Leaf) {
    for line in FLAGS.lines().filter(|line| !line.is_empty()) {
        let mut parts = line.split(" | ").skip(1);
        let (letter, flag) = (parts.next().expect("a letter"), parts.next().expect("a flag"));
        let flag = flag.replace("SLUG", leaf.slug());
        let flag = flag.replace("HOME", bench.home.path().to_str().expect("a path"));
        one_flag(
            bench,
            leaf,
            &flag,
            match letter {
                "*" => true,
                "json" => leaf.speaks("json"),
                letter => leaf.takes.contains(letter),
            },
        );
    }
    for form in FORMS.split(' ').filter(|form| *form != "table") {
        let run = one_flag(bench, leaf, &format!("--output {form}"), leaf.speaks(form));
        match (leaf.speaks(form), form) {
            (true, _) if leaf.walks() => {}
            (true, "json") => {
                serde_json::from_str::<serde_json::Value>(&run.out).expect("JSON");
            }
            (true, "jsonl") => run.out.lines().for_each(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            }),
            (true, _) => assert!(!run.out.contains('\u{1b}'), "{run:?}"),
            (false, _) => {
                let spoken = ["jsonl", "json"].into_iter().find(|form| leaf.speaks(form));
                let names = spoken.unwrap_or("text");
                assert!(run.err.contains(names), "names what it speaks: {run:?}");
            }
        }
    }
}

fn one_flag(bench: &Bench, leaf: &Leaf, flag: &str, taken: bool) -> Run {
    bench.restore(leaf);
    let before = bench.bytes();
    let args: Vec<String> =
        leaf.line().into_iter().chain(flag.split(' ').map(str::to_owned)).collect();
    let run = bench.run(leaf, &mut bench.home.command(&args));
    let said = format!("coach {}: {run:?}", args.join(" "));
    if !taken {
        assert_eq!((run.code, run.out.as_str()), (2, ""), "should refuse: {said}");
        let (name, _) = flag.split_once(' ').unwrap_or((flag, ""));
        let form = flag.strip_prefix("--output ").unwrap_or(name.trim_start_matches('-'));
        let names = [
            form,
            match name {
                "-e" => "--engagement",
                "-o" => "--file",
                other => other,
            },
        ];
        assert!(names.iter().any(|name| run.err.contains(name)), "should name the flag: {said}");
        assert!(bench.bytes() == before, "a refusal wrote: {said}");
        return run;
    }
    if leaf.walks() {
        assert_eq!((run.code, run.out.as_str()), (2, ""), "nobody answers: {said}");
        assert!(run.err.contains("nobody is there to answer"), "{said}");
        assert!(bench.bytes() == before, "a refusal wrote: {said}");
        return run;
    }
    assert_eq!(run.code, 0, "should take it: {said}");
    let writes = !leaf.reads() && flag != "--dry-run" && !UNWRITTEN.contains(&leaf.name);
    assert_eq!(bench.bytes() != before, writes, "wrote or not: {said}");
    if flag.contains("answer") {
        let answer = bench.home.path().join("answer");
        let mode = fs::metadata(&answer).expect("the answer").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{said}");
        // There the file is the copy, and the answer tells of it.
        assert_eq!(run.out.is_empty(), leaf.name != "backup now", "{said}");
        assert!(!fs::read(&answer).expect("the answer").is_empty(), "{said}");
    } else if leaf.name != "demo" {
        // Where nothing is wrong there is no line of JSON.
        let nothing_wrong = ["method lint", "method diff"].contains(&leaf.name);
        let none = nothing_wrong && flag == "--output jsonl";
        assert_eq!(run.out.is_empty(), none, "an answer: {said}");
    }
    if flag == "--quiet" {
        let news = run.err.lines().find(|line| !line.starts_with("warning:"));
        assert_eq!(news, None, "quiet says the answer and warnings alone: {said}");
    }
    run
}

/// Leaves that write outside the journal.
const UNWRITTEN: [&str; 7] = [
    "demo",
    "key recover",
    "key show-recovery",
    "backup now",
    "drafts discard",
    "config set",
    "method new",
];

/// Leaves that need no journal: copies are looked for, and brought back, where there is none.
const WITHOUT_JOURNAL: [&str; 15] = [
    "init",
    "demo",
    "help",
    "config path",
    "config get",
    "config set",
    "method lint",
    "method list",
    "method new",
    "paper template",
    "completions",
    "man",
    "backup list",
    "backup verify",
    "restore",
];

#[test]
fn nothing_waits_for_a_stdin_that_is_closed_or_silent() {
    let bench = Bench::new();
    for leaf in Leaf::all() {
        let args = leaf.line();
        let bare: Vec<&str> = leaf.name.split(' ').collect();
        bench.restore(&leaf);
        let run = bench.run(&leaf, &mut redirected(&bench.home, &bare, "<&-"));
        assert!((0..=5).contains(&run.code), "{bare:?} with stdin closed: {run:?}");
        bench.restore(&leaf);
        let empty = Stdio::null();
        let bare_null = ended(&bench, bench.home.command(&bare).stdin(empty), &bare.join(" "));
        if leaf.name != "key recover" {
            assert_eq!(bare_null.code, run.code, "closed and empty are one: {bare:?}");
        }
        if leaf.name == "key recover" {
            continue;
        }
        bench.restore(&leaf);
        let run = bench.run(&leaf, &mut redirected(&bench.home, &args, "<&-"));
        assert_eq!(run.code, leaf.ends(), "{args:?} with stdin closed: {run:?}");
        bench.restore(&leaf);
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let run = ended(&bench, bench.home.command(&args).stdin(reader), &args.join(" "));
        drop(writer);
        assert_eq!(run.code, leaf.ends(), "{args:?} with a silent stdin: {run:?}");
    }
}

#[test]
fn a_capture_without_words_where_nobody_answers_is_a_usage_error() {
    let bench = Bench::new();
    for capture in
        ["check-in", "deep-dive", "challenge", "action-planning", "plan", "note", "reflect"]
    {
        for words in [&[capture][..], &[capture, "-"], &[capture, "--no-input"]] {
            for redirect in ["<&-", "</dev/null"] {
                let before = bench.bytes();
                let mut command = redirected(&bench.home, words, redirect);
                let run = ended(&bench, &mut command, capture);
                assert_eq!((run.code, run.out.as_str()), (2, ""), "{words:?} {redirect}: {run:?}");
                assert!(bench.bytes() == before, "{words:?} {redirect}");
            }
        }
    }
}

#[test]
fn a_reader_who_goes_away_ends_a_command_quietly_and_loses_no_write() {
    let bench = Bench::new();
    for leaf in Leaf::all() {
        let forms = ["table", "json"].into_iter().filter(|form| leaf.speaks(form));
        for form in forms.filter(|_| !leaf.walks()) {
            let args: Vec<String> =
                leaf.line().into_iter().chain(["--output".to_owned(), form.to_owned()]).collect();
            let said = args.join(" ");
            bench.restore(&leaf);
            let before = bench.bytes();
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            let mut command = bench.home.command(&args);
            bench.answer_stdin(&leaf, &mut command);
            let run = wait(command.stdout(writer).stderr(bench.file("err")), &said);
            let err = fs::read_to_string(bench.home.path().join("err")).expect("stderr");
            assert_eq!(run, 0, "{said}: {err}");
            assert!(!err.contains("error:") && !err.contains("panicked"), "{said}: {err}");
            let writes = !leaf.reads() && !UNWRITTEN.contains(&leaf.name);
            assert_eq!(bench.bytes() != before, writes, "{said}");
            if leaf.name == "key recover" {
                assert!(bench.home.keys().read_dir().expect("keys").count() > 1, "{said}");
            }
            for redirect in [">&-", "2>&-"] {
                bench.restore(&leaf);
                let mut command = redirected(&bench.home, &args, redirect);
                let run = bench.run(&leaf, &mut command);
                assert_eq!(run.code, 0, "{said} {redirect}: {run:?}");
                assert_eq!(bench.bytes() != before, writes, "{said} {redirect}");
            }
        }
    }
}

#[test]
fn without_a_journal_every_command_says_how_to_make_one() {
    let (bench, home) = (Bench::new(), Home::empty());
    for leaf in Leaf::all().iter().filter(|leaf| !WITHOUT_JOURNAL.contains(&leaf.name)) {
        let mut command = home.command(leaf.line());
        bench.answer_stdin(leaf, &mut command);
        let run = ended(&bench, &mut command, leaf.name);
        assert_eq!((run.code, run.out.as_str()), (5, ""), "{}: {run:?}", leaf.name);
        assert!(run.err.contains("coach init"), "{}: {run:?}", leaf.name);
        let made = home.path().read_dir().expect("a home").count();
        assert_eq!(made, 0, "{} left something in an empty home", leaf.name);
    }
}

/// A home in which every leaf's sample succeeds, and what its files hold.
struct Bench {
    home: Home,
    journal: Vec<u8>,
    keys: Vec<(PathBuf, Vec<u8>)>,
    draft: (PathBuf, Vec<u8>),
}

impl Bench {
    fn new() -> Self {
        let home = Home::empty();
        for line in "\
init --recovery-to line --role executive
engagement new acme-cfo --coachee Dana --sponsor Ines --org Acme
engagement new beta-ceo --coachee Noor --start 2027-01-04
engagement new gamma-coo --coachee Dana
engagement new zeta-cro --coachee Dana
person add Idle
org add Idle
goal add acme-cfo Decide sooner --success Heard
goal kr add G1 Days --unit days --from 12 --to 4
session add acme-cfo 2026-11-10 10:00 --minutes 80
session schedule beta-ceo 2027-01-05 10:00
session start acme-cfo
deep-dive Noted
deep-dive Heard --shared
action-planning Send the memo
action add acme-cfo Book the room
action done A2
engagement new delta-cmo --coachee Dana
engagement remove delta-cmo
session add acme-cfo 2026-11-09 10:00 --minutes 80
session remove S4
deep-dive Gone
notes remove N3
action add acme-cfo Gone
action remove A3
habit add -e acme-cfo Walk
habit add Gone
habit remove B2
engagement edit beta-ceo --method identity-aligned
worksheet new beta-ceo values
worksheet fill W1 --set value=Trust
worksheet new beta-ceo expectations
worksheet fill W2 --set expectation=Calm
worksheet freeze W2
worksheet fill W2 --row 1 --set expectation=Quiet
worksheet new beta-ceo triggers
worksheet remove W3
goal add acme-cfo Gone
goal remove G2
goal kr add G1 Gone --unit days --from 12 --to 4
goal kr remove K2
agreement new acme-cfo
agreement sign acme-cfo --party coachee
agreement new acme-cfo
agreement new acme-cfo
agreement remove D3
agreement new gamma-coo
agreement sign gamma-coo --party coachee
agreement sign gamma-coo --party coach
review mid acme-cfo --score G1=5 Heard
review closing acme-cfo Gone
paper freeze acme-cfo final
review remove R2
person add Gone
person remove P6
org add Gone
org remove O3
method new sample
stakeholder add acme-cfo One --relation peer
stakeholder add acme-cfo Two --relation peer
stakeholder add acme-cfo Three --relation peer
stakeholder add acme-cfo Four --relation hr
stakeholder add acme-cfo Five --relation hr
stakeholder remove H5
stakeholder feedback add H1 --round baseline Said
stakeholder feedback add H2 --round baseline Said
stakeholder feedback add H3 --round baseline Said
stakeholder feedback add H4 --round baseline Said
stakeholder feedback remove F4
person add Undone
undo"
            .lines()
        {
            home.ok(line.split(' '));
        }
        fs::copy(home.key(), home.path().join("the.key")).expect("a copy of the key");
        home.ok(["backup", "now", "-o", "usb.coach"]);
        draft::plant(&home, "Kept");
        let draft = (draft::path(&home), fs::read(draft::path(&home)).expect("a draft"));
        home.ok(["demo"]);
        let keys = home.keys().read_dir().expect("keys").map(|key| key.expect("a key").path());
        let keys = keys.map(|path| (path.clone(), fs::read(&path).expect("a key"))).collect();
        Self { journal: fs::read(home.journal()).expect("the journal"), home, keys, draft }
    }

    /// Puts the files back as the leaf wants them.
    fn restore(&self, leaf: &Leaf) {
        for name in ["answer", "shown", ".config/coachlog/methods/my-way.toml"] {
            let _ = fs::remove_file(self.home.path().join(name));
        }
        fs::write(self.home.journal(), &self.journal).expect("the journal");
        fs::write(&self.draft.0, &self.draft.1).expect("the draft");
        let own = fs::read(self.home.path().join("the.key")).expect("the key");
        for (path, key) in &self.keys {
            // No command overwrites a key, so it must be gone for one to be recovered.
            if leaf.name == "key recover" && *key == own {
                let _ = fs::remove_file(path);
            } else if !path.exists() {
                fs::copy(self.home.path().join("the.key"), path).expect("the key");
            }
        }
        if leaf.name == "init" {
            fs::remove_file(self.home.journal()).expect("the journal");
        }
    }

    /// What the journal's file holds; nothing where there is none.
    fn bytes(&self) -> Vec<u8> {
        fs::read(self.home.journal()).unwrap_or_default()
    }

    fn file(&self, name: &str) -> File {
        File::create(self.home.path().join(name)).expect("a file")
    }

    /// Gives a leaf that reads stdin by its nature what it reads.
    fn answer_stdin(&self, leaf: &Leaf, command: &mut Command) {
        if leaf.name == "key recover" {
            command.stdin(File::open(self.home.path().join("line")).expect("the line"));
        }
    }

    fn run(&self, leaf: &Leaf, command: &mut Command) -> Run {
        self.answer_stdin(leaf, command);
        ended(self, command, leaf.name)
    }
}

/// The command through a shell that closes one of its streams for good.
fn redirected(home: &Home, args: &[impl AsRef<std::ffi::OsStr>], redirect: &str) -> Command {
    let direct = home.command(args);
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(format!("exec \"$0\" \"$@\" {redirect}"));
    command.arg(direct.get_program()).args(direct.get_args()).env_clear();
    command.envs(direct.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(home.path()).stdin(Stdio::null());
    command
}

/// Runs a command to its end, and gives what it said.
fn ended(bench: &Bench, command: &mut Command, said: &str) -> Run {
    let code = wait(command.stdout(bench.file("out")).stderr(bench.file("err")), said);
    let text = |name| fs::read_to_string(bench.home.path().join(name)).expect("UTF-8");
    Run { code, out: text("out"), err: text("err") }
}

/// Waits for the end of a command, at most five seconds.
fn wait(command: &mut Command, said: &str) -> i32 {
    let mut child: Child = command.spawn().expect("coach starts");
    for _ in 0..5_000 {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("a child that waits");
    panic!("waits for ever: {said}");
}
