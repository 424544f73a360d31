//! The JSON shapes of the interface, and how the ledger's types become them.

mod entries;
mod registers;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jejak_ledger::log::{Micros, PolicyKey, Position};
use jejak_ledger::{Ledger, Seat};
use jejak_signer::Hash;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::openapi::shapes;
use crate::problem::Problem;

pub(crate) use entries::{
    EntryView, EventsView, LiftedView, NotHeldView, Posted, SignerView, StreamView, Stub,
};
pub(crate) use registers::{
    Change, HistoryView, RegisterView, RowView, RowsView, TotalsView, VersionView, row,
};

/// A ledger of this server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ledger)]
pub(crate) struct LedgerView {
    region: String,
    origin: String,
    /// The newest log key in force.
    vkey: String,
    /// All log keys, past and present.
    keys: Vec<LogKeyView>,
    #[schema(schema_with = shapes::whole)]
    size: u64,
    #[schema(schema_with = shapes::sha256)]
    ruleset: String,
    /// Who holds its seats now: authorities, registrars, services, with their certificates. Of one ledger, to readers of the
    /// class of what says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = shapes::objects, required = false)]
    pub(crate) seats: Option<Vec<Seat>>,
}

/// A log key, and the sizes of the checkpoints that it may sign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogKey)]
pub(crate) struct LogKeyView {
    /// A C2SP verifier key.
    vkey: String,
    /// First size at which it counts.
    #[schema(schema_with = shapes::whole)]
    from: u64,
    /// First size at which it no longer counts; none while it is in force.
    #[schema(schema_with = shapes::whole, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
}

/// How far the ledger had grown when the question was answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Head)]
pub(crate) struct HeadView {
    #[schema(schema_with = shapes::whole)]
    pub(crate) size: u64,
    #[serde(flatten)]
    pub(crate) last: Option<AsOfView>,
}

/// A position and the time at which it was recorded.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = AsOf)]
pub(crate) struct AsOfView {
    #[schema(schema_with = shapes::position)]
    pub(crate) position: Position,
    #[schema(schema_with = shapes::time)]
    pub(crate) recorded_at: Time,
}

/// How the process is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusView {
    pub(crate) status: &'static str,
    /// Regions of ledgers that did not open: they are not served, the others are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) shut: Vec<String>,
}

/// Which program answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Program)]
pub(crate) struct ProgramView {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// That a record is in the tree of a size.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InclusionProof)]
pub(crate) struct InclusionView {
    #[schema(schema_with = shapes::position)]
    pub(crate) position: Position,
    #[schema(schema_with = shapes::whole)]
    pub(crate) size: u64,
    #[schema(schema_with = shapes::base64_hashes)]
    pub(crate) hashes: Vec<String>,
}

/// That the tree of one size begins with that of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsistencyProof)]
pub(crate) struct ConsistencyView {
    #[schema(schema_with = shapes::whole)]
    pub(crate) from: u64,
    #[schema(schema_with = shapes::whole)]
    pub(crate) to: u64,
    #[schema(schema_with = shapes::base64_hashes)]
    pub(crate) hashes: Vec<String>,
}

/// A moment, told as RFC 3339 in UTC with microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Micros);

impl LedgerView {
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let published = ledger.published();
        let of = |key: &PolicyKey| LogKeyView {
            vkey: key.vkey.to_string(),
            from: key.from,
            until: key.until,
        };
        Self {
            region: ledger.region().to_owned(),
            origin: ledger.origin().to_owned(),
            vkey: ledger.vkey(),
            keys: ledger.view().log_keys().all().iter().map(of).collect(),
            size: published.size,
            ruleset: published.ruleset.hash().to_string(),
            seats: None,
        }
    }
}

/// The hashes of a proof as C2SP texts spell them: base64 with padding (RFC 4648, 4).
pub(crate) fn base64_of(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| BASE64_STANDARD.encode(hash.as_bytes())).collect()
}

/// JSON of one element of a page, so that a page can count its bytes.
pub(crate) fn element<T: Serialize>(value: &T) -> Result<Box<RawValue>, Problem> {
    serde_json::value::to_raw_value(value).map_err(|error| Problem::internal(&error))
}

impl Time {
    /// `2026-11-22T05:06:07.000000Z`.
    pub(crate) fn text(self) -> String {
        let micros = i64::try_from(self.0.0).unwrap_or(i64::MAX);
        // Beyond the year 9999 there is no RFC 3339; the number is still the truth.
        jiff::Timestamp::from_microsecond(micros)
            .map_or_else(|_| micros.to_string(), |time| format!("{time:.6}"))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits_always() {
        assert_eq!(Time(Micros(0)).text(), "1970-01-01T00:00:00.000000Z");
        assert_eq!(Time(Micros(1_763_787_967_000_010)).text(), "2025-11-22T05:06:07.000010Z");
        assert_eq!(Time(Micros(u64::MAX)).text(), i64::MAX.to_string());
    }
}
