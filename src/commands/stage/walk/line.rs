//! What may be typed at a question of a walk: words, with a short prefix where they are of another
//! kind or shared, or a move.

use crate::domain::action::OutcomeKind;
use crate::domain::session::NoteKind;
use crate::domain::word::Word;

/// A line, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Typed {
    /// Enter alone.
    Nothing,
    Words(Words),
    /// The words are to be written in the editor, which begins with these.
    Editor(Words),
    Move(Move),
}

/// Words, and what their prefix says of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Words {
    /// Absent where the prefix names none.
    pub(crate) kind: Option<NoteKind>,
    pub(crate) shared: bool,
    /// They are words whatever they look like.
    pub(crate) as_it_stands: bool,
    pub(crate) text: String,
}

/// Somewhere else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Move {
    Back,
    /// To the next stage.
    Skip,
    /// To the stage that is named.
    Go(String),
    Pause,
    /// To the end of the session.
    End,
    Undo,
    Help,
}

/// For whom a line of the help is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Help {
    Everybody,
    /// Whoever is where a line is a thought.
    Thoughts,
    /// Whoever is at action planning, where it is a commitment.
    Planning,
    /// The same, by oneself.
    OwnPlanning,
    /// Whoever coaches somebody.
    Coach,
    /// Whoever is at the check-in with somebody.
    CheckIn,
    /// Whoever is at it alone.
    OwnCheckIn,
    /// Whoever walks through the whole session.
    Session,
    /// Whoever walks through one stage.
    Stage,
}

/// What else a line can say, for people.
pub(crate) const HELP: &[(&str, Help)] = &[
    (
        "Enter alone goes on. A line and Enter stores a thought, for your eyes alone.",
        Help::Thoughts,
    ),
    (
        "Enter alone goes on. A line and Enter stores a commitment, which the coachee may read; N3 \
         makes one of that insight.",
        Help::Planning,
    ),
    ("Enter alone goes on. A line and Enter stores a commitment.", Help::OwnPlanning),
    (
        "d, p, m or x, and what you make of it: done, partly, missed, dropped. d A3 tells of \
         another one.",
        Help::OwnCheckIn,
    ),
    (
        "d, p, m or x, and what they said of it: done, partly, missed, dropped; the coachee may \
         read that. d A3 tells of another one.",
        Help::CheckIn,
    ),
    ("!words  an insight        ?words  a question", Help::Everybody),
    ("/p words  perspective     /a words  assumption    /b words  blind spot", Help::Everybody),
    ("/r words  reframe         /s words  support       /t words  thought", Help::Everybody),
    ("> words  shared with the coachee; also >!words, >/r words", Help::Coach),
    ("/e  write in the editor, also > !/e", Help::Everybody),
    ("/undo  take the last answer back   Ctrl-U  empty the line", Help::Everybody),
    ("/back   /skip (the stage)   /go STAGE   /end   /pause", Help::Session),
    ("/back   /skip (to the end)   /pause", Help::Stage),
    ("A line that begins with a space is stored as it stands.", Help::Everybody),
];

/// The letters that stand for a kind.
const LETTERS: &[(&str, NoteKind)] = &[
    ("t", NoteKind::Thought),
    ("q", NoteKind::Question),
    ("p", NoteKind::Perspective),
    ("i", NoteKind::Insight),
    ("a", NoteKind::Assumption),
    ("b", NoteKind::BlindSpot),
    ("r", NoteKind::Reframe),
    ("s", NoteKind::Support),
];

/// Reads a line, or says what is wrong with it.
pub(crate) fn read(line: &str) -> Result<Typed, String> {
    if line.trim().is_empty() {
        return Ok(Typed::Nothing);
    }
    if line.starts_with(char::is_whitespace) {
        return Ok(Typed::Words(Words { as_it_stands: true, ..Words::plain(line) }));
    }
    if line.trim_end() == "?" {
        return Ok(Typed::Move(Move::Help));
    }
    let (shared, rest) = match line.strip_prefix('>') {
        Some(rest) if rest.starts_with([' ', '!', '?', '/']) => (true, rest.trim_start()),
        _ => (false, line),
    };
    let of = |kind, text: &str| match text.trim() {
        "" => Err("there are no words on this line".to_owned()),
        text if text == "/e" || text.starts_with("/e ") => {
            Ok(Typed::Editor(Words { kind, shared, ..Words::plain(&text[2..]) }))
        }
        text => Ok(Typed::Words(Words { kind, shared, ..Words::plain(text) })),
    };
    match (rest.strip_prefix('!'), rest.strip_prefix('?'), rest.strip_prefix('/')) {
        // ‘!!!’ and ‘??’ are words.
        (Some(text), ..) if !text.starts_with('!') => of(Some(NoteKind::Insight), text),
        (_, Some(text), _) if !text.starts_with('?') => of(Some(NoteKind::Question), text),
        (.., Some(command)) => {
            let (name, text) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
            let letter = LETTERS.iter().find(|(letter, _)| *letter == name).map(|(_, kind)| *kind);
            match (letter.or_else(|| NoteKind::from_word(name)), moved(name, text.trim())) {
                (Some(kind), _) => of(Some(kind), text),
                (None, Some(_)) if shared => Err("a move is shared with nobody".to_owned()),
                (None, Some(moved)) => Ok(Typed::Move(moved)),
                (None, None) if ["e", "edit"].contains(&name) => {
                    Ok(Typed::Editor(Words { shared, ..Words::plain(text) }))
                }
                (None, None) => Err(format!(
                    "‘/{name}’ is not known; ? shows what is, and a space before the line stores it as it stands"
                )),
            }
        }
        _ => of(None, rest),
    }
}

fn moved(name: &str, text: &str) -> Option<Move> {
    Some(match (name, text) {
        ("back", "") => Move::Back,
        ("skip", "") => Move::Skip,
        ("go", stage) if !stage.is_empty() => Move::Go(stage.to_owned()),
        ("pause", "") => Move::Pause,
        ("end", "") => Move::End,
        ("undo", "") => Move::Undo,
        ("help", "") => Move::Help,
        _ => return None,
    })
}

/// How a commitment went, as a line says it: `d`, `p`, `m` or `x`, or the word, and after it what
/// was made of it. Nothing where the line says no outcome.
pub(crate) fn outcome(line: &str) -> Option<(OutcomeKind, &str)> {
    let line = line.trim();
    let end = line.find(|c: char| !c.is_alphabetic()).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let outcome = match word.to_lowercase().as_str() {
        "d" | "done" => OutcomeKind::Done,
        "p" | "partly" => OutcomeKind::Partly,
        "m" | "missed" => OutcomeKind::Missed,
        "x" | "drop" | "dropped" => OutcomeKind::Dropped,
        _ => return None,
    };
    // ‘d’or’ and ‘p-value’ are words.
    let parts = rest.is_empty() || rest.starts_with([' ', ':', ',', ';', '.', '!', '\n']);
    parts.then(|| (outcome, rest.trim_start_matches([' ', ':', ',', ';', '.', '!', '\n'])))
}

impl Words {
    /// Words of which nothing more is said.
    pub(crate) fn plain(text: &str) -> Self {
        Self { kind: None, shared: false, as_it_stands: false, text: text.trim().to_owned() }
    }

    /// The line that says the same.
    pub(crate) fn as_typed(&self) -> String {
        let says_more = !matches!(read(&self.text), Ok(Typed::Words(words)) if words == Self::plain(&self.text));
        if self.as_it_stands || says_more && self.kind.is_none() && !self.shared {
            return format!(" {}", self.text);
        }
        let shared = if self.shared { "> " } else { "" };
        let kind = LETTERS.iter().find(|(_, kind)| Some(*kind) == self.kind);
        let kind = kind.map_or_else(String::new, |(letter, _)| format!("/{letter} "));
        format!("{shared}{kind}{}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(kind: Option<NoteKind>, shared: bool, text: &str) -> Result<Typed, String> {
        Ok(Typed::Words(Words { kind, shared, ..Words::plain(text) }))
    }

    #[test]
    fn a_line_is_a_thought_unless_a_prefix_says_more() {
        let insight = Some(NoteKind::Insight);
        assert_eq!(read("She looked away"), words(None, false, "She looked away"));
        assert_eq!(read("!it is fear"), words(insight, false, "it is fear"));
        assert_eq!(read("? who decides"), words(Some(NoteKind::Question), false, "who decides"));
        assert_eq!(read("> so it is"), words(None, true, "so it is"));
        assert_eq!(read(">! it is fear"), words(insight, true, "it is fear"));
        assert_eq!(read("> /r a gift"), words(Some(NoteKind::Reframe), true, "a gift"));
        assert_eq!(read("/blind-spot me"), words(Some(NoteKind::BlindSpot), false, "me"));
        assert_eq!(read("/i 東京"), words(insight, false, "東京"));
        let long = Words { kind: insight, shared: true, ..Words::plain("it is") };
        assert_eq!(read("> !/e it is"), Ok(Typed::Editor(long)));
    }

    #[test]
    fn what_only_looks_like_a_prefix_is_words() {
        for line in [">50% left", "!!! enough", "??", "- a list", "+49 170", "1. first"] {
            assert_eq!(read(line), words(None, false, line), "{line}");
        }
        let path = Words { as_it_stands: true, ..Words::plain("/etc/passwd is a file") };
        assert_eq!(read(" /etc/passwd is a file"), Ok(Typed::Words(path)));
        assert_eq!(read("one\ntwo"), words(None, false, "one\ntwo"));
    }

    #[test]
    fn moves_are_whole_words_and_a_slip_is_said() {
        assert_eq!(read("  "), Ok(Typed::Nothing));
        assert_eq!(read("?"), Ok(Typed::Move(Move::Help)));
        assert_eq!(read("/back"), Ok(Typed::Move(Move::Back)));
        assert_eq!(read("/go challenge"), Ok(Typed::Move(Move::Go("challenge".to_owned()))));
        assert!(read("/etc/passwd").is_err() && read("/back to the start").is_err());
        assert!(read("!").is_err() && read("/i ").is_err() && read("> /back").is_err());
    }

    #[test]
    fn an_outcome_is_its_word_and_what_was_made_of_it() {
        use OutcomeKind::{Done, Dropped, Missed, Partly};
        assert_eq!(outcome("d"), Some((Done, "")));
        assert_eq!(outcome("Done! she beamed"), Some((Done, "she beamed")));
        assert_eq!(outcome("p: two of three"), Some((Partly, "two of three")));
        assert_eq!(outcome("missed it rained"), Some((Missed, "it rained")));
        assert_eq!(outcome("x"), Some((Dropped, "")));
        for words in ["it rained", "p-value", "d’accord", "doner", "mañana"] {
            assert_eq!(outcome(words), None, "{words}");
        }
    }

    #[test]
    fn words_are_typed_again_as_they_were_read() {
        for line in ["> /i so it is", "/b me", "plain", " !as it stands"] {
            let Ok(Typed::Words(words)) = read(line) else { panic!("{line}") };
            assert_eq!(words.as_typed(), line);
        }
    }
}
