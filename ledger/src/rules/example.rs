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
        .map(|event| meant_for(event, origin))
        .filter(of_row)
        .collect()
}

/// The example as an event for another ledger than the one it was written for.
fn meant_for(mut event: Value, origin: &str) -> Value {
    let region = origin.rsplit('/').next().unwrap_or(origin);
    let opens = event.get("type").and_then(Value::as_str) == Some("ledger.opened");
    let about_ledger =
        event.get("subject").and_then(Value::as_str).is_some_and(|s| s.starts_with("ledger/"));
    let mut set = |pointer: &str, text: String| {
        if let Some(value) = event.pointer_mut(pointer) {
            *value = text.into();
        }
    };
    set("/ledger", origin.to_owned());
    if about_ledger {
        set("/subject", format!("ledger/{region}"));
    }
    if opens {
        set("/data/region", region.to_owned());
    }
    event
}

/// One accepted event of each row: `type`, or `type.row` where a type has several.
pub(crate) const EXAMPLES: [(&str, &str); 33] = [
    ("agency.registered", include_str!("../../rulesets/examples/agency.registered.json")),
    (
        "app.coordination_requested",
        include_str!("../../rulesets/examples/app.coordination_requested.json"),
    ),
    (
        "document_assessment.scored",
        include_str!("../../rulesets/examples/document_assessment.scored.json"),
    ),
    ("evaluation.finalised", include_str!("../../rulesets/examples/evaluation.finalised.json")),
    ("evaluation.opened", include_str!("../../rulesets/examples/evaluation.opened.json")),
    (
        "evaluator_team.appointed",
        include_str!("../../rulesets/examples/evaluator_team.appointed.json"),
    ),
    (
        "improvement.recommended",
        include_str!("../../rulesets/examples/improvement.recommended.json"),
    ),
    (
        "improvement.recommended.whole",
        include_str!("../../rulesets/examples/improvement.recommended.whole.json"),
    ),
    ("incident.closed", include_str!("../../rulesets/examples/incident.closed.json")),
    ("incident.data_secured", include_str!("../../rulesets/examples/incident.data_secured.json")),
    ("incident.reported", include_str!("../../rulesets/examples/incident.reported.json")),
    (
        "incident.walidata_notified",
        include_str!("../../rulesets/examples/incident.walidata_notified.json"),
    ),
    ("index.published", include_str!("../../rulesets/examples/index.published.json")),
    ("index.published.region", include_str!("../../rulesets/examples/index.published.region.json")),
    (
        "interview_assessment.scored",
        include_str!("../../rulesets/examples/interview_assessment.scored.json"),
    ),
    ("ledger.opened", include_str!("../../rulesets/examples/ledger.opened.json")),
    (
        "pse.coordination_requested",
        include_str!("../../rulesets/examples/pse.coordination_requested.json"),
    ),
    ("pse.registered", include_str!("../../rulesets/examples/pse.registered.json")),
    ("role.appointed", include_str!("../../rulesets/examples/role.appointed.json")),
    ("role.ended", include_str!("../../rulesets/examples/role.ended.json")),
    ("ruleset.adopted", include_str!("../../rulesets/examples/ruleset.adopted.json")),
    ("self_assessment.scored", include_str!("../../rulesets/examples/self_assessment.scored.json")),
    (
        "self_assessment.submitted",
        include_str!("../../rulesets/examples/self_assessment.submitted.json"),
    ),
    (
        "self_assessment.validated",
        include_str!("../../rulesets/examples/self_assessment.validated.json"),
    ),
    ("signer.enrolled", include_str!("../../rulesets/examples/signer.enrolled.json")),
    ("signer.revoked", include_str!("../../rulesets/examples/signer.revoked.json")),
    (
        "strategic_evaluation.issued",
        include_str!("../../rulesets/examples/strategic_evaluation.issued.json"),
    ),
    ("subdomain.granted", include_str!("../../rulesets/examples/subdomain.granted.json")),
    ("subdomain.refused", include_str!("../../rulesets/examples/subdomain.refused.json")),
    (
        "subdomain.request_returned",
        include_str!("../../rulesets/examples/subdomain.request_returned.json"),
    ),
    ("subdomain.requested", include_str!("../../rulesets/examples/subdomain.requested.json")),
    ("system.registered", include_str!("../../rulesets/examples/system.registered.json")),
    (
        "visitation_assessment.scored",
        include_str!("../../rulesets/examples/visitation_assessment.scored.json"),
    ),
];
