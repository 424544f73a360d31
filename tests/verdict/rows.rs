//! On whose word the signer's certificate stands is proven by the log: a row that says more than the log shows is not believed,
//! or told to be the word of the source.

use jejak_ledger::rules::{Field, Thing};
use jejak_ledger::verdict::{Conclusion, Evidence, Reason, StepName};

use super::{Scene, open};

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
