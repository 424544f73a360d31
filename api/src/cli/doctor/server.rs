//! The server: does it answer, does it take events, is it this program, and has it the time that this machine has?

use anyhow::Result;
use jejak_ledger::log::Micros;
use jiff::Timestamp;
use serde_json::Value;

use super::{Check, Context, clock};
use crate::cli::client::Client;
use crate::cli::exit;

pub(super) fn examine(url: &str, context: &Context) -> Vec<Check> {
    match asked(url, context) {
        Ok(checks) => checks,
        Err(error) => vec![Check::bad(
            "server",
            exit::told(&error),
            "periksa apakah server berjalan: systemctl status jejak",
            "see whether the server runs: systemctl status jejak",
        )],
    }
}

fn asked(url: &str, context: &Context) -> Result<Vec<Check>> {
    let client = Client::new(url, &context.reach)?;
    let ready = client.of_process("readyz")?;
    let now = context.clock.now();
    let version = client.of_process("version")?;
    let mut checks = vec![
        readiness(ready.status, text(&ready.body, "status")),
        shut(&ready.body),
        skew(text(&version.body, "version")),
        clock::of_server(ready.date.as_deref(), now),
    ];
    // Who may see no ledger may see no time of one.
    let ledgers = client.get(&["ledgers"], &[])?;
    for ledger in ledgers.as_array().into_iter().flatten().take(LEDGERS_MAX) {
        let region = text(ledger, "region");
        let page = client.get(&[region, "events"], &[("limit", "1".to_owned())])?;
        let last = page.pointer("/head/recorded_at").and_then(Value::as_str).unwrap_or_default();
        let last = last.parse::<Timestamp>()?;
        let last = Micros(u64::try_from(last.as_microsecond())?);
        checks.push(clock::of_ledger(region, last, context.clock.now()));
    }
    Ok(checks)
}

fn readiness(status: u16, said: &str) -> Check {
    if status == 200 {
        return Check::ok("server", said);
    }
    Check::bad(
        "server",
        said,
        "baca log server: sebab berhentinya pencatatan tertulis di sana",
        "read the server's log: it says why writing has stopped",
    )
}

/// Ledgers that did not open while others did.
fn shut(ready: &Value) -> Check {
    let shut = ready.get("shut").and_then(Value::as_array).into_iter().flatten();
    let shut: Vec<&str> = shut.filter_map(Value::as_str).collect();
    if shut.is_empty() {
        return Check::ok("ledgers served", "semua (all)");
    }
    Check::bad(
        "ledgers served",
        format!("TIDAK dilayani (not served): {}", shut.join(", ")),
        "baca log server: sebabnya tertulis di sana; perbaiki, lalu jalankan lagi servernya",
        "read the server's log: it says why; mend it, then start the server again",
    )
}

fn skew(version: &str) -> Check {
    let own = env!("CARGO_PKG_VERSION");
    if version == own {
        return Check::ok("version", version);
    }
    Check::warn(
        "version",
        format!("server {version}, jejak {own}"),
        "samakan versi server dan perintah ini",
        "bring server and command to one version",
    )
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or("-")
}

/// Ledgers whose newest record is asked for; a request each.
const LEDGERS_MAX: usize = 100;
