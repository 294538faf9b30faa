//! The manual: a page for every command, which the tools of the manual read without a complaint,
//! and which says what the help and the README say.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::Home;
use evidence::{mode, not_run};

/// The words of every command, nouns too.
fn commands() -> BTreeSet<String> {
    let leaves = common::leaves();
    let words = |leaf: &String| leaf.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let all = leaves
        .iter()
        .map(words)
        .flat_map(|words| (1..=words.len()).map(move |many| words[..many].join(" ")));
    all.collect()
}

#[test]
fn every_command_has_its_page_in_the_directory_and_by_its_words() {
    let home = Home::empty();
    let said = home.ok(["man", "--dir", "share/man1"]);
    let dir = home.path().join("share/man1");
    let files = fs::read_dir(&dir).expect("pages").map(|file| file.expect("one").file_name());
    let files: BTreeSet<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    let mut wanted: BTreeSet<String> =
        commands().iter().map(|words| format!("coach-{}.1", words.replace(' ', "-"))).collect();
    wanted.insert("coach.1".to_owned());
    assert_eq!(files, wanted);
    assert_eq!(said, format!("{} pages are in share/man1\n", wanted.len()));
    let page = |name: &str| fs::read_to_string(dir.join(name)).expect("a page");
    assert_eq!(page("coach.1"), home.ok(["man"]));
    for words in commands() {
        let text = home.ok(["man"].into_iter().chain(words.split(' ')));
        assert_eq!(text, page(&format!("coach-{}.1", words.replace(' ', "-"))), "{words}");
        assert!(text.contains(&format!("\\fBcoach {}\\fR", words.replace('-', "\\-"))), "{words}");
        let [_, see] = text.split(".SH \"SEE ALSO\"\n").collect::<Vec<_>>()[..] else {
            panic!("{words}: once");
        };
        assert!(see.starts_with(".BR coach (1)"), "{words}: {see}");
        // What is named there is there.
        for line in see.lines() {
            let name = line.trim_start_matches(".BR ").split(' ').next().expect("a name");
            assert!(files.contains(&format!("{name}.1")), "{words}: {line}");
        }
    }
    assert_eq!(home.ok(["man", "plan"]), home.ok(["man", "action-planning"]), "an alias");
    home.fails(2, "no command ‘session nothing’", ["man", "session", "nothing"]);
}

#[test]
fn pages_may_be_read_by_all_and_no_other_file_is_replaced() {
    let home = Home::empty();
    home.ok(["man", "--dir", "pages"]);
    let page = home.path().join("pages/coach-due.1");
    assert_eq!(mode(&page), 0o644);
    let text = fs::read_to_string(&page).expect("a page");
    fs::write(&page, text.replace("SEE ALSO", "OLDER")).expect("an older page");
    home.ok(["man", "--dir", "pages"]);
    assert_eq!(fs::read_to_string(&page).expect("a page"), text);
    fs::write(&page, "my own notes").expect("another file");
    home.fails(6, "coach-due.1 is there already", ["man", "--dir", "pages"]);
    assert_eq!(fs::read_to_string(&page).expect("the file"), "my own notes");
    home.fails(2, "--dir", ["man", "due", "--dir", "pages"]);
    home.fails(2, "--dir", ["man", "-o", "page", "--dir", "pages"]);
}

#[test]
fn groff_and_man_read_every_page_without_a_complaint() {
    let home = Home::empty();
    home.ok(["man", "--dir", "pages"]);
    for (tool, args) in
        [("groff", "-man -Tutf8 -k -ww -z"), ("man", "--warnings=w -E UTF-8 -l pages/coach.1")]
    {
        let found = ["/usr/bin", "/bin"].iter().any(|dir| Path::new(dir).join(tool).exists());
        if !found {
            not_run(&format!("the manual pages by {tool}: {tool} is not installed"));
            continue;
        }
        let mut command = Command::new(tool);
        command
            .args(args.split(' '))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", home.path());
        if tool == "groff" {
            let pages = fs::read_dir(home.path().join("pages")).expect("pages");
            command.args(pages.map(|page| page.expect("one").path()));
        }
        command.env("LC_ALL", "C.UTF-8").current_dir(home.path()).stdin(Stdio::null());
        let run = command.output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{tool}");
        assert!(run.status.success(), "{tool}");
        if tool == "man" {
            let text = String::from_utf8_lossy(&run.stdout).into_owned();
            assert!(text.contains("EXIT STATUS") && text.contains("--journal"), "{text}");
        }
    }
}

#[test]
fn the_main_page_has_every_common_flag_and_the_exit_codes_of_the_readme() {
    let page = Home::empty().ok(["man"]).replace("\\-", "-");
    for flag in coachlog::grammar().get_arguments().filter(|arg| arg.is_global_set()) {
        let long = flag.get_long().expect("a long name");
        assert!(page.contains(&format!("\\fB--{long}\\fR")), "{long}");
    }
    for words in [
        "on (1, true, yes): other engagements show by their reference only, everywhere",
        "off (0, false, no, empty): never; not set: while a session is open",
        "~/.local/share/coachlog/backups/",
        "~/.local/state/coachlog/drafts/",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("the README");
    let table = readme.split("| exit code | means |\n|---|---|\n").nth(1).expect("the table");
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 9);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [code, means] = cells[..] else { panic!("{row}") };
        let means = means.replace('`', "");
        assert!(page.contains(&format!("\\fB{code}\\fR\n{means}\n")), "{row}");
    }
}
