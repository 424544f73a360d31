//! `jejak audit`: derives everything again from the log and says what agrees; with receipts, also that
//! the log still is the one that they came from.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use jejak_ledger::audit::{Check, Depth, Verdict};
use jejak_ledger::log::{Checkpoint, Note, Outcome, Policy, Position, Receipt};
use jejak_ledger::rules::Text;
use jejak_ledger::{Archive, AuditReport, View, audit_with};
use jejak_signer::TimestampAuthority;
use serde::Serialize;
use serde_json::Value;

use super::examples::Examples;
use super::exit::{self, Exit, Stop};
use super::policy::Trusted;
use super::receipt::Differing;
use super::serve::configuration;
use super::{Context, output, receipt, source};

/// Audits the ledgers of a directory.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Audit {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Hanya buku besar ini (only this ledger)
    #[arg(long)]
    ledger: Option<String>,
    /// Resi yang disimpan di luar server; boleh berulang (receipts kept elsewhere: the log must still
    /// hold what they prove; the data and the lock could have been put back together)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    receipt: Vec<PathBuf>,
    /// Baca juga setiap bita dokumen; tanpa ini hanya ukurannya (read every byte of the documents too)
    #[arg(long)]
    documents: bool,
}

/// A receipt to be held against the log.
struct Held {
    file: PathBuf,
    receipt: Receipt,
    /// What the answer that holds it says beside it, and it does not.
    differing: Option<Differing>,
    checkpoint: Checkpoint,
}

/// What came of it.
#[derive(Serialize)]
struct HeldCheck {
    name: String,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The report of one ledger, with the receipts behind its own checks.
#[derive(Serialize)]
struct Audited {
    ledger: String,
    size: u64,
    checks: Vec<AnyCheck>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum AnyCheck {
    Own(Check),
    Held(HeldCheck),
}

impl Audit {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let receipts =
            self.receipt.iter().map(|file| Held::read(file)).collect::<Result<Vec<_>>>()?;
        let archive = source::archive(&self.dir, context)?;
        let views = source::views(&archive, self.ledger.as_deref())?;
        for held in &receipts {
            held.check_ledger(&views)?;
        }
        // Whose time-stamps count is said by the configuration of the server that asks for them.
        let timestamps = configuration(context, Some(&self.dir))?.timestamps.authorities()?;
        let mut reports = Vec::new();
        let audited = views.into_iter().try_for_each(|view| {
            reports.push(Audited::new(
                run_to(self.depth(), &timestamps, &archive, view, context)?,
                view,
                &receipts,
            ));
            anyhow::Ok(())
        });
        // What is known of the ledgers before is said even where one cannot be audited to its end.
        context.output.reports(&reports, &COLUMNS, &rows(&reports)?)?;
        audited?;
        let clean = reports.iter().all(Audited::is_clean);
        Ok(if clean { Exit::Ok } else { Exit::VerificationFailed })
    }
}

impl Audit {
    fn depth(&self) -> Depth {
        if self.documents { Depth::Bytes } else { Depth::Sizes }
    }
}

impl Held {
    fn read(file: &Path) -> Result<Self> {
        let (receipt, differing) = receipt::read_answer(file)?;
        let note = Note::parse(receipt.proof.checkpoint.as_bytes())?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { file: file.to_owned(), receipt, differing, checkpoint })
    }

    fn is_of(&self, view: &View) -> bool {
        self.checkpoint.origin() == view.origin()
    }

    /// A receipt that no audited ledger has to answer for must not pass in silence.
    fn check_ledger(&self, views: &[&View]) -> Result<()> {
        if views.iter().any(|view| self.is_of(view)) {
            return Ok(());
        }
        let (file, origin) = (self.file.display(), self.checkpoint.origin());
        let indonesian = format!("{file}: buku besar {origin} tidak ikut diperiksa");
        Err(Stop::not_found(indonesian, "the receipt is of a ledger that is not audited here")
            .into())
    }

    fn check(&self, view: &View) -> HeldCheck {
        let reason = self.fault(view).unwrap_or_else(|error| Some(exit::told(&error)));
        HeldCheck {
            name: format!("receipt {}", self.file.display()),
            verdict: if reason.is_some() { Verdict::Bad } else { Verdict::Ok },
            position: reason.is_some().then_some(self.receipt.record.position),
            reason,
        }
    }

    /// What the log should still hold and does not.
    fn fault(&self, view: &View) -> Result<Option<String>> {
        let policy = Policy::parse(&Trusted::of_view(view)?.policy(true))?;
        if let Outcome::Failed(failure) = self.receipt.verify(&policy, None).outcome {
            return Ok(Some(format!(
                "resi ini bukan dari log ini (the receipt is not one of this log: {failure})"
            )));
        }
        let (size, held) = (self.checkpoint.size(), view.size());
        if held < size {
            return Ok(Some(format!(
                "log berisi {held} catatan, padahal {size} saat resi ditandatangani: log dikembalikan ke keadaan lama (the log \
                 had more records when it signed the receipt: it was put back)"
            )));
        }
        let position = self.receipt.record.position;
        if !view.record(position).is_ok_and(|record| record.as_ref() == Some(&self.receipt.record))
        {
            return Ok(Some(
                "catatan pada posisi ini lain (the log holds another record at this position)"
                    .to_owned(),
            ));
        }
        if !view.root_at(size).is_ok_and(|root| root == Some(self.checkpoint.root())) {
            return Ok(Some(format!(
                "akar log pada ukuran {size} lain (the log had another root at that size)"
            )));
        }
        // What is wrong with the receipt itself is told first.
        Ok(self.differing.as_ref().map(|differing| {
            let Text { id, en } = differing.text();
            format!("{id} ({en})")
        }))
    }
}

impl Audited {
    fn new(report: AuditReport, view: &View, receipts: &[Held]) -> Self {
        let AuditReport { ledger, size, checks } = report;
        let mut checks: Vec<AnyCheck> = checks.into_iter().map(AnyCheck::Own).collect();
        for held in receipts.iter().filter(|held| held.is_of(view)) {
            checks.push(AnyCheck::Held(held.check(view)));
        }
        Self { ledger, size, checks }
    }

    fn is_clean(&self) -> bool {
        self.checks.iter().all(|check| match check {
            AnyCheck::Own(Check { verdict, .. }) | AnyCheck::Held(HeldCheck { verdict, .. }) => {
                *verdict != Verdict::Bad
            }
        })
    }
}

/// Audits one ledger with a bar on stderr.
pub(crate) fn run(archive: &Archive, view: &View, context: &Context) -> Result<AuditReport> {
    run_to(Depth::Sizes, &[], archive, view, context)
}

fn run_to(
    depth: Depth,
    timestamps: &[TimestampAuthority],
    archive: &Archive,
    view: &View,
    context: &Context,
) -> Result<AuditReport> {
    let settings = configuration(context, None)?.ledger;
    let bar = context.talk.progress(view.size(), format!("audit {}", view.region()));
    let progress = |done, _| bar.set(done);
    let lock = archive.lock_evidence(view);
    let report = audit_with(depth, timestamps, view, &lock, &settings, &progress);
    bar.finish();
    Ok(report)
}

/// The reason of a check, for people; the report itself says it in English. What the check is about says what it means.
fn in_both_languages(row: &mut Value) {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let (name, verdict, reason) = (text("name"), text("verdict"), text("reason"));
    let indonesian = match (name, verdict) {
        _ if reason.is_empty() || name.starts_with("receipt ") => return,
        ("documents", "not held") => "ada dokumen yang tidak disimpan di sini",
        (_, "not checked") => "tidak dapat diperiksa",
        ("store", _) => "ada baris basis data yang tidak terbaca",
        ("records", _) => "ada posisi tanpa catatan yang utuh",
        ("chain", _) => "rantai terputus, atau waktu berjalan mundur",
        ("statements", _) => "pernyataan yang tersimpan bukan yang dicatat",
        ("signatures", _) => "tanda tangan atau bentuknya tidak sah",
        ("certificates", _) => "sertifikat penanda tangan tidak berlaku pada saat itu",
        ("enrolments", _) => "penanda tangan tidak terdaftar atau sudah dicabut",
        ("admission", _) => "aturan yang berlaku tidak menerima peristiwa ini",
        ("tree", _) => "potongan pohon (tile) yang tersimpan bukan dari catatan ini",
        ("head", _) => "kepala atau akar yang tersimpan bukan dari catatan terakhir",
        ("lock", _) => "kunci (lock) bukan dari log ini, atau di atasnya",
        ("ids", _) => "indeks id tidak sama dengan isi log",
        ("register-history", _) => "riwayat register tidak sama dengan yang mengikuti dari log",
        ("registers", _) => "baris register bukan versi terbarunya",
        ("objects", _) => "objek yang disebut log tidak ada atau rusak",
        ("segments", _) => {
            "ringkasan SHA-512 suatu segmen bukan yang disimpan saat segmen itu penuh"
        }
        ("timestamps", _) => {
            "penanda waktu tidak sah atas log ini, atau bertentangan dengan waktu pencatatan"
        }
        ("documents", _) => "dokumen atau indeksnya tidak sama dengan yang disebut peristiwa",
        _ => "tidak sesuai",
    };
    let told = format!("{indonesian} ({reason})");
    if let Some(members) = row.as_object_mut() {
        members.insert("reason".to_owned(), told.into());
    }
}

/// The checks of all reports, each with its ledger.
fn rows(reports: &[Audited]) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for Audited { ledger, checks, .. } in reports {
        for check in checks {
            let mut row = serde_json::to_value(check)?;
            in_both_languages(&mut row);
            rows.push(output::with(row, "ledger", ledger.as_str().into()));
        }
    }
    Ok(rows)
}

const COLUMNS: [&str; 5] = ["ledger", "name", "verdict", "position", "reason"];
const EXAMPLES: Examples = Examples(&[
    (
        "periksa semuanya dari awal",
        "derive everything again and compare",
        "jejak audit --dir /tmp/jejak",
    ),
    (
        "dan apakah ini masih log dari resi itu",
        "and: is it still the log of this receipt",
        "jejak audit --dir /tmp/jejak --ledger 61.07 --receipt /tmp/jejak/demo/1.json",
    ),
]);
