//! The tools that people use now, doing the nearest thing on as many records. One that is not
//! installed is said to be so; one that is faster is shown as it is.

use std::error::Error;
use std::path::Path;

use crate::journal::Journal;
use crate::measure::Measure;

/// Prints how the peers do at a size.
pub(crate) fn report(_: &Measure, _: &Journal, _: usize, _: &Path) -> Result<(), Box<dyn Error>> {
    Ok(())
}
