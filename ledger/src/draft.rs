//! Step 4 of an event's way: a group of candidates, decided one after the other over the state that
//! the ones before have left. A draft is only rows in memory: the sequencer makes it durable, a
//! replay compares it, an audit checks it. All three decide with the code here.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jejak_signer::{Credential, Credentials, Hash};
use serde_json::Value;

use crate::credentials::{self, CredentialCache};
use crate::held::Held;
use crate::log::{Chain, ChainError, Micros, Position, Record};
use crate::prepared::{Candidate, Context, Enrolled, Prepared, Unfit};
use crate::quota::{OverQuota, WriteQuotas};
use crate::refusal::{ActTime, Refusal};
use crate::refused::{RefusedEvent, Sent};
use crate::rules::{self, Facts, Signatory, Thing};
use crate::state::{Overlay, State, Wanted, certificate_subject};
use crate::store::codec::{self, IdRow};
use crate::store::{Cause, Row, StoreError, Table, keys};

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
    /// Where statements come in quotas are taken and refusals noted; a replay or an audit has no door.
    door: Option<&'a WriteQuotas>,
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
    /// The newest state of every thing that the group changed.
    pub(crate) changed: BTreeMap<String, Thing>,
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
            door: None,
            refused: Vec::new(),
        }
    }

    /// From now on candidates come in through the door.
    pub(crate) fn open_door(&mut self, quotas: &'a WriteQuotas) {
        self.door = Some(quotas);
    }

    /// Reads at once what the decisions on `candidates` will need.
    pub(crate) fn prefetch<'c>(
        &mut self,
        candidates: impl Iterator<Item = &'c Candidate>,
    ) -> Result<(), StoreError> {
        let mut wanted = Wanted::default();
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
        self.state.prefetch(wanted)
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
        let sent = self.door.map(|_| Sent::of(&prepared));
        let outcome = self.decide_prepared(*prepared, recorded_at)?;
        if let (Some(sent), Outcome::Refused(refusal)) = (sent, &outcome)
            && let Some(signatory) = self.sender(&sent)?
        {
            self.refused.push(RefusedEvent::new(sent, &signatory, refusal, recorded_at));
        }
        Ok(outcome)
    }

    /// A verified statement that is no event of this ledger.
    fn turn_away(&mut self, unfit: Unfit, recorded_at: Micros) -> Result<Outcome, StoreError> {
        let Unfit { sent, refusal } = unfit;
        let Some(quotas) = self.door else { return Ok(Outcome::Refused(refusal)) };
        let Some(signatory) = self.sender(&sent)? else { return Ok(Outcome::Refused(refusal)) };
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
    fn sender(&mut self, sent: &Sent) -> Result<Option<Signatory>, StoreError> {
        let thing = self.state.thing(&certificate_subject(&sent.certificate))?;
        Ok(thing.and_then(|thing| signatory(thing, sent.certificate)))
    }

    fn decide_prepared(
        &mut self,
        mut prepared: Prepared,
        recorded_at: Micros,
    ) -> Result<Outcome, StoreError> {
        let stored = self.state.id(&prepared.id_key)?;
        if let Some(row) = stored.as_ref().filter(|row| row.statement == prepared.statement_hash) {
            return Ok(Outcome::Repeated(row.position));
        }
        let Some(holder) = self.holder(&prepared)? else {
            // An opening says itself who opens: where it does not, its content tells why.
            let thumbprint = prepared.credential.thumbprint();
            let unknown = Refusal::CertificateUnknown { thumbprint };
            return Ok(Outcome::Refused(prepared.content.err().unwrap_or(unknown)));
        };
        let repeats = stored.as_ref().is_some_and(|row| row.event_key == prepared.event_key);
        if let Some(quotas) = self.door
            && !repeats
            && let Err(over) = quotas.take(&holder.signatory)
        {
            return Ok(Outcome::Limited(over));
        }
        if let Err(refusal) = holder.speaks_for(&prepared.event.source) {
            return Ok(Outcome::Refused(refusal));
        }
        match stored {
            Some(row) if row.event_key == prepared.event_key => {
                return Ok(Outcome::Repeated(row.position));
            }
            Some(row) => {
                return Ok(Outcome::Refused(Refusal::IdReused { position: row.position }));
            }
            None => {}
        }
        if prepared.ruleset != self.context.ruleset.hash() {
            prepared.judge(&self.context);
        }
        let judged = Self::judge_signer(&prepared, &holder, recorded_at)
            .and_then(|()| Self::judge_content(&prepared, recorded_at));
        let enrolled = match judged {
            Ok(enrolled) => enrolled,
            Err(refusal) => return Ok(Outcome::Refused(refusal)),
        };
        let position = Position(self.chain.size());
        let facts = self.facts(&prepared)?;
        let enrolments: Vec<_> = enrolled.iter().map(|one| one.facts.clone()).collect();
        let admitted = rules::admit(
            &self.context.ruleset,
            &facts,
            &prepared.event,
            &holder.signatory,
            &enrolments,
            position,
            recorded_at,
        );
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => return Ok(Outcome::Refused(refusal.into())),
        };
        if let Err(refusal) = expected_version(&facts, &prepared) {
            return Ok(Outcome::Refused(refusal));
        }
        let encoded = match Self::encoded(&admitted.changes) {
            Ok(encoded) => encoded,
            Err(refusal) => return Ok(Outcome::Refused(refusal)),
        };
        if let Some(refusal) = self.adopt(&prepared)? {
            return Ok(Outcome::Refused(refusal));
        }
        for one in enrolled {
            self.fresh.insert(one.credential.thumbprint(), (position, one.credential));
        }
        self.record(&prepared, admitted.changes, encoded, recorded_at)?;
        Ok(Outcome::Recorded(position))
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

    /// Everything of an accepted event becomes rows of this group.
    fn record(
        &mut self,
        prepared: &Prepared,
        changes: Vec<(String, Thing)>,
        encoded: Vec<Vec<u8>>,
        recorded_at: Micros,
    ) -> Result<(), StoreError> {
        let record = self.chain.next(recorded_at, prepared.statement_hash).map_err(full)?;
        let position = record.position;
        let row =
            IdRow { position, event_key: prepared.event_key, statement: prepared.statement_hash };
        self.insert(Table::Record, keys::record(position), record.to_bytes().to_vec());
        let frame = codec::frame_statement(&prepared.statement).map_err(Cause::from)?;
        self.insert(Table::Statement, keys::statement(position), frame);
        let id = codec::encode(&row).map_err(Cause::from)?;
        self.insert(Table::Id, prepared.id_key.clone(), id);
        self.state.put_id(prepared.id_key.clone(), row);
        for row in prepared.names.rows(position) {
            self.insert(row.table, row.key, row.value);
        }
        for ((subject, thing), value) in changes.into_iter().zip(encoded) {
            self.insert(Table::Version, keys::version(&subject, position), value);
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
            refused: self.refused,
        })
    }

    /// A new rule set is in force from the next event on, also within this group.
    fn adopt(&mut self, prepared: &Prepared) -> Result<Option<Refusal>, StoreError> {
        if prepared.event.kind != "ruleset.adopted" {
            return Ok(None);
        }
        let hash = prepared.event.data.get("ruleset").and_then(Value::as_str);
        let Some(hash) = hash.and_then(|hash| hash.parse().ok()) else { return Ok(None) };
        let Some(ruleset) = self.held.ruleset(&hash)? else {
            return Ok(Some(Refusal::RuleSetNotHeld { hash }));
        };
        if let Err(refusal) = self.context.serves(&ruleset) {
            return Ok(Some(refusal));
        }
        self.context.ruleset = ruleset;
        Ok(None)
    }

    fn facts(&mut self, prepared: &Prepared) -> Result<Facts, StoreError> {
        self.state.facts(&prepared.reads)
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
        credentials::load(thumbprint, &thing, &self.context.anchors, self.held)
    }

    fn holder(&mut self, prepared: &Prepared) -> Result<Option<Holder>, StoreError> {
        let thumbprint = prepared.credential.thumbprint();
        if self.chain.size() == 0 {
            return Ok(Holder::founder(prepared));
        }
        let thing = self.state.thing(&certificate_subject(&thumbprint))?;
        Ok(thing.and_then(|thing| Holder::of(thing, thumbprint)))
    }

    /// The `iat` window, then certificate and revocation at `recorded_at`.
    fn judge_signer(
        prepared: &Prepared,
        holder: &Holder,
        recorded_at: Micros,
    ) -> Result<(), Refusal> {
        let now = seconds_of(recorded_at);
        let (iat, window) = (prepared.iat, prepared.credential.window());
        if iat.saturating_add(IAT_PAST_S) < now || iat > now.saturating_add(IAT_FUTURE_S) {
            let (past_s, future_s) = (IAT_PAST_S, IAT_FUTURE_S);
            return Err(Refusal::IatOutOfWindow { iat, recorded_at, past_s, future_s });
        }
        if !window.contains(signed(now)) {
            return Err(Refusal::CertificateExpired { window, recorded_at });
        }
        if holder.revoked {
            let thumbprint = prepared.credential.thumbprint();
            return Err(Refusal::SignerRevoked { thumbprint });
        }
        Ok(())
    }

    /// The time of the act, the content, and the chains in it at `recorded_at`.
    fn judge_content(prepared: &Prepared, recorded_at: Micros) -> Result<Vec<Enrolled>, Refusal> {
        judge_act_time(prepared)?;
        prepared.content.clone()?;
        let enrolled = prepared.enrolled.clone()?;
        for one in &enrolled {
            let window = one.credential.window();
            if !window.contains(signed(seconds_of(recorded_at))) {
                return Err(Refusal::CertificateExpired { window, recorded_at });
            }
        }
        Ok(enrolled)
    }
}

/// How far `iat` may lie before and after `recorded_at`, and `time` before `iat` without `late`, in
/// seconds (`FORMAT.md`, statement). Fixed: what decided once must decide the same in every replay.
const IAT_PAST_S: u64 = 86_400;
const IAT_FUTURE_S: u64 = 900;
const LATE_AFTER_S: u64 = 86_400;

fn judge_act_time(prepared: &Prepared) -> Result<(), Refusal> {
    const MICROS: i64 = 1_000_000;
    let iat = signed(prepared.iat).saturating_mul(MICROS);
    let time = prepared.event.time.micros;
    if time > iat.saturating_add(signed(IAT_FUTURE_S) * MICROS) {
        return Err(Refusal::TimeOutOfRange(ActTime::Future { future_s: IAT_FUTURE_S }));
    }
    let earliest = iat.saturating_sub(signed(LATE_AFTER_S) * MICROS);
    if time < earliest && prepared.event.late.is_none() {
        let late_after_s = LATE_AFTER_S;
        return Err(Refusal::TimeOutOfRange(ActTime::LateUnexplained { late_after_s }));
    }
    Ok(())
}

fn seconds_of(time: Micros) -> u64 {
    time.0 / 1_000_000
}

/// Beyond the range of dates everything is equally far away.
fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 1_000_000)
}

/// Who the ledger says that the signer is, before this event.
struct Holder {
    signatory: Signatory,
    revoked: bool,
}

impl Holder {
    fn of(thing: &Thing, certificate: Hash) -> Option<Self> {
        Some(Self { signatory: signatory(thing, certificate)?, revoked: thing.state != ACTIVE })
    }

    /// The first authority, under the chain in `ledger.opened` itself.
    fn founder(prepared: &Prepared) -> Option<Self> {
        let first = prepared.event.data.get("authorities")?.get(0)?;
        let text = |name: &str| Some(first.get(name)?.as_str()?.to_owned());
        let signatory = Signatory {
            person: text("person")?,
            agency: text("agency")?,
            kind: DIRECT.to_owned(),
            certificate: prepared.credential.thumbprint(),
        };
        let own = prepared.enrolled.as_ref().ok()?.first()?;
        let signed = own.facts.certificate == signatory.certificate;
        signed.then_some(Self { signatory, revoked: false })
    }

    fn speaks_for(&self, source: &str) -> Result<(), Refusal> {
        let own = &self.signatory.agency;
        if source.strip_prefix("agency/") == Some(own.as_str()) {
            return Ok(());
        }
        Err(Refusal::SourceNotYours { agency: own.clone(), source_named: source.to_owned() })
    }
}

/// Who holds a certificate, as its enrolment says.
pub(crate) fn signatory(certificate: &Thing, thumbprint: Hash) -> Option<Signatory> {
    let text = |name: &str| Some(certificate.text(name)?.to_owned());
    Some(Signatory {
        person: text("person")?,
        agency: text("agency")?,
        kind: text("kind")?,
        certificate: thumbprint,
    })
}

/// A group is closed when its rows hold more than this. One event may add as much again: its things may
/// be a row each of the largest size, twice; a write may hold [`crate::store::BATCH_BYTES_MAX`].
const ROW_BYTES_FULL: usize = 16 << 20;

/// State of a certificate that counts.
const ACTIVE: &str = "active";
/// The holder signs himself, not through a system.
const DIRECT: &str = "langsung";

struct Known(Option<Arc<Credential>>);

impl Credentials for Known {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        self.0.as_ref().filter(|one| one.thumbprint() == *thumbprint).cloned()
    }
}

fn expected_version(facts: &Facts, prepared: &Prepared) -> Result<(), Refusal> {
    let Some(expected) = prepared.event.expected_version else { return Ok(()) };
    let version = facts.get(&prepared.event.subject).map_or(0, |thing| thing.version);
    if version == expected {
        return Ok(());
    }
    Err(Refusal::VersionMismatch { expected, version })
}

/// The log has no position left, or time would run back: nothing is written.
fn full(error: ChainError) -> StoreError {
    Cause::Engine(error.to_string()).into()
}
