//! The bounds of a field as a rule set writes them: something must lie between.

use std::fmt::Display;

use super::FieldKind;
use crate::rules::decimal::Decimal;
use crate::rules::reader::{Node, RuleSetError, RuleSetReason};

/// Most members of a list that names no limit.
pub(super) const LIST_MAX: usize = 100;

/// The longest that a text may be.
pub(super) fn most(node: &mut Node) -> Result<Option<usize>, RuleSetError> {
    let max = node.size("max")?;
    if node.is_close() && max == Some(0) {
        return Err(node.fail("max", at_least_one("0")));
    }
    Ok(max)
}

pub(super) fn of_integers(node: &mut Node) -> Result<FieldKind, RuleSetError> {
    let (min, max) = (node.integer("min")?, node.integer("max")?);
    let empty = min.zip(max).is_some_and(|(min, max)| min > max);
    check(node, empty, min.as_ref(), max.as_ref())?;
    Ok(FieldKind::Integer { min, max })
}

pub(super) fn of_decimals(node: &mut Node) -> Result<FieldKind, RuleSetError> {
    let digits = node.size("scale")?;
    let scale = digits.and_then(|digits| u32::try_from(digits).ok());
    if node.is_close() && digits.is_some_and(|digits| digits > Decimal::DIGITS_MAX) {
        let value = digits.unwrap_or_default().to_string();
        return Err(node
            .fail("scale", RuleSetReason::Form { value, form: ("18 atau kurang", "18 or less") }));
    }
    let (min, max) = (decimal_text(node, "min")?, decimal_text(node, "max")?);
    let parsed = |text: &Option<String>| text.as_deref().and_then(Decimal::parse);
    let both = parsed(&min).zip(parsed(&max));
    let empty = both.is_some_and(|(min, max)| min.compare(max).is_gt());
    check(node, empty, min.as_ref(), max.as_ref())?;
    Ok(FieldKind::Decimal { scale, min, max })
}

/// The fewest and the most members.
pub(super) fn of_lists(node: &mut Node) -> Result<(usize, usize), RuleSetError> {
    let (min, max) = (node.size("min")?.unwrap_or(0), most(node)?.unwrap_or(LIST_MAX));
    check(node, min > max, Some(&min), Some(&max))?;
    Ok((min, max))
}

/// The closed list of an `enum`.
pub(super) fn choice(node: &mut Node) -> Result<Vec<String>, RuleSetError> {
    let one_of = node.texts("one_of")?;
    let one_of = one_of.ok_or_else(|| node.fail("one_of", RuleSetReason::Missing))?;
    if node.is_close() {
        if one_of.is_empty() {
            return Err(node.fail("one_of", at_least_one("[]")));
        }
        let mut sorted: Vec<_> = one_of.iter().collect();
        sorted.sort_unstable();
        if let Some([name, _]) = sorted.array_windows().find(|[one, next]| one == next) {
            return Err(node.fail("one_of", RuleSetReason::Twice { name: (*name).clone() }));
        }
    }
    Ok(one_of)
}

/// Where nothing lies between.
fn check(
    node: &Node,
    empty: bool,
    min: Option<&impl Display>,
    max: Option<&impl Display>,
) -> Result<(), RuleSetError> {
    match (min, max) {
        (Some(min), Some(max)) if empty && node.is_close() => {
            let (min, max) = (min.to_string(), max.to_string());
            Err(node.fail("max", RuleSetReason::NothingBetween { min, max }))
        }
        _ => Ok(()),
    }
}

fn at_least_one(value: &str) -> RuleSetReason {
    RuleSetReason::Form { value: value.to_owned(), form: ("1 atau lebih", "1 or more") }
}

fn decimal_text(node: &mut Node, key: &str) -> Result<Option<String>, RuleSetError> {
    match node.text(key)? {
        Some(value) if Decimal::parse(&value).is_none() => {
            Err(node.fail(key, RuleSetReason::Form { value, form: ("desimal", "a decimal") }))
        }
        text => Ok(text),
    }
}
