//! The floor: a program that opens the same file with the same key, runs the one query whose answer
//! a command needs, prints the rows and ends. Nothing that a journal promises beside it is done; its
//! plan is the best that the file's indexes allow.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::journal::{self, RARE, RUNNING, day};

/// What `due` shows: open actions, the most urgent first. `{today}` is a day.
const DUE: &str = "SELECT a.due_on, a.due_on < '{today}', (SELECT prefix || number FROM ref WHERE record = a.id), e.slug, a.what, p.name,
    (SELECT count(*) FROM session s WHERE s.engagement_id = a.engagement_id AND +s.status = 'held'
       AND s.removed_at IS NULL AND s.start_at > coalesce(made.start_at, a.made_at) AND s.id IS NOT a.session_id)
  FROM action a JOIN engagement e ON e.id = a.engagement_id LEFT JOIN session made ON made.id = a.session_id
    LEFT JOIN person p ON p.id = a.person_id
  WHERE a.status = 'open' AND a.removed_at IS NULL AND e.removed_at IS NULL {narrowed}
  ORDER BY coalesce(a.due_on, '~')";

/// Sessions that are open or planned within `{until}`.
const SESSIONS: &str = "SELECT s.start_at, e.slug, s.kind, (SELECT prefix || number FROM ref WHERE record = s.id)
  FROM session s JOIN engagement e ON e.id = s.engagement_id
  WHERE s.status = 'planned' AND s.start_on BETWEEN '{today}' AND '{until}' AND s.removed_at IS NULL";

/// Running engagements with nothing planned, and when they last moved.
const STALLED: &str = "SELECT e.slug, e.cadence_high_days, e.start_on,
    (SELECT max(start_on) FROM session s WHERE s.engagement_id = e.id AND +s.status = 'held' AND s.removed_at IS NULL)
  FROM engagement e WHERE e.status IN ('proposed', 'active', 'phase-down') AND e.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM session s WHERE s.engagement_id = e.id AND s.removed_at IS NULL
      AND (+s.status = 'open' OR +s.status = 'planned' AND s.start_on >= '{today}'))";

const GOALS: &str = "SELECT (SELECT prefix || number FROM ref WHERE record = g.id), g.title, g.status, g.focus,
    (SELECT group_concat(value, ' ') FROM (SELECT value FROM rating r WHERE r.goal_id = g.id ORDER BY rated_on)),
    (SELECT group_concat((SELECT prefix || number FROM ref WHERE record = k.id), ' ') FROM key_result k WHERE k.goal_id = g.id)
  FROM goal g JOIN engagement e ON e.id = g.engagement_id WHERE e.slug = '{slug}' AND g.removed_at IS NULL";

const MEASURED: &str = "SELECT k.title, k.baseline, k.target,
    (SELECT value FROM measurement m WHERE m.key_result_id = k.id ORDER BY measured_on DESC LIMIT 1)
  FROM key_result k JOIN goal g ON g.id = k.goal_id JOIN engagement e ON e.id = g.engagement_id WHERE e.slug = '{slug}'";

const LAST: &str = "SELECT * FROM (SELECT e.slug, e.sessions_planned, s.number, s.start_on, s.minutes, s.summary,
    (SELECT count(*) FROM session h WHERE h.engagement_id = e.id AND +h.status = 'held'),
    (SELECT group_concat(name) FROM participant p JOIN person ON person.id = p.person_id WHERE p.engagement_id = e.id)
  FROM session s JOIN engagement e ON e.id = s.engagement_id
  WHERE e.slug = '{slug}' AND +s.status = 'held' ORDER BY s.start_at DESC LIMIT 1)";

const INSIGHTS: &str = "SELECT r.text, n.written_on FROM note n JOIN note_revision r ON r.id = n.revision_id
  JOIN engagement e ON e.id = n.engagement_id WHERE e.slug = '{slug}' AND n.kind = 'insight' AND n.removed_at IS NULL
  ORDER BY n.written_at DESC LIMIT 3";

/// A note in a running engagement: its words, its row, its ref, its place in the index of words. No
/// step, no change log.
const INSERT: [&str; 4] = [
    "INSERT INTO note_revision (id, note_id, text, created_at)
     SELECT '{id}-r', '{id}', '{words}', created_at FROM note_revision LIMIT 1",
    "INSERT INTO note (id, engagement_id, kind, visibility, revision_id, written_at, zone, written_on, created_at)
     SELECT '{id}', id, 'thought', 'private', '{id}-r', created_at, zone, start_on, created_at
     FROM engagement WHERE slug = '{slug}'",
    "INSERT INTO ref (prefix, number, record)
     SELECT 'N', coalesce(max(number), 0) + 1, '{id}' FROM ref WHERE prefix = 'N'",
    "INSERT INTO search (rowid, words) VALUES (last_insert_rowid(), '{words}')",
];

/// Runs the floor of a command on a journal.
pub(crate) fn run(what: &str, file: &str, key: &str) -> Result<(), Box<dyn Error>> {
    let conn = journal::open(Path::new(file), Path::new(key))?;
    match what {
        "note" => insert(&conn),
        "answers" => answers(&conn),
        _ => queries(what).iter().try_for_each(|query| print(&conn, query)),
    }
}

fn queries(what: &str) -> Vec<String> {
    let (parts, narrowed): (&[&str], _) = match what {
        "today" => (&[SESSIONS, DUE, STALLED], "AND coalesce(a.due_on, '~') <= '{today}'"),
        "due" => (&[DUE], ""),
        "search" => (&[SEARCH], ""),
        "complete" => (&[COMPLETE], ""),
        "prep" => (&[LAST, DUE, INSIGHTS, GOALS, MEASURED], "AND e.slug = '{slug}'"),
        _ => (&[GOALS], ""),
    };
    let filled = |part: &&str| {
        let part = part.replace("{narrowed}", narrowed).replace("{slug}", RUNNING);
        let part = part.replace("{rare}", RARE);
        part.replace("{today}", &day(0)).replace("{until}", &day(7))
    };
    parts.iter().map(filled).collect()
}

fn print(conn: &Connection, sql: &str) -> Result<(), Box<dyn Error>> {
    let mut statement = conn.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut text = Vec::new();
    while let Some(row) = rows.next()? {
        for at in 0..columns {
            match row.get_ref(at)? {
                ValueRef::Text(bytes) => text.extend_from_slice(bytes),
                ValueRef::Integer(number) => write!(text, "{number}")?,
                ValueRef::Real(number) => write!(text, "{number}")?,
                _ => {}
            }
            text.push(b'\t');
        }
        text.push(b'\n');
    }
    std::io::stdout().lock().write_all(&text)?;
    Ok(())
}

/// Asks for lines, and inserts a note for each.
fn answers(conn: &Connection) -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    loop {
        let mut terminal = std::io::stdout().lock();
        terminal.write_all(b"> ")?;
        terminal.flush()?;
        line.clear();
        if std::io::stdin().read_line(&mut line)? == 0 {
            return Ok(());
        }
        insert(conn)?;
    }
}

fn insert(conn: &Connection) -> Result<(), Box<dyn Error>> {
    conn.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE",
    )?;
    let id: String = conn.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))?;
    let words = crate::NOTE[3..].join(" ").to_lowercase();
    for sql in INSERT {
        let sql = sql.replace("{id}", &id).replace("{words}", &words).replace("{slug}", RUNNING);
        conn.execute(&sql, [])?;
    }
    conn.execute_batch("COMMIT")?;
    Ok(())
}

/// The best notes that hold a word, and their texts.
const SEARCH: &str = "SELECT (SELECT prefix || number FROM ref WHERE record = n.id), e.slug, n.written_on, n.kind, r.text
  FROM (SELECT rowid, rank FROM search WHERE search MATCH '{rare}' ORDER BY rank LIMIT 20) found
    CROSS JOIN ref f ON f.row = found.rowid CROSS JOIN note n ON n.id = f.record
    JOIN note_revision r ON r.id = n.revision_id JOIN engagement e ON e.id = n.engagement_id";

/// What Tab offers where a shell asks for an action.
const COMPLETE: &str = "SELECT (SELECT prefix || number FROM ref WHERE record = a.id)
  FROM action a JOIN engagement e ON e.id = a.engagement_id
  WHERE a.status = 'open' AND a.removed_at IS NULL AND e.removed_at IS NULL
  ORDER BY coalesce(a.due_on, '~') LIMIT 100";
