//! Taking in a list before the event that records it: only one that is an issuer's and newer than what is recorded is
//! kept, so that nobody fills the disk with anything else.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jejak_signer::{
    Hash, IssuerId, REVOCATION_LIST_BYTES_MAX, RevocationList, RevocationListError,
    revocation_list_issuer,
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{KnownIssuer, Named, list_stream};
use crate::event::parse_time;
use crate::held::Held;
use crate::ledger::Ledger;
use crate::log::Position;
use crate::objects::ObjectError;
use crate::view::{ReadError, View};

/// What the event says that records a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its stream.
    pub subject: String,
    /// Its data.
    pub data: Map<String, Value>,
    /// The issuer's name, for people.
    pub issuer: String,
    /// SHA-256 of the list.
    pub object: Hash,
}

/// Why a list was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Longer than a list may be.
    #[error("a list of {bytes} bytes; {REVOCATION_LIST_BYTES_MAX} is the most")]
    TooLong {
        /// Its size.
        bytes: usize,
    },
    /// No authority above an enrolled certificate made it, and no anchor.
    #[error("no issuer of this ledger made it")]
    IssuerUnknown,
    /// It is not a complete list that its issuer signed.
    #[error("not a revocation list of that issuer: {0}")]
    NotAList(RevocationListError),
    /// The same list, or a newer one, is recorded already.
    #[error("recorded already, or older than the one at position {position}")]
    Outdated {
        /// Where the newest of its scope was recorded.
        position: Position,
    },
    /// The ledger could not be read.
    #[error("{0}")]
    Unread(#[from] ReadError),
    /// The list could not be stored.
    #[error("{0}")]
    Unwritten(#[from] ObjectError),
}

/// The issuers that were found last.
#[derive(Default)]
pub(crate) struct IssuerCache(Mutex<Option<Found>>);

#[derive(Clone)]
struct Found {
    /// Of the view in which they were found.
    size: u64,
    at: Instant,
    /// How long the search took.
    cost: Duration,
    issuers: Arc<Vec<KnownIssuer>>,
}

/// A search is not repeated before ten times as long as it took, so that it takes a tenth of a core at most.
const REST: u32 = 10;

impl Ledger {
    /// The issuers whose lists this ledger asks for, anchors among them.
    pub fn issuers(&self) -> Result<Arc<Vec<KnownIssuer>>, ReadError> {
        let known = self.issuers.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let view = self.view();
        if let Some(found) = known
            && (found.size == view.size() || found.at.elapsed() < found.cost * REST)
        {
            return Ok(found.issuers);
        }
        let begun = Instant::now();
        let issuers = Arc::new(view.issuers()?);
        let found = Found {
            size: view.size(),
            at: Instant::now(),
            cost: begun.elapsed(),
            issuers: Arc::clone(&issuers),
        };
        *self.issuers.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(issuers)
    }

    /// Takes in a list, in DER, that one of the issuers made and that is newer than what is recorded of it. Stored when
    /// it returns; it counts once an event records it.
    pub fn take_evidence(&self, der: &[u8]) -> Result<Offer, NotTaken> {
        let view = self.view();
        let offer = offer(&view, &self.held, &self.issuers()?, der)?;
        self.held.put(der)?;
        Ok(offer)
    }

    /// The hosts that the policy of the ledger lets lists be fetched from; none where no policy was adopted.
    pub fn evidence_hosts(&self) -> Option<Vec<String>> {
        let context = self.context.read().unwrap_or_else(PoisonError::into_inner);
        context.policy.hash().map(|_| context.policy.revocation().hosts.clone())
    }

    /// A list that was taken in, in DER; none where no object of this name is one.
    pub fn evidence(&self, object: &Hash) -> Result<Option<Vec<u8>>, ObjectError> {
        let held = self.held.object(object)?;
        Ok(held.filter(|bytes| revocation_list_issuer(bytes).is_some()))
    }
}

/// What an event would say of a list.
fn offer(view: &View, held: &Held, issuers: &[KnownIssuer], der: &[u8]) -> Result<Offer, NotTaken> {
    if der.len() > REVOCATION_LIST_BYTES_MAX {
        return Err(NotTaken::TooLong { bytes: der.len() });
    }
    let made_by = revocation_list_issuer(der);
    let named = issuers.iter().filter(|issuer| Some(issuer.subject) == made_by);
    let object = Hash::of(der);
    let mut refused = None;
    for issuer in named {
        match RevocationList::verify(der, &issuer.der) {
            Ok(list) => {
                check_newer(view, &list)?;
                let offer = Offer {
                    subject: list_stream(list.by()),
                    data: data(&list, der.len(), issuer),
                    issuer: issuer.name.clone(),
                    object,
                };
                held.keep_list(Named { object, issuer: issuer.certificate }, Arc::new(list));
                return Ok(offer);
            }
            Err(reason) => refused = Some(reason),
        }
    }
    match (refused, made_by) {
        (Some(reason), _) => Err(NotTaken::NotAList(reason)),
        (None, Some(_)) => Err(NotTaken::IssuerUnknown),
        (None, None) => Err(NotTaken::NotAList(RevocationListError::Malformed)),
    }
}

fn check_newer(view: &View, list: &RevocationList) -> Result<(), NotTaken> {
    let by: IssuerId = list.by();
    let recorded = view.lists_of(by)?.into_iter().find(|one| one.scope == list.scope());
    let Some(recorded) = recorded else { return Ok(()) };
    let made = list.window().not_before.saturating_mul(1_000_000);
    let newer = parse_time(&recorded.this_update).is_none_or(|held| {
        made > held || (made == held && list.digest() != recorded.object && list.number().is_some())
    });
    if newer { Ok(()) } else { Err(NotTaken::Outdated { position: recorded.position }) }
}

fn data(list: &RevocationList, bytes: usize, issuer: &KnownIssuer) -> Map<String, Value> {
    let window = list.window();
    let time = |seconds: i64| {
        Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
    };
    let optional = [
        ("via", issuer.via.map(|via| via.to_string())),
        ("number", list.number().map(str::to_owned)),
        ("scope", list.scope().map(|scope| scope.to_string())),
    ];
    let always = [
        ("object", Value::from(list.digest().to_string())),
        ("size", bytes.into()),
        ("issuer", issuer.certificate.to_string().into()),
        ("this_update", time(window.not_before).into()),
        ("next_update", time(window.not_after).into()),
    ];
    let optional = optional.into_iter().filter_map(|(name, text)| Some((name, text?.into())));
    always.into_iter().chain(optional).map(|(name, value)| (name.to_owned(), value)).collect()
}
