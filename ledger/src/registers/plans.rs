//! The register of plans: the master plan, and the action plans of the agencies.

use super::{Register, column};

/// See the module.
pub const PLANS: Register = Register {
    name: "plans",
    prefix: "plan/",
    columns: &[
        column("parts", &["draft", "parts"]),
        column("development_plan", &["draft", "development_plan"]),
        column("drafted_at", &["draft", "drafted_at"]),
        column("draft", &["draft", "document"]),
        column("decree", &["adoption", "decree"]),
        column("adopted_at", &["adoption", "adopted_at"]),
        column("adopted_plan", &["adoption", "plan"]),
        column("review", &["review", "result"]),
        column("reviewed_at", &["review", "reviewed_at"]),
        column("year", &["year"]),
        column("master_plan", &["master_plan"]),
        column("actions", &["actions"]),
        column("document", &["document"]),
    ],
};
