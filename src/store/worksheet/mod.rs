//! Worksheets in the journal, with their rows, what stands in them, and their frozen versions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::{OptionalExtension, params};

use crate::domain::id::{EngagementId, Handle, Noun, PartId, Ref};
use crate::domain::method::{FieldKind, Method, Shape, WorksheetDef};
use crate::domain::prep::Event;
use crate::domain::time::Day;
use crate::domain::word::Visibility;
use crate::domain::worksheet::{Kept, Row, Use, Worksheet, progress};
use crate::store::cell::{Cells, Mapped, unreadable};
use crate::store::condition::Conditions;
use crate::store::refs::{missing, ref_of};
use crate::store::{Reader, StoreError};

mod write;
pub(crate) use write::At;

const WORKSHEET: &str = concat!(
    "SELECT w.*, coalesce(w.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, e.own AS own, ",
    ref_of!("w.id"),
    " AS ref,
       (SELECT v.frozen_on FROM worksheet_version v
         WHERE v.worksheet_id = w.id AND v.version = w.version AND v.removed_at IS NULL LIMIT 1) AS frozen_on
     FROM worksheet w CROSS JOIN engagement e ON e.id = w.engagement_id"
);

const EVENT: &str = concat!(
    "SELECT r.id AS row_id, r.on_day, r.number, e.id AS engagement_id, e.slug AS engagement, w.definition, ",
    ref_of!("w.id"),
    " AS worksheet,
       (SELECT json_group_object(c.field, c.text) FROM worksheet_cell c
         WHERE c.row_id = r.id AND c.removed_at IS NULL) AS cells "
);

const OF_ALL: &str = "FROM worksheet_row r CROSS JOIN worksheet w ON w.id = r.worksheet_id
     CROSS JOIN engagement e ON e.id = w.engagement_id
     WHERE r.on_day BETWEEN ? AND ? AND r.removed_at IS NULL AND w.removed_at IS NULL AND e.removed_at IS NULL
       AND +e.status NOT IN ('completed', 'cancelled')
     ORDER BY r.on_day, r.id";
const OF_ONE: &str = "FROM worksheet w CROSS JOIN engagement e ON e.id = w.engagement_id
     CROSS JOIN worksheet_row r ON r.worksheet_id = w.id
     WHERE w.engagement_id = ? AND +r.on_day BETWEEN ? AND ? AND r.removed_at IS NULL AND w.removed_at IS NULL
     ORDER BY r.on_day, r.id";

/// A row with a day: the words of its event are not known yet.
struct Dated {
    event: Event,
    id: PartId,
    definition: String,
    cells: BTreeMap<String, String>,
}

fn dated(row: &Mapped<'_, '_>) -> rusqlite::Result<Dated> {
    let event = Event {
        on: row.parsed("on_day")?,
        worksheet: row.parsed("worksheet")?,
        row: row.get("number")?,
        text: None,
        engagement: row.parsed("engagement")?,
        engagement_id: row.parsed("engagement_id")?,
    };
    let (id, definition) = (row.parsed("row_id")?, row.get("definition")?);
    Ok(Dated { event, id, definition, cells: row.json("cells")? })
}

/// What is known of a worksheet where its method has no definition of that id.
fn undefined(id: &str) -> WorksheetDef {
    WorksheetDef {
        id: id.to_owned(),
        title: id.to_owned(),
        about: String::new(),
        shape: Shape::Rows,
        row: String::new(),
        visibility: Visibility::Private,
        used: String::new(),
        requires: Vec::new(),
        fields: Vec::new(),
    }
}

/// A worksheet without its definition and its content.
fn worksheet(row: &Mapped<'_, '_>) -> rusqlite::Result<Worksheet> {
    let definition: String = row.get("definition")?;
    let def = undefined(&definition);
    Ok(Worksheet {
        engagement_id: row.parsed("engagement_id")?,
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        definition,
        title: def.title.clone(),
        version: row.get("version")?,
        frozen_on: row.parsed_or_none("frozen_on")?,
        visibility: row.word("visibility")?,
        rows: Vec::new(),
        progress: Vec::new(),
        def,
        own: row.get("own")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Worksheets by engagement, then in the order in which they were begun.
    pub(crate) fn list_worksheets(
        &self,
        engagement: Option<EngagementId>,
        removed: bool,
    ) -> Result<Vec<Worksheet>, StoreError> {
        let conditions = Conditions::standing("w.removed_at", removed)
            .and_standing("e.removed_at")
            .and("w.engagement_id = ?", engagement);
        let found = self.rows(WORKSHEET, conditions, "w.engagement_id, w.id", worksheet)?;
        let mut methods: BTreeMap<EngagementId, Method> = BTreeMap::new();
        let mut worksheets = Vec::with_capacity(found.len());
        for worksheet in found {
            let method = self.method_among(&mut methods, worksheet.engagement_id)?;
            worksheets.push(self.filled(worksheet, method)?);
        }
        Ok(worksheets)
    }

    /// The worksheet of this ref or id, removed or not, with its live content.
    pub(crate) fn get_worksheet(&self, handle: &Handle) -> Result<Worksheet, StoreError> {
        let id = self.record_id(Noun::Worksheet, handle)?;
        let sql = format!("{WORKSHEET} WHERE w.id = ?");
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(worksheet))
            .optional()?;
        let worksheet = found.ok_or_else(|| missing(Noun::Worksheet, handle))?;
        let method = self.method_of(worksheet.engagement_id)?;
        self.filled(worksheet, &method)
    }

    /// The worksheet of an engagement that was begun by this definition, if it stands.
    pub(crate) fn worksheet_by(
        &self,
        engagement: EngagementId,
        definition: &str,
    ) -> Result<Option<Ref>, StoreError> {
        let sql = concat!(
            "SELECT ",
            ref_of!("w.id"),
            " AS ref FROM worksheet w
             WHERE w.engagement_id = ? AND w.definition = ? AND w.removed_at IS NULL LIMIT 1"
        );
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row(params![engagement.to_string(), definition], |row| row.parsed("ref"))
            .optional()?)
    }

    /// The numbers of a worksheet's frozen versions with their days, the newest first.
    pub(crate) fn frozen_versions(
        &self,
        worksheet: &Worksheet,
    ) -> Result<Vec<(u32, Day)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT version, frozen_on FROM worksheet_version
             WHERE worksheet_id = ? AND removed_at IS NULL ORDER BY version DESC, id DESC",
        )?;
        let rows = statement.query_map([worksheet.id.to_string()], |row| {
            Ok((row.get("version")?, row.parsed("frozen_on")?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A version of a worksheet: a frozen one as it was kept, or the live content.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where it has no such version.
    pub(crate) fn worksheet_version(
        &self,
        worksheet: &Worksheet,
        version: u32,
    ) -> Result<Worksheet, StoreError> {
        let found: Option<(Day, String)> = self
            .conn
            .prepare_cached(
                "SELECT frozen_on, content FROM worksheet_version
                 WHERE worksheet_id = ? AND version = ? AND removed_at IS NULL LIMIT 1",
            )?
            .query_row(params![worksheet.id.to_string(), version], |row| {
                Ok((row.parsed("frozen_on")?, row.get("content")?))
            })
            .optional()?;
        match found {
            Some((on, content)) => serde_json::from_str::<Kept>(&content)
                .ok()
                .and_then(|kept| worksheet.as_kept(version, on, kept))
                .ok_or_else(|| unreadable("content", &content).into()),
            None if version == worksheet.version => Ok(worksheet.clone()),
            None => {
                let known =
                    self.frozen_versions(worksheet)?.into_iter().map(|(version, _)| version);
                let mut near: Vec<String> = known.map(|version| version.to_string()).collect();
                near.push(worksheet.version.to_string());
                let what = "version";
                Err(StoreError::NotFound { what, given: version.to_string(), near })
            }
        }
    }

    /// What worksheets say of today and the next `ahead` days, over all engagements, by day.
    pub(super) fn events(&self, ahead: i64) -> Result<Vec<Event>, StoreError> {
        let until = self.today().plus_days(ahead).unwrap_or(self.today());
        let mut statement = self.conn.prepare_cached(&format!("{EVENT}{OF_ALL}"))?;
        let days = params![self.today().to_string(), until.to_string()];
        let rows = statement.query_map(days, Mapped::alone(dated))?.collect::<Result<_, _>>()?;
        self.worded(rows)
    }

    /// What the worksheets of an engagement say of so many days back and ahead, by day.
    pub(super) fn events_of(
        &self,
        engagement: EngagementId,
        (back, ahead): (i64, i64),
    ) -> Result<Vec<Event>, StoreError> {
        let day = |by: i64| self.today().plus_days(by).unwrap_or(self.today()).to_string();
        let mut statement = self.conn.prepare_cached(&format!("{EVENT}{OF_ONE}"))?;
        let of = params![engagement.to_string(), day(-back), day(ahead)];
        let rows = statement.query_map(of, Mapped::alone(dated))?.collect::<Result<_, _>>()?;
        self.worded(rows)
    }

    /// Events with the words that their rows are known by: the first text; where there is none, what
    /// stands first.
    fn worded(&self, rows: Vec<Dated>) -> Result<Vec<Event>, StoreError> {
        let mut methods: BTreeMap<EngagementId, Method> = BTreeMap::new();
        let mut events = Vec::with_capacity(rows.len());
        for Dated { mut event, id, definition, cells } in rows {
            let method = self.method_among(&mut methods, event.engagement_id)?;
            let none = undefined(&definition);
            let def = method.worksheet(&definition).unwrap_or(&none);
            let row = Row::new(id, event.row, def, cells, Vec::new());
            event.text = row.words(def).or(row.name()).map(ToString::to_string);
            events.push(event);
        }
        Ok(events)
    }

    /// The method of an engagement; each is read once.
    fn method_among<'m>(
        &self,
        known: &'m mut BTreeMap<EngagementId, Method>,
        engagement: EngagementId,
    ) -> Result<&'m Method, StoreError> {
        Ok(match known.entry(engagement) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.method_of(engagement)?),
        })
    }

    /// The same worksheet as its method defines it, with what stands in it.
    fn filled(&self, mut worksheet: Worksheet, method: &Method) -> Result<Worksheet, StoreError> {
        if let Some(def) = method.worksheet(&worksheet.definition) {
            worksheet.title.clone_from(&def.title);
            worksheet.def = def.clone();
        }
        // Its method may take it back from the coachee, and never give it out.
        if worksheet.def.visibility == Visibility::Private {
            worksheet.visibility = Visibility::Private;
        }
        let id = worksheet.id.to_string();
        let mut texts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut statement = self.conn.prepare_cached(
            "SELECT row_id, field, text FROM worksheet_cell
             WHERE worksheet_id = ? AND removed_at IS NULL ORDER BY id",
        )?;
        let mut rows = statement.query([&id])?;
        while let Some(row) = rows.next()? {
            texts
                .entry(row.get("row_id")?)
                .or_default()
                .insert(row.get("field")?, row.get("text")?);
        }
        let mut uses: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        let mut statement = self.conn.prepare_cached(
            "SELECT row_id, used_on, text FROM worksheet_use
             WHERE worksheet_id = ? AND removed_at IS NULL ORDER BY id",
        )?;
        let mut rows = statement.query([&id])?;
        while let Some(row) = rows.next()? {
            let each = Use { on: row.parsed("used_on")?, text: row.get("text")? };
            uses.entry(row.get("row_id")?).or_default().push(each);
        }
        uses.values_mut().for_each(|uses| uses.sort_by_key(|each| each.on));
        let mut statement = self.conn.prepare_cached(
            "SELECT id, number, on_day FROM worksheet_row
             WHERE worksheet_id = ? AND removed_at IS NULL ORDER BY number, id",
        )?;
        let mut rows = statement.query([&id])?;
        while let Some(row) = rows.next()? {
            let of: String = row.get("id")?;
            let mut texts = texts.remove(&of).unwrap_or_default();
            let day = worksheet.def.fields.iter().find(|field| field.kind == FieldKind::Day);
            if let (Some(field), Some(on)) = (day, row.get::<_, Option<String>>("on_day")?) {
                texts.insert(field.id.clone(), on);
            }
            let uses = uses.remove(&of).unwrap_or_default();
            let (id, number) = (row.parsed("id")?, row.get("number")?);
            worksheet.rows.push(Row::new(id, number, &worksheet.def, texts, uses));
        }
        worksheet.progress = progress(&worksheet.def, &worksheet.rows);
        Ok(worksheet)
    }

    /// The id of a row by its number, removed or not.
    fn row_numbered(&self, worksheet: &Worksheet, number: u32) -> Result<PartId, StoreError> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT id FROM worksheet_row WHERE worksheet_id = ? AND number = ? LIMIT 1",
            )?
            .query_row(params![worksheet.id.to_string(), number], |row| row.parsed("id"))
            .optional()?;
        found.ok_or_else(|| no_row(worksheet, number))
    }
}

/// The error for a row that is not there, with those that are.
fn no_row(worksheet: &Worksheet, number: u32) -> StoreError {
    let near = worksheet.rows.iter().map(|row| row.number.to_string()).collect();
    StoreError::NotFound { what: "row", given: number.to_string(), near }
}
