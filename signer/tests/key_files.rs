//! Private keys in encrypted files: PKCS#8 and PKCS #12, held against OpenSSL in both directions.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jejak_signer::devca::{DevCa, Profile};
use jejak_signer::{
    Algorithm, HolderKind, KeyError, PKCS12_BYTES_MAX, Passphrase, Pkcs12, SigningKey, Window,
    certificate_to_pem, certificates_from_pem,
};

const SECRET: &str = "kunci rahasia \u{e9}";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

/// A directory with what OpenSSL reads and writes; the passphrase is in `pass`.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("pass", SECRET);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// What OpenSSL prints; it fails where OpenSSL does.
    fn openssl(&self, arguments: &str) -> String {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(self.0.path()).stderr(Stdio::piped());
        let done = command.output().unwrap();
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    }
}

fn is_same(one: &SigningKey, other: &SigningKey) {
    assert_eq!(one.public_key(), other.public_key());
    let signature = other.sign(b"message").unwrap();
    one.public_key().verify(b"message", &signature).unwrap();
}

#[test]
fn keys_that_openssl_encrypted_open_with_their_passphrase_and_with_no_other() {
    let place = Place::new();
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256] {
        let key = SigningKey::generate(algorithm).unwrap();
        place.write("key.pem", &key.to_pkcs8_pem().unwrap());
        for scheme in [
            "-scrypt",
            "-v2 aes-256-cbc -v2prf hmacWithSHA256",
            "-v2 aes-128-cbc -v2prf hmacWithSHA512 -iter 600000",
        ] {
            let command = "pkcs8 -topk8 -in key.pem -passout file:pass";
            let pem = place.openssl(&format!("{command} {scheme}"));
            let opened = SigningKey::from_encrypted_pem(&pem, &passphrase(SECRET)).unwrap();
            is_same(&key, &opened);
            let wrong = SigningKey::from_encrypted_pem(&pem, &passphrase("kunci rahasia"));
            assert_eq!(wrong.unwrap_err(), KeyError::WrongPassphrase, "{scheme}");
            assert_eq!(SigningKey::from_pkcs8_pem(&pem).unwrap_err(), KeyError::Encrypted);
        }
    }
}

#[test]
fn openssl_opens_keys_that_we_encrypted() {
    let place = Place::new();
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let pem = key.to_encrypted_pem(&passphrase(SECRET)).unwrap();
        place.write("ours.pem", &pem);
        let read = place.openssl("pkcs8 -in ours.pem -passin file:pass");
        is_same(
            &key,
            &SigningKey::from_pkcs8_pem(&read).unwrap().with_algorithm(algorithm).unwrap(),
        );
        let again = SigningKey::from_encrypted_pem(&pem, &passphrase(SECRET)).unwrap();
        is_same(&key, &again.with_algorithm(algorithm).unwrap());
        let parsed = place.openssl("asn1parse -in ours.pem");
        for part in ["PBES2", "PBKDF2", ":0927C0", "hmacWithSHA256", "aes-256-cbc"] {
            assert!(parsed.contains(part), "600000 rounds are 0x927C0: {part} in {parsed}");
        }
    }
}

#[test]
fn the_same_key_is_never_encrypted_to_the_same_bytes() {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let encrypted = || key.to_encrypted_pem(&passphrase(SECRET)).unwrap();
    assert_ne!(*encrypted(), *encrypted());
}

#[test]
fn what_is_cut_off_changed_or_not_encrypted_is_refused() {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let open = |pem: &str| SigningKey::from_encrypted_pem(pem, &passphrase(SECRET)).unwrap_err();
    let plain = key.to_pkcs8_pem().unwrap();
    let label = "PRIVATE KEY".to_owned();
    assert_eq!(open(&plain), KeyError::WrongPemLabel { label });
    assert_eq!(open(""), KeyError::NotPem);

    let pem = key.to_encrypted_pem(&passphrase(SECRET)).unwrap();
    let der = pem::parse(&*pem).unwrap().into_contents();
    let of = |der: &[u8]| pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", der));
    for length in 0..der.len() {
        let refused = open(&of(&der[..length]));
        assert!(matches!(refused, KeyError::MalformedPrivateKey | KeyError::NotPem), "{length}");
    }
    let mut changed = der.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(open(&of(&changed)), KeyError::WrongPassphrase);
}

/// PBKDF2 with 10,000,001 rounds, scrypt over 2 GiB, and scrypt five times over: each one above its bound.
#[test]
fn a_key_that_would_cost_too_much_is_refused_before_anything_is_derived() {
    let open = |der: &[u8]| {
        let pem = pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", der));
        SigningKey::from_encrypted_pem(&pem, &passphrase(SECRET)).unwrap_err()
    };
    for (log_n, r, p) in [(21, 8, 1), (14, 8, 5), (40, 1, 1)] {
        assert_eq!(open(&scrypt(log_n, r, p)), KeyError::DerivationTooCostly, "{log_n} {r} {p}");
    }
    // At the bound of p it is derived, and the passphrase is wrong.
    assert_eq!(open(&scrypt(14, 8, 4)), KeyError::WrongPassphrase);

    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let ours = key.to_encrypted_pem(&passphrase(SECRET)).unwrap();
    let der = pem::parse(&*ours).unwrap().into_contents();
    let rounds = [2, 3, 0x09, 0x27, 0xc0];
    let at = der.windows(5).position(|window| window == rounds).unwrap();
    let with = |rounds: [u8; 3]| {
        let mut der = der.clone();
        der[at + 2..at + 5].copy_from_slice(&rounds);
        der
    };
    assert_eq!(open(&with([0x1f, 0xff, 0xff])), KeyError::WrongPassphrase, "2,097,151 rounds");
    // 10,000,001 takes a fourth byte: the lengths around it grow by one.
    let mut der = with([0x98, 0x96, 0x81]);
    der[at + 1] = 4;
    der.insert(at + 2, 0);
    assert_eq!(open(&grown(&der, at)), KeyError::DerivationTooCostly);
}

#[test]
fn schemes_from_before_pbes2_are_refused_by_name() {
    let place = Place::new();
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    place.write("key.pem", &key.to_pkcs8_pem().unwrap());
    for (scheme, oid) in
        [("-v1 PBE-SHA1-3DES", "1.2.840.113549.1.12.1.3"), ("-v2 des3", "1.2.840.113549.3.7")]
    {
        let pem = place.openssl(&format!("pkcs8 -topk8 -in key.pem -passout file:pass {scheme}"));
        let refused = SigningKey::from_encrypted_pem(&pem, &passphrase(SECRET)).unwrap_err();
        assert!(
            matches!(&refused, KeyError::EncryptionNotAccepted { oid: found } if found == oid)
                || refused == KeyError::MalformedPrivateKey,
            "{scheme}: {refused:?}"
        );
    }
}

/// What a certification authority hands out: a key, its certificate and the intermediate's.
struct Official {
    place: Place,
    key: SigningKey,
    chain: Vec<Vec<u8>>,
}

impl Official {
    fn new(algorithm: Algorithm) -> Self {
        let place = Place::new();
        let window = Window { not_before: 1_767_000_000, not_after: 1_900_000_000 };
        let ca = DevCa::create("PSrE Uji", window, algorithm).unwrap();
        let key = SigningKey::generate(algorithm).unwrap();
        let profile = Profile::of_holder(HolderKind::Person);
        let chain = ca.issue("Pejabat", "Dinas", key.public_key(), &profile, window).unwrap();
        place.write("key.pem", &key.to_pkcs8_pem().unwrap());
        place.write("leaf.pem", &certificate_to_pem(&chain[0]));
        // The intermediate, and the anchor, which is not part of a chain.
        let above = chain[1..].iter().map(|der| certificate_to_pem(der)).collect::<String>();
        place.write("above.pem", &(above + &certificate_to_pem(ca.anchor_der())));
        Self { place, key, chain }
    }

    fn export(&self, options: &str) -> Vec<u8> {
        let export = "pkcs12 -export -inkey key.pem -in leaf.pem -certfile above.pem -out out.p12";
        self.place.openssl(&format!("{export} -passout file:pass {options}"));
        fs::read(self.place.path("out.p12")).unwrap()
    }
}

/// As authorities made them until 2021, and as OpenSSL 3 and Windows make them now.
const KINDS: [&str; 4] = [
    "-legacy -certpbe PBE-SHA1-RC2-40 -keypbe PBE-SHA1-3DES -macalg sha1",
    "-legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -iter 2048",
    "-certpbe AES-256-CBC -keypbe AES-256-CBC -macalg sha256",
    "-certpbe AES-256-CBC -keypbe AES-256-CBC -macalg sha256 -nomac",
];

#[test]
fn pkcs12_files_old_and_new_give_key_and_chain() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let official = Official::new(algorithm);
        for kind in KINDS {
            let file = official.export(kind);
            let opened = Pkcs12::open(&file, &passphrase(SECRET)).unwrap();
            is_same(&official.key, &opened.key);
            assert_eq!(opened.chain, official.chain, "{kind}");
            let wrong = Pkcs12::open(&file, &passphrase("salah")).unwrap_err();
            assert_eq!(wrong, KeyError::WrongPassphrase, "{kind}");
        }
    }
}

#[test]
fn a_pkcs12_file_that_is_cut_off_or_of_something_else_is_refused() {
    let official = Official::new(Algorithm::Es256);
    let refusal = |file: &[u8]| Pkcs12::open(file, &passphrase(SECRET)).unwrap_err();
    let file = official.export(KINDS[2]);
    for length in [0, 1, 20, file.len() / 2, file.len() - 1] {
        assert_eq!(refusal(&file[..length]), KeyError::NotPkcs12, "{length}");
    }
    let pem = fs::read(official.place.path("leaf.pem")).unwrap();
    assert_eq!(refusal(&pem), KeyError::NotPkcs12);
    let bytes_max = PKCS12_BYTES_MAX;
    assert_eq!(refusal(&vec![0; bytes_max + 1]), KeyError::Pkcs12TooLong { bytes_max });

    let place = &official.place;
    place.openssl("pkcs12 -export -nokeys -in above.pem -out certs.p12 -passout file:pass");
    let certificates = fs::read(place.path("certs.p12")).unwrap();
    assert_eq!(refusal(&certificates), KeyError::Pkcs12Keys { keys: 0 });
    place.openssl("pkcs12 -export -nocerts -inkey key.pem -out key.p12 -passout file:pass");
    let key = fs::read(place.path("key.p12")).unwrap();
    assert_eq!(refusal(&key), KeyError::Pkcs12NoCertificate);
}

#[test]
fn a_pkcs12_file_that_would_cost_too_much_is_refused() {
    let official = Official::new(Algorithm::Es256);
    let file = official.export(&format!("{} -iter 1000001", KINDS[2]));
    let refused = Pkcs12::open(&file, &passphrase(SECRET)).unwrap_err();
    assert_eq!(refused, KeyError::DerivationTooCostly);
}

#[test]
fn the_chain_of_a_file_is_what_its_certificates_say_whatever_their_order() {
    let official = Official::new(Algorithm::Es256);
    let text = |name| fs::read_to_string(official.place.path(name)).unwrap();
    let mut above = certificates_from_pem(&text("above.pem")).unwrap();
    above.reverse();
    let reversed: String = above.iter().map(|der| certificate_to_pem(der)).collect();
    official.place.write("above.pem", &reversed);
    let opened = Pkcs12::open(&official.export(KINDS[2]), &passphrase(SECRET)).unwrap();
    assert_eq!(opened.chain, official.chain);
}

/// `EncryptedPrivateKeyInfo` with scrypt over N = 2^`log_n` and 48 bytes of nothing.
fn scrypt(log_n: u32, r: u8, p: u8) -> Vec<u8> {
    let n = {
        let bytes = (1_u64 << log_n).to_be_bytes();
        let first = bytes.iter().position(|byte| *byte != 0).unwrap();
        let digits = &bytes[first..];
        let sign: &[u8] = if digits[0] & 0x80 == 0 { &[] } else { &[0] };
        [sign, digits].concat()
    };
    let parameters = [tlv(4, &[1; 16]), tlv(2, &n), tlv(2, &[r]), tlv(2, &[p])].concat();
    let kdf = [tlv(6, &[43, 6, 1, 4, 1, 0xda, 0x47, 4, 11]), tlv(0x30, &parameters)].concat();
    let cipher = [tlv(6, &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42]), tlv(4, &[2; 16])].concat();
    let pbes2 = [tlv(0x30, &kdf), tlv(0x30, &cipher)].concat();
    let scheme = [tlv(6, &[42, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 13]), tlv(0x30, &pbes2)].concat();
    tlv(0x30, &[tlv(0x30, &scheme), tlv(4, &[3; 48])].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    let head = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
    [head, content.to_vec()].concat()
}

/// `der` after one byte was put in at `at`: every SEQUENCE around it gets one longer.
fn grown(der: &[u8], at: usize) -> Vec<u8> {
    fn within(der: &mut [u8], from: usize, at: usize) {
        let mut from = from;
        while from < at {
            let (head, length) = match der[from + 1] {
                0x81 => (3, usize::from(der[from + 2])),
                length => (2, usize::from(length)),
            };
            if der[from] == 0x30 && at <= from + head + length {
                let place = from + head - 1;
                der[place] += 1;
                return within(der, from + head, at);
            }
            from += head + length;
        }
    }
    let mut der = der.to_vec();
    within(&mut der, 0, at);
    der
}

#[test]
fn the_tests_own_der_is_what_openssl_reads() {
    let place = Place::new();
    fs::write(place.path("scrypt.der"), scrypt(14, 8, 1)).unwrap();
    let parsed = place.openssl("asn1parse -inform DER -in scrypt.der");
    for part in ["PBES2", "scrypt", "aes-256-cbc", ":4000"] {
        assert!(parsed.contains(part), "{parsed}");
    }
    assert!(Path::new(&place.path("pass")).is_file());
}
