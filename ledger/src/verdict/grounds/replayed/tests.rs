//! Grounds that whoever runs a log could make up: each counts only for who could do so.

#![expect(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests")]

use serde_json::json;

use super::*;
use crate::event::Event;

const ORIGIN: &str = "jejak.example/61.07";

/// What signs for a person: the certificate of the opening is the person's name in bytes.
fn certificate(of: &str) -> Hash {
    Hash::of(of.as_bytes())
}

fn chain(of: &str) -> Value {
    json!([STANDARD.encode(of)])
}

/// A log whose grounds whoever runs it could make up: nothing in it but the signatures is checked before.
#[derive(Default)]
struct Log {
    grounds: Vec<(String, Event)>,
}

impl Log {
    fn opened() -> Self {
        let person =
            |name: &str| json!({ "person": name, "agency": "setda", "chain": chain(name) });
        let data = json!({
            "ruleset": "dibuka",
            "anchors": [STANDARD.encode("akar")],
            "authorities": [person("bupati"), person("sekda")],
            "registrars": [person("satu"), person("dua")],
        });
        Self::default().then("bupati", "ledger.opened", "ledger/61.07", data)
    }

    fn then(mut self, by: &str, kind: &str, subject: &str, data: Value) -> Self {
        let event = json!({
            "specversion": "1.0", "id": self.grounds.len().to_string(), "source": "agency/setda",
            "type": kind, "subject": subject, "time": "2026-01-01T00:00:00Z", "ledger": ORIGIN,
            "data": data,
        });
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        self.grounds.push((by.to_owned(), event));
        self
    }

    fn enrolled(self, by: &str, person: &str, leaf: &str) -> Self {
        let data = json!({
            "person": person, "agency": "dinkes", "class": "langsung", "chain": chain(leaf),
        });
        self.then(by, "signer.enrolled", &format!("signer/{person}"), data)
    }

    fn renewed(self, by: &str, person: &str, leaf: &str) -> Self {
        let data = json!({
            "person": person, "agency": "dinkes", "class": "langsung", "chain": chain(leaf),
            "renews": certificate(by).to_string(),
        });
        self.then(by, "signer.enrolled", &format!("signer/{person}"), data)
    }

    fn attested(self, by: &str, person: &str, leaf: &str) -> Self {
        let data = json!({ "certificate": certificate(leaf).to_string() });
        self.then(by, "signer.attested", &format!("signer/{person}"), data)
    }

    fn act(self, by: &str, kind: &str, data: Value) -> Self {
        self.then(by, kind, "ledger/61.07", data)
    }

    /// Of the act before.
    fn confirmed(self, by: &str) -> Self {
        let id = self.grounds.len() - 1;
        let key = Hash::of(&[u8::try_from(id).unwrap()]);
        let event = json!({ "agency": "setda", "id": id.to_string(), "key": key.to_string() });
        self.then(by, "act.countersigned", "ledger/61.07", json!({ "event": event }))
    }

    fn replayed(self) -> Replayed {
        let stood = |(position, (by, event)): (usize, (String, Event))| {
            let key = Hash::of(&[u8::try_from(position).unwrap()]);
            (u64::try_from(position).unwrap(), Stood { event, signer: certificate(&by), key })
        };
        Replayed::of(ORIGIN, self.grounds.into_iter().enumerate().map(stood).collect())
    }

    fn enrols(self, leaf: &str) -> bool {
        self.replayed().enrolment(&certificate(leaf)).is_some()
    }

    fn policy(self) -> Option<Vec<String>> {
        Some(self.replayed().policies.last()?.1.by.clone())
    }
}

fn policy() -> Value {
    json!({ "policy": "p" })
}

#[test]
fn only_who_is_entitled_enrols() {
    for by in ["bupati", "satu"] {
        assert!(Log::opened().enrolled(by, "p", "p").enrols("p"), "{by}");
    }
    let official = Log::opened().enrolled("satu", "p", "p");
    assert!(!official.enrolled("p", "lain", "lain").enrols("lain"));
    assert!(!Log::opened().enrolled("siapa", "p", "p").enrols("p"));
    // Under the stream of another.
    let data =
        json!({ "person": "p", "agency": "dinkes", "class": "langsung", "chain": chain("p") });
    assert!(!Log::opened().then("satu", "signer.enrolled", "signer/q", data).enrols("p"));
    // Without an opening that its signer signed as an authority.
    assert!(!Log::default().enrolled("satu", "p", "p").enrols("p"));
    let mut foreign = Log::opened();
    "satu".clone_into(&mut foreign.grounds.first_mut().unwrap().0);
    assert!(!foreign.enrolled("satu", "p", "p").enrols("p"));
}

#[test]
fn a_holder_renews_his_own_certificate_and_no_other() {
    let enrolled = || Log::opened().enrolled("satu", "p", "p");
    assert!(enrolled().renewed("p", "p", "p2").enrols("p2"));
    assert!(!enrolled().renewed("p", "q", "q").enrols("q"));
    assert!(!enrolled().enrolled("p", "p", "p2").enrols("p2"));
}

#[test]
fn an_appointment_counts_with_the_signatures_of_both_authorities() {
    let appointed = |first: &str, second: &str| {
        let data = json!({ "person": "p", "certificate": certificate("p").to_string() });
        let log = Log::opened().enrolled("satu", "p", "p");
        let log = log.act(first, "ledger.registrar_appointed", data).confirmed(second);
        log.enrolled("p", "lain", "lain").enrols("lain")
    };
    assert!(appointed("bupati", "sekda"));
    for (first, second) in [("bupati", "bupati"), ("bupati", "satu"), ("satu", "sekda")] {
        assert!(!appointed(first, second), "{first} {second}");
    }
}

/// One authority who enrols a certificate in the name of the other signs with it in vain.
#[test]
fn an_adoption_takes_two_whose_certificates_rest_on_more_than_the_word_of_one() {
    let adopted = |log: Log, first: &str, second: &str| {
        log.act(first, "trust.policy_adopted", policy()).confirmed(second).policy()
    };
    let both = Some(vec!["bupati".to_owned(), "sekda".to_owned()]);
    assert_eq!(adopted(Log::opened(), "bupati", "sekda"), both);
    assert_eq!(adopted(Log::opened(), "bupati", "bupati"), None);
    assert_eq!(adopted(Log::opened(), "satu", "dua"), None);
    assert_eq!(Log::opened().act("bupati", "trust.policy_adopted", policy()).policy(), None);
    let forged = || Log::opened().enrolled("bupati", "sekda", "palsu");
    assert_eq!(adopted(forged(), "bupati", "palsu"), None);
    assert_eq!(adopted(forged().attested("bupati", "sekda", "palsu"), "bupati", "palsu"), None);
    assert_eq!(adopted(forged().attested("satu", "lain", "palsu"), "bupati", "palsu"), None);
    assert_eq!(adopted(forged().attested("satu", "sekda", "palsu"), "bupati", "palsu"), both);
    assert_eq!(adopted(Log::opened().renewed("sekda", "sekda", "baru"), "bupati", "baru"), both);
}

#[test]
fn a_seat_goes_over_and_the_one_before_holds_it_no_longer() {
    let data = json!({
        "replaces": "sekda", "person": "p", "certificate": certificate("p").to_string(),
    });
    let replaced = |second: &str| {
        let log = Log::opened().enrolled("satu", "p", "p");
        log.act("bupati", "ledger.authority_replaced", data.clone()).confirmed(second)
    };
    let adopted = |log: Log, second: &str| {
        log.act("bupati", "trust.policy_adopted", policy()).confirmed(second).policy()
    };
    assert_eq!(adopted(replaced("dua"), "p"), Some(vec!["bupati".to_owned(), "p".to_owned()]));
    assert_eq!(adopted(replaced("dua"), "sekda"), None);
    // Who enrolled him does not bring him in.
    assert_eq!(adopted(replaced("satu"), "p"), None);
}
