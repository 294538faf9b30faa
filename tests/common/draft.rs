//! A draft as a busy journal leaves one, made without the wait of five seconds.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::common::Home;
use crate::evidence::hex_key;

/// Where it lies.
pub(crate) fn path(home: &Home) -> PathBuf {
    let name = home.key().file_stem().expect("a name").to_owned();
    let dir = home.path().join(".local/state/coachlog/drafts").join(name);
    dir.join("01940000-0000-7000-8000-00000000beef.draft")
}

/// Plants the draft `00beef` of `coach note -e acme-cfo -` with these words.
pub(crate) fn plant(home: &Home, words: &str) {
    let path = path(home);
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    let conn = Connection::open(&path).expect("a file");
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex_key(&home.key()))).expect("a key");
    conn.execute_batch("CREATE TABLE draft (text TEXT NOT NULL) STRICT").expect("a table");
    let draft = serde_json::json!({
        "at": "2026-11-21T09:00:00.000Z", "zone": "Europe/Berlin", "command": "note",
        "args": ["note", "-e", "acme-cfo", "-"], "place": null, "heard": words,
        "addressed": true,
    });
    conn.execute("INSERT INTO draft VALUES (?)", [draft.to_string()]).expect("the draft");
    drop(conn);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("rights");
    for dir in path.ancestors().skip(1).take(3) {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).expect("rights");
    }
}
