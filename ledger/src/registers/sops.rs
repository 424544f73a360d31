//! The register of procedures. That a review is due is a reminder: the text says "dapat".

use super::{Register, as_of, column, computed, review};

/// See the module.
pub const SOPS: Register = Register {
    name: "sops",
    prefix: "sop/",
    columns: &[
        column("agency", &["agency"]),
        column("title", &["title"]),
        column("edition", &["edition"]),
        column("process_owner", &["process_owner"]),
        column("process_time", &["process_time"]),
        column("process_order", &["process_order"]),
        column("document", &["document"]),
        column("adopted_at", &["adopted_at"]),
        column("disseminated_on", &["dissemination", "date"]),
        column("checked_on", &["check", "date"]),
        column("review", &["review", "result"]),
        column("reviewed_at", &["review", "reviewed_at"]),
        computed("review_due_on", review::due_on),
        as_of("review_due", review::is_due),
    ],
};
