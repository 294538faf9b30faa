//! `coach person` and `coach org`: who is coached, who sponsors, who pays.

use clap::Args;

use super::args::{handle, restore_verb, verbs};
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::person::{Email, FullName, Organisation, Person};
use crate::domain::text::Line;
use crate::domain::word::Setting;
use crate::platform::output::Card;
use crate::platform::table::{Column, or_nothing};
use crate::store::person::{Name, NewPerson, PersonEdit};

verbs! {
    PersonCommand {
        /// Add a person
        Add(PersonAdd),
        /// List people
        List(PersonList),
        /// Show a person
        Show(PersonShow),
        /// Change what is known of a person; ‘none’ clears a value
        Edit(PersonChange),
        /// Remove a person whom no engagement needs
        Remove(PersonRemove),
        /// Bring a removed person back
        Restore(PersonRestore),
    }
}

fn person_card(person: &Person) -> Card {
    Card::new(format!("{}  {}", person.reference, person.name))
        .fact("role", or_nothing(person.role.as_ref()))
        .fact("org", or_nothing(person.org_name.as_ref()))
        .fact("email", or_nothing(person.email.as_ref()))
        .fact("phone", or_nothing(person.phone.as_ref()))
        .fact("removed", if person.removed { "yes" } else { "" })
}

const PEOPLE: &[Column<Person>] = &[
    Column::neutral("ref", |p| p.reference.into()),
    Column::prose("name", |p| (&p.name).into()),
    Column::prose("role", |p| or_nothing(p.role.as_ref())),
    Column::prose("org", |p| or_nothing(p.org_name.as_ref())),
    Column::new("email", |p| or_nothing(p.email.as_ref())),
    Column::new("phone", |p| or_nothing(p.phone.as_ref())),
];

/// Arguments of `person add`.
#[derive(Args, Debug)]
pub(crate) struct PersonAdd {
    /// Their name
    name: FullName,
    #[arg(long, value_name = "ADDRESS")]
    email: Option<Email>,
    #[arg(long, value_name = "NUMBER")]
    phone: Option<Line>,
    /// The company they work for; a new name makes a new organisation
    #[arg(long, value_name = "NAME")]
    org: Option<Name>,
    /// Their position, such as CFO
    #[arg(long, value_name = "TEXT")]
    role: Option<Line>,
}

impl Leaf for PersonAdd {
    const NAME: &'static str = "person add";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (person, org) = context.write(|w| {
            let org = self.org.as_ref().map(|org| w.organisation_for(org)).transpose()?;
            let made = w.insert_person(NewPerson {
                name: self.name.into_line(),
                email: self.email,
                phone: self.phone,
                organisation: org.as_ref().map(|org| org.id),
                role: self.role,
            })?;
            w.summarise(format!("added {} {}", made.reference, made.name));
            Ok((w.get_person(&Handle::Ref(made.reference))?, org))
        })?;
        context.tell_made(org.as_slice());
        context.record(&person, person_card)
    }
}

/// Arguments of `person list`.
#[derive(Args, Debug)]
pub(crate) struct PersonList {
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for PersonList {
    const NAME: &'static str = "person list";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let people = context.read(|r| Ok(r.list_people(self.removed)?))?;
        context.rows(
            PEOPLE,
            &people,
            "nobody yet; an engagement brings its people, or: coach person add NAME",
        )
    }
}

/// Arguments of `person show`.
#[derive(Args, Debug)]
pub(crate) struct PersonShow {
    /// The person's ref or exact name
    #[arg(value_name = "NAME")]
    person: Name,
}

impl Leaf for PersonShow {
    const NAME: &'static str = "person show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let person = context.read(|r| match &self.person {
            Name::Handle(handle) => Ok(r.get_person(handle)?),
            name @ Name::Text(_) => Ok(r.get_person(&Handle::Ref(r.find_person(name)?.reference))?),
        })?;
        context.record(&person, person_card)
    }
}

/// Arguments of `person edit`.
#[derive(Args, Debug)]
pub(crate) struct PersonChange {
    #[arg(value_name = "REF", value_parser = handle)]
    person: Handle,
    #[arg(long)]
    name: Option<FullName>,
    #[arg(long, value_name = "ADDRESS")]
    email: Option<Setting<Email>>,
    #[arg(long, value_name = "NUMBER")]
    phone: Option<Setting<Line>>,
    #[arg(long, value_name = "NAME")]
    org: Option<Setting<Name>>,
    #[arg(long, value_name = "TEXT")]
    role: Option<Setting<Line>>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for PersonChange {
    const NAME: &'static str = "person edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (person, org) = context.write(|w| {
            let person = w.get_person(&self.person)?;
            let (organisation, made) = match self.org {
                Some(Setting::To(name)) => {
                    let named = w.organisation_for(&name)?;
                    (Some(Setting::To(named.id)), Some(named))
                }
                Some(Setting::Clear) => (Some(Setting::Clear), None),
                None => (None, None),
            };
            let edit = PersonEdit {
                name: self.name.map(FullName::into_line),
                email: self.email,
                phone: self.phone,
                organisation,
                role: self.role,
            };
            w.update_person(&person, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {} {}", person.reference, person.name));
            Ok((w.get_person(&self.person)?, made))
        })?;
        context.tell_made(org.as_slice());
        context.record(&person, person_card)
    }
}

/// Arguments of `person remove`.
#[derive(Args, Debug)]
pub(crate) struct PersonRemove {
    #[arg(value_name = "REF", value_parser = handle)]
    person: Handle,
}

impl Leaf for PersonRemove {
    const NAME: &'static str = "person remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let person = context.write(|w| {
            let person = w.get_person(&self.person)?;
            w.remove_person(&person)?;
            w.summarise(format!("removed {} {}", person.reference, person.name));
            Ok(w.get_person(&self.person)?)
        })?;
        context.record(&person, person_card)
    }
}

verbs! {
    OrgCommand {
        /// Add an organisation
        Add(OrgAdd),
        /// List organisations
        List(OrgList),
        /// Show an organisation
        Show(OrgShow),
        /// Rename an organisation
        Edit(OrgEdit),
        /// Remove an organisation that nothing names
        Remove(OrgRemove),
        /// Bring a removed organisation back
        Restore(OrgRestore),
    }
}

fn org_card(org: &Organisation) -> Card {
    Card::new(format!("{}  {}", org.reference, org.name))
        .fact("removed", if org.removed { "yes" } else { "" })
}

const ORGS: &[Column<Organisation>] =
    &[Column::neutral("ref", |o| o.reference.into()), Column::prose("name", |o| (&o.name).into())];

/// Arguments of `org add`.
#[derive(Args, Debug)]
pub(crate) struct OrgAdd {
    name: FullName,
}

impl Leaf for OrgAdd {
    const NAME: &'static str = "org add";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let org = context.write(|w| {
            let made = w.insert_organisation(self.name.into_line())?;
            w.summarise(format!("added {} {}", made.reference, made.name));
            Ok(w.get_organisation(&Handle::Ref(made.reference))?)
        })?;
        context.record(&org, org_card)
    }
}

/// Arguments of `org list`.
#[derive(Args, Debug)]
pub(crate) struct OrgList {
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for OrgList {
    const NAME: &'static str = "org list";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let orgs = context.read(|r| Ok(r.list_organisations(self.removed)?))?;
        context.rows(ORGS, &orgs, "no organisations yet; add one: coach org add NAME")
    }
}

/// Arguments of `org show`.
#[derive(Args, Debug)]
pub(crate) struct OrgShow {
    /// The organisation's ref or exact name
    #[arg(value_name = "NAME")]
    org: Name,
}

impl Leaf for OrgShow {
    const NAME: &'static str = "org show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let org = context.read(|r| match &self.org {
            Name::Handle(handle) => Ok(r.get_organisation(handle)?),
            name @ Name::Text(_) => {
                Ok(r.get_organisation(&Handle::Ref(r.find_organisation(name)?.reference))?)
            }
        })?;
        context.record(&org, org_card)
    }
}

/// Arguments of `org edit`.
#[derive(Args, Debug)]
pub(crate) struct OrgEdit {
    #[arg(value_name = "REF", value_parser = handle)]
    org: Handle,
    #[arg(long)]
    name: FullName,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for OrgEdit {
    const NAME: &'static str = "org edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let org = context.write(|w| {
            let org = w.get_organisation(&self.org)?;
            w.rename_organisation(&org, self.name.into_line())?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("renamed {} {}", org.reference, org.name));
            Ok(w.get_organisation(&self.org)?)
        })?;
        context.record(&org, org_card)
    }
}

/// Arguments of `org remove`.
#[derive(Args, Debug)]
pub(crate) struct OrgRemove {
    #[arg(value_name = "REF", value_parser = handle)]
    org: Handle,
}

impl Leaf for OrgRemove {
    const NAME: &'static str = "org remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let org = context.write(|w| {
            let org = w.get_organisation(&self.org)?;
            w.remove_organisation(&org)?;
            w.summarise(format!("removed {} {}", org.reference, org.name));
            Ok(w.get_organisation(&self.org)?)
        })?;
        context.record(&org, org_card)
    }
}

restore_verb!(PersonRestore, "person restore", get_person, restore_person, person_card);
restore_verb!(OrgRestore, "org restore", get_organisation, restore_organisation, org_card);
