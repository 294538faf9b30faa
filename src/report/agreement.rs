//! The agreement as a paper: its text out of a template, and below it who signed and when.

use crate::domain::agreement::{Agreement, Party};
use crate::domain::word::Word;

use super::template::inline;

/// The name of its template.
pub(crate) const TEMPLATE: &str = "agreement";

/// The paper to hand out: its text, and a line for each who signs. Who has not signed has room for it.
pub(crate) fn signed(agreement: &Agreement) -> String {
    let mut paper = format!(
        "{}\n## Signatures\n\n| Party | Name | Day | Signature |\n| --- | --- | --- | --- |\n",
        agreement.text
    );
    for signature in &agreement.signatures {
        let (party, name) = (signature.party.word(), inline(&signature.name));
        paper.push_str(&format!("| {party} | {name} | {} | signed |\n", signature.on));
    }
    for (party, name) in agreement.awaited_as.iter().zip(&agreement.awaits) {
        // The coach's name is not known here: there is room for it.
        let name = if *party == Party::Coach { "________________" } else { &inline(name) };
        let party = party.word();
        paper.push_str(&format!("| {party} | {name} | ________ | ________________ |\n"));
    }
    paper
}
