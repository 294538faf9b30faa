//! `coach completions`: the script that makes Tab complete commands in a shell.

use clap::Args;

use super::args::word;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::About;
use crate::domain::word::words;
use crate::platform::output::Format;

words! {
    /// A shell that we have a script for.
    Shell { Bash = "bash", Zsh = "zsh", Fish = "fish", Elvish = "elvish", Powershell = "powershell" }
}

impl Shell {
    fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../completions/coach.bash"),
            Self::Zsh => include_str!("../../completions/_coach"),
            Self::Fish => include_str!("../../completions/coach.fish"),
            Self::Elvish => include_str!("../../completions/coach.elv"),
            Self::Powershell => include_str!("../../completions/coach.ps1"),
        }
    }
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell you use; its script says at its top where it belongs
    #[arg(value_name = "SHELL", value_parser = word::<Shell>())]
    shell: Shell,
}

impl Leaf for Completions {
    const NAME: &'static str = "completions";
    const TAKES: Takes =
        Takes::READ.timeless().without_journal().formats(&[Format::Table, Format::Text]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        context.text(&About::Nobody, self.shell.script())
    }
}
