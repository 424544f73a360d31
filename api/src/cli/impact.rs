//! `jejak impact`: what rests on a certificate, what of it stands when its key may have been another's, and which rows.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use jejak_api::shown;
use jejak_ledger::View;
use jejak_ledger::log::Micros;
use jejak_ledger::rules::Class;
use jejak_signer::Hash;
use serde_json::{Map, Value};

use super::client::Client;
use super::examples::Examples;
use super::exit::{Exit, Stop};
use super::moment::Edge;
use super::output::{Format, List, with};
use super::source::{self, Place, Source};
use super::{Context, files, times};

/// Shows what rests on a certificate.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Impact {
    /// Sertifikat: berkas PEM atau DER, atau SHA-256-nya (the certificate: a file, or its SHA-256)
    #[arg(value_name = "CERT")]
    certificate: String,
    /// Sejak kapan kuncinya mungkin dipegang orang lain (since when its key may have been another's; without it nothing
    /// is judged)
    #[arg(long, value_name = "TIME|DAY", value_parser = Edge::parse)]
    compromised_since: Option<Edge>,
    #[command(flatten)]
    place: Place,
    /// Buku besar (ledger), e.g. 61.07
    #[arg(long)]
    ledger: String,
}

impl Impact {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let thumbprint = thumbprint(&self.certificate)?;
        let is_table = context.output.asked().unwrap_or(Format::Table) != Format::Json
            && context.output.asked().unwrap_or(Format::Table) != Format::Ndjson;
        let list = context.output.wrapped().list(&COLUMNS, Some("events"));
        let mut told = Told {
            list,
            is_table,
            stands: 0,
            indeterminate: 0,
            rows: 0,
            starred: false,
            not_held: 0,
        };
        let holder = match self.place.open(context)? {
            Source::Directory(archive) => {
                self.of_view(source::view(&archive, &self.ledger)?, &thumbprint, &mut told)?
            }
            Source::Server(client) => self.of_server(&client, &thumbprint, &mut told)?,
        };
        self.say(&told, context);
        self.say_revoked(&holder, context);
        told.list.end(holder)?;
        Ok(Exit::Ok)
    }

    fn since(&self, view: &View) -> Result<Option<Micros>> {
        let zone = view.zone()?;
        let since = self.compromised_since.map(|since| u64::try_from(since.first(zone)));
        Ok(since.transpose()?.map(Micros))
    }

    fn of_view(
        &self,
        view: &View,
        thumbprint: &Hash,
        told: &mut Told,
    ) -> Result<Map<String, Value>> {
        let known = shown::enrolled_certificate(view, thumbprint)?.ok_or_else(unknown)?;
        let since = self.since(view)?;
        let mut after = None;
        loop {
            let within = 0..view.size();
            let bounds = (PAGE_ROWS, EXAMINED_MAX);
            let page = view.impact(thumbprint, Class::Restricted, within, after, bounds)?;
            told.not_held += page.not_held;
            for resting in page.events {
                told.give(shown::resting(view, resting, since)?)?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut holder = known;
        holder.insert("class".to_owned(), Class::Restricted.name().into());
        if let Some(since) = since {
            holder.insert("compromised_since".to_owned(), times::in_utc(since)?.into());
        }
        holder.insert("not_held".to_owned(), told.not_held.into());
        Ok(holder)
    }

    fn of_server(
        &self,
        client: &Client,
        thumbprint: &Hash,
        told: &mut Told,
    ) -> Result<Map<String, Value>> {
        let (digest, since) = (thumbprint.to_string(), self.compromised_since);
        let path = [self.ledger.as_str(), "certificates", &digest, "impact"];
        let mut query: Vec<_> =
            since.map(|since| ("compromised_since", since.text())).into_iter().collect();
        query.push(("limit", PAGE_ROWS.to_string()));
        loop {
            let Value::Object(mut page) = client.get(&path, &query)? else {
                return Err(Stop::usage("jawaban tidak dikenal", "no page of a server").into());
            };
            if let Some(Value::Array(events)) = page.remove("events") {
                events.into_iter().try_for_each(|event| told.give(event))?;
            }
            told.not_held += page.get("not_held").and_then(Value::as_u64).unwrap_or(0);
            page.remove("head");
            let next = page.remove("next");
            let Some(next) = next.as_ref().and_then(Value::as_str) else {
                page.insert("not_held".to_owned(), told.not_held.into());
                return Ok(page);
            };
            query = vec![("cursor", next.to_owned()), ("limit", PAGE_ROWS.to_string())];
        }
    }

    fn say(&self, told: &Told, context: &Context) {
        let Told { stands, indeterminate, rows, not_held, list, .. } = told;
        let all = list.rows();
        if self.compromised_since.is_some() {
            context.talk.say(
                format_args!(
                    "{all} peristiwa: {stands} tetap berdiri, {indeterminate} tidak pasti; {rows} baris register kini \
                     bertumpu pada yang tidak pasti"
                ),
                format_args!(
                    "{all} events: {stands} stand, {indeterminate} are indeterminate; {rows} rows of registers now rest \
                     on those"
                ),
            );
        } else {
            context.talk.say(
                format_args!(
                    "{all} peristiwa; --compromised-since menilai mana yang tetap berdiri"
                ),
                "--compromised-since judges which of them stand",
            );
        }
        if told.starred {
            context.talk.say(
                "* : baris itu kini masih seperti yang ditinggalkan peristiwa ini; tanpa * peristiwa lain sudah mengubahnya",
                "*: the row still shows what this event left; without it a later event has changed it",
            );
        }
        if *not_held > 0 {
            context.talk.say(
                format_args!(
                    "{not_held} pernyataan tidak disimpan; penanda tangannya tidak diketahui"
                ),
                "statements that are not held: who signed them is not known",
            );
        }
    }
}

impl Impact {
    /// That the issuer has revoked it, where recorded evidence says so, and by which time it is judged then.
    fn say_revoked(&self, holder: &Map<String, Value>, context: &Context) {
        let Some(revocation) = holder.get("revocation") else { return };
        let text = |name: &str| revocation.get(name).and_then(Value::as_str).unwrap_or_default();
        let since = match text("invalid_since") {
            "" => text("revoked_at"),
            since => since,
        };
        let reason = text("reason");
        context.talk.say(
            format_args!("penerbit mencabut sertifikat ini sejak {since} ({reason}), menurut bukti yang tercatat"),
            format_args!("its issuer revoked it as of {since} ({reason}), by recorded evidence"),
        );
        if self.compromised_since.is_none() {
            context.talk.say(
                format_args!("nilailah dengan --compromised-since {since}"),
                "judge it as of that time",
            );
        }
    }
}

/// What was shown, and how much of it.
struct Told {
    list: List,
    is_table: bool,
    stands: u64,
    indeterminate: u64,
    /// Rows whose newest version an indeterminate event left.
    rows: u64,
    /// A row was marked.
    starred: bool,
    not_held: u64,
}

impl Told {
    fn give(&mut self, event: Value) -> Result<()> {
        let rows = event.get("rows").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        match event.get("standing").and_then(Value::as_str) {
            Some("stands") => self.stands += 1,
            Some("indeterminate") => {
                self.indeterminate += 1;
                let newest = rows.iter().filter(|row| is_newest(row));
                self.rows += u64::try_from(newest.count()).unwrap_or(u64::MAX);
            }
            _ => {}
        }
        if !self.is_table {
            return self.list.row(&event);
        }
        self.starred |= rows.iter().any(is_newest);
        let rows = rows.iter().map(row_told).collect::<Vec<_>>().join("; ");
        self.list.row(&with(event, "rows", rows.into()))
    }
}

/// A row for people: `subdomains/antrean...`, with `*` where its newest version is this event's.
fn row_told(row: &Value) -> String {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let newest = if is_newest(row) { " *" } else { "" };
    format!("{}/{}{newest}", text("register"), text("key"))
}

/// Whether what the row shows now is what the event left.
fn is_newest(row: &Value) -> bool {
    row.get("newest") == Some(&true.into())
}

/// A digest, or that of the first certificate in a file.
fn thumbprint(certificate: &str) -> Result<Hash> {
    if let Ok(hash) = certificate.parse() {
        return Ok(hash);
    }
    let chain = files::chain(Path::new(certificate))?;
    Ok(files::leaf(&chain)?.thumbprint())
}

fn unknown() -> Stop {
    Stop::not_found(
        "sertifikat ini tidak pernah didaftarkan di buku besar",
        "this certificate was never enrolled in the ledger",
    )
}

const COLUMNS: [&str; 8] =
    ["position", "recorded_at", "type", "subject", "order", "standing", "reason", "rows"];
const PAGE_ROWS: usize = 1_000;
const EXAMINED_MAX: usize = 10_000;
const EXAMPLES: Examples = Examples(&[
    (
        "apa yang bertumpu pada sertifikat ini",
        "what rests on this certificate",
        "jejak impact /tmp/jejak/demo/kepala-dinas-kominfo.pem --dir /tmp/jejak --ledger 61.07",
    ),
    (
        "yang tidak pasti bila kuncinya bocor sejak itu",
        "what is in doubt if its key leaked then",
        "jejak impact /tmp/jejak/demo/kepala-dinas-kominfo.pem -o csv \\\n --compromised-since \
         2026-01-01T00:00:00+07:00 \\\n --dir /tmp/jejak --ledger 61.07",
    ),
]);
