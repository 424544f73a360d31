//! The register of systems: electronic systems and applications, and which of their acts were done.

use super::{Register, column, computed};
use crate::rules::{Field, Thing};

/// See the module.
pub const SYSTEMS: Register = Register {
    name: "systems",
    prefix: "system/",
    columns: &[
        column("name", &["name"]),
        column("short_names", &["short_names"]),
        column("kind", &["kind"]),
        column("owner", &["owner"]),
        column("agency", &["agency"]),
        column("task_basis", &["task_basis"]),
        column("plan", &["plan"]),
        column("coordinated_at", &["coordinated_at"]),
        column("registered_at", &["registered_at"]),
        column("former_agencies", &["former_agencies"]),
        column("handed_over_at", &["handed_over_at"]),
        column("permitted_at", &["permit", "permitted_at"]),
        computed("live", live),
        column("tested", &["test", "verdict"]),
        column("tested_at", &["test", "tested_at"]),
        computed("documents", documents),
        computed("documents_missing", documents_missing),
        column("delivered_at", &["delivery", "delivered_at"]),
        column("repository", &["deposit", "repository"]),
        column("revision", &["deposit", "revision"]),
        column("deposited_at", &["deposit", "deposited_at"]),
        column("standards", &["conformance", "standards"]),
        column("conforming_since", &["conformance", "declared_at"]),
        column("licence", &["legality", "licence"]),
        column("copyright", &["ownership", "owner"]),
        column("integrated_with", &["integrated_with"]),
        column("sla", &["sla", "edition"]),
        column("replaced_by", &["replaced_by"]),
        column("retired_at", &["retired_at"]),
    ],
};

/// The documents that come with an application (20(3)).
const DOCUMENTS: [&str; 6] = [
    "software-requirements",
    "architecture-design",
    "technical-document",
    "manual",
    "source-code",
    "test-report",
];

/// In use, as far as the acts tell, once it is under way: the text names no start of operation.
fn live(system: &Thing) -> Option<Field> {
    (system.state != Thing::NONE).then(|| Field::Flag(is_live(&system.state)))
}

/// Also while the next is developed beside it.
fn is_live(state: &str) -> bool {
    state.split('+').next() == Some("live")
}

/// Which of the documents were handed over, once an application was built or handed over.
fn documents(system: &Thing) -> Option<Field> {
    is_due(system).then(|| told(system, true))
}

/// Which were not.
fn documents_missing(system: &Thing) -> Option<Field> {
    is_due(system).then(|| told(system, false))
}

/// What is procured is not built here.
fn is_due(system: &Thing) -> bool {
    ["build", "delivery"].iter().any(|name| system.fields.contains_key(*name))
}

fn told(system: &Thing, wanted: bool) -> Field {
    let delivered = system.fields.get("delivery").and_then(|delivery| delivery.member("documents"));
    let delivered = delivered.and_then(Field::as_list).unwrap_or_default();
    let is_there = |kind: &str| {
        let mut kinds = delivered.iter().filter_map(|document| document.member("kind")?.as_text());
        kinds.any(|own| own == kind)
    };
    let kinds = DOCUMENTS.iter().filter(|kind| is_there(kind) == wanted);
    Field::List(kinds.map(|kind| Field::from(*kind)).collect())
}
