//! Methods: how an engagement is meant to run, as data, and what lies outside its limits.
//!
//! A method is a TOML text. The engagement keeps its own copy from the day it began, so a later
//! edit of a method changes no running engagement. Limits warn; they never forbid.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::word::words;

mod arc;
mod artefact;
mod diff;
mod frame;
mod lint;
mod need;
mod phase;
mod place;

pub(crate) use arc::{PHASE_DOWN, Run, Standing};
pub(crate) use artefact::{FieldDef, FieldKind, PaperDef, ReviewDef, Shape, WorksheetDef};
pub(crate) use diff::Difference;
pub(crate) use frame::{Frame, Limit, Loss, Plan};
#[cfg(test)]
pub(crate) use need::Content;
pub(crate) use need::{Ask, AskedRound, Counted, Facts, Need, Sheet, Signed};
pub(crate) use phase::{Clock, FollowUp, Phase, Requirement};
pub(crate) use place::Finding;

/// The methods that come with the program, by id; the first one is the default.
const SHIPPED: &[(&str, &str)] = &[
    ("five-stage", include_str!("shipped/five-stage.toml")),
    ("identity-aligned", include_str!("shipped/identity-aligned.toml")),
    ("four-a", include_str!("shipped/four-a.toml")),
    ("plain", include_str!("shipped/plain.toml")),
];

/// The stages that every session has, in order.
pub(crate) const CHECK_IN: &str = "check-in";
pub(crate) const DEEP_DIVE: &str = "deep-dive";
pub(crate) const CHALLENGE: &str = "challenge";
pub(crate) const ACTION_PLANNING: &str = "action-planning";

/// A way of running an engagement.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Method {
    pub(crate) id: String,
    /// Its name for people; its id where it is empty.
    #[serde(default)]
    pub(crate) title: String,
    /// What it is for, in one line.
    #[serde(default)]
    pub(crate) about: String,
    pub(crate) frame: Frame,
    /// In the order in which they come; none where the method parts an engagement into no phases.
    #[serde(default, rename = "phase")]
    pub(crate) phases: Vec<Phase>,
    /// In the order of a session.
    #[serde(rename = "stage")]
    pub(crate) stages: Vec<Stage>,
    #[serde(default, rename = "worksheet")]
    pub(crate) worksheets: Vec<WorksheetDef>,
    #[serde(default, rename = "review")]
    pub(crate) reviews: Vec<ReviewDef>,
    #[serde(default, rename = "paper")]
    pub(crate) papers: Vec<PaperDef>,
    /// What comes after the last session, the first one first.
    #[serde(default, rename = "follow_up")]
    pub(crate) follow_ups: Vec<FollowUp>,
}

/// One step of a session.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stage {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Questions to ask, in our own words.
    pub(crate) prompts: Vec<String>,
    /// What the guided flow puts on the screen as the stage begins, in this order.
    #[serde(default)]
    pub(crate) shows: Vec<Shows>,
}

words! {
    /// What a stage can show as it begins.
    Shows { Goals = "goals", Insights = "insights", Habits = "habits", Worksheets = "worksheets", Needs = "needs" }
}

/// Why a method's text cannot be used: all that is wrong in it, in the order of its lines.
#[derive(Clone, Debug)]
pub(crate) struct MethodError {
    pub(crate) findings: Vec<Finding>,
}

impl MethodError {
    fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort();
        findings.dedup();
        Self { findings }
    }

    /// The method says another id than that of its file.
    pub(crate) fn other_id(text: &str, id: &str) -> Self {
        let at = text.lines().position(|line| line.trim_start().starts_with("id"));
        let said = format!("the file is named {id}.toml, so its id is ‘{id}’");
        Self::new(vec![Finding { line: at.map_or(1, |at| at + 1), column: 1, text: said }])
    }
}

impl fmt::Display for MethodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said: Vec<String> = self.findings.iter().map(ToString::to_string).collect();
        f.write_str(&said.join("; "))
    }
}

impl std::error::Error for MethodError {}

/// A method, and the text it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) method: Method,
    pub(crate) text: String,
}

impl Written {
    /// A method that comes with the program.
    pub(crate) fn shipped(id: &str) -> Option<Self> {
        let text = Method::shipped(id)?;
        Some(Self { method: Method::stored(text).ok()?, text: text.to_owned() })
    }

    /// The same under another id: its text but for the line that says the id.
    pub(crate) fn renamed(&self, id: &str) -> Option<Self> {
        let mut document: toml_edit::DocumentMut = self.text.parse().ok()?;
        let decor = document.get("id")?.as_value()?.decor().clone();
        let mut value = toml_edit::Value::from(id);
        *value.decor_mut() = decor;
        *document.get_mut("id")? = toml_edit::Item::Value(value);
        let text = format!(
            "# A copy of {}. Every key there can be is explained in the file that `coach method new ID` writes.\n{document}",
            self.method.id
        );
        Some(Self { method: Method::parse(&text).ok()?, text })
    }
}

impl Method {
    /// The text of a shipped method.
    pub(crate) fn shipped(id: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(name, _)| *name == id).map(|(_, text)| *text)
    }

    /// The text of a small method that explains every key, for somebody to make their own of it.
    pub(crate) fn template(id: &str) -> String {
        include_str!("shipped/template.toml").replace("\"ID\"", &format!("\"{id}\""))
    }

    /// What it is called.
    pub(crate) fn spoken(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }

    /// The ids of the shipped methods, the default first.
    pub(crate) fn shipped_ids() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(id, _)| *id)
    }

    /// Reads a method that a journal keeps: whatever was sound when it was stored, whatever is asked of
    /// a method since.
    pub(crate) fn stored(text: &str) -> Result<Self, MethodError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            MethodError::new(vec![place::finding(text, at, error.message().to_owned())])
        })
    }

    /// The stage with this id.
    pub(crate) fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The worksheet with this id.
    pub(crate) fn worksheet(&self, id: &str) -> Option<&WorksheetDef> {
        self.worksheets.iter().find(|worksheet| worksheet.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_method_is_sound_and_has_the_four_stages() {
        for id in Method::shipped_ids() {
            let method = Method::parse(Method::shipped(id).expect("shipped")).expect("sound");
            assert_eq!(method.id, id);
            for stage in [CHECK_IN, DEEP_DIVE, CHALLENGE, ACTION_PLANNING] {
                assert!(method.stage(stage).is_some_and(|s| !s.prompts.is_empty()), "{id} {stage}");
            }
        }
    }

    #[test]
    fn the_template_is_sound_and_a_copy_has_the_new_id() {
        assert_eq!(Method::parse(&Method::template("my-way")).expect("sound").id, "my-way");
        let copy = Written::shipped("four-a").and_then(|four| four.renamed("my-way"));
        let copy = copy.expect("sound");
        assert_eq!(copy.method.id, "my-way");
        assert!(copy.text.contains("\nid = \"my-way\"\n"), "{}", copy.text);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(Method::parse("id='x'\nstage=[]\n[frame]\nsesions=[1,2]").is_err());
    }
}
