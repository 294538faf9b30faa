//! What a method asks for, and what of it is not there yet: each missing thing in words, with what
//! to type for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Serialize, Serializer};

use super::{Method, Requirement};
use crate::domain::id::{Ref, Slug};
use crate::domain::word::{EngagementStatus, ReviewKind, SessionKind, Word, words};

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

/// What is there of what is asked for; what nobody asks for is left empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Of the newest agreement; absent where there is none.
    pub(crate) agreement: Option<Signed>,
    pub(crate) counts: BTreeMap<Counted, u32>,
    /// Each coachee, and how far they have bought in, where that is known.
    pub(crate) buy_ins: Vec<(Ref, String, Option<u32>)>,
    /// Goals, but dropped ones, that have no criterion.
    pub(crate) without_criterion: Vec<Ref>,
    pub(crate) worksheets: BTreeMap<String, Sheet>,
    /// Those with a frozen version.
    pub(crate) papers: BTreeSet<String>,
    pub(crate) reviews: BTreeSet<ReviewKind>,
    pub(crate) held: BTreeMap<SessionKind, u32>,
    pub(crate) closed_rounds: BTreeSet<AskedRound>,
    pub(crate) status: Option<EngagementStatus>,
}

/// Who has signed the newest agreement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signed {
    /// The coachees who have not.
    pub(crate) coachees_missing: Vec<String>,
    pub(crate) coach: bool,
    pub(crate) sponsor: bool,
}

/// A worksheet as far as it is filled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sheet {
    pub(crate) reference: Ref,
    /// Rows with something in them.
    pub(crate) rows: u32,
    pub(crate) frozen: bool,
}

/// Something that is asked for and not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Need {
    /// As the method writes it.
    pub(crate) written: String,
    /// In words: `a frozen Leadership Brief`.
    pub(crate) missing: String,
    /// What to type for it.
    pub(crate) remedy: String,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.missing, self.remedy)
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
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

    /// Whether what a requirement asks for is there. One that says nothing asks for nothing.
    pub(crate) fn holds(&self, slug: &Slug, facts: &Facts, requirement: &Requirement) -> bool {
        self.open_needs(slug, facts, [requirement]).is_empty()
    }

    /// What of these requirements is not there, each once.
    pub(crate) fn open_needs<'r>(
        &self,
        slug: &Slug,
        facts: &Facts,
        requirements: impl IntoIterator<Item = &'r Requirement>,
    ) -> Vec<Need> {
        let mut open: Vec<Need> = Vec::new();
        for requirement in requirements {
            let Ok(ask) = requirement.ask(self) else { continue };
            let wanting = Wanting { method: self, slug, facts };
            if let Some((missing, remedy)) = wanting.of(&ask, &mut BTreeSet::new())
                && open.iter().all(|need| need.written != requirement.0)
            {
                open.push(Need { written: requirement.0.clone(), missing, remedy });
            }
        }
        open
    }
}

/// What is looked at to say what is missing.
struct Wanting<'a> {
    method: &'a Method,
    slug: &'a Slug,
    facts: &'a Facts,
}

impl Wanting<'_> {
    /// What is missing and what to type for it; nothing where it is there.
    fn of(&self, ask: &Ask, seen: &mut BTreeSet<String>) -> Option<(String, String)> {
        let (slug, facts) = (self.slug, self.facts);
        match ask {
            Ask::Agreement | Ask::Signed | Ask::SignedBySponsor => self.agreement(ask),
            Ask::Criteria => match &facts.without_criterion[..] {
                [] if facts.counts.get(&Counted::Goals).is_some_and(|n| *n > 0) => None,
                [] => Some((
                    "a goal with a success criterion".to_owned(),
                    format!("coach goal add {slug} TITLE --success TEXT"),
                )),
                [first, ..] => {
                    let all: Vec<String> =
                        facts.without_criterion.iter().map(ToString::to_string).collect();
                    Some((
                        format!("a success criterion for {}", all.join(", ")),
                        format!("coach goal criterion add {first} TEXT"),
                    ))
                }
            },
            Ask::Count(Counted::BuyIn, least) => {
                let low =
                    facts.buy_ins.iter().find(|(_, _, value)| value.is_none_or(|v| v < *least));
                low.map(|(reference, name, value)| {
                    let missing = match value {
                        Some(value) => {
                            format!("a buy-in of {least} from {name}, who is at {value}")
                        }
                        None => format!("how far {name} has bought in, at least {least}"),
                    };
                    (missing, format!("coach engagement edit {slug} --buy-in {reference}=0..10"))
                })
            }
            Ask::Count(counted, least) => {
                let there = facts.counts.get(counted).copied().unwrap_or(0);
                (there < *least).then(|| self.more(*counted, there, *least))
            }
            Ask::Worksheet(id, content) => self.worksheet(id, *content),
            Ask::Paper(id) if facts.papers.contains(id) => None,
            Ask::Paper(id) => {
                let title = self.method.papers.iter().find(|paper| paper.id == *id);
                let title = title.map_or(id.as_str(), |paper| &paper.title);
                Some((format!("a frozen {title}"), format!("coach paper freeze {slug} {id}")))
            }
            Ask::Review(kind) if facts.reviews.contains(kind) => None,
            Ask::Review(kind) => {
                let title = self.method.reviews.iter().find(|review| review.id == *kind);
                let title = title.map_or_else(|| format!("{kind} review"), |it| it.title.clone());
                Some((format!("the {title}"), format!("coach review {kind} {slug}")))
            }
            Ask::Phase(id) => self.phase(id, seen),
            Ask::Session(kind, least) => {
                let there = facts.held.get(kind).copied().unwrap_or(0);
                (there < *least).then(|| {
                    let of =
                        if *least > 1 { format!(" ({there} of {least})") } else { String::new() };
                    (
                        format!("a {kind} session, held{of}"),
                        format!("coach session schedule {slug} WHEN --kind {kind}"),
                    )
                })
            }
            Ask::Round(round) if facts.closed_rounds.contains(round) => None,
            Ask::Round(round) => Some((
                format!("the {round} round of feedback, closed"),
                format!("coach stakeholder feedback round {slug} close {round}"),
            )),
            Ask::Status(status) => self.status(*status),
        }
    }

    fn agreement(&self, ask: &Ask) -> Option<(String, String)> {
        let slug = self.slug;
        let Some(signed) = &self.facts.agreement else {
            let missing =
                if *ask == Ask::Agreement { "an agreement" } else { "a signed agreement" };
            return Some((missing.to_owned(), format!("coach agreement new {slug}")));
        };
        let sign = |party: &str| format!("coach agreement sign {slug} --party {party}");
        match ask {
            Ask::Agreement => None,
            _ if !signed.coachees_missing.is_empty() => Some((
                format!("the agreement, signed by {}", signed.coachees_missing.join(", ")),
                sign("coachee"),
            )),
            _ if !signed.coach => {
                Some(("your own signature under the agreement".to_owned(), sign("coach")))
            }
            Ask::SignedBySponsor if !signed.sponsor => {
                Some(("the sponsor's signature under the agreement".to_owned(), sign("sponsor")))
            }
            _ => None,
        }
    }

    fn more(&self, counted: Counted, there: u32, least: u32) -> (String, String) {
        let (slug, more) = (self.slug, least - there);
        let (one, many, remedy) = match counted {
            Counted::Stakeholders => (
                "stakeholder",
                "stakeholders",
                format!("coach stakeholder add {slug} NAME --relation RELATION"),
            ),
            Counted::Interviews => (
                "stakeholder interview",
                "stakeholder interviews",
                "coach stakeholder feedback add REF --round baseline".to_owned(),
            ),
            Counted::Goals => ("goal", "goals", format!("coach goal add {slug} TITLE")),
            Counted::KeyResults => (
                "key result",
                "key results",
                "coach goal kr add GOAL TITLE --unit UNIT --from N --to N".to_owned(),
            ),
            Counted::Sessions | Counted::BuyIn => {
                ("session, held", "sessions, held", format!("coach session schedule {slug} WHEN"))
            }
        };
        let what = if more == 1 { one } else { many };
        (format!("{more} more {what} ({there} of {least})"), remedy)
    }

    fn worksheet(&self, id: &str, content: Content) -> Option<(String, String)> {
        let defined = self.method.worksheets.iter().find(|sheet| sheet.id == id);
        let title = defined.map_or(id, |sheet| &sheet.title);
        let missing = match content {
            Content::Filled => format!("a filled {title}"),
            Content::Frozen => format!("a frozen {title}"),
            Content::Rows(least) => {
                let there = self.facts.worksheets.get(id).map_or(0, |sheet| sheet.rows);
                format!("{title}, {there} of {least} rows")
            }
        };
        let Some(sheet) = self.facts.worksheets.get(id) else {
            return Some((missing, format!("coach worksheet new {} {id}", self.slug)));
        };
        let fill = format!("coach worksheet fill {}", sheet.reference);
        match content {
            Content::Filled if sheet.rows > 0 => None,
            Content::Rows(least) if sheet.rows >= least => None,
            Content::Frozen if sheet.frozen => None,
            Content::Frozen if sheet.rows > 0 => {
                Some((missing, format!("coach worksheet freeze {}", sheet.reference)))
            }
            _ => Some((missing, fill)),
        }
    }

    /// What a phase requires is named with it: it is what is missing.
    fn phase(&self, id: &str, seen: &mut BTreeSet<String>) -> Option<(String, String)> {
        let phase = self.method.phase(id)?;
        if !seen.insert(id.to_owned()) {
            return None;
        }
        let open: Vec<(String, String)> = phase
            .requires
            .iter()
            .filter_map(|each| each.ask(self.method).ok())
            .filter_map(|ask| self.of(&ask, seen))
            .collect();
        let (_, remedy) = open.first()?.clone();
        let missing: Vec<&str> = open.iter().map(|(missing, _)| missing.as_str()).collect();
        Some((format!("of {}, {}", phase.title, missing.join(" and ")), remedy))
    }

    fn status(&self, wanted: EngagementStatus) -> Option<(String, String)> {
        use EngagementStatus::{Active, Cancelled, Completed, PhaseDown, Proposed};
        let slug = self.slug;
        let there = self.facts.status?;
        let reached = match wanted {
            Cancelled => there == Cancelled,
            _ => there != Cancelled && there >= wanted,
        };
        let verb = match wanted {
            Proposed | Active => "activate",
            PhaseDown => "phase-down",
            Completed => "complete",
            Cancelled => "cancel",
        };
        (!reached)
            .then(|| (format!("the status {wanted}"), format!("coach engagement {verb} {slug}")))
    }
}
