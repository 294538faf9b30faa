//! When other engagements are hidden from those who look on: asked for, or while a session is open.

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
        self.out.draw_veil(veil);
        Ok(())
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
