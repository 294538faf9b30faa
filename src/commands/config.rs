//! `coach config`: the settings in the config file, and where it lies.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use serde_json::Value as Json;

use super::args::verbs;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::record::Record;
use crate::platform::config::{self, Config, KEYS, Key};
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column};

verbs! {
    ConfigCommand {
        /// Show where the config file lies, whether it is there or not
        Path(Where),
        /// Show one setting, or all and where each comes from
        Get(Get),
        /// Change a setting; the rest of the file stays as it is
        Set(Set),
    }
}

/// A setting as it is in this run, flags and environment aside.
#[derive(Serialize)]
struct Row {
    key: &'static str,
    value: Json,
    /// `file` or `default`.
    source: &'static str,
    about: &'static str,
}

impl Concerns for Row {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Record for Row {
    const KEYS: &'static [&'static str] = &["key", "value", "source", "about"];
}

impl Row {
    fn new(key: &Key, config: &Config) -> Self {
        Self {
            key: key.name,
            value: config.value(key),
            source: if config.is_given(key) { "file" } else { "default" },
            about: key.about,
        }
    }

    fn shown(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

const ROWS: &[Column<Row>] = &[
    Column::new("key", |row| row.key.into()),
    Column::new("value", |row| Cell::from(row.shown())),
    Column::new("source", |row| row.source.into()),
    Column::prose("about", |row| row.about.into()),
];

/// Reads the name of a setting; the help lists them.
fn key() -> impl TypedValueParser<Value = &'static Key> {
    let names = PossibleValuesParser::new(KEYS.iter().map(|key| key.name));
    names.try_map(|name| Key::named(&name).ok_or("unknown setting"))
}

/// Arguments of `config path`.
#[derive(Args, Debug)]
pub(crate) struct Where {}

/// Where the config file lies.
#[derive(Serialize)]
struct Place {
    path: String,
    exists: bool,
}

impl Concerns for Place {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for Where {
    const NAME: &'static str = "config path";
    const TAKES: Takes = Takes::READ.timeless().without_journal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let path = context.around.config_path();
        let place = Place { path: path.display().to_string(), exists: path.exists() };
        context.record(&place, |place| Card::new(&place.path))
    }
}

/// Arguments of `config get`.
#[derive(Args, Debug)]
pub(crate) struct Get {
    #[arg(value_name = "KEY", value_parser = key())]
    key: Option<&'static Key>,
}

impl Leaf for Get {
    const NAME: &'static str = "config get";
    const TAKES: Takes = Takes::READ.timeless().without_journal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let config = &Config::load(&context.around.config_path())?;
        match self.key {
            Some(key) => context.record(&Row::new(key, config), |row| Card::new(row.shown())),
            None => {
                let rows: Vec<Row> = KEYS.iter().map(|key| Row::new(key, config)).collect();
                context.rows(ROWS, &rows, "there is no setting")
            }
        }
    }
}

/// Arguments of `config set`.
#[derive(Args, Debug)]
pub(crate) struct Set {
    #[arg(value_name = "KEY", value_parser = key())]
    key: &'static Key,
    /// The new value; ‘none’ takes it out of the file
    #[arg(value_name = "VALUE")]
    value: String,
}

impl Leaf for Set {
    const NAME: &'static str = "config set";
    const TAKES: Takes = Takes::WRITE.without_journal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let path = context.around.config_path();
        let value = (self.value != "none").then_some(self.value.as_str());
        let (config, slip) = config::edit(&path, self.key, value, context.globals.dry_run)?;
        context.committed();
        context.rehearsed();
        if let Some(slip) = slip {
            Failure::slip(slip).warn_in_full(&context.out);
        }
        context.record(&Row::new(self.key, &config), |row| {
            Card::new(format!("{} = {}", row.key, row.shown())).fact("source", row.source)
        })
    }
}
