//! Admission: the part of the decision that rests on earlier events. A pure function of a plain map;
//! replay calls it with the same arguments and gets the same answer.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::act::{Act, Effect};
use super::condition::{self, Condition};
use super::content::rests_on_fault;
use super::lifecycle::{self, Transition};
use super::operand::{Context, Item, World, day_of, effective_of};
use super::past::Past;
use super::refusal::{Code, Refusal, Refusals, Why};
use super::riwayat;
use super::role::{self, Acting, ledger_key};
use super::ruleset::{RuleSet, Structural};
use super::structural::{self, Builtin};
use super::thing::{Class, Facts, Field, Fields, Thing};
use super::{Admitted, Enrolment, Signatory, Warning, held, succession};
use crate::event::Event;
use crate::log::{Micros, Position};

/// Most values that a stream gathers in one list or map.
pub(crate) const GATHERED_MAX: usize = 1024;

/// The keys of the things that `admit` will look at, sorted, each once.
pub fn reads(rules: &RuleSet, event: &Event, enrolments: &[Enrolment]) -> Vec<String> {
    let event = &*rules.lift(event);
    let Ok(act) = rules.select(event) else { return Vec::new() };
    let context = Context { rules, event, world: None, after: None };
    let mut keys = vec![event.subject.clone(), event.source.clone(), ledger_key(event)];
    keys.extend(event.office.clone());
    keys.extend(event.decision.as_ref().map(|decision| decision.office.clone()));
    keys.extend(structural::reads_of_party(act, event));
    act.who
        .iter()
        .chain(&act.cosigned_by)
        .filter_map(|who| who.of())
        .for_each(|of| of.reads(&context, &mut keys));
    act.conditions.iter().for_each(|condition| condition.reads(&context, &mut keys));
    act.transitions.iter().for_each(|step| step.reads(&context, &mut keys));
    act.keep.iter().chain(&act.gather).for_each(|(_, from)| from.reads(&context, &mut keys));
    for effect in &act.effects {
        effect.thing.reads(&context, &mut keys);
        if let Some(put) = &effect.put {
            put.key.reads(&context, &mut keys);
            put.value.reads(&context, &mut keys);
        }
    }
    if let Some(builtin) = act.builtin {
        builtin.reads(event, enrolments, &mut keys);
    }
    riwayat::reads(act, event, &mut keys);
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Role, lifecycle and guards, in this order; then what the event changes.
///
/// The content was checked before, under the same rule set. `facts` holds what [`reads`] named, and what
/// [`super::reads_further`] named of it. An act that speaks of an earlier event is refused: nothing of the past is
/// known here.
pub fn admit(
    rules: &RuleSet,
    facts: &Facts,
    event: &Event,
    signatory: &Signatory,
    enrolments: &[Enrolment],
    position: Position,
    recorded_at: Micros,
) -> Result<Admitted, Refusal> {
    let past = None;
    let case = Case { rules, facts, past, event, signatory, enrolments, position, recorded_at };
    case.judge(&mut Refusals::First)
}

/// An event with all that its admission rests on: role, lifecycle and guards decide, in this order.
///
/// The content was checked before, under the same rule set. `facts` holds what `reads` named, and what the past
/// of the event that it speaks of names.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) rules: &'a RuleSet,
    pub(crate) facts: &'a Facts,
    pub(crate) past: Option<&'a Past>,
    pub(crate) event: &'a Event,
    pub(crate) signatory: &'a Signatory,
    pub(crate) enrolments: &'a [Enrolment],
    pub(crate) position: Position,
    pub(crate) recorded_at: Micros,
}

impl Case<'_> {
    /// What the event changes. `refusals` begins with those of the content and takes the others as they come; where
    /// it has any at the end, what is returned says nothing.
    pub(crate) fn judge(&self, refusals: &mut Refusals<Refusal>) -> Result<Admitted, Refusal> {
        let case = Case { event: &self.rules.lift(self.event), ..*self };
        let judged = case.judge_newest(refusals);
        let confidential = |thing: &str| case.is_confidential(thing);
        for refusal in refusals.gathered_mut() {
            refusal.withhold(confidential);
        }
        judged.map_err(|mut refusal| {
            refusal.withhold(confidential);
            refusal
        })
    }

    /// May not everybody read the thing? Where there is none, one that is never public: that it is not there says no less.
    fn is_confidential(&self, key: &str) -> bool {
        if let Some(thing) = self.facts.get(key) {
            return thing.class > Class::Public;
        }
        let is_of = |act: &&Act| !act.subject.is_any() && act.subject.matches(key);
        let mut classes = self.rules.acts().filter(is_of).map(|act| act.row_class).peekable();
        classes.peek().is_some() && classes.all(|class| class > Class::Public)
    }

    fn judge_newest(&self, refusals: &mut Refusals<Refusal>) -> Result<Admitted, Refusal> {
        let Self { rules, event, .. } = *self;
        let act = rules.select(event).map_err(|refusal| riwayat::placed(event, refusal))?;
        let content_is_sound = refusals.gathered().is_empty();
        let mut warnings = Vec::new();
        let Some(world) = self.enter(act, &mut warnings, refusals)? else {
            return Ok(Admitted::default());
        };
        let context = Context { rules, event, world: Some(&world), after: None };
        let changes = self.changes_of(act, &context, content_is_sound, &mut warnings, refusals)?;
        // What was done before the ledger waits for nobody.
        let awaited = match event.imported {
            None => structural::awaited(act, &context),
            Some(_) => Vec::new(),
        };
        if awaited.is_empty() {
            return Ok(Admitted { changes, warnings });
        }
        let fresh = Thing::new(self.position, self.recorded_at, act.row_class);
        let mut waiting = refusals.heed(structural::wait(act, &context, &awaited, fresh))?;
        // Before version 3 they were noted only with the last signature.
        if let Some(thing) = waiting.as_mut().filter(|_| rules.structural() >= Structural::Three) {
            structural::note_findings(thing, &context, &warnings);
        }
        let changes = waiting.map(|thing| (event.subject.clone(), thing)).into_iter().collect();
        Ok(Admitted { changes, warnings })
    }

    /// Is it asked what has become of the event that it speaks of? Not of whom it is refused without that.
    pub(crate) fn is_heard(&self) -> bool {
        let (rules, event) = (self.rules, &*self.rules.lift(self.event));
        let case = Case { event, ..*self };
        let Ok(act) = rules.select(event) else { return false };
        let Some(builtin) = act.builtin else { return false };
        let entered = case.enter(act, &mut Vec::new(), &mut Refusals::First);
        let Ok(Some(world)) = entered else { return false };
        let context = Context { rules, event, world: Some(&world), after: None };
        builtin.hear(act, &context).is_ok()
    }

    /// The world in which he acts; none where he may not act at all. Whoever may not do an act is not told of what it
    /// would be done to.
    fn enter(
        &self,
        act: &Act,
        warnings: &mut Vec<Warning>,
        refusals: &mut Refusals<Refusal>,
    ) -> Result<Option<World<'_>>, Refusal> {
        let Self { rules, facts, event, .. } = *self;
        refusals.heed(structural::check_opening(act, event, self.position))?;
        refusals.heed(structural::check_signed_in_person(act, event))?;
        let (version, signer) = (rules.structural(), &self.signatory.person);
        refusals.heed(structural::check_of_another(version, act, event, signer))?;
        let micros = i64::try_from(self.recorded_at.0).unwrap_or(i64::MAX);
        let ledger = facts.get(&ledger_key(event));
        let zone = structural::zone_of(ledger);
        let stands = refusals.heed(succession::check_source(rules, facts, event))?.is_some();
        let acting = refusals.heed(self.acting(act, day_of(micros, zone)))?;
        let Some(acting) = acting.filter(|_| stands) else { return Ok(None) };
        let world = World {
            facts,
            ledger,
            past: self.past,
            acting,
            signatory: self.signatory,
            recorded_at_micros: micros,
            effective: effective_of(version, event),
            borne_out: structural::borne_out(version, event, micros, zone),
            day: structural::day_at_hand(version, event, micros, zone),
            zone,
        };
        let context = Context { rules, event, world: Some(&world), after: None };
        let entitled = match event.imported {
            None => role::entitled(act, &context, warnings),
            Some(_) => riwayat::check_relation(act, &context),
        };
        let may = refusals.heed(entitled)?.is_some();
        let may = may && refusals.heed(structural::check_not_of_himself(act, &context))?.is_some();
        let may = may && refusals.heed(structural::check_office_then(act, &context))?.is_some();
        let may = may && refusals.heed(self.check_whose(act, &context))?.is_some();
        Ok(may.then_some(world))
    }

    /// Of a thing that not everybody may read it is told first whose it is: in which state it is, and whether it is there
    /// at all, is nothing to others.
    fn check_whose(&self, act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
        let binding = act.conditions.iter().filter(|one| riwayat::binds(one, act, context));
        let mut conditions = binding.filter(|one| !one.warn && one.tells_whose());
        let broken = conditions.find_map(|one| Some((one, one.check(context).err()?)));
        match broken.filter(|_| self.is_confidential(&self.event.subject)) {
            Some((condition, fault)) => Err(refusal_of(condition, act, fault)),
            None => Ok(()),
        }
    }

    /// What an act changes that has waited for its last signature: judged again as it stands now, on the authority
    /// that its signatory had when it was recorded; it takes effect when the last one signs, in the world `by`.
    pub(crate) fn complete(
        &self,
        recorded_at: Micros,
        by: &World<'_>,
    ) -> Result<Admitted, Refusal> {
        let Self { rules, facts, past, event, .. } = *self;
        let act = rules.select(event)?;
        let micros = |at: Micros| i64::try_from(at.0).unwrap_or(i64::MAX);
        let ledger = facts.get(&ledger_key(event));
        let zone = structural::zone_of(ledger);
        let world = World {
            facts,
            ledger,
            past,
            acting: self.acting(act, day_of(micros(recorded_at), zone))?,
            signatory: self.signatory,
            recorded_at_micros: micros(self.recorded_at),
            effective: by.effective,
            borne_out: structural::borne_out(rules.structural(), event, micros(recorded_at), zone),
            day: by.day,
            zone,
        };
        let context = Context { rules, event, world: Some(&world), after: None };
        structural::check_office_then(act, &context)?;
        let mut warnings = Vec::new();
        let refusals = &mut Refusals::First;
        let changes = self.changes_of(act, &context, true, &mut warnings, refusals)?;
        Ok(Admitted { changes, warnings })
    }

    /// Lifecycle and guards; then what the event changes.
    fn changes_of(
        &self,
        act: &Act,
        context: &Context<'_>,
        content_is_sound: bool,
        warnings: &mut Vec<Warning>,
        refusals: &mut Refusals<Refusal>,
    ) -> Result<Vec<(String, Thing)>, Refusal> {
        refusals.heed(riwayat::check(act, context))?;
        let mut after = self.keep(act, context, refusals)?;
        refusals.heed(riwayat::check_kept(act, context, &after))?;
        let is_led = self.event.imported.is_some()
            && !riwayat::is_of_office(&act.kind)
            && riwayat::is_exempt(act, context)
            && !riwayat::begins_again(act, context);
        let (step, enters) = if is_led {
            let was = after.state.clone();
            riwayat::lead(&mut after, act, context);
            (None, after.state != was)
        } else {
            let step = refusals.heed(take_step(act, context, &after))?.flatten();
            let entered = step.and_then(|step| step.to.as_ref()).filter(|to| **to != after.state);
            if let Some(to) = entered {
                to.clone_into(&mut after.state);
            }
            (step, entered.is_some())
        };
        let looking = Context { after: Some(&after), ..*context };
        check_conditions(act, looking, warnings, refusals)?;
        refusals.heed(structural::check_grounds(act, context, step))?;
        structural::note_dates(&mut after, act, context, enters);

        let event = self.event;
        let fresh = |class| Thing::new(self.position, self.recorded_at, class);
        let mut changes = Vec::new();
        // Chains are not read from a content that is not sound.
        if let Some(builtin) = act.builtin.filter(|_| content_is_sound) {
            let applied =
                builtin.apply(act, context, self.enrolments, &mut after, &mut changes, &fresh);
            refusals.heed(applied)?;
        }
        let holds = |condition: &&Condition| !riwayat::leaves_held(condition, context);
        for condition in act.conditions.iter().filter(holds) {
            let row = condition.index_row(context, || fresh(act.row_class));
            let row =
                row.map_err(|fault| riwayat::placed(event, refusal_of(condition, act, fault)));
            changes.extend(refusals.heed(row)?.flatten());
        }
        changes.extend(held::freed(act, context, &|row| fresh(row.class)));
        for effect in &act.effects {
            let effect = take_effect(effect, act, context, self.position, self.recorded_at);
            changes.extend(refusals.heed(effect)?.flatten());
        }
        structural::note_findings(&mut after, context, warnings);
        Ok(first_of_each((self.event.subject.clone(), after), changes))
    }

    /// On whose authority the event rests.
    fn acting(&self, act: &Act, today: Date) -> Result<Acting<'_>, Refusal> {
        if act.builtin == Some(Builtin::Opening) {
            return Ok(Acting::in_person(self.signatory));
        }
        if self.event.imported.is_some() {
            return riwayat::acting(self.rules, self.event, self.facts, self.signatory, today);
        }
        let version = self.rules.structural();
        Acting::judge(version, self.event, self.facts, self.signatory, today).map_err(
            |(pointer, why)| {
                let rule = act.who_rule();
                Refusal::new(Code::RoleMissing, Some(rule), pointer, why)
                    .worded(act.wording_of(rule))
            },
        )
    }

    /// The stream's thing with what the act keeps, still in its old state.
    fn keep(
        &self,
        act: &Act,
        context: &Context<'_>,
        refusals: &mut Refusals<Refusal>,
    ) -> Result<Thing, Refusal> {
        let (position, recorded_at) = (self.position, self.recorded_at);
        let mut thing = match context.this() {
            None => Thing::new(position, recorded_at, act.row_class),
            Some(this) => {
                let class = this.class.max(act.row_class);
                Thing { position, recorded_at, class, ..this.clone() }
            }
        };
        thing.version = thing.version.saturating_add(1);
        for name in &act.clear {
            thing.fields.remove(name);
        }
        match &act.under {
            None => keep_fields(act, context, &mut thing.fields),
            Some(name) => {
                let mut kept = Fields::new();
                keep_fields(act, context, &mut kept);
                thing.fields.insert(name.clone(), Field::Map(kept));
            }
        }
        for (name, from) in &act.gather {
            refusals.heed(gather(&mut thing, name, from, act, context))?;
        }
        riwayat::note(&mut thing, act, context);
        Ok(thing)
    }
}

/// A key stands once: the stream's own change goes before what others do to it.
fn first_of_each(own: (String, Thing), others: Vec<(String, Thing)>) -> Vec<(String, Thing)> {
    let mut kept: Vec<(String, Thing)> = Vec::with_capacity(others.len().saturating_add(1));
    kept.push(own);
    for (key, thing) in others {
        if !kept.iter().any(|(earlier, _)| *earlier == key) {
            kept.push((key, thing));
        }
    }
    kept
}

/// The other thing as the act leaves it; none where it is in no state of the effect.
fn take_effect(
    effect: &Effect,
    act: &Act,
    context: &Context<'_>,
    position: Position,
    recorded_at: Micros,
) -> Result<Option<(String, Thing)>, Refusal> {
    let Some(key) = effect.thing.render(context) else { return Ok(None) };
    let found = context.thing(&key).filter(|thing| effect.from.contains(&thing.state));
    let Some(mut thing) = found.cloned() else { return Ok(None) };
    // What was done before the ledger changes nothing of what the ledger knows of its own time, nor of what came after it.
    match &context.event.imported {
        Some(imported)
            if !riwayat::is_open(Some(&thing), &key) || riwayat::is_later(&thing, imported.day) =>
        {
            return Ok(None);
        }
        Some(_) => {}
        None => riwayat::follow(&mut thing),
    }
    if effect.to != thing.state {
        effect.to.clone_into(&mut thing.state);
        structural::note_entry(&mut thing, context);
    }
    (thing.position, thing.recorded_at) = (position, recorded_at);
    if let Some(put) = &effect.put {
        let entry = put.key.value(context).and_then(Item::as_text);
        let value = put.value.value(context).and_then(|item| item.to_field(context));
        if let (Some(name), Some(value)) = (entry, value) {
            enter(&mut thing, &put.into, name, value).map_err(|why| {
                Refusal::new(Code::ContentInvalid, Some(&act.rule), &put.key.pointer(), why)
                    .worded(Some(&act.wording))
            })?;
        }
    }
    Ok(Some((key, thing)))
}

/// Enters a value in a map of the thing, instead of the one of that name.
fn enter(thing: &mut Thing, into: &str, name: &str, value: Field) -> Result<(), Why> {
    let map = thing.fields.entry(into.to_owned()).or_insert_with(|| Field::Map(Fields::new()));
    if let Field::Map(map) = map {
        if map.len() >= GATHERED_MAX && !map.contains_key(name) {
            return Err(Why::TooLong { max: GATHERED_MAX });
        }
        map.insert(name.to_owned(), value);
    }
    Ok(())
}

fn take_step<'a>(
    act: &'a Act,
    context: &Context<'_>,
    after: &Thing,
) -> Result<Option<&'a Transition>, Refusal> {
    // An event that stands in no transition of its stream changes no state.
    if act.transitions.is_empty() {
        return Ok(None);
    }
    let state = context.this().map_or(Thing::NONE, |thing| thing.state.as_str());
    let context = Context { after: Some(after), ..*context };
    lifecycle::step(&act.transitions, state, &context, |step, why| match step {
        Some(step) => step.refusal(act, why),
        None => Refusal::new(Code::TransitionForbidden, Some(&act.rule), "/subject", why),
    })
    .map(Some)
}

fn check_conditions(
    act: &Act,
    context: Context<'_>,
    warnings: &mut Vec<Warning>,
    refusals: &mut Refusals<Refusal>,
) -> Result<(), Refusal> {
    // What its content alone says was judged with it; of an act from before the ledger nobody knew there whose to tell it is.
    let is_left =
        |one: &&Condition| one.warn || !one.is_of_content || context.event.imported.is_some();
    for condition in act.conditions.iter().filter(is_left) {
        if rests_on_fault(condition, refusals) || !riwayat::binds(condition, act, &context) {
            continue;
        }
        let Err(fault) = condition.check(&context) else { continue };
        if condition.warn {
            let text = act.words_of(condition).unwrap_or(&act.wording).clone();
            warnings.push(Warning { rule: condition.rule.clone(), text });
        } else {
            refusals.add(riwayat::placed(context.event, refusal_of(condition, act, fault)))?;
        }
    }
    Ok(())
}

fn refusal_of(condition: &Condition, act: &Act, (pointer, why): condition::Fault) -> Refusal {
    let refusal = Refusal::new(Code::RuleRefused, Some(&condition.rule), &pointer, why);
    refusal.worded(act.words_of(condition))
}

/// What the act keeps stands in place of what was kept under the same names.
fn keep_fields(act: &Act, context: &Context<'_>, kept: &mut Fields) {
    for field in act.fields.iter().filter(|field| field.keep) {
        let value = context.event.data.get(&field.name).and_then(Field::from_json);
        if let Some(value) = value.or_else(|| field.default.clone()) {
            kept.insert(field.name.clone(), value);
        }
    }
    for (name, from) in &act.keep {
        if let Some(value) = from.value(context).and_then(|item| item.to_field(context)) {
            kept.insert(name.clone(), value);
        }
    }
}

/// Adds values that are not yet there to a list of the thing.
fn gather(
    thing: &mut Thing,
    name: &str,
    from: &super::operand::Operand,
    act: &Act,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let mut list = match thing.fields.remove(name) {
        Some(Field::List(list)) => list,
        _ => Vec::new(),
    };
    from.each(context, &mut |item| {
        if let Some(value) = item.to_field(context).filter(|value| !list.contains(value)) {
            list.push(value);
        }
    });
    if list.len() > GATHERED_MAX {
        let why = Why::TooLong { max: GATHERED_MAX };
        return Err(Refusal::new(Code::ContentInvalid, Some(&act.rule), &from.pointer(), why));
    }
    thing.fields.insert(name.to_owned(), Field::List(list));
    Ok(())
}

/// Unknown before the ledger says its zone: the day is then that of Jakarta.
pub(crate) const ZONE_DEFAULT: Offset = Offset::constant(7);
