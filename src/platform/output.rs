//! The output: the answer on stdout or in a file, everything else on stderr.
//!
//! A command hands over one view, and it is drawn or serialised here, so that what people read
//! and what scripts read cannot differ. The only file that prints.

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Serialize;

use super::config::Surroundings;
use super::files;
pub(crate) use super::page::{Card, Page};
use super::pager::Pager;
use super::table::{Column, Style, Tone, draw, paint, safe, wrap};
use crate::domain::discretion::{About, Concerns, Veil};
use crate::domain::record::Record;
use crate::domain::word::words;

words! {
    /// In which form an answer comes.
    Format {
        Table = "table",
        Json = "json",
        Jsonl = "jsonl",
        Csv = "csv",
        Hledger = "hledger",
        Markdown = "markdown",
        Html = "html",
        Text = "text",
        Ubl = "ubl",
        Xlsx = "xlsx",
        Taskwarrior = "taskwarrior",
    }
}

words! {
    /// When colour is used.
    ColorWhen { Auto = "auto", Always = "always", Never = "never" }
}

/// What is said is never wrapped to fewer columns than these.
const LEAST_WRAPPED: usize = 20;

/// A table on a terminal reads at most so many rows.
const MOST_ROWS: usize = 1_000;

/// What an answer could not be written to.
#[derive(Debug)]
pub(crate) enum OutputError {
    /// The reader of stdout went away: no error to anybody.
    Closed,
    /// stdout failed.
    Stdout(io::Error),
    /// There is a file of that name already.
    Exists(PathBuf),
    /// The file cannot be written.
    File(PathBuf, io::Error),
}

impl OutputError {
    /// What an error in making a file means.
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists(path.to_owned()),
            _ => Self::File(path.to_owned(), error),
        }
    }
}

/// Where and how this run speaks.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    /// The answer goes here instead of stdout; with `true` over a file that is there.
    pub(crate) file: Option<(PathBuf, bool)>,
    /// What shows an answer that is longer than the terminal; none where it is just printed.
    pub(crate) pager: Option<Pager>,
    /// What is hidden from those who look on; every copy of this output knows it.
    veil: Rc<RefCell<Option<Veil>>>,
    style: Style,
    error_color: bool,
    /// How wide the terminal is to which everything but the answer goes; absent where it is none.
    error_width: Option<usize>,
}

impl Output {
    /// An output in the given surroundings.
    pub(crate) fn new(around: &Surroundings, format: Format, when: ColorWhen) -> Self {
        let color = |terminal: bool| match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if around.no_color => false,
            ColorWhen::Auto if around.force_color => true,
            ColorWhen::Auto => terminal && !around.dumb,
        };
        Self {
            format,
            quiet: false,
            verbose: false,
            file: None,
            pager: None,
            veil: Rc::default(),
            style: Style {
                color: color(around.stdout_is_terminal),
                width: (around.stdout_is_terminal && !around.dumb).then_some(around.columns),
            },
            error_color: color(around.stderr_is_terminal),
            error_width: around.stderr_is_terminal.then_some(around.columns),
        }
    }

    /// Answers with rows. With none, a table says `nothing` on stderr and the answer is empty.
    pub(crate) fn rows<R: Record>(
        &self,
        columns: &[Column<R>],
        rows: &[R],
        nothing: &str,
    ) -> Result<(), OutputError> {
        match self.format {
            Format::Json => self.answer(&json_array(rows)?),
            Format::Jsonl => {
                let lines = rows.iter().map(json).collect::<io::Result<Vec<_>>>();
                self.answer(
                    &lines
                        .map_err(OutputError::Stdout)?
                        .iter()
                        .map(|line| format!("{line}\n"))
                        .collect::<String>(),
                )
            }
            Format::Csv => self.answer(&csv(Some(R::KEYS), rows)?),
            _ if rows.is_empty() => {
                self.status(nothing);
                // A file of an earlier answer must not stand for this one.
                if self.file.is_some() { self.answer("") } else { Ok(()) }
            }
            _ => {
                let style = self.drawing();
                let cut =
                    if style.width.is_some() { rows.len().min(MOST_ROWS) } else { rows.len() };
                let hidden = |row: &R| self.hides(&row.about());
                self.answer(&draw(columns, rows.get(..cut).unwrap_or(rows), hidden, style))?;
                self.tell_of_veil(rows.iter().any(|row| hidden(row).is_some()));
                if cut < rows.len() {
                    self.status(&format!(
                        "the first {cut} of {} rows; --json or a pipe has them all",
                        rows.len()
                    ));
                }
                Ok(())
            }
        }
    }

    /// Answers with one record, as a card for a person.
    pub(crate) fn record<R: Serialize + Concerns>(
        &self,
        record: &R,
        card: impl FnOnce(&R) -> Card,
    ) -> Result<(), OutputError> {
        self.drawn(record, |hidden, style| card(record).draw(hidden, style.color))
    }

    /// Answers with one record, as `draw` has it for a person; it is told what to say in place of a
    /// record that is hidden, and makes safe what it shows.
    pub(crate) fn drawn<R: Serialize + Concerns>(
        &self,
        record: &R,
        draw: impl FnOnce(Option<&str>, Style) -> String,
    ) -> Result<(), OutputError> {
        match self.format {
            Format::Json => {
                let text = serde_json::to_string_pretty(record).map_err(bug)?;
                self.answer(&format!("{}\n", escaped(text)))
            }
            Format::Jsonl => {
                self.answer(&format!("{}\n", json(record).map_err(OutputError::Stdout)?))
            }
            Format::Csv => self.answer(&csv(None, std::slice::from_ref(record))?),
            _ => {
                let hidden = self.hides(&record.about());
                self.answer(&draw(hidden.as_deref(), self.drawing()))?;
                self.tell_of_veil(hidden.is_some());
                Ok(())
            }
        }
    }

    /// Shows lines after the answer, to people only: under their head.
    pub(crate) fn lines_below(
        &self,
        about: &About,
        head: &str,
        lines: &[String],
    ) -> Result<(), OutputError> {
        if self.format != Format::Table || lines.is_empty() || self.hides(about).is_some() {
            return Ok(());
        }
        let mut text = format!("{}\n", paint(head, Tone::Dim, self.drawing().color));
        for line in lines {
            text.push_str(&format!("  {}\n", safe(line)));
        }
        // In a file it goes below what was written a moment ago.
        match &self.file {
            Some((path, _)) => {
                files::append(path, text.as_bytes()).map_err(|error| OutputError::file(path, error))
            }
            None => self.answer(&text),
        }
    }

    /// Answers with a page.
    pub(crate) fn page(&self, page: &Page) -> Result<(), OutputError> {
        let hides = |about: &About| self.hides(about);
        self.answer(&page.draw(hides, self.drawing()))?;
        self.tell_of_veil(page.is_about(|about| hides(about).is_some()));
        Ok(())
    }

    /// Answers with text that was composed elsewhere. It is made safe for a terminal.
    pub(crate) fn text(&self, about: &About, text: &str) -> Result<(), OutputError> {
        let hidden = self.hides(about);
        match &hidden {
            Some(instead) => self.answer(&format!("{instead}\n"))?,
            None => self.answer(&safe(text))?,
        }
        self.tell_of_veil(hidden.is_some());
        Ok(())
    }

    /// Hides what the veil is over, from now on.
    pub(crate) fn draw_veil(&self, veil: Option<Veil>) {
        *self.veil.borrow_mut() = veil;
    }

    /// Whether something is hidden on the screen.
    pub(crate) fn is_veiled(&self) -> bool {
        self.veil.borrow().is_some() && self.file.is_none()
    }

    /// What is said on the screen in place of something, if it is hidden. A file is no screen.
    pub(crate) fn hides(&self, about: &About) -> Option<String> {
        let veil = self.veil.borrow();
        veil.as_ref().filter(|_| self.file.is_none())?.over(about)
    }

    /// Tells that something was hidden, and how to see it.
    fn tell_of_veil(&self, hidden: bool) {
        if hidden {
            self.status(
                "discreet: other engagements show by reference only; what you name is shown",
            );
        }
    }

    /// Answers with bytes of a format that a terminal obeys nothing of, to the letter.
    pub(crate) fn exact(&self, text: &str) -> Result<(), OutputError> {
        self.answer(text)
    }

    /// How rows are drawn inside other text that is set in by `indent`: without colour.
    pub(crate) fn plain_style(&self, indent: usize) -> Style {
        Style { color: false, width: self.style.width.map(|width| width.saturating_sub(indent)) }
    }

    fn drawing(&self) -> Style {
        match self.file {
            Some(_) => Style { color: false, width: None },
            None => self.style,
        }
    }

    fn answer(&self, text: &str) -> Result<(), OutputError> {
        let Some((path, over)) = &self.file else {
            if matches!(self.format, Format::Table | Format::Text) && paged(&self.pager, text) {
                return Ok(());
            }
            let mut out = io::stdout().lock();
            return match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(OutputError::Closed),
                Err(error) => Err(OutputError::Stdout(error)),
                Ok(()) => Ok(()),
            };
        };
        let written = if *over && path.exists() {
            files::replace_private(path, text.as_bytes())
        } else {
            files::write_private(path, text.as_bytes())
        };
        written.map_err(|error| OutputError::file(path, error))
    }

    /// Shows a secret to the person at the terminal; it never goes to stdout or into a file.
    pub(crate) fn secret(&self, line: &str) -> Result<(), OutputError> {
        let mut terminal = io::stderr().lock();
        writeln!(terminal, "\n    {line}\n").map_err(OutputError::Stdout)
    }

    /// Says something in a conversation at the terminal, beside the answer, wrapped at words; further
    /// lines are set in like the first. Quiet does not silence it.
    pub(crate) fn aside(&self, text: &str, tone: Tone) {
        self.told(text).lines().for_each(|line| self.say_wrapped("", line, tone));
    }

    /// Says a line behind a word such as `error:`, wrapped at words on a terminal; further lines are
    /// set in like the first.
    fn say_wrapped(&self, word: &str, line: &str, tone: Tone) {
        let (set_in, words) = line.split_at(line.len() - line.trim_start().len());
        let room =
            self.error_width.map(|width| width.saturating_sub(set_in.len()).max(LEAST_WRAPPED));
        let whole = if word.is_empty() { words.to_owned() } else { format!("{word} {words}") };
        for (at, line) in wrap(&whole, room).iter().enumerate() {
            let line = match line.strip_prefix(word).filter(|_| at == 0 && !word.is_empty()) {
                Some(rest) => {
                    let tone = match word {
                        "error:" => Tone::Bad,
                        "warning:" => Tone::Strong,
                        _ => Tone::Dim,
                    };
                    format!("{}{rest}", paint(word, tone, self.error_color))
                }
                None => paint(line, tone, self.error_color),
            };
            self.say(&format!("{set_in}{line}"));
        }
    }

    /// Shows a page beside the answer.
    pub(crate) fn page_aside(&self, page: &Page) {
        let style = Style { color: self.error_color, width: self.error_width };
        let drawn = page.draw(|about| self.hides(about), style);
        drawn.lines().for_each(|line| self.say(line));
    }

    /// Says what happens, unless the person asked for quiet.
    pub(crate) fn status(&self, text: &str) {
        if !self.quiet {
            self.told(text).lines().for_each(|line| self.say_wrapped("", line, Tone::Dim));
        }
    }

    /// Says what only a curious person wants to know.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.say(&paint(&self.told(text), Tone::Dim, self.error_color));
        }
    }

    /// Warns; quiet does not silence it.
    pub(crate) fn warning(&self, text: &str) {
        self.say_behind("warning:", text);
    }

    /// Says what to type next.
    pub(crate) fn hint(&self, text: &str) {
        self.say_behind("hint:", text);
    }

    /// Says what went wrong.
    pub(crate) fn error(&self, text: &str) {
        self.say_behind("error:", text);
    }

    fn say_behind(&self, word: &str, text: &str) {
        let told = self.told(text);
        let mut lines = told.lines();
        self.say_wrapped(word, lines.next().unwrap_or_default(), Tone::Plain);
        lines.for_each(|line| self.say_wrapped("", line, Tone::Plain));
    }

    /// Words for stderr: without the names of what is hidden, and safe for a terminal.
    fn told(&self, text: &str) -> String {
        let veil = self.veil.borrow();
        veil.as_ref().map_or_else(|| safe(text), |veil| safe(&veil.unnamed(text)))
    }

    fn say(&self, line: &str) {
        // Where stderr is gone there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

/// Shows a text that is longer than the terminal; false where it is to be printed.
pub(crate) fn paged(pager: &Option<Pager>, text: &str) -> bool {
    pager.as_ref().is_some_and(|pager| pager.is_for(text) && pager.show(text))
}

/// Prints text that clap composed: help and version on stdout, errors on stderr.
pub(crate) fn raw(text: &str, to_stderr: bool) -> io::Result<()> {
    if to_stderr {
        io::stderr().lock().write_all(text.as_bytes())
    } else {
        io::stdout().lock().write_all(text.as_bytes())
    }
}

/// Whether a file name for an answer is a word of `--output` by mistake.
pub(crate) fn is_format_word(path: &Path) -> bool {
    use crate::domain::word::Word;
    path.to_str().is_some_and(|name| Format::from_word(name).is_some())
}

fn bug(error: impl Into<io::Error>) -> OutputError {
    OutputError::Stdout(error.into())
}

fn json(record: &impl Serialize) -> io::Result<String> {
    Ok(escaped(serde_json::to_string(record)?))
}

fn json_array(rows: &[impl Serialize]) -> Result<String, OutputError> {
    let mut text = String::from("[");
    for (at, row) in rows.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&json(row).map_err(OutputError::Stdout)?);
    }
    text.push_str(if rows.is_empty() { "]\n" } else { "\n]\n" });
    Ok(text)
}

/// JSON escapes the first 32 control characters only; a terminal obeys more of them.
fn escaped(json: String) -> String {
    let hostile = |letter: char| matches!(letter, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !json.contains(hostile) {
        return json;
    }
    json.chars().fold(String::with_capacity(json.len()), |mut text, letter| {
        if hostile(letter) {
            text.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            text.push(letter);
        }
        text
    })
}

/// CSV (RFC 4180) with the record's JSON keys as its head; lists in one cell are parted by `; `. Its
/// cells are safe to look at; JSON has what was stored to the letter.
fn csv(keys: Option<&[&str]>, rows: &[impl Serialize]) -> Result<String, OutputError> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if let Some(keys) = keys {
        writer.write_record(keys).map_err(bug)?;
    }
    for row in rows {
        let value = serde_json::to_value(row).map_err(bug)?;
        let Some(object) = value.as_object() else { continue };
        match keys {
            Some(keys) => debug_assert!(object.keys().eq(keys), "{keys:?}"),
            None => writer.write_record(object.keys()).map_err(bug)?,
        }
        writer.write_record(object.values().map(|value| safe(&csv_cell(value)))).map_err(bug)?;
    }
    let bytes = writer.into_inner().map_err(|error| bug(error.into_error()))?;
    String::from_utf8(bytes).map_err(|error| bug(io::Error::other(error)))
}

fn csv_cell(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) if !parts.iter().any(Value::is_object) => {
            parts.iter().map(csv_cell).collect::<Vec<_>>().join("; ")
        }
        Value::Array(_) | Value::Object(_) => escaped(value.to_string()),
        other => other.to_string(),
    }
}
