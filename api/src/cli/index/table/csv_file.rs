//! CSV: comma or semicolon, quoted or not, with or without a byte order mark; one bounded record at
//! a time.

use std::cell::Cell;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::super::IndexError;
use super::super::problem::{Problem, Problems, Reason};
use super::lines::{Lines, RECORD_BYTES_MAX, TooLong};
use super::{OnRecord, unreadable};

/// How a file separates its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    delimiter: u8,
    byte_order_mark: bool,
}

impl Dialect {
    /// The separator that the first line has more of, outside quotes.
    pub(super) fn of(head: &[u8]) -> Self {
        let (mut commas, mut semicolons, mut quoted) = (0, 0, false);
        for byte in head {
            match byte {
                b'"' => quoted = !quoted,
                b',' if !quoted => commas += 1,
                b';' if !quoted => semicolons += 1,
                b'\n' | b'\r' if !quoted && commas + semicolons > 0 => break,
                _ => {}
            }
        }
        let delimiter = if semicolons > commas { b';' } else { b',' };
        Self { delimiter, byte_order_mark: head.starts_with(BYTE_ORDER_MARK) }
    }
}

/// Reads the file. A row is the line on which its record starts.
pub(super) fn each_record(
    path: &Path,
    dialect: Dialect,
    on_record: OnRecord<'_>,
) -> Result<(), IndexError> {
    let mut file = File::open(path).map_err(|source| unreadable(path, source))?;
    if dialect.byte_order_mark {
        let mut mark = [0; 3];
        file.read_exact(&mut mark).map_err(|source| unreadable(path, source))?;
    }
    let since_record = Rc::new(Cell::new(0));
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .buffer_capacity(READ_BYTES)
        .from_reader(Lines::new(file, Rc::clone(&since_record)));
    let mut record = StringRecord::new();
    loop {
        let begun = reader.position().line();
        let more = reader.read_record(&mut record);
        let next = reader.position().line();
        if !more.map_err(|error| described(path, begun..next, error))? {
            return Ok(());
        }
        since_record.set(0);
        on_record(start(next, &record), &record)?;
    }
}

/// The line a record starts on, from the line after it: the reader's own position is before blank
/// lines.
fn start(next: u64, record: &StringRecord) -> u64 {
    let within = record.iter().map(|cell| cell.bytes().filter(|&byte| byte == b'\n').count());
    let lines = 1 + u64::try_from(within.sum::<usize>()).unwrap_or(0);
    next.saturating_sub(lines).max(1)
}

fn described(path: &Path, lines: Range<u64>, error: csv::Error) -> IndexError {
    let fault = |row, column: Option<usize>, reason| {
        let mut problems = Problems::default();
        let column = column.map(|column| (column, String::new()));
        problems.extend([Problem { row, column, agency: None, reason }]);
        IndexError::Problems { path: path.to_owned(), problems }
    };
    let too_long = |error: &io::Error| error.get_ref().is_some_and(Inner::is::<TooLong>);
    match error.into_kind() {
        ErrorKind::Io(error) if too_long(&error) => {
            fault(lines.start, None, Reason::TooLong { bytes_max: RECORD_BYTES_MAX })
        }
        ErrorKind::Io(source) => unreadable(path, source),
        ErrorKind::Utf8 { err, .. } => {
            fault(lines.end.saturating_sub(1), Some(err.field()), Reason::NotUtf8)
        }
        // The other kinds belong to what is not used here: headers, equal lengths, serde, seeking.
        other => unreadable(path, io::Error::other(format!("{other:?}"))),
    }
}

/// What an I/O error can hold.
type Inner = dyn Error + Send + Sync;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const READ_BYTES: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_the_header_uses() {
        for (head, delimiter) in [
            (&b"agency,i1,i2\r\n"[..], b','),
            (b"agency;i1;i2\n\"a,b,c,d\";1;2\n", b';'),
            (b"\"agency;x;y\",i1,i2\n", b','),
            (b"\n\nagency;i1\n", b';'),
            (b"agency\n", b','),
        ] {
            assert_eq!(Dialect::of(head), Dialect { delimiter, byte_order_mark: false });
        }
        assert!(Dialect::of(b"\xEF\xBB\xBFagency;i1\n").byte_order_mark);
    }
}
