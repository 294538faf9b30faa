//! The pager: a long answer on a terminal is shown a screen at a time.
//!
//! The answer goes through a pipe: no word of it is among the pager's arguments or in its
//! environment, and less keeps no history of what was searched for.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use unicode_width::UnicodeWidthChar;

use super::config::Surroundings;
use super::signal::Interrupt;
use crate::domain::word::words;

words! {
    /// When a pager is used.
    PagerWhen { Auto = "auto", Never = "never" }
}

/// A program that shows a text a screen at a time, for answers that are longer than the terminal.
#[derive(Clone, Debug)]
pub(crate) struct Pager {
    program: String,
    args: Vec<String>,
    /// How many lines the terminal has, and columns.
    screen: (usize, usize),
    /// Whether less is told how to behave by nobody else.
    plain_less: bool,
    interrupt: Interrupt,
}

impl Pager {
    /// The pager of a run; none where nobody looks on, none is wanted, or the terminal can do
    /// nothing.
    pub(crate) fn of(around: &Surroundings, interrupt: &Interrupt) -> Option<Self> {
        let looks_on = around.stdout_is_terminal && around.stdin_is_terminal && !around.dumb;
        if !looks_on || around.config().is_ok_and(|config| config.pager == PagerWhen::Never) {
            return None;
        }
        let mut parts = shell_words::split(&around.pager).ok()?.into_iter();
        let program = parts.next()?;
        if Path::new(&program).file_name().is_none_or(|name| name == "cat") {
            return None;
        }
        Some(Self {
            program,
            args: parts.collect(),
            screen: (around.lines?, around.columns),
            plain_less: !around.less_is_set,
            interrupt: interrupt.clone(),
        })
    }

    /// Whether a text does not fit on the screen.
    pub(crate) fn is_for(&self, text: &str) -> bool {
        let (height, width) = self.screen;
        text.lines().map(|line| rows(line, width)).sum::<usize>() > height
    }

    /// Shows a text; false where the pager could not, and the text is still to be printed. To leave
    /// it early is no error. Ctrl-C is the pager's.
    pub(crate) fn show(&self, text: &str) -> bool {
        let _held = self.interrupt.hold();
        let mut command = Command::new(&self.program);
        command.args(&self.args).env("LESSHISTFILE", "-").env("LESSSECURE", "1");
        if self.plain_less {
            command.env("LESS", "FRX");
        }
        let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return false };
        if let Some(mut pipe) = child.stdin.take() {
            // Somebody who has seen enough closes it.
            let _ = pipe.write_all(text.as_bytes());
        }
        child.wait().is_ok_and(|how| how.success())
    }
}

/// How many rows of a screen a line takes; colours take none.
fn rows(line: &str, width: usize) -> usize {
    let mut in_colour = false;
    let columns: usize = line
        .chars()
        .map(|letter| match (in_colour, letter) {
            (true, letter) => {
                in_colour = letter != 'm';
                0
            }
            (false, '\u{1b}') => {
                in_colour = true;
                0
            }
            (false, letter) => letter.width().unwrap_or(0),
        })
        .sum();
    columns.div_ceil(width.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_as_many_rows_as_it_wraps_into() {
        for (line, taken) in [
            ("", 1),
            ("ten letter", 1),
            ("eleven lett", 2),
            ("\u{1b}[1mten letter\u{1b}[0m", 1),
            ("東京東京東京", 2),
        ] {
            assert_eq!(rows(line, 10), taken, "{line}");
        }
    }
}
