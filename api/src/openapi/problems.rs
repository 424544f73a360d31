//! The problems by status, as answers of an operation. What stands here is held against `problem.rs` by the tests of
//! this file and by every answer that the promises look at.

use std::collections::BTreeMap;

use utoipa::openapi::{AllOfBuilder, Content, ContentBuilder, ObjectBuilder, Ref, RefOr, Schema};

use super::shapes;

/// The codes of these problems, by status.
pub(super) fn by_status(codes: &[&'static str]) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (status, known) in STATUSES {
        let mut own: Vec<_> = known.iter().copied().filter(|code| codes.contains(code)).collect();
        own.sort_unstable();
        if !own.is_empty() {
            found.insert(status, own);
        }
    }
    found
}

/// A problem with one of these codes.
pub(super) fn content(codes: &[&str]) -> Content {
    let code = ObjectBuilder::new().property("code", shapes::one_of(codes));
    let problem: RefOr<Schema> = Ref::from_schema_name("Problem").into();
    let schema = Schema::from(AllOfBuilder::new().item(problem).item(code));
    ContentBuilder::new().schema(Some(schema)).build()
}

pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What a well-made statement can be refused for.
pub(crate) const OF_STATEMENTS: &[&str] = &[
    "not-a-trial",
    "only-a-trial",
    "malformed-jws",
    "malformed-header",
    "malformed-payload",
    "certificate-unknown",
    "signature-invalid",
    "certificate-not-valid",
    "signer-revoked",
    "signer-suspended",
    "revocation-stale",
    "wrong-ledger",
    "source-not-yours",
    "id-reused",
    "iat-out-of-window",
    "time-out-of-range",
    "type-unknown",
    "content-invalid",
    "role-missing",
    "transition-forbidden",
    "version-mismatch",
    "rule-refused",
    "log-key-not-held",
    "evidence-not-held",
    "evidence-issuer-unknown",
    "evidence-certificate-unknown",
    "evidence-not-valid",
    "evidence-differs",
];

/// What may keep a ledger from deciding.
pub(super) const OF_WRITING: &[&str] = &[
    "rate-limited",
    "share-full",
    "busy",
    "writing-stopped",
    "disk-full",
    "draining",
    "unavailable",
    "outcome-unknown",
];

/// Every code under its status.
pub(super) const STATUSES: &[(&str, &[&str])] = &[
    (
        "400",
        &[
            "malformed-jws",
            "malformed-header",
            "malformed-payload",
            "not-a-trial",
            "only-a-trial",
            "unknown-parameter",
            "invalid-parameter",
            "empty-batch",
            "cursor-expired",
            "body-truncated",
            "malformed-request",
            "tls-required",
        ],
    ),
    ("401", &["reader-required"]),
    ("403", &["class-denied", "not-entitled"]),
    (
        "404",
        &[
            "unknown-route",
            "unknown-ledger",
            "unknown-position",
            "unknown-size",
            "not-held",
            "unknown-tile",
            "unknown-certificate",
            "unknown-trust-policy",
            "unknown-timestamp",
            "unknown-document",
            "unknown-evidence",
            "document-not-held",
            "unknown-register",
            "unknown-row",
            "unknown-stream",
            "unknown-type",
        ],
    ),
    ("405", &["method-not-allowed"]),
    ("408", &["body-timeout"]),
    ("409", &["id-reused", "evidence-outdated"]),
    ("412", &["version-mismatch"]),
    ("413", &["too-large"]),
    ("414", &["target-too-long"]),
    ("415", &["wrong-media-type", "document-type-not-allowed", "document-type-mismatch"]),
    (
        "422",
        &[
            "certificate-unknown",
            "signature-invalid",
            "certificate-not-valid",
            "signer-revoked",
            "signer-suspended",
            "revocation-stale",
            "wrong-ledger",
            "source-not-yours",
            "iat-out-of-window",
            "time-out-of-range",
            "type-unknown",
            "content-invalid",
            "role-missing",
            "transition-forbidden",
            "rule-refused",
            "log-key-not-held",
            "evidence-not-held",
            "evidence-issuer-unknown",
            "evidence-certificate-unknown",
            "evidence-not-valid",
            "evidence-differs",
            "digest-mismatch",
            "size-mismatch",
        ],
    ),
    ("429", &["rate-limited", "share-full", "waiting-full"]),
    ("500", &["internal", "document-damaged"]),
    (
        "503",
        &[
            "busy",
            "writing-stopped",
            "ledger-shut",
            "draining",
            "unavailable",
            "outcome-unknown",
            "tokens-unreadable",
            "access-unrecorded",
            "waiting-full",
        ],
    ),
    ("507", &["disk-full"]),
];
