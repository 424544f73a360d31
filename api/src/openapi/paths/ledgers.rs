//! The ledgers of the server.

use crate::openapi::described::{Described, get};
use crate::openapi::tags::LEDGERS;
use crate::wire::LedgerView;

pub(super) fn all() -> Vec<Described> {
    vec![
        get("/v1/ledgers", "listLedgers", LEDGERS, "The ledgers of this server")
            .v1()
            .json_list::<LedgerView>("All of them."),
        get("/v1/{ledger}", "getLedger", LEDGERS, "One ledger")
            .ledger()
            .json::<LedgerView>("200", "Its newest state."),
    ]
}
