//! A tampering: in a marked copy, somebody with the disk in his hands improves one result. Every
//! checksum of the database agrees; the audit still names the place.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jejak_ledger::audit::{Check, CheckName, Verdict};
use jejak_ledger::log::Position;
use jejak_ledger::store::{DRILL_MARK, LedgerStore, Rocks, Tuning, drill_replace_statement};

use super::scene::Kept;
use super::stage::Stage;
use super::world::NATIONAL;
use crate::cli::interrupt::Scratch;
use crate::cli::{Context, audit, source};

/// Changes one result in a copy of the directory; the audit must find it, and only it.
pub(super) fn tamper(
    stage: &Stage,
    directory: &Path,
    kept: &[Kept],
    context: &Context,
) -> Result<()> {
    stage.step(
        "Latihan pemalsuan pada salinan: satu hasil dinaikkan, semua checksum cocok",
        "A tampering drill on a copy: one result is improved, all checksums agree",
    )?;
    let scratch = Scratch::new("drill")?;
    let copy = scratch.path().join("data");
    copy_directory(directory, &copy)?;
    let database = copy.join("db");
    fs::write(database.join(DRILL_MARK), "")?;
    let victim = victim(kept)?;
    let forged = forge(&victim.statement)?;
    let ledger = {
        let ledgers = Rocks::open(&database, &Tuning::default())?.ledgers()?;
        ledgers.into_iter().find(|entry| entry.region == NATIONAL.region).context("ledger id")?
    };
    drill_replace_statement(&database, ledger.number, Position(victim.position), &forged)?;
    stage.shows(
        format_args!("#{}: indeks {GENUINE} menjadi {FORGED}", victim.position),
        "one stored statement was changed",
    )?;

    let archive = source::archive(&copy, context)?;
    let view = source::view(&archive, NATIONAL.region)?;
    let report = audit::run(&archive, view, context)?;
    let found = report.check(CheckName::Statements).is_some_and(is_bad);
    anyhow::ensure!(found, "audit tidak menemukannya (the audit missed it): {report:?}");
    for check in report.checks.iter().filter(|check| is_bad(check)) {
        anyhow::ensure!(check.position == Some(Position(victim.position)), "{check:?}");
        let (name, position) = (serde_json::to_value(check.name)?, victim.position);
        stage.shows(
            format_args!("audit: {name} bad, posisi (position) {position}"),
            check.reason.as_deref().unwrap_or_default(),
        )?;
    }
    Ok(())
}

/// The published result of Bengkayang.
fn victim(kept: &[Kept]) -> Result<&Kept> {
    let is_victim = |kept: &&Kept| {
        let payload = payload(&kept.statement).unwrap_or_default();
        kept.region == NATIONAL.region && payload.contains("\"Pemerintah Kab. Bengkayang\"")
    };
    kept.iter().find(is_victim).context("hasil Bengkayang tidak ada (no result of Bengkayang)")
}

/// The same statement with another index, and the signature as it was.
fn forge(statement: &[u8]) -> Result<Vec<u8>> {
    let genuine = payload(statement)?;
    let forged =
        genuine.replace(&format!("\"index\":\"{GENUINE}\""), &format!("\"index\":\"{FORGED}\""));
    anyhow::ensure!(genuine != forged, "indeks tidak ditemukan (no such index)");
    let text = std::str::from_utf8(statement)?;
    let (header, rest) = text.split_once('.').context("JWS")?;
    let (_, signature) = rest.split_once('.').context("JWS")?;
    Ok(format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(forged)).into_bytes())
}

fn payload(statement: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(statement)?;
    let payload = text.split('.').nth(1).context("JWS")?;
    Ok(String::from_utf8(URL_SAFE_NO_PAD.decode(payload)?)?)
}

fn is_bad(check: &Check) -> bool {
    check.verdict == Verdict::Bad
}

fn copy_directory(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

const GENUINE: &str = "2.46";
const FORGED: &str = "4.46";
