//! `coach action`: commitments outside a session's flow.

use clap::Args;

use super::args::{Words, handle, restore_verb, setting, verbs, visibility, when, word};
use super::commitment::{Commitment, coachee_for, due_cell, who};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::action::{Action, ActionKind, ActionOwner, ActionStatus, OutcomeKind};
use crate::domain::id::Handle;
use crate::domain::text::Line;
use crate::domain::time::{Day, When};
use crate::domain::word::{Setting, Visibility};
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::action::{ActionEdit, ActionFilter};
use crate::store::person::Name;
use crate::store::{Place, Writer};

verbs! {
    ActionCommand {
        /// Add a commitment, in no session
        Add(Add),
        /// List commitments, open ones first
        List(List),
        /// Show a commitment with its outcomes
        Show(Show),
        /// Change a commitment; ‘none’ clears a value
        Edit(Edit),
        /// It is done
        Done(Done),
        /// It went partly and stays open
        Partly(Partly),
        /// It was missed and stays open
        Missed(Missed),
        /// It is dropped
        Drop(DropAction),
        /// Open a closed one again
        Reopen(Reopen),
        /// Remove a commitment
        Remove(Remove),
        /// Bring a removed commitment back
        Restore(Restore),
    }
}

fn action_card(action: &Action) -> Card {
    let outcomes: Vec<String> = action
        .outcomes
        .iter()
        .map(|told| {
            let session = told.session.map_or_else(String::new, |session| format!(" in {session}"));
            let reflection =
                told.reflection.as_ref().map_or_else(String::new, |text| format!(": {text}"));
            format!("{} {}{session}{reflection}", told.on.spoken(), told.outcome)
        })
        .collect();
    let carried = match action.carried {
        0 => String::new(),
        1 => "over 1 session".to_owned(),
        many => format!("over {many} sessions"),
    };
    Card::new(format!("{}  {}", action.reference, action.what))
        .fact("engagement", &action.engagement)
        .fact("owner", owner_cell(action))
        .fact("for", or_nothing(action.person_name.as_ref().filter(|_| !action.own)))
        .fact("due", due_cell(action))
        .fact(
            "status",
            if action.overdue { "open, overdue".to_owned() } else { action.status.to_string() },
        )
        .fact("kind", action.kind)
        .fact("goal", or_nothing(action.goal))
        .fact("made in", or_nothing(action.session))
        .fact("carried", carried)
        .fact("seen by", if action.visibility == Visibility::Private { "you alone" } else { "" })
        .fact("outcomes", outcomes.join("\n"))
        .fact("closed", or_nothing(action.closed_on.map(Day::spoken)))
        .fact("removed", if action.removed { "yes" } else { "" })
}

/// Whose it is; in one's own engagement ‘you’ in place of a coachee.
fn owner_cell(action: &Action) -> Cell {
    match action.own {
        true => or_nothing(who(action)),
        false => action.owner.into(),
    }
}

const ACTIONS: &[Column<Action>] = &[
    Column::neutral("ref", |a| a.reference.into()),
    Column::engagement(|a| (&a.engagement).into()),
    Column::prose("what", |a| (&a.what).into()),
    Column::neutral("owner", owner_cell),
    Column::neutral("due", due_cell),
    Column::neutral("status", |a| {
        let tone = if a.status == ActionStatus::Open { Tone::Plain } else { Tone::Dim };
        Cell::from(a.status).tone(tone)
    }),
    Column::neutral_right("carried", |a| or_nothing((a.carried > 0).then_some(a.carried))),
    Column::new("", |a| {
        let mark = if a.visibility == Visibility::Private { "private" } else { "" };
        Cell::from(mark).tone(Tone::Dim)
    }),
];

/// Arguments of `action add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    engagement: String,
    /// What will be done; words need no quotes
    #[arg(required = true)]
    what: Vec<String>,
    #[command(flatten)]
    said: Commitment,
}

impl Leaf for Add {
    const NAME: &'static str = "action add";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let what: Line = self.what.join(" ").parse()?;
        let due = self.said.due(context)?;
        let how = context.matching();
        let action = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            let place = Place { engagement: engagement.id, session: None, zone: engagement.zone };
            let action = self.said.write(w, &place, what, due)?;
            w.summarise(format!("added {} to {}", action.reference, engagement.slug));
            Ok(action)
        })?;
        context.record(&action, action_card)
    }
}

/// Arguments of `action list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    #[arg(long, value_parser = word::<ActionStatus>())]
    status: Option<ActionStatus>,
    #[arg(long, value_parser = word::<ActionOwner>())]
    owner: Option<ActionOwner>,
    /// Those that serve this goal
    #[arg(long, value_name = "REF", value_parser = handle)]
    goal: Option<Handle>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "action list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let actions = context.read(|r| {
            let goal = self.goal.as_ref().map(|goal| r.get_goal(goal)).transpose()?;
            Ok(r.list_actions(&ActionFilter {
                engagement: narrowing.find(r)?,
                status: self.status,
                owner: self.owner,
                goal: goal.map(|goal| goal.id),
                removed: self.removed,
                ..ActionFilter::default()
            })?)
        })?;
        let narrowed =
            self.status.is_some() || self.owner.is_some() || self.goal.is_some() || self.removed;
        let usual = "no commitments; add one: coach action add ENGAGEMENT WHAT";
        context.rows(ACTIONS, &actions, nothing(narrowed, usual))
    }
}

/// Arguments of `action show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    action: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "action show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let action = context.read(|r| Ok(r.get_action(&self.action)?))?;
        context.record(&action, action_card)
    }
}

/// Arguments of `action edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    action: Handle,
    #[arg(long, value_name = "TEXT")]
    what: Option<Line>,
    #[arg(long, value_name = "WHEN", value_parser = setting(when))]
    due: Option<Setting<When>>,
    #[arg(long, value_name = "REF", value_parser = setting(handle))]
    goal: Option<Setting<Handle>>,
    #[arg(long, value_parser = word::<ActionKind>())]
    kind: Option<ActionKind>,
    #[arg(long, value_parser = word::<ActionOwner>())]
    owner: Option<ActionOwner>,
    /// Which of several coachees it is for
    #[arg(long = "for", value_name = "NAME")]
    person: Option<Name>,
    /// For your eyes alone
    #[arg(long, conflicts_with = "shared")]
    private: bool,
    /// For the coachee's eyes too
    #[arg(long)]
    shared: bool,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "action edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let due = match &self.due {
            Some(Setting::To(when)) => context.due_day(Some(when))?.map(Setting::To),
            Some(Setting::Clear) => Some(Setting::Clear),
            None => None,
        };
        let action = context.write(|w| {
            let action = w.get_action(&self.action)?;
            let goal = match &self.goal {
                Some(Setting::To(goal)) => {
                    Some(Setting::To(w.goal_within(goal, action.engagement_id)?.id))
                }
                Some(Setting::Clear) => Some(Setting::Clear),
                None => None,
            };
            let owner = self.owner.unwrap_or(action.owner);
            let person = match (owner == action.owner, &self.person) {
                (true, None) => None,
                _ => {
                    Some(match coachee_for(w, action.engagement_id, owner, self.person.as_ref())? {
                        Some(person) => Setting::To(person),
                        None => Setting::Clear,
                    })
                }
            };
            // What changes hands is seen by whom its new owner's actions usually are.
            let usual = (owner != action.owner).then(|| owner.usual_visibility());
            let edit = ActionEdit {
                what: self.what,
                owner: self.owner,
                person,
                due,
                kind: self.kind,
                goal,
                visibility: visibility(self.private, self.shared).or(usual),
            };
            w.update_action(&action, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", action.reference));
            Ok(w.get_action(&self.action)?)
        })?;
        context.record(&action, action_card)
    }
}

/// Writes an outcome down: in the session that is open, else between sessions.
fn tell(
    context: &mut Context,
    handle: &Handle,
    outcome: OutcomeKind,
    reflection: Option<Words>,
    due: Option<&When>,
) -> Result<(), Failure> {
    let due = context.due_day(due)?;
    let reflection = context.words(reflection)?;
    let action = context.write(|w| {
        let action = w.get_action(handle)?;
        let place = place_now(w, &action)?;
        w.insert_outcome(&action, &place, w.now(), outcome, reflection, due)?;
        w.summarise(format!("{} is {outcome}", action.reference));
        Ok(w.get_action(handle)?)
    })?;
    context.record(&action, action_card)
}

fn place_now(w: &Writer<'_>, action: &Action) -> Result<Place, Failure> {
    let engagement = w.get_engagement(action.engagement_id)?;
    let open = w.open_session(engagement.id)?;
    Ok(Place {
        engagement: engagement.id,
        session: open.map(|open| open.id),
        zone: engagement.zone,
    })
}

macro_rules! outcome_verbs {
    ($($verb:ident, $name:literal, $outcome:ident;)+) => { $(
        /// Arguments of the verb.
        #[derive(Args, Debug)]
        pub(crate) struct $verb {
            #[arg(value_name = "REF", value_parser = handle)]
            action: Handle,
            /// What its owner made of it; ‘-’ reads it from stdin
            #[arg(long, value_name = "TEXT")]
            reflection: Option<Words>,
            /// A new due day
            #[arg(long, value_name = "WHEN", value_parser = when)]
            due: Option<When>,
        }

        impl Leaf for $verb {
            const NAME: &'static str = $name;
            const TAKES: Takes = Takes::WRITE;

            fn run(self, context: &mut Context) -> Result<(), Failure> {
                tell(context, &self.action, OutcomeKind::$outcome, self.reflection, self.due.as_ref())
            }
        }
    )+ };
}

outcome_verbs! {
    Done, "action done", Done;
    Partly, "action partly", Partly;
    Missed, "action missed", Missed;
    DropAction, "action drop", Dropped;
}

/// Arguments of `action reopen`.
#[derive(Args, Debug)]
pub(crate) struct Reopen {
    #[arg(value_name = "REF", value_parser = handle)]
    action: Handle,
    /// A new due day
    #[arg(long, value_name = "WHEN", value_parser = when)]
    due: Option<When>,
    /// Why it is open again; ‘-’ reads it from stdin
    #[arg(long, alias = "reason", value_name = "TEXT")]
    reflection: Option<Words>,
}

impl Leaf for Reopen {
    const NAME: &'static str = "action reopen";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let due = context.due_day(self.due.as_ref())?;
        let reflection = context.words(self.reflection)?;
        let action = context.write(|w| {
            let action = w.get_action(&self.action)?;
            w.reopen_action(&action, due)?;
            w.explain(reflection.as_ref());
            w.summarise(format!("{} is open again", action.reference));
            Ok(w.get_action(&self.action)?)
        })?;
        context.record(&action, action_card)
    }
}

/// Arguments of `action remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    action: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "action remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let action = context.write(|w| {
            let action = w.get_action(&self.action)?;
            w.remove_action(&action)?;
            w.summarise(format!("removed {} {}", action.reference, action.what));
            Ok(w.get_action(&self.action)?)
        })?;
        context.record(&action, action_card)
    }
}

restore_verb!(Restore, "action restore", get_action, restore_action, action_card);
