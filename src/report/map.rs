//! Who surrounds a leader, as a picture of words: those who make the work larger on one side, those who
//! make it smaller on the other, by what they are to the leader. It needs no colour.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::stakeholder::{Effect, Relation, STRONGEST, Stakeholder};
use crate::domain::word::Word;

/// Two sides need at least so many columns.
const TWO_SIDES: usize = 76;

/// Further columns make no line easier to read.
const WIDEST: usize = 120;

/// What stands between the two sides.
const SPINE: &str = " │ ";

/// The picture, for so many columns.
pub(crate) fn drawn(title: &str, leader: &str, all: &[Stakeholder], width: usize) -> String {
    let width = width.clamp(20, WIDEST);
    let side = |effect: Option<Effect>| -> Vec<&Stakeholder> {
        let others = all.iter().filter(|it| it.relation != Relation::Itself);
        others.filter(|it| it.effect == effect).collect()
    };
    let (amplify, constrain) = (side(Some(Effect::Amplifies)), side(Some(Effect::Constrains)));
    let mut lines = vec![title.to_owned(), String::new()];
    if width >= TWO_SIDES {
        let half = (width - SPINE.width()) / 2;
        let middle = |text: &str| {
            let text = cut(text, width);
            format!(
                "{}{text}",
                " ".repeat((2 * half + SPINE.width()).saturating_sub(text.width()) / 2)
            )
        };
        lines.push(middle(leader));
        lines.push(middle("│"));
        let (left, right) =
            (column("+ amplify", &amplify, half), column("− constrain", &constrain, half));
        for at in 0..left.len().max(right.len()) {
            let text = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let left = text(&left);
            let gap = " ".repeat(half.saturating_sub(left.width()));
            lines.push(format!("{left}{gap}{SPINE}{}", text(&right)));
        }
    } else {
        lines.extend(wrapped(leader, width));
        for (head, side) in [("+ amplify", &amplify), ("− constrain", &constrain)] {
            lines.push(String::new());
            lines.extend(column(head, side, width));
        }
    }
    let open = side(None);
    if !open.is_empty() {
        lines.push(String::new());
        lines.extend(column("? neither yet", &open, width));
    }
    lines.push(String::new());
    lines.extend(wrapped("●●●●● influence, 1 to 5   → the wanted shift", width));
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One side: its people by what they are to the leader, the strongest first.
fn column(head: &str, people: &[&Stakeholder], width: usize) -> Vec<String> {
    let mut lines = vec![head.to_owned()];
    if people.is_empty() {
        lines.push("  nobody".to_owned());
    }
    for relation in Relation::ALL {
        let mut these: Vec<&&Stakeholder> =
            people.iter().filter(|it| it.relation == *relation).collect();
        these.sort_by_key(|it| (std::cmp::Reverse(it.influence), it.reference));
        if !these.is_empty() {
            lines.push(format!("  {relation}"));
        }
        for person in these {
            let facts = format!("{}  {}", weight(person.influence), person.reference);
            let room = width.saturating_sub(4 + facts.width() + 2);
            let name = cut(&one_line(&person.name), room);
            let gap = " ".repeat(room.saturating_sub(name.width()) + 2);
            lines.push(format!("    {name}{gap}{facts}"));
            if let Some(shift) = &person.shift {
                let shift = wrapped(&one_line(shift), width.saturating_sub(8));
                for (at, line) in shift.into_iter().enumerate() {
                    let mark = if at == 0 { "→ " } else { "  " };
                    lines.push(format!("      {mark}{line}"));
                }
            }
        }
    }
    lines
}

/// How much weight somebody has; five dots where it is not known.
fn weight(influence: Option<u8>) -> String {
    let all = usize::from(STRONGEST);
    match influence {
        Some(influence) => {
            let full = usize::from(influence).min(all);
            format!("{}{}", "●".repeat(full), "○".repeat(all - full))
        }
        None => "·".repeat(all),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text that fits, with a mark where it was cut.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.graphemes(true) {
        if short.width() + letter.width() + 1 > width {
            break;
        }
        short.push_str(letter);
    }
    format!("{short}…")
}

/// A text in lines that fit; a word that does not is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let word = cut(word, width.max(1));
        let Some(last) = lines.last_mut() else { continue };
        if last.is_empty() {
            last.push_str(&word);
        } else if last.width() + 1 + word.width() <= width {
            last.push(' ');
            last.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn somebody(name: &str, relation: Relation, effect: Option<Effect>) -> Stakeholder {
        Stakeholder {
            reference: "H1".parse().expect("a ref"),
            id: "01940000-0000-7000-8000-000000000001".parse().expect("an id"),
            engagement: "acme-cfo".parse().expect("a slug"),
            person: "P1".parse().expect("a ref"),
            name: name.to_owned(),
            relation,
            effect,
            influence: Some(4),
            dynamic: None,
            shift: Some("asks me before she decides, and not after it".to_owned()),
            strategy: None,
            engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
            person_id: "01940000-0000-7000-8000-000000000003".parse().expect("an id"),
            removed: false,
        }
    }

    #[test]
    fn the_spine_stands_in_one_column_whatever_the_names() {
        let all = [
            somebody("山田 太郎", Relation::Board, Some(Effect::Amplifies)),
            somebody("Małgorzata Wiśniewska", Relation::Peer, Some(Effect::Amplifies)),
            somebody("👩‍💻 Zoë", Relation::Manager, Some(Effect::Constrains)),
        ];
        let text = drawn("acme-cfo", "Ngozi", &all, 80);
        let spines: std::collections::BTreeSet<usize> = text
            .lines()
            .skip(4)
            .filter_map(|line| line.split_once('│'))
            .map(|(before, _)| before.width())
            .collect();
        assert_eq!(spines.len(), 1, "{text}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_was_asked(
            names in proptest::collection::vec("\\PC{1,40}", 0..6),
            width in 20_usize..140,
        ) {
            let all: Vec<Stakeholder> = names
                .iter()
                .enumerate()
                .map(|(at, name)| {
                    let effect = [None, Some(Effect::Amplifies), Some(Effect::Constrains)][at % 3];
                    somebody(name, Relation::ALL[1 + at % 9], effect)
                })
                .collect();
            let text = drawn("acme-cfo", "Ngozi Adeyemi", &all, width);
            for line in text.lines() {
                prop_assert!(line.width() <= width, "{} {:?}", width, line);
            }
        }
    }
}
