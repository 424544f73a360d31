//! What can go wrong, and the exit code of each.

use std::io;
use std::path::PathBuf;

use jejak_ledger::evaluation::{EditionError, LevelError, TooManyGroups};

use super::problem::Problems;
use crate::cli::causes;
use crate::cli::exit::Exit;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    /// Neither a table nor a subcommand.
    #[error("a table of levels is missing")]
    NoTable,
    /// The year has no edition.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// An indicator the instrument does not have, in an option.
    #[error("{option}: {instrument} has no indicator {column}")]
    NoIndicator {
        /// The option.
        option: &'static str,
        /// The instrument.
        instrument: &'static str,
        /// What was given.
        column: String,
    },
    /// A value out of range, in an option.
    #[error("{option}: {column}={value} is not between {min} and {max}")]
    OutOfRange {
        /// The option.
        option: &'static str,
        /// The indicator.
        column: String,
        /// What was given.
        value: u32,
        /// The lowest possible value.
        min: u32,
        /// The highest possible value.
        max: u32,
    },
    /// Assumed levels that cannot be.
    #[error("--what-if: {0:?}")]
    Assumed(Vec<LevelError>),
    /// One year twice, in a trend.
    #[error("the year {0} is given twice")]
    YearTwice(u16),
    /// An explanation has no columns.
    #[error("an explanation is a text or JSON; it cannot be written as CSV")]
    ExplanationAsCsv,
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is of another kind.
    #[error("{}: {kind}; save it as CSV (UTF-8) or XLSX", path.display())]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        kind: &'static str,
    },
    /// The workbook cannot be read.
    #[error("{}: not a readable workbook: {reason}", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
    /// No such sheet.
    #[error("{}: there is no sheet {sheet:?}; the sheets are {held}", path.display())]
    NoSheet {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        sheet: String,
        /// What there is.
        held: String,
    },
    /// A file without any row.
    #[error("{}: the table is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Faults in the table: every one of them with row and column.
    #[error("{}: {problems}", path.display())]
    Problems {
        /// The file.
        path: PathBuf,
        /// The faults.
        problems: Problems,
    },
    /// Too many groups to count.
    #[error(transparent)]
    Groups(#[from] TooManyGroups),
    /// Too many agencies to follow over the years.
    #[error("there are more than {max} agencies")]
    TooManyAgencies {
        /// The limit.
        max: usize,
    },
    /// The agency asked for is not in the table.
    #[error("{}: there is no agency {agency:?}", path.display())]
    NoAgency {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        agency: String,
    },
    /// The agency asked for is in the table more than once.
    #[error("{}: the agency {agency:?} is in the rows {first} and {second}", path.display())]
    AgencyTwice {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        agency: String,
        /// Its first row.
        first: u64,
        /// Its second row.
        second: u64,
    },
    /// The result cannot be written.
    #[error("the result cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl IndexError {
    /// How the command ends: what was asked wrongly, what is not there, or any other error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::NoTable
            | Self::Edition(_)
            | Self::NoIndicator { .. }
            | Self::OutOfRange { .. }
            | Self::Assumed(_)
            | Self::YearTwice(_)
            | Self::ExplanationAsCsv => Exit::Usage,
            Self::NoSheet { .. } | Self::NoAgency { .. } => Exit::NotFound,
            Self::Unreadable { source, .. } => {
                causes::of_kind(source.kind()).unwrap_or(Exit::Error)
            }
            Self::OtherKind { .. }
            | Self::Workbook { .. }
            | Self::Empty { .. }
            | Self::Problems { .. }
            | Self::Groups(_)
            | Self::TooManyAgencies { .. }
            | Self::AgencyTwice { .. }
            | Self::Output(_) => Exit::Error,
        }
    }
}

impl From<serde_json::Error> for IndexError {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl From<csv::Error> for IndexError {
    /// Only the writer's errors come this way; the reader's carry the file.
    fn from(error: csv::Error) -> Self {
        Self::Output(error.into())
    }
}
