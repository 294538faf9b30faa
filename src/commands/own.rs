//! Whose things are meant where nobody is named: those of the one who keeps the journal.

use super::context::Context;
use super::failure::Failure;
use crate::domain::engagement::Engagement;
use crate::domain::refusal::Refusal;
use crate::vault::Drafted;

/// The engagement that a draft was for, or that `-e` names, else one's own.
///
/// # Errors
/// Refused where none is named and the journal has no engagement of the one who keeps it.
pub(super) fn engagement(context: &mut Context) -> Result<Engagement, Failure> {
    let (named, how) = (context.engagement_named(None)?, context.matching());
    let drafted = context.given_place().as_ref().and_then(Drafted::engagement);
    context.read(|r| match (drafted, &named) {
        (Some(id), _) => Ok(r.get_engagement(id)?),
        (None, Some(name)) => Ok(r.find_engagement(name, how)?),
        (None, None) => match r.own_engagement()? {
            Some(own) if own.removed => Err(Refusal::Removed { name: own.slug.to_string() }.into()),
            own => own.ok_or_else(|| Refusal::NothingOwn.into()),
        },
    })
}
