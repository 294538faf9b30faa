//! Papers: what is rendered from the records and kept as it was on a day; and what became of a kept one
//! since.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::discretion::{About, Concerns};
use super::id::{EngagementId, PartId, Slug};
use super::method::{Method, PaperDef};
use super::time::Day;
use super::word::Word;

/// The papers that every engagement has, whatever its method says of them: id and title.
const USUAL: &[(&str, &str)] = &[
    ("brief", "Leadership Development Brief"),
    ("plan", "Individual development plan"),
    ("mid", "Mid review"),
    ("closing", "Closing review"),
    ("follow-up", "Follow-up"),
    ("final", "Final report"),
];

/// The papers of a method: its own, then the usual ones that it does not describe. That of a review bears
/// the title that the method gives the review.
pub(crate) fn papers_of(method: Method) -> Vec<PaperDef> {
    let titled = |id: &str| {
        let review = method.reviews.iter().find(|review| review.id.word() == id);
        review.map(|review| review.title.clone())
    };
    let titles: Vec<Option<String>> = usual_ids().map(titled).collect();
    let shared: Vec<String> = method.worksheets.into_iter().map(|sheet| sheet.id).collect();
    let mut papers = method.papers;
    for ((id, title), titled) in USUAL.iter().zip(titles) {
        if papers.iter().all(|paper| paper.id != *id) {
            papers.push(PaperDef {
                id: (*id).to_owned(),
                title: titled.unwrap_or_else(|| (*title).to_owned()),
                about: String::new(),
                worksheets: shared.clone(),
                reassess: None,
                reassess_to: None,
                propose_to: Vec::new(),
                requires: Vec::new(),
            });
        }
    }
    papers
}

/// The ids of the papers that every engagement has.
pub(crate) fn usual_ids() -> impl Iterator<Item = &'static str> {
    USUAL.iter().map(|(id, _)| *id)
}

/// Whether every engagement has a paper of this id.
pub(crate) fn is_usual(id: &str) -> bool {
    usual_ids().any(|usual| usual == id)
}

/// A paper of an engagement, or one of its frozen versions.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Paper {
    pub(crate) paper: String,
    /// Absent while nothing was frozen.
    pub(crate) id: Option<PartId>,
    pub(crate) engagement: Slug,
    pub(crate) title: String,
    pub(crate) version: Option<u32>,
    pub(crate) frozen_on: Option<Day>,
    /// What the method wants to be there first, and is not.
    pub(crate) needs: Vec<String>,
    /// For whom the method proposes it; the coachee's consent alone releases it.
    pub(crate) propose_to: Vec<String>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// A frozen version, whole.
#[derive(Clone, Debug)]
pub(crate) struct Frozen {
    pub(crate) id: PartId,
    pub(crate) version: u32,
    pub(crate) text: String,
    /// What it was made of.
    pub(crate) facts: Value,
    pub(crate) frozen_on: Day,
}

/// A paper as text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rendered {
    pub(crate) paper: String,
    /// The engagement's reference: a paper leaves the house.
    pub(crate) engagement: String,
    pub(crate) title: String,
    /// Absent for what is not frozen.
    pub(crate) version: Option<u32>,
    pub(crate) frozen_on: Option<Day>,
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Concerns for Rendered {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

/// What became of a frozen version.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    pub(crate) paper: String,
    pub(crate) engagement: Slug,
    pub(crate) from: u32,
    /// Absent for what stands now.
    pub(crate) to: Option<u32>,
    /// What was to be closed, item by item; empty where the method measures nothing.
    pub(crate) items: Vec<Item>,
    /// The same of all: then of those that were there then, now and left of those that are there now,
    /// closed of those that were and are.
    pub(crate) sum: Option<Sum>,
    pub(crate) changed: Vec<Changed>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Concerns for Compared {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

/// A gap: how wide it was and is, how much of it is closed, and what is left.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) item: String,
    /// Absent for one that was found since.
    #[serde(serialize_with = "plain")]
    pub(crate) then: Option<f64>,
    #[serde(serialize_with = "plain")]
    pub(crate) now: Option<f64>,
    #[serde(serialize_with = "plain")]
    pub(crate) closed: Option<f64>,
    #[serde(serialize_with = "plain")]
    pub(crate) residual: Option<f64>,
}

/// All gaps together.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Sum {
    #[serde(serialize_with = "whole")]
    pub(crate) then: f64,
    #[serde(serialize_with = "whole")]
    pub(crate) now: f64,
    #[serde(serialize_with = "whole")]
    pub(crate) closed: f64,
    #[serde(serialize_with = "whole")]
    pub(crate) residual: f64,
}

/// A number that is whole without a point.
fn whole<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match number.fract() == 0.0 {
        true => serializer.serialize_i64(*number as i64),
        false => serializer.serialize_f64(*number),
    }
}

/// The same, absent as null.
fn plain<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => whole(number, serializer),
        None => serializer.serialize_none(),
    }
}

/// A line that was changed: absent before where it was added, after where it was taken away.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Changed {
    pub(crate) was: Option<String>,
    pub(crate) now: Option<String>,
}

/// The gaps of a number field, written `worksheet.field`, in the facts of a paper then and now: how far
/// each number is from what it shall come to.
pub(crate) fn reassessed(
    field: &str,
    to: u32,
    then: &Value,
    now: &Value,
) -> (Vec<Item>, Option<Sum>) {
    let Some((sheet, field)) = field.split_once('.') else { return (Vec::new(), None) };
    let wide = |number: f64| (number - f64::from(to)).abs();
    let (then, now) = (gaps(then, sheet, field), gaps(now, sheet, field));
    let mut numbers: Vec<u64> = then.iter().chain(&now).map(|(number, ..)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let items = numbers.into_iter().map(|number| {
        let find =
            |all: &[(u64, String, Option<f64>)]| all.iter().find(|(at, ..)| *at == number).cloned();
        let (was, is) = (find(&then), find(&now));
        let item = is.as_ref().or(was.as_ref()).map(|(_, item, _)| item.clone());
        let (was, is) = (was.and_then(|(.., gap)| gap), is.and_then(|(.., gap)| gap));
        let (was, is) = (was.map(wide), is.map(wide));
        Item {
            item: item.unwrap_or_default(),
            then: was,
            now: is,
            closed: was.zip(is).map(|(was, is)| was - is),
            residual: is,
        }
    });
    let items: Vec<Item> = items.collect();
    let all = |of: fn(&Item) -> Option<f64>| items.iter().filter_map(of).sum::<f64>();
    let sum = items.iter().any(|item| item.closed.is_some()).then(|| Sum {
        then: all(|item| item.then),
        now: all(|item| item.now),
        closed: all(|item| item.closed),
        residual: all(|item| item.residual),
    });
    (items, sum)
}

/// The rows of a worksheet in the facts of a paper: number, words, the number in a field.
fn gaps(facts: &Value, sheet: &str, field: &str) -> Vec<(u64, String, Option<f64>)> {
    let sheets = facts["worksheets"].as_array().into_iter().flatten();
    let rows = sheets.filter(|one| one["id"] == sheet).flat_map(|one| one["rows"].as_array());
    let gap = |row: &Value| {
        let cells = row["cells"].as_array()?;
        let said = cells.iter().find(|cell| cell["id"] == field);
        let number = said.and_then(|cell| cell["text"].as_str()?.parse().ok());
        Some((row["number"].as_u64()?, row["title"].as_str()?.to_owned(), number))
    };
    rows.flatten().filter_map(gap).collect()
}

/// So many pairs of lines are compared; two texts that differ in more are told as a whole.
const MOST_COMPARED: usize = 1_000_000;

/// The lines that differ, in order; what stands in place of a line is told beside it. Empty lines say
/// nothing.
pub(crate) fn changed(was: &str, now: &str) -> Vec<Changed> {
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
    };
    let (was, now) = (lines(was), lines(now));
    let same = was.iter().zip(&now).take_while(|(before, after)| before == after).count();
    let (was, now) = (&was[same..], &now[same..]);
    let ends = was.iter().rev().zip(now.iter().rev());
    let same = ends.take_while(|(before, after)| before == after).count();
    let (was, now) = (&was[..was.len() - same], &now[..now.len() - same]);
    let mut all: Vec<Changed> = Vec::new();
    let (mut gone, mut came): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    if was.len().saturating_mul(now.len()) > MOST_COMPARED {
        gone.extend_from_slice(was);
        came.extend_from_slice(now);
        pair(&mut gone, &mut came, &mut all);
        return all;
    }
    // How many lines the rests from each place on have in common.
    let mut common = vec![vec![0_u32; now.len() + 1]; was.len() + 1];
    for (i, before) in was.iter().enumerate().rev() {
        for (j, after) in now.iter().enumerate().rev() {
            common[i][j] = match before == after {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < was.len() || j < now.len() {
        if i < was.len() && j < now.len() && was[i] == now[j] {
            pair(&mut gone, &mut came, &mut all);
            (i, j) = (i + 1, j + 1);
        } else if j == now.len() || (i < was.len() && common[i + 1][j] >= common[i][j + 1]) {
            gone.push(was[i].clone());
            i += 1;
        } else {
            came.push(now[j].clone());
            j += 1;
        }
    }
    pair(&mut gone, &mut came, &mut all);
    all
}

/// Lines that went and lines that came at one place, side by side.
fn pair(gone: &mut Vec<String>, came: &mut Vec<String>, all: &mut Vec<Changed>) {
    let (mut gone, mut came) = (gone.drain(..), came.drain(..));
    loop {
        match (gone.next(), came.next()) {
            (None, None) => return,
            (was, now) => all.push(Changed { was, now }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_gap_is_closed_by_what_it_was_wider() {
        let facts = |rows: &[(u64, &str, Option<&str>)]| {
            let rows: Vec<Value> = rows
                .iter()
                .map(|(number, title, gap)| {
                    let cells: Vec<Value> =
                        gap.iter().map(|text| json!({"id": "severity", "text": text})).collect();
                    json!({"number": number, "title": title, "cells": cells})
                })
                .collect();
            json!({"worksheets": [{"id": "gap-map", "rows": rows}]})
        };
        let then =
            facts(&[(1, "Heard", Some("8")), (2, "Gone", Some("3")), (3, "Unmeasured", None)]);
        let now = facts(&[
            (1, "Heard", Some("2.5")),
            (3, "Unmeasured", Some("4")),
            (4, "New", Some("6")),
        ]);
        let (items, sum) = reassessed("gap-map.severity", 0, &then, &now);
        let told: Vec<_> =
            items.iter().map(|i| (i.item.as_str(), i.then, i.now, i.closed, i.residual)).collect();
        assert_eq!(
            told,
            [
                ("Heard", Some(8.0), Some(2.5), Some(5.5), Some(2.5)),
                ("Gone", Some(3.0), None, None, None),
                ("Unmeasured", None, Some(4.0), None, Some(4.0)),
                ("New", None, Some(6.0), None, Some(6.0)),
            ]
        );
        assert_eq!(sum, Some(Sum { then: 11.0, now: 12.5, closed: 5.5, residual: 12.5 }));
        assert_eq!(reassessed("gap-map.other", 0, &then, &then).1, None);
        // A number that shall grow: its gap is what it is short of.
        let (items, _) = reassessed("gap-map.severity", 10, &then, &now);
        assert_eq!(
            (items[0].then, items[0].now, items[0].closed),
            (Some(2.0), Some(7.5), Some(-5.5))
        );
        let (items, _) = reassessed("gap-map.severity", 10, &now, &then);
        assert_eq!((items[0].closed, items[0].residual), (Some(5.5), Some(2.0)));
    }

    #[test]
    fn changed_lines_stand_beside_each_other() {
        let told = changed("a\nb\n\nc\nd\n", "a\nB\nc\nd\ne\n");
        let line = |was: Option<&str>, now: Option<&str>| Changed {
            was: was.map(str::to_owned),
            now: now.map(str::to_owned),
        };
        assert_eq!(told, [line(Some("b"), Some("B")), line(None, Some("e"))]);
        assert_eq!(changed("same\n", "same\n"), []);
    }

    #[test]
    fn what_differs_in_too_much_is_told_as_a_whole() {
        let text = |word: &str| {
            let lines: String = (0..20_000).map(|at| format!("{word} {at}\nboth\n")).collect();
            format!("first\n{lines}last\n")
        };
        let told = changed(&text("was"), &text("is"));
        assert_eq!(told.len(), 39_999, "but for the ends that are the same");
        assert_eq!(told[0].was.as_deref(), Some("was 0"));
    }

    proptest! {
        #[test]
        fn what_went_and_what_came_is_all_there_is(was in "([abc]\n){0,12}", now in "([abc]\n){0,12}") {
            let told = changed(&was, &now);
            let went = told.iter().filter(|line| line.was.is_some()).count();
            let came = told.iter().filter(|line| line.now.is_some()).count();
            prop_assert_eq!(was.lines().count() - went, now.lines().count() - came);
            prop_assert_eq!(told.is_empty(), was == now);
        }
    }
}
