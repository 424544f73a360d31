//! What a finding or a sanction can cite: every rule id of a rule set with the words of its rule, and the rows
//! that stand in a regulation.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::act::Act;
use super::duty::Duty;
use super::refusal::Text;

/// Ids and the words of their rules.
#[derive(Debug, Default)]
pub(crate) struct Cited(BTreeMap<String, Text>);

impl Cited {
    /// Of a whole rule set. Where several have words for an id, those of the act or duty whose rule it is come
    /// first, then those of a field, condition or step; what has none is told by its act.
    pub(crate) fn of<'a>(acts: impl Iterator<Item = &'a Act> + Clone, duties: &'a [Duty]) -> Self {
        let mut cited = Self::default();
        for duty in duties {
            cited.enter(&duty.rule, &duty.wording);
            cited.enter(&duty.row, &duty.wording);
        }
        for act in acts.clone() {
            cited.enter(&act.rule, &act.wording);
            if !act.provision.articles.is_empty() {
                cited.enter(&act.row, &act.wording);
            }
        }
        let rules = acts.flat_map(|act| act.rules().map(move |(rule, words)| (act, rule, words)));
        let (worded, silent): (Vec<_>, Vec<_>) = rules.partition(|(_, _, words)| words.is_some());
        for (act, rule, words) in worded.into_iter().chain(silent) {
            cited.enter(rule, words.unwrap_or(&act.wording));
        }
        cited
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Text> {
        self.0.get(id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The first words stay.
    fn enter(&mut self, id: &str, words: &Text) {
        if let Entry::Vacant(vacant) = self.0.entry(id.to_owned()) {
            vacant.insert(words.clone());
        }
    }
}
