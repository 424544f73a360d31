//! The grounds out of a ledger: the statements by which the signer's certificate came in, and those by which whoever
//! signed them did, back to the opening.

use std::collections::{BTreeMap, BTreeSet};

use jejak_signer::{Hash, IngestWindow, Jws, Typ};
use serde_json::Value;

use super::super::evidence::Evidence;
use crate::event::Event;
use crate::held::unread;
use crate::log::{Position, Receipt};
use crate::prepared::iat_of;
use crate::rules::{Citation, Field, Thing, has_person};
use crate::state::{certificate_subject, read_newest, read_version, signer_subject};
use crate::store::keys;
use crate::view::{ReadError, View};

/// What is found, and what is still to be followed.
struct Gathering<'a> {
    view: &'a View,
    checkpoint: &'a str,
    below: Position,
    /// By position.
    found: BTreeMap<u64, Receipt>,
    followed: BTreeSet<Hash>,
}

impl View {
    /// The grounds of a statement at `position`, under the checkpoint of its evidence, the first first.
    pub(in super::super) fn grounds(
        &self,
        position: Position,
        signer: Hash,
        checkpoint: &str,
    ) -> Result<Vec<Receipt>, ReadError> {
        let below = Position(position.0.max(1));
        let (found, followed) = (BTreeMap::new(), BTreeSet::new());
        let mut all = Gathering { view: self, checkpoint, below, found, followed };
        all.add(Position(0))?;
        all.follow(signer)?;
        for name in [RULESET, POLICY] {
            all.adopted(name, below)?;
        }
        Ok(all.found.into_values().collect())
    }

    /// The files of the trust policies that these adopt, by their hashes: what follows them was taken under them.
    pub(in super::super) fn adopted_in<'g>(
        &self,
        grounds: impl Iterator<Item = &'g Receipt>,
    ) -> Result<BTreeMap<Hash, Vec<u8>>, ReadError> {
        let mut files = BTreeMap::new();
        for hash in grounds.filter_map(policy_in) {
            files.extend(self.held.object(&hash).map_err(unread)?.map(|file| (hash, file)));
        }
        Ok(files)
    }

    /// The two statements that added a key, the second at `confirmed`, and on what those rest who signed them.
    pub(in super::super) fn grounds_of_key(
        &self,
        confirmed: Position,
        checkpoint: &str,
    ) -> Result<Vec<Receipt>, ReadError> {
        let below = Position(confirmed.0.saturating_add(1));
        let (found, followed) = (BTreeMap::new(), BTreeSet::new());
        let mut all = Gathering { view: self, checkpoint, below, found, followed };
        all.add(Position(0))?;
        all.add(confirmed)?;
        Ok(all.found.into_values().collect())
    }
}

impl Gathering<'_> {
    /// The statement at a position, and what its signer rests on.
    fn add(&mut self, position: Position) -> Result<(), ReadError> {
        let full = self.found.len() >= Evidence::GROUNDS_MAX;
        if full || position >= self.below || self.found.contains_key(&position.0) {
            return Ok(());
        }
        let Some(receipt) = self.view.standing_under(position, self.checkpoint)? else {
            return Ok(());
        };
        let jws = receipt.statement.as_deref();
        let jws = jws.and_then(|text| Jws::parse(text.as_bytes().to_vec(), Typ::Event).ok());
        let Some(jws) = jws else { return Ok(()) };
        let thumbprint = jws.header().thumbprint;
        let recorded_at = receipt.record.recorded_at.0 / 1_000_000;
        let chain = self.view.chain_of(thumbprint, position)?;
        self.found.insert(position.0, Receipt { chain, ..receipt });
        if position.0 == 0 {
            return Ok(());
        }
        self.follow(thumbprint)?;
        self.power(thumbprint, position)?;
        // Only a trust policy lets it wait so long.
        if !IngestWindow::default().contains(iat_of(&jws), recorded_at) {
            self.adopted(POLICY, position)?;
        }
        let Ok(event) = Event::parse(jws.payload()) else { return Ok(()) };
        match event.kind.as_str() {
            ENROLLED => {
                self.left(event.subject.strip_prefix(SIGNER).unwrap_or_default(), position)?;
            }
            // Whose seat is given, and by which certificate, whoever held it before.
            REPLACED => self.follow_named(&event)?,
            _ => {}
        }
        if event.kind != COUNTERSIGNED {
            return Ok(());
        }
        let Some(cited) = Citation::of(&event) else { return Ok(()) };
        let id = keys::id(&cited.source, &cited.id);
        let row = self.view.id_rows(&[id], position.0)?.into_iter().next().flatten();
        row.map_or(Ok(()), |row| self.add(row.position))
    }

    /// The enrolment of a certificate, and its attestation.
    fn follow(&mut self, certificate: Hash) -> Result<(), ReadError> {
        if !self.followed.insert(certificate) {
            return Ok(());
        }
        let row = self.view.thing(&certificate_subject(&certificate), self.below.0)?;
        let Some(row) = row else { return Ok(()) };
        for name in ["enrolled_at", "attested_at"] {
            if let Some(Field::Integer(at)) = row.fields.get(name)
                && let Ok(at) = u64::try_from(*at)
            {
                self.add(Position(at))?;
            }
        }
        Ok(())
    }

    fn follow_named(&mut self, event: &Event) -> Result<(), ReadError> {
        let named = event.data.get("certificate").and_then(Value::as_str);
        let named = named.and_then(|named| named.parse().ok());
        named.map_or(Ok(()), |certificate| self.follow(certificate))
    }

    /// How who is enrolled as none of the founders came to be none, where he was one before.
    fn left(&mut self, person: &str, at: Position) -> Result<(), ReadError> {
        let (store, number) = (&*self.view.store, self.view.identity.number);
        let (mut below, mut without) = (at, None);
        for _ in 0..VERSIONS_MAX {
            let Some(ledger) = self.version(below)? else { break };
            if FOUNDERS.iter().any(|list| has_person(&ledger, list, person)) {
                return without.map_or(Ok(()), |left| self.add(left));
            }
            drop(ledger);
            let Some(at) = read_newest(store, number, &self.subject(), below)? else { break };
            (below, without) = (at, Some(at));
        }
        Ok(())
    }

    /// How the holder of a certificate came on the lists of the ledger on which he stood at a position.
    fn power(&mut self, certificate: Hash, at: Position) -> Result<(), ReadError> {
        let row = self.view.thing(&certificate_subject(&certificate), at.0)?;
        let Some(person) = row.as_ref().and_then(|row| row.text("person")) else { return Ok(()) };
        let ledger = self.version(at)?;
        let on_any = FOUNDERS
            .iter()
            .any(|list| ledger.as_ref().is_some_and(|ledger| has_person(ledger, list, person)));
        for list in FOUNDERS {
            self.began(at, |ledger| has_person(ledger, list, person))?;
        }
        if on_any { self.suspensions(person, at) } else { Ok(()) }
    }

    /// How a founder was suspended before, and how he came back.
    fn suspensions(&mut self, person: &str, before: Position) -> Result<(), ReadError> {
        let (store, number) = (&*self.view.store, self.view.identity.number);
        let subject = signer_subject(person);
        let (mut below, mut after) = (before, None::<(Position, Option<Field>)>);
        for _ in 0..VERSIONS_MAX {
            let at = read_newest(store, number, &subject, below)?;
            let row = read_version(store, number, &subject, below)?;
            let suspension = row.and_then(|row| row.fields.get(SUSPENSION).cloned());
            if let Some((changed, later)) = after
                && later != suspension
            {
                self.add(changed)?;
            }
            let Some(at) = at else { break };
            (below, after) = (at, Some((at, suspension)));
        }
        Ok(())
    }

    /// How what the ledger's row names in `name` before `below` came there.
    fn adopted(&mut self, name: &str, below: Position) -> Result<(), ReadError> {
        let then = self.version(below)?;
        let value = then.as_ref().and_then(|ledger| ledger.text(name)).map(str::to_owned);
        let Some(value) = value else { return Ok(()) };
        self.began(below, |ledger| ledger.text(name) == Some(value.as_str()))
    }

    /// Adds the event since which the ledger's row has been so without a break, where it is so before `below`.
    fn began(&mut self, below: Position, is_so: impl Fn(&Thing) -> bool) -> Result<(), ReadError> {
        let (mut below, mut began) = (below, None);
        for _ in 0..VERSIONS_MAX {
            let Some(ledger) = self.version(below)?.filter(|ledger| is_so(ledger)) else { break };
            let (store, number) = (&*self.view.store, self.view.identity.number);
            let at = read_newest(store, number, &self.subject(), below)?;
            let Some(at) = at else { break };
            began = Some(at);
            drop(ledger);
            below = at;
        }
        began.map_or(Ok(()), |at| self.add(at))
    }

    fn version(&self, below: Position) -> Result<Option<Thing>, ReadError> {
        let (store, number) = (&*self.view.store, self.view.identity.number);
        Ok(read_version(store, number, &self.subject(), below)?)
    }

    fn subject(&self) -> String {
        format!("ledger/{}", self.view.region())
    }
}

/// The trust policy that a statement adopts.
fn policy_in(ground: &Receipt) -> Option<Hash> {
    let statement = ground.statement.as_ref()?.as_bytes().to_vec();
    let jws = Jws::parse(statement, Typ::Event).ok()?;
    let event = Event::parse(jws.payload()).ok().filter(|event| event.kind == POLICY_ADOPTED)?;
    event.data.get(POLICY)?.as_str()?.parse().ok()
}

const FOUNDERS: [&str; 2] = ["authorities", "registrars"];
/// What the row of a signer shows of his newest suspension.
const SUSPENSION: &str = "suspension";
/// What the row of the ledger names as adopted.
const RULESET: &str = "ruleset";
const POLICY: &str = "policy";
const COUNTERSIGNED: &str = "act.countersigned";
const ENROLLED: &str = "signer.enrolled";
const POLICY_ADOPTED: &str = "trust.policy_adopted";
const REPLACED: &str = "ledger.authority_replaced";
const SIGNER: &str = "signer/";
/// Most versions of the ledger's row that are looked back: it changes a few times in a year.
const VERSIONS_MAX: usize = 1024;
