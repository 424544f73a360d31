//! One application of the health agency from coordination to its subdomain, and one incident: with
//! every refusal that Peraturan Bupati Bengkayang 19/2020 demands on the way.

use anyhow::Result;
use serde_json::{Value, json};

use super::founding::document;
use super::scene::{Act, Refused, Scene};
use super::world::World;

/// Coordination and registration of the application (Pasal 14, 18 and 20).
pub(super) fn application(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Dinas Kesehatan membangun aplikasi SIMPUS: koordinasi, lalu pendaftaran",
        "The health agency builds the application SIMPUS: coordination, then registration",
    )?;
    let planned = json!({ "planned_systems": ["SIMPUS"] });
    let candidate = Act::new("pse.coordination_requested", "agency/dinkes", planned);
    scene.accept(&world.kadis_kesehatan, candidate, "Dinas Kesehatan akan menjadi PSE")?;
    let minutes =
        document("minutes", "005/KOMINFO/2026", "2026-01-12", "Berita Acara Koordinasi.pdf");
    let registered = json!({ "systems": ["SIMPUS"], "coordination": minutes });
    let registered = Act::new("pse.registered", "agency/dinkes", registered);
    scene.accept(&world.kadis_kominfo, registered, "Dinas Kesehatan terdaftar sebagai PSE")?;

    let name = "Sistem Informasi Puskesmas";
    let unplanned = Act::new("app.coordination_requested", SIMPUS, json!({ "name": name }));
    let no_plan = Refused { code: "content-invalid", rule: Some("BKY.20.2") };
    scene.refuse(&world.operator, unplanned, "tanpa rencana", no_plan)?;
    let coordinated = json!({ "name": name, "plan": "plan/master" });
    let coordinated = Act::new("app.coordination_requested", SIMPUS, coordinated);
    scene.accept(&world.operator, coordinated, "SIMPUS, menurut rencana induk")?;

    let private = Refused { code: "rule-refused", rule: Some("BKY.18.1") };
    scene.refuse(&world.operator, system("CV Penyedia"), "milik penyedia", private)?;
    scene.accept(
        &world.operator,
        system("Pemerintah Daerah"),
        "SIMPUS, milik Pemerintah Daerah",
    )?;
    Ok(())
}

/// Request, refusal and grant of a subdomain (Pasal 25).
pub(super) fn subdomain(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Subdomain: permohonan, penolakan, pemberian",
        "Subdomain: request, refusal, grant",
    )?;
    let health = &world.kadis_kesehatan;
    let no_form = Refused { code: "content-invalid", rule: Some("BKY.25.2") };
    scene.refuse(
        health,
        request(WRONG_NAME, json!({ "letter": letter() })),
        "tanpa formulir",
        no_form,
    )?;
    let both = || json!({ "form": form(), "letter": letter(), "basis": "agency" });
    scene.accept(health, request(WRONG_NAME, both()), "diskominfo... untuk Dinas Kesehatan")?;

    let (kominfo, office) = (&world.kadis_kominfo, "role/kadis-kominfo");
    let grant = |name, data| Act::new("subdomain.granted", name, data).with("office", office);
    let for_health = json!({ "holder": "dinkes", "basis": "agency" });
    let not_its_name = Refused { code: "rule-refused", rule: Some("BKY.25.3") };
    scene.refuse(
        kominfo,
        grant(WRONG_NAME, for_health),
        "diskominfo... kepada dinkes",
        not_its_name,
    )?;
    let answer = |reason| {
        let data = json!({ "reason": reason });
        Act::new("subdomain.refused", WRONG_NAME, data).with("office", office)
    };
    let other_reason = Refused { code: "rule-refused", rule: Some("BKY.25.4") };
    scene.refuse(kominfo, answer("incomplete"), "alasan: tidak lengkap", other_reason)?;
    scene.accept(kominfo, answer("naming"), "alasan: penamaan")?;

    let application =
        json!({ "form": form(), "letter": letter(), "basis": "application", "system": "simpus" });
    scene.accept(health, request(RIGHT_NAME, application), "simpus.bengkayangkab.go.id")?;
    let for_simpus = || json!({ "holder": "dinkes", "basis": "application", "system": "simpus" });
    let not_entitled = Refused { code: "role-missing", rule: Some("BKY.25.1") };
    let by_itself = Act::new("subdomain.granted", RIGHT_NAME, for_simpus());
    scene.refuse(health, by_itself, "oleh Dinas Kesehatan sendiri", not_entitled)?;
    scene.accept(kominfo, grant(RIGHT_NAME, for_simpus()), "simpus... kepada Dinas Kesehatan")?;
    Ok(())
}

/// What no rule set has to say: sources, ids, repeats.
pub(super) fn never(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Yang tidak pernah diterima, dan yang selalu sama jawabannya",
        "What is never taken, and what always gets the same answer",
    )?;
    let granted = scene.newest()?;
    scene.repeat(&granted)?;
    scene.stage.shows(
        format_args!("pernyataan #{} dikirim ulang: posisi dan resi yang sama", granted.position),
        "the same statement again: the same position, nothing new",
    )?;
    let incident = incident_report(scene)?;
    let report = || Act::new("incident.reported", INCIDENT, incident.clone());
    let foreign = Refused { code: "source-not-yours", rule: None };
    let as_kominfo = report().with("source", "agency/kominfo");
    scene.refuse(&world.operator, as_kominfo, "atas nama kominfo", foreign)?;
    let reused = Refused { code: "id-reused", rule: None };
    let id = "simpus-terdaftar";
    let first = Act::new("system.registered", SIMPUS, registration("Pemerintah Daerah"));
    scene.accept(&world.operator, first.with("id", id), "SIMPUS, diperbarui")?;
    scene.refuse(
        &world.operator,
        report().with("id", id),
        "dengan id yang sudah dipakai",
        reused,
    )?;
    let stale = Refused { code: "version-mismatch", rule: None };
    let first = Act::new("system.registered", SIMPUS, registration("Pemerintah Daerah"));
    scene.refuse(&world.operator, first.with("expectedversion", 0), "expectedversion: 0", stale)
}

/// An incident: reported, its data secured, closed (Pasal 37).
pub(super) fn incident(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Insiden pada SIMPUS: dilaporkan, datanya diamankan, ditutup",
        "An incident: reported, its data secured, closed",
    )?;
    let operator = &world.operator;
    let report = Act::new("incident.reported", INCIDENT, incident_report(scene)?);
    let position = scene.accept(operator, report, "SIMPUS tidak dapat diakses")?;
    scene.withheld(position)?;
    let close = || {
        let summary = json!({ "summary": "Layanan pulih; data utuh menurut pemeriksaan." });
        Act::new("incident.closed", INCIDENT, summary)
    };
    let unsecured = Refused { code: "rule-refused", rule: Some("BKY.37.4") };
    scene.refuse(operator, close(), "sebelum data diamankan", unsecured)?;
    let secured = json!({
        "secured": "Basis data disalin ke tempat lain dan akses luar ditutup.",
        "secured_at": scene.hours_ago(1)?,
    });
    scene.accept(
        operator,
        Act::new("incident.data_secured", INCIDENT, secured),
        "data diamankan",
    )?;
    scene.accept(operator, close(), "insiden ditutup")?;
    Ok(())
}

fn system(owner: &str) -> Act {
    Act::new("system.registered", SIMPUS, registration(owner))
}

fn registration(owner: &str) -> Value {
    json!({
        "name": "Sistem Informasi Puskesmas",
        "short_names": ["SIMPUS"],
        "kind": "application",
        "owner": owner,
        "agency": "dinkes",
        "task_basis": "Pelayanan kesehatan tingkat pertama",
    })
}

fn request(name: &str, data: Value) -> Act {
    let mut data = data;
    if let Some(members) = data.as_object_mut() {
        members.entry("basis").or_insert_with(|| "agency".into());
    }
    Act::new("subdomain.requested", name, data)
}

fn form() -> Value {
    document(
        "registration-form",
        "FR-01/DINKES/2026",
        "2026-02-02",
        "Formulir Registrasi Subdomain.pdf",
    )
}

fn letter() -> Value {
    document(
        "official-letter",
        "440/017/DINKES/2026",
        "2026-02-02",
        "Surat Permohonan Subdomain.pdf",
    )
}

fn incident_report(scene: &Scene<'_>) -> Result<Value> {
    Ok(json!({
        "system": "simpus",
        "detected_at": scene.hours_ago(2)?,
        "effect": "Layanan pendaftaran pasien berhenti.",
        "other_party_act": "Serangan penolakan layanan dari luar.",
        "datasets": [],
    }))
}

pub(super) const SIMPUS: &str = "system/simpus";
const WRONG_NAME: &str = "subdomain/diskominfo.bengkayangkab.go.id";
const RIGHT_NAME: &str = "subdomain/simpus.bengkayangkab.go.id";
const INCIDENT: &str = "incident/2026-001";
