//! The first statement of a ledger: the only one that is verified under a chain in its own data.

use jejak_signer::{Anchors, Hash, Jws, Typ};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::enrolment::{self, Only};
use crate::event::Event;
use crate::held::{Held, unread};
use crate::log::Position;
use crate::prepared::{Candidate, Context};
use crate::refusal::{EnrolmentFault, Refusal};
use crate::state::{decoded, read_statement};
use crate::store::{Cause, Corruption, LedgerNumber, LedgerStore, Row, StoreError, Table, codec};

/// Prepares a `ledger.opened` statement under the context that it fixes itself.
pub(crate) fn prepare(bytes: Vec<u8>, context: &Context) -> Result<Candidate, Refusal> {
    let jws = Jws::parse(bytes, Typ::Event).map_err(Refusal::Jws)?;
    let event = Event::parse(jws.payload()).map_err(Refusal::Payload)?;
    let iat = jws.header().iat.unwrap_or_default();
    let own = enrolment::read(&event, iat, &context.origin, &context.policy)?;
    Ok(Candidate::of_jws(jws, Only(&own), context))
}

/// What `ledger.opened` fixes.
pub(crate) struct Genesis {
    pub(crate) anchors: Anchors,
    pub(crate) ruleset: Hash,
    pub(crate) vkey: String,
}

/// The same, kept in a row of its own: the statement may be lawfully removed, for it holds names.
#[derive(Serialize, Deserialize)]
struct GenesisRow {
    vkey: String,
    /// Hash of the rule set, in hex.
    ruleset: String,
    /// Hashes of the anchors, which are objects, in hex.
    anchors: Vec<String>,
}

impl Genesis {
    pub(crate) fn read(statement: Vec<u8>, origin: &str) -> Result<Self, Refusal> {
        let jws = Jws::parse(statement, Typ::Event).map_err(Refusal::Jws)?;
        let event = Event::parse(jws.payload()).map_err(Refusal::Payload)?;
        let wrong = |pointer: &str| Refusal::Enrolment {
            pointer: pointer.to_owned(),
            reason: EnrolmentFault::NotAnOpening,
        };
        let text = |name: &str| event.data.get(name).and_then(Value::as_str);
        let ruleset = text("ruleset").and_then(|hash| hash.parse().ok());
        let keys = event.data.get("keys").and_then(Value::as_array);
        let vkey = keys.and_then(|keys| keys.first()).and_then(Value::as_str);
        if event.kind != "ledger.opened" || event.ledger != origin {
            return Err(wrong("/type"));
        }
        Ok(Self {
            anchors: enrolment::anchors(&event.data)?,
            ruleset: ruleset.ok_or_else(|| wrong("/data/ruleset"))?,
            vkey: vkey.ok_or_else(|| wrong("/data/keys"))?.to_owned(),
        })
    }

    /// From the statement, or from the row where the statement is not held.
    pub(crate) fn load(
        store: &dyn LedgerStore,
        number: LedgerNumber,
        origin: &str,
        held: &Held,
    ) -> Result<Result<Self, Refusal>, StoreError> {
        if let Some(statement) = read_statement(store, number, Position(0))? {
            return Ok(Self::read(statement, origin));
        }
        let row = store.get_many(number, &[(Table::Meta, GENESIS)])?.into_iter().next().flatten();
        let missing = || StoreError::from(Corruption::Gap { table: Table::Statement, position: 0 });
        let row: GenesisRow = decoded(Table::Meta, row.as_deref())?.ok_or_else(missing)?;
        let ruleset = row.ruleset.parse().map_err(|_| missing())?;
        let mut ders = Vec::new();
        for hash in &row.anchors {
            let hash: Hash = hash.parse().map_err(|_| missing())?;
            ders.push(held.object(&hash).map_err(unread)?.ok_or_else(missing)?);
        }
        let pointer = "/data/anchors".to_owned();
        Ok(match Anchors::new(ders) {
            Ok(anchors) => Ok(Self { anchors, ruleset, vkey: row.vkey }),
            Err(reason) => Err(Refusal::Chain { pointer, reason }),
        })
    }

    /// The row that outlives the statement.
    pub(crate) fn row(&self) -> Result<Row, StoreError> {
        let row = GenesisRow {
            vkey: self.vkey.clone(),
            ruleset: self.ruleset.to_string(),
            anchors: self.anchors.ders().map(|der| Hash::of(der).to_string()).collect(),
        };
        let value = codec::encode(&row).map_err(Cause::from)?;
        Ok(Row::put(Table::Meta, GENESIS.to_vec(), value))
    }
}

/// Key of the row in `Meta` that holds what the opening fixed.
const GENESIS: &[u8] = b"genesis";
