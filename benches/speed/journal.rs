//! Journals of any size: made by `coach init`, then filled as if everything had been typed.
//!
//! Whatever the size, 20 engagements run and 200 actions are open; what grows is the past. Each
//! session, note and action is a step of its own in the change log, field by field, and has its ref.
//! The same size gives the same records.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

/// The moment of every run.
pub(crate) const NOW: &str = "2026-11-21T09:00:00+01:00";
/// An engagement that runs, as every command is asked about it.
pub(crate) const RUNNING: &str = "client-00000";
/// A word that ten notes hold, whatever the size.
pub(crate) const RARE: &str = "zugzwang";
/// Engagements that run, and what each of them has of sessions, notes and open actions.
const ACTIVE: usize = 20;
const PER_ACTIVE: usize = 10;

const METHOD: &str = include_str!("../../src/domain/method/shipped/five-stage.toml");

/// The tables in the order of the change log's numbers.
const TABLES: [&str; 16] = [
    "organisation",
    "person",
    "engagement",
    "slug_alias",
    "participant",
    "goal",
    "criterion",
    "rating",
    "key_result",
    "measurement",
    "session",
    "attendee",
    "note",
    "note_revision",
    "action",
    "outcome",
];

const WORDS: &str = "she he they team board close month quarter decides delegates trusts waits asks answers alone \
    together again never always sometimes when because until before after without with the a one two \
    three meeting report budget hire leave sleep evening weekend pattern story fear hope value boundary \
    habit pressure praise silence conflict sponsor peer customer plan step small large early late enough";

/// A journal and the home it lies in.
#[derive(Debug)]
pub(crate) struct Journal {
    home: PathBuf,
}

/// Stands for a Tab after `coach check-in --done`; the file with the words that a shell sends.
pub(crate) const TAB: &str = "tab";

impl Journal {
    /// Makes a journal of `size` sessions, notes and actions each in the empty directory `home`.
    pub(crate) fn make(home: PathBuf, size: usize) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(&home)?;
        let journal = Self { home };
        journal.coach(&["init"])?;
        let line = journal.home.join("recovery");
        journal.coach(&["key", "show-recovery", "--recovery-to", &line.display().to_string()])?;
        let (_, key) = bech32::decode(fs::read_to_string(&line)?.trim())?;
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(journal.key(), hex)?;
        let mut conn = open(&journal.file(), &journal.key())?;
        // The one who looks on while this is written may lose it: it is made anew.
        conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000")?;
        let transaction = conn.transaction()?;
        fill(&mut Hand::new(&transaction), size)?;
        transaction.commit()?;
        let broken: i64 = conn.query_row(
            "SELECT (SELECT count(*) FROM pragma_foreign_key_check) + (SELECT count(*) <> ?1 FROM note)
                  + (SELECT count(*) <> ?1 FROM session) + (SELECT count(*) <> ?1 FROM action)",
            [size as i64],
            |row| row.get(0),
        )?;
        assert_eq!(broken, 0, "the records do not fit together");
        drop(conn);
        // The index of words is made by the program itself, which looks at all the rest on its way.
        journal.coach(&["doctor", "--fix"])?;
        fs::write(journal.home.join(TAB), b"check-in\0--done\0\0")?;
        Ok(journal)
    }

    /// The journal's file.
    pub(crate) fn file(&self) -> PathBuf {
        self.home.join(".local/share/coachlog/journal.coach")
    }

    /// The file of its key in hexadecimal digits, for the floor program.
    pub(crate) fn key(&self) -> PathBuf {
        self.home.join("key")
    }

    /// A command line in the journal's home, with nothing else around it.
    pub(crate) fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.env_clear();
        match args {
            [TAB] => drop(command.env("COACH_COMPLETE", "fish")),
            args => drop(command.args(args)),
        }
        command
            .envs([("HOME", self.home.as_os_str())])
            .envs([
                ("PATH", "/usr/bin:/bin"),
                ("TZ", "Europe/Berlin"),
                ("TERM", "xterm"),
                ("COACH_NOW", NOW),
            ])
            .current_dir(&self.home)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let stdin = stdin(&command);
        command.stdin(stdin);
        command
    }

    /// What `coach` answers, which must succeed.
    pub(crate) fn coach(&self, args: &[&str]) -> Result<String, Box<dyn Error>> {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_coach")), args);
        let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            Ok(String::from_utf8(output.stdout)?)
        } else {
            Err(format!("coach {args:?}: {said}").into())
        }
    }
}

/// What a command reads: the words of a line for one that Tab asks, nothing for others.
pub(crate) fn stdin(command: &Command) -> Stdio {
    let asked = command.get_envs().any(|(name, _)| name == "COACH_COMPLETE");
    let words = command.get_current_dir().filter(|_| asked).map(|dir| dir.join(TAB));
    words.and_then(|words| fs::File::open(words).ok()).map_or_else(Stdio::null, Stdio::from)
}

/// Opens a journal with no more than its key: what any program would have to do.
pub(crate) fn open(file: &Path, key: &Path) -> Result<Connection, Box<dyn Error>> {
    let flags =
        rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", fs::read_to_string(key)?))?;
    Ok(conn)
}

/// The note with this number, of some 55 words.
pub(crate) fn words(note: usize, size: usize) -> String {
    let list: Vec<&str> = WORDS.split_whitespace().collect();
    let mut at = note.wrapping_mul(2_654_435_761) % 1_000_003;
    let mut text: Vec<&str> = Vec::new();
    for _ in 0..55 {
        at = (at * 16_807 + 11) % 2_147_483_647;
        text.push(list[at % list.len()]);
    }
    if note % (size / 10) == 7 {
        text[20] = RARE;
    }
    text.join(" ")
}

/// A day, counted from one long past; and a moment of it.
pub(crate) fn day(number: i64) -> String {
    let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap_or_default();
    (date + chrono::Duration::days(number)).format("%Y-%m-%d").to_string()
}

fn moment(number: i64) -> String {
    format!("{}T09:00:00.000Z", day(number))
}

/// Which engagement the session, note or action of this number belongs to, and its place there.
fn place(number: usize, size: usize) -> (usize, usize) {
    let done = size / 10;
    match number.checked_sub(ACTIVE * PER_ACTIVE) {
        None => (number / PER_ACTIVE, number % PER_ACTIVE),
        Some(past) => (ACTIVE + past % done, past / done),
    }
}

/// How many days ago something happened: this year while an engagement runs, else long before.
fn days_ago(engagement: usize, at: usize) -> i64 {
    let weeks = 14 * (PER_ACTIVE as i64 - at as i64);
    // The last of every second running engagement is still to come.
    if engagement < ACTIVE {
        weeks - 14 - 10 * (engagement as i64 % 2)
    } else {
        200 + (engagement as i64 * 7) % 3_000 + weeks
    }
}

fn fill(hand: &mut Hand<'_>, size: usize) -> rusqlite::Result<()> {
    let mut organisations = Vec::new();
    let mut engagements = Vec::new();
    for number in 0..ACTIVE + size / 10 {
        let runs = number < ACTIVE;
        let start = day(-days_ago(number, 0) - 7);
        hand.step("engagement new")?;
        if number % 5 == 0 {
            let name = format!("Company {number}");
            organisations.push(hand.record("organisation", 'O', &[("name", name.into())])?);
        }
        let organisation = organisations[number / 5].clone();
        let person = hand.record(
            "person",
            'P',
            &[
                ("name", format!("Client Number{number}").into()),
                ("email", format!("client{number}@example.org").into()),
                ("organisation_id", organisation.clone().into()),
            ],
        )?;
        let engagement = hand.row(
            "engagement",
            &[
                ("slug", format!("client-{number:05}").into()),
                ("reference", format!("E-{}-{number:05}", &start[..4]).into()),
                ("organisation_id", organisation.clone().into()),
                ("payer_organisation_id", organisation.into()),
                ("method", "five-stage".to_owned().into()),
                ("method_text", METHOD.to_owned().into()),
                ("status", if runs { "active" } else { "completed" }.to_owned().into()),
                ("start_on", start.into()),
                ("sessions_planned", 8.into()),
                ("cadence_low_days", 14.into()),
                ("cadence_high_days", 21.into()),
                ("low_minutes", 75.into()),
                ("high_minutes", 90.into()),
                ("format", "virtual".to_owned().into()),
                ("rate_minor", 45_000.into()),
                ("rate_currency", "EUR".to_owned().into()),
                ("rate_per", "session".to_owned().into()),
                ("zone", "Europe/Berlin".to_owned().into()),
                ("mandated", 0.into()),
            ],
        )?;
        hand.row(
            "participant",
            &[
                ("engagement_id", engagement.clone().into()),
                ("person_id", person.clone().into()),
                ("part", "coachee".to_owned().into()),
            ],
        )?;
        let goals = goals(hand, &engagement, number, runs)?;
        engagements.push((engagement, person, goals));
    }
    for number in 0..size {
        let (engagement, at) = place(number, size);
        let (id, person, goals) = &engagements[engagement];
        let ago = days_ago(engagement, at);
        let session = session(hand, id, at, ago)?;
        let kinds = ["thought", "question", "insight", "assumption", "perspective"];
        let stages = ["check-in", "deep-dive", "challenge", "action-planning"];
        note(
            hand,
            &[
                ("engagement_id", id.clone().into()),
                ("session_id", session.clone().into()),
                ("stage", stages[number % 4].to_owned().into()),
                ("kind", kinds[number % 5].to_owned().into()),
                (
                    "visibility",
                    if number % 3 == 0 { "shared" } else { "private" }.to_owned().into(),
                ),
                ("goal_id", goals[0].clone().into()),
                ("written_at", moment(-ago.max(1)).into()),
                ("zone", "Europe/Berlin".to_owned().into()),
                ("written_on", day(-ago.max(1)).into()),
            ],
            words(number, size),
        )?;
        let runs = engagement < ACTIVE;
        let mut action = vec![
            ("engagement_id", id.clone().into()),
            ("session_id", session.clone().into()),
            ("goal_id", goals[number % goals.len()].clone().into()),
            ("person_id", person.clone().into()),
            (
                "what",
                format!("Talk to number {number} about the handover of the monthly close").into(),
            ),
            ("owner", if number % 4 == 0 { "coach" } else { "coachee" }.to_owned().into()),
            ("kind", "conversation".to_owned().into()),
            ("visibility", "shared".to_owned().into()),
            ("status", if runs { "open" } else { "done" }.to_owned().into()),
            ("made_at", moment(-ago.max(1)).into()),
            ("zone", "Europe/Berlin".to_owned().into()),
            ("made_on", day(-ago.max(1)).into()),
        ];
        if !runs || number % 5 > 0 {
            action.push((
                "due_on",
                day(if runs { (number % 60) as i64 - 20 } else { 14 - ago }).into(),
            ));
        }
        if !runs {
            action.push(("closed_at", moment(13 - ago).into()));
            action.push(("closed_on", day(13 - ago).into()));
        }
        hand.step("action-planning")?;
        let action = hand.record("action", 'A', &action)?;
        if number % 2 == 0 {
            hand.row(
                "outcome",
                &[
                    ("action_id", action.into()),
                    ("session_id", session.into()),
                    ("outcome", if runs { "partly" } else { "done" }.to_owned().into()),
                    ("reflection", "went better than I thought".to_owned().into()),
                    ("told_on", day(13 - ago).into()),
                ],
            )?;
        }
    }
    hand.end()
}

fn goals(
    hand: &mut Hand<'_>,
    engagement: &str,
    number: usize,
    runs: bool,
) -> rusqlite::Result<Vec<String>> {
    let mut goals = Vec::new();
    for each in 0..if runs { 3 } else { 2 } {
        let goal = hand.record(
            "goal",
            'G',
            &[
                ("engagement_id", engagement.to_owned().into()),
                ("title", format!("Let go of task {each}").into()),
                ("owner", "coachee".to_owned().into()),
                ("focus", "leading".to_owned().into()),
                ("visibility", "shared".to_owned().into()),
                ("status", if runs { "active" } else { "achieved" }.to_owned().into()),
            ],
        )?;
        hand.row(
            "criterion",
            &[("goal_id", goal.clone().into()), ("text", "nobody rang".to_owned().into())],
        )?;
        for value in 0..4 {
            let on = day(-days_ago(number, 2 * value));
            hand.row(
                "rating",
                &[
                    ("goal_id", goal.clone().into()),
                    ("value", (3 + value as i64).into()),
                    ("rated_on", on.into()),
                ],
            )?;
        }
        let result = hand.record(
            "key_result",
            'K',
            &[
                ("goal_id", goal.clone().into()),
                ("title", "Hours spent checking".to_owned().into()),
                ("unit", "hours".to_owned().into()),
                ("baseline", 12.0.into()),
                ("target", 4.0.into()),
            ],
        )?;
        for value in 0..3 {
            let on = day(-days_ago(number, 3 * value));
            hand.row(
                "measurement",
                &[
                    ("key_result_id", result.clone().into()),
                    ("value", (11.0 - value as f64).into()),
                    ("measured_on", on.into()),
                ],
            )?;
        }
        goals.push(goal);
    }
    Ok(goals)
}

fn session(hand: &mut Hand<'_>, engagement: &str, at: usize, ago: i64) -> rusqlite::Result<String> {
    let held = ago > 0;
    let mut session = vec![
        ("engagement_id", engagement.to_owned().into()),
        ("kind", "coaching".to_owned().into()),
        ("status", if held { "held" } else { "planned" }.to_owned().into()),
        ("start_at", moment(-ago).into()),
        ("zone", "Europe/Berlin".to_owned().into()),
        ("start_on", day(-ago).into()),
        ("timed", 1.into()),
        ("minutes", 80.into()),
        ("format", "virtual".to_owned().into()),
        ("pay", "paid".to_owned().into()),
    ];
    if held {
        session.push(("number", (at as i64 + 1).into()));
        session.push(("summary", "One close without the client, as a trial.".to_owned().into()));
    }
    hand.step("session add")?;
    hand.record("session", 'S', &session)
}

fn note(hand: &mut Hand<'_>, fields: &[(&str, Value)], text: String) -> rusqlite::Result<()> {
    hand.step("note")?;
    let revision = hand.fresh();
    let fields = [fields, &[("revision_id", revision.clone().into())]].concat();
    let note = hand.record("note", 'N', &fields)?;
    hand.row_of("note_revision", revision, &[("note_id", note.into()), ("text", text.into())])
}

/// Writes rows as the journal's own door does: each with its changes, under one step.
struct Hand<'c> {
    conn: &'c Connection,
    ids: u64,
    step: i64,
    command: &'static str,
    changes: i64,
    refs: std::collections::BTreeMap<char, i64>,
}

impl<'c> Hand<'c> {
    fn new(conn: &'c Connection) -> Self {
        Self { conn, ids: 0, step: 0, command: "", changes: 0, refs: Default::default() }
    }

    /// An id that sorts after those before it, as a UUIDv7 of its millisecond.
    fn fresh(&mut self) -> String {
        self.ids += 1;
        let millis = 1_500_000_000_000 + self.ids;
        format!("{:08x}-{:04x}-7000-8000-{:012x}", millis >> 16, millis & 0xffff, self.ids)
    }

    /// Ends the step before and begins one.
    fn step(&mut self, command: &'static str) -> rusqlite::Result<()> {
        self.end()?;
        self.step += 1;
        (self.command, self.changes) = (command, 0);
        Ok(())
    }

    fn end(&mut self) -> rusqlite::Result<()> {
        if self.step > 0 {
            let id = self.fresh();
            let sql = "INSERT INTO step (seq, id, at, zone, command, summary, kind, state)
                       VALUES (?, ?, ?, 'Europe/Berlin', ?, 'written down', 'do', 'done')";
            self.conn.prepare_cached(sql)?.execute(params![
                self.step,
                id,
                moment(-1),
                self.command
            ])?;
        }
        Ok(())
    }

    /// A row with a ref.
    fn record(
        &mut self,
        table: &str,
        prefix: char,
        fields: &[(&str, Value)],
    ) -> rusqlite::Result<String> {
        let id = self.row(table, fields)?;
        let number = self.refs.entry(prefix).or_insert(0);
        *number += 1;
        let sql = "INSERT INTO ref (prefix, number, record) VALUES (?, ?, ?)";
        self.conn.prepare_cached(sql)?.execute(params![prefix.to_string(), *number, id])?;
        Ok(id)
    }

    fn row(&mut self, table: &str, fields: &[(&str, Value)]) -> rusqlite::Result<String> {
        let id = self.fresh();
        self.row_of(table, id.clone(), fields)?;
        Ok(id)
    }

    fn row_of(
        &mut self,
        table: &str,
        id: String,
        fields: &[(&str, Value)],
    ) -> rusqlite::Result<()> {
        let mut fields = fields.to_vec();
        fields.push(("created_at", moment(-1).into()));
        let columns: String = fields.iter().map(|(name, _)| format!(", {name}")).collect();
        let marks = ", ?".repeat(fields.len());
        let sql = format!("INSERT INTO {table} (id{columns}) VALUES (?{marks})");
        let values = fields.iter().map(|(_, value)| value.clone());
        let values = std::iter::once(Value::from(id.clone())).chain(values);
        self.conn.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        let number = TABLES.iter().position(|name| *name == table).unwrap_or(TABLES.len());
        let sql = "INSERT INTO change (step, n, tbl, record, op, field, old, new)
                   VALUES (?, ?, ?, ?, 'create', ?, NULL, ?)";
        for (field, value) in fields {
            self.changes += 1;
            let row = params![self.step, self.changes, number as i64, id, field, value];
            self.conn.prepare_cached(sql)?.execute(row)?;
        }
        Ok(())
    }
}
