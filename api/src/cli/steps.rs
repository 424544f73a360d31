//! The step of a state that an act makes, for people.

use serde_json::Value;

/// The steps that an act shows under `member`, one after the other: `requested -> granted`.
pub(crate) fn of(act: &Value, member: &str) -> String {
    let steps = act.get(member).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut told: Vec<String> = steps.iter().map(step).collect();
    told.dedup();
    if told.is_empty() { STAYS.to_owned() } else { told.join(", ") }
}

/// One step; rules name the states that it starts from in a list, and no other where the state stays. What stays as it
/// is, is told so: `none -> none` says nothing to anybody.
pub(crate) fn step(step: &Value) -> String {
    let from: Vec<&str> = match step.get("from") {
        Some(Value::Array(from)) => from.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(from)) => vec![from],
        _ => Vec::new(),
    };
    let to = step.get("to").and_then(Value::as_str);
    let told = from.iter().map(|from| state(from)).collect::<Vec<_>>().join(" | ");
    match to.filter(|to| from != [*to]) {
        Some(to) if from.is_empty() => format!("→ {}", state(to)),
        Some(to) => format!("{told} → {}", state(to)),
        None if from.is_empty() || from == [NONE] => STAYS.to_owned(),
        None => format!("{told}: {STAYS}"),
    }
}

/// The name of a state; of a thing that is not there yet there is none.
fn state(name: &str) -> &str {
    if name == NONE { "belum ada (none yet)" } else { name }
}

const NONE: &str = "none";
const STAYS: &str = "keadaan tetap (state stays)";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_reads_as_what_it_does() {
        let told = |from: &str, to: &str| step(&json!({ "from": from, "to": to }));
        assert_eq!(told("requested", "granted"), "requested → granted");
        assert_eq!(told("none", "requested"), "belum ada (none yet) → requested");
        assert_eq!(told("none", "none"), "keadaan tetap (state stays)");
        assert_eq!(told("active", "active"), "active: keadaan tetap (state stays)");
        assert_eq!(of(&json!({ "steps": [] }), "steps"), "keadaan tetap (state stays)");
        let rule = |step: Value| super::step(&step);
        assert_eq!(
            rule(json!({ "from": ["none", "returned"], "to": "requested" })),
            "belum ada (none yet) | returned → requested"
        );
        assert_eq!(
            rule(json!({ "from": ["granted", "refused"] })),
            "granted | refused: keadaan tetap (state stays)"
        );
        assert_eq!(rule(json!({ "from": ["none"] })), "keadaan tetap (state stays)");
        let two = json!({ "steps": [{ "from": "a", "to": "b" }, { "from": "c", "to": "b" }] });
        assert_eq!(of(&two, "steps"), "a → b, c → b");
    }
}
