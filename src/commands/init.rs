//! `coach init`: a journal and its key, without a question.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::args::word;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use super::recovery::{self, RecoveryFile};
use crate::domain::discretion::{About, Concerns};
use crate::domain::engagement::{EngagementStatus, OWN_SLUG, Role};
use crate::domain::id::Slug;
use crate::domain::method::Written;
use crate::domain::text::Line;
use crate::domain::word::{Format, Lang};
use crate::platform::output::Card;
use crate::store::engagement::NewEngagement;
use crate::store::person::NewPerson;
use crate::store::{Clock, Journal, StoreError};
use crate::vault;

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Make the journal without a key: anybody who has the file can read it
    #[arg(long)]
    plain: bool,
    /// Who will keep it: a coach, or an executive for themselves, who gets an engagement ‘mine’
    #[arg(long, value_parser = word::<Role>(), default_value = "coach")]
    role: Role,
    /// Write the recovery line into this file, readable by you alone
    #[arg(long, value_name = "FILE", conflicts_with = "plain")]
    recovery_to: Option<PathBuf>,
}

/// What `init` made.
#[derive(Serialize)]
struct Answer {
    journal: String,
    key: Option<String>,
    recovery: Option<String>,
    plain: bool,
    role: Role,
}

/// How the one who keeps a journal for themselves is called until they say otherwise.
const OWNER: &str = "Me";

/// The method of an engagement of one's own.
const METHOD: &str = "plain";

/// What `mine` is made of.
struct Mine {
    slug: Slug,
    owner: Line,
    method: Written,
}

impl Mine {
    fn new() -> Result<Self, Failure> {
        let method = Written::shipped(METHOD).ok_or_else(|| Failure::bug("no plain method"))?;
        Ok(Self { slug: OWN_SLUG.parse().map_err(Failure::bug)?, owner: OWNER.parse()?, method })
    }

    /// Begins it in a journal that holds nothing yet, as one step.
    fn begin(self, journal: &mut Journal, clock: Clock) -> Result<(), StoreError> {
        let step = journal.write(Init::NAME, |w| {
            let owner = w.insert_person(NewPerson {
                name: self.owner,
                email: None,
                phone: None,
                organisation: None,
                role: None,
            })?;
            w.insert_engagement(NewEngagement {
                slug: self.slug,
                coachees: vec![owner.id],
                sponsors: Vec::new(),
                organisation: None,
                payer: None,
                method: self.method,
                status: EngagementStatus::Active,
                start: clock.today,
                end: None,
                sessions: None,
                cadence: None,
                minutes: None,
                format: Format::Virtual,
                rate: None,
                zone: clock.now.zone(),
                lang: Lang::default(),
                own: true,
            })?;
            w.summarise(format!("made a journal for yourself, with {OWN_SLUG}"));
            Ok::<_, StoreError>(())
        });
        step.map(drop)
    }
}

impl Concerns for Answer {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for Init {
    const NAME: &'static str = "init";
    const TAKES: Takes = Takes::WRITE.at_once().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if context.globals.key_file.is_some() {
            return Err(Failure::usage(
                "--key-file means nothing to init: it makes a key of its own",
            ));
        }
        let (path, ring) = (context.journal_path(), context.key_ring());
        let mine = if self.role == Role::Executive { Some(Mine::new()?) } else { None };
        // The file for the line is made first: without it there is no journal either.
        let recovery = self.recovery_to.as_deref().map(RecoveryFile::claim).transpose()?;
        let clock = context.clock;
        let begin = |journal: &mut Journal| mine.map_or(Ok(()), |mine| mine.begin(journal, clock));
        let made = match vault::create(&path, &ring, self.plain, clock, begin) {
            Ok(made) => made,
            Err(error) => {
                recovery.into_iter().for_each(RecoveryFile::forget);
                return Err(error.into());
            }
        };
        context.committed();
        if let (Some((key, _)), Some(file)) = (&made.key, recovery) {
            file.fill(key)?;
        }
        let recovery = self.recovery_to.as_ref().map(|file| file.display().to_string());
        let answer = Answer {
            journal: path.display().to_string(),
            key: made.key.as_ref().map(|(_, file)| file.display().to_string()),
            recovery,
            plain: self.plain,
            role: self.role,
        };
        context.record(&answer, |answer| {
            let title = if answer.plain {
                "A plain journal is ready."
            } else {
                "An encrypted journal is ready."
            };
            Card::new(title)
                .fact("journal", &answer.journal)
                .fact("key", answer.key.as_deref().unwrap_or_default())
                .fact("recovery line", answer.recovery.as_deref().unwrap_or_default())
                .fact("yours", if answer.role == Role::Executive { OWN_SLUG } else { "" })
        })?;
        recovery::tell(&context.out, context.interactive, &made, self.recovery_to.is_some())?;
        if self.role == Role::Executive {
            context.out.status(
                "next: coach plan, coach habit add, coach reflect; coach person edit P1 --name says who you are",
            );
        }
        Ok(())
    }
}
