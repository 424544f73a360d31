//! Tables in files, record by record. What a file is, is decided by its content, never by its name.

mod csv_file;
mod lines;
mod xlsx_file;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::IndexError;

/// What is called for each record: its row and its cells.
pub(super) type OnRecord<'a> = &'a mut dyn FnMut(u64, &StringRecord) -> Result<(), IndexError>;

/// A table that can be read any number of times.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Csv(csv_file::Dialect),
    Xlsx { sheet: String, others: usize },
}

impl Table {
    /// Looks at the beginning of a file; `sheet` is for workbooks, where the first one is the
    /// default.
    pub(super) fn open(path: &Path, sheet: Option<&str>) -> Result<Self, IndexError> {
        let unreadable = |source| IndexError::Unreadable { path: path.to_owned(), source };
        let mut head = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
        let other = |kind| IndexError::OtherKind { path: path.to_owned(), kind };
        let kind = match head.as_slice() {
            [] => return Err(IndexError::Empty { path: path.to_owned() }),
            [b'P', b'K', 3, 4, ..] => xlsx_file::choose_sheet(path, sheet)?,
            [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(other("a workbook of the old kind (XLS)")),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(other("text in UTF-16")),
            text => Kind::Csv(csv_file::Dialect::of(text)),
        };
        Ok(Self { path: path.to_owned(), kind })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What the reader should know about how the file is taken.
    pub(super) fn remark(&self) -> Option<String> {
        match &self.kind {
            Kind::Xlsx { sheet, others } if *others > 0 => Some(format!(
                "lembar {sheet:?} yang dibaca, {others} lainnya tidak (the sheet that is read; others not, see --sheet)"
            )),
            _ => None,
        }
    }

    /// Calls `on_record` for each record that is not blank, in order.
    pub(super) fn each_record(&self, on_record: OnRecord<'_>) -> Result<(), IndexError> {
        let mut unless_blank = |row: u64, record: &StringRecord| {
            if record.iter().all(|cell| cell.trim().is_empty()) {
                return Ok(());
            }
            on_record(row, record)
        };
        match &self.kind {
            Kind::Csv(dialect) => csv_file::each_record(&self.path, *dialect, &mut unless_blank),
            Kind::Xlsx { sheet, .. } => {
                xlsx_file::each_record(&self.path, sheet, &mut unless_blank)
            }
        }
    }
}

fn unreadable(path: &Path, source: io::Error) -> IndexError {
    IndexError::Unreadable { path: path.to_owned(), source }
}

/// Enough for any header of a table of levels.
const HEAD_BYTES: u64 = 65_536;
