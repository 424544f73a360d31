//! Acts posted to one ledger over HTTP, each with what must come of it. Anything else fails the demo.

use std::cell::{Cell, RefCell};

use anyhow::{Context as _, Result};
use jejak_ledger::log::Micros;
use serde_json::{Map, Value, json};

use super::stage::Stage;
use super::world::Place;
use crate::cli::client::{Answer, Client, Reach};
use crate::cli::officer::Officer;
use crate::cli::server::Server;
use crate::cli::{Context, times};

/// One ledger, with a stage to tell on.
pub(super) struct Scene<'a> {
    pub(super) stage: &'a Stage,
    pub(super) place: &'static Place,
    client: Client,
    context: &'a Context,
    next_id: Cell<u32>,
    kept: RefCell<Vec<Kept>>,
}

/// An accepted statement, its position and its receipt.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) region: &'static str,
    pub(super) position: u64,
    pub(super) statement: Vec<u8>,
    pub(super) receipt: Value,
}

/// An act before it is signed.
#[derive(Debug, Clone)]
pub(super) struct Act {
    kind: &'static str,
    subject: String,
    data: Value,
    /// Attributes besides, and in the place of, the usual ones.
    attributes: Map<String, Value>,
}

/// The refusal that the rules demand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused<'a> {
    pub(super) code: &'a str,
    pub(super) rule: Option<&'a str>,
}

impl Act {
    pub(super) fn new(kind: &'static str, subject: &str, data: Value) -> Self {
        Self { kind, subject: subject.to_owned(), data, attributes: Map::new() }
    }

    /// The same with another attribute: `office`, `id`, `source` ...
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        stage: &'a Stage,
        context: &'a Context,
        server: &Server,
        place: &'static Place,
    ) -> Result<Self> {
        let client = Client::new(&server.url(), &Reach::default())?;
        let (next_id, kept) = (Cell::new(1), RefCell::default());
        Ok(Self { stage, place, client, context, next_id, kept })
    }

    /// Signs an act as `by`.
    pub(super) fn signed(&self, by: &Officer, act: Act) -> Result<Vec<u8>> {
        let now = self.context.clock.now();
        let number = self.next_id.replace(self.next_id.get() + 1);
        let Value::Object(mut event) = json!({
            "specversion": "1.0",
            "id": format!("demo-{number:04}"),
            "source": format!("agency/{}", by.agency()),
            "type": act.kind,
            "subject": act.subject,
            "time": times::in_jakarta(now)?,
            "ledger": self.place.origin,
        }) else {
            anyhow::bail!("an event is an object")
        };
        event.extend(act.attributes);
        event.insert("data".to_owned(), act.data);
        by.sign(&event.into(), now.0 / 1_000_000)
    }

    /// The ledger must take it; its position.
    pub(super) fn accept(&self, by: &Officer, act: Act, what: &str) -> Result<u64> {
        let kind = act.kind;
        let statement = self.signed(by, act)?;
        let answer = self.client.post(self.place.region, &statement)?;
        let position = self.keep(statement, &answer)?;
        self.stage.recorded(position, kind, what)?;
        Ok(position)
    }

    /// The ledger must refuse it, for just this reason.
    pub(super) fn refuse(
        &self,
        by: &Officer,
        act: Act,
        what: &str,
        expected: Refused<'_>,
    ) -> Result<()> {
        let kind = act.kind;
        let answer = self.client.post(self.place.region, &self.signed(by, act)?)?;
        let rule = Some(answer.text("rule")).filter(|rule| !rule.is_empty());
        anyhow::ensure!(
            answer.text("code") == expected.code && rule == expected.rule,
            "{kind}: yang diharapkan (expected) {} {:?}, jawaban (answer) {}",
            expected.code,
            expected.rule,
            answer.body,
        );
        let reason = rule.map_or_else(|| answer.text("code").to_owned(), pasal);
        self.stage.refused(&reason, kind, what, answer.text("detail"))
    }

    /// Posted again, it must get the same position and no new record.
    pub(super) fn repeat(&self, kept: &Kept) -> Result<()> {
        let answer = self.client.post(self.place.region, &kept.statement)?;
        let position = answer.body.get("position").and_then(Value::as_u64);
        let same = answer.status == 200 && position == Some(kept.position);
        anyhow::ensure!(same, "dikirim ulang (posted again): {}", answer.body);
        Ok(())
    }

    /// Many acts in one request; the ledger must take them all.
    pub(super) fn accept_all(&self, statements: Vec<Vec<u8>>) -> Result<Vec<u64>> {
        let answers = self.client.post_batch(self.place.region, &statements)?;
        let pairs = statements.into_iter().zip(&answers);
        pairs.map(|(statement, answer)| self.keep(statement, answer)).collect()
    }

    /// The public must see that something stands there, and no more.
    pub(super) fn withheld(&self, position: u64) -> Result<()> {
        let entry = self.client.get(&[self.place.region, "events", &position.to_string()], &[])?;
        let withheld = entry.get("withheld").and_then(Value::as_bool) == Some(true);
        anyhow::ensure!(withheld && entry.get("event").is_none(), "terbuka (in the open): {entry}");
        let class = entry.get("class").and_then(Value::as_str).unwrap_or_default();
        self.stage.shows(
            format_args!("#{position} berkelas {class}: umum hanya melihat bahwa ada catatan"),
            "the public sees that there is a record, not what it says",
        )
    }

    /// The row of a register must be in that state now.
    pub(super) fn state(
        &self,
        register: &str,
        key: &str,
        state: &str,
        indonesian: &str,
    ) -> Result<()> {
        let row = self.client.get(&[self.place.region, "registers", register, key], &[])?;
        anyhow::ensure!(row.to_string().contains(&format!("\"state\":\"{state}\"")), "{row}");
        self.stage.shows(format_args!("{indonesian}"), format_args!("its state is now {state}"))
    }

    /// A time before now, as events write it.
    pub(super) fn hours_ago(&self, hours: u64) -> Result<String> {
        let Micros(now) = self.context.clock.now();
        times::in_jakarta(Micros(now.saturating_sub(hours * 3_600_000_000)))
    }

    /// The newest statement that was taken.
    pub(super) fn newest(&self) -> Result<Kept> {
        self.kept.borrow().last().cloned().context("belum ada yang dicatat (nothing recorded yet)")
    }

    /// Everything that was taken, with its receipts.
    pub(super) fn into_kept(self) -> Vec<Kept> {
        self.kept.into_inner()
    }

    fn keep(&self, statement: Vec<u8>, answer: &Answer) -> Result<u64> {
        anyhow::ensure!(answer.status == 201, "tidak dicatat (not recorded): {}", answer.body);
        let position = answer
            .body
            .get("position")
            .and_then(Value::as_u64)
            .context("tanpa posisi (no position)")?;
        let receipt = answer.body.get("receipt").cloned().context("tanpa resi (no receipt)")?;
        let region = self.place.region;
        self.kept.borrow_mut().push(Kept { region, position, statement, receipt });
        Ok(position)
    }
}

/// `BKY.25.4` -> `BKY.25.4 (Perbup Bengkayang 19/2020, Pasal 25 ayat (4))`.
fn pasal(rule: &str) -> String {
    let parts: Vec<&str> = rule.split('.').collect();
    match parts.as_slice() {
        ["BKY", pasal, ayat] => {
            format!("{rule} (Perbup Bengkayang 19/2020, Pasal {pasal} ayat ({ayat}))")
        }
        _ => rule.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_ids_are_told_with_their_pasal() {
        assert_eq!(pasal("BKY.25.4"), "BKY.25.4 (Perbup Bengkayang 19/2020, Pasal 25 ayat (4))");
        assert_eq!(pasal("SYS.6.1"), "SYS.6.1");
    }
}
