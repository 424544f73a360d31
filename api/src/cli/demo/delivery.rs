//! The regional plan, and an application on its way from the permit to its users (Pasal 6, 20, 21, 41).

use anyhow::Result;
use serde_json::{Value, json};

use super::founding::document;
use super::scene::{Act, Refused, Scene};
use super::story::SIMPUS;
use super::world::World;

/// The master plan: drafted by the communications agency, adopted by the regent (Pasal 6).
pub(super) fn plan(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "Rencana Induk SPBE: disusun Dinas Kominfo, ditetapkan Bupati",
        "The master plan: drafted by the communications agency, adopted by the regent",
    )?;
    let paper = document("plan", "-", "2026-01-05", "Rencana Induk SPBE 2026-2030.pdf");
    let digest = paper.get("sha256").cloned().unwrap_or_default();
    let drafted = |parts: &[&str]| {
        let data = json!({
            "parts": parts,
            "development_plan": "RPJMD Kabupaten Bengkayang 2025-2029",
            "document": paper,
        });
        Act::new("plan.drafted", PLAN, data)
    };
    let incomplete = Refused { code: "rule-refused", rule: Some("BKY.6.3") };
    let four = ["vision-mission", "policy", "strategy", "architecture"];
    scene.refuse(&world.kadis_kominfo, drafted(&four), "tanpa peta jalan", incomplete)?;
    let five = [four.as_slice(), &["roadmap"]].concat();
    scene.accept(&world.kadis_kominfo, drafted(&five), "Rencana Induk 2026-2030")?;
    let decree = document("regent-decree", "415/2026", "2026-01-09", "Kepbup Rencana Induk.pdf");
    let adopted = Act::new("plan.adopted", PLAN, json!({ "decree": decree, "plan": digest }));
    scene.accept(
        &world.bupati,
        adopted.with("office", "role/bupati"),
        "dengan Keputusan Bupati",
    )?;
    Ok(())
}

/// Permit, building, a failed test and a passed one, hand-over: live with the last of three acts.
pub(super) fn delivery(scene: &Scene<'_>, world: &World) -> Result<()> {
    scene.stage.step(
        "SIMPUS dibangun, gagal uji, lolos uji, diserahkan, berjalan",
        "SIMPUS is built, fails its test, passes, is handed over, goes live",
    )?;
    let permit = document("permit", "555/12/2026", "2026-01-20", "Izin Pengembangan SIMPUS.pdf");
    let permit = json!({ "agency": "dinkes", "decision": permit });
    let permitted = Act::new("development_permit.issued", SIMPUS, permit);
    scene.accept(&world.kadis_kominfo, permitted, "izin pengembangan")?;
    let built = json!({
        "kind": "special",
        "plan": PLAN,
        "coordination": "Berita Acara Koordinasi 12 Januari 2026",
        "priority": "Prioritas pertama rencana aksi Dinas Kesehatan",
        "fit": "Dua pranata komputer dan satu peladen tersedia",
        "effectiveness": "Waktu tunggu pasien turun menjadi 15 menit",
        "maintainability": "Modular, dengan uji otomatis",
        "independence": "Dikelola sendiri oleh Dinas Kesehatan",
        "standards": "HL7 FHIR, OAuth 2.0",
    });
    scene.accept(
        &world.operator,
        Act::new("app.built", SIMPUS, built),
        "delapan syarat dijawab",
    )?;

    scene.accept(&world.tester, test("failed"), "uji keamanan tidak lolos")?;
    let untested = Refused { code: "rule-refused", rule: Some("BKY.20.3f") };
    scene.refuse(&world.operator, hand_over(), "sebelum lolos uji", untested)?;
    scene.accept(&world.tester, test("passed"), "ketiga uji lolos")?;
    scene.accept(&world.operator, hand_over(), "enam dokumen lengkap")?;
    let source = json!({
        "repository": "https://repo.bengkayangkab.go.id/simpus",
        "revision": "v1.0",
        "digest": jejak_signer::Hash::of(b"simpus v1.0").to_string(),
    });
    let source = Act::new("app.source_deposited", SIMPUS, source);
    scene.accept(&world.operator, source, "kode sumber di repositori Dinas Kominfo")?;
    let conformance = json!({ "standards": ["HL7 FHIR R4"], "interfaces": ["REST /pasien"] });
    let conformance = Act::new("app.conformance_declared", SIMPUS, conformance);
    scene.accept(&world.operator, conformance, "standar interoperabilitas")?;
    scene.state("systems", "simpus", "live", "SIMPUS berjalan sejak tindakan terakhir")
}

fn test(security: &str) -> Act {
    let report = document("test-report", "LHU/2026", "2026-01-28", "Laporan Hasil Uji SIMPUS.pdf");
    let data = json!({
        "security": security,
        "performance": "passed",
        "debugging": "passed",
        "verdict": security,
        "report": report,
    });
    Act::new("app.tested", SIMPUS, data).with("office", "role/tim-penguji")
}

fn hand_over() -> Act {
    let paper = |kind, name| document(kind, "1.0", "2026-01-30", name);
    let documents: [Value; 6] = [
        paper("software-requirements", "Kebutuhan SIMPUS.pdf"),
        paper("architecture-design", "Rancangan SIMPUS.pdf"),
        paper("technical-document", "Dokumen Teknis SIMPUS.pdf"),
        paper("manual", "Panduan SIMPUS.pdf"),
        paper("source-code", "Kode Sumber SIMPUS.tar"),
        paper("test-report", "Laporan Hasil Uji SIMPUS.pdf"),
    ];
    Act::new("app.documents_handed_over", SIMPUS, json!({ "documents": documents }))
}

/// The regional master plan.
pub(super) const PLAN: &str = "plan/master";
