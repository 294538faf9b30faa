//! What a summary may tell, and that nobody is told apart in it.

use proptest::prelude::*;

use super::*;

fn person(number: usize) -> PersonId {
    format!("01940000-0000-7000-8000-{number:012}").parse().expect("an id")
}

fn goals() -> Vec<GoalAsked> {
    let goal = |reference: &str| GoalAsked {
        reference: reference.parse().expect("a ref"),
        title: format!("Goal {reference}"),
    };
    vec![goal("G1"), goal("G2")]
}

fn asked<'a>(round: Round, goals: &'a [GoalAsked], names: &'a Names) -> Asked<'a> {
    let engagement_id = "01940000-0000-7000-8000-000000000999".parse().expect("an id");
    Asked { engagement: "E-2026-01".to_owned(), engagement_id, round, alone: true, goals, names }
}

fn scored(number: usize, relation: Relation, round: Round, score: u8) -> Answer {
    Answer {
        person: person(number),
        relation,
        round,
        goal: Some("G1".parse().expect("a ref")),
        score: Some(score),
        behaviour: None,
        situation: None,
        effect: None,
        text: None,
    }
}

fn said(number: usize, relation: Relation, text: &str) -> Answer {
    let answer = scored(number, relation, Round::Mid, 0);
    Answer { goal: None, score: None, text: Some(text.to_owned()), ..answer }
}

fn told(answers: &[Answer]) -> Result<Summary, FewAnswers> {
    let (goals, names) = (goals(), Names::of(["Ngozi Adeyemi"]));
    summed_up(&asked(Round::Mid, &goals, &names), answers)
}

#[test]
fn three_of_a_kind_are_a_group_and_smaller_ones_are_told_together() {
    use Relation::{Board, Itself, Manager, Peer};
    let mut answers = vec![
        scored(0, Itself, Round::Mid, 8),
        scored(1, Peer, Round::Mid, 4),
        scored(2, Peer, Round::Mid, 5),
        scored(3, Peer, Round::Mid, 5),
        scored(4, Manager, Round::Mid, 9),
        scored(5, Board, Round::Mid, 1),
    ];
    let summary = told(&answers).expect("a summary");
    let goal = &summary.goals[0];
    assert_eq!((goal.own, goal.withheld, summary.withheld), (Some(8), true, true));
    assert_eq!(goal.groups.len(), 1, "{goal:?}");
    // Neither the manager nor the board is in the number over all.
    let all = goal.all.as_ref().expect("all");
    assert_eq!((all.people, all.mean, goal.groups[0].mean), (3, 4.7, 4.7));
    answers.push(scored(6, Board, Round::Mid, 2));
    let summary = told(&answers).expect("a summary");
    let groups: Vec<_> =
        summary.goals[0].groups.iter().map(|it| (it.group.as_str(), it.people, it.mean)).collect();
    assert_eq!(groups, [("peer", 3, 4.7), ("others", 3, 4.0)]);
    assert!(!summary.withheld);
}

#[test]
fn fewer_than_three_are_nothing_to_tell_of() {
    let answers =
        [scored(0, Relation::Itself, Round::Mid, 8), scored(1, Relation::Peer, Round::Mid, 4)];
    assert_eq!(told(&answers).map(drop), Err(FewAnswers { people: 1 }));
    // Nor does one who speaks three times make three.
    let loud: Vec<Answer> = ["a", "b", "c"].map(|text| said(1, Relation::Peer, text)).to_vec();
    assert_eq!(told(&loud).map(drop), Err(FewAnswers { people: 1 }));
}

#[test]
fn a_round_is_compared_with_the_one_before_it() {
    let answers: Vec<Answer> = [(1, 4, 6), (2, 5, 7), (3, 6, 6)]
        .into_iter()
        .flat_map(|(who, then, now)| {
            [
                scored(who, Relation::Peer, Round::Baseline, then),
                scored(who, Relation::Peer, Round::Mid, now),
            ]
        })
        .collect();
    let summary = told(&answers).expect("a summary");
    assert_eq!(summary.before, Some(Round::Baseline));
    let group = &summary.goals[0].groups[0];
    assert_eq!((group.mean, group.before), (6.3, Some(5.0)));
}

#[test]
fn what_was_said_is_in_the_order_of_its_words() {
    let answers = [
        said(3, Relation::Peer, "Zooms in"),
        said(1, Relation::Peer, "Asks Ngozi first"),
        said(2, Relation::Peer, "Listens"),
    ];
    let summary = told(&answers).expect("a summary");
    let texts: Vec<_> =
        summary.interviews[0].said.iter().map(|it| it.text.as_deref().expect("text")).collect();
    assert_eq!(texts, ["Asks [name] first", "Listens", "Zooms in"]);
}

/// Every sum of scores that the summary tells, with the people in it: groups are parted, and the
/// number over all is their union. Whoever is alone in a difference of two of them is told apart.
fn told_sets(answers: &[Answer], round: Round, goal: Ref) -> Vec<BTreeSet<PersonId>> {
    let of: Vec<&Answer> = answers
        .iter()
        .filter(|it| it.round == round && it.goal == Some(goal) && it.score.is_some())
        .filter(of_others)
        .collect();
    let groups = grouped(&of).0;
    let people = |answers: &[&Answer]| answers.iter().map(|it| it.person).collect();
    let mut sets: Vec<BTreeSet<PersonId>> =
        groups.iter().map(|(_, answers)| people(answers)).collect();
    let all = sets.iter().flatten().copied().collect();
    sets.push(all);
    sets
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let one = (1_usize..12, 0_usize..3, 0_u8..=10, any::<bool>(), "[a-z]{1,5}").prop_map(
        |(who, round, score, speaks, word)| {
            // What somebody is to the leader does not change from answer to answer.
            let relation = Relation::ALL[who % Relation::ALL.len()];
            let mut answer = scored(who, relation, Round::ALL[round], score);
            if speaks {
                answer.score = None;
                answer.text = Some(format!("{word} Ngozi {word} person{who}"));
            }
            answer
        },
    );
    proptest::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn nobody_is_told_apart(answers in answers(), spread in 1_usize..4) {
        // Few relations, so that groups of every size come about.
        let answers: Vec<Answer> = answers
            .into_iter()
            .map(|it| {
                let kinds = [Relation::Peer, Relation::Board, Relation::Manager, Relation::Itself];
                let number = it.person.to_string().bytes().map(usize::from).sum::<usize>();
                Answer { relation: kinds[number % (spread + 1)], ..it }
            })
            .collect();
        let planted: Vec<String> = (1..12).map(|who| format!("person{who}")).collect();
        let all_names = planted.iter().map(String::as_str).chain(["Ngozi Adeyemi"]);
        let (goals, names) = (goals(), Names::of(all_names));
        for round in Round::ALL {
            let Ok(summary) = summed_up(&asked(*round, &goals, &names), &answers) else { continue };
            let text = serde_json::to_string(&summary).expect("JSON").to_lowercase();
            prop_assert!(!text.contains("ngozi") && !text.contains("person"), "{}", text);
            for goal in &summary.goals {
                for group in goal.groups.iter().chain(&goal.all) {
                    prop_assert!(group.people >= SMALLEST, "{:?}", group);
                }
                let sets = told_sets(&answers, *round, goal.goal);
                for (one, other) in sets.iter().flat_map(|a| sets.iter().map(move |b| (a, b))) {
                    let alone = one.difference(other).count();
                    prop_assert!(alone == 0 || alone >= SMALLEST, "{:?} {:?}", one, other);
                }
                let all = goal.all.as_ref().expect("all");
                prop_assert_eq!(all.people, goal.groups.iter().map(|it| it.people).sum::<usize>());
            }
            for voices in &summary.interviews {
                prop_assert!(voices.people >= SMALLEST);
                prop_assert!(voices.said.is_sorted());
            }
        }
    }
}
