//! Renewals of a ledger's evidence: the text that is stamped, and the rows that name text and token of each. They are no
//! events: a token proves itself.

use std::sync::atomic::AtomicBool;

use jejak_signer::{Hash, TimestampAuthority, TimestampToken};

use super::SealError;
use super::listed::{Listed, listed_key};
use crate::held::unread;
use crate::ledger::Ledger;
use crate::log::{Renewal, SEGMENT_POSITIONS, SegmentLine, StampLine, StampList, Twice};
use crate::store::{Direction, Row, Table, keys};
use crate::view::{ReadError, View};

/// How the keys of rows begin that name a renewal; u64be of its number follows.
pub(crate) const RENEWAL_PREFIX: &[u8] = b"renewal/";

/// Renewals of one ledger: one a year makes this many millennia; several authorities and more care leave room.
pub const RENEWALS_MAX: usize = 4_096;

/// A renewal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRenewal {
    /// Its number, from 0.
    pub number: u64,
    /// What was stamped.
    pub renewal: Renewal,
    /// The token over its text, in DER.
    pub token: Vec<u8>,
}

/// Stamps over checkpoints that are read at one time.
const STAMPS_READ: usize = 1_024;

impl View {
    /// The renewals that are kept, the oldest first.
    pub fn renewals(&self) -> Result<Vec<KeptRenewal>, ReadError> {
        self.first_renewals(RENEWALS_MAX)
    }

    /// The oldest of them, at most `max`.
    pub(crate) fn first_renewals(&self, max: usize) -> Result<Vec<KeptRenewal>, ReadError> {
        let range = keys::starting_with(RENEWAL_PREFIX);
        let rows = self.scan(Table::Meta, &range, Direction::Forward, max)?;
        (0..).zip(rows).map(|(number, (key, value))| self.kept(number, &key, &value)).collect()
    }

    /// How many stamps a renewal names: those over renewals before it, and those over checkpoints in its lists, which are
    /// read one at a time. None where a list is not held.
    pub fn stamps_named(&self, renewal: &Renewal) -> Result<Option<usize>, ReadError> {
        let mut named = renewal.stamps.len();
        for list in &renewal.lists {
            let Some(text) = self.held.object(&list.sha256).map_err(unread)? else {
                return Ok(None);
            };
            let list = String::from_utf8(text).ok().and_then(|text| text.parse().ok());
            let StampList { stamps, .. } = list.ok_or(ReadError::Corrupt)?;
            named = named.saturating_add(stamps.len());
        }
        Ok(Some(named))
    }

    fn kept(&self, number: u64, key: &[u8], value: &[u8]) -> Result<KeptRenewal, ReadError> {
        let (text, token) = value.split_at_checked(Hash::BYTES).ok_or(ReadError::Corrupt)?;
        if key != row_key(number) {
            return Err(ReadError::Corrupt);
        }
        let object = |hash: &[u8]| {
            let hash = Hash::try_from(hash).map_err(|_| ReadError::Corrupt)?;
            self.held.object(&hash).map_err(unread)?.ok_or(ReadError::Corrupt)
        };
        let text = String::from_utf8(object(text)?).ok().and_then(|text| text.parse().ok());
        let (renewal, token) = (text.ok_or(ReadError::Corrupt)?, object(token)?);
        Ok(KeptRenewal { number, renewal, token })
    }
}

impl Ledger {
    /// What is to be stamped now: every segment, the one that is not full among them, and every stamp that is kept. Makes
    /// and keeps what it names.
    pub fn prepare_renewal(&self) -> Result<Renewal, SealError> {
        self.keep_segments()?;
        let view = self.view();
        let (full, size) = (view.full_segments(), view.size());
        let mut segments = Vec::new();
        for index in 0..full {
            let segment = view.segment(index)?.ok_or(ReadError::Corrupt)?;
            segments.push(SegmentLine::of(&segment));
        }
        let first = full.saturating_mul(SEGMENT_POSITIONS);
        if first < size {
            let rest = view.make_segment(first..size, &AtomicBool::new(false))?;
            self.held.put(rest.to_string().as_bytes()).map_err(unread).map_err(ReadError::from)?;
            segments.push(SegmentLine::of(&rest));
        }
        let kept = view.renewals()?;
        let stamps = kept.iter().map(KeptRenewal::stamp).collect();
        let root = view.root_at(size)?.ok_or(ReadError::Corrupt)?;
        let since = kept.last().map_or(0, |last| last.renewal.size);
        let (origin, lists) = (view.origin().to_owned(), self.list_stamps(&view, since)?);
        Ok(Renewal { origin, size, root, segments, stamps, lists })
    }

    /// Keeps lists of the stamps over checkpoints of at least `since` records, and names them. Holds one list at a time.
    fn list_stamps(&self, view: &View, since: u64) -> Result<Vec<Twice>, SealError> {
        let (mut lists, mut stamps, mut before) = (Vec::new(), Vec::new(), None);
        let mut listed: Option<Listed> = None;
        loop {
            let page = view.timestamps(before, STAMPS_READ)?;
            let is_last = page.len() < STAMPS_READ || page.iter().any(|kept| kept.size < since);
            for kept in page.iter().filter(|kept| kept.size >= since) {
                // One that is lost proves nothing any more; an audit names it.
                let Some(token) = view.timestamp_token(kept)? else { continue };
                let oldest = (kept.size, kept.token);
                listed = Some(Listed { newest: listed.map_or(oldest, |held| held.newest), oldest });
                let stamped = Twice::of(kept.stamped.as_bytes());
                stamps.push(StampLine { stamped, token: Twice::of(&token) });
            }
            before = page.last().map(|kept| (kept.size, kept.token));
            if stamps.len() + STAMPS_READ > StampList::STAMPS_MAX || (is_last && !stamps.is_empty())
            {
                let origin = view.origin().to_owned();
                let list = StampList { origin, stamps: std::mem::take(&mut stamps) }.to_string();
                let put = self.held.put(list.as_bytes()).map_err(unread);
                put.map_err(ReadError::from)?;
                let list = Twice::of(list.as_bytes());
                // The list is durable before the row that tells what it holds.
                if let Some(listed) = listed.take() {
                    let (key, value) = (listed_key(&list.sha256), listed.to_bytes());
                    self.sequencer().keep_beside(vec![Row::put(Table::Meta, key, value)])?;
                }
                lists.push(list);
            }
            if is_last {
                return Ok(lists);
            }
        }
    }

    /// Keeps a renewal with a token over it, which must lead to one of the `authorities`; its number.
    pub fn keep_renewal(
        &self,
        renewal: &Renewal,
        token: &TimestampToken,
        authorities: &[TimestampAuthority],
    ) -> Result<u64, SealError> {
        let text = renewal.to_string();
        token.verify(text.as_bytes(), authorities)?;
        let put = |bytes: &[u8]| {
            let put = self.held.put(bytes).map_err(unread);
            put.map_err(|error| SealError::Read(error.into()))
        };
        let value = [put(text.as_bytes())?, put(token.der())?];
        let value = value.iter().flat_map(|hash| *hash.as_bytes()).collect();
        // Under the writer's lock, so that two commands do not take one number.
        let mut sequencer = self.sequencer();
        let number = u64::try_from(self.view().renewals()?.len()).unwrap_or(u64::MAX);
        sequencer.keep_beside(vec![Row::put(Table::Meta, row_key(number), value)])?;
        Ok(number)
    }
}

impl KeptRenewal {
    /// How a later renewal names it.
    pub(crate) fn stamp(&self) -> StampLine {
        let stamped = Twice::of(self.renewal.to_string().as_bytes());
        StampLine { stamped, token: Twice::of(&self.token) }
    }
}

fn row_key(number: u64) -> Vec<u8> {
    [RENEWAL_PREFIX, &number.to_be_bytes()].concat()
}
