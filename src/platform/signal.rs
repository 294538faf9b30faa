//! Signals: Ctrl-C ends with 130 at once, a file-size limit is an error and not a death.
//!
//! A write that Ctrl-C cuts short is rolled back by the next open: SQLite's journal sees to it.
//! While a prompt waits the prompt itself handles Ctrl-C, so that it can restore the terminal. While
//! an editor runs nothing ends the process: the words that are being written would lose their place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

/// Whether Ctrl-C ends the process at once.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    armed: Arc<AtomicBool>,
    /// Whether there was a Ctrl-C that ended nothing.
    rung: Arc<AtomicBool>,
    /// Whether the signals that end a process are watched.
    watched: Arc<AtomicBool>,
    /// Whether such a signal is put off.
    deferred: Arc<AtomicBool>,
    /// Whether one was put off.
    ending: Arc<AtomicBool>,
}

/// No signal but SIGKILL ends the process while this lives.
#[derive(Debug)]
pub(crate) struct Deferred(Arc<AtomicBool>);

/// Ctrl-C does not end the process while this lives.
#[derive(Debug)]
pub(crate) struct Held {
    interrupt: Interrupt,
    /// What was so before.
    armed: bool,
}

impl Interrupt {
    /// Takes charge of the signals. Where that fails the system's own ways stay.
    pub(crate) fn install() -> Self {
        let armed = Arc::new(AtomicBool::new(true));
        let rung: Arc<AtomicBool> = Arc::default();
        let _ = signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&armed));
        // With any handler the write fails with EFBIG, which SQLite reports.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        let _ = signal_hook::flag::register(SIGINT, Arc::clone(&rung));
        let (watched, deferred, ending) = (Arc::default(), Arc::default(), Arc::default());
        Self { armed, rung, watched, deferred, ending }
    }

    /// Leaves Ctrl-C to a prompt, or puts it off, until the guard is dropped.
    pub(crate) fn hold(&self) -> Held {
        Held { interrupt: self.clone(), armed: self.armed.swap(false, Ordering::SeqCst) }
    }

    /// From now on a signal that ends the process leaves the terminal as it is found now, and not as a
    /// prompt made it. Where that fails the system's own ways stay.
    pub(crate) fn watch(&self) {
        if self.watched.swap(true, Ordering::SeqCst) {
            return;
        }
        let terminal = std::io::stdin();
        let Ok(mode) = tcgetattr(&terminal) else { return };
        let Ok(mut signals) = Signals::new([SIGHUP, SIGQUIT, SIGTERM]) else { return };
        let (deferred, ending) = (Arc::clone(&self.deferred), Arc::clone(&self.ending));
        std::thread::spawn(move || {
            for signal in &mut signals {
                if deferred.load(Ordering::SeqCst) {
                    ending.store(true, Ordering::SeqCst);
                    continue;
                }
                let _ = tcsetattr(&terminal, OptionalActions::Now, &mode);
                // As a shell tells of a death by signal.
                signal_hook::low_level::exit(128 + signal);
            }
        });
    }

    /// Puts off the signals that end the process until the guard is dropped.
    pub(crate) fn defer(&self) -> Deferred {
        self.watch();
        self.deferred.store(true, Ordering::SeqCst);
        Deferred(Arc::clone(&self.deferred))
    }

    /// Whether a signal was put off that was to end the process: nothing more is asked then.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }

    /// Whether there was a Ctrl-C while it was put off; asked once.
    pub(crate) fn rang(&self) -> bool {
        self.rung.swap(false, Ordering::SeqCst)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.interrupt.armed.store(self.armed, Ordering::SeqCst);
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Ends the process at once with a code, from wherever a panic was.
pub(crate) fn end(code: i32) -> ! {
    signal_hook::low_level::exit(code)
}
