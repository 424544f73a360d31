//! `jejak evidence add` and `list`: hands in revocation lists and OCSP responses and records them, lists the newest of both.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::Ledgers;
use jejak_ledger::evidence::NotTaken;
use jejak_signer::{Hash, revocation_list_from_pem};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::recorded;
use crate::cli::client::Client;
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::recorded::recorded;
use crate::cli::serve::configuration;
use crate::cli::signatory::{KeyAndCertificate, Signatory};
use crate::cli::source::{self, Place, Source};
use crate::cli::{Context, files};

/// Hands in a revocation list or an OCSP response, and records it.
#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub(crate) struct Add {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Daftar pencabutan, DER atau PEM (the revocation list)
    #[arg(long, value_name = "FILE", conflicts_with = "ocsp")]
    crl: Option<PathBuf>,
    /// Jawaban OCSP, DER, tentang sertifikat terdaftar (an OCSP response about an enrolled certificate)
    #[arg(long, value_name = "FILE")]
    ocsp: Option<PathBuf>,
    #[command(flatten)]
    signer: KeyAndCertificate,
    /// Perangkat daerah penandatangan, e.g. kominfo (the agency that the signer is enrolled for)
    #[arg(long, value_name = "ID")]
    agency: String,
}

/// Lists issuers with their newest lists, and the newest OCSP responses.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
}

impl Add {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let (list, media) = match (&self.crl, &self.ocsp) {
            (Some(crl), _) => (read(crl)?, CRL),
            (None, Some(ocsp)) => (files::read(ocsp)?, OCSP),
            (None, None) => {
                let indonesian = "bukti belum disebut: beri --crl DAFTAR atau --ocsp JAWABAN";
                let english =
                    "which evidence? give --crl with a revocation list, or --ocsp with a response";
                return Err(Stop::usage(indonesian, english).into());
            }
        };
        let signatory = self.signer.need(context.talk)?;
        match (self.place.dir(), self.place.url()) {
            (Some(dir), _) => self.in_directory(dir, &list, &signatory, context),
            (None, Some(url)) => self.at_server(url, (&list, media), &signatory, context),
            (None, None) => Err(Stop::usage("--dir atau --url", "one of the two is needed").into()),
        }
    }

    fn at_server(
        &self,
        url: &str,
        (list, media): (&[u8], &str),
        signatory: &Signatory,
        context: &Context,
    ) -> Result<Exit> {
        let client = Client::new(url, &context.reach)?;
        let object = Hash::of(list).to_string();
        let taken = client.put_bytes(&[&self.ledger, "evidence", &object], media, list)?;
        if !taken.is_accepted() {
            return Err(taken.stop().into());
        }
        let ledger = client.get(&[&self.ledger], &[])?;
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let data = taken.body.get("data").cloned().unwrap_or_default();
        let origin = text(&ledger, "origin");
        let (kind, subject) = (text(&taken.body, "type"), text(&taken.body, "subject"));
        let event = self.event(&origin, (&kind, &subject), &data, context);
        let statement = signatory.event(event.to_string().as_bytes(), context.now_s())?;
        let answer = client.post(&self.ledger, &statement)?;
        if !answer.is_accepted() {
            return Err(answer.stop().into());
        }
        let position = answer.body.get("position").cloned().unwrap_or_default();
        told(&event, &text(&taken.body, "issuer"), &position, context)
    }

    fn in_directory(
        &self,
        dir: &Path,
        list: &[u8],
        signatory: &Signatory,
        context: &Context,
    ) -> Result<Exit> {
        source::check_directory(dir)?;
        let config = configuration(context, Some(dir))?;
        let ledgers = Ledgers::open(dir, config.ledger.clone(), Arc::clone(&context.clock))
            .map_err(|error| source::explained(error, dir))?;
        let missing = || {
            let indonesian = format!("tidak ada buku besar {}", self.ledger);
            Stop::not_found(indonesian, "no such ledger")
        };
        let ledger = ledgers.ledger(&self.ledger).ok_or_else(missing)?;
        let offer = ledger.take_evidence(list).map_err(not_taken)?;
        let data = Value::Object(offer.data.clone());
        let event = self.event(ledger.origin(), (offer.kind, &offer.subject), &data, context);
        let statement = signatory.event(event.to_string().as_bytes(), context.now_s())?;
        let position = recorded(&ledger, statement)?;
        told(&event, &offer.issuer, &position.0.into(), context)
    }

    fn event(
        &self,
        origin: &str,
        (kind, subject): (&str, &str),
        data: &Value,
        context: &Context,
    ) -> Value {
        let form = subject.split('/').next().unwrap_or_default();
        let seconds = context.now_s();
        let time = i64::try_from(seconds).ok().and_then(|at| Timestamp::from_second(at).ok());
        let mut id = data.get("object").and_then(Value::as_str).unwrap_or_default().to_owned();
        id.truncate(ID_DIGITS);
        json!({
            "specversion": "1.0",
            "id": format!("{form}-{id}-{seconds}"),
            "source": format!("agency/{}", self.agency),
            "type": kind,
            "subject": subject,
            "time": time.unwrap_or_default().to_string(),
            "ledger": origin,
            "data": data,
        })
    }
}

impl List {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let rows = match self.place.open(context)? {
            Source::Server(client) => recorded::at(&client, &self.ledger, context)?,
            Source::Directory(archive) => {
                recorded::rows_in(source::view(&archive, &self.ledger)?, context)?
            }
        };
        context.output.rows(&COLUMNS, &rows, &rows)?;
        Ok(Exit::Ok)
    }
}

/// What was recorded.
fn told(event: &Value, issuer: &str, position: &Value, context: &Context) -> Result<Exit> {
    let of = |name: &str| event.pointer(name).cloned().unwrap_or_default();
    context.output.object(&json!({
        "position": position,
        "issuer": issuer,
        "subject": of("/subject"),
        "object": of("/data/object"),
        "this_update": of("/data/this_update"),
        "next_update": of("/data/next_update"),
    }))?;
    Ok(Exit::Ok)
}

/// A list in DER, whichever form the file has.
fn read(path: &Path) -> Result<Vec<u8>> {
    let bytes = files::read(path)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => revocation_list_from_pem(text).with_context(|| path.display().to_string()),
        Err(_) => Ok(bytes),
    }
}

fn not_taken(not_taken: NotTaken) -> anyhow::Error {
    let indonesian = match &not_taken {
        NotTaken::IssuerUnknown => "bukan buatan penerbit sertifikat di buku besar ini",
        NotTaken::NotAList(_) | NotTaken::NotAResponse(_) | NotTaken::TooLong { .. } => {
            "bukan daftar pencabutan atau jawaban OCSP yang sah dari penerbitnya"
        }
        NotTaken::CertificateUnknown => {
            "tidak menyatakan apa pun tentang sertifikat di buku besar ini"
        }
        NotTaken::Outdated { .. } => "sudah tercatat, atau lebih lama daripada yang tercatat",
        NotTaken::Unread(_) | NotTaken::Unwritten(_) => return not_taken.into(),
    };
    Stop::new(Exit::Refused, indonesian, not_taken).into()
}

const CRL: &str = "application/pkix-crl";
const OCSP: &str = "application/ocsp-response";
const ID_DIGITS: usize = 32;
const COLUMNS: [&str; 9] = [
    "what",
    "name",
    "this_update",
    "next_update",
    "number",
    "position",
    "object",
    "stream",
    "points",
];
const ADD_EXAMPLES: Examples = Examples(&[
    (
        "catat daftar dari berkas",
        "record a list from a file",
        "jejak evidence add --dir /tmp/jejak --ledger 61.07 --agency kominfo \\\n  --crl /tmp/jejak/demo/penerbit.crl --key /tmp/jejak/demo/pendaftar-kominfo.key.pem \\\n  --cert /tmp/jejak/demo/pendaftar-kominfo.pem",
    ),
    (
        "lewat server",
        "through a server",
        "jejak evidence add --url http://127.0.0.1:6107 --ledger 61.07 --agency kominfo \\\n  --crl /tmp/jejak/demo/penerbit.crl --key /tmp/jejak/demo/pendaftar-kominfo.key.pem \\\n  --cert /tmp/jejak/demo/pendaftar-kominfo.pem",
    ),
]);
const LIST_EXAMPLES: Examples = Examples(&[
    (
        "daftar dan jawaban OCSP terbaru",
        "the newest lists and OCSP responses",
        "jejak evidence list --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "dari server, sebagai JSON",
        "of a server, as JSON",
        "jejak evidence list --url http://127.0.0.1:6107 --ledger 61.07 -o json",
    ),
]);
