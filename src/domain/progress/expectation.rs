//! Expectations and outcomes, and what is reached of them.

use serde::Serialize;

use crate::domain::goal::Number;

/// What somebody hoped for, or an outcome, rated at four points in time.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Expectation {
    /// The id of its worksheet.
    pub(crate) worksheet: String,
    pub(crate) item: String,
    pub(crate) baseline: Option<Number>,
    pub(crate) target: Option<Number>,
    pub(crate) mid: Option<Number>,
    pub(crate) close: Option<Number>,
    /// How much of the way from baseline to target is covered by the last rating, in per cent.
    pub(crate) reached: Option<i64>,
}

impl Expectation {
    /// One, with how far it was reached.
    pub(crate) fn of(worksheet: &str, item: String, at: [Option<Number>; 4]) -> Self {
        let [baseline, target, mid, close] = at;
        let reached = || {
            let (from, to) = (baseline?.value(), target?.value());
            let now = close.or(mid)?.value();
            (from != to).then(|| ((now - from) / (to - from) * 100.0).round() as i64)
        };
        Self {
            reached: reached(),
            worksheet: worksheet.to_owned(),
            item,
            baseline,
            target,
            mid,
            close,
        }
    }
}

/// The mean of how far expectations were reached: their return, in per cent.
pub(crate) fn return_on(expectations: &[Expectation]) -> Option<i64> {
    let reached: Vec<i64> = expectations.iter().filter_map(|each| each.reached).collect();
    let sum: i64 = reached.iter().sum();
    (!reached.is_empty()).then(|| (sum as f64 / reached.len() as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_return_the_share_of_the_way_rising_and_falling() {
        let number = |value: f64| Some(Number::new(value));
        let reached = |at| Expectation::of("expectations", "It".to_owned(), at).reached;
        assert_eq!(reached([number(2.0), number(8.0), None, number(5.0)]), Some(50));
        assert_eq!(reached([number(8.0), number(2.0), number(5.0), None]), Some(50));
        assert_eq!(reached([number(8.0), number(2.0), number(5.0), number(2.0)]), Some(100));
        assert_eq!(reached([number(2.0), number(8.0), None, None]), None);
        assert_eq!(reached([number(2.0), number(2.0), None, number(5.0)]), None);
        let both: Vec<Expectation> = [[2.0, 8.0, 5.0], [0.0, 10.0, 10.0]]
            .map(|[from, to, now]| {
                let at = [number(from), number(to), None, number(now)];
                Expectation::of("expectations", String::new(), at)
            })
            .into();
        assert_eq!(return_on(&both), Some(75));
    }
}
