//! Which values an argument can have: words of the grammar, files, or records of the journal.

use std::any::TypeId;
use std::path::PathBuf;

use clap::Arg;

use super::line::Offer;
use crate::domain::id::Noun;
use crate::domain::paper::usual_ids;
use crate::store::offer::Wanted;

/// What may stand where the cursor is.
pub(super) enum Values {
    These(Vec<Offer>),
    /// Methods: those that come with the program, and the coach's own.
    Methods,
    /// A file, which the shell finds itself.
    Files,
    /// What the journal holds.
    Recorded(Wanted),
}

impl Values {
    /// Words of its own, which nobody can guess.
    pub(super) fn none() -> Self {
        Self::These(Vec::new())
    }

    /// What the verb wants that opens a commitment again.
    pub(super) fn closed_actions() -> Self {
        Self::Recorded(Wanted::ClosedActions)
    }
}

impl Wanted {
    /// Whether these are refs.
    pub(super) fn is_refs(self) -> bool {
        matches!(self, Self::Records(_) | Self::ClosedActions)
    }
}

/// What an argument wants, by its name and the type that reads it.
pub(super) fn of(arg: &Arg) -> Values {
    let words = arg.get_possible_values();
    if !words.is_empty() {
        let shown = words.iter().filter(|word| !word.is_hide_set());
        let offer = |word: &clap::builder::PossibleValue| {
            Offer::new(word.get_name(), word.get_help().cloned().unwrap_or_default())
        };
        return Values::These(shown.map(offer).collect());
    }
    let noun = match arg.get_id().as_str() {
        "engagement" | "meant" | "record" => return Values::Recorded(Wanted::Engagements),
        "stage" => return Values::Recorded(Wanted::Stages),
        "method" => return Values::Methods,
        "definition" => return Values::Recorded(Wanted::Definitions),
        "paper" => {
            return Values::These(usual_ids().map(|id| Offer::new(id, "")).collect());
        }
        "action" | "done" | "partly" | "missed" | "drop" => Noun::Action,
        "goal" => Noun::Goal,
        "kr" => Noun::KeyResult,
        "session" => Noun::Session,
        "note" | "share" => Noun::Note,
        "habit" => Noun::Habit,
        "agreement" => Noun::Agreement,
        "stakeholder" => Noun::Stakeholder,
        "feedback" => Noun::Feedback,
        "worksheet" => Noun::Worksheet,
        "review" => Noun::Review,
        "person" => Noun::Person,
        // A flag `--org` takes a name; the ref stands alone.
        "org" if arg.is_positional() => Noun::Organisation,
        _ if arg.get_value_parser().type_id() == TypeId::of::<PathBuf>() => return Values::Files,
        _ => return Values::none(),
    };
    Values::Recorded(Wanted::Records(noun))
}
