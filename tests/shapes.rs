//! The shapes of answers: every object has exactly the keys of the contract, in its order, each of
//! its type, in JSON, JSON lines and CSV alike; the same journal on the same day gives the same
//! bytes; and the main job goes through by script from an empty home to the second session.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Home, Run};
use serde_json::{Value, json};

/// The keys of each object, as the contract lists them.
const ENGAGEMENT: &str = "slug id reference coachees sponsors payer org method status start end \
    sessions_planned sessions_held cadence_days minutes format rate";
const GOAL: &str = "ref id engagement title owner focus status success rating key_results";
const KEY_RESULT: &str = "ref id goal title unit baseline target current measurements";
const SESSION: &str = "ref id engagement number kind status start minutes format pay with summary";
const NOTE: &str = "ref id engagement session stage kind visibility goal text at";
const ACTION: &str = "ref id engagement goal session what owner due status kind carried overdue \
    outcomes closed_on";
const HABIT: &str = "ref id engagement text every streak longest kept_on due";
const AGREEMENT: &str =
    "ref id engagement version made_on terms signatures awaits missing disclosures";
const STAKEHOLDER: &str =
    "ref id engagement person name relation effect influence dynamic shift strategy";
const FEEDBACK: &str =
    "ref id engagement stakeholder round goal score behaviour situation effect text on";
const TERMS: &str = "cancellation_hours cancellation_fee no_show_fee late_minutes reschedule \
    payment_days notice_days confidentiality exceptions boundaries sponsor_gets records_where \
    records_years records_who disposal technology supervision conflicts jurisdiction hours_log \
    own_goals";
const REVIEW: &str = "ref id engagement kind session on text scores answers";
const SCORE: &str = "goal score first";
const ANSWER: &str = "prompt text";
const WORKSHEET: &str =
    "ref id engagement worksheet title version frozen_on visibility rows progress";
const ROW: &str = "number on values uses";
const USE: &str = "on text";
const PROGRESS: &str = "field mean rows";
const SHARE: &str = "row percent";
const DIFFERENCE: &str = "row field from to";
const EVENT: &str = "on worksheet row text";
const PAPER: &str = "paper id engagement title version frozen_on needs propose_to";
const PERSON: &str = "ref id name email phone org role";
const HIT: &str = "ref kind engagement on snippet";
const RECAP: &str = "session notes actions next";
const OUTCOME: &str = "session outcome on reflection";
const STEP: &str = "step at command summary undone changes";
const CHANGE: &str = "ref field old new";

/// What a value must look like: `null` may stand beside all but those marked with `!`.
const TYPES: &str = "
ref ref! | id uuid! | slug slug! | engagement slug! | reference reference! | coachees refs!
sponsors refs! | payer ref | org ref | start moment! | end day | sessions_planned whole
sessions_held whole! | cadence_days range | format word! | method text! | status word! | kind word!
goal ref | title text! | owner word! | focus text | success texts! | rating whole
key_results refs! | unit text! | baseline number! | target number! | current number! | number whole
pay word! | with refs! | summary text | session ref | stage word | visibility word! | text text!
at moment! | what text! | due day | carried whole! | overdue bool! | closed_on day | name text!
every whole! | streak whole! | longest whole! | kept_on days!
relation word! | influence whole | dynamic text | shift text | strategy text | stakeholder ref!
round word! | score whole | behaviour text | situation text | effect text
version whole! | made_on day! | awaits texts! | missing texts! | party word! | person ref | to text!
reason text! | cancellation_hours whole! | cancellation_fee whole! | no_show_fee whole!
late_minutes whole! | reschedule text | payment_days whole! | notice_days whole!
confidentiality text | exceptions texts! | boundaries texts! | sponsor_gets text | records_where text
records_years whole! | records_who text | disposal text | technology text | supervision text
conflicts text | jurisdiction text | hours_log bool! | own_goals bool!
score whole! | first whole | prompt text!
email text | phone text | role text | on day! | snippet text!";

/// A home in which every key of every object has a value somewhere and is absent somewhere else.
fn furnished() -> Home {
    let home = Home::new();
    for line in [
        "engagement new acme-cfo --coachee Dana --sponsor Ines --org Acme --payer Acme \
         --start 2026-09-01 --end 2027-01-29 --sessions 8 --cadence 14..21 --minutes 75..90",
        "engagement edit acme-cfo --rate 450~EUR/session --zone America/New_York",
        "engagement new beta-ceo --coachee Noor --method plain --start 2027-01-04",
        "person edit P1 --email dana@example.org --phone 030-1 --org Acme --role CFO",
        "goal add acme-cfo Decide sooner --focus Strategy --success Heard --success Seen",
        "goal add beta-ceo Listen",
        "goal rate G1 4 --on 2026-11-02",
        "goal kr add G1 Open decisions --unit days --from 12 --to 4.5",
        "goal kr add G1 Score --unit points --from=-2 --to 8",
        "goal kr set K1 9 --on 2026-11-03",
        "session add acme-cfo 2026-07-14 10:00 --minutes 80 --summary Agreed --with Ines",
        "session schedule beta-ceo 2027-02-01",
        "session start acme-cfo",
        "deep-dive --goal G1 --insight --shared Nobody waits",
        "note -e beta-ceo Between",
        "action-planning Send the memo --due 2026-11-20 --goal G1",
        "action-planning Old promise --due 2026-11-01 --kind skill",
        "check-in --partly A2 --reflection Half",
        "check-in --done A2",
        "action add beta-ceo Call --owner coach",
        "session schedule acme-cfo 2026-12-01 15:00 --minutes 75",
        "habit add -e acme-cfo Walk at lunch --every daily",
        "habit add -e beta-ceo Look back",
        "habit tick B1",
        "review mid acme-cfo --score G1=6 --answer 1=Fewer~meetings --session S1 --on 2026-11-03 Half way",
        "review closing beta-ceo The end",
        "habit tick B1 --on yesterday",
        "agreement new acme-cfo --jurisdiction Germany --supervision No~names",
        "agreement sign acme-cfo --party coachee",
        "agreement sign acme-cfo --party coach",
        "agreement disclose acme-cfo --to Court --reason Order",
        "agreement new beta-ceo",
        "stakeholder add acme-cfo Karl --relation peer --effect amplifies --influence 4 \
         --dynamic Cool --shift Warm --strategy Lunch",
        "stakeholder add beta-ceo Olga --relation board",
        "stakeholder feedback add H1 --round mid --goal G1 --score 6 --behaviour Pauses \
         --situation Board --effect Late",
        "stakeholder feedback add H2 --round final Well",
        "engagement edit acme-cfo --method identity-aligned",
        "worksheet new acme-cfo values",
        "worksheet fill W1 --set value=Candour --set do=Speak~first",
        "worksheet use W1 --row 1 Said it",
        "worksheet use W1 --row 1",
        "worksheet new acme-cfo expectations",
        "worksheet fill W2 --set expectation=Calm --set baseline=2 --set target=8 --set mid=4.5",
        "worksheet freeze W2",
        "worksheet fill W2 --row 1 --set mid=6",
        "worksheet fill W2 --set expectation=Quiet",
        "worksheet new acme-cfo scenarios",
        "worksheet fill W3 --set event=Board --set on=2026-11-25",
        "worksheet freeze W3",
    ] {
        let args = line.split_whitespace().map(|word| word.replace('~', " "));
        home.ok(args.collect::<Vec<_>>());
    }
    home
}

fn words(keys: &str) -> Vec<&str> {
    keys.split_whitespace().collect()
}

/// Asserts that an object has exactly these keys in this order, each of its type.
fn shaped(object: &Value, keys: &str) {
    let found = object.as_object().unwrap_or_else(|| panic!("no object: {object}"));
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), words(keys), "{object}");
    for (key, value) in found {
        typed(keys, key, value);
    }
}

fn typed(keys: &str, key: &str, value: &Value) {
    let each =
        |keys: &str| value.as_array().expect("an array").iter().for_each(|one| shaped(one, keys));
    let kind = match (keys, key) {
        (ENGAGEMENT, "start") => "day!",
        (ENGAGEMENT, "minutes") => "range",
        (SESSION, "minutes") => "whole",
        (KEY_RESULT | SCORE, "goal") => "ref!",
        (PAPER, "version") => "whole",
        (PAPER, "id") => "uuid",
        (PAPER, "frozen_on") => "day",
        (PAPER, "paper") => "word!",
        (PAPER, "needs" | "propose_to") => "texts!",
        (REVIEW, "scores") => return each(SCORE),
        (REVIEW, "answers") => return each(ANSWER),
        (REVIEW, "text") => "text",
        (ENGAGEMENT, "rate") if value.is_null() => return,
        (ENGAGEMENT, "rate") => {
            shaped(value, "amount currency per");
            return;
        }
        ("amount currency per", _) => "text!",
        (KEY_RESULT, "measurements") => return each("on value"),
        (ACTION, "outcomes") => return each(OUTCOME),
        (FEEDBACK, "text") => "text",
        (STAKEHOLDER, "person") => "ref!",
        (AGREEMENT, "terms") => return shaped(value, TERMS),
        (AGREEMENT, "signatures") => return each("party person name on"),
        (AGREEMENT, "disclosures") => return each("kind to reason on"),
        (WORKSHEET, "worksheet") => "word!",
        (WORKSHEET, "version") => "whole!",
        (WORKSHEET, "frozen_on") => "day",
        (WORKSHEET, "rows") => return each(ROW),
        (WORKSHEET, "progress") => return each(PROGRESS),
        (ROW, "number") => "whole!",
        (ROW, "on") => "day",
        (ROW, "uses") => return each(USE),
        (ROW, "values") => {
            let values = value.as_object().expect("an object");
            let plain = |value: &Value| value.is_null() || value.is_string() || value.is_number();
            assert!(!values.is_empty() && values.values().all(plain), "{value}");
            return;
        }
        (USE, "text") => "text",
        (PROGRESS, "field") | (DIFFERENCE, "field") => "word!",
        (PROGRESS, "mean") => "whole!",
        (PROGRESS, "rows") => return each(SHARE),
        (SHARE, _) | (DIFFERENCE | EVENT, "row") => "whole!",
        (DIFFERENCE, "from" | "to") => return,
        (EVENT, "worksheet") => "ref!",
        ("on value" | OUTCOME, "on") => "day!",
        ("on value", "value") => "number!",
        (OUTCOME, "outcome") => "word!",
        (OUTCOME, "reflection") => "text",
        _ => {
            let types = TYPES.split(['\n', '|']).filter_map(|line| line.trim().split_once(' '));
            let mut types = types.filter(|(name, _)| *name == key);
            types.next().unwrap_or_else(|| panic!("{key} has no type")).1
        }
    };
    let (kind, needed) = kind.strip_suffix('!').map_or((kind, false), |kind| (kind, true));
    let fits = if value.is_null() { !needed } else { fits(kind, value) };
    assert!(fits, "{key} should be {kind}: {value}");
}

fn fits(kind: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let all =
        |kind: &str| value.as_array().is_some_and(|all| all.iter().all(|one| fits(kind, one)));
    let lower = |letters: &str| {
        letters.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    match kind {
        "ref" => {
            text.len() > 1
                && text[..1].chars().all(|c| c.is_ascii_uppercase())
                && text[1..].parse::<u32>().is_ok()
        }
        "refs" => all("ref"),
        "texts" => all("text"),
        "days" => all("day"),
        "uuid" => text.len() == 36 && text.as_bytes()[14] == b'7' && text == text.to_lowercase(),
        "slug" => text.len() > 2 && lower(text),
        "reference" => text.starts_with("E-") && text.to_uppercase() == text,
        "word" => !text.is_empty() && lower(text),
        "text" => !text.is_empty(),
        "day" => text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok(),
        "moment" => text.len() == 25 && chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "whole" => value.is_u64(),
        "number" => value.is_number(),
        "bool" => value.is_boolean(),
        "range" => all("whole") && value.as_array().is_some_and(|range| range.len() == 2),
        other => panic!("{other} is no type"),
    }
}

/// An object | a list of it | one shown | a write that answers with it.
const ANSWERS: &str = "
ENGAGEMENT | engagement list | engagement edit acme-cfo --mandated | engagement edit acme-cfo --format phone
ENGAGEMENT | engagement list --status proposed | engagement edit beta-ceo --mandated | engagement activate beta-ceo
ENGAGEMENT | engagement list --status active | engagement edit beta-ceo --mandated | engagement new one-more --coachee Ada
GOAL | goal list | goal edit G1 --focus Other | goal add beta-ceo Third
GOAL | goal list acme-cfo | goal edit G2 --focus Other | goal rate G2 7
GOAL | goal list | goal edit G1 --focus Other | goal criterion add G1 Felt --evidence Survey
KEY_RESULT | goal kr list | goal kr show K1 | goal kr set K1 6.25
KEY_RESULT | goal kr list G1 | goal kr show K2 | goal kr add G2 Score --unit % --from 1 --to 2
SESSION | session list | session show S1 | session add acme-cfo 2026-10-25 10:00
SESSION | session list beta-ceo | session show S2 | session schedule beta-ceo tomorrow
SESSION | session list | session show S3 | session end acme-cfo --minutes 80
SESSION | session list | session show S3 | session start beta-ceo
SESSION | session list | session show S3 | session cancel S2
NOTE | notes list | notes show N1 | deep-dive Why
NOTE | notes list beta-ceo | notes show N2 | note -e beta-ceo Later
NOTE | notes list | notes show N1 | challenge --support You can
NOTE | notes list | notes show N1 | check-in Hello
NOTE | notes list | notes show N1 | notes edit N1 --text Other
ACTION | action list | action show A1 | action partly A1 --reflection Half
ACTION | due | action show A2 | plan Ask --due fri
ACTION | due -e acme-cfo --within 7d | action show A3 | action add acme-cfo Read
WORKSHEET | worksheet list | worksheet show W1 | worksheet fill W1 --set value=Trust
WORKSHEET | worksheet list acme-cfo | worksheet show W2 --version 1 | worksheet freeze W2
WORKSHEET | worksheet list | worksheet show W3 | worksheet remove W1
WORKSHEET | worksheet list | worksheet show W3 --audience coach | worksheet edit W1 --row 1 --set do=none
HABIT | habit list | habit show B1 | habit tick B2
HABIT | habit list beta-ceo | habit show B2 | habit add -e acme-cfo Listen --every 2w
PAPER | paper list acme-cfo | paper freeze acme-cfo brief | paper freeze acme-cfo plan
REVIEW | review list | review edit R1 --score G1=7 | review closing acme-cfo --score G1=8
REVIEW | review list beta-ceo | review edit R2 --text Better | review follow-up beta-ceo It holds
NOTE | notes list --kind insight | notes show N1 | reflect -e beta-ceo So it is
AGREEMENT | agreement list | agreement show D1 | agreement new acme-cfo --hours-log yes
AGREEMENT | agreement list acme-cfo | agreement show beta-ceo | agreement edit D2 --late-minutes 5
STAKEHOLDER | stakeholder list | stakeholder show H1 | stakeholder add acme-cfo Jens --relation hr
STAKEHOLDER | stakeholder list beta-ceo | stakeholder show H2 | stakeholder edit H2 --influence 2
FEEDBACK | stakeholder feedback list | stakeholder feedback show F1 | stakeholder feedback edit F2 --text So
FEEDBACK | stakeholder feedback list beta-ceo | stakeholder feedback show F2 | stakeholder feedback add H1 --round final Yes
PERSON | person list | person show P1 | person add Ada
PERSON | person list | person show P2 | person edit P2 --role CEO
ORG | org list | org show O1 | org add Other";

fn keys_of(object: &str) -> &'static str {
    match object {
        "ENGAGEMENT" => ENGAGEMENT,
        "GOAL" => GOAL,
        "KEY_RESULT" => KEY_RESULT,
        "SESSION" => SESSION,
        "NOTE" => NOTE,
        "ACTION" => ACTION,
        "HABIT" => HABIT,
        "AGREEMENT" => AGREEMENT,
        "STAKEHOLDER" => STAKEHOLDER,
        "FEEDBACK" => FEEDBACK,
        "REVIEW" => REVIEW,
        "PAPER" => PAPER,
        "WORKSHEET" => WORKSHEET,
        "PERSON" => PERSON,
        _ => "ref id name",
    }
}

/// The keys of a method in the list, which has no ref.
const METHOD: &str = "id title about phases from path engagements findings unread";

#[test]
fn an_engagement_is_shown_with_where_it_stands_and_a_method_is_listed_with_its_phases() {
    let home = furnished();
    home.ok(["method", "new", "my-way"]);
    let stands = format!("{ENGAGEMENT} phase week needs");
    for (slug, phase, week) in
        [("acme-cfo", json!("integration"), json!(12)), ("beta-ceo", json!(null), json!(null))]
    {
        let shown = home.json(["engagement", "show", slug]);
        let keys: Vec<&str> =
            shown.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, words(&stands));
        assert_eq!((&shown["phase"], &shown["week"]), (&phase, &week), "{shown}");
        let needs = shown["needs"].as_array().expect("an array");
        assert!(needs.iter().all(Value::is_string) && needs.is_empty() == (slug == "beta-ceo"));
        let prep = home.json(["prep", slug]);
        for key in ["phase", "week", "needs"] {
            assert_eq!(prep[key], shown[key], "{key}");
        }
    }
    let rows = home.json(["method", "list"]);
    for row in rows.as_array().expect("an array") {
        let keys: Vec<&str> =
            row.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, words(METHOD));
        assert_eq!(row["path"].is_null(), row["from"] == "shipped");
    }
    let own = rows.as_array().and_then(|rows| rows.last()).expect("a method");
    assert_eq!((&own["id"], &own["from"]), (&json!("my-way"), &json!("own")));
    let slip = home.json(["method", "show", "my-way"]);
    assert_eq!(slip["phase"][0]["id"], "beginning");
}

#[test]
fn every_list_show_and_write_has_exactly_the_keys_of_the_contract() {
    let home = furnished();
    let journal = std::fs::read(home.journal()).expect("the journal");
    for line in ANSWERS.lines().filter(|line| !line.is_empty()) {
        let [object, list, show, write] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("four parts: {line}");
        };
        let keys = keys_of(object);
        std::fs::write(home.journal(), &journal).expect("the journal");
        let rows = home.json(list.split(' '));
        let rows = rows.as_array().unwrap_or_else(|| panic!("{list}: no array"));
        assert!(!rows.is_empty(), "{list}");
        for object in rows.iter().chain([&home.json(show.split(' ')), &home.json(write.split(' '))])
        {
            shaped(object, keys);
        }
    }
}

#[test]
fn what_a_search_finds_has_the_keys_of_the_contract() {
    let home = furnished();
    for (query, reference, kind, on) in [
        ("waits", "N1", "insight", "2026-11-21"),
        ("memo", "A1", "action", "2026-11-21"),
        ("heard", "G1", "goal", "2026-11-21"),
        ("score", "K2", "key-result", "2026-11-21"),
        ("agreed", "S1", "session", "2026-07-14"),
    ] {
        let found = home.json(["search", query]);
        let found = found.as_array().expect("hits");
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        shaped(&found[0], HIT);
        let hit = &found[0];
        assert_eq!((&hit["ref"], &hit["kind"]), (&json!(reference), &json!(kind)));
        assert_eq!((&hit["engagement"], &hit["on"]), (&json!("acme-cfo"), &json!(on)));
    }
}

#[test]
fn what_differs_and_what_is_to_come_has_the_keys_of_the_contract() {
    let home = furnished();
    let all = home.json(["worksheet", "diff", "W2"]);
    let all = all.as_array().expect("rows");
    all.iter().for_each(|each| shaped(each, DIFFERENCE));
    let told: Vec<_> = all.iter().map(|each| (&each["from"], &each["to"])).collect();
    assert_eq!(told, [(&json!(4.5), &json!(6)), (&Value::Null, &json!("Quiet"))]);
    for line in ["today", "prep acme-cfo"] {
        let page = home.json(line.split(' '));
        let events = page["events"].as_array().expect("events");
        assert_eq!(events.len(), 1, "{line}: {page}");
        shaped(&events[0], EVENT);
    }
    let same = home.json(["worksheet", "diff", "W3"]);
    assert_eq!(same, json!([]));
}

#[test]
fn reports_and_comparisons_have_the_keys_that_scripts_read() {
    let home = furnished();
    home.ok(["paper", "freeze", "acme-cfo", "final"]);
    for (line, keys) in [
        ("report practice", "engagements totals"),
        (
            "report progress acme-cfo",
            "engagement on sessions goals actions coach_actions habits expectations return_on_expectations",
        ),
        ("paper diff acme-cfo final", "paper engagement from to items sum changed"),
        ("paper render acme-cfo final", "paper engagement title version frozen_on text"),
        ("review show R1", "ref id engagement kind session on text scores answers goals"),
    ] {
        let answer = home.json(line.split(' '));
        let found = answer.as_object().expect("an object").keys().map(String::as_str);
        assert_eq!(found.collect::<Vec<_>>(), words(keys), "{line}");
    }
    let practice = home.json(["report", "practice"]);
    let row = practice["engagements"][0].as_object().expect("an engagement");
    let row: Vec<&str> = row.keys().map(String::as_str).collect();
    let head = home.ok(["report", "practice", "--output", "csv"]);
    assert_eq!(row.join(","), head.lines().next().expect("a head"));
}

#[test]
fn a_removed_record_is_answered_in_the_same_shape() {
    let home = furnished();
    home.ok(["session", "end", "acme-cfo", "--minutes", "80"]);
    for (keys, line) in [
        (KEY_RESULT, "goal kr X K1"),
        (GOAL, "goal X G1"),
        (ACTION, "action X A1"),
        (NOTE, "notes X N1"),
        (HABIT, "habit X B1"),
        (AGREEMENT, "agreement X D2"),
        (FEEDBACK, "stakeholder feedback X F2"),
        (STAKEHOLDER, "stakeholder X H1"),
        (WORKSHEET, "worksheet X W1"),
        (SESSION, "session X S1"),
        (ENGAGEMENT, "engagement X beta-ceo"),
    ] {
        let removed = home.json(line.replace('X', "remove").split(' '));
        shaped(&removed, keys);
        let (noun, handle) = line.split_once(" X ").expect("a noun and a name");
        let list: Vec<&str> = noun.split(' ').chain(["list"]).collect();
        let name = |row: &Value| row.get("ref").unwrap_or(&row["slug"]) == handle;
        let standing = home.json(&list);
        assert!(!standing.as_array().expect("rows").iter().any(name), "{line}");
        let gone = home.json(list.iter().chain(&["--removed"]));
        let gone = gone.as_array().expect("rows");
        assert!(gone.iter().any(name), "{line}");
        gone.iter().for_each(|row| shaped(row, keys));
    }
}

#[test]
fn a_recap_and_the_history_have_the_keys_of_the_contract() {
    let home = furnished();
    for line in ["recap S1", "recap S3", "recap -e acme-cfo"] {
        let recap = home.json(line.split(' '));
        assert_eq!(recap.as_object().expect("an object").keys().collect::<Vec<_>>(), words(RECAP));
        let keys = |object: &Value| {
            object.as_object().expect("an object").keys().cloned().collect::<Vec<_>>()
        };
        for (part, wanted) in [("notes", NOTE), ("actions", ACTION)] {
            recap[part]
                .as_array()
                .expect("rows")
                .iter()
                .for_each(|row| assert_eq!(keys(row), words(wanted)));
        }
        assert_eq!(keys(&recap["session"]), words(SESSION));
        assert_eq!(keys(&recap["next"]), words(SESSION));
        // A slug stays at home: others know the engagement by its reference.
        assert_eq!(recap["session"]["engagement"], "E-2026-01");
        assert!(!recap.to_string().contains("acme-cfo"), "{recap}");
    }
    for step in home.json(["history"]).as_array().expect("steps") {
        let step = step.as_object().expect("an object");
        assert_eq!(step.keys().collect::<Vec<_>>(), words(STEP));
        assert!(fits("moment", &step["at"]) && step["undone"].is_boolean());
        let changes = step["changes"].as_array().expect("changes");
        assert!(!changes.is_empty(), "a step that changed nothing: {step:?}");
        for change in changes {
            let change = change.as_object().expect("an object");
            assert_eq!(change.keys().collect::<Vec<_>>(), words(CHANGE));
            assert!(change["ref"].is_string() && change["field"].is_string(), "{change:?}");
        }
    }
}

#[test]
fn the_history_names_each_record_that_a_step_changed_and_finds_its_parts() {
    let home = furnished();
    let refs = |step: &Value| {
        let changes = step["changes"].as_array().expect("changes").iter();
        let mut refs: Vec<_> = changes.map(|change| change["ref"].clone()).collect();
        refs.dedup();
        refs
    };
    let all = home.json(["history"]);
    for (command, reference) in [
        ("engagement edit", "acme-cfo"),
        ("person edit", "P1"),
        ("goal rate", "G1"),
        ("goal kr set", "K1"),
        ("session start", "S3"),
        ("deep-dive", "N1"),
        ("check-in", "A2"),
        ("action add", "A3"),
        ("habit tick", "B1"),
        ("worksheet use", "W1"),
        ("worksheet freeze", "W3"),
    ] {
        let own = home.json(["history", reference]);
        for steps in [&all, &own] {
            let mut steps = steps.as_array().expect("steps").iter();
            let step = steps.find(|step| step["command"] == command);
            let step = step.unwrap_or_else(|| panic!("history {reference} lacks {command}"));
            assert_eq!(refs(step), [reference], "{command}: {step}");
        }
    }
}

#[test]
fn values_are_written_as_the_contract_says() {
    let home = furnished();
    let engagement = home.json(["engagement", "show", "acme-cfo"]);
    let rate = json!({"amount": "450.00", "currency": "EUR", "per": "session"});
    assert_eq!(engagement["rate"], rate);
    assert_eq!(
        (&engagement["cadence_days"], &engagement["minutes"]),
        (&json!([14, 21]), &json!([75, 90]))
    );
    assert_eq!(
        (&engagement["start"], &engagement["end"]),
        (&json!("2026-09-01"), &json!("2027-01-29"))
    );
    assert_eq!(engagement["payer"], engagement["org"]);
    assert_eq!(engagement["reference"], "E-2026-01");
    let other = home.json(["engagement", "show", "beta-ceo"]);
    for absent in ["end", "payer", "org", "rate", "sessions_planned", "cadence_days", "minutes"] {
        assert!(other[absent].is_null(), "{absent}: {other}");
    }
    // The offset is New York's on that day: summer time then, none in November.
    assert_eq!(home.json(["session", "show", "S1"])["start"], "2026-07-14T10:00:00-04:00");
    assert_eq!(home.json(["session", "show", "S3"])["start"], "2026-11-21T04:00:00-05:00");
    assert_eq!(home.json(["notes", "show", "N1"])["at"], "2026-11-21T04:00:00-05:00");
    assert_eq!(home.json(["notes", "show", "N2"])["at"], "2026-11-21T10:00:00+01:00");
    let kr = home.json(["goal", "kr", "show", "K1"]);
    assert_eq!(kr["measurements"], json!([{"on": "2026-11-03", "value": 9}]));
    assert_eq!(
        (&kr["baseline"], &kr["target"], &kr["current"]),
        (&json!(12), &json!(4.5), &json!(9))
    );
    let goal = home.json(["goal", "show", "G1"]);
    assert_eq!(goal["success"], json!(["Heard", "Seen"]));
    assert_eq!((&goal["rating"], &goal["key_results"]), (&json!(6), &json!(["K1", "K2"])));
    let action = home.json(["action", "show", "A2"]);
    assert_eq!(
        action["outcomes"][0],
        json!({"session": "S3", "outcome": "partly", "on": "2026-11-21", "reflection": "Half"})
    );
    assert_eq!((&action["status"], &action["closed_on"]), (&json!("done"), &json!("2026-11-21")));
}

#[test]
fn an_empty_list_is_an_empty_array_and_no_failure() {
    let home = Home::new();
    for line in [
        "engagement list",
        "goal list",
        "goal kr list",
        "session list",
        "notes list",
        "action list",
        "person list",
        "org list",
        "agreement list",
        "stakeholder list",
        "stakeholder feedback list",
        "due",
        "due --within 7d --exit-code",
        "search nothing",
        "history",
    ] {
        assert_eq!(home.ok(line.split(' ').chain(["--json"])).trim(), "[]", "{line}");
        assert_eq!(home.ok(line.split(' ').chain(["--output", "jsonl"])), "", "{line}");
        assert_eq!(home.ok(line.split(' ')), "", "{line}");
    }
}

#[test]
fn json_lines_and_csv_say_the_same_as_json() {
    let home = furnished();
    for (keys, line) in [
        (ENGAGEMENT, "engagement list"),
        (GOAL, "goal list"),
        (KEY_RESULT, "goal kr list"),
        (SESSION, "session list"),
        (NOTE, "notes list"),
        (ACTION, "action list"),
        (ACTION, "due"),
        (PERSON, "person list"),
        (HIT, "search memo"),
        (SESSION, "session show S1"),
        (ACTION, "action show A2"),
    ] {
        let answer = home.json(line.split(' '));
        let rows = answer.as_array().cloned().unwrap_or_else(|| vec![answer]);
        let lines = home.ok(line.split(' ').chain(["--output", "jsonl"]));
        let lines: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines, rows, "{line}");
        let table = home.ok(line.split(' ').chain(["--output", "csv"]));
        assert_eq!(table.matches('\n').count(), table.matches("\r\n").count(), "{line}: RFC 4180");
        let mut table = csv::Reader::from_reader(table.as_bytes());
        assert_eq!(
            table.headers().expect("a head").iter().collect::<Vec<_>>(),
            words(keys),
            "{line}"
        );
        let cells: Vec<csv::StringRecord> = table.records().collect::<Result<_, _>>().expect("CSV");
        assert_eq!(cells.len(), rows.len(), "{line}");
        for (cells, row) in cells.iter().zip(&rows) {
            for (cell, (key, value)) in cells.iter().zip(row.as_object().expect("an object")) {
                match value {
                    Value::Null => assert_eq!(cell, "", "{line} {key}"),
                    Value::String(text) => assert_eq!(cell, text, "{line} {key}"),
                    Value::Array(_) | Value::Object(_) => {}
                    other => assert_eq!(cell, other.to_string(), "{line} {key}"),
                }
            }
        }
    }
}

#[test]
fn the_same_journal_on_the_same_day_gives_the_same_bytes() {
    let mut home = furnished();
    for line in [
        "engagement list",
        "goal list",
        "session list",
        "notes list",
        "action list",
        "due",
        "recap S3",
        "goal show G1",
    ] {
        for form in ["table", "json", "jsonl"] {
            let args: Vec<&str> =
                line.split(' ').chain(["--as-of", "2026-11-21", "--output", form]).collect();
            // A session is open at the first moment and long over at the other.
            let shown = |home: &Home| {
                let mut command = home.command(&args);
                let run = Run::of(&command.env("COACH_DISCREET", "off").output().expect("runs"));
                assert_eq!(run.code, 0, "{args:?}: {run:?}");
                run.out
            };
            let first = shown(home.at(common::NOW).zone("Europe/Berlin"));
            let later = shown(home.at("2026-12-30T23:30:00+09:00").zone("Asia/Tokyo"));
            assert_eq!(first, later, "{args:?}");
        }
    }
    // As of an earlier day nothing is overdue yet, and no later record is hidden.
    let early = home.json(["due", "--as-of", "2026-11-01"]);
    let late = home.json(["due", "--as-of", "2026-11-21"]);
    let overdue =
        |due: &Value| due.as_array().expect("rows").iter().filter(|a| a["overdue"] == true).count();
    assert_eq!((overdue(&early), overdue(&late)), (0, 1));
    assert_eq!(early.as_array().map(Vec::len), late.as_array().map(Vec::len));
}

#[test]
fn the_main_job_goes_by_script_from_an_empty_home_to_the_second_session() {
    let mut home = Home::empty();
    home.json(["init", "--recovery-to", "line"]);
    let engagement = home.json(["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes"]);
    assert_eq!(
        (&engagement["status"], &engagement["sessions_planned"]),
        (&json!("active"), &json!(8))
    );
    for (goal, title) in [("G1", "Decide sooner"), ("G2", "Hand over the audit")] {
        assert_eq!(home.json(["goal", "add", "acme-cfo", title])["ref"], goal);
        let kr = ["goal", "kr", "add", goal, "Open", "--unit", "days", "--from", "12", "--to", "4"];
        assert_eq!(home.json(kr)["goal"], goal);
    }
    let first = home.json(["session", "start", "acme-cfo"]);
    assert_eq!(
        (&first["ref"], &first["number"], &first["status"]),
        (&json!("S1"), &json!(1), &json!("open"))
    );
    assert_eq!(home.json(["check-in", "A calm week"])["stage"], "check-in");
    assert_eq!(
        home.json(["deep-dive", "--insight", "--shared", "Nobody", "waits"])["text"],
        "Nobody waits"
    );
    let piped = home.pipe(["challenge", "--assumption", "-"], "They need me\n");
    assert_eq!(piped.code, 0, "{piped:?}");
    for (action, what) in [("A1", "Memo"), ("A2", "Delegate"), ("A3", "Read"), ("A4", "Walk")] {
        let plan = home.json(["plan", what, "--due", "2026-11-27", "--goal", "G1"]);
        assert_eq!(
            (&plan["ref"], &plan["session"], &plan["carried"]),
            (&json!(action), &json!("S1"), &json!(0))
        );
    }
    let ended = home.json(["session", "end", "--minutes", "80", "--summary", "One step at a time"]);
    assert_eq!((&ended["status"], &ended["minutes"]), (&json!("held"), &json!(80)));
    assert_eq!(home.json(["due", "--within", "7d"]).as_array().map(Vec::len), Some(4));
    let recap = home.json(["recap"]);
    let texts: Vec<&Value> =
        recap["notes"].as_array().expect("notes").iter().map(|n| &n["text"]).collect();
    assert_eq!(texts, ["Nobody waits"], "the shared note and no private one");
    assert_eq!(recap["actions"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        (&recap["session"]["summary"], &recap["next"]),
        (&json!("One step at a time"), &Value::Null)
    );

    home.at("2026-12-05T10:00:00+01:00");
    assert_eq!(home.json(["session", "start", "acme-cfo"])["number"], 2);
    let shown = home.ok(["check-in", "How did it go?"]);
    for open in ["A1", "A2", "A3", "A4"] {
        assert!(shown.contains(open), "the check-in shows {open}: {shown}");
    }
    let told = r#"{"action":"A1","outcome":"done","reflection":"Easier than feared"}
{"action":"A2","outcome":"partly","reflection":"Half of it"}
{"action":"A3","outcome":"missed","reflection":"No hour for it"}"#;
    let run = home.pipe(["check-in", "--from", "-"], told);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("A4"), "what is still open: {run:?}");
    home.ok(["session", "end", "--minutes", "75"]);
    for (action, status, outcome, reflection, carried) in [
        ("A1", "done", "done", "Easier than feared", 0),
        ("A2", "open", "partly", "Half of it", 1),
        ("A3", "open", "missed", "No hour for it", 1),
    ] {
        let action = home.json(["action", "show", action]);
        shaped(&action, ACTION);
        assert_eq!(
            (&action["status"], &action["carried"]),
            (&json!(status), &json!(carried)),
            "{action}"
        );
        let told = json!([{"session": "S2", "outcome": outcome, "on": "2026-12-05", "reflection": reflection}]);
        assert_eq!(action["outcomes"], told);
    }
    let rest = home.json(["action", "show", "A4"]);
    assert_eq!(
        (&rest["status"], &rest["carried"], &rest["overdue"]),
        (&json!("open"), &json!(1), &json!(true))
    );
    assert_eq!(home.json(["engagement", "show", "acme-cfo"])["sessions_held"], 2);
    home.fails(1, "", ["due", "--exit-code"]);
    let recap = home.json(["recap"]);
    assert_eq!(recap["session"]["ref"], "S2");
    assert_eq!(recap["actions"].as_array().map(Vec::len), Some(3), "those told in it: {recap}");
}
