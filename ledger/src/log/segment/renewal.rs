//! The renewal of a ledger's evidence: which segments there are, and every time stamp that was kept before, named by a second
//! digest. Stamped under SHA-512, it carries on what SHA-256 and the keys of those stamps can no longer prove.

use std::fmt;
use std::str::FromStr;

use jejak_signer::{Hash, Hash512};

use super::text::Lines;
use super::{Segment, SegmentError};
use crate::log::Origin;
use crate::log::text::{hash_of_base64, number, push_base64};

const FORMAT: &str = "jejak-renewal/1";
const LIST: &str = "jejak-stamps/1";

/// An object, by both its digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Twice {
    /// Its name.
    pub sha256: Hash,
    /// What a renewal vouches for.
    pub sha512: Hash512,
}

/// A segment, as a renewal names it; the last one may not be full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentLine {
    /// The first position.
    pub first: u64,
    /// The position behind the last one.
    pub end: u64,
    /// Its text.
    pub text: Twice,
}

/// Bytes that were stamped, and the token over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StampLine {
    /// What was stamped.
    pub stamped: Twice,
    /// The token.
    pub token: Twice,
}

/// What is stamped to renew the evidence of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The ledger's name.
    pub origin: String,
    /// How many records its segments hold.
    pub size: u64,
    /// The root of the tree of so many records.
    pub root: Hash,
    /// The segments, without a gap from position 0 to `size`.
    pub segments: Vec<SegmentLine>,
    /// The renewals before it, with the stamps over them, the oldest first.
    pub stamps: Vec<StampLine>,
    /// Lists of the stamps over checkpoints since the renewal before.
    pub lists: Vec<Twice>,
}

/// Stamps over checkpoints, as many as a list may have: named by a renewal as one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampList {
    /// The ledger's name.
    pub origin: String,
    /// At most [`StampList::STAMPS_MAX`].
    pub stamps: Vec<StampLine>,
}

impl StampList {
    /// Stamps of one list: 6 MiB of text.
    pub const STAMPS_MAX: usize = 16_384;
}

impl Twice {
    /// Both digests of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self { sha256: Hash::of(bytes), sha512: Hash512::of(bytes) }
    }
}

impl SegmentLine {
    /// The line of a segment.
    pub fn of(segment: &Segment) -> Self {
        let text = Twice::of(segment.to_string().as_bytes());
        Self { first: segment.first, end: segment.end, text }
    }
}

impl fmt::Display for Twice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sha256, self.sha512)
    }
}

impl fmt::Display for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut root = String::new();
        push_base64(&mut root, self.root.as_bytes());
        writeln!(f, "{FORMAT}\norigin {}\nsize {}\nroot {root}", self.origin, self.size)?;
        let segment = |line: &SegmentLine| {
            let SegmentLine { first, end, text } = line;
            writeln!(f, "segment {first} {end} {text}")
        };
        self.segments.iter().try_for_each(segment)?;
        self.stamps.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        self.lists.iter().try_for_each(|list| writeln!(f, "list {list}"))
    }
}

impl fmt::Display for StampLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stamp {} {}", self.stamped, self.token)
    }
}

impl fmt::Display for StampList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{LIST}\norigin {}", self.origin)?;
        self.stamps.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for StampList {
    type Err = SegmentError;

    fn from_str(text: &str) -> Result<Self, SegmentError> {
        let mut lines = Lines::of(text);
        let (Some(LIST), Some(origin)) = (lines.next(), lines.after("origin ")) else {
            return Err(lines.wrong());
        };
        let origin = origin.parse::<Origin>().map_err(|_| SegmentError { line: 2 })?.to_string();
        let mut stamps = Vec::new();
        while let Some(line) = lines.next() {
            let room = stamps.len() < Self::STAMPS_MAX;
            let line = line.strip_prefix("stamp ").filter(|_| room).and_then(stamp_line);
            stamps.push(line.ok_or(lines.wrong())?);
        }
        lines.end(text)?;
        Ok(Self { origin, stamps })
    }
}

impl FromStr for Renewal {
    type Err = SegmentError;

    fn from_str(text: &str) -> Result<Self, SegmentError> {
        let mut lines = Lines::of(text);
        let (Some(FORMAT), Some(origin), Some(size), Some(root)) =
            (lines.next(), lines.after("origin "), lines.after("size "), lines.after("root "))
        else {
            return Err(lines.wrong());
        };
        let origin = origin.parse::<Origin>().map_err(|_| SegmentError { line: 2 })?.to_string();
        let size = number(size).filter(|size| *size > 0).ok_or(SegmentError { line: 3 })?;
        let root = hash_of_base64(root).ok_or(SegmentError { line: 4 })?;
        let (mut segments, mut stamps) = (Vec::new(), Vec::new());
        let mut reached = 0;
        while reached < size {
            let line = lines.after("segment ").and_then(segment_line);
            let line = line
                .filter(|line| line.first == reached && line.first < line.end && line.end <= size);
            let line = line.ok_or(lines.wrong())?;
            reached = line.end;
            segments.push(line);
        }
        let mut lists = Vec::new();
        while let Some(line) = lines.next() {
            match line.strip_prefix("stamp ") {
                Some(stamp) if lists.is_empty() => {
                    stamps.push(stamp_line(stamp).ok_or(lines.wrong())?);
                }
                _ => {
                    let list = line.strip_prefix("list ").and_then(list_line);
                    lists.push(list.ok_or(lines.wrong())?);
                }
            }
        }
        lines.end(text)?;
        Ok(Self { origin, size, root, segments, stamps, lists })
    }
}

fn segment_line(text: &str) -> Option<SegmentLine> {
    let mut words = text.split(' ');
    let (first, end) = (number(words.next()?)?, number(words.next()?)?);
    let text = twice(&mut words)?;
    words.next().is_none().then_some(SegmentLine { first, end, text })
}

fn stamp_line(text: &str) -> Option<StampLine> {
    let mut words = text.split(' ');
    let (stamped, token) = (twice(&mut words)?, twice(&mut words)?);
    words.next().is_none().then_some(StampLine { stamped, token })
}

fn list_line(text: &str) -> Option<Twice> {
    let mut words = text.split(' ');
    let list = twice(&mut words)?;
    words.next().is_none().then_some(list)
}

fn twice<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Twice> {
    Some(Twice { sha256: words.next()?.parse().ok()?, sha512: words.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Renewal {
        let line = |first, end| SegmentLine { first, end, text: Twice::of(b"text") };
        let stamp = |token| StampLine { stamped: Twice::of(b"stamped"), token: Twice::of(token) };
        Renewal {
            origin: "h/id".to_owned(),
            size: 300,
            root: Hash::of(b"root"),
            segments: vec![line(0, 256), line(256, 300)],
            stamps: vec![stamp(b"1"), stamp(b"2")],
            lists: vec![Twice::of(b"list")],
        }
    }

    #[test]
    fn a_renewal_is_read_as_it_was_written() {
        assert_eq!(sample().to_string().parse(), Ok(sample()));
        let first = Renewal { stamps: Vec::new(), lists: Vec::new(), ..sample() };
        assert_eq!(first.to_string().parse(), Ok(first));
        let list = StampList { origin: "h/id".to_owned(), stamps: sample().stamps };
        let text = list.to_string();
        assert_eq!(text.parse(), Ok(list));
        for (bad, line) in [
            (text.replace("stamps/1", "stamps/2"), 2),
            (text.replacen("\nstamp ", "\nlist ", 1), 3),
            (text.clone() + "\n", 5),
        ] {
            assert_eq!(bad.parse::<StampList>(), Err(SegmentError { line }), "{bad}");
        }
    }

    #[test]
    fn every_other_spelling_is_refused_at_its_line() {
        let text = sample().to_string();
        let changed = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        };
        for (bad, line) in [
            (changed("renewal/1", "renewal/2"), 4),
            (changed("h/id", "h id"), 2),
            (changed("size 300", "size 0"), 3),
            (changed("size 300", "size 299"), 6),
            (changed("size 300", "size 301"), 7),
            (changed("root ", "root x"), 4),
            (changed("segment 0 256", "segment 1 256"), 5),
            (changed("segment 256 300", "segment 255 300"), 6),
            (changed("segment 256 300", "segment 256 256"), 6),
            (changed("segment 256 300", "segment 256  300"), 6),
            (changed("\nstamp ", "\nstamps "), 7),
            (changed("\nstamp ", " \nstamp "), 6),
            (changed("\nlist ", "\nlists "), 9),
            (changed("\nlist ", " \nlist "), 8),
            (text.clone() + text.lines().nth(7).unwrap_or_default() + "\n", 10),
            (text.clone() + "\n", 10),
            (text.trim_end().to_owned(), 9),
            (String::new(), 4),
        ] {
            assert_eq!(bad.parse::<Renewal>(), Err(SegmentError { line }), "{bad}");
        }
    }
}
