//! The process edge: everything happens in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    coachlog::run(std::env::args_os())
}
