//! The config file: every setting is in the example, flags and environment come before it, it is
//! believed only where nobody else can write it, and editing it keeps the rest.

#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;
#[path = "common/evidence.rs"]
mod evidence;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use common::{Home, Run};
use evidence::{mode, not_run, set_mode};
use serde_json::{Value, json};

fn file(home: &Home) -> PathBuf {
    home.path().join(".config/coachlog/config.toml")
}

/// A home with this config file, readable by its owner alone.
fn configured(text: &str) -> Home {
    let home = Home::new();
    fs::write(file(&home), text).expect("a config file");
    set_mode(&file(&home), 0o600);
    home
}

/// Each setting as `config get` tells it.
fn settings(home: &Home) -> Vec<Value> {
    home.json(["config", "get"]).as_array().expect("rows").clone()
}

fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/config.toml");
    fs::read_to_string(path).expect("the example")
}

#[test]
fn the_example_shows_every_setting_with_its_default() {
    let defaults = settings(&Home::empty());
    assert!(defaults.iter().all(|row| row["source"] == "default"), "{defaults:?}");
    assert_eq!(settings(&configured(&example())), defaults, "as it is, it changes nothing");
    // A setting in a comment: `# name = value`.
    let line = |line: &str| {
        let bare = line.strip_prefix("# ")?;
        let (name, _) = bare.split_once(" = ")?;
        name.chars().all(|c| c.is_ascii_lowercase() || c == '.').then(|| bare.to_owned())
    };
    let bare: Vec<String> = example().lines().filter_map(line).collect();
    let given = settings(&configured(&bare.join("\n")));
    assert_eq!(given.len(), bare.len(), "each once: {bare:?}");
    for (row, default) in given.iter().zip(&defaults) {
        assert_eq!(row["source"], "file", "the example lacks {}", row["key"]);
        assert_eq!((&row["key"], &row["value"]), (&default["key"], &default["value"]));
    }
}

#[test]
fn a_setting_has_the_keys_of_its_shape_in_every_form() {
    let home = Home::empty();
    let keys = ["key", "value", "source", "about"];
    for row in settings(&home).iter().chain([&home.json(["config", "get", "color"])]) {
        assert_eq!(row.as_object().expect("an object").keys().collect::<Vec<_>>(), keys);
    }
    let set = home.json(["config", "set", "completion.titles", "true"]);
    assert_eq!(set.as_object().expect("an object").keys().collect::<Vec<_>>(), keys);
    assert_eq!((&set["value"], &set["source"]), (&json!(true), &json!("file")));
    let path = home.json(["config", "path"]);
    assert_eq!(path, json!({"path": file(&home).display().to_string(), "exists": true}));
    assert!(
        home.ok(["config", "get", "--output", "csv"]).starts_with("key,value,source,about\r\n")
    );
}

#[test]
fn what_is_set_is_read_back_and_lies_in_a_file_of_its_owner_alone() {
    let home = Home::empty();
    let before = settings(&home);
    for row in &before {
        let key = row["key"].as_str().expect("a name");
        let other = match &row["value"] {
            Value::Bool(yes) => (!yes).to_string(),
            _ => "never".to_owned(),
        };
        home.ok(["config", "set", key, &other]);
        assert_eq!(home.ok(["config", "get", key]).trim(), other, "{key}");
        assert_eq!(
            (mode(&file(&home)), mode(&home.path().join(".config/coachlog"))),
            (0o600, 0o700)
        );
    }
    for row in &before {
        home.ok(["config", "set", row["key"].as_str().expect("a name"), "none"]);
    }
    assert_eq!(settings(&home), before);
    home.ok(["config", "set", "color", "always", "--dry-run"]);
    assert_eq!(settings(&home), before);
}

#[test]
fn editing_keeps_comments_order_links_and_other_settings() {
    let text =
        "# top\ncolor = 'never' # why\n\n# about Tab\n[completion]\n# inside\ntitles = false\n";
    let home = configured(text);
    let real = home.path().join("dotfiles.toml");
    fs::rename(file(&home), &real).expect("moved");
    symlink(&real, file(&home)).expect("a link");
    home.ok(["config", "set", "color", "always"]);
    home.ok(["config", "set", "backup.daily", "false"]);
    assert!(file(&home).is_symlink());
    let edited = fs::read_to_string(&real).expect("the file");
    let wanted = text.replace("'never'", "\"always\"") + "\n[backup]\ndaily = false\n";
    assert_eq!(edited, wanted);
}

#[test]
fn a_slip_in_the_file_stops_no_command_and_is_told_once() {
    for text in ["colour = 'auto'\n", "color = 1\n", "color = \n", "completion = true\n"] {
        let home = configured(text);
        home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana"]);
        for line in [
            &["note", "-e", "acme-cfo", "words"][..],
            &["due"],
            &["doctor"],
            &["restore", "none.coach"],
            &["key", "status"],
            &["drafts", "list"],
            &["backup", "now"],
            &["help"],
            &["config", "path"],
            &["due", "--color", "never"],
        ] {
            for plain in ["", "1"] {
                let run = home.command(line).env("NO_COLOR", plain).output().expect("coach runs");
                let run = Run::of(&run);
                assert!(run.code != 2 && run.code != 70, "{line:?}: {run:?}");
                assert_eq!(run.err.matches("config.toml:1:").count(), 1, "{line:?}: {run:?}");
                assert!(run.err.contains("the defaults are used"), "{line:?}: {run:?}");
            }
        }
        home.fails(2, "config.toml:1:", ["config", "get"]);
        home.fails(2, "config.toml:1:", ["config", "get", "color"]);
        assert_eq!(fs::read_to_string(file(&home)).expect("the file"), text);
        let set = home.run(["config", "set", "backup.daily", "false"]);
        let now = fs::read_to_string(file(&home)).expect("the file");
        if text == "color = \n" {
            set.failed(2, "config.toml:1:");
            assert_eq!(now, text);
        } else {
            assert!(set.code == 0 && set.err.contains("config.toml:1:"), "{set:?}");
            assert_eq!(now, format!("{text}\n[backup]\ndaily = false\n"));
        }
    }
    let home = configured("color = 'red'\ncolour = 1\n");
    home.ok(["config", "set", "color", "never"]);
    assert_eq!(fs::read_to_string(file(&home)).expect("it"), "color = \"never\"\ncolour = 1\n");
    let home = configured("completion = true\n");
    home.fails(
        2,
        "something else where completion.titles",
        ["config", "set", "completion.titles", "true"],
    );
    fs::write(file(&home), b"# fine\n# \xff\n").expect("bytes");
    assert!(home.run(["due"]).err.contains("config.toml:2:3:"));
    home.fails(2, "config.toml:2:3:", ["config", "get"]);
}

#[test]
fn what_is_no_file_is_told_and_never_waited_for() {
    let home = configured("");
    let lines = [&["due"][..], &["config", "get"], &["config", "set", "color", "never"]];
    let refused = |home: &Home, why: &str| {
        for line in lines {
            home.fails(6, why, line);
        }
        home.ok(["help"]);
    };
    fs::remove_file(file(&home)).expect("removed");
    fs::create_dir(file(&home)).expect("a directory in its place");
    refused(&home, "no regular file");
    fs::remove_dir(file(&home)).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(file(&home)).status().expect("mkfifo");
    assert!(made.success());
    refused(&home, "no regular file");
    let key = file(&home).display().to_string();
    fs::remove_file(file(&home)).expect("removed");
    symlink("nowhere.toml", file(&home)).expect("a link");
    refused(&home, "it is a link, and what it names is not there");
    fs::remove_file(file(&home)).expect("removed");
    std::process::Command::new("mkfifo").arg(&key).status().expect("mkfifo");
    let home = Home::new();
    home.ok(["due"]);
    home.fails(5, "no regular file", ["due", "--key-file", &key]);
}

#[test]
fn the_directory_of_what_a_link_names_counts_too() {
    let home = configured("");
    fs::remove_file(file(&home)).expect("removed");
    let dir = home.path().join("dotfiles");
    fs::create_dir(&dir).expect("a directory");
    fs::write(dir.join("coach.toml"), "color = 'never'\n").expect("a file");
    set_mode(&dir.join("coach.toml"), 0o600);
    set_mode(&dir, 0o777);
    symlink("../../dotfiles/coach.toml", file(&home)).expect("a link");
    home.fails(5, &format!("chmod 700 {}", dir.display()), ["due"]);
    set_mode(&dir, 0o755);
    home.ok(["due"]);
}

#[test]
fn a_file_that_others_can_write_or_swap_is_refused() {
    let home = configured("color = 'never'\n");
    for (bits, code) in [(0o600, 0), (0o644, 0), (0o620, 5), (0o602, 5), (0o666, 5)] {
        set_mode(&file(&home), bits);
        for line in
            [&["due"][..], &["config", "get"], &["config", "set", "color", "auto", "--dry-run"]]
        {
            let run = home.run(line);
            assert_eq!(run.code, code, "{bits:o} {line:?}: {run:?}");
        }
    }
    set_mode(&file(&home), 0o600);
    set_mode(&home.path().join(".config/coachlog"), 0o777);
    home.fails(5, "chmod 700", ["due"]);
    set_mode(&home.path().join(".config/coachlog"), 0o700);
    if std::os::unix::fs::chown(file(&home), Some(12_345), None).is_err() {
        return not_run("a config file of somebody else: only root can give a file away");
    }
    home.fails(5, "somebody else", ["due"]);
}

#[test]
fn flag_and_environment_come_before_the_file() {
    let home = configured("color = 'always'\n");
    home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana"]);
    let line = ["engagement", "list"];
    let colored = |run: &Run| {
        assert_eq!(run.code, 0, "{run:?}");
        run.out.contains('\u{1b}')
    };
    assert!(colored(&home.run(line)), "the file alone");
    assert!(!colored(&home.run(line.iter().chain(&["--color", "never"]))), "the flag");
    let plain = home.command(line).env("NO_COLOR", "1").output().expect("coach runs");
    assert!(!colored(&Run::of(&plain)), "NO_COLOR");
    home.ok(["config", "set", "color", "never"]);
    assert!(!colored(&home.run(line)));
    let forced = home.command(line).env("CLICOLOR_FORCE", "1").output().expect("coach runs");
    assert!(colored(&Run::of(&forced)), "CLICOLOR_FORCE");
}

#[test]
fn an_answer_never_takes_the_place_of_the_config_file() {
    let home = configured("color = 'never'\n");
    let path = file(&home).display().to_string();
    home.fails(4, "your config file", ["due", "-o", &path, "--force"]);
    assert_eq!(fs::read_to_string(&path).expect("the file"), "color = 'never'\n");
}
