//! `jejak index`: the SPBE index of every agency in a table of levels, and how it came about.
//!
//! A table is read twice: first everything in it is checked and counted, then the rows are written.
//! So nothing is written of a table that has a fault anywhere, and memory does not grow with the
//! table.

mod columns;
mod compute;
mod error;
mod explain;
mod output;
mod problem;
mod request;
mod row;
mod table;
mod trend;

const EXAMPLES: Examples = Examples(&[
    (
        "indeks tiap instansi",
        "the index of each agency",
        "jejak index --year 2023 /tmp/jejak/demo/levels-2023.csv",
    ),
    (
        "jalan termurah ke Sangat Baik",
        "the cheapest way to Sangat Baik",
        "jejak index --year 2023 --target sangat-baik /tmp/jejak/demo/levels-2023.csv",
    ),
]);

#[cfg(test)]
mod tests;

use std::io::{self, BufWriter, Write};

use anyhow::Result;

use super::Context;
use super::examples::Examples;
use super::exit::Exit;

pub(crate) use error::IndexError;
pub(crate) use output::Format;

/// Computes the SPBE index from levels.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct IndexCommand {
    #[command(subcommand)]
    over_years: Option<OverYears>,
    #[command(flatten)]
    table: Option<request::TableArgs>,
}

#[derive(Debug, clap::Subcommand)]
enum OverYears {
    /// Shows the index of each agency over several years.
    Trend(trend::TrendArgs),
}

impl IndexCommand {
    /// Runs it on stdout and stderr, as every subcommand.
    pub(crate) fn run_in(&self, context: &Context) -> Result<Exit> {
        let mut talk: Box<dyn Write> =
            if context.talk.is_quiet() { Box::new(io::sink()) } else { Box::new(io::stderr()) };
        let mut data = BufWriter::new(io::stdout().lock());
        let format = context.output.asked().unwrap_or(Format::Table);
        self.run(&mut data, &mut *talk, format)?;
        data.flush()?;
        Ok(Exit::Ok)
    }

    /// Runs it: data to `output`, remarks to `talk`.
    pub(crate) fn run(
        &self,
        output: &mut dyn Write,
        talk: &mut dyn Write,
        format: Format,
    ) -> Result<(), IndexError> {
        match (&self.over_years, &self.table) {
            (Some(OverYears::Trend(args)), _) => trend::run(args, output, talk, format),
            (None, Some(args)) => compute::run(args, output, talk, format),
            (None, None) => Err(IndexError::NoTable),
        }
    }
}
