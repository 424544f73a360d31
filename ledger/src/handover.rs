//! Checkpoints that lead from one log key to the next: signed by an older key, over a tree that holds the events which
//! added the newer one. Who knows the older key learns the newer one from them, without asking anybody.

use crate::ledger::Ledger;
use crate::log::{KeyHistory, Note, Vkey};
use crate::store::{Row, Table};
use crate::view::{ReadError, View};

/// How the keys of rows begin that hold such a checkpoint; the 4 bytes of the newer key's id follow.
const ROW_PREFIX: &[u8] = b"log-key/";

fn row_key(key: &Vkey) -> Vec<u8> {
    [ROW_PREFIX, &key.id().0].concat()
}

impl View {
    /// The checkpoint that leads to a key, where one is kept: a ledger whose older keys are lost has none.
    pub(crate) fn handover_to(&self, key: &Vkey) -> Result<Option<String>, ReadError> {
        let found = self.get(Table::Meta, &row_key(key))?;
        found.map(|text| String::from_utf8(text).map_err(|_| ReadError::Corrupt)).transpose()
    }

    /// The keys to which this view's own checkpoint leads, and to which none does yet.
    fn handed_over(&self) -> Result<Vec<Row>, ReadError> {
        let mut rows = Vec::new();
        for key in led_to(self.log_keys(), self.checkpoint()) {
            if self.handover_to(key)?.is_none() {
                let value = self.checkpoint().as_bytes().to_vec();
                rows.push(Row::put(Table::Meta, row_key(key), value));
            }
        }
        Ok(rows)
    }
}

impl Ledger {
    /// Keeps the newest checkpoint for the keys to which it leads. What fails here is made good when the directory is opened
    /// again, as long as an older key signs.
    pub(crate) fn keep_handover(&self) {
        let rows = self.view().handed_over().unwrap_or_default();
        if !rows.is_empty()
            && let Err(failure) = self.sequencer().keep_beside(rows)
        {
            self.note(&failure);
        }
    }
}

/// The keys in force at the size of a checkpoint beside an older one that has signed it.
fn led_to<'k>(keys: &'k KeyHistory, checkpoint: &str) -> Vec<&'k Vkey> {
    let Ok(note) = Note::parse(checkpoint.as_bytes()) else { return Vec::new() };
    let Ok((checkpoint, by)) = keys.verify(&note) else { return Vec::new() };
    let has_signed = |key: &Vkey| by.iter().any(|by| by.key == key);
    let all = keys.all();
    let older = all.iter().find(|key| has_signed(&key.vkey)).map_or(u64::MAX, |key| key.from);
    let newer = all.iter().filter(|key| key.from > older && key.counts_at(checkpoint.size()));
    newer.map(|key| &key.vkey).collect()
}
