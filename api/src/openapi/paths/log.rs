//! What verifiers, witnesses and mirrors read: checkpoint, tiles, proofs, certificates.

use crate::config::Limits;
use crate::handlers::timestamps::TimestampsView;
use crate::impact_view::ImpactView;
use crate::media;
use crate::openapi::described::{Described, get};
use crate::openapi::shapes;
use crate::openapi::tags::LOG;
use crate::wire::{ConsistencyView, InclusionView};

/// Groups of three digits, all but the last with `x`; a partial tile says its width (C2SP tlog-tiles).
const TILE_INDEX: &str = r"^(x[0-9]{3}/)*[0-9]{3}(\.p/[1-9][0-9]{0,2})?$";

pub(super) fn all(limits: &Limits) -> Vec<Described> {
    vec![
        get("/v1/{ledger}/checkpoint", "getCheckpoint", LOG, "The newest checkpoint")
            .about("A C2SP signed note: origin, size, root, signatures.")
            .ledger()
            .bytes("The note.", media::TEXT, shapes::text()),
        tile("/v1/{ledger}/tile/{level}/{index}", "getTile", "A tile of hashes")
            .in_path("level", shapes::between(0, 63), "Level, from the records upwards.", 0)
            .in_path("index", shapes::pattern(TILE_INDEX), "Its index; `/` is not escaped.", "000"),
        tile("/v1/{ledger}/tile/entries/{index}", "getEntries", "A bundle of records").in_path(
            "index",
            shapes::pattern(TILE_INDEX),
            "Its index; `/` is not escaped.",
            "000",
        ),
        get("/v1/{ledger}/proof/inclusion", "getInclusion", LOG, "That a record is in a tree")
            .about("RFC 6962, 2.1.1; the path begins with the leaf's sibling.")
            .ledger()
            .need_query("position", shapes::position(), "Index of the record, less than `size`.")
            .need_query("size", shapes::whole(), "Records of the tree.")
            .json::<InclusionView>("200", "The path.")
            .problems(&["unknown-size"]),
        get(
            "/v1/{ledger}/proof/consistency",
            "getConsistency",
            LOG,
            "That a tree begins with another",
        )
        .about("RFC 6962, 2.1.2.")
        .ledger()
        .need_query("from", shapes::positive(), "Records of the smaller tree, not more than `to`.")
        .need_query("to", shapes::whole(), "Records of the larger tree.")
        .json::<ConsistencyView>("200", "The proof.")
        .problems(&["unknown-size"]),
        get("/v1/{ledger}/timestamps", "listTimestamps", LOG, "Time-stamps over checkpoints")
            .about(
                "RFC 3161 tokens; those over the largest sizes first. Each covers every position below its size: with \
                 `stamped`, an inclusion proof at that size and the authority's root, anybody verifies that an event \
                 existed at that time.",
            )
            .ledger()
            .query(
                "covering",
                shapes::position(),
                "The earliest token that covers this position, alone; no row while it waits for one.",
            )
            .page(limits)
            .json::<TimestampsView>("200", "A page.")
            .answer_header("200", "Link", "The next page: `rel=\"next\"`.")
            .problems(&["unknown-position"]),
        get("/v1/{ledger}/timestamps/{size}/{sha256}", "getTimestamp", LOG, "A time-stamp token")
            .about("A `ContentInfo` in DER (RFC 3161, 2.4.2).")
            .ledger()
            .in_path("size", shapes::whole(), "Records of the tree that is stamped.", 1)
            .in_path("sha256", shapes::sha256(), "SHA-256 of the token.", "0".repeat(64))
            .bytes("The token (RFC 7193).", media::CMS, shapes::binary())
            .answer_header("200", "ETag", "Its SHA-256.")
            .problems(&["unknown-timestamp", "invalid-parameter"]),
        get("/v1/{ledger}/certificates/{sha256}", "getCertificate", LOG, "A certificate in DER")
            .ledger()
            .in_path("sha256", shapes::sha256(), "SHA-256 of the certificate.", "0".repeat(64))
            .bytes("One certificate (RFC 2585).", media::CERTIFICATE, shapes::binary())
            .answer_header("200", "ETag", "Its SHA-256.")
            .problems(&["unknown-certificate", "invalid-parameter", "class-denied"]),
        get(
            "/v1/{ledger}/certificates/{sha256}/impact",
            "getImpact",
            LOG,
            "What rests on a certificate",
        )
        .about(
            "What was signed under it, and under certificates that it enrolled (`order` 2 and beyond; what the opening \
             enrolled counts for nobody), and the rows that these events made. Of events above the reader's class nothing \
             is said.",
        )
        .ledger()
        .in_path("sha256", shapes::sha256(), "SHA-256 of the certificate.", "0".repeat(64))
        .query(
            "compromised_since",
            shapes::moment(),
            "Since when its key may have been another's: each event then says whether it stands.",
        )
        .page(limits)
        .json::<ImpactView>("200", "A page.")
        .problems(&["unknown-certificate", "class-denied"]),
    ]
}

fn tile(path: &'static str, id: &str, summary: &str) -> Described {
    get(path, id, LOG, summary)
        .about("C2SP tlog-tiles. Hashes and records only, so they are public whatever the class of the events.")
        .ledger()
        .bytes("Its bytes.", media::OCTETS, shapes::binary())
        .answer_header("200", "ETag", "Its address.")
        .problems(&["unknown-tile"])
}
