//! Taking in evidence before the event that records it: only a list or a response that is an issuer's and newer than what
//! is recorded is kept, so that nobody fills the disk with anything else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jejak_signer::{
    Hash, OCSP_RESPONSE_BYTES_MAX, OcspError, OcspResponse, REVOCATION_LIST_BYTES_MAX,
    RevocationEvidence, RevocationList, RevocationListError, Window, is_ocsp_response,
    ocsp_request, revocation_list_issuer,
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    EVIDENCE_RECORDED, KnownCertificate, KnownIssuer, Named, RESPONSE_RECORDED, RecordedList,
    list_stream, response_stream,
};
use crate::event::parse_time;
use crate::held::Held;
use crate::ledger::Ledger;
use crate::log::Position;
use crate::objects::ObjectError;
use crate::view::{ReadError, View};

/// What the event says that records a list or a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its type: [`EVIDENCE_RECORDED`] or [`RESPONSE_RECORDED`].
    pub kind: &'static str,
    /// Its stream.
    pub subject: String,
    /// Its data.
    pub data: Map<String, Value>,
    /// The issuer's name, for people.
    pub issuer: String,
    /// SHA-256 of the list or response.
    pub object: Hash,
}

/// Why evidence was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Longer than it may be.
    #[error("{bytes} bytes; {bytes_max} is the most")]
    TooLong {
        /// Its size.
        bytes: usize,
        /// The most.
        bytes_max: usize,
    },
    /// No authority above an enrolled certificate made it, and no anchor.
    #[error("no issuer of this ledger made it")]
    IssuerUnknown,
    /// It is not a complete list that its issuer signed.
    #[error("not a revocation list of that issuer: {0}")]
    NotAList(RevocationListError),
    /// It is not a response that the issuer or his responder signed.
    #[error("not an OCSP response of an issuer of this ledger: {0}")]
    NotAResponse(OcspError),
    /// The response says nothing of any certificate that this ledger knows.
    #[error("says nothing of a certificate of this ledger")]
    CertificateUnknown,
    /// The same, or a newer one, is recorded already.
    #[error("recorded already, or older than the one at position {position}")]
    Outdated {
        /// Where the newest of its scope was recorded.
        position: Position,
    },
    /// The ledger could not be read.
    #[error("{0}")]
    Unread(#[from] ReadError),
    /// It could not be stored.
    #[error("{0}")]
    Unwritten(#[from] ObjectError),
}

/// What was found last of those whom evidence is about.
#[derive(Default)]
pub(crate) struct KnownCache {
    issuers: Rested<KnownIssuer>,
    certificates: Rested<KnownCertificate>,
}

/// The result of a search that is not made again at once.
struct Rested<T>(Mutex<Option<Found<T>>>);

struct Found<T> {
    /// Of the view in which they were found.
    size: u64,
    at: Instant,
    /// How long the search took.
    cost: Duration,
    all: Arc<Vec<T>>,
}

impl<T> Default for Rested<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Rested<T> {
    fn get(
        &self,
        view: &View,
        search: impl FnOnce(&View, &[T]) -> Result<Vec<T>, ReadError>,
    ) -> Result<Arc<Vec<T>>, ReadError> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().as_ref()
            && (found.size == view.size() || found.at.elapsed() < found.cost * REST)
        {
            return Ok(Arc::clone(&found.all));
        }
        let before = known().as_ref().map(|found| Arc::clone(&found.all));
        let begun = Instant::now();
        let all = Arc::new(search(view, before.as_deref().map_or(&[][..], Vec::as_slice))?);
        let cost = begun.elapsed();
        let found = Found { size: view.size(), at: Instant::now(), cost, all: Arc::clone(&all) };
        *known() = Some(found);
        Ok(all)
    }
}

/// A search is not repeated before ten times as long as it took, so that it takes a tenth of a core at most.
const REST: u32 = 10;

impl Ledger {
    /// The issuers whose lists this ledger asks for, anchors among them.
    pub fn issuers(&self) -> Result<Arc<Vec<KnownIssuer>>, ReadError> {
        self.known.issuers.get(&self.view(), |view, _| view.issuers())
    }

    /// The certificates about which this ledger takes in responses: those that are enrolled and count, and the
    /// authorities above them; 65,536 at most.
    pub fn certificates(&self) -> Result<Arc<Vec<KnownCertificate>>, ReadError> {
        self.known.certificates.get(&self.view(), View::known_certificates)
    }

    /// Takes in a list or an OCSP response, in DER, that one of the issuers or his responder made and that is newer than
    /// what is recorded of it. Stored when it returns; it counts once an event records it.
    pub fn take_evidence(&self, der: &[u8]) -> Result<Offer, NotTaken> {
        let view = self.view();
        let offer = if is_ocsp_response(der) {
            offer_response(&view, &self.held, &self.issuers()?, &self.certificates()?, der)?
        } else {
            offer_list(&view, &self.held, &self.issuers()?, der)?
        };
        self.held.put(der)?;
        Ok(offer)
    }

    /// What a responder is asked about a certificate (RFC 6960, 4.1), in DER; none where a certificate is not held.
    pub fn ocsp_request(&self, about: &KnownCertificate) -> Result<Option<Vec<u8>>, ReadError> {
        let held = self.held.object(&about.issued.thumbprint());
        let Some(certificate) = held.map_err(|_| ReadError::Corrupt)? else { return Ok(None) };
        let issuers = self.issuers()?;
        let issuer = issuers.iter().find(|issuer| issuer.certificate == about.issuer);
        Ok(issuer.and_then(|issuer| ocsp_request(&certificate, &issuer.der).ok()))
    }

    /// The hosts that the policy of the ledger lets evidence be fetched from; none where no policy was adopted.
    pub fn evidence_hosts(&self) -> Option<Vec<String>> {
        let context = self.context.read().unwrap_or_else(PoisonError::into_inner);
        context.policy.hash().map(|_| context.policy.revocation().hosts.clone())
    }

    /// A list or response that was taken in, in DER; none where no object of this name is one.
    pub fn evidence(&self, object: &Hash) -> Result<Option<Vec<u8>>, ObjectError> {
        let held = self.held.object(object)?;
        let is_evidence =
            |bytes: &Vec<u8>| is_ocsp_response(bytes) || revocation_list_issuer(bytes).is_some();
        Ok(held.filter(is_evidence))
    }
}

/// What an event would say of a list.
fn offer_list(
    view: &View,
    held: &Held,
    issuers: &[KnownIssuer],
    der: &[u8],
) -> Result<Offer, NotTaken> {
    check_length(der, REVOCATION_LIST_BYTES_MAX)?;
    let made_by = revocation_list_issuer(der);
    let named = issuers.iter().filter(|issuer| Some(issuer.subject) == made_by);
    let object = Hash::of(der);
    let mut refused = None;
    for issuer in named {
        match RevocationList::verify(der, &issuer.der) {
            Ok(list) => {
                let of_scope = view.lists_of(list.by())?;
                let recorded = of_scope.into_iter().find(|one| one.scope == list.scope());
                check_newer(recorded, list.window(), list.number().map(|_| list.digest()))?;
                let optional = [
                    ("via", issuer.via.map(|via| via.to_string())),
                    ("number", list.number().map(str::to_owned)),
                    ("scope", list.scope().map(|scope| scope.to_string())),
                ];
                let offer = Offer {
                    kind: EVIDENCE_RECORDED,
                    subject: list_stream(list.by()),
                    data: data(object, der.len(), issuer.certificate, list.window(), optional),
                    issuer: issuer.name.clone(),
                    object,
                };
                let named = Named { object, issuer: issuer.certificate };
                held.keep_evidence(named, Arc::new(RevocationEvidence::List(list)));
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

/// What an event would say of a response: for the first certificate that it is about and of which nothing newer is
/// recorded.
fn offer_response(
    view: &View,
    held: &Held,
    issuers: &[KnownIssuer],
    certificates: &[KnownCertificate],
    der: &[u8],
) -> Result<Offer, NotTaken> {
    check_length(der, OCSP_RESPONSE_BYTES_MAX)?;
    let object = Hash::of(der);
    let (mut by, mut refused) = (HashMap::new(), None);
    for issuer in issuers {
        match OcspResponse::verify(der, &issuer.der) {
            Ok(response) => {
                by.insert(issuer.certificate, (issuer, response));
            }
            // Of several issuers the one that made it says why it does not count.
            Err(reason) if refused.is_none() || !is_of_other_issuer(&reason) => {
                refused = Some(reason);
            }
            Err(_) => {}
        }
    }
    if by.is_empty() {
        return Err(match refused {
            Some(reason) if !is_of_other_issuer(&reason) => NotTaken::NotAResponse(reason),
            Some(_) | None => NotTaken::IssuerUnknown,
        });
    }
    let mut outdated = None;
    for known in certificates {
        let Some((issuer, response)) = by.get(&known.issuer) else { continue };
        let Some(window) = response.window_about(&known.issued) else { continue };
        let thumbprint = known.issued.thumbprint();
        if let Err(reason) = check_newer(view.response_about(&thumbprint)?, window, None) {
            outdated = Some(reason);
            continue;
        }
        let via = (known.via != thumbprint).then(|| known.via.to_string());
        let optional = [("certificate", Some(thumbprint.to_string())), ("via", via)];
        let offer = Offer {
            kind: RESPONSE_RECORDED,
            subject: response_stream(&thumbprint),
            data: data(object, der.len(), known.issuer, window, optional),
            issuer: issuer.name.clone(),
            object,
        };
        let named = Named { object, issuer: known.issuer };
        held.keep_evidence(named, Arc::new(RevocationEvidence::Response(response.clone())));
        return Ok(offer);
    }
    Err(outdated.unwrap_or(NotTaken::CertificateUnknown))
}

fn is_of_other_issuer(reason: &OcspError) -> bool {
    matches!(reason, OcspError::OtherIssuer | OcspError::ResponderMissing)
}

fn check_length(der: &[u8], bytes_max: usize) -> Result<(), NotTaken> {
    if der.len() > bytes_max {
        return Err(NotTaken::TooLong { bytes: der.len(), bytes_max });
    }
    Ok(())
}

/// Made later than what is recorded; or, where both are numbered, in the same second and another one.
fn check_newer(
    recorded: Option<RecordedList>,
    window: Window,
    numbered: Option<Hash>,
) -> Result<(), NotTaken> {
    let Some(recorded) = recorded else { return Ok(()) };
    let made = window.not_before.saturating_mul(1_000_000);
    let newer = parse_time(&recorded.this_update).is_none_or(|held| {
        made > held || (made == held && numbered.is_some_and(|digest| digest != recorded.object))
    });
    if newer { Ok(()) } else { Err(NotTaken::Outdated { position: recorded.position }) }
}

fn data<const N: usize>(
    object: Hash,
    bytes: usize,
    issuer: Hash,
    window: Window,
    optional: [(&str, Option<String>); N],
) -> Map<String, Value> {
    let time = |seconds: i64| {
        Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
    };
    let always = [
        ("object", Value::from(object.to_string())),
        ("size", bytes.into()),
        ("issuer", issuer.to_string().into()),
        ("this_update", time(window.not_before).into()),
        ("next_update", time(window.not_after).into()),
    ];
    let optional = optional.into_iter().filter_map(|(name, text)| Some((name, text?.into())));
    always.into_iter().chain(optional).map(|(name, value)| (name.to_owned(), value)).collect()
}
