//! Worksheets: what a method has people write down, as it stands and as it was frozen.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::id::{EngagementId, PartId, Ref, Slug, WorksheetId};
use super::method::{FieldDef, FieldKind, Shape, WorksheetDef};
use super::time::Day;
use super::word::Visibility;

mod compare;
mod loss;
mod value;

pub(crate) use compare::{Difference, Progress, differences, numbers, points, progress, signed};
pub(crate) use value::{Value, ValueError, read};

/// A worksheet of an engagement: its live content, or one of its frozen versions.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Worksheet {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: WorksheetId,
    pub(crate) engagement: Slug,
    #[serde(rename = "worksheet")]
    pub(crate) definition: String,
    pub(crate) title: String,
    /// Counts up; a frozen version never changes.
    pub(crate) version: u32,
    /// The day on which this version was frozen; absent while it is being filled.
    pub(crate) frozen_on: Option<Day>,
    /// Shared only where it was begun as shared and its method says so still.
    pub(crate) visibility: Visibility,
    /// In the order of their making; a form has one at most.
    pub(crate) rows: Vec<Row>,
    /// How much of the way from baseline to target is covered, for each later number; empty where it
    /// has no such numbers.
    pub(crate) progress: Vec<Progress>,
    #[serde(skip)]
    pub(crate) def: WorksheetDef,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    /// Whether its engagement is that of the one who keeps the journal.
    #[serde(skip)]
    pub(crate) own: bool,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// One row of a worksheet.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// Given once, and never to another row of the worksheet.
    pub(crate) number: u32,
    /// The day it is about.
    pub(crate) on: Option<Day>,
    pub(crate) values: Values,
    /// The oldest first.
    pub(crate) uses: Vec<Use>,
    #[serde(skip)]
    pub(crate) id: PartId,
}

/// What stands in the fields of a row, in the order of the definition; nothing where it is empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Values(Vec<(String, Option<Value>)>);

/// That a row was put to use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Use {
    pub(crate) on: Day,
    pub(crate) text: Option<String>,
}

/// The content of a frozen version, as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Kept {
    /// What it was filled by; absent in what was frozen before definitions were kept.
    #[serde(default)]
    def: Option<KeptDef>,
    rows: Vec<KeptRow>,
}

/// The definition of a frozen version: a method may change below it.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct KeptDef {
    title: String,
    shape: Shape,
    row: String,
    used: String,
    fields: Vec<FieldDef>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct KeptRow {
    id: String,
    number: u32,
    values: BTreeMap<String, String>,
    uses: Vec<KeptUse>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct KeptUse {
    on: String,
    text: Option<String>,
}

impl Worksheet {
    /// Whether something stands in it.
    pub(crate) fn is_filled(&self) -> bool {
        self.rows.iter().any(Row::is_filled)
    }

    /// Its row with this number.
    pub(crate) fn row(&self, number: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.number == number)
    }

    /// What one row is called: `rule`; `row` where the method has no word for it.
    pub(crate) fn row_word(&self) -> &str {
        if self.def.row.is_empty() { "row" } else { &self.def.row }
    }

    /// How it is spoken of: `W5 values`.
    pub(crate) fn spoken(&self) -> String {
        format!("{} {}", self.reference, self.definition)
    }

    /// How much is in it: `3 rows`, or `2 of 6 fields` of a form.
    pub(crate) fn extent(&self) -> String {
        let all = self.def.fields.len();
        let filled = self.rows.first().map_or(0, Row::filled);
        match (self.def.shape, self.rows.len()) {
            (Shape::Form, _) => format!("{filled} of {all} fields"),
            (Shape::Rows, 1) => "1 row".to_owned(),
            (Shape::Rows, rows) => format!("{rows} rows"),
        }
    }

    /// Its content as it is kept.
    pub(crate) fn kept(&self) -> Kept {
        let row = |row: &Row| KeptRow {
            id: row.id.to_string(),
            number: row.number,
            values: row
                .values
                .filled()
                .map(|(id, value)| (id.to_owned(), value.to_string()))
                .collect(),
            uses: row
                .uses
                .iter()
                .map(|each| KeptUse { on: each.on.to_string(), text: each.text.clone() })
                .collect(),
        };
        let WorksheetDef { title, shape, row: word, used, fields, .. } = self.def.clone();
        let def = KeptDef { title, shape, row: word, used, fields };
        Kept { def: Some(def), rows: self.rows.iter().map(row).collect() }
    }

    /// The same worksheet as it was kept; nothing where that cannot be read.
    pub(crate) fn as_kept(&self, version: u32, frozen_on: Day, kept: Kept) -> Option<Self> {
        let def = match kept.def {
            Some(KeptDef { title, shape, row, used, fields }) => {
                WorksheetDef { title, shape, row, used, fields, ..self.def.clone() }
            }
            None => self.def.clone(),
        };
        let row = |row: KeptRow| {
            let uses = row
                .uses
                .into_iter()
                .map(|each| Some(Use { on: each.on.parse().ok()?, text: each.text }));
            Some(Row::new(
                row.id.parse().ok()?,
                row.number,
                &def,
                row.values,
                uses.collect::<Option<_>>()?,
            ))
        };
        let rows: Vec<Row> = kept.rows.into_iter().map(row).collect::<Option<_>>()?;
        let (progress, title) = (progress(&def, &rows), def.title.clone());
        let frozen_on = Some(frozen_on);
        Some(Self { version, frozen_on, title, rows, progress, def, ..self.clone() })
    }

    /// Whether both hold the same words: what was logged as a use is none of them.
    pub(crate) fn says_same(&self, other: &Self) -> bool {
        let numbers = |of: &Self| of.rows.iter().map(|row| row.number).collect::<Vec<_>>();
        numbers(self) == numbers(other)
            && differences(self.engagement_id, &self.rows, &other.rows).is_empty()
    }
}

impl Row {
    /// A row with the texts that stand in its fields. A text whose field the method does not know, or
    /// that does not fit its field, is shown as it stands.
    pub(crate) fn new(
        id: PartId,
        number: u32,
        def: &WorksheetDef,
        mut texts: BTreeMap<String, String>,
        uses: Vec<Use>,
    ) -> Self {
        let mut values: Vec<(String, Option<Value>)> = Vec::new();
        let mut on = None;
        for field in &def.fields {
            let value = texts.remove(&field.id).map(|text| Value::stored(field, text));
            if let Some(Value::Day(day)) = &value {
                on = Some(*day);
            }
            values.push((field.id.clone(), value));
        }
        values.extend(texts.into_iter().map(|(id, text)| (id, Some(Value::Text(text)))));
        Self { number, on, values: Values(values), uses, id }
    }

    /// Whether something stands in it.
    pub(crate) fn is_filled(&self) -> bool {
        self.filled() > 0
    }

    fn filled(&self) -> usize {
        self.values.filled().count()
    }

    /// What stands first in it; nothing where nothing does.
    pub(crate) fn name(&self) -> Option<&Value> {
        self.values.filled().next().map(|(_, value)| value)
    }

    /// What it is known by: its first text; nothing where it has none.
    pub(crate) fn words(&self, def: &WorksheetDef) -> Option<&Value> {
        let texts = def.fields.iter().filter(|field| field.kind == FieldKind::Text);
        texts.filter_map(|field| self.values.get(&field.id)).next()
    }
}

impl Values {
    /// What stands in a field.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.0.iter().find(|(id, _)| id == field)?.1.as_ref()
    }

    /// The number that stands in a field.
    pub(crate) fn number(&self, field: &str) -> Option<f64> {
        self.get(field).and_then(Value::number)
    }

    /// The fields, in order.
    fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.as_str())
    }

    /// The fields in which something stands.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().filter_map(|(id, value)| Some((id.as_str(), value.as_ref()?)))
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, value) in &self.0 {
            map.serialize_entry(id, value)?;
        }
        map.end()
    }
}

/// The two fields along which rows can be laid out: the one choice and the one yes or no; nothing
/// where there are not exactly these.
pub(crate) fn grid_fields(def: &WorksheetDef) -> Option<(&FieldDef, &FieldDef)> {
    let only = |kind: FieldKind| {
        let mut fields = def.fields.iter().filter(|field| field.kind == kind);
        fields.next().filter(|_| fields.next().is_none())
    };
    only(FieldKind::Choice).zip(only(FieldKind::YesNo)).filter(|_| def.shape == Shape::Rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A worksheet of the shape `rows` with a field of each kind.
    pub(super) fn def() -> WorksheetDef {
        toml::from_str(
            "id = 'gaps'\ntitle = 'Gaps'\nshape = 'rows'\nrow = 'gap'\n
             [[field]]\nid = 'view'\ntitle = 'View'\n
             [[field]]\nid = 'kind'\ntitle = 'Kind'\nkind = 'choice'\nchoices = ['strength', 'need']\n
             [[field]]\nid = 'known'\ntitle = 'Known'\nkind = 'yes-no'\n
             [[field]]\nid = 'day'\ntitle = 'Day'\nkind = 'day'\n
             [[field]]\nid = 'baseline'\ntitle = 'Baseline'\nkind = 'number'\nrange = [0, 10]\n
             [[field]]\nid = 'target'\ntitle = 'Target'\nkind = 'number'\nrange = [0, 10]\n
             [[field]]\nid = 'close'\ntitle = 'Close'\nkind = 'number'\nrange = [0, 10]\n",
        )
        .expect("a definition")
    }

    pub(super) fn row(number: u32, texts: &[(&str, &str)]) -> Row {
        let texts = texts.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect();
        let id = format!("01940000-0000-7000-8000-{number:012}").parse().expect("an id");
        Row::new(id, number, &def(), texts, Vec::new())
    }

    pub(super) fn worksheet(rows: Vec<Row>) -> Worksheet {
        Worksheet {
            reference: "W1".parse().expect("a ref"),
            id: "01940000-0000-7000-8000-000000000009".parse().expect("an id"),
            engagement: "acme-cfo".parse().expect("a slug"),
            definition: "gaps".to_owned(),
            title: "Gaps".to_owned(),
            version: 1,
            frozen_on: None,
            visibility: Visibility::Private,
            progress: progress(&def(), &rows),
            rows,
            def: def(),
            engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
            own: false,
            removed: false,
        }
    }

    #[test]
    fn what_is_kept_reads_back_as_it_was() {
        let mut first = row(1, &[("view", "rushes"), ("day", "2026-11-21"), ("target", "7.5")]);
        first.uses.push(Use { on: "2026-11-22".parse().expect("a day"), text: None });
        let sheet = worksheet(vec![first, row(3, &[])]);
        let text = serde_json::to_string(&sheet.kept()).expect("text");
        let kept = serde_json::from_str(&text).expect("kept");
        let back = sheet.as_kept(1, "2026-11-23".parse().expect("a day"), kept).expect("readable");
        assert!(back.says_same(&sheet));
        assert_eq!(back.rows[0].uses, sheet.rows[0].uses);
        assert_eq!(back.rows[0].on.map(|day| day.to_string()).as_deref(), Some("2026-11-21"));
        assert_eq!(back.rows[0].id, sheet.rows[0].id);
        assert_eq!(back.extent(), "2 rows");
    }

    #[test]
    fn a_frozen_version_reads_by_the_definition_that_it_was_filled_by() {
        let sheet = worksheet(vec![row(1, &[("target", "7.5"), ("view", "rushes")])]);
        let text = serde_json::to_string(&sheet.kept()).expect("text");
        let mut now = sheet.clone();
        (now.def.title, now.title) = ("Wins".to_owned(), "Wins".to_owned());
        now.def.fields.truncate(1);
        let on = "2026-11-23".parse().expect("a day");
        let back = |text: &str| {
            let kept = serde_json::from_str(text).expect("kept");
            now.as_kept(1, on, kept).expect("readable")
        };
        let kept = back(&text);
        assert_eq!((kept.title.as_str(), kept.def.fields.len()), ("Gaps", 7));
        assert_eq!(kept.rows[0].values.number("target"), Some(7.5));
        // Before definitions were kept.
        let id = sheet.rows[0].id;
        let old =
            format!(r#"{{"rows":[{{"id":"{id}","number":1,"values":{{"view":"x"}},"uses":[]}}]}}"#);
        assert_eq!((back(&old).title.as_str(), back(&old).def.fields.len()), ("Wins", 1));
    }

    #[test]
    fn a_row_shows_its_fields_in_the_order_of_the_method() {
        let json =
            serde_json::to_string(&row(1, &[("kind", "need"), ("baseline", "4"), ("old", "x")]));
        assert_eq!(
            json.expect("text"),
            r#"{"number":1,"on":null,"values":{"view":null,"kind":"need","known":null,"day":null,"baseline":4,"target":null,"close":null,"old":"x"},"uses":[]}"#
        );
        assert!(row(1, &[("kind", "need")]).words(&def()).is_none());
    }

    #[test]
    fn rows_can_be_laid_out_along_one_choice_and_one_yes_or_no() {
        let mut def = def();
        assert_eq!(grid_fields(&def).map(|(a, b)| (&*a.id, &*b.id)), Some(("kind", "known")));
        def.fields.push(def.fields[1].clone());
        assert!(grid_fields(&def).is_none());
    }
}
