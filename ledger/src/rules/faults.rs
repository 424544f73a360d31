//! The faults of a rule set: all that can be told apart, each with its place, in the order of reading.

use super::reader::{Node, RuleSetError};

/// What is wrong, as it is found.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<RuleSetError>);

impl Faults {
    /// Keeps the fault, or gives the value.
    pub(crate) fn take<T>(&mut self, result: Result<T, RuleSetError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.push(fault);
                None
            }
        }
    }

    /// The same fault is told once, however many acts meet it.
    pub(crate) fn push(&mut self, fault: RuleSetError) {
        if !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    /// Every key that nobody took.
    pub(crate) fn finish(&mut self, node: &Node) {
        node.left().for_each(|fault| self.push(fault));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<RuleSetError> {
        self.0
    }
}
