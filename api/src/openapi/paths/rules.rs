//! The rules in force and the schemas of the events they take.

use crate::media;
use crate::openapi::described::{Described, get};
use crate::openapi::shapes;
use crate::openapi::tags::RULES;
use crate::rules_view::{RulesView, TypeView};
use crate::trust_view::TrustView;

pub(super) fn all() -> Vec<Described> {
    vec![
        get("/v1/{ledger}/rules", "getRules", RULES, "The rule set in force")
            .about("Who may sign what, with which content and when; each demand with the id and words of its rule.")
            .ledger()
            .worded()
            .at_moment()
            .json::<RulesView>("200", "Its acts."),
        get("/v1/{ledger}/rules/source", "getRulesSource", RULES, "The rule set as the ledger holds it")
            .about("TOML, byte for byte: its SHA-256 is the hash that the ledger names.")
            .ledger()
            .at_moment()
            .bytes("The file.", media::TOML, shapes::text())
            .answer_header("200", "ETag", "Its SHA-256."),
        get("/v1/{ledger}/trust", "getTrust", RULES, "The trust policy in force")
            .about("Anchors, algorithms, time-stamping authorities, and how fresh news of revocations must be; and since when, after which others.")
            .ledger()
            .at_moment()
            .json::<TrustView>("200", "The policy."),
        get("/v1/{ledger}/trust/source", "getTrustSource", RULES, "The trust policy as the ledger holds it")
            .about("TOML, byte for byte: its SHA-256 is the hash that the ledger names. The anchors of an opening stand in no file.")
            .ledger()
            .at_moment()
            .bytes("The file.", media::TOML, shapes::text())
            .answer_header("200", "ETag", "Its SHA-256.")
            .problems(&["unknown-trust-policy"]),
        get("/v1/{ledger}/schemas", "listTypes", RULES, "The event types")
            .ledger()
            .at_moment()
            .json_list::<TypeView>("By name, each with its rows."),
        get("/v1/{ledger}/schemas/{type}", "getSchema", RULES, "The JSON Schema of an event type")
            .about(
                "JSON Schema 2020-12 of the whole payload, with examples of accepted events. An event that this ledger \
                 accepts is valid under it; a valid one may still be refused for what stands in the ledger.",
            )
            .ledger()
            .worded()
            .in_path("type", shapes::text(), "The event type.", "subdomain.granted")
            .query("row", shapes::text(), "Only this row of the type.")
            .at_moment()
            .answer("200", "A schema.", media::JSON_SCHEMA, shapes::object().into())
            .problems(&["unknown-type"]),
    ]
}
