//! What can be wrong with the config file, in words.

use super::{Failure, Kind, like};
use crate::platform::config::{ConfigError, KEYS};
use crate::platform::files::{self, Exposure};

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        of(error, "nothing was changed")
    }
}

impl Failure {
    /// What is wrong in a config file that does not stop the command.
    pub(crate) fn slip(error: ConfigError) -> Self {
        of(error, "the defaults are used until it is mended")
    }
}

/// What is wrong, and what comes of it.
fn of(error: ConfigError, so: &str) -> Failure {
    match error {
        ConfigError::File { path, error } => {
            Failure::new(Kind::Outside, format!("{} cannot be used: {error}", path.display()))
                .hint("look at who owns it and its directory: ls -l")
        }
        ConfigError::Exposed { path, how } => exposed(&path, how),
        ConfigError::Syntax { at, message } => Failure::usage(format!(
            "{}:{}:{}: this is no TOML: {message}; {so}",
            at.path.display(),
            at.line,
            at.column
        ))
        .hint("mend that line; a text stands in quotes, such as color = \"auto\""),
        ConfigError::Unknown { at, key } => {
            let names: Vec<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
            let failure = Failure::usage(format!(
                "{}:{}:{}: there is no setting ‘{key}’; {so}",
                at.path.display(),
                at.line,
                at.column
            ));
            match &like(&key, &names)[..] {
                [] => failure.hint("`coach help config get` lists them"),
                near => failure.hint(format!("did you mean {}?", near.join(", "))),
            }
        }
        ConfigError::Wrong { at, key, form } => Failure::usage(format!(
            "{}:{}:{}: {key} is {form}; {so}",
            at.path.display(),
            at.line,
            at.column
        )),
        ConfigError::WrongTyped { key, form, given } => {
            Failure::usage(format!("{key} is {form}, and not ‘{given}’; {so}"))
                .hint(format!("to take it out of the file: coach config set {key} none"))
        }
        ConfigError::InTheWay { path, key } => Failure::usage(format!(
            "{} has something else where {key} belongs; {so}",
            path.display()
        ))
        .hint("mend it by hand: coach config path shows where it lies"),
    }
}

fn exposed(path: &std::path::Path, how: Exposure) -> Failure {
    let (file, path) = (path, path.display());
    let no = |message: String| {
        Failure::new(Kind::Journal, format!("{message}; it was not read, nothing was changed"))
    };
    match how {
        Exposure::Open { mode } => no(format!("others may write {path} (mode {mode:o})"))
            .hint(format!("make it yours alone: chmod 600 {path}")),
        Exposure::OpenDir { mode, real } => {
            let dir = files::dir_of(file, real);
            let (dir, name) = (dir.display(), file.file_name().unwrap_or_default().display());
            no(format!("others may write into {dir} (mode {mode:o}), where {name} lies"))
                .hint(format!("make it yours alone: chmod 700 {dir}"))
        }
        Exposure::Foreign => no(format!("{path} belongs to somebody else"))
            .hint("put a copy that you own in its place"),
    }
}
