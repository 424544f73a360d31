//! The content check: everything about an event that the event alone decides. Runs beside other
//! events, long before the sequencer.

use std::collections::BTreeMap;

use jejak_signer::Hash;

use super::act::Act;
use super::condition::{Condition, Predicate};
use super::documents::{Mention, mentions};
use super::national_id;
use super::operand::Context;
use super::refusal::{Code, Fault, Refusal, Refusals, Why};
use super::riwayat;
use super::ruleset::{RuleSet, Structural};
use super::schema::{Pointer, check_fields};
use super::sense;
use super::structural::Builtin;
use crate::event::{Event, escape};

/// Most faults that one refusal lists.
const FAULTS_MAX: usize = 32;

/// Type, subject, schema version, fields, documents, and that no NIK stands in clear.
pub fn check(rules: &RuleSet, event: &Event) -> Result<(), Refusal> {
    judge(rules, event, &mut Refusals::First)
}

/// The same, with every refusal going to `refusals`.
pub(crate) fn judge(
    rules: &RuleSet,
    event: &Event,
    refusals: &mut Refusals<Refusal>,
) -> Result<(), Refusal> {
    let signed = event;
    let event = &*rules.lift(signed);
    // An act from before the ledger comes in an event with a content of its own.
    if event.imported.is_some() && signed.imported.is_none() {
        judge_fields(rules.select(signed)?, signed, refusals)?;
        refusals.heed(riwayat::check_signed(rules, event))?;
    }
    let act = rules.select(event).map_err(|refusal| riwayat::placed(event, refusal))?;
    let mut faults = Vec::new();
    check_version(act, event, &mut faults);
    let at = if signed.imported.is_some() { "/data" } else { riwayat::data_of(event) };
    check_fields(&act.fields, &event.data, Pointer::Root(at), Some(&act.rule), &mut faults);
    if act.builtin == Some(Builtin::Import) && faults.is_empty() {
        faults.push(riwayat::unread_fault());
    }
    // What an older schema had and the newest leaves out was signed, too.
    faults.extend(national_ids(signed));
    // A version decides for ever as it did: what stands on version 1 may hold such events.
    if rules.structural() >= Structural::Two {
        faults.extend(contradicted_sizes(act, event));
    }
    if rules.structural() >= Structural::Three {
        faults.extend(sense::faults(act, event, at));
    }
    faults.truncate(FAULTS_MAX);
    if !faults.is_empty() {
        refusals.add(content_refusal(act, faults))?;
    }
    let context = Context { rules, event, world: None, after: None };
    for condition in act.conditions.iter().filter(|c| c.is_of_content && !c.warn) {
        if rests_on_fault(condition, refusals) || !riwayat::binds(condition, act, &context) {
            continue;
        }
        let holds = condition.check(&context).map_err(|(pointer, why)| {
            let code = match condition.predicate {
                Predicate::Documents { .. } => Code::ContentInvalid,
                _ => Code::RuleRefused,
            };
            let wording = condition.wording.as_ref().or_else(|| act.wording_of(&condition.rule));
            let refusal = Refusal::new(code, Some(&condition.rule), &pointer, why).worded(wording);
            // A correction speaks of the content of the act alone.
            if signed.imported.is_some() { refusal } else { riwayat::placed(event, refusal) }
        });
        refusals.heed(holds)?;
    }
    Ok(())
}

/// The schema version and the fields of an event by itself.
fn judge_fields(act: &Act, event: &Event, refusals: &mut Refusals<Refusal>) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    check_version(act, event, &mut faults);
    check_fields(&act.fields, &event.data, Pointer::Root("/data"), Some(&act.rule), &mut faults);
    faults.truncate(FAULTS_MAX);
    if faults.is_empty() { Ok(()) } else { refusals.add(content_refusal(act, faults)) }
}

fn check_version(act: &Act, event: &Event, faults: &mut Vec<Fault>) {
    if event.dataschema.is_some_and(|version| version != act.schema_version) {
        let why = Why::SchemaVersionUnknown { newest: act.schema_version };
        let rule = Some(act.rule.clone());
        faults.push(Fault { pointer: "/dataschema".to_owned(), rule, why });
    }
}

/// Does the condition rest on a value that was found faulty already? It could only say so again.
pub(crate) fn rests_on_fault(condition: &Condition, refusals: &Refusals<Refusal>) -> bool {
    let of_content = refusals.gathered().iter().filter(|one| one.code == Code::ContentInvalid);
    of_content.flat_map(|one| &one.faults).any(|fault| condition.rests_on(&fault.pointer))
}

/// In the name of the first fault's rule, with the words of no other.
fn content_refusal(act: &Act, faults: Vec<Fault>) -> Refusal {
    let first = faults.first();
    let rule = first.and_then(|fault| fault.rule.clone());
    let field = first.and_then(|fault| {
        let name = fault.pointer.strip_prefix("/data/")?.split('/').next()?;
        act.fields.iter().find(|field| escape(&field.name) == name)
    });
    let wording = rule.as_deref().and_then(|rule| {
        let own = field.filter(|field| field.rule.as_deref().unwrap_or(&act.rule) == rule);
        own.and_then(|field| field.wording.as_ref()).or_else(|| act.wording_of(rule)).cloned()
    });
    Refusal { code: Code::ContentInvalid, rule, wording, faults }
}

/// Every place of the event where a person could have written an identity number.
fn national_ids(event: &Event) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut in_text = |pointer: &str, text: &str| {
        if national_id::contains(text) {
            found.push(national_id_at(pointer.to_owned()));
        }
    };
    in_text("/id", &event.id);
    in_text("/subject", &event.subject);
    in_text("/source", &event.source);
    in_text("/office", event.office.as_deref().unwrap_or_default());
    in_text("/mandateref", event.mandate_ref.as_deref().unwrap_or_default());
    if let Some(decision) = &event.decision {
        in_text("/decision/by", &decision.by);
        in_text("/decision/office", &decision.office);
        in_text("/decision/document/name", &decision.document.name);
        in_text("/decision/document/number", decision.document.number.as_deref().unwrap_or(""));
        in_text("/decision/document/signatory", &decision.document.signatory.join(" "));
    }
    if let Some(late) = &event.late {
        in_text("/late/reason", &late.reason);
        in_text("/late/document/name", &late.document.name);
        in_text("/late/document/number", late.document.number.as_deref().unwrap_or(""));
        in_text("/late/document/signatory", &late.document.signatory.join(" "));
    }
    for (name, value) in &event.data {
        let mut steps = Vec::new();
        if national_id::find_in_json(value, &mut steps) {
            steps.push(escape(name));
            steps.push("/data".to_owned());
            steps.reverse();
            found.push(national_id_at(steps.join("/")));
        }
    }
    found
}

/// Bytes of one digest have one size: an event that gives two could not be kept to both.
fn contradicted_sizes(act: &Act, event: &Event) -> Vec<Fault> {
    let mut first: BTreeMap<Hash, Mention> = BTreeMap::new();
    let mut found = Vec::new();
    for mention in mentions(act, event) {
        let Some(known) = first.get(&mention.document.sha256) else {
            first.insert(mention.document.sha256, mention);
            continue;
        };
        if known.document.size != mention.document.size {
            let why = Why::SizeContradicted {
                elsewhere: known.pointer.clone(),
                size: known.document.size,
            };
            let pointer = format!("{}/size", mention.pointer);
            found.push(Fault { pointer, rule: Some(ONE_SIZE_RULE.to_owned()), why });
        }
    }
    found
}

fn national_id_at(pointer: String) -> Fault {
    Fault { pointer, rule: Some(PERSONAL_DATA_RULE.to_owned()), why: Why::NationalIdentityNumber }
}

/// Structural rule: a document has one size (docs/rules.md, structural articles).
const ONE_SIZE_RULE: &str = "SYS.0.2";
/// Structural rule: no identity number in clear (docs/rules.md, structural articles).
pub(crate) const PERSONAL_DATA_RULE: &str = "SYS.0.1";
