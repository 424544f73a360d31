//! The one spelling of a segment: lines of words, as `FORMAT.md` draws them. What parses is written back the same.

use std::fmt;
use std::str::FromStr;

use jejak_signer::{Hash, Hash512};

use super::{BLOCK_POSITIONS, Segment, SegmentObject};
use crate::log::Origin;
use crate::log::text::{hash_of_base64, number, push_base64};

const FORMAT: &str = "jejak-segment/1";

/// Why a text is no segment, or no renewal: the line, from 1, at which it stops being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not one of this format")]
pub struct SegmentError {
    /// The line, from 1.
    pub line: usize,
}

impl Segment {
    /// SHA-512 of the whole text: what evidence of several segments names this one by.
    pub fn digest(&self) -> Hash512 {
        Hash512::of(self.to_string().as_bytes())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut root = String::new();
        push_base64(&mut root, self.root.as_bytes());
        writeln!(f, "{FORMAT}\norigin {}", self.origin)?;
        writeln!(f, "positions {} {}\nroot {root}", self.first, self.end)?;
        self.blocks.iter().try_for_each(|block| writeln!(f, "block {block}"))?;
        self.objects.iter().try_for_each(|object| match object.held {
            Some((bytes, sha512)) => writeln!(f, "object {} {bytes} {sha512}", object.sha256),
            None => writeln!(f, "object {} -", object.sha256),
        })
    }
}

impl FromStr for Segment {
    type Err = SegmentError;

    fn from_str(text: &str) -> Result<Self, SegmentError> {
        let mut lines = Lines::of(text);
        let (Some(FORMAT), Some(origin), Some(positions), Some(root)) =
            (lines.next(), lines.after("origin "), lines.after("positions "), lines.after("root "))
        else {
            return Err(lines.wrong());
        };
        let (first, end) = positions
            .split_once(' ')
            .and_then(|(first, end)| Some((number(first)?, number(end)?)))
            .filter(|(first, end)| first < end)
            .ok_or(SegmentError { line: 3 })?;
        let root = hash_of_base64(root).ok_or(SegmentError { line: 4 })?;
        let origin = origin.parse::<Origin>().map_err(|_| SegmentError { line: 2 })?.to_string();
        let mut blocks = Vec::new();
        for _ in 0..(end - first).div_ceil(BLOCK_POSITIONS) {
            let block = lines.after("block ").and_then(|block| block.parse().ok());
            blocks.push(block.ok_or(lines.wrong())?);
        }
        let mut objects: Vec<SegmentObject> = Vec::new();
        while let Some(line) = lines.next() {
            let object = line.strip_prefix("object ").and_then(object);
            let object = object
                .filter(|object| objects.last().is_none_or(|last| last.sha256 < object.sha256));
            objects.push(object.ok_or(lines.wrong())?);
        }
        lines.end(text)?;
        Ok(Self { origin, first, end, root, blocks, objects })
    }
}

/// What follows `object `.
fn object(text: &str) -> Option<SegmentObject> {
    let (sha256, held) = text.split_once(' ')?;
    let sha256: Hash = sha256.parse().ok()?;
    if held == "-" {
        return Some(SegmentObject { sha256, held: None });
    }
    let (bytes, sha512) = held.split_once(' ')?;
    Some(SegmentObject { sha256, held: Some((number(bytes)?, sha512.parse().ok()?)) })
}

/// Lines that each end with a line feed.
pub(super) struct Lines<'a> {
    lines: std::str::SplitInclusive<'a, char>,
    read: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { lines: text.split_inclusive('\n'), read: 0 }
    }

    /// The next line; `None` at the end, and where the line is not ended.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        self.read += 1;
        self.lines.next()?.strip_suffix('\n')
    }

    /// What follows `word` on the next line.
    pub(super) fn after(&mut self, word: &str) -> Option<&'a str> {
        self.next()?.strip_prefix(word)
    }

    pub(super) fn wrong(&self) -> SegmentError {
        SegmentError { line: self.read }
    }

    /// Nothing is left of `text`.
    pub(super) fn end(&mut self, text: &str) -> Result<(), SegmentError> {
        let ended = self.lines.next().is_none() && text.ends_with('\n');
        if ended { Ok(()) } else { Err(self.wrong()) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn sample() -> Segment {
        Segment {
            origin: "h/id".to_owned(),
            first: 256,
            end: 513,
            root: Hash::of(b"root"),
            blocks: vec![Hash512::of(b"1"), Hash512::of(b"2")],
            objects: vec![
                SegmentObject { sha256: Hash([1; 32]), held: Some((7, Hash512::of(b"o"))) },
                SegmentObject { sha256: Hash([2; 32]), held: None },
            ],
        }
    }

    #[test]
    fn a_segment_is_read_as_it_was_written() {
        let text = sample().to_string();
        assert_eq!(text.parse(), Ok(sample()));
        assert_eq!(sample().digest(), Hash512::of(text.as_bytes()));
    }

    #[test]
    fn every_other_spelling_is_refused_at_its_line() {
        let text = sample().to_string();
        let twice = text.lines().last().unwrap().to_owned() + "\n";
        let changed = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        };
        for (bad, line) in [
            (changed("segment/1", "segment/2"), 4),
            (changed("h/id", "h id"), 2),
            (changed("256 513", "0256 513"), 3),
            (changed("256 513", "513 513"), 3),
            (changed("256 513", "256 512"), 6),
            (changed("256 513", "256 769"), 7),
            (changed("root ", "root  "), 4),
            (changed("object 0101", "object 0301"), 8),
            (changed(" 7 ", " 07 "), 7),
            (changed(" -", " - "), 8),
            (changed("\nblock", "\nBlock"), 5),
            (text.clone() + &twice, 9),
            (text.clone() + "\n", 9),
            (text.trim_end().to_owned(), 8),
            (text.replace('\n', "\r\n"), 4),
            (String::new(), 4),
        ] {
            assert_eq!(bad.parse::<Segment>(), Err(SegmentError { line }), "{bad}");
        }
    }
}
