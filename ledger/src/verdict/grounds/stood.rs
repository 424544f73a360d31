//! Statements that stand in the log under one checkpoint, in the order of time, each signed under a certificate that the
//! policy trusts and of which no list or response at hand says that it was revoked by then.

use std::collections::BTreeMap;
use std::sync::Arc;

use jejak_signer::{
    Certificate, Credential, Hash, HolderKind, Jws, RevocationEvidence, StaleRevocation,
    TrustPolicy, Typ, signed_by,
};

use super::super::evidence::Evidence;
use super::super::revocation;
use crate::enrolment;
use crate::event::Event;
use crate::log::{Micros, Outcome, Policy, Position, Receipt, SeenCheckpoint};

/// Where grounds stand, and by what they are judged.
pub(super) struct Under<'a> {
    /// The ledger.
    pub(super) origin: &'a str,
    /// The one checkpoint that all are proven under.
    pub(super) checkpoint: &'a str,
    /// What rests on them stands here: they stand before it, and the opening is one always.
    pub(super) before: Position,
    /// When that was recorded: none of them was later.
    pub(super) by: Micros,
    /// Whose log it is.
    pub(super) log: &'a Policy,
    /// Under which certificates they are signed.
    pub(super) trust: &'a TrustPolicy,
    /// Lists and responses at hand.
    pub(super) told: &'a [Arc<RevocationEvidence>],
}

/// A statement that stands under the checkpoint, and whose signature stands.
pub(super) struct Stood {
    pub(super) event: Event,
    /// SHA-256 of the certificate that signed it.
    pub(super) signer: Hash,
    /// By which others name it.
    pub(super) key: Hash,
}

/// What stands of these, by position; nothing where the log goes back in time.
pub(super) fn stood<'g>(
    grounds: impl IntoIterator<Item = &'g Receipt>,
    under: &Under<'_>,
) -> BTreeMap<u64, Stood> {
    let seen = SeenCheckpoint::examine(under.checkpoint, under.log);
    if !seen.is_ok_and(|seen| seen.checkpoint.origin() == under.origin) {
        return BTreeMap::new();
    }
    let is_ground = |ground: &&Receipt| {
        let position = ground.record.position;
        ground.proof.checkpoint == under.checkpoint
            && (position < under.before || position == Position(0))
            && !matches!(ground.verify(under.log, None).outcome, Outcome::Failed(_))
    };
    let grounds = grounds.into_iter().take(GROUNDS_MAX).filter(is_ground);
    let included: BTreeMap<u64, &Receipt> =
        grounds.map(|ground| (ground.record.position.0, ground)).collect();
    let times = included.values().map(|ground| ground.record.recorded_at).chain([under.by]);
    if !times.is_sorted() {
        return BTreeMap::new();
    }
    let signed = |(position, ground)| Some((position, signed(ground, under)?));
    included.into_iter().filter_map(signed).collect()
}

/// With the two statements that a link to a key consists of.
const GROUNDS_MAX: usize = Evidence::GROUNDS_MAX + 2;

/// Its signature and the path of its certificate are judged at the time at which the ledger recorded it.
fn signed(ground: &Receipt, under: &Under<'_>) -> Option<Stood> {
    let trust = under.trust;
    let statement = ground.statement.as_ref()?.as_bytes().to_vec();
    let jws = Jws::parse(statement, Typ::Event).ok()?;
    let leaf = Certificate::from_der(ground.chain.first()?.clone()).ok()?;
    signed_by(&jws, &leaf).ok()?;
    let at = i64::try_from(ground.record.recorded_at.0 / 1_000_000).unwrap_or(i64::MAX);
    let credential = Credential::admit(trust, &ground.chain, HolderKind::Person, at).ok()?;
    let credential = credential.with_algorithm(jws.header().algorithm).ok()?;
    trust.anchor_of(&credential, at).ok()?;
    let told = revocation::of_chain(&ground.chain, under.told, StaleRevocation::NotAsked, at);
    let event = Event::parse(jws.payload()).ok()?;
    let is_of_log = event.ledger == under.origin && told.reason.is_none();
    let stands = is_of_log && is_enrolment_proven(&event, &jws, under);
    stands.then(|| Stood { event, signer: jws.header().thumbprint, key: jws.event_key() })
}

/// An enrolment bears the signature of the key that it enrols, as at its admission.
fn is_enrolment_proven(event: &Event, jws: &Jws, under: &Under<'_>) -> bool {
    let iat = jws.header().iat.unwrap_or_default();
    event.kind != "signer.enrolled"
        || enrolment::read(event, iat, under.origin, under.trust).is_ok()
}
