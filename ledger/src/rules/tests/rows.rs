//! Perbup Bengkayang 19/2020, row by row: the example of every row accepted in its right place, and for every
//! condition an event that breaks it alone, refused with exactly its rule.

use std::collections::BTreeSet;

use Code::RuleRefused;

use super::*;

pub(super) const HEAD_OF_DINKES: &str = "p-7e1d5a90c3f2";
pub(super) const TESTER: &str = "p-2b6c8d0e4f13";

/// Bengkayang with the agencies and officials whom its rows name.
pub(super) fn region() -> World {
    let mut world = World::bengkayang();
    for (agency, name, function) in [
        ("bkpsdm", "Badan Kepegawaian", "kepegawaian"),
        ("inspektorat", "Inspektorat", "pengawasan"),
    ] {
        world.given(&changed(
            "agency.registered",
            &[
                ("/subject", json!(format!("agency/{agency}"))),
                ("/data/agency", json!(agency)),
                ("/data/name", json!(name)),
                ("/data/short_names", Value::Null),
                ("/data/functions", json!([function])),
            ],
        ));
    }
    for (office, person, agency, head) in [
        ("role/bupati", REGENT, "setda", false),
        ("role/sekda", AUTHORITY, "setda", false),
        ("role/kepala-dinkes", HEAD_OF_DINKES, "dinkes", true),
        ("role/tim-penguji", TESTER, "kominfo", false),
    ] {
        world.given(&changed(
            "role.appointed",
            &[
                ("/source", json!("agency/kominfo")),
                ("/subject", json!(office)),
                ("/data/person", json!(person)),
                ("/data/agency", json!(agency)),
                ("/data/head", json!(head)),
            ],
        ));
    }
    world
}

/// The data sets that the incident of the examples hits.
pub(super) fn hit_datasets() -> [Value; 2] {
    [("penduduk", "setda"), ("kunjungan-pasien", "dinkes")].map(|(dataset, walidata)| {
        let changes = [
            ("/id", json!(format!("registered-{dataset}"))),
            ("/subject", json!(format!("dataset/{dataset}"))),
            ("/data/topic", json!(dataset)),
            ("/data/walidata", json!(walidata)),
        ];
        changed("dataset.registered", &changes)
    })
}

/// Signed by whoever holds the office that the event names.
pub(super) fn post(world: &mut World, event: &Value) -> Result<(), Refusal> {
    world.signer = signer_of(event);
    world.when(event)
}

/// Who holds the office that the event names.
pub(super) fn signer_of(event: &Value) -> Option<&'static str> {
    match event["office"].as_str() {
        Some("role/bupati") => Some(REGENT),
        Some("role/sekda" | "role/cio") => Some(AUTHORITY),
        Some("role/kepala-dinkes") => Some(HEAD_OF_DINKES),
        Some("role/tim-penguji") => Some(TESTER),
        _ => None,
    }
}

pub(super) fn world_of(given: &[&str]) -> World {
    told(&given.iter().map(|name| Given::Example((*name).to_owned())).collect::<Vec<_>>())
}

fn told(given: &[Given]) -> World {
    let mut world = region();
    for given in given {
        let event = given_event(given);
        if let Err(refusal) = post(&mut world, &event) {
            panic!("{event:#}\nis refused: {refusal:?}");
        }
    }
    world
}

/// A built application.
pub(super) const BUILT: [&str; 5] = [
    "plan.drafted",
    "plan.adopted",
    "app.coordination_requested",
    "development_permit.issued",
    "app.built.special",
];
/// One that has passed its tests.
const TESTED: [&str; 6] = [
    "plan.drafted",
    "plan.adopted",
    "app.coordination_requested",
    "development_permit.issued",
    "app.built.special",
    "app.tested",
];

pub(super) fn cases() -> Cases {
    Cases::parse(BENGKAYANG_CASES).unwrap()
}

fn articles() -> Articles {
    Articles::parse(BENGKAYANG_ARTICLES).unwrap()
}

/// The event that stands before a case.
pub(super) fn given_event(given: &Given) -> Value {
    put_into(given.event(), given.put())
}

/// An example with values put in place.
pub(super) fn put_into<P: AsRef<str>>(
    name: &str,
    put: impl IntoIterator<Item = (P, impl std::borrow::Borrow<Value>)>,
) -> Value {
    let put: Vec<_> = put.into_iter().collect();
    let put: Vec<_> = put.iter().map(|(at, value)| (at.as_ref(), value.borrow().clone())).collect();
    changed(name, &put)
}

fn ran(kind: CaseKind) -> Vec<String> {
    let rules = Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap());
    let ran = cases().run(&rules, &super::super::example);
    let wrong = ran.iter().filter(|one| one.kind == kind && !one.holds());
    wrong.map(|one| format!("{}: {} instead of {}", one.event, one.came, one.said)).collect()
}

#[test]
fn the_example_of_every_row_is_accepted_in_its_right_place() {
    assert_eq!(ran(CaseKind::Accepted), Vec::<String>::new());
}

#[test]
fn an_event_that_breaks_one_condition_is_refused_with_exactly_its_rule() {
    assert_eq!(ran(CaseKind::Refused), Vec::<String>::new());
}

/// What the text lets happen, but not silently.
#[test]
fn what_is_only_found_is_accepted_with_the_rules_named() {
    assert_eq!(ran(CaseKind::Found), Vec::<String>::new());
}

/// A case says what must come of it, and what came is told where it is something else; what stands before a case must be
/// accepted.
#[test]
fn a_case_that_comes_out_otherwise_is_told() {
    let rules = Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap());
    let file = String::from_utf8(BENGKAYANG_CASES.to_vec()).unwrap();
    let wrong = |from: &str, to: &str| {
        assert!(file.contains(from), "{from}");
        let cases = Cases::parse(file.replacen(from, to, 1).as_bytes()).unwrap();
        let ran = cases.run(&rules, &super::super::example);
        let wrong: Vec<_> = ran.into_iter().filter(|one| !one.holds()).collect();
        wrong.into_iter().map(|one| (one.event, one.came)).collect::<Vec<_>>()
    };
    let one = |event: &str, came: &str| vec![(event.to_owned(), came.to_owned())];
    assert_eq!(
        wrong("given = [], state = \"drafted\"", "given = [], state = \"in_force\""),
        one("plan.drafted", "accepted, drafted")
    );
    let known = "{ event = \"plan.adopted\", given = [\"plan.drafted\"], state = \"in_force\" }";
    let unknown = "{ event = \"plan.adopted\", given = [\"plan.stolen\"], state = \"in_force\" }";
    assert_eq!(wrong(known, unknown), one("plan.adopted", "no example plan.stolen"));
    let too_early =
        "{ event = \"plan.adopted\", given = [\"plan.reviewed\"], state = \"in_force\" }";
    assert_eq!(
        wrong(known, too_early),
        one("plan.adopted", "before it: plan.reviewed: transition-forbidden BKY.6.4b /subject")
    );
    let all = wrong("    \"ledger.opened\",\n", "");
    assert_eq!(all.len(), cases().run(&rules, &super::super::example).len());
    let strange = Cases::parse(file.replace("[signers]", "[signer]").as_bytes());
    assert!(strange.is_err());
}

/// Code, rule and place of a refusal.
fn outcome(result: Result<(), Refusal>) -> String {
    match result {
        Ok(()) => "accepted".to_owned(),
        Err(refusal) => {
            let (code, at) = (refusal.code.as_str(), &refusal.faults[0].pointer);
            format!("{code} {} {at}", refusal.rule.unwrap_or_default())
        }
    }
}

/// Every content that the text demands, one by one: without it the example is refused by the rule that demands it.
#[test]
fn an_event_without_a_content_that_the_text_demands_is_refused_by_its_rule() {
    let (rules, cases) = (RuleSet::parse(BENGKAYANG_19_2020).unwrap(), cases());
    let (mut tried, mut wrong) = (0, Vec::new());
    for row in articles().rows {
        for demand in &row.demands {
            let of_row = |case: &&AcceptedCase| {
                let event = Event::parse(example(&case.event).to_string().as_bytes()).unwrap();
                rules.select(&event).unwrap().row == row.id
            };
            let case = cases.accepted.iter().find(of_row).unwrap();
            let at = format!("/data/{}", demand.field.replace('.', "/0/"));
            let rule = demand.rule.as_ref().unwrap_or(&row.rule);
            let event = changed(&case.event, &[(&at, Value::Null)]);
            let found = outcome(post(&mut told(&case.given), &event));
            // A row that is chosen by a content is another row's event without it, and refused as such.
            let parsed = Event::parse(event.to_string().as_bytes()).unwrap();
            if rules.select(&parsed).unwrap().row != row.id {
                assert!(found.starts_with("content-invalid "), "{} {at}: {found}", row.id);
            } else if found != format!("content-invalid {rule} {at}") {
                wrong.push(format!("{} {at}: {found} instead of {rule}", row.id));
            }
            tried += 1;
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(tried, covered().demands.all);
}

fn covered() -> Coverage {
    let rules = Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap());
    Coverage::of(&rules, &articles(), &cases(), &super::super::example)
}

/// What `jejak rules coverage` counts, of the cases that were decided above.
#[test]
#[expect(clippy::print_stdout, reason = "the counts are what people look for")]
fn the_rule_set_covers_its_regulation() {
    let coverage = covered();
    let gaps = coverage.gaps.iter().map(|gap| {
        format!("{} {}: {}", gap.row, gap.rule.as_deref().unwrap_or("-"), gap.lack.text().en)
    });
    assert_eq!(gaps.collect::<Vec<_>>(), Vec::<String>::new());
    let (articles, cases) = (articles(), cases());
    let clauses = |of: fn(&ArticleRow) -> usize| articles.rows.iter().map(of).sum::<usize>();
    let Coverage { rows, demands, values, actors, refusals, findings, accepted, .. } = &coverage;
    for count in [rows, demands, values, actors, refusals, findings, accepted, &coverage.cases] {
        assert_eq!(count.met, count.all, "{coverage:#?}");
    }
    assert_eq!((rows.all, articles.rows.len()), (109, 109));
    assert_eq!(demands.all, clauses(|row| row.demands.len()));
    assert_eq!(refusals.all, clauses(|row| row.refuses.len()));
    assert_eq!(findings.all, clauses(|row| row.finds.len()));
    assert!(cases.accepted.len() >= accepted.all && cases.refused.len() >= refusals.all);
    assert!(cases.found.len() >= findings.all);
    let written = articles.rows.iter().flat_map(|row| row.values.values()).map(BTreeSet::len);
    assert_eq!(values.all, written.sum::<usize>());
    assert_eq!(actors.all, articles.actors.len());
    assert_eq!(coverage.cases.all, cases.accepted.len() + cases.refused.len() + cases.found.len());
    println!("{rows:?} {demands:?} {refusals:?} {findings:?} {accepted:?}");
}

/// Each kind of hole is seen where it is made.
#[test]
fn coverage_tells_what_is_missing() {
    let file = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (rules, table, cases) =
        (file(BENGKAYANG_19_2020), file(BENGKAYANG_ARTICLES), file(BENGKAYANG_CASES));
    let seen = |from: [&str; 3]| {
        let rules = Arc::new(RuleSet::parse(from[0].as_bytes()).unwrap());
        let articles = Articles::parse(from[1].as_bytes()).unwrap();
        let cases = Cases::parse(from[2].as_bytes()).unwrap();
        let coverage = Coverage::of(&rules, &articles, &cases, &super::super::example);
        let gaps = coverage.gaps.into_iter();
        gaps.map(|gap| (gap.row, gap.rule.unwrap_or_default(), gap.lack)).collect::<Vec<_>>()
    };
    let gap = |row: &str, rule: &str, lack| vec![(row.to_owned(), rule.to_owned(), lack)];

    // The rule set loses a row, its articles, a required field; a condition only warns.
    let lost = rules.replace("row = \"BKY-56\"", "row = \"BKY-560\"");
    let missing = seen([&lost, &table, &cases]);
    assert!(missing.contains(&("BKY-56".to_owned(), String::new(), Lack::RowMissing)));
    assert!(missing.contains(&("BKY-560".to_owned(), String::new(), Lack::RowUnknown)));
    let moved = rules.replace("pasal = [\"28(1)\"]", "pasal = [\"28\"]");
    let differs =
        Lack::Differs { what: "pasal", regulation: "28(1)".to_owned(), rules: "28".to_owned() };
    assert_eq!(seen([&moved, &table, &cases]), gap("BKY-56", "", differs));
    let field = "name = \"business_continuity_plan\", kind = \"document\"";
    let lax = rules.replace(field, &format!("{field}, required = false"));
    let (field, what) =
        ("business_continuity_plan".to_owned(), "perencanaan kelangsungan bisnis".to_owned());
    let lack = Lack::ContentNotDemanded { field, what };
    let found = seen([&lax, &table, &cases]);
    assert!(found.contains(&gap("BKY-66", "BKY.33", lack)[0]), "{found:#?}");
    // The case that is refused without it now is accepted.
    assert!(found.iter().any(|one| one.0 == "continuity_plan.adopted"), "{found:#?}");
    let silent = rules.replace("rule = \"BKY.31.4\"", "rule = \"BKY.31.4\"\nwarn = true");
    let when = || "di luar wilayah hukum Indonesia".to_owned();
    let lack = Lack::ConditionMissing { when: when() };
    let found = seen([&silent, &table, &cases]);
    assert!(found.contains(&gap("BKY-63", "BKY.31.4", lack)[0]), "{found:#?}");

    // The cases lose one; the table loses a row and leaves out a pasal.
    let line = cases.lines().find(|line| line.contains("BKY.31.4")).unwrap();
    let untried = cases.replace(line, "");
    let lack = Lack::ConditionUntried { when: when() };
    assert_eq!(seen([&rules, &table, &untried]), gap("BKY-63", "BKY.31.4", lack));
    let unread = table.replace("without_row = [\"1\", \"2\"", "without_row = [\"1\"");
    assert_eq!(seen([&rules, &unread, &cases]), gap("2", "", Lack::PlaceUnread));
    let unread = table.replace("\"13(1)\", ", "");
    assert_eq!(seen([&rules, &unread, &cases]), gap("13(1)", "", Lack::PlaceUnread));
    let beyond =
        Articles::parse(table.replace("pasal = [\"28(1)\"]", "pasal = [\"28(3)\"]").as_bytes());
    let strange = TableError::Article { at: "BKY-56".to_owned(), value: "28(3)".to_owned() };
    assert_eq!(beyond.unwrap_err(), strange);
    assert!(Articles::parse(table.replace("refuses = [", "refuse = [").as_bytes()).is_err());
    assert!(Cases::parse(cases.replace("code =", "kode =").as_bytes()).is_err());
}

/// What a rule set can lose without losing a row or a rule: each loss is seen.
#[test]
fn coverage_sees_a_choice_an_actor_and_a_signature_that_are_lost() {
    let file = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (articles, cases) = (articles(), cases());
    let lost = |from: &str, to: &str| {
        let rules = file(BENGKAYANG_19_2020);
        assert!(rules.contains(from), "{from}");
        let rules = Arc::new(RuleSet::parse(rules.replacen(from, to, 1).as_bytes()).unwrap());
        let coverage = Coverage::of(&rules, &articles, &cases, &super::super::example);
        assert!(!coverage.is_whole(), "{to}");
        coverage.gaps.into_iter().map(|gap| (gap.row, gap.lack)).collect::<Vec<_>>()
    };
    let has = |found: &[(String, Lack)], row: &str, lack: &Lack| {
        assert!(found.iter().any(|one| one.0 == row && one.1 == *lack), "{found:#?}");
    };
    let differs = |at: &str, regulation: &str, rules: &str| Lack::ValueDiffers {
        at: at.to_owned(),
        regulation: regulation.to_owned(),
        rules: rules.to_owned(),
    };
    let found = lost("cosigned_by = [\"KAOPD of source\"]\n", "");
    let besides = Lack::Differs {
        what: "cosigned_by",
        regulation: "KAOPD of source".to_owned(),
        rules: String::new(),
    };
    has(&found, "BKY-10", &besides);
    let below = "list = \"main_domains\"\nunder = true";
    let found = lost(below, "list = \"main_domains\"");
    // The other row of the site has the domain itself.
    has(&found, "BKY-45", &differs("subject.name", "below bengkayangkab.go.id", ""));
    let found = lost(
        "one_of = [\"I.a\", \"I.b\", \"II.a\", \"II.b\"]",
        "one_of = [\"I.a\", \"I.b\", \"II.a\"]",
    );
    has(&found, "BKY-14", &differs("data.echelon", "is II.b", ""));
    let found = lost(
        "main_domains = [\"bengkayangkab.go.id\"]",
        "main_domains = [\"bengkayangkab.go.id\", \"bengkayang.go.id\"]",
    );
    has(&found, "BKY-47", &differs("subject.name", "", "is bengkayang.go.id"));
    let found = lost("[actors.DINAS]\nfunction = \"kominfo\"", "[actors.DINAS]\nkind = \"opd\"");
    let who = Lack::ActorDiffers {
        regulation: "function kominfo".to_owned(),
        rules: "kind opd".to_owned(),
    };
    has(&found, "DINAS", &who);
    // And what a case shows: an agency that the row does not name acts.
    let (said, came) = ("role-missing BKY.6.4c /source", "accepted, drafted");
    has(&found, "plan.drafted", &Lack::CaseFails { said: said.to_owned(), came: came.to_owned() });
}

/// Whatever example a row has, the table says where it is accepted.
#[test]
fn every_row_of_the_rule_set_stands_in_the_table() {
    let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
    let accepted: Vec<_> = cases().accepted.iter().map(|case| example(&case.event)).collect();
    for act in rules.acts().filter(|act| act.row.starts_with("BKY-")) {
        let stands = accepted.iter().any(|event| {
            let event = Event::parse(event.to_string().as_bytes()).unwrap();
            rules.select(&event).is_ok_and(|selected| std::ptr::eq(selected, act))
        });
        assert!(stands, "{} {}", act.row, act.kind);
    }
}

/// 5.1: after coordination, permit, build and test, the three acts come in any order; the last one makes it live.
#[test]
fn an_application_is_live_with_the_last_of_its_three_acts() {
    let acts = ["app.documents_handed_over", "app.source_deposited", "app.conformance_declared"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = world_of(&TESTED);
        for (count, index) in order.into_iter().enumerate() {
            assert_eq!(world.state("system/simpus"), "verified", "{order:?} {count}");
            post(&mut world, &example(acts[index])).unwrap();
        }
        assert_eq!(world.state("system/simpus"), "live", "{order:?}");
    }
}

/// 20(3)f: a failed test keeps an application from being handed over, until it passes.
#[test]
fn a_failed_test_blocks_the_delivery_until_it_passes() {
    let mut world = world_of(&BUILT);
    let failed = changed(
        "app.tested",
        &[("/data/security", json!("failed")), ("/data/verdict", json!("failed"))],
    );
    post(&mut world, &failed).unwrap();
    assert_eq!(world.state("system/simpus"), "built");
    let delivery = example("app.documents_handed_over");
    refused(post(&mut world, &delivery), RuleRefused, "BKY.20.3f", "/subject");
    post(&mut world, &example("app.tested")).unwrap();
    post(&mut world, &delivery).unwrap();
}

/// 20(3)f: an application once went live although its newest test had failed.
#[test]
fn the_newest_test_counts_and_the_next_that_is_passed_makes_the_application_live() {
    let mut world = world_of(&TESTED);
    let failed = changed(
        "app.tested",
        &[("/data/security", json!("failed")), ("/data/verdict", json!("failed"))],
    );
    post(&mut world, &example("app.documents_handed_over")).unwrap();
    post(&mut world, &example("app.source_deposited")).unwrap();
    post(&mut world, &failed).unwrap();
    post(&mut world, &example("app.conformance_declared")).unwrap();
    assert_eq!(world.state("system/simpus"), "verified");
    post(&mut world, &failed).unwrap();
    assert_eq!(world.state("system/simpus"), "verified");
    post(&mut world, &example("app.tested")).unwrap();
    assert_eq!(world.state("system/simpus"), "live");
    // A test of a later release that fails does not take it out of operation.
    post(&mut world, &failed).unwrap();
    assert_eq!(world.state("system/simpus"), "live");
}

/// 26(2), 26(1): a facility that stood already is used once anything says that the communications agency runs it.
#[test]
fn a_facility_is_used_once_it_is_known() {
    let mut world = world_of(&[]);
    let used = example("facility.use_granted");
    refused(post(&mut world, &used), Code::TransitionForbidden, "BKY.26.2", "/subject");
    let maintained = changed("facility.maintained", &[("/subject", used["subject"].clone())]);
    post(&mut world, &maintained).unwrap();
    post(&mut world, &used).unwrap();
    let asset = example("asset.disposed");
    let pointer = "/subject";
    refused(post(&mut world, &asset), RuleRefused, "BKY.29.1", pointer);
    post(
        &mut world,
        &changed("asset.inventoried.agency", &[("/subject", asset["subject"].clone())]),
    )
    .unwrap();
    post(&mut world, &asset).unwrap();
}

/// 19(5): a topic has one walidata.
#[test]
fn a_data_set_of_a_topic_that_another_holds_is_refused() {
    let mut world = world_of(&["dataset.registered"]);
    let other = changed(
        "dataset.registered",
        &[
            ("/source", json!("agency/dishub")),
            ("/subject", json!("dataset/kunjungan-lain")),
            ("/data/walidata", json!("dishub")),
        ],
    );
    refused(post(&mut world, &other), RuleRefused, "BKY.19.5", "/data/topic");
    // Case and how much white space parts its words do not make another of it; other words do.
    let topic = other["data"]["topic"].as_str().unwrap().to_owned();
    let written = |topic: String| {
        let mut event = other.clone();
        event["data"]["topic"] = json!(topic);
        event
    };
    let same = written(format!("  {} ", topic.to_uppercase().replace(' ', " \t ")));
    refused(post(&mut world, &same), RuleRefused, "BKY.19.5", "/data/topic");
    let (first, rest) = topic.split_at(1);
    post(&mut world, &written(format!("{first} {rest}"))).unwrap();
}

/// What is accepted with a finding shows it for good, once for each rule and type.
#[test]
fn a_stream_shows_the_findings_with_which_its_acts_were_accepted() {
    let mut world = world_of(&[]);
    let adjusted = |id: &str| changed("adjustment.completed", &[("/id", json!(id))]);
    post(&mut world, &adjusted("a-1")).unwrap();
    post(&mut world, &adjusted("a-2")).unwrap();
    let subject = adjusted("a-1")["subject"].as_str().unwrap().to_owned();
    let position = world.position.0 - 1;
    let found = json!([
        { "position": position, "rule": "BKY.43bis.1", "type": "adjustment.completed" },
    ]);
    assert_eq!(world.field(&subject, "found"), found);
}
