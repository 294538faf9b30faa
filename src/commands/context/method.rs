//! Which method an id names: one that comes with the program, or the coach's own.

use std::io;
use std::path::{Path, PathBuf};

use super::Context;
use crate::commands::failure::Failure;
use crate::domain::method::{Method, MethodError, Written};
use crate::platform::config::ConfigError;
use crate::platform::files;

/// A method file of the coach's own.
#[derive(Debug)]
pub(crate) struct OwnMethod {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) read: Result<Method, MethodError>,
}

impl Context {
    /// Where own methods lie: `methods/ID.toml`.
    pub(crate) fn methods_dir(&self) -> PathBuf {
        self.around.config_dir.join("methods")
    }

    /// The file in which the own method of this id is, or would be.
    pub(crate) fn own_method_file(&self, id: &str) -> PathBuf {
        self.methods_dir().join(format!("{id}.toml"))
    }

    /// The id that an own method has by the name of its file; nothing for a file elsewhere.
    pub(crate) fn id_of_file(&self, path: &Path) -> Option<String> {
        let dir = path.canonicalize().ok()?.parent()?.to_owned();
        let own = self.methods_dir().canonicalize().ok()?;
        let name = path.file_name()?.to_str()?.strip_suffix(".toml")?;
        (dir == own).then(|| name.to_owned())
    }

    /// The ids of the own methods, in order.
    pub(crate) fn own_method_ids(&self) -> Vec<String> {
        ids_in(&self.methods_dir())
    }

    /// The files among the own methods that none is read from: their names without .toml, and why.
    pub(crate) fn idle_methods(&self) -> Vec<(String, String)> {
        let idle = names_in(&self.methods_dir()).into_iter().filter_map(|name| {
            if Method::shipped(&name).is_some() {
                let why =
                    format!("not used: {name} comes with the program; give the file another name");
                return Some((name, why));
            }
            let why =
                "not used: a name has lower-case letters, digits and ‘-’, and begins with a letter";
            (!is_id(&name)).then(|| (name, why.to_owned()))
        });
        idle.collect()
    }

    /// The own method of this id, if there is a file of its name. One that others own or may write is
    /// not believed.
    pub(crate) fn own_method(&self, id: &str) -> Result<Option<OwnMethod>, Failure> {
        if !is_id(id) || Method::shipped(id).is_some() {
            return Ok(None);
        }
        let path = self.own_method_file(id);
        let fault = |error| ConfigError::File { path: path.clone(), error };
        let bytes = match files::read_trusted(&path) {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(how)) => return Err(ConfigError::Exposed { path, how }.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault(error).into()),
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::usage(format!("{} is no text in UTF-8", path.display())))?;
        let read = Method::parse(&text).and_then(|method| match method.id == id {
            true => Ok(method),
            false => Err(MethodError::other_id(&text, id)),
        });
        Ok(Some(OwnMethod { path, text, read }))
    }

    /// The method of this id.
    ///
    /// # Errors
    /// There is none, with those that are like it; or its file is not sound.
    pub(crate) fn method_named(&self, id: &str) -> Result<Written, Failure> {
        if let Some(text) = Method::shipped(id) {
            let method = Method::parse(text).map_err(|error| Failure::bug(error.to_string()))?;
            return Ok(Written { method, text: text.to_owned() });
        }
        match self.own_method(id)? {
            Some(OwnMethod { text, read: Ok(method), .. }) => Ok(Written { method, text }),
            Some(OwnMethod { path, read: Err(error), .. }) => Err(Failure::method(&path, &error)),
            None => {
                let shipped = Method::shipped_ids().map(str::to_owned);
                Err(Failure::no_method(
                    id,
                    &shipped.chain(self.own_method_ids()).collect::<Vec<_>>(),
                ))
            }
        }
    }
}

/// Whether a text can be the id of a method, and so the name of its file.
pub(crate) fn is_id(text: &str) -> bool {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(sound)
}

/// The ids of the methods in a directory; none where it cannot be read.
pub(crate) fn ids_in(dir: &Path) -> Vec<String> {
    let mut ids = names_in(dir);
    ids.retain(|id| is_id(id) && Method::shipped(id).is_none());
    ids
}

/// The names of the files that end in .toml, without that, in order.
fn names_in(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    names.sort();
    names
}
