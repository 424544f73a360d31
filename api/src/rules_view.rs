//! A rule set as JSON: what its acts demand and change, in the words of the regulation and in those of the vocabulary.

use jejak_ledger::rules::{
    Act, Condition, FieldSpec, JsonSchemas, RuleSet, Text, Transition, field_schema,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::context::Language;
use crate::openapi::shapes::{self, Words};
use crate::provision_view::{DutyView, ProvisionView};
use crate::reader::class_name;
use crate::wire::AsOfView;

/// The rule set in force at a moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rules)]
pub(crate) struct RulesView {
    name: String,
    /// SHA-256 of its TOML: its name as an object.
    #[schema(schema_with = shapes::sha256)]
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[schema(value_type = Words)]
    title: Text,
    as_of: AsOfView,
    acts: Vec<ActView>,
    duties: Vec<DutyView>,
}

/// One row of the regulation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Act)]
pub(crate) struct ActView {
    #[serde(rename = "type")]
    kind: String,
    row: String,
    rule: String,
    /// `MUST`, `NOT`, `MAY`, `POW`, `DO`, `-`: the verb of the text.
    force: &'static str,
    #[schema(schema_with = shapes::class)]
    class: &'static str,
    #[schema(schema_with = shapes::class)]
    row_class: &'static str,
    /// The pattern of the streams it may be about.
    subject: String,
    schema_version: u32,
    who: Vec<WhoView>,
    /// Who must sign besides, each of them: until then the act waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    cosigned_by: Vec<WhoView>,
    /// Where the type has several rows: this one is meant when all of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(schema_with = shapes::objects, required = false)]
    when: Vec<Value>,
    #[schema(value_type = Words)]
    text: Text,
    #[serde(flatten)]
    provision: ProvisionView,
    fields: Vec<FieldView>,
    conditions: Vec<ConditionView>,
    transitions: Vec<TransitionView>,
    /// Where the JSON Schema of its events is.
    schema: String,
}

/// Somebody who may sign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct WhoView {
    actor: String,
    #[schema(value_type = Words)]
    text: Text,
}

/// One field of `data`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Field)]
pub(crate) struct FieldView {
    name: String,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    text: Option<Text>,
    #[schema(schema_with = shapes::object)]
    schema: Value,
}

/// What must hold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Condition)]
pub(crate) struct ConditionView {
    rule: String,
    /// A finding instead of a refusal.
    warn: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    text: Option<Text>,
    /// In the vocabulary of the rule sets.
    #[schema(schema_with = shapes::object)]
    condition: Value,
}

/// A step of the lifecycle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transition)]
pub(crate) struct TransitionView {
    from: Vec<String>,
    /// Absent where the state stays the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    text: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(schema_with = shapes::objects, required = false)]
    when: Vec<Value>,
}

/// An event type with its rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventType)]
pub(crate) struct TypeView {
    #[serde(rename = "type")]
    kind: String,
    rows: Vec<TypeRowView>,
    schema: String,
}

/// A row of an event type, shortly.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventTypeRow)]
pub(crate) struct TypeRowView {
    row: String,
    rule: String,
    subject: String,
    #[schema(value_type = Words)]
    text: Text,
}

impl RulesView {
    pub(crate) fn of(rules: &RuleSet, ledger: &str, as_of: AsOfView, language: Language) -> Self {
        let acts = rules.acts().map(|act| ActView::of(act, ledger, language));
        Self {
            name: rules.name().to_owned(),
            hash: rules.hash().to_string(),
            region: rules.region().map(str::to_owned),
            title: rules.title().clone(),
            as_of,
            acts: acts.collect(),
            duties: rules.duties().iter().map(DutyView::of).collect(),
        }
    }
}

impl ActView {
    fn of(act: &Act, ledger: &str, language: Language) -> Self {
        let who = |(actor, text): (&str, Text)| WhoView { actor: actor.to_owned(), text };
        let conditions = act.conditions.iter().map(|condition| ConditionView::of(act, condition));
        Self {
            kind: act.kind.clone(),
            row: act.row.clone(),
            rule: act.rule.clone(),
            force: act.force.name(),
            class: class_name(act.class),
            row_class: class_name(act.row_class),
            subject: act.subject.as_str().to_owned(),
            schema_version: act.schema_version,
            who: act.entitled().map(who).collect(),
            cosigned_by: act.cosigners().map(who).collect(),
            when: act.meant_when().collect(),
            text: act.wording.clone(),
            provision: ProvisionView::of(&act.provision),
            fields: act.fields.iter().map(|field| FieldView::of(field, language)).collect(),
            conditions: conditions.collect(),
            transitions: act.transitions.iter().map(TransitionView::of).collect(),
            schema: format!("{}?row={}", schema_of(ledger, &act.kind), act.row),
        }
    }
}

impl FieldView {
    fn of(field: &FieldSpec, language: Language) -> Self {
        Self {
            name: field.name.clone(),
            required: field.required,
            rule: field.rule.clone(),
            text: field.wording.clone(),
            schema: field_schema(field, language.of_rules()),
        }
    }
}

impl ConditionView {
    fn of(act: &Act, condition: &Condition) -> Self {
        Self {
            rule: condition.rule.clone(),
            warn: condition.warn,
            text: act.words_of(condition).cloned(),
            condition: condition.written(),
        }
    }
}

impl TransitionView {
    fn of(step: &Transition) -> Self {
        Self {
            from: step.from.clone(),
            to: step.to.clone(),
            rule: step.rule().map(str::to_owned),
            text: step.wording().cloned(),
            when: step.open_when().collect(),
        }
    }
}

impl TypeView {
    /// All types by name.
    pub(crate) fn all(rules: &RuleSet, ledger: &str) -> Vec<Self> {
        let mut types: Vec<Self> = Vec::new();
        for act in rules.acts() {
            let row = TypeRowView {
                row: act.row.clone(),
                rule: act.rule.clone(),
                subject: act.subject.as_str().to_owned(),
                text: act.wording.clone(),
            };
            match types.last_mut() {
                Some(last) if last.kind == act.kind => last.rows.push(row),
                _ => types.push(Self {
                    kind: act.kind.clone(),
                    rows: vec![row],
                    schema: schema_of(ledger, &act.kind),
                }),
            }
        }
        types
    }
}

/// The schema of a type's events, of one row or of all; none where it has no such row.
pub(crate) fn schema(
    rules: &RuleSet,
    origin: &str,
    kind: &str,
    row: Option<&str>,
    language: Language,
) -> Option<Value> {
    let acts: Vec<&Act> =
        rules.rows(kind).iter().filter(|act| row.is_none_or(|row| act.row == row)).collect();
    let schemas = JsonSchemas { rules, origin, language: language.of_rules() };
    (!acts.is_empty()).then(|| schemas.of_rows(&acts))
}

fn schema_of(ledger: &str, kind: &str) -> String {
    format!("/v1/{ledger}/schemas/{kind}")
}
