//! `jejak post --outbox`: what any program drops into a directory is signed once and sent until the
//! ledger has answered. `folder.rs` is the directory, `take.rs` the way in, `settle.rs` the way out.
//!
//! ```text
//! new/NAME.json | NAME.jws  ->  signed/NAME.jws  ->  done/NAME.jws, NAME.receipt.json
//!                                                ->  refused/NAME.jws, NAME.problem.json
//! ```
//!
//! A statement is on the disk before it is sent for the first time, and leaves `signed/` only after its
//! receipt or its problem is on the disk: whenever the process is killed, the same bytes are sent again,
//! and the ledger answers the same bytes with the same position. So no event is lost and none is recorded
//! twice.

mod folder;
mod settle;
mod take;

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use jejak_signer::{Jws, Typ};
use serde_json::{Map, Value};

use super::super::Context;
use super::super::client::{Answer, Client};
use super::super::exit::Exit;
use super::super::output::List;
use super::super::patience::Patience;
use super::super::signatory::Signatory;
use super::receipts::Receipts;
use super::send::{self, BATCH_BYTES_MAX, BATCH_LINES_MAX};
use super::{Post, Tally};
use folder::Folder;

/// A run over an outbox.
struct Outbox<'a> {
    post: &'a Post,
    folder: Folder,
    client: Client,
    signatory: Option<Signatory>,
    receipts: Receipts,
    list: List,
    tally: Tally,
    context: &'a Context,
}

/// A statement on its way.
struct Sent {
    stem: String,
    jws: Vec<u8>,
}

/// Works on the outbox until it is empty, or for ever.
pub(super) fn run(post: &Post, directory: &Path, context: &Context) -> Result<Exit> {
    let signatory = post.signer.load(context.talk)?;
    let receipts = Receipts::new(post.receipts.as_deref(), post.policy.as_deref())?;
    let usual = if post.watch { Patience::Endless } else { Patience::Usual };
    let output = context.output;
    let mut outbox = Outbox {
        post,
        folder: Folder::open(directory)?,
        client: post.client(usual, context)?,
        signatory,
        receipts,
        list: if post.watch { output.live(&COLUMNS) } else { output.list(&COLUMNS, None) },
        tally: Tally::default(),
        context,
    };
    let worked = outbox.work();
    if worked.is_err() {
        outbox.tally.not_sent += outbox.folder.waiting()?;
    }
    outbox.list.end(Map::new())?;
    outbox.tally.tell(context);
    worked?;
    Ok(outbox.tally.worst.unwrap_or(Exit::Ok))
}

impl Outbox<'_> {
    fn work(&mut self) -> Result<()> {
        let mut idle = IDLE_MIN;
        loop {
            let signed = self.folder.signed()?;
            // What an earlier run has signed goes before what is new.
            if !signed.is_empty() {
                self.send(&signed)?;
                idle = IDLE_MIN;
            } else if self.take()? {
                idle = IDLE_MIN;
            } else if self.post.watch {
                thread::sleep(idle);
                idle = (idle * 2).min(IDLE_MAX);
            } else {
                return Ok(());
            }
        }
    }

    /// Sends what is signed, as many in a request as it holds, and settles what is answered.
    fn send(&mut self, stems: &[String]) -> Result<()> {
        let mut rest = stems;
        while !rest.is_empty() {
            let group = self.group(rest)?;
            rest = rest.get(group.len().max(1)..).unwrap_or_default();
            let lines: Vec<Vec<u8>> = group.iter().map(|sent| sent.jws.clone()).collect();
            let answers = send::send(&self.client, &self.post.ledger, &lines)?;
            if !self.settle(&group, &answers)? {
                // One of them has to be sent again, before those behind it.
                return Ok(());
            }
        }
        Ok(())
    }

    /// The first statements that go in one request. One that may be too old goes alone: if it has to be
    /// signed again, nothing behind it is recorded first.
    fn group(&self, stems: &[String]) -> Result<Vec<Sent>> {
        let (mut group, mut bytes): (Vec<Sent>, usize) = (Vec::new(), 0);
        for stem in stems.iter().take(BATCH_LINES_MAX) {
            let Some(jws) = self.folder.read_signed(stem)? else { continue };
            let is_old = age_s(&jws, self.context.now_s()).is_some_and(|age| age >= OLD_S);
            bytes = bytes.saturating_add(jws.len() + 1);
            if !group.is_empty() && (bytes > BATCH_BYTES_MAX || is_old) {
                break;
            }
            group.push(Sent { stem: stem.clone(), jws });
            if is_old {
                break;
            }
        }
        Ok(group)
    }

    fn row(&mut self, name: &str, mut row: Map<String, Value>) -> Result<()> {
        row.insert("name".to_owned(), name.into());
        self.list.row(&Value::Object(row))
    }
}

/// How old a statement is, in seconds.
fn age_s(jws: &[u8], now_s: u64) -> Option<u64> {
    let iat = Jws::parse(jws.to_vec(), Typ::Event).ok()?.header().iat?;
    now_s.checked_sub(iat)
}

/// Is this the answer to a statement whose signing time has passed? The ledger looks for the statement
/// and for its id first (formats.md, order of checks): so it holds neither.
fn is_expired(answer: &Answer) -> bool {
    answer.status == 422 && answer.text("code") == "iat-out-of-window"
}

const COLUMNS: [&str; 7] = ["name", "status", "position", "recorded_at", "code", "rule", "detail"];
/// How soon and how late an empty outbox is looked at again.
const IDLE_MIN: Duration = Duration::from_millis(100);
const IDLE_MAX: Duration = Duration::from_secs(2);
/// An hour before the ledger's window ends, a statement may be too old by the time it arrives.
const OLD_S: u64 = 23 * 3_600;
