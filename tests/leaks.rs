//! The marker test: a word of its own in every text of every record. Under HOME no such word is
//! found in the clear, and a recap holds those that the coachee may read and no other.
//!
//! A column of text that is neither in `STORY` nor among what the program itself writes fails
//! `every_text_column_got_a_marker`, until somebody places it.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use common::{Home, Run};
use evidence::{files, not_run, shell};
use rusqlite::Connection;

/// What every marker begins with; the words after it say which field it is in. One that begins
/// with `zqmarkopen` may be read by the coachee, in the recaps named after it in `OPEN`.
const MARK: &str = "zqmark";

/// Commands that write a marker into every text there is.
const STORY: &[&str] = &[
    "org add zqmarkorg",
    "org edit O1 --name zqmarkorgname --reason zqmarkreasonorg",
    "person add zqmarkopencoachee --email zqmarkemail@example.org --phone +49301234567zqmark --org O1 --role zqmarkrole",
    "person add zqmarksponsor",
    "person edit P2 --name zqmarksponsorname --reason zqmarkreasonperson",
    "engagement new zqmark-slug --coachee P1 --sponsor P2 --org O1 --payer zqmarkpayer --rate 471_EUR/session",
    "engagement edit zqmark-slug --slug zqmark-slug-two --reason zqmarkreasonslug",
    "engagement edit zqmark-slug-two --reference ZQMARKREFERENCE",
    "goal add zqmark-slug-two zqmarkgoalshared --focus zqmarkfocus --success zqmarksuccess",
    "goal criterion add G1 zqmarkcriterion --evidence zqmarkevidence",
    "goal kr add G1 zqmarkkr --unit zqmarkunit --from 12 --to 4",
    "goal edit G1 --title zqmarkgoaltitle --reason zqmarkreasongoal",
    "goal add zqmark-slug-two zqmarkgoalprivate --private",
    "agreement new zqmark-slug-two --jurisdiction zqmarklaw --exception zqmarkexception --reason zqmarkreasonagreement",
    "agreement edit D1 --sponsor-gets zqmarksponsorgets --boundary zqmarkboundary",
    "agreement sign zqmark-slug-two --party coach --name zqmarkcoachname",
    "stakeholder add zqmark-slug-two zqmarkstakeholder --relation peer --dynamic zqmarkdynamic --shift zqmarkshift --strategy zqmarkstrategy",
    "stakeholder feedback add H1 --round mid --behaviour zqmarkbehaviour --situation zqmarksituation --effect zqmarkeffect zqmarksaid",
    "stakeholder feedback round zqmark-slug-two close baseline",
    "agreement disclose zqmark-slug-two --to zqmarktold --reason zqmarktoldwhy",
    "session start zqmark-slug-two",
    "check-in zqmarknotecheckin",
    "check-in --shared zqmarkopencheckin",
    "deep-dive zqmarknotedive",
    "deep-dive --question zqmarknotequestion",
    "deep-dive --perspective --shared zqmarkopenperspective",
    "deep-dive --insight --goal G2 --shared zqmarkopeninsight",
    "challenge --assumption zqmarknoteassumption",
    "challenge --blind-spot --shared zqmarkopenblindspot",
    "challenge --reframe zqmarknotereframe",
    "challenge --support zqmarknotesupport",
    "note --kind reflection --stage action-planning zqmarknotereflection",
    "note --shared zqmarknoteold",
    "notes edit N12 --text zqmarkopennew --reason zqmarkreasonnote",
    "note --shared zqmarknoteunshared",
    "notes unshare N13",
    "note --shared zqmarknoteremoved",
    "notes remove N14",
    "action-planning zqmarkopenaction --goal G2 --due 2026-12-04",
    "action-planning zqmarkactionprivate --private",
    "action-planning zqmarkactioncoach --owner coach",
    "action-planning --owner coach --shared zqmarkopencoachaction",
    "action-planning zqmarkactionremoved",
    "action remove A5",
    "session end zqmark-slug-two --minutes 80 --summary zqmarkopensummary --private-summary zqmarksummaryprivate",
    "note -e zqmark-slug-two zqmarknotebetween",
    "note -e zqmark-slug-two --shared zqmarknotesharedbetween",
    "session start zqmark-slug-two",
    "check-in --partly A1 --reflection zqmarkopentwotold",
    "check-in --missed A2 --reflection zqmarkreflectionprivate",
    "check-in --done A3 --reflection zqmarkreflectioncoach",
    "action-planning --shared --owner coach zqmarkopentwoaction",
    "action edit A6 --due 2026-12-24 --reason zqmarkreasonaction",
    "session end zqmark-slug-two --minutes 80 --private-summary zqmarksummarytwo",
    "session edit S2 --minutes 81 --reason zqmarkreasonsession",
    "session schedule zqmark-slug-two 2026-12-05_10:00 --with zqmarkattendee",
    "engagement new zqmark-other --coachee zqmarkothercoachee",
    "note -e zqmark-other --shared zqmarkothernote",
    "goal rate G1 4",
    "reflect -e zqmark-slug-two zqmarkreflect",
    "habit add -e zqmark-slug-two zqmarkhabit --every 1d",
    "habit tick B1",
    "habit edit B1 --text zqmarkhabittwo --reason zqmarkreasonhabit",
    "goal kr set K1 9",
    "review mid zqmark-slug-two --score G1=5 --score G2=3 --answer 1=zqmarkreviewanswer zqmarkreview",
    "review edit R1 --score G1=6 --reason zqmarkreasonreview",
    "paper freeze zqmark-slug-two final",
    "paper freeze zqmark-slug-two plan",
    "engagement edit zqmark-slug-two --method identity-aligned",
    "worksheet new zqmark-slug-two values",
    "worksheet fill W1 --set value=zqmarkopencell --set situation=zqmarkopensituation",
    "worksheet use W1 --row 1 zqmarkopenuse",
    "worksheet freeze W1",
    "worksheet edit W1 --row 1 --set situation=zqmarkopencelltwo --reason zqmarkreasoncell",
    "worksheet new zqmark-slug-two narrative",
    "worksheet fill W2 --set story=zqmarkstory",
    "worksheet freeze W2",
];

/// The markers that stand in the recap of each session.
const OPEN: [(&str, &[&str]); 2] = [
    (
        "S1",
        &[
            "zqmarkopencheckin",
            "zqmarkopenperspective",
            "zqmarkopeninsight",
            "zqmarkopenblindspot",
            "zqmarkopennew",
            "zqmarkopenaction",
            "zqmarkopencoachaction",
            "zqmarkopensummary",
        ],
    ),
    ("S2", &["zqmarkopentwotold", "zqmarkopenaction", "zqmarkopentwoaction"]),
];

/// Columns of text that the program fills, whatever people write: ids, moments, words of its own.
const OWN: &str = "
    disclosure.kind signature.party
    feedback.round feedback_round.round stakeholder.effect stakeholder.relation
    change.field change.op change.record ref.prefix ref.record
    step.at step.command step.kind step.state
    action.kind action.owner action.status action.visibility
    engagement.format engagement.lang engagement.method engagement.method_text engagement.rate_currency
    engagement.rate_per engagement.status goal.owner goal.status goal.visibility
    note.kind note.stage note.visibility worksheet.visibility outcome.outcome participant.part
    session.format session.kind session.pay session.status
    method_snapshot.hash method_snapshot.parsed method_snapshot.text
    paper.kind review.kind review_answer.prompt
    worksheet.definition worksheet_cell.field worksheet_row.on_day
    walk.asking walk.passed walk.stage";

/// The ends of names of columns that hold an id, a moment, a day or a zone.
const OWN_ENDS: [&str; 4] = ["_id", "_at", "_on", ".zone"];

/// A home whose temporary, state, runtime and cache directories lie in it too.
fn run(home: &Home, args: impl IntoIterator<Item = String>) -> Run {
    let mut command = home.command(args);
    for name in ["TMPDIR", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        let dir = home.path().join(name);
        fs::create_dir_all(&dir).expect("made");
        command.env(name, dir);
    }
    Run::of(&command.output().expect("coach runs"))
}

/// A journal with a marker in every text.
fn marked(init: &[&str]) -> Home {
    let home = Home::empty();
    home.ok(["init"].iter().chain(init));
    for line in STORY {
        let told = run(&home, line.split(' ').map(|word| word.replace('_', " ")));
        assert_eq!(told.code, 0, "{line}: {told:?}");
    }
    home
}

/// All markers of the story.
fn markers() -> BTreeSet<String> {
    let words = STORY.iter().flat_map(|line| line.split([' ', '@', '=']));
    words.filter(|word| word.to_lowercase().contains(MARK)).map(str::to_owned).collect()
}

/// The files under a directory that hold a marker, as text of 8 or 16 bits, in any case.
fn leaks(dir: &Path) -> Vec<String> {
    let wide: Vec<u8> = MARK.bytes().flat_map(|byte| [byte, 0]).collect();
    let mut found = Vec::new();
    for (path, bytes) in files(dir) {
        let bytes = [path.to_string_lossy().as_bytes(), &bytes].concat().to_ascii_lowercase();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
        if holds(MARK.as_bytes()) || holds(&wide) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn every_text_column_got_a_marker() {
    let home = marked(&["--plain"]);
    let conn = Connection::open(home.journal()).expect("a plain journal");
    let sql = "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c
               WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'
                 AND c.type IN ('TEXT', 'ANY', 'BLOB') ORDER BY 1, 2";
    let mut statement = conn.prepare(sql).expect("sql");
    let columns = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("columns");
    let columns: Vec<(String, String)> = columns.collect::<Result<_, _>>().expect("columns");
    assert!(columns.len() > 100, "{columns:?}");
    let own: BTreeSet<&str> = OWN.split_whitespace().collect();
    let mut named = BTreeMap::new();
    let mut unplaced = Vec::new();
    for (table, column) in &columns {
        let name = format!("{table}.{column}");
        if column == "id" || OWN_ENDS.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let sql = format!(
            "SELECT count(*) FROM \"{table}\" WHERE instr(lower(\"{column}\"), '{MARK}') > 0"
        );
        let rows: i64 = conn.query_row(&sql, [], |row| row.get(0)).expect("a count");
        match (own.contains(name.as_str()), rows) {
            (false, 0) => unplaced.push(name.clone()),
            (true, 1..) => {
                unplaced.push(format!("{name} (the program's own, yet it holds a marker)"))
            }
            _ => {}
        }
        named.insert(name, rows);
    }
    assert!(unplaced.is_empty(), "place these in STORY or OWN: {unplaced:?}");
    let gone: Vec<_> = own.iter().filter(|name| !named.contains_key(**name)).collect();
    assert!(gone.is_empty(), "no such columns any more: {gone:?}");
}

#[test]
fn every_marker_is_in_the_journal_and_the_search_for_leaks_finds_one() {
    let home = marked(&["--plain"]);
    let journal = fs::read(home.journal()).expect("bytes");
    for marker in markers() {
        let there = journal.windows(marker.len()).any(|part| part == marker.as_bytes());
        assert!(there, "{marker} was not stored");
    }
    // A copy of a plain journal is as plain as the journal.
    let found = leaks(home.path());
    let (copies, rest): (Vec<_>, Vec<_>) =
        found.iter().partition(|path| path.contains("/backups/"));
    assert_eq!(rest, [&home.journal().display().to_string()]);
    assert!(!copies.is_empty(), "{found:?}");
}

#[test]
fn no_marker_lies_in_the_clear_anywhere_under_home() {
    let home = marked(&[]);
    assert_eq!(leaks(home.path()), Vec::<String>::new());
    // Reading, undoing and failing write nothing either.
    for line in [
        "notes list",
        "history",
        "due",
        "recap S1",
        "search zqmark*",
        "undo 3",
        "redo 3",
        "goal add zqmark-slug-two zqmarktry --dry-run",
        "engagement show zqmarknothing",
        "note -e zqmark-other --stage zqmarkstage zqmarkwords",
        "note -v -e zqmark-other zqmarklast",
    ] {
        run(&home, line.split(' ').map(str::to_owned));
        assert_eq!(leaks(home.path()), Vec::<String>::new(), "{line}");
    }
    // Nor does a process that is stopped while it writes leave more than the encrypted file.
    for wait in [1, 2, 3, 4, 5, 6, 7, 8] {
        let mut writer = home.command(["note", "-e", "zqmark-other", "zqmarkkilled"]);
        let mut writer =
            writer.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("coach starts");
        std::thread::sleep(std::time::Duration::from_millis(wait));
        writer.kill().expect("killed");
        writer.wait().expect("it ends");
        assert_eq!(leaks(home.path()), Vec::<String>::new(), "killed after {wait} ms");
    }
}

#[test]
fn copies_drafts_and_what_is_sent_to_a_helper_hold_no_word_in_the_clear() {
    let home = marked(&[]);
    home.ok(["backup", "now", "-o", "stick"]);
    let sealed_for = age::x25519::Identity::generate().to_public().to_string();
    home.ok(["backup", "now", "--to-recipient", &sealed_for, "-o", "sealed"]);
    // A busy journal turns words that are piped, and words that are typed, into drafts.
    let conn = rusqlite::Connection::open(home.journal()).expect("the journal");
    let key = evidence::hex_key(&home.key());
    conn.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; BEGIN IMMEDIATE")).expect("the lock");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            home.pipe(["note", "-e", "zqmark-other", "-"], "zqmarkpiped").failed(5, "are kept");
        });
        scope.spawn(|| {
            home.run(["note", "-e", "zqmark-other", "zqmarktyped"]).failed(5, "are kept");
        });
    });
    drop(conn);
    assert_eq!(home.json(["drafts", "list"]).as_array().expect("drafts").len(), 2);
    assert_eq!(leaks(home.path()), Vec::<String>::new());
    home.ok(["drafts", "store"]);
    home.ok(["restore", "stick", "--yes"]);
    home.ok(["doctor"]);
    assert_eq!(leaks(home.path()), Vec::<String>::new());
    for form in ["table", "json", "jsonl"] {
        let bundle = home.run(["doctor", "--bundle", "--output", form]);
        assert_eq!(bundle.code, 0, "{bundle:?}");
        let said = format!("{}{}", bundle.out, bundle.err).to_lowercase();
        assert!(!said.contains(MARK), "{said}");
        assert!(!said.contains(home.path().to_str().expect("a path")), "{said}");
    }
    evidence::set_mode(&home.journal(), 0o644);
    let bundle = home.run(["doctor", "--bundle"]);
    assert_eq!(bundle.code, 1, "{bundle:?}");
    assert!(!bundle.out.contains("journal.coach"), "{bundle:?}");
    // Told in plain words, a restoration names what it takes back; to the coach alone.
    evidence::set_mode(&home.journal(), 0o600);
    for entry in evidence::files(home.path()).keys().filter(|path| path.is_file()) {
        let shown = entry.ends_with("line") || entry.ends_with("the.key");
        assert!(shown || evidence::mode(entry) & 0o077 == 0, "{entry:?}");
    }
}

#[test]
fn a_text_in_an_editor_lies_in_the_clear_in_its_room_alone_and_no_longer_than_that() {
    // In the directory of the login where it is private, else in that of the state.
    for (mode, place) in [(0o700, "runtime/coachlog"), (0o755, ".local/state/coachlog/editing")] {
        let home = Home::with_two_clients();
        home.ok(["note", "-e", "acme-cfo", "words"]);
        for dir in ["runtime", "tmp"] {
            fs::create_dir(home.path().join(dir)).expect("a directory");
        }
        evidence::set_mode(&home.path().join("runtime"), mode);
        // The word is put together there, so that the script does not hold it.
        let script = "#!/bin/sh\nprintf 'zq%s' marktext > \"$1\"; cp \"$1\" \"$1~\"; echo written\n\
                      read line; exit 1\n";
        let editor = home.path().join("an-editor");
        fs::write(&editor, script).expect("a script");
        evidence::set_mode(&editor, 0o700);
        let mut command = home.command(["notes", "edit", "N1"]);
        command.env("VISUAL", &editor).stdin(Stdio::inherit());
        for (name, dir) in [("XDG_RUNTIME_DIR", "runtime"), ("TMPDIR", "tmp")] {
            command.env(name, home.path().join(dir));
        }
        let mut coach = rexpect::session::spawn_command(command, Some(30_000)).expect("a terminal");
        coach.exp_string("written").expect("the editor");
        let during = leaks(home.path());
        assert_eq!(during.len(), 2, "{during:?}");
        let room = home.path().join(place);
        assert!(during.iter().all(|path| Path::new(path).starts_with(&room)), "{during:?}");
        coach.send_line("").expect("typed");
        coach.exp_eof().expect("an end");
        assert_eq!(home.json(["drafts", "list"])[0]["text"], "zqmarktext");
        assert_eq!(leaks(home.path()), Vec::<String>::new());
        home.ok(["drafts", "store"]);
        assert_eq!(leaks(home.path()), Vec::<String>::new());
    }
}

/// Whom three peers talk about, each naming another.
const TALK: &[&str] = &[
    "engagement new acme-cfo --coachee Dana_Reyes",
    "goal add acme-cfo Delegate",
    "stakeholder add acme-cfo zqmarkkarl_Brandt --relation peer --dynamic zqmarkcold --shift zqmarkwarm --strategy zqmarklunch",
    "stakeholder add acme-cfo zqmarkolga_Berg --relation peer --effect constrains",
    "stakeholder add acme-cfo zqmarkjens_Holm --relation peer",
    "stakeholder add acme-cfo zqmarkmaria_Ruiz --relation manager",
    "stakeholder feedback add H1 --round mid --goal G1 --score 4 ZQMARKOLGA's_word_is_late",
    "stakeholder feedback add H2 --round mid --goal G1 --score 5 --behaviour asks_zqmarkmaria_first",
    "stakeholder feedback add H3 --round mid --goal G1 --score 6 --effect zqmarkkarl-brandt_waits,_as_H2_does",
    "stakeholder feedback add H4 --round mid --goal G1 --score 9 zqmarkalone",
    "person edit P5 --name Ruth_Neu",
    "stakeholder feedback edit F1 --effect zqmarkmaria_and_Ruiz_ask",
    "goal add acme-cfo Leave --private",
    "stakeholder feedback add H1 --round mid --goal G2 the_door_is_open",
    "stakeholder feedback add H2 --round mid --goal G2 the_door_is_open",
    "stakeholder feedback add H3 --round mid --goal G2 --score 1 the_door_is_open",
    "stakeholder feedback round acme-cfo close mid",
    "agreement new acme-cfo",
    "agreement disclose acme-cfo --to zqmarkcourt --reason zqmarkorder",
    "session add acme-cfo yesterday --summary Agreed",
];

#[test]
fn what_stakeholders_are_and_said_reaches_the_coachee_as_a_summary_alone_and_without_a_name() {
    let home = Home::new();
    for line in TALK {
        let told = run(&home, line.split(' ').map(|word| word.replace('_', " ")));
        assert_eq!(told.code, 0, "{line}: {told:?}");
    }
    for line in [
        "stakeholder feedback summary acme-cfo --audience coachee",
        "stakeholder feedback summary acme-cfo --audience coachee --json",
        "stakeholder feedback summary acme-cfo --audience coach",
        "stakeholder feedback summary acme-cfo --json",
        "agreement render acme-cfo",
        "agreement render acme-cfo --json",
        "recap S1",
        "recap S1 --json",
        "recap S1 --output markdown",
    ] {
        let told = home.ok(line.split(' '));
        assert!(!told.to_lowercase().contains(MARK), "{line}: {told}");
        for part in ["Brandt", "brandt", "Berg", "Holm", "Ruiz", "H2", "F1"] {
            assert!(!told.contains(part), "{line}: {told}");
        }
        let is_outside = line.contains("coachee") || line.starts_with("recap S1 -");
        assert!(!is_outside || !told.contains("acme-cfo"), "{line}: {told}");
        assert!(!line.contains("coachee") || !told.contains("door"), "{line}: {told}");
    }
    // Of a round in which all was said of a private goal the coachee does not learn how many spoke.
    for line in [
        "stakeholder feedback add H1 --round final --goal G2 a_secret",
        "stakeholder feedback round acme-cfo close final",
    ] {
        home.ok(line.split(' ').map(|word| word.replace('_', " ")));
    }
    let asked = "stakeholder feedback summary acme-cfo --audience coachee --round final";
    let told = run(&home, asked.split(' ').map(str::to_owned));
    assert!(told.code == 4 && told.err.contains("nobody has answered"), "{told:?}");
    // What the peers said is there, and nothing of the manager, who is alone.
    let summary = home.json(["stakeholder", "feedback", "summary", "acme-cfo", "--round", "mid"]);
    assert_eq!(summary["goals"][0]["all"]["people"], 3, "{summary}");
    assert_eq!(summary["goals"][0]["all"]["mean"], 5.0, "{summary}");
    assert!(summary.to_string().contains("[name]'s word is late"), "{summary}");
    assert!(summary.to_string().contains("[name] waits, as [name] does"), "{summary}");
}

#[test]
fn a_recap_holds_what_the_coachee_may_read_and_no_other_word() {
    let home = marked(&[]);
    for (session, open) in OPEN {
        for form in ["table", "text", "markdown", "json", "jsonl"] {
            let recap = home.run(["recap", session, "--output", form, "-v"]);
            assert_eq!(recap.code, 0, "{recap:?}");
            let words =
                recap.out.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
            let found: BTreeSet<&str> =
                words.filter(|word| word.to_lowercase().contains(MARK)).collect();
            let head = ["zqmarkopencoachee", "ZQMARKREFERENCE"];
            let named: BTreeSet<&str> =
                found.iter().copied().filter(|word| !head.contains(word)).collect();
            let mut open: BTreeSet<&str> = open.iter().copied().collect();
            if session == "S1" && form.starts_with("json") {
                // An action has all its outcomes there, the text those of its session.
                open.insert("zqmarkopentwotold");
            }
            assert_eq!(named, open, "recap {session} as {form}: {}", recap.out);
            for hidden in ["zqmark-slug", "471", "G2", "4930", "example.org"] {
                assert!(
                    !recap.out.contains(hidden),
                    "{hidden} in {session} as {form}: {}",
                    recap.out
                );
            }
        }
    }
    let into_file = home.ok(["recap", "S1", "--output", "markdown", "-o", "recap.md"]);
    assert_eq!(into_file, "");
    let file = fs::read_to_string(home.path().join("recap.md")).expect("a file");
    assert_eq!(file, home.ok(["recap", "S1", "--output", "markdown"]));
}

/// What papers, reviews and reports for the coachee may hold beside what begins with `zqmarkopen`.
const OF_THE_COACHEE: &str = "ZQMARKREFERENCE zqmarkorgname zqmarkgoalshared zqmarkgoaltitle zqmarkfocus \
    zqmarksuccess zqmarkcriterion zqmarkevidence zqmarkkr zqmarkunit zqmarkreview zqmarkreviewanswer \
    zqmarkhabittwo";

#[test]
fn papers_reviews_and_reports_for_the_coachee_hold_what_they_may_read_and_no_other_word() {
    let home = marked(&[]);
    let papers = ["brief", "plan", "mid", "closing", "follow-up", "final"];
    let mut lines: Vec<(String, &[&str])> = Vec::new();
    for paper in papers {
        let line = format!("paper render zqmark-slug-two {paper}");
        lines.push((line, &["table", "text", "markdown", "json", "jsonl"]));
    }
    for line in [
        "paper render zqmark-slug-two final --version 1",
        "paper render zqmark-slug-two plan --version 1",
    ] {
        lines.push((line.to_owned(), &["text", "json"]));
    }
    for line in
        ["review show R1 --audience coachee", "report progress zqmark-slug-two --audience coachee"]
    {
        lines.push((line.to_owned(), &["table", "text", "json", "jsonl"]));
    }
    let open: BTreeSet<&str> = OF_THE_COACHEE.split_whitespace().collect();
    let mut seen = BTreeSet::new();
    for (line, forms) in lines {
        for form in forms {
            let args = line.split(' ').chain(["--output", form]);
            let run = home.run(args);
            assert_eq!(run.code, 0, "{line}: {run:?}");
            let letters = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
            let said = run.out.replace("\\n", " ");
            for word in said.split(letters).filter(|word| word.to_lowercase().contains(MARK)) {
                let may = word.starts_with("zqmarkopen") || open.contains(word);
                assert!(may, "{word} in {line} as {form}: {}", run.out);
                seen.insert(word.to_owned());
            }
            for hidden in ["G2", "471", "4930", "example.org"] {
                assert!(!run.out.contains(hidden), "{hidden} in {line} as {form}: {}", run.out);
            }
        }
    }
    for word in ["zqmarkgoaltitle", "zqmarkreview", "zqmarkreviewanswer", "zqmarkopenaction"] {
        assert!(seen.contains(word), "{word} is in none of them");
    }
    // What was kept with a frozen version is what it was made of.
    let conn = marked(&["--plain"]);
    let conn = Connection::open(conn.journal()).expect("a plain journal");
    let facts: String = conn
        .query_row("SELECT group_concat(facts || text, ' ') FROM paper", [], |row| row.get(0))
        .expect("frozen papers");
    let facts = facts.replace("\\n", " ");
    for word in facts.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-') {
        let marked = word.to_lowercase().contains(MARK);
        assert!(!marked || word.starts_with("zqmarkopen") || open.contains(word), "{word}");
    }
}

#[test]
fn a_worksheet_for_the_coachee_holds_what_is_shared_and_a_private_one_is_refused() {
    let home = marked(&[]);
    let open = ["ZQMARKREFERENCE", "zqmarkopencell", "zqmarkopencelltwo", "zqmarkopenuse"];
    let first = ["ZQMARKREFERENCE", "zqmarkopencell", "zqmarkopensituation", "zqmarkopenuse"];
    for form in ["table", "json", "jsonl", "csv"] {
        for (version, open) in [("2", open), ("1", first)] {
            let line = ["worksheet", "show", "W1", "--audience", "coachee", "--version", version];
            let shown = home.run(line.iter().chain(&["--output", form]));
            assert_eq!(shown.code, 0, "{shown:?}");
            let words =
                shown.out.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
            let found: BTreeSet<&str> =
                words.filter(|word| word.to_lowercase().contains(MARK)).collect();
            assert_eq!(found, open.into(), "version {version} as {form}: {}", shown.out);
        }
        for more in [&[][..], &["--version", "1"]] {
            let line = ["worksheet", "show", "W2", "--audience", "coachee", "--output", form];
            let refused = home.run(line.iter().chain(more));
            assert_eq!((refused.code, refused.out.as_str()), (4, ""), "{refused:?}");
            assert!(!refused.err.contains(MARK), "{refused:?}");
        }
    }
}

#[test]
fn a_mail_draft_holds_the_recap_and_the_coachees_address_and_no_other_word() {
    let home = marked(&[]);
    for (session, _) in OPEN {
        let draft = home.ok(["recap", session, "--eml"]);
        let mail = mail_parser::MessageParser::default().parse(&draft).expect("a mail");
        let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
        assert_eq!(text.trim_end(), home.ok(["recap", session]).trim_end());
        let (headers, _) = draft.split_once("\r\n\r\n").expect("headers");
        let words = headers.split(|letter: char| !letter.is_ascii_alphanumeric());
        let found: Vec<&str> = words.filter(|word| word.to_lowercase().contains(MARK)).collect();
        assert_eq!(found, ["zqmarkopencoachee", "zqmarkemail"], "{headers}");
    }
}

#[test]
fn what_is_taken_back_leaves_the_recap_at_once() {
    let home = marked(&[]);
    home.ok(["notes", "unshare", "N2"]);
    home.ok(["action", "edit", "A1", "--private"]);
    home.ok(["session", "edit", "S1", "--summary", "none"]);
    for form in ["text", "json"] {
        let recap = home.ok(["recap", "S1", "--output", form]);
        for taken in ["zqmarkopencheckin", "zqmarkopenaction", "zqmarkopensummary"] {
            assert!(!recap.contains(taken), "{taken}: {recap}");
        }
        let told = home.ok(["recap", "S2", "--output", form]);
        assert!(!told.contains("zqmarkopentwotold"), "the reflection on a private action: {told}");
    }
}

/// All that Tab offers behind every command and every flag of it.
fn offered(home: &Home) -> String {
    let mut lines: BTreeSet<String> = BTreeSet::new();
    let mut grammar = coachlog::grammar();
    grammar.build();
    for leaf in common::leaves() {
        let command = leaf.split(' ').try_fold(&grammar, |at, word| at.find_subcommand(word));
        let flags = command.expect("a command").get_arguments();
        let flags = flags.filter(|flag| flag.get_action().takes_values() && !flag.is_global_set());
        let flags = flags.filter_map(clap::Arg::get_long);
        lines.extend(flags.map(|flag| format!("{leaf} --{flag} ")));
        lines.extend(["", "-e zqmark-other "].map(|end| format!("{leaf} {end}")));
    }
    let each = |line: &String| {
        let mut command = home.command([] as [&str; 0]);
        command.env("COACH_COMPLETE", "fish").stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut asked = command.spawn().expect("coach starts");
        let words = line.replace(' ', "\0") + "\0";
        let mut pipe = asked.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut pipe, words.as_bytes()).expect("words");
        drop(pipe);
        let run = Run::of(&asked.wait_with_output().expect("coach ends"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{line}");
        run.out
    };
    lines.iter().map(each).collect()
}

#[test]
fn tab_offers_slugs_and_refs_and_titles_only_where_the_settings_say_so() {
    let home = marked(&["--plain"]);
    let found = |text: &str| -> BTreeSet<String> {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        words.filter(|word| word.to_lowercase().contains(MARK)).map(str::to_owned).collect()
    };
    let slugs = ["zqmark-other", "zqmark-slug-two"];
    let text = offered(&home);
    assert_eq!(found(&text), slugs.map(str::to_owned).into());
    assert!(text.contains("A1\n") && text.contains("P1\n") && text.contains("N1\n"));
    home.ok(["config", "set", "completion.titles", "true"]);
    let titles = [
        "ZQMARKREFERENCE",
        "zqmarkactioncoach", // done, and `action reopen` wants such
        "zqmarkactionprivate",
        "zqmarkgoalprivate",
        "zqmarkgoaltitle",
        "zqmarkhabittwo",
        "zqmarkkr",
        "zqmarkopenaction",
        "zqmarkopencoachaction",
        "zqmarkopentwoaction",
        "zqmarkstakeholder",
    ];
    let wanted = slugs.iter().chain(&titles).map(|word| (*word).to_owned()).collect();
    assert_eq!(found(&offered(&home)), wanted);
}

#[test]
fn no_error_or_confirmation_names_another_client() {
    let home = marked(&[]);
    let run = home.run(["note", "-e", "zqmark-slug-two", "words"]);
    assert!(
        run.code == 0 && !run.err.contains("zqmark-other") && !run.out.contains("other"),
        "{run:?}"
    );
}

#[test]
fn no_other_program_is_ever_started_but_an_editor_and_a_pager() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one").path())
        {
            if path.is_dir() {
                folders.push(path);
            } else if !["editor.rs", "pager.rs"].iter().any(|file| path.ends_with(file)) {
                let source = fs::read_to_string(&path).expect("a source");
                let source = source.replace("clap::Command::new(", "");
                for spawning in
                    ["process::Command", "Command::new(", "execv", "TcpStream", "UdpSocket"]
                {
                    assert!(!source.contains(spawning), "{spawning} in {path:?}");
                }
            }
        }
    }
}

#[test]
fn a_command_writes_under_home_only_starts_nothing_and_has_no_network() {
    let home = marked(&[]);
    for line in ["note -e zqmark-other zqmarktraced", "notes list", "recap S1", "undo", "init"] {
        let run = shell(
            &home,
            &format!(
                "command -v strace >/dev/null || exit 99; strace -f -qq -o trace -e signal=none \
                 -e trace=execve,execveat,fork,vfork,clone,clone3,socket,connect,openat,open,creat,memfd_create \
                 $COACH {line} >said 2>&1; test -s trace || exit 99"
            ),
        );
        if run.code == 99 {
            return not_run(
                "system calls: strace is not here or may not trace; the source was read instead",
            );
        }
        let trace = fs::read_to_string(home.path().join("trace")).expect("a trace");
        let (mut started, mut outside) = (0, Vec::new());
        for call in trace.lines() {
            started += usize::from(call.contains(" execve("));
            let writes =
                ["O_WRONLY", "O_RDWR", "O_CREAT", "creat("].iter().any(|how| call.contains(how));
            let inside = call.contains(&*home.path().to_string_lossy()) || call.contains("\"/dev/");
            let other = ["fork(", "clone", "socket(", "connect(", "execveat(", "memfd"];
            // The process's number comes first; a path may hold any of these words.
            let name = call.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
            if writes && !inside || other.iter().any(|other| name.starts_with(other)) {
                outside.push(call);
            }
        }
        assert_eq!(started, 1, "{line}: {trace}");
        assert!(outside.is_empty(), "{line}: {outside:#?}");
        for file in ["trace", "said"] {
            fs::remove_file(home.path().join(file)).expect("removed");
        }
    }
    assert_eq!(leaks(home.path()), Vec::<String>::new());
}
