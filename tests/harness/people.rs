//! Who signs in the tests, and who certifies them.

use super::*;

/// Somebody with a key and a certificate.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) agency: String,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) chain: Vec<Vec<u8>>,
}

impl Person {
    pub(crate) fn thumbprint(&self) -> Hash {
        Hash::of(&self.chain[0])
    }

    pub(crate) fn chain_json(&self) -> Value {
        self.chain.iter().map(|der| STANDARD.encode(der)).collect()
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        self.key.algorithm().name()
    }

    /// Signs `event` as a statement.
    pub(crate) fn sign(&self, event: &Value, iat: u64) -> Vec<u8> {
        let payload = serde_json::to_vec(event).unwrap();
        self.sign_bytes(&payload, iat)
    }

    pub(crate) fn sign_bytes(&self, payload: &[u8], iat: u64) -> Vec<u8> {
        sign_jws(&self.key, Typ::Event, self.thumbprint(), Some(iat), payload).unwrap()
    }

    /// Signs any bytes as a payload, also those that our own signing refuses.
    pub(crate) fn sign_anything(&self, payload: &[u8], iat: u64) -> Vec<u8> {
        let statement = self.sign_bytes(b"{}", iat);
        let header = statement.split(|byte| *byte == b'.').next().unwrap();
        let mut input = header.to_vec();
        input.push(b'.');
        input.extend(URL_SAFE_NO_PAD.encode(payload).into_bytes());
        let signature = self.key.sign(&input).unwrap();
        input.push(b'.');
        input.extend(URL_SAFE_NO_PAD.encode(signature).into_bytes());
        input
    }

    /// A proof that this person holds the key of his certificate, for one ledger.
    pub(crate) fn possession(&self, origin: &str) -> String {
        let payload = json!({
            "ledger": origin,
            "agency": self.agency,
            "person": self.id,
            "certificate": self.thumbprint().to_string(),
        });
        let payload = serde_json::to_vec(&payload).unwrap();
        let jws = sign_jws(&self.key, Typ::Possession, self.thumbprint(), None, &payload).unwrap();
        String::from_utf8(jws).unwrap()
    }
}

/// The authority that all certificates of a test come from.
pub(crate) struct Authority {
    pub(super) start_s: u64,
    pub(crate) ca: Arc<DevCa>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::at(START_S)
    }

    pub(crate) fn at(start_s: u64) -> Self {
        let window = Window {
            not_before: seconds(start_s) - 10 * seconds(DAY_S),
            not_after: seconds(start_s) + 3_650 * seconds(DAY_S),
        };
        Self { start_s, ca: Arc::new(DevCa::create("Uji", window, Algorithm::Ed25519).unwrap()) }
    }

    pub(crate) fn person(&self, id: &str, agency: &str) -> Person {
        let window = Window {
            not_before: seconds(self.start_s - DAY_S),
            not_after: seconds(self.start_s + 365 * DAY_S),
        };
        self.person_with(id, agency, Algorithm::Ed25519, window)
    }

    pub(crate) fn person_with(
        &self,
        id: &str,
        agency: &str,
        algorithm: Algorithm,
        window: Window,
    ) -> Person {
        let key = SigningKey::generate(algorithm).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = self.ca.issue(id, agency, key.public_key(), &profile, window).unwrap();
        Person { id: id.to_owned(), agency: agency.to_owned(), key: Arc::new(key), chain }
    }
}
