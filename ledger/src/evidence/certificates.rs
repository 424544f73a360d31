//! The certificates that responders are asked about: those that are enrolled and count, and the authorities above them.

use std::collections::BTreeMap;
use std::ops::Bound;

use jejak_signer::{Hash, Issued, Issuer};

use super::issuers::{ACTIVE, CERTIFICATE, ROWS, above};
use crate::rules::Thing;
use crate::store::{Direction, Table, codec, keys};
use crate::view::{ReadError, View};
use crate::walk::context_at_head;

/// Certificates that are known at once; what lies beyond is asked about nowhere, and lists cover it.
const CERTIFICATES_MAX: usize = 65_536;

/// A certificate about which responses may be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCertificate {
    /// The certificate, as its issuer's evidence speaks of it.
    pub issued: Issued,
    /// The enrolled certificate in whose chain it stands: itself, or one below it.
    pub via: Hash,
    /// SHA-256 of its issuer's certificate.
    pub issuer: Hash,
}

impl View {
    /// The certificates that are enrolled and count, with the authorities above them but for anchors. Reads every enrolled
    /// certificate: ask seldom. Which anchor signed one that was known `before` is not verified again.
    pub(super) fn known_certificates(
        &self,
        before: &[KnownCertificate],
    ) -> Result<Vec<KnownCertificate>, ReadError> {
        let context = context_at_head(self)?;
        let anchors = Anchors::of(context.anchors(), before);
        let mut found: BTreeMap<Hash, KnownCertificate> = BTreeMap::new();
        let (mut from, to) = keys::starting_with(CERTIFICATE.as_bytes());
        loop {
            let rows = self.scan(Table::Thing, &(from, to.clone()), Direction::Forward, ROWS)?;
            for (key, value) in &rows {
                let thing: Thing = codec::decode(value).map_err(|_| ReadError::Corrupt)?;
                let via =
                    std::str::from_utf8(key).ok().and_then(|key| key.strip_prefix(CERTIFICATE));
                let via: Option<Hash> = via.and_then(|hex| hex.parse().ok());
                let (Some(via), Some(above)) = (via, above(&thing)) else {
                    return Err(ReadError::Corrupt);
                };
                if thing.state != ACTIVE || thing.position.0 >= self.size() {
                    continue;
                }
                self.enter_chain(&mut found, via, &above, &anchors)?;
                if found.len() >= CERTIFICATES_MAX {
                    return Ok(found.into_values().collect());
                }
            }
            match rows.last() {
                Some((last, _)) if rows.len() == ROWS => from = Bound::Excluded(last.clone()),
                _ => return Ok(found.into_values().collect()),
            }
        }
    }

    /// Enters each certificate of a chain, below the next one in it or the anchor that signed it.
    fn enter_chain(
        &self,
        found: &mut BTreeMap<Hash, KnownCertificate>,
        via: Hash,
        above: &[Hash],
        anchors: &Anchors<'_>,
    ) -> Result<(), ReadError> {
        let object = |hash: &Hash| self.held.object(hash).map_err(|_| ReadError::Corrupt);
        let Some(mut der) = object(&via)? else { return Ok(()) };
        for hash in above {
            let Some(issuer) = object(hash)? else { return Ok(()) };
            if let Some(issued) = Issued::under(&der, &issuer) {
                let known = KnownCertificate { issued, via, issuer: *hash };
                found.entry(known.issued.thumbprint()).or_insert(known);
            }
            der = issuer;
        }
        if found.contains_key(&Hash::of(&der)) {
            return Ok(());
        }
        if let Some((issued, issuer)) = anchors.who_issued(&der) {
            let known = KnownCertificate { issued, via, issuer };
            found.entry(known.issued.thumbprint()).or_insert(known);
        }
        Ok(())
    }
}

/// The anchors, each read once, and what is known of who issued what: a signature stays what it is.
struct Anchors<'a> {
    /// By the SHA-256 of their certificates, in their order.
    issuers: Vec<(Hash, Issuer)>,
    /// By thumbprint.
    before: BTreeMap<Hash, &'a KnownCertificate>,
}

impl<'a> Anchors<'a> {
    fn of<'d>(ders: impl Iterator<Item = &'d [u8]>, before: &'a [KnownCertificate]) -> Self {
        let issuers = ders.filter_map(|der| Some((Hash::of(der), Issuer::of(der).ok()?)));
        let issuers: Vec<_> = issuers.collect();
        let is_anchor =
            |known: &&KnownCertificate| issuers.iter().any(|(anchor, _)| *anchor == known.issuer);
        let before = before.iter().filter(is_anchor);
        let before = before.map(|known| (known.issued.thumbprint(), known)).collect();
        Self { issuers, before }
    }

    /// The first anchor whose key signed the certificate: two may bear one name.
    fn who_issued(&self, der: &[u8]) -> Option<(Issued, Hash)> {
        let thumbprint = Hash::of(der);
        if let Some(known) = self.before.get(&thumbprint) {
            return Some((known.issued.clone(), known.issuer));
        }
        let mut others = self.issuers.iter().filter(|(anchor, _)| *anchor != thumbprint);
        others.find_map(|(anchor, issuer)| Some((issuer.issued(der).ok()?, *anchor)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jejak_signer::devca::{DevCa, Profile};
    use jejak_signer::{Algorithm, HolderKind, SigningKey, Window};

    use super::*;

    const VALID: Window = Window { not_before: 1_700_000_000, not_after: 1_900_000_000 };

    fn authority() -> DevCa {
        DevCa::create("Uji", VALID, Algorithm::Ed25519).unwrap()
    }

    fn enrolled(by: &DevCa) -> Vec<u8> {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        by.issue("p", "dinkes", key.public_key(), &profile, VALID).unwrap().swap_remove(0)
    }

    /// Whoever issued the holder's certificate stands above it, in a chain or as an anchor.
    fn issuing(ca: &DevCa) -> Vec<u8> {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue("p", "dinkes", key.public_key(), &profile, VALID).unwrap();
        chain.get(1).cloned().unwrap_or_else(|| ca.anchor_der().to_vec())
    }

    #[test]
    fn of_two_anchors_of_one_name_the_one_issued_it_whose_key_signed() {
        let (one, other) = (authority(), authority());
        let anchors = [issuing(&other), issuing(&one)];
        let known = Anchors::of(anchors.iter().map(Vec::as_slice), &[]);
        let der = enrolled(&one);
        let (found, by) = known.who_issued(&der).unwrap();
        assert_eq!((found.thumbprint(), by), (Hash::of(&der), Hash::of(&issuing(&one))));
        assert_eq!(known.who_issued(&enrolled(&authority())), None);
    }

    /// What was found before is taken as it was found, while its anchor is one.
    #[test]
    fn a_signature_that_was_verified_before_is_not_verified_again() {
        let (one, other) = (authority(), authority());
        let der = enrolled(&one);
        let of = |ca: &DevCa| Hash::of(&issuing(ca));
        let issued = Issuer::of(&issuing(&one)).unwrap().issued(&der).unwrap();
        // Under another's name, so that it shows whether anybody looks again.
        let before = [KnownCertificate { issued, via: Hash::of(&der), issuer: of(&other) }];
        let found = |anchors: &[&DevCa]| {
            let ders: Vec<Vec<u8>> = anchors.iter().map(|ca| issuing(ca)).collect();
            let known = Anchors::of(ders.iter().map(Vec::as_slice), &before);
            known.who_issued(&der).map(|(_, issuer)| issuer)
        };
        assert_eq!(found(&[&one, &other]), Some(of(&other)));
        assert_eq!(found(&[&one]), Some(of(&one)));
        assert_eq!(found(&[]), None);
    }
}
