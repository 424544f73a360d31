//! What holds for every statement and every bytes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::{Arc, LazyLock};

use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{
    Algorithm, Anchors, Credential, HolderKind, Jws, SigningKey, TrustPolicy, Typ, Verifier,
    Window, json, sign_jws,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

const NOW: i64 = 1_800_000_000;

struct Holder {
    key: SigningKey,
    credential: Arc<Credential>,
}

static HOLDERS: LazyLock<[Holder; 5]> = LazyLock::new(|| Algorithm::ALL.map(Holder::new));

impl Holder {
    fn new(algorithm: Algorithm) -> Self {
        let window = Window { not_before: NOW - 1, not_after: NOW + 1 };
        let ca = DevCa::create("Uji", window, Algorithm::Ed25519).unwrap();
        let key = SigningKey::generate(algorithm).unwrap();
        let profile = Profile::of_holder(HolderKind::System);
        let chain = ca.issue("Server", "Dinas", key.public_key(), &profile, window).unwrap();
        let anchors = Anchors::new(vec![ca.anchor_der().to_vec()]).unwrap();
        let anchors = TrustPolicy::of_anchors(anchors);
        let credential = Credential::admit(&anchors, &chain, HolderKind::System, NOW).unwrap();
        let credential = credential.with_algorithm(algorithm).unwrap();
        Self { key, credential: Arc::new(credential) }
    }

    fn sign(&self, payload: &[u8]) -> Vec<u8> {
        let thumbprint = self.credential.thumbprint();
        sign_jws(&self.key, Typ::Event, thumbprint, Some(1_800_000_000), payload).unwrap()
    }

    fn verifies(&self, statement: Vec<u8>) -> bool {
        let Ok(jws) = Jws::parse(statement, Typ::Event) else {
            return false;
        };
        Verifier::new(Arc::clone(&self.credential)).verify(jws).is_ok()
    }
}

/// Objects of allowed values.
fn object() -> impl Strategy<Value = Map<String, Value>> {
    let text = "[ -~\u{a0}-\u{d7ff}\u{10000}-\u{1fffd}]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop::collection::btree_map(text, value, 0..4).prop_map(|m| m.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_signed_statement_always_verifies(object in object(), holder in 0..HOLDERS.len()) {
        let holder = &HOLDERS[holder];
        let payload = serde_json::to_vec(&object).unwrap();
        let statement = holder.sign(&payload);
        let jws = Jws::parse(statement.clone(), Typ::Event).unwrap();
        prop_assert_eq!(jws.bytes(), &statement);
        let verified = Verifier::new(Arc::clone(&holder.credential)).verify(jws).unwrap();
        prop_assert_eq!(json::parse_object(verified.jws().payload()).unwrap(), object);
    }

    #[test]
    fn a_statement_with_a_changed_byte_never_verifies(
        holder in 0..HOLDERS.len(),
        at in any::<prop::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let holder = &HOLDERS[holder];
        let mut statement = holder.sign(br#"{"id":"0190b5a1"}"#);
        let at = at.index(statement.len());
        statement[at] ^= change;
        prop_assert!(!holder.verifies(statement));
    }

    #[test]
    fn a_statement_with_a_byte_more_or_less_never_verifies(
        holder in 0..HOLDERS.len(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let holder = &HOLDERS[holder];
        let statement = holder.sign(br#"{"id":"0190b5a1"}"#);
        let mut longer = statement.clone();
        longer.insert(at.index(statement.len() + 1), byte);
        prop_assert!(!holder.verifies(longer));
        let mut shorter = statement.clone();
        let removed = at.index(statement.len());
        shorter.remove(removed);
        prop_assert!(!holder.verifies(shorter));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Jws::parse(bytes.clone(), Typ::Event);
        let _ = json::parse_object(&bytes);
        let _ = jejak_signer::PublicKey::from_spki_der(&bytes);
        let _ = jejak_signer::Certificate::from_der(bytes);
    }

    #[test]
    fn a_damaged_certificate_is_read_or_refused(
        holder in 0..HOLDERS.len(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut der = HOLDERS[holder].credential.certificate().der().to_vec();
        let at = at.index(der.len());
        der[at] = byte;
        let _ = jejak_signer::Certificate::from_der(der);
    }

    /// What we read, any JSON reader reads alike.
    #[test]
    fn accepted_json_means_the_same_to_others(text in "[{}\\[\\]\":,a0-9.eE\\\\u -]{0,24}") {
        if let Ok(object) = json::parse_object(text.as_bytes()) {
            prop_assert_eq!(Value::Object(object), serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}

#[test]
fn every_single_byte_of_a_statement_counts() {
    for holder in HOLDERS.iter() {
        let statement = holder.sign(br#"{"id":"1"}"#);
        for at in 0..statement.len() {
            let mut changed = statement.clone();
            changed[at] ^= 1;
            assert!(!holder.verifies(changed), "byte {at}");
        }
        assert!(holder.verifies(statement));
    }
}
