//! Floor 2: papers and pictures out of records, each a slice of its own.
//!
//! Draws what it is given, which is what an audience may read; knows no database, no file and no
//! terminal.

pub(crate) mod agreement;
pub(crate) mod chart;
pub(crate) mod map;
pub(crate) mod paper;
pub(crate) mod template;
