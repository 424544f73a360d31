//! Data with one owner, a site on the granted name, an oversight that finds something, a clerical error put
//! right (Pasal 19, 22, 37, 41, 43).

use anyhow::Result;
use serde_json::json;

use super::founding::document;
use super::scene::{Act, Refused, Scene};
use super::story::SIMPUS;
use super::world::World;

/// A data set has one walidata; it is classified before it is shared (Pasal 19 and 37).
pub(super) fn data(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Data kunjungan pasien: satu walidata, lalu kelasnya",
        "Patient visits: one owner of the data, then its class",
    )?;
    let registered = |walidata: &str| json!({ "title": "Kunjungan puskesmas", "topic": "kunjungan pasien", "walidata": walidata });
    let own = Act::new("dataset.registered", "dataset/kunjungan", registered("dinkes"));
    scene.accept(&world.operator, own, "oleh Dinas Kesehatan, walidatanya")?;
    let taken = Refused { code: "rule-refused", rule: Some("BKY.19.5") };
    let copy = Act::new("dataset.registered", "dataset/pasien", registered("kominfo"));
    scene.refuse(&world.kadis_kominfo, copy, "data sejenis oleh Dinas Kominfo", taken)?;
    let class = json!({ "class": "limited", "legal_basis": "UU 27/2022 Pasal 4" });
    let class = Act::new("dataset.classified", "dataset/kunjungan", class);
    scene.accept(&world.operator, class, "terbatas: data pribadi")?;
    let site = json!({ "title": "SIMPUS", "purpose": "Pendaftaran pasien" });
    let site = Act::new("site.opened", "site/simpus.bengkayangkab.go.id", site);
    scene.accept(&world.operator, site, "laman dibuka pada subdomain yang diberikan")?;
    Ok(())
}

/// The inspectorate finds, the agency follows up; the regent warns in writing (Pasal 41 and 43).
pub(super) fn oversight(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Pengawasan: temuan Inspektorat, tindak lanjut, teguran Bupati",
        "Oversight: a finding, its follow-up, a written warning",
    )?;
    let facts = json!({
        "rule": "BKY.9.1",
        "about": SIMPUS,
        "agency": "dinkes",
        "facts": "SIMPUS berjalan tanpa SOP.",
    });
    let found = Act::new("finding.recorded", FINDING, facts);
    scene.accept(&world.inspektur, found, "SIMPUS tanpa SOP")?;
    let decision = document("regent-decree", "418/2026", "2026-02-20", "Teguran Bupati.pdf");
    let warning = json!({
        "breach": "BKY.9.1", "finding": "2026-001", "on": "dinkes", "kind": "written-warning",
        "decision": decision,
    });
    let sanction = |data| Act::new("sanction.imposed", "sanction/2026-001", data);
    let not_regent = Refused { code: "role-missing", rule: Some("BKY.43.1") };
    let by_inspector = sanction(warning.clone());
    scene.refuse(&world.inspektur, by_inspector, "oleh Inspektur", not_regent)?;
    let imposed = sanction(warning).with("office", "role/bupati");
    scene.accept(&world.bupati, imposed, "teguran tertulis")?;
    let action = json!({ "action": "SOP pendaftaran pasien disusun dan disahkan." });
    let followed = Act::new("finding.followed_up", FINDING, action);
    scene.accept(&world.operator, followed, "ditindaklanjuti Dinas Kesehatan")?;
    Ok(())
}

const FINDING: &str = "finding/2026-001";
