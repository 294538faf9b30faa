//! Floor 1: the machine's edges, one file each. The clock, the surroundings (environment and
//! directories), files that only their owner may read, the person at the prompt and in the editor, and the output.
//!
//! Knows nothing of the journal, of SQL or of clap, and nothing of meaning beyond the values of
//! the domain.

pub(crate) mod clock;
pub(crate) mod config;
pub(crate) mod editor;
pub(crate) mod files;
pub(crate) mod output;
mod page;
pub(crate) mod pager;
pub(crate) mod prompt;
pub(crate) mod room;
pub(crate) mod signal;
pub(crate) mod table;
