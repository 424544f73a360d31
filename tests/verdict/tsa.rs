//! A time-stamping authority of the tests: its certificates come from OpenSSL, its tokens are written here, so that
//! they can be of any time.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use jejak_signer::devca::ListSpec;
use jejak_signer::{Hash, HashAlgorithm, SigningKey, TimeAuthority, TimestampAuthority, Window};
use jiff::Timestamp;
use sha2::{Digest as _, Sha512};

pub(crate) struct Tsa {
    dir: tempfile::TempDir,
    root: Vec<u8>,
    certificate: Vec<u8>,
    key: SigningKey,
}

impl Tsa {
    /// A root, and a signer whose certificate is valid from and until these seconds.
    pub(crate) fn new(from: i64, until: i64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        put("index.txt", "");
        put("index.txt.attr", "unique_subject = no\n");
        put(
            "ca.conf",
            "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\ndefault_md=sha256\nrand_serial=yes\n\
             policy=p\nemail_in_dn=no\n[p]\norganizationName=optional\ncommonName=supplied\n",
        );
        put(
            "root.ext",
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
             subjectKeyIdentifier=hash\n",
        );
        put(
            "tsa.ext",
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
             extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n",
        );
        let long = (from - 1_000 * 86_400, until + 10_000 * 86_400);
        for (name, window) in [("root", long), ("tsa", (from, until))] {
            let key = format!("{name}.key");
            let subject = format!("/O=Uji/CN={name}");
            let request = format!("{name}.csr");
            run(&dir, &["genpkey", "-algorithm", "ED25519", "-out", &key]);
            run(&dir, &["req", "-new", "-key", &key, "-subj", &subject, "-out", &request]);
            let (from, until) = (asn1(window.0), asn1(window.1));
            let issuer: &[&str] = if name == "root" {
                &["-selfsign", "-keyfile", "root.key"]
            } else {
                &["-cert", "root.pem", "-keyfile", "root.key"]
            };
            let (extensions, out) = (format!("{name}.ext"), format!("{name}.pem"));
            let what = ["ca", "-batch", "-notext", "-config", "ca.conf", "-in", &request];
            let how =
                ["-extfile", &extensions, "-startdate", &from, "-enddate", &until, "-out", &out];
            run(&dir, &[&what[..], &how, issuer].concat());
            let der = format!("{name}.der");
            run(&dir, &["x509", "-in", &out, "-outform", "DER", "-out", &der]);
        }
        let read = |name: &str| fs::read(dir.path().join(name)).unwrap();
        let pem = String::from_utf8(read("tsa.key")).unwrap();
        Self {
            root: read("root.der"),
            certificate: read("tsa.der"),
            key: SigningKey::from_pkcs8_pem(&pem).unwrap(),
            dir,
        }
    }

    /// As a trust policy names it.
    pub(crate) fn named(&self) -> TimeAuthority {
        TimeAuthority {
            name: "uji".to_owned(),
            url: "http://127.0.0.1/tsa".to_owned(),
            anchor: self.root.clone(),
            policies: Vec::new(),
            trusted_from: None,
            trusted_until: None,
        }
    }

    /// As the ledger takes its tokens.
    pub(crate) fn authorities(&self) -> Vec<TimestampAuthority> {
        let always = Window { not_before: i64::MIN, not_after: i64::MAX };
        vec![TimestampAuthority::new(self.root.clone(), always, Vec::new()).unwrap()]
    }

    /// A token over these bytes, made at this second, under SHA-256.
    pub(crate) fn token(&self, stamped: &[u8], at: i64) -> Vec<u8> {
        self.token_under(HashAlgorithm::Sha256, stamped, at)
    }

    /// The same under another hash.
    pub(crate) fn token_under(&self, hash: HashAlgorithm, stamped: &[u8], at: i64) -> Vec<u8> {
        self.token_of(hash, stamped, at, None)
    }

    /// A token whose authority says that its clock may be off by so many seconds.
    pub(crate) fn token_off_by(&self, stamped: &[u8], at: i64, accuracy_s: u8) -> Vec<u8> {
        self.token_of(HashAlgorithm::Sha256, stamped, at, Some(accuracy_s))
    }

    fn token_of(
        &self,
        hash: HashAlgorithm,
        stamped: &[u8],
        at: i64,
        accuracy_s: Option<u8>,
    ) -> Vec<u8> {
        let named = if hash == HashAlgorithm::Sha256 { SHA_256 } else { SHA_512 };
        let digest = sequence(&[oid(named), vec![5, 0]]);
        let info = sequence(&[
            tlv(2, &[1]),
            oid(POLICY),
            sequence(&[digest, tlv(4, &hash.digest(stamped))]),
            tlv(2, &[0x0a, 0xbc]),
            tlv(24, asn1(at).as_bytes()),
            // Accuracy (RFC 3161, 2.4.2), whole seconds below 128.
            accuracy_s.map_or_else(Vec::new, |seconds| sequence(&[tlv(2, &[seconds])])),
        ]);
        let signer = self.signer(&info);
        let certificates = tlv(0xa0, &self.certificate);
        let data = sequence(&[
            tlv(2, &[3]),
            set(vec![sequence(&[oid(SHA_512)])]),
            sequence(&[oid(TST_INFO), tlv(0xa0, &tlv(4, &info))]),
            certificates,
            set(vec![signer]),
        ]);
        sequence(&[oid(SIGNED_DATA), tlv(0xa0, &data)])
    }

    /// What the root's responder answers about the signer's certificate when this runs: `V\t` or `R\tdate,reason`.
    pub(crate) fn answer(&self, status: &str) -> Vec<u8> {
        let (state, revoked) = status.split_once('\t').unwrap();
        let serial = run(&self.dir, &["x509", "-in", "tsa.pem", "-noout", "-serial"]);
        let serial = serial.trim().strip_prefix("serial=").unwrap().to_owned();
        let line = format!("{state}\t491231235959Z\t{revoked}\t{serial}\tunknown\t/O=Uji/CN=tsa\n");
        fs::write(self.dir.path().join("ocsp.txt"), line).unwrap();
        let asked = ["-issuer", "root.pem", "-cert", "tsa.pem", "-reqout", "q.der"];
        run(&self.dir, &[&["ocsp"], &asked[..]].concat());
        let data = ["ocsp", "-index", "ocsp.txt", "-CA", "root.pem", "-reqin", "q.der"];
        let by = ["-rsigner", "root.pem", "-rkey", "root.key", "-respout", "r.der", "-ndays", "7"];
        run(&self.dir, &[&data[..], &by].concat());
        fs::read(self.dir.path().join("r.der")).unwrap()
    }

    fn signer(&self, info: &[u8]) -> Vec<u8> {
        let id = sequence(&[tlv(4, Hash::of(&self.certificate).as_bytes())]);
        let attributes = set(vec![
            attribute(CONTENT_TYPE, oid(TST_INFO)),
            attribute(MESSAGE_DIGEST, tlv(4, &Sha512::digest(info))),
            attribute(ESS_V2, sequence(&[sequence(&[id])])),
        ]);
        let mut implicit = attributes.clone();
        implicit[0] = 0xa0;
        sequence(&[
            tlv(2, &[1]),
            self.issuer_and_serial(),
            sequence(&[oid(SHA_512)]),
            implicit,
            sequence(&[oid(ED25519)]),
            tlv(4, &self.key.sign(&attributes).unwrap()),
        ])
    }

    /// OpenSSL knows both.
    fn issuer_and_serial(&self) -> Vec<u8> {
        let serial = run(&self.dir, &["x509", "-in", "tsa.pem", "-noout", "-serial"]);
        let serial = serial.trim().strip_prefix("serial=").unwrap().to_owned();
        let mut number: Vec<u8> = (0..serial.len() / 2)
            .map(|at| u8::from_str_radix(&serial[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        if number[0] & 0x80 != 0 {
            number.insert(0, 0);
        }
        let name = |kind: &[u64], tag, text: &str| {
            set(vec![sequence(&[oid(kind), tlv(tag, text.as_bytes())])])
        };
        // `openssl req` writes names as UTF8String.
        let issuer = sequence(&[name(ORGANIZATION, 12, "Uji"), name(COMMON_NAME, 12, "root")]);
        sequence(&[issuer, tlv(2, &number)])
    }
}

/// A list of nobody, made at `made`.
pub(crate) fn empty_list(made: i64) -> ListSpec {
    let window = Window { not_before: made, not_after: made + 7 * 86_400 };
    ListSpec { window, number: 1, points: Vec::new(), revoked: Vec::new() }
}

fn run(dir: &tempfile::TempDir, arguments: &[&str]) -> String {
    let output = Command::new("openssl").current_dir(dir.path()).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "openssl {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// `YYYYMMDDhhmmssZ`.
fn asn1(at: i64) -> String {
    Timestamp::from_second(at).unwrap().strftime("%Y%m%d%H%M%SZ").to_string()
}

pub(crate) fn written(dir: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap().to_be_bytes();
    let skipped = length.iter().take_while(|byte| **byte == 0).count();
    let mut der = vec![tag];
    if value.len() < 128 {
        der.push(length[3]);
    } else {
        der.push(0x80 | u8::try_from(4 - skipped).unwrap());
        der.extend(&length[skipped..]);
    }
    der.extend(value);
    der
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn set(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    tlv(0x31, &elements.concat())
}

fn attribute(named: &[u64], value: Vec<u8>) -> Vec<u8> {
    sequence(&[oid(named), set(vec![value])])
}

fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut value = vec![u8::try_from(arcs[0] * 40 + arcs[1]).unwrap()];
    for arc in &arcs[2..] {
        let digits: Vec<u64> = (0..5).rev().map(|digit| (arc >> (7 * digit)) & 0x7f).collect();
        let first = digits.iter().position(|digit| *digit != 0).unwrap_or(4);
        for (at, digit) in digits.iter().enumerate().skip(first) {
            value.push(u8::try_from(*digit).unwrap() | if at == 4 { 0 } else { 0x80 });
        }
    }
    tlv(6, &value)
}

const TST_INFO: &[u64] = &[1, 2, 840, 113_549, 1, 9, 16, 1, 4];
const SIGNED_DATA: &[u64] = &[1, 2, 840, 113_549, 1, 7, 2];
const SHA_256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];
const SHA_512: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 3];
const POLICY: &[u64] = &[1, 3, 6, 1, 4, 1, 99_999, 1];
const CONTENT_TYPE: &[u64] = &[1, 2, 840, 113_549, 1, 9, 3];
const MESSAGE_DIGEST: &[u64] = &[1, 2, 840, 113_549, 1, 9, 4];
const ESS_V2: &[u64] = &[1, 2, 840, 113_549, 1, 9, 16, 2, 47];
const ED25519: &[u64] = &[1, 3, 101, 112];
const ORGANIZATION: &[u64] = &[2, 5, 4, 10];
const COMMON_NAME: &[u64] = &[2, 5, 4, 3];
