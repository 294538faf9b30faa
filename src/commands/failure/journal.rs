//! What can be wrong with the journal or its key, in words.

use super::{Failure, Kind, like};
use crate::platform::files::{self, Exposure};
use crate::store::StoreError;
use crate::vault::{KeyError, VaultError};

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, given, near } => {
                let failure = Self::not_found(format!("there is no {what} ‘{given}’"));
                match (&like(&given, &near)[..], what) {
                    ([], "engagement") => failure.hint("`coach engagement list` shows them"),
                    ([], _) => failure,
                    (near, _) => failure.hint(format!("did you mean {}?", near.join(", "))),
                }
            }
            StoreError::Ambiguous { what, given, candidates } => {
                Self::not_found(format!("‘{given}’ could be more than one {what}; nothing was done"))
                    .hint(format!("say which: {}", candidates.join(", ")))
            }
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Missing { path } => {
                Self::new(Kind::Journal, format!("there is no journal at {}", path.display()))
                    .hint("`coach init` makes one; --journal FILE or COACH_JOURNAL names another")
            }
            StoreError::Cut { path } => Self::new(
                Kind::Journal,
                format!("{} is too short to be a journal: it was cut off or never finished", path.display()),
            )
            .hint("nothing was changed; put a copy of the journal in its place"),
            StoreError::Unreadable { path, error } => {
                Self::new(Kind::Journal, format!("{} cannot be read: {error}", path.display()))
                    .hint("look at who owns it and who may read it: ls -l")
            }
            StoreError::NotAJournal { path } => Self::new(
                Kind::Journal,
                format!(
                    "{} is no journal of coach, or it is damaged at its start, or the key is not its key; it was not touched",
                    path.display()
                ),
            )
            .hint("`coach key status` shows which key was tried"),
            StoreError::TooNew { found, known } => Self::new(
                Kind::Journal,
                format!("a newer coach wrote this journal (schema {found}, this one knows {known}); it was not touched"),
            )
            .hint("install the newest coach"),
            StoreError::Busy => {
                Self::new(Kind::Journal, "another process holds the journal; nothing was written")
                    .hint("wait until it is done and try again")
                    .busy()
            }
            StoreError::Full => {
                Self::new(Kind::Journal, "the disk is full; nothing was written, what was there is safe")
                    .hint("make room and try again")
            }
            StoreError::ReadOnly => Self::new(
                Kind::Journal,
                "the journal or its directory is read-only; nothing was written",
            )
            .hint("while it writes, a second file lies beside the journal: its directory must be writable"),
            StoreError::Damaged { detail } => {
                Self::new(Kind::Journal, format!("the journal is damaged: {detail}; nothing was written"))
                    .hint("keep the file as it is, and go on with a copy from before")
            }
            StoreError::Io { detail } => {
                Self::new(Kind::Journal, format!("the disk failed or is full: {detail}; nothing was written"))
                    .hint("make room, or look after the disk, and try again")
            }
            StoreError::Sql(error) => Self::bug(format!("a bug in coach: {error}; nothing was written")),
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            VaultError::Key(error) => error.into(),
            VaultError::Exists { path } => Self::refused(format!(
                "there is a file at {} already; it was not touched",
                path.display()
            ))
            .hint("it may be your journal: coach key status")
            .hint("to make another one, name it: coach --journal FILE init"),
            VaultError::File { path, error } => {
                Self::new(Kind::Journal, format!("{} cannot be made: {error}", path.display()))
                    .hint("name another place: coach --journal FILE init")
            }
            VaultError::NoRandomness => Self::new(
                Kind::Journal,
                "the system gave no random bytes for a key; nothing was made",
            ),
            VaultError::Backup { path, error } => Self::new(
                Kind::Outside,
                format!("no copy can be made in {}: {error}; the journal is unchanged", path.display()),
            )
            .hint("look at its rights and at the room on the disk"),
            VaultError::BadCopy { path, detail } => Self::new(
                Kind::Journal,
                format!("{} is no sound copy of a journal: {detail}; nothing was changed", path.display()),
            )
            .hint("`coach backup list` shows the others"),
            VaultError::NoCopy { path } => {
                Self::not_found(format!("there is no file {}; nothing was changed", path.display()))
                    .hint("`coach backup list` shows the copies that are here")
            }
            VaultError::Sealed { path } => Self::usage(format!(
                "{} was sealed for an age key; nothing was changed",
                path.display()
            ))
            .hint("name the file with the secret half: coach restore FILE --identity IDENTITY"),
            VaultError::Dangling { path } => Self::new(
                Kind::Journal,
                format!("{} is a link to nothing; it was not touched", path.display()),
            )
            .hint("is the disk there that it names?"),
            VaultError::InUse { path } => Self::new(
                Kind::Journal,
                format!(
                    "{} was copied while something was written into it; nothing was changed",
                    path.display()
                ),
            )
            .hint(format!(
                "open it once where it lies, with the file beside it: coach --journal {} today",
                path.display()
            )),
            VaultError::NoIdentity { path } => Self::usage(format!(
                "{} holds no secret age key; nothing was changed",
                path.display()
            ))
            .hint("it is the file that age-keygen wrote, with a line AGE-SECRET-KEY-1…"),
            VaultError::Draft { path, error } => Self::new(
                Kind::Outside,
                format!("the draft in {} cannot be written or removed: {error}", path.display()),
            ),
            VaultError::BadDraft { path } => Self::new(
                Kind::Journal,
                format!("{} is no draft of this journal, or it is damaged; it was not touched", path.display()),
            )
            .hint("move it away, and the others can be read again"),
            VaultError::OtherJournal { path } => Self::refused(format!(
                "the file at {} is not known to be the journal that this copy is of; nothing was changed",
                path.display()
            ))
            .hint("move it away first, or name another place: coach --journal NEW restore FILE"),
            VaultError::Plain => Self::refused("this journal is plain: it has no key")
                .hint("a journal made without --plain has one"),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        let key = |message: String| Self::new(Kind::Journal, message);
        match error {
            KeyError::None { journal, dir } => {
                key(format!(
                    "no key in {} opens {}: its key is lost, or the file is no journal; nothing was changed",
                    dir.display(),
                    journal.display()
                ))
                    .hint("bring the key back from its recovery line: coach key recover")
                    .hint("or name the key's file: --key-file FILE")
            }
            KeyError::Damaged { path: Some(path) } => {
                key(format!("the key in {} is damaged; nothing was changed", path.display())).hint(format!(
                    "move it away (mv {0} {0}.damaged) and bring it back: coach key recover",
                    path.display()
                ))
            }
            KeyError::Damaged { path: None } => Self::usage(
                "this is no recovery line, or it holds a slip: its checksum does not fit; nothing was changed",
            )
            .hint("it begins with coach-key1 and has 68 characters; look for swapped ones"),
            KeyError::Exposed { path, how: Exposure::Open { mode } } => key(format!(
                "others may read or write the key in {} (mode {mode:o}); nothing was changed",
                path.display()
            ))
            .hint(format!("make it yours alone: chmod 600 {}", path.display())),
            KeyError::Exposed { path, how: Exposure::OpenDir { mode, real } } => {
                let dir = files::dir_of(&path, real);
                let dir = dir.display();
                key(format!("others may write into {dir} (mode {mode:o}), where the key lies; nothing was changed"))
                    .hint(format!("make it yours alone: chmod 700 {dir}"))
            }
            KeyError::Exposed { path, how: Exposure::Foreign } => {
                key(format!("the key in {} belongs to somebody else; nothing was changed", path.display()))
                    .hint("use a copy that you own, by --key-file")
            }
            KeyError::File { path, error } => {
                let path = path.display();
                key(format!("the key file {path} cannot be used: {error}; nothing was changed"))
                    .hint("name another: --key-file FILE; coach key status shows where it is looked for")
            }
            KeyError::Wrong => {
                key("this is not the key of this journal; it was not touched".into()).hint(
                    "each journal has its own key: coach key status shows where it is looked for",
                )
            }
            KeyError::Exists { path } => Self::refused(format!(
                "there is a key file at {} already, and coach never overwrites one; nothing was changed",
                path.display()
            ))
            .hint(format!("move it away first: mv {0} {0}.old", path.display())),
        }
    }
}
