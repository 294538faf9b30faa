//! `coach report`: what an engagement, or a whole practice, comes to.

use super::args::verbs;

mod practice;
mod progress;

verbs! {
    ReportCommand {
        /// Report how an engagement moves: goals, key results, commitments, expectations
        Progress(progress::ProgressReport),
        /// Report on all engagements: sessions, hours, rhythm, follow-through, who has stalled
        Practice(practice::PracticeReport),
    }
}
