//! Named guards look at fields of the kinds in which they find something.

use super::*;

/// One row of each guard, and what the guards look at elsewhere.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "name.granted",
        "name/{name:fqdn}",
        r#"field = [
    { name = "holder", kind = "agency" },
    { name = "basis", kind = "enum", one_of = ["agency", "application"] },
    { name = "system", kind = "id", required = false },
]
condition = [{ kind = "guard", name = "free_name@1" }, { kind = "guard", name = "name_basis@1" }]"#,
    ),
    (
        "system.registered",
        "system/{id}",
        r#"field = [
    { name = "agency", kind = "agency" },
    { name = "name", kind = "text" },
    { name = "short_names", kind = "list", max = 4, of = { kind = "id" } },
]"#,
    ),
    ("dataset.registered", "dataset/{id}", r#"field = [{ name = "walidata", kind = "agency" }]"#),
    (
        "hit.reported",
        "hit/{id}",
        r#"field = [{ name = "datasets", kind = "list", of = { kind = "map", field = [{ name = "dataset", kind = "id" }, { name = "walidata", kind = "agency" }] } }]
condition = [{ kind = "guard", name = "hit_datasets@1" }]"#,
    ),
    (
        "hit.noticed",
        "hit/{id}",
        r#"under = "notice"
field = [{ name = "datasets", kind = "list", of = { kind = "id" } }, { name = "walidata", kind = "agency" }]
condition = [{ kind = "guard", name = "walidata_notice@2" }]"#,
    ),
    (
        "eval.opened",
        "eval/{year:year}",
        r#"field = [
    { name = "year", kind = "integer" },
    { name = "instrument", kind = "enum", one_of = ["INSTRUMENT"] },
    { name = "self_assessment", kind = "any", required = false },
    { name = "document_assessment", kind = "map", required = false, field = [{ name = "i1", kind = "integer" }] },
    { name = "interview_assessment", kind = "any", required = false },
    { name = "visitation_assessment", kind = "any", required = false },
]
condition = [{ kind = "guard", name = "edition@1" }, { kind = "guard", name = "self_scored@1" }, { kind = "guard", name = "externally_scored@1" }]"#,
    ),
    (
        "indicator.scored",
        "indicator/{year:year}/{indicator}",
        r#"field = [{ name = "level", kind = "integer" }]
condition = [{ kind = "guard", name = "indicator@1" }]"#,
    ),
    (
        "eval.published",
        "eval/{year:year}",
        r#"under = "published"
field = [
    { name = "year", kind = "integer" },
    { name = "instrument", kind = "text" },
    { name = "d1", kind = "decimal", scale = 2 },
    { name = "d2", kind = "decimal", scale = 2 },
    { name = "d3", kind = "decimal", scale = 2 },
    { name = "d4", kind = "decimal", scale = 2 },
    { name = "index", kind = "decimal", scale = 2 },
    { name = "predicate", kind = "text" },
]
condition = [{ kind = "guard", name = "published_index@1" }]"#,
    ),
    (
        "rest.set",
        "rest/{year:year}",
        r#"field = [{ name = "days", kind = "list", of = { kind = "map", field = [{ name = "date", kind = "date" }, { name = "what", kind = "text" }] } }]
condition = [{ kind = "guard", name = "days_of_year@1" }]"#,
    ),
];

/// The rows, the named one with `written` replaced.
fn world(of: &str, written: &str, instead: &str) -> String {
    let mut toml = "[lists]\nmain_domains = [\"x.go.id\"]\n".to_owned();
    for (place, (kind, subject, rest)) in ROWS.iter().enumerate() {
        let mut rest = (*rest).to_owned();
        if of == *kind {
            assert_eq!(rest.matches(written).count(), 1, "{kind}: {written}");
            rest = rest.replace(written, instead);
        }
        let rest = rest.replace("INSTRUMENT", crate::evaluation::InstrumentId::ALL[0].slug());
        let row = format!(
            "[[act]]\ntype = \"{kind}\"\nrow = \"T-{place}\"\nrule = \"T.{place}\"\nforce = \"DO\"\nclass = \"public\"\n\
             subject = \"{subject}\"\nwho = []\ntext = {{ id = \"Uji.\", en = \"Test.\" }}\n{rest}\n"
        );
        toml.push_str(&row);
    }
    toml
}

const DATA_SETS: &str = r#"kind = "map", field = [{ name = "dataset", kind = "id" }, { name = "walidata", kind = "agency" }]"#;
const LIST: &str = r#"kind = "list", of = { kind = "id" }"#;

/// One fault each: of which row what is written instead, and what is told.
const WRONG: &[(&str, &str, &str, &str)] = &[
    (
        "name.granted",
        r#""holder", kind = "agency""#,
        r#""holder", kind = "person""#,
        "name.granted].condition[1].name: `data.holder` is never an agency",
    ),
    (
        "name.granted",
        r#"kind = "enum", one_of = ["agency", "application"]"#,
        r#"kind = "flag""#,
        "name.granted].condition[1].name: `data.basis` is never a text",
    ),
    (
        "name.granted",
        r#"kind = "id""#,
        r#"kind = "stream", prefix = "system""#,
        "name.granted].condition[1].name: `data.system` is never an id",
    ),
    (
        "system.registered",
        r#""agency", kind = "agency""#,
        r#""agency", kind = "office""#,
        "name.granted].condition[1].name: `system/...#agency` is never an agency",
    ),
    (
        "system.registered",
        r#"kind = "list", max = 4, of = { kind = "id" }"#,
        r#"kind = "id""#,
        "name.granted].condition[1].name: `system/...#short_names` is never a list of texts",
    ),
    (
        "hit.noticed",
        LIST,
        r#"kind = "id""#,
        "hit.noticed].condition[0].name: `data.datasets` is never a list of ids",
    ),
    (
        "hit.noticed",
        LIST,
        r#"kind = "list", of = { kind = "stream", prefix = "dataset" }"#,
        "hit.noticed].condition[0].name: `data.datasets` is never a list of ids",
    ),
    (
        "hit.noticed",
        r#""walidata", kind = "agency""#,
        r#""walidata", kind = "stream", prefix = "agency""#,
        "hit.noticed].condition[0].name: `data.walidata` is never an agency",
    ),
    (
        "eval.published",
        r#""instrument", kind = "text""#,
        r#""instrument", kind = "enum", one_of = ["none"]"#,
        "eval.published].condition[0].name: `data.instrument` is never an instrument of evaluations",
    ),
    (
        "eval.published",
        r#""year", kind = "integer""#,
        r#""year", kind = "text""#,
        "eval.published].condition[0].name: `data.year` is never an integer",
    ),
    (
        "eval.published",
        r#""d3", kind = "decimal", scale = 2"#,
        r#""d3", kind = "integer""#,
        "eval.published].condition[0].name: `data.d3` is never a decimal",
    ),
    (
        "indicator.scored",
        r#"kind = "integer""#,
        r#"kind = "decimal""#,
        "indicator.scored].condition[0].name: `data.level` is never an integer",
    ),
    (
        "rest.set",
        r#"kind = "date""#,
        r#"kind = "time""#,
        "rest.set].condition[0].name: `data.days` is never a list of objects with the day `date`",
    ),
    (
        "rest.set",
        r#""date", kind"#,
        r#""day", kind"#,
        "rest.set].condition[0].name: `data.days` is never a list of objects with the day `date`",
    ),
];

#[test]
fn a_guard_looks_at_no_field_of_a_kind_in_which_it_finds_nothing() {
    RuleSet::check(format!("{HEAD}{}", world("", "", "")).as_bytes()).unwrap();
    for (kind, written, instead, said) in WRONG {
        assert_eq!(
            told(HEAD, &world(kind, written, instead)),
            [format!("act[{said}")],
            "{instead}"
        );
    }
}

/// What streams keep is looked at by several: each says so.
#[test]
fn a_guard_looks_at_nothing_kept_of_a_kind_in_which_it_finds_nothing() {
    let list = r#""holder", kind = "list", of = { kind = "agency" }"#;
    let granted = "act[name.granted].condition";
    assert_eq!(
        told(HEAD, &world("name.granted", r#""holder", kind = "agency""#, list)),
        [
            format!("{granted}[0].name: `this.holder` is never a text"),
            format!("{granted}[1].name: `data.holder` is never an agency"),
        ]
    );
    let hits = "never a list of objects with the id `dataset` and the agency `walidata`";
    assert_eq!(
        told(HEAD, &world("hit.reported", DATA_SETS, r#"kind = "id""#)),
        [
            format!("act[hit.noticed].condition[0].name: `this.datasets` is {hits}"),
            format!("act[hit.reported].condition[0].name: `data.datasets` is {hits}"),
        ]
    );
    let years = |of: &str| format!("{of}.name: `this.year` is never an integer");
    let opened = "act[eval.opened].condition";
    assert_eq!(
        told(
            HEAD,
            &world("eval.opened", r#""year", kind = "integer""#, r#""year", kind = "text""#)
        ),
        [
            format!("{opened}[0].name: `data.year` is never an integer"),
            years(&format!("{opened}[1]")),
            years(&format!("{opened}[2]")),
            years("act[eval.published].condition[0]"),
            "act[indicator.scored].condition[0].name: `eval/...#year` is never an integer"
                .to_owned(),
        ]
    );
    let levels = |of: &str| format!("{of}.name: `this.self_assessment` is never an object");
    let any = r#""self_assessment", kind = "any""#;
    assert_eq!(
        told(HEAD, &world("eval.opened", any, r#""self_assessment", kind = "integer""#)),
        [
            levels(&format!("{opened}[1]")),
            levels(&format!("{opened}[2]")),
            levels("act[eval.published].condition[0]"),
        ]
    );
    let walidata = |of: &str| {
        format!("act[{of}].condition[0].name: `dataset/...#walidata` is never an agency")
    };
    assert_eq!(
        told(HEAD, &world("dataset.registered", r#"kind = "agency""#, r#"kind = "date""#)),
        [walidata("hit.noticed"), walidata("hit.reported")]
    );
}

/// As long as something may be found, the row loads.
#[test]
fn a_guard_looks_at_every_kind_in_which_it_may_find_something() {
    for (kind, written, instead) in [
        ("name.granted", r#""holder", kind = "agency""#, r#""holder", kind = "any""#),
        (
            "name.granted",
            r#""holder", kind = "agency""#,
            r#""holder", kind = "enum", one_of = ["dinkes"]"#,
        ),
        ("name.granted", r#"kind = "id""#, r#"kind = "text""#),
        ("hit.noticed", r#"of = { kind = "id" }"#, r#"of = { kind = "any" }"#),
        ("eval.published", r#""index", kind = "decimal", scale = 2"#, r#""index", kind = "text""#),
        ("rest.set", r#"kind = "date""#, r#"kind = "text""#),
        ("dataset.registered", r#"kind = "agency""#, r#"kind = "id""#),
    ] {
        RuleSet::check(format!("{HEAD}{}", world(kind, written, instead)).as_bytes()).unwrap();
    }
}
