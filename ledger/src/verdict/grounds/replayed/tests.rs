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
    /// When the next are recorded, where the one before it was at another time: by number.
    times: BTreeMap<usize, i64>,
    /// Until when the certificates are valid of whom it is not for ever.
    ends: BTreeMap<String, i64>,
}

impl Log {
    fn opened() -> Self {
        Self::opened_with("dibuka")
    }

    fn opened_with(ruleset: &str) -> Self {
        let person =
            |name: &str| json!({ "person": name, "agency": "setda", "chain": chain(name) });
        let data = json!({
            "ruleset": ruleset,
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
            "person": person, "agency": agency_of(person), "class": "langsung", "chain": chain(leaf),
        });
        self.then(by, "signer.enrolled", &format!("signer/{person}"), data)
    }

    /// For the agency that the person signs for already.
    fn renewed(self, by: &str, person: &str, leaf: &str) -> Self {
        let data = json!({
            "person": person, "agency": agency_of(person), "class": "langsung", "chain": chain(leaf),
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
        self.confirmed_of(by, "ledger/61.07")
    }

    fn confirmed_of(self, by: &str, subject: &str) -> Self {
        let id = self.grounds.len() - 1;
        let key = Hash::of(&[u8::try_from(id).unwrap()]);
        let event = json!({ "agency": "setda", "id": id.to_string(), "key": key.to_string() });
        self.then(by, "act.countersigned", subject, json!({ "event": event }))
    }

    fn replayed(self) -> Replayed<'static> {
        self.replayed_with(Seats::ByAuthorities)
    }

    /// What follows is recorded then.
    fn later(mut self, seconds: i64) -> Self {
        self.times.insert(self.grounds.len(), seconds);
        self
    }

    fn until(mut self, person: &str, seconds: i64) -> Self {
        self.ends.insert(person.to_owned(), seconds);
        self
    }

    fn replayed_with(self, seats: Seats) -> Replayed<'static> {
        let (times, ends) = (self.times, self.ends);
        let stood = |(position, (by, event)): (usize, (String, Event))| {
            let key = Hash::of(&[u8::try_from(position).unwrap()]);
            let at = times.range(..=position).next_back().map_or(0, |(_, at)| *at);
            let until = ends.get(&by).copied().unwrap_or(i64::MAX);
            let signer = certificate(&by);
            let iat = u64::try_from(at).unwrap();
            (u64::try_from(position).unwrap(), Stood { event, signer, key, iat, at, until })
        };
        let grounds: BTreeMap<_, _> = self.grounds.into_iter().enumerate().map(stood).collect();
        let at_hand = AtHand { version: &version, window: &|_| None };
        Replayed::of(ORIGIN, Box::leak(Box::new(grounds)), at_hand, seats)
    }

    /// The rule set in force, and who adopted it.
    fn ruleset(self) -> (String, Vec<String>) {
        let (hash, adopted) = self.replayed().rulesets.last().cloned().unwrap();
        (hash, adopted.by)
    }

    fn revoked(self, person: &str, data: Value) -> Self {
        self.then("satu", "signer.revoked", &format!("signer/{person}"), data)
    }

    fn suspended(self, by: &str, person: &str) -> Self {
        self.then(by, "signer.suspended", &format!("signer/{person}"), json!({ "reason": "leave" }))
    }

    fn reinstated(self, by: &str, person: &str) -> Self {
        self.then(by, "signer.reinstated", &format!("signer/{person}"), json!({}))
    }

    fn enrols(self, leaf: &str) -> bool {
        self.replayed().enrolment(&certificate(leaf)).is_some()
    }

    fn policy(self) -> Option<Vec<String>> {
        Some(self.replayed().policies.last()?.1.by.clone())
    }
}

/// The structural acts of the rule sets here; of others nothing is known.
fn version(ruleset: &str) -> Option<Structural> {
    match ruleset {
        "dibuka" | "baru" => Some(Structural::Three),
        "lama" | "lama2" => Some(Structural::Two),
        _ => None,
    }
}

fn agency_of(person: &str) -> &'static str {
    if ["bupati", "sekda", "satu", "dua"].contains(&person) { "setda" } else { "dinkes" }
}

fn policy() -> Value {
    json!({ "policy": "p" })
}

#[test]
fn only_who_is_entitled_enrols() {
    assert!(Log::opened().enrolled("satu", "p", "p").enrols("p"));
    // Others are a registrar's to enrol, founders an authority's.
    assert!(!Log::opened().enrolled("bupati", "p", "p").enrols("p"));
    for founder in ["sekda", "dua"] {
        assert!(Log::opened().enrolled("bupati", founder, "lagi").enrols("lagi"), "{founder}");
        assert!(!Log::opened().enrolled("satu", founder, "lagi").enrols("lagi"), "{founder}");
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

/// Who enrolled stands in the rows that version 3 of the structural acts makes, and in what is renewed as in what it renews.
#[test]
fn that_a_row_names_who_enrolled_is_known_under_the_third_version_alone() {
    let named = |log: Log, leaf: &str| log.replayed().names_enroller(&certificate(leaf));
    let enrolled = |ruleset: &str| Log::opened_with(ruleset).enrolled("satu", "p", "p");
    let renewed = |ruleset: &str| enrolled(ruleset).renewed("p", "p", "p2");
    for (ruleset, expected) in [("dibuka", true), ("lama", false), ("lain", false)] {
        assert_eq!(named(enrolled(ruleset), "p"), expected, "{ruleset}");
        assert_eq!(named(renewed(ruleset), "p2"), expected, "{ruleset}");
        assert!(!named(Log::opened_with(ruleset), "satu"), "{ruleset}");
    }
    let adopted = json!({ "ruleset": "baru" });
    let later = enrolled("lama").act("bupati", "ruleset.adopted", adopted.clone());
    assert!(!named(later.renewed("p", "p", "p2"), "p2"));
    let third = Log::opened_with("lama").act("bupati", "ruleset.adopted", adopted);
    assert!(named(third.enrolled("satu", "p", "p"), "p"));
}

#[test]
fn a_holder_renews_his_own_certificate_and_no_other() {
    let enrolled = || Log::opened().enrolled("satu", "p", "p");
    assert!(enrolled().renewed("p", "p", "p2").enrols("p2"));
    assert!(!enrolled().renewed("p", "q", "q").enrols("q"));
    assert!(!enrolled().enrolled("p", "p", "p2").enrols("p2"));
}

/// He chooses neither for whom he signs nor as what: an agency or class of another enrolment is not his to give.
#[test]
fn a_renewal_is_for_the_same_agency_and_class() {
    let renewed = |agency: &str, class: &str| {
        let data = json!({
            "person": "p", "agency": agency, "class": class, "chain": chain("p2"),
            "renews": certificate("p").to_string(),
        });
        let log = Log::opened().enrolled("satu", "p", "p");
        let log = log.then("p", "signer.enrolled", "signer/p", data).replayed();
        log.enrolment(&certificate("p2")).map(|enrolment| enrolment.renewed)
    };
    assert_eq!(renewed("dinkes", "langsung"), Some(true));
    assert_eq!(renewed("kominfo", "langsung"), None);
    assert_eq!(renewed("dinkes", "sistem"), None);
    // Nor does a registrar enrol as what there is not.
    let enrolled = |class: &str| {
        let data = json!({
            "person": "p", "agency": "dinkes", "class": class, "chain": chain("p"),
        });
        let log = Log::opened().then("satu", "signer.enrolled", "signer/p", data).replayed();
        log.enrolment(&certificate("p")).map(|enrolment| (enrolment.class, enrolment.renewed))
    };
    for class in ["langsung", "sistem"] {
        assert_eq!(enrolled(class), Some((class.to_owned(), false)));
    }
    assert_eq!(enrolled("wali"), None);
    assert_eq!(enrolled(""), None);
}

#[test]
fn an_act_waits_thirty_days_for_its_second_signature_and_no_longer_than_its_certificate() {
    let both = Some(vec!["bupati".to_owned(), "sekda".to_owned()]);
    let adopted = |log: Log, after: i64| {
        let log = log.later(1_000).act("bupati", "trust.policy_adopted", policy());
        log.later(1_000 + after).confirmed("sekda").policy()
    };
    assert_eq!(adopted(Log::opened(), 30 * 86_400 - 1), both);
    assert_eq!(adopted(Log::opened(), 30 * 86_400), None);
    // Before version 3 it waited for ever.
    assert_eq!(adopted(Log::opened_with("lama"), 30 * 86_400), both);
    assert_eq!(adopted(Log::opened_with("asing"), 30 * 86_400), None);
    let ends = || Log::opened().until("bupati", 1_100);
    assert_eq!(adopted(ends(), 100), both);
    assert_eq!(adopted(ends(), 101), None);
    assert_eq!(adopted(Log::opened().until("sekda", 1_100), 101), both);
}

/// That a certificate was revoked is believed of everybody, and held against a row only of who may.
#[test]
fn a_revocation_is_held_against_a_row_where_one_alone_may_revoke() {
    let revoked = |by: &str, person: &str, data: Value| {
        let log = Log::opened().enrolled("satu", "p", "p").enrolled("satu", "q", "q");
        let log = log.then(by, "signer.revoked", &format!("signer/{person}"), data).replayed();
        (log.enrolment(&certificate(person)).is_some(), log.is_revoked(&certificate(person)))
    };
    let of = |leaf: &str| json!({ "certificate": certificate(leaf).to_string() });
    for by in ["p", "satu", "dua", "bupati"] {
        assert_eq!(revoked(by, "p", of("p")), (false, true), "{by}");
    }
    for by in ["q", "siapa"] {
        assert_eq!(revoked(by, "p", of("p")), (false, false), "{by}");
    }
    assert_eq!(revoked("satu", "p", of("lain")), (true, false));
    assert_eq!(revoked("satu", "p", json!({ "serial": "01" })), (false, false));
    // That of a founder may need another's signature.
    assert_eq!(revoked("bupati", "satu", of("satu")), (false, false));
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

/// However many certificates one founder enrols in the name of another: the second does not come to stand by the first.
#[test]
fn one_founder_never_becomes_two() {
    let adopted = |log: Log, second: &str| {
        log.act("bupati", "trust.policy_adopted", policy()).confirmed(second).policy()
    };
    let forged = || Log::opened().enrolled("bupati", "sekda", "palsu");
    let twice = |log: Log| log.attested("bupati", "sekda", "palsu2");
    assert_eq!(adopted(twice(forged().enrolled("palsu", "sekda", "palsu2")), "palsu2"), None);
    assert_eq!(adopted(twice(forged().renewed("palsu", "sekda", "palsu2")), "palsu2"), None);
    // Nor with the name of a registrar between them.
    let lent = || Log::opened().enrolled("bupati", "satu", "pinjam");
    assert!(!lent().enrolled("pinjam", "p", "p").enrols("p"));
    assert_eq!(adopted(lent().enrolled("pinjam", "sekda", "palsu"), "palsu"), None);
    let attested = forged().enrolled("bupati", "satu", "pinjam");
    assert_eq!(adopted(attested.attested("pinjam", "sekda", "palsu"), "palsu"), None);
    // A registrar alone brings nobody in.
    let registrar =
        Log::opened().enrolled("satu", "sekda", "palsu").enrolled("satu", "bupati", "b");
    let registrar = registrar.renewed("palsu", "sekda", "palsu2").renewed("b", "bupati", "b2");
    let registrar = registrar.attested("satu", "sekda", "palsu2").attested("satu", "bupati", "b2");
    assert_eq!(
        registrar.act("b2", "trust.policy_adopted", policy()).confirmed("palsu2").policy(),
        None
    );
    // By another who stands it comes to count, and what was renewed with it does.
    let both = Some(vec!["bupati".to_owned(), "sekda".to_owned()]);
    assert_eq!(adopted(forged().attested("satu", "sekda", "palsu"), "palsu"), both);
    let renewed = forged().renewed("palsu", "sekda", "palsu2");
    assert_eq!(adopted(renewed.attested("satu", "sekda", "palsu2"), "palsu2"), both);
}

#[test]
fn one_signature_adopts_a_rule_set_only_where_an_older_version_is_in_force() {
    let by = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let adopt = |log: Log, ruleset: &str| {
        log.act("bupati", "ruleset.adopted", json!({ "ruleset": ruleset }))
    };
    let opened = ("dibuka".to_owned(), by(&["bupati"]));
    for ruleset in ["lama", "baru", "asing"] {
        assert_eq!(adopt(Log::opened(), ruleset).ruleset(), opened, "{ruleset}");
    }
    // Nor do two go back behind version 3, or adopt what nobody knows.
    for ruleset in ["lama", "asing"] {
        let both = adopt(Log::opened(), ruleset).confirmed("sekda");
        assert_eq!(both.ruleset(), opened, "{ruleset}");
    }
    let both = || adopt(Log::opened(), "baru").confirmed("sekda");
    assert_eq!(both().ruleset(), ("baru".to_owned(), by(&["bupati", "sekda"])));
    assert_eq!(adopt(Log::opened(), "baru").confirmed("satu").ruleset(), opened);
    // On an older version one is enough, and the last such is the step to version 3.
    let old = || adopt(Log::opened_with("lama"), "lama2");
    assert_eq!(old().ruleset(), ("lama2".to_owned(), by(&["bupati"])));
    let risen = || adopt(old(), "baru");
    assert_eq!(risen().ruleset(), ("baru".to_owned(), by(&["bupati"])));
    assert_eq!(adopt(risen(), "lama").ruleset(), ("baru".to_owned(), by(&["bupati"])));
    // What the ledger opened with must be at hand.
    let unknown = adopt(Log::opened_with("asing"), "lama").ruleset();
    assert_eq!(unknown.0, "asing");
}

#[test]
fn what_is_revoked_or_removed_has_no_power() {
    let enrolled = || Log::opened().enrolled("satu", "p", "p");
    let certificate_of = |leaf: &str| json!({ "certificate": certificate(leaf).to_string() });
    let revoked = || enrolled().revoked("p", certificate_of("p"));
    assert!(!revoked().enrols("p"));
    assert!(!revoked().enrolled("satu", "p", "p").enrols("p"), "a certificate enrols once");
    assert!(!revoked().renewed("p", "p", "p2").enrols("p2"));
    assert!(enrolled().revoked("p", certificate_of("lain")).enrols("p"));
    assert!(!enrolled().revoked("p", json!({ "serial": "01" })).enrols("p"));
    // With a key that leaked goes what was renewed with it.
    let renewed = || enrolled().renewed("p", "p", "p2").renewed("p2", "p", "p3");
    let leaked = json!({ "certificate": certificate("p").to_string(), "reason": "key-compromise" });
    assert!(renewed().revoked("p", certificate_of("p")).enrols("p3"));
    assert!(!renewed().revoked("p", leaked).enrols("p3"));
    // A registrar who was removed by both authorities enrols nobody; by one he is not.
    let removed = |second: &str| {
        let log =
            Log::opened().act("bupati", "ledger.registrar_removed", json!({ "person": "satu" }));
        log.confirmed(second).enrolled("satu", "p", "p").enrols("p")
    };
    assert!(!removed("sekda"));
    assert!(removed("dua"));
    // An authority whose certificate was revoked adopts nothing, be it after the first signature.
    let log = Log::opened().revoked("sekda", certificate_of("sekda"));
    let log = log.act("bupati", "trust.policy_adopted", policy());
    assert_eq!(log.confirmed("sekda").policy(), None);
}

/// Who is suspended has no power, whoever says that he is; he is back once somebody says so who may.
#[test]
fn who_is_suspended_has_no_power_before_he_is_reinstated_by_who_may() {
    let away = || Log::opened().suspended("bupati", "satu");
    let enrols = |log: Log| log.enrolled("satu", "p", "p").enrols("p");
    assert!(!enrols(away()));
    assert!(!enrols(Log::opened().suspended("siapa", "satu")));
    assert!(enrols(Log::opened().suspended("bupati", "dua")));
    // What he signed before counts, what he renews does not.
    assert!(Log::opened().enrolled("satu", "p", "p").suspended("bupati", "satu").enrols("p"));
    assert!(!away().renewed("satu", "satu", "lagi").enrols("lagi"));
    // A registrar is brought back by an authority alone, and by no other.
    assert!(enrols(away().reinstated("sekda", "satu")));
    for by in ["satu", "dua", "siapa"] {
        let back = away().reinstated(by, "satu");
        assert!(!enrols(back), "{by}");
        let both = away().reinstated(by, "satu").confirmed_of("dua", "signer/satu");
        assert!(!enrols(both), "{by}");
    }
    // One who is suspended himself brings nobody back.
    assert!(!enrols(away().suspended("bupati", "sekda").reinstated("sekda", "satu")));
    // What was revoked stays so, and an older suspension outlasts the end of a newer one.
    let named = json!({ "certificate": certificate("satu").to_string() });
    assert!(!enrols(away().revoked("satu", named).reinstated("sekda", "satu")));
    assert!(!enrols(away().suspended("sekda", "satu").reinstated("sekda", "satu")));
    // The signer of the event himself.
    let official = || Log::opened().enrolled("satu", "p", "p").suspended("p", "p");
    assert!(!official().enrols("p"));
    for (by, back) in [("dua", true), ("bupati", true), ("p", false), ("siapa", false)] {
        assert_eq!(official().reinstated(by, "p").enrols("p"), back, "{by}");
    }
}

#[test]
fn an_authority_who_is_suspended_adopts_nothing_and_comes_back_by_another_or_by_two_registrars() {
    let adopted =
        |log: Log| log.act("bupati", "trust.policy_adopted", policy()).confirmed("sekda").policy();
    let both = Some(vec!["bupati".to_owned(), "sekda".to_owned()]);
    let away = || Log::opened().suspended("bupati", "sekda");
    assert_eq!(adopted(away()), None);
    assert_eq!(adopted(Log::opened().suspended("sekda", "bupati")), None);
    assert_eq!(adopted(away().reinstated("bupati", "sekda")), both);
    assert_eq!(adopted(away().reinstated("satu", "sekda")), None);
    let by_two = |first: &str, second: &str, of: &str| {
        adopted(away().reinstated(first, "sekda").confirmed_of(second, of))
    };
    assert_eq!(by_two("satu", "dua", "signer/sekda"), both);
    assert_eq!(by_two("satu", "satu", "signer/sekda"), None);
    assert_eq!(by_two("satu", "siapa", "signer/sekda"), None);
    assert_eq!(by_two("satu", "dua", "signer/bupati"), None);
    // Suspended between his signature and the other one.
    let log = Log::opened().act("sekda", "trust.policy_adopted", policy());
    let key = log.grounds.len() - 1;
    let late = log.suspended("bupati", "sekda");
    let id = key.to_string();
    let key = Hash::of(&[u8::try_from(key).unwrap()]).to_string();
    let event = json!({ "event": { "agency": "setda", "id": id, "key": key } });
    let late = late.then("bupati", "act.countersigned", "ledger/61.07", event);
    assert_eq!(late.policy(), None);
    // No power is given to a certificate that is suspended.
    let data = json!({ "person": "p", "certificate": certificate("p").to_string() });
    let log = Log::opened().enrolled("satu", "p", "p").suspended("satu", "p");
    let log = log.act("bupati", "ledger.registrar_appointed", data).confirmed("sekda");
    assert!(!log.reinstated("satu", "p").enrolled("p", "lain", "lain").enrols("lain"));
}

#[test]
fn a_key_of_the_log_is_added_by_both_authorities_and_retired_by_both() {
    let data = || json!({ "vkey": "kunci" });
    let added = |log: Log, first: &str, second: &str| {
        let at = u64::try_from(log.grounds.len()).unwrap();
        let log = log.act(first, "ledger.key_added", data()).confirmed(second);
        log.replayed().key_added(Position(at), Position(at + 1))
    };
    assert_eq!(added(Log::opened(), "bupati", "sekda").as_deref(), Some("kunci"));
    for (first, second) in [("bupati", "bupati"), ("satu", "sekda"), ("bupati", "dua"), ("x", "y")]
    {
        assert_eq!(added(Log::opened(), first, second), None, "{first} {second}");
    }
    let forged = Log::opened().enrolled("bupati", "sekda", "palsu");
    assert_eq!(added(forged, "bupati", "palsu"), None);
    let both = Log::opened().act("bupati", "ledger.key_added", data()).confirmed("sekda");
    let ended = both.act("sekda", "ledger.key_retired", data()).confirmed("bupati");
    assert_eq!(ended.replayed().key_added(Position(1), Position(2)), None);
}

/// Who proposes it is an authority: that the certificates of all have ended no file shows.
#[test]
fn a_seat_goes_over_only_where_an_authority_proposes_it() {
    let data = json!({
        "replaces": "sekda", "person": "p", "certificate": certificate("p").to_string(),
    });
    let enrolled = || Log::opened().enrolled("satu", "p", "p");
    let adopted = || {
        let replacing = enrolled().act("satu", "ledger.authority_replaced", data.clone());
        let replaced = replacing.confirmed("dua");
        replaced.act("bupati", "trust.policy_adopted", policy()).confirmed("p")
    };
    assert_eq!(adopted().policy(), None);
    assert_eq!(adopted().replayed().given_by_registrars(), None);
    // It is told that it would follow from such a seat, and where that was given.
    let with = adopted().replayed_with(Seats::AlsoByRegistrars);
    assert_eq!(with.policies.last().unwrap().1.by, ["bupati", "p"]);
    assert_eq!(with.given_by_registrars(), Some(Position(3)));
    let alone = enrolled().act("satu", "ledger.authority_replaced", data.clone()).confirmed("satu");
    assert_eq!(alone.replayed_with(Seats::AlsoByRegistrars).given_by_registrars(), None);
    let nobody = enrolled().act("satu", "ledger.authority_replaced", data.clone()).confirmed("p");
    assert_eq!(nobody.replayed_with(Seats::AlsoByRegistrars).given_by_registrars(), None);
    // Nor to somebody who has a seat already.
    let data = json!({
        "replaces": "sekda", "person": "dua", "certificate": certificate("dua").to_string(),
    });
    let log = Log::opened().act("bupati", "ledger.authority_replaced", data).confirmed("satu");
    let adopted = log.act("bupati", "trust.policy_adopted", policy()).confirmed("dua");
    assert_eq!(adopted.policy(), None);
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
