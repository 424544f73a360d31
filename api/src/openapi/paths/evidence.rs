//! Evidence of revocation.

use crate::evidence_view::{EvidenceView, OfEntryView, TakenView};
use crate::media;
use crate::openapi::described::{Described, get, put};
use crate::openapi::shapes;
use crate::openapi::tags::EVIDENCE;

const PATH: &str = "/v1/{ledger}/evidence/{sha256}";

pub(super) fn all() -> Vec<Described> {
    vec![
        get("/v1/{ledger}/evidence", "listEvidence", EVIDENCE, "Whose revocation lists this ledger asks for, and what is recorded")
            .about(
                "Each issuer with where its lists are and the newest that was recorded, by scope; and the newest recorded OCSP \
                 response about each certificate.",
            )
            .ledger()
            .json::<EvidenceView>("200", "All issuers."),
        get(
            "/v1/{ledger}/events/{position}/evidence",
            "getEventEvidence",
            EVIDENCE,
            "What recorded lists and OCSP responses say of the certificates behind an event",
        )
        .about(
            "At the time at which it is proven to have existed. An event that was accepted while both were stale is \
             `revocation-pending` until one that was made after that time settles it.",
        )
        .ledger()
        .in_path("position", shapes::position(), "Index of the record.", 0)
        .json::<OfEntryView>("200", "What is known now.")
        .problems(&["unknown-position", "not-held", "class-denied", "invalid-parameter"]),
        get(PATH, "getEvidence", EVIDENCE, "A revocation list or an OCSP response in DER")
            .ledger()
            .in_path("sha256", shapes::sha256(), "SHA-256 of its bytes.", "0".repeat(64))
            .bytes("The list (RFC 2585).", media::PKIX_CRL, shapes::binary())
            .bytes("The response (RFC 6960).", media::OCSP_RESPONSE, shapes::binary())
            .answer_header("200", "ETag", "Its SHA-256.")
            .problems(&["unknown-evidence", "invalid-parameter"]),
        put(PATH, "putEvidence", EVIDENCE, "Takes in a revocation list or an OCSP response")
            .about(
                "Only one that an issuer of this ledger made and that is newer than what is recorded is kept. It counts once an \
                 event with type, subject and data of the answer is posted.",
            )
            .ledger()
            .in_path("sha256", shapes::sha256(), "SHA-256 of its bytes.", "0".repeat(64))
            .body_of(
                &[media::PKIX_CRL, media::OCSP_RESPONSE],
                shapes::binary(),
                "The list in DER, at most 16 MiB, or the response in DER, at most 32 KiB.",
            )
            .json::<TakenView>("201", "Taken in.")
            .problems(&["evidence-not-valid", "evidence-issuer-unknown", "evidence-outdated"])
            .problems(&["evidence-certificate-unknown"])
            .problems(&["digest-mismatch", "invalid-parameter", "wrong-media-type", "too-large"])
            .problems(&["body-timeout", "body-truncated"]),
    ]
}
