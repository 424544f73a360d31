//! What the steps have in common: the statement as parsed, when it is proven to have existed, and the evidence of
//! revocation that is its issuers'.

use std::sync::Arc;

use jejak_signer::{Hash, Jws, RevocationEvidence, RevocationEvidenceError, Typ};

use super::evidence::Evidence;
use super::grounds::{self, Grounds};
use super::order::Stamped;
use super::own::OwnPolicy;
use super::policy::VerdictPolicy;
use super::reason::Reason;
use super::renewals::{self, Renewals};
use super::revocation::read;
use super::tokens::{Counted, Token};
use crate::held::Held;
use crate::log::Micros;
use crate::objects::Objects;

/// One verdict in the making.
pub(super) struct Case<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) policy: &'a VerdictPolicy,
    /// The time of who asks, Unix seconds.
    asked_at: i64,
    /// The statement; or why there is none.
    pub(super) jws: Result<Jws, Reason>,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) existence: Existence,
    /// What of signer and rules is proven.
    pub(super) grounds: Grounds,
    /// Lists and responses.
    pub(super) told: Vec<Arc<RevocationEvidence>>,
    /// Lists and responses that are nobody's here, with the reason.
    pub(super) unread: Vec<(Hash, RevocationEvidenceError)>,
}

/// When the signature is proven to have existed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existence {
    /// A token says so.
    Stamped {
        /// `genTime` and accuracy, rounded up to whole Unix seconds: from then on it is certain (RFC 3161, 2.4.2).
        at: i64,
        /// SHA-256 of the token.
        token: Hash,
        /// Name of the time-stamping authority in the policy.
        authority: String,
        /// Size of the stamped tree.
        size: u64,
        /// The token proves by itself no longer, and was renewed in time.
        renewed: bool,
    },
    /// The policy takes the ledger's word.
    LedgerClock {
        /// `recorded_at`, Unix seconds.
        at: i64,
    },
    /// Nothing proves it yet.
    Pending {
        /// `recorded_at`, Unix seconds: the ledger's word, by which the rest is judged meanwhile.
        at: i64,
        /// Why none of the tokens that there may be counts.
        reason: Reason,
    },
}

impl Existence {
    /// The time by which everything is judged, Unix seconds.
    pub fn at(&self) -> i64 {
        match self {
            Self::Stamped { at, .. } | Self::LedgerClock { at } | Self::Pending { at, .. } => *at,
        }
    }

    /// Its name in answers.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stamped { .. } => "stamped",
            Self::LedgerClock { .. } => "ledger-clock",
            Self::Pending { .. } => "pending",
        }
    }

    pub(super) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Stamped { .. } | Self::LedgerClock { .. } => None,
            Self::Pending { reason, .. } => Some(*reason),
        }
    }
}

impl<'a> Case<'a> {
    pub(super) fn of(evidence: &'a Evidence, own: &'a OwnPolicy<'_>, at: i64, held: &Held) -> Self {
        let policy = own.get();
        let jws = match &evidence.statement {
            None => Err(Reason::StatementNotHeld),
            Some(bytes) => {
                Jws::parse(bytes.clone(), Typ::Event).map_err(|_| Reason::StatementMalformed)
            }
        };
        let tokens = tokens(evidence, policy);
        let mut case = Self {
            evidence,
            policy,
            asked_at: at,
            jws,
            existence: Existence::Pending { at: 0, reason: Reason::NoProofOfExistence },
            tokens,
            grounds: Grounds::default(),
            told: Vec::new(),
            unread: Vec::new(),
        };
        case.read_evidence(at, held);
        case.existence = case.existence_at(at);
        // Where the policy takes the ledger's word, or nothing proves a time yet, its word is taken for them as well.
        let proven_by = match case.existence {
            Existence::Stamped { at, .. } => Some(at),
            Existence::LedgerClock { .. } | Existence::Pending { .. } => None,
        };
        case.grounds = Grounds::of(evidence, policy, &case.told, proven_by, at);
        case
    }

    /// The tokens that count, whatever they prove of the event: what a renewal carries on said the same when it was made.
    pub(super) fn times_stamped(&self) -> impl Iterator<Item = Stamped> {
        let there = self.tokens.iter().filter(|token| !token.is_later_than(self.asked_at));
        there.filter_map(|token| token.stamped(&self.told))
    }

    /// `recorded_at` in whole seconds.
    pub(super) fn recorded_at(&self) -> i64 {
        let Micros(micros) = self.evidence.record.recorded_at;
        i64::try_from(micros / 1_000_000).unwrap_or(i64::MAX)
    }

    /// The earliest token that counts, of those that were there at `at`.
    fn existence_at(&self, at: i64) -> Existence {
        let there = self.tokens.iter().filter(|token| !token.is_later_than(at));
        let (told, log_ends_at) = (&self.told, renewals::log_ends_at(self.policy));
        let renewals = Renewals::of(self.evidence, self.policy, at, told);
        let (mut first, mut refused): (Option<Counted>, Option<Reason>) = (None, None);
        for token in there {
            match token.counts(told, &renewals, log_ends_at, at) {
                Ok(counted) if first.as_ref().is_none_or(|first| counted.at < first.at) => {
                    first = Some(counted);
                }
                // That one was not renewed says more than that another is nobody's.
                Err(reason) if refused != Some(Reason::NotRenewed) => refused = Some(reason),
                Ok(_) | Err(_) => {}
            }
        }
        if let Some(first) = first {
            return Existence::Stamped {
                at: first.at,
                token: first.token,
                authority: self.policy.authority_name(first.authority).to_owned(),
                size: first.size,
                renewed: first.renewed,
            };
        }
        let recorded_at = self.recorded_at();
        if recorded_at > at {
            let reason = Reason::AskedBeforeRecorded;
            return Existence::Pending { at: recorded_at, reason };
        }
        if self.policy.clock_suffices {
            return Existence::LedgerClock { at: recorded_at };
        }
        Existence::Pending {
            at: recorded_at,
            reason: refused.unwrap_or(Reason::NoProofOfExistence),
        }
    }

    /// The lists and responses that were there at `at`, each verified with an authority of the signer's chain, of an anchor
    /// or of a token.
    fn read_evidence(&mut self, at: i64, held: &Held) {
        let issuers = issuers(self.evidence, self.policy, &self.tokens);
        let (mut told, mut unread) = (Vec::new(), Vec::new());
        let lists = self.evidence.lists.iter().take(Evidence::LISTS_MAX);
        let responses = self.evidence.responses.iter().take(Evidence::RESPONSES_MAX);
        for der in lists.chain(responses) {
            match read(der, &issuers, held) {
                Ok(one) if made_at(&one) <= at => told.push(one),
                Ok(_) => {}
                Err(reason) => unread.push((Hash::of(der), reason)),
            }
        }
        (self.told, self.unread) = (told, unread);
    }
}

/// Can a verdict on this evidence use the list or response? False where it is about none of its certificates.
pub(super) fn is_about(
    der: &[u8],
    evidence: &Evidence,
    own: &OwnPolicy<'_>,
) -> Result<bool, RevocationEvidenceError> {
    let policy = own.get();
    let tokens = tokens(evidence, policy);
    let issuers = issuers(evidence, policy, &tokens);
    let told = read(der, &issuers, &Held::new(Objects::in_memory()))?;
    let of_grounds = grounds::all(evidence).flat_map(|ground| &ground.chain);
    let own = evidence.chain.iter().chain(of_grounds).map(Vec::as_slice);
    let mut certificates = own.chain(tokens.iter().flat_map(Token::chain));
    Ok(certificates.any(|certificate| told.window_about_der(certificate).is_some()))
}

fn tokens<'a>(evidence: &'a Evidence, policy: &VerdictPolicy) -> Vec<Token<'a>> {
    let stamps = evidence.stamps.iter().take(Evidence::STAMPS_MAX);
    stamps.map(|stamp| Token::of(stamp, evidence, policy)).collect()
}

/// Whose lists and responses count: authorities of the signer's chain, anchors, those behind the tokens, and those of who
/// signed the grounds and the links to later keys of the log.
fn issuers<'a>(
    evidence: &'a Evidence,
    policy: &'a VerdictPolicy,
    tokens: &'a [Token<'_>],
) -> Vec<&'a [u8]> {
    let chain = evidence.chain.iter().skip(1).map(Vec::as_slice);
    let of_tokens = tokens.iter().flat_map(Token::authorities);
    let stamping = policy.authorities().iter().map(jejak_signer::TimestampAuthority::der);
    let known: Vec<_> = chain.chain(policy.anchors()).chain(of_tokens).chain(stamping).collect();
    let above = grounds::authorities(grounds::all(evidence), policy.trust.as_ref());
    let above: Vec<_> = above.into_iter().filter(|der| !known.contains(der)).collect();
    known.into_iter().chain(above.into_iter().take(grounds::AUTHORITIES_MAX)).collect()
}

/// When it was signed, Unix seconds.
pub(super) fn made_at(evidence: &RevocationEvidence) -> i64 {
    match evidence {
        RevocationEvidence::List(list) => list.window().not_before,
        RevocationEvidence::Response(response) => response.produced_at(),
    }
}
