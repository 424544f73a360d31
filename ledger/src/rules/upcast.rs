//! Schema versions: how the content of an older version of a type becomes that of the newest, as data.
//!
//! A client that still writes an older `dataschema` is judged by what it means in the newest; the signed bytes
//! stay as they are, and a replay lifts them again. An event without `dataschema` is of the newest version of
//! the rule set that decides it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::act::Act;
use super::reader::{Node, RuleSetError, RuleSetReason};
use crate::event::Event;

/// The lifts of every type, each from one version to the next, in order.
#[derive(Debug, Default)]
pub(crate) struct Upcasts(BTreeMap<String, Vec<Upcast>>);

/// From one version of a type's schema to the next.
#[derive(Debug)]
struct Upcast {
    from: u32,
    at: String,
    remove: Vec<String>,
    rename: BTreeMap<String, String>,
    default: Map<String, Value>,
}

impl Upcasts {
    /// Takes one `[[upcast]]`: `type`, `from`, and `remove`, `rename`, `default` on members of `data`.
    pub(crate) fn take(&mut self, mut node: Node) -> Result<(), RuleSetError> {
        node.rename_by("type");
        let kind = node.need_text("type")?;
        let at = node.at("from");
        let from = node.size("from")?.ok_or_else(|| node.fail("from", RuleSetReason::Missing))?;
        let from = u32::try_from(from).ok().filter(|from| *from > 0).ok_or_else(|| {
            let form = ("versi skema", "a version of the schema");
            node.fail("from", RuleSetReason::Form { value: from.to_string(), form })
        })?;
        let remove = node.texts("remove")?.unwrap_or_default();
        let rename = read_names(&mut node, "rename")?;
        let default = read_values(&mut node, "default")?;
        node.finish()?;
        self.0.entry(kind).or_default().push(Upcast { from, at, remove, rename, default });
        Ok(())
    }

    /// Every step leads to the next or to the version of the acts, none is there twice, and what the last one
    /// gives the acts declare.
    pub(crate) fn check(&mut self, acts: &BTreeMap<String, Vec<Act>>) -> Result<(), RuleSetError> {
        for (kind, steps) in &mut self.0 {
            steps.sort_by_key(|step| step.from);
            let rows = acts.get(kind).map(Vec::as_slice).unwrap_or_default();
            let newest = rows.first().map_or(0, |row| row.schema_version);
            let mut next =
                if rows.iter().all(|row| row.schema_version == newest) { newest } else { 0 };
            for step in steps.iter().rev() {
                if step.from.checked_add(1) != Some(next) {
                    let form =
                        ("satu versi di bawah yang berikutnya", "one version below the next");
                    let reason = RuleSetReason::Form { value: step.from.to_string(), form };
                    return Err(RuleSetError { at: step.at.clone(), reason });
                }
                next = step.from;
            }
            let Some(last) = steps.last() else { continue };
            let declared = |name: &&String| {
                rows.iter().any(|row| row.fields.iter().any(|field| field.name == **name))
            };
            let mut given = last.rename.values().chain(last.default.keys());
            if let Some(name) = given.find(|name| !declared(name)) {
                let reason = RuleSetReason::Undefined { name: name.clone() };
                return Err(RuleSetError { at: last.at.clone(), reason });
            }
        }
        Ok(())
    }

    /// The event in the newest version of its type; as it is where it names no older one that is known.
    pub(crate) fn lift<'a>(&self, event: &'a Event) -> Cow<'a, Event> {
        let Some(version) = event.dataschema else { return Cow::Borrowed(event) };
        let steps = self.0.get(&event.kind).map(Vec::as_slice).unwrap_or_default();
        let Some(first) = steps.iter().position(|step| step.from == version) else {
            return Cow::Borrowed(event);
        };
        let mut lifted = event.clone();
        for step in steps.iter().skip(first) {
            step.apply(&mut lifted.data);
            lifted.dataschema = step.from.checked_add(1);
        }
        Cow::Owned(lifted)
    }

    /// The types that have older versions.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What the step to the newest version gives where an event has none, by type.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        self.0.iter().filter_map(|(kind, steps)| {
            let last = steps.iter().max_by_key(|step| step.from)?;
            Some((kind.as_str(), &last.default))
        })
    }

    /// The versions of a type that are taken besides the newest.
    pub(crate) fn older(&self, kind: &str) -> impl Iterator<Item = u32> {
        self.0.get(kind).into_iter().flatten().map(|step| step.from)
    }
}

impl Upcast {
    /// What is removed goes first, then names change together, then defaults fill what is absent.
    fn apply(&self, data: &mut Map<String, Value>) {
        data.retain(|name, _| !self.remove.contains(name));
        // A member that stands there under both names is not dropped: the old one is unknown in the newest.
        let free = |(_, new): &(&String, &String)| {
            !data.contains_key(*new) || self.rename.contains_key(*new)
        };
        let steps: Vec<_> = self.rename.iter().filter(free).collect();
        let renamed: Vec<_> = steps
            .into_iter()
            .filter_map(|(old, new)| data.remove(old).map(|value| (new.clone(), value)))
            .collect();
        data.extend(renamed);
        for (name, value) in &self.default {
            if !data.contains_key(name) {
                data.insert(name.clone(), value.clone());
            }
        }
    }
}

fn read_names(node: &mut Node, key: &str) -> Result<BTreeMap<String, String>, RuleSetError> {
    let Some(mut table) = node.table(key)? else { return Ok(BTreeMap::new()) };
    let names = table.names();
    names.into_iter().map(|old| table.need_text(&old).map(|new| (old, new))).collect()
}

fn read_values(node: &mut Node, key: &str) -> Result<Map<String, Value>, RuleSetError> {
    let Some(mut table) = node.table(key)? else { return Ok(Map::new()) };
    let mut values = Map::new();
    for name in table.names() {
        let value = table.value(&name).and_then(|value| serde_json::to_value(value).ok());
        let value = value.ok_or_else(|| table.fail(&name, RuleSetReason::Missing))?;
        values.insert(name, value);
    }
    Ok(values)
}
