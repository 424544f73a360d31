//! Lifecycles: the states of a stream and the events that lead from one to the next, as data.

use super::act::{Act, Scope};
use super::condition::Predicate;
use super::faults::Faults;
use super::operand::Context;
use super::reader::{Node, Phrase, RuleSetError, RuleSetReason};
use super::refusal::{Code, Refusal, Text, Why};
use super::thing::Thing;
use crate::event::is_segment;

/// A step of a lifecycle as written, before the acts are known.
#[derive(Clone)]
pub(crate) struct Step {
    stream: String,
    /// States that `*` leaves out.
    finals: Vec<String>,
    pub(crate) on: String,
    from: Vec<String>,
    /// None where the state stays the same.
    to: Option<String>,
    rule: Option<String>,
    wording: Option<Text>,
    when: Node,
    at: String,
}

/// A step that an act can take.
#[derive(Debug, Clone)]
pub struct Transition {
    /// The states it starts from.
    pub from: Vec<String>,
    /// The state it leads to; none where the state stays the same.
    pub to: Option<String>,
    pub(super) when: Vec<Predicate>,
    rule: Option<String>,
    wording: Option<Text>,
    /// Where it stands in the rule set.
    at: String,
}

/// What names a kind of stream.
pub(crate) const STREAM: Phrase = ("ruas pertama aliran", "the first segment of streams");

/// Reads `[[lifecycle]]`: stream, final states and `[[lifecycle.transition]]`.
pub(crate) fn read(mut node: Node) -> Result<Vec<Step>, RuleSetError> {
    let stream = node.formed("stream", is_segment, STREAM)?;
    let stream = stream.ok_or_else(|| node.fail("stream", RuleSetReason::Missing))?;
    node.rename(&stream);
    let finals = node.texts("final")?.unwrap_or_default();
    let steps = node.tables("transition")?;
    if node.is_close() && steps.is_empty() {
        return Err(node.fail("transition", RuleSetReason::Missing));
    }
    node.finish()?;
    steps.into_iter().map(|node| Step::read(node, &stream, &finals)).collect()
}

/// `*` is any state of the stream, in whatever part of the rule set it stands, but those that are final where the
/// step stands.
pub(crate) fn resolve(steps: &mut [Step]) {
    let written = steps.to_vec();
    for step in steps.iter_mut().filter(|step| step.from == ["*"]) {
        let states = states_of(written.iter().filter(|other| other.stream == step.stream));
        step.from = states.into_iter().filter(|state| !step.finals.contains(state)).collect();
    }
}

impl Step {
    fn read(mut node: Node, stream: &str, finals: &[String]) -> Result<Self, RuleSetError> {
        let step = Self {
            stream: stream.to_owned(),
            finals: finals.to_vec(),
            on: node.need_type("on")?,
            from: node.texts("from")?.ok_or_else(|| node.fail("from", RuleSetReason::Missing))?,
            to: node.text("to")?,
            rule: node.rule("rule")?,
            wording: node.wording("text")?,
            at: node.at("on"),
            when: node.keep_only("when"),
        };
        node.finish()?;
        Ok(step)
    }

    /// For an act of this type on this stream.
    pub(crate) fn bind(&self, scope: &Scope<'_>) -> Result<Transition, RuleSetError> {
        let mut node = self.when.clone();
        Ok(Transition {
            from: self.from.clone(),
            to: self.to.clone(),
            when: Predicate::read_all(&mut node, "when", scope)?,
            rule: self.rule.clone(),
            wording: self.wording.clone(),
            at: self.at.clone(),
        })
    }

    /// The states that it names, and those that are final.
    pub(crate) fn states(&self) -> impl Iterator<Item = &str> {
        let named = self.from.iter().chain(&self.to).chain(&self.finals);
        named.map(String::as_str).filter(|state| *state != "*")
    }

    /// The states that are final where it stands.
    pub(crate) fn finals(&self) -> impl Iterator<Item = &str> {
        self.finals.iter().map(String::as_str)
    }

    pub(crate) fn is_of(&self, stream: &str, kind: &str) -> bool {
        self.stream == stream && self.on == kind
    }

    /// The kind of stream that it is a step of.
    pub(crate) fn stream(&self) -> &str {
        &self.stream
    }

    /// The states that it starts from and the one that it leads to.
    pub(crate) fn both_ends(&self) -> impl Iterator<Item = &str> {
        self.from.iter().chain(&self.to).map(String::as_str)
    }

    /// Where it stands in the rule set.
    pub(crate) fn place(&self) -> &str {
        &self.at
    }

    pub(crate) fn undefined(&self) -> RuleSetError {
        let reason = RuleSetReason::Undefined { name: self.on.clone() };
        RuleSetError { at: self.at.clone(), reason }
    }
}

/// Every state that a step starts from must be one that a step leads to, or an effect of an act.
pub(crate) fn check_states(steps: &[Step], given: &[(&str, &str)], faults: &mut Faults) {
    for step in steps {
        let reached = |state: &String| {
            state == Thing::NONE
                || given.contains(&(step.stream.as_str(), state.as_str()))
                || steps
                    .iter()
                    .any(|other| other.stream == step.stream && other.to.as_ref() == Some(state))
        };
        for state in step.from.iter().filter(|state| !reached(state)) {
            let reason = RuleSetReason::Undefined { name: state.clone() };
            faults.push(RuleSetError { at: step.at.clone(), reason });
        }
    }
}

/// Takes out the steps that the region has no row for: what is accepted after such a step is
/// accepted before it, and a state that only it could give is reached with the step before.
pub(crate) fn skip(steps: &mut Vec<Step>, skipped: &[String]) {
    while let Some(index) = steps.iter().position(|step| skipped.contains(&step.on)) {
        let gone = steps.remove(index);
        let Some(after) = gone.to else { continue };
        let same_stream = |step: &Step| step.stream == gone.stream;
        let reached_otherwise =
            steps.iter().any(|step| same_stream(step) && step.to.as_ref() == Some(&after));
        for step in steps.iter_mut().filter(|step| same_stream(step)) {
            if step.from.contains(&after) {
                let before = gone.from.iter().filter(|state| !step.from.contains(state));
                step.from = step.from.iter().chain(before).cloned().collect();
            }
            let leads_before = step.to.as_ref().is_some_and(|to| gone.from.contains(to));
            if !reached_otherwise && leads_before {
                step.to = Some(after.clone());
            }
        }
    }
}

/// The transition that an event takes from `state`, or the refusal.
pub(crate) fn step<'a>(
    transitions: &'a [Transition],
    state: &str,
    context: &Context<'_>,
    refuse: impl FnOnce(Option<&Transition>, Why) -> Refusal,
) -> Result<&'a Transition, Refusal> {
    let from_here = || transitions.iter().filter(|step| step.from.iter().any(|from| from == state));
    let open = |step: &&Transition| step.is_open(context);
    if let Some(step) = from_here().find(open) {
        return Ok(step);
    }
    // A step that starts here but is not open tells more than the list of states, where the event itself does not keep it
    // from being its own: no state opens that, nor does it say anything of this event's.
    let nearest = from_here().next();
    let own = |step: &&Transition| !step.when.iter().any(|when| when.says_another(context));
    let why_not = |step: &Transition| {
        step.when.iter().find_map(|when| when.check(context).err()).map(|(_, why)| why)
    };
    let others = |step: &&Transition| !step.from.iter().any(|from| from == state);
    let mut allowed: Vec<String> = transitions
        .iter()
        .filter(others)
        .filter(own)
        .flat_map(|step| step.from.iter().cloned())
        .collect();
    allowed.sort_unstable();
    allowed.dedup();
    let told = if allowed.is_empty() { nearest } else { from_here().find(own) };
    let broken = told.and_then(why_not);
    let thing = context.event.subject.clone();
    // That something is missing says nothing without its place, and here that is the stream: a further appointment is
    // refused because the office is filled, not because it is no acting one.
    let broken = broken.filter(|why| *why != Why::FieldMissing || allowed.is_empty());
    let forbids = || Why::StateForbids { thing, state: Some(state.to_owned()), allowed };
    Err(refuse(nearest.or(transitions.first()), broken.unwrap_or_else(forbids)))
}

impl Transition {
    /// The step with the state, as it names it, where it starts in that state.
    pub(super) fn starting_in(&self, state: &str) -> Option<(&str, &Self)> {
        let from = self.from.iter().find(|from| *from == state)?;
        Some((from, self))
    }

    /// Does what it demands besides the state hold?
    pub(super) fn is_open(&self, context: &Context<'_>) -> bool {
        self.when.iter().all(|when| when.is_met(context))
    }

    /// Where it stands in the rule set.
    pub(super) fn place(&self) -> &str {
        self.at.strip_suffix(".on").unwrap_or(&self.at)
    }

    /// The rule that refuses the step, where it is another than the act's.
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// What that rule says.
    pub fn wording(&self) -> Option<&Text> {
        self.wording.as_ref()
    }

    /// What must hold besides the state, as the rule set writes it.
    pub fn open_when(&self) -> impl Iterator<Item = serde_json::Value> {
        self.when.iter().map(|when| serde_json::Value::Object(when.written()))
    }

    /// The refusal of this step in the name of its rule, else of the act's.
    pub(crate) fn refusal(&self, act: &Act, why: Why) -> Refusal {
        let rule = self.rule.as_deref().unwrap_or(&act.rule);
        let wording = self.wording.as_ref().or_else(|| act.wording_of(rule));
        Refusal::new(Code::TransitionForbidden, Some(rule), "/subject", why).worded(wording)
    }

    pub(crate) fn reads(&self, context: &Context<'_>, keys: &mut Vec<String>) {
        self.when.iter().for_each(|when| when.reads(context, keys));
    }
}

fn states_of<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<String> {
    let mut states = vec![Thing::NONE.to_owned()];
    for state in steps.flat_map(|step| step.from.iter().chain(&step.to)) {
        if state != "*" && !states.contains(state) {
            states.push(state.clone());
        }
    }
    states
}
