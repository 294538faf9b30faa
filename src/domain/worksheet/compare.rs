//! How two contents of a worksheet differ, and how far its numbers have come.

use serde::Serialize;

use super::{Row, Value};
use crate::domain::id::EngagementId;
use crate::domain::method::{FieldDef, FieldKind, WorksheetDef};

/// One field of one row in which two contents differ.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Difference {
    pub(crate) row: u32,
    pub(crate) field: String,
    /// Absent where nothing stood there, or the row was not there.
    pub(crate) from: Option<Value>,
    pub(crate) to: Option<Value>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Difference {
    /// By how much a number rose or fell, with its sign; nothing for what is no number.
    pub(crate) fn change(&self) -> Option<String> {
        let number = |value: &Option<Value>| value.as_ref().and_then(Value::number);
        Some(signed(number(&self.to)? - number(&self.from)?))
    }
}

/// A number with its sign: `+3`, `-0.5`, `0`.
pub(crate) fn signed(number: f64) -> String {
    // What binary fractions leave behind is no change.
    let rounded = (number * 1e6).round() / 1e6;
    match rounded {
        0.0 => "0".to_owned(),
        rounded if rounded > 0.0 => format!("+{rounded}"),
        rounded => rounded.to_string(),
    }
}

/// Where two contents differ: by the number of the row, then in the order of the fields.
pub(crate) fn differences(of: EngagementId, from: &[Row], to: &[Row]) -> Vec<Difference> {
    let mut numbers: Vec<u32> = from.iter().chain(to).map(|row| row.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut all = Vec::new();
    for number in numbers {
        let one = from.iter().find(|row| row.number == number);
        let other = to.iter().find(|row| row.number == number);
        let fields = one.into_iter().chain(other).flat_map(|row| row.values.fields());
        let mut seen: Vec<&str> = Vec::new();
        for field in fields {
            if seen.contains(&field) {
                continue;
            }
            seen.push(field);
            let value = |row: Option<&Row>| row.and_then(|row| row.values.get(field).cloned());
            let (from, to) = (value(one), value(other));
            if from != to {
                all.push(Difference {
                    row: number,
                    field: field.to_owned(),
                    from,
                    to,
                    engagement_id: of,
                });
            }
        }
    }
    all
}

/// How far a number has come on the way from baseline to target, in per cent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Progress {
    pub(crate) field: String,
    /// Of the rows below, each counting the same.
    pub(crate) mean: i64,
    /// Those with a way to cover and a number on it.
    pub(crate) rows: Vec<Share>,
}

/// The share of the way that one row has covered; negative where it went back, over 100 beyond.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Share {
    pub(crate) row: u32,
    pub(crate) percent: i64,
}

const BASELINE: &str = "baseline";
const TARGET: &str = "target";
const LATER: [&str; 3] = ["mid", "close", "now"];

/// How far the rows have come: of a definition with the numbers `baseline` and `target`, for `mid`,
/// `close` and `now` on the same scale. A number that falls to its target covers the way like one that
/// rises.
pub(crate) fn progress(def: &WorksheetDef, rows: &[Row]) -> Vec<Progress> {
    let number = |id: &str| numbers(def).find(|field| field.id == id);
    let (Some(_), Some(target)) = (number(BASELINE), number(TARGET)) else { return Vec::new() };
    let later = numbers(def)
        .filter(|field| LATER.contains(&field.id.as_str()))
        .filter(|field| field.range == target.range);
    let told = later.filter_map(|field| {
        let shares: Vec<(u32, f64)> = rows
            .iter()
            .filter_map(|row| {
                let at = |id: &str| row.values.number(id);
                Some((row.number, share(at(BASELINE)?, at(TARGET)?, at(&field.id)?)?))
            })
            .collect();
        let mean = shares.iter().map(|(_, share)| share).sum::<f64>() / shares.len() as f64;
        let rows = shares.iter().map(|(row, share)| Share { row: *row, percent: percent(*share) });
        let rows: Vec<Share> = rows.collect();
        (!rows.is_empty()).then(|| Progress { field: field.id.clone(), mean: percent(mean), rows })
    });
    told.collect()
}

/// The numbers of a definition.
pub(crate) fn numbers(def: &WorksheetDef) -> impl Iterator<Item = &FieldDef> {
    def.fields.iter().filter(|field| field.kind == FieldKind::Number)
}

/// The numbers that are one thing at several points in time; others are not set against each other.
pub(crate) fn points(def: &WorksheetDef) -> impl Iterator<Item = &FieldDef> {
    let known = |id: &str| [BASELINE, TARGET].contains(&id) || LATER.contains(&id);
    numbers(def).filter(move |field| known(&field.id))
}

/// The share of the way from baseline to target; nothing where there is no way to cover.
fn share(baseline: f64, target: f64, at: f64) -> Option<f64> {
    (target != baseline).then(|| (at - baseline) / (target - baseline))
}

fn percent(share: f64) -> i64 {
    (share * 100.0).round() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{def, row, worksheet};
    use super::*;

    fn of() -> EngagementId {
        worksheet(Vec::new()).engagement_id
    }

    #[test]
    fn the_way_is_covered_rising_and_falling() {
        let rows = [
            row(1, &[("baseline", "2"), ("target", "8"), ("close", "5")]),
            row(2, &[("baseline", "9"), ("target", "3"), ("close", "3")]),
            row(3, &[("baseline", "4"), ("target", "6"), ("close", "3")]),
            row(4, &[("baseline", "4"), ("target", "4"), ("close", "5")]),
            row(5, &[("baseline", "4"), ("target", "6")]),
        ];
        let told = progress(&def(), &rows);
        assert_eq!(told.len(), 1);
        let shares: Vec<(u32, i64)> = told[0].rows.iter().map(|s| (s.row, s.percent)).collect();
        assert_eq!(shares, [(1, 50), (2, 100), (3, -50)]);
        assert_eq!((told[0].field.as_str(), told[0].mean), ("close", 33));
        assert!(progress(&def(), &rows[3..]).is_empty());
    }

    #[test]
    fn numbers_of_other_names_are_no_points_in_time() {
        let mut def = def();
        let rows = [row(1, &[("baseline", "2"), ("target", "8"), ("close", "5")])];
        def.fields.iter_mut().filter(|f| f.id == "close").for_each(|f| f.id = "cost".to_owned());
        let ids: Vec<&str> = points(&def).map(|field| field.id.as_str()).collect();
        assert_eq!(ids, ["baseline", "target"]);
        assert!(progress(&def, &rows).is_empty());
    }

    #[test]
    fn rows_are_compared_by_number_and_field() {
        let from = [row(1, &[("view", "rushes"), ("baseline", "4")]), row(2, &[("view", "old")])];
        let to = [row(1, &[("view", "rushes"), ("baseline", "5.5")]), row(3, &[("view", "new")])];
        let told: Vec<String> = differences(of(), &from, &to)
            .iter()
            .map(|each| {
                let value =
                    |value: &Option<Value>| value.as_ref().map_or("–".into(), |v| v.to_string());
                let change = each.change().unwrap_or_default();
                format!(
                    "{} {} {} {} {change}",
                    each.row,
                    each.field,
                    value(&each.from),
                    value(&each.to)
                )
            })
            .collect();
        assert_eq!(told, ["1 baseline 4 5.5 +1.5", "2 view old – ", "3 view – new "]);
    }

    proptest! {
        #[test]
        fn nothing_differs_from_itself_and_a_way_back_differs_the_other_way(
            texts in proptest::collection::vec(("[a-c]{0,2}", 0_u32..10), 0..6),
            others in proptest::collection::vec(("[a-c]{0,2}", 0_u32..10), 0..6),
        ) {
            let rows = |texts: &[(String, u32)]| -> Vec<Row> {
                (1..).zip(texts).map(|(number, (view, baseline))| {
                    let baseline = baseline.to_string();
                    let mut fields = vec![("baseline", baseline.as_str())];
                    if !view.is_empty() {
                        fields.push(("view", view.as_str()));
                    }
                    row(number, &fields)
                }).collect()
            };
            let (one, other) = (rows(&texts), rows(&others));
            prop_assert!(differences(of(), &one, &one).is_empty());
            let there = differences(of(), &one, &other);
            let mut back = differences(of(), &other, &one);
            back.iter_mut().for_each(|each| std::mem::swap(&mut each.from, &mut each.to));
            prop_assert_eq!(there, back);
        }

        #[test]
        fn the_target_is_all_of_the_way_and_the_baseline_none(baseline in 0_u32..100, target in 0_u32..100) {
            let (from, to) = (f64::from(baseline), f64::from(target));
            let expected = (baseline != target).then_some(100);
            prop_assert_eq!(share(from, to, to).map(percent), expected);
            prop_assert_eq!(share(from, to, from).map(percent), expected.map(|_| 0));
        }
    }
}
