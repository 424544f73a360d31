//! A rehearsal of statements: judged over the newest published state by the code that decides, on the
//! thread of the caller. It takes no lock of the writer, reserves no id and leaves nothing behind
//! but what it took of the signer's quota.

use jejak_signer::{Jws, Typ};

use crate::draft::{Basis, Draft, Rehearsal};
use crate::error::Failure;
use crate::ledger::Ledger;
use crate::log::{Chain, Position};
use crate::refusal::Refusal;
use crate::rules::Thing;
use crate::state::{Found, State, Wanted, read_newest, read_statement, read_version};
use crate::store::{Corruption, StoreError};
use crate::view::{ReadError, View};

impl Ledger {
    /// Tries trials in order, each over what those before it would have changed: what the same events
    /// would come to if they were posted now, with everything that could be found against each.
    ///
    /// Reads the store and verifies signatures: call it on a thread that may block.
    pub fn rehearse(&self, lines: Vec<Vec<u8>>) -> Result<Vec<Rehearsal>, Failure> {
        self.check_lines(&lines)?;
        let view = self.view();
        self.try_out(&view, lines).map_err(|_| Failure::Unavailable)
    }

    fn try_out(&self, view: &View, lines: Vec<Vec<u8>>) -> Result<Vec<Rehearsal>, ReadError> {
        let last = view.size().checked_sub(1).map(Position);
        let last = last.map(|last| view.record(last)).transpose()?.flatten();
        let chain = last.as_ref().map_or_else(|| Ok(Chain::new(view.origin())), Chain::ending_with);
        let state = Seen(view);
        let mut draft = Draft::new(Basis {
            state: &state,
            chain: chain.map_err(|_| ReadError::Corrupt)?,
            context: self.context_of(view),
            credentials: &self.credentials,
            held: &self.held,
        });
        // Judging a trial is as much work as judging its event.
        draft.open_door(&self.quotas, self.publisher.signers());
        let recorded_at = self.clock.now().max(view.recorded_at());
        let mut tried = Vec::with_capacity(lines.len());
        for line in lines {
            tried.push(match Jws::parse(line, Typ::Trial) {
                Ok(jws) => draft.rehearse(jws, recorded_at)?,
                Err(error) => Rehearsal::Refused(vec![Refusal::Jws(error)]),
            });
        }
        Ok(tried)
    }
}

/// The state as a view shows it.
struct Seen<'a>(&'a View);

impl State for Seen<'_> {
    fn fetch(&self, wanted: &Wanted) -> Result<Found, StoreError> {
        let Self(view) = self;
        let thing = |subject: &String| {
            view.thing(subject, view.size())
                .map_err(|_| Corruption::Engine("history".to_owned()).into())
        };
        Ok(Found {
            ids: view.id_rows(&wanted.ids, view.size())?,
            things: wanted.things.iter().map(thing).collect::<Result<_, StoreError>>()?,
        })
    }

    fn statement(&self, position: Position) -> Result<Option<Vec<u8>>, StoreError> {
        read_statement(&*self.0.store, self.0.identity.number, position)
    }

    fn version(&self, subject: &str, before: Position) -> Result<Option<Thing>, StoreError> {
        let before = Position(before.0.min(self.0.size()));
        read_version(&*self.0.store, self.0.identity.number, subject, before)
    }

    fn newest(&self, subject: &str, before: Position) -> Result<Option<Position>, StoreError> {
        let before = Position(before.0.min(self.0.size()));
        read_newest(&*self.0.store, self.0.identity.number, subject, before)
    }
}
