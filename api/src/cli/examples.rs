//! The examples at the end of every `--help`: lines that run as they stand, on the directory that
//! `jejak demo --dir /tmp/jejak --keep` leaves and a server of it on port 6107. `tests/examples.rs`
//! reads them from the help itself and runs every one.

use std::fmt;

use clap::Command;
use clap::builder::StyledStr;

/// The examples of one command, for `#[command(after_help = EXAMPLES)]`; two at least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Examples(pub(crate) &'static [Example]);

/// What it does in Indonesian and in English, and the line.
///
/// The line runs in a shell with `/tmp/` and the server's address replaced; a long one goes on after
/// ` \` and a line end. An ending other than 0 stands behind it, as `# exit 5`; a command that runs
/// until it is interrupted ends with `# Ctrl-C`, or `# Ctrl-C, exit 130`. The examples of one command
/// run in order, in a place of their own.
pub(crate) type Example = (&'static str, &'static str, &'static str);

impl fmt::Display for Examples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADING)?;
        for (number, (indonesian, english, line)) in self.0.iter().enumerate() {
            let gap = if number == 0 { "\n" } else { "\n\n" };
            write!(f, "{gap}  # {indonesian} ({english})")?;
            line.lines().try_for_each(|part| write!(f, "\n  {part}"))?;
        }
        Ok(())
    }
}

impl From<Examples> for StyledStr {
    fn from(examples: Examples) -> Self {
        examples.to_string().into()
    }
}

/// Gives each group of commands, which has no examples of its own, those of its first commands.
pub(crate) fn of_groups(command: Command) -> Command {
    let command = command.mut_subcommands(of_groups);
    let is_group = command.has_subcommands() && command.get_after_help().is_none();
    if !is_group {
        return command;
    }
    let own: Vec<Vec<String>> =
        command.get_subcommands().filter(|child| !child.is_hide_set()).map(blocks).collect();
    // The first one of each command, before the second ones.
    let firsts = own.iter().filter_map(|blocks| blocks.first());
    let seconds = own.iter().filter_map(|blocks| blocks.get(1));
    let chosen: Vec<&str> = firsts.chain(seconds).take(GROUP).map(String::as_str).collect();
    let shown = format!("{HEADING}\n{}", chosen.join("\n\n"));
    command.after_help(shown)
}

/// The examples in the help of a command, each with its remark.
fn blocks(command: &Command) -> Vec<String> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let examples = text.split_once(HEADING).map(|(_, after)| after.trim_matches('\n'));
    let examples = examples.filter(|examples| !examples.is_empty());
    examples.into_iter().flat_map(|examples| examples.split("\n\n")).map(str::to_owned).collect()
}

const HEADING: &str = "Contoh (examples):";
/// How many a group shows.
const GROUP: usize = 2;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::cli;

    /// Every visible command below this one, and itself, with its path.
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Vec<String>)>) {
        let path = format!("{path} {}", command.get_name()).trim().to_owned();
        found.push((path.clone(), blocks(command)));
        for child in command.get_subcommands().filter(|child| !child.is_hide_set()) {
            walk(child, &path, found);
        }
    }

    #[test]
    fn every_command_has_two_examples_of_itself_that_fit_a_terminal() {
        let mut found = Vec::new();
        walk(&cli::command(), "", &mut found);
        for (path, examples) in found {
            assert!(examples.len() >= 2, "{path}: fewer than two examples; see CONTRIBUTING.md");
            for example in examples {
                let (remark, line) = example.split_once('\n').unwrap();
                assert!(remark.contains(" (") && remark.ends_with(')'), "{path}: {remark}");
                let plain = line.replace(" \\\n", " ");
                assert!(plain.contains(&path), "{path}: not an example of it: {line}");
                for line in example.lines() {
                    assert!(line.chars().count() <= 98, "{path}: longer than 98: {line}");
                }
            }
        }
    }

    #[test]
    fn the_help_ends_with_the_examples() {
        const TWO: Examples =
            Examples(&[("satu", "one", "jejak a \\\n  --b"), ("dua", "two", "jejak c  # exit 5")]);
        assert_eq!(
            TWO.to_string(),
            "Contoh (examples):\n  # satu (one)\n  jejak a \\\n    --b\n\n  # dua (two)\n  jejak c  # exit 5"
        );
    }
}
