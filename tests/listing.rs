//! Listings: filters find what they say and tell nothing of what is withheld, pages make up the whole.

use std::cell::Cell;

use jejak_signer::Hash;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::acts::{grant, request};
use crate::harness::{DAY_S, World, recorded, rfc3339};
use crate::server::{Server, is_problem};

/// Requests and grants over three local days, one act told late, one incident that is withheld.
struct Told {
    world: World,
    server: Server,
}

impl Told {
    fn new() -> Self {
        let world = World::new();
        for (number, label) in ["dinkes", "dinkes2"].iter().enumerate() {
            let event = request(&world, &world.dinkes, label);
            recorded(world.post(&world.dinkes, &event));
            if number == 0 {
                recorded(world.post(&world.kominfo, &grant(&world, "dinkes", label)));
            }
            world.clock.forward_s(DAY_S);
        }
        let mut early = request(&world, &world.kominfo, "diskominfo");
        early["time"] = json!(rfc3339(world.clock.seconds() - DAY_S / 2));
        recorded(world.post(&world.kominfo, &early));
        let secured = world.event(
            &world.dinkes,
            "incident.data_secured",
            "incident/i-1",
            json!({ "secured": "cadangan", "secured_at": rfc3339(world.clock.seconds()) }),
        );
        recorded(world.post(&world.dinkes, &secured));
        world.audit();
        let server = Server::start(world.ledgers());
        Self { world, server }
    }

    /// The events that a query finds, all pages.
    fn all(&self, query: &str) -> Vec<Value> {
        walk(&self.server, &format!("/v1/61.07/events?{query}"), "events", |_| ())
    }

    fn subjects(&self, query: &str) -> Vec<String> {
        let subject = |event: &Value| event["subject"].as_str().unwrap_or("withheld").to_owned();
        self.all(query).iter().map(subject).collect()
    }
}

/// All pages, by the address in `Link`; `between` is called before each further page.
fn walk(server: &Server, first: &str, rows: &str, mut between: impl FnMut(usize)) -> Vec<Value> {
    let (mut path, mut found, mut pages) = (first.to_owned(), Vec::new(), 0);
    loop {
        let answer = server.get(&path);
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        assert_eq!(answer.status(), 200, "{path}");
        let page: Value = answer.json().unwrap();
        found.extend(page[rows].as_array().unwrap().iter().cloned());
        assert_eq!(page["next"].is_string(), link.is_some(), "{page}");
        let Some(link) = link else { return found };
        let (address, rel) = link.split_once("; ").unwrap();
        assert_eq!(rel, "rel=\"next\"");
        address.trim_matches(['<', '>']).clone_into(&mut path);
        assert!(path.contains(page["next"].as_str().unwrap()));
        pages += 1;
        between(pages);
    }
}

#[test]
fn events_are_found_by_who_signed_them() {
    let told = Told::new();
    let by_person = told.subjects("signer=p-dinkes01");
    assert_eq!(by_person.len(), 2, "{by_person:?}");
    let certificate = told.world.dinkes.thumbprint();
    assert_eq!(told.subjects(&format!("signer={certificate}")), by_person);
    assert_eq!(told.all(&format!("signer={}", Hash::of(b"no"))), Vec::<Value>::new());
    assert_eq!(told.subjects("signer=p-kominfo1&type=subdomain.granted").len(), 1);
    assert_eq!(told.subjects("signer=p-kominfo1&source=agency/dinkes").len(), 0);
}

/// The clock of the world stands at 10:04 in Pontianak (03:04 UTC).
#[test]
fn a_date_is_the_whole_local_day_of_the_ledger_and_both_ends_belong_to_the_span() {
    let told = Told::new();
    let second = ["subdomain/dinkes2.bengkayangkab.go.id"];
    assert_eq!(told.subjects("type=subdomain.requested&from=2026-01-03&to=2026-01-03"), second);
    let at = rfc3339(told.world.clock.seconds() - DAY_S);
    let exactly = format!("type=subdomain.requested&from={at}&to={at}");
    assert_eq!(told.subjects(&exactly), second);
    // 17:00 UTC is midnight in Pontianak.
    let evening = "from=2026-01-02T17:00:00Z&to=2026-01-03T16:59:59Z&source=agency/dinkes";
    assert_eq!(told.subjects(evening), second);
    assert_eq!(told.all("to=2026-01-01"), Vec::<Value>::new());
    assert_eq!(told.all("from=2026-01-05"), Vec::<Value>::new());
    let size = told.world.ledger().published().size;
    assert_eq!(u64::try_from(told.all("from=2026-01-02&to=2026-01-04").len()).unwrap(), size);
}

#[test]
fn an_act_is_found_by_when_it_happened_not_when_it_was_recorded() {
    let told = Told::new();
    let late = ["subdomain/diskominfo.bengkayangkab.go.id"];
    assert_eq!(told.subjects("acted_from=2026-01-03T12:00:00Z"), late);
    assert_eq!(told.subjects("acted_from=2026-01-03&acted_to=2026-01-03&from=2026-01-04"), late);
    assert_eq!(told.subjects("acted_to=2026-01-01"), Vec::<String>::new());
}

#[test]
fn a_listing_as_of_an_earlier_position_or_time_ends_there() {
    let told = Told::new();
    let page = told.server.json("/v1/61.07/events?as_of=3");
    assert_eq!(page["events"].as_array().unwrap().len(), 4);
    assert_eq!((&page["head"]["size"], &page["head"]["position"]), (&json!(4), &json!(3)));
    is_problem(told.server.get("/v1/61.07/events?as_of=999"), 404, "unknown-position");
    is_problem(
        told.server.get("/v1/61.07/events?as_of=2020-01-01T00:00:00Z"),
        404,
        "unknown-position",
    );
}

#[test]
fn a_listing_as_of_a_day_sees_all_of_that_local_day_and_nothing_of_the_next() {
    let told = Told::new();
    let head = |as_of: &str| {
        let page = told.server.json(&format!("/v1/61.07/events?limit=1&as_of={as_of}"));
        page["head"].clone()
    };
    // The second day was 2026-01-03; 17:00 UTC is midnight in Pontianak.
    assert_eq!(head("2026-01-03"), head("2026-01-03T16:59:59.999999Z"));
    assert_ne!(head("2026-01-03"), head("2026-01-02"));
    assert_ne!(head("2026-01-03"), head("2026-01-04"));
    assert_eq!(head("2030-01-01")["size"], told.world.ledger().published().size);
    is_problem(told.server.get("/v1/61.07/events?as_of=2026-01-01"), 404, "unknown-position");
    is_problem(told.server.get("/v1/61.07/events?as_of=1970-01-01"), 404, "unknown-position");
    is_problem(told.server.get("/v1/61.07/events?as_of=2026-02-30"), 400, "invalid-parameter");
    let row = "/v1/61.07/registers/subdomains/dinkes2.bengkayangkab.go.id?as_of=";
    assert_eq!(told.server.json(&format!("{row}2026-01-03"))["row"]["state"], "requested");
    is_problem(told.server.get(&format!("{row}2026-01-02")), 404, "unknown-row");
}

/// A filter that looks into events must not tell what stands in those that are withheld.
#[test]
fn what_is_withheld_is_found_by_no_filter_that_looks_into_it() {
    let told = Told::new();
    for query in [
        "type=incident.data_secured",
        "subject=incident/i-1",
        "signer=p-dinkes01&from=2026-01-04",
        "acted_from=2026-01-04&source=agency/dinkes",
        "acted_from=2026-01-04T01:00:00Z",
    ] {
        let found = told.all(query);
        assert!(found.iter().all(|event| event.get("withheld").is_none()), "{query}: {found:?}");
    }
    // The time of recording stands in the public log, so it hides nothing.
    let recorded = told.all("from=2026-01-04");
    assert_eq!(recorded[1]["withheld"], json!(true));
}

#[test]
fn a_filter_that_cannot_be_meant_is_refused() {
    let told = Told::new();
    for query in [
        "signer=x",
        "signer=P-DINKES01",
        "from=2026-01-03&to=2026-01-02",
        "acted_from=2026-01-03&acted_to=2026-01-02",
        "from=kemarin",
        "to=2026-02-30",
        "acted_to=1",
        "from=",
        "to=1969-12-31T00:00:00Z",
    ] {
        is_problem(told.server.get(&format!("/v1/61.07/events?{query}")), 400, "invalid-parameter");
    }
    is_problem(told.server.get("/v1/61.07/events?agency=dinkes"), 400, "unknown-parameter");
}

/// `source=dinkes` used to answer with an empty page: who asked took it for an agency that does nothing.
#[test]
fn a_filter_that_no_event_could_match_is_refused_with_the_form_that_it_needs() {
    let told = Told::new();
    let detail = |path: &str| {
        let answer = told.server.get(path);
        assert_eq!(answer.status(), 400, "{path}");
        let problem: Value = answer.json().unwrap();
        assert_eq!(problem["code"], "invalid-parameter", "{path}");
        problem["detail"].as_str().unwrap().to_owned()
    };
    for (query, form) in [
        ("source=dinkes", "agency/dinkes"),
        ("source=agency/Dinkes", "agency/dinkes"),
        ("type=nix", "subdomain.granted"),
        ("type=subdomain.Granted", "subdomain.granted"),
        ("subject=system/Antrean", "system/antrean"),
    ] {
        let said = detail(&format!("/v1/61.07/events?{query}"));
        assert!(said.contains(form), "{query}: {said}");
    }
    assert!(detail("/v1/61.07/documents?subject=a//b").contains("system/antrean"));
    for column in ["holder", "requested_by"] {
        let said = detail(&format!("/v1/61.07/registers/subdomains?{column}=agency/dinkes"));
        assert!(said.contains("without agency/"), "{said}");
    }
    // The official table names agencies in words.
    let by_name = told.server.json("/v1/61.07/registers/evaluations?agency=Pemerintah%20Kab.%20X");
    assert_eq!(by_name["rows"], json!([]));
    // What has the form and is not there is an answer: another rule set may have known it.
    assert_eq!(told.all("type=subdomain.stolen"), Vec::<Value>::new());
    assert_eq!(told.all("source=agency/nirwana"), Vec::<Value>::new());
}

#[test]
fn a_cursor_goes_on_with_its_own_question_only() {
    let told = Told::new();
    let page = told.server.json("/v1/61.07/events?limit=1&source=agency/kominfo");
    let cursor = page["next"].as_str().unwrap();
    for path in [
        format!("/v1/61.07/events?source=agency/dinkes&cursor={cursor}"),
        format!("/v1/61.07/events?type=subdomain.granted&cursor={cursor}"),
        format!("/v1/61.07/events?after=1&cursor={cursor}"),
        format!("/v1/61.07/registers/subdomains?cursor={cursor}"),
        format!("/v1/61.07/events?cursor={}", cursor.replacen('A', "B", 1)),
    ] {
        is_problem(told.server.get(&path), 400, "invalid-parameter");
    }
    let next = format!("/v1/61.07/events?source=agency/kominfo&limit=5&cursor={cursor}");
    assert_eq!(told.server.get(&next).status(), 200);
}

/// Whatever the limits and filters, and whatever is recorded between the pages: the pages make up the
/// whole as it was when the listing began, each event once; what came later is asked for with `after`.
#[test]
fn pages_make_up_the_whole_while_the_ledger_grows() {
    let told = Told::new();
    let number = Cell::new(0);
    let filter = prop_oneof![
        Just(""),
        Just("&source=agency/dinkes"),
        Just("&type=subdomain.requested"),
        Just("&signer=p-registrar-1"),
        Just("&from=2026-01-03"),
        Just("&to=2026-01-03"),
        Just("&acted_from=2026-01-03"),
    ];
    let runner = TestRunner::new(Config { cases: 12, ..Config::default() });
    let strategy = (filter, 2_usize..8, 0_usize..3);
    { runner }
        .run(&strategy, |(filter, limit, grows)| {
            let whole = told.all(&format!("limit=1000{filter}"));
            let size = told.world.ledger().published().size;
            let first = format!("/v1/61.07/events?limit={limit}{filter}");
            let paged = walk(&told.server, &first, "events", |page| {
                for _ in 0..if page <= 3 { grows } else { 0 } {
                    number.set(number.get() + 1);
                    let label = format!("g-{}", number.get());
                    let event = request(&told.world, &told.world.dinkes, &label);
                    recorded(told.world.post(&told.world.dinkes, &event));
                }
            });
            prop_assert_eq!(paged, whole);
            let later = told.all(&format!("limit=1000{filter}&after={}", size - 1));
            let now = told.all(&format!("limit=1000{filter}"));
            let position = |event: &Value| event["position"].as_u64().unwrap();
            let expected: Vec<_> =
                now.into_iter().filter(|event| position(event) >= size).collect();
            prop_assert_eq!(later, expected);
            Ok(())
        })
        .unwrap();
    told.world.audit();
}

/// A page looks at a bounded number of events, and says where to go on.
#[test]
fn a_filter_that_matches_little_ends_a_page_early_with_a_cursor() {
    let told = Told::new();
    for number in 0..150 {
        let event = request(&told.world, &told.world.dinkes, &format!("many-{number}"));
        recorded(told.world.post(&told.world.dinkes, &event));
    }
    let server = Server::configured(told.world.ledgers(), |config| {
        config.limits.page_examined_max = 100;
    });
    let path = "/v1/61.07/events?type=subdomain.granted";
    let page = server.json(path);
    assert_eq!(page["events"].as_array().unwrap().len(), 1);
    assert!(page["next"].is_string());
    let mut pages = 0;
    assert_eq!(walk(&server, path, "events", |page| pages = page).len(), 1);
    assert_eq!(pages, 1);
}
