//! `countersignature@1`: an act that needs further signatories waits for them; with the last signature it is judged
//! again, against what stands then, and does what it does.

use super::cited::{Cited, from_three, outlook};
use super::first::{FIRST, First, of_first};
use super::marks::{PENDING, tell_recorded};
use super::written::position_field;
use super::{Broken, Builtin, Changes, attestation, founders, waiting};
use crate::event::Event;
use crate::rules::act::Act;
use crate::rules::admit::Case;
use crate::rules::next::Outlook;
use crate::rules::operand::Context;
use crate::rules::past::{Known, Past, Recorded};
use crate::rules::refusal::{Code, Fault, Refusal, Why};
use crate::rules::role::{Who, awaits_attestation};
use crate::rules::thing::{Field, Fields, Thing};

/// Structural rule: only what awaits a signature is countersigned.
const AWAITED: &str = "SYS.11.1";
/// Structural rule: by those whom the row names.
const NAMED: &str = "SYS.11.2";
/// Structural rule: the act must fit still.
const FITS: &str = "SYS.11.3";

/// Most acts of one stream that wait for signatures at a time.
const PENDING_MAX: usize = 16;

/// Who signs an act besides: those whom its row names by what it says; what puts another act right or takes it back, all
/// who signed that act.
#[derive(Clone, Copy)]
struct Cosigners<'a> {
    who: &'a [Who],
    /// By what this act says.
    of: Context<'a>,
    /// He who signed first, where none of the others speaks for his agency.
    first: Option<First<'a>>,
}

impl<'a> Cosigners<'a> {
    /// Those of an act that was recorded.
    fn of(recorded: &'a Recorded, act: &'a Act, context: &Context<'a>) -> Self {
        let of = Context { rules: &recorded.rules, event: &recorded.event, ..*context };
        // Of an act from before the ledger nobody else has signed anything here.
        let who = if recorded.event.imported.is_some() { &[] } else { act.cosigned_by.as_slice() };
        Self { who, of, first: None }
    }

    /// Of an act that is corrected or voided; none where it is not known.
    fn of_remarked(known: &'a Known, context: &Context<'a>) -> Option<Self> {
        let (recorded, act) = (&*known.cited, known.cited.act()?);
        let all = Self::of(recorded, act, context);
        let first = First::of(recorded, act, context).filter(|first| !first.is_spoken_for(&all.of));
        Some(Self { first, ..all })
    }

    /// Those for whom nobody has signed yet when he acts, as the row names them.
    fn missing(&self, context: &Context<'_>) -> Vec<&'a str> {
        let is_missing =
            |who: &&Who| who.is_another() || !signs_as(who, &self.of, &context.event.source);
        let besides = self.who.iter().filter(is_missing).map(|who| who.text.as_str());
        let first = self.first.filter(|first| !first.signs(context));
        besides.chain(first.map(|_| FIRST)).collect()
    }
}

/// Whose signatures an act still needs, as its row names them; not those of him who acts. From version 3 of the
/// structural acts a correction needs those that the corrected act has, and so does a voiding, but of an act that waits for
/// them still: that is taken back without them.
pub(crate) fn awaited<'a>(act: &'a Act, context: &Context<'a>) -> Vec<&'a str> {
    if from_three(context) && !founders::is_second_needed(act, context) {
        return Vec::new();
    }
    let remarks = act.builtin.is_some_and(Builtin::is_remark) && from_three(context);
    let past = context.world.and_then(|world| world.past).filter(|_| remarks);
    let is_done = |known: &&Known| !context.this().is_some_and(|this| waits(this, &known.cited));
    let cosigners = past
        .and_then(Past::known)
        .filter(is_done)
        .and_then(|known| Cosigners::of_remarked(known, context));
    let own = Cosigners { who: &act.cosigned_by, of: *context, first: None };
    cosigners.unwrap_or(own).missing(context)
}

/// The stream's thing with an act that waits: nothing else about it has changed.
pub(crate) fn wait(
    act: &Act,
    context: &Context<'_>,
    awaited: &[&str],
    fresh: Thing,
) -> Result<Thing, Refusal> {
    let (event, position) = (context.event, fresh.position);
    let mut thing = match context.this() {
        Some(this) => {
            // What waits is as confidential as it will be.
            let class = if from_three(context) { this.class.max(fresh.class) } else { this.class };
            Thing { position, recorded_at: fresh.recorded_at, class, ..this.clone() }
        }
        None => fresh,
    };
    thing.version = thing.version.saturating_add(1);
    let by = context.world.map_or("", |world| world.acting.person);
    let awaits = awaited.iter().map(|name| Field::from(*name)).collect();
    let entry = [
        ("position", position_field(position)),
        ("id", Field::from(event.id.as_str())),
        ("type", Field::from(event.kind.as_str())),
        ("by", Field::from(by)),
        ("agency", Field::from(event.agency())),
        ("time", Field::from(event.time.text.as_str())),
        ("awaits", Field::List(awaits)),
    ];
    let of = remarked(act, context).map(|of| ("of", of));
    let entry = entry.into_iter().chain(of).chain(waiting::terms(context));
    let entry = entry.map(|(name, value)| (name.to_owned(), value)).collect();
    let list = thing.fields.entry(PENDING.to_owned()).or_insert_with(|| Field::List(Vec::new()));
    if let Field::List(waiting) = list {
        waiting::make_room(waiting, by, context).map_err(|why| {
            Broken { rule: waiting::WAITS, pointer: "/subject", why }.into_refusal(act)
        })?;
        if waiting.len() == PENDING_MAX {
            let why = Why::TooLong { max: PENDING_MAX };
            return Err(Refusal::new(Code::ContentInvalid, Some(&act.rule), "/subject", why)
                .worded(Some(&act.wording)));
        }
        waiting.push(Field::Map(entry));
    }
    Ok(thing)
}

/// Of a correction or voiding that waits: the act whose signatories it waits for.
fn remarked(act: &Act, context: &Context<'_>) -> Option<Field> {
    let past = context.world.and_then(|world| world.past);
    let past = past.filter(|_| act.builtin.is_some_and(Builtin::is_remark));
    let of = &past.and_then(Past::known)?.cited;
    let of = [
        ("position", position_field(of.position)),
        ("type", Field::from(of.event.kind.as_str())),
        ("agency", Field::from(of.event.agency())),
    ];
    Some(Field::Map(of.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

/// What of a signature is told without asking what has become of the act: whose, and that the act waits for it. What
/// it waits for then.
pub(super) fn hear<'a>(
    context: &Context<'a>,
    by: &Act,
) -> Result<(Cited<'a>, Fields, Vec<Field>), Refusal> {
    let cited = Cited::find(context, by)?;
    let broken = |why| Broken { rule: AWAITED, pointer: "/data/event", why }.into_refusal(by);
    let cosigners = match cited.known.remarked.as_deref() {
        Some(remarked) => remarked.known().and_then(|known| Cosigners::of_remarked(known, context)),
        None => Some(Cosigners::of(cited.recorded(), cited.act, context)),
    };
    let Some(cosigners) = cosigners.filter(|cosigners| !cosigners.who.is_empty()) else {
        return Err(broken(Why::NothingAwaited));
    };
    let signs = signed_as(&cited, cosigners, context, by)?;
    cited.check_standing(context, by)?;
    let entry = context.this().and_then(|this| entry_of(this, cited.recorded()));
    let entry = entry.ok_or_else(|| broken(Why::NothingAwaited))?;
    if let Some(why) = waiting::lapsed(entry, context) {
        return Err(Broken { rule: waiting::WAITS, pointer: "/data/event", why }.into_refusal(by));
    }
    attestation::check_second(context, cited.recorded(), cited.act)
        .map_err(|broken| broken.into_refusal(by))?;
    let awaits = entry.get("awaits").and_then(Field::as_list).unwrap_or_default();
    let is_signed = |name: &Field| name.as_text().is_some_and(|name| signs.contains(&name));
    let left: Vec<_> = awaits.iter().filter(|name| !is_signed(name)).cloned().collect();
    if left.len() == awaits.len() {
        return Err(broken(Why::NothingAwaited));
    }
    Ok((cited, entry.clone(), left))
}

pub(super) fn countersign(
    context: &Context<'_>,
    by: &Act,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    let (cited, mut entry, left) = hear(context, by)?;
    let recorded = cited.recorded();
    if left.is_empty() {
        complete(context, &cited, by, after, changes)?;
        wait_no_more(after, recorded);
    } else {
        entry.insert("awaits".to_owned(), Field::List(left));
        put_entry(after, recorded, Some(entry));
    }
    Ok(())
}

/// In which of the qualities that the row names he signs, by their names.
fn signed_as<'a>(
    cited: &Cited<'a>,
    cosigners: Cosigners<'a>,
    context: &Context<'_>,
    by: &Act,
) -> Result<Vec<&'a str>, Refusal> {
    // What the row says of the act is said of the act as it was signed first.
    let own = |who: &&Who| {
        signs_as(who, &cosigners.of, &context.event.source)
            && (!who.actor.is_power() || context.has_power())
            && (!who.is_another() || is_another(context, cited.recorded()))
    };
    let besides = cosigners.who.iter().filter(own).map(|who| who.text.as_str());
    let first = cosigners.first.filter(|first| first.signs(context));
    let signs: Vec<_> = besides.chain(first.map(|_| FIRST)).collect();
    if !signs.is_empty() {
        return Ok(signs);
    }
    let of = Context { rules: context.rules, ..cosigners.of };
    let agency = agency_of_source(&of, &context.event.source);
    let first = || cosigners.first.map(|_| of_first(cosigners.of.event.agency()));
    let entitled = || cosigners.who.iter().map(Who::in_words).chain(first()).collect();
    let why = awaits_attestation(cosigners.who.iter(), &of, agency)
        .unwrap_or_else(|| Why::ActorNotEntitled { entitled: entitled() });
    let wording = by.wording_of(NAMED);
    Err(Refusal::new(Code::RoleMissing, Some(NAMED), "/source", why).worded(wording))
}

/// He signs himself, with another person's key than the one who signed first: nobody records it for him.
fn is_another(context: &Context<'_>, first: &Recorded) -> bool {
    context.world.is_some_and(|world| {
        world.signer() == world.acting.person && world.signer() != first.signatory.person
    })
}

/// Does he who acts sign as the one whom the row names?
pub(super) fn signs_as(who: &Who, context: &Context<'_>, source: &str) -> bool {
    let Some(world) = context.world else { return false };
    let agency = agency_of_source(context, source);
    who.cosigns(context, agency, world.ledger)
}

/// The agency that the event comes from, where he who acts is of it.
pub(super) fn agency_of_source<'a>(context: &Context<'a>, source: &str) -> Option<&'a Thing> {
    let world = context.world?;
    let of_signatory = source.strip_prefix("agency/") == Some(world.acting.agency);
    world.facts.get(source).filter(|_| of_signatory)
}

/// The last signature: what the act would change now, it changes.
fn complete(
    context: &Context<'_>,
    cited: &Cited<'_>,
    by: &Act,
    after: &mut Thing,
    changes: &mut Changes,
) -> Result<(), Refusal> {
    let Some(world) = context.world else { return Ok(()) };
    let recorded = cited.recorded();
    let case = Case {
        rules: &recorded.rules,
        facts: world.facts,
        past: cited.known.remarked.as_deref(),
        event: &recorded.event,
        signatory: &recorded.signatory,
        enrolments: &[],
        position: after.position,
        recorded_at: after.recorded_at,
    };
    let waited_since = cited.followed(by)?.recorded_at;
    let admitted = case.complete(waited_since, world).map_err(|refusal| {
        let fault = |fault: Fault| Fault { pointer: "/data/event".to_owned(), ..fault };
        Refusal {
            code: Code::RuleRefused,
            rule: Some(FITS.to_owned()),
            wording: by.wording_of(FITS).cloned(),
            faults: refusal.faults.into_iter().map(fault).collect(),
        }
    })?;
    let mut done = admitted.changes.into_iter();
    if let Some((_, thing)) = done.next() {
        *after = thing;
        tell_recorded(after, after.position, recorded.position);
    }
    changes.extend(done);
    Ok(())
}

/// Does the act wait for a signature?
pub(crate) fn waits(stream: &Thing, act: &Recorded) -> bool {
    entry_of(stream, act).is_some()
}

/// Does the act of that source and id wait for one?
pub(crate) fn waits_by_name(stream: &Thing, source: &str, id: &str) -> bool {
    let waiting = stream.fields.get(PENDING).and_then(Field::as_list).unwrap_or_default();
    waiting.iter().any(|entry| {
        let is = |name, value| entry.member(name).and_then(Field::as_text) == Some(value);
        is("id", id) && source.strip_prefix("agency/").is_some_and(|agency| is("agency", agency))
    })
}

fn entry_of<'a>(stream: &'a Thing, act: &Recorded) -> Option<&'a Fields> {
    let waiting = stream.fields.get(PENDING).and_then(Field::as_list).unwrap_or_default();
    waiting.iter().find_map(|entry| match entry {
        Field::Map(entry) if is_of(entry, act) => Some(entry),
        _ => None,
    })
}

fn is_of(entry: &Fields, act: &Recorded) -> bool {
    entry.get("position") == Some(&position_field(act.position))
}

/// The act waits no more: it is done, or will not be.
pub(super) fn wait_no_more(stream: &mut Thing, act: &Recorded) {
    put_entry(stream, act, None);
}

fn put_entry(stream: &mut Thing, act: &Recorded, put: Option<Fields>) {
    let Some(Field::List(mut waiting)) = stream.fields.remove(PENDING) else { return };
    waiting.retain(|entry| !matches!(entry, Field::Map(entry) if is_of(entry, act)));
    waiting.extend(put.map(Field::Map));
    if !waiting.is_empty() {
        stream.fields.insert(PENDING.to_owned(), Field::List(waiting));
    }
}

/// Does the event only add a signature to another?
pub(crate) fn signs(event: &Event) -> bool {
    event.kind == "act.countersigned"
}

/// What can be said before it is written: nothing is signed where nothing waits.
pub(super) fn outlooks(context: &Context<'_>) -> Vec<(&'static str, Outlook)> {
    let mut outlooks = outlook(context);
    let waits = context.this().is_some_and(|this| this.fields.contains_key(PENDING));
    let awaited =
        if waits { Outlook::depends(&["data.event"]) } else { Outlook::fails(Why::NothingAwaited) };
    outlooks.push((AWAITED, awaited));
    outlooks.push((FITS, Outlook::depends(&["data.event"])));
    outlooks
}
