//! The rules can be read: by which a refusal was given, which were in force, and in the very bytes that the ledger names.

use jejak_ledger::objects::Objects;
use jejak_ledger::rules::{BENGKAYANG_19_2020, RuleSet};
use jejak_signer::Hash;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::acts::{document, request};
use crate::harness::BENGKAYANG;
use crate::http::Served;

#[test]
fn the_rules_in_force_are_shown_with_their_words_and_conditions() {
    let served = Served::new();
    let shown = served.json("/v1/61.07/rules");
    assert_eq!(shown["name"], "bengkayang-19-2020");
    assert_eq!(shown["hash"], Hash::of(BENGKAYANG).to_string());
    assert_eq!(shown["region"], "61.07");
    let granted = act(&shown, "subdomain.granted");
    assert_eq!(granted["subject"], "subdomain/{name:fqdn}");
    assert_eq!(granted["force"], "DO");
    assert_eq!(granted["who"][0]["actor"], "DINAS");
    assert_eq!(granted["who"][0]["text"]["en"], "DINAS (agency with the function kominfo)");
    assert_eq!(granted["articles"], json!(["25(1)", "25(3)"]));
    assert_eq!(granted["term"], "pemberian nama domain");
    assert_eq!(granted["trigger"]["acts"], json!(["subdomain.requested"]));
    let review = act(&shown, "sop.reviewed");
    assert_eq!((&review["trigger"], &review["clock"]["length"]), (&Value::Null, &json!("P1Y")));
    assert_eq!(review["clock"]["reminder"], true);
    assert_eq!(act(&shown, "guidance.given")["clock"]["kind"], "periodic");
    assert_eq!(act(&shown, "system.retired").get("articles"), None);
    assert_eq!(shown["duties"][0]["rule"], "BKY.37.1");
    assert_eq!(shown["duties"][0]["articles"], json!(["37(1)"]));
    let schema = served.json("/v1/61.07/schemas/subdomain.granted");
    assert_eq!(schema["$comment"], "BKY.25.1 (BKY-50), Pasal 25(1), 25(3)");
    let basis = granted["conditions"].as_array().unwrap();
    let basis = basis.iter().find(|one| one["condition"]["name"] == "name_basis@1").unwrap();
    assert_eq!(basis["rule"], "BKY.25.3");
    assert!(basis["text"]["id"].as_str().unwrap().len() > 10);
    let steps = granted["transitions"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["to"] == "granted"), "{steps:?}");
    let acts = shown["acts"].as_array().unwrap().len();
    assert_eq!(acts, RuleSet::parse(BENGKAYANG_19_2020).unwrap().acts().count());
}

#[test]
fn the_source_of_the_rules_is_what_their_hash_names() {
    let served = Served::new();
    let source = served.get("/v1/61.07/rules/source");
    assert_eq!(source.headers()["content-type"], "application/toml");
    let hash = Hash::of(BENGKAYANG).to_string();
    assert_eq!(source.headers()["etag"], format!("\"{hash}\""));
    let bytes = source.bytes().unwrap();
    assert_eq!(Hash::of(&bytes).to_string(), hash);
    let url = served.url("/v1/61.07/rules/source");
    let again = served.client.get(url).header("if-none-match", format!("\"{hash}\""));
    assert_eq!(again.send().unwrap().status(), 304);
}

#[test]
fn the_rules_of_an_earlier_position_are_those_that_decided_the_next_event() {
    let served = Served::new();
    let world = &served.world;
    let first = served.json("/v1/61.07/rules?as_of=0");
    assert_eq!(first["as_of"]["position"], 0);
    let next = [BENGKAYANG, b"\n# the next edition\n"].concat();
    let hash = Objects::beside(&world.path().join("objects")).put(&next).unwrap();
    let data = json!({
        "ruleset": hash.to_string(), "name": "bengkayang-19-2020", "basis": document("regulation"),
    });
    world.accept_of_both("ruleset.adopted", data);
    let now = served.json("/v1/61.07/rules");
    assert_eq!(now["hash"], Hash::of(&next).to_string());
    assert_eq!(served.json("/v1/61.07/rules?as_of=0")["hash"], first["hash"]);
    let adopted = now["as_of"]["position"].as_u64().unwrap();
    let before = served.json(&format!("/v1/61.07/rules?as_of={}", adopted - 1));
    assert_eq!(before["hash"], first["hash"]);
    let at = served.get(&format!("/v1/61.07/rules/source?as_of={adopted}"));
    assert_eq!(at.bytes().unwrap(), next);
    let unborn = Served::problem(served.get("/v1/61.07/rules?as_of=100000"));
    assert_eq!((unborn.0, unborn.1.as_str()), (404, "unknown-position"));
}

/// Whoever adopts it learns why it does not load, and where, in his language.
#[test]
fn a_rule_set_that_does_not_load_is_not_adopted_and_says_where_in_both_languages() {
    let served = Served::new();
    let world = &served.world;
    let bad = String::from_utf8(BENGKAYANG.to_vec()).unwrap();
    let bad = bad.replacen("force = \"MUST\"", "force = \"SHALL\"", 1);
    let objects = Objects::beside(&world.path().join("objects"));
    for (bytes, id, en) in [
        (
            bad.as_bytes(),
            "act[plan.drafted].force: `SHALL` bukan salah satu dari MUST, NOT, MAY, POW, DO, -",
            "act[plan.drafted].force: `SHALL` is not one of MUST, NOT, MAY, POW, DO, -",
        ),
        (b"\xff", "perangkat aturan: bukan UTF-8", "rule set: not UTF-8"),
    ] {
        let hash = objects.put(bytes).unwrap().to_string();
        let data = json!({
            "ruleset": hash, "name": "bengkayang-19-2020", "basis": document("regulation"),
        });
        let act = world.event(&world.bupati, "ruleset.adopted", "ledger/61.07", data);
        for (language, detail) in [
            ("id", format!("Perangkat aturan {hash} tidak dapat dimuat: {id}.")),
            ("en", format!("The rule set {hash} does not load: {en}.")),
        ] {
            let request = served.client.post(served.url("/v1/61.07/events"));
            let request = request.header("content-type", "application/jose");
            let request = request.header("accept-language", language);
            let answer = request.body(world.sign(&world.bupati, &act)).send().unwrap();
            let (status, code, body) = Served::problem(answer);
            assert_eq!((status, code.as_str()), (422, "content-invalid"));
            assert_eq!(body["detail"], detail);
            assert_eq!(body["errors"][0]["pointer"], "/data/ruleset");
        }
    }
    let never = json!({
        "ruleset": Hash::of(b"never").to_string(), "name": "bengkayang-19-2020", "basis": document("regulation"),
    });
    let never = world.event(&world.bupati, "ruleset.adopted", "ledger/61.07", never);
    let (_, _, body) = Served::problem(served.post(world.sign(&world.bupati, &never)));
    assert!(body["detail"].as_str().unwrap().contains("tidak tersimpan di server"), "{body}");
}

/// The next edition calls `text` of `input.submitted` `message`, and says what the first version means.
fn next_edition() -> Vec<u8> {
    let first = std::str::from_utf8(BENGKAYANG).unwrap();
    let renamed =
        first.replacen("under = \"input\"\n", "under = \"input\"\nschema_version = 2\n", 1);
    let renamed = renamed.replacen(
        "{ name = \"text\", kind = \"text\", max = 4000 },",
        "{ name = \"message\", kind = \"text\", max = 4000 },",
        1,
    );
    let lift =
        "\n[[upcast]]\ntype = \"input.submitted\"\nfrom = 1\nrename = { text = \"message\" }\n";
    (renamed + lift).into_bytes()
}

#[test]
fn an_event_of_an_older_schema_is_taken_and_read_in_the_newest() {
    let served = Served::new();
    let world = &served.world;
    let input = |data: Value| world.event(&world.dinkes, "input.submitted", "agency/dinkes", data);
    let text = "Mohon arahan.";
    let old = json!({ "kind": "request", "text": text });
    let new = json!({ "kind": "request", "message": text });
    let before = world.accept(&world.dinkes, &input(old.clone())).position;
    let next = next_edition();
    let hash = Objects::beside(&world.path().join("objects")).put(&next).unwrap();
    let data = json!({
        "ruleset": hash.to_string(), "name": "bengkayang-19-2020", "basis": document("regulation"),
    });
    world.accept_of_both("ruleset.adopted", data);

    // A client that was not changed says which version it writes.
    let mut unchanged = input(old.clone());
    unchanged["dataschema"] = json!("1");
    let unchanged = world.accept(&world.dinkes, &unchanged).position;
    let changed = world.accept(&world.dinkes, &input(new.clone())).position;
    let silent = world.refuse(&world.dinkes, &input(old.clone()));
    assert_eq!(silent, ("content-invalid".to_owned(), Some("BKY.14.2".to_owned())));

    for position in [before, unchanged, changed] {
        let content = served.json(&format!("/v1/61.07/events/{position}/data"));
        assert_eq!((&content["dataschema"], &content["data"]), (&json!("2"), &new), "{position}");
    }
    for position in [before, unchanged] {
        let entry = served.json(&format!("/v1/61.07/events/{position}"));
        assert_eq!(entry["event"]["data"], old, "the event is as it was signed");
    }
}

#[test]
fn the_schema_of_a_type_takes_what_the_ledger_took() {
    let served = Served::new();
    let world = &served.world;
    let event = request(world, &world.dinkes, "dinkes");
    assert_eq!(served.post(world.sign(&world.dinkes, &event)).status(), 201);
    let answer = served.get("/v1/61.07/schemas/subdomain.requested");
    assert_eq!(answer.headers()["content-type"], "application/schema+json");
    let schema: Value = answer.json().unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&event), "{:?}", validator.iter_errors(&event).next());
    let mut other = event.clone();
    other["ledger"] = json!("jejak.example.go.id/61.08");
    assert!(!validator.is_valid(&other), "it is the schema for this ledger");
    for example in schema["examples"].as_array().unwrap() {
        assert!(validator.is_valid(example));
    }
}

#[test]
fn every_type_is_listed_with_a_schema_that_is_there() {
    let served = Served::new();
    let types = served.json("/v1/61.07/schemas");
    let types = types.as_array().unwrap();
    assert!(types.len() > 20, "{} types", types.len());
    for listed in types {
        let schema = served.json(listed["schema"].as_str().unwrap());
        assert_eq!(schema["title"], listed["type"]);
        assert!(schema["examples"].as_array().is_some_and(|all| !all.is_empty()), "{listed}");
        for row in listed["rows"].as_array().unwrap() {
            let row = row["row"].as_str().unwrap();
            let schema = served.json(&format!("{}?row={row}", listed["schema"].as_str().unwrap()));
            assert_eq!(schema["title"], listed["type"], "{row}");
        }
    }
}

#[test]
fn an_unknown_type_is_answered_with_the_nearest_ones() {
    let served = Served::new();
    let (status, code, body) = Served::problem(served.get("/v1/61.07/schemas/subdomain.grantd"));
    assert_eq!((status, code.as_str()), (404, "unknown-type"));
    assert_eq!(body["nearest"][0], "subdomain.granted");
    let row = Served::problem(served.get("/v1/61.07/schemas/subdomain.granted?row=BKY-1"));
    assert_eq!((row.0, row.1.as_str()), (400, "invalid-parameter"));
}

#[test]
fn the_words_of_a_schema_are_in_the_callers_language() {
    let served = Served::new();
    let asked = |language: &str| -> Response {
        let url = served.url("/v1/61.07/schemas/subdomain.granted");
        served.client.get(url).header("accept-language", language).send().unwrap()
    };
    let (id, en) = (asked("id"), asked("en"));
    assert_eq!(id.headers()["content-language"], "id");
    assert_eq!(en.headers()["content-language"], "en");
    assert_eq!(en.headers()["vary"], "accept-language");
    let (id, en): (Value, Value) = (id.json().unwrap(), en.json().unwrap());
    assert_ne!(id["description"], en["description"]);
    assert_eq!(id["examples"], en["examples"]);
}

fn act<'a>(rules: &'a Value, kind: &str) -> &'a Value {
    let acts = rules["acts"].as_array().unwrap();
    acts.iter().find(|act| act["type"] == kind).unwrap()
}
