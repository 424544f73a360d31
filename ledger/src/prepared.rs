//! Steps 2 and 3 of an event's way: bytes become [`Prepared`], in parallel and before any order is
//! known. Only what time and other events cannot change is decided here; what may change is carried
//! along as a value, with the rule set it was judged under.

use std::sync::Arc;

use jejak_signer::{
    Anchors, Credential, Credentials, Hash, Jws, TrustPolicy, Typ, Unverified, Verified, Verifier,
    VerifyError,
};

use crate::documents::Names;
use crate::enrolment;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::refused::Sent;
use crate::rules::{self, Citation, Enrolment, Refusals, RuleSet};
use crate::store::keys;

/// How far a judgement goes when something stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// To the first refusal: what is posted is refused for that.
    First,
    /// To all that can be reached: a rehearsal.
    All,
}

impl Depth {
    pub(crate) fn refusals<R>(self) -> Refusals<R> {
        match self {
            Self::First => Refusals::First,
            Self::All => Refusals::All(Vec::new()),
        }
    }
}

/// What preparation needs to know of a ledger: it is judged again when a later event changes it.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) origin: Arc<str>,
    /// What the ledger trusts: as last adopted, else as opened.
    pub(crate) policy: Arc<TrustPolicy>,
    /// What its opening trusts: under this one everybody was enrolled before a policy was adopted.
    pub(crate) opening: Arc<TrustPolicy>,
    pub(crate) ruleset: Arc<RuleSet>,
}

impl Context {
    /// The same in which nothing has been adopted yet: what an opening fixes.
    pub(crate) fn of_opening(origin: Arc<str>, anchors: Anchors, ruleset: Arc<RuleSet>) -> Self {
        let opening = Arc::new(TrustPolicy::of_anchors(anchors));
        Self { origin, policy: Arc::clone(&opening), opening, ruleset }
    }

    /// The anchors' certificates: of the policy in force, and of the opening.
    pub(crate) fn anchors(&self) -> impl Iterator<Item = &[u8]> {
        let former = self.policy.hash().map(|_| self.opening.anchors().ders());
        self.policy.anchors().ders().chain(former.into_iter().flatten())
    }

    /// The certificates of authorities that the policy itself names: its anchors, and those of the time-stamping
    /// authorities, whose lists say what became of who signed a token.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = &[u8]> {
        let stamping = self.policy.time_authorities().iter();
        self.anchors().chain(stamping.map(|authority| authority.anchor.as_slice()))
    }

    /// Is a prepared event prepared under this?
    pub(crate) fn is_of(&self, prepared: &Prepared) -> bool {
        prepared.ruleset == self.ruleset.hash() && prepared.policy == self.policy.hash()
    }

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
    /// Set in a rehearsal whose event is meant for another ledger.
    pub(crate) astray: Option<Refusal>,
    pub(crate) credential: Arc<Credential>,
    /// The rule set that `content` was judged under.
    pub(crate) ruleset: Hash,
    /// The trust policy that the chains in the event were walked under.
    pub(crate) policy: Option<Hash>,
    /// What stands in the way of the content: the first fault, or all of them in a rehearsal.
    pub(crate) content: Vec<rules::Refusal>,
    /// The things that the rules will read.
    pub(crate) reads: Vec<String>,
    /// The earlier event that it speaks of.
    pub(crate) cites: Option<Citation>,
    /// Key of the event's id row.
    pub(crate) id_key: Vec<u8>,
    /// What the chains in the event say, where it carries any.
    pub(crate) enrolled: Result<Vec<Enrolled>, Refusal>,
    /// The documents that the event names.
    pub(crate) names: Names,
    depth: Depth,
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
            Ok(verified) => match Prepared::of(&verified, context, Depth::First) {
                Ok(prepared) => Self::Prepared(Box::new(prepared)),
                Err(refusal) => {
                    let sent = Sent::of_no_event(verified.jws());
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
    pub(crate) fn of(
        verified: &Verified,
        context: &Context,
        depth: Depth,
    ) -> Result<Self, Refusal> {
        let jws = verified.jws();
        let event = Event::parse(jws.payload()).map_err(Refusal::Payload)?;
        let astray = match (astray(&event, context), depth) {
            (Some(refusal), Depth::First) => return Err(refusal),
            (astray, _) => astray,
        };
        let mut prepared = Self {
            statement: jws.bytes().to_vec(),
            statement_hash: jws.statement_hash(),
            event_key: match jws.header().typ {
                Typ::Trial => jws.rehearsed_key(),
                Typ::Event | Typ::Possession => jws.event_key(),
            },
            iat: iat_of(jws),
            astray,
            credential: Arc::clone(verified.credential()),
            ruleset: context.ruleset.hash(),
            policy: context.policy.hash(),
            content: Vec::new(),
            enrolled: Ok(Vec::new()),
            names: Names::default(),
            reads: Vec::new(),
            cites: None,
            id_key: keys::id(&event.source, &event.id),
            depth,
            event,
        };
        prepared.judge(context);
        Ok(prepared)
    }

    /// Judges content and enrolled chains under `context`: again, when rule set or trust policy have changed.
    pub(crate) fn judge(&mut self, context: &Context) {
        self.ruleset = context.ruleset.hash();
        self.policy = context.policy.hash();
        self.content = content_refusals(&self.event, context, self.depth);
        self.enrolled = if self.content.is_empty() {
            enrolment::read(&self.event, self.iat, &context.origin, &context.policy)
        } else {
            Ok(Vec::new())
        };
        self.names = Names::of(&context.ruleset, &self.event);
        let enrolled = self.enrolled.as_deref().unwrap_or_default();
        let enrolments: Vec<_> = enrolled.iter().map(|one| one.facts.clone()).collect();
        self.cites = rules::citation(&context.ruleset, &self.event);
        self.reads = rules::reads(&context.ruleset, &self.event, &enrolments);
    }
}

/// When the signer says that he signed. Every statement that is an event or a trial of one has it.
pub(crate) fn iat_of(jws: &Jws) -> u64 {
    jws.header().iat.unwrap_or_default()
}

/// The event is meant for another ledger.
pub(crate) fn astray(event: &Event, context: &Context) -> Option<Refusal> {
    (event.ledger != *context.origin).then(|| Refusal::WrongLedger {
        expected: context.origin.to_string(),
        found: event.ledger.clone(),
    })
}

/// What the rule set finds wrong with the event alone.
pub(crate) fn content_refusals(
    event: &Event,
    context: &Context,
    depth: Depth,
) -> Vec<rules::Refusal> {
    let mut refusals = depth.refusals();
    let judged = rules::judge_content(&context.ruleset, event, &mut refusals);
    let mut found = refusals.into_gathered();
    found.extend(judged.err());
    found
}
