//! Floor 2: what leaves the journal, each format a slice of its own.
//!
//! Draws what it is given, which is what an audience may read; knows no database, no file and no
//! terminal.

pub(crate) mod mail;
