//! Tenures: who holds an office from when to when, and under which title. An office keeps its newest
//! tenures, so that a decision can be judged on its own day.

use serde_json::Value;

use super::Broken;
use crate::event::parse_date;
use crate::rules::mandate::{DELEGATIONS, runs};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::thing::{Field, Fields, Thing};

/// Most tenures that an office keeps. Decisions older than these can no longer be recorded.
const TENURES_MAX: usize = 64;

/// What a tenure keeps of an appointment.
const TENURE_FIELDS: [&str; 7] =
    ["person", "agency", "from", "until", "mandate", "head", "recorder"];

/// Structural rule: a holder ends the mandates that run for his office, and nothing else.
const ENDS_GIVEN: &str = "SYS.7.3";
/// Structural rule: only a tenure that runs can end.
const ENDS_RUNNING: &str = "SYS.7.2";

/// `appointment@1`.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all builtins")]
pub(crate) fn begin(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let data = &context.event.data;
    let kept = |name: &&str| Some(((*name).to_owned(), Field::from_json(data.get(*name)?)?));
    begin_as(context, after, TENURE_FIELDS.iter().filter_map(kept).collect());
    Ok(())
}

/// `appointment@2`: a mandate names what gives it, so the tenure keeps it.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all builtins")]
pub(crate) fn begin_with_source(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let data = &context.event.data;
    let kept = |name: &&str| Some(((*name).to_owned(), Field::from_json(data.get(*name)?)?));
    let mut tenure: Fields = TENURE_FIELDS.iter().filter_map(kept).collect();
    tenure.extend(source_of(context, after));
    begin_as(context, after, tenure);
    Ok(())
}

/// By what a tenure or a mandate can be named: position and id of the event, number and digest of the decision.
pub(super) fn source_of(context: &Context<'_>, after: &Thing) -> Fields {
    let decision = |name: &str| context.event.data.get("decision")?.get(name)?.as_str();
    let mut source = Fields::from([
        ("position".to_owned(), super::written::position_field(after.position)),
        ("event".to_owned(), Field::from(context.event.id.as_str())),
    ]);
    let known = [("number", decision("number")), ("decision", decision("sha256"))];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
    source.extend(known.map(|(name, value)| (name.to_owned(), Field::from(value))));
    source
}

fn begin_as(context: &Context<'_>, after: &mut Thing, tenure: Fields) {
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

/// Which tenure or mandate ends, and when, the event says.
pub(super) fn ending_of_either_outlooks() -> Vec<(&'static str, Outlook)> {
    let depends = || Outlook::depends(&["data.date", "data.person"]);
    vec![(ENDS_RUNNING, depends()), (ENDS_GIVEN, depends())]
}

/// `ending@2`: as `ending@1`; where the person has no tenure that runs but a mandate, the mandate ends. A holder
/// ends only mandates: his own tenure is ended by others.
pub(crate) fn end_either(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let own_list = |list: &str| super::signers::is_listed(context, list);
    let recorded = own_list("registrars") || own_list("authorities");
    if recorded {
        match end(context, after) {
            Ok(()) => return Ok(()),
            Err(broken) => return end_mandate(context, after).ok_or(broken),
        }
    }
    let delegate = context.world.is_some_and(|world| world.acting.delegation.is_some());
    let ended = if delegate { None } else { end_mandate(context, after) };
    ended.ok_or_else(|| {
        let entitled = vec!["REGISTRAR".to_owned(), "AUTHORITY".to_owned()];
        Broken { rule: ENDS_GIVEN, pointer: "/data/person", why: Why::MandateNotYours { entitled } }
    })
}

/// The newest mandate of `data.person` that runs on `data.date` gets it as its last day.
fn end_mandate(context: &Context<'_>, after: &mut Thing) -> Option<()> {
    let text = |name: &str| context.event.data.get(name).and_then(Value::as_str);
    let (person, last_day) = (text("person")?, text("date")?);
    let day = parse_date(last_day)?;
    let Some(Field::List(delegations)) = after.fields.get_mut(DELEGATIONS) else { return None };
    let running = delegations.iter_mut().rev().find_map(|entry| match entry {
        Field::Map(delegation) => {
            let of = |name: &str| delegation.get(name).and_then(Field::as_text);
            let goes_on = of("until").and_then(parse_date).is_none_or(|until| until > day);
            (of("person") == Some(person) && runs(delegation, day) && goes_on).then_some(delegation)
        }
        _ => None,
    });
    running?.insert("until".to_owned(), Field::from(last_day));
    // The office is held as before.
    if let Some(this) = context.this() {
        after.state.clone_from(&this.state);
    }
    Some(())
}

fn tenures_of(thing: &Thing) -> Vec<Field> {
    match thing.fields.get("tenures") {
        Some(Field::List(list)) => list.clone(),
        _ => Vec::new(),
    }
}
