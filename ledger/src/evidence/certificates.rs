//! The certificates that responders are asked about: those that are enrolled and count, and the authorities above them.

use std::collections::BTreeMap;
use std::ops::Bound;

use jejak_signer::{Hash, Issued};

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
    /// certificate: ask seldom.
    pub(super) fn known_certificates(&self) -> Result<Vec<KnownCertificate>, ReadError> {
        let anchors: Vec<Vec<u8>> = context_at_head(self)?.anchors().map(<[u8]>::to_vec).collect();
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
        anchors: &[Vec<u8>],
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
        // Two anchors may bear one name.
        let issued = anchors.iter().find_map(|anchor| {
            Some((Issued::by_key(&der, anchor).filter(|_| *anchor != der)?, Hash::of(anchor)))
        });
        if let Some((issued, issuer)) = issued {
            let known = KnownCertificate { issued, via, issuer };
            found.entry(known.issued.thumbprint()).or_insert(known);
        }
        Ok(())
    }
}
