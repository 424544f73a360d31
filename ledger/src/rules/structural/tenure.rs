//! Tenures: who holds an office from when to when, and under which title. An office keeps its newest
//! tenures, so that a decision can be judged on its own day.

use serde_json::Value;

use super::Broken;
use crate::event::parse_date;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::thing::{Field, Fields, Thing};

/// Most tenures that an office keeps. Decisions older than these can no longer be recorded.
const TENURES_MAX: usize = 64;

/// What a tenure keeps of an appointment.
const TENURE_FIELDS: [&str; 7] =
    ["person", "agency", "from", "until", "mandate", "head", "recorder"];

/// Structural rule: only a tenure that runs can end.
const ENDS_RUNNING: &str = "SYS.7.2";

/// `appointment@1`.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all builtins")]
pub(crate) fn begin(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let data = &context.event.data;
    let kept = |name: &&str| Some(((*name).to_owned(), Field::from_json(data.get(*name)?)?));
    let tenure: Fields = TENURE_FIELDS.iter().filter_map(kept).collect();
    let acting_holder = tenure.contains_key("mandate");
    let mut tenures = tenures_of(after);
    if let Some(this) = context.this().filter(|this| acting_holder && this.state == "in_office") {
        // An acting holder stands beside the one in office and changes nothing about him.
        after.fields.clone_from(&this.fields);
    }
    tenures.push(Field::Map(tenure));
    if tenures.len() > TENURES_MAX {
        tenures.remove(0);
    }
    after.fields.insert("tenures".to_owned(), Field::List(tenures));
    Ok(())
}

/// `ending@1`: the running tenure of `data.person` gets `data.date` as its last day.
pub(crate) fn end(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let text =
        |name: &str| context.event.data.get(name).and_then(Value::as_str).unwrap_or_default();
    let (person, last_day) = (text("person"), text("date"));
    let mut tenures = tenures_of(after);
    let runs = |tenure: &Fields| {
        let of = |name: &str| tenure.get(name).and_then(Field::as_text);
        let date = |name: &str| of(name).and_then(parse_date);
        of("person") == Some(person)
            && date("from") <= parse_date(last_day)
            && date("until").is_none_or(|until| Some(until) > parse_date(last_day))
    };
    let running = tenures.iter_mut().rev().find_map(|tenure| match tenure {
        Field::Map(tenure) if runs(tenure) => Some(tenure),
        _ => None,
    });
    let Some(tenure) = running else {
        let why = Why::OfficeNotHeld {
            office: context.event.subject.clone(),
            person: person.to_owned(),
            day: last_day.to_owned(),
        };
        return Err(Broken { rule: ENDS_RUNNING, pointer: "/data/person", why });
    };
    tenure.insert("until".to_owned(), Field::from(last_day));
    let shown = ["person", "mandate", "from"]
        .iter()
        .all(|name| tenure.get(*name) == after.fields.get(*name));
    after.fields.insert("tenures".to_owned(), Field::List(tenures));
    if shown {
        after.fields.insert("until".to_owned(), Field::from(last_day));
    } else if let Some(this) = context.this() {
        // He stood beside the one in office, who goes on as he was.
        after.state.clone_from(&this.state);
    }
    Ok(())
}

/// Which tenure ends, and when, the event says.
pub(super) fn ending_outlooks() -> Vec<(&'static str, Outlook)> {
    vec![(ENDS_RUNNING, Outlook::depends(&["data.date", "data.person"]))]
}

fn tenures_of(thing: &Thing) -> Vec<Field> {
    match thing.fields.get("tenures") {
        Some(Field::List(list)) => list.clone(),
        _ => Vec::new(),
    }
}
