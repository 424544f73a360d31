//! What can be said of an event that is not written yet: which values a rule waits for, and what it
//! says where it waits for none.

use std::collections::BTreeSet;

use super::{Asker, OpenStep, Outlook};
use crate::rules::act::Act;
use crate::rules::condition::{Condition, Predicate};
use crate::rules::lifecycle::{self, Transition};
use crate::rules::operand::{Context, Operand, Template};
use crate::rules::refusal::{Code, Refusal, Why};
use crate::rules::ruleset::Structural;
use crate::rules::thing::Thing;

/// An event of one act, as far as it is known.
pub(super) struct Sketch<'a> {
    /// The event is empty where nothing is known: only what [`Self::awaits`] does not name may be read.
    pub(super) context: Context<'a>,
    pub(super) asker: &'a Asker,
    pub(super) hidden: &'a BTreeSet<String>,
    pub(super) act: &'a Act,
}

impl Sketch<'_> {
    /// Is this row meant? It is selected by the event alone, without the things.
    pub(super) fn fits(&self) -> Outlook {
        let alone = Context { world: None, after: None, ..self.context };
        let all = self.act.when.iter().map(|predicate| {
            let operands = predicate.operands();
            let of_event = operands.into_iter().filter(|operand| operand.is_of_event());
            let mut awaited = BTreeSet::new();
            of_event.for_each(|operand| self.operand(operand, &mut awaited));
            if awaited.is_empty() { decided(predicate, &alone) } else { Outlook::Depends(awaited) }
        });
        all.fold(Outlook::Holds, Outlook::and)
    }

    /// The steps that may be taken from the present state, and whether one of them is open; else the rule
    /// that refuses and why.
    pub(super) fn steps<'a>(
        &self,
        act: &'a Act,
    ) -> (Vec<OpenStep<'a>>, Result<Outlook, (String, Why)>) {
        if act.transitions.is_empty() {
            return (Vec::new(), Ok(Outlook::Holds));
        }
        let state = self.context.this().map_or(Thing::NONE, |thing| thing.state.as_str());
        let mut steps = Vec::new();
        let mut way: Option<Outlook> = None;
        for (from, step) in act.transitions.iter().filter_map(|step| step.starting_in(state)) {
            let outlook = self.all(&step.when);
            let is_open = outlook == Outlook::Holds;
            if !matches!(outlook, Outlook::Fails(_)) {
                let to = step.to.as_deref().unwrap_or(from);
                steps.push(OpenStep { to, outlook: outlook.clone() });
                way = Some(way.map_or(outlook.clone(), |way| way.or(outlook)));
            }
            // The first open step is taken, so none after it.
            if is_open {
                break;
            }
        }
        let way = way.ok_or_else(|| self.no_way(act, state));
        (steps, way)
    }

    fn no_way(&self, act: &Act, state: &str) -> (String, Why) {
        let refusal = |step: Option<&Transition>, why| match step {
            Some(step) => step.refusal(act, why),
            None => Refusal::new(Code::TransitionForbidden, Some(&act.rule), "/subject", why),
        };
        // No step is open whatever is awaited, so none of the empty event's is.
        let refused = lifecycle::step(&act.transitions, state, &self.context, refusal).err();
        let rule = refused.as_ref().and_then(|refusal| refusal.rule.clone());
        let why = refused.and_then(|refusal| refusal.faults.into_iter().next());
        let unknown = Why::ConditionBroken { condition: "lifecycle" };
        (rule.unwrap_or_else(|| act.rule.clone()), why.map_or(unknown, |fault| fault.why))
    }

    /// The condition, which holds where it does not bind.
    pub(super) fn condition(&self, condition: &Condition) -> Outlook {
        let predicate = self.predicate(&condition.predicate);
        match self.all(&condition.when) {
            Outlook::Holds => predicate,
            Outlook::Fails(_) => Outlook::Holds,
            Outlook::Depends(mut on) => match predicate {
                Outlook::Holds => Outlook::Holds,
                Outlook::Fails(_) => Outlook::Depends(on),
                Outlook::Depends(more) => {
                    on.extend(more);
                    Outlook::Depends(on)
                }
            },
        }
    }

    fn all(&self, predicates: &[Predicate]) -> Outlook {
        predicates.iter().map(|one| self.predicate(one)).fold(Outlook::Holds, Outlook::and)
    }

    fn predicate(&self, predicate: &Predicate) -> Outlook {
        let awaited = self.awaits(predicate);
        if awaited.is_empty() {
            decided(predicate, &self.context)
        } else {
            Outlook::Depends(awaited)
        }
    }

    /// The values without which a condition is not decided.
    fn awaits(&self, predicate: &Predicate) -> BTreeSet<String> {
        let mut awaited = BTreeSet::new();
        predicate.operands().into_iter().for_each(|operand| self.operand(operand, &mut awaited));
        match predicate {
            Predicate::State { thing: key, .. } | Predicate::Holds { office: key, .. } => {
                self.template(key, &mut awaited);
            }
            Predicate::Guard(guard) => {
                let names = guard.awaits(&self.context);
                awaited.extend(names.iter().map(|name| (*name).to_owned()));
            }
            // An agency that has ended was fit to be named on an earlier day.
            Predicate::Agencies { .. } if self.context.rules.structural() >= Structural::Three => {
                awaited.insert(Operand::Time.to_string());
            }
            _ => {}
        }
        let mut keys = Vec::new();
        predicate.reads(&self.context, &mut keys);
        awaited.extend(keys.into_iter().filter(|key| self.hidden.contains(key)));
        awaited
    }

    /// The values that an operand waits for.
    pub(super) fn operand(&self, operand: &Operand, awaited: &mut BTreeSet<String>) {
        let is_known = match operand {
            Operand::Data(_) | Operand::Time | Operand::Effective => false,
            Operand::Source => self.asker.agency.is_some(),
            Operand::Signer | Operand::Actor => self.asker.person.is_some(),
            Operand::Office => self.asker.office.is_some(),
            Operand::Subject | Operand::Captured { .. } | Operand::This(_) | Operand::Today => true,
            Operand::After(path) => return self.after(path, awaited),
            Operand::Thing(key, _) => return self.template(key, awaited),
        };
        if !is_known {
            awaited.insert(operand.to_string());
        }
    }

    fn template(&self, key: &Template, awaited: &mut BTreeSet<String>) {
        key.operands().for_each(|operand| self.operand(operand, awaited));
        let rendered = key.render(&self.context);
        awaited.extend(rendered.filter(|key| self.hidden.contains(key)));
    }

    /// The stream's thing with what the act keeps: what it does not touch is there already.
    fn after(&self, path: &[String], awaited: &mut BTreeSet<String>) {
        let Some(first) = path.first() else { return };
        let act = self.act;
        let kept = match &act.under {
            Some(under) if under == first => path.get(1).map(String::as_str),
            Some(_) => Some(""),
            None => Some(first.as_str()),
        };
        let is_meant = |name: &str| kept.is_none_or(|kept| kept == name);
        let fields = act.fields.iter().filter(|field| field.keep && is_meant(&field.name));
        awaited.extend(fields.map(|field| format!("data.{}", field.name)));
        let keeps = act.keep.iter().filter(|(name, _)| is_meant(name));
        let gathers = act.gather.iter().filter(|(name, _)| name == first);
        awaited.extend(keeps.chain(gathers).map(|(_, from)| from.to_string()));
    }
}

/// What a condition says that waits for nothing.
fn decided(predicate: &Predicate, context: &Context<'_>) -> Outlook {
    match predicate.check(context) {
        Ok(()) => Outlook::Holds,
        Err((_, why)) => Outlook::fails(why),
    }
}
