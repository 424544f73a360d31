//! Reads conditions from a rule set. A word that is not in the vocabulary does not load.

use std::iter;

use jiff::Span;
use toml::Value as Toml;

use super::{Comparison, Condition, CoverSet, Predicate, Right, Test};
use crate::rules::act::Scope;
use crate::rules::guard::Guard;
use crate::rules::operand::Operand;
use crate::rules::reader::{Node, Phrase, RuleSetError, RuleSetReason};
use crate::rules::thing::Field;

const KINDS: &str = "field, documents, state, unique, member, compare, count, location, class, \
                     plan, covers, holds, cites, agencies, orphaned, guard";

impl Condition {
    /// Reads `[[act.condition]]`.
    pub(crate) fn read(
        mut node: Node,
        scope: &Scope<'_>,
        act_rule: &str,
    ) -> Result<Self, RuleSetError> {
        let when = Predicate::read_all(&mut node, "when", scope)?;
        let predicate = Predicate::read(&mut node, scope)?;
        let condition = Self {
            is_of_content: predicate.is_of_content() && when.iter().all(Predicate::is_of_content),
            rule: node.rule("rule")?.unwrap_or_else(|| act_rule.to_owned()),
            warn: node.flag("warn")?.unwrap_or(false),
            wording: node.wording("text")?,
            when,
            predicate,
        };
        node.finish()?;
        Ok(condition)
    }
}

impl Predicate {
    /// Reads a list of predicates without rule and wording.
    pub(crate) fn read_all(
        node: &mut Node,
        key: &str,
        scope: &Scope<'_>,
    ) -> Result<Vec<Self>, RuleSetError> {
        node.tables(key)?
            .into_iter()
            .map(|mut node| {
                let predicate = Self::read(&mut node, scope)?;
                node.finish()?;
                Ok(predicate)
            })
            .collect()
    }

    fn read(node: &mut Node, scope: &Scope<'_>) -> Result<Self, RuleSetError> {
        let kind = node.need_text("kind")?;
        Ok(match kind.as_str() {
            "field" => {
                Self::Field { field: scope.need_operand(node, "field")?, test: Test::read(node)? }
            }
            "documents" => Self::Documents {
                field: scope.need_operand(node, "field")?,
                kinds: need_texts(node, "kinds")?,
            },
            "state" => read_state(node, scope)?,
            "unique" => Self::Unique {
                index: node.need_text("index")?,
                value: scope.need_operand(node, "value")?,
                owner: scope.operand(node, "owner")?.unwrap_or(Operand::Subject),
                of_agencies: false,
                words: node.flag("words")?.unwrap_or(false),
            }
            .knowing_agencies(scope),
            "member" => Self::Member {
                field: scope.need_operand(node, "field")?,
                list: scope.need_list(node, "list")?,
                under: node.flag("under")?.unwrap_or(false),
            },
            "compare" => read_compare(node, scope)?.knowing_agencies(scope),
            "count" => read_count(node, scope)?,
            "location" => Self::Location {
                country: scope.need_operand(node, "country")?,
                within: need_texts(node, "in")?,
                apart: match (scope.operand(node, "place")?, scope.operand(node, "apart_from")?) {
                    (Some(place), Some(other)) => Some((place, other)),
                    (None, None) => None,
                    _ => {
                        let reason = RuleSetReason::OneOf {
                            keys: (
                                "place dengan apart_from, tanpa keduanya",
                                "place with apart_from, neither",
                            ),
                        };
                        return Err(node.fail("place", reason));
                    }
                },
            },
            "class" => Self::Class {
                field: scope.need_operand(node, "field")?,
                order: scope.need_list(node, "order")?,
                at_most: Right::read(node, scope, "at_most")?,
            },
            "plan" => Self::Plan {
                field: scope.need_operand(node, "field")?,
                in_force: node.flag("in_force")?.unwrap_or(false),
            },
            "covers" => Self::Covers {
                field: scope.need_operand(node, "field")?,
                all_of: match scope.operand(node, "of")? {
                    Some(operand) => CoverSet::Operand(operand),
                    None => CoverSet::Literals(need_texts(node, "all_of")?),
                },
            },
            "holds" => Self::Holds {
                person: scope.need_operand(node, "person")?,
                office: scope.need_template(node, "office")?,
                at: scope.operand(node, "at")?,
                not: node.flag("not")?.unwrap_or(false),
            },
            "cites" => Self::Cites { field: scope.need_operand(node, "field")? },
            "agencies" => Self::read_agencies(node, scope)?,
            "orphaned" => Self::read_orphaned(node, scope)?,
            "guard" => {
                let guard = node
                    .word("name", Guard::NAMES, Guard::of_name)?
                    .ok_or_else(|| node.fail("name", RuleSetReason::Missing))?;
                guard.requires(scope).map_err(|reason| node.fail("name", reason))?;
                Self::Guard(guard)
            }
            _ => {
                let reason = RuleSetReason::UnknownWord { value: kind, known: KINDS };
                return Err(node.fail("kind", reason));
            }
        })
    }
}

impl Predicate {
    /// Which agencies are looked up is known from the event alone.
    fn read_agencies(node: &mut Node, scope: &Scope<'_>) -> Result<Self, RuleSetError> {
        let field = scope.need_operand(node, "field")?;
        let other_than = scope.operand(node, "other_than")?;
        let mut named =
            iter::once(("field", &field)).chain(other_than.iter().map(|one| ("other_than", one)));
        if let Some((key, other)) = named.find(|(_, operand)| !operand.is_of_event()) {
            let form = (
                "nilai peristiwa, seperti data.participants atau source",
                "a value of the event, such as data.participants or source",
            );
            return Err(node.fail(key, RuleSetReason::Form { value: other.to_string(), form }));
        }
        Ok(Self::Agencies { field, other_than })
    }

    /// Of an agency that is kept: one that the event names acts, or is asked for by `agencies`.
    fn read_orphaned(node: &mut Node, scope: &Scope<'_>) -> Result<Self, RuleSetError> {
        let field = scope.need_operand(node, "field")?;
        if !matches!(field, Operand::This(_) | Operand::Thing(..)) {
            let form = (
                "nilai yang disimpan: this.x atau kunci#x",
                "a value that is kept: this.x or key#x",
            );
            let value = field.to_string();
            return Err(node.fail("field", RuleSetReason::Form { value, form }));
        }
        Ok(Self::Orphaned { field, not: node.flag("not")?.unwrap_or(false) })
    }

    /// Where an agency that the event names is compared with one that is kept.
    fn knowing_agencies(mut self, scope: &Scope<'_>) -> Self {
        match &mut self {
            Self::Unique { owner, of_agencies, .. } => *of_agencies = scope.is_agency(owner),
            Self::Compare { left, right: Right::Operand(right), of_agencies, .. } => {
                *of_agencies = (scope.is_agency(left) && right.is_of_things())
                    || (scope.is_agency(right) && left.is_of_things());
            }
            _ => {}
        }
        self
    }
}

impl Test {
    fn read(node: &mut Node) -> Result<Self, RuleSetError> {
        let keys = "present, absent, equals, one_of, none_of";
        let mut tests = Vec::new();
        if node.flag("present")? == Some(true) {
            tests.push(Self::Present);
        }
        if node.flag("absent")? == Some(true) {
            tests.push(Self::Absent);
        }
        if let Some(value) = node.value("equals") {
            tests.push(Self::OneOf(vec![literal(node, "equals", value)?]));
        }
        if let Some(value) = node.value("one_of") {
            tests.push(Self::OneOf(literals(node, "one_of", value)?));
        }
        if let Some(value) = node.value("none_of") {
            tests.push(Self::NoneOf(literals(node, "none_of", value)?));
        }
        match (tests.pop(), tests.is_empty()) {
            (Some(Self::OneOf(values) | Self::NoneOf(values)), true)
                if node.is_close() && values.is_empty() =>
            {
                let (value, form) = ("[]".to_owned(), NOT_EMPTY);
                Err(node.fail("field", RuleSetReason::Form { value, form }))
            }
            (Some(test), true) => Ok(test),
            _ => Err(node.fail("field", RuleSetReason::OneOf { keys: (keys, keys) })),
        }
    }
}

impl Comparison {
    fn of_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            "==" => Self::Equal,
            "!=" => Self::Unequal,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::More,
            ">=" => Self::AtLeast,
            _ => return None,
        })
    }
}

impl Right {
    /// `key` is an operand, `value` a literal; exactly one of them.
    fn read(node: &mut Node, scope: &Scope<'_>, key: &str) -> Result<Self, RuleSetError> {
        match (scope.operand(node, key)?, node.value("value")) {
            (Some(operand), None) => Ok(Self::Operand(operand)),
            (None, Some(value)) => Ok(Self::Literal(literal(node, "value", value)?)),
            _ => Err(node.fail(
                key,
                RuleSetReason::OneOf { keys: ("operan, `value`", "an operand, `value`") },
            )),
        }
    }
}

/// A state that is demanded or excluded.
fn read_state(node: &mut Node, scope: &Scope<'_>) -> Result<Predicate, RuleSetError> {
    let thing = scope.need_template(node, "thing")?;
    let within = node.texts("in")?.unwrap_or_default();
    let not_within = node.texts("not_in")?.unwrap_or_default();
    if node.is_close() && within.is_empty() && not_within.is_empty() {
        return Err(node.fail(
            "in",
            RuleSetReason::OneOf { keys: ("in, not_in, keduanya", "in, not_in, both") },
        ));
    }
    Ok(Predicate::State { thing, within, not_within })
}

/// Something is added only to what comes before or after.
fn read_compare(node: &mut Node, scope: &Scope<'_>) -> Result<Predicate, RuleSetError> {
    let left = scope.need_operand(node, "left")?;
    let is = node.word("is", "==, !=, <, <=, >, >=", Comparison::of_sign)?;
    let is = is.ok_or_else(|| node.fail("is", RuleSetReason::Missing))?;
    let right = Right::read(node, scope, "right")?;
    let plus = read_plus(node)?;
    if node.is_close() && plus.is_some() && matches!(is, Comparison::Equal | Comparison::Unequal) {
        let value = is.sign().to_owned();
        return Err(node.fail(
            "is",
            RuleSetReason::Form {
                value,
                form: ("<, <=, > atau >= dengan plus", "<, <=, > or >= with plus"),
            },
        ));
    }
    Ok(Predicate::Compare { left, is, right, plus, of_agencies: false })
}

fn read_count(node: &mut Node, scope: &Scope<'_>) -> Result<Predicate, RuleSetError> {
    let field = scope.need_operand(node, "field")?;
    let (least, most) = (node.size("at_least")?, node.size("at_most")?);
    let (at_least, at_most) = (least.unwrap_or(0), most.unwrap_or(usize::MAX));
    if node.is_close() && least.is_none() && most.is_none() {
        let reason = RuleSetReason::OneOf {
            keys: ("at_least, at_most, keduanya", "at_least, at_most, both"),
        };
        return Err(node.fail("at_least", reason));
    }
    if node.is_close() && at_least > at_most {
        let (min, max) = (at_least.to_string(), at_most.to_string());
        return Err(node.fail("at_most", RuleSetReason::NothingBetween { min, max }));
    }
    Ok(Predicate::Count { field, at_least, at_most })
}

/// A duration in days, months and years, or one in hours between points in time.
fn read_plus(node: &mut Node) -> Result<Option<Span>, RuleSetError> {
    let in_hours = node.peek_text("plus").filter(|text| text.starts_with("PT"));
    let Some(value) = in_hours else { return Ok(node.span("plus")?.map(|(_, span)| span)) };
    let _ = node.text("plus")?;
    match value.parse::<Span>() {
        Ok(span) if value.ends_with('H') => Ok(Some(span)),
        _ => Err(node.fail(
            "plus",
            RuleSetReason::Form { value, form: ("PT24H, atau dalam hari", "PT24H, or in days") },
        )),
    }
}

/// What is not `[]`.
const NOT_EMPTY: Phrase = ("daftar dengan sedikitnya satu nilai", "a list of at least one value");

fn need_texts(node: &mut Node, key: &str) -> Result<Vec<String>, RuleSetError> {
    let texts = node.texts(key)?.ok_or_else(|| node.fail(key, RuleSetReason::Missing))?;
    if node.is_close() && texts.is_empty() {
        let (value, form) = ("[]".to_owned(), NOT_EMPTY);
        return Err(node.fail(key, RuleSetReason::Form { value, form }));
    }
    Ok(texts)
}

fn literal(node: &Node, key: &str, value: Toml) -> Result<Field, RuleSetError> {
    match value {
        Toml::String(text) => Ok(Field::Text(text)),
        Toml::Integer(number) => Ok(Field::Integer(number)),
        Toml::Boolean(flag) => Ok(Field::Flag(flag)),
        _ => {
            let expected = (
                "teks (string), bilangan bulat, true atau false",
                "a string, an integer, true or false",
            );
            Err(node.fail(key, RuleSetReason::WrongType { expected }))
        }
    }
}

fn literals(node: &Node, key: &str, value: Toml) -> Result<Vec<Field>, RuleSetError> {
    match value {
        Toml::Array(items) => items.into_iter().map(|item| literal(node, key, item)).collect(),
        _ => Err(node.fail(key, RuleSetReason::WrongType { expected: ("daftar", "a list") })),
    }
}
