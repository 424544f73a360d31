//! The process, whatever its ledgers.

use crate::docs;
use crate::media;
use crate::openapi::described::{Described, get};
use crate::openapi::shapes;
use crate::openapi::tags::PROCESS;
use crate::wire::{ProgramView, StatusView};

pub(super) fn all() -> Vec<Described> {
    vec![
        get("/healthz", "getHealth", PROCESS, "Does the process answer?")
            .json::<StatusView>("200", "It does; `shut` names those that did not open."),
        get(
            "/readyz",
            "getReadiness",
            PROCESS,
            "Does it take statements for every ledger that it serves?",
        )
        .json::<StatusView>("200", "It does.")
        .json::<StatusView>("503", "It is stopping, or a ledger's writing is stopped."),
        get("/version", "getVersion", PROCESS, "Which program is it?")
            .json::<ProgramView>("200", "Its name and version."),
        get("/metrics", "getMetrics", PROCESS, "The figures of the process, for monitoring")
            .about("OpenMetrics 1.0; only where the listener lets them be seen.")
            .bytes("The figures.", media::OPENMETRICS, shapes::text()),
        get("/openapi.json", "getDescription", PROCESS, "This description").bytes(
            "OpenAPI 3.1.",
            media::JSON,
            shapes::object(),
        ),
        get("/docs", "getDocs", PROCESS, "This description for people").bytes(
            "A page that asks no other server for anything.",
            media::HTML,
            shapes::text(),
        ),
        get("/docs/{file}", "getDocsFile", PROCESS, "What the page for people is made of")
            .in_path("file", shapes::one_of(&docs::NAMES), "One of its files.", "start.js")
            .bytes("The file.", media::JAVASCRIPT, shapes::text())
            .bytes("The file.", media::CSS, shapes::text())
            .problems(&["unknown-route"]),
    ]
}
