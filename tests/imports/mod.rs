//! The import table of the architecture and the house rules, held by reading the sources and the manifests.
//!
//! `signer <- ledger <- api`: what points the other way fails here and is named. Code under `#[cfg(test)]`
//! and in a folder `tests` of a crate is not held: a test may reach where the code it tests may not.

mod manifest;
mod names;
mod source;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use manifest::Manifest;
use source::Source;

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    Manifest::members().iter().flat_map(|member| Source::all(&root(), &member.folder)).collect()
});

#[test]
fn signer_knows_no_ledger_no_http_and_no_database() {
    let signer = Manifest::of("signer");
    signer.never_depends_on("jejak-ledger jejak-api rocksdb axum hyper tokio tower reqwest");
}

#[test]
fn ledger_knows_no_http_and_no_async_runtime() {
    let ledger = Manifest::of("ledger");
    ledger.never_depends_on("jejak-api axum hyper tokio tower tower-http reqwest");
}

#[test]
fn api_knows_no_database_and_no_cryptography() {
    let api = Manifest::of("api");
    api.never_depends_on("rocksdb bincode");
    api.never_depends_on("sha1 sha2 sha3 blake2 blake3 md-5 hmac digest");
    api.never_depends_on("ed25519-dalek aws-lc-rs ring rsa p256 p384 ecdsa openssl");
    api.never_depends_on("rustls-webpki x509-parser x509-cert rcgen der spki pkcs8");
}

#[test]
fn rules_and_log_read_no_file_no_clock_and_no_chance() {
    for folder in ["ledger/src/rules", "ledger/src/log"] {
        nobody_names("std::fs std::io std::net std::env std::process", in_folder(folder));
        nobody_names("std::time::SystemTime std::time::Instant", in_folder(folder));
        nobody_names("Timestamp::now Zoned::now", in_folder(folder));
        nobody_names("getrandom rand SigningKey::generate", in_folder(folder));
    }
}

#[test]
fn rules_and_log_know_neither_store_nor_sequencer_nor_registers() {
    nobody_reaches_beyond("rules event log evaluation", in_folder("ledger/src/rules"));
    nobody_reaches_beyond("log", in_folder("ledger/src/log"));
}

#[test]
fn only_the_rocks_engine_names_rocksdb() {
    nobody_names("rocksdb", everywhere_but("ledger/src/store/rocks"));
    for member in Manifest::members().iter().filter(|member| member.folder != "ledger") {
        member.never_depends_on("rocksdb");
    }
    // Fuzzing and offline verification build without a C++ compiler.
    assert!(Manifest::of("ledger").is_optional("rocksdb"));
    assert!(!Manifest::of("fuzz").asks_for_feature("jejak-ledger", "rocks"));
}

#[test]
fn only_the_codec_names_bincode() {
    nobody_names("bincode", everywhere_but("ledger/src/store/codec"));
    for member in Manifest::members().iter().filter(|member| member.folder != "ledger") {
        member.never_depends_on("bincode");
    }
}

#[test]
fn only_the_clock_of_the_api_reads_the_time() {
    let clocks = "SystemTime::now Timestamp::now Zoned::now";
    nobody_names(clocks, everywhere_but("api/src/clock"));
}

#[test]
fn every_file_says_first_what_it_is() {
    let silent: Vec<_> = SOURCES.iter().filter(|source| !source.text.starts_with("//! ")).collect();
    assert!(silent.is_empty(), "these do not start with `//! `: {silent:#?}");
}

#[test]
fn nothing_is_left_to_do_without_an_issue() {
    // Put together, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME")];
    for source in SOURCES.iter() {
        for line in source.text.lines().filter(|line| marks.iter().any(|mark| line.contains(mark)))
        {
            assert!(line.contains("issue "), "{source:?} names no issue: {line}");
        }
    }
}

#[test]
fn every_crate_takes_lints_and_versions_from_the_workspace() {
    for member in Manifest::members() {
        member.takes_everything_from_the_workspace();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn in_folder(folder: &str) -> impl Iterator<Item = &'static Source> {
    let folder = format!("{folder}/");
    let mut sources =
        SOURCES.iter().filter(move |source| source.path.starts_with(&folder)).peekable();
    assert!(sources.peek().is_some(), "the table no longer fits the folders");
    sources
}

/// Everything but the file or the folder of the module at `path`.
fn everywhere_but(path: &str) -> impl Iterator<Item = &'static Source> {
    let is_there = move |file: &str| Path::new(file).with_extension("").starts_with(path);
    SOURCES.iter().filter(move |source| !is_there(&source.path))
}

fn nobody_names(banned: &str, sources: impl Iterator<Item = &'static Source>) {
    let found: Vec<String> = sources.flat_map(|source| source.naming(banned)).collect();
    assert!(found.is_empty(), "against the import table: {found:#?}");
}

fn nobody_reaches_beyond(modules: &str, sources: impl Iterator<Item = &'static Source>) {
    let found: Vec<String> = sources.flat_map(|source| source.reaching_beyond(modules)).collect();
    assert!(found.is_empty(), "against the import table: {found:#?}");
}
