//! Statements that stand in the log under one checkpoint, in the order of time, each signed under a certificate that the
//! policy trusts and of which no list or response at hand says that it was revoked by then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jejak_signer::{
    Certificate, Credential, Hash, HolderKind, IngestWindow, Jws, RevocationEvidence,
    StaleRevocation, TrustPolicy, Typ, signed_by,
};

use super::super::evidence::Evidence;
use super::super::revocation;
use super::NotCounting;
use crate::enrolment;
use crate::event::Event;
use crate::log::{Micros, Outcome, Policy, Position, Receipt, SeenCheckpoint};
use crate::prepared::{Enrolled, iat_of};

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
    /// By when they are proven to have existed, Unix seconds; none where the ledger's word is taken for it, which is
    /// their own `recorded_at`.
    pub(super) proven_by: Option<i64>,
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
    /// When it says that it was signed, Unix seconds.
    pub(super) iat: u64,
    /// When it was recorded, Unix seconds.
    pub(super) at: i64,
    /// The last second at which the path of that certificate is valid.
    pub(super) until: i64,
}

/// What stands, by position.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) by_position: BTreeMap<u64, Stood>,
    /// What would stand but for a list or response at hand.
    pub(super) not_counting: Vec<NotCounting>,
}

/// What stands of these; nothing where the log goes back in time.
pub(super) fn stood<'g>(
    grounds: impl IntoIterator<Item = &'g Receipt>,
    under: &Under<'_>,
) -> Standing {
    let seen = SeenCheckpoint::examine(under.checkpoint, under.log);
    let mut all = Standing::default();
    if !seen.is_ok_and(|seen| seen.checkpoint.origin() == under.origin) {
        return all;
    }
    let is_ground = |ground: &&Receipt| {
        let position = ground.record.position;
        ground.proof.checkpoint == under.checkpoint
            && (position < under.before || position == Position(0))
            && !matches!(ground.verify(under.log, None).outcome, Outcome::Failed(_))
    };
    let grounds = grounds.into_iter().take(GROUNDS_MAX).filter(is_ground);
    let mut included: BTreeMap<u64, Vec<&Receipt>> = BTreeMap::new();
    for ground in grounds {
        included.entry(ground.record.position.0).or_default().push(ground);
    }
    let times = included.values().flatten().map(|ground| ground.record.recorded_at);
    if !times.chain([under.by]).is_sorted() {
        return all;
    }
    for (position, shown) in included {
        all.take(position, &shown, under);
    }
    all
}

impl Standing {
    /// The first that stands of what is shown for a position: beside it others may be shown that lack something.
    fn take(&mut self, position: u64, shown: &[&Receipt], under: &Under<'_>) {
        let mut not_counting = None;
        for ground in shown {
            let Some(stood) = signed(ground, under) else { continue };
            let (chain, asked) = (&ground.chain, StaleRevocation::NotAsked);
            let Some(reason) = revocation::of_chain(chain, under.told, asked, stood.at).reason
            else {
                self.by_position.insert(position, stood);
                return;
            };
            let (position, kind) = (Position(position), stood.event.kind);
            not_counting = not_counting.or(Some(NotCounting { position, kind, reason }));
        }
        self.not_counting.extend(not_counting);
    }
}

/// With the two statements that a link to a key consists of.
const GROUNDS_MAX: usize = Evidence::GROUNDS_MAX + 2;

/// The authorities above whoever signed these, each once, where their certificates lead to what the policy trusts. What else
/// stands in the file may be anything, and nothing rests on it.
pub(in super::super) fn authorities<'g>(
    grounds: impl IntoIterator<Item = &'g Receipt>,
    trust: Option<&TrustPolicy>,
) -> Vec<&'g [u8]> {
    let mut trusted: Vec<&[u8]> = Vec::new();
    let Some(trust) = trust else { return trusted };
    let mut seen: BTreeSet<&[Vec<u8>]> = BTreeSet::new();
    for ground in grounds {
        let Some((_, above)) = ground.chain.split_first() else { continue };
        if above.is_empty() || !seen.insert(&ground.chain) {
            continue;
        }
        let at = recorded_at(ground);
        if Credential::admit(trust, &ground.chain, HolderKind::Person, at).is_err() {
            continue;
        }
        for der in above.iter().map(Vec::as_slice) {
            if !trusted.contains(&der) {
                trusted.push(der);
            }
        }
    }
    trusted
}

fn recorded_at(ground: &Receipt) -> i64 {
    i64::try_from(ground.record.recorded_at.0 / 1_000_000).unwrap_or(i64::MAX)
}

/// Its signature and the path of its certificate are judged at the time at which the ledger recorded it, as far as no list
/// or response says otherwise; their algorithms must still have counted when it is proven to have existed.
fn signed(ground: &Receipt, under: &Under<'_>) -> Option<Stood> {
    let trust = under.trust;
    let statement = ground.statement.as_ref()?.as_bytes().to_vec();
    let jws = Jws::parse(statement, Typ::Event).ok()?;
    let leaf = Certificate::from_der(ground.chain.first()?.clone()).ok()?;
    signed_by(&jws, &leaf).ok()?;
    let at = recorded_at(ground);
    let credential = Credential::admit(trust, &ground.chain, HolderKind::Person, at).ok()?;
    let credential = credential.with_algorithm(jws.header().algorithm).ok()?;
    let by = under.proven_by.map_or(at, |by| by.max(at));
    trust.anchor_proven(&credential, at, by).ok()?;
    let event = Event::parse(jws.payload()).ok()?;
    let stands = event.ledger == under.origin
        && is_in_any_window(ground, &jws)
        && is_enrolment_proven(&event, &jws, under, by);
    let (signer, key, iat) = (jws.header().thumbprint, jws.event_key(), iat_of(&jws));
    let until = credential.window().not_after;
    stands.then_some(Stood { event, signer, key, iat, at, until })
}

/// Nothing but the opening, which the policy pins, is recorded longer after it was signed, or before, than any ledger lets it;
/// how long this one let it follows from what it had adopted by then.
fn is_in_any_window(ground: &Receipt, jws: &Jws) -> bool {
    let (iat, recorded_at) = (iat_of(jws), ground.record.recorded_at.0 / 1_000_000);
    ground.record.position == Position(0) || IngestWindow::WIDEST.contains(iat, recorded_at)
}

/// An enrolment bears the signature of the key that it enrols, as at its admission, of an algorithm that still counted.
fn is_enrolment_proven(event: &Event, jws: &Jws, under: &Under<'_>, by: i64) -> bool {
    let iat = iat_of(jws);
    let at = i64::try_from(iat).unwrap_or(i64::MAX);
    let counts = |one: &Enrolled| {
        let credential: &Credential = &one.credential;
        under.trust.anchor_proven(credential, at, by.max(at)).is_ok()
    };
    event.kind != "signer.enrolled"
        || enrolment::read(event, iat, under.origin, under.trust)
            .is_ok_and(|enrolled| enrolled.iter().all(counts))
}
