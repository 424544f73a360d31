//! A whole evaluation in a region's ledger, step by step, and what the registers show after each. The
//! final levels are those of Kabupaten Pacitan in 2024: exactly 3.4985, shown as 3.50, and Baik.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use jejak_ledger::evaluation::PERMENPANRB_59_2020;
use jejak_ledger::event::Event;
use jejak_ledger::log::{Micros, Position};
use jejak_ledger::registers::{self, Register};
use jejak_ledger::rules::{
    BENGKAYANG_19_2020, Class, Enrolment, Facts, Refusal, RuleSet, Signatory, admit, check, reads,
};
use jejak_signer::Hash;
use serde_json::{Map, Value, json};

/// 2026-11-20T03:00:00Z.
const NOW: u64 = 1_795_143_600_000_000;

/// The things of a ledger and the rules that change them.
struct Ledger {
    rules: RuleSet,
    facts: Facts,
    size: u64,
}

impl Ledger {
    /// Bengkayang, with every office of an evaluation held.
    fn opened() -> Self {
        let rules = RuleSet::parse(BENGKAYANG_19_2020).unwrap();
        let mut ledger = Self { rules, facts: Facts::new(), size: 0 };
        ledger.post(AUTHORITY, &example("ledger.opened"));
        ledger.post(REGISTRAR, &example("agency.registered"));
        let ministry = [
            ("/subject", json!("agency/menpanrb")),
            ("/data/agency", json!("menpanrb")),
            ("/data/kind", json!("central")),
        ];
        ledger.post(REGISTRAR, &changed("agency.registered", &ministry));
        for (office, person, agency) in [
            ("role/kadis-kominfo", SUPERVISOR, "kominfo"),
            ("role/sekda", AUTHORITY, "setda"),
            ("role/bupati", BUPATI, "setda"),
            ("role/asesor-eksternal", ASSESSOR, "menpanrb"),
            ("role/menpanrb", MINISTER, "menpanrb"),
            ("role/pencatat", CLERK, "kominfo"),
        ] {
            let appointment = [
                ("/source", json!("agency/kominfo")),
                ("/subject", json!(office)),
                ("/data/person", json!(person)),
                ("/data/agency", json!(agency)),
                ("/data/recorder", json!(person == CLERK)),
            ];
            ledger.post(REGISTRAR, &changed("role.appointed", &appointment));
        }
        ledger
    }

    fn post(&mut self, person: &str, event: &Value) {
        if let Err(refusal) = self.try_post(person, event) {
            panic!("{event:#}\nis refused: {refusal:?}");
        }
    }

    fn try_post(&mut self, person: &str, event: &Value) -> Result<(), Refusal> {
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        check(&self.rules, &event)?;
        let enrolments = enrolments(&event);
        let keys = reads(&self.rules, &event, &enrolments);
        let known = |key: String| self.facts.get(&key).cloned().map(|thing| (key, thing));
        let facts: Facts = keys.into_iter().filter_map(known).collect();
        let signatory = Signatory {
            person: person.to_owned(),
            agency: event.agency().to_owned(),
            kind: "langsung".to_owned(),
            certificate: Hash::of(person.as_bytes()),
            attested: true,
        };
        let (position, at) = (Position(self.size), Micros(NOW + self.size));
        let admitted = admit(&self.rules, &facts, &event, &signatory, &enrolments, position, at)?;
        self.facts.extend(admitted.changes);
        self.size += 1;
        Ok(())
    }

    /// Scores every indicator of `levels` at a stage.
    fn score(&mut self, person: &str, kind: &str, levels: &[u8]) {
        for (indicator, level) in PERMENPANRB_59_2020.indicators().zip(levels) {
            self.score_one(person, kind, indicator.column(), *level);
        }
    }

    fn score_one(&mut self, person: &str, kind: &str, column: &str, level: u8) {
        let subject = format!("indicator/2024/{column}");
        let event = changed(kind, &[("/subject", json!(subject)), ("/data/level", json!(level))]);
        self.post(person, &event);
    }

    fn row(&self, register: &str, key: &str) -> Value {
        let register = registers::by_name(register).unwrap();
        register.row(key, &self.facts[&register.thing_key(key)], Class::Internal, Micros(0))
    }

    /// Every row of a register, by key.
    fn rows(&self, register: &Register) -> Vec<Value> {
        let own =
            self.facts.iter().filter_map(|(key, thing)| Some((register.row_key(key)?, thing)));
        own.map(|(key, thing)| register.row(key, thing, Class::Public, Micros(0))).collect()
    }

    /// After a step: the state, and the columns that the row has, as expected; all others null.
    #[track_caller]
    fn shows(&self, state: &str, expected: &Value) {
        let row = self.row("evaluations", "2024");
        assert_eq!(row["state"], state);
        let told = |column: &str| !row[column].is_null();
        let figures: Map<String, Value> = FIGURES
            .iter()
            .filter(|column| told(column))
            .map(|&column| (column.to_owned(), row[column].clone()))
            .collect();
        assert_eq!(Value::Object(figures), *expected, "{state}");
    }
}

#[test]
fn an_evaluation_from_opening_to_publication() {
    let mut ledger = Ledger::opened();
    let year = |kind: &str| changed(kind, &[("/subject", json!("eval/2024"))]);
    let of_2024 = [("/subject", json!("eval/2024")), ("/data/year", json!(2024))];

    ledger.post(AUTHORITY, &changed("evaluation.opened", &of_2024));
    ledger.shows("open", &json!({ "year": 2024 }));
    ledger.post(BUPATI, &year("evaluator_team.appointed"));
    ledger.shows("staffed", &json!({ "year": 2024 }));
    assert_eq!(ledger.row("evaluations", "2024")["team"]["supervisor"], SUPERVISOR);

    // 46 of 47: counted, and no index guessed.
    ledger.score(MEMBER, "self_assessment.scored", &[4; 46]);
    ledger.shows(
        "scoring",
        &json!({
            "year": 2024, "stage": "self-assessment", "scored": { "self-assessment": 46 },
            "unscored": ["i47"],
        }),
    );
    ledger.score_one(MEMBER, "self_assessment.scored", "i47", 4);
    let self_assessed = json!({
        "year": 2024, "stage": "self-assessment", "scored": { "self-assessment": 47 }, "unscored": [],
        "d1": "4.00", "d2": "4.00", "d3": "4.00", "d4": "4.00", "index": "4.00",
        "aspects": { "a1": "4.00", "a2": "4.00", "a3": "4.00", "a4": "4.00", "a5": "4.00",
                     "a6": "4.00", "a7": "4.00", "a8": "4.00" },
        "predicate": "Sangat Baik", "next_predicate": "Memuaskan", "gap": "0.20",
        "self_index": "4.00", "unconfirmed": [],
    });
    ledger.shows("scoring", &self_assessed);
    ledger.post(SUPERVISOR, &year("self_assessment.validated"));
    ledger.shows("validated", &self_assessed);
    ledger.post(AUTHORITY, &year("self_assessment.submitted"));
    ledger.shows("submitted", &self_assessed);

    // The documents of i22 show one level less than the interview will.
    let mut levels = pacitan();
    let i22 = PERMENPANRB_59_2020.position("i22").unwrap();
    levels[i22] -= 1;
    ledger.score_one(ASSESSOR, "document_assessment.scored", "i1", levels[0]);
    let begun = ledger.row("evaluations", "2024");
    assert_eq!((&begun["stage"], &begun["external_index"]), (&json!("document"), &Value::Null));
    assert_eq!(begun["index"], "4.01", "one external level among self-assessed ones");
    ledger.score(ASSESSOR, "document_assessment.scored", &levels);
    let aspects = json!({
        "a1": "4.70", "a2": "3.00", "a3": "3.00", "a4": "3.00", "a5": "2.00", "a6": "2.00",
        "a7": "3.90", "a8": "4.00",
    });
    let documented = json!({
        "year": 2024, "stage": "document",
        "scored": { "self-assessment": 47, "document": 47 }, "unscored": [],
        "d1": "4.70", "d2": "3.00", "d3": "2.00", "d4": "3.94", "index": "3.48",
        "aspects": aspects, "predicate": "Baik", "next_predicate": "Sangat Baik", "gap": "0.0165",
        "self_index": "4.00", "external_index": "3.48", "unconfirmed": [],
    });
    ledger.shows("documented", &documented);

    ledger.score_one(ASSESSOR, "interview_assessment.scored", "i22", levels[i22] + 1);
    let interviewed = with(
        &documented,
        &json!({
            "stage": "interview",
            "scored": { "self-assessment": 47, "document": 47, "interview": 1 },
            "d3": "2.09", "index": "3.50", "external_index": "3.50", "gap": "0.0015",
            "aspects": with(&aspects, &json!({ "a5": "2.13" })),
        }),
    );
    ledger.shows("interviewed", &interviewed);
    ledger.post(ASSESSOR, &year("evaluation.finalised"));
    ledger.shows("final", &interviewed);

    // Shown as 3.50, judged by the exact 3.4985: Sangat Baik is not what the scores give.
    let figures = [
        ("/data/d1", json!("4.70")),
        ("/data/d2", json!("3.00")),
        ("/data/d3", json!("2.09")),
        ("/data/d4", json!("3.94")),
        ("/data/index", json!("3.50")),
        ("/data/predicate", json!("Sangat Baik")),
    ];
    let published = changed("index.published.region", &[&of_2024[..], &figures].concat());
    let refusal = ledger.try_post(CLERK, &published).unwrap_err();
    assert_eq!(
        (refusal.rule.as_deref(), refusal.faults[0].pointer.as_str()),
        (Some("P59.7"), "/data/predicate")
    );
    let mut published = published;
    published["data"]["predicate"] = json!("Baik");
    ledger.post(CLERK, &published);
    ledger.shows("published", &with(&interviewed, &json!({ "stage": "published" })));
}

#[test]
fn the_register_of_indicators_keeps_what_each_stage_said() {
    let mut ledger = Ledger::opened();
    let of_2024 = [("/subject", json!("eval/2024")), ("/data/year", json!(2024))];
    ledger.post(AUTHORITY, &changed("evaluation.opened", &of_2024));
    let columns =
        ["level", "stage", "self_assessment", "document_assessment", "interview_assessment"];
    let shown = |ledger: &Ledger| {
        let row = ledger.row("indicators", "2024/i22");
        columns.map(|column| row[column].clone())
    };
    ledger.score(MEMBER, "self_assessment.scored", &[3; 47]);
    assert_eq!(
        shown(&ledger),
        [json!(3), json!("self-assessment"), json!(3), json!(null), json!(null)]
    );
    let submitted = changed("self_assessment.submitted", &[("/subject", json!("eval/2024"))]);
    ledger.post(AUTHORITY, &submitted);
    ledger.score(ASSESSOR, "document_assessment.scored", &[2; 47]);
    assert_eq!(shown(&ledger), [json!(2), json!("document"), json!(3), json!(2), json!(null)]);
    ledger.score_one(ASSESSOR, "interview_assessment.scored", "i22", 4);
    assert_eq!(shown(&ledger), [json!(4), json!("interview"), json!(3), json!(2), json!(4)]);
    let finalised = changed("evaluation.finalised", &[("/subject", json!("eval/2024"))]);
    ledger.post(ASSESSOR, &finalised);
    let recommended =
        changed("improvement.recommended", &[("/subject", json!("indicator/2024/i22"))]);
    ledger.post(ASSESSOR, &recommended);

    let row = ledger.row("indicators", "2024/i22");
    assert_eq!((&row["year"], &row["indicator"]), (&json!(2024), &json!("i22")));
    assert_eq!(row["state"], "interviewed");
    let named = PERMENPANRB_59_2020.indicators().nth(21).unwrap().name();
    assert_eq!(row["name"], named);
    assert_eq!(row["evidence"][0]["name"], "pedoman-keamanan-informasi.pdf");
    assert_eq!(row["explanation"], example("self_assessment.scored")["data"]["explanation"]);
    let interview = example("interview_assessment.scored");
    assert_eq!(row["external_explanation"], interview["data"]["explanation"]);
    assert_eq!(row["recommendation"], recommended["data"]["recommendation"]);

    // What was said is for officials; the levels are in the public register of evaluations.
    let indicators = registers::INDICATORS;
    assert_eq!(ledger.rows(&indicators).len(), 47);
    assert!(ledger.rows(&indicators).iter().all(|row| row["withheld"] == true));
    let thing = &ledger.facts["indicator/2024/i22"];
    assert!(indicators.matches(thing, ("indicator", "i22"), Class::Internal, Micros(0)));
    assert!(indicators.matches(thing, ("level", "4"), Class::Internal, Micros(0)));
    assert!(!indicators.matches(thing, ("indicator", "i22"), Class::Public, Micros(0)));
}

/// Years before the ledger have the ministry's figure; a year of our own has its scores as well.
#[test]
fn the_history_of_a_region_is_a_line_for_each_year() {
    let mut ledger = Ledger::opened();
    for (year, instrument, index, predicate) in [
        (2019, "permenpanrb-5-2018", "2.20", "Cukup"),
        (2023, "permenpanrb-59-2020", "2.46", "Cukup"),
    ] {
        let event = changed(
            "index.published.region",
            &[
                ("/subject", json!(format!("eval/{year}"))),
                (
                    "/data",
                    json!({
                        "year": year, "instrument": instrument, "index": index, "predicate": predicate,
                    }),
                ),
            ],
        );
        ledger.post(CLERK, &event);
    }
    let of_2024 = [("/subject", json!("eval/2024")), ("/data/year", json!(2024))];
    ledger.post(AUTHORITY, &changed("evaluation.opened", &of_2024));
    ledger.score(MEMBER, "self_assessment.scored", &[3; 47]);
    let lines: Vec<Vec<Value>> = ledger
        .rows(&registers::HISTORY)
        .iter()
        .map(|row| {
            ["year", "stage", "self_index", "external_index", "published_index", "predicate", "gap"]
                .map(|column| row[column].clone())
                .to_vec()
        })
        .collect();
    assert_eq!(
        json!(lines),
        json!([
            [2019, "published", null, null, "2.20", "Cukup", null],
            [2023, "published", null, null, "2.46", "Cukup", null],
            [2024, "self-assessment", "3.00", null, null, "Baik", "0.50"],
        ])
    );
}

/// A published figure that does not come from the levels here is not explained by them: neither by
/// the self-assessed ones, nor by external ones that were not yet final.
#[test]
fn a_figure_that_the_levels_do_not_give_has_no_aspects() {
    for (external, external_index) in [(false, json!(null)), (true, json!("3.00"))] {
        let mut ledger = Ledger::opened();
        let of_2024 = [("/subject", json!("eval/2024")), ("/data/year", json!(2024))];
        ledger.post(AUTHORITY, &changed("evaluation.opened", &of_2024));
        ledger.score(MEMBER, "self_assessment.scored", &[4; 47]);
        if external {
            let submitted = [("/subject", json!("eval/2024"))];
            ledger.post(AUTHORITY, &changed("self_assessment.submitted", &submitted));
            ledger.score(ASSESSOR, "document_assessment.scored", &[3; 47]);
        }
        let figure = [("/data/index", json!("3.12")), ("/data/predicate", json!("Baik"))];
        ledger.post(CLERK, &changed("index.published.region", &[&of_2024[..], &figure].concat()));
        let row = ledger.row("evaluations", "2024");
        assert_eq!(
            ["index", "self_index", "external_index", "aspects", "gap", "stage"]
                .map(|column| row[column].clone()),
            [
                json!("3.12"),
                json!("4.00"),
                external_index,
                Value::Null,
                Value::Null,
                json!("published"),
            ]
        );
    }
}

/// What about a year no source confirms stands in its row.
#[test]
fn what_is_not_confirmed_is_marked() {
    let mut ledger = Ledger::opened();
    let of_2025 = [("/subject", json!("eval/2025")), ("/data/year", json!(2025))];
    ledger.post(AUTHORITY, &changed("evaluation.opened", &of_2025));
    for (indicator, level) in PERMENPANRB_59_2020.indicators().zip(pacitan()) {
        let subject = format!("indicator/2025/{}", indicator.column());
        let changes = [("/subject", json!(subject)), ("/data/level", json!(level))];
        ledger.post(MEMBER, &changed("self_assessment.scored", &changes));
    }
    let row = ledger.row("evaluations", "2025");
    assert_eq!(row["unconfirmed"], json!(["judged-as2024"]));
    assert_eq!(
        (&row["index"], &row["predicate"], &row["predicate_by_other_reading"]),
        (&json!("3.50"), &json!("Baik"), &json!("Sangat Baik"))
    );
}

/// Levels with the sums of Kabupaten Pacitan in 2024: 47, 30, 23, 39, 24.
fn pacitan() -> Vec<u8> {
    let groups = [(10, 47), (10, 30), (11, 23), (10, 39), (6, 24)];
    let of = |(count, sum): (u8, u8)| {
        (0..count).map(move |place| sum / count + u8::from(place < sum % count))
    };
    groups.into_iter().flat_map(of).collect()
}

fn with(row: &Value, changes: &Value) -> Value {
    let mut row = row.clone();
    for (name, value) in changes.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

/// The example as published beside the rule sets.
fn example(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rulesets/examples");
    serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.json"))).unwrap()).unwrap()
}

/// The example with members set by pointer.
fn changed(name: &str, changes: &[(&str, Value)]) -> Value {
    let mut event = example(name);
    for (pointer, value) in changes {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[member] = value.clone();
    }
    event
}

/// The certificates of the opening; no other event here enrols one.
fn enrolments(event: &Event) -> Vec<Enrolment> {
    let lists = ["authorities", "registrars"].map(|list| event.data.get(list));
    let entries = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    let persons = entries.filter_map(|entry| entry["person"].as_str());
    let of = |person: &str| Enrolment {
        certificate: Hash::of(person.as_bytes()),
        public_key: Hash::of(format!("key of {person}").as_bytes()),
        algorithm: "Ed25519".to_owned(),
        not_before: 1_767_225_600,
        not_after: 1_830_297_600,
        issuer: "CN=Jejak Dev Issuing CA".to_owned(),
        serial: "01".to_owned(),
        intermediates: Vec::new(),
        policy: None,
        is_of_person: false,
    };
    persons.map(of).collect()
}

/// The computed columns, and the year.
const FIGURES: [&str; 17] = [
    "year",
    "stage",
    "d1",
    "d2",
    "d3",
    "d4",
    "index",
    "predicate",
    "predicate_by_other_reading",
    "next_predicate",
    "gap",
    "aspects",
    "self_index",
    "external_index",
    "scored",
    "unscored",
    "unconfirmed",
];

/// Secretary of the region, first authority.
const AUTHORITY: &str = "p-5b0c7e21d94a";
const REGISTRAR: &str = "p-c3d95e07f416";
const BUPATI: &str = "p-0d94be6a17f2";
const SUPERVISOR: &str = "p-4d1b9f7a2c63";
/// Member of the team, Dinas Kesehatan.
const MEMBER: &str = "p-e2f87a6c3b10";
const ASSESSOR: &str = "p-3e8a50c7d1f9";
const MINISTER: &str = "p-b71e4d20a96f";
const CLERK: &str = "p-444444444444";
