//! The rules that say no, in words, each with the way on.

use super::Failure;
use crate::domain::refusal::{OpenSession, Refusal};

fn open_ones(open: &[OpenSession]) -> String {
    open.iter()
        .map(|each| {
            format!("{} session {} (since {})", each.engagement, each.number, each.start.spoken())
        })
        .collect::<Vec<_>>()
        .join(", ")
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let no = |message: String| Self::refused(format!("{message}; nothing was written"));
        match refusal {
            Refusal::NoCurrentSession { open } => match &open[..] {
                [] => no("no session is open".into())
                    .hint("start one: coach session start ENGAGEMENT")
                    .hint("or note between sessions: coach note -e ENGAGEMENT"),
                [stale] => {
                    no(format!("the open session is no longer current: {}", open_ones(&open)))
                        .hint(format!("end it: coach session end {} --minutes N", stale.engagement))
                        .hint(format!("or say that you mean it: -e {}", stale.engagement))
                }
                _ => no(format!("{} sessions are open: {}", open.len(), open_ones(&open)))
                    .hint(format!("say which, such as -e {}", open[0].engagement)),
            },
            Refusal::NoSessionToEnd { open } => match &open[..] {
                [] => no("no session is open".into())
                    .hint("write a past one down: coach session add ENGAGEMENT WHEN --minutes N"),
                several => {
                    no(format!("{} sessions are open: {}", several.len(), open_ones(several)))
                        .hint(format!("say which: coach session end {}", several[0].engagement))
                }
            },
            Refusal::NoSessionOpen { engagement } => {
                no(format!("no session of {engagement} is open"))
                    .hint(format!("start one: coach session start {engagement}"))
                    .hint("or write into one that was held: --session S12")
            }
            Refusal::SessionOpenAlready { engagement, reference, number } => {
                no(format!("session {number} of {engagement} ({reference}) is open"))
                    .hint(format!("go on with it: coach check-in -e {engagement}"))
                    .hint(format!("or end it: coach session end {engagement}"))
            }
            Refusal::EngagementKept { engagement, what, how, running } => {
                let failure = no(format!(
                    "{what} of {engagement} is {how}, and what was {how} stays with its engagement"
                ));
                match running {
                    true => failure.hint(format!(
                        "to end it: coach engagement complete {engagement}, or coach engagement cancel {engagement}"
                    )),
                    false => failure.hint("it has ended: coach engagement list --status active leaves it out"),
                }
            }
            Refusal::SessionIs { reference, status, wanted } => {
                no(format!("{reference} is {status}; it cannot be {wanted}"))
                    .hint(format!("coach session show {reference}"))
            }
            Refusal::NotUnderWay { reference, status } => no(format!(
                "{reference} is {status}; words go into a session that is open or was held"
            ))
            .hint("coach session list shows them"),
            Refusal::EngagementIs { engagement, status, wanted } => {
                let failure = no(format!("{engagement} is {status}, so it cannot be {wanted}"));
                let failure = match (status, wanted) {
                    ("completed", "given a session") => failure.hint(format!(
                        "for its follow-up: coach session start {engagement} --kind follow-up"
                    )),
                    _ => failure,
                };
                match status {
                    "completed" | "cancelled" => failure
                        .hint(format!("take it up again: coach engagement activate {engagement}")),
                    _ => failure.hint(format!("coach engagement show {engagement}")),
                }
            }
            Refusal::StandsAlready { reference, status } => {
                no(format!("{reference} is {status} already"))
            }
            Refusal::NoStageAlone { engagement } => {
                no(format!("no session of {engagement} is open, and this belongs to one"))
                    .hint("to write down what you think: coach reflect")
                    .hint(format!("or start a session: coach session start {engagement}"))
            }
            Refusal::NothingOwn => no("this journal has no engagement of your own".into())
                .hint("say for which one it is: -e ENGAGEMENT")
                .hint("or keep a journal for yourself: coach init --role executive --journal FILE"),
            Refusal::StillToCome { reference, on } => {
                no(format!("{} is still to come, so {reference} cannot be kept on it", on.spoken()))
                    .hint(format!("for today: coach habit tick {reference}"))
            }
            Refusal::NotTicked { reference, on } => {
                no(format!("{reference} was not kept on {}", on.spoken()))
                    .hint(format!("coach habit show {reference} lists its days"))
            }
            Refusal::SignedToCome { name, on } => {
                no(format!("{} is still to come, so {name} cannot have signed on it", on.spoken()))
            }
            Refusal::SignedAlready { reference, name, on } => {
                no(format!("{name} signed {reference} on {} already", on.spoken()))
                    .hint(format!("coach agreement show {reference}"))
            }
            Refusal::Signed { reference, engagement } => {
                no(format!("{reference} is signed, and what was signed stays"))
                    .hint(format!("make a new version: coach agreement new {engagement}"))
            }
            Refusal::Outdated { reference, engagement, is_signed } => Self::refused(format!(
                "{reference} was drawn up before the parties or the goals changed: it may name what \
                 somebody who signs must not read"
            ))
            .hint(match is_signed {
                true => format!("make a new version: coach agreement new {engagement}"),
                false => format!("coach agreement edit {reference} draws it anew"),
            }),
            Refusal::NoSponsor { engagement } => no(format!("{engagement} has no sponsor"))
                .hint(format!("add one: coach engagement edit {engagement} --sponsor NAME")),
            Refusal::OnTheMap { reference, name } => no(format!("{name} is {reference} already"))
                .hint(format!("to change what is known: coach stakeholder edit {reference}")),
            Refusal::RoundClosed { engagement, round, on } => {
                no(format!("the {round} round of {engagement} was closed on {}", on.spoken())).hint(
                    format!(
                        "open it again: coach stakeholder feedback round {engagement} open {round}"
                    ),
                )
            }
            Refusal::RoundOpen { engagement, round } => Self::refused(format!(
                "the {round} round of {engagement} is open; the coachee is told of it once it is closed"
            ))
            .hint(format!(
                "close it: coach stakeholder feedback round {engagement} close {round}"
            )),
            Refusal::HeardInRound { reference, engagement, round } => no(format!(
                "{reference} answered in the {round} round of {engagement}, which is closed"
            ))
            .hint(format!(
                "open it again: coach stakeholder feedback round {engagement} open {round}"
            )),
            Refusal::CoacheeIsSelf { name, engagement } => {
                no(format!("{name} is a coachee of {engagement}, and so is ‘self’ on its map"))
                    .hint("say --relation self")
            }
            Refusal::ScoredAlready { reference, name, round } => {
                no(format!("{name} scored this goal in the {round} round already, as {reference}"))
                    .hint(format!(
                        "correct it: coach stakeholder feedback edit {reference} --score N"
                    ))
            }
            Refusal::NothingLeft { reference } => {
                no(format!("{reference} would say nothing any more"))
                    .hint(format!("take it out: coach stakeholder feedback remove {reference}"))
            }
            Refusal::TooFewAnswers { engagement, round, people, least } => {
                let people = match people {
                    0 => "nobody has".to_owned(),
                    1 => "one person has".to_owned(),
                    more => format!("{more} people have"),
                };
                Self::refused(format!(
                    "{people} answered in the {round} round of {engagement}, and no group has {least}: \
                     nothing can be told without telling who"
                ))
                .hint(format!("for your eyes alone: coach stakeholder feedback list {engagement}"))
            }
            Refusal::ActionIs { reference, status } => no(format!("{reference} is {status}"))
                .hint(format!("open it again: coach action reopen {reference}")),
            Refusal::OtherEngagement { reference, engagement } => {
                no(format!("{reference} belongs to {engagement}"))
                    .hint("name one of the same engagement")
            }
            Refusal::NoCoachee { reference, engagement } => {
                no(format!("{reference} is not a coachee of {engagement}"))
                    .hint(format!("coach engagement show {engagement} lists them"))
            }
            Refusal::NoPart { reference, engagement } => {
                no(format!("{reference} is neither a coachee nor a sponsor of {engagement}"))
                    .hint(format!("coach engagement show {engagement} lists them"))
            }
            Refusal::SlugTaken { slug } => {
                no(format!("‘{slug}’ names another engagement, or did")).hint("choose another slug")
            }
            Refusal::ReferenceTaken { reference } => {
                no(format!("another engagement has the reference {reference}"))
            }
            Refusal::NumberTaken { number, reference } => {
                no(format!("{reference} has the number {number}"))
            }
            Refusal::Removed { name } => no(format!("{name} was removed"))
                .hint(format!("coach history {name} shows when, and coach undo takes steps back")),
            Refusal::NotRemoved { name } => {
                no(format!("{name} was not removed")).hint("--removed on a list shows what was")
            }
            Refusal::ChangedMeanwhile { reference } => {
                no(format!("{reference} was changed meanwhile, and that was not written over"))
                    .hint(format!("what it says now: coach notes show {reference}"))
                    .hint(format!(
                        "if your words shall win, pipe them: coach notes edit {reference} --text -"
                    ))
            }
            Refusal::FilledMeanwhile { reference } => {
                no(format!("{reference} was changed meanwhile, and that was not written over"))
                    .hint(format!("what stands there now: coach worksheet show {reference}"))
            }
            Refusal::WorksheetThere { reference, definition, engagement } => {
                no(format!("{engagement} has a worksheet ‘{definition}’ already: {reference}"))
                    .hint(format!("fill it: coach worksheet fill {reference}"))
            }
            Refusal::WorksheetFrozen { reference, version } => no(format!(
                "version {version} of {reference} was frozen, and what was frozen stays"
            ))
            .hint(format!("a row can go: coach worksheet remove {reference} --row N")),
            Refusal::FrozenAlready { reference, version, on } => no(format!(
                "version {version} of {reference} was frozen on {}, and nothing was changed since",
                on.spoken()
            )),
            Refusal::NothingToFreeze { reference } => {
                no(format!("nothing stands in {reference} yet"))
                    .hint(format!("fill it: coach worksheet fill {reference}"))
            }
            Refusal::NothingFrozen { reference } => {
                Self::refused(format!("no version of {reference} was frozen to compare with"))
                    .hint(format!("keep what stands in it now: coach worksheet freeze {reference}"))
            }
            Refusal::LogsNoUses { reference } => {
                no(format!("the method logs no uses of the rows of {reference}"))
            }
            Refusal::ForCoachAlone { reference } => Self::refused(format!(
                "{reference} is for the coach alone; nothing of it was shown"
            )),
            Refusal::InUse { reference, by } => no(format!("{reference} is still needed by {by}"))
                .hint(format!(
                    "coach history {reference} shows since when; take it out there first"
                )),
            Refusal::WrittenSince => no("something else was written since".to_owned())
                .hint("coach history shows it, coach undo takes it back"),
            Refusal::NotUndoable { command, summary } if command == "agreement sign" => no(
                format!("the last step is a signature, which undo does not take back ({summary})"),
            )
            .hint("other terms are a new version: coach agreement new ENGAGEMENT"),
            Refusal::NotUndoable { command, summary } => no(format!(
                "the last step is a {command}, which undo does not take back ({summary})"
            ))
            .hint("coach backup list shows earlier states; coach restore FILE brings one back"),
            Refusal::NoSuchStep { undo, asked, there } => {
                let word = if undo { "undo" } else { "redo" };
                if there == 0 {
                    no(format!("there is nothing to {word}"))
                } else {
                    no(format!("{asked} steps were asked for, and there are {there} to {word}"))
                        .hint(format!("coach {word} {there}"))
                }
            }
        }
    }
}
