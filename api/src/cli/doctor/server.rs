//! The server: does it answer, does it take events, and is it this program?

use anyhow::Result;
use serde_json::Value;

use super::{Check, Context};
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
    let (status, ready) = client.of_process("readyz")?;
    let (_, version) = client.of_process("version")?;
    Ok(vec![readiness(status, text(&ready, "status")), skew(text(&version, "version"))])
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
