//! What can be wrong with a method's file, in words.

use std::path::Path;

use super::{Failure, like};
use crate::domain::method::MethodError;

/// So many of the things that are wrong are told at once.
const TOLD: usize = 5;

impl Failure {
    /// A method's file is not sound: what is wrong in it, each with its place.
    pub(crate) fn method(path: &Path, error: &MethodError) -> Self {
        let path = path.display();
        let told: Vec<String> =
            error.findings.iter().take(TOLD).map(|each| format!("{path}:{each}")).collect();
        Self::usage(format!("the method cannot be used; nothing was written\n{}", told.join("\n")))
            .hint(format!("when it is mended: coach method lint {path}"))
    }

    /// There is no method of this id.
    pub(crate) fn no_method(id: &str, all: &[String]) -> Self {
        let failure = Self::not_found(format!("there is no method ‘{id}’"));
        match &like(id, all)[..] {
            [] => failure.hint(format!("there are {}", all.join(", "))),
            near => failure.hint(format!("did you mean {}?", near.join(", "))),
        }
        .hint("coach method list shows them; coach method new ID begins one of your own")
    }
}
