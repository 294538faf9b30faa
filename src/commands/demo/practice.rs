//! The sample practice: data in `practice.toml`, written as a coach would have written it, day by day.

use std::collections::HashMap;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};

use super::super::failure::Failure;
use crate::domain::action::{ActionKind, ActionOwner, OutcomeKind};
use crate::domain::agreement::{Party, Terms};
use crate::domain::engagement::EngagementStatus;
use crate::domain::goal::{GoalOwner, GoalStatus, Number};
use crate::domain::id::{Handle, Ref, Slug};
use crate::domain::method::Written;
use crate::domain::money::Rate;
use crate::domain::person::Email;
use crate::domain::session::{NoteKind, Pay, SessionKind, SessionStatus};
use crate::domain::text::{Line, Prose};
use crate::domain::time::{Day, Minutes, Moment, When, Zone};
use crate::domain::word::{Format, Lang, Range, Setting, Visibility, Word};
use crate::report::{agreement, template};
use crate::store::action::NewAction;
use crate::store::agreement::NewSignature;
use crate::store::engagement::{NewEngagement, Payer};
use crate::store::goal::{GoalEdit, NewGoal, NewKeyResult};
use crate::store::person::{Name, NewPerson};
use crate::store::session::{NewNote, NewSession, SessionEdit, Start};
use crate::store::{Journal, Place, Writer};

const PRACTICE: &str = include_str!("practice.toml");

/// Who keeps the sample practice, and under whose law; both invented.
const COACH: &str = "Ada Brennan";
const LAW: &str = "Germany";

/// A value that is written as text.
struct Text<T>(T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Text).map_err(D::Error::custom)
    }
}

/// A word.
struct Said<T>(T, PhantomData<T>);

impl<'de, T: Word> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::from_word(&text)
            .map(|word| Said(word, PhantomData))
            .ok_or_else(|| D::Error::custom(text))
    }
}

#[derive(serde::Deserialize)]
struct Practice {
    organisation: Vec<Organisation>,
    person: Vec<Person>,
    engagement: Vec<Engagement>,
}

#[derive(serde::Deserialize)]
struct Organisation {
    name: Text<Line>,
}

#[derive(serde::Deserialize)]
struct Person {
    name: Text<Line>,
    email: Option<Text<Email>>,
    phone: Option<Text<Line>>,
    org: Option<Text<Name>>,
    role: Option<Text<Line>>,
}

#[derive(serde::Deserialize)]
struct Engagement {
    slug: Text<Slug>,
    coachees: Vec<Text<Name>>,
    #[serde(default)]
    sponsors: Vec<Text<Name>>,
    org: Option<Text<Name>>,
    payer: Option<Text<Name>>,
    start: i64,
    end: Option<i64>,
    sessions: u32,
    cadence: Text<Range>,
    minutes: Text<Range>,
    format: Said<Format>,
    rate: Text<Rate>,
    zone: Text<Zone>,
    status: Said<EngagementStatus>,
    goal: Vec<Goal>,
    session: Vec<Session>,
}

#[derive(serde::Deserialize)]
struct Goal {
    title: Text<Line>,
    owner: Said<GoalOwner>,
    focus: Option<Text<Line>>,
    #[serde(default)]
    success: Vec<Text<Line>>,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    achieved: bool,
    #[serde(default)]
    ratings: Vec<Rating>,
    #[serde(default)]
    key_result: Vec<KeyResult>,
}

#[derive(serde::Deserialize)]
struct Rating {
    day: i64,
    value: u8,
}

#[derive(serde::Deserialize)]
struct KeyResult {
    title: Text<Line>,
    unit: Text<Line>,
    from: f64,
    to: f64,
    #[serde(default)]
    measurements: Vec<Measurement>,
}

#[derive(serde::Deserialize)]
struct Measurement {
    day: i64,
    value: f64,
}

#[derive(serde::Deserialize)]
struct Session {
    day: i64,
    time: String,
    minutes: i64,
    kind: Said<SessionKind>,
    status: Said<SessionStatus>,
    format: Said<Format>,
    pay: Option<Said<Pay>>,
    summary: Option<Text<Prose>>,
    private_summary: Option<Text<Prose>>,
    #[serde(default)]
    note: Vec<Note>,
    #[serde(default)]
    action: Vec<Action>,
    #[serde(default)]
    outcome: Vec<Outcome>,
}

#[derive(serde::Deserialize)]
struct Note {
    minute: i64,
    stage: String,
    kind: Said<NoteKind>,
    #[serde(default)]
    shared: bool,
    goal: Option<usize>,
    text: Text<Prose>,
}

#[derive(serde::Deserialize)]
struct Action {
    minute: i64,
    key: String,
    what: Text<Line>,
    due: Option<i64>,
    kind: Said<ActionKind>,
    goal: Option<usize>,
    owner: Option<Said<ActionOwner>>,
}

#[derive(serde::Deserialize)]
struct Outcome {
    minute: i64,
    action: String,
    outcome: Said<OutcomeKind>,
    reflection: Option<Text<Prose>>,
}

/// Fills a new journal with the sample practice, its days counted from today.
pub(super) fn fill(journal: &mut Journal) -> Result<(), Failure> {
    let practice: Practice = toml::from_str(PRACTICE)
        .map_err(|error| Failure::bug(format!("the sample practice: {error}")))?;
    journal.write("demo", |w| {
        w.summarise("the people of the sample practice");
        people(w, practice.organisation, practice.person)
    })?;
    for mut engagement in practice.engagement {
        let sessions = std::mem::take(&mut engagement.session);
        let slug = engagement.slug.0.clone();
        let (filling, _) = journal.write("demo", |w| {
            w.summarise(format!("the sample engagement {slug}"));
            Filling::begin(w, engagement)
        })?;
        journal.write("demo", |w| {
            w.summarise(format!("the sessions of {slug}"));
            filling.sessions(w, sessions)
        })?;
    }
    Ok(())
}

fn people(
    w: &mut Writer<'_>,
    organisations: Vec<Organisation>,
    people: Vec<Person>,
) -> Result<(), Failure> {
    for organisation in organisations {
        w.insert_organisation(organisation.name.0)?;
    }
    for person in people {
        let organisation = match person.org {
            Some(Text(name)) => Some(w.find_organisation(&name)?.id),
            None => None,
        };
        w.insert_person(NewPerson {
            name: person.name.0,
            email: person.email.map(|text| text.0),
            phone: person.phone.map(|text| text.0),
            organisation,
            role: person.role.map(|text| text.0),
        })?;
    }
    Ok(())
}

/// One engagement while it is written.
struct Filling {
    today: Day,
    zone: Zone,
    place: Place,
    goals: Vec<Ref>,
    actions: HashMap<String, Ref>,
}

fn unsound() -> Failure {
    Failure::bug("the sample practice names something that is not there")
}

impl Filling {
    fn begin(w: &mut Writer<'_>, data: Engagement) -> Result<Self, Failure> {
        let today = w.today();
        let method = "five-stage";
        let method = Written::shipped(method).ok_or_else(unsound)?;
        let find = |w: &Writer<'_>, names: &[Text<Name>]| {
            names
                .iter()
                .map(|Text(name)| Ok(w.find_person(name)?.id))
                .collect::<Result<Vec<_>, Failure>>()
        };
        let organisation = |w: &Writer<'_>, name: Option<Text<Name>>| {
            name.map(|Text(name)| w.find_organisation(&name)).transpose()
        };
        let new = NewEngagement {
            slug: data.slug.0,
            coachees: find(w, &data.coachees)?,
            sponsors: find(w, &data.sponsors)?,
            organisation: organisation(w, data.org)?.map(|found| found.id),
            payer: organisation(w, data.payer)?.map(|found| Payer::Organisation(found.id)),
            method,
            status: data.status.0,
            start: today.plus_days(data.start).ok_or_else(unsound)?,
            end: data.end.and_then(|end| today.plus_days(end)),
            sessions: Some(data.sessions),
            cadence: Some(data.cadence.0),
            minutes: Some(data.minutes.0),
            format: data.format.0,
            rate: Some(data.rate.0),
            zone: data.zone.0,
            lang: Lang::default(),
            own: false,
        };
        let id = w.insert_engagement(new)?;
        let zone = data.zone.0;
        let place = Place { engagement: id, session: None, zone };
        let mut filling = Self { today, zone, place, goals: Vec::new(), actions: HashMap::new() };
        for goal in data.goal {
            filling.goal(w, goal)?;
        }
        filling.agreement(w)?;
        Ok(filling)
    }

    fn sessions(mut self, w: &mut Writer<'_>, sessions: Vec<Session>) -> Result<(), Failure> {
        let now = w.now();
        for session in sessions {
            self.session(w, session)?;
        }
        w.move_to(now);
        Ok(())
    }

    fn day(&self, days: i64) -> Result<Day, Failure> {
        self.today.plus_days(days).ok_or_else(unsound)
    }

    fn goal(&mut self, w: &mut Writer<'_>, data: Goal) -> Result<(), Failure> {
        let new = NewGoal {
            title: data.title.0,
            owner: data.owner.0,
            focus: data.focus.map(|text| text.0),
            success: data.success.into_iter().map(|text| text.0).collect(),
            visibility: if data.private { Visibility::Private } else { Visibility::Shared },
        };
        let reference = w.insert_goal(self.place.engagement, new)?;
        let goal = w.get_goal(&Handle::Ref(reference))?;
        for rating in data.ratings {
            w.insert_rating(&goal, rating.value, self.day(rating.day)?)?;
        }
        for data in data.key_result {
            let new = NewKeyResult {
                title: data.title.0,
                unit: data.unit.0,
                baseline: Number::new(data.from),
                target: Number::new(data.to),
            };
            let reference = w.insert_key_result(&goal, new)?;
            let kr = w.get_key_result(&Handle::Ref(reference))?;
            for measured in data.measurements {
                w.insert_measurement(&kr, Number::new(measured.value), self.day(measured.day)?)?;
            }
        }
        if data.achieved {
            w.update_goal(
                &goal,
                GoalEdit { status: Some(GoalStatus::Achieved), ..GoalEdit::default() },
            )?;
        }
        self.goals.push(reference);
        Ok(())
    }

    /// The agreement that everybody signed as it began.
    fn agreement(&self, w: &mut Writer<'_>) -> Result<(), Failure> {
        let engagement = w.get_engagement(self.place.engagement)?;
        let on = engagement.start.min(self.today);
        let terms = Terms { jurisdiction: Some(LAW.to_owned()), ..Terms::default() };
        let coach = Some(COACH.to_owned());
        let mut paper = w.for_parties().agreement(engagement.id, 1, terms, coach)?;
        paper.made_on = on;
        let template = template::shipped(agreement::TEMPLATE).ok_or_else(unsound)?;
        let text = template::render(agreement::TEMPLATE, template, &paper)?;
        let reference = w.insert_agreement(engagement.id, 1, on, &paper.terms, text)?;
        let made = w.get_agreement(&Handle::Ref(reference))?;
        let coachees = engagement.coachees.iter().map(|person| (Party::Coachee, person));
        let sponsors = engagement.sponsors.iter().map(|person| (Party::Sponsor, person));
        for (party, person) in coachees.chain(sponsors) {
            let person = w.get_person(&Handle::Ref(*person))?;
            let (name, person) = (person.name, Some(person.id));
            w.insert_signature(&made, NewSignature { party, person, name, on })?;
        }
        let name = COACH.to_owned();
        w.insert_signature(&made, NewSignature { party: Party::Coach, person: None, name, on })?;
        Ok(())
    }

    fn session(&mut self, w: &mut Writer<'_>, data: Session) -> Result<(), Failure> {
        let start = self.moment(data.day, &data.time)?;
        let reference = w.insert_session(
            self.place.engagement,
            NewSession {
                kind: data.kind.0,
                status: data.status.0,
                start: Start { moment: start, timed: true },
                minutes: Minutes::new(data.minutes),
                format: data.format.0,
                pay: data.pay.map_or(Pay::Paid, |pay| pay.0),
                with: Vec::new(),
            },
        )?;
        let session = w.get_session(&Handle::Ref(reference))?;
        let summaries = SessionEdit {
            summary: data.summary.map(|text| Setting::To(text.0)),
            private_summary: data.private_summary.map(|text| Setting::To(text.0)),
            ..SessionEdit::default()
        };
        w.update_session(&session, summaries)?;
        let place = Place { session: Some(session.id), ..self.place.clone() };
        for told in data.outcome {
            w.move_to(start.plus_minutes(told.minute));
            let reference = self.actions.get(&told.action).ok_or_else(unsound)?;
            let action = w.get_action(&Handle::Ref(*reference))?;
            let told_at = w.now();
            w.insert_outcome(
                &action,
                &place,
                told_at,
                told.outcome.0,
                told.reflection.map(|text| text.0),
                None,
            )?;
        }
        for note in data.note {
            w.move_to(start.plus_minutes(note.minute));
            let new = NewNote {
                stage: Some(note.stage),
                kind: note.kind.0,
                visibility: if note.shared { Visibility::Shared } else { Visibility::Private },
                goal: self.goal_id(w, note.goal)?,
                text: note.text.0,
            };
            w.insert_note(&place, new)?;
        }
        for action in data.action {
            w.move_to(start.plus_minutes(action.minute));
            let owner = action.owner.map_or(ActionOwner::Coachee, |owner| owner.0);
            let coachee = w.coachees(self.place.engagement)?.first().map(|(id, ..)| *id);
            let new = NewAction {
                what: action.what.0,
                owner,
                person: coachee.filter(|_| owner == ActionOwner::Coachee),
                due: action.due.map(|due| self.day(due)).transpose()?,
                kind: action.kind.0,
                goal: self.goal_id(w, action.goal)?,
                visibility: owner.usual_visibility(),
            };
            let reference = w.insert_action(&place, new)?;
            self.actions.insert(action.key, reference);
        }
        Ok(())
    }

    fn goal_id(
        &self,
        w: &Writer<'_>,
        number: Option<usize>,
    ) -> Result<Option<crate::domain::id::GoalId>, Failure> {
        let Some(number) = number else { return Ok(None) };
        let reference =
            number.checked_sub(1).and_then(|at| self.goals.get(at)).ok_or_else(unsound)?;
        Ok(Some(w.get_goal(&Handle::Ref(*reference))?.id))
    }

    fn moment(&self, days: i64, time: &str) -> Result<Moment, Failure> {
        let when = When::parse(&format!("{} {time}", self.day(days)?))?;
        Ok(when.resolve(self.today)?.moment_in(self.zone)?.moment)
    }
}
