//! The judgement of one verified event: everything that may stand in its way, in the order of the checks.
//! Posting, replay and audit stop at the first refusal, a rehearsal goes on: the code is the same.

use std::sync::Arc;

use jejak_signer::{Credential, IngestWindow, TrustPolicy};

use super::adoption::Adopted;
use super::evidence::Whose;
use super::{Draft, Holder};
use crate::event::Event;
use crate::log::{Micros, Position};
use crate::noted::Noted;
use crate::prepared::{Enrolled, Prepared};
use crate::quota::OverQuota;
use crate::refusal::{ActTime, Refusal};
use crate::rules::{self, Admitted, Facts, Refusals, Thing};
use crate::state::State;
use crate::store::StoreError;
use crate::store::codec;

/// What the judgement of one event found.
pub(super) enum Judged {
    Repeats(Position),
    /// Nothing stands in the way. Where refusals were gathered, what it holds says nothing.
    Accepted(Box<Accepted>),
}

/// An event that becomes a record, with what it changes.
pub(super) struct Accepted {
    pub(super) position: Position,
    pub(super) prepared: Prepared,
    pub(super) changes: Vec<(String, Thing)>,
    pub(super) encoded: Vec<Vec<u8>>,
    pub(super) enrolled: Vec<Enrolled>,
    pub(super) adopts: Adopted,
    pub(super) noted: Noted,
    /// The certificate of the issuer whose evidence is recorded.
    pub(super) issuer: Option<Vec<u8>>,
}

/// Why a judgement ended.
pub(super) enum Halt {
    Refused(Box<Refusal>),
    /// The signer is over a quota: nothing is said about the event.
    Limited(OverQuota),
    Unread(StoreError),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Unread(error)
    }
}

impl<S: State> Draft<'_, S> {
    /// Everything that may stand in the way of a verified event, in the order of the checks
    /// (`FORMAT.md`, statement). Nothing of the draft changes.
    pub(super) fn judge(
        &mut self,
        mut prepared: Prepared,
        recorded_at: Micros,
        refusals: &mut Refusals<Refusal>,
    ) -> Result<Judged, Halt> {
        if let Some(refusal) = &prepared.astray {
            refusals.add(refusal.clone())?;
        }
        let stored = self.state.id(&prepared.id_key)?;
        if let Some(row) = stored.as_ref().filter(|row| row.statement == prepared.statement_hash) {
            return Ok(Judged::Repeats(row.position));
        }
        let Some(holder) = self.holder(&prepared)? else {
            // An opening says itself who opens: where it does not, its content tells why.
            let thumbprint = prepared.credential.thumbprint();
            let content = prepared.content.first().cloned().map(Refusal::from);
            return Err(content.unwrap_or(Refusal::CertificateUnknown { thumbprint }).into());
        };
        let repeats = stored.as_ref().is_some_and(|row| row.event_key == prepared.event_key);
        // What is meant for another ledger anybody may have carried here (only a rehearsal comes so far with it).
        if let Some(quotas) = self.door.filter(|_| !repeats && prepared.astray.is_none()) {
            quotas.take(&holder.signatory).map_err(Halt::Limited)?;
        }
        let speaks = self.speaks_for(&holder, &prepared.event, recorded_at)?;
        let speaks = refusals.heed(speaks)?.is_some();
        match stored {
            Some(row) if row.event_key == prepared.event_key => {
                return Ok(Judged::Repeats(row.position));
            }
            Some(row) if speaks => refusals.add(Refusal::IdReused { position: row.position })?,
            Some(_) | None => {}
        }
        if !self.context.is_of(&prepared) {
            prepared.judge(&self.context);
        }
        let policy = &*Arc::clone(&self.context.policy);
        judge_signer(&prepared, &holder, policy, recorded_at, refusals)?;
        let path =
            self.check_path(&prepared.credential, Whose::signer(&prepared.event), recorded_at)?;
        let pending = refusals.heed(path)?;
        let counts = pending.is_some() && holder.counts();
        let enrolled = judge_content(&prepared, policy, recorded_at, refusals)?;
        for one in &enrolled {
            let path = self.check_path(&one.credential, Whose::Enrolled, recorded_at)?;
            refusals.heed(path)?;
        }
        let position = Position(self.chain.size());
        let enrolments: Vec<_> = enrolled.iter().map(|one| one.facts.clone()).collect();
        let ruleset = Arc::clone(&self.context.ruleset);
        let case = rules::Case {
            rules: &ruleset,
            facts: &Facts::new(),
            past: None,
            event: &prepared.event,
            signatory: &holder.signatory,
            enrolments: &enrolments,
            position,
            recorded_at,
        };
        // The state of this ledger says nothing about an event for another, and nothing to somebody who does not
        // speak for the source or whose certificate does not count.
        let is_asked = prepared.astray.is_none() && speaks && counts;
        let cites = prepared.cites.as_ref().filter(|_| is_asked);
        let (facts, past) = rules::gather(self, case, &prepared.reads, cites)?;
        let case = rules::Case { facts: &facts, past: past.as_ref(), ..case };
        let mut admitted = Admitted::default();
        if is_asked {
            admitted = admit(&case, &prepared.content, refusals)?;
            let empowered = self.check_empowered(&prepared.event, past.as_ref(), recorded_at)?;
            refusals.heed(empowered)?;
            refusals.heed(expected_version(&facts, &prepared))?;
        } else if prepared.astray.is_none() {
            for refusal in prepared.content.iter().cloned() {
                refusals.add(refusal.into())?;
            }
        }
        let encoded = refusals.heed(encoded(&admitted.changes))?.unwrap_or_default();
        let adopts = self.adoption(&prepared, &admitted.changes, recorded_at)?;
        let adopts = refusals.heed(adopts)?.unwrap_or_default();
        let issuer = refusals.heed(self.check_evidence(&prepared, recorded_at)?)?.flatten();
        let Admitted { changes, warnings } = admitted;
        let (subject, rules) = (&prepared.event.subject, &self.context.ruleset);
        let noted = Noted::of_accepted(subject, &changes, position, warnings, rules);
        let noted = Noted { revocation_pending: pending == Some(true), ..noted };
        Ok(Judged::Accepted(Box::new(Accepted {
            position,
            prepared,
            changes,
            encoded,
            enrolled,
            adopts,
            noted,
            issuer,
        })))
    }
}

/// The rows of the things that an event changes. A thing that has grown beyond what a row may hold
/// refuses the event: its stream is full, and nothing else stops.
fn encoded(changes: &[(String, Thing)]) -> Result<Vec<Vec<u8>>, Refusal> {
    let encode = |(subject, thing): &(String, Thing)| {
        codec::encode(thing).map_err(|_| Refusal::StreamFull {
            subject: subject.clone(),
            bytes_max: codec::ROW_BYTES_MAX,
        })
    };
    changes.iter().map(encode).collect()
}

/// The answer of the rules, beginning with what they found wrong with the content.
fn admit(
    case: &rules::Case<'_>,
    content: &[rules::Refusal],
    refusals: &mut Refusals<Refusal>,
) -> Result<Admitted, Refusal> {
    let mut of_rules = match refusals {
        Refusals::First => Refusals::First,
        Refusals::All(_) => Refusals::All(content.to_vec()),
    };
    let admitted = case.judge(&mut of_rules);
    for refusal in of_rules.into_gathered() {
        refusals.add(refusal.into())?;
    }
    Ok(refusals.heed(admitted.map_err(Refusal::from))?.unwrap_or_default())
}

/// The `iat` window, then certificate and revocation at `recorded_at`.
fn judge_signer(
    prepared: &Prepared,
    holder: &Holder,
    policy: &TrustPolicy,
    recorded_at: Micros,
    refusals: &mut Refusals<Refusal>,
) -> Result<(), Refusal> {
    refusals.heed(judge_iat(prepared.iat, policy.window(), recorded_at))?;
    refusals.heed(is_valid(&prepared.credential, recorded_at))?;
    refusals.heed(is_trusted(&prepared.credential, policy, recorded_at))?;
    if holder.revoked {
        let thumbprint = prepared.credential.thumbprint();
        refusals.add(Refusal::SignerRevoked { thumbprint })?;
    } else if holder.suspended {
        let thumbprint = prepared.credential.thumbprint();
        refusals.add(Refusal::SignerSuspended { thumbprint })?;
    }
    Ok(())
}

/// The time of the act, the content, and the chains in it at `recorded_at`.
fn judge_content(
    prepared: &Prepared,
    policy: &TrustPolicy,
    recorded_at: Micros,
    refusals: &mut Refusals<Refusal>,
) -> Result<Vec<Enrolled>, Refusal> {
    refusals.heed(judge_act_time(&prepared.event, prepared.iat))?;
    for refusal in &prepared.content {
        refusals.add(refusal.clone().into())?;
    }
    let enrolled = refusals.heed(prepared.enrolled.clone())?.unwrap_or_default();
    for one in &enrolled {
        refusals.heed(is_valid(&one.credential, recorded_at))?;
        refusals.heed(is_trusted(&one.credential, policy, recorded_at))?;
    }
    Ok(enrolled)
}

pub(super) fn judge_iat(
    iat: u64,
    window: IngestWindow,
    recorded_at: Micros,
) -> Result<(), Refusal> {
    if !window.contains(iat, seconds_of(recorded_at)) {
        let IngestWindow { iat_past_s: past_s, iat_future_s: future_s } = window;
        return Err(Refusal::IatOutOfWindow { iat, recorded_at, past_s, future_s });
    }
    Ok(())
}

pub(super) fn is_valid(credential: &Credential, recorded_at: Micros) -> Result<(), Refusal> {
    let window = credential.window();
    if window.contains(signed(seconds_of(recorded_at))) {
        return Ok(());
    }
    Err(Refusal::CertificateExpired { window, recorded_at })
}

/// The policy in force lets the certificate count at `recorded_at`. Where none was adopted, that was asked when it was
/// enrolled, and its own dates say the rest.
pub(super) fn is_trusted(
    credential: &Credential,
    policy: &TrustPolicy,
    recorded_at: Micros,
) -> Result<(), Refusal> {
    if policy.hash().is_none() {
        return Ok(());
    }
    let at = signed(seconds_of(recorded_at));
    match policy.anchor_of(credential, at) {
        Ok(_) => Ok(()),
        Err(reason) => {
            Err(Refusal::SignerNotTrusted { thumbprint: credential.thumbprint(), reason })
        }
    }
}

/// How far `time` may lie after `iat`, and before it without `late`, in seconds (`FORMAT.md`, statement).
/// Fixed: what decided once must decide the same in every replay.
const ACT_FUTURE_S: u64 = 900;
const LATE_AFTER_S: u64 = 86_400;

pub(super) fn judge_act_time(event: &Event, iat: u64) -> Result<(), Refusal> {
    const MICROS: i64 = 1_000_000;
    let iat = signed(iat).saturating_mul(MICROS);
    let time = event.time.micros;
    if time > iat.saturating_add(signed(ACT_FUTURE_S) * MICROS) {
        return Err(Refusal::TimeOutOfRange(ActTime::Future { future_s: ACT_FUTURE_S }));
    }
    let earliest = iat.saturating_sub(signed(LATE_AFTER_S) * MICROS);
    if time < earliest && event.late.is_none() {
        let late_after_s = LATE_AFTER_S;
        return Err(Refusal::TimeOutOfRange(ActTime::LateUnexplained { late_after_s }));
    }
    Ok(())
}

pub(super) fn seconds_of(time: Micros) -> u64 {
    time.0 / 1_000_000
}

/// Beyond the range of dates everything is equally far away.
pub(super) fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 1_000_000)
}

fn expected_version(facts: &Facts, prepared: &Prepared) -> Result<(), Refusal> {
    let Some(expected) = prepared.event.expected_version else { return Ok(()) };
    let version = facts.get(&prepared.event.subject).map_or(0, |thing| thing.version);
    if version == expected {
        return Ok(());
    }
    Err(Refusal::VersionMismatch { expected, version })
}
