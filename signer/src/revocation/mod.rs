//! Was this certificate revoked at that time? Evidence is a certificate revocation list (RFC 5280, 5),
//! verified once against its issuer and then asked about any time: what was signed before a revocation
//! stands, what was signed after it does not.

mod evidence;
mod issued;
mod issuer;
mod list;
mod scope;

pub use evidence::{RevocationEvidence, is_ocsp_response};
pub use issued::{Issued, IssuerId};
pub use issuer::Issuer;
pub use list::{
    REVOCATION_LIST_BYTES_MAX, RevocationList, revocation_list_from_pem, revocation_list_issuer,
    revocation_list_to_pem,
};

/// What a list says of one certificate at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was not revoked.
    NotRevoked {
        /// The list was made at or after that time: no later list can say otherwise, but for a
        /// compromise that is found out to be older.
        settled: bool,
        /// It was revoked after that time.
        later: Option<Revocation>,
    },
    /// It was revoked.
    Revoked(Revocation),
    /// It was suspended (`certificateHold`): whether it comes back, a later list says.
    OnHold(Revocation),
}

/// When and why a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// `revocationDate`, Unix seconds: when the authority revoked it.
    pub revoked_at: i64,
    /// `reasonCode`; unspecified where the list names none.
    pub reason: RevocationReason,
    /// `invalidityDate`, Unix seconds: since when the key was not its holder's alone (RFC 5280, 5.3.2).
    pub invalid_since: Option<i64>,
}

/// `CRLReason` (RFC 5280, 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevocationReason {
    /// No reason given.
    Unspecified,
    /// The key is, or may be, in other hands.
    KeyCompromise,
    /// The authority's key is.
    CaCompromise,
    /// The holder's name or place changed.
    AffiliationChanged,
    /// Another certificate replaces it.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// Suspended.
    CertificateHold,
    /// Off hold; only in delta lists, which are not read.
    RemoveFromCrl,
    /// A privilege was taken away.
    PrivilegeWithdrawn,
    /// The attribute authority's key is in other hands.
    AaCompromise,
}

impl Revocation {
    /// From when on the certificate does not count: the earlier of the two dates.
    pub fn since(&self) -> i64 {
        self.invalid_since.map_or(self.revoked_at, |invalid| invalid.min(self.revoked_at))
    }

    /// The key was in other hands: what bears its signature may be somebody else's.
    pub fn is_compromise(&self) -> bool {
        use RevocationReason::{AaCompromise, CaCompromise, KeyCompromise};
        matches!(self.reason, KeyCompromise | CaCompromise | AaCompromise)
    }
}

impl RevocationReason {
    /// The name in RFC 5280: `keyCompromise`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }
}

impl From<webpki::RevocationReason> for RevocationReason {
    fn from(reason: webpki::RevocationReason) -> Self {
        use webpki::RevocationReason as Webpki;
        match reason {
            Webpki::Unspecified => Self::Unspecified,
            Webpki::KeyCompromise => Self::KeyCompromise,
            Webpki::CaCompromise => Self::CaCompromise,
            Webpki::AffiliationChanged => Self::AffiliationChanged,
            Webpki::Superseded => Self::Superseded,
            Webpki::CessationOfOperation => Self::CessationOfOperation,
            Webpki::CertificateHold => Self::CertificateHold,
            Webpki::RemoveFromCrl => Self::RemoveFromCrl,
            Webpki::PrivilegeWithdrawn => Self::PrivilegeWithdrawn,
            Webpki::AaCompromise => Self::AaCompromise,
        }
    }
}
