//! What the lint finds, each with its line: a sound method with one thing wrong at a time.

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
    assert_eq!(at("id = \n").split(": ").take(2).collect::<Vec<_>>(), ["1:6", "this is no TOML"]);
    assert!(
        at(&format!("{begun}[frame]\nfocus = ['Ä', 1]")).starts_with("19:15: ‘focus’ holds texts")
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
    let parse = |text: String| Method::parse(&text).map(drop).map_err(|error| error.to_string());
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
    assert_eq!(
        two("clock='weeks'\nweeks=[5,8]"),
        "10 week 4 belongs to no phase; this one begins with 4"
    );
    assert_eq!(
        first(
            &(phase("a", "clock='weeks'\nweeks=[1,1]") + &phase("b", "clock='weeks'\nweeks=[1,2]"))
        ),
        "10 week 1 belongs to the phase before; this one begins with 2"
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

const SHEET: &str = "[[worksheet]]\nid='gap-map'\ntitle='Gaps'\nshape='rows'\nrow='gap'\nvisibility='shared'\n\
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
fn an_id_that_is_none_is_quoted_with_one_that_could_be() {
    let sheet = |id: &str| first(&SHEET.replace("id='severity'", &format!("id='{id}'")));
    assert!(sheet("visible-by").starts_with("11 ‘visible-by’ is no id"));
    assert!(sheet("visible-by").ends_with("; say ‘visible_by’"));
    assert!(sheet("Visible By").ends_with("; say ‘visible_by’"));
    assert!(sheet("7").ends_with("begins with a letter"));
    assert!(
        first("[[phase]]\nid='kick_off'\ntitle='K'\nclock='event'\n").ends_with("say ‘kick-off’")
    );
    assert!(first(&SHEET.replace("[0,10]", "10")).ends_with("such as [0, 10]"));
    let curly = Method::parse("id='x'\ntitle = “Mine”\n").expect_err("no TOML");
    assert!(curly.findings[0].to_string().starts_with("2:9: these are curly quotes"), "{curly}");
}

/// What is found in a whole method with this frame.
fn framed(frame: &str, added: &str) -> Vec<String> {
    match Method::parse(&format!("id='x'\n{STAGES}{SHEET}{added}[frame]\n{frame}\n")) {
        Ok(_) => Vec::new(),
        Err(error) => error.findings.into_iter().map(|each| each.text).collect(),
    }
}

#[test]
fn a_frame_can_be_kept_to() {
    assert_eq!(
        framed("sessions=[4,6]\ncadence_days=[7,14]\nweeks=[20,24]", ""),
        ["6 sessions, one every 14 days, end in week 11: they cannot fill 20 weeks"]
    );
    assert!(framed("sessions=[4,6]\ncadence_days=[7,14]\nweeks=[11,24]", "").is_empty());
    let phase = |rest: &str| format!("[[phase]]\nid='a'\ntitle='A'\n{rest}\n");
    assert_eq!(
        framed("weeks=[4,8]", &phase("clock='weeks'\nweeks=[1,9]")),
        ["the frame has 8 weeks at most; this phase goes on to 9"]
    );
    assert_eq!(
        framed("sessions=[4,8]", &phase("clock='sessions'\nsessions=[1,9]")),
        ["the frame has 8 sessions at most; this phase goes on to 9"]
    );
    let asks = |requires: &str| {
        framed(
            "goals=[2,3]\nsessions=[4,8]",
            &phase(&format!("clock='event'\nrequires=['{requires}']")),
        )
    };
    assert_eq!(asks("goals>=4"), ["‘goals>=4’: the frame has 3 goals at most"]);
    assert_eq!(asks("sessions>=9"), ["‘sessions>=9’: the frame has 8 sessions at most"]);
    assert_eq!(asks("buy-in>=11"), ["‘buy-in>=11’: a buy-in is 10 at most"]);
    assert!(asks("goals>=3").is_empty() && asks("gap-map>=3").is_empty());
}

#[test]
fn a_form_is_not_asked_for_rows() {
    let form = "[[worksheet]]\nid='w'\ntitle='W'\n[[worksheet.field]]\nid='f'\ntitle='F'\n\
        [[phase]]\nid='a'\ntitle='A'\nclock='event'\nrequires=";
    assert!(first(&format!("{form}['w>=2']\n")).contains("‘w’ is a form, which has no rows"));
    assert!(found(&format!("{form}['w>=1']\n")).is_empty());
}

#[test]
fn a_paper_quotes_no_private_worksheet() {
    let paper = |rest: &str| format!("{SHEET}[[paper]]\nid='brief'\ntitle='B'\n{rest}\n");
    let private = paper("worksheets=['gap-map']").replace("visibility='shared'\n", "");
    assert!(first(&private).contains("‘gap-map’ is private, and no paper quotes what is"));
    let reassessed = paper("worksheets=['gap-map']\nreassess='gap-map.severity'");
    assert!(found(&reassessed).is_empty());
    assert_eq!(found(&reassessed.replace("visibility='shared'\n", "")).len(), 2);
    assert!(first(&paper("reassess='gap-map.severity'")).contains("does not quote ‘gap-map’"));
}

#[test]
fn a_paper_names_worksheets_and_fields_that_are_there() {
    let paper = |rest: &str| first(&format!("{SHEET}[[paper]]\nid='brief'\ntitle='B'\n{rest}\n"));
    assert_eq!(
        paper("worksheets=['gap-mpa']"),
        "18 there is no worksheet ‘gap-mpa’; did you mean ‘gap-map’?"
    );
    assert_eq!(
        paper("worksheets=['gap-map']\nreassess='gap-map.sevrity'"),
        "19 the worksheet ‘gap-map’ has no field ‘sevrity’; did you mean ‘severity’?"
    );
    assert_eq!(
        paper("worksheets=['gap-map']\nreassess='gap-map.gap'"),
        "19 ‘gap’ is no number: it cannot be compared"
    );
    assert!(paper("reassess='gap-map'").contains("worksheet.field"));
    assert_eq!(
        paper("reassess='gap-map.severity'\nreassess_to='all'"),
        "19 ‘reassess_to’ is a whole number, from 0"
    );
    assert_eq!(paper("reassess_to=3"), "18 ‘reassess_to’ says nothing without ‘reassess’");
    assert_eq!(
        paper("worksheets=['gap-map']\nreassess='gap-map.severity'\nreassess_to=11"),
        "20 ‘severity’ is 0–10: it never comes to 11"
    );
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
    assert!(first(&circle).ends_with("in a circle: paper/brief → worksheet/gap-map → paper/brief"));
    let own = "[[phase]]\nid='a'\ntitle='A'\nclock='event'\nrequires=['phase/a']\n";
    assert!(first(own).ends_with("in a circle: phase/a → phase/a"));
}
