//! Renewals: what carries a stamp on after its authority's certificate has expired or its algorithms have ended. Each was
//! stamped while what it names still proved by itself, and may have been named by a later one in its turn.

use std::convert::Infallible;
use std::sync::Arc;

use jejak_signer::{HashAlgorithm, RevocationEvidence, Timestamp, TimestampToken};

use super::evidence::{Block, Evidence, Renewed};
use super::policy::VerdictPolicy;
use crate::log::{
    BLOCK_POSITIONS, Remains, Renewal, Segment, SegmentMaker, SegmentObject, StampLine, StampList,
    Twice,
};

/// The renewals that still prove at the time of the one who asks.
pub(super) struct Renewals(Vec<Judged>);

/// One renewal under a token that counts.
struct Judged {
    renewal: Renewal,
    lists: Vec<StampList>,
    /// How a later one names it.
    stamp: StampLine,
    /// From when on it is certain that it existed (`genTime` and accuracy), Unix seconds.
    at: i64,
    /// The last second at which it proves by itself.
    ends_at: i64,
    /// It proves that the record and its statement stood under SHA-512.
    holds: bool,
}

impl Renewals {
    /// Of the evidence, those that were made until `at` and prove then: by themselves, or by a later one.
    pub(super) fn of(
        evidence: &Evidence,
        policy: &VerdictPolicy,
        at: i64,
        told: &[Arc<RevocationEvidence>],
    ) -> Self {
        let all = evidence.renewals.iter().take(Evidence::RENEWALS_MAX);
        let judged = all.filter_map(|renewed| judge(renewed, evidence, policy, told));
        let mut judged: Vec<_> = judged.filter(|judged| judged.at <= at).collect();
        judged.sort_by_key(|judged| judged.at);
        // From the last one back: what a later one carries on may carry on what was before.
        let mut proving: Vec<Judged> = Vec::new();
        for one in judged.into_iter().rev() {
            if at <= one.ends_at || carries(&proving, &one.stamp, one.ends_at) {
                proving.push(one);
            }
        }
        Self(proving)
    }

    /// Whether a stamp that proved by itself until `ends_at` was renewed by then, and still proves. Where the log's own
    /// hash has ended too, the renewal must hold the record under another.
    pub(super) fn carry(&self, stamp: &StampLine, ends_at: i64, log_ended: bool) -> bool {
        let naming = self.0.iter().filter(|one| one.at <= ends_at && one.names(stamp));
        naming.into_iter().any(|one| !log_ended || one.holds)
    }
}

impl Judged {
    fn names(&self, stamp: &StampLine) -> bool {
        let listed = self.lists.iter().any(|list| list.stamps.contains(stamp));
        listed || self.renewal.stamps.contains(stamp)
    }
}

fn carries(proving: &[Judged], stamp: &StampLine, ends_at: i64) -> bool {
    proving.iter().any(|one| one.at <= ends_at && one.names(stamp))
}

/// The last second at which a token proves by itself: while the certificates behind it are valid, and its algorithms
/// count.
pub(super) fn ends_at(time: &Timestamp, policy: &VerdictPolicy) -> i64 {
    let until = [
        policy.hash_until(time.algorithm()),
        policy.trust.as_ref().and_then(|trust| trust.certificates_until(time.chain())),
    ];
    let last = until.into_iter().flatten().map(|until| until.saturating_sub(1));
    last.chain([time.valid_until()]).min().unwrap_or(i64::MIN)
}

/// The last second at which the log's own hash proves.
pub(super) fn log_ends_at(policy: &VerdictPolicy) -> i64 {
    policy.hash_until(HashAlgorithm::Sha256).map_or(i64::MAX, |until| until.saturating_sub(1))
}

/// None where its token does not count, or what comes with it is not what it names.
fn judge(
    renewed: &Renewed,
    evidence: &Evidence,
    policy: &VerdictPolicy,
    told: &[Arc<RevocationEvidence>],
) -> Option<Judged> {
    let renewal: Renewal = renewed.text.parse().ok()?;
    if renewal.origin != evidence.origin {
        return None;
    }
    let token = TimestampToken::parse(&renewed.token).ok()?;
    let time = token.verify(renewed.text.as_bytes(), policy.authorities()).ok()?;
    time.standing(told).ok()?;
    let mut stamps = Vec::new();
    for text in renewed.lists.iter().take(Evidence::STAMP_LISTS_MAX) {
        if !renewal.lists.contains(&Twice::of(text.as_bytes())) {
            return None;
        }
        stamps.push(text.parse::<StampList>().ok().filter(|list| list.origin == renewal.origin)?);
    }
    let stamp =
        StampLine { stamped: Twice::of(renewed.text.as_bytes()), token: Twice::of(&renewed.token) };
    let block = renewed.block.as_ref();
    let holds = block.and_then(|block| holds(block, &renewal, evidence)) == Some(true);
    let ends_at = ends_at(&time, policy);
    Some(Judged { renewal, lists: stamps, stamp, at: time.existed_at(), ends_at, holds })
}

/// The record and its statement stand in a block of a segment that the renewal names.
fn holds(block: &Block, renewal: &Renewal, evidence: &Evidence) -> Option<bool> {
    let named = Twice::of(block.segment.as_bytes());
    let position = evidence.record.position.0;
    let mut lines = renewal.segments.iter();
    lines.find(|line| line.text == named && (line.first..line.end).contains(&position))?;
    let segment: Segment = block.segment.parse().ok()?;
    if segment.origin != evidence.origin {
        return None;
    }
    let place = position.checked_sub(segment.first).filter(|_| position < segment.end)?;
    let index = place / BLOCK_POSITIONS;
    let first = segment.first.checked_add(index.checked_mul(BLOCK_POSITIONS)?)?;
    let mut maker = SegmentMaker::new(&segment.origin, first);
    for (record, remains) in &block.positions {
        if record.position.0 != maker.next() {
            return Some(false);
        }
        maker.push(record, remains.as_ref());
    }
    let Ok::<_, Infallible>(made) =
        maker.finish(segment.root, |hash| Ok(SegmentObject::new(*hash, None)));
    let digest = segment.blocks.get(usize::try_from(index).ok()?)?;
    let own = block.positions.get(usize::try_from(position.checked_sub(first)?).ok()?)?;
    let statement = Remains::of(evidence.statement.as_deref()?);
    Some(made.blocks == [*digest] && *own == (evidence.record, statement))
}
