//! `jejak documents`: hands in the papers that events name, fetches them, lists them.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use jejak_ledger::Form;
use jejak_signer::{Hash, Hasher};
use serde_json::{Map, Value, json};

use super::client::{Answer, Client};
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::{Context, forms};

/// The commands about documents.
#[derive(Debug, Subcommand)]
pub(crate) enum Documents {
    /// Unggah dokumen yang disebut dalam peristiwa (hand in documents that events name)
    Put(Put),
    /// Ambil dokumen; hash-nya diperiksa (fetch a document; its digest is checked)
    Get(Get),
    /// Daftar dokumen (list documents)
    List(List),
}

/// Hands in documents.
#[derive(Debug, Args)]
#[command(after_help = PUT_EXAMPLES)]
pub(crate) struct Put {
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Jenis media; bawaan menurut akhiran nama (media type; default: by the file's ending)
    #[arg(long = "type", value_name = "TYPE")]
    mediatype: Option<String>,
    /// Berkas (files)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Fetches a document.
#[derive(Debug, Args)]
#[command(after_help = GET_EXAMPLES)]
pub(crate) struct Get {
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// SHA-256 dokumen (of the document)
    sha256: Hash,
    /// Simpan di sini (write it here)
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Lists documents.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct List {
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Hanya jenis ini (only this kind), e.g. sk, bast, decree
    #[arg(long)]
    kind: Option<String>,
    /// Hanya nomor ini (only this number)
    #[arg(long)]
    number: Option<String>,
    /// Hanya yang disebut peristiwa tentang ini (only those that events about this name)
    #[arg(long, value_parser = forms::of(Form::Stream))]
    subject: Option<String>,
    /// Hanya yang ada, atau yang belum ada (only those that are held, or are not)
    #[arg(long, value_name = "true|false")]
    held: Option<bool>,
    /// Paling banyak sekian (at most so many)
    #[arg(long, default_value_t = 1_000)]
    limit: usize,
}

impl Documents {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Put(put) => put.run(context),
            Self::Get(get) => get.run(context),
            Self::List(list) => list.run(context),
        }
    }
}

impl Put {
    fn run(&self, context: &Context) -> Result<Exit> {
        let client = Client::new(&self.url, &context.reach)?;
        let mut rows = Vec::new();
        let mut ending = Exit::Ok;
        for path in &self.files {
            let answer = hand_in(&client, &self.ledger, path, self.mediatype.as_deref())?;
            let mut row = json!({ "file": path.display().to_string(), "status": answer.status });
            if let (Some(row), Some(told)) = (row.as_object_mut(), answer.body.as_object()) {
                let members = MEMBERS.iter().filter_map(|name| Some((*name, told.get(*name)?)));
                row.extend(members.map(|(name, value)| (name.to_owned(), value.clone())));
            }
            rows.push(row);
            if !(200..300).contains(&answer.status) {
                let stop = answer.stop();
                ending = stop.exit();
                context.talk.say(format!("{}: {stop}", path.display()), "not taken");
            }
        }
        context.output.rows(&PUT_COLUMNS, &rows, &rows)?;
        Ok(ending)
    }
}

/// Hands in one file under its digest; what the server said.
pub(crate) fn hand_in(
    client: &Client,
    ledger: &str,
    path: &Path,
    mediatype: Option<&str>,
) -> Result<Answer> {
    let at = || path.display().to_string();
    let mediatype = mediatype.map_or_else(|| mediatype_of(path), str::to_owned);
    let mut hasher = Hasher::new();
    let mut file = File::open(path).with_context(at)?;
    each_piece(&mut file, |piece| {
        hasher.update(piece);
        Ok(())
    })
    .with_context(at)?;
    let sha256 = hasher.finish().to_string();
    client.put_file(&[ledger, "documents", &sha256], &mediatype, path)
}

impl Get {
    fn run(&self, context: &Context) -> Result<Exit> {
        let client = Client::new(&self.url, &context.reach)?;
        let sha256 = self.sha256.to_string();
        let mut answer = client.fetch(&[&self.ledger, "documents", &sha256])?;
        // Under its name only when all of it is there and right.
        let aside = self.to.with_extension("part");
        let fetched = self.write(&mut answer, &aside);
        if fetched.is_err() {
            // What is half there is of no use.
            let _ = fs::remove_file(&aside);
        }
        fetched?;
        context.talk.say(format!("{} ditulis", self.to.display()), "written, its digest is right");
        Ok(Exit::Ok)
    }

    fn write(&self, from: &mut impl Read, aside: &Path) -> Result<()> {
        let mut file = File::create(aside).with_context(|| aside.display().to_string())?;
        let mut hasher = Hasher::new();
        each_piece(from, |piece| {
            hasher.update(piece);
            file.write_all(piece)
        })
        .context("jawaban terputus (the answer broke off)")?;
        let found = hasher.finish();
        if found != self.sha256 {
            let indonesian = format!("hash yang diterima adalah {found}");
            return Err(Stop::new(
                Exit::VerificationFailed,
                indonesian,
                "what came has another digest",
            )
            .into());
        }
        file.sync_all()?;
        fs::rename(aside, &self.to).with_context(|| self.to.display().to_string())
    }
}

impl List {
    fn run(&self, context: &Context) -> Result<Exit> {
        let client = Client::new(&self.url, &context.reach)?;
        let mut query = Vec::new();
        let texts = [("kind", &self.kind), ("number", &self.number), ("subject", &self.subject)];
        for (name, value) in texts {
            query.extend(value.clone().map(|value| (name, value)));
        }
        query.extend(self.held.map(|held| ("held", held.to_string())));
        let mut list = context.output.list(&LIST_COLUMNS, Some("documents"));
        let path = [self.ledger.as_str(), "documents"];
        client.pages(&path, query, "documents", Some(self.limit), |row: Value| {
            list.row(&row)?;
            Ok(ControlFlow::Continue(()))
        })?;
        list.end(Map::new())?;
        Ok(Exit::Ok)
    }
}

/// Reads to the end in pieces, each given to `take`.
fn each_piece(
    from: &mut impl Read,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => take(piece.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The media type that a file of this name mostly has.
fn mediatype_of(path: &Path) -> String {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let ending = ending.to_ascii_lowercase();
    let known = TYPES.iter().find(|(own, _)| *own == ending);
    known.map_or("application/octet-stream", |(_, mediatype)| *mediatype).to_owned()
}

const TYPES: [(&str, &str); 19] = [
    ("pdf", "application/pdf"),
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("tiff", "image/tiff"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
];
const MEMBERS: [&str; 6] = ["sha256", "size", "held", "until", "code", "detail"];
const PUT_COLUMNS: [&str; 6] = ["file", "status", "sha256", "held", "until", "code"];
const LIST_COLUMNS: [&str; 8] =
    ["sha256", "kind", "number", "date", "name", "size", "named_by", "held"];
const PIECE_BYTES: usize = 128 << 10;

const PUT_EXAMPLES: Examples = Examples(&[
    (
        "unggah dokumen; tanpa peristiwa ia menunggu sejam",
        "hand in a document",
        "echo surat > /tmp/surat.txt && \\\njejak documents put --url http://127.0.0.1:6107 --ledger 61.07 /tmp/surat.txt",
    ),
    (
        "jenis media yang tidak diterima",
        "a media type that is not taken",
        "echo surat > /tmp/surat.html && \\\njejak documents put --url http://127.0.0.1:6107 --ledger 61.07 \\\n  --type text/html /tmp/surat.html  # exit 1",
    ),
]);

const GET_EXAMPLES: Examples = Examples(&[
    (
        "dokumen yang tidak disebut peristiwa mana pun",
        "a document that no event names",
        "jejak documents get --url http://127.0.0.1:6107 --ledger 61.07 --to /tmp/surat.pdf \\\n  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  # exit 6",
    ),
    (
        "server yang tidak ada",
        "a server that is not there",
        "jejak documents get --url http://127.0.0.1:1 --ledger 61.07 --to /tmp/surat.pdf \\\n  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  # exit 3",
    ),
]);

const LIST_EXAMPLES: Examples = Examples(&[
    (
        "semua dokumen yang disebut",
        "every document that is named",
        "jejak documents list --url http://127.0.0.1:6107 --ledger 61.07",
    ),
    (
        "keputusan yang belum diunggah, sebagai JSON",
        "decrees not handed in yet, as JSON",
        "jejak documents list --url http://127.0.0.1:6107 --ledger 61.07 --kind sk --held false -o json",
    ),
]);
