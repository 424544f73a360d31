//! The `.tlog-proof` file: index, inclusion path and checkpoint of one leaf. C2SP tlog-proof.

use std::fmt;
use std::str::FromStr;

use jejak_signer::Hash;

use super::note::Note;
use super::text::{HASH_BASE64_BYTES, bytes_of_base64, hash_of_base64, number, push_base64};

/// A proof whose form is right; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes for the application that nothing vouches for; none in a receipt of ours.
    pub extra: Option<Vec<u8>>,
    /// Index of the leaf.
    pub index: u64,
    /// Inclusion path, the leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, as it was published.
    pub checkpoint: String,
}

/// Why a text is not a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Longer than a proof may be.
    #[error("a proof has at most {} bytes, not {bytes}", TlogProof::BYTES_MAX)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Another first line.
    #[error("the first line is not {HEADER:?}")]
    Header,
    /// An `extra` line that is not base64, or empty.
    #[error("the extra line is not base64")]
    Extra,
    /// No index line, or not a decimal number without leading zeroes.
    #[error("the index line is missing or malformed")]
    Index,
    /// A line of the path that is not the base64 of 32 bytes.
    #[error("hash {line} of the path is malformed")]
    Hash {
        /// Which, from 1.
        line: usize,
    },
    /// A longer path than a tree of 2^64 leaves has.
    #[error("the path has more than {} hashes", TlogProof::HASHES_MAX)]
    TooManyHashes,
    /// No empty line, or nothing after it.
    #[error("no checkpoint after an empty line")]
    NoCheckpoint,
}

impl TlogProof {
    /// Longest path: one sibling on each level of a tree with 64-bit indexes.
    pub const HASHES_MAX: usize = 64;

    /// Longest proof that is read: a checkpoint, a path, and as much again for extra data.
    pub const BYTES_MAX: usize = 2 * (Note::BYTES_MAX + Self::HASHES_MAX * 45 + 128);

    /// The file's text for a leaf without extra data.
    pub fn write(index: u64, hashes: &[Hash], checkpoint: &str) -> String {
        let lines = hashes.len() * (HASH_BASE64_BYTES + 1);
        let mut text = String::with_capacity(HEADER.len() + 32 + lines + checkpoint.len());
        text.push_str(HEADER);
        text.push('\n');
        push_body(&mut text, index, hashes, checkpoint);
        text
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(text: &str) -> Result<Self, TlogProofError> {
        if text.len() > Self::BYTES_MAX {
            return Err(TlogProofError::TooLong { bytes: text.len() });
        }
        let rest = text.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('\n'));
        let rest = rest.ok_or(TlogProofError::Header)?;
        let (extra, rest) = match rest.strip_prefix("extra ") {
            Some(rest) => parse_extra(rest).ok_or(TlogProofError::Extra)?,
            None => (None, rest),
        };
        let (index, rest) = parse_index(rest).ok_or(TlogProofError::Index)?;
        let (hashes, checkpoint) = parse_hashes(rest)?;
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.to_owned() })
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            text.push_str("extra ");
            push_base64(&mut text, extra);
            text.push('\n');
        }
        push_body(&mut text, self.index, &self.hashes, &self.checkpoint);
        f.write_str(&text)
    }
}

fn push_body(text: &mut String, index: u64, hashes: &[Hash], checkpoint: &str) {
    text.push_str("index ");
    text.push_str(&index.to_string());
    text.push('\n');
    for hash in hashes {
        push_base64(text, hash.as_bytes());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(checkpoint);
}

fn parse_extra(rest: &str) -> Option<(Option<Vec<u8>>, &str)> {
    let (extra, rest) = rest.split_once('\n')?;
    let extra = bytes_of_base64(extra).filter(|extra| !extra.is_empty())?;
    Some((Some(extra), rest))
}

fn parse_index(rest: &str) -> Option<(u64, &str)> {
    let (index, rest) = rest.strip_prefix("index ")?.split_once('\n')?;
    Some((number(index)?, rest))
}

fn parse_hashes(mut rest: &str) -> Result<(Vec<Hash>, &str), TlogProofError> {
    let mut hashes = Vec::new();
    loop {
        let (line, after) = rest.split_once('\n').ok_or(TlogProofError::NoCheckpoint)?;
        rest = after;
        if line.is_empty() {
            break;
        }
        if hashes.len() == TlogProof::HASHES_MAX {
            return Err(TlogProofError::TooManyHashes);
        }
        let wrong = TlogProofError::Hash { line: hashes.len() + 1 };
        hashes.push(hash_of_base64(line).ok_or(wrong)?);
    }
    if rest.is_empty() { Err(TlogProofError::NoCheckpoint) } else { Ok((hashes, rest)) }
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const HASH: &str = "gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=";

    #[test]
    fn text_goes_there_and_back() {
        for text in [
            "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n".to_owned(),
            format!("c2sp.org/tlog-proof@v1\nindex 5\n{HASH}\n{HASH}\n\na\n\nb\n"),
            format!("c2sp.org/tlog-proof@v1\nextra AQID\nindex 10\n{HASH}\n\ncheckpoint\n"),
        ] {
            let proof: TlogProof = text.parse().unwrap();
            assert_eq!(proof.to_string(), text);
            if proof.extra.is_none() {
                let written = TlogProof::write(proof.index, &proof.hashes, &proof.checkpoint);
                assert_eq!(written, text);
            }
        }
    }

    #[test]
    fn what_is_not_a_proof_is_refused_with_its_reason() {
        let refused = |text: &str| text.parse::<TlogProof>().unwrap_err();
        let after = |lines: &str| refused(&format!("{HEADER}\n{lines}"));
        for text in
            ["", "c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n", "c2sp.org/tlog-proof@v11\n"]
        {
            assert_eq!(refused(text), TlogProofError::Header, "{text:?}");
        }
        assert_eq!(refused(&format!("{HEADER}\r\nindex 0\n\nc\n")), TlogProofError::Header);
        for extra in ["not base64", "", "AQI"] {
            let lines = format!("extra {extra}\nindex 0\n\ncheckpoint\n");
            assert_eq!(after(&lines), TlogProofError::Extra, "{extra:?}");
        }
        for index in ["", "index one", "index -1", "index 01", "index  1", "Index 1", "index 1 "] {
            let lines = format!("{index}\n\ncheckpoint\n");
            assert_eq!(after(&lines), TlogProofError::Index, "{index:?}");
        }
        assert_eq!(after("index 5\nextra AQID\n\nc\n"), TlogProofError::Hash { line: 1 });
        let long = super::super::text::base64(&[0; 64]);
        for hash in ["not base64", &long, &HASH[1..], " "] {
            let lines = format!("index 0\n{HASH}\n{hash}\n\ncheckpoint\n");
            assert_eq!(after(&lines), TlogProofError::Hash { line: 2 }, "{hash:?}");
        }
        for lines in ["index 0\n", "index 0\n\n", &format!("index 0\n{HASH}\n")] {
            assert_eq!(after(lines), TlogProofError::NoCheckpoint, "{lines:?}");
        }
        let many = format!("index 0\n{}\nc\n", format!("{HASH}\n").repeat(65));
        assert_eq!(after(&many), TlogProofError::TooManyHashes);
        let bytes = TlogProof::BYTES_MAX + 1;
        assert_eq!(refused(&"a".repeat(bytes)), TlogProofError::TooLong { bytes });
    }
}
