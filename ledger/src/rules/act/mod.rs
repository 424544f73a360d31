//! An act: one row of a regulation as data, compiled once.

mod read;
mod scope;

pub(crate) use scope::{PARTY, Scope, Surroundings};

use super::Warning;
use super::condition::{Condition, Predicate};
use super::lifecycle::Transition;
use super::operand::{Operand, Template};
use super::provision::Provision;
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::Text;
use super::role::Who;
use super::ruleset::Structural;
use super::schema::FieldSpec;
use super::structural::{self, Builtin};
use super::subject::Pattern;
use super::thing::Class;

/// One row of a regulation: an event type with what it demands and what it changes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Act {
    /// The event type: `subdomain.granted`.
    pub kind: String,
    /// Id of the row in the catalogue of acts: `BKY-50`.
    pub row: String,
    /// Rule id that refuses where no nearer one is named: `BKY.25.3`.
    pub rule: String,
    /// What the text's verb binds to.
    pub force: Force,
    /// Who may read the statement.
    pub class: Class,
    /// Who may read what is kept of it.
    pub row_class: Class,
    /// The streams it may be about.
    pub subject: Pattern,
    /// Version of the schema of `data`.
    pub schema_version: u32,
    /// What `data` contains.
    pub fields: Vec<FieldSpec>,
    /// What must hold, in the order in which it is checked.
    pub conditions: Vec<Condition>,
    /// The steps it can take; none where it changes no state.
    pub transitions: Vec<Transition>,
    /// What the text says, in both languages.
    pub wording: Text,
    /// What stands around it in the regulation.
    pub provision: Provision,
    /// Where the type has several rows: this one is meant when all of these hold.
    pub(crate) when: Vec<Predicate>,
    pub(crate) who: Vec<Who>,
    /// Who must sign besides, each of them.
    pub(crate) cosigned_by: Vec<Who>,
    who_rule: Option<String>,
    /// What that rule says.
    who_wording: Option<Text>,
    /// Fields are kept under this name instead of directly.
    pub(crate) under: Option<String>,
    pub(crate) keep: Vec<(String, Operand)>,
    pub(crate) gather: Vec<(String, Operand)>,
    pub(crate) clear: Vec<String>,
    /// The indexes in which its stream holds a value no longer, each with where it is kept.
    pub(crate) frees: Vec<(String, Operand)>,
    pub(crate) effects: Vec<Effect>,
    /// Where the agencies are kept of which it asks whether anybody stands in their place.
    pub(crate) orphans: Vec<Operand>,
    pub(crate) builtin: Option<Builtin>,
    /// It is a decision, which can be revoked and annulled.
    pub(crate) decision: Option<Decision>,
    /// The person or the agency that it is done to, as the event or its stream names it: he does not take it back, and no
    /// recorder of theirs writes it down.
    pub(crate) against: Option<Operand>,
}

/// The verb of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// wajib, harus, berkewajiban.
    Must,
    /// dilarang.
    Not,
    /// dapat, bisa.
    May,
    /// berwenang, berhak.
    Power,
    /// Plain indicative, a duty in these texts.
    Do,
    /// The text names no act.
    None,
}

/// What becomes of the stream of a decision that has ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decision {
    /// Its state after the revocation.
    pub(crate) revoked: String,
    /// Its state after the annulment, where something has followed; that before the decision where none is named.
    pub(crate) annulled: Option<String>,
    /// What it no longer keeps.
    pub(crate) clear: Vec<String>,
    /// Later states in which it is in effect still, besides the one that it gave, each with the state after its
    /// revocation there.
    pub(crate) in_effect: Vec<(String, String)>,
    /// Other streams that stand by it, and are in another state once it has ended. They enter no values there.
    pub(crate) ends: Vec<Effect>,
}

impl Decision {
    /// The state after an annulment, where something has followed. `after_revocation`: after a revocation instead;
    /// `given`: the state that the decision gave; `before`: that before it.
    ///
    /// What stands beside the decision (a request, a draft) leads to a state of its own when that is revoked, and stays
    /// likewise when it is annulled, unless an earlier decision is then in effect again.
    pub(crate) fn annulled_in<'a>(
        &'a self,
        after_revocation: &'a str,
        given: &str,
        before: &'a str,
    ) -> &'a str {
        if let Some(annulled) = &self.annulled {
            return annulled;
        }
        let is_decided = before == given || self.in_effect.iter().any(|(state, _)| state == before);
        let is_beside = after_revocation != self.revoked;
        if is_beside && !is_decided { after_revocation } else { before }
    }
}

/// A change of another stream's state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effect {
    pub(crate) thing: Template,
    pub(crate) from: Vec<String>,
    pub(crate) to: String,
    pub(crate) put: Option<Put>,
}

/// One value that an effect enters in a map of the other thing: `self_assessment.i22 = 3`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Put {
    pub(crate) into: String,
    pub(crate) key: Operand,
    pub(crate) value: Operand,
}

impl Act {
    /// The names under which it keeps anything in its stream's thing, and those that it clears.
    pub(crate) fn kept_names(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().filter(|field| field.keep && self.under.is_none());
        let lists = [&self.keep, &self.gather];
        fields
            .map(|field| field.name.as_str())
            .chain(lists.into_iter().flatten().map(|(name, _)| name.as_str()))
            .chain(self.under.iter().chain(&self.clear).map(String::as_str))
            .chain(
                self.effects.iter().filter_map(|effect| Some(effect.put.as_ref()?.into.as_str())),
            )
    }

    /// What the text says of `rule`: the act's words where it is the act's rule, else those of the
    /// field or condition that has it; of a structural rule that has none there, those of the program.
    pub(crate) fn wording_of(&self, rule: &str) -> Option<&Text> {
        if rule == self.rule {
            return Some(&self.wording);
        }
        let of_who = self.who_wording.as_ref().filter(|_| self.who_rule() == rule);
        if of_who.is_some() {
            return of_who;
        }
        let of_field = self.fields.iter().find_map(|field| field.wording_of(rule));
        let mut of_rule = self.conditions.iter().filter(|condition| condition.rule == rule);
        let written = of_field.or_else(|| of_rule.find_map(|one| one.wording.as_ref()));
        written.or_else(|| structural::sentence(rule))
    }

    /// Every rule id that it can refuse or find by, with the words that stand beside it; its own excepted.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (&str, Option<&Text>)> {
        let of_actors = self.actor_findings();
        let of_actors = of_actors.map(|warning| (warning.rule.as_str(), Some(&warning.text)));
        let of_conditions = self.conditions.iter().filter(|condition| condition.warn);
        let of_conditions = of_conditions.map(|c| (c.rule.as_str(), c.wording.as_ref()));
        self.worded_refusals().chain(of_actors).chain(of_conditions)
    }

    fn worded_refusals(&self) -> impl Iterator<Item = (&str, Option<&Text>)> {
        let of_who = self.who_rule.iter().map(|rule| (rule.as_str(), self.who_wording.as_ref()));
        let of_fields = self.fields.iter().flat_map(FieldSpec::rules);
        let of_conditions = self.conditions.iter().filter(|condition| !condition.warn);
        let of_conditions = of_conditions.map(|c| (c.rule.as_str(), c.wording.as_ref()));
        let steps = self.transitions.iter();
        let of_steps = steps.filter_map(|step| Some((step.rule()?, step.wording())));
        of_who.chain(of_fields).chain(of_conditions).chain(of_steps)
    }

    /// The rule ids that it can refuse by, its own excepted.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &str> {
        self.worded_refusals().map(|(rule, _)| rule)
    }

    /// The rule ids that it finds by: the act is accepted.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &str> {
        let of_actors = self.actor_findings();
        let of_conditions = self.conditions.iter().filter(|condition| condition.warn);
        let of_conditions = of_conditions.map(|condition| condition.rule.as_str());
        of_actors.map(|warning| warning.rule.as_str()).chain(of_conditions)
    }

    /// What a rule says by which it finds.
    pub(crate) fn finding(&self, rule: &str) -> Option<&Text> {
        let of_actors = self.actor_findings().find(|warning| warning.rule == rule);
        let is_it = |condition: &&Condition| condition.warn && condition.rule == rule;
        let of_conditions = || {
            let condition = self.conditions.iter().find(is_it)?;
            Some(self.words_of(condition).unwrap_or(&self.wording))
        };
        of_actors.map(|warning| &warning.text).or_else(of_conditions)
    }

    /// What is found of actors who act all the same.
    pub(crate) fn actor_findings(&self) -> impl Iterator<Item = &Warning> {
        self.who.iter().filter_map(Who::finding)
    }

    /// The rule that refuses an event without this field, `needs.measure`; none where it may be absent.
    pub(crate) fn demands(&self, path: &str) -> Option<&str> {
        let mut fields = self.fields.as_slice();
        let mut rule = self.rule.as_str();
        for name in path.split('.') {
            let field = fields.iter().find(|field| field.name == name)?;
            if !field.required {
                return None;
            }
            rule = field.rule.as_deref().unwrap_or(rule);
            fields = field.kind.fields();
        }
        Some(rule)
    }

    /// Does it decide by what streams of this kind keep at `place`? Before version 3 of the structural acts it was not
    /// asked what guards look at, those who must sign besides, and what conditions that only find look at.
    pub(crate) fn decides_by(&self, stream: &str, place: &str, version: Structural) -> bool {
        let own = self.subject.stream() == stream;
        let all = version >= Structural::Three;
        let is_it = |operand: &Operand| operand.is_kept(own, stream, place);
        let looks = |predicate: &Predicate| match predicate {
            Predicate::Guard(guard) => all && guard.looks_at(own, stream, place),
            other => other.operands().into_iter().any(is_it),
        };
        let conditions = self.conditions.iter().filter(|condition| all || !condition.warn);
        conditions.flat_map(|one| one.when.iter().chain([&one.predicate])).any(looks)
            || self.transitions.iter().any(|step| step.when.iter().any(looks))
            || self.who.iter().filter_map(Who::of).any(is_it)
            || self.frees.iter().any(|(_, value)| is_it(value))
            || (all && self.cosigned_by.iter().filter_map(Who::of).any(is_it))
    }

    /// A decision is taken by a person, not by a system. From version 3 of the structural acts.
    pub(crate) fn is_decided_in_person(&self, version: Structural) -> bool {
        self.decision.is_some() && version >= Structural::Three
    }

    /// The rule that refuses an actor.
    pub(crate) fn who_rule(&self) -> &str {
        self.who_rule.as_deref().unwrap_or(&self.rule)
    }

    /// What it does to things of other streams: the kind of stream, the states before and the state after.
    pub(crate) fn effects_on(&self) -> impl Iterator<Item = (&str, &[String], &str)> {
        let effects = self.effects.iter();
        effects.map(|effect| (effect.thing.stream(), effect.from.as_slice(), effect.to.as_str()))
    }

    /// What it leads other streams into, and the end of it where it is a decision: each at its place in the row.
    pub(crate) fn placed_effects(&self) -> impl Iterator<Item = (String, &Effect)> {
        let own = self.effects.iter().enumerate();
        let ends = self.decision.iter().flat_map(|decision| decision.ends.iter().enumerate());
        own.map(|(index, effect)| (format!("effect[{index}]"), effect))
            .chain(ends.map(|(index, effect)| (format!("decision.ends[{index}]"), effect)))
    }

    /// The states that it gives besides its own steps, there or where it is revoked: the kind of stream and the state.
    pub(crate) fn states_given(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = |state| (self.subject.stream(), state);
        let ended = self.decision.iter().flat_map(|decision| {
            let later = decision.in_effect.iter().map(|(_, revoked)| revoked.as_str());
            std::iter::once(decision.revoked.as_str())
                .chain(decision.annulled.as_deref())
                .chain(later)
        });
        let ends = self.decision.iter().flat_map(|decision| &decision.ends);
        let of_others = self.effects.iter().chain(ends);
        let of_others = of_others.map(|effect| (effect.thing.stream(), effect.to.as_str()));
        of_others.chain(ended.map(own))
    }

    /// Who may sign, as the rule set names them and in words: `DINAS (agency with the function kominfo)`.
    pub fn entitled(&self) -> impl Iterator<Item = (&str, Text)> {
        self.who.iter().map(|who| (who.text.as_str(), who.in_words()))
    }

    /// The words of a condition: its own, else those that the act has for its rule.
    pub fn words_of<'a>(&'a self, condition: &'a Condition) -> Option<&'a Text> {
        condition.wording.as_ref().or_else(|| self.wording_of(&condition.rule))
    }

    /// Where the type has several rows, what must hold of an event for this one to be meant; as the rule set
    /// writes it.
    pub fn meant_when(&self) -> impl Iterator<Item = serde_json::Value> {
        self.when.iter().map(|when| serde_json::Value::Object(when.written()))
    }

    /// Who must sign besides, each of them, as the rule set names them and in words.
    pub fn cosigners(&self) -> impl Iterator<Item = (&str, Text)> {
        self.cosigned_by.iter().map(|who| (who.text.as_str(), who.in_words()))
    }

    /// Who may sign, as the rule set names them; empty where the text names nobody.
    pub fn actors(&self) -> impl Iterator<Item = &str> {
        self.who.iter().map(|who| who.text.as_str())
    }
}

impl Effect {
    /// Does it enter values in that map of the other thing?
    pub(crate) fn puts_into(&self, name: &str) -> bool {
        self.put.as_ref().is_some_and(|put| put.into == name)
    }

    /// The fields of `data` that it rests on.
    pub(crate) fn data_fields(&self) -> Vec<&str> {
        let mut names = self.thing.data_fields();
        if let Some(put) = &self.put {
            names.extend(put.key.data_fields());
            names.extend(put.value.data_fields());
        }
        names
    }
}

impl Force {
    const NAMES: &'static str = "MUST, NOT, MAY, POW, DO, -";

    /// Reads `force`.
    pub(crate) fn read(node: &mut Node) -> Result<Self, RuleSetError> {
        node.word("force", Self::NAMES, Self::of_name)?
            .ok_or_else(|| node.fail("force", RuleSetReason::Missing))
    }

    /// Does the verb create a duty, one that can become overdue?
    pub fn binds(self) -> bool {
        matches!(self, Self::Must | Self::Do)
    }

    /// The verb in words.
    pub fn in_words(self) -> Text {
        let (id, en) = match self {
            Self::Must => ("wajib", "must"),
            Self::Not => ("dilarang", "must not"),
            Self::May => ("dapat", "may"),
            Self::Power => ("berwenang", "has the power to"),
            Self::Do => ("melakukan (indikatif, suatu kewajiban)", "does (indicative, a duty)"),
            Self::None => ("tidak disebut teks", "not named by the text"),
        };
        Text { id: id.to_owned(), en: en.to_owned() }
    }

    /// As a rule set writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Not => "NOT",
            Self::May => "MAY",
            Self::Power => "POW",
            Self::Do => "DO",
            Self::None => "-",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "MUST" => Self::Must,
            "NOT" => Self::Not,
            "MAY" => Self::May,
            "POW" => Self::Power,
            "DO" => Self::Do,
            "-" => Self::None,
            _ => return None,
        })
    }
}
