//! A duty without an act of its own: no event fulfils it and it is never overdue. It has an id so that a finding
//! or a sanction can cite it.

use super::act::Force;
use super::provision::Provision;
use super::reader::{Node, RuleSetError, RuleSetReason};
use super::refusal::Text;

/// A row of a regulation that demands something of somebody, but names no act.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Duty {
    /// Id of the row in the catalogue of acts: `BKY-103`.
    pub row: String,
    /// Its rule id: `BKY.37.1`.
    pub rule: String,
    /// The verb of the text: a duty, or what is forbidden.
    pub force: Force,
    /// Whom it binds.
    pub who: Text,
    /// What the text says.
    pub wording: Text,
    /// What stands around it.
    pub provision: Provision,
}

impl Duty {
    /// Reads `[[duty]]`.
    pub(crate) fn read(mut node: Node) -> Result<Self, RuleSetError> {
        let row = node.need_rule("row")?;
        node.rename(&row);
        let rule = node.need_rule("rule")?;
        let force = Force::read(&mut node)?;
        if !(force.binds() || force == Force::Not) {
            return Err(node.fail("force", RuleSetReason::NoDuty { force: force.name() }));
        }
        let duty = Self {
            provision: Provision::read(&mut node, &rule, force)?,
            who: node.need_wording("who")?,
            wording: node.need_wording("text")?,
            row,
            rule,
            force,
        };
        // Without an article it would be nobody's law.
        if duty.provision.articles.is_empty() {
            return Err(node.fail("pasal", RuleSetReason::Missing));
        }
        node.finish()?;
        Ok(duty)
    }
}
