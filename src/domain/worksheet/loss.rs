//! What a worksheet loses where its engagement goes on by another method.

use super::{Row, Worksheet};
use crate::domain::method::{Limit, Loss, Method};

impl Worksheet {
    /// What of it the method has no place for: fields in which something stands, and itself. What stands
    /// there is kept all the same.
    pub(crate) fn losses(&self, method: &Method) -> Vec<Limit> {
        let left = |loss: Loss, rows: usize| {
            let worksheet = format!("{} {}", self.reference, self.title);
            Limit::Left { worksheet, loss, rows }
        };
        let Some(def) = method.worksheet(&self.definition) else {
            // Once it is lost it cannot be lost again.
            return match self.def.fields.is_empty() {
                true => Vec::new(),
                false => vec![left(Loss::Definition, self.filled_rows(Row::is_filled))],
            };
        };
        let lost = self.def.fields.iter().filter_map(|field| {
            let loss = match def.fields.iter().find(|other| other.id == field.id) {
                None => Loss::Field(field.id.clone()),
                Some(other) if other.kind != field.kind => Loss::Kind(field.id.clone(), other.kind),
                Some(_) => return None,
            };
            let rows = self.filled_rows(|row| row.values.get(&field.id).is_some());
            (rows > 0).then(|| left(loss, rows))
        });
        lost.collect()
    }

    fn filled_rows(&self, holds: impl Fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|row| holds(row)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{def, row, worksheet};
    use super::*;
    use crate::domain::method::{FieldKind, Written};

    #[test]
    fn what_a_method_has_no_place_for_is_told_where_something_stands_there() {
        let sheet = worksheet(vec![
            row(1, &[("view", "rushes"), ("baseline", "4"), ("target", "8")]),
            row(2, &[("baseline", "5")]),
        ]);
        let mut method = Written::shipped("plain").expect("shipped").method;
        let told = |method: &Method| -> Vec<String> {
            sheet.losses(method).iter().map(ToString::to_string).collect()
        };
        assert_eq!(told(&method), ["the method has no W1 Gaps: 2 rows have something in them"]);
        let mut other = def();
        other.fields.retain(|field| field.id != "baseline" && field.id != "close");
        other.fields.iter_mut().filter(|field| field.id == "target").for_each(|field| {
            field.kind = FieldKind::Text;
        });
        method.worksheets = vec![other];
        assert_eq!(
            told(&method),
            [
                "baseline leaves W1 Gaps: 2 rows have something in them",
                "target becomes text in W1 Gaps: 1 row has something in it"
            ]
        );
        method.worksheets = vec![def()];
        assert!(told(&method).is_empty());
    }
}
