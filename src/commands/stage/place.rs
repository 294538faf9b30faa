//! Where words go, and where they come from.

use super::super::args::Words;
use super::super::context::Context;
use super::super::failure::Failure;
use crate::domain::discretion::About;
use crate::domain::engagement::Engagement;
use crate::domain::id::{Handle, Noun, Ref, Slug};
use crate::domain::refusal::Refusal;
use crate::domain::session::{Session, SessionStatus, is_current};
use crate::domain::text::{Prose, TextError};
use crate::domain::time::Moment;
use crate::domain::word::Word;
use crate::store::session::NoteFilter;
use crate::store::{Place, Reader};
use crate::vault::Drafted;

/// A place for words, and how it is spoken of.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) engagement: Slug,
    /// Absent between sessions.
    number: Option<u32>,
    /// When what is told here was told: the end of a session that was held, else now.
    pub(super) told_at: Option<Moment>,
    stale: bool,
    /// Whether the engagement is that of the one who keeps the journal.
    own: bool,
}

impl Target {
    pub(super) fn of(session: Session, stale: bool) -> Self {
        Self {
            place: Place {
                engagement: session.engagement_id,
                session: Some(session.id),
                zone: session.start.zone(),
            },
            number: session.number,
            told_at: (session.status == SessionStatus::Held).then(|| session.end()),
            engagement: session.engagement,
            stale,
            own: false,
        }
    }

    fn between(engagement: Engagement) -> Self {
        Self {
            place: Place { engagement: engagement.id, session: None, zone: engagement.zone },
            own: engagement.own,
            engagement: engagement.slug,
            number: None,
            told_at: None,
            stale: false,
        }
    }

    /// Refuses the words of a check-in where there is no session: only outcomes are told there.
    pub(super) fn takes_words(&self) -> Result<(), Failure> {
        match self.place.session {
            Some(_) => Ok(()),
            None => {
                let alone = Refusal::NoStageAlone { engagement: self.engagement.clone() };
                Err(Failure::from(alone)
                    .only_hint("tell how a commitment went: coach check-in --done A1, or --partly")
                    .hint("or write down what you think: coach reflect"))
            }
        }
    }

    /// Refuses to write where the session was taken back or the engagement removed meanwhile.
    pub(super) fn check(&self, r: &Reader<'_>) -> Result<(), Failure> {
        if r.place_stands(&self.place)? {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "{} is no longer there; nothing was written",
            self.spoken(None)
        ))
        .hint("another command took it back meanwhile: coach history"))
    }

    /// Whom the words are about.
    pub(super) fn about(&self) -> About {
        About::Engagement(self.place.engagement)
    }

    /// `acme-cfo · session 3 · deep-dive`; in one's own engagement, between sessions, `mine`.
    pub(super) fn spoken(&self, stage: Option<&str>) -> String {
        if self.own {
            return self.engagement.to_string();
        }
        let session = match self.number {
            Some(number) => format!("session {number}"),
            None => "between sessions".to_owned(),
        };
        let stage = stage.map_or_else(String::new, |stage| format!(" · {stage}"));
        format!("{} · {session}{stage}", self.engagement)
    }
}

/// Whether words may also go between two sessions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Between {
    Allowed,
    /// In the engagement of the one who keeps the journal.
    Own,
    Refused,
}

/// Where words go: into the session that is named, or open in the engagement that is named, or the
/// one that is current; where none is open at all, into one's own engagement.
pub(super) fn find(
    context: &mut Context,
    session: Option<&Handle>,
    between: Between,
) -> Result<Target, Failure> {
    let (named, how) = (context.engagement_named(None)?, context.matching());
    context.addressed(session.is_some() || named.is_some());
    let drafted = context.given_place();
    let target = context.read(|r| {
        if let Some(session) = drafted.as_ref().and_then(Drafted::session) {
            return into(r.get_session(&session)?);
        }
        if let Some(engagement) = drafted.as_ref().and_then(Drafted::engagement) {
            return Ok(Target::between(r.get_engagement(engagement)?));
        }
        let engagement = named.as_ref().map(|name| r.find_engagement(name, how)).transpose()?;
        match (session, engagement) {
            (Some(handle), engagement) => {
                let session = r.get_session(handle)?;
                if let Some(other) = engagement.filter(|named| named.id != session.engagement_id) {
                    let (reference, engagement) = (session.reference, session.engagement);
                    return Err(Failure::from(Refusal::OtherEngagement { reference, engagement })
                        .hint(format!("-e says {}", other.slug)));
                }
                into(session)
            }
            (None, Some(engagement)) => match r.open_session(engagement.id)? {
                Some(open) => {
                    let stale = !is_current(open.start, open.minutes, r.now());
                    Ok(Target::of(open, stale))
                }
                None if between == Between::Allowed
                    || between == Between::Own && engagement.own =>
                {
                    Ok(Target::between(engagement))
                }
                None if engagement.own => {
                    Err(Refusal::NoStageAlone { engagement: engagement.slug }.into())
                }
                None => Err(Refusal::NoSessionOpen { engagement: engagement.slug }.into()),
            },
            (None, None) => match r.own_engagement()? {
                Some(own) if !own.removed && r.open_sessions()?.is_empty() => match between {
                    Between::Allowed | Between::Own => Ok(Target::between(own)),
                    Between::Refused => Err(Refusal::NoStageAlone { engagement: own.slug }.into()),
                },
                _ => Ok(Target::of(r.current_session()?, false)),
            },
        }
    })?;
    let spoken = target.spoken(None);
    context.placed(Drafted::new(target.place.engagement, target.place.session, spoken));
    if target.stale {
        let engagement = &target.engagement;
        context.out.warning(&format!(
            "this session began long ago; if it is over: coach session end {engagement} --minutes N"
        ));
    }
    Ok(target)
}

fn into(session: Session) -> Result<Target, Failure> {
    if session.removed {
        return Err(Refusal::Removed { name: session.reference.to_string() }.into());
    }
    if !session.status.began() {
        let (reference, status) = (session.reference, session.status.word());
        return Err(Refusal::NotUnderWay { reference, status }.into());
    }
    Ok(Target::of(session, false))
}

/// The words of a capture: typed, piped, or asked for where somebody is there to answer.
pub(super) fn words(
    context: &mut Context,
    typed: &[String],
    target: &Target,
    stage: Option<&str>,
) -> Result<Prose, Failure> {
    match said(context, typed)? {
        Some(text) => Ok(text),
        None if context.interactive => {
            show_prompts(context, target, stage)?;
            ask(context, &target.spoken(stage))
        }
        None => Err(nothing_said()),
    }
}

/// Shows the questions that the method has for a stage, before its first note in a session.
pub(super) fn show_prompts(
    context: &mut Context,
    target: &Target,
    stage: Option<&str>,
) -> Result<(), Failure> {
    let filter = NoteFilter {
        session: target.place.session,
        stage: stage.map(str::to_owned),
        ..NoteFilter::default()
    };
    let (method, begun) = context.read(|r| {
        let begun = target.place.session.is_some() && !r.list_notes(&filter)?.is_empty();
        Ok((r.method_of(target.place.engagement)?, begun))
    })?;
    let stage = stage.and_then(|stage| method.stage(stage)).filter(|_| !begun);
    for prompt in stage.iter().flat_map(|stage| &stage.prompts) {
        context.out.status(&format!("  {prompt}"));
    }
    Ok(())
}

/// Asks for one line at the prompt.
pub(super) fn ask(context: &mut Context, label: &str) -> Result<Prose, Failure> {
    let check = |text: &str| {
        text.parse::<Prose>().map(drop).map_err(|error| format!("{error} (Ctrl-D leaves)"))
    };
    let typed = context.prompt.line(label, "", &check)?;
    context.heard(&typed);
    Ok(typed.parse()?)
}

/// The error for a capture without words where nobody can be asked.
pub(crate) fn nothing_said() -> Failure {
    Failure::usage("there are no words to store")
        .hint("give them after the command, or ‘-’ and pipe them")
}

/// The words that were typed or piped; nothing where there are none.
pub(crate) fn said(context: &mut Context, typed: &[String]) -> Result<Option<Prose>, Failure> {
    match typed {
        [dash] if dash == "-" => {
            if context.around.stdin_is_terminal {
                context.out.status("type, on as many lines as you like; Ctrl-D ends");
            }
            context.words(Some(Words::Piped))
        }
        [] if context.around.stdin_is_terminal || context.stdin_is_read() => Ok(None),
        [] => match context.piped_prose()? {
            Err(TextError::Empty) => Ok(None),
            text => Ok(Some(text?)),
        },
        typed => {
            no_command_meant(context.name(), typed)?;
            context.typed(typed);
            Ok(Some(typed.join(" ").parse()?))
        }
    }
}

/// Refuses words that are refs alone: a command was meant, and nobody's note is `N90`.
fn no_command_meant(command: &str, typed: &[String]) -> Result<(), Failure> {
    const VERBS: &[&str] =
        &["list", "show", "edit", "share", "unshare", "move", "remove", "restore"];
    let words: Vec<&str> = typed.iter().flat_map(|part| part.split_whitespace()).collect();
    let refs = |words: &[&str]| !words.is_empty() && words.iter().all(|word| is_ref(word));
    let meant = match &words[..] {
        [verb, rest @ ..] if VERBS.contains(verb) && (rest.is_empty() || refs(rest)) => {
            format!("coach notes {}", words.join(" "))
        }
        all if refs(all) => match all[0].parse() {
            Ok(Handle::Ref(Ref { noun, .. })) => {
                format!("coach {} show {}", command_of(noun), all[0])
            }
            _ => format!("coach history {}", all[0]),
        },
        _ => return Ok(()),
    };
    Err(Failure::usage("this looks like a command, not like words to store; nothing was written")
        .hint(format!("did you mean: {meant}"))
        .hint(format!("to store it as it stands, pipe it: coach {command} -")))
}

/// Whether a word is a ref of any noun, one that has no commands yet included, or an id.
fn is_ref(word: &str) -> bool {
    const PREFIXES: &str = "GKSANPODCMHFWRBTELI";
    let mut letters = word.chars();
    let prefix =
        letters.next().is_some_and(|letter| PREFIXES.contains(letter.to_ascii_uppercase()));
    let digits = letters.as_str();
    let numbered = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (prefix && numbered) || matches!(word.parse(), Ok(Handle::Id(_)))
}

/// The words under which a noun's verbs are found.
fn command_of(noun: Noun) -> &'static str {
    match noun {
        Noun::Person => "person",
        Noun::Organisation => "org",
        Noun::Goal => "goal",
        Noun::KeyResult => "goal kr",
        Noun::Session => "session",
        Noun::Note => "notes",
        Noun::Action => "action",
        Noun::Habit => "habit",
        Noun::Agreement => "agreement",
        Noun::Stakeholder => "stakeholder",
        Noun::Feedback => "stakeholder feedback",
        Noun::Worksheet => "worksheet",
        Noun::Review => "review",
    }
}
