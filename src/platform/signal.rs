//! Signals: Ctrl-C ends with 130 at once, a file-size limit is an error and not a death.
//!
//! A write that Ctrl-C cuts short is rolled back by the next open: SQLite's journal sees to it.
//! While a prompt waits the prompt itself handles Ctrl-C, so that it can restore the terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGXFSZ};

/// Whether Ctrl-C ends the process at once.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

/// Ctrl-C is the prompt's while this lives.
#[derive(Debug)]
pub(crate) struct Held<'a>(&'a Interrupt);

impl Interrupt {
    /// Takes charge of the signals. Where that fails the system's own ways stay.
    pub(crate) fn install() -> Self {
        let armed = Arc::new(AtomicBool::new(true));
        let _ = signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&armed));
        // With any handler the write fails with EFBIG, which SQLite reports.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        Self(armed)
    }

    /// Leaves Ctrl-C to a prompt until the guard is dropped.
    pub(crate) fn hold(&self) -> Held<'_> {
        self.0.store(false, Ordering::SeqCst);
        Held(self)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::SeqCst);
    }
}

/// Ends the process at once with a code, from wherever a panic was.
pub(crate) fn end(code: i32) -> ! {
    signal_hook::low_level::exit(code)
}
