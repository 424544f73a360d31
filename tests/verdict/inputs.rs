//! What a verdict was computed from is named by its hash, so that no input can be exchanged unseen.

use jejak_ledger::verdict::{BUILD, Evidence, KeyLink, Renewed};
use jejak_signer::Hash;

use super::Scene;

/// Kinds of inputs whose hashes differ.
fn differing(scene: &Scene, one: &Evidence, other: &Evidence) -> Vec<&'static str> {
    let (one, other) = (scene.judge(one).inputs, scene.judge(other).inputs);
    let mut whats: Vec<_> = one.iter().filter(|input| !other.contains(input)).collect();
    whats.extend(other.iter().filter(|input| !one.contains(input)));
    let mut whats: Vec<_> = whats.into_iter().map(|input| input.what).collect();
    whats.sort_unstable();
    whats.dedup();
    whats
}

#[test]
fn whatever_is_changed_in_the_evidence_changes_the_hash_of_that_input() {
    type Change = Box<dyn Fn(&mut Evidence)>;
    let scene = Scene::new();
    let evidence = scene.evidence();
    assert_eq!(scene.judge(&evidence).inputs, scene.judge(&evidence.clone()).inputs);
    let ground = evidence.grounds[0].clone();
    let changes: Vec<(&[&str], Change)> = vec![
        (&["record"], Box::new(|e| e.record.recorded_at.0 += 1)),
        (&["proof"], Box::new(|e| e.proof.as_mut().unwrap().index += 1)),
        (&["stamp"], Box::new(|e| e.stamps[0].consistency.push(Hash([7; 32])))),
        (&["stamp"], Box::new(|e| e.stamps[0].proof.hashes[0] = Hash([7; 32]))),
        (&["ground"], Box::new(|e| e.grounds[0].chain.clear())),
        (&["ground"], Box::new(|e| e.grounds[0].record.recorded_at.0 += 1)),
        (&["previous"], Box::new(|e| e.before.previous = None)),
        (&["anchor"], Box::new(|e| e.before.anchors.clear())),
        (&["trust-policy"], Box::new(|e| e.before.policy = Some(Hash([7; 32])))),
        (&["object"], Box::new(|e| drop(e.before.objects.insert(Hash::of(b"x"), b"x".to_vec())))),
        (&["rows"], Box::new(|e| drop(e.before.reads.things.insert("lain".to_owned(), None)))),
        (&["rows"], Box::new(|e| drop(e.before.reads.statements.insert(99, None)))),
        (&["since"], Box::new(|e| e.since.size += 1)),
        (&["key"], {
            let link = KeyLink { added: ground.clone(), confirmed: ground, grounds: Vec::new() };
            Box::new(move |e| e.keys.push(link.clone()))
        }),
    ];
    for (whats, change) in changes {
        let mut other = evidence.clone();
        change(&mut other);
        assert_eq!(differing(&scene, &evidence, &other), whats);
    }
    let renewed = |lists: &[&str]| {
        let lists = lists.iter().map(|list| (*list).to_owned()).collect();
        let renewal = Renewed { text: "lain".to_owned(), token: Vec::new(), lists, block: None };
        Evidence { renewals: vec![renewal], ..evidence.clone() }
    };
    assert_eq!(differing(&scene, &renewed(&[]), &renewed(&["daftar"])), ["renewal"]);
}

/// Anybody can compute one from the file.
#[test]
fn the_hash_of_the_rows_is_that_of_their_json_in_the_file() {
    let scene = Scene::new();
    let view = scene.world.ledger().view();
    let (file, _) = view.evidence_file(scene.position).unwrap().unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    // The rows are the last members of `before`.
    let (from, to) = (text.find("\"ids\":").unwrap(), text.find(",\"since\":").unwrap());
    let rows = Hash::of(format!("{{{}", &text[from..to]).as_bytes());
    let inputs = scene.judge(&Evidence::parse(&file).unwrap()).inputs;
    let found = inputs.iter().find(|input| input.what == "rows").unwrap();
    assert_eq!(found.sha256, rows);
}

/// Two engines of one version are told apart.
#[test]
fn the_build_that_computed_a_verdict_is_named() {
    let build = BUILD.unwrap();
    if let Some(digits) = build.strip_prefix("src-") {
        assert!(digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    assert!(!build.is_empty() && !build.contains('/'), "{build}");
}
