//! `jejak completion` and `jejak man`: what shells and manuals know of the command line, made from the
//! one definition of it.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use clap_complete::Shell;
use serde_json::json;

use super::examples::Examples;
use super::exit::Exit;
use super::{Context, files, output};

/// Prints a completion script.
#[derive(Debug, Args)]
#[command(after_help = COMPLETION_EXAMPLES)]
pub(crate) struct Completion {
    /// Untuk shell ini (for this shell)
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the manual.
#[derive(Debug, Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// Direktori untuk `jejak.1`, `jejak-serve.1` ... (the directory for them)
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Completion {
    pub(crate) fn run(&self) -> Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), "jejak", &mut script);
        output::line(script.trim_ascii_end())?;
        Ok(Exit::Ok)
    }
}

impl Man {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        files::make_directory(&self.out)?;
        clap_mangen::generate_to(super::command(), &self.out)
            .with_context(|| self.out.display().to_string())?;
        context.output.object(&json!({ "man": self.out }))?;
        Ok(Exit::Ok)
    }
}

const COMPLETION_EXAMPLES: Examples = Examples(&[
    (
        "untuk bash, mulai shell berikutnya",
        "for bash, from the next shell on",
        "jejak completion bash > /tmp/jejak.bash",
    ),
    ("untuk zsh", "for zsh", "jejak completion zsh > /tmp/_jejak"),
]);
const MAN_EXAMPLES: Examples = Examples(&[
    ("semua halaman manual", "all pages of the manual", "jejak man --out /tmp/man1"),
    (
        "baca satu halaman",
        "read one of them",
        "jejak man --out /tmp/man1 && head -n 12 /tmp/man1/jejak-post.1",
    ),
]);
