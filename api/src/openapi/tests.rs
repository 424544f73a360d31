//! The description says what `routes.rs` does, and the committed one is what the program says.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{problems, text};
use crate::config::Limits;

/// A method and a path: `GET /v1/{ledger}`.
type Route = (String, String);

const METHODS: [&str; 7] = ["get", "post", "put", "delete", "patch", "head", "options"];

/// What `routes.rs` binds, read from its source: the path and the methods of every call of `route`.
fn routed() -> BTreeSet<Route> {
    let source = include_str!("../routes.rs");
    let calls = source.split(concat!(".ro", "ute(")).skip(1);
    calls
        .flat_map(|call| {
            let (path, rest) =
                call.trim_start().strip_prefix('"').unwrap().split_once('"').unwrap();
            let bound = METHODS.iter().filter(move |method| {
                rest.split(['.', ',', ' ', '\n']).any(|part| {
                    part.strip_prefix(**method).is_some_and(|after| after.starts_with('('))
                })
            });
            let bound: Vec<_> = bound.collect();
            assert!(!bound.is_empty(), "no method is read of {path}");
            bound.into_iter().map(move |method| (method.to_uppercase(), path.to_owned()))
        })
        .collect()
}

fn document() -> Value {
    serde_json::from_str(&text(&Limits::default()).unwrap()).unwrap()
}

fn described() -> BTreeSet<Route> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        methods.map(move |method| (method.to_uppercase(), path.clone()))
    });
    operations.collect()
}

/// Whether a described path goes to a route; `{*rest}` takes any further segments.
fn goes_to(described: &str, route: &str) -> bool {
    match route.split_once("{*") {
        Some((before, _)) => described.starts_with(before) && described.len() > before.len(),
        None => described == route,
    }
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let (routed, described) = (routed(), described());
    assert!(routed.len() > 20, "{routed:?}");
    for (method, route) in &routed {
        let found = described.iter().any(|(own, path)| own == method && goes_to(path, route));
        assert!(found, "{method} {route} is not described in api/src/openapi/paths/");
    }
    for (method, path) in &described {
        let found = routed.iter().any(|(own, route)| own == method && goes_to(path, route));
        assert!(found, "{method} {path} is described, and no route");
    }
}

#[test]
fn routes_stand_on_one_page_only() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let calls = [concat!(".ro", "ute(\""), concat!(".route", "_service("), concat!(".ne", "st(")];
    for file in files.iter().filter(|file| !file.ends_with("routes.rs")) {
        let Ok(source) = fs::read_to_string(file) else { continue };
        assert!(
            !calls.iter().any(|call| source.contains(call)),
            "{} binds a route",
            file.display()
        );
    }
}

/// What a client generator or a reader trips over.
#[test]
fn the_description_is_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path}: its id twice");
            assert!(operation["summary"].as_str().unwrap().len() > 5, "{path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path: BTreeSet<_> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                .collect();
            let named = path.split('{').skip(1).map(|part| part.split('}').next().unwrap());
            assert_eq!(in_path, named.map(str::to_owned).collect(), "{path}: its path parameters");
        }
    }
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is named only");
    }
}

/// Every code that `problem.rs` gives stands in the description's table, and every code there is used by an operation.
#[test]
fn every_code_of_a_problem_is_described() {
    let known: BTreeSet<&str> =
        problems::STATUSES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let source = include_str!("../problem/mod.rs");
    let start = source.find("fn code(&self)").unwrap();
    let body = &source[start..start + source[start..].find("\n    }\n").unwrap()];
    for quoted in body.split('"').skip(1).step_by(2) {
        assert!(known.contains(quoted), "{quoted} has no status in openapi/problems.rs");
    }
    let document = document().to_string();
    for code in &known {
        // An answer of an operation, or in the words about all of them.
        let told = [format!("\"{code}\""), format!("`{code}`")];
        assert!(told.iter().any(|told| document.contains(told)), "{code} is no answer");
    }
}

/// Renew it with `jejak openapi > docs/openapi.json`.
#[test]
fn the_committed_description_is_the_one_that_is_served() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let committed = fs::read_to_string(committed).unwrap();
    let served = text(&Limits::default()).unwrap();
    if committed != served {
        let mut pairs = committed.lines().zip(served.lines()).enumerate();
        let differs = pairs.find(|(_, (old, new))| old != new);
        panic!("docs/openapi.json is out of date (jejak openapi > docs/openapi.json): {differs:?}");
    }
}
