//! What makes a method sound beyond its keys: that it holds together. Everything that is wrong is
//! found at once, each with its place.

use std::collections::BTreeMap;

use super::need::{Ask, Unclear};
use super::place::{Text, known, meant};
use super::{
    ACTION_PLANNING, CHALLENGE, CHECK_IN, Clock, DEEP_DIVE, FieldKind, Method, MethodError,
    Requirement, Shape,
};
use crate::domain::word::Range;

/// The stages that every session has, in their order.
const FOUR: [&str; 4] = [CHECK_IN, DEEP_DIVE, CHALLENGE, ACTION_PLANNING];

/// What names the end of a session, and so no stage.
const END: &str = "end";

impl Method {
    /// Reads a method that somebody wrote.
    ///
    /// # Errors
    /// All that is wrong in it, in the order of its lines.
    pub(crate) fn parse(text: &str) -> Result<Self, MethodError> {
        let mut read = Text::read(text).map_err(|finding| MethodError::new(vec![finding]))?;
        // A key that is none hides nothing else that is wrong.
        let method = match read.findings.is_empty() {
            true => Self::stored(text),
            false => Self::stored(&known(text)),
        };
        match method {
            Ok(method) => {
                method.lint(&mut read);
                match read.findings.is_empty() {
                    true => Ok(method),
                    false => Err(MethodError::new(read.findings)),
                }
            }
            Err(error) if read.findings.is_empty() => Err(error),
            Err(_) => Err(MethodError::new(read.findings)),
        }
    }

    fn lint(&self, text: &mut Text<'_>) {
        self.lint_stages(text);
        self.lint_phases(text);
        self.lint_worksheets(text);
        self.lint_papers(text);
        let ids: [(&str, Vec<&str>); 4] = [
            ("phase", self.phases.iter().map(|each| each.id.as_str()).collect()),
            ("worksheet", self.worksheets.iter().map(|each| each.id.as_str()).collect()),
            ("review", self.reviews.iter().map(|each| word(each.id)).collect()),
            ("paper", self.papers.iter().map(|each| each.id.as_str()).collect()),
        ];
        for (table, ids) in &ids {
            twice(text, &[table], ids);
        }
        for (at, review) in self.reviews.iter().enumerate() {
            if review.prompts.is_empty() {
                text.say(
                    &["review", &at.to_string(), "prompts"],
                    "a review asks at least one question",
                );
            }
        }
        for (table, at, key, requirements) in self.requirements() {
            for (which, requirement) in requirements.iter().enumerate() {
                let path = [table, &at.to_string(), key, &which.to_string()];
                if let Err(unclear) = requirement.ask(self) {
                    text.say(&path, format!("‘{}’: {unclear}{}", requirement.0, near(&unclear)));
                }
            }
        }
        self.lint_circles(text);
    }

    fn lint_stages(&self, text: &mut Text<'_>) {
        let ids: Vec<&str> = self.stages.iter().map(|stage| stage.id.as_str()).collect();
        twice(text, &["stage"], &ids);
        let mut last = None;
        for id in FOUR {
            match ids.iter().position(|other| *other == id) {
                None => {
                    let others: Vec<&str> =
                        ids.iter().copied().filter(|id| !FOUR.contains(id)).collect();
                    let meant =
                        others.iter().find(|other| strsim::damerau_levenshtein(id, other) <= 2);
                    let meant =
                        meant.map_or_else(String::new, |it| format!("; is ‘{it}’ meant to be it?"));
                    text.say(&["stage"], format!("every method has the stage ‘{id}’{meant}"));
                }
                Some(at) if last.is_some_and(|last| at < last) => {
                    let order = FOUR.join(", ");
                    text.say(
                        &["stage", &at.to_string(), "id"],
                        format!("‘{id}’ stands too early; the four come in this order: {order}"),
                    );
                }
                Some(at) => last = Some(at),
            }
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let at = at.to_string();
            if stage.id == END {
                text.say(
                    &["stage", &at, "id"],
                    "‘end’ names the end of a session; choose another id",
                );
            }
            if stage.prompts.is_empty() {
                text.say(&["stage", &at, "prompts"], "a stage asks at least one question");
            }
        }
    }

    fn lint_phases(&self, text: &mut Text<'_>) {
        let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
        for (at, phase) in self.phases.iter().enumerate() {
            let index = at.to_string();
            let path = |key| ["phase", index.as_str(), key];
            let clock = word(phase.clock);
            let ranges = [
                ("weeks", Clock::Weeks, phase.weeks),
                ("sessions", Clock::Sessions, phase.sessions),
            ];
            for (key, of, range) in ranges {
                match range {
                    None if phase.clock == of => {
                        text.say(
                            &path("clock"),
                            format!("the clock {key} needs ‘{key}’, such as {key} = [1, 3]"),
                        );
                    }
                    Some(_) if phase.clock != of => {
                        text.say(
                            &path(key),
                            format!(
                                "‘{key}’ is for the clock {key}; this phase has the clock {clock}"
                            ),
                        );
                    }
                    Some(range) => row_on(text, &path(key), key, range, &mut ends),
                    None => {}
                }
            }
            match (phase.clock, phase.begins.is_empty()) {
                (Clock::Event, true) if at > 0 => {
                    text.say(&path("clock"), "a phase with the clock event needs ‘begins’: what must have happened; only the first one begins with the engagement");
                }
                (Clock::Weeks | Clock::Sessions, false) => {
                    text.say(
                        &path("begins"),
                        format!(
                            "‘begins’ is for the clock event; this phase has the clock {clock}"
                        ),
                    );
                }
                _ => {}
            }
        }
    }

    fn lint_worksheets(&self, text: &mut Text<'_>) {
        for (at, sheet) in self.worksheets.iter().enumerate() {
            let index = at.to_string();
            let path = |key| ["worksheet", index.as_str(), key];
            if sheet.fields.is_empty() {
                text.say(&path("field"), "a worksheet has at least one [[worksheet.field]]");
            }
            match sheet.shape {
                Shape::Rows if sheet.row.is_empty() => {
                    text.say(
                        &path("shape"),
                        "a worksheet of rows says what one is called, such as row = \"gap\"",
                    );
                }
                Shape::Form if !sheet.row.is_empty() => {
                    text.say(
                        &path("row"),
                        "a form has no rows; say shape = \"rows\", or take ‘row’ out",
                    );
                }
                Shape::Form if !sheet.used.is_empty() => {
                    text.say(&path("used"), "a form has no rows that could be used; say shape = \"rows\", or take ‘used’ out");
                }
                _ => {}
            }
            let ids: Vec<&str> = sheet.fields.iter().map(|field| field.id.as_str()).collect();
            twice(text, &["worksheet", &index, "field"], &ids);
            let mut day = false;
            for (which, field) in sheet.fields.iter().enumerate() {
                let which = which.to_string();
                let path = |key| ["worksheet", index.as_str(), "field", which.as_str(), key];
                match field.kind {
                    FieldKind::Choice if field.choices.is_empty() => {
                        text.say(
                            &path("kind"),
                            "a choice needs ‘choices’, such as [\"high\", \"low\"]",
                        );
                    }
                    FieldKind::Day if day => {
                        text.say(&path("kind"), "a worksheet has one day at most: that of its row");
                    }
                    FieldKind::Day => day = true,
                    _ => {}
                }
                if field.kind != FieldKind::Choice && !field.choices.is_empty() {
                    text.say(&path("choices"), "‘choices’ is for the kind choice");
                }
                if field.kind != FieldKind::Number && field.range.is_some() {
                    text.say(&path("range"), "‘range’ is for the kind number");
                }
                let choices: Vec<&str> = field.choices.iter().map(String::as_str).collect();
                for (nth, choice) in choices.iter().enumerate() {
                    if choices[..nth].contains(choice) {
                        let nth = nth.to_string();
                        let path = ["worksheet", &index, "field", &which, "choices", &nth];
                        text.say(&path, format!("‘{choice}’ stands there twice"));
                    }
                }
            }
        }
    }

    fn lint_papers(&self, text: &mut Text<'_>) {
        let sheets: Vec<&str> = self.worksheets.iter().map(|sheet| sheet.id.as_str()).collect();
        for (at, paper) in self.papers.iter().enumerate() {
            let at = at.to_string();
            for (which, named) in paper.worksheets.iter().enumerate() {
                if !sheets.contains(&named.as_str()) {
                    let path = ["paper", at.as_str(), "worksheets", &which.to_string()];
                    text.say(
                        &path,
                        format!("there is no worksheet ‘{named}’{}", meant(named, &sheets)),
                    );
                }
            }
            let Some(reassess) = &paper.reassess else { continue };
            let path = ["paper", at.as_str(), "reassess"];
            let Some((sheet, field)) = reassess.split_once('.') else {
                text.say(
                    &path,
                    "‘reassess’ names a number as worksheet.field, such as \"gap-map.severity\"",
                );
                continue;
            };
            let Some(sheet) = self.worksheets.iter().find(|each| each.id == sheet) else {
                text.say(
                    &path,
                    format!("there is no worksheet ‘{sheet}’{}", meant(sheet, &sheets)),
                );
                continue;
            };
            match sheet.fields.iter().find(|each| each.id == field) {
                None => {
                    let fields: Vec<&str> =
                        sheet.fields.iter().map(|each| each.id.as_str()).collect();
                    let (id, meant) = (&sheet.id, meant(field, &fields));
                    text.say(&path, format!("the worksheet ‘{id}’ has no field ‘{field}’{meant}"));
                }
                Some(field) if field.kind != FieldKind::Number => {
                    text.say(&path, format!("‘{}’ is no number: it cannot be compared", field.id));
                }
                Some(_) => {}
            }
        }
    }

    /// Every list of requirements: its table, the place in it, its key.
    fn requirements(&self) -> Vec<(&'static str, usize, &'static str, &[Requirement])> {
        let mut all = Vec::new();
        for (at, phase) in self.phases.iter().enumerate() {
            all.push(("phase", at, "begins", &phase.begins[..]));
            all.push(("phase", at, "requires", &phase.requires[..]));
        }
        for (at, sheet) in self.worksheets.iter().enumerate() {
            all.push(("worksheet", at, "requires", &sheet.requires[..]));
        }
        for (at, review) in self.reviews.iter().enumerate() {
            all.push(("review", at, "requires", &review.requires[..]));
        }
        for (at, paper) in self.papers.iter().enumerate() {
            all.push(("paper", at, "requires", &paper.requires[..]));
        }
        all
    }

    /// Things that require each other in a circle: none of them could ever be begun.
    fn lint_circles(&self, text: &mut Text<'_>) {
        let mut needs: BTreeMap<String, (Vec<String>, &'static str, usize)> = BTreeMap::new();
        for (table, at, key, requirements) in self.requirements() {
            if key != "requires" {
                continue;
            }
            let id = match table {
                "phase" => &self.phases[at].id,
                "worksheet" => &self.worksheets[at].id,
                "paper" => &self.papers[at].id,
                _ => word(self.reviews[at].id),
            };
            let asked = requirements.iter().filter_map(|each| each.ask(self).ok());
            let asked = asked.filter_map(|ask| match ask {
                Ask::Worksheet(id, _) => Some(format!("worksheet/{id}")),
                Ask::Paper(id) => Some(format!("paper/{id}")),
                Ask::Review(kind) => Some(format!("review/{kind}")),
                Ask::Phase(id) => Some(format!("phase/{id}")),
                _ => None,
            });
            needs.insert(format!("{table}/{id}"), (asked.collect(), table, at));
        }
        let mut told: Vec<Vec<String>> = Vec::new();
        for start in needs.keys() {
            let Some(circle) = circle(&needs, start) else { continue };
            let mut members = circle.clone();
            members.sort();
            if told.contains(&members) {
                continue;
            }
            told.push(members);
            let (_, table, at) = &needs[start];
            let path = [*table, &at.to_string(), "requires"];
            text.say(
                &path,
                format!("these require each other in a circle: {} → {start}", circle.join(" → ")),
            );
        }
    }
}

/// The shortest way from `start` back to itself.
fn circle(
    needs: &BTreeMap<String, (Vec<String>, &'static str, usize)>,
    start: &str,
) -> Option<Vec<String>> {
    let mut ways: Vec<Vec<String>> = vec![vec![start.to_owned()]];
    let mut seen: Vec<String> = Vec::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let Some((next, ..)) = way.last().and_then(|last| needs.get(last)) else { continue };
            for each in next {
                if each == start {
                    return Some(way);
                }
                if !seen.contains(each) {
                    seen.push(each.clone());
                    longer.push(way.iter().cloned().chain([each.clone()]).collect());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Holds a range to the one before it: the weeks, and the sessions, of an engagement stand in a row.
fn row_on(
    text: &mut Text<'_>,
    path: &[&str],
    key: &'static str,
    range: Range,
    ends: &mut BTreeMap<&'static str, u32>,
) {
    let last = ends.insert(key, range.high).unwrap_or(0);
    let next = last + 1;
    if range.low < next {
        text.say(
            path,
            format!("{key} up to {last} belong to the phase before; this one begins with {next}"),
        );
    } else if range.low > next {
        let gap = Range { low: next, high: range.low - 1 };
        text.say(path, format!("{key} {gap} belong to no phase; this one begins with {next}"));
    }
}

/// Says which ids stand there twice.
fn twice(text: &mut Text<'_>, table: &[&str], ids: &[&str]) {
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            let at = at.to_string();
            let path: Vec<&str> = table.iter().copied().chain([at.as_str(), "id"]).collect();
            let what = table.last().unwrap_or(&"");
            text.say(&path, format!("there is a {what} ‘{id}’ already"));
        }
    }
}

/// What may have been meant by a requirement that names nothing.
fn near(unclear: &Unclear) -> String {
    match unclear {
        Unclear::Unknown { given, known } => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            match super::place::near(given, known.iter().copied()) {
                Some(near) => format!("; did you mean ‘{near}’?"),
                None => String::new(),
            }
        }
        _ => String::new(),
    }
}

fn word(of: impl crate::domain::word::Word) -> &'static str {
    of.word()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: &str = "[[stage]]\nid='check-in'\ntitle='C'\nprompts=['?']\n[[stage]]\nid='deep-dive'\ntitle='D'\nprompts=['?']\n\
        [[stage]]\nid='challenge'\ntitle='S'\nprompts=['?']\n[[stage]]\nid='action-planning'\ntitle='A'\nprompts=['?']\n";

    /// What is found in a method of the four stages and what is added: `line text`, the lines counted
    /// from the first of what is added.
    fn found(added: &str) -> Vec<String> {
        let head = format!("id='x'\n[frame]\n{STAGES}");
        let before = head.lines().count();
        match Method::parse(&format!("{head}{added}")) {
            Ok(_) => Vec::new(),
            Err(error) => error
                .findings
                .iter()
                .map(|each| format!("{} {}", each.line - before, each.text))
                .collect(),
        }
    }

    fn first(added: &str) -> String {
        let found = found(added);
        assert_eq!(found.len(), 1, "{found:#?}");
        found.into_iter().next().expect("one")
    }

    #[test]
    fn every_shipped_method_is_sound() {
        for id in Method::shipped_ids() {
            let text = Method::shipped(id).expect("shipped");
            if let Err(error) = Method::parse(text) {
                panic!("{id}: {error}");
            }
        }
    }

    #[test]
    fn a_slip_is_told_with_its_place_and_what_may_be_meant() {
        let at = |text: &str| match Method::parse(text) {
            Err(error) => error.findings[0].to_string(),
            Ok(_) => panic!("{text}"),
        };
        let begun = format!("id='x'\n{STAGES}");
        assert_eq!(
            at(&format!("{begun}[frame]\n  sesions = [8, 8]")),
            "19:3: there is no key ‘sesions’ in [frame]; did you mean ‘sessions’?"
        );
        assert_eq!(
            at(&format!("{begun}[frame]\nsessions = [9, 8]")),
            "19:12: ‘sessions’ is a range, and this runs backwards; say [8, 9]"
        );
        assert_eq!(
            at("id = \n").split(": ").take(2).collect::<Vec<_>>(),
            ["1:6", "this is no TOML"]
        );
        assert!(
            at(&format!("{begun}[frame]\nfocus = ['Ä', 1]"))
                .starts_with("19:15: ‘focus’ holds texts")
        );
        let missing = Method::parse("id='x'").expect_err("no frame");
        let said: Vec<String> = missing.findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            ["1:1: the file needs a table [frame]", "1:1: the file needs at least one [[stage]]"]
        );
        assert_eq!(
            first("[[phase]]\nid='a'\ntitle='A'\nclock='week'\n"),
            "4 ‘clock’ is not ‘week’; did you mean ‘weeks’?"
        );
        assert_eq!(
            first("[[review]]\nid='mid'\ntitle='M'\nprompts='?'\n"),
            "4 ‘prompts’ is a list of texts, such as [\"one\", \"two\"]"
        );
    }

    #[test]
    fn the_four_stages_stand_in_their_order() {
        let parse =
            |text: String| Method::parse(&text).map(drop).map_err(|error| error.to_string());
        let gone = STAGES.replacen("deep-dive", "deep-dife", 1);
        assert_eq!(
            parse(format!("id='x'\n[frame]\n{gone}")),
            Err("3:3: every method has the stage ‘deep-dive’; is ‘deep-dife’ meant to be it?"
                .to_owned())
        );
        let swapped = STAGES
            .replacen("check-in", "x", 1)
            .replacen("deep-dive", "check-in", 1)
            .replacen("'x'", "'deep-dive'", 1);
        assert!(
            parse(format!("id='x'\n[frame]\n{swapped}"))
                .is_err_and(|said| said.contains("stands too early"))
        );
        assert!(
            first("[[stage]]\nid='end'\ntitle='E'\nprompts=['?']\n")
                .contains("names the end of a session")
        );
        assert_eq!(
            first("[[stage]]\nid='more'\ntitle='E'\nprompts=[]\n"),
            "4 a stage asks at least one question"
        );
        assert_eq!(
            first("[[stage]]\nid='challenge'\ntitle='E'\nprompts=['?']\n"),
            "2 there is a stage ‘challenge’ already"
        );
    }

    #[test]
    fn phases_stand_in_a_row_by_one_clock_each() {
        let phase = |id: &str, rest: &str| format!("[[phase]]\nid='{id}'\ntitle='T'\n{rest}\n");
        let two =
            |second: &str| first(&(phase("a", "clock='weeks'\nweeks=[1,3]") + &phase("b", second)));
        assert_eq!(
            two("clock='weeks'\nweeks=[3,8]"),
            "10 weeks up to 3 belong to the phase before; this one begins with 4"
        );
        assert_eq!(
            two("clock='weeks'\nweeks=[6,8]"),
            "10 weeks 4–5 belong to no phase; this one begins with 4"
        );
        assert!(two("clock='weeks'").starts_with("9 the clock weeks needs ‘weeks’"));
        assert!(two("clock='event'").starts_with("9 a phase with the clock event needs ‘begins’"));
        assert!(
            two("clock='sessions'\nsessions=[1,2]\nweeks=[4,5]")
                .starts_with("11 ‘weeks’ is for the clock weeks")
        );
        assert!(
            two("clock='weeks'\nweeks=[4,5]\nbegins=['goals>=1']")
                .starts_with("11 ‘begins’ is for the clock event")
        );
    }

    const SHEET: &str = "[[worksheet]]\nid='gap-map'\ntitle='Gaps'\nshape='rows'\nrow='gap'\n\
        [[worksheet.field]]\nid='gap'\ntitle='Gap'\n[[worksheet.field]]\nid='severity'\ntitle='How far'\nkind='number'\nrange=[0,10]\n";

    #[test]
    fn a_worksheet_has_fields_that_hold_together() {
        assert_eq!(found(SHEET), Vec::<String>::new());
        assert!(first(&SHEET.replace("row='gap'", "used='x'")).contains("says what one is called"));
        assert!(
            first(&SHEET.replace("kind='number'\n", "")).contains("‘range’ is for the kind number")
        );
        assert!(
            first(&SHEET.replace("kind='number'\nrange=[0,10]", "kind='choice'"))
                .contains("a choice needs ‘choices’")
        );
        let days = SHEET
            .replace("title='Gap'", "title='G'\nkind='day'")
            .replace("kind='number'\nrange=[0,10]", "kind='day'");
        assert!(first(&days).contains("one day at most"));
        assert!(
            first("[[worksheet]]\nid='w'\ntitle='W'\nfield=[]\n")
                .contains("at least one [[worksheet.field]]")
        );
    }

    #[test]
    fn a_paper_names_worksheets_and_fields_that_are_there() {
        let paper =
            |rest: &str| first(&format!("{SHEET}[[paper]]\nid='brief'\ntitle='B'\n{rest}\n"));
        assert_eq!(
            paper("worksheets=['gap-mpa']"),
            "17 there is no worksheet ‘gap-mpa’; did you mean ‘gap-map’?"
        );
        assert_eq!(
            paper("reassess='gap-map.sevrity'"),
            "17 the worksheet ‘gap-map’ has no field ‘sevrity’; did you mean ‘severity’?"
        );
        assert_eq!(paper("reassess='gap-map.gap'"), "17 ‘gap’ is no number: it cannot be compared");
        assert!(paper("reassess='gap-map'").contains("worksheet.field"));
    }

    #[test]
    fn a_requirement_names_one_thing() {
        let phase = |requires: &str| {
            first(&format!(
                "{SHEET}[[paper]]\nid='mid'\ntitle='M'\n[[review]]\nid='mid'\ntitle='M'\nprompts=['?']\n\
                [[phase]]\nid='a'\ntitle='A'\nclock='event'\nrequires=['{requires}']\n"
            ))
        };
        assert!(phase("gap-mpa").ends_with("nothing named ‘gap-mpa’; did you mean ‘gap-map’?"));
        assert!(phase("mid").ends_with("this could be paper/mid or review/mid; say which"));
        assert!(phase("worksheet/gap-map:done").contains("a worksheet is ‘:filled’ or ‘:frozen’"));
        assert!(phase("stakeholders").ends_with("this needs a number, such as >=3"));
        assert!(phase("paper/mid>=2").ends_with("this takes no number"));
        assert!(phase("gap map").contains("this is no requirement"));
        assert!(phase("reveiw/mid").ends_with("did you mean ‘review’?"));
        for sound in [
            "gap-map",
            "gap-map:frozen",
            "gap-map>=3",
            "review/mid",
            "paper/mid:frozen",
            "phase/a",
            "session/kickoff",
            "session/coaching>=4",
            "round/final:closed",
            "status/phase-down",
            "agreement:signed",
            "criteria",
            "buy-in>=6",
            "kickoff",
        ] {
            let requires = Requirement(sound.to_owned());
            let text = format!(
                "id='x'\n[frame]\n{STAGES}{SHEET}[[paper]]\nid='mid'\ntitle='M'\n[[phase]]\nid='a'\ntitle='A'\nclock='event'\n"
            );
            assert!(requires.ask(&Method::parse(&text).expect("sound")).is_ok(), "{sound}");
        }
    }

    #[test]
    fn what_requires_itself_in_a_circle_is_named() {
        let circle = format!(
            "{}[[paper]]\nid='brief'\ntitle='B'\nrequires=['gap-map']\n",
            SHEET.replace("row='gap'", "row='gap'\nrequires=['paper/brief']")
        );
        assert!(
            first(&circle).ends_with("in a circle: paper/brief → worksheet/gap-map → paper/brief")
        );
        let own = "[[phase]]\nid='a'\ntitle='A'\nclock='event'\nrequires=['phase/a']\n";
        assert!(first(own).ends_with("in a circle: phase/a → phase/a"));
    }
}
