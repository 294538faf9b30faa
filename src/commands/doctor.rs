//! `coach doctor`: is the journal sound, and is it kept as it should be?

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::record::Record;
use crate::platform::output::Format;
use crate::platform::table::{Cell, Column, Tone};
use crate::store::{Examined, Size, StoreError};
use crate::vault::{Finding, KeyError, Opened, VaultError, Why};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Set right what can be set right safely, after a copy was made
    #[arg(long)]
    fix: bool,
    /// Print what helps to find a fault, without a word of yours: to send to somebody
    #[arg(long, conflicts_with = "fix")]
    bundle: bool,
}

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    /// Worth knowing, and nothing wrong.
    Note,
    Problem,
    Fixed,
}

/// One check and what it found.
#[derive(Clone, Debug, Serialize)]
struct Check {
    check: &'static str,
    state: State,
    found: Option<String>,
    advice: Option<String>,
}

impl Concerns for Check {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Record for Check {
    const KEYS: &'static [&'static str] = &["check", "state", "found", "advice"];
}

const COLUMNS: &[Column<Check>] = &[
    Column::new("check", |c| c.check.into()),
    Column::new("", |c| match c.state {
        State::Ok => Cell::from("ok").tone(Tone::Good),
        State::Note => Cell::from("note"),
        State::Problem => Cell::from("PROBLEM").tone(Tone::Bad),
        State::Fixed => Cell::from("mended").tone(Tone::Good),
    }),
    Column::prose("found", |c| {
        let parts = [c.found.as_deref(), c.advice.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ").as_str().into()
    }),
];

impl Check {
    fn ok(check: &'static str) -> Self {
        Self { check, state: State::Ok, found: None, advice: None }
    }

    fn new(check: &'static str, state: State, found: String, advice: &str) -> Self {
        let advice = (!advice.is_empty()).then(|| advice.to_owned());
        Self { check, state, found: Some(found), advice }
    }
}

/// The checks, in the order in which they are told.
const ALL: [&str; 10] =
    ["file", "key", "pages", "schema", "index", "log", "refs", "rights", "place", "backups"];

/// What is said where the index could not be compared.
const UNCOMPARED: &str = "not compared: the journal cannot be written now";

/// What is said of an index that search cannot trust.
const INDEX_OFF: &str = "search may miss words or find ones that are gone";

impl Leaf for Doctor {
    const NAME: &'static str = "doctor";
    const TAKES: Takes = Takes::READ.timeless().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let path = context.journal_path();
        let mut checks = Vec::new();
        let (journal, unopened) = match context.vault().open(&path, context.clock, true) {
            Ok(opened) => (Some(opened), None),
            Err(VaultError::Store(StoreError::Missing { path })) => {
                return Err(VaultError::Store(StoreError::Missing { path }).into());
            }
            Err(error) => (None, Some(error)),
        };
        if let Some(error) = unopened {
            checks.push(unopenable(error)?);
        }
        let (mut size, opens) = (None, journal.is_some());
        if let Some(opened) = &journal {
            checks.extend(inside(&opened.journal.examine()?));
            size = opened.journal.size().ok();
        }
        let around = context.vault().look_around(&path, context.clock)?;
        if self.fix {
            let mended = mend(context, &mut checks, &around, journal)?;
            checks.extend(outside(&around, &mended));
            // A key that others could read was refused; mended, it opens the journal.
            let opens_now = || context.vault().open(&path, context.clock, true).is_ok();
            if !mended.is_empty() && opens_now() {
                checks.retain(|each| each.check != "key" || each.state != State::Problem);
            }
        } else {
            checks.extend(outside(&around, &[]));
        }
        for check in ALL {
            let known = checks.iter().any(|each| each.check == check);
            if !known && opens {
                checks.push(Check::ok(check));
            }
        }
        checks.sort_by_key(|each| ALL.iter().position(|check| *check == each.check));
        let problem = checks.iter().any(|check| check.state == State::Problem);
        if self.bundle {
            bundle(context, &checks, size)?;
        } else {
            context.rows(COLUMNS, &checks, "")?;
        }
        if problem { Err(Failure::finding()) } else { Ok(()) }
    }
}

/// Why the journal cannot be opened. One that another process holds can be looked at later.
fn unopenable(error: VaultError) -> Result<Check, Failure> {
    let copies = "coach backup list shows copies; coach restore FILE brings one back";
    let (check, advice) = match &error {
        VaultError::Store(StoreError::Busy) => return Err(error.into()),
        VaultError::Store(StoreError::TooNew { .. }) => ("schema", "install the newest coach"),
        VaultError::Store(StoreError::ReadOnly | StoreError::Unreadable { .. }) => {
            ("rights", "look at who owns it and who may read it: ls -l")
        }
        VaultError::Key(KeyError::None { .. }) => ("key", "coach key recover brings a key back"),
        VaultError::Key(KeyError::Exposed { .. }) => ("key", "coach doctor --fix"),
        VaultError::Key(_) => ("key", "coach key status shows which key was tried"),
        VaultError::Store(StoreError::NotAJournal { .. }) => {
            ("file", "coach key status shows which key was tried; else: coach backup list")
        }
        _ => ("file", copies),
    };
    Ok(Check::new(check, State::Problem, Failure::from(error).into_message(), advice))
}

/// What was found in the journal itself.
fn inside(examined: &Examined) -> Vec<Check> {
    let Examined { file, schema, index_fits, log, refs } = examined;
    let index = match index_fits {
        Some(false) => {
            Check::new("index", State::Problem, INDEX_OFF.to_owned(), "coach doctor --fix")
        }
        None if file.is_empty() => Check::new("index", State::Note, UNCOMPARED.to_owned(), ""),
        _ => Check::ok("index"),
    };
    let restore = "go on with a copy: coach backup list, coach restore FILE";
    if !file.is_empty() {
        let found =
            file.iter().map(|text| Check::new("pages", State::Problem, text.clone(), restore));
        let rest = ["schema", "index", "log", "refs"].into_iter();
        let unread = "not looked at: the file is damaged";
        return found
            .chain(rest.map(|check| Check::new(check, State::Note, unread.to_owned(), "")))
            .collect();
    }
    [("pages", file), ("schema", schema), ("log", log), ("refs", refs)]
        .into_iter()
        .flat_map(|(check, found)| {
            let problems: Vec<Check> = found
                .iter()
                .map(|text| Check::new(check, State::Problem, text.clone(), restore))
                .collect();
            if problems.is_empty() { vec![Check::ok(check)] } else { problems }
        })
        .chain([index])
        .collect()
}

/// What was found around it.
fn outside(around: &[Finding], mended: &[Finding]) -> Vec<Check> {
    around
        .iter()
        .map(|finding| {
            let mut check = told(finding);
            if mended.contains(finding) {
                (check.state, check.advice) = (State::Fixed, None);
            }
            check
        })
        .collect()
}

fn told(finding: &Finding) -> Check {
    use State::{Note, Problem};
    let fix = "coach doctor --fix";
    match finding {
        Finding::Exposed { path, mode } => {
            let found = format!("others may get at {} (mode {mode:o})", path.display());
            Check::new("rights", Problem, found, fix)
        }
        Finding::Foreign { path } => {
            let found = format!("{} belongs to somebody else", path.display());
            Check::new("rights", Problem, found, "chown it to yourself, if you trust it")
        }
        Finding::Synced { path, by } => {
            let found = format!("{} lies in a folder of {by}", path.display());
            let advice = "a synced journal may be overwritten by an older one; keep it elsewhere and let the backups be synced";
            Check::new("place", Note, found, advice)
        }
        Finding::Network { path, kind } => {
            let found = format!("{} lies on another machine ({kind})", path.display());
            let advice = "locks may fail there; keep the journal on this machine";
            Check::new("place", Note, found, advice)
        }
        Finding::Leftover { path } => {
            let found = format!("{} is a half file of a run that was cut short", path.display());
            Check::new("file", Note, found, fix)
        }
        Finding::NoBackup => {
            Check::new("backups", Note, "there is none".to_owned(), "coach backup now")
        }
        Finding::OldBackup { days } => {
            let found = format!("the last sound one is {days} days old");
            Check::new("backups", Problem, found, "coach backup now")
        }
        Finding::Drafts { count } => {
            let found = format!("{count} drafts wait to be stored");
            Check::new("file", Note, found, "coach drafts store")
        }
    }
}

/// Sets right what can be, after a copy of a journal that is sound but for its index was made. What
/// was found in the journal is marked where it was set right; what around it is given back.
fn mend(
    context: &mut Context,
    checks: &mut [Check],
    around: &[Finding],
    opened: Option<Opened>,
) -> Result<Vec<Finding>, Failure> {
    let fixable =
        |each: &&Finding| matches!(each, Finding::Exposed { .. } | Finding::Leftover { .. });
    let is_off = |check: &Check| check.check == "index" && check.state == State::Problem;
    let sound = checks.iter().all(|check| check.state != State::Problem || is_off(check));
    let index = checks.iter_mut().find(|check| sound && is_off(check));
    if index.is_none() && !around.iter().any(|each| fixable(&each)) {
        return Ok(Vec::new());
    }
    if let Some(mut opened) = opened.filter(|_| sound) {
        let key = opened.key.as_ref().map(|(key, _)| key);
        let shelf = context.vault().shelf(&context.journal_path(), context.clock)?;
        let made = shelf.make(&opened.journal.source(), key, context.clock.now, Why::BeforeFix)?;
        context.out.status(&format!("a copy was made first: {}", made.path.display()));
        if let Some(index) = index {
            opened.journal.mend_index()?;
            (index.state, index.advice) = (State::Fixed, None);
        }
    }
    let mut mended = Vec::new();
    for finding in around.iter().filter(fixable) {
        let fixed = finding
            .fix()
            .map_err(|error| Failure::outside(format!("it cannot be mended: {error}")))?;
        if fixed {
            mended.push(finding.clone());
        }
    }
    Ok(mended)
}

/// What helps to find a fault, without a path, a name or a word that the coach wrote.
#[derive(Serialize)]
struct Bundle<'a> {
    coach: &'static str,
    system: &'static str,
    machine: &'static str,
    checks: Vec<(&'a str, State)>,
    journal: Option<Size>,
}

impl Concerns for Bundle<'_> {
    fn about(&self) -> About {
        About::Nobody
    }
}

fn bundle(context: &Context, checks: &[Check], journal: Option<Size>) -> Result<(), Failure> {
    let bundle = Bundle {
        coach: env!("CARGO_PKG_VERSION"),
        system: std::env::consts::OS,
        machine: std::env::consts::ARCH,
        checks: checks.iter().map(|check| (check.check, check.state)).collect(),
        journal,
    };
    match context.out.format {
        Format::Table => {
            let text = serde_json::to_string_pretty(&bundle)
                .map_err(|error| Failure::bug(error.to_string()))?;
            context.text(&About::Nobody, &format!("{text}\n"))
        }
        _ => context.record(&bundle, |_| Default::default()),
    }
}
