//! `jejak post`: sends statements to a ledger in their order, and keeps their receipts. Events are
//! signed on the way where a key is given. With `--outbox`, a directory that any program feeds.

mod outbox;
mod receipts;
mod send;
mod sources;
mod trial;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};

use super::Context;
use super::client::{Answer, Client};
use super::examples::Examples;
use super::exit::{self, Exit};
use super::output::List;
use super::patience::Patience;
use super::signatory::{KeyAndCertificate, Signatory};
use super::talk::Progress;
use receipts::Receipts;
use sources::{Content, Item, Source};

/// Posts statements.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Post {
    /// Alamat server (the server's URL)
    #[arg(long)]
    url: String,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    #[command(flatten)]
    signer: KeyAndCertificate,
    /// Simpan resi di sini, `<posisi>.json` dan `<berkas>.receipt.json` (keep the receipts in this
    /// directory, by position and by the name of the file)
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// Kebijakan untuk memeriksa resi; bawaan: kunci menurut server (the policy that receipts are
    /// verified by; default: the key that the server names)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Berapa lama mencoba lagi: 30s, 5m, never; bawaan: semenit, bila server pernah menjawab (how
    /// long to try again; default: a minute, once the server has answered)
    #[arg(long, value_name = "DURATION", value_parser = Patience::parse)]
    give_up: Option<Patience>,
    /// Daftar berkas, satu tiap baris; `-` untuk stdin (a list of files, one a line)
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Kotak keluar: yang ditaruh di DIR/new ditandatangani sekali dan dikirim sampai sampai (an outbox:
    /// what is dropped into DIR/new is signed once and sent until it has an answer)
    #[arg(long, value_name = "DIR", conflicts_with_all = ["files", "list"])]
    outbox: Option<PathBuf>,
    /// Selesai bila kotak keluar kosong; bawaan (end when the outbox is empty; the default)
    #[arg(long, requires = "outbox", conflicts_with = "watch")]
    once: bool,
    /// Terus menunggu isi kotak keluar (go on waiting for what comes into the outbox)
    #[arg(long, requires = "outbox")]
    watch: bool,
    /// Hanya uji: semua yang menghalangi, atau yang akan berubah; tidak ada yang dicatat (only try: all that stands in
    /// the way, or what would change; nothing is recorded)
    #[arg(long, conflicts_with_all = ["outbox", "receipts", "policy"])]
    dry_run: bool,
    /// Berkas JWS, satu tiap baris, atau peristiwa JSON; direktori; `-` untuk stdin (files with a JWS a
    /// line or with events, directories of such files)
    #[arg(required_unless_present_any = ["list", "outbox"], value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A statement ready to be sent, and where it came from.
struct Statement {
    item: Item,
    jws: Vec<u8>,
}

/// How many there were of each kind.
#[derive(Debug, Default)]
struct Tally {
    recorded: u64,
    repeated: u64,
    refused: u64,
    not_sent: u64,
    /// The ending of the first that was not accepted.
    worst: Option<Exit>,
}

impl Post {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match &self.outbox {
            Some(directory) => outbox::run(self, directory, context),
            None if self.dry_run => trial::run(self, context),
            None => self.post(context),
        }
    }

    fn post(&self, context: &Context) -> Result<Exit> {
        let sources = sources::find(&self.files, self.list.as_deref())?;
        let signatory = self.signer.load(context.talk)?;
        sources::check(&sources, signatory.is_some(), self.receipts.is_some())?;
        let client = self.client(Patience::Usual, context)?;
        let receipts = Receipts::new(self.receipts.as_deref(), self.policy.as_deref())?;
        let total = sources.iter().map(Source::bytes).sum();
        let mut posting = Posting {
            post: self,
            client,
            signatory,
            receipts,
            bar: context.talk.progress(total, "mengirim (posting)"),
            list: context.output.list(&COLUMNS, None),
            tally: Tally::default(),
            read: 0,
            context,
        };
        let posted = posting.all(&sources);
        posting.bar.finish();
        if posted.is_err() {
            posting.tally.not_sent += posting.left(&sources);
        }
        // What was answered is told, also where the rest could not be sent.
        posting.list.end(Map::new())?;
        posting.tally.tell(context);
        posted?;
        Ok(posting.tally.worst.unwrap_or(Exit::Ok))
    }

    fn client(&self, usual: Patience, context: &Context) -> Result<Client> {
        Ok(Client::new(&self.url, &context.reach)?
            .patient(self.give_up.unwrap_or(usual), context.talk))
    }
}

/// A run of `jejak post` over files.
struct Posting<'a> {
    post: &'a Post,
    client: Client,
    signatory: Option<Signatory>,
    receipts: Receipts,
    bar: Progress,
    list: List,
    tally: Tally,
    /// Items that were read so far.
    read: u64,
    context: &'a Context,
}

impl Posting<'_> {
    /// How many have no answer, where the run has ended early. What follows in stdin nobody knows.
    fn left(&self, sources: &[Source]) -> u64 {
        let items = |source: &Source| source.items().map_or(0, |items| items.flatten().count());
        let all: usize = sources.iter().filter(|source| !source.is_stdin()).map(items).sum();
        let all = u64::try_from(all).unwrap_or(u64::MAX);
        all.max(self.read).saturating_sub(self.tally.all())
    }

    fn all(&mut self, sources: &[Source]) -> Result<()> {
        let mut group = send::Group::default();
        let mut any = false;
        for source in sources {
            for item in source.items()? {
                any = true;
                let item = item?;
                self.read += 1;
                let jws = match self.signed(&item) {
                    Ok(jws) => jws,
                    Err(error) => {
                        // Its place in the order is behind those that wait.
                        self.send(&mut group)?;
                        self.not_signed(&item, &error)?;
                        continue;
                    }
                };
                if !group.has_room(&jws) {
                    self.send(&mut group)?;
                }
                group.push(Statement { item, jws });
            }
        }
        if !any {
            return Err(sources::nothing().into());
        }
        self.send(&mut group)
    }

    /// The statement of an item: itself, or signed now.
    fn signed(&self, item: &Item) -> Result<Vec<u8>> {
        match (&item.content, &self.signatory) {
            (Content::Statement(jws), _) => Ok(jws.clone()),
            (Content::Event(event), Some(signatory)) => {
                signatory.event(event, self.context.now_s())
            }
            (Content::Event(_), None) => Err(sources::not_signed(&item.file).into()),
        }
    }

    fn send(&mut self, group: &mut send::Group) -> Result<()> {
        let statements = group.take();
        let lines: Vec<Vec<u8>> = statements.iter().map(|one| one.jws.clone()).collect();
        for (statement, answer) in
            statements.iter().zip(send::send(&self.client, &self.post.ledger, &lines)?)
        {
            self.answered(statement, &answer)?;
            self.bar.inc(statement.item.bytes());
        }
        self.receipts.sync()?;
        self.list.flush()
    }

    /// Prints the row of an answer; keeps its receipt.
    fn answered(&mut self, statement: &Statement, answer: &Answer) -> Result<()> {
        let Statement { item, jws } = statement;
        let mut row = row_of(answer);
        row.insert("file".to_owned(), item.file.as_str().into());
        row.insert("line".to_owned(), item.line.into());
        if answer.is_accepted() && self.receipts.are_wanted() {
            self.receipts.check(&self.client, &self.post.ledger, jws, answer)?;
            if let Some(kept) = self.receipts.keep(&item.name(), answer)? {
                row.insert("receipt_file".to_owned(), kept.display().to_string().into());
            }
        }
        self.tally.count(answer);
        self.list.row(&Value::Object(row))
    }

    /// Prints the row of an event that could not be signed; the others go on.
    fn not_signed(&mut self, item: &Item, error: &anyhow::Error) -> Result<()> {
        self.tally.not_sent += 1;
        self.tally.worst.get_or_insert(Exit::of(error));
        self.list.row(&json!({
            "file": item.file, "line": item.line, "code": "not-signed", "detail": exit::told(error),
        }))
    }
}

impl Tally {
    fn all(&self) -> u64 {
        self.recorded + self.repeated + self.refused + self.not_sent
    }

    fn count(&mut self, answer: &Answer) {
        match answer.status {
            201 => self.recorded += 1,
            200 => self.repeated += 1,
            _ => {
                self.refused += 1;
                self.worst.get_or_insert_with(|| Exit::of(&answer.stop().into()));
            }
        }
    }

    fn tell(&self, context: &Context) {
        let Self { recorded, repeated, refused, not_sent, .. } = self;
        context.talk.say(
            format_args!(
                "{recorded} dicatat, {repeated} sudah ada, {refused} tidak diterima, {not_sent} \
                 tidak dikirim"
            ),
            format_args!(
                "{recorded} recorded, {repeated} repeated, {refused} not accepted, {not_sent} not \
                 sent"
            ),
        );
    }
}

/// What is shown of an answer or of a problem.
fn row_of(answer: &Answer) -> Map<String, Value> {
    let member = |name: &&str| Some(((*name).to_owned(), answer.body.get(*name)?.clone()));
    let mut row: Map<String, Value> = MEMBERS.iter().filter_map(member).collect();
    row.insert("status".to_owned(), answer.status.into());
    if let Some(told) = super::noted::told(&answer.body) {
        row.insert("detail".to_owned(), told.into());
    }
    row
}

const COLUMNS: [&str; 8] =
    ["file", "line", "status", "position", "recorded_at", "code", "rule", "detail"];
/// What is kept of an answer or of a problem.
const MEMBERS: [&str; 10] = [
    "position",
    "recorded_at",
    "receipt",
    "found",
    "awaits",
    "code",
    "title",
    "rule",
    "detail",
    "errors",
];
const EXAMPLES: Examples = Examples(&[
    (
        "kirim satu pernyataan, simpan resinya",
        "post a statement and keep its receipt",
        "jejak post --url http://127.0.0.1:6107 --ledger 61.07 --receipts /tmp/resi \\\n  /tmp/jejak/demo/event.jws",
    ),
    (
        "tanda tangani dan kirim isi direktori",
        "sign and post every event of a directory",
        "jejak post --url http://127.0.0.1:6107 --ledger 61.07 /tmp/jejak/demo/events \\\n  --key /tmp/jejak/demo/kepala-dinas-kesehatan.key.pem \\\n  --cert /tmp/jejak/demo/kepala-dinas-kesehatan.pem",
    ),
    (
        "hanya uji: apa yang akan terjadi",
        "only try: what would come of it",
        "jejak post --url http://127.0.0.1:6107 --ledger 61.07 --dry-run \\\n  /tmp/jejak/demo/event-2.json \\\n  --key /tmp/jejak/demo/kepala-dinas-kesehatan.key.pem \\\n  --cert /tmp/jejak/demo/kepala-dinas-kesehatan.pem",
    ),
    (
        "kotak keluar: ditandatangani sekali",
        "an outbox: signed once",
        "mkdir -p /tmp/keluar/new && \\\n  cp /tmp/jejak/demo/event-2.json /tmp/keluar/new/arsip.json && \\\n  jejak post --url http://127.0.0.1:6107 --ledger 61.07 --outbox /tmp/keluar --once \\\n  --key /tmp/jejak/demo/kepala-dinas-kesehatan.key.pem \\\n  --cert /tmp/jejak/demo/kepala-dinas-kesehatan.pem",
    ),
]);
