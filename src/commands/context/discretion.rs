//! When other engagements are hidden from those who look on: asked for, or while a session is open.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::Context;
use crate::commands::args::Globals;
use crate::commands::failure::Failure;
use crate::domain::discretion::Veil;
use crate::platform::config::{Surroundings, Switch};
use crate::store::Journal;

/// When other engagements are hidden from those who look on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Discretion {
    /// Never: it was said so, or the command tells of no engagement.
    Off,
    /// While a session is open.
    InSession,
    /// It was asked for.
    Asked,
}

impl Discretion {
    pub(super) fn of(
        tells: bool,
        globals: &Globals,
        around: &Surroundings,
    ) -> Result<Self, Failure> {
        match &around.discreet {
            Some(Switch::Unclear(text)) => Err(Failure::usage(format!(
                "COACH_DISCREET is ‘{text}’, which is neither on nor off"
            ))
            .hint("say on or off")),
            _ if !tells => Ok(Self::Off),
            _ if globals.discreet => Ok(Self::Asked),
            Some(Switch::On) => Ok(Self::Asked),
            Some(Switch::Off) => Ok(Self::Off),
            None => Ok(Self::InSession),
        }
    }
}

impl Context {
    /// Hides the other engagements from those who look on, where that is asked for, or while a
    /// session is open.
    pub(super) fn veil(&self, journal: &Journal) -> Result<(), Failure> {
        let asked = match self.discretion {
            Discretion::Off => return Ok(()),
            Discretion::Asked => true,
            Discretion::InSession => false,
        };
        let veil = journal.veil(asked, &self.shown, self.matching())?;
        self.out.draw_veil(veil.map(|veil| Veil { is_own_word: Some(is_own_word), ..veil }));
        Ok(())
    }

    /// Draws the veil anew: a session was begun, or ended, since the journal was opened.
    pub(crate) fn veil_again(&mut self) -> Result<(), Failure> {
        self.journal()?;
        match &self.journal {
            Some(journal) => self.veil(journal),
            None => Ok(()),
        }
    }

    /// Draws the veil for a command that does not need the journal. Where it cannot be read and
    /// discretion is asked for, everything is hidden.
    pub(crate) fn veil_if_possible(&self) {
        if self.discretion == Discretion::Off {
            return;
        }
        let path = self.journal_path();
        let opened = self.vault().open(&path, self.clock, true).map_err(Failure::from);
        let veiled = opened.and_then(|opened| self.veil(&opened.journal));
        if veiled.is_err() && self.discretion == Discretion::Asked {
            self.out.draw_veil(Some(Veil { whole: true, ..Veil::default() }));
        }
    }
}

/// Whether a name is, in any case, a command, a flag or a choice of one. The whole grammar is built
/// for it, once, and only where a message holds the name of somebody who is hidden.
fn is_own_word(name: &str) -> bool {
    fn gather(command: &clap::Command, words: &mut BTreeSet<String>) {
        words.insert(command.get_name().to_lowercase());
        words.extend(command.get_all_aliases().map(str::to_lowercase));
        for arg in command.get_arguments() {
            words.extend(arg.get_long().map(str::to_lowercase));
            words.extend(arg.get_possible_values().iter().map(|word| word.get_name().to_owned()));
        }
        command.get_subcommands().for_each(|below| gather(below, words));
    }
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let mut grammar = crate::commands::grammar();
        grammar.build();
        let mut words = BTreeSet::new();
        gather(&grammar, &mut words);
        words
    });
    words.contains(&name.to_lowercase())
}
