//! XLSX: one sheet, row by row, without holding the sheet. The shared texts of a workbook are held
//! by the reader.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use calamine::{Cell, DataRef, Reader, Xlsx, XlsxCellReader, XlsxError};
use csv::StringRecord;

use super::super::IndexError;
use super::{Kind, OnRecord, unreadable};

/// The sheet with this name, or the first.
pub(super) fn choose_sheet(path: &Path, wanted: Option<&str>) -> Result<Kind, IndexError> {
    let sheets = open(path)?.sheet_names();
    let others = sheets.len().saturating_sub(1);
    let named = |name: &str| sheets.iter().find(|sheet| sheet.as_str() == name).cloned();
    match wanted {
        None => match sheets.first().cloned() {
            Some(sheet) => Ok(Kind::Xlsx { sheet, others }),
            None => Err(IndexError::Empty { path: path.to_owned() }),
        },
        Some(name) => match named(name) {
            Some(sheet) => Ok(Kind::Xlsx { sheet, others: 0 }),
            None => Err(IndexError::NoSheet {
                path: path.to_owned(),
                sheet: name.to_owned(),
                held: sheets.join(", "),
            }),
        },
    }
}

/// Reads the sheet. A row is the one the spreadsheet shows.
pub(super) fn each_record(
    path: &Path,
    sheet: &str,
    on_record: OnRecord<'_>,
) -> Result<(), IndexError> {
    let broken = |error: XlsxError| workbook(path, &error.to_string());
    let mut book = open(path)?;
    let cells = book.worksheet_cells_reader(sheet).map_err(broken)?;
    Rows { path, cells, row: 0, record: StringRecord::new() }.each(on_record)
}

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>, IndexError> {
    let file = File::open(path).map_err(|source| unreadable(path, source))?;
    Xlsx::new(BufReader::new(file)).map_err(|error| workbook(path, &error.to_string()))
}

fn workbook(path: &Path, reason: &str) -> IndexError {
    IndexError::Workbook { path: path.to_owned(), reason: reason.to_owned() }
}

struct Rows<'a, RS: Read + Seek> {
    path: &'a Path,
    cells: XlsxCellReader<'a, RS>,
    row: u32,
    record: StringRecord,
}

impl<RS: Read + Seek> Rows<'_, RS> {
    fn each(mut self, on_record: OnRecord<'_>) -> Result<(), IndexError> {
        while let Some(cell) =
            self.cells.next_cell().map_err(|error| workbook(self.path, &error.to_string()))?
        {
            let (row, _) = cell.get_position();
            if row > self.row {
                self.hand_over(on_record)?;
                self.row = row;
            }
            self.take(&cell)?;
        }
        self.hand_over(on_record)
    }

    /// Cells come in order; those that are empty may be left out and are put back.
    fn take(&mut self, cell: &Cell<DataRef<'_>>) -> Result<(), IndexError> {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if row < self.row || column < self.record.len() {
            return Err(workbook(self.path, "its cells are not in order"));
        }
        let text = text(cell.get_value());
        if text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS_MAX {
            return Err(workbook(self.path, "a cell stands beyond column 1024"));
        }
        while self.record.len() < column {
            self.record.push_field("");
        }
        self.record.push_field(&text);
        Ok(())
    }

    fn hand_over(&mut self, on_record: OnRecord<'_>) -> Result<(), IndexError> {
        on_record(u64::from(self.row) + 1, &self.record)?;
        self.record.clear();
        Ok(())
    }
}

/// A cell as text; a number without decimals has none, so a level reads the same from CSV and XLSX.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(_) => "a date".to_owned(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Twenty times a table of levels; a stray cell far to the right must not fill memory with empty
/// ones.
const COLUMNS_MAX: usize = 1024;
