//! The register of roles: offices with their holder and their tenures.

use super::{Register, column};

/// See the module.
pub const ROLES: Register = Register {
    name: "roles",
    prefix: "role/",
    columns: &[
        column("person", &["person"]),
        column("agency", &["agency"]),
        // `position` is where the row stands in the ledger.
        column("job_title", &["position"]),
        column("mandate", &["mandate"]),
        column("basis", &["decision"]),
        column("echelon", &["echelon"]),
        column("head", &["head"]),
        column("recorder", &["recorder"]),
        column("from", &["from"]),
        column("until", &["until"]),
        // Of an office that ended with its agency (offices.rs).
        column("successors", &["successors"]),
        column("tenures", &["tenures"]),
        column("delegations", &["delegations"]),
    ],
};

#[cfg(test)]
mod tests {
    use super::super::ALL;

    /// The job title was once shown under the name of the row's position.
    #[test]
    fn no_column_has_the_name_of_what_every_row_shows() {
        for column in ALL.iter().flat_map(|register| register.columns) {
            let taken = ["key", "position", "version", "state", "recorded_at", "withheld", "class"];
            assert!(!taken.contains(&column.name), "{}", column.name);
        }
    }
}
