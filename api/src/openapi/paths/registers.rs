//! The registers.

use jejak_ledger::registers;

use crate::config::Limits;
use crate::openapi::described::{Described, get};
use crate::openapi::shapes;
use crate::openapi::tags::REGISTERS;
use crate::wire::{HistoryView, RegisterView, RowView, RowsView};

pub(super) fn all(limits: &Limits) -> Vec<Described> {
    vec![
        get(
            "/v1/{ledger}/registers",
            "listRegisters",
            REGISTERS,
            "The registers and their columns",
        )
        .ledger()
        .json_list::<RegisterView>("All of them."),
        register("/v1/{ledger}/registers/{register}", "listRows", "The rows of a register")
            .about("Any column of the register is a parameter as well: rows with this value, in a list or alone.")
            .query("state", shapes::text(), "Rows in this state.")
            .query("totals", shapes::flag(), "With the number of rows that match, on the first page.")
            .page(limits)
            .json::<RowsView>("200", "A page.")
            .answer_header("200", "Link", "The address of the next page (RFC 8288)."),
        register("/v1/{ledger}/registers/{register}/{key}", "getRow", "One row of a register")
            .in_path("key", shapes::text(), "The key, which may have several segments.", "dinkes")
            .json::<RowView>("200", "The row.")
            .problems(&["unknown-row"]),
        register("/v1/{ledger}/registers/{register}/{key}/history", "getHistory", "What a row was before")
            .in_path("key", shapes::text(), "The key, which may have several segments.", "dinkes")
            .page(limits)
            .json::<HistoryView>("200", "Its versions, oldest first.")
            .problems(&["unknown-row"]),
    ]
}

fn register(path: &'static str, id: &str, summary: &str) -> Described {
    let names: Vec<_> = registers::ALL.iter().map(|register| register.name).collect();
    get(path, id, REGISTERS, summary)
        .ledger()
        .in_path("register", shapes::one_of(&names), "Name of the register.", "agencies")
        .at_moment()
        .problems(&["unknown-register"])
}
