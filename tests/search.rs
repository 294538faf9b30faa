//! The law of search: it finds what a plain scan over the records finds, in every script, whatever
//! was edited, removed, undone and done again before; and what was taken away leaves the index.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::Home;
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::Connection;

/// Texts, and the words that people see in each.
const TEXTS: &[(&str, &str)] = &[
    ("Größe", "grosse"),
    ("GROSSE", "grosse"),
    ("groß", "gross"),
    ("Café", "cafe"),
    ("cafe\u{301}s", "cafes"),
    ("Straße", "strasse"),
    ("週次会議", "週 次 会 議"),
    ("会議", "会 議"),
    ("議会", "議 会"),
    ("コーチ", "コ ー チ"),
    ("が", "か\u{3099}"),
    ("か", "か"),
    ("O'Brien", "o brien"),
    ("o’brien", "o brien"),
    ("l'équipe", "l equipe"),
    ("👩‍💻", "👩 💻"),
    ("👍🏽", "👍 🏽"),
    ("👍", "👍"),
    ("C++", "c + +"),
    ("c", "c"),
    ("e-mail", "e mail"),
    ("(x)", "x"),
    ("AND", "and"),
    ("NEAR", "near"),
    ("words:", "words"),
    ("close", "close"),
    ("Closing", "closing"),
    ("5€", "5 €"),
    ("Ångström", "angstrom"),
];

const GAPS: &[&str] = &[" ", ", ", "\n", " — ", "… ", " / "];

/// A text and its words.
fn text() -> impl Strategy<Value = (String, Vec<String>)> {
    prop::collection::vec((select(TEXTS), select(GAPS)), 1..12).prop_map(|parts| {
        let text: String = parts.iter().map(|((text, _), gap)| format!("{text}{gap}")).collect();
        let words = parts.iter().flat_map(|((_, words), _)| words.split(' '));
        (text.trim().to_owned(), words.map(str::to_owned).collect())
    })
}

/// A term of a query as it is typed, its words, and whether the last one may go on.
fn term() -> impl Strategy<Value = (String, Vec<String>, bool)> {
    let words = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let one = move |(text, all): &(&str, &str)| (format!(" {text} "), words(all), false);
    prop_oneof![
        4 => select(TEXTS).prop_map(move |entry| one(&entry)),
        2 => (select(TEXTS), select(TEXTS)).prop_map(move |((one, first), (two, then))| {
            (format!("\"{one} {two}\""), [words(first), words(then)].concat(), false)
        }),
        2 => (select(TEXTS), 1_usize..3).prop_map(move |((_, all), letters)| {
            let mut all = words(all);
            let last = all.pop().expect("a word");
            all.push(last.chars().take(letters).collect());
            (format!("\"{}*\"", all.join(" ")), all, true)
        }),
    ]
}

/// What is done to the journal between two texts, and to which of the records that are there.
fn deed() -> impl Strategy<Value = (&'static str, prop::sample::Index)> {
    let deeds =
        select(&["none", "edit", "edit", "remove", "restore", "undo", "redo", "gone", "back"][..]);
    (deeds, any::<prop::sample::Index>())
}

/// How a record is edited, by the letter of its ref: its noun, and the flag that takes its text.
fn noun_of(reference: &str) -> (&'static str, &'static str) {
    match &reference[..1] {
        "N" => ("notes", "--text"),
        "A" => ("action", "--what"),
        "G" => ("goal", "--title"),
        "K" => ("goal kr", "--title"),
        _ => ("session", "--summary"),
    }
}

/// Every text of every record that stands, by its ref, as the commands that read show them.
fn all_texts(home: &Home) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut take = |reference: &str, text: Option<&str>| {
        all.entry(reference.to_owned()).or_default().extend(text.map(str::to_owned));
    };
    for (line, text) in [
        ("notes list", "text"),
        ("action list", "what"),
        ("goal list", "title"),
        ("goal kr list", "title"),
        ("session list", "summary"),
    ] {
        for row in home.json(line.split(' ')).as_array().expect("rows") {
            let reference = row["ref"].as_str().expect("a ref");
            take(reference, row[text].as_str());
            for outcome in row["outcomes"].as_array().into_iter().flatten() {
                take(reference, outcome["reflection"].as_str());
            }
            if line == "goal list" {
                let criteria = home.json(["goal", "criterion", "list", reference]);
                for criterion in criteria.as_array().expect("rows") {
                    take(reference, criterion["text"].as_str());
                    take(reference, criterion["evidence"].as_str());
                }
            }
        }
    }
    all
}

fn has(words: &[String], (_, term, open): &(String, Vec<String>, bool)) -> bool {
    words.windows(term.len()).any(|window| {
        let last = term.len() - 1;
        window.iter().zip(term).enumerate().all(|(at, (word, wanted))| {
            if at == last && *open { word.starts_with(wanted.as_str()) } else { word == wanted }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn search_equals_a_plain_scan(
        texts in prop::collection::vec((text(), deed()), 6..16),
        queries in prop::collection::vec(prop::collection::vec(term(), 1..4), 12),
    ) {
        let home = Home::with_two_clients();
        let mut known = BTreeMap::new();
        let mut made: Vec<String> = Vec::new();
        for line in ["goal add acme-cfo", "goal add beta-ceo", "action add acme-cfo"] {
            home.ok(line.split(' ').chain(["first"]));
        }
        known.insert("first".to_owned(), vec!["first".to_owned()]);
        made.extend(["G1", "G2", "A1"].map(str::to_owned));
        for (at, ((text, words), (deed, which))) in texts.iter().enumerate() {
            let line = text.replace('\n', " ");
            known.insert(text.clone(), words.clone());
            known.insert(line.clone(), words.clone());
            let client = if at % 2 == 0 { "acme-cfo" } else { "beta-ceo" };
            let goal = if at % 2 == 0 { "G1" } else { "G2" };
            // A refusal, such as an action that is removed, is as good as any other state.
            let run = match at % 7 {
                0 => home.run(["note", "-e", client, "--json", "--", text]),
                1 => home.run(["action", "add", client, "--json", "--", &line]),
                2 => home.run(["goal", "add", client, "--json", "--", &line]),
                3 => {
                    let kr = ["goal", "kr", "add", goal, "--unit", "x", "--from", "1", "--to", "2"];
                    home.run(kr.iter().chain(&["--json", "--", line.as_str()]))
                }
                4 => {
                    let held = ["session", "add", client, "2026-11-09", "--minutes", "80"];
                    home.run(held.iter().chain(&["--json", "--summary", text.as_str()]))
                }
                5 => home.run(["goal", "criterion", "add", goal, "--evidence", &line, "--", &line]),
                _ => home.run(["action", "partly", "A1", "--reflection", text]),
            };
            prop_assert!([0, 3, 4].contains(&run.code), "{run:?}");
            let answer: Option<serde_json::Value> = serde_json::from_str(&run.out).ok();
            made.extend(answer.and_then(|row| Some(row["ref"].as_str()?.to_owned())));
            let record = which.get(&made).as_str();
            let (noun, flag) = noun_of(record);
            let noun = noun.split(' ');
            let run = match *deed {
                "edit" => home.run(noun.chain(["edit", record, &format!("{flag}={line}")])),
                deed @ ("remove" | "restore") => home.run(noun.chain([deed, record])),
                "gone" => home.run(["engagement", "remove", client]),
                "back" => home.run(["engagement", "restore", client]),
                deed @ ("undo" | "redo") => home.run([deed]),
                _ => continue,
            };
            prop_assert!([0, 3, 4].contains(&run.code), "{deed} {record}: {run:?}");
            if *deed == "gone" && at % 2 == 0 {
                home.ok(["undo"]);
            }
            let _ = home.run(["engagement", "restore", client]);
        }
        if texts.len() % 2 == 0 {
            home.ok(["engagement", "remove", "beta-ceo"]);
        }
        let all = all_texts(&home);
        for terms in queries {
            let typed: String = terms.iter().map(|(typed, ..)| typed.as_str()).collect();
            // Each term occurs in one of the texts of a record.
            let holds = |texts: &[String]| {
                terms.iter().all(|term| texts.iter().any(|text| has(&known[text], term)))
            };
            let scan: BTreeSet<&str> = all
                .iter()
                .filter(|(_, texts)| holds(texts))
                .map(|(reference, _)| reference.as_str())
                .collect();
            let found = home.pipe(["search", "-", "--json"], &typed);
            prop_assert!(found.code == 0, "{typed}: {found:?}");
            let found: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
            let found: BTreeSet<&str> =
                found.as_array().expect("hits").iter().filter_map(|hit| hit["ref"].as_str()).collect();
            prop_assert_eq!(found, scan, "{} in {:?}", typed, all);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_syntax_error(query in "\\PC{1,200}|[\"*^:(){}+ -]{1,60}|(NEAR|AND|OR|NOT|[\"*(]| ){1,40}") {
        let home = Home::with_two_clients();
        let run = home.pipe(["search", "-"], &query);
        prop_assert!(run.code == 0 || run.code == 2 && ["no word", "are the most"].iter().any(|why| run.err.contains(why)), "{:?}", run);
    }
}

#[test]
fn what_was_removed_or_edited_is_in_no_page_of_the_index() {
    let home = Home::empty();
    home.ok(["init", "--plain"]);
    home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana"]);
    home.ok(["note", "-e", "acme-cfo", "zqfirst"]);
    home.ok(["notes", "edit", "N1", "--text", "zqsecond"]);
    home.ok(["action", "add", "acme-cfo", "zqthird"]);
    home.ok(["action", "partly", "A1", "--reflection", "zqfourth"]);
    let terms = || -> Vec<String> {
        let db = Connection::open(home.journal()).expect("a plain journal");
        db.execute_batch("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search, row)")
            .expect("a view of the index");
        let mut rows = db.prepare("SELECT term FROM terms WHERE term LIKE 'zq%'").expect("terms");
        let rows = rows.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("terms")
    };
    let pages = |word: &str| -> bool {
        let db = Connection::open(home.journal()).expect("a plain journal");
        let sql = "SELECT count(*) FROM search_data WHERE instr(block, CAST(? AS BLOB)) > 0";
        db.query_row(sql, [word], |row| row.get::<_, i64>(0)).expect("a count") > 0
    };
    assert_eq!(terms(), ["zqfourth", "zqsecond", "zqthird"]);
    assert!(!pages("first") && pages("second"));
    home.ok(["notes", "remove", "N1"]);
    home.ok(["undo", "2"]);
    assert_eq!(terms(), ["zqsecond", "zqthird"]);
    home.ok(["undo", "2"]);
    assert_eq!(terms(), ["zqfirst"]);
    home.ok(["redo", "3"]);
    assert_eq!(terms(), ["zqfourth", "zqsecond", "zqthird"]);
    home.ok(["engagement", "remove", "acme-cfo"]);
    assert_eq!(terms(), Vec::<String>::new());
    assert!(!["first", "second", "third", "fourth"].iter().any(|word| pages(word)));
}
