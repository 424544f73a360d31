//! Until when hash algorithms prove anything: of time stamps, and of the log itself.

use super::error::TrustPolicyError;
use crate::timestamp::HashAlgorithm;

/// The end of a hash algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashRule {
    /// The algorithm.
    pub algorithm: HashAlgorithm,
    /// First second at which it proves nothing by itself any more, Unix time: what rests on it must have been renewed
    /// before.
    pub until: i64,
}

/// Checks the rules themselves.
pub(super) fn check_all(rules: &[HashRule]) -> Result<(), TrustPolicyError> {
    for (index, rule) in rules.iter().enumerate() {
        if rules.iter().take(index).any(|earlier| earlier.algorithm == rule.algorithm) {
            let reason = Box::new(TrustPolicyError::Twice);
            return Err(TrustPolicyError::Hash { rule: index.saturating_add(1), reason });
        }
    }
    Ok(())
}
