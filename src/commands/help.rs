//! `coach help`: the whole of it on one screen, one command in full, or all of them.

use clap::Args;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::About;
use crate::platform::output::Format;

/// The first screen: every command and every flag that many commands take.
pub(super) const OVERVIEW: &str = "\
A coaching journal, offline and encrypted. coach alone shows today.
The session, in its order
  session run           the walk through it; resume goes on where it was left
  prep, session         one page before the call; schedule, start, end, add
  check-in              how did the commitments go?
  deep-dive, challenge  what comes up on the topic; what you challenge, support
  action-planning       a commitment with its day (in short: plan)
  note, notes, recap    a thought; list, edit, share; what the coachee may see
Between sessions
  today, due, search    what is on; commitments; your words; report: how it goes
  engagement, agreement one coaching relationship (eng); what all sign
  method, worksheet     how it runs; what is written down for it; review, paper
  reflect, habit        for yourself: your day, your week, what you keep up
  goal, action, person  goals with key results; commitments; who is who
  org, stakeholder      who sponsors and pays; who surrounds the leader
  history, undo, redo   every step, and taking it back
  backup, restore       copies of the journal, one is made each day
  doctor, drafts        is all well? words that wait to be stored
  init, key, demo       your journal and its key; a sample to try things on
  config, completions   your settings; Tab in your shell; man: the manual
Many take  -e ENGAGEMENT  --json  --output FORM  -o FILE  --force  --as-of DATE
  -q  -v  --dry-run  --yes  --strict  --no-input  --discreet  --color WHEN
  --journal FILE  --key-file FILE
In full: coach help COMMAND, coach help all. For confidential words give ‘-’.
";

/// Arguments of `help`.
#[derive(Args, Debug)]
pub(crate) struct Help {
    /// Such as session start; ‘all’ shows every command
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

impl Leaf for Help {
    const NAME: &'static str = "help";
    const TAKES: Takes =
        Takes::READ.timeless().without_journal().formats(&[Format::Table, Format::Text]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let text = match &self.command[..] {
            [] => OVERVIEW.to_owned(),
            [all] if all == "all" => {
                let mut grammar = super::grammar();
                grammar.build();
                let mut text = OVERVIEW.to_owned();
                text.push_str(&common(&grammar));
                every(&grammar, &mut text);
                text
            }
            names => {
                let mut grammar = super::grammar_for(names.iter().take(1).map(String::as_str));
                let Some(text) = named(&mut grammar, names) else {
                    return Err(Failure::usage(format!(
                        "there is no command ‘{}’",
                        names.join(" ")
                    ))
                    .hint("coach help lists them"));
                };
                format!("{text}{}", common(&grammar))
            }
        };
        Ok(context.out.text(&About::Nobody, &text)?)
    }
}

/// The help of the command with these names, if there is one.
fn named(grammar: &mut clap::Command, names: &[String]) -> Option<String> {
    if let [name] = names {
        // By itself, so that the verbs below a noun are not built.
        let command = grammar.find_subcommand(name)?.clone();
        let called = format!("coach {}", command.get_name());
        let command = command.bin_name(called).max_term_width(super::WIDEST);
        return Some(in_full(&command.disable_help_subcommand(true)));
    }
    grammar.build();
    let root = &*grammar;
    let command = names.iter().try_fold(root, |command, name| command.find_subcommand(name))?;
    Some(in_full(command))
}

fn in_full(command: &clap::Command) -> String {
    command.clone().render_long_help().to_string()
}

/// What each flag that many commands take is for.
fn common(grammar: &clap::Command) -> String {
    let mut text = String::from("\nMany commands take, and the others refuse:\n");
    for flag in grammar.get_arguments().filter(|arg| arg.is_global_set()) {
        let short = flag.get_short().map_or_else(String::new, |short| format!("-{short}, "));
        let value = flag.get_value_names().filter(|_| flag.get_action().takes_values());
        let value = value.map_or_else(String::new, |names| format!(" {}", names.join(" ")));
        let name = format!("{short}--{}{value}", flag.get_long().unwrap_or_default());
        let about = flag.get_help().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("  {name:31}  {about}\n"));
    }
    text
}

/// Appends the help of every command that does something, in the order of the grammar.
fn every(command: &clap::Command, text: &mut String) {
    for each in command.get_subcommands() {
        if each.has_subcommands() {
            every(each, text);
        } else {
            text.push_str(&format!("\n{}\n{}", "─".repeat(60), in_full(each)));
        }
    }
}
