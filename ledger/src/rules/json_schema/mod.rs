//! The JSON Schema (2020-12) of an event, whole: its attributes as every event has them, `data` from
//! the fields of its act, and an example that is accepted. What [`super::check`] accepts is valid under
//! it; what only a whole ledger can decide stands in the conditions of the act.

mod attributes;
mod forms;
mod value;

use serde_json::{Map, Value};

use super::act::Act;
use super::example::examples;
use super::refusal::Language;
use super::ruleset::RuleSet;
use super::schema::FieldSpec;

/// Schemas for the events of one ledger.
#[derive(Debug, Clone, Copy)]
pub struct JsonSchemas<'a> {
    /// The rule set that decides them.
    pub rules: &'a RuleSet,
    /// Origin of the ledger that they are meant for.
    pub origin: &'a str,
    /// The language of titles and descriptions; nothing else depends on it.
    pub language: Language,
}

impl JsonSchemas<'_> {
    /// The schema for events of these acts: rows of one type. Where they are several, an event follows
    /// one of them.
    pub fn of_rows(&self, acts: &[&Act]) -> Value {
        let mut schema = match acts {
            [act] => self.event(act),
            acts => {
                let rows = acts.iter().map(|act| Value::Object(self.event(act)));
                let kind = acts.first().map_or("", |act| &act.kind);
                let examples: Vec<_> = acts.iter().flat_map(|act| self.examples(act)).collect();
                let mut schema = Map::new();
                schema.insert("title".to_owned(), kind.into());
                schema.insert("anyOf".to_owned(), rows.collect());
                insert_examples(&mut schema, examples);
                schema
            }
        };
        schema.insert("$schema".to_owned(), DIALECT.into());
        value::defined(Value::Object(schema))
    }

    fn event(&self, act: &Act) -> Map<String, Value> {
        let mut schema = attributes::of_event(act, self.origin, self.language);
        schema.insert("title".to_owned(), act.kind.as_str().into());
        schema.insert("description".to_owned(), act.wording.in_language(self.language).into());
        schema.insert("$comment".to_owned(), comment(act).into());
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.insert("data".to_owned(), value::object(&act.fields, self.language));
        }
        insert_examples(&mut schema, self.examples(act));
        schema
    }

    fn examples(&self, act: &Act) -> Vec<Value> {
        examples(self.rules, act, self.origin)
    }
}

/// JSON Schema (2020-12) of the value of one field.
pub fn field_schema(field: &FieldSpec, language: Language) -> Value {
    value::defined(value::of_field(field, language))
}

/// `BKY.25.1 (BKY-50), Pasal 25(1), 25(3)`
fn comment(act: &Act) -> String {
    let mut comment = format!("{} ({})", act.rule, act.row);
    for (index, article) in act.provision.articles.iter().enumerate() {
        comment.push_str(if index == 0 { ", Pasal " } else { ", " });
        comment.push_str(&article.to_string());
    }
    comment
}

fn insert_examples(schema: &mut Map<String, Value>, examples: Vec<Value>) {
    if !examples.is_empty() {
        schema.insert("examples".to_owned(), examples.into());
    }
}

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
