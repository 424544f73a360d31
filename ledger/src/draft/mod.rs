//! Step 4 of an event's way: a group of candidates, decided one after the other over the state that
//! the ones before have left. A draft is only rows in memory: the sequencer makes it durable, a
//! replay compares it, an audit checks it. All three decide with the code here.

mod adoption;
mod empowered;
mod evidence;
mod holder;
mod judge;
mod past;
mod rehearsal;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jejak_signer::{Credential, Credentials, Hash};

use crate::credentials::{self, CredentialCache};
use crate::evidence::{About, is_evidence};
use crate::held::Held;
use crate::log::{Chain, ChainError, Micros, Position, Record};
use crate::noted::Noted;
use crate::prepared::{Candidate, Context, Prepared, Unfit};
use crate::publisher::Signers;
use crate::quota::{OverQuota, WriteQuotas};
use crate::refusal::Refusal;
use crate::refused::{RefusedEvent, Sent};
use crate::rules::{Refusals, Signatory, Thing, is_suspended};
use crate::state::{Overlay, State, Wanted, certificate_subject, is_certificate, signer_subject};
use crate::store::codec::{self, IdRow};
use crate::store::{Cause, Row, StoreError, Table, keys};

use evidence::Recorded;
use holder::Holder;
pub(crate) use holder::signatory;
use judge::{Accepted, Halt, Judged};
use past::Recalled;
pub use rehearsal::{Change, Rehearsal};

/// What became of one candidate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Recorded(Position),
    Repeated(Position),
    Refused(Refusal),
    /// Not decided: its signer is over a quota.
    Limited(OverQuota),
}

/// Where a draft begins and what it is judged by.
pub(crate) struct Basis<'a, S: State> {
    pub(crate) state: &'a S,
    pub(crate) chain: Chain,
    pub(crate) context: Context,
    pub(crate) credentials: &'a CredentialCache,
    pub(crate) held: &'a Held,
}

/// The group that is being decided.
pub(crate) struct Draft<'a, S: State> {
    pub(crate) context: Context,
    state: Overlay<'a, S>,
    chain: Chain,
    known: &'a CredentialCache,
    fresh: HashMap<Hash, (Position, Arc<Credential>)>,
    held: &'a Held,
    records: Vec<Record>,
    rows: Vec<Row>,
    row_bytes: usize,
    changed: BTreeMap<String, Thing>,
    noted: BTreeMap<Position, Noted>,
    /// Where in `rows` the statement of each position stands, and the versions of each thing, the oldest first.
    statements: HashMap<Position, usize>,
    versions: HashMap<String, Vec<(Position, usize)>>,
    recalled: Recalled,
    /// Where the ledger was last changed before an earlier event that was looked at, and its rule set since then.
    ruled: Option<(Position, Hash)>,
    /// The evidence that paths of this group were looked up in.
    evidence: HashMap<About, Recorded>,
    /// Certificates that become objects with this group.
    objects: Vec<Vec<u8>>,
    /// Where statements come in quotas are taken and refusals noted; a replay or an audit has no door.
    door: Option<&'a WriteQuotas>,
    /// The log keys that are held where something is written: what leaves none of them in force is refused.
    signers: Option<&'a Signers>,
    refused: Vec<RefusedEvent>,
}

/// A decided group: what must become durable together.
pub(crate) struct Decided {
    pub(crate) chain: Chain,
    pub(crate) context: Context,
    pub(crate) records: Vec<Record>,
    pub(crate) rows: Vec<Row>,
    /// What the group enrolled, with the position of each enrolment.
    pub(crate) fresh: Vec<(Position, Arc<Credential>)>,
    /// Certificates that later decisions read, of authorities: to be objects before the group is durable.
    pub(crate) objects: Vec<Vec<u8>>,
    /// The newest state of every thing that the group changed.
    pub(crate) changed: BTreeMap<String, Thing>,
    /// What its events were accepted with, where there is anything to tell.
    pub(crate) noted: BTreeMap<Position, Noted>,
    /// The refusals that are kept, where statements came in through the door.
    pub(crate) refused: Vec<RefusedEvent>,
}

impl<'a, S: State> Draft<'a, S> {
    pub(crate) fn new(basis: Basis<'a, S>) -> Self {
        Self {
            context: basis.context,
            state: Overlay::over(basis.state),
            chain: basis.chain,
            known: basis.credentials,
            fresh: HashMap::new(),
            held: basis.held,
            records: Vec::new(),
            rows: Vec::new(),
            row_bytes: 0,
            changed: BTreeMap::new(),
            noted: BTreeMap::new(),
            statements: HashMap::new(),
            versions: HashMap::new(),
            recalled: Recalled::default(),
            ruled: None,
            evidence: HashMap::new(),
            objects: Vec::new(),
            door: None,
            signers: None,
            refused: Vec::new(),
        }
    }

    /// From now on candidates come in through the door.
    pub(crate) fn open_door(&mut self, quotas: &'a WriteQuotas, signers: &'a Signers) {
        (self.door, self.signers) = (Some(quotas), Some(signers));
    }

    /// Reads at once what the decisions on `candidates` will need.
    pub(crate) fn prefetch<'c>(
        &mut self,
        candidates: impl Iterator<Item = &'c Candidate> + Clone,
    ) -> Result<(), StoreError> {
        let mut wanted = Wanted::default();
        wanted.things.extend(self.evidence_streams(candidates.clone()));
        for candidate in candidates {
            match candidate {
                Candidate::Prepared(prepared) => {
                    wanted.ids.push(prepared.id_key.clone());
                    wanted.things.push(certificate_subject(&prepared.credential.thumbprint()));
                    wanted.things.extend_from_slice(&prepared.reads);
                }
                Candidate::Unknown(jws) => {
                    wanted.things.push(certificate_subject(&jws.header().thumbprint));
                }
                Candidate::Unfit(unfit) => {
                    wanted.things.push(certificate_subject(&unfit.sent.certificate));
                }
                Candidate::Refused(_) => {}
            }
        }
        let certificates: Vec<_> = wanted.things.clone();
        self.state.prefetch(wanted)?;
        // Who signs is known by his certificate.
        let mut signers = Wanted::default();
        for certificate in certificates.iter().filter(|key| is_certificate(key)) {
            let holder = self.state.thing(certificate)?.and_then(|thing| thing.text("person"));
            signers.things.extend(holder.map(signer_subject));
        }
        self.state.prefetch(signers)
    }

    /// Decides one candidate. An error means that the state could not be read: nothing of the group
    /// may be written then.
    pub(crate) fn decide(
        &mut self,
        candidate: Candidate,
        recorded_at: Micros,
    ) -> Result<Outcome, StoreError> {
        let prepared = match candidate {
            Candidate::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            Candidate::Unfit(unfit) => return self.turn_away(*unfit, recorded_at),
            Candidate::Prepared(prepared) => prepared,
            Candidate::Unknown(jws) => {
                let thumbprint = jws.header().thumbprint;
                let known = self.credential(&thumbprint)?;
                match Candidate::of_jws(*jws, Known(known), &self.context) {
                    Candidate::Prepared(prepared) => prepared,
                    Candidate::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
                    Candidate::Unfit(unfit) => return self.turn_away(*unfit, recorded_at),
                    Candidate::Unknown(_) => {
                        return Ok(Outcome::Refused(Refusal::CertificateUnknown { thumbprint }));
                    }
                }
            }
        };
        let sent = self.door.map(|_| Sent::of(&prepared, &self.context.ruleset));
        match self.judge(*prepared, recorded_at, &mut Refusals::First) {
            Ok(Judged::Repeats(position)) => Ok(Outcome::Repeated(position)),
            Ok(Judged::Accepted(accepted)) => {
                let position = accepted.position;
                self.record(*accepted, recorded_at)?;
                Ok(Outcome::Recorded(position))
            }
            Err(Halt::Refused(refusal)) => {
                if let Some(sent) = sent
                    && let Some(signatory) = self.signatory_of(sent.certificate)?
                {
                    self.refused.push(RefusedEvent::new(sent, &signatory, &refusal, recorded_at));
                }
                Ok(Outcome::Refused(*refusal))
            }
            Err(Halt::Limited(over)) => Ok(Outcome::Limited(over)),
            Err(Halt::Unread(error)) => Err(error),
        }
    }

    /// A verified statement that is no event of this ledger.
    fn turn_away(&mut self, unfit: Unfit, recorded_at: Micros) -> Result<Outcome, StoreError> {
        let Unfit { sent, refusal } = unfit;
        let Some(quotas) = self.door else { return Ok(Outcome::Refused(refusal)) };
        let Some(signatory) = self.signatory_of(sent.certificate)? else {
            return Ok(Outcome::Refused(refusal));
        };
        if matches!(refusal, Refusal::WrongLedger { .. }) {
            // Whoever can read the other ledger can carry its statements here.
            if !quotas.keeps_carried(&signatory) {
                return Ok(Outcome::Refused(refusal));
            }
        } else if let Err(over) = quotas.take(&signatory) {
            return Ok(Outcome::Limited(over));
        }
        self.refused.push(RefusedEvent::new(sent, &signatory, &refusal, recorded_at));
        Ok(Outcome::Refused(refusal))
    }

    /// Who has signed, as the ledger knows him.
    fn signatory_of(&mut self, certificate: Hash) -> Result<Option<Signatory>, StoreError> {
        let thing = self.state.thing(&certificate_subject(&certificate))?;
        Ok(thing.and_then(|thing| signatory(thing, certificate)))
    }

    /// Everything of an accepted event becomes rows of this group.
    fn record(&mut self, accepted: Accepted, recorded_at: Micros) -> Result<(), StoreError> {
        let Accepted { position, prepared, changes, encoded, enrolled, adopts, noted, issuer } =
            accepted;
        if !noted.is_empty() {
            self.noted.insert(position, noted);
        }
        // A new rule set or trust policy is in force from the next event on, also within this group.
        adopts.put_in_force(&mut self.context);
        self.objects.extend(issuer);
        for one in enrolled {
            self.fresh.insert(one.credential.thumbprint(), (position, one.credential));
        }
        let record = self.chain.next(recorded_at, prepared.statement_hash).map_err(full)?;
        let row =
            IdRow { position, event_key: prepared.event_key, statement: prepared.statement_hash };
        self.insert(Table::Record, keys::record(position), record.to_bytes().to_vec());
        let frame = codec::frame_statement(&prepared.statement).map_err(Cause::from)?;
        self.statements.insert(position, self.rows.len());
        self.insert(Table::Statement, keys::statement(position), frame);
        let id = codec::encode(&row).map_err(Cause::from)?;
        self.insert(Table::Id, prepared.id_key.clone(), id);
        self.state.put_id(prepared.id_key.clone(), row);
        for row in prepared.names.rows(position) {
            self.insert(row.table, row.key, row.value);
        }
        for ((subject, thing), value) in changes.into_iter().zip(encoded) {
            let place = (position, self.rows.len());
            self.versions.entry(subject.clone()).or_default().push(place);
            self.insert(Table::Version, keys::version(&subject, position), value);
            if is_evidence(&subject) {
                self.evidence.clear();
            }
            self.state.put_thing(subject.clone(), thing.clone());
            self.changed.insert(subject, thing);
        }
        self.records.push(record);
        Ok(())
    }

    /// Whether another event may make the rows of this group larger than one write may be.
    pub(crate) fn is_full(&self) -> bool {
        self.row_bytes > ROW_BYTES_FULL
    }

    fn insert(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        // A version row may stand again as the row of its thing.
        let again = if table == Table::Version { 2 } else { 1 };
        self.row_bytes += again * (key.len() + value.len());
        self.rows.push(Row::insert(table, key, value));
    }

    /// Ends the group: the newest state of each changed thing joins the rows.
    pub(crate) fn finish(mut self) -> Result<Decided, StoreError> {
        let mut changed = BTreeMap::new();
        for (subject, thing) in std::mem::take(&mut self.changed) {
            let value = codec::encode(&thing).map_err(Cause::from)?;
            self.rows.push(Row::put(Table::Thing, subject.clone().into_bytes(), value));
            changed.insert(subject, thing);
        }
        let mut fresh: Vec<_> = self.fresh.into_values().collect();
        fresh.sort_by_key(|(position, _)| *position);
        Ok(Decided {
            changed,
            chain: self.chain,
            context: self.context,
            records: self.records,
            rows: self.rows,
            fresh,
            noted: self.noted,
            objects: self.objects,
            refused: self.refused,
        })
    }

    fn credential(&mut self, thumbprint: &Hash) -> Result<Option<Arc<Credential>>, StoreError> {
        if let Some((_, fresh)) = self.fresh.get(thumbprint) {
            return Ok(Some(Arc::clone(fresh)));
        }
        if let Some(known) = self.known.get(thumbprint) {
            return Ok(Some(known));
        }
        let Some(thing) = self.state.thing(&certificate_subject(thumbprint))?.cloned() else {
            return Ok(None);
        };
        credentials::load(thumbprint, &thing, &self.context.opening, self.held)
    }

    fn holder(&mut self, prepared: &Prepared) -> Result<Option<Holder>, StoreError> {
        let thumbprint = prepared.credential.thumbprint();
        if self.chain.size() == 0 {
            return Ok(Holder::founder(prepared));
        }
        let thing = self.state.thing(&certificate_subject(&thumbprint))?;
        let Some(mut holder) = thing.and_then(|thing| Holder::of(thing, thumbprint)) else {
            return Ok(None);
        };
        let signer = self.state.thing(&signer_subject(&holder.signatory.person))?;
        holder.suspended =
            signer.is_some_and(|signer| is_suspended(signer, &thumbprint.to_string()));
        Ok(Some(holder))
    }
}

/// A group is closed when its rows hold more than this. One event may add as much again: its things may
/// be a row each of the largest size, twice; a write may hold [`crate::store::BATCH_BYTES_MAX`].
const ROW_BYTES_FULL: usize = 16 << 20;

struct Known(Option<Arc<Credential>>);

impl Credentials for Known {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        self.0.as_ref().filter(|one| one.thumbprint() == *thumbprint).cloned()
    }
}

/// The log has no position left, or time would run back: nothing is written.
fn full(error: ChainError) -> StoreError {
    Cause::Engine(error.to_string()).into()
}
