//! Kept values by name. Copies of a thing share them until one of them changes: what an act leaves as it was, most of it
//! and every document in it, is not copied when the act is decided.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::thing::Field;

/// The kept fields of a thing, or of a value in it, by name; stored as a plain map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Arc<BTreeMap<String, Field>>);

impl Fields {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Deref for Fields {
    type Target = BTreeMap<String, Field>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Whoever changes them has them for himself from then on.
impl DerefMut for Fields {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl FromIterator<(String, Field)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Field)>>(fields: I) -> Self {
        Self(Arc::new(fields.into_iter().collect()))
    }
}

impl<const N: usize> From<[(String, Field); N]> for Fields {
    fn from(fields: [(String, Field); N]) -> Self {
        fields.into_iter().collect()
    }
}

impl IntoIterator for Fields {
    type Item = (String, Field);
    type IntoIter = btree_map::IntoIter<String, Field>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = (&'a String, &'a Field);
    type IntoIter = btree_map::Iter<'a, String, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(decoder: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(decoder).map(|fields| Self(Arc::new(fields)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_its_values_until_one_of_both_changes() {
        let document = Fields::from([("name".to_owned(), Field::from("a"))]);
        let first = Fields::from([("letter".to_owned(), Field::Map(document))]);
        let mut second = first.clone();
        assert!(Arc::ptr_eq(&first.0, &second.0));
        second.insert("title".to_owned(), Field::from("b"));
        assert_eq!(first.len(), 1, "what was copied stays as it was");
        let letter = |fields: &Fields| match fields.get("letter") {
            Some(Field::Map(letter)) => Some(Arc::clone(&letter.0)),
            _ => None,
        };
        assert!(letter(&first).zip(letter(&second)).is_some_and(|(a, b)| Arc::ptr_eq(&a, &b)));
    }
}
