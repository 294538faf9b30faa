//! What of what a method asks for is not there yet: each missing thing in words, with what to type
//! for it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use super::{Ask, Content, Counted, Facts};
use crate::domain::id::Slug;
use crate::domain::method::{Method, Requirement};
use crate::domain::word::EngagementStatus;

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

impl Method {
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
            Ask::Round(round) if !facts.answered_rounds.contains(round) => Some((
                format!("the {round} round of feedback, with answers and closed"),
                format!("coach stakeholder feedback add REF --round {round}"),
            )),
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
