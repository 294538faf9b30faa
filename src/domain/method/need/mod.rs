//! What a method asks for: requirements, as it writes them.

use std::collections::BTreeSet;
use std::fmt;

use super::{Method, Requirement};
use crate::domain::word::{EngagementStatus, ReviewKind, SessionKind, Word, words};

mod facts;
mod missing;

pub(crate) use facts::{Facts, Sheet, Signed};
pub(crate) use missing::Need;

words! {
    /// What is asked for by a number alone: `stakeholders>=3`.
    Counted {
        Stakeholders = "stakeholders",
        Interviews = "interviews",
        Goals = "goals",
        KeyResults = "key-results",
        Sessions = "sessions",
        BuyIn = "buy-in",
    }
}

words! {
    /// Of what an id is, where it could be of several: `review/mid`.
    Of {
        Worksheet = "worksheet",
        Paper = "paper",
        Review = "review",
        Phase = "phase",
        Session = "session",
        Round = "round",
        Status = "status",
    }
}

words! {
    /// A round in which those around the leader are heard.
    AskedRound { Baseline = "baseline", Mid = "mid", Final = "final" }
}

/// How much of a worksheet is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// Something in it.
    Filled,
    /// A frozen version.
    Frozen,
    /// So many rows.
    Rows(u32),
}

/// A requirement, read by its method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ask {
    Agreement,
    /// By every coachee and the coach.
    Signed,
    /// By them and a sponsor.
    SignedBySponsor,
    /// Every goal that was not dropped has one, and there is a goal.
    Criteria,
    Count(Counted, u32),
    Worksheet(String, Content),
    /// A frozen version of it.
    Paper(String),
    Review(ReviewKind),
    /// All that the phase requires.
    Phase(String),
    /// So many sessions of a kind, held.
    Session(SessionKind, u32),
    /// The round was closed.
    Round(AskedRound),
    /// The engagement stands there, or further.
    Status(EngagementStatus),
}

/// Why a requirement says nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unclear {
    /// Its form is none.
    Form,
    /// There is nothing of that name; `known` is all that could be named.
    Unknown { given: String, known: Vec<String> },
    /// It names several things, which these tell apart.
    Ambiguous { could: Vec<String> },
    /// What is asked of the thing is nothing that it can be; `known` is.
    State { given: String, known: &'static str },
    /// It needs a number: `>=N`.
    NoNumber,
    /// It takes no number.
    Number,
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "this is no requirement such as ‘gap-map’, ‘paper/brief:frozen’ or ‘goals>=2’",
            ),
            Self::Unknown { given, .. } => write!(f, "the method has nothing named ‘{given}’"),
            Self::Ambiguous { could } => {
                write!(f, "this could be {}; say which", could.join(" or "))
            }
            Self::State { given, known } => {
                write!(f, "‘:{given}’ cannot be asked of this; {known}")
            }
            Self::NoNumber => f.write_str("this needs a number, such as >=3"),
            Self::Number => f.write_str("this takes no number"),
        }
    }
}

/// The parts of a requirement: `[kind/]id[:state][>=N]`.
struct Parts<'t> {
    of: Option<&'t str>,
    id: &'t str,
    state: Option<&'t str>,
    least: Option<u32>,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (text, least) = match text.split_once(">=") {
        Some((text, number)) => {
            (text.trim_end(), Some(number.trim().parse().ok().filter(|n| *n > 0)?))
        }
        None => (text, None),
    };
    let (text, state) = match text.split_once(':') {
        Some((text, state)) => (text, Some(state)),
        None => (text, None),
    };
    let (of, id) = match text.split_once('/') {
        Some((of, id)) => (Some(of), id),
        None => (None, text),
    };
    let sound = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let all = [of, Some(id), state];
    all.into_iter().flatten().all(sound).then_some(Parts { of, id, state, least })
}

impl Requirement {
    /// What it asks, by the method that it stands in.
    pub(crate) fn ask(&self, method: &Method) -> Result<Ask, Unclear> {
        let parts = parts(&self.0).ok_or(Unclear::Form)?;
        match parts.of {
            None => built_in(&parts).unwrap_or_else(|| bare(method, &parts)),
            Some(of) => match Of::from_word(of) {
                Some(of) => named(method, of, &parts),
                None => Err(Unclear::Unknown {
                    given: of.to_owned(),
                    known: Of::ALL.iter().map(ToString::to_string).collect(),
                }),
            },
        }
    }
}

/// What every journal has, whatever the method.
fn built_in(parts: &Parts<'_>) -> Option<Result<Ask, Unclear>> {
    let ask = match parts.id {
        "agreement" => match parts.state {
            None => Ok(Ask::Agreement),
            Some("signed") => Ok(Ask::Signed),
            Some("signed-by-sponsor") => Ok(Ask::SignedBySponsor),
            Some(given) => Err(Unclear::State {
                given: given.to_owned(),
                known: "an agreement is ‘:signed’ or ‘:signed-by-sponsor’",
            }),
        },
        "criteria" => stateless(parts, Ask::Criteria),
        other => {
            let counted = Counted::from_word(other)?;
            return Some(match parts.least {
                Some(least) => stateless(parts, Ask::Count(counted, least)),
                None => Err(Unclear::NoNumber),
            });
        }
    };
    Some(unnumbered(parts, ask))
}

fn stateless(parts: &Parts<'_>, ask: Ask) -> Result<Ask, Unclear> {
    match parts.state {
        None => Ok(ask),
        Some(given) => {
            Err(Unclear::State { given: given.to_owned(), known: "it is asked for as it is" })
        }
    }
}

fn unnumbered(parts: &Parts<'_>, ask: Result<Ask, Unclear>) -> Result<Ask, Unclear> {
    if parts.least.is_some() && ask.is_ok() { Err(Unclear::Number) } else { ask }
}

/// What an id without its kind names.
fn bare(method: &Method, parts: &Parts<'_>) -> Result<Ask, Unclear> {
    let kinds = [Of::Worksheet, Of::Paper, Of::Review, Of::Phase, Of::Session];
    let could: Vec<Of> =
        kinds.into_iter().filter(|of| ids(method, *of).contains(&parts.id)).collect();
    match could[..] {
        [one] => named(method, one, parts),
        [] => {
            let all = kinds.iter().flat_map(|of| ids(method, *of)).map(str::to_owned);
            let own = ["agreement", "criteria"].into_iter().map(str::to_owned);
            let counted = Counted::ALL.iter().map(ToString::to_string);
            let known = all.chain(own).chain(counted).collect();
            Err(Unclear::Unknown { given: parts.id.to_owned(), known })
        }
        _ => Err(Unclear::Ambiguous {
            could: could.iter().map(|of| format!("{of}/{}", parts.id)).collect(),
        }),
    }
}

/// The ids of a kind that the method has, or that there are.
fn ids(method: &Method, of: Of) -> Vec<&str> {
    let all = |words: &[&'static str]| words.to_vec();
    match of {
        Of::Worksheet => method.worksheets.iter().map(|each| each.id.as_str()).collect(),
        Of::Paper => method.papers.iter().map(|each| each.id.as_str()).collect(),
        Of::Review => method.reviews.iter().map(|each| each.id.word()).collect(),
        Of::Phase => method.phases.iter().map(|each| each.id.as_str()).collect(),
        Of::Session => all(&SessionKind::ALL.iter().map(|each| each.word()).collect::<Vec<_>>()),
        Of::Round => all(&AskedRound::ALL.iter().map(|each| each.word()).collect::<Vec<_>>()),
        Of::Status => {
            all(&EngagementStatus::ALL.iter().map(|each| each.word()).collect::<Vec<_>>())
        }
    }
}

/// What an id of a kind asks for.
fn named(method: &Method, of: Of, parts: &Parts<'_>) -> Result<Ask, Unclear> {
    let unknown = || Unclear::Unknown {
        given: format!("{of}/{}", parts.id),
        known: ids(method, of).iter().map(|id| format!("{of}/{id}")).collect(),
    };
    let id = || match ids(method, of).contains(&parts.id) {
        true => Ok(parts.id.to_owned()),
        false => Err(unknown()),
    };
    let state = |known: &'static str, usual: &str| match parts.state {
        Some(given) if given != usual => Err(Unclear::State { given: given.to_owned(), known }),
        _ => Ok(()),
    };
    let ask = match of {
        Of::Worksheet => {
            let id = id()?;
            return match (parts.state, parts.least) {
                (None, Some(rows)) => Ok(Ask::Worksheet(id, Content::Rows(rows))),
                (Some(_), Some(_)) => Err(Unclear::Number),
                (None | Some("filled"), None) => Ok(Ask::Worksheet(id, Content::Filled)),
                (Some("frozen"), None) => Ok(Ask::Worksheet(id, Content::Frozen)),
                (Some(given), None) => Err(Unclear::State {
                    given: given.to_owned(),
                    known: "a worksheet is ‘:filled’ or ‘:frozen’, or has >=N rows",
                }),
            };
        }
        Of::Session => {
            let kind = SessionKind::from_word(parts.id).ok_or_else(unknown)?;
            state("a session is ‘:held’", "held")?;
            return Ok(Ask::Session(kind, parts.least.unwrap_or(1)));
        }
        Of::Paper => {
            let id = id()?;
            state("a paper is ‘:frozen’", "frozen").map(|()| Ask::Paper(id))
        }
        Of::Review => {
            let kind = ReviewKind::from_word(parts.id).ok_or_else(unknown)?;
            state("a review is ‘:held’", "held").map(|()| Ask::Review(kind))
        }
        Of::Phase => {
            let id = id()?;
            state("a phase is ‘:met’", "met").map(|()| Ask::Phase(id))
        }
        Of::Round => {
            let round = AskedRound::from_word(parts.id).ok_or_else(unknown)?;
            state("a round is ‘:closed’", "closed").map(|()| Ask::Round(round))
        }
        Of::Status => {
            let status = EngagementStatus::from_word(parts.id).ok_or_else(unknown)?;
            stateless(parts, Ask::Status(status))
        }
    };
    unnumbered(parts, ask)
}

impl Method {
    /// All that these requirements ask for, in phases too; what says nothing is left out.
    pub(crate) fn asks<'r>(
        &self,
        requirements: impl IntoIterator<Item = &'r Requirement>,
    ) -> Vec<Ask> {
        let mut asks = Vec::new();
        self.gather(requirements.into_iter(), &mut BTreeSet::new(), &mut asks);
        asks
    }

    fn gather<'r>(
        &self,
        requirements: impl Iterator<Item = &'r Requirement>,
        seen: &mut BTreeSet<String>,
        asks: &mut Vec<Ask>,
    ) {
        for ask in requirements.filter_map(|each| each.ask(self).ok()) {
            if let Ask::Phase(id) = &ask
                && seen.insert(id.clone())
                && let Some(phase) = self.phase(id)
            {
                let inner: Vec<Requirement> = phase.requires.clone();
                self.gather(inner.iter(), seen, asks);
            }
            asks.push(ask);
        }
    }
}
