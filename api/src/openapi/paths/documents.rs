//! The documents that events name.

use crate::config::Limits;
use crate::handlers::document_list::DocumentsView;
use crate::handlers::documents::TakenView;
use crate::media;
use crate::openapi::described::{Described, get, put};
use crate::openapi::shapes;
use crate::openapi::tags::DOCUMENTS;

const PATH: &str = "/v1/{ledger}/documents/{sha256}";

pub(super) fn all(limits: &Limits) -> Vec<Described> {
    vec![
        get("/v1/{ledger}/documents", "listDocuments", DOCUMENTS, "The documents that events name")
            .about("In the order of their digests, as far as the reader may see an event that names them.")
            .ledger()
            .query("kind", shapes::text(), "The word of the event (`decree`), or the family (`sk`).")
            .query("number", shapes::text(), "Exactly this number.")
            .query("subject", shapes::stream(), "Named by an event of this stream.")
            .query("from", shapes::text(), "Dated this day or later, `2026-01-02`.")
            .query("to", shapes::text(), "Dated this day or earlier.")
            .query("held", shapes::flag(), "Only those whose bytes are here, or are not.")
            .at_moment()
            .page(limits)
            .json::<DocumentsView>("200", "A page.")
            .answer_header("200", "Link", "The next page: `rel=\"next\"`."),
        get(PATH, "getDocument", DOCUMENTS, "The bytes of a document")
            .about(
                "For whoever may see an event that names it. The bytes are hashed on their way out: where they no longer \
                 have the digest, the connection breaks off before the announced length. The media type is the one in \
                 the event.",
            )
            .ledger()
            .in_path("sha256", shapes::sha256(), "SHA-256 of the document.", "0".repeat(64))
            .bytes("The bytes.", ANY, shapes::binary())
            .answer_header("200", "ETag", "Its SHA-256.")
            .answer_header("200", "Content-Disposition", "The name in the event (RFC 6266).")
            .answer_header("200", "Repr-Digest", "Its SHA-256 (RFC 9530).")
            .problems(&["unknown-document", "document-not-held", "document-damaged"])
            .problems(&["invalid-parameter", "class-denied"]),
        put(PATH, "putDocument", DOCUMENTS, "Hands in the bytes of a document")
            .about(
                "Whoever holds the bytes that a recorded event names may hand them in, with the media type and the size in \
                 the event. What no event names yet, as far as the caller may see, waits for one for an hour.",
            )
            .ledger()
            .in_path("sha256", shapes::sha256(), "SHA-256 of the document.", "0".repeat(64))
            .body(media::OCTETS, shapes::binary(), "The bytes, under the media type of the document.")
            .json::<TakenView>("201", "Kept now.")
            .json::<TakenView>("200", "Held already.")
            .json::<TakenView>("202", "It waits for an event until the time named.")
            .problems(&["document-type-not-allowed", "document-type-mismatch", "size-mismatch"])
            .problems(&["digest-mismatch", "waiting-full", "disk-full", "invalid-parameter"]),
    ]
}

const ANY: &str = "*/*";
