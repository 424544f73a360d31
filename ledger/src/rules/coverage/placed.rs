//! An example with the values of a case put in place.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cases::Given;

/// The event of an example's name.
pub type Example<'a> = dyn Fn(&str) -> Option<Value> + 'a;

/// The example with its values put in place.
pub(super) fn event_of(given: &Given, example: &Example<'_>) -> Result<Value, String> {
    let put: BTreeMap<_, _> =
        given.put().map(|(at, value)| (at.to_owned(), value.clone())).collect();
    put_into(given.event(), &put, example)
}

/// `null` takes a value out.
pub(super) fn put_into(
    name: &str,
    put: &BTreeMap<String, Value>,
    example: &Example<'_>,
) -> Result<Value, String> {
    let mut event = example(name).ok_or_else(|| format!("no example {name}"))?;
    for (pointer, value) in put {
        let nowhere = || format!("no place {pointer} in {name}");
        let (parent, member) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
        match event.pointer_mut(parent) {
            Some(Value::Object(object)) if value.is_null() => drop(object.remove(member)),
            Some(Value::Object(object)) => drop(object.insert(member.to_owned(), value.clone())),
            Some(Value::Array(list)) => {
                let place = member.parse::<usize>().ok().and_then(|index| list.get_mut(index));
                value.clone_into(place.ok_or_else(nowhere)?);
            }
            _ => return Err(nowhere()),
        }
    }
    Ok(event)
}
