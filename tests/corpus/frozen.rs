//! A frozen ledger as it lies on disk, and the same posted again.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jejak_ledger::custody::LogKey;
use jejak_ledger::{Ledger, LedgerInit, Ledgers, Settings};
use jejak_signer::SigningKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ended, told};
use crate::harness::{TestClock, audit_clean, submit};

/// One ledger of a corpus.
pub(super) struct Frozen {
    pub(super) name: String,
    pub(super) ruleset: Vec<u8>,
    pub(super) log_key: String,
    pub(super) head: Head,
    pub(super) lines: Vec<Line>,
    pub(super) ended: Value,
}

/// Which ledger, and how it was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) region: String,
    pub(super) origin: String,
    /// Microseconds since 1970.
    pub(super) at: u64,
    pub(super) opened: String,
}

/// One statement and what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// The row of the catalogue that it is a case of; none for what only leads there.
    pub(super) row: Option<String>,
    /// Microseconds since 1970.
    pub(super) at: u64,
    pub(super) statement: String,
    pub(super) answer: Value,
}

impl Frozen {
    /// The ledgers of a corpus, in order.
    pub(super) fn read_all(corpus: &Path) -> Vec<Self> {
        let text = |name: &str| fs::read_to_string(corpus.join(name)).unwrap();
        let (ruleset, log_key) = (text("ruleset.toml").into_bytes(), text("log-key.pem"));
        let read = |number: usize| {
            let log = fs::read_to_string(corpus.join(format!("{number}.ndjson"))).ok()?;
            let mut lines = log.lines();
            let head = serde_json::from_str(lines.next().unwrap()).unwrap();
            Some(Self {
                name: format!("{} {number}", corpus.display()),
                ruleset: ruleset.clone(),
                log_key: log_key.clone(),
                head,
                lines: lines.map(|line| serde_json::from_str(line).unwrap()).collect(),
                ended: text(&format!("{number}.end.json")).parse().unwrap(),
            })
        };
        (1..).map_while(read).collect()
    }
}

/// A ledger into which the statements of a frozen one were posted again, each at its time.
pub(super) struct Replayed {
    _dir: tempfile::TempDir,
    ledgers: Ledgers,
    region: String,
}

impl Replayed {
    pub(super) fn of(frozen: &Frozen) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(frozen.head.at));
        let settings = Settings { verify_threads: 1, ..Settings::default() };
        let path = dir.path().join("data");
        let ledgers =
            Ledgers::open_or_create(&path, settings, Arc::<TestClock>::clone(&clock)).unwrap();
        let opening = LedgerInit {
            region: frozen.head.region.clone(),
            origin: frozen.head.origin.clone(),
            opened: frozen.head.opened.clone().into_bytes(),
            ruleset: frozen.ruleset.clone(),
            log_key: LogKey::new(SigningKey::from_pkcs8_pem(&frozen.log_key).unwrap()),
        };
        let ledger = ledgers.init(opening).unwrap();
        for (number, line) in frozen.lines.iter().enumerate() {
            clock.set_micros(line.at);
            let answers = submit(&ledger, vec![line.statement.clone().into_bytes()]);
            let row = line.row.as_deref().unwrap_or("of no row");
            assert_eq!(told(&answers[0]), line.answer, "{}, line {number}: {row}", frozen.name);
        }
        let region = frozen.head.region.clone();
        Self { _dir: dir, ledgers, region }
    }

    fn ledger(&self) -> Arc<Ledger> {
        self.ledgers.ledger(&self.region).unwrap()
    }

    pub(super) fn ended(&self) -> Value {
        ended(&self.ledger().view())
    }

    pub(super) fn audit(&self) {
        audit_clean(&self.ledger());
    }
}
