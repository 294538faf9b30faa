//! The tools that people use now, doing the nearest thing on as many records. One that is not
//! installed is said to be so; one that is faster is shown as it is.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::{Connection, params};

use crate::NOTE;
use crate::journal::{Journal, RARE, day, words};
use crate::measure::{Measure, found};

type Done = Result<(), Box<dyn Error>>;

/// A tool: how it gets its records into an empty directory, and what it is asked.
struct Peer {
    program: &'static str,
    seed: fn(&Path, usize) -> Done,
    asks: &'static [(Ask, &'static [&'static str])],
}

/// What is asked, of `coach` too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ask {
    Due,
    Search,
    Add,
}

const PEERS: &[Peer] = &[
    Peer {
        program: "sqlite3",
        seed: sqlite,
        asks: &[
            (Ask::Due, &["db", "SELECT id, due, text FROM note WHERE open ORDER BY due LIMIT 200"]),
            (
                Ask::Search,
                &[
                    "db",
                    "SELECT rowid FROM found WHERE found MATCH 'zugzwang' ORDER BY rank LIMIT 20",
                ],
            ),
            (
                Ask::Add,
                &[
                    "db",
                    "INSERT INTO note (due, open, text) VALUES ('2026-12-01', 0, 'She decides alone')",
                ],
            ),
        ],
    },
    Peer {
        program: "task",
        seed: task,
        asks: &[
            (Ask::Due, &["list", "limit:200"]),
            (Ask::Search, &["rc.search.case.sensitive=no", "list", RARE]),
            (Ask::Add, &["add", "She decides alone"]),
        ],
    },
    Peer {
        program: "jrnl",
        seed: jrnl,
        asks: &[
            (Ask::Due, &["--config-file", "jrnl.yaml", "-n", "200", "--short"]),
            (Ask::Search, &["--config-file", "jrnl.yaml", "-contains", RARE]),
            (Ask::Add, &["--config-file", "jrnl.yaml", "She decides alone."]),
        ],
    },
    Peer {
        program: "watson",
        seed: watson,
        asks: &[
            (Ask::Due, &["log", "-G", "--from", "2026-11-21"]),
            (Ask::Add, &["add", "-f", "2026-11-20 09:00", "-t", "2026-11-20 10:00", "client"]),
        ],
    },
    Peer {
        program: "timew",
        seed: timew,
        asks: &[
            (Ask::Due, &["summary", "2026-11-20", "-", "2026-11-21"]),
            (
                Ask::Add,
                &["track", "2026-11-21T06:00:00", "-", "2026-11-21T06:00:01", "client", ":adjust"],
            ),
        ],
    },
    Peer {
        program: "hledger",
        seed: hledger,
        asks: &[
            (Ask::Due, &["-f", "all.journal", "register", "-b", "2026-11-18", "-e", "2026-11-21"]),
            (Ask::Search, &["-f", "all.journal", "register", "desc:zugzwang"]),
        ],
    },
    Peer {
        program: "rg",
        seed: markdown,
        asks: &[
            (Ask::Due, &["--no-config", "-N", "-e", "- \\[ \\]", "notes"]),
            (Ask::Search, &["--no-config", RARE, "notes"]),
        ],
    },
];

/// Prints how the peers do at a size.
pub(crate) fn report(measure: &Measure, journal: &Journal, size: usize, dir: &Path) -> Done {
    println!(
        "\n## Peers at {size} records: ms, coach / peer = ratio\n\n| peer | due | search | add |\n|---|--:|--:|--:|"
    );
    for peer in PEERS {
        let Some(program) = found(peer.program) else {
            println!("| {} | not installed | | |", peer.program);
            continue;
        };
        let home = dir.join(peer.program);
        fs::create_dir_all(&home)?;
        if let Err(why) = (peer.seed)(&home, size) {
            println!("| {} | not seeded: {why} | | |", peer.program);
            continue;
        }
        let mut row = format!("| {} |", peer.program);
        for ask in [Ask::Due, Ask::Search, Ask::Add] {
            let words = peer.asks.iter().find(|(asked, _)| *asked == ask).map(|(_, words)| *words);
            let of_coach: &[&str] = match ask {
                Ask::Due => &["due"],
                Ask::Search => &["search", RARE],
                Ask::Add => NOTE,
            };
            let cell = match words {
                None => "–".to_owned(),
                Some(words) => {
                    let other = || within(&home, &program, words);
                    let coach = || journal.command(Path::new(measure.coach()), of_coach);
                    // What never ends is not waited for.
                    let mut first = within(
                        &home,
                        Path::new("timeout"),
                        &[&["60", &program.display().to_string()], words].concat(),
                    );
                    match first.status()?.code() {
                        Some(124) => "over 60 s".to_owned(),
                        Some(0) => measure.pairs(&coach, &other)?.to_string(),
                        code => format!("ended with {code:?}"),
                    }
                }
            };
            write!(row, " {cell} |")?;
        }
        println!("{row}");
    }
    Ok(())
}

/// A command line of a peer in its own home.
fn within(home: &Path, program: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(home).env("HOME", home).env("TZ", "Europe/Berlin");
    for name in ["TASKDATA", "TIMEWARRIORDB", "WATSON_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(name, home.join("data"));
    }
    command.env("TASKRC", home.join("rc")).env("NO_COLOR", "1").env("PYTHONWARNINGS", "ignore");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Records for a peer: its number, its day, whether it is open, its words.
fn records(size: usize) -> impl Iterator<Item = (usize, String, bool, String)> {
    (0..size).map(move |at| (at, day((at % 3_000) as i64 - 2_960), at < 200, words(at, size)))
}

fn sqlite(home: &Path, size: usize) -> Done {
    let mut conn = Connection::open(home.join("db"))?;
    conn.execute_batch(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, due TEXT, open INTEGER, text TEXT);
         CREATE INDEX note_due ON note (due) WHERE open;
         CREATE VIRTUAL TABLE found USING fts5 (text, content = 'note', content_rowid = 'id')",
    )?;
    let transaction = conn.transaction()?;
    for (at, due, open, text) in records(size) {
        let sql = "INSERT INTO note (id, due, open, text) VALUES (?, ?, ?, ?)";
        transaction.prepare_cached(sql)?.execute(params![at as i64, due, open, text])?;
    }
    transaction.execute("INSERT INTO found (found) VALUES ('rebuild')", [])?;
    Ok(transaction.commit()?)
}

fn task(home: &Path, size: usize) -> Done {
    fs::write(home.join("rc"), "confirmation=no\nverbose=nothing\ngc=off\nnews.version=9.9.9\n")?;
    fs::create_dir_all(home.join("data"))?;
    let mut text = String::from("[");
    for (at, due, open, words) in records(size) {
        let (status, end) = if open {
            ("pending", String::new())
        } else {
            ("completed", r#","end":"20261101T090000Z""#.to_owned())
        };
        let (day, comma) = (due.replace('-', ""), if at == 0 { "" } else { "," });
        writeln!(
            text,
            r#"{comma}{{"uuid":"00000000-0000-4000-8000-{at:012x}","entry":"20200101T090000Z","description":"{words}","due":"{day}T090000Z","status":"{status}"{end}}}"#
        )?;
    }
    fs::write(home.join("all.json"), text + "]")?;
    seeded(within(home, Path::new("timeout"), &["60", "task", "import", "all.json"]))
}

fn seeded(mut command: Command) -> Done {
    match command.status()?.code() {
        Some(0) => Ok(()),
        Some(124) => Err("over 60 s".into()),
        code => Err(format!("ended with {code:?}").into()),
    }
}

fn jrnl(home: &Path, size: usize) -> Done {
    let file = home.join("all.txt");
    let config = format!(
        "colors:\n  body: none\n  date: none\n  tags: none\n  title: none\ndefault_hour: 9\ndefault_minute: 0\neditor: ''\n\
         encrypt: false\nhighlight: true\nindent_character: '|'\njournals:\n  default:\n    journal: {}\nlinewrap: 79\n\
         tagsymbols: '@'\ntemplate: false\ntimeformat: '%F %r'\nversion: v4.6\n",
        file.display()
    );
    fs::write(home.join("jrnl.yaml"), config)?;
    let mut text = String::new();
    for (_, day, _, words) in records(size) {
        writeln!(text, "[{day} 09:00:00 AM] {words}\n")?;
    }
    Ok(fs::write(file, text)?)
}

fn watson(home: &Path, size: usize) -> Done {
    fs::create_dir_all(home.join("data"))?;
    let mut text = String::from("[");
    for at in 0..size {
        let start = 1_262_300_000 + at * 5_000;
        let comma = if at == 0 { "" } else { "," };
        writeln!(
            text,
            r#"{comma}[{start},{},"client{}","{at:032x}",[],{start}]"#,
            start + 3_600,
            at % 200
        )?;
    }
    Ok(fs::write(home.join("data/frames"), text + "]")?)
}

fn timew(home: &Path, size: usize) -> Done {
    let data = home.join("data/data");
    fs::create_dir_all(&data)?;
    fs::create_dir_all(home.join("data/extensions"))?;
    fs::write(home.join("data/timewarrior.cfg"), "verbose = no\nconfirmation = no\n")?;
    let mut months = std::collections::BTreeMap::<String, String>::new();
    for at in 0..size {
        // The newest month is the last: each day has as many hours as it takes.
        let (back, hour) = ((size - 1 - at) / 12, 2 * (at % 12));
        let day = day(-2 - back as i64).replace('-', "");
        let line = months.entry(format!("{}-{}", &day[..4], &day[4..6])).or_default();
        writeln!(line, "inc {day}T{hour:02}0000Z - {day}T{:02}3000Z # client{}", hour, at % 200)?;
    }
    for (month, lines) in months {
        fs::write(data.join(format!("{month}.data")), lines)?;
    }
    Ok(())
}

fn hledger(home: &Path, size: usize) -> Done {
    let mut text = String::new();
    for (at, day, open, words) in records(size) {
        let mark = if open { "!" } else { "*" };
        writeln!(text, "{day} {mark} {words}\n  (client{})  1.5h\n", at % 200)?;
    }
    Ok(fs::write(home.join("all.journal"), text)?)
}

fn markdown(home: &Path, size: usize) -> Done {
    for (at, day, open, words) in records(size) {
        let folder: PathBuf = home.join(format!("notes/{:03}", at % 200));
        fs::create_dir_all(&folder)?;
        let open = if open { format!("- [ ] talk to them by {day}\n") } else { String::new() };
        fs::write(folder.join(format!("{at}.md")), format!("# {day}\n\n{words}\n{open}"))?;
    }
    Ok(())
}
