//! `coach method new`: the file of a method of one's own.

use clap::Args;
use serde::Serialize;

use super::super::context::{Context, Leaf, Takes, is_method_id};
use super::super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::method::Method;
use crate::platform::files;
use crate::platform::output::Format;

/// Arguments of `method new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// Its id: lower-case letters, digits and ‘-’
    #[arg(value_parser = new_id)]
    id: String,
    /// Begin with a copy of this method
    #[arg(long = "from", value_name = "ID")]
    method: Option<String>,
}

fn new_id(text: &str) -> Result<String, String> {
    match is_method_id(text) {
        true => Ok(text.to_owned()),
        false => {
            Err(format!("‘{text}’ is no id such as my-way: lower-case letters, digits and ‘-’"))
        }
    }
}

/// The file that was written.
#[derive(Serialize)]
struct Made {
    id: String,
    path: String,
}

impl Concerns for Made {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for New {
    const NAME: &'static str = "method new";
    const TAKES: Takes = Takes::WRITE.without_journal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let id = self.id;
        if Method::shipped(&id).is_some() {
            return Err(Failure::refused(format!(
                "‘{id}’ is a method that comes with the program"
            ))
            .hint(format!("choose another id: coach method new my-{id} --from {id}")));
        }
        let text = match &self.method {
            Some(from) => {
                let written = context.method_named(from)?;
                let own = written.renamed(&id);
                own.ok_or_else(|| Failure::bug("the copy of a method is not sound"))?.text
            }
            None => Method::template(&id),
        };
        let dir = context.methods_dir();
        let path = dir.join(format!("{id}.toml"));
        let cannot = |error: std::io::Error| {
            let shown = path.display();
            match error.kind() {
                std::io::ErrorKind::AlreadyExists => {
                    Failure::outside(format!("{shown} is there already; it was not touched"))
                        .hint("choose another id, or edit that file")
                }
                _ => Failure::outside(format!("{shown} cannot be written: {error}")),
            }
        };
        if context.globals.dry_run {
            context.rehearsed();
        } else {
            files::private_dir(&context.around.config_dir).map_err(cannot)?;
            files::private_dir(&dir).map_err(cannot)?;
            files::write_private(&path, text.as_bytes()).map_err(cannot)?;
        }
        let path = path.display().to_string();
        match context.out.format {
            Format::Table => context.text(&About::Nobody, &format!("{path}\n"))?,
            _ => context
                .record(&Made { id: id.clone(), path: path.clone() }, |_| Default::default())?,
        }
        context.out.status(&format!(
            "edit it, check it with: coach method lint {path}; then: coach engagement new SLUG --method {id}"
        ));
        Ok(())
    }
}
