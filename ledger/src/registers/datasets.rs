//! The register of data sets: whose they are, how open, and where they are stored.

use super::{Register, column};

/// See the module.
pub const DATASETS: Register = Register {
    name: "datasets",
    prefix: "dataset/",
    columns: &[
        column("title", &["title"]),
        column("topic", &["topic"]),
        column("walidata", &["walidata"]),
        column("holder", &["holder"]),
        column("system", &["system"]),
        // `class` is that of the row.
        column("data_class", &["class"]),
        column("legal_basis", &["legal_basis"]),
        column("classified_at", &["classified_at"]),
        column("store", &["facility"]),
        column("stored_at", &["stored_at"]),
        column("edition", &["edition"]),
        column("digest", &["digest"]),
        column("updated_at", &["updated_at"]),
        column("metadata", &["metadata", "schema"]),
        column("published_at", &["publication", "published_at"]),
        column("channel", &["publication", "channel"]),
        column("shared_with", &["shared_with"]),
        column("exchanged_with", &["exchanged_with"]),
        column("registered_at", &["registered_at"]),
        column("retired_at", &["retired_at"]),
    ],
};
