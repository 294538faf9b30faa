//! What parts one version of a method from another: part by part, by the names in its file.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Method;

/// A part of a method that is not the same in both.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Difference {
    /// Where it is: `phase discovery weeks`.
    pub(crate) path: String,
    /// What it was; absent where it was added.
    pub(crate) from: Option<String>,
    /// What it is; absent where it was taken out.
    pub(crate) to: Option<String>,
}

impl Method {
    /// What became another from `self` to `now`, in the order of the file.
    pub(crate) fn differences(&self, now: &Self) -> Vec<Difference> {
        let value = |method: &Self| match serde_json::to_value(method) {
            Ok(Value::Object(keys)) => keys,
            _ => Map::new(),
        };
        let mut found = Vec::new();
        tables("", &value(self), &value(now), &mut found);
        found
    }
}

fn tables(
    path: &str,
    before: &Map<String, Value>,
    now: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    for (key, now) in now {
        let before = before.get(key).unwrap_or(&Value::Null);
        if before == now {
            continue;
        }
        let path = if path.is_empty() { key.clone() } else { format!("{path} {key}") };
        match (before, now) {
            (Value::Object(before), Value::Object(now)) => tables(&path, before, now, found),
            (Value::Array(before), Value::Array(now)) if are_named(before) && are_named(now) => {
                named(&path, before, now, found);
            }
            _ => found.push(Difference { path, from: said(before), to: said(now) }),
        }
    }
}

/// What a table in a list is known by.
fn name(table: &Value) -> Option<&str> {
    table.get("id").or_else(|| table.get("title"))?.as_str()
}

fn are_named(all: &[Value]) -> bool {
    all.iter().all(|each| name(each).is_some())
}

fn named(path: &str, before: &[Value], now: &[Value], found: &mut Vec<Difference>) {
    let same = |one: &Value, other: &Value| name(one) == name(other);
    let whole = |table: &Value| table.get("title").and_then(Value::as_str).map(str::to_owned);
    for gone in before.iter().filter(|gone| now.iter().all(|each| !same(each, gone))) {
        let path = format!("{path} {}", name(gone).unwrap_or_default());
        found.push(Difference { path, from: whole(gone), to: None });
    }
    for each in now {
        let path = format!("{path} {}", name(each).unwrap_or_default());
        match (before.iter().find(|other| same(each, other)), each) {
            (Some(Value::Object(before)), Value::Object(now)) => {
                tables(&path, before, now, found);
            }
            _ => found.push(Difference { path, from: None, to: whole(each) }),
        }
    }
    let order = |all: &[Value], of: &[Value]| -> Vec<String> {
        let both = all.iter().filter(|each| of.iter().any(|other| same(each, other)));
        both.filter_map(name).map(str::to_owned).collect()
    };
    let (was, is) = (order(before, now), order(now, before));
    if was != is {
        let (from, to) = (Some(was.join(", ")), Some(is.join(", ")));
        found.push(Difference { path: format!("{path} order"), from, to });
    }
}

/// A value as people read it; nothing for one that is not there.
fn said(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(all) if all.is_empty() => None,
        Value::Array(all) if all.iter().all(Value::is_number) => {
            let ends: Vec<String> = all.iter().map(ToString::to_string).collect();
            Some(ends.join("–"))
        }
        Value::Array(all) => Some(all.iter().filter_map(said).collect::<Vec<_>>().join(" | ")),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_taken_out_and_changed_is_told_by_its_path() {
        let text = Method::shipped("identity-aligned").expect("shipped");
        let before = Method::parse(text).expect("sound");
        let edited = text
            .replacen("weeks = [1, 3]", "weeks = [1, 4]", 1)
            .replacen("weeks = [4, 8]", "weeks = [5, 8]", 1)
            .replacen("\"values\", \"narrative\", ", "\"values\", ", 1)
            .replacen("title = \"Gap", "title = \"Map of the gap", 1);
        let now = Method::parse(&edited).expect("sound");
        let told: Vec<String> = before
            .differences(&now)
            .into_iter()
            .map(|each| {
                format!(
                    "{}: {} -> {}",
                    each.path,
                    each.from.unwrap_or_default(),
                    each.to.unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(told[0], "phase discovery weeks: 1–3 -> 1–4");
        assert_eq!(told[1], "phase alignment weeks: 4–8 -> 5–8");
        assert_eq!(
            told[2],
            "phase alignment requires: goals>=2 | values | narrative | stakeholders>=5 -> goals>=2 | values | stakeholders>=5"
        );
        assert!(before.differences(&before).is_empty());
    }

    #[test]
    fn whole_tables_come_and_go_under_their_names() {
        let plain = Method::parse(Method::shipped("plain").expect("shipped")).expect("sound");
        let five = Method::parse(Method::shipped("five-stage").expect("shipped")).expect("sound");
        let there = plain.differences(&five);
        assert!(there.iter().any(|each| each.path == "phase foundation" && each.from.is_none()));
        let back = five.differences(&plain);
        assert!(back.iter().any(|each| each.path == "phase foundation" && each.to.is_none()));
    }
}
