//! The rule sets of files of evidence, parsed once: to parse one takes longer than everything else that a verdict does, and the
//! files of one ledger hold the same few.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jejak_signer::Hash;

use crate::rules::{RuleSet, RuleSetError};

/// By the hash of the bytes, which says all that a rule set is.
static PARSED: Mutex<BTreeMap<Hash, Arc<RuleSet>>> = Mutex::new(BTreeMap::new());

/// Rule sets that are kept; each takes 2 MiB.
const PARSED_MAX: usize = 8;

/// The rule set of these bytes.
pub(super) fn parsed(source: &[u8]) -> Result<Arc<RuleSet>, RuleSetError> {
    let hash = Hash::of(source);
    let known = || PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(ruleset) = known().get(&hash) {
        return Ok(Arc::clone(ruleset));
    }
    let ruleset = Arc::new(RuleSet::parse(source)?);
    let mut known = known();
    if known.len() >= PARSED_MAX {
        known.clear();
    }
    known.insert(hash, Arc::clone(&ruleset));
    Ok(ruleset)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::rules::BUNDLED;

    #[test]
    fn a_rule_set_is_parsed_once_and_another_one_is_another() {
        let source = BUNDLED.first().unwrap();
        let commented = |number: usize| [source, format!("\n# {number}\n").as_bytes()].concat();
        let first = parsed(&commented(0)).unwrap();
        assert_eq!(first.hash(), Hash::of(&commented(0)));
        assert!(Arc::ptr_eq(&first, &parsed(&commented(0)).unwrap()));
        assert_eq!(parsed(&commented(1)).unwrap().hash(), Hash::of(&commented(1)));
        // However many there are, few are kept.
        for number in 2..2 + 2 * PARSED_MAX {
            assert_eq!(parsed(&commented(number)).unwrap().hash(), Hash::of(&commented(number)));
            let kept = PARSED.lock().unwrap_or_else(PoisonError::into_inner).len();
            assert!(kept <= PARSED_MAX, "{kept}");
        }
        assert!(parsed(b"bukan").is_err());
    }
}
