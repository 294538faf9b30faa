//! What can be wrong with the config file, in words.

use super::{Failure, Kind, like};
use crate::platform::config::{ConfigError, KEYS};
use crate::platform::files::Exposure;

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::File { path, error } => {
                Self::new(Kind::Outside, format!("{} cannot be used: {error}", path.display()))
                    .hint("look at who owns it and its directory: ls -l")
            }
            ConfigError::Exposed { path, how } => exposed(&path, how),
            ConfigError::Syntax { at, message } => Self::usage(format!(
                "{}:{}:{}: this is no TOML: {message}; nothing was changed",
                at.path.display(),
                at.line,
                at.column
            ))
            .hint("mend that line; a text stands in quotes, such as color = \"auto\""),
            ConfigError::Unknown { at, key } => {
                let names: Vec<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
                let failure = Self::usage(format!(
                    "{}:{}:{}: there is no setting ‘{key}’; nothing was changed",
                    at.path.display(),
                    at.line,
                    at.column
                ));
                match &like(&key, &names)[..] {
                    [] => failure.hint("`coach help config get` lists them"),
                    near => failure.hint(format!("did you mean {}?", near.join(", "))),
                }
            }
            ConfigError::Wrong { at, key, form } => Self::usage(format!(
                "{}:{}:{}: {key} is {form}; nothing was changed",
                at.path.display(),
                at.line,
                at.column
            )),
            ConfigError::WrongTyped { key, form, given } => {
                Self::usage(format!("{key} is {form}, and not ‘{given}’; nothing was changed"))
                    .hint(format!("to take it out of the file: coach config set {key} none"))
            }
        }
    }
}

fn exposed(path: &std::path::Path, how: Exposure) -> Failure {
    let dir = path.parent().unwrap_or(path).display();
    let path = path.display();
    let no = |message: String| {
        Failure::new(Kind::Journal, format!("{message}; it was not read, nothing was changed"))
    };
    match how {
        Exposure::Open { mode } => no(format!("others may write {path} (mode {mode:o})"))
            .hint(format!("make it yours alone: chmod 600 {path}")),
        Exposure::OpenDir { mode } => {
            no(format!("others may write into {dir} (mode {mode:o}), where config.toml lies"))
                .hint(format!("make it yours alone: chmod 700 {dir}"))
        }
        Exposure::Foreign => no(format!("{path} belongs to somebody else"))
            .hint("put a copy that you own in its place"),
    }
}
