//! A time-stamping authority whose issuer has a responder and no lists: what it answers counts like a list, for the tokens
//! over tree heads and for those of renewals.

use jejak_ledger::verdict::{Evidence, Reason, StepName, verdict};

use super::{START, Scene, YEAR, only, open};

/// Answers are made when the test runs: asked is later, while the certificates of the authority are valid.
const ASKED: i64 = START + 19 * YEAR;

fn answered(scene: &Scene, status: &str) -> Evidence {
    let mut evidence = scene.evidence();
    let answer = scene.tsa.answer(status);
    evidence.hand_in(answer, &scene.policy(), ASKED).unwrap();
    assert_eq!(evidence.responses.len(), 1);
    evidence
}

#[test]
fn a_response_that_the_key_of_a_time_authority_was_lost_takes_its_tokens() {
    let scene = Scene::new();
    let judged = |status: &str| verdict(&answered(&scene, status), &scene.policy(), ASKED);
    assert_eq!(open(&judged("V\t")), []);
    assert_eq!(open(&judged("R\t261001000000Z,superseded")), []);
    for lost in ["R\t261001000000Z,keyCompromise", "R\t260101000000Z,superseded"] {
        let found = judged(lost);
        only(&found, StepName::Certificate, Reason::TimeStampNotAccepted);
        let step = found.step(StepName::Certificate).unwrap();
        let refused = step.facts["tokens_not_accepted"].to_string();
        assert!(refused.contains("certificate 0 was revoked"), "{refused}");
    }
}
