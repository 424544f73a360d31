//! On whose word the signer's certificate stands is proven by the log: a row that says more than the log shows is not believed,
//! or told to be the word of the source.

use std::sync::Arc;

use jejak_ledger::rules::{Field, RuleSet, Thing};
use jejak_ledger::verdict::{Conclusion, Evidence, Reason, StepName};

use super::{Scene, open};
use crate::harness::BENGKAYANG;

const MISMATCH: (StepName, Reason) = (StepName::Certificate, Reason::EnrolmentMismatch);

/// The rows of the signer's certificate: its own, and its place in that of its holder.
const ROWS: [&str; 2] = ["cert", "signer"];

/// Changes what one of the rows says of the certificate.
fn changed(scene: &Scene, which: &str, name: &str, value: Option<Field>) -> Evidence {
    let mut evidence = scene.evidence();
    let certificate = scene.world.dinkes.thumbprint().to_string();
    let end = if which == "cert" { certificate.as_str() } else { scene.world.dinkes.id.as_str() };
    let mut things = evidence.before.reads.things.iter_mut();
    let (_, row) = things.find(|(key, _)| key.ends_with(end)).unwrap();
    let row: &mut Thing = row.as_mut().unwrap();
    let fields = if which == "cert" {
        &mut row.fields
    } else {
        let Some(Field::List(all)) = row.fields.get_mut("certificates") else { panic!("{row:?}") };
        let Field::Map(entry) = &mut all[0] else { panic!("{all:?}") };
        assert_eq!(entry["certificate"], Field::from(certificate.as_str()));
        entry
    };
    match value {
        Some(value) => assert_eq!(fields.insert(name.to_owned(), value), None),
        None => assert!(fields.remove(name).is_some()),
    }
    evidence
}

#[test]
fn a_row_that_does_not_name_who_enrolled_it_contradicts_the_enrolment() {
    let scene = Scene::new();
    for which in ROWS {
        let evidence = changed(&scene, which, "enrolled_by", None);
        let verdict = scene.judge(&evidence);
        assert!(open(&verdict).contains(&MISMATCH), "{which}: {verdict:#?}");
        // By the rule set of the opening its rows name him; where that is not known, whether they do is its word.
        let mut unknown = evidence;
        unknown.before.rulesets.clear();
        let verdict = scene.judge(&unknown);
        assert!(!open(&verdict).contains(&MISMATCH), "{which}");
        assert!(verdict.grounds.enrolment.is_some() && verdict.grounds.standing_by_word, "{which}");
    }
}

#[test]
fn an_attestation_that_no_statement_shows_is_told_to_be_the_word_of_the_source() {
    let scene = Scene::new();
    assert!(!scene.judge(&scene.evidence()).grounds.standing_by_word);
    for which in ROWS {
        let evidence = changed(&scene, which, "attested_at", Some(Field::Integer(1)));
        let verdict = scene.judge(&evidence);
        assert_eq!(verdict.conclusion, Conclusion::TotalPassed);
        assert_eq!(verdict.grounds.enrolment.unwrap().attested_at, None);
        assert!(verdict.grounds.standing_by_word, "{which}");
    }
}

/// An older version of the structural acts asks for less; what is said to be in force must be proven to be.
#[test]
fn a_rule_set_that_only_the_file_names_excuses_no_row() {
    let scene = Scene::new();
    for which in ROWS {
        let mut evidence = changed(&scene, which, "enrolled_by", None);
        evidence.before.rulesets.clear();
        let text = String::from_utf8(BENGKAYANG.to_vec()).unwrap();
        let older = text.replacen("structural = 3", "structural = 2", 1);
        let older = Arc::new(RuleSet::parse(older.as_bytes()).unwrap());
        evidence.before.ruleset = older.hash();
        evidence.before.rulesets.insert(older.hash(), older);
        let verdict = scene.judge(&evidence);
        assert_eq!(verdict.grounds.ruleset, None);
        assert!(verdict.grounds.enrolment.is_some() && verdict.grounds.standing_by_word, "{which}");
    }
}

#[test]
fn a_row_that_denies_a_proven_enrolment_or_its_agency_is_not_believed() {
    let scene = Scene::new();
    let key = format!("certificate:{}", scene.world.dinkes.thumbprint());
    let other = |row: &mut Option<Thing>| {
        let row = row.as_mut().unwrap();
        row.fields.insert("agency".to_owned(), Field::from("kominfo"));
    };
    for is_denied in [true, false] {
        let mut evidence = scene.evidence();
        let row = evidence.before.reads.things.get_mut(&key).unwrap();
        if is_denied {
            *row = None;
        } else {
            other(row);
        }
        let verdict = scene.judge(&evidence);
        assert!(verdict.grounds.enrolment.is_some());
        assert_eq!(open(&verdict), [MISMATCH, (StepName::Authority, Reason::NotDecided)]);
        assert_eq!(verdict.conclusion, Conclusion::Indeterminate(Reason::EnrolmentMismatch));
    }
}

#[test]
fn a_row_stands_once_in_a_file() {
    let scene = Scene::new();
    let file = scene.world.ledger().view().evidence_file(scene.position).unwrap().unwrap().0;
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    for member in ["ids", "things", "versions", "newest", "statements"] {
        let mut twice = file.clone();
        let rows = twice["before"][member].as_array_mut().unwrap();
        let Some(first) = rows.first().cloned() else { continue };
        rows.push(first);
        let refused = Evidence::parse(&serde_json::to_vec(&twice).unwrap()).unwrap_err();
        assert_eq!(refused.to_string(), format!("before.{member} is malformed"));
    }
    assert!(!file["before"]["things"].as_array().unwrap().is_empty());
}

/// Among the grounds the enrolment stands twice, once without the certificate of who signed it.
#[test]
fn a_ground_that_lacks_something_hides_none_that_is_whole() {
    let scene = Scene::new();
    let evidence = scene.evidence();
    let proven = scene.judge(&evidence).grounds.enrolment;
    assert!(proven.is_some());
    for at in 0..evidence.grounds.len() {
        let mut bare = evidence.grounds[at].clone();
        bare.chain.clear();
        for place in [0, evidence.grounds.len()] {
            let mut evidence = evidence.clone();
            evidence.grounds.insert(place, bare.clone());
            assert_eq!(scene.judge(&evidence).grounds.enrolment, proven);
        }
    }
}
