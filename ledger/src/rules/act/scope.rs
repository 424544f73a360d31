//! What an act that is read may name.

use std::collections::BTreeMap;

use super::Act;
use crate::rules::lifecycle::Step;
use crate::rules::operand::{Operand, Template};
use crate::rules::reader::{Node, Phrase, RuleSetError, RuleSetReason};
use crate::rules::role::Actor;
use crate::rules::schema::{FieldKind, FieldSpec};
use crate::rules::subject::Pattern;

/// Whom an act is done to.
pub(crate) const PARTY: Phrase = (
    "isian peristiwa, atau alirannya, dengan jenis agency atau person",
    "a field of the event, or of its stream, of the kind agency or person",
);

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

    /// Is it a field that names an agency or a person? Of what the stream keeps is asked once all rows are read.
    pub(crate) fn is_party(&self, operand: &Operand) -> bool {
        let path = match operand {
            Operand::Data(path) => path,
            other => return matches!(other, Operand::This(_)),
        };
        let of_kind =
            |field: &FieldSpec| matches!(field.kind, FieldKind::Agency | FieldKind::Person);
        let mut fields = self.fields.iter();
        matches!(path.as_slice(), [name] if fields.any(|field| field.name == *name && of_kind(field)))
    }

    pub(crate) fn list(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    pub(super) fn parse(&self, text: &str) -> Result<Operand, RuleSetReason> {
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
