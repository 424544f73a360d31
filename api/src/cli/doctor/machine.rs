//! The machine and the configuration: what may be opened at once, whether the file is right, how long TLS is good for.

use std::fs;
use std::path::Path;

use anyhow::Result;
use jejak_api::Config;
use jejak_signer::{certificates_from_pem, validity};

use super::{Check, Context};
use crate::cli::config::{BAD, findings};
use crate::cli::serve::{configuration, configuration_path};

/// The configuration in force, and what is to be said of it. Where it does not load the defaults are examined.
pub(super) fn configuration_of(dir: &Path, context: &Context) -> Result<(Config, Vec<Check>)> {
    let name = "configuration";
    let Some(path) = configuration_path(context, Some(dir)) else {
        return Ok((
            configuration(context, Some(dir))?,
            vec![Check::ok(name, "bawaan (defaults)")],
        ));
    };
    let found = findings(&path, context)?;
    let checks = found.iter().map(|finding| {
        let (id, en) = ("lihat jejak config check", "see jejak config check");
        match finding.verdict {
            BAD => Check::bad(name, &finding.message, id, en),
            _ => Check::warn(name, &finding.message, id, en),
        }
    });
    let mut checks: Vec<Check> = checks.collect();
    if checks.is_empty() {
        checks.push(Check::ok(name, path.display().to_string()));
    }
    Ok((configuration(context, Some(dir)).unwrap_or_default(), checks))
}

/// `holder`: the process that has the directory open, whose limits count then.
pub(super) fn examine(config: &Config, holder: Option<u32>, context: &Context) -> Vec<Check> {
    let tls = config.tls.certificate.as_deref().map(|path| certificate(path, context));
    open_files(config, holder).into_iter().chain(tls).collect()
}

/// Connections and table files must fit into what the process may open.
fn open_files(config: &Config, holder: Option<u32>) -> Option<Check> {
    let name = "open files";
    let process = holder.map_or_else(|| "self".to_owned(), |id| id.to_string());
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let most: u64 = line.split_whitespace().next()?.parse().ok()?;
    let tables = u64::try_from(config.ledger.open_files_max).unwrap_or_default();
    let connections = u64::try_from(config.server.connections_max).unwrap_or(u64::MAX);
    let needed = connections.saturating_add(tables).saturating_add(SPARE_FILES);
    let found = format!("{most}, perlu (needed) {needed}");
    if most >= needed {
        return Some(Check::ok(name, found));
    }
    Some(Check::warn(
        name,
        found,
        "naikkan LimitNOFILE di unit systemd (atau ulimit -n), atau turunkan connections_max",
        "raise LimitNOFILE in the systemd unit (or ulimit -n), or lower connections_max",
    ))
}

fn certificate(path: &Path, context: &Context) -> Check {
    let name = "TLS";
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let (id, en) = ("periksa [tls] certificate", "look at [tls] certificate");
            return Check::bad(name, format!("{shown}: {error}"), id, en);
        }
    };
    let leaf = certificates_from_pem(&text).ok().and_then(|chain| chain.into_iter().next());
    let Some(window) = leaf.and_then(|der| validity(&der).ok()) else {
        let (id, en) = ("isi dengan sertifikat PEM", "put a PEM certificate there");
        return Check::bad(name, format!("{shown}: bukan sertifikat (no certificate)"), id, en);
    };
    let now = i64::try_from(context.now_s()).unwrap_or(i64::MAX);
    let days = window.not_after.saturating_sub(now) / DAY_S;
    let (id, en) = (
        "perbarui sertifikat; server membacanya sendiri atau dengan SIGHUP",
        "renew the certificate; the server reads it by itself or at SIGHUP",
    );
    if now > window.not_after || now < window.not_before {
        Check::bad(name, format!("{shown}: tidak berlaku (not valid now)"), id, en)
    } else if days < DAYS_MIN {
        Check::warn(name, format!("{shown}: {days} hari (days)"), id, en)
    } else {
        Check::ok(name, format!("{shown}: {days} hari (days)"))
    }
}

/// Log, lock, objects, sockets and standard streams.
const SPARE_FILES: u64 = 64;
const DAY_S: i64 = 86_400;
/// Time enough to have a certificate renewed.
const DAYS_MIN: i64 = 30;
