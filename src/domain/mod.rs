//! Floor 0: meaning. States, rules, money, days, methods and what each audience may read, as
//! plain values.
//!
//! Knows nothing of SQL, of clap, of files, of the clock or of printing, and imports no other
//! floor. A noun's file imports no other noun: what two nouns share has a file of its own
//! (`id`, `text`, `word`, `time`, `money`, `refusal`).

pub(crate) mod action;
pub(crate) mod agreement;
pub(crate) mod audience;
pub(crate) mod change;
pub(crate) mod discretion;
pub(crate) mod engagement;
pub(crate) mod goal;
pub(crate) mod habit;
pub(crate) mod id;
pub(crate) mod method;
pub(crate) mod money;
pub(crate) mod paper;
pub(crate) mod person;
pub(crate) mod prep;
pub(crate) mod progress;
pub(crate) mod record;
pub(crate) mod refusal;
pub(crate) mod review;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod stakeholder;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod walk;
pub(crate) mod word;
pub(crate) mod worksheet;
