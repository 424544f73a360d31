//! The refusals that are kept beside the chain.

use crate::config::Limits;
use crate::openapi::described::{Described, get};
use crate::openapi::shapes;
use crate::openapi::tags::EVENTS;
use crate::refusals_view::RefusalsView;
use crate::shown::REFUSAL_CODES;

pub(super) fn all(limits: &Limits) -> Vec<Described> {
    vec![
        get("/v1/{ledger}/refusals", "listRefusals", EVENTS, "Refusals of well-signed statements")
            .about(
                "Who was told no, when and by which rule, the newest first; never what he sent; above the reader's class \
                 only that somebody was. Only for tokens that are entitled to them. Kept in a bounded number for a bounded time, and part of no proof.",
            )
            .ledger()
            .query("signer", shapes::signer(), "A person id, or the SHA-256 of a certificate. Matches nothing above the reader's class.")
            .query("code", shapes::one_of(REFUSAL_CODES), "Only refusals of this kind: `role-missing`.")
            .page(limits)
            .json::<RefusalsView>("200", "A page.")
            .answer_header("200", "Link", "The address of the next page (RFC 8288).")
            .problems(&["not-entitled"]),
    ]
}
