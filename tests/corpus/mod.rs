//! The frozen corpus: whole ledgers as they were once signed and decided. Every later build decides each
//! statement again as it was decided then, and comes to the same log and the same state of every stream.
//!
//! `tests/corpus/README.md` says what lies where and how a corpus is frozen.

mod freeze;
mod frozen;

use std::fs;
use std::path::PathBuf;

use jejak_ledger::log::Position;
use jejak_ledger::registers::Register;
use jejak_ledger::rules::{Facts, RuleSet};
use jejak_ledger::{Answer, View};
use serde_json::{Value, json};

use crate::harness::file;
use frozen::{Frozen, Replayed};

/// Set to a directory name, the test that freezes writes a new corpus there.
const FREEZE: &str = "JEJAK_FREEZE_CORPUS";

/// All streams, and what else is kept under a key.
const EVERYTHING: Register = Register { name: "everything", prefix: "", columns: &[] };

fn corpora() -> Vec<PathBuf> {
    let entries = fs::read_dir(file("corpus")).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

#[test]
fn every_frozen_ledger_is_decided_again_as_it_was() {
    let corpora = corpora();
    assert!(!corpora.is_empty());
    for frozen in corpora.iter().flat_map(|corpus| Frozen::read_all(corpus)) {
        let replayed = Replayed::of(&frozen);
        assert_eq!(replayed.ended(), frozen.ended, "{}", frozen.name);
        replayed.audit();
    }
}

/// Of every row that has an accepted case, an accepted and a refused event stands in the newest corpus.
#[test]
fn the_newest_corpus_has_one_accepted_and_one_refused_event_of_every_row() {
    let newest = corpora().pop().unwrap();
    let frozen = Frozen::read_all(&newest);
    let rules = RuleSet::parse(&frozen[0].ruleset).unwrap();
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for line in frozen.iter().flat_map(|frozen| &frozen.lines) {
        let Some(row) = line.row.clone() else { continue };
        match line.answer.get("position") {
            Some(_) => accepted.push(row),
            None => refused.push(row),
        }
    }
    let rows: Vec<_> = rules.acts().filter(|act| act.row.starts_with("BKY-")).collect();
    let missing = |of: &[String]| -> Vec<String> {
        let mut missing: Vec<_> = rows.iter().map(|act| act.row.clone()).collect();
        missing.retain(|row| !of.contains(row));
        missing
    };
    assert_eq!(missing(&accepted), Vec::<String>::new());
    assert_eq!(missing(&refused), Vec::<String>::new());
}

#[test]
fn the_cases_of_the_rule_sets_can_be_frozen_as_signed_ledgers() {
    let name = std::env::var(FREEZE).ok();
    let ledgers = freeze::all();
    if let Some(name) = name {
        freeze::write(&file("corpus").join(name), &ledgers);
    }
    let scratch = tempfile::tempdir().unwrap();
    freeze::write(scratch.path(), &ledgers);
    let first = &Frozen::read_all(scratch.path())[0];
    assert_eq!(Replayed::of(first).ended(), first.ended);
}

/// An answer as the corpus keeps it.
fn told(answer: &Answer) -> Value {
    match answer {
        Answer::Recorded(receipted) => json!({ "position": receipted.position }),
        Answer::Repeated(receipted) => json!({ "repeats": receipted.position }),
        Answer::Refused(refusal) => json!({ "code": refusal.code(), "rule": refusal.rule() }),
        Answer::Failed(failure) => panic!("{failure}"),
    }
}

/// Size, root, and of every key the state, version and digest of what is kept.
fn ended(view: &View) -> Value {
    let head = Position(view.size() - 1);
    let page = view.register(&EVERYTHING, head, None, usize::MAX, usize::MAX).unwrap();
    let kept: Facts = page.rows.into_iter().collect();
    let mut rows = serde_json::Map::new();
    for (key, thing) in kept {
        let fields: serde_json::Map<_, _> =
            thing.fields.iter().map(|(name, field)| (name.clone(), field.to_json())).collect();
        let digest = jejak_signer::Hash::of(Value::Object(fields).to_string().as_bytes());
        let class = format!("{:?}", thing.class).to_lowercase();
        rows.insert(key, json!([thing.state, thing.version, class, digest.to_string()]));
    }
    json!({ "size": view.size(), "root": view.root().to_string(), "streams": rows })
}
