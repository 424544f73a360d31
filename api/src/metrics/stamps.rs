//! What became of asking time-stamping authorities. They are named by host: the configuration's, at most four.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// The figures of all authorities. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct StampFigures {
    tokens: Family<Stamped, Counter>,
    pending: Family<Authority, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stamped {
    tsa: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Authority {
    tsa: String,
}

impl StampFigures {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "timestamps",
            "Time-stamps asked for, by authority and what became of them: kept, failed",
            self.tokens.clone(),
        );
        registry.register(
            "timestamps_pending",
            "Ledgers with records that no time-stamp of the authority covers",
            self.pending.clone(),
        );
    }

    /// What never happened yet is there too, as 0: a rule that watches it finds it.
    pub(crate) fn begin(&self, tsa: &str) {
        for result in [KEPT, FAILED] {
            drop(self.tokens.get_or_create(&Stamped { tsa: tsa.to_owned(), result }));
        }
        self.pending(tsa, 0);
    }

    pub(crate) fn kept(&self, tsa: &str) {
        self.count(tsa, KEPT);
    }

    pub(crate) fn failed(&self, tsa: &str) {
        self.count(tsa, FAILED);
    }

    pub(crate) fn pending(&self, tsa: &str, ledgers: usize) {
        let ledgers = i64::try_from(ledgers).unwrap_or(i64::MAX);
        self.pending.get_or_create_owned(&Authority { tsa: tsa.to_owned() }).set(ledgers);
    }

    fn count(&self, tsa: &str, result: &'static str) {
        self.tokens.get_or_create_owned(&Stamped { tsa: tsa.to_owned(), result }).inc();
    }
}

const KEPT: &str = "kept";
const FAILED: &str = "failed";
