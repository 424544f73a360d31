//! What the rules would accept next, held against what they accept: what is open is never refused for a
//! reason that was not named, what is closed is never accepted, and every row of the rule sets has a
//! history in which it is open and accepted.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::attempts::{
    Attempt, BEGINNINGS, PEOPLE, STREAMS, attempts, beginnings, begun, enrolled_by, origin_of,
};
use super::evaluation::{ASSESSOR, BUPATI, SUPERVISOR};
use super::rows::{HEAD_OF_DINKES, TESTER, cases, given_event, put_into};
use super::*;
use crate::event::SignedAs;

impl World {
    /// What the rules say would be accepted next on a stream.
    pub(super) fn next(&self, subject: &str, origin: &str, asker: &Asker) -> NextActs<'_> {
        let question = Question { subject, origin, asker };
        let known = |keys: Vec<String>| -> Facts {
            let known = |key: String| self.facts.get(&key).cloned().map(|thing| (key, thing));
            keys.into_iter().filter_map(known).collect()
        };
        let first = known(next_reads(&self.rules, question, &Facts::new()));
        let second = known(next_reads(&self.rules, question, &first));
        let facts = known(next_reads(&self.rules, question, &second));
        assert_eq!(known(next_reads(&self.rules, question, &facts)), facts, "three rounds do");
        let situation = Situation {
            facts: &facts,
            hidden: &BTreeSet::new(),
            position: self.position,
            recorded_at: Micros(self.now + self.position.0),
        };
        next(&self.rules, question, situation)
    }

    /// Posts the attempt; accepted or refused, it must be what was said before. True if it was accepted.
    #[track_caller]
    fn attempt(&mut self, attempt: &Attempt) -> bool {
        let event = self.aimed(&attempt.event);
        let Ok(event) = Event::parse(event.to_string().as_bytes()) else { return false };
        let decided = self.admit_from(attempt.signer, &event, &enrolled_by(&event));
        self.coherent(&event, attempt.signer, &decided);
        let accepted = decided.is_ok();
        if let Ok(admitted) = decided {
            let signatory = self.signatory(attempt.signer, &event);
            let changes = &admitted.changes;
            self.past.remember(self.position, &self.rules, &event, signatory, changes);
            self.facts.extend(admitted.changes);
            self.position.0 += 1;
        }
        accepted
    }

    /// Does the event that is accepted now wait for a further signature?
    pub(super) fn waits(&self, admitted: &Admitted) -> bool {
        let at = Field::Integer(self.position.0.try_into().unwrap());
        let waiting = admitted.changes[0].1.fields.get("pending").and_then(Field::as_list);
        waiting.unwrap_or_default().iter().any(|entry| entry.member("position") == Some(&at))
    }

    #[track_caller]
    fn coherent(&self, event: &Event, signer: &str, decided: &Result<Admitted, Refusal>) {
        let Ok(row) = self.rules.select(event) else { return };
        let in_person = event.signed_as == SignedAs::Official;
        let asker = Asker {
            person: Some(signer.to_owned()),
            agency: Some(event.agency().to_owned()),
            office: event.office.clone().filter(|_| in_person),
        };
        let acts = self.next(&event.subject, &event.ledger, &asker);
        let open = acts.open.iter().find(|open| std::ptr::eq(open.act, row));
        let told = || format!("{event:?}\n{decided:?}\n{open:#?}");
        match (decided, open) {
            (Ok(admitted), Some(open)) => {
                let to = &admitted.changes[0].1.state;
                let listed = open.steps.is_empty() || open.steps.iter().any(|step| step.to == to);
                // One that waits for a further signature takes its step with that.
                let listed = listed || self.waits(admitted);
                // An acting holder who goes leaves the office as it was.
                assert!(listed || event.kind.starts_with("role."), "{}", told());
                assert!(in_person || open.is_recordable, "{}", told());
                if in_person {
                    assert!(!matches!(open.may, Some(Outlook::Fails(_))), "{}", told());
                }
            }
            (Ok(_), None) => panic!("accepted, but not listed: {}", told()),
            (Err(refusal), Some(open)) => named(event, refusal, open, in_person, &told),
            // Closed to everybody, or not the row that is meant: refused it is.
            (Err(_), None) => {}
        }
    }
}

/// An act that is listed is refused for no reason that the list calls settled.
#[track_caller]
fn named(
    event: &Event,
    refusal: &Refusal,
    open: &OpenAct<'_>,
    in_person: bool,
    told: &dyn Fn() -> String,
) {
    let depends = |outlook: &Outlook| matches!(outlook, Outlook::Depends(on) if !on.is_empty());
    match refusal.code {
        Code::TransitionForbidden => {
            assert!(open.steps.iter().all(|step| depends(&step.outlook)), "{}", told());
        }
        Code::RuleRefused => {
            let mut demands = open.conditions.iter().filter(|demand| !demand.warn);
            let named = |demand: &Demand<'_>| {
                Some(demand.rule) == refusal.rule.as_deref() && demand.outlook != Outlook::Holds
            };
            assert!(demands.any(named), "{}", told());
        }
        // The form of the content, and who signs, are not of the list.
        Code::ContentInvalid | Code::RoleMissing | Code::TypeUnknown => {}
    }
    // He who may holds the office that the event has to name.
    let unnamed = event.office.is_none() && open.who.iter().any(|who| !who.offices.is_empty());
    if in_person && !(refusal.code == Code::RoleMissing && unnamed) {
        let settled = open.may == Some(Outlook::Holds);
        assert!(!settled || refusal.code == Code::ContentInvalid, "{}", told());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Neither too narrow nor too wide, in random histories of well-formed events by all kinds of people.
    #[test]
    fn what_is_said_to_be_next_is_what_is_decided(
        beginning in beginnings(),
        attempts in prop::collection::vec(attempts(), 1..60),
    ) {
        let mut world = begun(beginning);
        for mut attempt in attempts {
            attempt.event["ledger"] = json!(origin_of(beginning));
            world.attempt(&attempt);
        }
    }
}

/// The table of cases beside the rule set: each accepted event was listed before, each refused one was
/// closed, or its reason named.
#[test]
fn every_case_of_the_regulation_is_what_was_said_before() {
    let told = |given: &[Given]| {
        let mut world = rows::region();
        for given in given {
            assert!(world.attempt(&Attempt::of(&given_event(given))), "{}", given.event());
        }
        world
    };
    for case in cases().accepted {
        let accepted = told(&case.given).attempt(&Attempt::of(&example(&case.event)));
        assert!(accepted, "{}", case.event);
    }
    for case in cases().refused {
        let event = put_into(&case.event, &case.put);
        assert!(!told(&case.given).attempt(&Attempt::of(&event)), "{}", case.event);
    }
}

/// For each act that is listed as open on some stream a witness is sought; one that waits for nothing must
/// have one wherever somebody is entitled to it.
#[test]
fn every_row_is_listed_where_a_witness_is_accepted() {
    let row = |act: &Act| format!("{} on {}", act.kind, act.subject.as_str());
    let (mut witnessed, mut all) = (BTreeSet::new(), BTreeSet::new());
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    for case in cases().accepted {
        let event = Event::parse(example(&case.event).to_string().as_bytes()).unwrap();
        witnessed.insert(row(rules.select(&event).unwrap()));
    }
    for beginning in BEGINNINGS {
        let world = begun(beginning);
        all.extend(world.rules.acts().map(row));
        let origin = origin_of(beginning);
        for subject in STREAMS {
            for open in world.next(subject, origin, &Asker::default()).open {
                let (accepted, refusals) = witnesses(&world, open.act, subject, origin);
                if accepted > 0 {
                    witnessed.insert(row(open.act));
                } else if open.outlook == Outlook::Holds {
                    let nobody = refusals.iter().all(|refusal| refusal.code == Code::RoleMissing);
                    assert!(nobody, "{beginning}: {} on {subject}: {refusals:#?}", row(open.act));
                }
            }
        }
    }
    let never: Vec<_> = all.difference(&witnessed).collect();
    // No example enrols a system, no beginning has a third registrar, and none another log key than the first.
    let services = [
        "ledger.service_appointed",
        "ledger.service_removed",
        "ledger.registrar_removed",
        "ledger.key_retired",
    ];
    let never: Vec<_> = never
        .into_iter()
        .filter(|row| !services.iter().any(|kind| row.starts_with(kind)))
        .collect();
    assert_eq!(never, ["ledger.opened on ledger/{region}"]);
}

/// How many attempts at an act are accepted, each from the same state, and why the others are not.
fn witnesses(world: &World, act: &Act, subject: &str, origin: &str) -> (usize, Vec<Refusal>) {
    let of_kind = |name: &&str| {
        *name == act.kind || name.strip_prefix(&act.kind).is_some_and(|rest| rest.starts_with('.'))
    };
    let (mut accepted, mut refusals) = (0, Vec::new());
    for name in EXAMPLES.iter().map(|(name, _)| *name).filter(of_kind) {
        for (person, office) in signatories() {
            let mut attempt = Attempt::on(name, subject, person).in_office(office);
            attempt.event["ledger"] = json!(origin);
            let Ok(event) = Event::parse(attempt.event.to_string().as_bytes()) else { continue };
            if !world.rules.select(&event).is_ok_and(|row| std::ptr::eq(row, act)) {
                continue;
            }
            match world.admit_from(person.0, &event, &enrolled_by(&event)) {
                Ok(_) => accepted += 1,
                Err(refusal) => refusals.push(refusal),
            }
        }
    }
    (accepted, refusals)
}

/// Everybody for himself, and the holders in their offices.
fn signatories() -> impl Iterator<Item = ((&'static str, &'static str), Option<&'static str>)> {
    let held = [
        ((BUPATI, "setda"), "role/bupati"),
        ((AUTHORITY, "setda"), "role/sekda"),
        ((SUPERVISOR, "kominfo"), "role/kadis-kominfo"),
        ((ASSESSOR, "menpanrb"), "role/asesor-eksternal"),
        ((MINISTER, "menpanrb"), "role/menpanrb"),
        ((HEAD_OF_DINKES, "dinkes"), "role/kepala-dinkes"),
        ((TESTER, "kominfo"), "role/tim-penguji"),
    ];
    let himself = PEOPLE.into_iter().map(|person| (person, None));
    himself.chain(held.into_iter().map(|(person, office)| (person, Some(office))))
}
