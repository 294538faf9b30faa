//! The editor: which one it is, and a run of it over a file.
//!
//! It is started by itself, never through a shell. The text is in the file alone: not among the
//! editor's arguments, not in its environment.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::config::{ConfigError, Surroundings, program_on_path, program_path};
use super::signal::Interrupt;

/// Those that are looked for where none is named, the kindest first.
const USUAL: [&str; 3] = ["nano", "vim", "vi"];

/// What keeps vim from leaving the text behind: before and after the files of its settings are
/// read, which may say otherwise.
const VIM: [&str; 7] = [
    "-n",
    "-i",
    "NONE",
    "--cmd",
    "set noswapfile nobackup nowritebackup noundofile viminfo=",
    "-c",
    "set noswapfile nobackup nowritebackup noundofile viminfo=",
];

/// The same for neovim, which has shada files.
const NEOVIM: [&str; 7] = [
    "-n",
    "-i",
    "NONE",
    "--cmd",
    "set noswapfile nobackup nowritebackup noundofile shada=",
    "-c",
    "set noswapfile nobackup nowritebackup noundofile shada=",
];

/// The same for nano: its restricted mode keeps no backups, positions or history.
const NANO: [&str; 1] = ["--restricted"];

/// Why a text could not be edited.
#[derive(Debug)]
pub(crate) enum EditorError {
    /// None is named, and none of the usual ones is there.
    None,
    /// The command line that `from` has cannot be taken apart.
    Unclear { from: &'static str, line: String },
    /// It cannot be started.
    NotStarted { program: String, error: io::Error },
    /// It ended with another code than 0, or by a signal.
    Ended { program: String, how: ExitStatus },
    /// The config file cannot be used.
    Config(ConfigError),
}

/// A program that edits a file, with its arguments before the file's name.
#[derive(Clone, Debug)]
pub(crate) struct Editor {
    program: String,
    args: Vec<String>,
}

impl Editor {
    /// The editor that the config file names, or `VISUAL`, or `EDITOR`; else one of the usual ones.
    pub(crate) fn of(around: &Surroundings) -> Result<Self, EditorError> {
        let set = around.config().map_err(EditorError::Config)?.editor.trim();
        if !set.is_empty() {
            return Self::read("the setting editor", set);
        }
        let editor = match &around.editor {
            Some((from, line)) => Self::read(from, line)?,
            None => {
                let usual = program_on_path(&USUAL).ok_or(EditorError::None)?;
                Self { program: usual.to_owned(), args: Vec::new() }
            }
        };
        let quiet = quiet(&editor.program).iter().map(|arg| (*arg).to_owned());
        let args = quiet.chain(editor.args).collect();
        Ok(Self { args, ..editor })
    }

    fn read(from: &'static str, line: &str) -> Result<Self, EditorError> {
        let unclear = || EditorError::Unclear { from, line: line.to_owned() };
        let mut parts = shell_words::split(line).map_err(|_| unclear())?.into_iter();
        let program = parts.next().filter(|program| !program.is_empty()).ok_or_else(unclear)?;
        Ok(Self { program, args: parts.collect() })
    }

    /// Edits a file and waits for the end; meanwhile `tick` is called each time that `every` has
    /// passed. Ctrl-C is the editor's. The terminal is as before afterwards.
    pub(crate) fn run(
        &self,
        file: &Path,
        interrupt: &Interrupt,
        every: Duration,
        mut tick: impl FnMut(),
    ) -> Result<(), EditorError> {
        let _held = interrupt.hold();
        let _deferred = interrupt.defer();
        let terminal = io::stdin();
        let mode = tcgetattr(&terminal).ok();
        // Where the answer goes into a pipe or a file, the editor still needs a screen.
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .arg(file)
            .stdout(Stdio::from(io::stderr()))
            .spawn()
            .map_err(|error| EditorError::NotStarted { program: self.program.clone(), error })?;
        let (sender, ended) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait()));
        let how = loop {
            match ended.recv_timeout(every) {
                Ok(how) => break how,
                Err(RecvTimeoutError::Timeout) => tick(),
                Err(RecvTimeoutError::Disconnected) => break Err(io::ErrorKind::Other.into()),
            }
        };
        if let Some(mode) = mode {
            // One that died leaves the terminal as it had made it.
            let _ = tcsetattr(&terminal, OptionalActions::Now, &mode);
        }
        match how {
            Ok(how) if how.success() => Ok(()),
            Ok(how) => Err(EditorError::Ended { program: self.program.clone(), how }),
            Err(error) => Err(EditorError::NotStarted { program: self.program.clone(), error }),
        }
    }
}

/// What keeps an editor that is known from leaving copies of a text behind. `vi` is often vim.
fn quiet(program: &str) -> &'static [&'static str] {
    let path = program_path(program).and_then(|path| path.canonicalize().ok());
    let path = path.as_deref().unwrap_or(Path::new(program));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match &*name {
        name if name.starts_with("nvim") => &NEOVIM,
        name if name.starts_with("vim") || name.starts_with("gvim") => &VIM,
        "nano" | "rnano" => &NANO,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_taken_apart_and_never_given_to_a_shell() {
        let read = |line| Editor::read("EDITOR", line).map(|e| (e.program, e.args));
        let (program, args) = read("'my editor' --wait \"a b\" $HOME;ls").expect("sound");
        assert_eq!(program, "my editor");
        assert_eq!(args, ["--wait", "a b", "$HOME;ls"]);
        for unclear in ["vim 'half", "''"] {
            assert!(matches!(read(unclear), Err(EditorError::Unclear { .. })), "{unclear}");
        }
    }

    #[test]
    fn editors_that_are_known_leave_no_copies() {
        assert_eq!(quiet("/nowhere/nvim"), NEOVIM);
        assert_eq!(quiet("/nowhere/vim.tiny"), VIM);
        assert_eq!(quiet("/nowhere/nano"), NANO);
        assert!(quiet("/nowhere/ed").is_empty());
    }
}
