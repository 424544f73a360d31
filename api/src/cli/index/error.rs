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
    #[error("tabel tingkat kematangan belum disebut (a table of levels is missing)")]
    NoTable,
    /// The year has no edition.
    #[error("tahun atau instrumen tidak berlaku ({0})")]
    Edition(#[from] EditionError),
    /// An indicator the instrument does not have, in an option.
    #[error("{option}: {instrument} tidak punya indikator {column} (it has no such indicator)")]
    NoIndicator {
        /// The option.
        option: &'static str,
        /// The instrument.
        instrument: &'static str,
        /// What was given.
        column: String,
    },
    /// A value out of range, in an option.
    #[error("{option}: {column}={value} tidak antara {min} dan {max} (not between them)")]
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
    #[error("--what-if: tingkat yang tidak mungkin (levels that cannot be): {0:?}")]
    Assumed(Vec<LevelError>),
    /// One year twice, in a trend.
    #[error("tahun {0} disebut dua kali (the year is given twice)")]
    YearTwice(u16),
    /// An explanation has no columns.
    #[error(
        "penjelasan berupa teks atau JSON, bukan CSV (an explanation is a text or JSON; it cannot be written as CSV)"
    )]
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
    #[error("{}: simpan sebagai CSV (UTF-8) atau XLSX (it is {kind}; save it as CSV or XLSX)", path.display())]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        kind: &'static str,
    },
    /// The workbook cannot be read.
    #[error("{}: buku kerja tidak terbaca (not a readable workbook: {reason})", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
    /// No such sheet.
    #[error("{}: tidak ada lembar {sheet:?} (there is no such sheet; the sheets are {held})", path.display())]
    NoSheet {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        sheet: String,
        /// What there is.
        held: String,
    },
    /// A file without any row.
    #[error("{}: tabel kosong (the table is empty)", path.display())]
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
    #[error("terlalu banyak kelompok ({0})")]
    Groups(#[from] TooManyGroups),
    /// Too many agencies to follow over the years.
    #[error("lebih dari {max} instansi (there are more agencies)")]
    TooManyAgencies {
        /// The limit.
        max: usize,
    },
    /// The agency asked for is not in the table.
    #[error("{}: tidak ada instansi {agency:?} (there is no such agency)", path.display())]
    NoAgency {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        agency: String,
    },
    /// The agency asked for is in the table more than once.
    #[error("{}: instansi {agency:?} ada di baris {first} dan {second} (the agency is in both rows)", path.display())]
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
    #[error("hasil tidak dapat ditulis (the result cannot be written): {0}")]
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
