//! Walking a log from its first record to its last, in chunks that are read and verified on all cores
//! ahead of whoever decides. Audit and replay are built on it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use jejak_signer::{Credential, Credentials, Hash};

use crate::credentials::{self, CredentialCache};
use crate::genesis::{self, Genesis};
use crate::log::{Position, Record, Remains};
use crate::prepared::{Candidate, Context};
use crate::segments;
use crate::state::certificate_subject;
use crate::store::codec::{self, Framed};
use crate::store::{Direction, Table, keys};
use crate::view::{ReadError, View};

/// One position as the store holds it.
pub(crate) struct Step {
    pub(crate) position: Position,
    /// The 81 bytes, where they are there and parse.
    pub(crate) record: Option<Record>,
    pub(crate) statement: Statement,
}

/// The statement of one position.
pub(crate) enum Statement {
    /// Held, with its hash, parsed and verified.
    Held { hash: Hash, candidate: Candidate, trace: Trace },
    /// Not held: lawfully removed, or lost. What remains of it, where anything does.
    NotHeld(Option<Remains>),
    /// The frame around it is damaged.
    Damaged,
}

/// What a segment says of a statement that is held.
pub(crate) struct Trace {
    pub(crate) remains: Option<Remains>,
    /// The objects that its event names; `None` where it is no event.
    pub(crate) named: Option<Vec<Hash>>,
}

/// Positions that are read and verified together.
const CHUNK: usize = 2_048;
/// Chunks that may wait for the one who decides.
const CHUNKS_AHEAD: usize = 2;

/// Calls `decide` with every chunk in order. Memory is bounded by the chunks that wait.
pub(crate) fn chunks<E: From<ReadError> + Send>(
    view: &View,
    context: &Context,
    cache: &CredentialCache,
    mut decide: impl FnMut(Vec<Step>) -> Result<(), E>,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(CHUNKS_AHEAD);
        scope.spawn(move || {
            let mut first = 0;
            while first < view.size() {
                let chunk = read_chunk(view, context, cache, Position(first));
                let failed = chunk.is_err();
                // The receiver is gone when the one who decides gave up.
                if sender.send(chunk).is_err() || failed {
                    return;
                }
                first = first.saturating_add(u64::try_from(CHUNK).unwrap_or(u64::MAX));
            }
        });
        drain(&receiver, &mut decide)
    })
}

fn drain<E: From<ReadError>>(
    receiver: &Receiver<Result<Vec<Step>, ReadError>>,
    decide: &mut impl FnMut(Vec<Step>) -> Result<(), E>,
) -> Result<(), E> {
    for chunk in receiver {
        decide(chunk?)?;
    }
    Ok(())
}

/// The row of one position, where there is one.
pub(crate) type Row = (Position, Option<Vec<u8>>);

/// Bytes of one position before verification.
type Raw = (Position, Option<Record>, Stored);

/// What lies in the place of a statement.
enum Stored {
    Statement(Vec<u8>),
    NotHeld(Option<Remains>),
    Damaged,
}

fn read_chunk(
    view: &View,
    context: &Context,
    cache: &CredentialCache,
    first: Position,
) -> Result<Vec<Step>, ReadError> {
    let count = usize::try_from(view.size() - first.0).unwrap_or(CHUNK).min(CHUNK);
    let records = rows(view, Table::Record, first, count)?;
    let statements = rows(view, Table::Statement, first, count)?;
    let raw: Vec<Raw> = records
        .into_iter()
        .zip(statements)
        .map(|((position, record), (_, frame))| {
            let record = record.and_then(|bytes| Record::parse(&bytes).ok());
            let statement = match frame.as_deref().map(codec::unframe) {
                None => Stored::NotHeld(None),
                Some(Ok(Framed::Removed(remains))) => Stored::NotHeld(Some(remains)),
                Some(Ok(Framed::Statement(bytes))) => Stored::Statement(bytes.to_vec()),
                Some(Err(_)) => Stored::Damaged,
            };
            (position, record, statement)
        })
        .collect();
    Ok(verify_all(view, context, cache, raw))
}

/// The rows of `count` positions from `first`, each present or not.
pub(crate) fn rows(
    view: &View,
    table: Table,
    first: Position,
    count: usize,
) -> Result<Vec<Row>, ReadError> {
    let end = first.0.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    let number = view.identity.number;
    let range = keys::positions(first.0..end);
    let positions = (first.0..end).map(Position);
    if let Ok(found) = view.store.scan(number, table, &range, Direction::Forward, count) {
        return Ok(positions.zip(found.into_iter().map(|(_, value)| Some(value))).collect());
    }
    // A gap: ask for each position by itself, so that the others are still seen.
    let wanted: Vec<_> = positions.clone().map(keys::record).collect();
    let wanted: Vec<_> = wanted.iter().map(|key| (table, key.as_slice())).collect();
    Ok(positions.zip(view.store.get_many(number, &wanted)?).collect())
}

/// Parses and verifies on all cores, keeping the order.
fn verify_all(view: &View, context: &Context, cache: &CredentialCache, raw: Vec<Raw>) -> Vec<Step> {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let share = raw.len().div_ceil(threads).max(1);
    let mut parts = Vec::new();
    let mut raw = raw.into_iter().peekable();
    while raw.peek().is_some() {
        parts.push(raw.by_ref().take(share).collect::<Vec<_>>());
    }
    let verify = |part: Vec<Raw>| -> Vec<Step> {
        part.into_iter().map(|raw| step(view, context, cache, raw)).collect()
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> =
            parts.into_iter().map(|part| scope.spawn(move || verify(part))).collect();
        let joined = handles.into_iter().map(|handle| match handle.join() {
            Ok(steps) => steps,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    })
}

fn step(view: &View, context: &Context, cache: &CredentialCache, raw: Raw) -> Step {
    let (position, record, statement) = raw;
    let statement = match statement {
        Stored::Damaged => Statement::Damaged,
        Stored::NotHeld(remains) => Statement::NotHeld(remains),
        Stored::Statement(bytes) => {
            let (hash, remains) = (Hash::of(&bytes), Remains::of(&bytes));
            let candidate = if position == Position(0) {
                genesis::prepare(bytes, context).unwrap_or_else(Candidate::Refused)
            } else {
                Candidate::of(bytes, Walked { view, context, cache }, context)
            };
            let trace = Trace { remains, named: segments::named_by(&candidate) };
            Statement::Held { hash, candidate, trace }
        }
    };
    Step { position, record, statement }
}

/// Credentials of the whole log, whatever their position: the decision looks whether they were
/// enrolled and unrevoked where they were used.
struct Walked<'a> {
    view: &'a View,
    context: &'a Context,
    cache: &'a CredentialCache,
}

impl Credentials for Walked<'_> {
    fn credential(&self, thumbprint: &Hash) -> Option<Arc<Credential>> {
        if let Some(known) = self.cache.get(thumbprint) {
            return Some(known);
        }
        let subject = certificate_subject(thumbprint);
        let thing = self.view.thing(&subject, self.view.size()).ok()??;
        let opening = &self.context.opening;
        let loaded = credentials::load(thumbprint, &thing, opening, &self.view.held).ok()??;
        self.cache.insert(Arc::clone(&loaded));
        Some(loaded)
    }
}

/// The context a walk begins with: what `ledger.opened` fixed.
pub(crate) fn first_context(view: &View) -> Result<Context, ReadError> {
    let opened = Genesis::load(&*view.store, view.identity.number, view.origin(), &view.held)?;
    let opened = opened.map_err(|_| ReadError::Corrupt)?;
    let ruleset = view.held.ruleset(&opened.ruleset)?;
    let ruleset = ruleset.ok_or(ReadError::Corrupt)?;
    Ok(Context::of_opening(view.origin().into(), opened.anchors, ruleset))
}

/// The context in force at the head: what the next event is judged under.
pub(crate) fn context_at_head(view: &View) -> Result<Context, ReadError> {
    let mut context = first_context(view)?;
    let end = Position(view.size());
    let ruleset = view.held.ruleset(&view.ruleset_hash_at(end)?)?;
    context.ruleset = ruleset.ok_or(ReadError::Corrupt)?;
    if let Some(hash) = view.policy_hash_at(end)? {
        context.policy = view.held.policy(&hash)?.ok_or(ReadError::Corrupt)?;
    }
    Ok(context)
}
