//! `coach review mid|closing|follow-up`: holds a review by flags and words, or asks its questions one by
//! one and stores each answer as it is given.

use clap::Args;

use super::page::{goals_aside, written};
use super::{Scored, review_card, session_of, set_scores};
use crate::commands::args::{Words, handle, when};
use crate::commands::context::{Context, Leaf, Spoken, Takes};
use crate::commands::failure::Failure;
use crate::commands::stage::{nothing_said, said};
use crate::domain::engagement::Engagement;
use crate::domain::goal::GoalStatus;
use crate::domain::id::{Handle, Ref, SessionId};
use crate::domain::method::Limit;
use crate::domain::progress::GoalNow;
use crate::domain::review::{Review, usual_prompts};
use crate::domain::text::{Prose, TextError};
use crate::domain::time::{Day, When};
use crate::domain::word::ReviewKind;
use crate::platform::output::Format;
use crate::platform::prompt::Stop;
use crate::platform::table::Tone;
use crate::store::engagement::Match;
use crate::store::review::NewReview;
use crate::store::{Reader, Writer};

/// What every review takes.
#[derive(Args, Debug)]
pub(crate) struct Held {
    engagement: Option<String>,
    /// The words, without quotes; ‘-’ reads them from stdin
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Where a goal stands now, 0 to 10, as G1=6; it becomes the goal's rating of that day (can be
    /// repeated)
    #[arg(long, value_name = "GOAL=SCORE")]
    score: Vec<Scored>,
    /// The answer to a question of the method by its number, as 1=TEXT; ‘1=-’ reads it from stdin (can
    /// be repeated)
    #[arg(long, value_name = "N=TEXT")]
    answer: Vec<Answered>,
    /// The day of the review; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
    /// The session it is held in
    #[arg(long, value_name = "REF", value_parser = handle)]
    session: Option<Handle>,
}

macro_rules! reviews {
    ($($name:ident, $leaf:literal, $kind:ident;)+) => { $(
        /// Arguments of the review.
        #[derive(Args, Debug)]
        #[command(
            after_help = "Without words and scores, at a terminal, it shows the goals as they were \
            first set, asks the method's questions and a score for each goal, and stores every answer \
            as it is given; begun again on the same day it goes on with what is still open. The coachee \
            may read the words. Words on the command line stay in the shell's history: ‘-’ \
            reads them from stdin."
        )]
        pub(crate) struct $name {
            #[command(flatten)]
            held: Held,
        }

        impl Leaf for $name {
            const NAME: &'static str = $leaf;
            const TAKES: Takes = Takes::WRITE.engagement().strict();

            fn spoken(&self) -> Spoken {
                self.held.spoken()
            }

            fn run(self, context: &mut Context) -> Result<(), Failure> {
                self.held.run(context, ReviewKind::$kind)
            }
        }
    )+ };
}

reviews! {
    Mid, "review mid", Mid;
    Closing, "review closing", Closing;
    FollowUp, "review follow-up", FollowUp;
}

/// What a review is made with.
struct Frame {
    engagement: Engagement,
    kind: ReviewKind,
    session: Option<SessionId>,
    on: Day,
}

impl Held {
    fn spoken(&self) -> Spoken {
        match &self.text[..] {
            [] if self.is_flagged() => Spoken::Nothing,
            [] => Spoken::Heard,
            [dash] if dash == "-" => Spoken::Heard,
            _ => Spoken::Typed,
        }
    }

    /// Whether flags say what there is to say: then stdin is read only where that is said.
    fn is_flagged(&self) -> bool {
        !(self.score.is_empty() && self.answer.is_empty())
    }

    fn run(self, context: &mut Context, kind: ReviewKind) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        context.addressed(true);
        let (how, on) = (context.matching(), context.day_seen(self.on.as_ref())?);
        let (engagement, session) = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?;
            let session = self.session.as_ref();
            let session =
                session.map(|session| session_of(r, session, engagement.id)).transpose()?;
            Ok((engagement, session.map(|session| session.id)))
        })?;
        let flagged = self.is_flagged();
        let text = match self.text.is_empty() && flagged {
            true => None,
            false => said(context, &self.text)?,
        };
        let frame = Frame { engagement, kind, session, on };
        let (prompts, open) = context.read(|r| frame.asks(r))?;
        context.strictness().heed(&open)?;
        if text.is_none() && !flagged {
            return match context.interactive {
                true => {
                    context.warn(&open);
                    ask(context, &frame, &prompts)
                }
                false => Err(nothing_said()),
            };
        }
        let answers = answers(context, self.answer, &prompts)?;
        let (review, other) = context.write(|w| {
            let reviews = w.list_reviews(Some(frame.engagement.id), false)?;
            let mut others =
                reviews.into_iter().map(|other| (other.kind, other.on, other.reference));
            let other = others.find(|(kind, on, _)| (*kind, *on) == (frame.kind, frame.on));
            let review = frame.begin(w, text)?;
            set_scores(w, &review, &self.score)?;
            for (prompt, text) in answers {
                w.insert_answer(&review, prompt, text)?;
            }
            frame.summarise(w, review.reference);
            let review = w.get_review(&Handle::Ref(review.reference))?;
            Ok((review, other.map(|(.., reference)| reference)))
        })?;
        context.warn(&open);
        if let Some(other) = other {
            context.out.status(&format!(
                "{other} is a {} review of the same day; that one is changed by: coach review edit {other}",
                frame.kind
            ));
        }
        answer(context, review)
    }
}

/// An answer to the question of a number, as `1=TEXT`.
#[derive(Clone, Debug)]
struct Answered {
    number: usize,
    words: Words,
}

impl std::str::FromStr for Answered {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("‘{text}’ is no answer such as 1=TEXT");
        let (number, words) = text.split_once('=').ok_or_else(wrong)?;
        let number = number.trim().parse().map_err(|_| wrong())?;
        Ok(Self { number, words: words.parse().map_err(|error: TextError| error.to_string())? })
    }
}

/// The answers, each with its question.
fn answers<'p>(
    context: &mut Context,
    answered: Vec<Answered>,
    prompts: &'p [String],
) -> Result<Vec<(&'p str, Prose)>, Failure> {
    let mut all: Vec<(&str, Prose)> = Vec::new();
    for Answered { number, words } in answered {
        let prompt = number.checked_sub(1).and_then(|at| prompts.get(at)).ok_or_else(|| {
            let known: Vec<String> = (1..)
                .zip(prompts)
                .map(|(number, prompt): (u32, _)| format!("{number} {prompt}"))
                .collect();
            Failure::usage(format!("there is no question {number}; nothing was written"))
                .hint(format!("the questions: {}", known.join("; ")))
        })?;
        if all.iter().any(|(known, _)| known == prompt) {
            return Err(Failure::usage(format!(
                "question {number} is answered twice; nothing was written"
            )));
        }
        if let Some(text) = context.words(Some(words))? {
            all.push((prompt, text));
        }
    }
    Ok(all)
}

impl Frame {
    fn begin(&self, w: &mut Writer<'_>, text: Option<Prose>) -> Result<Review, Failure> {
        self.stands(w)?;
        let new = NewReview { kind: self.kind, session: self.session, on: self.on, text };
        let reference = w.insert_review(self.engagement.id, new)?;
        Ok(w.get_review(&Handle::Ref(reference))?)
    }

    /// That the engagement was not removed since it was found.
    fn stands(&self, r: &Reader<'_>) -> Result<(), Failure> {
        Ok(r.find_engagement(self.engagement.slug.as_str(), Match::Whole).map(drop)?)
    }

    /// The questions of this review, and what the method wants to be there before it.
    fn asks(&self, r: &Reader<'_>) -> Result<(Vec<String>, Vec<Limit>), Failure> {
        let method = r.method_of(self.engagement.id)?;
        let Some(own) = method.reviews.into_iter().find(|review| review.id == self.kind) else {
            let usual = usual_prompts(self.kind).iter().map(|&prompt| prompt.to_owned());
            return Ok((usual.collect(), Vec::new()));
        };
        let needs = r.open_needs_of(&self.engagement, &own.requires)?;
        let of = format!("for the {} review", self.kind);
        let open = Limit::open(of, needs, &self.engagement.slug);
        Ok((own.prompts, open.into_iter().collect()))
    }

    fn summarise(&self, w: &mut Writer<'_>, reference: Ref) {
        w.summarise(format!("{} review {reference} of {}", self.kind, self.engagement.slug));
    }
}

/// Answers with a review: for people with its goals as they were first set.
fn answer(context: &mut Context, review: Review) -> Result<(), Failure> {
    if context.out.format != Format::Table || context.globals.dry_run {
        return context.record(&review, review_card);
    }
    let page = context.read(|r| Ok(r.review_page(review)?))?;
    let name = page.review.engagement.to_string();
    written(context, &page.review, &name, &page)
}

/// The goals to be scored, and the review of that day that is not done, if there is one.
struct Open {
    begun: Option<Review>,
    goals: Vec<GoalNow>,
}

fn open(context: &mut Context, frame: &Frame, prompts: &[String]) -> Result<Open, Failure> {
    let (engagement, kind, on) = (frame.engagement.id, frame.kind, frame.on);
    context.read(|r| {
        let mut goals = r.goals_now(engagement)?;
        goals.retain(|goal| goal.status == GoalStatus::Active);
        let reviews = r.list_reviews(Some(engagement), false)?;
        let begun = reviews.into_iter().rfind(|review| {
            let scored = |goal: &GoalNow| review.scores.iter().any(|s| s.goal == goal.reference);
            (review.kind, review.on) == (kind, on)
                && review.text.is_none()
                && !(review.unanswered(prompts).is_empty() && goals.iter().all(scored))
        });
        Ok(Open { begun, goals })
    })
}

/// Asks what is open, and stores each answer as it is given.
fn ask(context: &mut Context, frame: &Frame, prompts: &[String]) -> Result<(), Failure> {
    let Open { mut begun, goals } = open(context, frame, prompts)?;
    context.out.aside(&format!("{} review of {}", frame.kind, frame.engagement.slug), Tone::Strong);
    if let Some(review) = &begun {
        context.out.aside(&format!("It goes on with {}.", review.reference), Tone::Dim);
    }
    context.out.aside("The goals, as first set and now", Tone::Strong);
    context.out.aside(&goals_aside(&goals), Tone::Plain);
    context.out.aside("A line and Enter stores it; Enter alone leaves a question out.", Tone::Dim);
    asked(context, frame, &mut begun, prompts, &goals)?;
    match begun {
        Some(review) => answer(context, review),
        None => {
            context.out.status("nothing was said, and nothing was written");
            Ok(())
        }
    }
}

fn asked(
    context: &mut Context,
    frame: &Frame,
    begun: &mut Option<Review>,
    prompts: &[String],
    goals: &[GoalNow],
) -> Result<(), Failure> {
    let open: Vec<String> = match begun {
        Some(review) => review.unanswered(prompts).into_iter().cloned().collect(),
        None => prompts.to_vec(),
    };
    for prompt in open {
        context.out.aside(&prompt, Tone::Plain);
        let typed = match context.prompt.words("answer", "") {
            // What was said is stored: to leave the rest is no failure.
            Err(Stop::Cancelled) if begun.is_some() => return Ok(()),
            typed => typed?,
        };
        if typed.trim().is_empty() {
            continue;
        }
        let text: Prose = typed.trim().parse()?;
        context.confirmed(typed.trim());
        store(context, frame, begun, |w, review| Ok(w.insert_answer(review, &prompt, text)?))?;
        context.heard_out();
    }
    for goal in goals {
        let scored = begun
            .as_ref()
            .is_some_and(|review| review.scores.iter().any(|score| score.goal == goal.reference));
        if scored {
            continue;
        }
        context.out.aside(
            &format!("{}  {}: where does it stand now, 0 to 10?", goal.reference, goal.title),
            Tone::Plain,
        );
        loop {
            let typed = match context.prompt.words("score", "") {
                Err(Stop::Cancelled) if begun.is_some() => return Ok(()),
                typed => typed?,
            };
            let typed = typed.trim();
            if typed.is_empty() {
                break;
            }
            match typed.parse().ok().filter(|score| *score <= 10) {
                Some(score) => {
                    let scored = [Scored { goal: Handle::Ref(goal.reference), score }];
                    store(context, frame, begun, |w, review| set_scores(w, review, &scored))?;
                    break;
                }
                None => {
                    context.out.aside("A whole number from 0 to 10, or Enter alone.", Tone::Dim)
                }
            }
        }
    }
    Ok(())
}

/// Stores one answer as a step of its own; the first one begins the review.
fn store(
    context: &mut Context,
    frame: &Frame,
    begun: &mut Option<Review>,
    write: impl FnOnce(&mut Writer<'_>, &Review) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let known = begun.as_ref().map(|review| review.reference);
    let review = context.write(|w| {
        let review = match known {
            Some(reference) => {
                frame.stands(w)?;
                w.get_review(&Handle::Ref(reference))?
            }
            None => frame.begin(w, None)?,
        };
        write(w, &review)?;
        frame.summarise(w, review.reference);
        Ok(w.get_review(&Handle::Ref(review.reference))?)
    })?;
    *begun = Some(review);
    Ok(())
}
