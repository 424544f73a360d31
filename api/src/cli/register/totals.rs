//! How many rows a register has, by their state.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use super::super::source::{self, Source};
use super::super::{Context, exit::Exit};
use super::{Asked, Register, each_row};

/// Shows the totals.
pub(super) fn show(asked: &Register, context: &Context) -> Result<Exit> {
    let (as_of, totals) = match asked.place.open(context)? {
        Source::Directory(archive) => {
            let view = source::view(&archive, &asked.ledger)?;
            let (mut all, mut by_state) = (0_u64, BTreeMap::<String, u64>::new());
            let as_of = each_row(
                view,
                &asked.name,
                Asked::of(asked.moment(), context),
                usize::MAX,
                &asked.wanted,
                |row| {
                    all += 1;
                    let state = row.get("state").and_then(Value::as_str).unwrap_or_default();
                    *by_state.entry(state.to_owned()).or_default() += 1;
                    Ok(())
                },
            )?;
            (as_of, json!({ "all": all, "by_state": by_state, "complete": true }))
        }
        Source::Server(client) => {
            let mut query = asked.query();
            query.extend([("totals", "true".to_owned()), ("limit", "1".to_owned())]);
            let page = client.get(&[&asked.ledger, "registers", &asked.name], &query)?;
            let member = |name: &str| page.get(name).cloned().unwrap_or_default();
            (member("as_of"), member("totals"))
        }
    };
    if totals.get("complete") == Some(&Value::Bool(false)) {
        context.talk.say(
            "jumlah sementara: server berhenti menghitung; tanyakan pada direktori (--dir)",
            "not all: the server stopped counting; a directory (--dir) counts to the end",
        );
    }
    let whole = json!({ "register": asked.name, "as_of": as_of, "totals": totals });
    context.output.rows(&["state", "rows"], &rows(&totals), &whole)?;
    Ok(Exit::Ok)
}

/// A row for each state, and one for all of them.
fn rows(totals: &Value) -> Vec<Value> {
    let by_state = totals.get("by_state").and_then(Value::as_object).into_iter().flatten();
    let all = json!({ "state": "semua (all)", "rows": totals.get("all") });
    by_state.map(|(state, rows)| json!({ "state": state, "rows": rows })).chain([all]).collect()
}
