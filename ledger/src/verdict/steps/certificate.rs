//! Did the certificate count at that time: path, dates, anchor, revocation by its issuer, enrolment in the ledger?

use jejak_signer::{AnchorRule, Certificate, Credential, Hash, HolderKind, TrustError};

use super::super::case::{Case, Existence};
use super::super::reason::Reason;
use super::super::result::{AWAITED_OF, NEWS_NOT_ASKED, Step, StepName, time};
use super::super::revocation;
use crate::rules::{Field, Thing, is_suspended};
use crate::state::{certificate_subject, signer_subject};

/// State of an enrolment that counts.
const ACTIVE: &str = "active";
/// The holder signs himself, under a certificate of his own.
const DIRECT: &str = "langsung";

pub(in super::super) fn certificate(case: &Case<'_>) -> Step {
    let step = Step::new(StepName::Certificate);
    let jws = match &case.jws {
        Ok(jws) => jws,
        Err(reason) => return step.because(*reason),
    };
    let thumbprint = jws.header().thumbprint;
    let (at, existence) = (case.existence.at(), &case.existence);
    let step = told_existence(step, case, existence).because_of(existence.reason());
    let holder = Holder::of(case, &thumbprint);
    let step = holder.told(step).because_of(holder.reason(case));
    if case.evidence.chain.first().map(|leaf| Hash::of(leaf)) != Some(thumbprint) {
        return step.because(Reason::CertificateNotHeld);
    }
    let (step, anchor) = match path(case, holder.kind(case), at) {
        Ok((credential, anchor)) => {
            let window = credential.window();
            let step = step
                .fact("issuer", credential.certificate().issuer())
                .fact("valid_from", time(window.not_before))
                .fact("valid_until", time(window.not_after));
            (step, anchor)
        }
        Err(error) => {
            let reason = reason_of(case, holder.kind(case), &error);
            (step.because(reason).fact("path_fault", error.code()), None)
        }
    };
    let certified = holder.class() == DIRECT && anchor.is_some_and(|(_, rule)| rule.tersertifikasi);
    let step = step
        .maybe("anchor", anchor.map(|(der, _)| Hash::of(der).to_string()))
        .fact("tersertifikasi", certified);
    revoked(step, case, at)
}

/// What the issuers say.
fn revoked(step: Step, case: &Case<'_>, at: i64) -> Step {
    let asked = case.policy.stale();
    let known = revocation::of_chain(&case.evidence.chain, &case.told, asked, at);
    let step = step
        .because_of(known.reason)
        .maybe(AWAITED_OF, awaited_of(case, known.reason))
        .fact("revocation_settled", known.settled)
        .maybe(NEWS_NOT_ASKED, known.not_asked.map(Reason::code))
        .fact("lists", digests(case, true));
    let responses = digests(case, false);
    let step = step.maybe("responses", (!responses.is_empty()).then_some(responses));
    let step = match known.revocation {
        Some(found) => step
            .fact("revoked_at", time(found.revoked_at))
            .fact("revocation_reason", found.reason.name())
            .maybe("invalid_since", found.invalid_since.map(time)),
        None => step,
    };
    let unread = case.unread.iter().map(|(list, why)| format!("{list}: {why}"));
    let unread: Vec<_> = unread.collect();
    step.maybe("lists_not_accepted", (!unread.is_empty()).then_some(unread))
}

/// Whose list or response would settle it, where one is awaited: the name of who issued the signer's certificate.
fn awaited_of(case: &Case<'_>, reason: Option<Reason>) -> Option<String> {
    reason.filter(|reason| reason.awaits_issuer())?;
    let leaf = Certificate::from_der(case.evidence.chain.first()?.clone()).ok()?;
    Some(leaf.issuer().to_owned())
}

/// The lists, or the responses, that were read.
fn digests(case: &Case<'_>, lists: bool) -> Vec<String> {
    let of_form = case.told.iter().filter(|one| one.list().is_some() == lists);
    of_form.map(|one| one.digest().to_string()).collect()
}

/// When it existed, and by whose word.
fn told_existence(step: Step, case: &Case<'_>, existence: &Existence) -> Step {
    let step = step.fact("at", time(existence.at())).fact("existence", existence.name());
    let step = match existence {
        Existence::Stamped { token, authority, size, renewed, .. } => step
            .fact("token", token.to_string())
            .fact("time_authority", authority.as_str())
            .fact("stamped_size", *size)
            .maybe("renewed", renewed.then_some(true)),
        Existence::LedgerClock { .. } | Existence::Pending { .. } => step,
    };
    let tokens = case.tokens.iter();
    let refused =
        tokens.filter_map(|token| Some(format!("{}: {}", token.sha256, token.fault(&case.told)?)));
    let refused: Vec<_> = refused.collect();
    step.maybe("tokens_not_accepted", (!refused.is_empty()).then_some(refused))
}

/// The credential at the time of the existence, for the algorithm of the statement.
pub(super) fn credential(case: &Case<'_>, kind: HolderKind) -> Result<Credential, TrustError> {
    credential_at(case, kind, case.existence.at())
}

fn credential_at(case: &Case<'_>, kind: HolderKind, at: i64) -> Result<Credential, TrustError> {
    let trust = case.policy.trust.as_ref().ok_or(TrustError::NoAnchor)?;
    let credential = Credential::admit(trust, &case.evidence.chain, kind, at)?;
    let Ok(jws) = &case.jws else { return Ok(credential) };
    let chosen = credential.clone().with_algorithm(jws.header().algorithm);
    Ok(chosen.unwrap_or(credential))
}

type Anchor<'a> = Option<(&'a [u8], &'a AnchorRule)>;

/// The path at a time, and the anchor that it ends in. That the policy does not take the algorithm of the statement
/// is the fault of another step.
fn path<'a>(
    case: &Case<'a>,
    kind: HolderKind,
    at: i64,
) -> Result<(Credential, Anchor<'a>), TrustError> {
    let credential = credential_at(case, kind, at)?;
    let trust = case.policy.trust.as_ref().ok_or(TrustError::NoAnchor)?;
    match trust.anchor_of(&credential, at) {
        Ok(anchor) => Ok((credential, Some(anchor))),
        Err(TrustError::StatementAlgorithm { .. }) => Ok((credential, None)),
        Err(error) => Err(error),
    }
}

/// What a path that does not stand means. The statement names the holder's certificate by its hash, so that what is wrong with
/// that is wrong; those above it are what the file holds, and another file may hold better ones.
fn reason_of(case: &Case<'_>, kind: HolderKind, error: &TrustError) -> Reason {
    let was_valid = || credential_at(case, kind, case.recorded_at()).is_ok();
    match error {
        TrustError::NotValid { not_after, at, .. }
        | TrustError::AnchorNotValid { not_after, at, .. }
            if at > not_after && was_valid() =>
        {
            Reason::CertificateExpiredBeforeProof
        }
        TrustError::NotValid { index: 0, .. } => Reason::CertificateNotValid,
        TrustError::Certificate { index: 0, .. }
        | TrustError::ExtendedKeyUsage { index: 0, .. }
        | TrustError::LeafIsAuthority
        | TrustError::KeyUsageMissing
        | TrustError::LeafSignsForOthers
        | TrustError::NonRepudiationMissing
        | TrustError::DigitalSignatureMissing => Reason::CertificatePathInvalid,
        _ => Reason::NoTrustedPath,
    }
}

/// What the ledger knew of the certificate before the event.
struct Holder<'a> {
    thumbprint: Hash,
    certificate: Option<&'a Thing>,
    signer: Option<&'a Thing>,
}

impl<'a> Holder<'a> {
    fn of(case: &Case<'a>, thumbprint: &Hash) -> Self {
        let things = &case.evidence.before.reads.things;
        let thing = |key: &str| things.get(key).and_then(Option::as_ref);
        let certificate = thing(&certificate_subject(thumbprint));
        let person = certificate.and_then(|thing| thing.text("person"));
        let signer = person.and_then(|person| thing(&signer_subject(person)));
        Self { thumbprint: *thumbprint, certificate, signer }
    }

    /// The first authority is enrolled by the opening itself.
    fn reason(&self, case: &Case<'_>) -> Option<Reason> {
        if case.evidence.record.position.0 == 0 {
            return None;
        }
        if case.grounds.are_contradicted() {
            return Some(Reason::EnrolmentMismatch);
        }
        let key = certificate_subject(&self.thumbprint);
        if !case.evidence.before.reads.things.contains_key(&key) {
            return Some(Reason::EvidenceIncomplete);
        }
        let Some(certificate) = self.certificate else { return Some(Reason::SignerNotEnrolled) };
        if certificate.state != ACTIVE {
            return Some(Reason::SignerRevoked);
        }
        let thumbprint = self.thumbprint.to_string();
        let suspended = self.signer.is_some_and(|signer| is_suspended(signer, &thumbprint));
        suspended.then_some(Reason::SignerSuspended)
    }

    fn class(&self) -> &str {
        self.certificate.and_then(|thing| thing.text("kind")).unwrap_or(DIRECT)
    }

    /// As its enrolment in the log says where that is proven, or else its row. Of a person more is asked: where neither is
    /// there nothing says that he is one.
    fn kind(&self, case: &Case<'_>) -> HolderKind {
        let proven = case.grounds.enrolment.as_ref().map(|found| found.class.as_str());
        match (proven, self.certificate) {
            (Some("sistem"), _) => HolderKind::System,
            (None, None) if case.evidence.record.position.0 > 0 => HolderKind::System,
            (None, Some(_)) if self.class() == "sistem" => HolderKind::System,
            _ => HolderKind::Person,
        }
    }

    fn told(&self, step: Step) -> Step {
        let enrolled_at =
            self.certificate.and_then(|thing| match thing.fields.get("enrolled_at") {
                Some(Field::Integer(position)) => Some(*position),
                _ => None,
            });
        let person = self.certificate.and_then(|thing| thing.text("person"));
        step.fact("class", self.class()).maybe("person", person).maybe("enrolled_at", enrolled_at)
    }
}
