//! Certificates that OpenSSL issues, for times and uses of any kind, in a directory of their own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// `openssl genpkey` arguments.
pub(crate) type Kind = &'static [&'static str];

pub(crate) const P256: Kind = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
pub(crate) const P384: Kind = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
pub(crate) const RSA: Kind = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
pub(crate) const ED25519: Kind = &["-algorithm", "ED25519"];

/// What the certificate of an authority says.
pub(crate) const CA: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                      subjectKeyIdentifier=hash\n";

/// A root that is valid from 2020 to 2040, and what it issues.
pub(crate) struct Office {
    dir: tempfile::TempDir,
}

impl Office {
    pub(crate) fn new(root: Kind) -> Self {
        let office = Self { dir: tempfile::tempdir().unwrap() };
        fs::write(office.file("index.txt"), "").unwrap();
        fs::write(office.file("index.txt.attr"), "unique_subject = no\n").unwrap();
        let config = "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\n\
                      default_md=sha256\npolicy=p\nemail_in_dn=no\n[p]\ncountryName=optional\n\
                      organizationName=optional\ncommonName=supplied\n";
        fs::write(office.file("ca.conf"), config).unwrap();
        office.key("root", root);
        let dates = ("20200101000000Z", "20400101000000Z");
        office.issue("root", "root", "root", CA, dates, "01");
        office
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn key(&self, name: &str, kind: Kind) {
        let out = format!("{name}.key");
        self.run(&[&["genpkey", "-out", &out], kind].concat());
        let digest = if kind == P384 { "sha384" } else { "sha256" };
        fs::write(self.file(&format!("{name}.md")), digest).unwrap();
    }

    /// A certificate in DER over a key that is there, by an issuer that is there; `NAME.pem` stays.
    pub(crate) fn issue(
        &self,
        name: &str,
        key: &str,
        issuer: &str,
        extensions: &str,
        (from, until): (&str, &str),
        serial: &str,
    ) -> Vec<u8> {
        // The same number may be given twice here.
        fs::write(self.file("index.txt"), "").unwrap();
        fs::write(self.file("serial"), format!("{serial}\n")).unwrap();
        fs::write(self.file("x.ext"), extensions).unwrap();
        let subject = format!("/C=ID/O=Uji/CN={key}");
        let key = format!("{key}.key");
        self.run(&["req", "-new", "-key", &key, "-subj", &subject, "-out", "x.csr"]);
        let (out, own) = (format!("{name}.pem"), name == issuer);
        let (issuer_pem, issuer_key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let by: &[&str] = if own { &["-selfsign"] } else { &["-cert", &issuer_pem] };
        let digest = fs::read_to_string(self.file(&format!("{issuer}.md"))).unwrap();
        let base = ["ca", "-batch", "-notext", "-config", "ca.conf", "-in", "x.csr", "-out", &out];
        let more = ["-keyfile", &issuer_key, "-startdate", from, "-enddate", until];
        let rest = ["-md", &digest, "-extfile", "x.ext"];
        self.run(&[&base[..], &more, &rest, by].concat());
        self.der(name)
    }

    /// A certificate that is there, in DER.
    pub(crate) fn der(&self, name: &str) -> Vec<u8> {
        let text = fs::read_to_string(self.file(&format!("{name}.pem"))).unwrap();
        jejak_signer::certificates_from_pem(&text).unwrap().remove(0)
    }

    /// OpenSSL did it.
    pub(crate) fn run(&self, arguments: &[&str]) {
        let output = self.openssl(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "openssl {arguments:?}: {said}");
    }

    pub(crate) fn openssl(&self, arguments: &[&str]) -> Output {
        Command::new("openssl").current_dir(self.dir.path()).args(arguments).output().unwrap()
    }
}
