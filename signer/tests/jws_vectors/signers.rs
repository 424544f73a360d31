//! The published signers, and tokens as they are put together.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jejak_signer::{
    Algorithm, Anchors, Credential, Hash, HolderKind, SigningKey, TrustPolicy,
    certificates_from_pem,
};

/// 2027-01-15T08:00:00Z.
pub(crate) const AT: i64 = 1_800_000_000;

/// One for each algorithm.
pub(crate) struct Signers {
    pub(crate) ed25519: Signer,
    pub(crate) es256: Signer,
    pub(crate) es384: Signer,
    pub(crate) rs256: Signer,
    pub(crate) ps256: Signer,
    pub(crate) anchor: Vec<u8>,
}

pub(crate) struct Signer {
    pub(crate) name: &'static str,
    pub(crate) key: SigningKey,
    pub(crate) pkcs8_pem: String,
    pub(crate) credential: Arc<Credential>,
    kept: Kept,
}

/// Tokens whose signatures come out otherwise each time: those of the file, so that it stays as it
/// is, and those made since.
type Kept = Rc<RefCell<Vec<String>>>;

/// A token in the making.
#[derive(Clone)]
pub(crate) struct Token<'a> {
    signer: &'a Signer,
    header: Vec<u8>,
    payload: Vec<u8>,
}

pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signers {
    /// The signers, with the tokens of the file.
    pub(crate) fn load(kept: Vec<String>) -> Self {
        let [anchor] = certificates_from_pem(&read("anchor.pem")).unwrap().try_into().unwrap();
        let anchors = Anchors::new(vec![Vec::clone(&anchor)]).unwrap();
        let anchors = TrustPolicy::of_anchors(anchors);
        let kept = Kept::new(RefCell::new(kept));
        let load = |name, algorithm| Signer::load(&anchors, name, algorithm, kept.clone());
        Self {
            ed25519: load("ed25519", Algorithm::Ed25519),
            es256: load("es256", Algorithm::Es256),
            es384: load("es384", Algorithm::Es384),
            rs256: load("rs256", Algorithm::Rs256),
            ps256: load("ps256", Algorithm::Ps256),
            anchor,
        }
    }

    pub(crate) fn all(&self) -> [&Signer; 5] {
        [&self.ed25519, &self.es256, &self.es384, &self.rs256, &self.ps256]
    }

    pub(crate) fn credentials(&self) -> Vec<Arc<Credential>> {
        self.all().map(|signer| signer.credential.clone()).to_vec()
    }
}

impl Signer {
    fn load(anchors: &TrustPolicy, name: &'static str, algorithm: Algorithm, kept: Kept) -> Self {
        let chain = certificates_from_pem(&read(&format!("{name}.chain.pem"))).unwrap();
        let credential = Credential::admit(anchors, &chain, HolderKind::Person, AT).unwrap();
        let credential = Arc::new(credential.with_algorithm(algorithm).unwrap());
        let pkcs8_pem = read(&format!("{name}.key.pem"));
        let key = SigningKey::from_pkcs8_pem(&pkcs8_pem).unwrap();
        let key = key.with_algorithm(algorithm).unwrap();
        Self { name, key, pkcs8_pem, credential, kept }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// The first signature of so many over the same input.
    fn sign(&self, input: &str, skip: usize) -> Vec<u8> {
        if matches!(self.algorithm(), Algorithm::Ed25519 | Algorithm::Rs256) {
            return self.key.sign(input.as_bytes()).unwrap();
        }
        let found = self.kept.borrow().iter().filter_map(|token| self.made(token, input)).nth(skip);
        found.unwrap_or_else(|| {
            let signature = self.key.sign(input.as_bytes()).unwrap();
            self.kept.borrow_mut().push(format!("{input}.{}", encode(&signature)));
            signature
        })
    }

    /// The signature of a token, if it is one by this signer over this input.
    fn made(&self, token: &str, input: &str) -> Option<Vec<u8>> {
        let spelled = token.strip_prefix(input)?.strip_prefix('.')?;
        let signature = URL_SAFE_NO_PAD.decode(spelled).ok()?;
        let verdict = self.key.public_key().verify(input.as_bytes(), &signature);
        verdict.is_ok().then_some(signature)
    }

    /// Its certificate and its issuer's.
    pub(crate) fn chain(&self) -> Vec<Vec<u8>> {
        let leaf = self.credential.certificate().der().to_vec();
        let above = self.credential.intermediates().map(<[u8]>::to_vec);
        std::iter::once(leaf).chain(above).collect()
    }

    pub(crate) fn x5t(&self) -> String {
        encode(self.credential.thumbprint())
    }

    /// `"alg":...,"typ":...,"x5t#S256":...,"iat":...` without the braces.
    pub(crate) fn members(&self) -> String {
        let (alg, x5t) = (self.algorithm(), self.x5t());
        format!(r#""alg":"{alg}","typ":"jejak-event+jws","x5t#S256":"{x5t}","iat":{AT}"#)
    }

    /// A correct token over a small payload: 39 bytes, so that its spelling has no unused bits.
    pub(crate) fn token(&self) -> Token<'_> {
        let header = format!("{{{}}}", self.members()).into_bytes();
        Token {
            signer: self,
            header,
            payload: br#"{"id":"123","data":{"a":[1,true,null]}}"#.to_vec(),
        }
    }
}

impl Token<'_> {
    pub(crate) fn header(mut self, header: impl Into<Vec<u8>>) -> Self {
        self.header = header.into();
        self
    }

    pub(crate) fn payload(mut self, payload: impl Into<Vec<u8>>) -> Self {
        self.payload = payload.into();
        self
    }

    pub(crate) fn signing_input(&self) -> String {
        format!("{}.{}", encode(&self.header), encode(&self.payload))
    }

    pub(crate) fn signature(&self) -> Vec<u8> {
        self.signer.sign(&self.signing_input(), 0)
    }

    /// Another correct signature, where there is one.
    pub(crate) fn second_signature(&self) -> Vec<u8> {
        self.signer.sign(&self.signing_input(), 1)
    }

    /// The token with a correct signature.
    pub(crate) fn sign(&self) -> String {
        self.with_signature(&self.signature())
    }

    pub(crate) fn with_signature(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.signing_input(), encode(signature))
    }

    /// Header, payload and signature as spelled, to be spelled otherwise.
    pub(crate) fn parts(&self) -> [String; 3] {
        [encode(&self.header), encode(&self.payload), encode(self.signature())]
    }

    /// A token whose signing input is not what its parts would give: signed as it stands.
    pub(crate) fn sign_text(&self, signing_input: &str) -> String {
        let signature = self.signer.sign(signing_input, 0);
        format!("{signing_input}.{}", encode(signature))
    }
}

/// A certificate that nobody has enrolled.
pub(crate) fn stranger() -> String {
    encode(Hash::of(b"a certificate that nobody has enrolled"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(vectors().join("signers").join(name)).unwrap()
}
