//! Steps 2 and 3 of an event's way: bytes become [`Prepared`], in parallel and before any order is
//! known. Only what time and other events cannot change is decided here; what may change is carried
//! along as a value, with the rule set it was judged under.

use std::sync::Arc;

use jejak_signer::{
    Anchors, Credential, Credentials, Hash, Jws, Typ, Unverified, Verified, Verifier, VerifyError,
};

use crate::documents::Names;
use crate::enrolment;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::refused::Sent;
use crate::rules::{self, Enrolment, RuleSet};
use crate::store::keys;

/// What preparation needs to know of a ledger: it is judged again when a later event changes it.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) origin: Arc<str>,
    pub(crate) anchors: Arc<Anchors>,
    pub(crate) ruleset: Arc<RuleSet>,
}

impl Context {
    /// A rule set that names a region serves only the ledger of that region.
    pub(crate) fn serves(&self, ruleset: &RuleSet) -> Result<(), Refusal> {
        let region = self.origin.rsplit('/').next().unwrap_or_default();
        match ruleset.region() {
            Some(own) if own != region => Err(Refusal::RuleSetOfAnotherRegion {
                expected: region.to_owned(),
                found: own.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// A statement on its way to the sequencer.
pub(crate) enum Candidate {
    /// Verified and prepared.
    Prepared(Box<Prepared>),
    /// Its certificate was not known when it was read; an event before it may enrol it.
    Unknown(Box<Jws>),
    /// Verified, but no event.
    Unfit(Box<Unfit>),
    /// Refused for a reason that no other event can change, and not known to be signed.
    Refused(Refusal),
}

/// A verified statement that is no event, and why not.
pub(crate) struct Unfit {
    pub(crate) sent: Sent,
    pub(crate) refusal: Refusal,
}

/// A verified statement whose event is parsed, whose content is judged and whose hashes are known.
pub(crate) struct Prepared {
    pub(crate) statement: Vec<u8>,
    pub(crate) statement_hash: Hash,
    pub(crate) event_key: Hash,
    pub(crate) iat: u64,
    pub(crate) event: Event,
    pub(crate) credential: Arc<Credential>,
    /// The rule set that `content` was judged under.
    pub(crate) ruleset: Hash,
    pub(crate) content: Result<(), Refusal>,
    /// The things that the rules will read.
    pub(crate) reads: Vec<String>,
    /// Key of the event's id row.
    pub(crate) id_key: Vec<u8>,
    /// What the chains in the event say, where it carries any.
    pub(crate) enrolled: Result<Vec<Enrolled>, Refusal>,
    /// The documents that the event names.
    pub(crate) names: Names,
}

/// A certificate that an event enrols: the plain facts for the rules, the credential for later use.
#[derive(Clone)]
pub(crate) struct Enrolled {
    pub(crate) facts: Enrolment,
    pub(crate) credential: Arc<Credential>,
}

impl Candidate {
    /// Parses and verifies the bytes of one statement under the credentials known now.
    pub(crate) fn of(bytes: Vec<u8>, credentials: impl Credentials, context: &Context) -> Self {
        match Jws::parse(bytes, Typ::Event) {
            Ok(jws) => Self::of_jws(jws, credentials, context),
            Err(error) => Self::Refused(Refusal::Jws(error)),
        }
    }

    /// The same for a statement that is parsed already.
    pub(crate) fn of_jws(jws: Jws, credentials: impl Credentials, context: &Context) -> Self {
        match Verifier::new(credentials).verify(jws) {
            Ok(verified) => match Prepared::of(&verified, context) {
                Ok(prepared) => Self::Prepared(Box::new(prepared)),
                Err(refusal) => {
                    let jws = verified.jws();
                    let (event_key, certificate) = (jws.event_key(), jws.header().thumbprint);
                    let sent = Sent { event_key, certificate, event: None };
                    Self::Unfit(Box::new(Unfit { sent, refusal }))
                }
            },
            Err(Unverified { jws, reason: VerifyError::CertificateUnknown { .. } }) => {
                Self::Unknown(Box::new(jws))
            }
            Err(Unverified { reason, .. }) => Self::Refused(Refusal::Signature(reason)),
        }
    }
}

impl Prepared {
    /// Parses the event and judges what depends on nothing but its bytes and the rule set.
    pub(crate) fn of(verified: &Verified, context: &Context) -> Result<Self, Refusal> {
        let jws = verified.jws();
        let event = Event::parse(jws.payload()).map_err(Refusal::Payload)?;
        if event.ledger != *context.origin {
            let expected = context.origin.to_string();
            return Err(Refusal::WrongLedger { expected, found: event.ledger });
        }
        let mut prepared = Self {
            statement: jws.bytes().to_vec(),
            statement_hash: jws.statement_hash(),
            event_key: jws.event_key(),
            // Every statement that is an event has one.
            iat: jws.header().iat.unwrap_or_default(),
            credential: Arc::clone(verified.credential()),
            ruleset: context.ruleset.hash(),
            content: Ok(()),
            enrolled: Ok(Vec::new()),
            names: Names::default(),
            reads: Vec::new(),
            id_key: keys::id(&event.source, &event.id),
            event,
        };
        prepared.judge(context);
        Ok(prepared)
    }

    /// Judges content and enrolled chains under `context`: again, when the rule set has changed.
    pub(crate) fn judge(&mut self, context: &Context) {
        self.ruleset = context.ruleset.hash();
        self.content = rules::check(&context.ruleset, &self.event).map_err(Refusal::from);
        self.enrolled = if self.content.is_ok() {
            enrolment::read(&self.event, self.iat, &context.origin, &context.anchors)
        } else {
            Ok(Vec::new())
        };
        self.names = Names::of(&context.ruleset, &self.event);
        let enrolled = self.enrolled.as_deref().unwrap_or_default();
        let enrolments: Vec<_> = enrolled.iter().map(|one| one.facts.clone()).collect();
        self.reads = rules::reads(&context.ruleset, &self.event, &enrolments);
    }
}
