//! Which global flags mean something to a command; any other is refused before the command begins,
//! so that no flag is ever ignored.

use super::{Context, Spoken};
use crate::commands::args::Globals;
use crate::commands::failure::Failure;
use crate::platform::output::Format;

/// The forms in which records can be answered.
const RECORDS: &[Format] = &[Format::Table, Format::Json, Format::Jsonl, Format::Csv];

/// Which global flags mean something to a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Takes {
    /// Whether the command writes to the journal.
    pub(super) writes: bool,
    engagement: bool,
    as_of: bool,
    dry_run: bool,
    strict: bool,
    yes: bool,
    file: bool,
    /// Whether the file is a copy of the journal.
    pub(super) copies: bool,
    journal: bool,
    /// Whether the command tells of engagements.
    pub(super) discreet: bool,
    formats: &'static [Format],
}

impl Takes {
    /// A command that reads.
    pub(crate) const READ: Self = Self {
        writes: false,
        engagement: false,
        as_of: true,
        dry_run: false,
        strict: false,
        yes: false,
        file: true,
        copies: false,
        journal: true,
        discreet: true,
        formats: RECORDS,
    };

    /// A command that writes.
    pub(crate) const WRITE: Self =
        Self { writes: true, as_of: false, dry_run: true, file: false, ..Self::READ };

    /// `-e` names the engagement.
    pub(crate) const fn engagement(self) -> Self {
        Self { engagement: true, ..self }
    }

    /// `--strict` turns warnings into errors.
    pub(crate) const fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    /// It asks whether one means it, and `--yes` says so beforehand.
    pub(crate) const fn confirms(self) -> Self {
        Self { yes: true, ..self }
    }

    /// The file is a copy of the journal.
    pub(crate) const fn copies(self) -> Self {
        Self { file: true, copies: true, ..self }
    }

    /// The answer does not depend on any day.
    pub(crate) const fn timeless(self) -> Self {
        Self { as_of: false, ..self }
    }

    /// There is nothing to rehearse.
    pub(crate) const fn at_once(self) -> Self {
        Self { dry_run: false, ..self }
    }

    /// The command has a journal of its own.
    pub(crate) const fn without_journal(self) -> Self {
        Self { journal: false, discreet: false, ..self }
    }

    /// The command tells of no engagement: there is nothing to be discreet about.
    pub(crate) const fn impersonal(self) -> Self {
        Self { discreet: false, ..self }
    }

    /// The answer comes in these forms.
    pub(crate) const fn formats(self, formats: &'static [Format]) -> Self {
        Self { formats, ..self }
    }

    /// Refuses a flag that was given and means nothing, and a form that is not spoken.
    pub(super) fn check(&self, globals: &Globals) -> Result<(), Failure> {
        let given = [
            ("--engagement", globals.engagement.is_some(), self.engagement),
            ("--as-of", globals.as_of.is_some(), self.as_of),
            ("--dry-run", globals.dry_run, self.dry_run),
            ("--strict", globals.strict, self.strict),
            ("--yes", globals.yes, self.yes),
            ("--file", globals.file.is_some(), self.file),
            ("--journal", globals.journal.is_some(), self.journal),
            ("--discreet", globals.discreet, self.discreet),
            ("--key-file", globals.key_file.is_some(), self.journal),
        ];
        if let Some((flag, ..)) = given.iter().find(|(_, given, taken)| *given && !taken) {
            return Err(Failure::usage(format!("{flag} means nothing to this command"))
                .hint("leave it out; coach help COMMAND lists what a command takes"));
        }
        let format = globals.format();
        if !self.formats.contains(&format) {
            let spoken: Vec<String> = self.formats.iter().map(ToString::to_string).collect();
            return Err(Failure::usage(format!("this command does not answer in {format}"))
                .hint(format!("it answers in {}", spoken.join(", "))));
        }
        Ok(())
    }
}

/// A command that does something: a leaf of the grammar.
pub(crate) trait Leaf {
    /// Its words, as `history` shows them: `goal add`.
    const NAME: &'static str;
    /// Which global flags it takes.
    const TAKES: Takes;

    /// From where it takes words that must not be lost.
    fn spoken(&self) -> Spoken {
        Spoken::Nothing
    }

    /// Does it.
    fn run(self, context: &mut Context) -> Result<(), Failure>;
}
