//! `coach stakeholder`: who surrounds the leader, and what they said. For the coach's eyes alone.

use clap::Args;

use super::args::{Words, handle, restore_verb, setting, verbs, word};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::id::{EngagementId, Handle, Ref, Slug};
use crate::domain::stakeholder::{Effect, Relation, STRONGEST, Stakeholder};
use crate::domain::text::Line;
use crate::domain::word::{Setting, Word};
use crate::platform::output::{Card, Format};
use crate::platform::table::{Column, or_nothing};
use crate::report::map;
use crate::store::person::Name;
use crate::store::stakeholder::{NewStakeholder, StakeholderEdit};

mod feedback;
mod summary;

verbs! {
    StakeholderCommand {
        /// Put somebody on the map of an engagement
        Add(Add),
        /// List stakeholders
        List(List),
        /// Show a stakeholder
        Show(Show),
        /// Draw who surrounds the leader, and how they shall shift
        Map(Map),
        /// Change what is known of a stakeholder; ‘none’ clears a value
        Edit(Edit),
        /// Remove a stakeholder, and what they said
        Remove(Remove),
        /// Bring a removed stakeholder back
        Restore(Restore),
        ;
        /// Write down what they say and score, and sum it up without names
        Feedback(feedback::FeedbackCommand),
    }
}

fn stakeholder_card(stakeholder: &Stakeholder) -> Card {
    Card::new(format!("{}  {}", stakeholder.reference, stakeholder.name))
        .fact("engagement", &stakeholder.engagement)
        .fact("relation", stakeholder.relation)
        .fact("effect", or_nothing(stakeholder.effect))
        .fact(
            "influence",
            or_nothing(stakeholder.influence.map(|it| format!("{it} of {STRONGEST}"))),
        )
        .fact("now", or_nothing(stakeholder.dynamic.as_ref()))
        .fact("shift", or_nothing(stakeholder.shift.as_ref()))
        .fact("strategy", or_nothing(stakeholder.strategy.as_ref()))
        .fact("seen by", "you alone")
        .fact("removed", if stakeholder.removed { "yes" } else { "" })
}

const STAKEHOLDERS: &[Column<Stakeholder>] = &[
    Column::neutral("ref", |h| h.reference.into()),
    Column::engagement(|h| (&h.engagement).into()),
    Column::new("who", |h| (&h.name).into()),
    Column::new("relation", |h| h.relation.into()),
    Column::new("effect", |h| or_nothing(h.effect)),
    Column::right("influence", |h| or_nothing(h.influence)),
    Column::prose("shift", |h| or_nothing(h.shift.as_ref())),
];

/// Reads an influence.
fn influence(text: &str) -> Result<u8, String> {
    match text.parse() {
        Ok(influence @ 1..=STRONGEST) => Ok(influence),
        _ => Err(format!("‘{text}’ is not a number from 1 to {STRONGEST}")),
    }
}

/// Arguments of `stakeholder add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    engagement: String,
    /// Who it is: a ref, or a name; words need no quotes
    #[arg(required = true)]
    name: Vec<String>,
    /// What they are to the leader; self is the leader, who scores themselves
    #[arg(long, value_parser = word::<Relation>())]
    relation: Relation,
    /// Whether they make the leader's work larger or smaller
    #[arg(long, value_parser = word::<Effect>())]
    effect: Option<Effect>,
    /// How the relationship shall be. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    shift: Option<Words>,
    /// How much weight they have with the leader, 1 to 5
    #[arg(long, value_name = "1..5", value_parser = influence, allow_negative_numbers = true)]
    influence: Option<u8>,
    /// How the relationship is now. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    dynamic: Option<Words>,
    /// How to get there. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    strategy: Option<Words>,
}

impl Leaf for Add {
    const NAME: &'static str = "stakeholder add";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let name: Name = self.name.join(" ").parse()?;
        let dynamic = context.words(self.dynamic)?;
        let shift = context.words(self.shift)?;
        let strategy = context.words(self.strategy)?;
        let (stakeholder, named) = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            let named = w.person_for(&name)?;
            let new = NewStakeholder {
                person: named.id,
                relation: self.relation,
                effect: self.effect,
                influence: self.influence,
                dynamic,
                shift,
                strategy,
            };
            let reference = w.insert_stakeholder(engagement.id, new)?;
            w.summarise(format!("put {reference} on the map of {}", engagement.slug));
            Ok((w.get_stakeholder(&Handle::Ref(reference))?, named))
        })?;
        context.tell_made(&[named]);
        context.record(&stakeholder, stakeholder_card)
    }
}

/// Arguments of `stakeholder list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "stakeholder list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let all = context.read(|r| Ok(r.list_stakeholders(narrowing.find(r)?, self.removed)?))?;
        let usual = "nobody is on the map; put somebody there: coach stakeholder add ENGAGEMENT NAME --relation peer";
        context.rows(STAKEHOLDERS, &all, nothing(self.removed, usual))
    }
}

/// Arguments of `stakeholder show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    stakeholder: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "stakeholder show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let stakeholder = context.read(|r| Ok(r.get_stakeholder(&self.stakeholder)?))?;
        context.record(&stakeholder, stakeholder_card)
    }
}

/// Arguments of `stakeholder map`.
#[derive(Args, Debug)]
pub(crate) struct Map {
    engagement: Option<String>,
}

/// The map, for a script.
#[derive(serde::Serialize)]
struct Mapped {
    engagement: Slug,
    coachees: Vec<Ref>,
    stakeholders: Vec<Stakeholder>,
    #[serde(skip)]
    engagement_id: EngagementId,
}

impl Concerns for Mapped {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

impl Leaf for Map {
    const NAME: &'static str = "stakeholder map";
    const TAKES: Takes = Takes::READ.engagement().formats(&[
        Format::Table,
        Format::Text,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        let how = context.matching();
        let (engagement, stakeholders) = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?;
            let all = r.list_stakeholders(Some(engagement.id), false)?;
            Ok((engagement, all))
        })?;
        if matches!(context.out.format, Format::Json | Format::Jsonl) {
            let mapped = Mapped {
                engagement: engagement.slug,
                coachees: engagement.coachees,
                stakeholders,
                engagement_id: engagement.id,
            };
            return context.record(&mapped, |_| Card::default());
        }
        let leader = engagement.coachee_names.join(", ");
        let title = format!("{}  who surrounds {leader}", engagement.slug);
        let width = context.out.plain_style(0).width.unwrap_or(context.around.columns);
        let text = map::drawn(&title, &leader, &stakeholders, width);
        context.text(&About::Engagement(engagement.id), &text)
    }
}

/// Arguments of `stakeholder edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    stakeholder: Handle,
    /// Somebody else in their place
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    #[arg(long, value_parser = word::<Relation>())]
    relation: Option<Relation>,
    #[arg(long, value_name = "EFFECT", value_parser = setting(effect))]
    effect: Option<Setting<Effect>>,
    #[arg(long, value_name = "TEXT")]
    shift: Option<Setting<Words>>,
    #[arg(long, value_name = "1..5", value_parser = setting(influence))]
    influence: Option<Setting<u8>>,
    #[arg(long, value_name = "TEXT")]
    dynamic: Option<Setting<Words>>,
    #[arg(long, value_name = "TEXT")]
    strategy: Option<Setting<Words>>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

/// Reads an effect, where ‘none’ may stand too.
fn effect(text: &str) -> Result<Effect, String> {
    Effect::from_word(text)
        .ok_or_else(|| format!("‘{text}’ is neither amplifies nor constrains, nor none"))
}

impl Leaf for Edit {
    const NAME: &'static str = "stakeholder edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let dynamic = context.words_setting(self.dynamic)?;
        let shift = context.words_setting(self.shift)?;
        let strategy = context.words_setting(self.strategy)?;
        let (stakeholder, named) = context.write(|w| {
            let stakeholder = w.get_stakeholder(&self.stakeholder)?;
            let named = self.name.as_ref().map(|name| w.person_for(name)).transpose()?;
            let edit = StakeholderEdit {
                person: named.as_ref().map(|named| named.id),
                relation: self.relation,
                effect: self.effect,
                influence: self.influence,
                dynamic,
                shift,
                strategy,
            };
            w.update_stakeholder(&stakeholder, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", stakeholder.reference));
            Ok((w.get_stakeholder(&self.stakeholder)?, named))
        })?;
        context.tell_made(named.as_slice());
        context.record(&stakeholder, stakeholder_card)
    }
}

/// Arguments of `stakeholder remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    stakeholder: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "stakeholder remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let stakeholder = context.write(|w| {
            let stakeholder = w.get_stakeholder(&self.stakeholder)?;
            w.remove_stakeholder(&stakeholder)?;
            w.summarise(format!("took {} off the map", stakeholder.reference));
            Ok(w.get_stakeholder(&self.stakeholder)?)
        })?;
        context.record(&stakeholder, stakeholder_card)
    }
}

restore_verb!(
    Restore,
    "stakeholder restore",
    get_stakeholder,
    restore_stakeholder,
    stakeholder_card
);
