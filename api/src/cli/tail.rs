//! `jejak tail`: the newest events of a server, and with `-f` those that come, each at once.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::Value;

use super::client::Client;
use super::events::{COLUMNS, Filter};
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::output::List;
use super::patience::Patience;
use super::{Context, interrupt, rules};

/// Follows events.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Tail {
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Mulai setelah posisi ini: lanjutan tanpa celah dan tanpa ulangan (begin after this position:
    /// what a run before ended with)
    #[arg(long, value_name = "POSITION", conflicts_with = "last")]
    after: Option<u64>,
    /// Mulai sekian posisi sebelum akhir (begin so many positions before the end)
    #[arg(short = 'n', long, default_value_t = 10)]
    last: u64,
    /// Tunggu peristiwa berikutnya sampai Ctrl-C (wait for the next ones until Ctrl-C)
    #[arg(short, long)]
    follow: bool,
    #[command(flatten)]
    filter: Filter,
    /// Berapa lama menunggu server: 30s, 5m, never; bawaan dengan -f: never (how long to wait for a
    /// server that does not answer)
    #[arg(long, value_name = "DURATION", value_parser = Patience::parse)]
    give_up: Option<Patience>,
}

/// A run: how far it has come.
struct Following<'a> {
    tail: &'a Tail,
    client: Client,
    list: List,
    /// The last position that is dealt with: printed, or left out by the filter.
    after: Option<u64>,
}

impl Tail {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let usual = if self.follow { Patience::Endless } else { Patience::Usual };
        let patience = self.give_up.unwrap_or(usual);
        let client = Client::new(&self.url, &context.reach)?.patient(patience, context.talk);
        let after = self.start(&client)?;
        self.filter
            .tell_unknown(0, context, |kind| rules::server_knows(&client, &self.ledger, kind));
        let list = context.output.live(&COLUMNS);
        let mut following = Following { tail: self, client, list, after };
        let mut idle = IDLE_MIN;
        loop {
            let before = following.after;
            following.pass()?;
            if !self.follow {
                return Ok(Exit::Ok);
            }
            idle = if following.after == before { (idle * 2).min(IDLE_MAX) } else { IDLE_MIN };
            thread::sleep(idle);
        }
    }

    /// Where to begin. A position that the ledger has not reached is one of another ledger, or of one that
    /// was put back.
    fn start(&self, client: &Client) -> Result<Option<u64>> {
        let ledger = client.get(&[&self.ledger], &[])?;
        let size = ledger.get("size").and_then(Value::as_u64).context("tanpa size (no size)")?;
        match self.after {
            Some(after) if after >= size => {
                let indonesian = format!("buku besar {} baru berisi {size} catatan", self.ledger);
                Err(Stop::not_found(indonesian, "nothing is recorded at this position yet").into())
            }
            Some(after) => Ok(Some(after)),
            None => Ok(size.checked_sub(self.last.saturating_add(1))),
        }
    }
}

impl Following<'_> {
    /// Prints what is behind the last position, up to the head.
    fn pass(&mut self) -> Result<()> {
        let mut cursor = None::<String>;
        loop {
            let mut query = self.tail.filter.query();
            query.push(("limit", PAGE_ROWS.to_string()));
            match &cursor {
                Some(cursor) => query.push(("cursor", cursor.clone())),
                None => query.extend(self.after.map(|after| ("after", after.to_string()))),
            }
            let answer = self.client.ask(&[&self.tail.ledger, "events"], &query)?;
            if answer.status == 400 && cursor.is_some() {
                // A server that was started anew does not know the cursor; the position it does.
                cursor = None;
                continue;
            }
            if !answer.is_accepted() {
                return Err(answer.stop().into());
            }
            for event in answer.body.get("events").and_then(Value::as_array).into_iter().flatten() {
                self.print(event)?;
            }
            cursor = answer.body.get("next").and_then(Value::as_str).map(str::to_owned);
            if cursor.is_none() {
                return self.reached(&answer.body);
            }
        }
    }

    /// Prints one event; Ctrl-C comes before or after it, never in between.
    fn print(&mut self, event: &Value) -> Result<()> {
        let position = event.get("position").and_then(Value::as_u64);
        let position = position.context("peristiwa tanpa posisi (no position)")?;
        interrupt::undivided(|ending| {
            self.list.row(event)?;
            *ending = Some(format!("lanjutkan dengan (go on with) --after {position}"));
            anyhow::Ok(())
        })?;
        self.after = Some(position);
        Ok(())
    }

    /// Everything up to the head of this page has been looked at.
    fn reached(&mut self, page: &Value) -> Result<()> {
        let size = page.pointer("/head/size").and_then(Value::as_u64);
        let last = size.context("tanpa head (no head)")?.checked_sub(1);
        if last < self.after {
            let indonesian = format!("buku besar {} mundur", self.tail.ledger);
            let english = "the ledger has fewer records than before: it was put back";
            return Err(Stop::new(Exit::VerificationFailed, indonesian, english).into());
        }
        self.after = last;
        Ok(())
    }
}

const PAGE_ROWS: usize = 1_000;
/// How soon and how late a ledger without news is asked again.
const IDLE_MIN: Duration = Duration::from_millis(500);
const IDLE_MAX: Duration = Duration::from_secs(5);
const EXAMPLES: Examples = Examples(&[
    (
        "lima posisi terakhir",
        "the last five positions",
        "jejak tail --url http://127.0.0.1:6107 --ledger 61.07 -n 5",
    ),
    (
        "ikuti terus, satu JSON tiap baris",
        "follow it, a JSON object a line",
        "jejak tail --url http://127.0.0.1:6107 --ledger 61.07 -f -o ndjson  # Ctrl-C, exit 130",
    ),
]);
