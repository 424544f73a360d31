//! The groups that operations are shown in.

use utoipa::openapi::Tag;
use utoipa::openapi::tag::TagBuilder;

pub(super) const LEDGERS: &str = "ledgers";
pub(super) const EVENTS: &str = "events";
pub(super) const LOG: &str = "log";
pub(super) const DOCUMENTS: &str = "documents";
pub(super) const EVIDENCE: &str = "evidence";
pub(super) const REGISTERS: &str = "registers";
pub(super) const STREAMS: &str = "streams";
pub(super) const RULES: &str = "rules";
pub(super) const PROCESS: &str = "process";

/// All of them, in the order of their pages.
pub(super) fn all() -> Vec<Tag> {
    let tag = |(name, about)| TagBuilder::new().name(name).description(Some(about)).build();
    [
        (LEDGERS, "The ledgers of this server: one for each region."),
        (EVENTS, "Signed acts of governance: taken, listed, shown."),
        (LOG, "Checkpoint, tiles, proofs: what verifiers, witnesses and mirrors read."),
        (DOCUMENTS, "The papers that events name: letters, minutes, decrees, evidence."),
        (EVIDENCE, "Revocation lists of the issuers of certificates: which are recorded, and taking one in."),
        (REGISTERS, "What follows from the events, as of any position or time."),
        (STREAMS, "What happened to one thing, and what may come next."),
        (RULES, "The regulation as data: who may sign what, when."),
        (PROCESS, "Health, version, this description."),
    ]
    .map(tag)
    .into()
}
