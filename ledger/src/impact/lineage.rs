//! Who vouched for whom: the certificates from which another one comes, upwards, enrolment by enrolment and attestation by
//! attestation.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use jejak_signer::{Hash, Jws, Typ};

use super::enrolled_at;
use crate::event::Event;
use crate::log::Position;
use crate::rules::{Citation, Field};
use crate::state::certificate_subject;
use crate::store::keys;
use crate::view::{ReadError, View};

/// How far from the certificate it is followed: it enrolled one who enrolled another, and so on.
pub const ORDER_MAX: u32 = 8;
/// Events of one certificate through which an act is told to rest on it.
const THROUGH_MAX: usize = 64;

/// How one certificate rests on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vouched {
    /// It was enrolled by it.
    Enrolled,
    /// Another had enrolled it; by this one's signature it exercises powers of the ledger.
    Attested,
}

/// An event by which a certificate vouched for another, from which the signer's comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Through {
    /// Where.
    pub position: Position,
    /// For what.
    pub vouched: Vouched,
}

/// How a certificate comes from the one that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) order: u32,
    /// The nearest first; none where it is the certificate itself.
    pub(super) through: Vec<Through>,
}

/// Which certificates vouched for which, as far as it was asked.
pub(super) struct Lineage<'a> {
    view: &'a View,
    certificate: Hash,
    known: HashMap<Hash, Arc<[(Through, Hash)]>>,
}

impl<'a> Lineage<'a> {
    pub(super) fn new(view: &'a View, certificate: Hash) -> Self {
        Self { view, certificate, known: HashMap::new() }
    }

    /// How an act of `signer` at `position` rests on the certificate. What vouched for the signer only later carries
    /// nothing that he did before.
    pub(super) fn link(
        &mut self,
        signer: Hash,
        position: Position,
    ) -> Result<Option<Link>, ReadError> {
        if signer == self.certificate {
            return Ok(Some(Link { order: 1, through: Vec::new() }));
        }
        let mut found: Option<Link> = None;
        // By which time each was looked at last: sooner says nothing new.
        let mut seen: BTreeMap<Hash, Position> = BTreeMap::new();
        let mut next = VecDeque::from([(signer, position, 2)]);
        while let Some((of, before, order)) = next.pop_front() {
            if seen.get(&of).is_some_and(|seen| *seen >= before) {
                continue;
            }
            seen.insert(of, before);
            for (through, by) in self.vouched_by(of)?.iter() {
                if through.position >= before {
                    continue;
                }
                if *by == self.certificate {
                    let link = found.get_or_insert_with(|| Link { order, through: Vec::new() });
                    let is_new = !link.through.contains(through);
                    if is_new && link.through.len() < THROUGH_MAX {
                        link.through.push(*through);
                    }
                } else if order < ORDER_MAX {
                    next.push_back((*by, through.position, order + 1));
                }
            }
        }
        Ok(found)
    }

    /// What vouched for a certificate, and under which. The founders' rest on the opening, which both authorities vouch
    /// for, and on nobody's signature alone.
    fn vouched_by(&mut self, certificate: Hash) -> Result<Arc<[(Through, Hash)]>, ReadError> {
        if let Some(known) = self.known.get(&certificate) {
            return Ok(Arc::clone(known));
        }
        let thing = self.view.thing(&certificate_subject(&certificate), self.view.size())?;
        let enrolled = thing.as_ref().and_then(enrolled_at).filter(|position| position.0 > 0);
        let attested = thing.as_ref().and_then(|thing| match thing.fields.get("attested_at") {
            Some(Field::Integer(position)) => u64::try_from(*position).ok().map(Position),
            _ => None,
        });
        let mut all = Vec::new();
        for (position, vouched) in [(enrolled, Vouched::Enrolled), (attested, Vouched::Attested)] {
            let Some(position) = position else { continue };
            all.extend(self.signed(position, vouched)?);
        }
        let all: Arc<[_]> = all.into();
        self.known.insert(certificate, Arc::clone(&all));
        Ok(all)
    }

    /// Who signed at a position; where that is a countersignature, also who signed what it completes.
    fn signed(
        &self,
        position: Position,
        vouched: Vouched,
    ) -> Result<Vec<(Through, Hash)>, ReadError> {
        let mut all = Vec::new();
        let mut next = Some(position);
        while let Some(position) = next.take() {
            let Some(statement) = self.view.statement(position)? else { break };
            let jws = Jws::parse(statement, Typ::Event).map_err(|_| ReadError::Corrupt)?;
            all.push((Through { position, vouched }, jws.header().thumbprint));
            let event = Event::parse(jws.payload()).map_err(|_| ReadError::Corrupt)?;
            if event.kind == COUNTERSIGNED {
                next = self.cited(&event, position)?;
            }
        }
        Ok(all)
    }

    fn cited(&self, event: &Event, before: Position) -> Result<Option<Position>, ReadError> {
        let Some(cited) = Citation::of(event) else { return Ok(None) };
        let id = keys::id(&cited.source, &cited.id);
        let row = self.view.id_rows(&[id], before.0)?.into_iter().next().flatten();
        Ok(row.map(|row| row.position).filter(|position| *position < before))
    }
}

/// Type of the events that complete an act with another signature.
const COUNTERSIGNED: &str = "act.countersigned";
