//! Where an engagement stands in its method: the week, the phase, and what is not there yet.

use super::need::{Ask, Facts, Need};
use super::{Clock, Method, Phase, Requirement};
use crate::domain::id::Slug;
use crate::domain::time::Day;
use crate::domain::word::{EngagementStatus, ReviewKind};

/// The id of the phase that the status phase-down is, where a method has it.
pub(crate) const PHASE_DOWN: &str = "phase-down";

/// What of an engagement tells where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'e> {
    pub(crate) slug: &'e Slug,
    pub(crate) status: EngagementStatus,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    /// Counted sessions that were held.
    pub(crate) held: u32,
    pub(crate) planned: Option<u32>,
    pub(crate) today: Day,
}

/// Where an engagement stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// The engagement's first week is 1; absent before it began.
    pub(crate) week: Option<u32>,
    /// How many weeks it is meant to take; absent where nothing says so.
    pub(crate) weeks: Option<u32>,
    /// Absent before the start, past the end, and where the method has no phases.
    pub(crate) phase: Option<Phase>,
    /// Whether all its weeks or sessions are past.
    pub(crate) past_end: bool,
    /// What the phases that are over still lack, each once and under the title of its phase.
    pub(crate) overdue: Vec<(String, Need)>,
    /// What the phase it is in needs before it is over; before the start, what the first one will.
    pub(crate) now: Vec<Need>,
}

impl Standing {
    /// All that is not there yet, what is overdue first, each once.
    pub(crate) fn needs(&self) -> Vec<Need> {
        let mut all: Vec<Need> = self.overdue.iter().map(|(_, need)| need.clone()).collect();
        for need in &self.now {
            if all.iter().all(|other| other.written != need.written) {
                all.push(need.clone());
            }
        }
        all
    }
}

/// The week of an engagement in which a day lies, from 1; none before it began.
fn week(start: Day, today: Day) -> Option<u32> {
    let days = today.days_since(start);
    (days >= 0).then(|| u32::try_from(days / 7 + 1).unwrap_or(u32::MAX))
}

impl Method {
    /// The phase with this id.
    pub(crate) fn phase(&self, id: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == id)
    }

    /// All that must be known to say where an engagement stands.
    pub(crate) fn asks_of_phases(&self) -> Vec<Ask> {
        let all = self.phases.iter().flat_map(|phase| phase.begins.iter().chain(&phase.requires));
        let mut asks = self.asks(all);
        if self.has_mid_review() {
            asks.push(Ask::Review(ReviewKind::Mid));
        }
        asks
    }

    fn has_mid_review(&self) -> bool {
        self.reviews.iter().any(|review| review.id == ReviewKind::Mid)
    }

    /// Where an engagement stands.
    pub(crate) fn standing(&self, run: &Run<'_>, facts: &Facts) -> Standing {
        let week = week(run.start, run.today);
        let mut standing = Standing { week, weeks: self.weeks_of(run), ..Standing::default() };
        if run.status == EngagementStatus::Cancelled {
            return standing;
        }
        let open = |requires: &[Requirement]| self.open_needs(run.slug, facts, requires);
        let at = self.phase_at(run, week, facts);
        standing.past_end = at.is_some_and(|at| self.is_past(at, run, week));
        standing.phase = at.filter(|_| !standing.past_end).map(|at| self.phases[at].clone());
        let current = standing.phase.as_ref().or(match week {
            None => self.phases.first(),
            Some(_) => None,
        });
        standing.now = current.map(|phase| open(&phase.requires)).unwrap_or_default();
        if run.status == EngagementStatus::Completed {
            return standing;
        }
        let over = at.map_or(0, |at| if standing.past_end { at + 1 } else { at });
        for phase in &self.phases[..over] {
            for need in open(&phase.requires) {
                if standing.overdue.iter().all(|(_, other)| other.written != need.written) {
                    standing.overdue.push((phase.title.clone(), need));
                }
            }
        }
        standing.now.extend(self.mid_review(run, week, facts, &standing));
        standing
    }

    /// The phase that began last; with the status phase-down the one of that id.
    fn phase_at(&self, run: &Run<'_>, week: Option<u32>, facts: &Facts) -> Option<usize> {
        if run.status == EngagementStatus::PhaseDown
            && let Some(at) = self.phases.iter().position(|phase| phase.id == PHASE_DOWN)
        {
            return Some(at);
        }
        let week = week?;
        let begun = |(at, phase): &(usize, &Phase)| match phase.clock {
            Clock::Weeks => phase.weeks.is_some_and(|weeks| week >= weeks.low),
            Clock::Sessions => phase.sessions.is_some_and(|of| run.held + 1 >= of.low),
            Clock::Event => {
                let holds = |each: &Requirement| {
                    each.ask(self).is_ok() && self.holds(run.slug, facts, each)
                };
                *at == 0 || !phase.begins.is_empty() && phase.begins.iter().all(holds)
            }
        };
        self.phases.iter().enumerate().filter(begun).map(|(at, _)| at).next_back()
    }

    /// Whether a phase, the last one with weeks or sessions of its own, has none left.
    fn is_past(&self, at: usize, run: &Run<'_>, week: Option<u32>) -> bool {
        let phase = &self.phases[at];
        let spent = match phase.clock {
            Clock::Weeks => phase.weeks.zip(week).is_some_and(|(of, week)| week > of.high),
            Clock::Sessions => phase.sessions.is_some_and(|of| run.held + 1 > of.high),
            Clock::Event => false,
        };
        spent && self.phases[at + 1..].iter().all(|later| later.clock == Clock::Event)
    }

    fn weeks_of(&self, run: &Run<'_>) -> Option<u32> {
        let phases = self.phases.iter().filter_map(|phase| phase.weeks).map(|weeks| weeks.high);
        let planned = run.end.and_then(|end| week(run.start, end));
        phases.max().or(planned).or(self.frame.weeks.map(|weeks| weeks.high))
    }

    /// The review half way, once half of the sessions are held, or half of the weeks are past.
    fn mid_review(
        &self,
        run: &Run<'_>,
        week: Option<u32>,
        facts: &Facts,
        standing: &Standing,
    ) -> Option<Need> {
        let written = Requirement(format!("review/{}", ReviewKind::Mid));
        let mut there = standing.overdue.iter().map(|(_, need)| need).chain(&standing.now);
        if !self.has_mid_review()
            || there.any(|need| ["mid", &written.0].contains(&need.written.as_str()))
        {
            return None;
        }
        let half_held = run.planned.is_some_and(|planned| run.held > 0 && run.held * 2 >= planned);
        let half_past = run.held > 0
            && week.zip(standing.weeks).is_some_and(|(week, weeks)| week > weeks.div_ceil(2));
        let mut need = self.open_needs(run.slug, facts, [&written]).pop()?;
        let of = match (half_held, half_past, run.planned, standing.weeks) {
            (true, _, Some(planned), _) => {
                format!("{} of {planned} sessions are held", run.held)
            }
            (_, true, _, Some(weeks)) => format!("half of its {weeks} weeks are past"),
            _ => return None,
        };
        need.missing = format!("{} ({of})", need.missing);
        Some(need)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four phases by weeks, as one of the shipped methods parts an engagement.
    fn method() -> Method {
        let phases: String = [("discovery", 1, 3), ("alignment", 4, 8), ("integration", 9, 16), ("sustained", 17, 24)]
            .iter()
            .map(|(id, low, high)| {
                format!("[[phase]]\nid='{id}'\ntitle='{id}'\nclock='weeks'\nweeks=[{low},{high}]\nrequires=['goals>={low}']\n")
            })
            .collect();
        Method::stored(&format!("id='x'\nstage=[]\n[frame]\n{phases}")).expect("sound")
    }

    fn standing(method: &Method, today: &str, status: EngagementStatus, held: u32) -> Standing {
        let slug = "acme-cfo".parse().expect("a slug");
        let run = Run {
            slug: &slug,
            status,
            start: "2026-01-05".parse().expect("a day"),
            end: None,
            held,
            planned: Some(8),
            today: today.parse().expect("a day"),
        };
        let facts = Facts { status: Some(status), ..Facts::default() };
        method.standing(&run, &facts)
    }

    #[test]
    fn the_weeks_of_the_phases_are_counted_from_the_start() {
        for (today, week, phase) in [
            ("2026-01-04", None, None),
            ("2026-01-05", Some(1), Some("discovery")),
            ("2026-01-25", Some(3), Some("discovery")),
            ("2026-01-26", Some(4), Some("alignment")),
            ("2026-03-01", Some(8), Some("alignment")),
            ("2026-03-02", Some(9), Some("integration")),
            ("2026-04-26", Some(16), Some("integration")),
            ("2026-04-27", Some(17), Some("sustained")),
            ("2026-06-21", Some(24), Some("sustained")),
            ("2026-06-22", Some(25), None),
        ] {
            let found = standing(&method(), today, EngagementStatus::Active, 0);
            let id = found.phase.as_ref().map(|phase| phase.id.as_str());
            assert_eq!((found.week, id), (week, phase), "{today}");
            assert_eq!((found.past_end, found.weeks), (today == "2026-06-22", Some(24)));
        }
    }

    #[test]
    fn what_a_phase_lacks_is_overdue_once_it_is_over() {
        let first = standing(&method(), "2026-01-05", EngagementStatus::Active, 0);
        let written = |needs: &[Need]| needs.iter().map(|n| n.written.clone()).collect::<Vec<_>>();
        assert_eq!((first.overdue.len(), written(&first.now)), (0, vec!["goals>=1".into()]));
        let second = standing(&method(), "2026-01-26", EngagementStatus::Active, 0);
        assert_eq!(second.overdue[0].0, "discovery");
        assert_eq!(written(&second.needs()), ["goals>=1", "goals>=4"]);
        let last = standing(&method(), "2026-06-22", EngagementStatus::Active, 0);
        assert_eq!((last.overdue.len(), last.now.len()), (4, 0));
        let ended = standing(&method(), "2026-06-22", EngagementStatus::Completed, 0);
        assert!(ended.needs().is_empty(), "what is over lacks nothing any more");
    }

    #[test]
    fn sessions_and_events_move_an_engagement_on() {
        let text = "id='x'\nstage=[]\n[frame]\n\
            [[phase]]\nid='one'\ntitle='One'\nclock='sessions'\nsessions=[1,1]\n\
            [[phase]]\nid='two'\ntitle='Two'\nclock='sessions'\nsessions=[2,8]\n\
            [[phase]]\nid='phase-down'\ntitle='Phase-down'\nclock='event'\nbegins=['status/phase-down']\n";
        let method = Method::stored(text).expect("sound");
        let at = |held, status| {
            let found = standing(&method, "2026-02-02", status, held);
            (found.phase.map(|phase| phase.id), found.past_end)
        };
        assert_eq!(at(0, EngagementStatus::Active), (Some("one".into()), false));
        assert_eq!(at(1, EngagementStatus::Active), (Some("two".into()), false));
        assert_eq!(at(8, EngagementStatus::Active), (None, true));
        assert_eq!(at(3, EngagementStatus::PhaseDown), (Some("phase-down".into()), false));
        assert_eq!(at(8, EngagementStatus::Completed), (Some("phase-down".into()), false));
    }

    #[test]
    fn the_review_half_way_is_due_when_half_of_the_sessions_are_held() {
        let text = "id='x'\nstage=[]\n[frame]\n[[review]]\nid='mid'\ntitle='Half way'\nprompts=['How is it?']\n";
        let method = Method::stored(text).expect("sound");
        let due = |held| standing(&method, "2026-02-02", EngagementStatus::Active, held).needs();
        assert!(due(3).is_empty());
        assert_eq!(due(4)[0].missing, "the Half way (4 of 8 sessions are held)");
        assert_eq!(due(4)[0].remedy, "coach review mid acme-cfo");
    }
}
