//! `jejak ledger`: open a new ledger, list and show ledgers, write the policy that trusts one, hold
//! the next rule set ready, put another log key in force where the one that was is lost.

mod init;
mod recover;
mod ruleset;
mod trusted;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::Value;

use super::examples::Examples;
use super::exit::Exit;
use super::policy::Trusted;
use super::source::{self, Place, Source};
use super::{Context, output, shapes};

/// What to do with ledgers.
#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Buka buku besar baru (open a new ledger)
    Init(Box<init::Init>),
    /// Daftar buku besar (list them)
    List(List),
    /// Satu buku besar (show one)
    Show(Show),
    /// Berkas kebijakan untuk `receipt verify` (the policy file that trusts this ledger)
    Policy(Policy),
    /// Simpan perangkat aturan untuk `ruleset.adopted` (hold a rule set that is to be adopted)
    Ruleset(ruleset::Ruleset),
    /// Pulihkan buku besar yang kunci log-nya hilang (put another log key in force where the one that was is lost)
    Recover(recover::Recover),
}

/// Lists ledgers.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

/// Shows one ledger.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    /// Kode wilayah (region), e.g. 61.07
    region: String,
    #[command(flatten)]
    place: Place,
}

/// Writes a policy.
#[derive(Debug, Args)]
#[command(after_help = POLICY_EXAMPLES)]
pub(crate) struct Policy {
    /// Kode wilayah (region), e.g. 61.07
    region: String,
    #[command(flatten)]
    place: Place,
    /// Resi tanpa saksi pun dianggap cukup (receipts need no witnesses)
    #[arg(long)]
    unwitnessed: bool,
}

impl Ledger {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Init(init) => init.run(context),
            Self::List(list) => list.run(context),
            Self::Show(show) => show.run(context),
            Self::Policy(policy) => policy.run(context),
            Self::Ruleset(ruleset) => ruleset.run(context),
            Self::Recover(recover) => recover.run(context),
        }
    }
}

impl List {
    fn run(&self, context: &Context) -> Result<Exit> {
        let ledgers = match self.place.open(context)? {
            Source::Directory(archive) => archive.views().iter().map(shapes::ledger).collect(),
            Source::Server(client) => match client.get(&["ledgers"], &[])? {
                Value::Array(ledgers) => ledgers,
                other => vec![other],
            },
        };
        context.output.rows(&COLUMNS, &ledgers, &ledgers)?;
        Ok(Exit::Ok)
    }
}

impl Show {
    fn run(&self, context: &Context) -> Result<Exit> {
        // Who holds the seats now, and who held them at the opening, which is another event's word.
        let (ledger, founders) = match self.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.region)?;
                let ledger = output::with(shapes::ledger(view), "seats", shapes::seats(view)?);
                (ledger, Some(shapes::founders_of(view)?))
            }
            Source::Server(client) => {
                let ledger = client.get(&[&self.region], &[])?;
                // Whoever may not read the opening does not learn whose certificates it holds.
                let opening = client.ask(&[&self.region, "events", "0"], &[])?;
                let opened = opening.body.get("event").filter(|_| opening.is_accepted());
                (ledger, opened.map(shapes::founders))
            }
        };
        // The seats are as secret as the rows that name them, the founders as the opening.
        let hidden = match (ledger.get("seats").is_some(), founders.is_some()) {
            (true, true) => None,
            (true, false) => Some(("pendiri", "the founders")),
            (false, true) => Some(("kursi", "the seats")),
            (false, false) => Some(("kursi dan pendiri", "seats and founders")),
        };
        if let Some((indonesian, english)) = hidden {
            context.talk.say(
                format_args!(
                    "{indonesian} tidak terlihat: di atas kelas publik; pakai --dir atau token kelas internal (--token-file)"
                ),
                format_args!(
                    "{english} are not shown: they are above public; --dir, or a token of class internal (--token-file), \
                     shows them"
                ),
            );
        }
        let ledger = match founders {
            Some(founders) => output::with(ledger, "founders_at_opening", founders.into()),
            None => ledger,
        };
        context.output.object(&ledger)?;
        Ok(Exit::Ok)
    }
}

impl Policy {
    fn run(&self, context: &Context) -> Result<Exit> {
        let trusted = match self.place.open(context)? {
            Source::Directory(archive) => Trusted::of_view(source::view(&archive, &self.region)?)?,
            Source::Server(client) => {
                context.talk.say(
                    "kunci dan jangkar ini kata server itu sendiri; cocokkan dengan sumber lain",
                    "these keys and anchors are what the server says of itself: compare them with another source",
                );
                Trusted::of_server(&client, &self.region)?
            }
        };
        output::line(trusted.policy(self.unwitnessed).trim_end())?;
        Ok(Exit::Ok)
    }
}

const COLUMNS: [&str; 5] = ["region", "origin", "size", "vkey", "ruleset"];
const LIST_EXAMPLES: Examples = Examples(&[
    ("buku besar di direktori", "the ledgers of a directory", "jejak ledger list --dir /tmp/jejak"),
    (
        "buku besar sebuah server, sebagai CSV",
        "the ledgers of a server, as CSV",
        "jejak ledger list --url http://127.0.0.1:6107 -o csv",
    ),
]);
const SHOW_EXAMPLES: Examples = Examples(&[
    (
        "asal, kunci log, dan ukuran",
        "origin, log key and size",
        "jejak ledger show 61.07 --dir /tmp/jejak",
    ),
    (
        "kata server",
        "what a server says",
        "jejak ledger show id --url http://127.0.0.1:6107 -o json",
    ),
]);
const POLICY_EXAMPLES: Examples = Examples(&[
    (
        "kebijakan yang mempercayai buku besar ini",
        "a policy that trusts this ledger",
        "jejak ledger policy 61.07 --dir /tmp/jejak > /tmp/policy.toml",
    ),
    (
        "tanpa saksi pun cukup",
        "receipts need no witnesses",
        "jejak ledger policy 61.07 --url http://127.0.0.1:6107 --unwitnessed > /tmp/policy-server.toml",
    ),
]);
