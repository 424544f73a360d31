//! `jejak evidence status`: how far a ledger is stamped, what waits for a stamp, until when the stamps prove by themselves, and
//! when the newest list of each issuer, and the newest OCSP response about each certificate, is stale.

use anyhow::Result;
use clap::Args;
use jejak_ledger::View;
use jejak_signer::{Hash, TimestampToken, validity};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::recorded;
use crate::cli::Context;
use crate::cli::client::Client;
use crate::cli::examples::Examples;
use crate::cli::exit::Exit;
use crate::cli::source::{self, Place, Source};

/// Shows what evidence there is, and when more is due.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Status {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
}

impl Status {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let (stamps, lists) = match self.place.open(context)? {
            Source::Server(client) => {
                (stamps_at(&client, &self.ledger)?, recorded::at(&client, &self.ledger, context)?)
            }
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.ledger)?;
                (stamps_in(view)?, recorded::rows_in(view, context)?)
            }
        };
        let now = i64::try_from(context.now_s())?;
        let mut rows = vec![stamps];
        rows.extend(lists.iter().map(|list| list_row(list, now)));
        context.output.rows(&COLUMNS, &rows, &rows)?;
        Ok(Exit::Ok)
    }
}

/// The newest stamp; `due` is when its authority's certificate ends, by when it must have been renewed.
fn stamp_row(size: u64, stamped: Option<(u64, &str)>, due: Option<i64>) -> Result<Value> {
    let covered = stamped.map_or(0, |(covered, _)| covered);
    let state = match covered {
        0 => "none",
        covered if covered < size => "pending",
        _ => "stamped",
    };
    Ok(json!({
        "what": "stamp",
        "state": state,
        "made": stamped.map(|(_, time)| time),
        "due": due.map(super::show::time).transpose()?,
        "size": covered,
        "pending": size.saturating_sub(covered),
    }))
}

fn stamps_in(view: &View) -> Result<Value> {
    let Some(newest) = view.newest_timestamp()? else { return stamp_row(view.size(), None, None) };
    let due = view.timestamp_token(&newest)?.and_then(|der| valid_until(&der, &newest.stamped));
    let time = super::show::time(newest.time.seconds)?;
    stamp_row(view.size(), Some((newest.size, &time)), due)
}

fn stamps_at(client: &Client, ledger: &str) -> Result<Value> {
    let found = client.get(&[ledger, "timestamps"], &[("limit", "1".to_owned())])?;
    let count = |value: &Value, name: &str| value.get(name).and_then(Value::as_u64).unwrap_or(0);
    let size = count(&found, "size");
    let Some(newest) = found.pointer("/timestamps/0") else { return stamp_row(size, None, None) };
    let text = |name: &str| newest.get(name).and_then(Value::as_str).unwrap_or_default();
    let covered = count(newest, "size");
    let name: Hash = text("token").parse()?;
    let der =
        client.bytes(&[ledger, "timestamps", &covered.to_string(), &name.to_string()], &[])?;
    let due = valid_until(&der, text("stamped"));
    stamp_row(size, Some((covered, text("time"))), due)
}

/// When the first of the certificates that came with a token ends. Whom they lead to is not asked here.
fn valid_until(der: &[u8], stamped: &str) -> Option<i64> {
    let token = TimestampToken::parse(der).ok()?;
    let made_at = token.check(stamped.as_bytes()).ok()?.time().seconds;
    let windows = token.certificates().iter().filter_map(|der| validity(der).ok());
    windows.filter(|window| window.contains(made_at)).map(|window| window.not_after).min()
}

fn list_row(list: &Value, now: i64) -> Value {
    let member = |name: &str| list.get(name).cloned().unwrap_or_default();
    let due = member("next_update");
    let due_s = due.as_str().and_then(|due| due.parse::<Timestamp>().ok());
    let state = match due_s.map(Timestamp::as_second) {
        None => "none",
        Some(due) if due < now => "stale",
        Some(_) => "fresh",
    };
    json!({
        "what": member("what"),
        "name": member("name"),
        "state": state,
        "made": member("this_update"),
        "due": due,
        "position": member("position"),
    })
}

const COLUMNS: [&str; 8] = ["what", "name", "state", "made", "due", "size", "pending", "position"];
const EXAMPLES: Examples = Examples(&[
    (
        "stempel dan daftar pencabutan sebuah buku besar",
        "the stamps and revocation lists of a ledger",
        "jejak evidence status --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "dari server, sebagai JSON",
        "of a server, as JSON",
        "jejak evidence status --url http://127.0.0.1:6107 --ledger 61.07 -o json",
    ),
]);
