//! What was recorded is proven again, from the files: receipts offline, audit, replay, a register.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use jejak_ledger::audit::CheckName;
use jejak_ledger::log::{Indeterminate, Outcome, Policy, Position, Receipt};
use jejak_ledger::verdict::{Conclusion, VerdictPolicy, verdict};
use jejak_ledger::{Archive, AsOf};
use serde_json::{Map, Value};

use super::national::Published;
use super::scene::Kept;
use super::stage::Stage;
use super::world::{BENGKAYANG, NATIONAL};
use crate::cli::policy::Trusted;
use crate::cli::{Context, audit as auditing, files, register, replay as replaying, source};

/// Every receipt proves its statement, to somebody with a policy file and no network.
pub(super) fn receipts(stage: &Stage, archive: &Archive, kept: &[Kept]) -> Result<()> {
    stage.step("Semua resi diverifikasi tanpa jaringan", "Every receipt is verified offline")?;
    for place in [&BENGKAYANG, &NATIONAL] {
        let trusted = Trusted::of_view(source::view(archive, place.region)?)?;
        let (lenient, strict) = (policy(&trusted, true)?, policy(&trusted, false)?);
        let own: Vec<&Kept> = kept.iter().filter(|kept| kept.region == place.region).collect();
        let mut other = None;
        for kept in &own {
            let receipt = Receipt::parse(kept.receipt.to_string().as_bytes())?;
            let outcome = |policy, statement| receipt.verify(policy, Some(statement)).outcome;
            let proven = outcome(&lenient, kept.statement.as_slice());
            anyhow::ensure!(proven == Outcome::Proven, "#{}: {proven:?}", kept.position);
            let unwitnessed = Outcome::Indeterminate(Indeterminate::Unwitnessed);
            anyhow::ensure!(outcome(&strict, &kept.statement) == unwitnessed, "#{}", kept.position);
            if let Some(other) = other.replace(kept.statement.as_slice()) {
                let mixed = outcome(&lenient, other);
                anyhow::ensure!(
                    matches!(mixed, Outcome::Failed(_)),
                    "#{}: {mixed:?}",
                    kept.position
                );
            }
        }
        stage.shows(
            format_args!(
                "{}: {} resi membuktikan pernyataannya, dan hanya itu",
                place.region,
                own.len()
            ),
            "each proves its own statement and no other",
        )?;
    }
    stage.tell(
        "Tanpa saksi jawabannya INDETERMINATE (unwitnessed), kecuali kebijakan tidak memintanya.",
        "Without witnesses the answer is INDETERMINATE, unless the policy asks for none.",
    )
}

/// Every signature stands, step by step, by a policy that takes the ledger's word for the time.
pub(super) fn verdicts(
    stage: &Stage,
    archive: &Archive,
    kept: &[Kept],
    context: &Context,
) -> Result<()> {
    stage
        .step("Tegakkah setiap tanda tangan, dan mengapa", "Does every signature stand, and why")?;
    let at = i64::try_from(context.now_s())?;
    for view in archive.views() {
        let file = Trusted::of_view(view)?.policy(true);
        let policy = VerdictPolicy::of_file("policy.toml", &file)?;
        // The newest receipt holds the checkpoint: a directory that is only read signs none.
        let newest = kept.iter().rfind(|kept| kept.region == view.region());
        let newest = newest.context("tanpa resi (no receipt)")?;
        let checkpoint = Receipt::parse(newest.receipt.to_string().as_bytes())?.proof.checkpoint;
        for position in (0..view.size()).map(Position) {
            let evidence =
                view.evidence_under(position, &checkpoint)?.context("tanpa bukti (no evidence)")?;
            let found = verdict(&evidence, &policy, at).conclusion;
            anyhow::ensure!(found == Conclusion::TotalPassed, "{position}: {found:?}");
        }
        stage.shows(
            format_args!("{}: {} tanda tangan TOTAL-PASSED", view.region(), view.size()),
            "signatures, certificates, authority, log: all five steps",
        )?;
    }
    stage.tell(
        "Kebijakan ini menerima jam buku besar; pemeriksa yang tidak, meminta penanda waktu.",
        "This policy takes the ledger's clock; an inspector who does not asks for time stamps.",
    )
}

/// Everything derived again from the log agrees with what is stored.
pub(super) fn audit(stage: &Stage, archive: &Archive, context: &Context) -> Result<()> {
    stage.step(
        "Audit penuh: semuanya diturunkan ulang dari log",
        "A full audit derives everything again",
    )?;
    let mut rows = BTreeMap::<CheckName, Map<String, Value>>::new();
    for view in archive.views() {
        let report = auditing::run(archive, view, context)?;
        anyhow::ensure!(report.is_clean(), "{report:?}");
        for check in report.checks {
            let row = rows.entry(check.name).or_default();
            row.insert("check".to_owned(), serde_json::to_value(check.name)?);
            row.insert(view.region().replace('.', "-"), serde_json::to_value(check.verdict)?);
        }
        let (region, size) = (view.region(), view.size());
        stage.shows(format_args!("{region}: {size} catatan diperiksa"), "records audited")?;
    }
    let rows: Vec<Value> = rows.into_values().map(Value::Object).collect();
    stage.table(&["check", "61-07", "id"], &rows)
}

/// The registers, rebuilt from the events alone, are the stored ones byte for byte.
pub(super) fn replay(stage: &Stage, archive: &Archive, context: &Context) -> Result<()> {
    stage.step(
        "Register dibangun ulang dari peristiwa dan dibandingkan bita demi bita",
        "The registers are rebuilt from the events and compared byte for byte",
    )?;
    for view in archive.views() {
        let report = replaying::run(view, context)?;
        anyhow::ensure!(report.differences.is_empty(), "{report:?}");
        let rows = report.rows;
        stage.shows(format_args!("{}: {rows} baris, semuanya sama", view.region()), "all equal")?;
    }
    Ok(())
}

/// The evaluation register shows the published results, now and as of any earlier position.
pub(super) fn evaluations(stage: &Stage, archive: &Archive, published: &[Published]) -> Result<()> {
    stage.step("Register evaluasi 2023", "The evaluation register of 2023")?;
    let view = source::view(archive, NATIONAL.region)?;
    let whole = register::of_view(view, "evaluations", AsOf::Head, ROWS_MAX)?;
    let rows = register::rows(&whole);
    let by_agency: BTreeMap<&str, &Value> =
        rows.iter().map(|row| (text(row, "agency"), row)).collect();
    for result in published {
        let row = by_agency.get(result.agency.as_str()).with_context(|| result.agency.clone())?;
        let same = text(row, "index") == result.index && text(row, "predicate") == result.predicate;
        anyhow::ensure!(same, "{}: {row}", result.agency);
    }
    stage.shows(
        format_args!("{} baris, sama dengan tabel resmi", rows.len()),
        "as in the official table",
    )?;

    let earlier =
        register::of_view(view, "evaluations", AsOf::Position(Position(EARLIER)), ROWS_MAX)?;
    let count = register::rows(&earlier).len();
    anyhow::ensure!(count < rows.len() && count > 0, "as_of {EARLIER}: {count}");
    stage.shows(
        format_args!("keadaan setelah posisi {EARLIER}: {count} baris"),
        "the state as of then",
    )?;

    let mut shown: Vec<Value> = rows.to_vec();
    shown.sort_by(|a, b| text(b, "index").cmp(text(a, "index")));
    shown.truncate(SHOWN);
    shown.extend(by_agency.get("Pemerintah Kab. Bengkayang").map(|row| (*row).clone()));
    let columns = ["agency", "d1", "d2", "d3", "d4", "index", "predicate", "position"];
    stage.table(&columns, &shown)?;
    stage.tell(
        "Sembilan teratas dan Bengkayang; semuanya: jejak register evaluations --dir DIR --ledger id",
        "The first nine and Bengkayang; the command shows them all.",
    )
}

/// The policies, and the receipts of the regency with their statements, for trying by hand.
pub(super) fn write_to(directory: &Path, archive: &Archive, kept: &[Kept]) -> Result<()> {
    for view in archive.views() {
        let policy = Trusted::of_view(view)?.policy(true);
        files::write_new(&directory.join(format!("policy-{}.toml", view.region())), &policy)?;
    }
    for kept in kept.iter().filter(|kept| kept.region == BENGKAYANG.region) {
        let (stem, receipt) = (kept.position, serde_json::to_string_pretty(&kept.receipt)?);
        files::write_new(&directory.join(format!("{stem}.json")), &receipt)?;
        let statement = std::str::from_utf8(&kept.statement)?;
        files::write_new(&directory.join(format!("{stem}.jws")), statement)?;
    }
    Ok(())
}

fn policy(trusted: &Trusted, unwitnessed: bool) -> Result<Policy> {
    Ok(Policy::parse(&trusted.policy(unwitnessed))?)
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

const ROWS_MAX: usize = 10_000;
/// A position in the middle of the results.
const EARLIER: u64 = 100;
const SHOWN: usize = 9;
