//! What one anchor is trusted for.

use super::OIDS_MAX;
use super::error::{self, TrustPolicyError, TrustPolicyPart};
use crate::authority::purposes_allow;
use crate::error::TrustError;
use crate::fields::{CLIENT_AUTH, DOCUMENT_SIGNING, EMAIL_PROTECTION, Fields};

/// What an anchor is trusted for, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorRule {
    /// First second at which it is trusted, Unix time; from the beginning where there is none.
    pub trusted_from: Option<i64>,
    /// First second at which it is no longer trusted; without end where there is none.
    pub trusted_until: Option<i64>,
    /// Whether signatures under it are certified (*tersertifikasi*) in the sense of PP 71/2019 article 60.
    pub tersertifikasi: bool,
    /// The certificate policies of which one must hold for the whole path, dotted; any or none where the list is empty.
    pub policies: Vec<String>,
    /// The extended key usages of which a certificate that has any must have one, dotted.
    pub purposes: Vec<String>,
    /// How long a holder's certificate may be valid, in seconds.
    pub lifetime_max_s: Option<i64>,
}

impl Default for AnchorRule {
    /// Trusted without end for signing messages and documents, under any certificate policy.
    fn default() -> Self {
        Self {
            trusted_from: None,
            trusted_until: None,
            tersertifikasi: false,
            policies: Vec::new(),
            purposes: PURPOSES.map(str::to_owned).to_vec(),
            lifetime_max_s: None,
        }
    }
}

impl AnchorRule {
    /// Whether the anchor is trusted at a time in Unix seconds.
    pub fn is_trusted_at(&self, at: i64) -> bool {
        self.trusted_from.is_none_or(|from| from <= at)
            && self.trusted_until.is_none_or(|until| at < until)
    }

    /// Everything that the anchor asks of a path below it at a time: leaf first, the anchor not among them.
    pub(crate) fn check(&self, below: &[&Fields], at: i64) -> Result<(), TrustError> {
        if !self.is_trusted_at(at) {
            let (from, until) = (self.trusted_from, self.trusted_until);
            return Err(TrustError::AnchorNotTrusted { from, until, at });
        }
        for (index, fields) in below.iter().enumerate() {
            if !purposes_allow(fields, &self.purposes) {
                let found = fields.extended_key_usage.clone().unwrap_or_default();
                return Err(TrustError::ExtendedKeyUsage { index, found });
            }
        }
        self.check_policies(below)?;
        self.check_lifetime(below)
    }

    /// One policy of the list holds for the whole path: the leaf names it, and every intermediate names it or any
    /// (RFC 5280, 6.1, with the list as the initial set, an explicit policy required, and no mapping).
    pub(crate) fn check_policies(&self, below: &[&Fields]) -> Result<(), TrustError> {
        if self.policies.is_empty() {
            // What nobody allows nobody has understood: a critical extension is to refuse then (RFC 5280, 4.2).
            if below.iter().any(|fields| fields.policies_critical) {
                return Err(TrustError::Path(webpki::Error::UnsupportedCriticalExtension));
            }
            return Ok(());
        }
        let Some((leaf, above)) = below.split_first() else { return Ok(()) };
        let mut allowed: Vec<&String> =
            self.policies.iter().filter(|policy| leaf.policies.contains(policy)).collect();
        let refused = |index: usize, fields: &Fields| {
            Err(TrustError::PolicyNotAllowed { index, found: fields.policies.clone() })
        };
        if allowed.is_empty() {
            return refused(0, leaf);
        }
        for (index, fields) in (1..).zip(above) {
            if !fields.policies.iter().any(|policy| policy == ANY_POLICY) {
                allowed.retain(|policy| fields.policies.contains(policy));
            }
            if allowed.is_empty() {
                return refused(index, fields);
            }
        }
        Ok(())
    }

    fn check_lifetime(&self, below: &[&Fields]) -> Result<(), TrustError> {
        let (Some(leaf), Some(max_s)) = (below.first(), self.lifetime_max_s) else { return Ok(()) };
        // The last second is included (RFC 5280, 4.1.2.5).
        let lifetime_s = leaf.not_after.saturating_sub(leaf.not_before).saturating_add(1);
        if lifetime_s > max_s {
            return Err(TrustError::LifetimeTooLong { lifetime_s, max_s });
        }
        Ok(())
    }

    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<TrustPolicyError> {
        let mut faults = Vec::new();
        for list in [&self.policies, &self.purposes] {
            faults.extend(error::bound(TrustPolicyPart::Oids, list.len(), OIDS_MAX).err());
        }
        let oids = self.policies.iter().chain(&self.purposes).filter(|oid| !is_dotted_oid(oid));
        faults.extend(oids.map(|text| TrustPolicyError::NotAnOid { text: text.clone() }));
        if self.policies.iter().any(|policy| policy == ANY_POLICY) {
            faults.push(TrustPolicyError::AnyPolicy);
        }
        if self.purposes.is_empty() {
            faults.push(TrustPolicyError::NoPurpose);
        }
        faults.extend(error::period(self.trusted_from, self.trusted_until).err());
        if self.lifetime_max_s.is_some_and(|max_s| !(1..=LIFETIME_S_MAX).contains(&max_s)) {
            faults.push(TrustPolicyError::Lifetime);
        }
        faults
    }
}

/// Checks the rules of all anchors, and that none stands twice.
pub(super) fn check_all(anchors: &[(Vec<u8>, AnchorRule)]) -> Result<(), TrustPolicyError> {
    for (number, (der, rule)) in (1..).zip(anchors) {
        let failed = |reason| TrustPolicyError::Anchor { anchor: number, reason: Box::new(reason) };
        error::none_of(rule.faults()).map_err(failed)?;
        if anchors.iter().take(number - 1).any(|(earlier, _)| earlier == der) {
            return Err(failed(TrustPolicyError::Twice));
        }
    }
    Ok(())
}

/// An object identifier as people write it: at least two numbers with dots between them, at most 128 characters.
pub fn is_dotted_oid(text: &str) -> bool {
    let is_number = |arc: &str| {
        !arc.is_empty()
            && arc.len() <= 39
            && arc.bytes().all(|byte| byte.is_ascii_digit())
            && (arc == "0" || !arc.starts_with('0'))
    };
    let mut arcs = text.split('.');
    let first = arcs.next().is_some_and(|arc| ["0", "1", "2"].contains(&arc));
    text.len() <= 128 && text.contains('.') && first && arcs.all(is_number)
}

/// What an anchor is trusted for where nothing else is said: e-mail, client authentication, documents.
pub(crate) const PURPOSES: [&str; 3] = [EMAIL_PROTECTION, CLIENT_AUTH, DOCUMENT_SIGNING];
/// RFC 5280, 4.2.1.4. As a member of an allow-list it would mean no list at all.
const ANY_POLICY: &str = "2.5.29.32.0";
/// A hundred years.
const LIFETIME_S_MAX: i64 = 36_525 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_identifiers_are_numbers_with_dots() {
        for good in ["2.16.360.1.1.1.12.3", "1.3.6.1.5.5.7.3.4", "0.0", "2.5.29.32.0"] {
            assert!(is_dotted_oid(good), "{good}");
        }
        let long = format!("1{}", ".1".repeat(64));
        for bad in ["", "1", "3.1", "1.", ".1", "1..2", "1.02", "1.a", "1.2 ", "1.-2", &long] {
            assert!(!is_dotted_oid(bad), "{bad}");
        }
    }
}
