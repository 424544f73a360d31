//! A time-stamping authority made of OpenSSL: its certificates, tokens of any time, and answers of now.

use std::fs;

use jejak_signer::{Hash, TimestampAuthority, TimestampToken, Window};
use jiff::Timestamp;

use crate::office::{Office, P256};

const DATES: (&str, &str) = ("20250101000000Z", "20400101000000Z");
const TSA: &str = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
                   extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n";

pub(crate) struct Tsa(Office);

impl Tsa {
    pub(crate) fn new() -> Self {
        let office = Office::new(P256);
        office.key("tsa", P256);
        office.issue("tsa", "tsa", "root", TSA, DATES, "0ABC");
        let config = "[tsa]\ndefault_tsa=t\n[t]\nserial=tsa.serial\ncrypto_device=builtin\n\
                      signer_cert=tsa.pem\nsigner_key=tsa.key\nsigner_digest=sha256\n\
                      default_policy=1.2.3.4.1\ndigests=sha256,sha512\naccuracy=secs:1\n\
                      ess_cert_id_alg=sha256\n";
        fs::write(office.file("ts.conf"), config).unwrap();
        Self(office)
    }

    /// The root's certificate as PEM.
    pub(crate) fn root_pem(&self) -> String {
        fs::read_to_string(self.0.file("root.pem")).unwrap()
    }

    pub(crate) fn authorities(&self) -> Vec<TimestampAuthority> {
        let always = Window { not_before: i64::MIN, not_after: i64::MAX };
        vec![TimestampAuthority::new(self.0.der("root"), always, Vec::new()).unwrap()]
    }

    /// A token over `stamped` at a time of the test's choice, Unix seconds.
    pub(crate) fn token_at(&self, stamped: &str, at: i64) -> TimestampToken {
        let time = Timestamp::from_second(at).unwrap().strftime("%Y%m%d%H%M%SZ").to_string();
        let info = format!(
            "asn1=SEQUENCE:tst\n[tst]\nv=INTEGER:1\np=OID:1.2.3.4.1\nm=SEQUENCE:imprint\n\
             s=INTEGER:7\nt=GENERALIZEDTIME:{time}\n[imprint]\na=SEQUENCE:hash\n\
             h=FORMAT:HEX,OCTETSTRING:{}\n[hash]\no=OID:SHA256\n",
            Hash::of(stamped.as_bytes())
        );
        fs::write(self.0.file("info.conf"), info).unwrap();
        self.0.run(&["asn1parse", "-genconf", "info.conf", "-noout", "-out", "info.der"]);
        let what = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", "info.der", "-binary"];
        let who = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-md", "sha256", "-cades"];
        let out = ["-nosmimecap", "-nodetach", "-outform", "DER", "-out", "token.der"];
        self.0.run(&[&["cms", "-sign"], &what[..], &who, &out].concat());
        TimestampToken::parse(&fs::read(self.0.file("token.der")).unwrap()).unwrap()
    }

    /// What it answers to a request now: a `TimeStampResp` in DER.
    pub(crate) fn answer(&self, request: &[u8]) -> Vec<u8> {
        fs::write(self.0.file("q.tsq"), request).unwrap();
        self.0.run(&["ts", "-reply", "-config", "ts.conf", "-queryfile", "q.tsq", "-out", "r.tsr"]);
        fs::read(self.0.file("r.tsr")).unwrap()
    }

    /// Whether OpenSSL verifies a token over these bytes under this authority.
    pub(crate) fn verifies(&self, token: &[u8], stamped: &[u8]) -> bool {
        fs::write(self.0.file("t.der"), token).unwrap();
        fs::write(self.0.file("stamped"), stamped).unwrap();
        let what = ["ts", "-verify", "-data", "stamped", "-in", "t.der", "-token_in"];
        self.0.openssl(&[&what[..], &["-CAfile", "root.pem"]].concat()).status.success()
    }
}
