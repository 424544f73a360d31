//! `jejak evidence list` and `status` show what is recorded of revocation: lists by issuer, and OCSP responses by certificate;
//! a directory and a server tell the same.

use jejak_signer::devca::{ListSpec, ResponseSpec, ResponseStatus};
use jejak_signer::{Hash, Window};
use serde_json::Value;

use crate::harness::{START_S, World};
use crate::process::{Process, jejak};

fn told(what: &str, place: [&str; 2]) -> Vec<Value> {
    let line = ["evidence", what, "--ledger", "61.07", "-o", "json"];
    let output = jejak([&line[..], &place].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn responses_are_listed_beside_lists_with_who_answered_and_whether_they_are_stale() {
    let mut world = World::at(START_S);
    let made = i64::try_from(world.clock.seconds()).unwrap();
    let ca = &world.authority.ca;
    let window = Window { not_before: made, not_after: made + 3_600 };
    let about = |der: &[u8]| ResponseSpec {
        window,
        certificate: der.to_vec(),
        status: ResponseStatus::Good,
    };
    let spec = ListSpec { window, number: 1, points: Vec::new(), revoked: Vec::new() };
    let list = ca.revocation_list(&spec).unwrap();
    let response = ca.response(&about(&world.dinkes.chain[0])).unwrap();
    let of_issuing = ca.root_response(&about(&world.dinkes.chain[1])).unwrap();
    for evidence in [&list, &response, &of_issuing] {
        let offer = world.ledger().take_evidence(evidence).unwrap();
        let data = Value::Object(offer.data);
        world.accept(
            &world.registrar,
            &world.event(&world.registrar, offer.kind, &offer.subject, data),
        );
    }
    let root = jejak_signer::authority_name(ca.anchor_der()).unwrap().0;
    let issuing = jejak_signer::authority_name(&world.dinkes.chain[1]).unwrap().0;
    let stream = |der: &[u8]| format!("ocsp/{}", &Hash::of(der).to_string()[..32]);
    let mut expected = vec![
        (issuing, stream(&world.dinkes.chain[0]), Hash::of(&response).to_string()),
        (root, stream(&world.dinkes.chain[1]), Hash::of(&of_issuing).to_string()),
    ];
    expected.sort_by(|one, other| one.1.cmp(&other.1));
    world.close();

    let path = world.path();
    let dir = ["--dir", path.to_str().unwrap()];
    let (listed, status) = (told("list", dir), told("status", dir));
    let of = |rows: &[Value], what: &str| -> Vec<Value> {
        rows.iter().filter(|row| row["what"] == what).cloned().collect()
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let responses: Vec<_> = of(&listed, "response")
        .iter()
        .map(|row| (text(row, "name"), text(row, "stream"), text(row, "object")))
        .collect();
    assert_eq!(responses, expected);
    let lists: Vec<_> = of(&listed, "list")
        .iter()
        .filter_map(|row| row["object"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(lists, [Hash::of(&list).to_string()]);
    // They were good for an hour, long ago.
    let stale = |row: &Value| (text(row, "name"), text(row, "state"));
    let stale: Vec<_> = of(&status, "response").iter().map(stale).collect();
    let names = expected.iter().map(|(name, ..)| (name.clone(), "stale".to_owned()));
    assert_eq!(stale, names.collect::<Vec<_>>());

    let server = Process::start(&world);
    let url = ["--url", server.base.as_str()];
    assert_eq!(told("list", url), listed);
    assert_eq!(told("status", url), status);
}
