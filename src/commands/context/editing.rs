//! A text in the person's editor: it is kept as a draft while it is written, until it was stored.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use uuid::Uuid;

use super::Context;
use crate::commands::failure::Failure;
use crate::domain::text::{Prose, TextError};
use crate::platform::editor::{Editor, EditorError};
use crate::platform::files;
use crate::platform::output::Output;
use crate::platform::prompt::Stop;
use crate::platform::room::{Room, Rooms};
use crate::vault::{Capture, Drafted, Vault, VaultError, draft_id, draft_name};

/// How often the text is kept while the editor runs.
const EVERY: Duration = Duration::from_secs(10);

/// A draft holds at most so many bytes: more than any text that is stored.
const MOST_KEPT: u64 = 16 * 1024 * 1024;

/// Which command line would store a text later.
#[derive(Clone, Debug)]
pub(crate) struct Meant {
    /// The command's words, such as `deep-dive`.
    pub(crate) command: String,
    /// The command line without the program's name; it takes the text from stdin, by `-`.
    pub(crate) args: Vec<String>,
    /// Where the text is meant to go.
    pub(crate) place: Option<Drafted>,
    /// The state of the record that the text is to replace; absent where it replaces nothing.
    pub(crate) upon: Option<String>,
}

impl Meant {
    fn capture(&self, context: &Context, text: String) -> Capture {
        Capture {
            at: context.clock.now,
            command: self.command.clone(),
            args: self.args.clone(),
            place: self.place.clone(),
            heard: Some(text),
            typed: None,
            addressed: true,
            upon: self.upon.clone(),
            unfinished: false,
        }
    }
}

/// A text as it came out of the editor. It waits as a draft until it is settled.
#[derive(Debug)]
#[must_use]
pub(crate) struct Edited {
    pub(crate) text: Prose,
    keeper: Keeper,
}

impl Edited {
    /// What became of storing the text. Where it was stored the draft goes; else it stays, and the
    /// failure says how to come back to it.
    pub(crate) fn settle<T>(self, stored: Result<T, Failure>, out: &Output) -> Result<T, Failure> {
        match stored {
            Ok(value) => {
                self.keeper.forget(out);
                Ok(value)
            }
            Err(failure) => Err(failure.kept_as(&self.keeper.name())),
        }
    }
}

/// Keeps one text as one draft.
#[derive(Debug)]
struct Keeper {
    vault: Vault,
    journal: PathBuf,
    id: Uuid,
    /// What the draft holds; `heard` is the text as it was kept last, at first the given one.
    capture: Capture,
    kept: bool,
}

impl Keeper {
    fn name(&self) -> String {
        draft_name(self.id)
    }

    /// Keeps the text, unless it stands there already or there are no words in it.
    fn keep(&mut self, text: &str) -> Result<(), VaultError> {
        if self.capture.heard.as_deref() == Some(text) || text.trim().is_empty() {
            return Ok(());
        }
        let capture = Capture { heard: Some(text.to_owned()), ..self.capture.clone() };
        self.vault.keep_draft(&self.journal, self.id, &capture)?;
        (self.capture, self.kept) = (capture, true);
        Ok(())
    }

    /// Takes the draft away, if there is one.
    fn forget(&self, out: &Output) {
        if self.kept
            && let Err(error) =
                self.vault.drop_draft(&self.journal, &self.id.hyphenated().to_string())
        {
            Failure::from(error).warn(out);
        }
    }
}

/// What a file holds that an editor wrote.
enum Written {
    Text(String),
    /// No draft can hold it, and why.
    Unfit(TextError),
}

fn written(path: &Path) -> std::io::Result<Written> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_KEPT + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_KEPT) {
        return Ok(Written::Unfit(TextError::TooLong { bytes: bytes.len() }));
    }
    Ok(String::from_utf8(bytes).map_or(Written::Unfit(TextError::NotUtf8), Written::Text))
}

impl Context {
    /// Lets the person write a text in their editor, beginning with `initial`; nothing where it was
    /// left empty or as it was. The text is kept as a draft from then on, until it is settled. No
    /// transaction may be open. Where the editor fails, what it had saved is a draft.
    pub(crate) fn edit(&mut self, initial: &str, meant: Meant) -> Result<Option<Edited>, Failure> {
        if !self.interactive {
            return Err(Stop::NobodyThere("the text".to_owned()).into());
        }
        let editor = Editor::of(&self.around)?;
        let (vault, journal) = (self.vault(), self.journal_path());
        let given = if initial.is_empty() { String::new() } else { format!("{initial}\n") };
        let capture = meant.capture(self, given.clone());
        let id = draft_id(self.clock.now);
        let room = self.rooms()?.make(&id.hyphenated().to_string()).map_err(no_room)?;
        // First what the text is for: whoever finds it after a crash can make a draft of it.
        let prepared = vault
            .write_capture(&journal, &room.purpose(), &capture)
            .map_err(Failure::from)
            .and_then(|()| {
                let text = room.text();
                files::write_private(&text, given.as_bytes())
                    .map_err(|error| no_room((text, error)))
            });
        if let Err(failure) = prepared {
            // Nothing was written yet; the first failure is the one to tell.
            let _ = room.clear();
            return Err(failure);
        }
        let mut keeper = Keeper { vault, journal, id, capture, kept: false };
        let text = room.text();
        let ended = editor.run(&text, &self.interrupt, EVERY, || {
            if let Ok(Written::Text(text)) = written(&text) {
                // The screen is the editor's: what fails now is told at its end.
                let _ = keeper.keep(&text);
            }
        });
        self.edited(&given, keeper, room, ended)
    }

    /// What came out of the editor.
    fn edited(
        &self,
        given: &str,
        mut keeper: Keeper,
        room: Room,
        ended: Result<(), EditorError>,
    ) -> Result<Option<Edited>, Failure> {
        let path = room.text();
        let text = match written(&path) {
            Ok(Written::Text(text)) => text,
            Ok(Written::Unfit(error)) => {
                return Err(Failure::from(error).only_hint(format!(
                    "what the editor wrote is in {}: mend it, and remove it afterwards",
                    path.display()
                )));
            }
            // An editor may take an empty file away.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(no_room((path, error))),
        };
        let same = text.trim() == given.trim() || text.trim().is_empty();
        if !same {
            // As long as the words are nowhere else the plain file stays.
            keeper.keep(&text).map_err(|error| {
                Failure::from(error).hint(format!("your words are in {}", path.display()))
            })?;
        }
        if let Err((path, error)) = room.clear() {
            no_room((path, error)).warn(&self.out);
        }
        match (ended, same) {
            (Err(error), true) if keeper.kept => Err(Failure::from(error).kept_as(&keeper.name())),
            (Err(error), true) => Err(error.into()),
            (Err(error), false) => Err(Failure::from(error).kept_as(&keeper.name())),
            (Ok(()), true) => {
                keeper.forget(&self.out);
                let why =
                    if text.trim().is_empty() { "the text is empty" } else { "nothing changed" };
                self.out.status(&format!("{why}; nothing was written"));
                Ok(None)
            }
            (Ok(()), false) => match text.parse::<Prose>() {
                Ok(text) => Ok(Some(Edited { text, keeper })),
                Err(error) => Err(Failure::from(error).kept_as(&keeper.name())),
            },
        }
    }

    /// Makes drafts of what editors left whose `coach` was killed, and takes the plain text away.
    pub(crate) fn gather_left(&self) {
        let Ok(rooms) = self.rooms() else { return };
        let (vault, journal) = (self.vault(), self.journal_path());
        for room in rooms.left() {
            if let Err(failure) = gather(&vault, &journal, room, &self.out) {
                failure.warn(&self.out);
            }
        }
    }

    /// Whether the draft with this id is open in an editor.
    pub(crate) fn is_being_edited(&self, id: Uuid) -> bool {
        self.rooms().is_ok_and(|rooms| rooms.is_taken(&id.hyphenated().to_string()))
    }

    fn rooms(&self) -> Result<Rooms, VaultError> {
        let name = self.vault().drafts_name(&self.journal_path())?;
        Ok(Rooms::of(&self.around, &name))
    }
}

fn gather(vault: &Vault, journal: &Path, room: Room, out: &Output) -> Result<(), Failure> {
    let path = room.text();
    if path.exists() {
        let capture = vault.read_capture(journal, &room.purpose())?;
        let Written::Text(text) = written(&path).map_err(|error| no_room((path.clone(), error)))?
        else {
            return Err(Failure::outside(format!(
                "what an editor wrote is in {}, and it is no text: mend it, or remove it",
                path.display()
            )));
        };
        let id = Uuid::parse_str(&room.name()).map_err(|_| Failure::bug("a room has no name"))?;
        let mut keeper =
            Keeper { vault: vault.clone(), journal: journal.to_owned(), id, capture, kept: false };
        keeper.keep(&text)?;
        if keeper.kept {
            let name = keeper.name();
            out.warning(&format!(
                "an editor was left without its end; its words are kept: coach drafts show {name}"
            ));
        }
    }
    room.clear().map_err(no_room)
}

fn no_room((path, error): (PathBuf, std::io::Error)) -> Failure {
    Failure::outside(format!("{} cannot be used: {error}; nothing was stored", path.display()))
        .hint("look at its rights and at the room on the disk")
}
