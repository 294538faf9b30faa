//! `coach agreement sign`: that somebody signed the latest version.

use clap::Args;

use super::super::args::{when, word};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use super::{none_yet, signed_card, up_to_date};
use crate::domain::agreement::Party;
use crate::domain::engagement::Engagement;
use crate::domain::id::{Handle, PersonId, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::time::When;
use crate::store::Reader;
use crate::store::agreement::NewSignature;
use crate::store::person::Name;

/// Arguments of `agreement sign`.
#[derive(Args, Debug)]
pub(crate) struct Sign {
    engagement: String,
    /// For whom the signature stands
    #[arg(long, value_parser = word::<Party>())]
    party: Party,
    /// Who signed, where there are several; for the coach, your name
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    /// The day; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
}

impl Leaf for Sign {
    const NAME: &'static str = "agreement sign";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let coach = context.coach_name()?;
        let on = context.day_if("on", self.on.as_ref())?.unwrap_or(context.today());
        let agreement = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            let agreement = w
                .agreement_of(engagement.id, None)?
                .ok_or_else(|| none_yet(engagement.slug.as_str()))?;
            let (person, name) = match self.party {
                Party::Coach => (None, coach_as(self.name.as_ref(), coach)),
                Party::Coachee => {
                    one_of(w, &engagement, &engagement.coachees, "coachee", self.name.as_ref())?
                }
                Party::Sponsor if engagement.sponsors.is_empty() => {
                    return Err(Refusal::NoSponsor { engagement: engagement.slug }.into());
                }
                Party::Sponsor => {
                    one_of(w, &engagement, &engagement.sponsors, "sponsor", self.name.as_ref())?
                }
            };
            // Who signed before knows what they signed; a sponsor who came later does not.
            if !agreement.is_signed() || self.party == Party::Sponsor {
                up_to_date(w, &agreement)?;
            }
            let (reference, of) = (agreement.reference, &agreement.engagement);
            w.summarise(format!("{name} signed {reference} of {of} on {on}"));
            w.insert_signature(&agreement, NewSignature { party: self.party, person, name, on })?;
            Ok(w.get_agreement(&Handle::Ref(reference))?)
        })?;
        // A paper may have been signed by hand before it was written down here.
        if on < agreement.made_on {
            let (reference, made) = (agreement.reference, agreement.made_on.spoken());
            context.out.warning(&format!(
                "{reference} was drawn up on {made}, later than it was signed: is its text the one on the paper?"
            ));
        }
        context.record(&agreement, signed_card)?;
        if agreement.awaits.is_empty() {
            context.out.status("everybody has signed");
        }
        Ok(())
    }
}

/// As whom the coach signs.
fn coach_as(typed: Option<&Name>, configured: Option<String>) -> String {
    match typed {
        Some(Name::Text(text)) => text.to_string(),
        Some(Name::Handle(handle)) => handle.to_string(),
        None => configured.unwrap_or_else(|| "the coach".to_owned()),
    }
}

/// The one among these people who was named, or who is the only one.
fn one_of(
    r: &Reader<'_>,
    engagement: &Engagement,
    people: &[Ref],
    part: &'static str,
    typed: Option<&Name>,
) -> Result<(Option<PersonId>, String), Failure> {
    let (slug, several) = (&engagement.slug, people.iter().map(ToString::to_string));
    let reference = match (typed, people) {
        (Some(name), _) => {
            let named = r.find_person(name)?;
            if !people.contains(&named.reference) {
                return Err(Failure::not_found(format!(
                    "{} is no {part} of {slug}; nothing was written",
                    named.name
                ))
                .hint(format!("coach engagement show {slug} lists them")));
            }
            named.reference
        }
        (None, [only]) => *only,
        (None, _) => {
            let names: Vec<String> =
                several.map(|reference| format!("--name {reference}")).collect();
            return Err(Failure::usage(format!(
                "{slug} has {} of them; say which {part} signed; nothing was written",
                people.len()
            ))
            .hint(names.join(" or ")));
        }
    };
    let person = r.get_person(&Handle::Ref(reference))?;
    Ok((Some(person.id), person.name))
}
