//! The flags by which a coach sets the terms of an agreement.

use clap::Args;

use super::super::args::word;
use crate::domain::agreement::{
    STANDING_BOUNDARIES, STANDING_EXCEPTIONS, Terms, YesNo, with_further,
};
use crate::domain::text::Line;
use crate::domain::word::Setting;

/// Flags of `agreement new` and `agreement edit`; ‘none’ brings the usual sentence back.
#[derive(Args, Debug)]
pub(super) struct TermFlags {
    /// So many hours before, cancelling is free (48)
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(0..=720))]
    cancellation_hours: Option<u32>,
    /// What a later cancellation costs, in % of the fee (100)
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    cancellation_fee: Option<u32>,
    /// What not coming costs, in % of the fee (100)
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    no_show_fee: Option<u32>,
    /// How long you wait for somebody who is late (15)
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(0..=120))]
    late_minutes: Option<u32>,
    /// What holds for a session that is moved
    #[arg(long, value_name = "TEXT")]
    reschedule: Option<Setting<Line>>,
    /// Within how many days an invoice is paid (30)
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=365))]
    payment_days: Option<u32>,
    /// How many days' notice ends it (14)
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=365))]
    notice_days: Option<u32>,
    /// The statement on confidentiality
    #[arg(long, value_name = "TEXT")]
    confidentiality: Option<Setting<Line>>,
    /// A further exception to confidentiality (can be repeated)
    #[arg(long, value_name = "TEXT")]
    exception: Vec<Setting<Line>>,
    /// A further thing that this is not (can be repeated)
    #[arg(long, value_name = "TEXT")]
    boundary: Vec<Setting<Line>>,
    /// What the sponsor is told, and when
    #[arg(long, value_name = "TEXT")]
    sponsor_gets: Option<Setting<Line>>,
    /// Where your records lie
    #[arg(long, value_name = "TEXT")]
    records_where: Option<Setting<Line>>,
    /// For how many years you keep them (3)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=30))]
    records_years: Option<u32>,
    /// Who can see them
    #[arg(long, value_name = "TEXT")]
    records_who: Option<Setting<Line>>,
    /// What becomes of them afterwards
    #[arg(long, value_name = "TEXT")]
    disposal: Option<Setting<Line>>,
    /// Which technology is used, and which is not
    #[arg(long, value_name = "TEXT")]
    technology: Option<Setting<Line>>,
    /// What you tell in supervision
    #[arg(long, value_name = "TEXT")]
    supervision: Option<Setting<Line>>,
    /// Conflicts of interest
    #[arg(long, value_name = "TEXT")]
    conflicts: Option<Setting<Line>>,
    /// Under whose law it is
    #[arg(long, value_name = "TEXT")]
    jurisdiction: Option<Setting<Line>>,
    /// Whether the coachee's hours may stand in your log for a credential (no)
    #[arg(long, value_parser = word::<YesNo>())]
    hours_log: Option<YesNo>,
    /// Whether Schedule A names the coachee's own goals where a sponsor reads it (no)
    #[arg(long, value_parser = word::<YesNo>())]
    own_goals: Option<YesNo>,
}

fn put(place: &mut Option<String>, given: Option<Setting<Line>>) {
    if let Some(given) = given {
        *place = given.value().map(|text| text.to_string());
    }
}

/// The further ones replace those of before; ‘none’ leaves the standing ones alone.
fn put_all(place: &mut Vec<String>, standing: &[&str], given: Vec<Setting<Line>>) {
    if !given.is_empty() {
        let texts = given.into_iter().filter_map(Setting::value).map(|text| text.to_string());
        *place = with_further(standing, texts.collect());
    }
}

impl TermFlags {
    /// The terms with what the flags change.
    pub(super) fn applied(self, mut terms: Terms) -> Terms {
        let numbers = [
            (&mut terms.cancellation_hours, self.cancellation_hours),
            (&mut terms.cancellation_fee, self.cancellation_fee),
            (&mut terms.no_show_fee, self.no_show_fee),
            (&mut terms.late_minutes, self.late_minutes),
            (&mut terms.payment_days, self.payment_days),
            (&mut terms.notice_days, self.notice_days),
            (&mut terms.records_years, self.records_years),
        ];
        for (place, given) in numbers {
            *place = given.unwrap_or(*place);
        }
        put(&mut terms.reschedule, self.reschedule);
        put(&mut terms.confidentiality, self.confidentiality);
        put_all(&mut terms.exceptions, &STANDING_EXCEPTIONS, self.exception);
        put_all(&mut terms.boundaries, &STANDING_BOUNDARIES, self.boundary);
        put(&mut terms.sponsor_gets, self.sponsor_gets);
        put(&mut terms.records_where, self.records_where);
        put(&mut terms.records_who, self.records_who);
        put(&mut terms.disposal, self.disposal);
        put(&mut terms.technology, self.technology);
        put(&mut terms.supervision, self.supervision);
        put(&mut terms.conflicts, self.conflicts);
        put(&mut terms.jurisdiction, self.jurisdiction);
        if let Some(hours_log) = self.hours_log {
            terms.hours_log = hours_log == YesNo::Yes;
        }
        if let Some(own_goals) = self.own_goals {
            terms.own_goals = own_goals == YesNo::Yes;
        }
        terms
    }
}
