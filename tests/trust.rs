//! Trust policies of a ledger: what is trusted, from the event on that puts it in force, and what decided then decides
//! the same ever after.

use std::fs;
use std::sync::Arc;

use jejak_api::SystemClock;
use jejak_ledger::Clock as _;
use jejak_ledger::objects::Objects;
use jejak_ledger::store::{LedgerStore, Memory};
use jejak_ledger::{Refusal, Settings, replay};
use jejak_signer::{Hash, certificate_to_pem};
use serde_json::{Value, json};

use crate::acts::{document, request};
use crate::harness::{Authority, BENGKAYANG, DAY_S, Person, World, recorded, refused, rfc3339};
use crate::process::{Process, jejak};
use crate::server::Server;

fn pem(authority: &Authority) -> String {
    certificate_to_pem(authority.ca.anchor_der())
}

fn anchor(authority: &Authority, rest: &str) -> String {
    format!("[[anchor]]\ncertificate = '''\n{}'''\n{rest}\n", pem(authority))
}

/// Holds a policy; the answer is what its adoption says.
fn hold(world: &World, rest: &str) -> Value {
    let text = format!("format = \"jejak-trust/1\"\n{rest}");
    let hash = Objects::beside(&world.path().join("objects")).put(text.as_bytes()).unwrap();
    json!({ "policy": hash.to_string(), "name": "uji" })
}

fn adopt(world: &World, rest: &str) {
    world.accept_of_both("trust.policy_adopted", hold(world, rest));
}

fn replays(world: &World) {
    let scratch: Arc<dyn LedgerStore> = Arc::new(Memory::new());
    let settings = Settings::default();
    let report = replay(&world.ledger().view(), &scratch, &settings, &|_, _| ()).unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
}

fn not_trusted(world: &World, by: &Person, event: &Value) -> &'static str {
    match refused(world.post(by, event)) {
        Refusal::SignerNotTrusted { reason, .. } | Refusal::Chain { reason, .. } => reason.code(),
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn a_new_anchor_counts_from_its_adoption_on_and_an_old_one_to_its_end() {
    let mut world = World::new();
    let other = Authority::new();
    let newcomer = other.person("p-baru000001", "dinkes");
    let enrolment = world.enrolment(&newcomer);
    assert_eq!(not_trusted(&world, &world.registrar, &enrolment), "certificate-signature-invalid");

    let both = [anchor(&world.authority, ""), anchor(&other, "tersertifikasi = true")].concat();
    adopt(&world, &both);
    world.enrol(&newcomer);
    world.accept(&newcomer, &request(&world, &newcomer, "satu"));
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dua"));

    // Without the anchor of the founders nobody could mend it again: it ends for itself.
    let until = rfc3339(world.clock.seconds() + 31 * DAY_S);
    adopt(
        &world,
        &[anchor(&world.authority, &format!("trusted_until = {until}")), anchor(&other, "")]
            .concat(),
    );
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "tiga"));
    world.reopen();
    world.accept(&newcomer, &request(&world, &newcomer, "empat"));
    world.clock.forward_s(31 * DAY_S);
    assert_eq!(
        not_trusted(&world, &world.dinkes, &request(&world, &world.dinkes, "lima")),
        "anchor-not-trusted"
    );
    world.accept(&newcomer, &request(&world, &newcomer, "enam"));
    world.reopen();
    world.accept(&newcomer, &request(&world, &newcomer, "tujuh"));
    replays(&world);
}

#[test]
fn a_policy_counts_for_the_next_event_of_the_same_group() {
    let world = World::new();
    let data =
        hold(&world, &format!("{}[window]\niat_past_s = 60\n", anchor(&world.authority, "")));
    let act = world.event(&world.bupati, "trust.policy_adopted", "ledger/61.07", data);
    let stale = world.clock.seconds() - 61;
    let before = request(&world, &world.dinkes, "sebelum");
    let after = request(&world, &world.dinkes, "sesudah");
    let answers = world.post_batch(vec![
        world.sign(&world.bupati, &act),
        world.dinkes.sign(&before, stale),
        world.sign(&world.sekda, &world.confirmation(&act)),
        world.dinkes.sign(&after, stale),
        world.sign(&world.dinkes, &after),
    ]);
    let mut answers = answers.into_iter();
    let mut next = || answers.next().unwrap();
    recorded(next());
    recorded(next());
    recorded(next());
    let refusal = refused(next());
    assert!(matches!(refusal, Refusal::IatOutOfWindow { past_s: 60, future_s: 900, .. }));
    recorded(next());
    world.audit();
    replays(&world);
}

#[test]
fn what_is_not_held_is_not_adopted() {
    let world = World::new();
    let unknown = Hash::of(b"nothing");
    let data = json!({ "policy": unknown.to_string(), "name": "uji" });
    let act = world.event(&world.bupati, "trust.policy_adopted", "ledger/61.07", data);
    assert_eq!(
        refused(world.post(&world.bupati, &act)),
        Refusal::TrustPolicyNotHeld { hash: unknown }
    );
    // Held, but no policy.
    let hash = Objects::beside(&world.path().join("objects")).put(b"format = 1").unwrap();
    let data = json!({ "policy": hash.to_string(), "name": "uji" });
    let act = world.event(&world.bupati, "trust.policy_adopted", "ledger/61.07", data);
    assert_eq!(refused(world.post(&world.bupati, &act)), Refusal::TrustPolicyNotHeld { hash });
    // Neither authority alone changes anything.
    let data =
        hold(&world, &format!("{}[window]\niat_past_s = 60\n", anchor(&world.authority, "")));
    let act = world.event(&world.bupati, "trust.policy_adopted", "ledger/61.07", data);
    world.accept(&world.bupati, &act);
    let by_registrar =
        Value::Object(world.confirmation(&act).as_object().unwrap().clone().into_iter().collect());
    let mut by_registrar = by_registrar;
    by_registrar["source"] = json!("agency/kominfo");
    let refused = world.refuse(&world.registrar, &by_registrar);
    assert_eq!(refused, ("role-missing".to_owned(), Some("SYS.11.2".to_owned())));
    let stale = world.clock.seconds() - 61;
    let event = request(&world, &world.dinkes, "lama");
    recorded(world.post_bytes(world.dinkes.sign(&event, stale)));
}

/// Two signatures under the third version would have been the last two: the second version asks for one.
#[test]
fn no_rule_set_goes_back_to_an_earlier_version_of_the_structural_acts() {
    let world = World::new();
    let text = std::str::from_utf8(BENGKAYANG).unwrap();
    assert!(text.contains("structural = 3"));
    let before = text.replacen("structural = 3", "structural = 2", 1);
    let hash = Objects::beside(&world.path().join("objects")).put(before.as_bytes()).unwrap();
    let data = json!({
        "ruleset": hash.to_string(), "name": "bengkayang-19-2020", "basis": document("regulation"),
    });
    let act = world.event(&world.bupati, "ruleset.adopted", "ledger/61.07", data);
    let refusal = refused(world.post(&world.bupati, &act));
    let pointer = "/data/ruleset";
    assert_eq!(refusal, Refusal::StructureOfBefore { pointer, in_force: 3, found: 2 });
    assert_eq!((refusal.code(), refusal.rule()), ("rule-refused", Some("SYS.2.2")));
    assert_eq!(refusal.obstacles()[0].pointer, pointer);
    world.audit();
}

fn adoption(world: &World, data: Value) -> Value {
    world.event(&world.bupati, "trust.policy_adopted", "ledger/61.07", data)
}

/// Without a signature of each authority no policy is adopted any more: such a ledger could never be mended.
#[test]
fn a_policy_that_shuts_an_authority_out_is_not_adopted() {
    let world = World::new();
    let other = Authority::new();
    let act = adoption(&world, hold(&world, &anchor(&other, "")));
    let refusal = refused(world.post(&world.bupati, &act));
    assert_eq!((refusal.code(), refusal.rule()), ("rule-refused", Some("SYS.31.2")));
    let obstacle = refusal.obstacles().remove(0);
    assert_eq!(
        (obstacle.pointer.as_str(), obstacle.rule.as_deref()),
        ("/data/policy", Some("SYS.31.2"))
    );
    let Refusal::LocksOut { locked, .. } = refusal else { unreachable!("{refusal:?}") };
    assert_eq!((&locked.person, locked.reason.code()), (&world.bupati.id, "not-an-anchor"));
    assert!(obstacle.text.id.contains("tidak dapat lagi menandatangani"), "{}", obstacle.text.id);
    assert!(obstacle.text.en.contains("could sign no more"), "{}", obstacle.text.en);

    // What is sound when it is named need not be so when the other one signs.
    // It must let them sign for as long as a next one may wait for its second signature.
    let ending = |seconds| {
        let until = rfc3339(world.clock.seconds() + seconds);
        anchor(&world.authority, &format!("trusted_until = {until}"))
    };
    let soon = adoption(&world, hold(&world, &[ending(30 * DAY_S), anchor(&other, "")].concat()));
    let refusal = refused(world.post(&world.bupati, &soon));
    let Refusal::LocksOut { locked, .. } = refusal else { unreachable!("{refusal:?}") };
    assert_eq!((&locked.person, locked.reason.code()), (&world.bupati.id, "anchor-not-trusted"));
    let ends = ending(30 * DAY_S + 3_600);
    let act = adoption(&world, hold(&world, &[ends, anchor(&other, "")].concat()));
    world.accept(&world.bupati, &act);
    let confirmation = world.confirmation(&act);
    world.clock.forward_s(7_200);
    let late = refused(world.post(&world.sekda, &confirmation));
    assert_eq!((late.code(), late.rule()), ("rule-refused", Some("SYS.31.2")));
    assert_eq!(late.obstacles()[0].pointer, "/data/event");
    world.accept(&world.dinkes, &request(&world, &world.dinkes, "dinkes"));
    world.audit();
    replays(&world);
}

#[test]
fn what_a_ledger_trusts_is_shown_with_since_when_and_what_was_before() {
    let mut world = World::new();
    let data = hold(&world, &anchor(&world.authority, "tersertifikasi = true"));
    let act = adoption(&world, data.clone());
    let named = world.accept(&world.bupati, &act).position.0;
    let in_force = world.accept(&world.sekda, &world.confirmation(&act)).position.0;
    let server = Server::start(world.ledgers());
    let now = server.json("/v1/61.07/trust");
    assert_eq!(
        (&now["hash"], &now["name"], &now["position"]),
        (&data["policy"], &json!("uji"), &json!(in_force))
    );
    assert_eq!(now["policy"]["anchors"][0]["tersertifikasi"], true);
    assert_eq!(now["policy"]["window"], json!({ "iat_past_s": 86_400, "iat_future_s": 900 }));
    let history = now["history"].as_array().unwrap();
    let of = |entry: &Value| (entry["hash"].clone(), entry["position"].clone());
    assert_eq!(
        history.iter().map(of).collect::<Vec<_>>(),
        [(Value::Null, json!(0)), (data["policy"].clone(), json!(in_force))]
    );
    let before = server.json(&format!("/v1/61.07/trust?as_of={named}"));
    assert_eq!((&before["hash"], before["history"].as_array().unwrap().len()), (&Value::Null, 1));
    assert_eq!(before["policy"]["anchors"][0]["tersertifikasi"], false);
    drop(server);

    // The command shows the same of the directory and of a server.
    world.close();
    let dir = world.path();
    let dir = dir.to_str().unwrap();
    let show = ["trust", "show", "--ledger", "61.07", "-o", "json"];
    let of_directory = jejak(show.iter().chain(&["--dir", dir]));
    let of_directory: Value = serde_json::from_slice(&of_directory.stdout).unwrap();
    assert_eq!(of_directory, now);
    let process = Process::serving(&world.path(), "127.0.0.1:0", &[]);
    let of_server = jejak(show.iter().chain(&["--url", &process.base]));
    assert_eq!(serde_json::from_slice::<Value>(&of_server.stdout).unwrap(), now);
}

#[test]
fn a_policy_file_is_checked_against_a_ledger_before_it_is_named() {
    let mut world = World::at(SystemClock.now().0 / 1_000_000);
    world.close();
    let file = |name: &str, rest: &str| {
        let path = world.path().join(name);
        fs::write(&path, format!("format = \"jejak-trust/1\"\n{rest}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (good, bad) = (
        file("good.toml", &anchor(&world.authority, "")),
        file("bad.toml", &anchor(&Authority::new(), "")),
    );
    let check = |policy: &str| {
        let dir = world.path();
        jejak(["trust", "check", policy, "--against", dir.to_str().unwrap(), "--ledger", "61.07"])
    };
    let passed = check(&good);
    let said = String::from_utf8_lossy(&passed.stderr).into_owned();
    assert_eq!(passed.status.code(), Some(0), "{said}");
    assert_eq!(
        said.trim_end(),
        "menurut kebijakan ini kedua otoritas tetap dapat menandatangani dengan sertifikat yang berlaku sekarang \
         (under this policy both authorities could go on signing with the certificates that count now)"
    );
    let refused = check(&bad);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(4), "{said}");
    assert!(said.contains("SYS.31.2") && said.contains(&world.bupati.id), "{said}");
}

/// What was sound when it was enrolled, or proposed, need not be so when it gets a power.
#[test]
fn a_certificate_that_gets_a_power_counts_under_the_policy_of_that_moment() {
    let world = World::new();
    let other = Authority::new();
    let founders = anchor(&world.authority, "");
    adopt(&world, &[founders.clone(), anchor(&other, "")].concat());
    let [third, fourth] = ["p-ketiga00001", "p-keempat0001"].map(|id| other.person(id, "dinkes"));
    for person in [&third, &fourth] {
        world.enrol(person);
    }
    let naming = |person: &Person| json!({ "person": person.id, "agency": "dinkes", "certificate": person.thumbprint().to_string() });
    let act = |kind: &str, data: Value| world.event(&world.bupati, kind, "ledger/61.07", data);
    let attested = |person: &Person| {
        let data = json!({ "certificate": person.thumbprint().to_string() });
        world.event(&world.bupati, "signer.attested", &format!("signer/{}", person.id), data)
    };
    let seat = |person: &Person| {
        let mut data = naming(person);
        data["replaces"] = json!(world.sekda.id);
        data["reason"] = json!("pensiun");
        act("ledger.authority_replaced", data)
    };
    // While it counts, nothing stands in the way.
    let waits = act("ledger.registrar_appointed", naming(&third));
    world.accept(&world.bupati, &waits);
    // It is trusted no more; who is on a seat or a list now goes on.
    adopt(&world, &founders);
    for event in
        [attested(&fourth), act("ledger.registrar_appointed", naming(&fourth)), seat(&fourth)]
    {
        let refusal = refused(world.post(&world.bupati, &event));
        let Refusal::SignerNotTrusted { thumbprint, reason } = &refusal else {
            unreachable!("{refusal:?}")
        };
        assert_eq!((*thumbprint, reason.code()), (fourth.thumbprint(), "not-an-anchor"));
        assert_eq!(refusal.code(), "certificate-not-valid");
    }
    let confirmation = world.confirmation(&waits);
    let refusal = refused(world.post(&world.sekda, &confirmation));
    let Refusal::SignerNotTrusted { thumbprint, .. } = refusal else { unreachable!("{refusal:?}") };
    assert_eq!(thumbprint, third.thumbprint());
    world.audit();
    // Trusted again, it is put on the list as was proposed.
    adopt(&world, &[founders, anchor(&other, "")].concat());
    world.accept(&world.sekda, &world.confirmation(&waits));
    world.accept(&world.bupati, &attested(&fourth));
    replays(&world);
}

/// Without its time-stamping authorities no time was ever proven, and every verdict by the policy was undecided.
#[test]
fn the_policy_that_is_written_of_a_ledger_trusts_all_that_its_adopted_trust_policy_does() {
    let mut world = World::new();
    let written = |world: &World| {
        let of = |place: &str, at: &str| {
            let output = jejak(["ledger", "policy", "61.07", place, at]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let text = of("--dir", world.path().to_str().unwrap());
        // What a server says of itself is the same.
        let server = Process::start(world);
        assert_eq!(of("--url", &server.base), text);
        jejak_ledger::log::Policy::parse(&text).unwrap()
    };
    world.close();
    let before = written(&world);
    assert_eq!((before.trust, before.anchors.len()), (None, 1));

    world.reopen();
    let tsa = format!(
        "[[tsa]]\nname = \"bssn\"\nurl = \"http://tsa.example.go.id/\"\ncertificate = '''\n{}'''\n",
        pem(&world.authority)
    );
    let rest = [anchor(&world.authority, "tersertifikasi = true"), tsa].concat();
    adopt(&world, &rest);
    world.close();
    let after = written(&world);
    assert_eq!(after.trust, Some(format!("format = \"jejak-trust/1\"\n{rest}")));
    assert!(after.anchors.is_empty());
    let trust = jejak_ledger::read_trust_policy(after.trust.unwrap().as_bytes()).unwrap();
    let names: Vec<&str> =
        trust.time_authorities().iter().map(|authority| authority.name.as_str()).collect();
    assert_eq!(names, ["bssn"]);
}

/// The url of a [[tsa]] says where its stamps come from; nobody is asked for one before the server is told to.
#[test]
fn doctor_says_that_nobody_is_asked_for_the_stamps_that_the_policy_trusts() {
    let mut world = World::new();
    let tsa = format!(
        "[[tsa]]\nname = \"bssn\"\nurl = \"http://tsa.example.go.id/\"\ncertificate = '''\n{}'''\n",
        pem(&world.authority)
    );
    adopt(&world, &[anchor(&world.authority, ""), tsa].concat());
    world.close();
    let check = || {
        let output = jejak(["doctor", "-o", "json", "--dir", world.path().to_str().unwrap()]);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let checks = told["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["check"] == "timestamps 61.07")
    };
    let found = check().unwrap();
    assert_eq!(found["verdict"], "warn");
    assert!(found["advice"].as_str().unwrap().contains("set [timestamps] urls"), "{found}");
    let config = "[timestamps]\nurls = [\"http://tsa.example.go.id/\"]\n";
    fs::write(world.path().join("jejak.toml"), config).unwrap();
    assert_eq!(check(), None);
}
