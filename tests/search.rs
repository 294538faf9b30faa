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
    prop::collection::vec((select(TEXTS), select(GAPS)), 1..7).prop_map(|parts| {
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

/// What is done to the journal between two texts.
fn deed() -> impl Strategy<Value = &'static str> {
    select(&["none", "none", "edit", "remove", "undo", "redo", "gone", "back"][..])
}

fn has(words: &[String], (_, term, open): &(String, Vec<String>, bool)) -> bool {
    words.windows(term.len()).any(|window| {
        let last = term.len() - 1;
        window.iter().zip(term).enumerate().all(|(at, (word, wanted))| {
            if at == last && *open { word.starts_with(wanted.as_str()) } else { word == wanted }
        })
    })
}

/// The refs and texts of a list.
fn listed(home: &Home, line: &str, text: &str) -> Vec<(String, String)> {
    let rows = home.json(line.split(' '));
    let cell = |row: &serde_json::Value, key: &str| row[key].as_str().expect("text").to_owned();
    rows.as_array().expect("rows").iter().map(|row| (cell(row, "ref"), cell(row, text))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn search_equals_a_plain_scan(
        texts in prop::collection::vec((text(), deed()), 4..14),
        queries in prop::collection::vec(prop::collection::vec(term(), 1..4), 12),
    ) {
        let home = Home::with_two_clients();
        let mut known = BTreeMap::new();
        for (at, ((text, words), deed)) in texts.iter().enumerate() {
            known.insert(text.clone(), words.clone());
            let line = text.replace('\n', " ");
            known.insert(line.clone(), words.clone());
            let client = if at % 2 == 0 { "acme-cfo" } else { "beta-ceo" };
            let run = match at % 3 {
                0 => home.run(["note", "-e", client, "--", text]),
                1 => home.run(["action", "add", client, "--", &line]),
                _ => home.run(["goal", "add", client, "--", &line]),
            };
            prop_assert!(run.code == 0, "{run:?}");
            // A refusal, such as nothing to redo, is as good as any other state.
            let _ = match *deed {
                "edit" => home.run(["notes", "edit", "N1", "--text", text]),
                "remove" => home.run(["notes", "remove", "N1"]),
                "gone" => home.run(["engagement", "remove", client]),
                "back" => home.run(["engagement", "restore", client]),
                deed @ ("undo" | "redo") => home.run([deed]),
                _ => continue,
            };
            if *deed == "gone" && at % 2 == 0 {
                home.ok(["undo"]);
            }
            let _ = home.run(["engagement", "restore", client]);
        }
        let _ = home.run(["engagement", "remove", "beta-ceo"]);
        let all = [
            listed(&home, "notes list", "text"),
            listed(&home, "action list", "what"),
            listed(&home, "goal list", "title"),
        ].concat();
        for terms in queries {
            let typed: String = terms.iter().map(|(typed, ..)| typed.as_str()).collect();
            let scan: BTreeSet<&str> = all
                .iter()
                .filter(|(_, text)| terms.iter().all(|term| has(&known[text], term)))
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

    #[test]
    fn no_text_is_a_syntax_error(query in "\\PC{1,12}") {
        let home = Home::with_two_clients();
        let run = home.pipe(["search", "-"], &query);
        prop_assert!(run.code == 0 || run.code == 2 && run.err.contains("no word"), "{:?}", run);
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
