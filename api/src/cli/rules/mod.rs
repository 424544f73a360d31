//! `jejak rules` and `jejak schema`: the rules in force, one of their acts, and what an event of a type
//! must look like, from a directory or a server.

mod beside;
mod check;
mod chosen;
mod compare;
mod coverage;
mod explain;
mod lifecycles;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use jejak_api::shown;
use jejak_ledger::{AsOf, View};
use serde_json::{Map, Value, json};

use crate::cli::client::Client;
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::moment::{self, Moment};
use crate::cli::output::printable;
use crate::cli::output::{self, Format};
use crate::cli::source::{self, Place, Source};
use crate::cli::{Context, steps};

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Perangkat aturan yang berlaku (the rule set in force)
    Show(Show),
    /// Semua tindakan yang diatur (every act that is ruled)
    List(List),
    /// Satu jenis: isi, siapa, syarat, dan perubahan keadaan (one type: its content, who, conditions)
    Act(Act),
    /// Aturan pasal demi pasal, seperti dibaca ahli hukum (article by article, as a lawyer reads)
    Explain(explain::Explain),
    /// Apa yang berbeda antara dua perangkat aturan (what differs between two rule sets)
    Compare(compare::Compare),
    /// Semua kesalahan sebuah berkas aturan, dengan tempatnya (every fault of a file, with its place)
    Check(check::Check),
    /// Apakah aturan memuat seluruh peraturannya (does it cover its regulation)
    Coverage(coverage::CoverageCommand),
    /// Diagram keadaan setiap jenis aliran (state diagrams of every kind of stream)
    Lifecycles(lifecycles::Lifecycles),
}

/// Where, and as of when.
#[derive(Debug, Args)]
struct InForce {
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
    /// Yang berlaku setelah posisi, saat, atau akhir hari ini (in force after a position, an RFC 3339 time or a day)
    #[arg(long, value_name = "POSITION|TIME|DAY", value_parser = Moment::parse)]
    as_of: Option<Moment>,
}

/// Shows the rule set.
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct Show {
    #[command(flatten)]
    at: InForce,
}

/// Lists acts.
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    at: InForce,
}

/// Shows an act.
#[derive(Debug, Args)]
#[command(after_help = ACT_EXAMPLES)]
pub(crate) struct Act {
    /// Jenis peristiwa (event type), e.g. subdomain.granted
    #[arg(value_name = "TYPE")]
    kind: String,
    #[command(flatten)]
    at: InForce,
}

/// Shows a schema.
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub(crate) struct Schema {
    /// Jenis peristiwa (event type), e.g. subdomain.granted
    #[arg(value_name = "TYPE")]
    kind: String,
    #[command(flatten)]
    at: InForce,
    /// Hanya baris aturan ini, bila jenisnya punya beberapa (only this row, where the type has several)
    #[arg(long)]
    row: Option<String>,
    /// Hanya contohnya: peristiwa yang diterima (only its example: an event that is accepted)
    #[arg(long)]
    example: bool,
}

impl InForce {
    fn rules(&self, context: &Context) -> Result<Value> {
        match self.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.ledger)?;
                Ok(shown::rules(view, moment::head(view, self.moment())?)?)
            }
            Source::Server(client) => client.get(&[&self.ledger, "rules"], &self.query()),
        }
    }

    fn moment(&self) -> AsOf {
        self.as_of.as_ref().map_or(AsOf::Head, |moment| moment.as_of)
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        self.as_of.iter().map(|moment| ("as_of", moment.text.clone())).collect()
    }
}

impl Rules {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        match self {
            Self::Show(show) => show.run(context),
            Self::List(list) => list.run(context),
            Self::Act(act) => act.run(context),
            Self::Explain(explain) => explain.run(context),
            Self::Compare(compare) => compare.run(context),
            Self::Check(check) => check.run(context),
            Self::Coverage(coverage) => coverage.run(context),
            Self::Lifecycles(lifecycles) => lifecycles.run(context),
        }
    }
}

impl Show {
    fn run(&self, context: &Context) -> Result<Exit> {
        let mut rules = self.at.rules(context)?;
        for list in ["acts", "duties"] {
            let count = rules.get(list).and_then(Value::as_array).map_or(0, Vec::len);
            if let Some(members) = rules.as_object_mut() {
                members.insert(list.to_owned(), count.into());
            }
        }
        context.output.object(&rules)?;
        Ok(Exit::Ok)
    }
}

impl List {
    fn run(&self, context: &Context) -> Result<Exit> {
        let rules = self.at.rules(context)?;
        context.output.rows(&LIST_COLUMNS, acts(&rules), &acts(&rules))?;
        Ok(Exit::Ok)
    }
}

impl Act {
    fn run(&self, context: &Context) -> Result<Exit> {
        let rules = self.at.rules(context)?;
        let is_meant = |act: &&Value| text(act, "/type") == self.kind;
        let found: Vec<Value> = acts(&rules).iter().filter(is_meant).cloned().collect();
        if found.is_empty() {
            return Err(no_type(&self.kind).into());
        }
        if context.output.asked().unwrap_or(Format::Table) == Format::Table {
            found.iter().try_for_each(|act| describe(act, context))?;
        } else {
            context.output.rows(&LIST_COLUMNS, &found, &found)?;
        }
        Ok(Exit::Ok)
    }
}

impl Schema {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let schema = match self.at.place.open(context)? {
            Source::Directory(archive) => {
                let view = source::view(&archive, &self.at.ledger)?;
                let (position, _) = moment::head(view, self.at.moment())?;
                let found = shown::schema(view, position, &self.kind, self.row.as_deref())?;
                found.ok_or_else(|| no_type(&self.kind))?
            }
            Source::Server(client) => self.of_server(&client)?,
        };
        let shown = if self.example { self.example(&schema)? } else { &schema };
        output::line(format!("{shown:#}"))?;
        Ok(Exit::Ok)
    }

    fn of_server(&self, client: &Client) -> Result<Value> {
        let mut query = self.at.query();
        query.extend(self.row.clone().map(|row| ("row", row)));
        client.get(&[&self.at.ledger, "schemas", &self.kind], &query)
    }

    fn example<'a>(&self, schema: &'a Value) -> Result<&'a Value> {
        let example = schema.pointer("/examples/0");
        example.with_context(|| format!("{}: tanpa contoh (it has no example)", self.kind))
    }
}

/// An act for people: what it is, then a table for each of its parts.
fn describe(act: &Value, context: &Context) -> Result<()> {
    let fact = |name: &str| (name.to_owned(), act.get(name).cloned().unwrap_or_default());
    let mut facts: Map<String, Value> =
        ["type", "row", "rule", "force", "class", "subject"].map(fact).into_iter().collect();
    facts.insert("indonesian".to_owned(), text(act, "/text/id").into());
    facts.insert("english".to_owned(), text(act, "/text/en").into());
    let is_step = |member: &Value| member.as_array().is_some_and(|steps| !steps.is_empty());
    if !act.get("transitions").is_some_and(is_step) {
        facts.insert("state".to_owned(), steps::of(act, "transitions").into());
    }
    context.output.object(&Value::Object(facts))?;
    for (member, columns) in PARTS {
        let rows = act.get(member).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rows: Vec<Value> = rows
            .iter()
            .map(|row| output::with(row.clone(), "step", steps::step(row).into()))
            .collect();
        if !rows.is_empty() {
            output::line(format!("\n{}", printable(member)))?;
            context.output.rows(columns, &rows, &json!(rows))?;
        }
    }
    output::line("")
}

/// Whether the rules in force know events of this type.
pub(crate) fn knows(view: &View, kind: &str) -> bool {
    view.ruleset().act(kind).is_some()
}

/// The same, as a server says.
pub(crate) fn server_knows(client: &Client, ledger: &str, kind: &str) -> Result<bool> {
    let answer = client.ask(&[ledger, "schemas", kind], &[])?;
    Ok(answer.text("code") != "unknown-type")
}

fn acts(rules: &Value) -> &[Value] {
    rules.get("acts").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn no_type(kind: &str) -> Stop {
    let indonesian = format!("aturan tidak mengenal {kind}");
    Stop::not_found(indonesian, "the rules know no such type or row: see `jejak rules list`")
}

const LIST_COLUMNS: [&str; 6] = ["type", "row", "rule", "force", "subject", "text.id"];
/// The parts of an act, and what is shown of each.
const PARTS: [(&str, &[&str]); 4] = [
    ("who", &["actor", "text.id", "text.en"]),
    ("fields", &["name", "required", "rule", "schema.type", "text.id"]),
    ("conditions", &["rule", "warn", "text.id", "condition"]),
    ("transitions", &["step", "rule", "text.id"]),
];
const SHOW_EXAMPLES: Examples = Examples(&[
    ("yang berlaku sekarang", "in force now", "jejak rules show --dir /tmp/jejak --ledger 61.07"),
    (
        "yang berlaku setelah posisi 5",
        "in force after position 5",
        "jejak rules show --url http://127.0.0.1:6107 --ledger 61.07 --as-of 5",
    ),
]);
const LIST_EXAMPLES: Examples = Examples(&[
    ("semua tindakan", "every act", "jejak rules list --dir /tmp/jejak --ledger 61.07"),
    (
        "menurut server, sebagai CSV",
        "as a server says, as CSV",
        "jejak rules list --url http://127.0.0.1:6107 --ledger 61.07 -o csv",
    ),
]);
const ACT_EXAMPLES: Examples = Examples(&[
    (
        "siapa boleh memberi subdomain, dengan syarat apa",
        "who may grant a subdomain, and when",
        "jejak rules act subdomain.granted --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "jenis yang tidak diatur",
        "a type that is not ruled",
        "jejak rules act subdomain.stolen --dir /tmp/jejak --ledger 61.07  # exit 6",
    ),
]);
const SCHEMA_EXAMPLES: Examples = Examples(&[
    (
        "JSON Schema sebuah jenis",
        "the JSON Schema of a type",
        "jejak schema system.registered --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "peristiwa contoh, untuk diisi",
        "an example event, to be filled in",
        "jejak schema system.registered --url http://127.0.0.1:6107 --ledger 61.07 --example",
    ),
]);
