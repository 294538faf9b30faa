//! The line that is being typed: which command it names so far, which values are there, and what
//! is wanted where the cursor stands.

use clap::{Arg, ArgAction, Command};

use super::values::{self, Values};
use crate::commands::completions::Shell;
use crate::store::offer::Glance;

/// Commands that write into the session that goes on unless another is named.
const CAPTURES: [&str; 5] = ["check-in", "deep-dive", "challenge", "action-planning", "note"];

/// Something that may follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Offer {
    pub(super) value: String,
    /// What it means, if there is something to say.
    pub(super) about: String,
    /// Whether that is a record's title.
    pub(super) is_title: bool,
}

impl Offer {
    pub(super) fn new(value: impl Into<String>, about: impl std::fmt::Display) -> Self {
        let about = about.to_string().lines().next().unwrap_or_default().to_owned();
        Self { value: value.into(), about, is_title: false }
    }
}

/// The words before the cursor; the last one is being typed.
pub(super) fn words(shell: Shell, typed: &str) -> Vec<String> {
    // PowerShell ends what it pipes with a line end of its own.
    let typed =
        if shell == Shell::Powershell { typed.trim_end_matches(['\r', '\n']) } else { typed };
    let words = typed.strip_suffix('\0').unwrap_or(typed).split('\0');
    match shell {
        Shell::Bash => {
            // Bash gives words as they were typed, quotes and all.
            words.map(unquoted).collect()
        }
        _ => words.map(str::to_owned).collect(),
    }
}

fn unquoted(word: &str) -> String {
    let (mut plain, mut quote) = (String::new(), None);
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => plain.extend(letters.next()),
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            _ => plain.push(letter),
        }
    }
    plain
}

/// The grammar, built as far as the words need it: the whole costs more than all the rest.
pub(super) fn pruned(grammar: Command, words: &[String]) -> Command {
    let named = |command: &Command| {
        words.iter().any(|word| {
            command.get_name() == word || command.get_all_aliases().any(|alias| alias == word)
        })
    };
    let others: Vec<String> = grammar
        .get_subcommands()
        .filter(|command| !named(command))
        .map(|command| command.get_name().to_owned())
        .collect();
    let mut pruned = others.iter().fold(grammar, |grammar, name| {
        grammar.mut_subcommand(name, |command| {
            // What would add the verbs is exchanged for what adds none.
            command.subcommand_required(false).arg_required_else_help(false).defer(|noun| noun)
        })
    });
    pruned.build();
    pruned
}

/// Where the cursor stands.
enum Cursor<'g> {
    /// At a word that is none of a flag's.
    Word,
    /// In the value of a flag.
    Value(&'g Arg),
}

/// A line that was understood up to the cursor.
pub(super) struct Line<'g> {
    grammar: &'g Command,
    command: &'g Command,
    /// Values by the id of their argument.
    values: Vec<(&'g str, String)>,
    /// How many positionals are there.
    positionals: usize,
    /// Whether `--` has ended the flags.
    flags_ended: bool,
    cursor: Cursor<'g>,
    /// What stands in the word before its value: `--output=`.
    before: String,
    begun: String,
}

impl<'g> Line<'g> {
    /// Reads the words; nothing where they make no sense.
    pub(super) fn read(grammar: &'g Command, mut words: Vec<String>) -> Option<Self> {
        let begun = words.pop()?;
        let mut line = Self {
            grammar,
            command: grammar,
            values: Vec::new(),
            positionals: 0,
            flags_ended: false,
            cursor: Cursor::Word,
            before: String::new(),
            begun,
        };
        let mut waiting: Option<&'g Arg> = None;
        for word in words {
            waiting = match waiting {
                // Bash parts words at ‘=’: the value follows.
                Some(flag) if word == "=" => Some(flag),
                Some(flag) => {
                    line.values.push((flag.get_id().as_str(), word));
                    None
                }
                None => line.take(word)?,
            };
        }
        match waiting {
            Some(flag) => {
                line.cursor = Cursor::Value(flag);
                if line.begun == "=" {
                    line.begun.clear();
                }
            }
            None => line.split_flag(),
        }
        Some(line)
    }

    /// Takes a whole word; gives the flag whose value follows, if it is one that takes any.
    fn take(&mut self, word: String) -> Option<Option<&'g Arg>> {
        if self.flags_ended {
            self.take_positional(word);
        } else if word == "--" {
            self.flags_ended = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            let flag = self.long(name)?;
            let id = flag.get_id().as_str();
            match value {
                Some(value) => self.values.push((id, value)),
                None if flag.get_action().takes_values() => return Some(Some(flag)),
                None => self.values.push((id, String::new())),
            }
        } else if word.len() > 1 && word.starts_with('-') {
            let mut letters = word[1..].chars();
            while let Some(letter) = letters.next() {
                // A negative number is no flag.
                let Some(flag) = self.short(letter) else {
                    self.take_positional(word);
                    return Some(None);
                };
                if flag.get_action().takes_values() {
                    let rest = letters.as_str();
                    if rest.is_empty() {
                        return Some(Some(flag));
                    }
                    let rest = rest.strip_prefix('=').unwrap_or(rest).to_owned();
                    self.values.push((flag.get_id().as_str(), rest));
                    return Some(None);
                }
                self.values.push((flag.get_id().as_str(), String::new()));
            }
        } else if let Some(command) =
            self.command.find_subcommand(&word).filter(|_| self.positionals == 0)
        {
            self.command = command;
        } else if self.command.has_subcommands() {
            return None;
        } else {
            self.take_positional(word);
        }
        Some(None)
    }

    fn take_positional(&mut self, word: String) {
        if let Some(arg) = self.positional() {
            self.values.push((arg.get_id().as_str(), word));
        }
        self.positionals += 1;
    }

    /// The positional that the next word is; the last may take many.
    fn positional(&self) -> Option<&'g Arg> {
        let all: Vec<&Arg> = self.command.get_positionals().collect();
        let last = all.last().filter(|arg| {
            matches!(arg.get_action(), ArgAction::Append)
                || arg.get_num_args().is_some_and(|range| range.max_values() > 1)
        });
        all.get(self.positionals).or(last).copied()
    }

    fn long(&self, name: &str) -> Option<&'g Arg> {
        self.command.get_arguments().find(|arg| {
            arg.get_long() == Some(name)
                || arg.get_all_aliases().is_some_and(|all| all.contains(&name))
        })
    }

    fn short(&self, letter: char) -> Option<&'g Arg> {
        self.command.get_arguments().find(|arg| arg.get_short() == Some(letter))
    }

    /// Parts `--output=js`, so that the value alone is begun.
    fn split_flag(&mut self) {
        let parts = self.begun.split_once('=').filter(|_| !self.flags_ended);
        let flag = parts.and_then(|(flag, _)| self.long(flag.strip_prefix("--")?));
        if let (Some((name, value)), Some(flag)) = (parts, flag)
            && flag.get_action().takes_values()
        {
            self.before = format!("{name}=");
            self.begun = value.to_owned();
            self.cursor = Cursor::Value(flag);
        }
    }

    /// What stands in the word before what is begun.
    pub(super) fn before(&self) -> &str {
        &self.before
    }

    /// What the wanted value begins with.
    pub(super) fn begun(&self) -> &str {
        &self.begun
    }

    /// The last value of an argument.
    pub(super) fn value_of(&self, id: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| *name == id).map(|(_, value)| value.as_str())
    }

    /// What the journal is asked beside the kind of thing.
    pub(super) fn glance(&self, titles: bool, discreet: Option<bool>) -> Glance {
        let engagement = self.value_of("meant").or_else(|| self.value_of("engagement"));
        let begun = match self.is_small_ref() {
            true => self.begun.to_ascii_uppercase(),
            false => self.begun.clone(),
        };
        let in_session = CAPTURES.contains(&self.command.get_name());
        Glance { engagement: engagement.map(str::to_owned), in_session, titles, begun, discreet }
    }

    /// A ref in the case in which it was begun: a shell compares letter by letter.
    pub(super) fn as_begun(&self, value: String) -> String {
        if self.is_small_ref() { value.to_ascii_lowercase() } else { value }
    }

    /// Whether a ref is begun in small letters, as people type it.
    fn is_small_ref(&self) -> bool {
        let mut letters = self.begun.chars();
        letters.next().is_some_and(|first| first.is_ascii_lowercase())
            && letters.all(|digit| digit.is_ascii_digit())
            && matches!(self.wanted_arg().map(values::of), Some(Values::Recorded(wanted)) if wanted.is_refs())
    }

    fn wanted_arg(&self) -> Option<&'g Arg> {
        match self.cursor {
            Cursor::Value(flag) => Some(flag),
            Cursor::Word => self.positional(),
        }
    }

    /// What may follow.
    pub(super) fn wanted(&self) -> Values {
        if let Cursor::Value(flag) = self.cursor {
            return self.values_of(flag);
        }
        if self.begun.starts_with('-') && !self.flags_ended {
            return Values::These(self.flags());
        }
        if self.command.has_subcommands() && !self.flags_ended {
            return Values::These(commands(self.command));
        }
        self.positional().map_or_else(Values::none, |arg| self.values_of(arg))
    }

    fn values_of(&self, arg: &Arg) -> Values {
        match arg.get_id().as_str() {
            // `help` and `man` name a command by its words.
            "command" => {
                let words = self.values.iter().filter(|(id, _)| *id == "command");
                let found = words
                    .map(|(_, word)| word)
                    .try_fold(self.grammar, |command, word| command.find_subcommand(word));
                found.map_or_else(Values::none, |command| Values::These(commands(command)))
            }
            // A paper is named by its engagement too; what was removed is not shown.
            "record" if !matches!(self.command.get_name(), "show" | "render") => Values::none(),
            _ if self.command.get_name() == "restore" => Values::none(),
            "action" if self.command.get_name() == "reopen" => Values::closed_actions(),
            _ => values::of(arg),
        }
    }

    /// The flags of the command; those that many commands take once a letter of one is typed.
    fn flags(&self) -> Vec<Offer> {
        let named = !self.begun.trim_start_matches('-').is_empty();
        let flags = self.command.get_arguments().filter(|arg| {
            let again = matches!(arg.get_action(), ArgAction::Append | ArgAction::Count);
            let used = self.values.iter().any(|(id, _)| arg.get_id() == id);
            (!arg.is_hide_set() || named) && (again || !used)
        });
        let offer = |arg: &Arg| {
            let long = arg.get_long()?;
            Some(Offer::new(format!("--{long}"), arg.get_help().cloned().unwrap_or_default()))
        };
        flags.filter_map(offer).collect()
    }
}

fn commands(command: &Command) -> Vec<Offer> {
    let shown = command.get_subcommands().filter(|each| !each.is_hide_set());
    shown
        .map(|each| Offer::new(each.get_name(), each.get_about().cloned().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_bash_lose_their_quotes() {
        for (typed, plain) in [
            ("acme", "acme"),
            ("'a b'", "a b"),
            ("\"a\\\"b", "a\"b"),
            ("a\\ b", "a b"),
            ("'a\\b'", "a\\b"),
        ] {
            assert_eq!(unquoted(typed), plain);
        }
        assert_eq!(words(Shell::Zsh, "due\0\0"), ["due", ""]);
        assert_eq!(words(Shell::Powershell, "due\0--\0\r\n"), ["due", "--"]);
    }

    fn line(text: &str) -> (Vec<String>, Command) {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let grammar = pruned(crate::commands::grammar(), &words);
        (words, grammar)
    }

    fn offers(text: &str) -> Vec<String> {
        let (words, grammar) = line(text);
        match Line::read(&grammar, words).map(|line| (line.begun.clone(), line.wanted())) {
            Some((begun, Values::These(offers))) => offers
                .into_iter()
                .map(|offer| offer.value)
                .filter(|value| value.starts_with(&begun))
                .collect(),
            Some((_, Values::Methods)) => vec![":methods".to_owned()],
            Some((_, Values::Files)) => vec![":files".to_owned()],
            Some((_, Values::Recorded(wanted))) => vec![format!("{wanted:?}")],
            None => Vec::new(),
        }
    }

    #[test]
    fn what_is_wanted_follows_from_the_words_before_the_cursor() {
        for (text, wanted) in [
            ("session sh", &["show"][..]),
            ("eng phase", &["phase-down"]),
            ("session start ", &["Engagements"]),
            ("prep -e ", &["Engagements"]),
            ("due --json -qe ", &["Engagements"]),
            ("session start acme --kind me", &[]),
            ("session start acme --kind mid", &["mid-review"]),
            ("due --output=js", &["json", "jsonl"]),
            ("due --output = js", &["json", "jsonl"]),
            ("due --output =", &FORMS),
            ("due --wi", &["--within"]),
            ("due --within 7d --wi", &[]),
            ("check-in --done A1 --do", &["--done"]),
            ("check-in --done ", &["Records(Action)"]),
            ("action reopen ", &["ClosedActions"]),
            ("action restore ", &[]),
            ("engagement restore ", &[]),
            ("goal kr set ", &["Records(KeyResult)"]),
            ("habit tick ", &["Records(Habit)"]),
            ("habit restore ", &[]),
            ("goal kr set K1 ", &[]),
            ("goal kr set K1 -2 ", &[]),
            ("recap ", &["Records(Session)"]),
            ("note --stage ", &["Stages"]),
            ("note --session ", &["Records(Session)"]),
            ("note some words ", &[]),
            ("note -- --s", &[]),
            ("due -o ", &[":files"]),
            ("--journal ", &[":files"]),
            ("help session st", &["start"]),
            ("help goal kr ", &["add", "edit", "list", "remove", "restore", "set", "show"]),
            ("no-such-thing ", &[]),
            ("due --no-such-flag ", &[]),
        ] {
            let mut found = offers(text);
            found.sort();
            let mut wanted = wanted.to_vec();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{text}");
        }
        assert_eq!(offers("due --"), ["--within", "--exit-code", "--help"], "common ones wait");
        assert_eq!(offers("due --jo"), ["--journal"]);
        assert_eq!(offers("--vers"), ["--version"]);
        assert!(offers("").len() > 20);
    }

    const FORMS: [&str; 11] = [
        "table",
        "json",
        "jsonl",
        "csv",
        "hledger",
        "markdown",
        "html",
        "text",
        "ubl",
        "xlsx",
        "taskwarrior",
    ];

    #[test]
    fn every_ref_of_the_grammar_is_of_a_known_noun() {
        fn each(command: &Command, path: &str, strange: &mut Vec<String>) {
            for arg in command.get_arguments() {
                let value = arg.get_value_names().and_then(|names| names.first());
                let is_ref = value
                    .is_some_and(|name| ["REF", "ENGAGEMENT", "SESSION"].contains(&name.as_str()));
                let known =
                    matches!(values::of(arg), Values::Recorded(_)) || arg.get_id() == "record";
                if is_ref && !known {
                    strange.push(format!("{path} {}", arg.get_id()));
                }
            }
            for child in command.get_subcommands() {
                each(child, &format!("{path} {}", child.get_name()), strange);
            }
        }
        let mut grammar = crate::commands::grammar();
        grammar.build();
        let mut strange = Vec::new();
        each(&grammar, "coach", &mut strange);
        assert!(strange.is_empty(), "say in complete/values.rs what these want: {strange:?}");
    }
}
