//! Acts of the region that several tests post, each accepted in its right place.

use serde_json::{Value, json};

use crate::harness::{Person, World};

/// A document as events cite it.
pub(crate) fn document(kind: &str) -> Value {
    json!({
        "kind": kind,
        "number": "800/12/2026",
        "date": "2026-01-02",
        "name": format!("{kind}.pdf"),
        "mediatype": "application/pdf",
        "size": 1024,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    })
}

/// The stream of a subdomain of the region.
pub(crate) fn subdomain(label: &str) -> String {
    format!("subdomain/{label}.bengkayangkab.go.id")
}

/// An agency asks for a name that is its own.
pub(crate) fn request(world: &World, by: &Person, label: &str) -> Value {
    world.event(
        by,
        "subdomain.requested",
        &subdomain(label),
        json!({
            "basis": "agency",
            "form": document("registration-form"),
            "letter": document("official-letter"),
        }),
    )
}

/// The communications agency grants what is asked for.
pub(crate) fn grant(world: &World, holder: &str, label: &str) -> Value {
    world.event(
        &world.kominfo,
        "subdomain.granted",
        &subdomain(label),
        json!({
            "holder": holder,
            "basis": "agency",
            "letter": document("official-letter"),
        }),
    )
}
