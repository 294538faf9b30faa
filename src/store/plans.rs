//! How the store's reads are answered: every one of them, with every filter, runs on a journal here,
//! and SQLite is asked how it goes about each statement. Nothing that grows with the practice is read
//! whole or sorted where a part was asked for. Only a test build sees this file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::mpsc;

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::action::ActionFilter;
use super::engagement::Match;
use super::goal::GoalFilter;
use super::offer::{Glance, Wanted};
use super::progress::Period;
use super::search::SearchFilter;
use super::session::{NoteFilter, SessionFilter};
use super::stakeholder::{FeedbackFilter, NewFeedback, NewStakeholder};
use super::worksheet::At;
use super::{Clock, Journal, Place, Reader, StoreError, Writer, search};
use crate::domain::action::{ActionOwner, ActionStatus};
use crate::domain::agreement::{Agreement, Drawn, Terms};
use crate::domain::engagement::EngagementStatus;
use crate::domain::goal::{GoalStatus, Seen};
use crate::domain::id::Noun;
use crate::domain::method::{Ask, AskedRound, Content, Counted, FieldDef, FieldKind, Requirement};
use crate::domain::search::{HitKind, Query};
use crate::domain::session::{NoteKind, SessionKind, SessionStatus};
use crate::domain::stakeholder::{Relation, Round};
use crate::domain::time::{Moment, Zone};
use crate::domain::word::{ReviewKind, Setting, Visibility, Word};
use crate::domain::worksheet::Value;

/// A read: which functions of a reader it goes through; how much it may read; itself.
struct Read {
    functions: &'static str,
    of: fn(usize) -> Amount,
    run: fn(&Reader<'_>, usize) -> Result<(), StoreError>,
    /// How many combinations of filters it has; each is run.
    filters: usize,
}

/// How much a read asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Amount {
    /// What belongs to one record: found by an index, and few enough to be sorted.
    One,
    /// A part of all: found by an index that is in the order of the answer.
    Part,
    /// All of them, or those of a kind that many are of: in the order of an index.
    All,
    /// What was removed, of a kind or of all: few, found by an index of their own.
    Removed,
}

/// Indexes of what many records share, or that hold all records in an order: no way to find the few
/// that belong to one record.
const BROAD: &str = "engagement_order engagement_status session_start session_status note_written \
                     action_order action_status organisation_name person_name engagement_slug";

/// Plans that look wrong and are not: what the line says, and why it is right.
const EXCUSED: &[(&str, &str)] = &[
    ("SCAN CONSTANT ROW", "no table"),
    ("SCAN f VIRTUAL TABLE INDEX 0:M1", "the places of a word in the index of words"),
    ("SCAN search VIRTUAL TABLE INDEX 0:M1", "the places of a word in the index of words"),
    ("SCAN main.search_config", "the settings of the index of words: a row or two"),
    ("SCAN h USING INDEX habit_engagement", "the habits, which do not grow"),
    (
        "SCAN person USING COVERING INDEX person_name",
        "the names of all people: none shall stand in what is told of feedback",
    ),
    ("SCAN found", "the best so many that were found"),
    ("SCAN (subquery", "at most three rows on each side of a ref that is missing"),
    ("SEARCH engagement USING INDEX engagement_slug (slug=?)", "a slug names one engagement"),
    ("SEARCH engagement USING INDEX engagement_slug (slug>? AND slug<?)", "few begin as was typed"),
    (
        "SEARCH e USING INDEX engagement_order (<expr>=?)",
        "the running engagements, which do not grow",
    ),
    ("USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY", "the goals of one engagement at a time"),
    (
        "USE TEMP B-TREE FOR group_concat",
        "the people of one engagement, the attendees of one session",
    ),
    ("USE TEMP B-TREE FOR json_group_array", "the outcomes of one action"),
];

/// The bits of `filters` that are set, as options.
fn bit<T>(filters: usize, at: usize, value: T) -> Option<T> {
    (filters >> at & 1 == 1).then_some(value)
}

const ONE: fn(usize) -> Amount = |_| Amount::One;
const ALL: fn(usize) -> Amount = |_| Amount::All;

macro_rules! reads {
    ($($functions:literal, $filters:literal, $of:expr, |$r:pat_param, $f:pat_param| $run:expr;)+) => {
        &[$(Read { functions: $functions, of: $of, filters: $filters, run: |$r, $f| {
            $run;
            Ok(())
        } }),+]
    };
}

const READS: &[Read] = reads! {
    "list_actions", 512, |f| match f {
        _ if f & 0b111 > 0 => Amount::One,
        _ if f & 0b1 << 7 > 0 => Amount::Removed,
        _ if f & 0b11 << 3 == 0b11 << 3 => Amount::Part,
        _ => Amount::All,
    }, |r, f| r.list_actions(&ActionFilter {
        engagement: bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        goal: bit(f, 1, r.get_goal(&named("G1"))?.id),
        of_session: bit(f, 2, r.get_session(&named("S1"))?.id),
        status: bit(f, 3, ActionStatus::Open),
        due_until: bit(f, 4, r.today()),
        owner: bit(f, 5, ActionOwner::Coach),
        visibility: bit(f, 6, Visibility::Shared),
        removed: f & 1 << 7 > 0,
        brief: f & 1 << 8 > 0,
    })?;
    "list_sessions", 128, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b1 << 6 > 0 => Amount::Removed,
        _ if f & 0b111 << 1 > 0 => Amount::Part,
        _ => Amount::All,
    }, |r, f| r.list_sessions(&SessionFilter {
        engagement: bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        status: bit(f, 1, SessionStatus::Held),
        since: bit(f, 2, r.today()),
        until: bit(f, 3, r.today()),
        kind: bit(f, 4, SessionKind::Coaching),
        first: f & 1 << 5 > 0 && f & 0b10 > 0,
        removed: f & 1 << 6 > 0,
    })?;
    "list_notes", 1024, |f| match f {
        _ if f & 0b111 > 0 => Amount::One,
        _ if f & 0b1 << 8 > 0 => Amount::Removed,
        _ if f & 0b11 << 3 > 0 => Amount::Part,
        _ => Amount::All,
    }, |r, f| r.list_notes(&NoteFilter {
        engagement: bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        session: bit(f, 1, r.get_session(&named("S1"))?.id),
        goal: bit(f, 2, r.get_goal(&named("G1"))?.id),
        since: bit(f, 3, r.today()),
        until: bit(f, 4, r.today()),
        stage: bit(f, 5, "deep-dive".to_owned()),
        kind: bit(f, 6, NoteKind::Insight),
        visibility: bit(f, 7, Visibility::Shared),
        removed: f & 1 << 8 > 0,
        newest: bit(f, 9, 3),
    })?;
    "list_goals", 16, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b1 << 3 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_goals(&GoalFilter {
        engagement: bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        status: bit(f, 1, GoalStatus::Active),
        focus: bit(f, 2, "leading".to_owned()),
        removed: f & 1 << 3 > 0,
    })?;
    "list_key_results", 4, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b10 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_key_results(bit(f, 0, r.get_goal(&named("G1"))?.id), f & 0b10 > 0)?;
    "list_engagements", 4, |f| match f {
        _ if f & 0b10 > 0 => Amount::Removed,
        _ if f & 0b1 > 0 => Amount::Part,
        _ => Amount::All,
    }, |r, f| r.list_engagements(bit(f, 0, EngagementStatus::Active), f & 0b10 > 0)?;
    "list_habits", 4, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b10 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_habits(
        bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        f & 0b10 > 0,
    )?;
    "list_stakeholders", 4, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b10 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_stakeholders(
        bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        f & 0b10 > 0,
    )?;
    "list_feedback", 16, |f| match f {
        _ if f & 0b1 << 3 > 0 => Amount::Removed,
        _ if f & 0b11 > 0 => Amount::One,
        _ => Amount::All,
    }, |r, f| r.list_feedback(&FeedbackFilter {
        engagement: bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        stakeholder: bit(f, 1, r.get_stakeholder(&named("H1"))?.id),
        round: bit(f, 2, Round::Mid),
        removed: f & 1 << 3 > 0,
    })?;
    "get_stakeholder get_feedback feedback_round", 1, ONE, |r, _| {
        let engagement = r.get_stakeholder(&named("H1"))?.engagement_id;
        r.get_feedback(&named("F1"))?;
        r.feedback_round(engagement, Round::Mid)?;
    };
    "feedback_summary all_names names_near", 1, ONE, |r, _| {
        let engagement = r.get_stakeholder(&named("H1"))?.engagement_id;
        r.feedback_summary(engagement, None).ok();
        r.for_coachee().feedback_summary(engagement, Some(Round::Mid)).ok();
    };
    "list_agreements", 4, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b10 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_agreements(
        bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        f & 0b10 > 0,
    )?;
    "get_agreement agreement_of next_agreement_version coachees_unsigned for_parties agreement is_outdated disclosures_of", 1, ONE, |r, _| {
        let agreement = r.get_agreement(&named("D1"))?;
        let engagement = agreement.engagement_id;
        r.agreement_of(engagement, None)?;
        r.agreement_of(engagement, Some(1))?;
        let next = r.next_agreement_version(engagement)?;
        r.coachees_unsigned(engagement, r.today())?;
        r.for_parties().agreement(engagement, next, Terms::default(), None)?;
        let drawn = Terms { drawn: Some(Drawn::default()), ..Terms::default() };
        r.for_parties().is_outdated(&Agreement { terms: drawn, ..agreement })?;
        r.disclosures_of(engagement)?;
    };
    "list_reviews", 4, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b10 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_reviews(
        bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        f & 0b10 > 0,
    )?;
    "goal_course goals_now since_shared", 1, ONE, |r, _| {
        let goal = r.get_goal(&named("G1"))?;
        r.since_shared(goal.reference)?;
        r.goals_now(goal.engagement_id)?;
        r.for_coachee().goals_now(goal.engagement_id)?;
        r.goal_course(goal, Seen::ByCoach)?;
    };
    "list_frozen frozen_paper actions reviews sheets", 1, ONE, |r, _| {
        let engagement = r.find_engagement("acme-cfo", Match::Whole)?;
        r.list_frozen(engagement.id, "final")?;
        r.frozen_paper(engagement.id, "final", None)?;
        r.frozen_paper(engagement.id, "final", Some(1))?;
        let view = r.for_coachee();
        view.actions(&engagement)?;
        view.reviews(&engagement)?;
        view.sheets(&engagement)?;
    };
    "progress", 1, ONE, |r, _| {
        let engagement = r.find_engagement("acme-cfo", Match::Whole)?;
        r.progress(&engagement)?;
        r.for_coachee().progress(&engagement)?;
    };
    "practice stalled", 1, ONE, |r, _| {
        let one = r.find_engagement("acme-cfo", Match::Whole)?;
        (r.practice(vec![one], Period::default())?, r.stalled()?)
    };
    "get_review review_page", 1, ONE, |r, _| {
        let Ok(review) = r.get_review(&named("R1")) else { return Ok(()) };
        r.for_coachee().review_page(review.clone())?;
        r.review_page(review)?;
    };
    "list_worksheets", 4, |f| match f {
        _ if f & 0b1 > 0 => Amount::One,
        _ if f & 0b10 > 0 => Amount::Removed,
        _ => Amount::All,
    }, |r, f| r.list_worksheets(
        bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
        f & 0b10 > 0,
    )?;
    "get_worksheet worksheet_by frozen_versions worksheet_version worksheet", 1, ONE, |r, _| {
        let worksheet = r.get_worksheet(&named("W1"))?;
        r.worksheet_by(worksheet.engagement_id, "expectations")?;
        r.frozen_versions(&worksheet)?;
        r.worksheet_version(&worksheet, 1)?;
        assert!(r.worksheet_version(&worksheet, 9).is_err(), "a version that is not there");
        assert!(r.for_coachee().worksheet(worksheet).is_err(), "one that no method shares");
    };
    "week", 1, ONE, |r, _| r.week(r.find_engagement_id("acme-finance", Match::Whole)?)?;
    "own_engagement", 1, ONE, |r, _| r.own_engagement()?;
    "list_people list_organisations", 2, |f| if f == 1 { Amount::Removed } else { Amount::All },
        |r, f| (r.list_people(f == 1)?, r.list_organisations(f == 1)?);
    "list_steps first_command", 1, ALL, |r, _| (r.list_steps(None)?, r.first_command()?);
    "walk_of", 1, ONE, |r, _| r.walk_of(r.get_session(&named("S1"))?.id)?;
    "list_steps record_named", 1, ONE, |r, _| {
        for given in ["A1", "acme-finance"] {
            r.list_steps(Some(&r.record_named(given, Match::Prefix)?))?;
        }
    };
    "about_step", 1, ONE, |r, _| r.about_step(2)?;
    "today_page", 1, |_| Amount::Part, |r, _| (r.today_page(false)?, r.today_page(true)?);
    "next_planned open_sessions sessions_ended_on", 1, |_| Amount::Part,
        |r, _| (r.next_planned(None)?, r.open_sessions()?, r.sessions_ended_on(r.today())?);
    "current_session", 1, |_| Amount::Part, |r, _| r.current_session().ok();
    "find_engagement find_engagement_id get_engagement method_of coachees prep", 1, ONE, |r, _| {
        let engagement = r.find_engagement("acme-cfo", Match::Whole)?;
        r.find_engagement_id("acme-fin", Match::Prefix)?;
        r.method_of(engagement.id)?;
        r.coachees(engagement.id)?;
        r.prep(engagement, 3)?;
    };
    "standing_of stand_of open_needs_of gate_of rest_of facts_for_needs method_text_of", 1, ONE, |r, _| {
        let engagement = r.find_engagement("acme-cfo", Match::Whole)?;
        r.method_text_of(engagement.id)?;
        r.gate_of(&engagement)?;
        r.rest_of(&engagement)?;
        r.stand_of(&engagement)?;
        r.standing_of(&engagement, &r.method_of(engagement.id)?)?;
        r.open_needs_of(&engagement, &[Requirement("goals>=2".to_owned())])?;
        r.facts_for_needs(&engagement, &every_ask())?;
    };
    "methods_in_use", 1, ALL, |r, _| r.methods_in_use()?;
    "find_removed_engagement", 1, ONE, |r, _| r.find_removed_engagement("acme-gone")?;
    "get_session session_after session_at session_planned_on next_planned", 1, ONE, |r, _| {
        let session = r.get_session(&named("S1"))?;
        r.session_after(&session)?;
        r.session_at(&session)?;
        r.session_planned_on(session.engagement_id, r.now())?;
        r.next_planned(Some(&r.get_engagement(session.engagement_id)?))?;
    };
    "open_session last_held_session count_active_goals place_stands", 1, ONE, |r, _| {
        let session = r.get_session(&named("S1"))?;
        let engagement = session.engagement_id;
        r.open_session(engagement)?;
        r.last_held_session(engagement)?;
        r.count_active_goals(engagement)?;
        r.place_stands(&Place { engagement, session: Some(session.id), zone: Zone::UTC })?;
    };
    "reachable", 1, ONE, |r, _| r.for_coachee().reachable(&r.get_session(&named("S1"))?)?;
    "check_known_stage", 2, |f| if f == 1 { Amount::One } else { Amount::All }, |r, f|
        r.check_known_stage("deep-dive", bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?))?;
    // What was found is sorted by how well it fits; the index of words finds it.
    "search", 32, ONE, |r, f| r.search(
        &Query::parse("board pack*").unwrap_or_else(|| panic!("words")),
        &SearchFilter {
            engagement: bit(f, 0, r.find_engagement_id("acme-finance", Match::Whole)?),
            stage: bit(f, 1, "deep-dive".to_owned()),
            kind: bit(f, 2, HitKind::Insight),
            since: bit(f, 3, r.today()),
            until: bit(f, 4, r.today()),
            limit: Some(20),
        },
    )?;
    // The notes are the newest hundred, in the order of an index.
    "offers", 64, |f| if f % 8 == 7 { Amount::All } else { Amount::Part }, |r, f| {
        const WANTED: [Wanted; 8] = [
            Wanted::Engagements,
            Wanted::ClosedActions,
            Wanted::Stages,
            Wanted::Records(Noun::Action),
            Wanted::Records(Noun::Goal),
            Wanted::Records(Noun::KeyResult),
            Wanted::Records(Noun::Session),
            Wanted::Records(Noun::Note),
        ];
        r.offers(WANTED[f % 8], &Glance {
            engagement: bit(f, 3, "acme-finance".to_owned()),
            in_session: f & 1 << 4 > 0,
            titles: f & 1 << 5 > 0,
            ..Glance::default()
        })?
    };
    "offers", 2, |_| Amount::Part, |r, f| r.offers(Wanted::Records(Noun::Habit), &Glance {
        engagement: bit(f, 0, "acme-finance".to_owned()),
        ..Glance::default()
    })?;
    "offers", 1, ONE, |r, _| r.offers(Wanted::Definitions, &Glance {
        engagement: Some("acme-finance".to_owned()),
        ..Glance::default()
    })?;
    "for_coachee recap", 1, ONE, |r, _| r.for_coachee().recap(&r.get_session(&named("S1"))?)?;
    "get_goal goal_within list_criteria get_key_result get_action get_note get_habit", 1, ONE, |r, _| {
        let goal = r.get_goal(&named("G1"))?;
        r.goal_within(&named("G1"), goal.engagement_id)?;
        r.list_criteria(&goal);
        r.get_key_result(&named("K1"))?;
        r.get_action(&named("A1"))?;
        r.get_note(&named("N1"))?;
        r.get_habit(&named("B1"))?;
        assert!(r.get_note(&named("N99")).is_err(), "a ref that names nothing");
    };
    "get_person get_organisation find_person find_organisation", 1, ONE, |r, _| {
        r.get_person(&named("P1"))?;
        r.get_organisation(&named("O1"))?;
        r.find_person(&named("P1"))?;
        r.find_organisation(&named("O1"))?;
    };
    "person_named organisation_named", 1, ALL,
        |r, _| (r.person_named(&named("Dana"))?, r.organisation_named(&named("Acme"))?);
    "now today", 1, ONE, |r, _| (r.now(), r.today());
};

/// Everything that a method can ask for.
fn every_ask() -> Vec<Ask> {
    let counted = Counted::ALL.iter().map(|counted| Ask::Count(*counted, 1));
    let others = [
        Ask::Agreement,
        Ask::Criteria,
        Ask::Worksheet("gap-map".to_owned(), Content::Filled),
        Ask::Paper("brief".to_owned()),
        Ask::Review(ReviewKind::Mid),
        Ask::Session(SessionKind::Kickoff, 1),
        Ask::Round(AskedRound::Baseline),
    ];
    others.into_iter().chain(counted).collect()
}

fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a ref or a name")
}

/// What is wrong with a line of a plan, for so much.
fn wrong(line: &str, amount: Amount) -> Option<&'static str> {
    let word = |at| line.split(' ').nth(at).unwrap_or_default();
    let index = line.split(" INDEX ").nth(1).and_then(|rest| rest.split(' ').next());
    let broad = index.is_some_and(|index| BROAD.split(' ').any(|broad| broad == index));
    let bounded = line.contains("=?") || line.contains("<?") || line.contains(">?");
    if EXCUSED.iter().any(|(excused, _)| line.starts_with(excused)) {
        return None;
    }
    match (word(0), amount) {
        ("SCAN", _) if index.is_none() && line != "SCAN step" => Some("reads a whole table"),
        ("SCAN", Amount::All) => None,
        ("SCAN", _) if line.contains("_removed") => None,
        ("SCAN", _) => Some("reads a whole index"),
        ("SEARCH", Amount::One) if broad => {
            Some("reads what many share, to find what belongs to one")
        }
        ("SEARCH", Amount::Part) if broad && !bounded => Some("reads a whole index"),
        ("USE", Amount::Part | Amount::All) if line.ends_with(" FOR ORDER BY") => Some("sorts"),
        _ => None,
    }
}

/// A copy of a journal with something of everything, and what is run on it from now on.
fn journal(dir: &Path) -> (Journal, mpsc::Receiver<String>) {
    let path = dir.join("journal");
    let frozen = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/v4.journal");
    fs::copy(frozen, &path).expect("copied");
    let now = Moment::parse_rfc3339("2026-11-21T09:00:00Z", Zone::UTC).expect("a moment");
    let clock = Clock { now, today: now.day() };
    let mut journal =
        Journal::open(&path, None, clock, false, |_| Ok::<(), StoreError>(())).expect("a journal");
    journal.write("test", furnish).unwrap_or_else(|error: StoreError| panic!("{error:?}"));
    let (told, seen) = mpsc::channel();
    let tell = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(statement, _) = event {
            told.send(statement.sql().into_owned()).expect("somebody listens");
        }
    };
    journal.conn.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(tell)).expect("traced");
    (journal, seen)
}

/// Writes what the frozen journal is too old to hold.
fn furnish(w: &mut Writer<'_>) -> Result<(), StoreError> {
    let engagement = w.find_engagement_id("acme-finance", Match::Whole)?;
    let terms = Terms::default();
    w.insert_agreement(engagement, 1, w.today(), &terms, "Text".to_owned())?;
    let new = NewStakeholder {
        person: w.get_person(&named("P1"))?.id,
        relation: Relation::Itself,
        effect: None,
        influence: None,
        dynamic: None,
        shift: None,
        strategy: None,
    };
    w.insert_stakeholder(engagement, new)?;
    let new = NewFeedback {
        round: Round::Mid,
        goal: None,
        score: None,
        behaviour: None,
        situation: None,
        effect: None,
        text: Some(named("Well")),
        on: w.today(),
    };
    w.insert_feedback(&w.get_stakeholder(&named("H1"))?, new)?;
    w.insert_worksheet(engagement, "expectations", Visibility::Shared)?;
    let field = FieldDef {
        id: "expectation".to_owned(),
        title: String::new(),
        prompt: String::new(),
        kind: FieldKind::Text,
        range: None,
        choices: Vec::new(),
    };
    let value = Setting::To(Value::Text("Quiet evenings".to_owned()));
    w.fill_worksheet(&w.get_worksheet(&named("W1"))?, At::New, &[(field, value)])?;
    w.summarise("filled W1");
    w.freeze_worksheet(&w.get_worksheet(&named("W1"))?)
}

fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
    let rows = statement.raw_query().mapped(|row| row.get("detail"));
    rows.collect::<Result<_, _>>().expect("a plan")
}

#[test]
fn nothing_that_grows_is_read_whole_or_sorted_for_a_part_of_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let (journal, seen) = journal(dir.path());
    let other = Connection::open(dir.path().join("journal")).expect("the same journal");
    search::prepare(&other).expect("the functions of its views");
    let (mut found, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for read in READS {
        for filters in 0..read.filters {
            let amount = (read.of)(filters);
            journal.read(|r| (read.run)(r, filters)).unwrap_or_else(|error: StoreError| {
                panic!("{} {filters:b}: {error:?}", read.functions)
            });
            for sql in seen.try_iter().filter(|sql| sql.trim_start().starts_with("SELECT")) {
                if !asked.insert((sql.clone(), amount)) {
                    continue;
                }
                for line in plan(&other, &sql) {
                    if let Some(wrong) = wrong(&line, amount) {
                        let functions = read.functions;
                        found.insert(format!(
                            "{functions} ({amount:?}): {line}: {wrong}\n    {sql}"
                        ));
                    }
                }
            }
        }
    }
    assert!(asked.len() > 500, "only {} statements were seen", asked.len());
    assert!(found.is_empty(), "{}", found.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_plan_that_reads_too_much_is_seen() {
    for (line, amount) in [
        ("SCAN n", Amount::All),
        ("SCAN n USING INDEX note_written", Amount::Part),
        ("SEARCH s USING INDEX session_status (status=?)", Amount::One),
        ("USE TEMP B-TREE FOR ORDER BY", Amount::All),
        ("USE TEMP B-TREE FOR ORDER BY", Amount::Part),
    ] {
        assert!(wrong(line, amount).is_some(), "{line} for {amount:?}");
    }
    for (line, amount) in [
        ("SCAN n USING INDEX note_written", Amount::All),
        ("SEARCH s USING INDEX session_engagement (engagement_id=?)", Amount::One),
        ("USE TEMP B-TREE FOR ORDER BY", Amount::One),
    ] {
        assert_eq!(wrong(line, amount), None, "{line} for {amount:?}");
    }
}

#[test]
fn every_read_of_the_store_has_its_plans_looked_at() {
    fn sources(dir: &Path) -> Vec<String> {
        let entries =
            fs::read_dir(dir).expect("the source").map(|entry| entry.expect("an entry").path());
        entries
            .flat_map(|path| match path.extension() {
                Some(end) if end == "rs" => vec![fs::read_to_string(&path).expect("a file")],
                Some(_) => Vec::new(),
                None => sources(&path),
            })
            .collect()
    }
    let all: Vec<String> =
        READS.iter().flat_map(|read| read.functions.split(' ')).map(str::to_owned).collect();
    let mut missing = Vec::new();
    let mut seen = 0;
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")) {
        let mut reads = false;
        for line in text.lines() {
            match line.strip_prefix("    pub(crate) fn ") {
                _ if line.starts_with("impl") => {
                    reads = line.contains("Reader<") || line.contains("View<")
                }
                Some(rest) if reads => {
                    seen += 1;
                    let name = rest.split(['(', '<']).next().unwrap_or_default().to_owned();
                    if !all.contains(&name) {
                        missing.push(name);
                    }
                }
                _ => {}
            }
        }
    }
    assert!(seen > 40, "only {seen} reads were found in the source");
    assert!(missing.is_empty(), "add these to READS, with every filter: {missing:?}");
}
