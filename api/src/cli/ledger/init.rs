//! `jejak ledger init`: opens a new ledger in a data directory, never over HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use jejak_ledger::custody::{KeyPlace, LogKey};
use jejak_ledger::log::Origin;
use jejak_ledger::{Ledgers, OpenError};
use jejak_signer::SigningKey;
use serde_json::json;

use crate::cli::custody::{self, Secret};
use crate::cli::examples::Examples;
use crate::cli::exit::{Exit, Stop};
use crate::cli::holder::Holder;
use crate::cli::opening::{Agency, Opening};
use crate::cli::serve::configuration;
use crate::cli::{Context, files, rulesets, source, times};

use super::trusted::FirstPolicy;

/// The functions of agencies, by agency.
type Functions = BTreeMap<String, Vec<String>>;

/// Opens a new ledger.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// Direktori data; dibuat bila belum ada (data directory)
    #[arg(long)]
    dir: PathBuf,
    /// Kode wilayah (region), e.g. 61.07
    #[arg(long)]
    region: String,
    /// Asal, tetap selamanya (origin, for ever), e.g. jejak.bengkayangkab.go.id/61.07
    #[arg(long)]
    origin: String,
    /// Berkas aturan, atau nama yang dibawa program (rule set: a file, or a name the program knows)
    #[arg(long, value_name = "FILE")]
    ruleset: PathBuf,
    /// Jangkar kepercayaan (trust anchors)
    #[arg(long, value_name = "PEM", required = true, num_args = 1..)]
    anchor: Vec<PathBuf>,
    /// Dua otoritas; `=instansi` bila tidak sama dengan O (two authorities, PEM or PEM=agency)
    #[arg(long, value_name = "PEM[=AGENCY]", required = true, num_args = 1..)]
    authority: Vec<String>,
    /// Sedikitnya dua petugas pendaftaran (at least two registrars, PEM or PEM=agency)
    #[arg(long, value_name = "PEM[=AGENCY]", required = true, num_args = 1..)]
    registrar: Vec<String>,
    /// Layanan buku besar, sertifikat kelas sistem (services of the ledger, PEM or PEM=agency)
    #[arg(long, value_name = "PEM[=AGENCY]", num_args = 1..)]
    service: Vec<String>,
    /// Kunci otoritas pertama: berkas PEM atau URI pkcs11: (the key of the first authority)
    #[arg(long, value_name = "KEY", value_parser = custody::place)]
    sign_key: KeyPlace,
    #[command(flatten)]
    secret: Secret,
    /// Kunci log yang sudah ada: berkas PEM (disalin) atau URI pkcs11:; bawaan: yang disebut konfigurasi, atau yang baru
    /// (an existing log key; default: the configuration's, or a new one)
    #[arg(long, value_name = "KEY", value_parser = custody::place)]
    log_key: Option<KeyPlace>,
    /// Fungsi instansi menurut aturan (an agency's function in the rules), e.g. kominfo=kominfo
    #[arg(long, value_name = "AGENCY=FUNCTION", num_args = 1..)]
    function: Vec<String>,
    /// Kebijakan kepercayaan pertama, ditetapkan otoritas pertama (the first trust policy, adopted by the first authority)
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Kunci otoritas kedua, yang ikut menandatangani kebijakan itu (the key of the second authority, who signs it too);
    /// without it the policy waits for that signature
    #[arg(long, value_name = "KEY", value_parser = custody::place, requires = "trust")]
    other_key: Option<KeyPlace>,
    /// Zona waktu; bawaan menurut provinsi (time zone; default: that of the province)
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

impl Init {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let key = self.secret.key(&self.sign_key)?;
        custody::warn_if_open(&self.sign_key, context.talk);
        let opening = self.opening()?;
        check_signer(&opening, &key)?;
        let first_policy = self.first_policy(&opening, context)?;
        let persons = persons(&opening);
        let config = configuration(context, Some(&self.dir))?;
        let missing = missing_functions(&opening)?;
        let ledgers = Ledgers::open_or_create(&self.dir, config.ledger, Arc::clone(&context.clock))
            .map_err(|error| source::explained(error, &self.dir))?;
        let log_key = self.log_key(&ledgers)?;
        let ledger = opening.open(&ledgers, &key, log_key, context.clock.now());
        let ledger = ledger.map_err(|error| match error.downcast::<OpenError>() {
            Ok(error) => source::explained(error, &self.dir),
            Err(other) => other,
        })?;
        context.talk.say(format!("buku besar {} dibuka", self.region), "ledger opened");
        let policy =
            first_policy.map(|one| one.adopt(&self.dir, &ledger, &key, context.clock.now()));
        let policy = policy.transpose()?;
        if policy.as_ref().is_some_and(|policy| policy["in_force"].is_null()) {
            context.talk.say(
                "kebijakan kepercayaan dicatat dan berlaku setelah otoritas kedua ikut menandatangani (act.countersigned)",
                "the trust policy is recorded, and in force once the other authority has signed it, too",
            );
        }
        for function in missing {
            context.talk.say(
                format!(
                    "awas: tidak ada instansi berfungsi {function}; sebagian aturan menuntutnya"
                ),
                format!(
                    "warning: no agency has the function {function}, which some rules demand: \
                     give it with --function to an agency of an authority or a registrar, or \
                     register one by agency.registered"
                ),
            );
        }
        context.output.object(&json!({
            "region": ledger.region(),
            "origin": ledger.origin(),
            "vkey": ledger.vkey(),
            "ruleset": ledger.published().ruleset.hash().to_string(),
            "log_key": ledgers.log_keys().place(&self.region),
            "persons": persons,
            "trust": policy,
        }))?;
        Ok(Exit::Ok)
    }

    fn first_policy(&self, opening: &Opening, context: &Context) -> Result<Option<FirstPolicy>> {
        let Some(file) = &self.trust else { return Ok(None) };
        let other = self.other_key.as_ref().map(|place| self.secret.key(place)).transpose()?;
        FirstPolicy::read(file, opening, other, context.clock.now()).map(Some)
    }

    fn log_key(&self, ledgers: &Ledgers) -> Result<LogKey> {
        let settings = ledgers.settings();
        let key = match (&self.log_key, settings.log_keys.contains_key(&self.region)) {
            (Some(_), true) => {
                let indonesian = "konfigurasi sudah menyebut kunci log buku besar ini";
                let english =
                    "the configuration names the log key of this ledger: give one of the two";
                return Err(Stop::usage(indonesian, english).into());
            }
            (Some(place), false) => LogKey::at(place.clone(), settings),
            (None, true) => LogKey::named(&self.region, ledgers.log_keys()),
            (None, false) => return Ok(LogKey::generate()?),
        };
        let key = key.map_err(|error| custody::stop(&error))?;
        custody::check_log_key(key.key(), "--log-key")?;
        Ok(key)
    }

    fn opening(&self) -> Result<Opening> {
        if let Err(error) = self.origin.parse::<Origin>() {
            return Err(Stop::usage(format!("--origin {}", self.origin), error).into());
        }
        let mut anchors = Vec::new();
        for path in &self.anchor {
            anchors.extend(files::chain(path)?);
        }
        let holders = |arguments: &[String]| {
            arguments
                .iter()
                .map(|argument| Holder::from_argument(argument))
                .collect::<Result<Vec<_>>>()
        };
        let (authorities, registrars) = (holders(&self.authority)?, holders(&self.registrar)?);
        let services = holders(&self.service)?;
        for (service, argument) in services.iter().zip(&self.service) {
            check_service(service, argument)?;
        }
        let all = authorities.iter().chain(&registrars).chain(&services);
        let functions = functions(&self.function)?;
        let agencies = agencies(all, &functions);
        let known = |id: &&String| agencies.iter().any(|agency| agency.id == **id);
        if let Some(id) = functions.keys().find(|id| !known(id)) {
            let indonesian = format!("--function: tidak ada instansi {id} dalam pembukaan ini");
            let english =
                "no authority, registrar or service is of this agency: write it as in PEM=AGENCY";
            return Err(Stop::usage(indonesian, english).into());
        }
        let zone = self.time_zone.clone();
        Ok(Opening {
            region: self.region.clone(),
            origin: self.origin.clone(),
            time_zone: zone.unwrap_or_else(|| times::zone_of_region(&self.region).to_owned()),
            anchors,
            authorities,
            registrars,
            services,
            agencies,
            ruleset: rulesets::load(&self.ruleset)?.into_owned(),
        })
    }
}

/// A wrong key would be refused anyway; here it is said plainly, before anything is made.
fn check_signer(opening: &Opening, key: &SigningKey) -> Result<()> {
    let first = opening.authorities.first().context("tidak ada otoritas (no authority)")?;
    check_key(first, key, "--sign-key")
}

/// What signs for the ledger signs without a person: with a person's certificate it would sign in his name.
fn check_service(service: &Holder, argument: &str) -> Result<()> {
    if !files::leaf_description(&service.chain)?.is_of_person() {
        return Ok(());
    }
    let indonesian = format!(
        "--service {argument}: ini sertifikat orang (keyUsage nonRepudiation, tanpa organizationIdentifier); layanan perlu \
         sertifikat sistem atau segel instansi, misalnya dari `jejak cert issue --kind system`"
    );
    let english = "this is a person's certificate (keyUsage nonRepudiation, no organizationIdentifier): a service needs \
                   one of a system, or the seal of an organisation, e.g. of `jejak cert issue --kind system`";
    Err(Stop::new(Exit::Refused, indonesian, english).into())
}

/// The key is that of the authority.
pub(super) fn check_key(authority: &Holder, key: &SigningKey, option: &str) -> Result<()> {
    if files::leaf(&authority.chain)?.public_key().spki_der() == key.public_key().spki_der() {
        return Ok(());
    }
    let indonesian = format!("{option} bukan kunci otoritas dari {}", authority.agency);
    Err(Stop::usage(indonesian, "not the key of that --authority").into())
}

/// The functions that actors of the rule set must have and no agency of the opening has.
fn missing_functions(opening: &Opening) -> Result<BTreeSet<String>> {
    let mut functions = rulesets::functions(&opening.ruleset)?;
    for function in opening.agencies.iter().flat_map(|agency| &agency.functions) {
        functions.remove(function);
    }
    Ok(functions)
}

/// The random person ids, by certificate: the registrars need them from now on.
fn persons(opening: &Opening) -> Vec<serde_json::Value> {
    let person = |role: &str, holder: &Holder| {
        let certificate = holder.chain.first().map(|der| jejak_signer::Hash::of(der).to_string());
        json!({ "role": role, "agency": holder.agency, "person": holder.person, "certificate": certificate })
    };
    [
        ("authority", &opening.authorities),
        ("registrar", &opening.registrars),
        ("service", &opening.services),
    ]
    .into_iter()
    .flat_map(|(role, holders)| holders.iter().map(move |holder| person(role, holder)))
    .collect()
}

/// The agencies of the holders, each once.
fn agencies<'a>(holders: impl Iterator<Item = &'a Holder>, functions: &Functions) -> Vec<Agency> {
    let named: BTreeMap<&str, &str> =
        holders.map(|holder| (holder.agency.as_str(), holder.organization.as_str())).collect();
    let agency = |(id, name): (&str, &str)| Agency {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: "opd",
        functions: functions.get(id).cloned().unwrap_or_default(),
    };
    named.into_iter().map(agency).collect()
}

fn functions(arguments: &[String]) -> Result<Functions> {
    let mut functions = Functions::new();
    for argument in arguments {
        let Some((agency, function)) = argument.split_once('=') else {
            return Err(Stop::usage(format!("--function {argument}"), "AGENCY=FUNCTION").into());
        };
        functions.entry(agency.to_owned()).or_default().push(function.to_owned());
    }
    Ok(functions)
}

const EXAMPLES: Examples = Examples(&[
    (
        "buku besar sebuah kabupaten",
        "the ledger of a regency",
        "cd /tmp/jejak/demo && jejak ledger init --dir /tmp/baru --region 61.07 \\
  --origin jejak.example.go.id/61.07 --ruleset bengkayang-19-2020 --anchor anchor.pem \\
  --sign-key sekretaris-daerah.key.pem --authority sekretaris-daerah.pem inspektur.pem \\
  --registrar pendaftar-bkpsdm.pem pendaftar-kominfo.pem=kominfo \\
  --service layanan-buku-besar.pem=kominfo --function kominfo=kominfo",
    ),
    (
        "buku besar kedua di direktori yang sama",
        "a second ledger in the same directory",
        "cd /tmp/jejak/demo && jejak ledger init --dir /tmp/baru --region id \\
  --origin jejak.example.go.id/id --ruleset nasional --anchor anchor.pem \\
  --sign-key sekretaris-daerah.key.pem --authority sekretaris-daerah.pem inspektur.pem \\
  --registrar pendaftar-bkpsdm.pem pendaftar-kominfo.pem",
    ),
    (
        "dengan kebijakan kepercayaan pertama",
        "with a first trust policy",
        "cd /tmp/jejak/demo && jejak trust make --anchor anchor.pem > /tmp/kebijakan.toml && \\
  jejak ledger init --dir /tmp/baru-lain --region 61.07 --origin jejak.example.go.id/61.07 \\
  --ruleset bengkayang-19-2020 --anchor anchor.pem --trust /tmp/kebijakan.toml \\
  --sign-key sekretaris-daerah.key.pem --other-key inspektur.key.pem \\
  --authority sekretaris-daerah.pem inspektur.pem \\
  --registrar pendaftar-bkpsdm.pem pendaftar-kominfo.pem=kominfo --function kominfo=kominfo",
    ),
]);
