//! `jejak verdict`: whether the signature on an event stands, decided here: from a directory, from what a server hands
//! over, or from a file of evidence, without a network.

mod grounds;
mod words;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_api::shown;
use jejak_ledger::View;
use jejak_ledger::log::{Checkpoint, Note, Position};
use jejak_ledger::rules::Text;
use jejak_ledger::verdict::{
    Conclusion, EVIDENCE_BYTES_MAX, Evidence, Verdict as Found, VerdictPolicy, verdict,
};
use jejak_signer::revocation_list_from_pem;

use super::client::Client;
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::moment::Edge;
use super::source::{self, Place, Source};
use super::{Context, files, receipt, times};

/// Judges one signature.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verdict {
    /// Posisi peristiwa (position of the event)
    #[arg(value_name = "POSITION", required_unless_present = "evidence")]
    position: Option<u64>,
    #[command(flatten)]
    from: From,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long, required_unless_present = "evidence")]
    ledger: Option<String>,
    /// Kebijakan pemeriksa: siapa yang dipercaya; tanpa ini kebijakan buku besar sendiri, hanya dengan --dir (the
    /// inspector's policy file; without it what the ledger itself trusts, with --dir only)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Seakan-akan ditanya pada saat ini, atau akhir hari ini menurut waktu wilayahnya (as if asked at this time, or at the end
    /// of this day by the time of the region): later evidence is not looked at
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    at: Option<Edge>,
    /// Kepala pohon yang disimpan pemeriksa, atau resi yang memuatnya; direktori sendiri tidak menyimpannya (a checkpoint
    /// that the inspector has kept, or a receipt that holds one: a directory holds none but stamped ones)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "evidence"])]
    checkpoint: Option<PathBuf>,
    /// Daftar pencabutan lain (DER atau PEM) atau jawaban OCSP (DER), boleh berulang; yang tidak dapat dipakai ditolak (further
    /// revocation lists or OCSP responses; one that cannot be used is refused)
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// Simpan buktinya ke berkas baru, untuk diperiksa kapan pun tanpa jaringan (keep the evidence in a new file)
    #[arg(long, value_name = "FILE", conflicts_with = "evidence")]
    save: Option<PathBuf>,
}

/// Where the evidence is.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
struct From {
    /// Direktori data (data directory)
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: Option<String>,
    /// Berkas bukti dari --save (a file of evidence)
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
}

impl Verdict {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        if let Some(path) = &self.save {
            files::check_new(path)?;
        }
        let (mut evidence, own) = self.gathered(context)?;
        let policy = match (&self.policy, own) {
            (Some(path), _) => policy(path)?,
            (None, Some(own)) => own,
            (None, None) => return Err(no_policy().into()),
        };
        let at = match self.at {
            Some(at) => at.last_second(times::offset_of_region(region_of(&evidence))),
            None => i64::try_from(context.now_s())?,
        };
        for path in &self.crl {
            hand_in(path, &mut evidence, &policy, at)?;
        }
        let found = verdict(&evidence, &policy, at);
        let whole = shown::verdict(&found)?;
        context.output.wrapped().rows(&words::COLUMNS, &words::rows(&found, &evidence), &whole)?;
        Ok(exit(&found))
    }

    /// The evidence, and what the ledger itself trusts where it lies here.
    fn gathered(&self, context: &Context) -> Result<(Evidence, Option<VerdictPolicy>)> {
        if let Some(path) = &self.from.evidence {
            let evidence = evidence(path)?;
            self.check_asked(&evidence)?;
            return Ok((evidence, None));
        }
        let region = self.ledger.as_deref().unwrap_or_default();
        let position = Position(self.position.unwrap_or_default());
        let place = Place::new(self.from.dir.clone(), self.from.url.clone());
        match place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, region)?;
                self.of_view(view, position)
            }
            Source::Server(client) => {
                if self.policy.is_none() {
                    return Err(no_policy().into());
                }
                let bytes = of_server(&client, region, position)?;
                self.keep(&bytes)?;
                Ok((parsed(&bytes)?, None))
            }
        }
    }

    /// Whoever names a position or a ledger beside a file of evidence asks for no other.
    fn check_asked(&self, evidence: &Evidence) -> Result<()> {
        let (position, origin) = (evidence.record.position.0, evidence.origin.as_str());
        let region = region_of(evidence);
        let other_ledger =
            self.ledger.as_deref().is_some_and(|asked| ![region, origin].contains(&asked));
        if other_ledger || self.position.is_some_and(|asked| asked != position) {
            let indonesian = format!("bukti ini tentang posisi {position} dari {region}");
            let english = format!("the evidence is of position {position} of {region}");
            return Err(Stop::usage(indonesian, english).into());
        }
        Ok(())
    }

    fn of_view(
        &self,
        view: &View,
        position: Position,
    ) -> Result<(Evidence, Option<VerdictPolicy>)> {
        let missing = || {
            let indonesian = format!("belum ada catatan pada posisi {position}");
            Stop::not_found(indonesian, "nothing is recorded at this position yet")
        };
        let kept = match &self.checkpoint {
            Some(path) => checkpoint(path)?,
            None => view.newest_held()?.to_string(),
        };
        let evidence = view.evidence_under(position, &kept)?.ok_or_else(missing)?;
        if self.save.is_some() {
            let file = view.evidence_file_under(position, &kept)?;
            self.keep(&file.ok_or_else(missing)?.0)?;
        }
        Ok((evidence, Some(VerdictPolicy::of_ledger(view)?)))
    }

    fn keep(&self, bytes: &[u8]) -> Result<()> {
        let Some(path) = &self.save else { return Ok(()) };
        files::write_new(path, bytes)
    }
}

/// The region of the ledger, which its origin ends with.
fn region_of(evidence: &Evidence) -> &str {
    let origin = evidence.origin.as_str();
    origin.rsplit('/').next().unwrap_or(origin)
}

/// What a server hands over. Nothing of it is believed: the verdict is computed here.
fn of_server(client: &Client, region: &str, Position(position): Position) -> Result<Vec<u8>> {
    bounded(client.fetch(&[region, "events", &position.to_string(), "verdict", "evidence"])?)
}

/// A file of evidence, as `--save` leaves it.
pub(super) fn evidence(path: &Path) -> Result<Evidence> {
    parsed(&bounded(files::open(path)?)?).with_context(|| path.display().to_string())
}

fn bounded(from: impl std::io::Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(EVIDENCE_BYTES_MAX)?.saturating_add(1);
    from.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parsed(bytes: &[u8]) -> Result<Evidence> {
    Evidence::parse(bytes).context("bukan bukti yang dikenal (no evidence)")
}

/// A checkpoint, or the one in a receipt. What the ledger signed, and for what size, is for the verdict to say.
fn checkpoint(path: &Path) -> Result<String> {
    let text = match receipt::read(path) {
        Ok(receipt) => receipt.proof.checkpoint,
        Err(_) => String::from_utf8(files::read(path)?).unwrap_or_default(),
    };
    let note = Note::parse(text.as_bytes()).ok();
    if let Some(Ok(_)) = note.map(|note| Checkpoint::parse(note.text())) {
        return Ok(text);
    }
    let indonesian = format!("{} bukan kepala pohon dan bukan resi", path.display());
    Err(Stop::usage(indonesian, "this is neither a checkpoint nor a receipt").into())
}

/// The policy file, called by its name.
fn policy(path: &Path) -> Result<VerdictPolicy> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let policy = VerdictPolicy::of_file(&name.unwrap_or_default(), &files::read_text(path)?);
    policy.with_context(|| format!("kebijakan (policy) {}", path.display()))
}

/// A list or response that cannot be used stops the command: a verdict without it would not be the one that was asked for.
fn hand_in(path: &Path, evidence: &mut Evidence, policy: &VerdictPolicy, at: i64) -> Result<()> {
    evidence.hand_in(list(path)?, policy, at).map_err(|refused| {
        let Text { id, en } = refused.text();
        let path = path.display();
        let indonesian = format!("{path} tidak dapat dipakai sebagai daftar atau jawaban: {id}");
        let english = format!("{path} is not usable as a list or response: {en}");
        Stop::new(Exit::VerificationFailed, indonesian, english).into()
    })
}

/// A revocation list in DER or PEM, or an OCSP response in DER.
fn list(path: &Path) -> Result<Vec<u8>> {
    let bytes = files::read(path)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => revocation_list_from_pem(text).with_context(|| path.display().to_string()),
        Err(_) => Ok(bytes),
    }
}

/// Of what does not lie here, the server's own policy is nobody's judgement.
fn no_policy() -> Stop {
    Stop::usage(
        "butuh --policy: kebijakan pemeriksa sendiri, bukan kata server",
        "needs --policy: the inspector's own, not the server's word; see `jejak ledger policy --help`",
    )
}

fn exit(found: &Found) -> Exit {
    match found.conclusion {
        Conclusion::TotalPassed => Exit::Ok,
        Conclusion::Indeterminate(_) => Exit::Indeterminate,
        Conclusion::TotalFailed(_) => Exit::VerificationFailed,
    }
}

const EXAMPLES: Examples = Examples(&[
    (
        "sahkah tanda tangan peristiwa 1, dan mengapa",
        "does that signature stand, and why",
        "jejak verdict 1 --dir /tmp/jejak --ledger 61.07 --checkpoint /tmp/jejak/demo/1.json \\\n  --policy /tmp/jejak/demo/policy-61.07.toml",
    ),
    (
        "simpan bukti; periksa 15 tahun kemudian",
        "keep the evidence; judge it 15 years later",
        "jejak verdict 1 --dir /tmp/jejak --ledger 61.07 --checkpoint /tmp/jejak/demo/1.json \\\n  --policy /tmp/jejak/demo/policy-61.07.toml --save /tmp/jejak-bukti.json\njejak verdict --evidence /tmp/jejak-bukti.json --at 2041-01-01T00:00:00Z \\\n  --policy /tmp/jejak/demo/policy-61.07.toml",
    ),
    (
        "menurut buku besar sendiri",
        "by what the ledger trusts: open without a time stamp",
        "jejak verdict 1 --dir /tmp/jejak --ledger 61.07 -o json  # exit 8",
    ),
]);
