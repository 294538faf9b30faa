//! A review for people: what was said, and each goal as it was first set beside how it stands.

use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::domain::discretion::Concerns;
use crate::domain::progress::{GoalNow, KeyResultNow, ReviewPage};
use crate::domain::review::Review;
use crate::domain::word::Word;
use crate::platform::table::wrap;

/// Text in lines that are set in, wrapped at words on a terminal.
struct Sheet {
    text: String,
    width: Option<usize>,
}

impl Sheet {
    fn line(&mut self, indent: usize, words: &str) {
        let room = self.width.map(|width| width.saturating_sub(indent));
        for line in words.lines() {
            for part in wrap(line, room) {
                self.text.push_str(format!("{:indent$}{part}", "").trim_end());
                self.text.push('\n');
            }
        }
    }

    fn head(&mut self, words: &str) {
        self.text.push('\n');
        self.line(0, words);
    }
}

/// Answers with a review as text. `name` is how its reader knows the engagement.
pub(super) fn written<R>(
    context: &mut Context,
    review: &Review,
    name: &str,
    page: &ReviewPage<R>,
) -> Result<(), Failure>
where
    ReviewPage<R>: Concerns,
{
    let mut sheet = Sheet { text: String::new(), width: context.out.plain_style(0).width };
    let removed = if review.removed { "  removed" } else { "" };
    let title = context.read(|r| {
        let reviews = r.method_of(review.engagement_id)?.reviews;
        Ok(reviews.into_iter().find(|known| known.id == review.kind).map(|known| known.title))
    })?;
    let kind = format!("{} review", review.kind);
    let title = match title {
        Some(title) if title.to_lowercase().contains(review.kind.word()) => title,
        Some(title) => format!("{title}, {kind}"),
        None => kind,
    };
    sheet.line(0, &format!("{}  {title}, {}{removed}", review.reference, review.on.spoken()));
    let session = review.session.map_or_else(String::new, |session| format!(", in {session}"));
    sheet.line(0, &format!("{name}{session}"));
    if let Some(text) = &review.text {
        sheet.head(text);
    }
    for answer in &review.answers {
        sheet.head(&answer.prompt);
        sheet.line(2, &answer.text);
    }
    sheet.head("The goals, as first set and now");
    if page.goals.is_empty() {
        sheet.line(2, "none");
    }
    for goal in &page.goals {
        let score = review.scores.iter().find(|score| score.goal == goal.reference);
        add_goal(&mut sheet, goal, score.map(|score| score.score));
    }
    context.text(&page.about(), &sheet.text)
}

/// The goals as they are shown before the questions.
pub(super) fn goals_aside(goals: &[GoalNow]) -> String {
    let mut sheet = Sheet { text: String::new(), width: None };
    for goal in goals {
        add_goal(&mut sheet, goal, None);
    }
    sheet.text
}

fn add_goal(sheet: &mut Sheet, goal: &GoalNow, score: Option<u8>) {
    let first = &goal.first;
    sheet.line(2, &format!("{}  {} ({})", goal.reference, goal.title, goal.status));
    let set_on = first.on.map_or_else(String::new, |on| format!(" on {on}"));
    sheet.line(6, &format!("first set{set_on}: {}", first.title));
    for text in &first.success {
        sheet.line(6, &format!("success was to be: {text}"));
    }
    let then = first.rating.map_or("not rated".to_owned(), |rating| rating.to_string());
    let now = goal.rating.map_or("not rated".to_owned(), |rating| rating.to_string());
    let here = score.map_or_else(String::new, |score| format!(", {score} in this review"));
    sheet.line(6, &format!("rating: first {then}, now {now}{here}"));
    for kr in &goal.key_results {
        let was = first.key_results.iter().find(|was| was.reference == kr.reference);
        let was = was.filter(|was| (was.baseline, was.target) != (kr.baseline, kr.target));
        let was = was.map_or_else(String::new, |was| {
            format!(" (first from {} to {})", was.baseline, was.target)
        });
        sheet.line(6, &format!("{}{was}", key_result(kr)));
    }
    for amendment in &goal.amendments {
        sheet.line(6, &amendment.spoken());
    }
}

/// `K1 Open decisions: 12 → 9 → 4 days, 38 %`.
fn key_result(kr: &KeyResultNow) -> String {
    let progress = kr.progress.map_or_else(String::new, |percent| format!(", {percent} %"));
    format!(
        "{} {}: {} → {} → {} {}{progress}",
        kr.reference, kr.title, kr.baseline, kr.current, kr.target, kr.unit
    )
}
