//! The registers built again from nothing but the log, in a store of their own, and compared with the
//! stored ones byte for byte.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;

use crate::audit::Progress;
use crate::audit::rows::Rows;
use crate::credentials::CredentialCache;
use crate::draft::{Basis, Draft, Outcome};
use crate::log::{Chain, Position, Record, Tree};
use crate::prepared::Candidate;
use crate::sequencer::{root_row, tile_row};
use crate::settings::Settings;
use crate::state::Stored;
use crate::store::{Batch, Head, Lease, LedgerStore, Table};
use crate::view::{ReadError, View};
use crate::walk::{self, Statement, Step};

/// The result of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayReport {
    /// Region of the ledger.
    pub ledger: String,
    /// Records that were replayed.
    pub size: u64,
    /// Rows that were compared.
    pub rows: u64,
    /// Where replay and store differ: at most [`DIFFERENCES_MAX`] of them.
    pub differences: Vec<Difference>,
}

/// One difference between replay and store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The table, or `log` where an event is not accepted again.
    pub table: String,
    /// The key as text, or the position.
    pub key: String,
    /// What differs.
    pub reason: String,
}

/// Differences that a report lists.
pub const DIFFERENCES_MAX: usize = 100;

/// Tables that replay makes again.
const TABLES: [(Table, &str); 7] = [
    (Table::Record, "records"),
    (Table::Statement, "statements"),
    (Table::Tile, "tiles"),
    (Table::Id, "ids"),
    (Table::Thing, "registers"),
    (Table::Version, "register-history"),
    (Table::Document, "documents"),
];

/// Replays `view` into the empty store `into` and compares every row.
pub fn replay(
    view: &View,
    into: &Arc<dyn LedgerStore>,
    settings: &Settings,
    progress: Progress<'_>,
) -> Result<ReplayReport, ReadError> {
    let mut report = ReplayReport {
        ledger: view.region().to_owned(),
        size: view.size(),
        rows: 0,
        differences: Vec::new(),
    };
    let context = walk::first_context(view)?;
    let cache = CredentialCache::new(settings.credentials_max);
    let number = into.create(view.region(), view.origin())?;
    let lease = into.acquire(number)?;
    let mut replayer = Replayer {
        view,
        cache: &cache,
        store: &**into,
        lease,
        chain: Chain::new(view.origin()),
        tree: Tree::empty(),
        context: context.clone(),
    };
    let mut stopped = false;
    walk::chunks(view, &context, &cache, |steps| {
        if stopped {
            return Ok(());
        }
        let done = steps.last().map_or(0, |step| step.position.0.saturating_add(1));
        if let Some(difference) = replayer.chunk(steps)? {
            report.differences.push(difference);
            stopped = true;
        }
        progress(done, view.size());
        Ok::<(), ReadError>(())
    })?;
    if stopped {
        return Ok(report);
    }
    let mut identity = clone_identity(view);
    identity.number = number;
    let again = View { store: Arc::clone(into), identity: Arc::new(identity), ..view.clone() };
    let indexed = view.documents_are_indexed()?;
    for (table, name) in TABLES {
        if table == Table::Document && !indexed {
            continue;
        }
        compare(view, &again, table, name, &mut report)?;
    }
    Ok(report)
}

struct Replayer<'a> {
    view: &'a View,
    cache: &'a CredentialCache,
    store: &'a dyn LedgerStore,
    lease: Lease,
    chain: Chain,
    tree: Tree,
    context: crate::prepared::Context,
}

impl Replayer<'_> {
    /// Decides and writes one chunk. A difference ends the replay: what follows would rest on it.
    fn chunk(&mut self, steps: Vec<Step>) -> Result<Option<Difference>, ReadError> {
        let mut ready = VecDeque::new();
        for step in steps {
            let (Some(record), Statement::Held { candidate, .. }) = (step.record, step.statement)
            else {
                return Ok(Some(at(step.position, "the record or its statement is not held")));
            };
            ready.push_back((record, candidate));
        }
        while !ready.is_empty() {
            if let Some(difference) = self.group(&mut ready)? {
                return Ok(Some(difference));
            }
        }
        Ok(None)
    }

    /// Decides and writes what one write may hold of what is ready.
    fn group(
        &mut self,
        ready: &mut VecDeque<(Record, Candidate)>,
    ) -> Result<Option<Difference>, ReadError> {
        let state = Stored { store: self.store, ledger: self.lease.ledger };
        let mut draft = Draft::new(Basis {
            state: &state,
            chain: self.chain.clone(),
            context: self.context.clone(),
            credentials: self.cache,
            held: &self.view.held,
        });
        draft.prefetch(ready.iter().map(|(_, candidate)| candidate))?;
        while !draft.is_full()
            && let Some((record, candidate)) = ready.pop_front()
        {
            match draft.decide(candidate, record.recorded_at)? {
                Outcome::Recorded(position) if position == record.position => {}
                Outcome::Refused(refusal) => {
                    return Ok(Some(at(record.position, &refusal.to_string())));
                }
                Outcome::Recorded(_) | Outcome::Repeated(_) | Outcome::Limited(_) => {
                    return Ok(Some(at(record.position, "the event stands elsewhere already")));
                }
            }
        }
        let mut decided = draft.finish()?;
        for record in &decided.records {
            for tile in self.tree.push(record.leaf_hash()) {
                decided.rows.push(tile_row(&tile));
            }
        }
        decided.rows.push(root_row(&self.tree));
        let next = Head { size: self.tree.size(), leaf_hash: decided.chain.leaf_hash() };
        let batch = Batch { expect: self.lease.head, next, rows: decided.rows };
        self.lease.head = self.store.append(&self.lease, batch)?.head;
        for (_, credential) in decided.fresh {
            self.cache.insert(credential);
        }
        self.chain = decided.chain;
        self.context = decided.context;
        Ok(None)
    }
}

fn compare(
    stored: &View,
    replayed: &View,
    table: Table,
    name: &str,
    report: &mut ReplayReport,
) -> Result<(), ReadError> {
    let (mut left, mut right) = (Rows::new(stored, table), Rows::new(replayed, table));
    loop {
        let (one, other) = (left.next()?, right.next()?);
        let (Some(row), reason) = (match (&one, &other) {
            (None, None) => return Ok(()),
            (Some(one), Some(other)) if one == other => {
                report.rows += 1;
                continue;
            }
            (Some(one), None) => (Some(one), "stored, but not replayed"),
            (None, Some(other)) => (Some(other), "replayed, but not stored"),
            (Some(one), Some(other)) if one.0 == other.0 => (Some(one), "the value differs"),
            (Some(one), Some(other)) => (Some(one.min(other)), "only on one side"),
        }) else {
            return Ok(());
        };
        report.differences.push(Difference {
            table: name.to_owned(),
            key: row.0.escape_ascii().to_string(),
            reason: reason.to_owned(),
        });
        // Once the keys run apart every later row would differ too.
        if report.differences.len() >= DIFFERENCES_MAX || reason != "the value differs" {
            return Ok(());
        }
    }
}

fn at(position: Position, reason: &str) -> Difference {
    Difference { table: "log".to_owned(), key: position.to_string(), reason: reason.to_owned() }
}

fn clone_identity(view: &View) -> crate::view::Identity {
    crate::view::Identity {
        number: view.identity.number,
        region: view.region().to_owned(),
        origin: view.origin().to_owned(),
        vkey: view.identity.vkey.clone(),
    }
}
