//! A measured number over time, drawn in lines of text: its points by their days, and where it began and
//! shall end as lines of their own. It reads without colour, and in ASCII where the terminal is dumb.

use crate::domain::goal::KeyResult;
use crate::domain::time::Day;

/// How a chart is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Canvas {
    /// How many columns there are in all.
    pub(crate) columns: usize,
    /// Whether nothing but ASCII is drawn.
    pub(crate) ascii: bool,
}

/// How many lines the picture itself takes.
const LINES: usize = 9;

/// A picture is never narrower or wider than so many columns, its labels left out.
const NARROWEST: usize = 16;
const WIDEST: usize = 100;

/// The measurements of a key result in lines; none where nothing was measured.
pub(crate) fn measurements(kr: &KeyResult, canvas: Canvas) -> Vec<String> {
    let points: Vec<(Day, f64)> = kr.measurements.iter().map(|m| (m.on, m.value.value())).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let (from, to) = (kr.baseline.value(), kr.target.value());
    let values = || points.iter().map(|(_, value)| *value).chain([from, to]);
    let (low, high) =
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let lines = if low == high { 1 } else { LINES };
    let row = |value: f64| -> usize {
        if low == high {
            0
        } else {
            ((high - value) / (high - low) * (lines - 1) as f64).round() as usize
        }
    };
    let labels = labels(
        [
            (row(from), format!("from {}", kr.baseline)),
            (row(to), format!("to {}", kr.target)),
            (row(last.1), format!("now {}", kr.current)),
        ],
        lines,
    );
    let margin = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let width = canvas.columns.saturating_sub(margin + 2).clamp(NARROWEST, WIDEST);
    let days = last.0.days_since(first.0);
    let column = |day: Day| -> usize {
        match days {
            0 => 0,
            days => {
                (day.days_since(first.0) as f64 / days as f64 * (width - 1) as f64).round() as usize
            }
        }
    };
    let marks = if canvas.ascii { Marks::ASCII } else { Marks::DRAWN };
    let mut picture = vec![vec![' '; width]; lines];
    let mut put = |x: usize, y: usize, mark: char| {
        if let Some(cell) = picture.get_mut(y).and_then(|line| line.get_mut(x)) {
            *cell = mark;
        }
    };
    (0..width).for_each(|x| put(x, row(from), marks.from));
    (0..width).for_each(|x| put(x, row(to), marks.to));
    for pair in points.windows(2) {
        let [(day, value), (next_day, next)] = pair else { continue };
        let (begin, end) = (column(*day), column(*next_day));
        for x in begin..end {
            let part = (x - begin) as f64 / (end - begin) as f64;
            put(x, row(value + (next - value) * part), marks.way);
        }
    }
    points.iter().for_each(|(day, value)| put(column(*day), row(*value), marks.point));
    let mut drawn: Vec<String> = labels
        .iter()
        .zip(picture)
        .map(|(label, line)| {
            let line: String = line.into_iter().collect();
            format!("{label:>margin$} {}{}", marks.side, line.trim_end())
        })
        .collect();
    let (begin, end) = (first.0.to_string(), last.0.to_string());
    let below = match days {
        0 => begin,
        _ => format!("{begin}{end:>rest$}", rest = (width - begin.len()).max(end.len() + 1)),
    };
    drawn.push(format!(
        "{:>margin$} {}",
        "",
        marks.corner.to_string() + &marks.floor.to_string().repeat(width)
    ));
    drawn.push(format!("{:>margin$}  {below}", ""));
    drawn
}

/// What stands at the side of each line; values that share a line share its label.
fn labels(named: [(usize, String); 3], lines: usize) -> Vec<String> {
    let mut labels = vec![String::new(); lines];
    for (row, name) in named {
        if let Some(label) = labels.get_mut(row) {
            if !label.is_empty() {
                label.push_str(", ");
            }
            label.push_str(&name);
        }
    }
    labels
}

/// What a chart is made of.
struct Marks {
    point: char,
    /// Between two points.
    way: char,
    from: char,
    to: char,
    side: char,
    corner: char,
    floor: char,
}

impl Marks {
    const DRAWN: Self =
        Self {
            point: '●', way: '·', from: '┄', to: '━', side: '│', corner: '└', floor: '─'
        };
    const ASCII: Self =
        Self { point: '*', way: '.', from: '-', to: '=', side: '|', corner: '+', floor: '-' };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::goal::{Measurement, Number};

    fn key_result(from: f64, to: f64, points: &[(&str, f64)]) -> KeyResult {
        let measurements: Vec<Measurement> = points
            .iter()
            .map(|(on, value)| Measurement {
                on: on.parse().expect("a day"),
                value: Number::new(*value),
            })
            .collect();
        KeyResult {
            reference: "K1".parse().expect("a ref"),
            id: "01940000-0000-7000-8000-000000000001".parse().expect("an id"),
            goal: "G1".parse().expect("a ref"),
            title: "Open decisions".to_owned(),
            unit: "days".to_owned(),
            baseline: Number::new(from),
            target: Number::new(to),
            current: measurements.last().map_or(Number::new(from), |last| last.value),
            measurements,
            engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
            removed: false,
        }
    }

    #[test]
    fn a_falling_number_is_drawn_from_where_it_began_to_where_it_shall_be() {
        let kr = key_result(
            12.0,
            4.0,
            &[("2026-10-01", 12.0), ("2026-10-05", 10.0), ("2026-11-01", 6.0)],
        );
        let drawn = measurements(&kr, Canvas { columns: 40, ascii: true });
        assert_eq!(
            drawn,
            [
                "from 12 |*------------------------------",
                "        | ..",
                "        |   .*...",
                "        |        ......",
                "        |              .......",
                "        |                     ......",
                "  now 6 |                           ...*",
                "        |",
                "   to 4 |===============================",
                "        +-------------------------------",
                "         2026-10-01           2026-11-01",
            ]
        );
    }

    #[test]
    fn one_measurement_and_a_number_that_stands_still_are_drawn_too() {
        let one = key_result(4.0, 4.0, &[("2026-10-01", 4.0)]);
        let drawn = measurements(&one, Canvas { columns: 60, ascii: true });
        assert!(drawn[0].starts_with("from 4, to 4, now 4 |*==="), "{drawn:?}");
        assert_eq!(drawn.len(), 3);
        assert_eq!(
            measurements(&key_result(1.0, 2.0, &[]), Canvas { columns: 60, ascii: true }),
            [""; 0]
        );
    }

    #[test]
    fn past_the_target_and_behind_the_start_are_on_the_picture() {
        let kr = key_result(0.0, 10.0, &[("2026-10-01", -5.0), ("2026-12-01", 15.0)]);
        let drawn = measurements(&kr, Canvas { columns: 80, ascii: false });
        assert!(drawn[0].starts_with("now 15 │") && drawn[0].ends_with('●'), "{drawn:?}");
        assert!(drawn[8].contains('●'), "{drawn:?}");
        assert!(drawn[2].contains("to 10") && drawn[6].contains("from 0"), "{drawn:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal_and_every_last_point_is_drawn(
            from in -1e6_f64..1e6,
            to in -1e6_f64..1e6,
            points in proptest::collection::vec((0_i64..900, -1e6_f64..1e6), 1..30),
            columns in 60_usize..130,
            ascii: bool,
        ) {
            let first: Day = "2026-01-01".parse().expect("a day");
            let mut points: Vec<(String, f64)> = points
                .into_iter()
                .filter_map(|(by, value)| Some((first.plus_days(by)?.to_string(), value.round())))
                .collect();
            points.sort_by(|a, b| a.0.cmp(&b.0));
            let points: Vec<(&str, f64)> = points.iter().map(|(on, value)| (on.as_str(), *value)).collect();
            let kr = key_result(from.round(), to.round(), &points);
            let drawn = measurements(&kr, Canvas { columns, ascii });
            for line in &drawn {
                prop_assert!(line.chars().count() <= columns, "{line}");
                prop_assert!(!ascii || line.is_ascii(), "{line}");
            }
            let point = if ascii { '*' } else { '●' };
            prop_assert!(drawn.iter().any(|line| line.contains(point)));
        }
    }
}
