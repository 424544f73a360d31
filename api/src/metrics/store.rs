//! What the storage engine tells of itself, asked for at each scrape.

use std::fmt;
use std::sync::{Arc, Weak};

use jejak_ledger::Ledgers;
use jejak_ledger::store::FigureUnit;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Unit;

use super::ledgers::one;

/// Asks the store of a server.
pub(super) struct StoreFigures(Weak<Ledgers>);

impl StoreFigures {
    pub(super) fn new(ledgers: &Arc<Ledgers>) -> Self {
        Self(Arc::downgrade(ledgers))
    }
}

impl Collector for StoreFigures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(ledgers) = self.0.upgrade() else { return Ok(()) };
        for figure in ledgers.store_figures() {
            let unit = match figure.unit {
                FigureUnit::Bytes => Some(Unit::Bytes),
                FigureUnit::Count => None,
            };
            let value = i64::try_from(figure.value).unwrap_or(i64::MAX);
            let name = format!("store_{}", figure.name);
            one(&mut encoder, &name, figure.help, unit.as_ref(), value)?;
        }
        Ok(())
    }
}

impl fmt::Debug for StoreFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreFigures").finish_non_exhaustive()
    }
}
