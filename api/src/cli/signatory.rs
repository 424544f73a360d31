//! Who signs on this machine: `--key` and `--cert`, checked against each other before anything is signed.

use std::path::Path;

use anyhow::{Context as _, Result};
use jejak_signer::{Algorithm, Hash, Jws, SigningKey, Typ, sign_jws};

use super::exit::Stop;
use super::files;

/// A key with the certificate that it is enrolled under.
pub(crate) struct Signatory {
    key: SigningKey,
    thumbprint: Hash,
}

impl Signatory {
    pub(crate) fn load(key: &Path, cert: &Path, alg: Option<Algorithm>) -> Result<Self> {
        let named = || format!("kunci (key) {}", key.display());
        let signing = files::signing_key(key)?;
        let signing = match alg {
            Some(alg) => signing.with_algorithm(alg).with_context(named)?,
            None => signing,
        };
        let certificate = files::leaf(&files::chain(cert)?)?;
        if certificate.public_key().spki_der() != signing.public_key().spki_der() {
            let indonesian = format!("sertifikat {} bukan untuk kunci ini", cert.display());
            return Err(Stop::usage(indonesian, "the certificate is not for this key").into());
        }
        Ok(Self { key: signing, thumbprint: certificate.thumbprint() })
    }

    /// A statement of any kind. What a ledger would not even parse is not handed out.
    pub(crate) fn statement(&self, typ: Typ, iat: Option<u64>, payload: &[u8]) -> Result<Vec<u8>> {
        let statement = sign_jws(&self.key, typ, self.thumbprint, iat, payload)?;
        Ok(Jws::parse(statement, typ)?.into_bytes())
    }
}
