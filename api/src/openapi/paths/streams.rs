//! Streams: what happened to one thing, and what may come next.

use crate::config::Limits;
use crate::openapi::described::{Described, get};
use crate::openapi::shapes;
use crate::openapi::tags::STREAMS;
use crate::prospect::ProspectView;
use crate::wire::StreamView;

pub(super) fn all(limits: &Limits) -> Vec<Described> {
    vec![
        stream("/v1/{ledger}/streams/{subject}", "getStream", "One stream and the events that touched it")
            .page(limits)
            .json::<StreamView>("200", "Its state, and a page of its events."),
        stream("/v1/{ledger}/streams/{subject}/next", "getNext", "What the rules would accept next")
            .about(
                "Every act on such a stream: open ones with what they demand and of whom, closed ones with the reason. \
                 With a person, an agency or an office: whether he may.",
            )
            .query("person", shapes::person(), "A person id.")
            .query("agency", shapes::agency(), "An agency id, without `agency/`: `dinkes`.")
            .query("office", shapes::office(), "An office: `role/kadis-kominfo`.")
            .json::<ProspectView<'_>>("200", "The acts.")
            .problems(&["class-denied"]),
    ]
}

fn stream(path: &'static str, id: &str, summary: &str) -> Described {
    let subject = "The stream; its slashes may stand as they are.";
    get(path, id, STREAMS, summary)
        .ledger()
        .in_path("subject", shapes::text(), subject, "agency/dinkes")
        .at_moment()
        .problems(&["unknown-stream"])
}
