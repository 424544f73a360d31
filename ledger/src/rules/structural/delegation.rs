//! `delegation@1`: a mandate to sign for an office, given by its holder or recorded from the decision. An office
//! keeps its newest mandates.

use serde_json::Value;

use super::tenure::source_of;
use super::{Broken, text_of};
use crate::event::parse_date;
use crate::rules::mandate::{DELEGATIONS, Use};
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::refusal::Why;
use crate::rules::role::held;
use crate::rules::thing::{Field, Fields, Thing};

/// Most mandates that an office keeps.
const DELEGATIONS_MAX: usize = 64;
/// What is kept of a mandate.
const DELEGATION_FIELDS: [&str; 8] =
    ["person", "agency", "mandate", "holder", "under", "acts", "from", "until"];

const KNOWN_ACTS: &str = "SYS.8.1";
const HOLDER_IN_OFFICE: &str = "SYS.8.2";
const PASSED_ON_ONCE: &str = "SYS.8.3";

pub(super) fn give(context: &Context<'_>, after: &mut Thing) -> Result<(), Broken> {
    let data = &context.event.data;
    let acts = data.get("acts").and_then(Value::as_array).into_iter().flatten();
    for act in acts.filter_map(Value::as_str) {
        if context.rules.rows(act).is_empty() {
            let why = Why::TypeUnknown { kind: act.to_owned() };
            return Err(Broken { rule: KNOWN_ACTS, pointer: "/data/acts", why });
        }
    }
    check_holder(context)?;
    check_chain(context)?;
    let kept = |name: &&str| Some(((*name).to_owned(), Field::from_json(data.get(*name)?)?));
    let mut delegation: Fields = DELEGATION_FIELDS.iter().filter_map(kept).collect();
    delegation.extend(source_of(context, after));
    let mut delegations = match after.fields.remove(DELEGATIONS) {
        Some(Field::List(list)) => list,
        _ => Vec::new(),
    };
    delegations.push(Field::Map(delegation));
    if delegations.len() > DELEGATIONS_MAX {
        delegations.remove(0);
    }
    after.fields.insert(DELEGATIONS.to_owned(), Field::List(delegations));
    Ok(())
}

/// To whom, in whose name and for what, the event says.
pub(super) fn outlooks() -> Vec<(&'static str, Outlook)> {
    vec![
        (KNOWN_ACTS, Outlook::depends(&["data.acts"])),
        (HOLDER_IN_OFFICE, Outlook::depends(&["data.from", "data.holder"])),
        (PASSED_ON_ONCE, Outlook::depends(&["data.mandate", "data.under"])),
    ]
}

/// Nobody gives a mandate in the name of one who does not hold the office when it begins, and a holder who
/// signs gives his own.
fn check_holder(context: &Context<'_>) -> Result<(), Broken> {
    let Some(world) = context.world else { return Ok(()) };
    let text = |name: &str| text_of(context.event.data.get(name)).unwrap_or_default();
    let (office, holder) = (context.event.subject.as_str(), text("holder"));
    let broken = |why| Broken { rule: HOLDER_IN_OFFICE, pointer: "/data/holder", why };
    let Some(from) = parse_date(text("from")) else { return Ok(()) };
    held(world.facts, office, holder, from, |_| true).map_err(broken)?;
    let signs = world.acting.office == Some(office);
    let own = match world.acting.delegation {
        None => Some(world.acting.person),
        Some(delegation) => delegation.get("holder").and_then(Field::as_text),
    };
    if signs && own != Some(holder) {
        let entitled = own.unwrap_or_default().to_owned();
        return Err(broken(Why::NotOneOf { allowed: vec![entitled] }));
    }
    Ok(())
}

/// A mandate is passed on once, as u.b. below the a.n. mandate of him who passes it on.
fn check_chain(context: &Context<'_>) -> Result<(), Broken> {
    let Some(world) = context.world else { return Ok(()) };
    let text = |name: &str| text_of(context.event.data.get(name));
    let passed_on =
        || Broken { rule: PASSED_ON_ONCE, pointer: "/data/mandate", why: Why::MandatePassedOn };
    if let Some(own) = world.acting.delegation.filter(|_| signs_for_it(context)) {
        let is_an = own.get("mandate").and_then(Field::as_text) == Some("an");
        let below_himself = text("under") == Some(world.acting.person);
        if !is_an || !below_himself {
            return Err(passed_on());
        }
    }
    let (Some(under), Some(from)) = (text("under"), text("from").and_then(parse_date)) else {
        return Ok(());
    };
    let above = Use {
        facts: world.facts,
        office: &context.event.subject,
        person: under,
        day: from,
        kind: &context.event.kind,
    };
    above.by(Some(crate::event::Mandate::An), None).map(drop).map_err(|(_, why)| Broken {
        rule: PASSED_ON_ONCE,
        pointer: "/data/under",
        why,
    })
}

/// Does he who acts use the office that the event is about?
pub(super) fn signs_for_it(context: &Context<'_>) -> bool {
    let office = context.world.and_then(|world| world.acting.office);
    office == Some(context.event.subject.as_str())
}
