//! An act: one row of a regulation as data, compiled once.

use super::Warning;
use super::condition::{Condition, Predicate};
use super::faults::Faults;
use super::lifecycle::{Step, Transition};
use super::operand::{Operand, Template};
use super::provision::Provision;
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::Text;
use super::role::{Actor, Who};
use super::ruleset::Structural;
use super::schema::{FieldKind, FieldSpec};
use super::structural::{self, Builtin};
use super::subject::Pattern;
use super::thing::Class;
use std::collections::BTreeMap;

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
    /// Fields are kept under this name instead of directly.
    pub(crate) under: Option<String>,
    pub(crate) keep: Vec<(String, Operand)>,
    pub(crate) gather: Vec<(String, Operand)>,
    pub(crate) clear: Vec<String>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) builtin: Option<Builtin>,
    /// It is a decision, which can be revoked and annulled.
    pub(crate) decision: Option<Decision>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Its state after the revocation.
    pub(crate) revoked: String,
    /// Its state after the annulment, where something has followed; that before the decision where none is named.
    pub(crate) annulled: Option<String>,
    /// What it no longer keeps.
    pub(crate) clear: Vec<String>,
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

/// What the names of a rule set mean while an act is read.
pub(crate) struct Scope<'a> {
    pub(crate) pattern: &'a Pattern,
    pub(crate) fields: &'a [FieldSpec],
    pub(crate) lists: &'a BTreeMap<String, Vec<String>>,
}

/// What an act needs from the rest of the rule set.
pub(crate) struct Surroundings<'a> {
    pub(crate) lists: &'a BTreeMap<String, Vec<String>>,
    pub(crate) actors: &'a BTreeMap<String, Actor>,
    pub(crate) steps: &'a [Step],
    /// The structural row that a region's row narrows.
    pub(crate) base: Option<&'a Act>,
    /// Only structural rows may name a builtin.
    pub(crate) structural: bool,
}

impl Act {
    /// Reads `[[act]]`, with all its faults.
    pub(crate) fn read(
        mut node: Node,
        around: &Surroundings<'_>,
        faults: &mut Faults,
    ) -> Option<Self> {
        let kind = faults.take(node.need_text("type"));
        let rule = faults.take(node.need_text("rule"));
        let row = faults.take(node.need_text("row"));
        // Whatever else is read may name what the pattern captures.
        let subject = faults.take(read_subject(&mut node))?;
        let fields = read_fields(&mut node, around.base, faults);
        let scope = Scope { pattern: &subject, fields: &fields, lists: around.lists };
        let mut conditions = around.base.map(Self::inherited_conditions).unwrap_or_default();
        for condition in faults.take(node.tables("condition")).unwrap_or_default() {
            let read = Condition::read(condition, &scope, rule.as_deref().unwrap_or_default());
            conditions.extend(faults.take(read));
        }
        let own_kind = kind.as_deref().unwrap_or_default();
        let steps = around.steps.iter().filter(|step| step.is_of(subject.stream(), own_kind));
        let transitions = steps.filter_map(|step| faults.take(step.bind(&scope))).collect();
        let from_base = |list: fn(&Self) -> &[(String, Operand)]| {
            around.base.map(|base| list(base).to_vec()).unwrap_or_default()
        };
        let class = faults.take(read_class(&mut node, around.base));
        let row_class = faults.take(read_class_at(&mut node, "row_class"));
        let force = faults.take(Force::read(&mut node));
        let provision = force
            .zip(rule.as_deref())
            .and_then(|(force, rule)| faults.take(Provision::read(&mut node, rule, force)));
        let schema_version = faults.take(read_version(&mut node));
        let when = faults.take(Predicate::read_all(&mut node, "when", &scope));
        let who = faults.take(read_who(&mut node, &scope, around.actors));
        let cosigned_by = faults.take(read_cosigners(&mut node, &scope, around.actors));
        let who_rule = faults.take(node.text("who_rule"));
        let under = faults.take(node.text("under"));
        let keep = faults.take(read_operands(&mut node, "keep", &scope));
        let gather = faults.take(read_operands(&mut node, "gather", &scope));
        let clear = faults.take(node.texts("clear"));
        let effects = faults.take(read_effects(&mut node, &scope));
        let builtin = faults.take(read_builtin(&mut node, around));
        let decision = faults.take(read_decision_of(&mut node));
        let wording = faults.take(node.need_wording("text"));
        if provision.is_some() {
            faults.finish(&node);
        }
        let class = class?;
        let fail_keep = |reason| node.fail("keep", reason);
        let act = Self {
            row_class: row_class?.or(around.base.map(|base| base.row_class)).unwrap_or(class),
            provision: provision?,
            force: force?,
            schema_version: schema_version?,
            when: when?,
            who: who?,
            cosigned_by: cosigned_by?,
            who_rule: who_rule?,
            under: under?,
            keep: from_base(|base| &base.keep).into_iter().chain(keep?).collect(),
            gather: gather?,
            clear: clear?
                .or_else(|| around.base.map(|base| base.clear.clone()))
                .unwrap_or_default(),
            effects: effects?,
            builtin: builtin?,
            decision: decision?,
            wording: wording?,
            kind: kind?,
            row: row?,
            rule: rule?,
            class,
            subject,
            fields,
            conditions,
            transitions,
        };
        if let Some(name) = act.kept_names().find(|name| {
            structural::MARKS.contains(name)
                || [structural::FOUND, structural::PENDING].contains(name)
        }) {
            let name = name.to_owned();
            faults.push(fail_keep(RuleSetReason::Twice { name }));
        }
        Some(act)
    }

    /// The names under which it keeps anything in its stream's thing, and those that it clears.
    fn kept_names(&self) -> impl Iterator<Item = &str> {
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
    /// field or condition that has it.
    pub(crate) fn wording_of(&self, rule: &str) -> Option<&Text> {
        if rule == self.rule {
            return Some(&self.wording);
        }
        let of_field = self.fields.iter().find_map(|field| field.wording_of(rule));
        let mut of_rule = self.conditions.iter().filter(|condition| condition.rule == rule);
        of_field.or_else(|| of_rule.find_map(|condition| condition.wording.as_ref()))
    }

    /// Its conditions for a region's narrower row, with the words they have here.
    fn inherited_conditions(&self) -> Vec<Condition> {
        let mut inherited = self.conditions.clone();
        for condition in inherited.iter_mut().filter(|condition| condition.wording.is_none()) {
            condition.wording = self.wording_of(&condition.rule).cloned();
        }
        inherited
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
        let of_who = self.who_rule.iter().map(|rule| (rule.as_str(), None));
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
    /// asked what guards look at, and those who must sign besides.
    pub(crate) fn decides_by(&self, stream: &str, place: &str, version: Structural) -> bool {
        let own = self.subject.stream() == stream;
        let all = version >= Structural::Three;
        let is_it = |operand: &Operand| operand.is_kept(own, stream, place);
        let looks = |predicate: &Predicate| match predicate {
            Predicate::Guard(guard) => all && guard.looks_at(own, stream, place),
            other => other.operands().into_iter().any(is_it),
        };
        let conditions = self.conditions.iter().filter(|condition| !condition.warn);
        conditions.flat_map(|one| one.when.iter().chain([&one.predicate])).any(looks)
            || self.transitions.iter().any(|step| step.when.iter().any(looks))
            || self.who.iter().filter_map(Who::of).any(is_it)
            || (all && self.cosigned_by.iter().filter_map(Who::of).any(is_it))
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

    /// The states that it gives besides its own steps, there or where it is revoked: the kind of stream and the state.
    pub(crate) fn states_given(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = |state| (self.subject.stream(), state);
        let ended = self.decision.iter().flat_map(|decision| {
            std::iter::once(decision.revoked.as_str()).chain(decision.annulled.as_deref())
        });
        let of_others = self.effects_on().map(|(stream, _, to)| (stream, to));
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

impl Scope<'_> {
    pub(crate) fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    /// Is it an agency that the event names: the one that acts, or a field of that kind?
    pub(crate) fn is_agency(&self, operand: &Operand) -> bool {
        let is_field = |name: &str| {
            let mut fields = self.fields.iter();
            fields.any(|field| field.name == name && field.kind == FieldKind::Agency)
        };
        match operand {
            Operand::Source => true,
            Operand::Data(path) => matches!(path.as_slice(), [name] if is_field(name)),
            _ => false,
        }
    }

    pub(crate) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    fn parse(&self, text: &str) -> Result<Operand, RuleSetReason> {
        let operand = Operand::parse(text, self.pattern)?;
        self.check_fields(&operand.data_fields())?;
        Ok(operand)
    }

    fn check_fields(&self, names: &[&str]) -> Result<(), RuleSetReason> {
        match names.iter().find(|name| !self.has_field(name)) {
            Some(name) => Err(RuleSetReason::Undefined { name: (*name).to_owned() }),
            None => Ok(()),
        }
    }

    pub(crate) fn operand(
        &self,
        node: &mut Node,
        key: &str,
    ) -> Result<Option<Operand>, RuleSetError> {
        let Some(text) = node.text(key)? else { return Ok(None) };
        self.parse(&text).map(Some).map_err(|reason| node.fail(key, reason))
    }

    pub(crate) fn need_operand(&self, node: &mut Node, key: &str) -> Result<Operand, RuleSetError> {
        self.operand(node, key)?.ok_or_else(|| node.fail(key, RuleSetReason::Missing))
    }

    pub(crate) fn need_template(
        &self,
        node: &mut Node,
        key: &str,
    ) -> Result<Template, RuleSetError> {
        let text = node.need_text(key)?;
        let template = Template::parse(&text, self.pattern);
        template
            .and_then(|key| self.check_fields(&key.data_fields()).map(|()| key))
            .map_err(|reason| node.fail(key, reason))
    }

    pub(crate) fn need_list(
        &self,
        node: &mut Node,
        key: &str,
    ) -> Result<Vec<String>, RuleSetError> {
        let name = node.need_text(key)?;
        match self.list(&name) {
            Some(list) => Ok(list.to_vec()),
            None => Err(node.fail(key, RuleSetReason::Undefined { name })),
        }
    }
}

fn read_decision_of(node: &mut Node) -> Result<Option<Decision>, RuleSetError> {
    node.table("decision")?.map(read_decision).transpose()
}

fn read_subject(node: &mut Node) -> Result<Pattern, RuleSetError> {
    let subject = node.need_text("subject")?;
    Pattern::parse(&subject).map_err(|reason| node.fail("subject", reason))
}

/// Its own fields after those of the row that it narrows. One that cannot be read keeps its name, so that
/// what speaks of it is no further fault.
fn read_fields(node: &mut Node, base: Option<&Act>, faults: &mut Faults) -> Vec<FieldSpec> {
    let mut fields = base.map(|base| base.fields.clone()).unwrap_or_default();
    for field in faults.take(node.tables("field")).unwrap_or_default() {
        let name = field.peek_text("name");
        let read = faults.take(FieldSpec::read(field));
        let Some(field) = read.or_else(|| name.map(FieldSpec::unread)) else { continue };
        if fields.iter().any(|own| own.name == field.name) {
            faults.push(node.fail("field", RuleSetReason::Twice { name: field.name }));
        } else {
            fields.push(field);
        }
    }
    fields
}

fn read_class(node: &mut Node, base: Option<&Act>) -> Result<Class, RuleSetError> {
    let class = read_class_at(node, "class")?.or(base.map(|base| base.class));
    class.ok_or_else(|| node.fail("class", RuleSetReason::Missing))
}

fn read_class_at(node: &mut Node, key: &str) -> Result<Option<Class>, RuleSetError> {
    node.word(key, "public, internal, restricted", Class::of_name)
}

fn read_version(node: &mut Node) -> Result<u32, RuleSetError> {
    let version = node.size("schema_version")?.unwrap_or(1);
    u32::try_from(version).map_err(|_| {
        let value = version.to_string();
        node.fail("schema_version", RuleSetReason::Form { value, form: "a small number" })
    })
}

fn read_cosigners(
    node: &mut Node,
    scope: &Scope<'_>,
    actors: &BTreeMap<String, Actor>,
) -> Result<Vec<Who>, RuleSetError> {
    if node.has("cosigned_by") {
        read_actors(node, "cosigned_by", scope, actors)
    } else {
        Ok(Vec::new())
    }
}

fn read_who(
    node: &mut Node,
    scope: &Scope<'_>,
    actors: &BTreeMap<String, Actor>,
) -> Result<Vec<Who>, RuleSetError> {
    // An act without actor says so with an empty list; forgetting it is not allowed.
    let who = read_actors(node, "who", scope, actors)?;
    // Who signs first is not another than himself.
    match who.iter().find(|who| who.is_another()) {
        Some(other) => {
            let actor = other.text.clone();
            Err(node.fail("who", RuleSetReason::OtherThanNobody { actor }))
        }
        None => Ok(who),
    }
}

fn read_actors(
    node: &mut Node,
    key: &str,
    scope: &Scope<'_>,
    actors: &BTreeMap<String, Actor>,
) -> Result<Vec<Who>, RuleSetError> {
    let names = node.texts(key)?.ok_or_else(|| node.fail(key, RuleSetReason::Missing))?;
    names
        .iter()
        .map(|text| Who::resolve(text, |name| actors.get(name).cloned(), |of| scope.parse(of)))
        .collect::<Result<_, _>>()
        .map_err(|reason| node.fail(key, reason))
}

fn read_operands(
    node: &mut Node,
    key: &str,
    scope: &Scope<'_>,
) -> Result<Vec<(String, Operand)>, RuleSetError> {
    let Some(mut table) = node.table(key)? else { return Ok(Vec::new()) };
    let mut operands = Vec::new();
    for name in table.names() {
        let operand = scope.need_operand(&mut table, &name)?;
        operands.push((name, operand));
    }
    table.finish()?;
    Ok(operands)
}

fn read_effects(node: &mut Node, scope: &Scope<'_>) -> Result<Vec<Effect>, RuleSetError> {
    node.tables("effect")?
        .into_iter()
        .map(|mut node| {
            let put = node.table("put")?.map(|put| read_put(put, scope)).transpose()?;
            let effect = Effect {
                put,
                thing: scope.need_template(&mut node, "thing")?,
                from: node
                    .texts("from")?
                    .ok_or_else(|| node.fail("from", RuleSetReason::Missing))?,
                to: node.need_text("to")?,
            };
            node.finish()?;
            Ok(effect)
        })
        .collect()
}

fn read_put(mut node: Node, scope: &Scope<'_>) -> Result<Put, RuleSetError> {
    let put = Put {
        into: node.need_text("into")?,
        key: scope.need_operand(&mut node, "key")?,
        value: scope.need_operand(&mut node, "value")?,
    };
    node.finish()?;
    Ok(put)
}

fn read_decision(mut node: Node) -> Result<Decision, RuleSetError> {
    let decision = Decision {
        revoked: node.need_text("revoked")?,
        annulled: node.text("annulled")?,
        clear: node.texts("clear")?.unwrap_or_default(),
    };
    node.finish()?;
    Ok(decision)
}

fn read_builtin(
    node: &mut Node,
    around: &Surroundings<'_>,
) -> Result<Option<Builtin>, RuleSetError> {
    if !around.structural && node.has("builtin") {
        return Err(node.fail("builtin", RuleSetReason::UnknownKey));
    }
    let own = node.word("builtin", Builtin::NAMES, Builtin::of_name)?;
    Ok(own.or(around.base.and_then(|base| base.builtin)))
}
