//! Events: taken, listed, shown.

use crate::config::Limits;
use crate::media;
use crate::openapi::described::{Described, get, post};
use crate::openapi::problems::{OF_STATEMENTS, OF_WRITING};
use crate::openapi::tags::EVENTS;
use crate::openapi::{receipt, shapes};
use crate::rehearsed::Rehearsed;
use crate::verdict_view::VerdictView;
use crate::wire::{EntryView, EventsView, LiftedView, Posted};

const STATEMENT: &str = "A JWS in compact serialization; header `alg`, `typ` (`jejak-event+jws`), `x5t#S256`, `iat`. \
                         What its payload must be: `/v1/{ledger}/schemas/{type}`.";

const DRY_RUN: &str = "Only try: takes trials (`typ` `jejak-trial+jws`), lists all that stands in the way, records nothing.";

pub(super) fn all(limits: &Limits) -> Vec<Described> {
    vec![
        single(),
        batch(),
        list(limits),
        entry(),
        data(),
        statement(),
        receipt_of(),
        verdict_of(),
        evidence_of(),
    ]
}

fn single() -> Described {
    post("/v1/{ledger}/events", "postEvent", EVENTS, "Record one signed event")
        .about(
            "The same statement posted again gets the same position and 200, for ever. Nothing is recorded unless the \
             answer is 200 or 201, or 503 `outcome-unknown`: then post it again.",
        )
        .ledger()
        .worded()
        .body(media::JOSE, shapes::jws(), STATEMENT)
        .json::<Posted>("201", "Recorded now.")
        .answer_header("201", "Location", "Where the event is.")
        .query("dry_run", shapes::flag(), DRY_RUN)
        .either::<Posted, Rehearsed>("200", "Recorded before; or, with `dry_run`, what posting would come to.")
        .problems(OF_STATEMENTS)
        .problems(OF_WRITING)
}

fn batch() -> Described {
    post("/v1/{ledger}/events/batch", "postEvents", EVENTS, "Record many signed events")
        .about(
            "One statement a line, ended by LF; one answer a line, in order: what posting the line alone would have \
             answered, with `line` and `status`. Lines are decided and answered while more arrive; a batch that breaks off \
             ends with a problem without `line`, whose `lines` says how many were answered.",
        )
        .ledger()
        .worded()
        .query("dry_run", shapes::flag(), DRY_RUN)
        .body("text/plain", shapes::text(), "One compact JWS a line.")
        .bytes("A JSON object a line.", media::NDJSON, shapes::text())
        .problems(&["empty-batch"])
        .problems(OF_WRITING)
}

fn list(limits: &Limits) -> Described {
    get("/v1/{ledger}/events", "listEvents", EVENTS, "Events in the order of the log")
        .ledger()
        .query("after", shapes::position(), "Positions greater than this one.")
        .query("type", shapes::event_type(), "Exactly this event type.")
        .query("subject", shapes::stream(), "Exactly this stream.")
        .query("source", shapes::source(), "Exactly this source: `agency/dinkes`.")
        .query(
            "signer",
            shapes::signer(),
            "Person id, or SHA-256 of the certificate, of the signer.",
        )
        .query("from", shapes::moment(), "Recorded at or after this time, or on or after this day.")
        .query("to", shapes::moment(), "Recorded at or before this time, or on or before this day.")
        .query("acted_from", shapes::moment(), "As `from`, of the act itself.")
        .query("acted_to", shapes::moment(), "As `to`, of the act itself.")
        .at_moment()
        .page(limits)
        .json::<EventsView>("200", "A page.")
}

fn entry() -> Described {
    at("/v1/{ledger}/events/{position}", "getEvent", "One event")
        .about("Above the reader's class only that it is there.")
        .json::<EntryView>("200", "The event, or that it is withheld.")
        .problems(&["not-held"])
}

fn data() -> Described {
    at("/v1/{ledger}/events/{position}/data", "getContent", "What an event says, in the newest schema")
        .about("Lifted from the version in which it was signed to the newest that the rules in force know.")
        .json::<LiftedView>("200", "The content and the version of its schema.")
        .problems(&["not-held", "class-denied"])
}

fn statement() -> Described {
    at("/v1/{ledger}/events/{position}/statement", "getStatement", "The statement as it was posted")
        .bytes("A JWS in compact serialization.", media::JOSE, shapes::jws())
        .answer_header("200", "ETag", "SHA-256 of the statement.")
        .problems(&["not-held", "class-denied"])
}

fn receipt_of() -> Described {
    at("/v1/{ledger}/events/{position}/receipt", "getReceipt", "The receipt of an event")
        .about(
            "Against the newest checkpoint. Public whatever the class of the event: hashes only.",
        )
        .json::<receipt::Receipt>("200", "What the poster keeps.")
}

fn verdict_of() -> Described {
    at("/v1/{ledger}/events/{position}/verdict", "getVerdict", "Whether the signature on an event stands, and why")
        .about(
            "By what the ledger itself trusts, at the time at which the signature is proven to have existed. Whoever \
             does not believe the server computes his own: `/verdict/evidence` and `jejak verdict`.",
        )
        .json::<VerdictView>("200", "The verdict, its five steps, and what it was computed from.")
        .problems(&["class-denied"])
}

fn evidence_of() -> Described {
    at("/v1/{ledger}/events/{position}/verdict/evidence", "getVerdictEvidence", "All that a verdict rests on")
        .about(
            "A file `jejak-evidence/1`: statement, certificates, proofs, tokens, revocation lists, and the state before \
             the event. Never public: it holds the certificates of holders.",
        )
        .bytes("The file.", media::JSON, shapes::object())
        .problems(&["class-denied"])
}

fn at(path: &'static str, id: &str, summary: &str) -> Described {
    get(path, id, EVENTS, summary)
        .ledger()
        .in_path("position", shapes::position(), "Index of the record, from 0.", 0)
        .problems(&["unknown-position", "invalid-parameter"])
}
