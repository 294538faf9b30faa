//! The grammar that every command shares: the global flags, words and days as arguments, and
//! nouns whose flags are built only when the noun is named.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args, FromArgMatches, Subcommand};

use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::text::{Prose, TextError};
use crate::domain::time::{WHEN_EXAMPLES, When};
use crate::domain::word::{Setting, Visibility, Word};
use crate::platform::config::{ConfigError, Surroundings};
use crate::platform::output::{ColorWhen, Format, Output, is_format_word};
use crate::store::Shown;
use crate::store::person::Name;

/// Flags that stand before or after any command; a command refuses those that mean nothing to it.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Globals {
    /// Use this journal [env: COACH_JOURNAL]
    #[arg(long, global = true, value_name = "FILE", hide = true)]
    pub(crate) journal: Option<PathBuf>,
    /// Say which engagement is meant
    // Its id is not its name: a positional of that name would share its value.
    #[arg(
        id = "meant",
        short = 'e',
        long = "engagement",
        global = true,
        value_name = "ENGAGEMENT",
        hide = true
    )]
    pub(crate) engagement: Option<String>,
    /// Answer in this form: table, json, jsonl, csv, markdown, text …
    #[arg(long, global = true, value_name = "FORM", value_parser = word::<Format>(), hide_possible_values = true, hide = true)]
    pub(crate) output: Option<Format>,
    /// Answer in JSON, as --output json
    #[arg(long, global = true, hide = true)]
    pub(crate) json: bool,
    /// Write the answer into this file, readable by you alone
    #[arg(short = 'o', long = "file", global = true, value_name = "FILE", hide = true)]
    pub(crate) file: Option<PathBuf>,
    /// Let -o replace a file that is there
    #[arg(long, global = true, requires = "file", hide = true)]
    pub(crate) force: bool,
    /// Read as if today were this day
    #[arg(long, global = true, value_name = "DATE", value_parser = when, hide = true)]
    pub(crate) as_of: Option<When>,
    /// Never ask; fail instead
    #[arg(long, global = true, hide = true)]
    pub(crate) no_input: bool,
    /// Take it as said that you mean it
    #[arg(long, global = true, overrides_with = "yes", hide = true)]
    pub(crate) yes: bool,
    /// Try it and write nothing
    #[arg(long, global = true, hide = true)]
    pub(crate) dry_run: bool,
    /// Treat a method's warning as an error
    #[arg(long, global = true, hide = true)]
    pub(crate) strict: bool,
    /// Use the key in this file
    #[arg(long, global = true, value_name = "FILE", hide = true)]
    pub(crate) key_file: Option<PathBuf>,
    /// Use colour: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", value_parser = word::<ColorWhen>(), hide_possible_values = true, hide = true)]
    pub(crate) color: Option<ColorWhen>,
    /// Show other engagements by their reference only [env: COACH_DISCREET]
    #[arg(long, global = true, hide = true)]
    pub(crate) discreet: bool,
    /// Say nothing but the answer and warnings
    #[arg(short, long, global = true, hide = true)]
    pub(crate) quiet: bool,
    /// Say which files are used
    #[arg(short, long, global = true, conflicts_with = "quiet", hide = true)]
    pub(crate) verbose: bool,
}

impl Globals {
    /// The form of the answer.
    pub(crate) fn format(&self) -> Format {
        match self.output {
            Some(format) => format,
            None if self.json => Format::Json,
            None => Format::Table,
        }
    }

    /// The output that these flags ask for.
    pub(crate) fn output(&self, around: &Surroundings, color: ColorWhen) -> Output {
        let mut output = Output::new(around, self.format(), color);
        output.quiet = self.quiet;
        output.verbose = self.verbose;
        // ‘-’ is stdout, as everywhere.
        let file = self.file.clone().filter(|path| path.as_os_str() != "-");
        output.file = file.map(|path| (path, self.force));
        output
    }

    /// When colour is used: as the flag says, else the environment, else the config file.
    pub(crate) fn color(&self, around: &Surroundings) -> Result<ColorWhen, ConfigError> {
        match self.color {
            Some(color) => Ok(color),
            None if around.says_color() => Ok(ColorWhen::Auto),
            None => around.config().map(|config| config.color),
        }
    }

    /// Refuses flags that contradict each other.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.json && self.output.is_some_and(|format| format != Format::Json) {
            return Err(Failure::usage("--json and --output ask for different forms")
                .hint("leave one of them out"));
        }
        if let Some(path) = self.file.as_ref().filter(|path| is_format_word(path)) {
            let word = path.display();
            return Err(Failure::usage(format!("-o names a file, and ‘{word}’ is a form"))
                .hint(format!("say --output {word}, or -o ./{word} for a file of that name")));
        }
        Ok(())
    }
}

/// What a command line names by itself: its engagements, refs, people and organisations. A ref
/// that stands behind a flag, such as `--done A1`, names nothing: it may be a slip.
pub(crate) fn named(matches: &ArgMatches, grammar: &clap::Command) -> Shown {
    let (mut leaf, mut command) = (matches, Some(grammar));
    while let Some((name, below)) = leaf.subcommand() {
        (leaf, command) = (below, command.and_then(|above| above.find_subcommand(name)));
    }
    let own: BTreeSet<&str> = command
        .into_iter()
        .flat_map(|command| command.get_positionals().map(|arg| arg.get_id().as_str()))
        .collect();
    let mut shown = Shown::default();
    for id in leaf.ids().map(clap::Id::as_str) {
        if let Ok(Some(texts)) = leaf.try_get_many::<String>(id) {
            match id {
                "engagement" | "meant" | "method" => shown.engagements.extend(texts.cloned()),
                // A ref, an id or an engagement.
                "record" => texts.for_each(|text| match text.parse() {
                    Ok(handle) => shown.records.push(handle),
                    Err(_) => shown.engagements.push(text.clone()),
                }),
                _ => {}
            }
        }
        if let Ok(Some(handles)) = leaf.try_get_many::<Handle>(id)
            && own.contains(id)
        {
            shown.records.extend(handles.cloned());
        }
        let names = leaf.try_get_many::<Name>(id).ok().flatten().into_iter().flatten();
        let settings = leaf.try_get_many::<Setting<Name>>(id).ok().flatten();
        let settings = settings.into_iter().flatten().cloned().filter_map(Setting::value);
        for name in names.cloned().chain(settings) {
            match name {
                Name::Handle(handle) if own.contains(id) => shown.records.push(handle),
                Name::Handle(_) => {}
                Name::Text(text) => shown.names.push(text.to_string()),
            }
        }
    }
    shown
}

/// A noun whose verbs and flags are built only when it is named: the whole tree at once costs more
/// than all the rest of a start.
#[derive(Debug)]
pub(crate) struct Lazy<T>(pub(crate) T);

impl<T: FromArgMatches> FromArgMatches for Lazy<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(Lazy)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches_mut(matches).map(Lazy)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Subcommand> Args for Lazy<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.subcommand_required(true).arg_required_else_help(true).defer(T::augment_subcommands)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(T::augment_subcommands_for_update)
    }
}

/// A noun that says something without a verb too; its verbs are built only when it is named.
#[derive(Debug)]
pub(crate) struct Alone<T>(pub(crate) Option<T>);

impl<T: FromArgMatches> FromArgMatches for Alone<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let named = matches.subcommand_name().is_some();
        named.then(|| T::from_arg_matches(matches)).transpose().map(Alone)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<T: Subcommand> Args for Alone<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(T::augment_subcommands)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(T::augment_subcommands_for_update)
    }
}

/// Declares the verbs of a noun, each with its line of help, and sends each to its command. The
/// enum has no doc comment of its own: it would take the place of the noun's help.
macro_rules! verbs {
    ($noun:ident { $($(#[$help:meta])* $verb:ident($leaf:ty),)+ $(; $($(#[$more:meta])* $group:ident($verbs:ty),)+)? }) => {
        #[derive(clap::Subcommand, Debug)]
        pub(crate) enum $noun {
            $($(#[$help])* $verb($leaf),)+
            $($($(#[$more])* #[command(subcommand)] $group($verbs),)+)?
        }

        impl $noun {
            /// Runs the verb that was named.
            pub(super) fn run(self, desk: $crate::commands::context::Desk) -> Result<(), $crate::commands::failure::Failure> {
                match self {
                    $(Self::$verb(leaf) => desk.run(leaf),)+
                    $($(Self::$group(verbs) => verbs.run(desk),)+)?
                }
            }
        }
    };
}
pub(crate) use verbs;

/// Declares the verb that brings a removed record back by its ref.
macro_rules! restore_verb {
    ($verb:ident, $name:literal, $get:ident, $restore:ident, $card:ident) => {
        /// Arguments of the verb.
        #[derive(clap::Args, Debug)]
        pub(crate) struct $verb {
            #[arg(value_name = "REF", value_parser = $crate::commands::args::handle)]
            record: $crate::domain::id::Handle,
        }

        impl $crate::commands::context::Leaf for $verb {
            const NAME: &'static str = $name;
            const TAKES: $crate::commands::context::Takes = $crate::commands::context::Takes::WRITE;

            fn run(
                self,
                context: &mut $crate::commands::context::Context,
            ) -> Result<(), $crate::commands::failure::Failure> {
                let record = context.write(|w| {
                    let record = w.$get(&self.record)?;
                    w.$restore(&record)?;
                    w.summarise(format!("restored {}", record.reference));
                    Ok(w.$get(&self.record)?)
                })?;
                context.record(&record, $card)
            }
        }
    };
}
pub(crate) use restore_verb;

/// Reads a word; the help lists its choices.
pub(crate) fn word<T: Word>() -> impl TypedValueParser<Value = T> {
    let words = T::ALL.iter().map(|each| PossibleValue::new(each.word()));
    PossibleValuesParser::new(words).try_map(|text| T::from_word(&text).ok_or("unknown word"))
}

/// Reads a day or a moment, not yet against today.
pub(crate) fn when(text: &str) -> Result<When, String> {
    When::parse(text).map_err(|error| match text {
        "next" | "last" => format!("a day of several words is put in quotes: \"{text} friday\""),
        "in" => "a day of several words is put in quotes: \"in 2 weeks\"".to_owned(),
        _ => format!("{error}; say it like one of {WHEN_EXAMPLES}"),
    })
}

/// Reads `none` as clearing, anything else as `read` does.
pub(crate) fn setting<T>(
    read: impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static,
) -> impl Fn(&str) -> Result<Setting<T>, String> + Clone + Send + Sync + 'static {
    move |text| if text == "none" { Ok(Setting::Clear) } else { read(text).map(Setting::To) }
}

/// Confidential text as a flag's value: the words, or ‘-’ for what is piped in.
#[derive(Clone, Debug)]
pub(crate) enum Words {
    Typed(Prose),
    Piped,
}

impl std::str::FromStr for Words {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text == "-" { Ok(Self::Piped) } else { text.parse().map(Self::Typed) }
    }
}

/// Reads a ref such as `A41`, or an id.
pub(crate) fn handle(text: &str) -> Result<Handle, String> {
    text.parse()
        .map_err(|_| format!("‘{text}’ is no ref: a letter and a number, such as A41 or S12"))
}

/// The visibility that a pair of flags asks for, if either was given.
pub(crate) fn visibility(private: bool, shared: bool) -> Option<Visibility> {
    match (private, shared) {
        (true, _) => Some(Visibility::Private),
        (_, true) => Some(Visibility::Shared),
        _ => None,
    }
}
