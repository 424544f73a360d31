//! The manifests of the workspace: what each member may depend on, and how.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a manifest that cannot be read fails the test"
)]

use std::fs;

use toml::{Table, Value};

/// The `Cargo.toml` of one member.
pub(super) struct Manifest {
    /// From the root of the workspace.
    pub(super) folder: String,
    table: Table,
}

impl Manifest {
    /// Every member of the workspace.
    pub(super) fn members() -> Vec<Self> {
        let workspace = read("Cargo.toml");
        let members = at(&workspace, &["workspace", "members"]).and_then(Value::as_array);
        let folders = members.expect("a list of members").iter();
        folders.map(|folder| Self::of(folder.as_str().unwrap())).collect()
    }

    /// The member in `folder`.
    pub(super) fn of(folder: &str) -> Self {
        Self { folder: folder.to_owned(), table: read(&format!("{folder}/Cargo.toml")) }
    }

    /// Fails if the member names one of `crates`, separated by spaces, for whatever purpose.
    pub(super) fn never_depends_on(&self, crates: &str) {
        for (name, dependency) in self.dependencies() {
            let package = dependency.get("package").and_then(Value::as_str).unwrap_or(name);
            for name in [name, package] {
                assert!(
                    !crates.split(' ').any(|banned| banned == name),
                    "{} may not depend on {name}",
                    self.folder
                );
            }
        }
    }

    pub(super) fn is_optional(&self, name: &str) -> bool {
        let optional = at(&self.table, &["dependencies", name, "optional"]);
        optional.and_then(Value::as_bool) == Some(true)
    }

    pub(super) fn asks_for_feature(&self, name: &str, feature: &str) -> bool {
        let features = at(&self.table, &["dependencies", name, "features"]);
        let features = features.and_then(Value::as_array).into_iter().flatten();
        features.filter_map(Value::as_str).any(|asked| asked == feature)
    }

    /// Fails if the member sets lints, edition, licence or the version of a dependency by itself.
    pub(super) fn takes_everything_from_the_workspace(&self) {
        let inherits = |value: Option<&Value>| {
            value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
        };
        assert!(inherits(self.table.get("lints")), "{}: [lints] workspace = true", self.folder);
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            let value = at(&self.table, &["package", key]);
            assert!(inherits(value), "{}: {key}.workspace = true", self.folder);
        }
        for (name, dependency) in self.dependencies() {
            assert!(inherits(Some(dependency)), "{}: {name}.workspace = true", self.folder);
        }
    }

    fn dependencies(&self) -> impl Iterator<Item = (&str, &Value)> {
        let targets = self.table.get("target").and_then(Value::as_table).into_iter();
        let targets = targets.flat_map(Table::values).filter_map(Value::as_table);
        let tables = targets.chain([&self.table]);
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        tables
            .flat_map(move |table| kinds.map(|kind| table.get(kind)))
            .filter_map(|dependencies| dependencies?.as_table())
            .flatten()
            .map(|(name, dependency)| (name.as_str(), dependency))
    }
}

fn read(path: &str) -> Table {
    let text = fs::read_to_string(super::root().join(path)).expect(path);
    text.parse().expect(path)
}

fn at<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}
