//! `coach worksheet new`.

use clap::Args;

use super::{show, tell_how};
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::{Failure, like};
use crate::domain::id::Handle;
use crate::domain::method::{Limit, Method};

/// Arguments of `worksheet new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    engagement: String,
    /// Which worksheet of the engagement's method, such as gap-map
    #[arg(value_name = "WORKSHEET")]
    definition: String,
}

impl Leaf for New {
    const NAME: &'static str = "worksheet new";
    const TAKES: Takes = Takes::WRITE.strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (how, strictness) = (context.matching(), context.strictness());
        let (worksheet, limits) = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            let method = w.method_of(engagement.id)?;
            let Some(def) = method.worksheet(&self.definition) else {
                return Err(unknown(&method, &self.definition));
            };
            let needs = w.open_needs_of(&engagement, &def.requires)?;
            let of = format!("for {}", def.title);
            let limits: Vec<Limit> = Limit::open(of, needs, &engagement.slug).into_iter().collect();
            strictness.heed(&limits)?;
            let reference = w.insert_worksheet(engagement.id, &def.id, def.visibility)?;
            w.summarise(format!("began {reference} {}", def.id));
            Ok((w.get_worksheet(&Handle::Ref(reference))?, limits))
        })?;
        context.warn(&limits);
        show::answer(context, &worksheet)?;
        tell_how(context, &worksheet);
        Ok(())
    }
}

/// The failure for a worksheet that the method does not have.
fn unknown(method: &Method, given: &str) -> Failure {
    let known: Vec<String> = method.worksheets.iter().map(|def| def.id.clone()).collect();
    let failure =
        Failure::not_found(format!("the method {} has no worksheet ‘{given}’", method.id));
    if known.is_empty() {
        return failure.hint("it has none at all; coach method list shows other methods");
    }
    let failure = match &like(given, &known)[..] {
        [] => failure,
        near => failure.hint(format!("did you mean {}?", near.join(", "))),
    };
    failure.hint(format!("it has {}", known.join(", ")))
}
