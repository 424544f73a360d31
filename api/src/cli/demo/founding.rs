//! The two ledgers are opened, and the regency's agencies, signers and offices are recorded.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use jejak_ledger::Ledgers;
use jejak_ledger::custody::LogKey;
use jejak_ledger::rules::{BENGKAYANG_19_2020, NASIONAL};
use serde_json::{Value, json};

use super::scene::{Act, Refused, Scene};
use super::stage::Stage;
use super::world::{self, BENGKAYANG, NATIONAL, Place, World};
use crate::cli::officer::{Named, Officer};
use crate::cli::opening::{Agency, Opening};
use crate::cli::serve::configuration;
use crate::cli::{Context, times};

/// Opens both ledgers in the directory.
pub(super) fn found(
    stage: &Stage,
    world: &World,
    directory: &Path,
    context: &Context,
) -> Result<()> {
    stage.step(
        "Dua buku besar dibuka dalam satu direktori: Bengkayang (61.07) dan nasional (id)",
        "Two ledgers are opened in one directory: the regency and the country",
    )?;
    let settings = configuration(context, None)?.ledger;
    let ledgers = Ledgers::open_or_create(directory, settings, Arc::clone(&context.clock))?;
    let regency = Founding {
        place: &BENGKAYANG,
        authorities: [&world.sekda, &world.inspektur],
        registrars: [&world.registrar, &world.second_registrar],
        services: vec![&world.service],
        agencies: vec![
            agency(world::SETDA, "opd", &["setda"]),
            agency(world::INSPEKTORAT, "opd", &["pengawasan"]),
            agency(world::BKPSDM, "opd", &[]),
            agency(world::KOMINFO, "opd", &["kominfo"]),
        ],
        ruleset: BENGKAYANG_19_2020,
    };
    let country = Founding {
        place: &NATIONAL,
        authorities: [&world.deputi, &world.deputi_bssn],
        registrars: [&world.national_registrar, &world.second_national_registrar],
        services: Vec::new(),
        agencies: vec![
            agency(world::KEMENPANRB, "central", &[]),
            agency(world::BSSN, "central", &[]),
        ],
        ruleset: NASIONAL,
    };
    for founding in [regency, country] {
        founding.open(stage, world, &ledgers, context)?;
    }
    Ok(())
}

/// The health agency, its signers, the head of the communications agency.
pub(super) fn people(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Instansi, penandatangan, dan jabatan didaftarkan oleh pendaftar, lewat HTTP",
        "A registrar registers agencies, signers and offices, over HTTP",
    )?;
    let (id, name) = world::DINKES;
    let data = json!({ "agency": id, "name": name, "functions": [], "kind": "opd" });
    let registration = Act::new("agency.registered", &format!("agency/{id}"), data);
    scene.accept(&world.registrar, registration, name)?;
    for officer in [
        &world.bupati,
        &world.kadis_kominfo,
        &world.kadis_kesehatan,
        &world.operator,
        &world.tester,
    ] {
        scene.accept(&world.registrar, enrolment(scene.place, officer)?, officer.name)?;
    }
    scene.refuse(
        &world.registrar,
        enrolment(scene.place, &world.registrar)?,
        "diri sendiri",
        Refused { code: "rule-refused", rule: Some("SYS.4.1") },
    )?;
    let decree = document("decree", "SK-821/BKPSDM/2025", "2025-01-02", "SK Pengangkatan.pdf");
    for (office, officer, head) in [
        ("role/bupati", &world.bupati, false),
        ("role/kadis-kominfo", &world.kadis_kominfo, true),
        ("role/kepala-dinkes", &world.kadis_kesehatan, true),
        ("role/tim-penguji", &world.tester, false),
    ] {
        let appointment = json!({
            "person": officer.person(),
            "agency": officer.agency(),
            "decision": decree,
            "from": "2025-01-02",
            "head": head,
        });
        let appointment = Act::new("role.appointed", office, appointment);
        scene.accept(&world.registrar, appointment, officer.name)?;
    }
    Ok(())
}

/// The enrolment of an officer, to be signed by a registrar.
pub(super) fn enrolment(place: &Place, officer: &Officer) -> Result<Act> {
    let subject = format!("signer/{}", officer.person());
    Ok(Act::new("signer.enrolled", &subject, officer.enrolment(place.origin)?))
}

/// A document as the events cite it: the demo has no papers, so the digest is that of the name.
pub(super) fn document(kind: &str, number: &str, date: &str, name: &str) -> Value {
    json!({
        "kind": kind,
        "number": number,
        "date": date,
        "name": name,
        "mediatype": "application/pdf",
        "size": name.len(),
        "sha256": jejak_signer::Hash::of(name.as_bytes()).to_string(),
    })
}

/// What one ledger begins with.
struct Founding<'a> {
    place: &'static Place,
    authorities: [&'a Officer; 2],
    registrars: [&'a Officer; 2],
    services: Vec<&'a Officer>,
    agencies: Vec<Agency>,
    ruleset: &'static [u8],
}

impl Founding<'_> {
    fn open(
        self,
        stage: &Stage,
        world: &World,
        ledgers: &Ledgers,
        context: &Context,
    ) -> Result<()> {
        let [first, _] = self.authorities;
        let opening = Opening {
            region: self.place.region.to_owned(),
            origin: self.place.origin.to_owned(),
            time_zone: times::zone_of_region(self.place.region).to_owned(),
            anchors: vec![world.ca.anchor_der().to_vec()],
            authorities: self.authorities.map(|officer| officer.holder.clone()).to_vec(),
            registrars: self.registrars.map(|officer| officer.holder.clone()).to_vec(),
            services: self.services.iter().map(|system| system.holder.clone()).collect(),
            agencies: self.agencies,
            ruleset: self.ruleset.to_vec(),
        };
        let log_key = LogKey::generate()?;
        let ledger = opening.open(ledgers, &first.key, log_key, context.clock.now())?;
        stage.recorded(0, "ledger.opened", &format!("{}, oleh {}", ledger.origin(), first.name))
    }
}

fn agency((id, name): Named, kind: &'static str, functions: &[&str]) -> Agency {
    let functions = functions.iter().map(|&function| function.to_owned()).collect();
    Agency { id: id.to_owned(), name: name.to_owned(), kind, functions }
}
