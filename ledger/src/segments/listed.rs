//! Which stamps a list of stamps holds, kept beside the log for each list: whoever looks for a stamp reads no list that
//! cannot name it. A renewal of a year of tokens names dozens of lists of 6 MiB each.
//!
//! A row only says where to look; what a list says is in the list, and what it proves in the renewal that names it. Lists of
//! before have none, and are read.

use jejak_signer::Hash;

use crate::store::Table;
use crate::timestamps::KeptTimestamp;
use crate::view::{ReadError, View};

/// How the keys of rows begin that tell what a list holds; the 32 bytes of its SHA-256 follow.
const ROW_PREFIX: &[u8] = b"stamp-list/";
/// Of a value: two places.
const ROW_BYTES: usize = 2 * PLACE_BYTES;
const PLACE_BYTES: usize = 8 + Hash::BYTES;

/// Where a stamp stands among those that are kept: by the size that it is over, then by its token.
pub(crate) type Place = (u64, Hash);

/// What a list holds: all stamps from the newest to the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The first of the list.
    pub(crate) newest: Place,
    /// The last of it.
    pub(crate) oldest: Place,
}

impl Listed {
    /// Whether a list of these names the stamp, if it is kept at all.
    pub(crate) fn may_name(&self, stamp: &KeptTimestamp) -> bool {
        (self.oldest..=self.newest).contains(&(stamp.size, stamp.token))
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let place = |(size, token): Place| [&size.to_be_bytes(), &token.0[..]].concat();
        [place(self.newest), place(self.oldest)].concat()
    }

    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let (newest, oldest) = value.split_at_checked(PLACE_BYTES)?;
        let place = |bytes: &[u8]| {
            let (size, token) = bytes.split_first_chunk::<8>()?;
            Some((u64::from_be_bytes(*size), Hash::try_from(token).ok()?))
        };
        let listed = Self { newest: place(newest)?, oldest: place(oldest)? };
        (value.len() == ROW_BYTES && listed.oldest <= listed.newest).then_some(listed)
    }
}

/// The key of the row of a list.
pub(crate) fn listed_key(list: &Hash) -> Vec<u8> {
    [ROW_PREFIX, list.as_bytes()].concat()
}

impl View {
    /// What a list holds, where that is kept.
    pub(crate) fn listed(&self, list: &Hash) -> Result<Option<Listed>, ReadError> {
        let Some(value) = self.get(Table::Meta, &listed_key(list))? else { return Ok(None) };
        Listed::parse(&value).map(Some).ok_or(ReadError::Corrupt)
    }
}

#[cfg(test)]
mod tests {
    use jejak_signer::GenTime;

    use super::*;

    fn stamp(size: u64, token: u8) -> KeptTimestamp {
        let time = GenTime { seconds: 0, nanoseconds: 0 };
        let token = Hash([token; 32]);
        KeptTimestamp { size, token, time, accuracy: None, stamped: String::new() }
    }

    const LISTED: Listed = Listed { newest: (9, Hash([5; 32])), oldest: (3, Hash([7; 32])) };

    #[test]
    fn a_list_may_name_what_lies_between_its_first_and_its_last_stamp() {
        for (size, token, may) in [
            (9, 5, true),
            (9, 6, false),
            (9, 0, true),
            (5, 255, true),
            (3, 7, true),
            (3, 6, false),
            (2, 255, false),
            (10, 0, false),
        ] {
            assert_eq!(LISTED.may_name(&stamp(size, token)), may, "{size} {token}");
        }
    }

    #[test]
    fn a_row_is_two_places_and_nothing_else() {
        let bytes = LISTED.to_bytes();
        let written = ["0000000000000009", &"05".repeat(32), "0000000000000003", &"07".repeat(32)];
        let (newest, oldest) = bytes.split_at(PLACE_BYTES);
        let hex = |place: &[u8]| {
            let (size, token) = place.split_at(8);
            let size = u64::from_be_bytes(size.try_into().unwrap_or_default());
            format!("{size:016x}{}", Hash::try_from(token).unwrap_or(Hash([0; 32])))
        };
        assert_eq!([hex(newest), hex(oldest)].concat(), written.concat());
        assert_eq!(Listed::parse(&bytes), Some(LISTED));
        assert_eq!(Listed::parse(bytes.get(1..).unwrap_or_default()), None);
        assert_eq!(Listed::parse(&[bytes, vec![0]].concat()), None);
        let turned = Listed { newest: LISTED.oldest, oldest: LISTED.newest };
        assert_eq!(Listed::parse(&turned.to_bytes()), None);
    }
}
