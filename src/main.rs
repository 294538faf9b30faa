//! The process edge: everything happens in the library.

use std::process::ExitCode;

#[expect(clippy::disallowed_methods, reason = "the edge: the one place that reads the arguments")]
fn main() -> ExitCode {
    coachlog::run(std::env::args_os())
}
