//! Floor 1: the journal file. Opening it, reading it, and the one door through which it is written.
//!
//! Knows SQLite and nothing of clap, terminals or configuration. Nouns get a [`Reader`], which
//! cannot write, and a [`Writer`], which cannot commit: a transaction ends here and nowhere else.
//! A read sees one state of the file and holds no lock once it returns.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::domain::id::{EngagementId, SessionId};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Day, Moment, Zone};

pub(crate) mod action;
pub(crate) mod agreement;
mod audience;
mod cell;
mod change;
mod check;
mod condition;
mod copy;
mod discretion;
mod draft;
pub(crate) mod engagement;
mod failure;
pub(crate) mod goal;
pub(crate) mod habit;
mod history;
mod method;
pub(crate) mod offer;
mod paper;
pub(crate) mod person;
#[cfg(test)]
mod plans;
mod prep;
pub(crate) mod progress;
mod refs;
pub(crate) mod review;
mod schema;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod stakeholder;
mod walk;
pub(crate) mod worksheet;

pub(crate) use change::{Turned, Writer};
pub(crate) use check::{Examined, Size};
pub(crate) use copy::{Contents, Source, change_key, plain_lineage, verify};
pub(crate) use discretion::Shown;
pub(crate) use draft::{read_draft, write_draft};
pub(crate) use failure::StoreError;

/// How long a write waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(5);

/// How long a glance waits: somebody has pressed Tab.
const GLANCE: Duration = Duration::from_millis(100);

/// The key of an encrypted journal: 256 random bits, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct RawKey(pub(crate) [u8; 32]);

/// The random first bytes of an encrypted journal, by which its key is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Salt(pub(crate) [u8; 16]);

/// What the first bytes of a file say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Header {
    /// A SQLite file without a key.
    Plain,
    /// Random bytes: an encrypted journal, or no journal at all.
    Sealed(Salt),
}

/// The moment of this run, and the day that counts as today.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) now: Moment,
    pub(crate) today: Day,
}

/// Where words go: an engagement, and a session of it unless they fall between two.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) engagement: EngagementId,
    pub(crate) session: Option<SessionId>,
    pub(crate) zone: Zone,
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    conn: Connection,
    clock: Clock,
    rehearse: bool,
    sealed: bool,
}

/// A reader of one state of the journal.
#[derive(Debug)]
pub(crate) struct Reader<'c> {
    conn: &'c Connection,
    clock: Clock,
}

/// Reads the first bytes of the file at `path`.
///
/// # Errors
/// [`StoreError::Missing`] when there is no file, [`StoreError::Cut`] when it is too short to be a journal.
pub(crate) fn header(path: &Path) -> Result<Header, StoreError> {
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::Missing { path: path.to_owned() },
        _ => StoreError::Unreadable { path: path.to_owned(), error },
    };
    let mut first = [0; 16];
    let mut file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.is_dir() {
        return Err(StoreError::NotAJournal { path: path.to_owned() });
    }
    match file.read_exact(&mut first) {
        Ok(()) if &first == b"SQLite format 3\0" => Ok(Header::Plain),
        Ok(()) => Ok(Header::Sealed(Salt(first))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(StoreError::Cut { path: path.to_owned() })
        }
        Err(error) => Err(io(error)),
    }
}

impl Journal {
    /// Opens the journal at `path` and brings it to this program's schema; `keep` makes a copy
    /// before that. With `rehearse`, every write is rolled back after it was tried.
    ///
    /// # Errors
    /// One variant of [`StoreError`] for each way in which a file is not our journal or not usable,
    /// and what `keep` says: without the copy the journal stays as it is.
    pub(crate) fn open<E: From<StoreError>>(
        path: &Path,
        key: Option<&RawKey>,
        clock: Clock,
        rehearse: bool,
        keep: impl FnOnce(&Source<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut conn = connect(path, key, None)?;
        schema::recognise(&conn, path)?;
        if schema::is_behind(&conn)? {
            // Where it cannot be written there is nothing to keep a copy for.
            conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK").map_err(StoreError::from)?;
            keep(&Source(&conn))?;
            schema::migrate(&mut conn)?;
        }
        Ok(Self { conn, clock, rehearse, sealed: key.is_some() })
    }

    /// Opens the journal at `path` for a glance: nothing can be written by it, and a file of another
    /// schema than this program's is left alone.
    pub(crate) fn glance(
        path: &Path,
        key: Option<&RawKey>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)
            .map_err(|error| StoreError::opening(path, error))?;
        conn.busy_timeout(GLANCE)?;
        unlock(&conn, key, None)?;
        conn.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;")?;
        let id: i32 = conn
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(|error| StoreError::opening(path, error))?;
        if id != schema::APPLICATION_ID || !schema::is_ours(&conn)? {
            return Err(StoreError::NotAJournal { path: path.to_owned() });
        }
        // What is only offered need not be believed: a damaged page offers less.
        Ok(Self { conn, clock, rehearse: true, sealed: false })
    }

    /// Makes a journal in the empty file at `path`; `key` comes with the salt the file shall have.
    pub(crate) fn create(
        path: &Path,
        key: Option<(&RawKey, Salt)>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let mut conn = connect(path, key.map(|(key, _)| key), key.map(|(_, salt)| salt))?;
        schema::migrate(&mut conn)?;
        Ok(Self { conn, clock, rehearse: false, sealed: key.is_some() })
    }

    /// Whether `key` opens the journal at `path`; nothing is written.
    pub(crate) fn opens(path: &Path, key: &RawKey) -> Result<bool, StoreError> {
        match connect(path, Some(key), None) {
            Ok(_) => Ok(true),
            Err(StoreError::NotAJournal { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Goes on at another moment: what is written from here on was written then.
    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Reads one state of the journal; the file is free again when this returns.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.conn.unchecked_transaction().map_err(StoreError::from)?;
        let value = work(&Reader { conn: &transaction, clock: self.clock })?;
        if self.sealed {
            believe(&transaction)?;
        }
        Ok(value)
    }

    /// Writes a step that changes no record and that `undo` does not step over; `summary` says what
    /// happened and what to do instead.
    pub(crate) fn mark(&mut self, command: &str, summary: String) -> Result<(), StoreError> {
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut writer = Writer::begin(Reader { conn: &transaction, clock: self.clock }, command)?;
        writer.summarise(summary);
        writer.mark()?;
        transaction.commit()?;
        Ok(())
    }

    /// The one write door: does `work` as one step named `command`, records what changed, commits.
    /// If `work` fails nothing is written. Tells beside the answer whether anything changed.
    pub(crate) fn write<T, E: From<StoreError>>(
        &mut self,
        command: &str,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<(T, bool), E> {
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let mut writer = Writer::begin(Reader { conn: &transaction, clock: self.clock }, command)?;
        let value = work(&mut writer)?;
        let changed = writer.finish()?;
        if !self.rehearse {
            transaction.commit().map_err(StoreError::from)?;
        }
        Ok((value, changed))
    }
}

impl Reader<'_> {
    /// The day that counts as today.
    pub(crate) fn today(&self) -> Day {
        self.clock.today
    }

    /// The moment of this run.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now
    }
}

/// Fails if a page that was read was damaged. SQLCipher gives zeros for a page whose checksum does
/// not fit, and fails only at the next page it has to fetch: so one is fetched, of the schema, which
/// is larger than the first page.
fn believe(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch("PRAGMA shrink_memory; SELECT 1 FROM sqlite_schema LIMIT 1")?;
    Ok(())
}

/// The one place where a file becomes a connection: key first, then every pragma, then a look at
/// whether the file can be read at all.
fn connect(
    path: &Path,
    key: Option<&RawKey>,
    salt: Option<Salt>,
) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)
        .map_err(|error| StoreError::opening(path, error))?;
    conn.busy_timeout(BUSY)?;
    unlock(&conn, key, salt)?;
    let look: Result<i64, _> =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    look.map_err(|error| StoreError::opening(path, error))?;
    conn.execute_batch(
        "PRAGMA journal_mode = DELETE;
         PRAGMA synchronous = EXTRA;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON;
         PRAGMA cell_size_check = ON;
         PRAGMA temp_store = MEMORY;",
    )?;
    #[cfg(target_os = "macos")]
    conn.execute_batch("PRAGMA fullfsync = ON")?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    search::prepare(&conn)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Gives the connection the key, before anything is read.
fn unlock(conn: &Connection, key: Option<&RawKey>, salt: Option<Salt>) -> Result<(), StoreError> {
    if let Some(key) = key {
        // SQLCipher reports a wrong key on stderr by itself; we say it in our own words.
        conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
        conn.execute_batch(&key_pragma("key", key, salt))?;
    }
    Ok(())
}

/// The statement that gives SQLCipher a raw key, with the salt that a new file shall have.
fn key_pragma(name: &str, RawKey(key): &RawKey, salt: Option<Salt>) -> Zeroizing<String> {
    let mut sql = Zeroizing::new(String::with_capacity(128));
    sql.push_str(&format!("PRAGMA {name} = \"x'"));
    for byte in key.iter().chain(salt.iter().flat_map(|Salt(salt)| salt)) {
        for nibble in [byte >> 4, byte & 15] {
            sql.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
    }
    sql.push_str("'\"");
    sql
}

impl std::fmt::Debug for RawKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RawKey(..)")
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
