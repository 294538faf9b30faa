//! Discretion: what may be read over one's shoulder, while a screen is shared with a client.
//!
//! What is drawn says whom it is about. A veil hides what is about another engagement than those
//! that are shown; what does not say whom it is about is hidden too.

use std::collections::{BTreeMap, BTreeSet};

use super::id::{EngagementId, OrganisationId, PersonId};

/// In place of what is withheld.
pub(crate) const WITHHELD: &str = "…";

/// Whom something is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) enum About {
    /// Nobody has said: it is withheld.
    #[default]
    Unsaid,
    /// No engagement, person or organisation: files, keys, copies.
    Nobody,
    Engagement(EngagementId),
    Person(PersonId),
    Organisation(OrganisationId),
    /// Each of these; about nothing that is known where there is none.
    All(Vec<About>),
}

/// What is drawn says whom it is about; without a word of its own it is withheld.
pub(crate) trait Concerns {
    /// Whom it is about.
    fn about(&self) -> About {
        About::Unsaid
    }
}

/// Hides what is about other engagements than those that are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Veil {
    /// The hidden engagements, by their references. One that is not known here was made just now,
    /// by the person who looks on.
    pub(crate) engagements: BTreeMap<EngagementId, String>,
    pub(crate) people: BTreeSet<PersonId>,
    pub(crate) organisations: BTreeSet<OrganisationId>,
    /// Names of what is hidden, and what is said in their place.
    pub(crate) names: Vec<(String, String)>,
    /// Nothing is known of the journal, so that all of it is hidden.
    pub(crate) whole: bool,
    /// Whether a name is a word of the program too: it stays in messages, so that their hints hold.
    pub(crate) is_own_word: Option<fn(&str) -> bool>,
}

impl Veil {
    /// What is said in place of something, if it is hidden: a neutral reference, or nothing but
    /// that it is withheld.
    pub(crate) fn over(&self, about: &About) -> Option<String> {
        let withheld = || Some(WITHHELD.to_owned());
        match about {
            About::Nobody => None,
            About::Unsaid => withheld(),
            _ if self.whole => withheld(),
            About::Engagement(id) => self.engagements.get(id).cloned(),
            About::Person(id) => self.people.contains(id).then(withheld).flatten(),
            About::Organisation(id) => self.organisations.contains(id).then(withheld).flatten(),
            About::All(each) if each.is_empty() => withheld(),
            About::All(each) => each.iter().find_map(|about| self.over(about)),
        }
    }

    /// A sentence without the names of what is hidden.
    pub(crate) fn unnamed(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, instead)| {
            if text.contains(name.as_str()) && !self.stays(name) {
                replaced(&text, name, instead)
            } else {
                text
            }
        })
    }

    /// Whether a name says nothing of anybody: a day, a month, a word of the program.
    fn stays(&self, name: &str) -> bool {
        name.parse::<chrono::Weekday>().is_ok()
            || name.parse::<chrono::Month>().is_ok()
            || self.is_own_word.is_some_and(|is_own| is_own(name))
    }
}

/// Replaces a name where it stands as words of its own.
fn replaced(text: &str, name: &str, instead: &str) -> String {
    let goes_on = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, from) = rest.split_at(at);
        let after = &from[name.len()..];
        out.push_str(before);
        let whole = !goes_on(out.chars().next_back()) && !goes_on(after.chars().next());
        out.push_str(if whole { instead } else { name });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn veil() -> Veil {
        let id = "01940000-0000-7000-8000-000000000001".parse().expect("an id");
        Veil {
            engagements: BTreeMap::from([(id, "E-2026-02".to_owned())]),
            names: vec![("beta-ceo".to_owned(), "E-2026-02".to_owned())],
            ..Veil::default()
        }
    }

    #[test]
    fn what_does_not_say_whom_it_is_about_is_withheld() {
        let hidden = *veil().engagements.keys().next().expect("one");
        let fresh = "01940000-0000-7000-8000-000000000002".parse().expect("an id");
        let over = |about: About| veil().over(&about);
        assert_eq!(over(About::Unsaid).as_deref(), Some(WITHHELD));
        assert_eq!(over(About::All(Vec::new())).as_deref(), Some(WITHHELD));
        assert_eq!(over(About::Engagement(hidden)).as_deref(), Some("E-2026-02"));
        let both = vec![About::Engagement(fresh), About::Engagement(hidden)];
        assert_eq!(over(About::All(both)).as_deref(), Some("E-2026-02"));
        assert_eq!(over(About::Engagement(fresh)), None);
        assert_eq!(over(About::Nobody), None);
        let blind = Veil { whole: true, ..Veil::default() };
        assert_eq!(blind.over(&About::Engagement(fresh)).as_deref(), Some(WITHHELD));
    }

    #[test]
    fn a_name_is_replaced_where_it_is_a_word() {
        let told = "beta-ceo (S2), beta-ceo-two, my-beta-ceo, ‘beta-ceo’: beta-ceo";
        let said = "E-2026-02 (S2), beta-ceo-two, my-beta-ceo, ‘E-2026-02’: E-2026-02";
        assert_eq!(veil().unnamed(told), said);
    }

    #[test]
    fn a_name_that_is_a_day_a_month_or_a_word_of_the_program_stays() {
        let hidden = ["May", "SUN", "friday", "due", "Noor", "March Hare"];
        let veil = Veil {
            names: hidden.map(|name| (name.to_owned(), WITHHELD.to_owned())).to_vec(),
            is_own_word: Some(|name| name == "due"),
            ..Veil::default()
        };
        let told = "May SUN friday: coach due, Noor March Hare";
        assert_eq!(veil.unnamed(told), "May SUN friday: coach due, … …");
    }
}
