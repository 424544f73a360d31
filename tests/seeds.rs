//! The seeds of the fuzz targets are what their names say: `refused-...` is refused, every other is accepted. A seed
//! that no longer gets through its parser would leave the target scratching at the surface.

#![expect(clippy::unwrap_used, reason = "a seed that cannot be read fails the test")]

use std::fs;
use std::path::Path;

use jejak_ledger::cursor::{Cursor, SEAL_BYTES};
use jejak_ledger::event::Event;
use jejak_ledger::log::tile::{TilePath, decode_entries};
use jejak_ledger::log::{Checkpoint, Note, Policy, Receipt, Record, Segment, TlogProof};
use jejak_ledger::read_trust_policy;
use jejak_ledger::rules::RuleSet;
use jejak_ledger::verdict::Evidence;
use jejak_signer::{
    Certificate, HashAlgorithm, Jws, OcspResponse, RevocationList, TimestampAuthority,
    TimestampRequest, TimestampToken, TokenUri, Typ, Window,
};

use crate::harness::file;

#[test]
fn the_seeds_of_the_fuzz_targets_are_what_their_names_say() {
    let kinds = [Typ::Event, Typ::Trial, Typ::Possession];
    hold("certificate", |bytes| Certificate::from_der(bytes.to_vec()).is_ok());
    hold("jws", |bytes| kinds.iter().any(|typ| Jws::parse(bytes.to_vec(), *typ).is_ok()));
    hold("event", |bytes| Event::parse(bytes).is_ok());
    hold("record", |bytes| Record::parse(bytes).is_ok());
    hold("receipt", |bytes| Receipt::parse(bytes).is_ok());
    hold("entries", |bytes| decode_entries(bytes).is_ok());
    hold("proof", |bytes| text(bytes).parse::<TlogProof>().is_ok());
    hold("segment", |bytes| text(bytes).parse::<Segment>().is_ok());
    hold("tile_path", |bytes| text(bytes).parse::<TilePath>().is_ok());
    hold("ruleset", |bytes| RuleSet::parse(bytes).is_ok());
    let issuer = fs::read(file("../fuzz/seeds/revocation-list-issuer.der")).unwrap();
    hold("revocation_list", |bytes| RevocationList::verify(bytes, &issuer).is_ok());
    let issuer = fs::read(file("../fuzz/seeds/ocsp-issuer.der")).unwrap();
    hold("ocsp", |bytes| OcspResponse::verify(bytes, &issuer).is_ok());
    let root = fs::read(file("../fuzz/seeds/timestamp-root.der")).unwrap();
    let always = Window { not_before: i64::MIN, not_after: i64::MAX };
    let authorities = [TimestampAuthority::new(root, always, Vec::new()).unwrap()];
    let stamped = b"example.id/jejak/61.07\n1\nroot\n";
    let request = TimestampRequest::new(stamped, HashAlgorithm::Sha256, 77).unwrap();
    hold("timestamp", |bytes| {
        let token = TimestampToken::parse(bytes);
        token.is_ok_and(|token| token.verify(stamped, &authorities).is_ok())
            || request.accept(bytes, &authorities).is_ok()
    });
    hold("evidence", |bytes| Evidence::parse(bytes).is_ok());
    hold("cursor", |bytes| Cursor::parse(text(bytes), |_| [0; SEAL_BYTES]).is_ok());
    hold("policy", |bytes| Policy::parse(text(bytes)).is_ok());
    hold("trust_policy", |bytes| read_trust_policy(bytes).is_ok());
    hold("token_uri", |bytes| text(bytes).parse::<TokenUri>().is_ok());
    hold("checkpoint", |bytes| {
        Note::parse(bytes).is_ok_and(|note| Checkpoint::parse(note.text()).is_ok())
    });
}

fn hold(target: &str, accepts: impl Fn(&[u8]) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let mut seen = 0;
    for seed in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        let refused = seed.file_name().to_string_lossy().starts_with("refused-");
        let accepted = accepts(&fs::read(seed.path()).unwrap());
        assert_ne!(accepted, refused, "{}", seed.path().display());
        seen += 1;
    }
    assert!(seen > 1, "{} holds no seeds", folder.display());
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}
