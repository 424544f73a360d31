//! An act as its rule set writes it: `[[act]]`.

use std::collections::BTreeMap;

use super::{Act, Decision, Effect, Force, PARTY, Put, Scope, Surroundings};
use crate::rules::condition::{Condition, Predicate};
use crate::rules::faults::Faults;
use crate::rules::lifecycle::Transition;
use crate::rules::operand::Operand;
use crate::rules::provision::Provision;
use crate::rules::reader::{Node, RuleSetError, RuleSetReason};
use crate::rules::riwayat;
use crate::rules::role::{Actor, Who};
use crate::rules::schema::FieldSpec;
use crate::rules::structural::{self, Builtin};
use crate::rules::subject::Pattern;
use crate::rules::thing::Class;

impl Act {
    /// Reads `[[act]]`, with all its faults.
    pub(crate) fn read(
        mut node: Node,
        around: &Surroundings<'_>,
        faults: &mut Faults,
    ) -> Option<Self> {
        let kind = faults.take(node.need_type("type"));
        let rule = faults.take(node.need_rule("rule"));
        let row = faults.take(node.need_rule("row"));
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
        let transitions: Vec<Transition> =
            steps.filter_map(|step| faults.take(step.bind(&scope))).collect();
        let orphans = orphans(&conditions, &transitions);
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
        let who_rule = faults.take(node.rule("who_rule"));
        let who_wording = faults.take(node.wording("who_text"));
        let under = faults.take(node.text("under"));
        let keep = faults.take(read_operands(&mut node, "keep", &scope));
        let gather = faults.take(read_operands(&mut node, "gather", &scope));
        let clear = faults.take(node.texts("clear"));
        let frees = faults.take(read_freed(&mut node, &scope));
        let effects = faults.take(read_effects(&mut node, &scope));
        let builtin = faults.take(read_builtin(&mut node, around));
        let decision = faults.take(read_decision_of(&mut node, &scope));
        let against = faults.take(read_against(&mut node, &scope));
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
            who_wording: who_wording?,
            under: under?,
            keep: from_base(|base| &base.keep).into_iter().chain(keep?).collect(),
            gather: gather?,
            clear: clear?
                .or_else(|| around.base.map(|base| base.clear.clone()))
                .unwrap_or_default(),
            frees: frees?,
            effects: effects?,
            orphans,
            builtin: builtin?,
            decision: decision?,
            against: against?,
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
        if act.who_wording.is_some() && act.who_rule.is_none() {
            faults.push(node.fail("who_rule", RuleSetReason::Missing));
        }
        if let Some(name) = act.kept_names().find(|name| {
            structural::MARKS.contains(name)
                || [structural::FOUND, structural::PENDING, structural::DATES].contains(name)
                || *name == riwayat::RIWAYAT
        }) {
            let name = name.to_owned();
            faults.push(fail_keep(RuleSetReason::Twice { name }));
        }
        Some(act)
    }

    /// Its conditions for a region's narrower row, with the words they have here.
    fn inherited_conditions(&self) -> Vec<Condition> {
        let mut inherited = self.conditions.clone();
        for condition in inherited.iter_mut().filter(|condition| condition.wording.is_none()) {
            condition.wording = self.wording_of(&condition.rule).cloned();
        }
        inherited
    }
}

fn orphans(conditions: &[Condition], transitions: &[Transition]) -> Vec<Operand> {
    let of_conditions = conditions.iter().flat_map(|one| one.when.iter().chain([&one.predicate]));
    let all = of_conditions.chain(transitions.iter().flat_map(|step| &step.when));
    let mut orphans: Vec<Operand> = Vec::new();
    for predicate in all {
        if let Predicate::Orphaned { field, .. } = predicate
            && !orphans.contains(field)
        {
            orphans.push(field.clone());
        }
    }
    orphans
}

fn read_decision_of(node: &mut Node, scope: &Scope<'_>) -> Result<Option<Decision>, RuleSetError> {
    node.table("decision")?.map(|node| read_decision(node, scope)).transpose()
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
        node.fail(
            "schema_version",
            RuleSetReason::Form { value, form: ("bilangan kecil", "a small number") },
        )
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

/// What its stream kept before: the act says nothing of what it has held so far.
fn read_freed(node: &mut Node, scope: &Scope<'_>) -> Result<Vec<(String, Operand)>, RuleSetError> {
    let freed = read_operands(node, "frees", scope)?;
    match freed.iter().find(|(_, value)| !matches!(value, Operand::This(_))) {
        Some((_, other)) => {
            let form =
                ("nilai yang disimpan aliran: this.x", "a value that the stream keeps: this.x");
            let value = other.to_string();
            Err(node.fail("frees", RuleSetReason::Form { value, form }))
        }
        None => Ok(freed),
    }
}

fn read_effects(node: &mut Node, scope: &Scope<'_>) -> Result<Vec<Effect>, RuleSetError> {
    let read = |mut node: Node| {
        let put = node.table("put")?.map(|put| read_put(put, scope)).transpose()?;
        read_effect(node, scope, put)
    };
    node.tables("effect")?.into_iter().map(read).collect()
}

fn read_effect(
    mut node: Node,
    scope: &Scope<'_>,
    put: Option<Put>,
) -> Result<Effect, RuleSetError> {
    let effect = Effect {
        put,
        thing: scope.need_template(&mut node, "thing")?,
        from: node.texts("from")?.ok_or_else(|| node.fail("from", RuleSetReason::Missing))?,
        to: node.need_text("to")?,
    };
    node.finish()?;
    Ok(effect)
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

fn read_decision(mut node: Node, scope: &Scope<'_>) -> Result<Decision, RuleSetError> {
    let decision = Decision {
        revoked: node.need_text("revoked")?,
        annulled: node.text("annulled")?,
        clear: node.texts("clear")?.unwrap_or_default(),
        in_effect: node.table("in_effect")?.map(read_states).transpose()?.unwrap_or_default(),
        ends: node
            .tables("ends")?
            .into_iter()
            .map(|node| read_effect(node, scope, None))
            .collect::<Result<_, _>>()?,
    };
    node.finish()?;
    Ok(decision)
}

/// States, each with the one after it.
fn read_states(mut node: Node) -> Result<Vec<(String, String)>, RuleSetError> {
    let mut states = Vec::new();
    for state in node.names() {
        let after = node.need_text(&state)?;
        states.push((state, after));
    }
    node.finish()?;
    Ok(states)
}

/// Whom an act is done to: the event says it, or its stream keeps it.
fn read_against(node: &mut Node, scope: &Scope<'_>) -> Result<Option<Operand>, RuleSetError> {
    let against = scope.operand(node, "against")?;
    match against {
        Some(other) if !scope.is_party(&other) => {
            let (value, form) = (other.to_string(), PARTY);
            Err(node.fail("against", RuleSetReason::Form { value, form }))
        }
        against => Ok(against),
    }
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
