//! Taking a token in: verified over a checkpoint of this log, held against the ledger's own times, then kept.

use jejak_signer::{Accuracy, GenTime, TimestampAuthority, TimestampError, TimestampToken};

use super::TIMESTAMP_TOLERANCE_S;
use super::{Contradiction, KeptTimestamp, Stamped, StampedError, contradiction, seconds};
use crate::error::Failure;
use crate::held::unread;
use crate::ledger::Ledger;
use crate::store::{Row, StoreError, Table, codec};
use crate::view::{ReadError, View};

/// Why a token was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepTimestampError {
    /// What was stamped is no checkpoint of this log.
    #[error("what was stamped: {0}")]
    Stamped(#[from] StampedError),
    /// A checkpoint that this log, as it is published, does not extend.
    #[error("the checkpoint of size {size} is not of this log")]
    NotOfThisLog {
        /// Of the checkpoint.
        size: u64,
    },
    /// The token does not count.
    #[error(transparent)]
    Token(#[from] TimestampError),
    /// The authority's clock and the ledger's lie too far apart.
    #[error("stamped at {stamped_at}, while the ledger's clock says {clock}")]
    Clock {
        /// `genTime`, Unix seconds.
        stamped_at: i64,
        /// Unix seconds.
        clock: i64,
    },
    /// A record says another time than the token lets it.
    #[error("position {} says another time than the token", .0.position)]
    Contradicts(Contradiction),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be kept.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl View {
    /// What is stamped of this view's checkpoint.
    pub fn stamped(&self) -> Result<Stamped, StampedError> {
        Stamped::of(self.checkpoint(), self.log_keys())
    }
}

impl Ledger {
    /// Keeps a token over `stamped`, the text of a checkpoint that this ledger has signed, by one of the authorities of its
    /// trust policy or of `authorities`. What it proves does not rest on who brings it. Keeping the same token again changes nothing.
    pub fn keep_timestamp(
        &self,
        token: &TimestampToken,
        stamped: &str,
        authorities: &[TimestampAuthority],
    ) -> Result<KeptTimestamp, KeepTimestampError> {
        let view = self.view();
        let stamped = Stamped::parse(stamped, view.log_keys())?;
        let (size, root) = (stamped.checkpoint().size(), stamped.checkpoint().root());
        if size == 0 || view.root_at(size)? != Some(root) {
            return Err(KeepTimestampError::NotOfThisLog { size });
        }
        let authorities = view.time_authorities_with(authorities)?;
        let timestamp = token.verify(stamped.text().as_bytes(), &authorities)?;
        let (time, existed_at) = (timestamp.time(), timestamp.existed_at());
        self.check_clock(time, timestamp.accuracy())?;
        if let Some(found) = contradiction(&view, size, time, existed_at)? {
            return Err(KeepTimestampError::Contradicts(found));
        }
        let kept = KeptTimestamp {
            size,
            token: token.digest(),
            time,
            accuracy: timestamp.accuracy(),
            stamped: stamped.text().to_owned(),
        };
        // The object is durable before the row that names it.
        let put = self.held.put(token.der()).map_err(unread);
        put.map_err(|error: StoreError| ReadError::from(error))?;
        let row = codec::encode(&kept.row()).map_err(|_| ReadError::Corrupt)?;
        self.sequencer().keep_beside(vec![Row::put(Table::Meta, kept.key(), row)])?;
        Ok(kept)
    }

    /// A token from an authority whose clock runs ahead would contradict what is recorded next.
    fn check_clock(
        &self,
        time: GenTime,
        accuracy: Option<Accuracy>,
    ) -> Result<(), KeepTimestampError> {
        let clock = seconds(self.clock.now());
        let stamped_at = time.seconds;
        let uncertain = accuracy.map_or(0, Accuracy::seconds);
        if stamped_at.saturating_sub(uncertain) > clock.saturating_add(TIMESTAMP_TOLERANCE_S) {
            return Err(KeepTimestampError::Clock { stamped_at, clock });
        }
        Ok(())
    }
}
