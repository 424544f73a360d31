//! How an act from before the ledger is judged: who brings it in, from when it is, on which stream, and which of the
//! conditions of its row bind it still.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::super::Signatory;
use super::super::act::Act;
use super::super::condition::Condition;
use super::super::lifecycle::Transition;
use super::super::next::Outlook;
use super::super::operand::{Context, day_of};
use super::super::refusal::{Code, Refusal, Text, Why};
use super::super::role::{self, Acting, has_person, ledger_key, signer_key};
use super::super::ruleset::{RuleSet, Structural};
use super::super::schema::{FieldKind, FieldSpec};
use super::super::succession::{agency_key, ended_before, stands_for};
use super::super::thing::{Facts, Thing};
use super::{
    BEFORE_THE_LEDGER, BROUGHT_IN, IMPORTED, KNOWN_AGENCIES, NOTHING_ELSE, OF_THE_REGION,
    STRUCTURAL, is_brought_in, is_exempt, is_of_office, marks, placed,
};
use crate::event::{Event, SignedAs, escape, parse_date};

/// Under which key the ledger's thing stands as its opening made it. The colon keeps it out of the streams.
const OPENING: &str = "opening:ledger";

/// The keys that are looked at besides those of the act: the office of him who brings it in, and the agencies that it
/// names.
pub(crate) fn reads(act: &Act, event: &Event, keys: &mut Vec<String>) {
    let Some(imported) = &event.imported else { return };
    keys.extend(imported.signed.office.clone());
    if act.who.iter().any(|who| who.itself) {
        keys.extend(imported.by.as_deref().map(signer_key));
    }
    keys.extend(agencies(&act.fields, &event.data, "").into_iter().map(|(_, id)| agency_key(id)));
}

/// The key of the ledger's thing, where it is asked when the ledger was opened.
pub(crate) fn opening_key(rules: &RuleSet, event: &Event) -> Option<String> {
    let asked = event.kind == IMPORTED && rules.structural() >= Structural::Three;
    asked.then(|| ledger_key(event))
}

/// Adds the ledger's thing as its opening made it.
pub(crate) fn take_opening(facts: &mut Facts, opened: Option<Thing>) {
    facts.extend(opened.map(|thing| (OPENING.to_owned(), thing)));
}

/// Whoever did the act, once he who brings it in may: in person a recorder of the agency, by his office today; of an office
/// a registrar or an authority of the ledger.
pub(crate) fn acting<'a>(
    rules: &RuleSet,
    event: &'a Event,
    facts: &'a Facts,
    signatory: &'a Signatory,
    today: Date,
) -> Result<Acting<'a>, Refusal> {
    let Some(imported) = &event.imported else { return Ok(Acting::in_person(signatory)) };
    let signed = &imported.signed;
    let refusal = |(pointer, why): (&str, Why)| {
        let wording = rules.act(IMPORTED).and_then(|own| own.wording_of(BROUGHT_IN));
        Refusal::new(Code::RoleMissing, Some(BROUGHT_IN), pointer, why).worded(wording)
    };
    if signed.signed_as == SignedAs::Recorder {
        let why = Why::NotOneOf { allowed: vec!["pejabat".to_owned()] };
        return Err(refusal(("/signedas", why)));
    }
    let himself = Acting::judge(rules.structural(), signed, facts, signatory, today);
    let himself = himself.map_err(refusal)?;
    if is_of_office(&event.kind) {
        check_power(event, facts, signatory, himself).map_err(|why| refusal(("/source", why)))?;
    } else {
        check_recorder(event, signatory, himself).map_err(refusal)?;
        check_decider(event, facts, Known::OrNobody).map_err(refusal)?;
    }
    Ok(Acting::before_the_ledger(event, signatory))
}

/// A registrar or an authority of the ledger, for his own agency and with a key that counts.
fn check_power(
    event: &Event,
    facts: &Facts,
    signatory: &Signatory,
    himself: Acting<'_>,
) -> Result<(), Why> {
    let ledger = facts.get(&ledger_key(event));
    let listed = |list| ledger.is_some_and(|ledger| has_person(ledger, list, himself.person));
    let own = himself.is_personal() && himself.agency == signatory.agency;
    if !own || !(listed("registrars") || listed("authorities")) {
        let named = |actor: &str| Text { id: actor.to_owned(), en: actor.to_owned() };
        return Err(Why::ActorNotEntitled {
            entitled: ["REGISTRAR", "AUTHORITY"].map(named).to_vec(),
        });
    }
    if !signatory.attested {
        let certificate = signatory.certificate.to_string();
        return Err(Why::CertificateNotAttested { certificate });
    }
    Ok(())
}

/// A recorder of the agency, who did not decide it himself.
fn check_recorder(
    event: &Event,
    signatory: &Signatory,
    himself: Acting<'_>,
) -> Result<(), (&'static str, Why)> {
    let Some(office) = himself.office else {
        return Err(("/office", Why::OfficeRequired { offices: Vec::new() }));
    };
    if !himself.is_recorder_of(event.agency()) {
        return Err(("/office", Why::NotARecorder { office: office.to_owned() }));
    }
    let decider = event.imported.as_ref().and_then(|imported| imported.by.as_ref());
    match decider.filter(|by| **by == signatory.person) {
        None => Ok(()),
        Some(by) => Err(("/data/by", Why::DecisionOfRecorder { person: by.clone() })),
    }
}

/// Must it be known who held the office?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Where nobody in the ledger has held it, it is enough to name him.
    OrNobody,
    /// It must.
    Always,
}

/// What an office of another agency decided, or one that nobody in the ledger has held, is told with who decided; who held
/// an office that is known is asked as of any decision that is recorded.
fn check_decider(event: &Event, facts: &Facts, known: Known) -> Result<(), (&'static str, Why)> {
    let (Some(imported), Some(office)) = (&event.imported, event.office.as_deref()) else {
        return Ok(());
    };
    let is_own = |agency| stands_for(facts, event.agency(), agency);
    if role::agencies_of(facts, office).any(is_own) {
        return Ok(());
    }
    let Some(by) = imported.by.as_deref() else { return Err(("/data/by", Why::FieldMissing)) };
    if known == Known::OrNobody && role::agencies_of(facts, office).next().is_none() {
        return Ok(());
    }
    let held = role::held(facts, office, by, imported.day, |_| true);
    held.map(|_| ()).map_err(|why| ("/data/by", why))
}

/// Is it an act of that agency, and of the office that it names? Who held it then is not asked.
pub(crate) fn check_relation(act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
    if is_of_office(&act.kind) {
        return Ok(());
    }
    role::entitled(act, context, &mut Vec::new()).map_err(|refusal| placed(context.event, refusal))
}

/// It was before the ledger, nothing but RIWAYAT stands on its stream, none of that later, and the agencies that it names
/// are registered.
pub(crate) fn check(act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
    let (Some(imported), Some(world)) = (&context.event.imported, context.world) else {
        return Ok(());
    };
    let refusal = |code, rule, pointer: &str, why| {
        let wording = context.rules.act(IMPORTED).and_then(|own| own.wording_of(rule));
        Refusal::new(code, Some(rule), pointer, why).worded(wording)
    };
    let subject = &context.event.subject;
    if !is_of_office(&act.kind) && !is_exempt(act, context) {
        let decided = check_decider(context.event, world.facts, Known::Always);
        decided.map_err(|(at, why)| refusal(Code::RoleMissing, BROUGHT_IN, at, why))?;
    }
    let is_unknown = |agency: &Thing| agency.state == Thing::NONE;
    if let Some(id) = subject.strip_prefix("agency/")
        && context.this().is_none_or(is_unknown)
    {
        let why = Why::AgencyUnknown { agency: id.to_owned() };
        return Err(refusal(Code::RuleRefused, KNOWN_AGENCIES, "/subject", why));
    }
    if !marks::is_open(context.this(), subject) {
        let why = Why::KnownOtherwise { thing: subject.clone() };
        return Err(refusal(Code::TransitionForbidden, NOTHING_ELSE, "/subject", why));
    }
    let opened = world
        .facts
        .get(OPENING)
        .map(|ledger| day_of(i64::try_from(ledger.recorded_at.0).unwrap_or(i64::MAX), world.zone));
    let is_before = |day: Date| opened.is_some_and(|opened| day < opened);
    let day_in = |name: &str| parse_date(context.event.data.get(name)?.as_str()?);
    // A tenure begins or ends before the ledger, too.
    let of_tenure = |name: &&str| is_of_office(&act.kind) && day_in(name).is_some();
    let late = if is_before(imported.day) {
        let days = ["from", "date"].into_iter().filter(of_tenure);
        let mut late = days.filter(|name| !day_in(name).is_some_and(is_before));
        late.next().map(|name| format!("/data/data/{name}"))
    } else {
        Some("/data/at".to_owned())
    };
    if let Some(pointer) = late {
        let why = Why::NotBeforeTheLedger { opened: opened.map(|day| day.to_string()) };
        return Err(refusal(Code::RuleRefused, BEFORE_THE_LEDGER, &pointer, why));
    }
    let newest = context.this().and_then(marks::newest);
    if let Some(since) = newest.filter(|newest| imported.day < *newest) {
        let since = Some(since.to_string());
        let why = Why::DecidedBefore { thing: subject.clone(), since };
        return Err(refusal(Code::RuleRefused, BEFORE_THE_LEDGER, "/data/at", why));
    }
    for (pointer, id) in agencies(&act.fields, &context.event.data, "/data/data") {
        let agency = context.thing(&agency_key(id));
        let unknown = || Why::AgencyUnknown { agency: id.to_owned() };
        let why = match agency {
            None => Some(unknown()),
            Some(_) => ended_before(agency, id, imported.day),
        };
        if let Some(why) = why {
            return Err(refusal(Code::RuleRefused, KNOWN_AGENCIES, &pointer, why));
        }
    }
    Ok(())
}

/// Every agency that fields of the content name, with its place.
fn agencies<'a>(
    fields: &[FieldSpec],
    data: &'a Map<String, Value>,
    at: &str,
) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    for field in fields {
        if let Some(value) = data.get(&field.name) {
            named_in(&field.kind, value, format!("{at}/{}", escape(&field.name)), &mut found);
        }
    }
    found
}

fn named_in<'a>(
    kind: &FieldKind,
    value: &'a Value,
    at: String,
    found: &mut Vec<(String, &'a str)>,
) {
    match (kind, value) {
        (FieldKind::Agency, Value::String(id)) => found.push((at, id)),
        (FieldKind::List { of, .. }, Value::Array(list)) => {
            for (index, item) in list.iter().enumerate() {
                named_in(of, item, format!("{at}/{index}"), found);
            }
        }
        (FieldKind::Map { fields }, Value::Object(object)) => {
            found.extend(agencies(fields, object, &at));
        }
        _ => {}
    }
}

/// Does the condition bind the act? Of one from before the ledger names stay whose they are, and so do streams; of an office
/// what the structure demands. The rest is of today, and binds who tells of what another has brought in.
pub(crate) fn binds(condition: &Condition, act: &Act, context: &Context<'_>) -> bool {
    let binds = || {
        condition.is_of_names() || condition.tells_whose_it_is(context) || !is_exempt(act, context)
    };
    context.event.imported.is_none()
        || condition.rule.starts_with(STRUCTURAL)
        || !condition.warn && binds()
}

/// Leads the thing into the state that the act gives, without guards: by the first step from where it is, one that is open
/// where there is one; else by the first step that there is, as if what comes before it were brought in, too. By none that
/// what the act itself says leaves closed: a test that failed leads nowhere.
pub(crate) fn lead(after: &mut Thing, act: &Act, context: &Context<'_>) {
    let state = after.state.clone();
    let to = {
        let looking = Context { after: Some(after), ..*context };
        let starts = |step: &&Transition| step.from.contains(&state);
        let is_open = |step: &&Transition| step.is_open(&looking);
        let closed = |step: &&Transition| step.when.iter().any(|one| one.says_another(&looking));
        let steps = || act.transitions.iter().filter(|step| !closed(step));
        let step = steps().filter(starts).find(is_open).or_else(|| steps().find(starts));
        let step = step.or_else(|| steps().find(is_open)).or_else(|| steps().next());
        step.map(|step| match &step.to {
            Some(to) => to,
            None if starts(&step) => &state,
            None => step.from.iter().find(|from| *from != Thing::NONE).unwrap_or(&state),
        })
    };
    let to = to.cloned();
    if let Some(to) = to {
        after.state = to;
    }
}

/// What can be said before it is written: whether the stream takes any.
pub(crate) fn outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let subject = &context.event.subject;
    let stream = match context.this() {
        // It may be one that is not shown.
        None => Outlook::depends(&[subject]),
        Some(this) if marks::is_open(Some(this), subject) => Outlook::Holds,
        Some(_) => Outlook::fails(Why::KnownOtherwise { thing: subject.clone() }),
    };
    let is_of_region = |act: &Act| is_brought_in(act) && act.subject.matches(subject);
    let named = if context.rules.acts().any(is_of_region) {
        Outlook::depends(&["data.act"])
    } else {
        let stream = subject.split('/').next().unwrap_or(subject);
        Outlook::fails(Why::NotBroughtIn { kind: format!("{stream}.*") })
    };
    vec![
        (OF_THE_REGION, named),
        (NOTHING_ELSE, stream),
        (BROUGHT_IN, Outlook::depends(&["data.act", "office"])),
        (BEFORE_THE_LEDGER, Outlook::depends(&["data.at"])),
        (KNOWN_AGENCIES, Outlook::depends(&["data.data"])),
    ]
}
