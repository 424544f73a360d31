//! The figures of the ledgers, asked for at each scrape.

use std::fmt;
use std::sync::{Arc, Weak};

use jejak_ledger::log::Micros;
use jejak_ledger::{Clock, Ledger, Ledgers, Writing};
use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use crate::clock::SystemClock;

/// Asks the ledgers of a server.
pub(super) struct LedgerFigures {
    /// The server's; the figures keep no directory open.
    ledgers: Weak<Ledgers>,
    clock: SystemClock,
    /// With more ledgers than this none is named.
    named_max: usize,
}

impl LedgerFigures {
    pub(super) fn new(ledgers: &Arc<Ledgers>, clock: SystemClock, named_max: usize) -> Self {
        Self { ledgers: Arc::downgrade(ledgers), clock, named_max }
    }
}

impl Collector for LedgerFigures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(ledgers) = self.ledgers.upgrade() else { return Ok(()) };
        let open = ledgers.list();
        let stopped = open.iter().filter(|ledger| !is_writing(ledger)).count();
        let records: u64 = open.iter().map(|ledger| ledger.published().size).sum();
        let settings = ledgers.settings();
        let sums = [
            ("ledgers", "Ledgers served", None, number(open.len())),
            ("ledgers_stopped", "Ledgers that take no events", None, number(stopped)),
            ("ledgers_shut", "Ledgers that did not open", None, number(ledgers.shut().len())),
            ("records", "Records of all ledgers together", None, signed(records)),
            (
                "queue",
                "Statements that wait or are read, against the limit",
                Some(Unit::Bytes),
                number(ledgers.queued_bytes()),
            ),
            (
                "queue_limit",
                "What the queue may hold",
                Some(Unit::Bytes),
                number(settings.queue_bytes_max),
            ),
        ];
        for (name, help, unit, value) in sums {
            one(&mut encoder, name, help, unit.as_ref(), value)?;
        }
        if open.len() > self.named_max {
            return Ok(());
        }
        let now = self.clock.now();
        let sizes = |ledger: &Ledger| signed(ledger.published().size);
        each(&mut encoder, &open, "ledger_size", "Records of a ledger", None, sizes)?;
        let writing = |ledger: &Ledger| i64::from(is_writing(ledger));
        each(&mut encoder, &open, "ledger_writing", "1: takes events; 0: stopped", None, writing)?;
        let age = |ledger: &Ledger| age_s(now, ledger.published().recorded_at);
        let help = "Time since the newest record under the signed checkpoint";
        each(&mut encoder, &open, "checkpoint_age", help, Some(&Unit::Seconds), age)?;
        lists(&mut encoder, &open, now)
    }
}

impl fmt::Debug for LedgerFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerFigures").field("named_max", &self.named_max).finish_non_exhaustive()
    }
}

/// How old the newest revocation list of each issuer is, and how long until the next one is due: below 0 it is stale.
fn lists(encoder: &mut DescriptorEncoder<'_>, ledgers: &[Arc<Ledger>], now: Micros) -> fmt::Result {
    let now = signed(now.0 / 1_000_000);
    let mut found = Vec::new();
    for ledger in ledgers {
        // What cannot be read now is left out: the next scrape will do.
        let lists = ledger.view().recorded_lists(LISTS_MAX).unwrap_or_default();
        for (issuer, list) in lists {
            let at = |time: &str| time.parse::<Timestamp>().ok().map(Timestamp::as_second);
            if let (Some(made), Some(due)) = (at(&list.this_update), at(&list.next_update)) {
                let scope =
                    list.scope.map_or_else(|| "whole".to_owned(), |scope| scope.to_string());
                found.push((ledger.region().to_owned(), issuer, scope, [now - made, due - now]));
            }
        }
    }
    let names = [
        ("evidence_age", "Age of the newest revocation list of an issuer"),
        (
            "evidence_due",
            "Time until the next revocation list of an issuer is due; below 0 it is stale",
        ),
    ];
    for (index, (name, help)) in names.into_iter().enumerate() {
        let kind = ConstGauge::new(0_i64).metric_type();
        let mut family = encoder.encode_descriptor(name, help, Some(&Unit::Seconds), kind)?;
        for (ledger, issuer, scope, values) in &found {
            let labels = [("ledger", ledger), ("issuer", issuer), ("scope", scope)];
            let value = values.get(index).copied().unwrap_or_default();
            ConstGauge::new(value).encode(family.encode_family(&labels)?)?;
        }
    }
    Ok(())
}

/// Lists of one ledger that have figures.
const LISTS_MAX: usize = 256;

/// A figure without labels.
pub(super) fn one(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: i64,
) -> fmt::Result {
    let gauge = ConstGauge::new(value);
    gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
}

/// A figure of each ledger.
fn each(
    encoder: &mut DescriptorEncoder<'_>,
    ledgers: &[Arc<Ledger>],
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: impl Fn(&Ledger) -> i64,
) -> fmt::Result {
    let kind = ConstGauge::new(0_i64).metric_type();
    let mut family: MetricEncoder<'_> = encoder.encode_descriptor(name, help, unit, kind)?;
    for ledger in ledgers {
        let labels = [("ledger", ledger.region())];
        ConstGauge::new(value(ledger)).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

fn is_writing(ledger: &Ledger) -> bool {
    matches!(ledger.published().writing, Writing::Open)
}

fn age_s(now: Micros, then: Micros) -> i64 {
    signed(now.0.saturating_sub(then.0) / 1_000_000)
}

fn number(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
