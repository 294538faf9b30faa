//! People and organisations in the journal, and how a name finds one.

use rusqlite::OptionalExtension;

use super::cell::{Cells, Mapped, fields, given};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Reader, StoreError, Writer};
use crate::domain::id::{EngagementId, Handle, Noun, OrganisationId, PersonId, Ref};
use crate::domain::person::{Email, Organisation, Person};
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::word::Setting;

/// What is known of a new person.
#[derive(Clone, Debug)]
pub(crate) struct NewPerson {
    pub(crate) name: Line,
    pub(crate) email: Option<Email>,
    pub(crate) phone: Option<Line>,
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) role: Option<Line>,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonEdit {
    pub(crate) name: Option<Line>,
    pub(crate) email: Option<Setting<Email>>,
    pub(crate) phone: Option<Setting<Line>>,
    pub(crate) organisation: Option<Setting<OrganisationId>>,
    pub(crate) role: Option<Setting<Line>>,
}

/// A person or organisation as typed: a ref, or a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Name {
    Handle(Handle),
    Text(Line),
}

impl std::str::FromStr for Name {
    type Err = crate::domain::text::TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().parse() {
            Ok(handle) => Ok(Self::Handle(handle)),
            Err(_) => text.parse().map(Self::Text),
        }
    }
}

/// A record that a name found or made.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub(crate) id: T,
    pub(crate) reference: Ref,
    pub(crate) name: String,
    /// Whether the name was new, and so a record was made.
    pub(crate) made: bool,
    /// A name like it that was there before, where one was made.
    pub(crate) like: Option<String>,
}

impl<T> Named<T> {
    /// What of it is told, whatever it names.
    pub(crate) fn told(self) -> Named<()> {
        let Self { reference, name, made, like, .. } = self;
        Named { id: (), reference, name, made, like }
    }
}

const PERSON: &str = concat!(
    "SELECT person.*, person.removed_at AS gone_at, ",
    ref_of!("person.id"),
    " AS ref,
       ",
    ref_of!("person.organisation_id"),
    " AS org, o.name AS org_name
     FROM person LEFT JOIN organisation o ON o.id = person.organisation_id"
);

fn person(row: &Mapped<'_, '_>) -> rusqlite::Result<Person> {
    Ok(Person {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        org: row.parsed_or_none("org")?,
        role: row.get("role")?,
        org_name: row.get("org_name")?,
        removed: row.is_gone()?,
    })
}

const ORGANISATION: &str = concat!(
    "SELECT organisation.*, organisation.removed_at AS gone_at, ",
    ref_of!("organisation.id"),
    " AS ref FROM organisation"
);

fn organisation(row: &Mapped<'_, '_>) -> rusqlite::Result<Organisation> {
    Ok(Organisation {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        name: row.get("name")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Everyone, by name; with `removed`, the removed ones instead.
    pub(crate) fn list_people(&self, removed: bool) -> Result<Vec<Person>, StoreError> {
        let conditions = Conditions::standing("person.removed_at", removed);
        self.rows(PERSON, conditions, "person.name, person.id", person)
    }

    /// The names of everybody, those that they had before and of those who were removed too.
    pub(crate) fn all_names(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT name FROM person
             UNION ALL SELECT c.old FROM person INDEXED BY person_name
               CROSS JOIN change c ON c.record = person.id
               WHERE c.field = 'name' AND c.old IS NOT NULL",
        )?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The names of those who lead, pay or are asked in an engagement.
    pub(crate) fn names_near(&self, engagement: EngagementId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT name FROM person WHERE id IN (
               SELECT person_id FROM participant WHERE engagement_id = ?1
               UNION SELECT person_id FROM stakeholder WHERE engagement_id = ?1)",
        )?;
        let names = statement.query_map([engagement.to_string()], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The person of this ref or id, removed or not.
    pub(crate) fn get_person(&self, handle: &Handle) -> Result<Person, StoreError> {
        let id = self.record_id(Noun::Person, handle)?;
        let sql = format!("{PERSON} WHERE person.id = ?");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(person))
            .optional()?
            .ok_or_else(|| missing(Noun::Person, handle))
    }

    /// Every organisation, by name; with `removed`, the removed ones instead.
    pub(crate) fn list_organisations(
        &self,
        removed: bool,
    ) -> Result<Vec<Organisation>, StoreError> {
        let conditions = Conditions::standing("removed_at", removed);
        self.rows(ORGANISATION, conditions, "name, id", organisation)
    }

    /// The organisation of this ref or id, removed or not.
    pub(crate) fn get_organisation(&self, handle: &Handle) -> Result<Organisation, StoreError> {
        let id = self.record_id(Noun::Organisation, handle)?;
        let sql = format!("{ORGANISATION} WHERE id = ?");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(organisation))
            .optional()?
            .ok_or_else(|| missing(Noun::Organisation, handle))
    }

    /// The one person of this name or ref.
    ///
    /// # Errors
    /// Not found when there is none, ambiguous when two have the name.
    pub(crate) fn find_person(&self, name: &Name) -> Result<Named<PersonId>, StoreError> {
        match self.person_named(name)? {
            Some(found) => Ok(found),
            None => {
                let near = self.list_people(false)?;
                let near =
                    near.into_iter().map(|p| format!("{} {}", p.reference, p.name)).collect();
                Err(no_such_name("person", name, near))
            }
        }
    }

    /// The one organisation of this name or ref, as [`Reader::find_person`].
    pub(crate) fn find_organisation(
        &self,
        name: &Name,
    ) -> Result<Named<OrganisationId>, StoreError> {
        match self.organisation_named(name)? {
            Some(found) => Ok(found),
            None => {
                let near = self.list_organisations(false)?;
                let near =
                    near.into_iter().map(|o| format!("{} {}", o.reference, o.name)).collect();
                Err(no_such_name("organisation", name, near))
            }
        }
    }

    /// The one person of this name or ref, if there is one.
    pub(crate) fn person_named(&self, name: &Name) -> Result<Option<Named<PersonId>>, StoreError> {
        let people = match name {
            Name::Handle(handle) => vec![self.get_person(handle)?],
            Name::Text(text) => {
                let sql = format!(
                    "{PERSON} WHERE person.name = ? AND person.removed_at IS NULL ORDER BY person.id"
                );
                self.conn
                    .prepare_cached(&sql)?
                    .query_map([text.as_str()], Mapped::alone(person))?
                    .collect::<Result<_, _>>()?
            }
        };
        let found = people.into_iter().map(|p| (p.id, p.reference, p.name, p.removed));
        only_one("person", name, found.collect())
    }

    /// The one organisation of this name or ref, if there is one.
    pub(crate) fn organisation_named(
        &self,
        name: &Name,
    ) -> Result<Option<Named<OrganisationId>>, StoreError> {
        let all = match name {
            Name::Handle(handle) => vec![self.get_organisation(handle)?],
            Name::Text(text) => {
                let sql =
                    format!("{ORGANISATION} WHERE name = ? AND removed_at IS NULL ORDER BY id");
                self.conn
                    .prepare_cached(&sql)?
                    .query_map([text.as_str()], Mapped::alone(organisation))?
                    .collect::<Result<_, _>>()?
            }
        };
        let found = all.into_iter().map(|o| (o.id, o.reference, o.name, o.removed));
        only_one("organisation", name, found.collect())
    }

    /// The slug of an engagement that still needs the person: as its payer, in a part, on its map, in a session,
    /// or for an open action.
    fn engagement_of_person(&self, id: PersonId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT e.slug FROM engagement e WHERE e.removed_at IS NULL AND (e.payer_person_id = ?1
             OR EXISTS (SELECT 1 FROM participant p
               WHERE p.engagement_id = e.id AND p.person_id = ?1 AND p.removed_at IS NULL)
             OR EXISTS (SELECT 1 FROM stakeholder h
               WHERE h.engagement_id = e.id AND h.person_id = ?1 AND h.removed_at IS NULL)
             OR EXISTS (SELECT 1 FROM attendee a JOIN session s ON s.id = a.session_id
               WHERE s.engagement_id = e.id AND a.person_id = ?1 AND a.removed_at IS NULL AND s.removed_at IS NULL)
             OR EXISTS (SELECT 1 FROM action a
               WHERE a.engagement_id = e.id AND a.person_id = ?1 AND a.status = 'open' AND a.removed_at IS NULL))
           ORDER BY e.id LIMIT 1";
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row([id.to_string()], |row| row.get(0))
            .optional()?)
    }

    fn user_of_organisation(&self, id: OrganisationId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT slug FROM engagement WHERE removed_at IS NULL
                     AND (organisation_id = ?1 OR payer_organisation_id = ?1)
                   UNION ALL SELECT name FROM person WHERE removed_at IS NULL AND organisation_id = ?1 LIMIT 1";
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row([id.to_string()], |row| row.get(0))
            .optional()?)
    }
}

fn no_such_name(what: &'static str, name: &Name, near: Vec<String>) -> StoreError {
    let given = match name {
        Name::Handle(handle) => handle.to_string(),
        Name::Text(text) => text.to_string(),
    };
    StoreError::NotFound { what, given, near }
}

fn only_one<T>(
    what: &'static str,
    name: &Name,
    mut found: Vec<(T, Ref, String, bool)>,
) -> Result<Option<Named<T>>, StoreError> {
    if found.len() > 1 {
        let candidates =
            found.iter().map(|(_, reference, name, _)| format!("{reference} {name}")).collect();
        let Name::Text(given) = name else { return Ok(None) };
        return Err(StoreError::Ambiguous { what, given: given.to_string(), candidates });
    }
    match found.pop() {
        Some((_, reference, _, true)) => {
            Err(Refusal::Removed { name: reference.to_string() }.into())
        }
        Some((id, reference, name, false)) => {
            Ok(Some(Named { id, reference, name, made: false, like: None }))
        }
        None => Ok(None),
    }
}

impl Writer<'_> {
    /// Adds a person.
    pub(crate) fn insert_person(&mut self, new: NewPerson) -> Result<Named<PersonId>, StoreError> {
        let id = PersonId::new(self.new_id());
        let name = new.name.to_string();
        self.insert(
            Table::Person,
            id,
            fields! {
                "name" => new.name,
                "email" => new.email,
                "phone" => new.phone,
                "organisation_id" => new.organisation,
                "role" => new.role,
            },
        )?;
        let reference = self.name(Noun::Person, id)?;
        Ok(Named { id, reference, name, made: true, like: None })
    }

    /// Adds an organisation.
    pub(crate) fn insert_organisation(
        &mut self,
        name: Line,
    ) -> Result<Named<OrganisationId>, StoreError> {
        let id = OrganisationId::new(self.new_id());
        let text = name.to_string();
        self.insert(Table::Organisation, id, fields! { "name" => name })?;
        let reference = self.name(Noun::Organisation, id)?;
        Ok(Named { id, reference, name: text, made: true, like: None })
    }

    /// The person of this name; a name that nobody has makes a new person.
    pub(crate) fn person_for(&mut self, name: &Name) -> Result<Named<PersonId>, StoreError> {
        match (self.person_named(name)?, name) {
            (Some(found), _) => Ok(found),
            (None, Name::Text(text)) => {
                let there = self.list_people(false)?;
                let there = there.into_iter().map(|person| (person.reference, person.name));
                let like = like(text, there);
                let made = self.insert_person(NewPerson {
                    name: text.clone(),
                    email: None,
                    phone: None,
                    organisation: None,
                    role: None,
                })?;
                Ok(Named { like, ..made })
            }
            (None, Name::Handle(handle)) => Err(missing(Noun::Person, handle)),
        }
    }

    /// The organisation of this name; a name that none has makes a new one.
    pub(crate) fn organisation_for(
        &mut self,
        name: &Name,
    ) -> Result<Named<OrganisationId>, StoreError> {
        match (self.organisation_named(name)?, name) {
            (Some(found), _) => Ok(found),
            (None, Name::Text(text)) => {
                let there = self.list_organisations(false)?;
                let there = there.into_iter().map(|found| (found.reference, found.name));
                let like = like(text, there);
                Ok(Named { like, ..self.insert_organisation(text.clone())? })
            }
            (None, Name::Handle(handle)) => Err(missing(Noun::Organisation, handle)),
        }
    }

    /// Changes what is known of a person.
    pub(crate) fn update_person(
        &mut self,
        person: &Person,
        edit: PersonEdit,
    ) -> Result<(), StoreError> {
        standing(person.removed, &person.reference)?;
        let row = given! {
            "name" => edit.name,
            "email" => edit.email,
            "phone" => edit.phone,
            "organisation_id" => edit.organisation,
            "role" => edit.role,
        };
        self.update(Table::Person, person.id, row).map(drop)
    }

    /// Renames an organisation.
    pub(crate) fn rename_organisation(
        &mut self,
        organisation: &Organisation,
        name: Line,
    ) -> Result<(), StoreError> {
        standing(organisation.removed, &organisation.reference)?;
        self.update(Table::Organisation, organisation.id, fields! { "name" => name }).map(drop)
    }

    /// Removes a person whom no engagement needs.
    pub(crate) fn remove_person(&mut self, person: &Person) -> Result<(), StoreError> {
        standing(person.removed, &person.reference)?;
        if let Some(by) = self.engagement_of_person(person.id)? {
            return Err(Refusal::InUse { reference: person.reference, by }.into());
        }
        self.remove(Table::Person, person.id)
    }

    /// Brings a person back that was removed.
    pub(crate) fn restore_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.restore(Table::Person, person.id, &person.reference)
    }

    /// Removes an organisation that no engagement and nobody names.
    pub(crate) fn remove_organisation(
        &mut self,
        organisation: &Organisation,
    ) -> Result<(), StoreError> {
        standing(organisation.removed, &organisation.reference)?;
        if let Some(by) = self.user_of_organisation(organisation.id)? {
            return Err(Refusal::InUse { reference: organisation.reference, by }.into());
        }
        self.remove(Table::Organisation, organisation.id)
    }

    /// Brings an organisation back that was removed.
    pub(crate) fn restore_organisation(
        &mut self,
        organisation: &Organisation,
    ) -> Result<(), StoreError> {
        self.restore(Table::Organisation, organisation.id, &organisation.reference)
    }
}

/// A name that a new one may have been meant for: one holds the other, or few letters differ.
fn like(name: &Line, there: impl Iterator<Item = (Ref, String)>) -> Option<String> {
    let name = name.as_str().to_lowercase();
    there
        .filter(|(_, other)| {
            let other = other.to_lowercase();
            let slips = strsim::damerau_levenshtein(&name, &other);
            slips <= 2 && name.chars().count() > 4 || other.contains(&name) || name.contains(&other)
        })
        .map(|(reference, other)| format!("{reference} {other}"))
        .next()
}
