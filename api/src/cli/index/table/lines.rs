//! The bytes of a text file with its lines made countable and its records bounded.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

/// A file whose every line ends in LF, so that lines can be counted, and that refuses to be read on
/// when a record does not end: a lost quote would take all of it into memory.
pub(super) struct Lines {
    file: File,
    since_record: Rc<Cell<usize>>,
    after_return: bool,
    ended: bool,
}

impl Lines {
    pub(super) const fn new(file: File, since_record: Rc<Cell<usize>>) -> Self {
        Self { file, since_record, after_return: false, ended: false }
    }

    /// CR LF and CR become LF, in place; what is left is at the front.
    fn unify(&mut self, buffer: &mut [u8]) -> usize {
        let mut kept = 0;
        for place in 0..buffer.len() {
            let Some(&byte) = buffer.get(place) else { break };
            let second_half = self.after_return && byte == b'\n';
            self.after_return = byte == b'\r';
            if !second_half && let Some(slot) = buffer.get_mut(kept) {
                *slot = if self.after_return { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }

    /// The last line ends too, whether the file says so or not; one blank line more is none.
    fn end(&mut self, buffer: &mut [u8]) -> usize {
        match buffer.first_mut() {
            Some(first) if !self.ended => {
                *first = b'\n';
                self.ended = true;
                1
            }
            _ => 0,
        }
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_record.get() > RECORD_BYTES_MAX {
            return Err(io::Error::other(TooLong));
        }
        loop {
            let read = self.file.read(buffer)?;
            let kept = match buffer.get_mut(..read) {
                Some([]) | None => return Ok(self.end(buffer)),
                Some(bytes) => self.unify(bytes),
            };
            if kept > 0 {
                self.since_record.set(self.since_record.get() + kept);
                return Ok(kept);
            }
        }
    }
}

/// A record does not end within [`RECORD_BYTES_MAX`].
#[derive(Debug, thiserror::Error)]
#[error("a record is too long")]
pub(super) struct TooLong;

/// A thousand times a record of a table of levels.
pub(super) const RECORD_BYTES_MAX: usize = 1_048_576;
