//! What stakeholders said in a round, told so that nobody is told apart.
//!
//! People are told in groups: a relation with three people or more is a group of its own, and all
//! smaller ones together are `others`. If the others are fewer than three they are withheld, and no
//! number that is told holds them: the mean over everybody is one over those who are told.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Names, Relation, Round};
use crate::domain::id::{EngagementId, PersonId, Ref};
use crate::domain::word::Word;

/// A group that is told has at least so many people.
pub(crate) const SMALLEST: usize = 3;

/// Under which name small groups are told together.
const OTHERS: &str = "others";

/// One thing that somebody said or scored.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) person: PersonId,
    pub(crate) relation: Relation,
    pub(crate) round: Round,
    pub(crate) goal: Option<Ref>,
    pub(crate) score: Option<u8>,
    pub(crate) behaviour: Option<String>,
    pub(crate) situation: Option<String>,
    pub(crate) effect: Option<String>,
    pub(crate) text: Option<String>,
}

impl Answer {
    fn says_something(&self) -> bool {
        [&self.behaviour, &self.situation, &self.effect, &self.text].iter().any(|it| it.is_some())
    }
}

/// A goal that may be told of.
#[derive(Clone, Debug)]
pub(crate) struct GoalAsked {
    pub(crate) reference: Ref,
    pub(crate) title: String,
}

/// What a round comes to. No name, no ref of anybody.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    /// The slug for the coach, the neutral reference for anybody else.
    pub(crate) engagement: String,
    pub(crate) round: Round,
    /// The round before, with which it is compared.
    pub(crate) before: Option<Round>,
    pub(crate) goals: Vec<GoalScores>,
    pub(crate) interviews: Vec<Voices>,
    /// Whether somebody answered who is not told of here, for want of company.
    pub(crate) withheld: bool,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// The scores of one goal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GoalScores {
    pub(crate) goal: Ref,
    pub(crate) title: String,
    /// The leader's own score.
    #[serde(rename = "self")]
    pub(crate) own: Option<u8>,
    pub(crate) self_before: Option<u8>,
    pub(crate) groups: Vec<GroupScore>,
    /// Over the groups that are told here, and nobody else.
    pub(crate) all: Option<GroupScore>,
    /// Whether a group was too small to be told.
    pub(crate) withheld: bool,
}

/// The scores of one group: at least three people.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct GroupScore {
    pub(crate) group: String,
    pub(crate) people: usize,
    pub(crate) mean: f64,
    /// What the same group came to in the round before, if it was large enough then.
    pub(crate) before: Option<f64>,
}

/// What one group said, in an order that says nothing of who said it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Voices {
    pub(crate) group: String,
    pub(crate) people: usize,
    pub(crate) said: Vec<Voice>,
}

/// What was seen, where, and what it does; or said freely.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(crate) struct Voice {
    pub(crate) behaviour: Option<String>,
    pub(crate) situation: Option<String>,
    pub(crate) effect: Option<String>,
    pub(crate) text: Option<String>,
}

/// Too few answered for anything to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FewAnswers {
    pub(crate) people: usize,
}

/// Who asks: for whom, and about whom.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) engagement: String,
    pub(crate) engagement_id: EngagementId,
    pub(crate) round: Round,
    /// Whether there is one coachee: in a group the own score of one is nothing for the others.
    pub(crate) alone: bool,
    /// Those goals that may be told of.
    pub(crate) goals: &'a [GoalAsked],
    pub(crate) names: &'a Names,
}

/// What the answers of a round come to.
///
/// # Errors
/// Where no group is large enough: how many answered.
pub(crate) fn summed_up(asked: &Asked<'_>, answers: &[Answer]) -> Result<Summary, FewAnswers> {
    let round = asked.round;
    let before = earlier(round).find(|earlier| answers.iter().any(|it| it.round == *earlier));
    let goals: Vec<GoalScores> = asked
        .goals
        .iter()
        .map(|goal| goal_scores(goal, answers, asked, before))
        .filter(|scores| !scores.groups.is_empty())
        .collect();
    let spoken = |it: &&Answer| it.round == round && it.says_something();
    let said: Vec<&Answer> = answers.iter().filter(spoken).filter(of_others).collect();
    let (groups, mut withheld) = grouped(&said);
    let interviews = groups.into_iter().map(|(group, said)| voices(group, &said, asked.names));
    let interviews: Vec<Voices> = interviews.collect();
    let scored = |it: &&Answer| it.round == round && it.score.is_some();
    withheld |= asked.goals.iter().any(|goal| {
        let scored: Vec<&Answer> = answers
            .iter()
            .filter(scored)
            .filter(of_others)
            .filter(|it| it.goal == Some(goal.reference))
            .collect();
        grouped(&scored).1
    });
    if goals.is_empty() && interviews.is_empty() {
        let people = answers.iter().filter(|it| it.round == round).filter(of_others);
        return Err(FewAnswers { people: distinct(people) });
    }
    let Asked { engagement, engagement_id, .. } = asked.clone();
    Ok(Summary { engagement, round, before, goals, interviews, withheld, engagement_id })
}

/// The rounds before one, the nearest first.
fn earlier(round: Round) -> impl Iterator<Item = Round> {
    Round::ALL.iter().rev().copied().filter(move |each| *each < round)
}

fn of_others(answer: &&Answer) -> bool {
    answer.relation != Relation::Itself
}

fn distinct<'a>(answers: impl Iterator<Item = &'a Answer>) -> usize {
    answers.map(|answer| answer.person).collect::<BTreeSet<_>>().len()
}

/// The answers by groups that may be told, and whether others were left out.
fn grouped<'a>(answers: &[&'a Answer]) -> (Vec<(String, Vec<&'a Answer>)>, bool) {
    let mut by: BTreeMap<Relation, Vec<&Answer>> = BTreeMap::new();
    for answer in answers {
        by.entry(answer.relation).or_default().push(answer);
    }
    let mut groups = Vec::new();
    let mut pool = Vec::new();
    for (relation, answers) in by {
        match distinct(answers.iter().copied()) {
            SMALLEST.. => groups.push((relation.word().to_owned(), answers)),
            _ => pool.extend(answers),
        }
    }
    let left_out = match distinct(pool.iter().copied()) {
        0 => false,
        SMALLEST.. => {
            groups.push((OTHERS.to_owned(), pool));
            false
        }
        _ => true,
    };
    (groups, left_out)
}

/// The mean over the last score of each, with one digit after the point.
fn mean<'a>(answers: impl Iterator<Item = &'a Answer>) -> (usize, f64) {
    let last: BTreeMap<PersonId, u8> =
        answers.filter_map(|answer| Some((answer.person, answer.score?))).collect();
    let sum: u32 = last.values().map(|score| u32::from(*score)).sum();
    // At least three people, so the divisor is never 0.
    let mean = f64::from(sum) / last.len() as f64;
    (last.len(), (mean * 10.0).round() / 10.0)
}

fn goal_scores(
    goal: &GoalAsked,
    answers: &[Answer],
    asked: &Asked<'_>,
    before: Option<Round>,
) -> GoalScores {
    let round = asked.round;
    let of = |round: Round| {
        let scored = move |it: &&Answer| {
            it.round == round && it.score.is_some() && it.goal == Some(goal.reference)
        };
        answers.iter().filter(scored)
    };
    let own = |round| {
        let own: Vec<&Answer> = of(round).filter(|it| !of_others(it)).collect();
        match distinct(own.iter().copied()) {
            1 if asked.alone => own.last().and_then(|answer| answer.score),
            _ => None,
        }
    };
    let told = |round| grouped(&of(round).filter(of_others).collect::<Vec<_>>());
    let (now, withheld) = told(round);
    let (then, _) = before.map_or_else(Default::default, told);
    let earlier = |group: &str| {
        let found = then.iter().find(|(name, _)| name == group);
        found.map(|(_, answers)| mean(answers.iter().copied()).1)
    };
    let groups: Vec<GroupScore> = now
        .iter()
        .map(|(group, answers)| {
            let (people, mean) = mean(answers.iter().copied());
            GroupScore { group: group.clone(), people, mean, before: earlier(group) }
        })
        .collect();
    let all = (!now.is_empty()).then(|| {
        let everybody = |groups: &[(String, Vec<&Answer>)]| {
            mean(groups.iter().flat_map(|(_, answers)| answers.iter().copied()))
        };
        let (people, mean) = everybody(&now);
        let before = (!then.is_empty()).then(|| everybody(&then).1);
        GroupScore { group: "all".to_owned(), people, mean, before }
    });
    GoalScores {
        goal: goal.reference,
        title: goal.title.clone(),
        own: own(round),
        self_before: before.and_then(own),
        groups,
        all,
        withheld,
    }
}

fn voices(group: String, answers: &[&Answer], names: &Names) -> Voices {
    let clean = |text: &Option<String>| text.as_ref().map(|text| names.out_of(text));
    let mut said: Vec<Voice> = answers
        .iter()
        .map(|answer| Voice {
            behaviour: clean(&answer.behaviour),
            situation: clean(&answer.situation),
            effect: clean(&answer.effect),
            text: clean(&answer.text),
        })
        .collect();
    said.sort();
    Voices { group, people: distinct(answers.iter().copied()), said }
}

#[cfg(test)]
mod tests;
