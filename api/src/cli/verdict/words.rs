//! A verdict for people: what was judged, the answer, then the five steps, then who signed and when, and what became of it.

use jejak_ledger::verdict::{
    BUILD, Evidence, Existence, Mark, NotAccepted, Step, StepName, VERIFIER, Verdict,
};
use jejak_signer::Certificate;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::grounds;

pub(super) const COLUMNS: [&str; 3] = ["verdict", "indonesian", "english"];

pub(super) fn rows(verdict: &Verdict, evidence: &Evidence) -> Vec<Value> {
    let mut rows = judged(verdict, evidence);
    rows.push(answer(verdict));
    rows.extend(verdict.steps.iter().zip(1..).map(|(step, number)| of_step(step, number)));
    let person = verdict.step(StepName::Certificate).and_then(|step| step.facts.get("person"));
    let person = person.and_then(Value::as_str).unwrap_or("?");
    rows.extend(verdict.step(StepName::Authority).map(|step| signer(step, person)));
    rows.extend(verdict.step(StepName::Certificate).and_then(certified));
    rows.extend(grounds::rows(&verdict.grounds));
    rows.push(as_of(verdict.today.as_of));
    rows.extend(verdict.today.marks.iter().map(mark));
    rows.extend(enrolment(verdict.today.certificate.as_deref()));
    rows.extend(verdict.not_accepted.iter().map(not_accepted));
    rows.push(policy(verdict));
    rows
}

pub(super) fn row(verdict: &str, indonesian: &str, english: &str) -> Value {
    json!({ "verdict": verdict, "indonesian": indonesian, "english": english })
}

/// What was judged: the event, whose certificate signed it, and when it existed.
fn judged(verdict: &Verdict, evidence: &Evidence) -> Vec<Value> {
    let facts = verdict.step(StepName::Authority).map(|step| &step.facts);
    let fact = |name: &str| facts.and_then(|facts| facts.get(name)).and_then(Value::as_str);
    let position = verdict.position;
    let mut rows = vec![row(
        "peristiwa (event)",
        &format!("posisi {position} dari {}", verdict.origin),
        &format!("position {position} of {}", verdict.origin),
    )];
    if let (Some(kind), Some(subject)) = (fact("type"), fact("subject")) {
        rows.push(row(
            "isi (content)",
            &format!("{kind} tentang {subject}"),
            &format!("{kind} of {subject}"),
        ));
    }
    let leaf = evidence.chain.first().and_then(|leaf| Certificate::from_der(leaf.clone()).ok());
    rows.extend(leaf.map(|leaf| row("sertifikat (certificate)", leaf.subject(), leaf.subject())));
    rows.push(existence(&verdict.existence));
    rows
}

fn answer(verdict: &Verdict) -> Value {
    let (conclusion, text) = (verdict.conclusion, verdict.text());
    let name = conclusion.name();
    let name = conclusion
        .reason()
        .map_or_else(|| name.to_owned(), |reason| format!("{name} ({})", reason.code()));
    row(&name, &text.id, &text.en)
}

fn of_step(step: &Step, number: usize) -> Value {
    let (name, text) = (step.name.text(), step.text());
    let result = match step.result() {
        "passed" => "ya (yes)".to_owned(),
        "failed" => "TIDAK (NO)".to_owned(),
        _ => "belum pasti (open)".to_owned(),
    };
    row(&format!("{number}. {} ({}): {result}", name.id, name.en), &text.id, &text.en)
}

fn existence(existence: &Existence) -> Value {
    let at = Timestamp::from_second(existence.at()).map(|time| time.to_string());
    let at = at.unwrap_or_default();
    let (indonesian, english) = match existence {
        Existence::Stamped { authority, .. } => (
            format!("terbukti sudah ada pada {at}, menurut penanda waktu {authority}"),
            format!("proven to have existed at {at}, by a token of {authority}"),
        ),
        Existence::LedgerClock { .. } => (
            format!("dicatat {at} menurut jam buku besar, yang diterima kebijakan"),
            format!("recorded at {at} by the ledger's clock, which the policy takes"),
        ),
        Existence::Pending { .. } => (
            format!(
                "dicatat {at} menurut jam buku besar saja; belum ada penanda waktu yang diterima"
            ),
            format!("recorded at {at} by the ledger's clock alone; no time stamp counts yet"),
        ),
    };
    row("waktu (time)", &indonesian, &english)
}

/// Who signed, and for whom. What a recorder recorded is never told as signed by who decided it.
fn signer(step: &Step, person: &str) -> Value {
    let text = |name: &str| step.facts.get(name).and_then(Value::as_str);
    let agency = text("agency").unwrap_or("?");
    let office = text("office").map(|office| format!(" ({office})")).unwrap_or_default();
    let mandate = text("mandate").map(|mandate| format!(" {}", mandate.to_uppercase()));
    let mandate = mandate.unwrap_or_default();
    let signer = format!("{person}, {agency}{mandate}{office}");
    if let (Some(act), Some(day)) = (text("riwayat"), text("riwayat_at")) {
        return row(
            "RIWAYAT (from before the ledger)",
            &format!("dimasukkan oleh {signer}: {act} pada {day}, sebelum buku besar dibuka"),
            &format!("brought in by {signer}: {act} of {day}, before the ledger was opened"),
        );
    }
    match (text("signed_as"), text("decided_by"), text("decided_in_office")) {
        (Some("DICATAT"), Some(decider), Some(in_office)) => row(
            "DICATAT (RECORDED)",
            &format!(
                "dicatat oleh {signer}; diputuskan di atas kertas oleh {decider}, {in_office}"
            ),
            &format!("recorded by {signer}; decided on paper by {decider}, {in_office}"),
        ),
        _ => row("penanda tangan (signer)", &signer, &signer),
    }
}

/// Certified in the sense of PP 71/2019, where the policy says so of the anchor.
fn certified(step: &Step) -> Option<Value> {
    let class = step.facts.get("class").and_then(Value::as_str)?;
    let certified = step.facts.get("tersertifikasi").and_then(Value::as_bool)?;
    Some(if certified {
        row(
            "tersertifikasi (certified)",
            "tanda tangan elektronik tersertifikasi menurut kebijakan (PP 71/2019)",
            "a certified electronic signature by the policy (PP 71/2019)",
        )
    } else {
        row(
            "tidak tersertifikasi (not certified)",
            &format!("kelas {class}; kebijakan tidak menyatakan akarnya tersertifikasi"),
            &format!("class {class}; the policy does not call its anchor certified"),
        )
    })
}

fn as_of(size: Option<u64>) -> Value {
    let (indonesian, english) = match size {
        Some(size) => (
            format!("per kepala pohon {size}, menurut kata sumber bukti"),
            format!("as of checkpoint {size}, by the word of the source of the evidence"),
        ),
        None => (
            "bukti tidak mengatakan apa yang terjadi sesudahnya: dibatalkan, diperbaiki, atau dicabut tidak diketahui"
                .to_owned(),
            "the evidence does not say what has become of it since: whether it was voided, corrected or revoked is not known"
                .to_owned(),
        ),
    };
    row("sekarang (today)", &indonesian, &english)
}

fn mark(mark: &Mark) -> Value {
    let (indonesian, english) = mark.what.words();
    let at = mark.position.map(|position| format!(" (#{position})")).unwrap_or_default();
    let awaits = mark.awaits.join(", ");
    let awaits = if awaits.is_empty() { awaits } else { format!(": {awaits}") };
    row("sekarang (today)", &format!("{indonesian}{at}{awaits}"), &format!("{english}{at}{awaits}"))
}

fn enrolment(state: Option<&str>) -> Option<Value> {
    let Some(state) = state else {
        return Some(row(
            "sekarang (today)",
            "bukti tidak mengatakan bagaimana pendaftaran sertifikat sekarang",
            "the evidence does not say how the enrolment of the certificate stands today",
        ));
    };
    if state == "active" {
        return None;
    }
    let indonesian = format!("pendaftaran sertifikat sekarang: {state}");
    Some(row("sekarang (today)", &indonesian, &format!("the certificate is {state} today")))
}

/// What is in the evidence and was not heard.
fn not_accepted(one: &NotAccepted) -> Value {
    row(
        "daftar tidak diterima (list not accepted)",
        &format!("{} tidak diperhitungkan: {}", one.sha256, one.why.id),
        &format!("{} counts for nothing: {}", one.sha256, one.why.en),
    )
}

fn policy(verdict: &Verdict) -> Value {
    let named = &verdict.policy;
    let hash = named.sha256.map(|hash| format!(" {hash}")).unwrap_or_default();
    let build = BUILD.map(|build| format!(" {build}")).unwrap_or_default();
    let (policy, program) = (format!("{}{hash}", named.name), format!("{VERIFIER}{build}"));
    row(
        "kebijakan (policy)",
        &format!("{policy}; diperiksa dengan {program}"),
        &format!("{policy}; judged by {program}"),
    )
}
