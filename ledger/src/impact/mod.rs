//! What rests on one certificate: what was signed under it, what was signed under certificates that it enrolled or attested,
//! and the rows that these events made.
//!
//! Asked when a key may have been another's for a while.

mod lineage;

use std::ops::Range;

use jejak_signer::{Hash, Jws, Revocation, Typ};

use crate::credentials;
use crate::evidence::is_evidence;
use crate::log::{Micros, Position};
use crate::registers;
use crate::rules::{Class, Field, Thing, reads};
use crate::state::certificate_subject;
use crate::store::{Table, keys};
use crate::timestamps::KeptTimestamp;
use crate::view::{Entry, ReadError, View};
use crate::walk::first_context;

use lineage::{Lineage, Link};

pub use lineage::{ORDER_MAX, Through, Vouched};

/// A certificate as the ledger knows it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledCertificate {
    /// Person id of its holder.
    pub person: String,
    /// The holder's agency when it was enrolled.
    pub agency: String,
    /// `active`, `suspended` or `revoked`.
    pub state: String,
    /// Where it was enrolled.
    pub enrolled_at: Position,
}

/// One event that rests on the certificate.
#[derive(Debug, Clone)]
pub struct Resting {
    /// The event.
    pub entry: Entry,
    /// 1: signed under the certificate itself; 2: under one that it enrolled or attested; and so on.
    pub order: u32,
    /// Beyond order 1: where the certificate enrolled or attested those that lead here, the nearest first.
    pub through: Vec<Through>,
    /// From when on its existence is proven by a time stamp; `None` while none covers it.
    pub proven_at: Option<Micros>,
    /// What it made: streams of which a version was written by it.
    pub made: Vec<Made>,
}

/// A stream that an event changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The stream.
    pub subject: String,
    /// The class of its thing now.
    pub class: Class,
    /// Whether what stands there now is what this event left.
    pub newest: bool,
}

impl Made {
    /// The rows of registers that show the stream: name of the register, and key. What was recorded of revocation stands in
    /// no register: it is under `evidence`, by its stream (`crl/`, `ocsp/`).
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let of_registers = registers::ALL.iter().filter_map(|register| {
            Some((register.name, self.subject.strip_prefix(register.prefix)?))
        });
        let evidence = is_evidence(&self.subject).then_some((EVIDENCE, self.subject.as_str()));
        of_registers.chain(evidence)
    }
}

/// A page of what rests on a certificate.
#[derive(Debug, Clone, Default)]
pub struct ImpactPage {
    /// The events, by position.
    pub events: Vec<Resting>,
    /// Records that were looked at whose statements are not held: who signed them is not known here.
    pub not_held: u64,
    /// The position after which the next page begins; `None` at the end.
    pub next: Option<Position>,
}

/// Whether a signature still stands when a key may have been another's since some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It existed before.
    Stands,
    /// Nobody can tell whose signature it is.
    Indeterminate(Doubt),
}

/// Why a signature is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It was recorded at that time or later.
    RecordedSince,
    /// It was recorded before, and its existence is proven from that time on only.
    ProvenSince,
    /// Whoever signed was enrolled by a signature that is in doubt.
    EnrolledSince,
    /// Whoever signed was attested by a signature that is in doubt.
    AttestedSince,
}

impl Doubt {
    /// A word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::RecordedSince => "recorded-since",
            Self::ProvenSince => "proven-since",
            Self::EnrolledSince => "enrolled-since",
            Self::AttestedSince => "attested-since",
        }
    }
}

impl Standing {
    /// Of a signature under the certificate itself: recorded at `recorded_at`, proven to exist at `proven_at` where a time
    /// token covers it, judged for a key that may have been another's since `since`.
    ///
    /// Without a token the ledger's own word on the time is all there is.
    pub fn of(recorded_at: Micros, proven_at: Option<Micros>, since: Micros) -> Self {
        if recorded_at >= since {
            Self::Indeterminate(Doubt::RecordedSince)
        } else if proven_at.is_some_and(|proven_at| proven_at >= since) {
            Self::Indeterminate(Doubt::ProvenSince)
        } else {
            Self::Stands
        }
    }
}

impl View {
    /// The certificate as the ledger knows it; `None` where it never was enrolled.
    pub fn enrolled_certificate(
        &self,
        thumbprint: &Hash,
    ) -> Result<Option<EnrolledCertificate>, ReadError> {
        let Some(thing) = self.thing(&certificate_subject(thumbprint), self.size())? else {
            return Ok(None);
        };
        let text = |name: &str| thing.text(name).unwrap_or_default().to_owned();
        Ok(Some(EnrolledCertificate {
            person: text("person"),
            agency: text("agency"),
            state: thing.state.clone(),
            enrolled_at: enrolled_at(&thing).ok_or(ReadError::Corrupt)?,
        }))
    }

    /// Up to `limit` events after `after` at the positions of `within` that rest on `certificate` and that a reader of
    /// `class_max` may see; of at most `examined_max` records that are looked at.
    pub fn impact(
        &self,
        certificate: &Hash,
        class_max: Class,
        within: Range<u64>,
        after: Option<Position>,
        (limit, examined_max): (usize, usize),
    ) -> Result<ImpactPage, ReadError> {
        let mut page = ImpactPage::default();
        let mut lineage = Lineage::new(self, *certificate);
        let end = within.end.min(self.size());
        let first = after.map_or(0, |after| after.0.saturating_add(1)).max(within.start);
        for (examined, position) in (first..end).map(Position).enumerate() {
            if page.events.len() >= limit || examined >= examined_max {
                page.next = position.0.checked_sub(1).map(Position);
                break;
            }
            let Some(signer) = self.signing_certificate(position)? else {
                page.not_held += 1;
                continue;
            };
            let Some(link) = lineage.link(signer, position)? else { continue };
            let entry = self.entry(position)?.ok_or(ReadError::Corrupt)?;
            if entry.class <= class_max {
                let made = self.made_by(&entry)?;
                let (Link { order, through }, proven_at) = (link, self.proven_at(position)?);
                page.events.push(Resting { entry, order, through, proven_at, made });
            }
        }
        Ok(page)
    }

    /// Whether the signature of an event still stands when the key of the certificate that it rests on may have been
    /// another's since `since`.
    pub fn standing(&self, resting: &Resting, since: Micros) -> Result<Standing, ReadError> {
        if resting.through.is_empty() {
            return Ok(Standing::of(resting.entry.record.recorded_at, resting.proven_at, since));
        }
        Ok(match self.doubtful(resting, since)?.map(|through| through.vouched) {
            None => Standing::Stands,
            Some(Vouched::Enrolled) => Standing::Indeterminate(Doubt::EnrolledSince),
            Some(Vouched::Attested) => Standing::Indeterminate(Doubt::AttestedSince),
        })
    }

    /// Of the events through which another one rests on the certificate, the nearest that is in doubt itself.
    pub fn doubtful(&self, resting: &Resting, since: Micros) -> Result<Option<Through>, ReadError> {
        for through in &resting.through {
            let vouching = self.record(through.position)?.ok_or(ReadError::Corrupt)?;
            let proven_at = self.proven_at(through.position)?;
            if Standing::of(vouching.recorded_at, proven_at, since) != Standing::Stands {
                return Ok(Some(*through));
            }
        }
        Ok(None)
    }

    /// What the newest recorded lists and responses say of a certificate's revocation, with SHA-256 of the one that says it;
    /// `None` where none says that it was revoked.
    pub fn recorded_revocation(
        &self,
        thumbprint: &Hash,
    ) -> Result<Option<(Revocation, Hash)>, ReadError> {
        let Some(thing) = self.thing(&certificate_subject(thumbprint), self.size())? else {
            return Ok(None);
        };
        let opening = first_context(self)?.opening;
        let credential = credentials::load(thumbprint, &thing, &opening, &self.held)?;
        let issued = credential.as_ref().and_then(|credential| credential.path().first());
        issued.map_or(Ok(None), |issued| self.newest_revocation(issued))
    }

    /// From when on it is proven that the record at `position` existed.
    fn proven_at(&self, position: Position) -> Result<Option<Micros>, ReadError> {
        let proof = self.proof_of_existence(position)?;
        let micros = |proof: KeptTimestamp| {
            u64::try_from(proof.existed_at()).unwrap_or(0).saturating_mul(1_000_000)
        };
        Ok(proof.map(|proof| Micros(micros(proof))))
    }

    /// The certificate that the statement at `position` names; `None` where it is not held.
    fn signing_certificate(&self, position: Position) -> Result<Option<Hash>, ReadError> {
        let Some(statement) = self.statement(position)? else { return Ok(None) };
        let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
        Ok(Some(jws.header().thumbprint))
    }

    /// The streams of which the event wrote a version.
    fn made_by(&self, entry: &Entry) -> Result<Vec<Made>, ReadError> {
        let position = entry.record.position;
        let rules = self.ruleset_at(position)?;
        let mut made = Vec::new();
        // An event changes nothing but what its rules read.
        for subject in reads(&rules, &entry.event, &[]) {
            let version = keys::version(&subject, position);
            if self.get(Table::Version, &version)?.is_none() {
                continue;
            }
            let now = self.thing(&subject, self.size())?.ok_or(ReadError::Corrupt)?;
            let (class, newest) = (now.class, now.position == position);
            made.push(Made { subject, class, newest });
        }
        Ok(made)
    }
}

/// Under which name rows tell what was recorded of revocation.
const EVIDENCE: &str = "evidence";

/// Where a certificate was enrolled.
fn enrolled_at(certificate: &Thing) -> Option<Position> {
    match certificate.fields.get("enrolled_at") {
        Some(Field::Integer(position)) => u64::try_from(*position).ok().map(Position),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_existed_before_stands_and_what_did_not_is_in_doubt() {
        let of = |recorded, proven: Option<u64>| {
            Standing::of(Micros(recorded), proven.map(Micros), Micros(100))
        };
        assert_eq!(of(99, None), Standing::Stands);
        assert_eq!(of(98, Some(99)), Standing::Stands);
        assert_eq!(of(99, Some(100)), Standing::Indeterminate(Doubt::ProvenSince));
        assert_eq!(of(100, None), Standing::Indeterminate(Doubt::RecordedSince));
        assert_eq!(of(100, Some(99)), Standing::Indeterminate(Doubt::RecordedSince));
    }
}
