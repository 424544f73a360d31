//! The paths of tiles and bundles: one spelling per resource.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use crate::log::text::number;
use crate::log::tree::{TILE_WIDTH, subtrees};

/// What a tile path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of a level, 0 to 63.
    Hashes {
        /// The level; 0 holds leaf hashes.
        level: u8,
    },
    /// Entries: what the leaves of level 0 hash.
    Entries,
}

/// The path of a tile or an entry bundle: `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    partial: Option<NonZeroU8>,
}

/// Why a text is not a tile path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TilePathError {
    /// It does not begin with `tile/`.
    #[error("a tile path begins with tile/")]
    Prefix,
    /// Neither `entries` nor a level from 0 to 63.
    #[error("a level is a number from 0 to 63, or 'entries'")]
    Level,
    /// Not groups of three digits, all but the last with an `x` before them, without needless
    /// groups and below 2^64.
    #[error("the index of a tile is in groups of three digits: x001/x234/067")]
    Index,
    /// Not a number from 1 to 255.
    #[error("the width of a partial tile is a number from 1 to 255")]
    Width,
}

impl TilePath {
    /// The path of a tile of hashes; `None` above level 63. A full tile has no `partial` width.
    pub fn hashes(level: u8, index: u64, partial: Option<NonZeroU8>) -> Option<Self> {
        (level <= LEVEL_MAX).then_some(Self { kind: TileKind::Hashes { level }, index, partial })
    }

    /// The path of an entry bundle.
    pub fn entries(index: u64, partial: Option<NonZeroU8>) -> Self {
        Self { kind: TileKind::Entries, index, partial }
    }

    /// Hashes of which level, or entries.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// The level whose widths apply: entries stand beside level 0.
    pub fn level(&self) -> u8 {
        match self.kind {
            TileKind::Hashes { level } => level,
            TileKind::Entries => 0,
        }
    }

    /// Index within the level.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it has: 256 unless partial.
    pub fn width(&self) -> u16 {
        self.partial.map_or(TILE_WIDTH, |width| u16::from(width.get()))
    }

    /// Whether a log of `size` entries has so much of this tile.
    pub fn exists_at(&self, size: u64) -> bool {
        let start = self.index.checked_mul(u64::from(TILE_WIDTH));
        let end = start.and_then(|start| start.checked_add(u64::from(self.width())));
        end.is_some_and(|end| end <= subtrees(size, self.level()))
    }

    /// The tiles and bundles that a log of `size` entries has as partial ones: its right edge.
    pub fn partial_at(size: u64) -> Vec<Self> {
        let mut paths = Vec::new();
        for level in 0..=LEVEL_MAX {
            let hashes = subtrees(size, level);
            let index = hashes / u64::from(TILE_WIDTH);
            let width = u8::try_from(hashes % u64::from(TILE_WIDTH)).ok();
            if let Some(partial) = width.and_then(NonZeroU8::new) {
                paths.extend(Self::hashes(level, index, Some(partial)));
                if level == 0 {
                    paths.push(Self::entries(index, Some(partial)));
                }
            }
        }
        paths
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let rest = text.strip_prefix("tile/").ok_or(TilePathError::Prefix)?;
        let (level, rest) = rest.split_once('/').ok_or(TilePathError::Level)?;
        let (index, partial) = match rest.split_once(".p/") {
            Some((index, width)) => (index, Some(parse_width(width)?)),
            None => (rest, None),
        };
        let index = parse_index(index).ok_or(TilePathError::Index)?;
        if level == "entries" {
            return Ok(Self::entries(index, partial));
        }
        let level = number(level).and_then(|level| u8::try_from(level).ok());
        level.and_then(|level| Self::hashes(level, index, partial)).ok_or(TilePathError::Level)
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes { level } => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let mut unit = 1;
        while self.index / unit >= 1000 {
            unit *= 1000;
        }
        while unit > 1 {
            write!(f, "x{:03}/", self.index / unit % 1000)?;
            unit /= 1000;
        }
        write!(f, "{:03}", self.index % 1000)?;
        self.partial.map_or(Ok(()), |width| write!(f, ".p/{width}"))
    }
}

/// `x001/x234/067`. One spelling per index: the first group is `000` only where it is the last.
fn parse_index(text: &str) -> Option<u64> {
    if text.starts_with("x000") {
        return None;
    }
    let (groups, last) = match text.rsplit_once('/') {
        Some((groups, last)) => (groups.split('/').collect(), last),
        None => (Vec::new(), text),
    };
    let mut index = 0;
    for group in groups {
        index = append_group(index, group.strip_prefix('x')?)?;
    }
    append_group(index, last)
}

fn append_group(index: u64, group: &str) -> Option<u64> {
    let digits = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.then_some(group)?.parse().ok()?;
    index.checked_mul(1000)?.checked_add(value)
}

fn parse_width(text: &str) -> Result<NonZeroU8, TilePathError> {
    let width = number(text).and_then(|width| u8::try_from(width).ok());
    width.and_then(NonZeroU8::new).ok_or(TilePathError::Width)
}

const LEVEL_MAX: u8 = 63;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn path(text: &str) -> Result<TilePath, TilePathError> {
        text.parse()
    }

    #[test]
    fn paths_go_there_and_back() {
        for (text, level, index, width) in [
            ("tile/0/000", Some(0), 0, 256),
            ("tile/0/000.p/255", Some(0), 0, 255),
            ("tile/1/000", Some(1), 0, 256),
            ("tile/0/001", Some(0), 1, 256),
            ("tile/0/999", Some(0), 999, 256),
            ("tile/0/x001/000", Some(0), 1000, 256),
            ("tile/12/x345/678", Some(12), 345_678, 256),
            ("tile/7/x987/x654/321.p/77", Some(7), 987_654_321, 77),
            ("tile/0/x001/x234/067", Some(0), 1_234_067, 256),
            ("tile/0/x001/x234/067.p/89", Some(0), 1_234_067, 89),
            ("tile/63/x999/x999/x999/x999/x999/999.p/255", Some(63), 999_999_999_999_999_999, 255),
            ("tile/0/x018/x446/x744/x073/x709/x551/615", Some(0), u64::MAX, 256),
            ("tile/entries/000", None, 0, 256),
            ("tile/entries/000.p/1", None, 0, 1),
            ("tile/entries/061.p/7", None, 61, 7),
            ("tile/entries/x001/x234/067", None, 1_234_067, 256),
        ] {
            let parsed = path(text).unwrap();
            let kind = level.map_or(TileKind::Entries, |level| TileKind::Hashes { level });
            assert_eq!((parsed.kind(), parsed.index(), parsed.width()), (kind, index, width));
            assert_eq!(parsed.to_string(), text);
        }
    }

    #[test]
    fn malformed_paths_are_refused() {
        for text in ["", "tile", "/tile/0/061", "tiles/0/061", "Tile/0/061", "0/061"] {
            assert_eq!(path(text), Err(TilePathError::Prefix), "{text}");
        }
        for level in ["", "64", "-3", "+3", "three", "00", "03", "259", "0x3", "data", "Entries"] {
            let text = format!("tile/{level}/x061/007");
            assert_eq!(path(&text), Err(TilePathError::Level), "{text}");
        }
        assert_eq!(path("tile/3"), Err(TilePathError::Level));
        for index in [
            // a group too few or too many
            "",
            "x061",
            "x061/",
            "x061/x007",
            "x061/x007/",
            "x061//007",
            "x061/007/",
            // a group of another length, or with something else than digits
            "7",
            "07",
            "0007",
            "x7/061",
            "x061/0007",
            "x061/-07",
            "x061/+07",
            "0\u{667}\u{661}",
            // an x missing, or not that x
            "061/007",
            "X061/007",
            // a second spelling of a shorter path
            "x000/007",
            "x000/x000/007",
            // 2^64 and beyond
            "x018/x446/x744/x073/x709/x551/616",
            "x018/x446/x744/x073/x709/x552/000",
            "x007/x007/x007/x007/x007/x007/x007/007",
            // a partial tile without its width
            "x061/007.p",
        ] {
            let text = format!("tile/3/{index}");
            assert_eq!(path(&text), Err(TilePathError::Index), "{text}");
        }
        for width in ["", "0", "256", "00", "07", "-7", "+7", "seven", "7/", "7.p/7", " 7"] {
            let text = format!("tile/3/x061/007.p/{width}");
            assert_eq!(path(&text), Err(TilePathError::Width), "{text}");
        }
        assert_eq!(path("tile/3/x061/.p/7"), Err(TilePathError::Index));
    }

    #[test]
    fn the_partial_tiles_of_a_size_are_those_of_the_specification() {
        let paths = |size| -> Vec<String> {
            TilePath::partial_at(size).iter().map(TilePath::to_string).collect()
        };
        let edge =
            ["tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"];
        assert_eq!(paths(70_000), edge);
        assert_eq!(paths(256), ["tile/1/000.p/1"]);
        assert_eq!(paths(0), [""; 0]);
    }

    #[test]
    fn a_tile_exists_once_the_log_reaches_its_end() {
        for (text, first_size) in [
            ("tile/0/000.p/1", 1),
            ("tile/0/000.p/255", 255),
            ("tile/0/000", 256),
            ("tile/entries/001.p/1", 257),
            ("tile/1/000.p/1", 256),
            ("tile/1/000.p/17", 17 * 256),
            ("tile/1/001", 2 * 65_536),
            ("tile/2/000.p/1", 65_536),
        ] {
            let path = path(text).unwrap();
            assert!(path.exists_at(first_size), "{text}");
            assert!(!path.exists_at(first_size - 1), "{text}");
        }
        for text in ["tile/8/000.p/1", "tile/63/000", "tile/0/x018/x446/x744/x073/x709/x551/615"] {
            assert!(!path(text).unwrap().exists_at(u64::MAX), "{text}");
        }
    }
}
