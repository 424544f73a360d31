//! Drawn demands against every event of a small world: what does not load is met by none of them.

use proptest::prelude::*;

use super::*;
use crate::rules::operand::Context;

const ROW: &str = r#"
[lists]
most = ["a", "b"]
[[act]]
type = "part.made"
row = "T-1"
rule = "T.1"
force = "DO"
class = "public"
subject = "part/{id}"
who = []
text = { id = "Uji.", en = "Test." }
field = [
    { name = "kind", kind = "enum", one_of = ["a", "b", "c"] },
    { name = "size", kind = "integer", min = 0, max = 3, required = false },
    { name = "tags", kind = "list", max = 2, of = { kind = "enum", one_of = ["a", "b", "c"] }, required = false },
]
"#;

fn words() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(vec!["a", "b", "c"], 1..=3)
}

/// A test of a value, of which none is misspelt.
fn demand() -> impl Strategy<Value = String> {
    let fields = prop::sample::select(vec!["data.kind", "data.tags"]);
    let tests = prop::sample::select(vec!["one_of", "none_of"]);
    let signs = prop::sample::select(vec!["<", "<=", ">", ">="]);
    let anything = prop::sample::select(vec!["data.kind", "data.size", "data.tags"]);
    let sizes = prop::collection::vec(0..4_i64, 1..3);
    prop_oneof![
        (fields.clone(), tests.clone(), words()).prop_map(|(of, test, words)| format!(
            "kind = \"field\", field = \"{of}\", {test} = {words:?}"
        )),
        (tests, sizes).prop_map(|(test, sizes)| format!(
            "kind = \"field\", field = \"data.size\", {test} = {sizes:?}"
        )),
        (anything.clone(), prop::sample::select(vec!["present", "absent"]))
            .prop_map(|(of, test)| format!("kind = \"field\", field = \"{of}\", {test} = true")),
        (signs, -1..5_i64).prop_map(|(is, value)| {
            format!("kind = \"compare\", left = \"data.size\", is = \"{is}\", value = {value}")
        }),
        (prop::sample::select(vec!["==", "!="]), 0..4_i64).prop_map(|(is, value)| {
            format!("kind = \"compare\", left = \"data.size\", is = \"{is}\", value = {value}")
        }),
        (prop::sample::select(vec!["==", "!="]), words()).prop_map(|(is, words)| {
            format!(
                "kind = \"compare\", left = \"data.kind\", is = \"{is}\", value = \"{}\"",
                words[0]
            )
        }),
        prop::sample::select(vec!["==", "!="]).prop_map(|is| {
            format!(
                "kind = \"compare\", left = \"data.kind\", is = \"{is}\", right = \"data.tags\""
            )
        }),
        fields
            .clone()
            .prop_map(|of| format!("kind = \"member\", field = \"{of}\", list = \"most\"")),
        (fields, words()).prop_map(|(of, words)| format!(
            "kind = \"covers\", field = \"{of}\", all_of = {words:?}"
        )),
        (anything, 0..4_usize, 0..4_usize).prop_map(|(of, one, two)| {
            let (least, most) = (one.min(two), one.max(two));
            format!("kind = \"count\", field = \"{of}\", at_least = {least}, at_most = {most}")
        }),
    ]
}

/// Every event that the fields allow.
fn events() -> Vec<Event> {
    let sizes = [json!(null), json!(0), json!(1), json!(2), json!(3)];
    let lists = ["a", "b", "c"].map(|one| vec![one]).into_iter().chain([
        vec![],
        vec!["a", "b"],
        vec!["b", "a"],
        vec!["a", "c"],
        vec!["c", "b"],
    ]);
    let tags: Vec<Value> = lists.map(|list| json!(list)).chain([json!(null)]).collect();
    let mut events = Vec::new();
    for (kind, size, tags) in ["a", "b", "c"].into_iter().flat_map(|kind| {
        let tags = &tags;
        sizes.iter().flat_map(move |size| tags.iter().map(move |tags| (kind, size, tags)))
    }) {
        let mut event = example("agency.registered");
        let mut data = json!({ "kind": kind, "size": size, "tags": tags });
        data.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        event["type"] = json!("part.made");
        event["subject"] = json!("part/one");
        event["data"] = data;
        events.push(Event::parse(event.to_string().as_bytes()).unwrap());
    }
    events
}

/// All of this is known from the event alone.
fn is_met(rules: &RuleSet, event: &Event) -> bool {
    let context = Context { rules, event, world: None, after: None };
    let row = rules.act("part.made").unwrap();
    assert!(
        row.conditions.iter().all(|one| one.predicate.operands().iter().all(|of| of.is_of_event()))
    );
    row.conditions.iter().all(|condition| condition.check(&context).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_does_not_load_is_met_by_no_event(demands in prop::collection::vec(demand(), 1..4)) {
        let conditions: Vec<_> = demands.iter().map(|demand| format!("{{ {demand} }}")).collect();
        let row = format!("{ROW}condition = [{}]\n", conditions.join(", "));
        let second = HEAD.replace("structural = 3", "structural = 2");
        let third = RuleSet::check(format!("{HEAD}{row}").as_bytes());
        // It decides as the third would, and takes what that refuses.
        let rules = RuleSet::parse(format!("{second}{row}").as_bytes()).unwrap();
        let met = events().into_iter().find(|event| is_met(&rules, event));
        if let (Err(faults), Some(event)) = (third, met) {
            panic!("{faults:?} is met by {:?}", event.data);
        }
    }
}
