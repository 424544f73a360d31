//! Examples of events: for each row of the bundled rule sets one that was accepted in its right place. They are
//! published with the schema of their type, for whatever rule set has that type.

use serde_json::Value;

use super::act::Act;
use super::content::check;
use super::ruleset::RuleSet;
use crate::event::Event;

/// The examples that this rule set takes as events of this row, in the ledger of this origin. What they cite must
/// stand there before they are accepted; their content and form are.
pub fn examples(rules: &RuleSet, act: &Act, origin: &str) -> Vec<Value> {
    let of_row = |event: &Value| {
        let parsed = Event::parse(event.to_string().as_bytes());
        parsed.is_ok_and(|event| {
            let row = rules.select(&event).ok();
            row.is_some_and(|row| std::ptr::eq(row, act)) && check(rules, &event).is_ok()
        })
    };
    EXAMPLES
        .iter()
        .filter(|(name, _)| name.starts_with(&act.kind))
        .filter_map(|(_, json)| serde_json::from_str(json).ok())
        .map(|event| meant_for(event, rules, origin))
        .filter(of_row)
        .collect()
}

/// The example of this name: `subdomain.granted`, `site.opened.pse`.
pub fn example(name: &str) -> Option<Value> {
    let (_, json) = EXAMPLES.iter().find(|(own, _)| *own == name)?;
    serde_json::from_str(json).ok()
}

/// The example as an event for another ledger than the one it was written for, and of a duty that its rules know.
fn meant_for(mut event: Value, rules: &RuleSet, origin: &str) -> Value {
    let region = origin.rsplit('/').next().unwrap_or(origin);
    let opens = event.get("type").and_then(Value::as_str) == Some("ledger.opened");
    let subject = event.get("subject").and_then(Value::as_str).unwrap_or_default();
    let about_ledger = subject.starts_with("ledger/");
    let unknown_duty = subject
        .strip_prefix(DUTY)
        .is_some_and(|duty| !rules.rule_ids().any(|rule| rule.eq_ignore_ascii_case(duty)));
    let mut set = |pointer: &str, text: String| {
        if let Some(value) = event.pointer_mut(pointer) {
            *value = text.into();
        }
    };
    set("/ledger", origin.to_owned());
    if about_ledger {
        set("/subject", format!("ledger/{region}"));
    }
    let own = rules.rule_ids().find(|rule| !rule.starts_with(STRUCTURAL));
    if let Some(rule) = own.filter(|_| unknown_duty) {
        set("/subject", format!("{DUTY}{}", rule.to_ascii_lowercase()));
    }
    if opens {
        set("/data/region", region.to_owned());
    }
    event
}

/// Streams of duties begin so; the id of the rule in small letters follows.
const DUTY: &str = "duty/";
/// Rules of the structure begin so; they are nobody's periodic duty.
const STRUCTURAL: &str = "SYS.";

macro_rules! examples {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../../rulesets/examples/", $name, ".json"))),)*]
    };
}

/// One accepted event of each row: `type`, or `type.row` where a type has several.
pub(crate) const EXAMPLES: &[(&str, &str)] = examples![
    "access.ended",
    "access.granted",
    "act.countersigned",
    "action_plan.submitted",
    "adjustment.completed",
    "agency.dissolved",
    "agency.merged",
    "agency.registered",
    "agency.renamed",
    "app.built.general",
    "app.built.special",
    "app.conformance_declared",
    "app.coordination_requested",
    "app.documents_handed_over",
    "app.integrated",
    "app.legality_declared",
    "app.ownership_recorded",
    "app.retired",
    "app.source_deposited",
    "app.tested",
    "asset.cable_labelled",
    "asset.disposed",
    "asset.disposed.cable",
    "asset.external_received",
    "asset.inventoried.agency",
    "asset.inventoried.region",
    "asset.management_handed_over",
    "asset.procured",
    "asset_report.submitted.agency",
    "asset_report.submitted.region",
    "body.established.council",
    "body.established.site",
    "budget.consolidated",
    "calendar.holidays_set",
    "certificate.issued",
    "certificate.misuse_found",
    "certificate.monitored",
    "certificate_policy.adopted",
    "complaint.closed",
    "complaint.handled",
    "complaint.received",
    "continuity_plan.adopted",
    "coordination.held.fund",
    "coordination.held.instrument",
    "coordination.held.plan",
    "cost_standard.set",
    "datacenter.commissioned",
    "dataset.classified",
    "dataset.exchanged",
    "dataset.handed_over",
    "dataset.published",
    "dataset.registered",
    "dataset.retired",
    "dataset.shared",
    "dataset.stored",
    "dataset.updated",
    "dataset.walidata_assigned",
    "decision.annulled",
    "decision.revoked",
    "development_permit.issued",
    "document_assessment.scored",
    "domain.recorded",
    "duty.interval_set",
    "evaluation.finalised",
    "evaluation.opened",
    "evaluator_team.appointed",
    "event.corrected",
    "event.voided",
    "evidence.attached",
    "evidence.recorded",
    "evidence.response_recorded",
    "facility.closed",
    "facility.connected.backbone",
    "facility.connected.bus",
    "facility.maintained",
    "facility.maintained.backbone",
    "facility.provided",
    "facility.use_granted",
    "finding.followed_up",
    "finding.recorded",
    "funding.recorded",
    "general_app.provided",
    "guidance.given",
    "ict_need.submitted",
    "improvement.recommended",
    "improvement.recommended.whole",
    "incident.central_reported",
    "incident.closed",
    "incident.data_secured",
    "incident.reported",
    "incident.severity_assessed",
    "incident.walidata_notified",
    "index.published",
    "index.published.region",
    "input.submitted",
    "inspection.verified",
    "internet_policy.set",
    "interview_assessment.scored",
    "isms.implemented",
    "ledger.authority_replaced",
    "ledger.key_added",
    "ledger.key_retired",
    "ledger.opened",
    "ledger.registrar_appointed",
    "ledger.registrar_removed",
    "ledger.service_appointed",
    "ledger.service_removed",
    "metadata.conformance_declared",
    "metadata.conformance_declared.national",
    "official_mail.opened.pse",
    "official_mail.opened.region",
    "oversight.performed",
    "personnel.assigned.ict",
    "personnel.assigned.security",
    "personnel.recruited",
    "personnel.transfer_assessed",
    "plan.adopted",
    "plan.drafted",
    "plan.reviewed",
    "policy.adopted",
    "policy.adopted.other",
    "pse.coordination_requested",
    "pse.guarantee_declared",
    "pse.registered",
    "record.imported",
    "record.imported.office",
    "recovery_site.commissioned",
    "resource_use.analysed",
    "role.appointed",
    "role.appointed.cio",
    "role.delegated",
    "role.ended",
    "ruleset.adopted",
    "sanction.complied",
    "sanction.complied.certificate",
    "sanction.complied.still_misused",
    "sanction.imposed.certificate",
    "sanction.imposed.regent",
    "sanction.lifted",
    "sanction.lifted.certificate",
    "sanction.lifted.still_misused",
    "sanction.objected",
    "sanction.objected.certificate",
    "security_procedure.adopted",
    "self_assessment.scored",
    "self_assessment.submitted",
    "self_assessment.validated",
    "service.confidentiality_breached",
    "service.info_published",
    "service.performance_rated",
    "service_system.integrated",
    "signer.attested",
    "signer.enrolled",
    "signer.reinstated",
    "signer.revoked",
    "signer.suspended",
    "site.opened.pse",
    "site.opened.region",
    "sla.published",
    "sop.adopted",
    "sop.adopted.drafted",
    "sop.compliance_checked",
    "sop.disseminated",
    "sop.reviewed",
    "strategic_evaluation.issued",
    "subdomain.granted",
    "subdomain.refused",
    "subdomain.request_returned",
    "subdomain.requested",
    "subdomain.requested.misnamed",
    "subdomain.revoked",
    "system.handed_over",
    "system.registered",
    "system.retired",
    "third_party.engaged.facility",
    "third_party.engaged.report",
    "training.held.guidance",
    "training.held.people",
    "training.held.security",
    "training.recommended",
    "transaction.signed",
    "trust.policy_adopted",
    "visitation_assessment.scored",
];
