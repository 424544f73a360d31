//! The source files of the workspace, each with its text and the paths that its code names.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a file that cannot be read fails the test")]

use std::path::Path;
use std::{fmt, fs};

use super::names::{self, Name};

/// A file of ours and what it names.
pub(super) struct Source {
    /// From the root of the workspace, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    names: Vec<Name>,
}

impl Source {
    /// Every `.rs` file under `folder`, which is a path from `root`.
    pub(super) fn all(root: &Path, folder: &str) -> Vec<Self> {
        let mut sources = Vec::new();
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                sources.extend(Self::all(root, &path));
            } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                sources.push(Self::read(path, fs::read_to_string(entry.path()).unwrap()));
            }
        }
        sources
    }

    fn read(path: String, text: String) -> Self {
        let code = text.parse().unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        let is_for_tests = path.contains("/src/") && path.contains("/tests/");
        let names = if is_for_tests { Vec::new() } else { names::names(&path, code) };
        Self { path, text, names }
    }

    /// The names in this file that fall under one of `banned` (separated by spaces). A ban that starts with a type
    /// (`SystemTime::now`) holds wherever the type comes from, any other (`std::fs`) from the root on.
    pub(super) fn naming(&self, banned: &str) -> Vec<String> {
        self.report(|name| banned.split(' ').any(|ban| falls_under(name, ban)))
    }

    /// The names in this file that reach into its own crate, but not into one of its `modules`.
    pub(super) fn reaching_beyond(&self, modules: &str) -> Vec<String> {
        self.report(|name| match name {
            [root, module, ..] => root == "crate" && !modules.split(' ').any(|own| own == module),
            _ => false,
        })
    }

    fn report(&self, wrong: impl Fn(&[String]) -> bool) -> Vec<String> {
        let wrong = self.names.iter().filter(|name| wrong(name));
        wrong.map(|name| format!("{}: {}", self.path, name.join("::"))).collect()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

fn falls_under(name: &[String], ban: &str) -> bool {
    let ban: Vec<&str> = ban.split("::").collect();
    if ban.first().is_some_and(|word| word.starts_with(char::is_uppercase)) {
        return name.windows(ban.len()).any(|part| part == ban);
    }
    let agree = || name.iter().zip(&ban).all(|(word, banned)| word == banned || word == "*");
    // A glob brings whatever lies under it.
    let reaches = name.len() >= ban.len() || name.last().is_some_and(|word| word == "*");
    reaches && agree()
}

#[test]
fn a_ban_holds_from_the_root_or_from_the_type() {
    let name = |text: &str| text.split("::").map(str::to_owned).collect::<Name>();
    assert!(falls_under(&name("std::fs::File"), "std::fs"));
    assert!(falls_under(&name("std::*"), "std::fs"));
    assert!(falls_under(&name("time::SystemTime::now"), "SystemTime::now"));
    assert!(!falls_under(&name("std::fmt"), "std::fs"));
    assert!(!falls_under(&name("crate::*"), "std::fs"));
    assert!(!falls_under(&name("std"), "std::fs"));
}
