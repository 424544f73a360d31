//! The bytes of every row. The only file that knows the serializer of rows.
//!
//! Rows are an index over what is hashed and signed: nothing that is hashed or signed passes through here except the
//! statement, whose frame is laid by hand. `bincode` is pinned and no longer maintained (RUSTSEC-2025-0141); its
//! legacy layout is fixed by the golden bytes below, so that another writer of the same bytes can take its place.

use bincode::config::{self, Config};
use jejak_signer::Hash;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Epoch, Head};
use crate::log::{Position, Remains};

/// The bytes of one encoded row, at most. A thing holds no more than its statements brought.
pub const ROW_BYTES_MAX: usize = 1 << 20;

/// The bytes of one statement, at most (`formats.md`: the compact JWS).
pub const STATEMENT_BYTES_MAX: usize = 65_535;

const FRAME_VERSION: u8 = 1;
const REMOVED_VERSION: u8 = 2;
const FRAME_HEADER_BYTES: usize = 5;
const CRC_BYTES: usize = 4;

/// Why a row cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Larger than a row may be.
    #[error("{bytes} bytes are more than a row may have ({max})")]
    TooLong {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        max: usize,
    },
    /// Bytes are left over after the value.
    #[error("the value ends after {consumed} of {held} bytes")]
    Trailing {
        /// Where the value ends.
        consumed: usize,
        /// How many bytes there are.
        held: usize,
    },
    /// Not a value of this type; the serializer's own words.
    #[error("no value of this kind: {0}")]
    Invalid(String),
    /// The frame's version is not known.
    #[error("a frame of version {found}")]
    FrameVersion {
        /// The version byte.
        found: u8,
    },
    /// The frame is shorter or longer than it says.
    #[error("a frame for {declared} bytes, of {held} bytes in all")]
    FrameLength {
        /// The length that it declares.
        declared: usize,
        /// All its bytes.
        held: usize,
    },
    /// The frame's checksum does not agree with its bytes.
    #[error("checksum {stored:08x} is stored, {computed:08x} is right")]
    FrameChecksum {
        /// As stored.
        stored: u32,
        /// As it must be.
        computed: u32,
    },
}

/// Where an event is, by its `source` and `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdRow {
    /// Its position.
    pub position: Position,
    /// SHA-256 of its signing input.
    #[serde(with = "raw_hash")]
    pub event_key: Hash,
    /// SHA-256 of its statement.
    #[serde(with = "raw_hash")]
    pub statement: Hash,
}

/// A token of a time-stamping authority; the size of its checkpoint and its hash are the row's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimestampRow {
    /// `genTime` in Unix seconds.
    pub seconds: i64,
    /// Nanoseconds after them.
    pub nanoseconds: u32,
    /// How exact it is, in microseconds, where the token says so.
    pub accuracy_us: Option<u64>,
    /// The bytes that were stamped: a checkpoint with the log's signature lines.
    pub stamped: String,
}

/// Head and epoch of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StateRow {
    pub(super) epoch: u64,
    pub(super) size: u64,
    #[serde(with = "raw_hash")]
    pub(super) leaf_hash: Hash,
}

impl StateRow {
    pub(super) fn new(epoch: Epoch, head: Head) -> Self {
        Self { epoch: epoch.0, size: head.size, leaf_hash: head.leaf_hash }
    }

    pub(super) fn head(&self) -> Head {
        Head { size: self.size, leaf_hash: self.leaf_hash }
    }
}

/// A refusal that is kept; its time and event key are the row's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    /// SHA-256 of the signer's certificate.
    #[serde(with = "raw_hash")]
    pub certificate: Hash,
    /// The signer's person id.
    pub person: String,
    /// The signer's agency.
    pub agency: String,
    /// The kind of refusal.
    pub code: String,
    /// The rule that refused, where it is one.
    pub rule: Option<String>,
    /// Id, type, subject and source of the event; none where the payload is no event.
    pub event: Option<[String; 4]>,
    /// RFC 6901 pointer to the first obstacle.
    pub pointer: Option<String>,
    /// The code of the class that the event would have.
    pub class: u8,
}

/// A ledger in the directory; its region is the key.
#[cfg(any(test, feature = "rocks"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NameRow {
    pub(super) number: u32,
    pub(super) origin: String,
}

/// The stored bytes of a value: little-endian, fixed widths, u64 lengths, u32 variant numbers.
///
/// The type must not use serde's `untagged`, `flatten`, `tag` or `skip`: the layout does not describe itself.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    let bytes = bincode::serde::encode_to_vec(value, layout())
        .map_err(|error| CodecError::Invalid(error.to_string()))?;
    // What could not be read again is not written.
    if bytes.len() > ROW_BYTES_MAX {
        return Err(CodecError::TooLong { bytes: bytes.len(), max: ROW_BYTES_MAX });
    }
    Ok(bytes)
}

/// The value of stored bytes: all of them, and no more than [`ROW_BYTES_MAX`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    if bytes.len() > ROW_BYTES_MAX {
        return Err(CodecError::TooLong { bytes: bytes.len(), max: ROW_BYTES_MAX });
    }
    let (value, consumed) = bincode::serde::decode_from_slice(bytes, layout())
        .map_err(|error| CodecError::Invalid(error.to_string()))?;
    if consumed != bytes.len() {
        return Err(CodecError::Trailing { consumed, held: bytes.len() });
    }
    Ok(value)
}

fn layout() -> impl Config {
    config::legacy().with_limit::<ROW_BYTES_MAX>()
}

/// The stored form of a statement: `0x01 || length u32be || bytes || CRC32C u32be` of all before it.
pub fn frame_statement(statement: &[u8]) -> Result<Vec<u8>, CodecError> {
    let too_long = CodecError::TooLong { bytes: statement.len(), max: STATEMENT_BYTES_MAX };
    if statement.len() > STATEMENT_BYTES_MAX {
        return Err(too_long);
    }
    let length = u32::try_from(statement.len()).map_err(|_| too_long)?;
    let mut frame = Vec::with_capacity(FRAME_HEADER_BYTES + statement.len() + CRC_BYTES);
    frame.push(FRAME_VERSION);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(statement);
    frame.extend_from_slice(&crc32c::crc32c(&frame).to_be_bytes());
    Ok(frame)
}

/// The statement in a stored frame.
pub fn unframe_statement(frame: &[u8]) -> Result<&[u8], CodecError> {
    let held = frame.len();
    let no_frame = CodecError::FrameLength { declared: 0, held };
    let (version, rest) = frame.split_first().ok_or(no_frame.clone())?;
    if *version != FRAME_VERSION {
        return Err(CodecError::FrameVersion { found: *version });
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(no_frame.clone())?;
    let (statement, stored) = rest.split_last_chunk::<CRC_BYTES>().ok_or(no_frame)?;
    let declared = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    if declared != statement.len() {
        return Err(CodecError::FrameLength { declared, held });
    }
    let stored = u32::from_be_bytes(*stored);
    let computed = crc32c::crc32c_append(
        crc32c::crc32c_append(crc32c::crc32c(&[FRAME_VERSION]), length),
        statement,
    );
    if stored != computed {
        return Err(CodecError::FrameChecksum { stored, computed });
    }
    Ok(statement)
}

/// What a frame in the place of a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framed<'a> {
    /// The statement.
    Statement(&'a [u8]),
    /// What is left of a statement that was removed.
    Removed(Remains),
}

/// What stands in the place of a statement that was removed by law: `0x02 || length u32be || SHA-512 || CRC32C u32be` of all
/// before it.
pub fn frame_removed(remains: &Remains) -> Vec<u8> {
    let mut frame = vec![REMOVED_VERSION];
    frame.extend_from_slice(&remains.to_bytes());
    frame.extend_from_slice(&crc32c::crc32c(&frame).to_be_bytes());
    frame
}

/// What a stored frame of either version holds.
pub fn unframe(frame: &[u8]) -> Result<Framed<'_>, CodecError> {
    if frame.first() != Some(&REMOVED_VERSION) {
        return unframe_statement(frame).map(Framed::Statement);
    }
    let held = frame.len();
    let wrong = CodecError::FrameLength { declared: Remains::BYTES, held };
    let (checked, stored) = frame.split_last_chunk::<CRC_BYTES>().ok_or(wrong.clone())?;
    let remains = checked.get(1..).and_then(Remains::parse).ok_or(wrong)?;
    let (stored, computed) = (u32::from_be_bytes(*stored), crc32c::crc32c(checked));
    if stored != computed {
        return Err(CodecError::FrameChecksum { stored, computed });
    }
    Ok(Framed::Removed(remains))
}

/// A hash as its 32 bytes, whatever its own serde form is.
mod raw_hash {
    use super::{Deserialize, Hash, Serialize};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        hash.as_bytes().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        <[u8; Hash::BYTES]>::deserialize(from).map(Hash)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    // CRC catalogue, CRC-32/ISCSI: check value of "123456789".
    #[test]
    fn the_checksum_is_crc32c() {
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn golden_bytes_of_a_statement_frame() {
        let golden = b"\x01\0\0\0\x05a.b.c\x14\x0a\x3a\x34";
        assert_eq!(frame_statement(b"a.b.c").unwrap(), golden);
        assert_eq!(unframe_statement(golden), Ok(b"a.b.c".as_slice()));
    }

    #[test]
    fn golden_bytes_of_what_is_left_of_a_statement() {
        let remains = Remains::of(b"a.b.c").unwrap();
        let frame = frame_removed(&remains);
        assert_eq!(frame[..5], *b"\x02\0\0\0\x05");
        assert_eq!(frame[5..69], *jejak_signer::Hash512::of(b"a.b.c").as_bytes());
        assert_eq!(frame[69..], crc32c::crc32c(&frame[..69]).to_be_bytes());
        assert_eq!(unframe(&frame), Ok(Framed::Removed(remains)));
        assert_eq!(unframe_statement(&frame), Err(CodecError::FrameVersion { found: 2 }));
        let statement = frame_statement(b"a.b.c").unwrap();
        assert_eq!(unframe(&statement), Ok(Framed::Statement(b"a.b.c")));
    }

    #[test]
    fn a_changed_frame_of_what_is_left_is_refused() {
        let frame = frame_removed(&Remains::of(b"a.b.c").unwrap());
        for at in 0..frame.len() {
            let mut changed = frame.clone();
            changed[at] ^= 1;
            assert!(unframe(&changed).is_err(), "byte {at}");
            let declared = Remains::BYTES;
            let short = CodecError::FrameLength { declared, held: at };
            let expected =
                if at == 0 { CodecError::FrameLength { declared: 0, held: 0 } } else { short };
            assert_eq!(unframe(&frame[..at]), Err(expected));
        }
    }

    #[test]
    fn golden_bytes_of_a_timestamp_row() {
        let stamped = "h/1\n1\n".to_owned();
        let row = TimestampRow {
            seconds: 1,
            nanoseconds: 2,
            accuracy_us: Some(3),
            stamped: stamped.clone(),
        };
        let golden =
            b"\x01\0\0\0\0\0\0\0\x02\0\0\0\x01\x03\0\0\0\0\0\0\0\x06\0\0\0\0\0\0\0h/1\n1\n";
        assert_eq!(encode(&row).unwrap(), golden);
        assert_eq!(decode(golden), Ok(row));
        let row = TimestampRow { seconds: -1, nanoseconds: 0, accuracy_us: None, stamped };
        let golden = b"\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\x06\0\0\0\0\0\0\0h/1\n1\n";
        assert_eq!(encode(&row).unwrap(), golden);
        assert_eq!(decode(golden), Ok(row));
    }

    #[test]
    fn golden_bytes_of_an_id_row() {
        let row = IdRow {
            position: Position(0x0102),
            event_key: Hash([0xaa; 32]),
            statement: Hash([0xbb; 32]),
        };
        let mut golden = vec![2, 1, 0, 0, 0, 0, 0, 0];
        golden.extend([0xaa; 32]);
        golden.extend([0xbb; 32]);
        assert_eq!(encode(&row).unwrap(), golden);
        assert_eq!(decode(&golden), Ok(row));
    }

    #[test]
    fn golden_bytes_of_state_and_name() {
        let state = StateRow { epoch: 3, size: 258, leaf_hash: Hash([0xcc; 32]) };
        let mut golden = vec![3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0];
        golden.extend([0xcc; 32]);
        assert_eq!(encode(&state).unwrap(), golden);
        let name = NameRow { number: 7, origin: "h/id".to_owned() };
        assert_eq!(encode(&name).unwrap(), b"\x07\0\0\0\x04\0\0\0\0\0\0\0h/id");
    }

    #[test]
    fn golden_bytes_of_a_refusal_row() {
        let row = RefusalRow {
            certificate: Hash([0xdd; 32]),
            person: "p".to_owned(),
            agency: "a".to_owned(),
            code: "c".to_owned(),
            rule: Some("R".to_owned()),
            event: Some(["i", "t", "s", "g"].map(str::to_owned)),
            pointer: None,
            class: 1,
        };
        let mut golden = vec![0xdd; 32];
        golden.extend(b"\x01\0\0\0\0\0\0\0p\x01\0\0\0\0\0\0\0a\x01\0\0\0\0\0\0\0c");
        golden.extend(b"\x01\x01\0\0\0\0\0\0\0R");
        golden.extend(b"\x01\x01\0\0\0\0\0\0\0i\x01\0\0\0\0\0\0\0t");
        golden.extend(b"\x01\0\0\0\0\0\0\0s\x01\0\0\0\0\0\0\0g\0");
        golden.push(1);
        assert_eq!(encode(&row).unwrap(), golden);
        assert_eq!(decode(&golden), Ok(row));
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Field {
        Text(String),
        Integer(i64),
        Flag(bool),
        List(Vec<Self>),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        state: String,
        version: u64,
        late: Option<u8>,
        fields: BTreeMap<String, Field>,
    }

    #[test]
    fn golden_bytes_of_a_value_with_every_shape() {
        let fields = [
            ("a".to_owned(), Field::List(vec![Field::Flag(true), Field::Text("z".to_owned())])),
            ("b".to_owned(), Field::Integer(-2)),
        ];
        let value = Sample {
            state: "on".to_owned(),
            version: 1,
            late: Some(9),
            fields: BTreeMap::from(fields),
        };
        let golden: &[&[u8]] = &[
            b"\x02\0\0\0\0\0\0\0on",                       // string: u64 length, bytes
            b"\x01\0\0\0\0\0\0\0",                         // u64
            b"\x01\x09",                                   // some
            b"\x02\0\0\0\0\0\0\0",                         // map: u64 length
            b"\x01\0\0\0\0\0\0\0a",                        //
            b"\x03\0\0\0\x02\0\0\0\0\0\0\0",               // variant u32, list: u64 length
            b"\x02\0\0\0\x01",                             // flag
            b"\0\0\0\0\x01\0\0\0\0\0\0\0z",                // text
            b"\x01\0\0\0\0\0\0\0b",                        //
            b"\x01\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff", // integer
        ];
        assert_eq!(encode(&value).unwrap(), golden.concat());
        assert_eq!(decode(&golden.concat()), Ok(value));
    }

    #[test]
    fn a_row_is_read_whole_or_not_at_all() {
        let mut bytes = encode(&7_u64).unwrap();
        bytes.push(0);
        assert_eq!(decode::<u64>(&bytes), Err(CodecError::Trailing { consumed: 8, held: 9 }));
        assert!(matches!(decode::<u64>(&bytes[..7]), Err(CodecError::Invalid(_))));
        // A length that no row can hold is refused before anything is allocated.
        assert!(matches!(decode::<String>(&[0xff; 16]), Err(CodecError::Invalid(_))));
    }

    #[test]
    fn a_row_that_could_not_be_read_again_is_not_written() {
        let bytes = ROW_BYTES_MAX + 8;
        let text = "x".repeat(ROW_BYTES_MAX);
        assert_eq!(encode(&text), Err(CodecError::TooLong { bytes, max: ROW_BYTES_MAX }));
        let fits = "x".repeat(ROW_BYTES_MAX - 8);
        assert_eq!(decode(&encode(&fits).unwrap()), Ok(fits));
        let held = vec![0; ROW_BYTES_MAX + 1];
        let too_long = CodecError::TooLong { bytes: ROW_BYTES_MAX + 1, max: ROW_BYTES_MAX };
        assert_eq!(decode::<u64>(&held), Err(too_long));
    }

    #[test]
    fn a_damaged_frame_says_how() {
        let frame = frame_statement(b"a.b.c").unwrap();
        assert_eq!(unframe_statement(b""), Err(CodecError::FrameLength { declared: 0, held: 0 }));
        let mut other = frame.clone();
        other[0] = 9;
        assert_eq!(unframe_statement(&other), Err(CodecError::FrameVersion { found: 9 }));
        let short = &frame[..frame.len() - 1];
        assert_eq!(
            unframe_statement(short),
            Err(CodecError::FrameLength { declared: 5, held: 13 })
        );
        let mut other = frame;
        other[6] ^= 1;
        assert!(matches!(
            unframe_statement(&other),
            Err(CodecError::FrameChecksum { stored: 0x140a_3a34, .. })
        ));
        assert_eq!(
            frame_statement(&vec![0; STATEMENT_BYTES_MAX + 1]),
            Err(CodecError::TooLong { bytes: 65_536, max: 65_535 })
        );
    }

    proptest! {
        #[test]
        fn frames_go_there_and_back(statement: Vec<u8>) {
            let frame = frame_statement(&statement).unwrap();
            prop_assert_eq!(unframe_statement(&frame), Ok(statement.as_slice()));
        }

        #[test]
        fn no_bytes_make_the_readers_panic(bytes: Vec<u8>) {
            let _ = unframe_statement(&bytes);
            let _ = decode::<Sample>(&bytes);
            let _ = decode::<IdRow>(&bytes);
        }
    }
}
