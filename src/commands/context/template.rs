//! Which template a paper is drawn from: the coach's own, else the one that comes with the program.

use std::borrow::Cow;
use std::io;

use serde::Serialize;

use super::Context;
use crate::commands::failure::Failure;
use crate::domain::word::Lang;
use crate::platform::config::ConfigError;
use crate::platform::files;
use crate::report::template;

/// A template, and by what name its faults are told.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    name: String,
    text: Cow<'static, str>,
}

impl Template {
    /// The template itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text of the paper.
    pub(crate) fn render(&self, given: &impl Serialize) -> Result<String, Failure> {
        Ok(template::render(&self.name, &self.text, given)?)
    }
}

impl Context {
    /// Whether the coach wrote a template of this name.
    pub(crate) fn has_template(&self, name: &str, lang: &Lang) -> bool {
        let dir = self.around.config_dir.join("templates");
        let files = [format!("{name}.{lang}.md"), format!("{name}.md")];
        files.iter().any(|file| dir.join(file).exists())
    }

    /// The coach's name, if the config file gives it.
    pub(crate) fn coach_name(&self) -> Result<Option<String>, Failure> {
        let name = &self.around.config()?.coach_name.0;
        Ok((!name.is_empty()).then(|| name.clone()))
    }

    /// The template of this name in this language: `templates/NAME.LANG.md` of the config directory,
    /// else `templates/NAME.md` there, else the one that comes with the program, in English. A file
    /// that others own or may write is not believed.
    ///
    /// # Errors
    /// There is none, or a file cannot be used.
    pub(crate) fn template(&self, name: &str, lang: &Lang) -> Result<Template, Failure> {
        // A method of one's own names its papers.
        let plain = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let dir = self.around.config_dir.join("templates");
        let files = [format!("{name}.{lang}.md"), format!("{name}.md")];
        for file in files.iter().filter(|_| plain) {
            let path = dir.join(file);
            let fault = |error| ConfigError::File { path: path.clone(), error };
            let bytes = match files::read_trusted(&path) {
                Ok(Ok(bytes)) => bytes,
                Ok(Err(how)) => return Err(ConfigError::Exposed { path, how }.into()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(fault(error).into()),
            };
            let text = String::from_utf8(bytes).map_err(|_| {
                Failure::usage(format!(
                    "{} is no text in UTF-8; nothing was written",
                    path.display()
                ))
            })?;
            return Ok(Template { name: path.display().to_string(), text: Cow::Owned(text) });
        }
        match template::shipped(name) {
            Some(text) => Ok(Template { name: format!("{name}.md"), text: Cow::Borrowed(text) }),
            None => {
                Err(Failure::usage(format!("there is no template ‘{name}’; nothing was written"))
                    .hint(format!("write one: {}", dir.join(format!("{name}.md")).display())))
            }
        }
    }
}
