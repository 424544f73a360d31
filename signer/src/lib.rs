//! Who signed this, and may we believe it?
//!
//! This crate is the first half of the way of an event through Jejak: from bytes off the wire to a
//! statement whose signature is verified. It knows no ledger, no HTTP and no database.
//!
//! # What it is
//!
//! * a strict parser for statements: JWS in compact serialization with a header of four members
//!   ([`Jws`], [`Header`]), and for the JSON inside ([`json`]);
//! * a closed list of algorithms ([`Algorithm`]), keys that are checked when they are read
//!   ([`PublicKey`], [`SigningKey`]), one verdict per signature; private keys in memory, in encrypted
//!   PKCS#8 and PKCS #12 files, and on PKCS#11 tokens ([`TokenUri`]);
//! * certificates, the path from a leaf to an anchor at a given time ([`Certificate`], [`Anchors`],
//!   [`Credential`]), what a ledger trusts beyond that ([`TrustPolicy`]), and what an authority's
//!   revocation list says of one at a given time ([`RevocationList`], [`OcspResponse`]);
//! * time-stamp tokens: that some bytes existed at a time, by the word of somebody else
//!   ([`TimestampRequest`], [`TimestampToken`]);
//! * a development authority for trials and tests ([`devca`]).
//!
//! # What it is not
//!
//! * a JOSE library: no encryption, no JWK, no algorithm that a message may choose;
//! * the judge of who somebody is, of offices or rules: the ledger's events say that;
//! * a clock: every time is an argument.
//!
//! # The flow
//!
//! 1. [`Jws::parse`]: framing, then header. Nothing is trusted yet.
//! 2. [`Verifier::verify`]: certificate known, algorithm as enrolled, signature. The only maker of
//!    [`Verified`].
//! 3. [`json::parse_object`] on the payload of what is verified.
//!
//! Credentials come from [`Credential::admit`], once per enrolment and not per statement.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use jejak_signer::devca::{DevCa, Profile};
//! use jejak_signer::{
//!     Algorithm, Anchors, Credential, Hash, HolderKind, Jws, SigningKey, TrustPolicy, Typ, Verifier,
//!     Window, json, sign_jws,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = 1_764_000_000;
//! let window = Window { not_before: now - 3600, not_after: now + 3600 };
//!
//! // An authority, a key, a certificate for it, and the credential that an enrolment makes of it.
//! let authority = DevCa::create("Uji", window, Algorithm::Ed25519)?;
//! let key = SigningKey::generate(Algorithm::Ed25519)?;
//! let profile = Profile::of_holder(HolderKind::Person);
//! let chain = authority.issue("Pejabat Uji", "Dinas Uji", key.public_key(), &profile, window)?;
//! let anchors = Anchors::new(vec![authority.anchor_der().to_vec()])?;
//! let policy = TrustPolicy::of_anchors(anchors);
//! let credential = Arc::new(Credential::admit(&policy, &chain, HolderKind::Person, now)?);
//!
//! // The holder signs.
//! let iat = u64::try_from(now)?;
//! let thumbprint = Hash::of(&chain[0]);
//! let statement = sign_jws(&key, Typ::Event, thumbprint, Some(iat), br#"{"id":"1"}"#)?;
//!
//! // The ledger verifies.
//! let jws = Jws::parse(statement, Typ::Event)?;
//! let verified = Verifier::new(credential).verify(jws)?;
//! assert_eq!(json::parse_object(verified.jws().payload())?["id"], "1");
//! # Ok(())
//! # }
//! ```

mod algorithm;
mod authority;
mod backend;
mod certificate;
mod curve;
mod description;
pub mod devca;
mod error;
mod fields;
mod hash;
mod hash512;
mod header;
pub mod json;
mod jws;
mod key;
mod ocsp;
mod pkcs11;
mod policy;
mod public_key;
mod revocation;
mod rsa;
mod timestamp;
mod trust;
mod verify;

pub use algorithm::{Algorithm, NotAnAlgorithm};
pub use certificate::{
    Certificate, authority_name, certificate_to_pem, certificates_from_pem, validity,
};
pub use description::Description;
pub use error::{
    CertificateError, FramingError, HeaderError, JsonError, JsonReason, JwsError, KeyError,
    NoStanding, OcspError, Part, PemError, RevocationEvidenceError, RevocationListError, SignError,
    SignatureInvalid, TimestampError, TokenError, TokenUriError, TrustError, VerifyError,
};
pub use hash::{Hash, Hasher, NotAHash};
pub use hash512::{Hash512, Hasher512};
pub use header::{Header, Typ};
pub use jws::{HEADER_BYTES_MAX, Jws, STATEMENT_BYTES_MAX, sign_jws};
pub use key::{
    PASSPHRASE_BYTES_MAX, PBKDF2_ITERATIONS, PBKDF2_ITERATIONS_MAX, PKCS12_BYTES_MAX, Passphrase,
    Pkcs12, SCRYPT_BYTES_MAX, SCRYPT_PARALLEL_MAX, Signer, SigningKey,
};
pub use ocsp::{OCSP_ANSWERS_MAX, OCSP_RESPONSE_BYTES_MAX, OcspResponse, ocsp_request};
pub use pkcs11::{TOKEN_WAIT_MAX, TokenUri};
pub use policy::{
    ALGORITHM_RULES_MAX, ANCHORS_MAX, AlgorithmRule, AnchorRule, HOSTS_MAX, HashRule, IngestWindow,
    OIDS_MAX, PolicyAlgorithm, RevocationRules, Signs, StaleRevocation, TIME_AUTHORITIES_MAX,
    TimeAuthority, TrustPolicy, TrustPolicyError, TrustPolicyPart, TrustPolicyParts, is_dotted_oid,
};
pub use public_key::PublicKey;
pub use revocation::{
    Issued, Issuer, IssuerId, REVOCATION_LIST_BYTES_MAX, Revocation, RevocationEvidence,
    RevocationList, RevocationReason, Standing, is_ocsp_response, revocation_list_from_pem,
    revocation_list_issuer, revocation_list_to_pem,
};
pub use timestamp::{
    Accuracy, GenTime, HashAlgorithm, TIMESTAMP_RESPONSE_BYTES_MAX, TOKEN_BYTES_MAX,
    TOKEN_CERTIFICATES_MAX, Timestamp, TimestampAuthority, TimestampClaim, TimestampRequest,
    TimestampStanding, TimestampToken,
};
pub use trust::{Anchors, CHAIN_CERTIFICATES_MAX, Credential, HolderKind, Window};
pub use verify::{Credentials, Unverified, Verified, Verifier, signed_by};
