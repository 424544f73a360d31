//! The structural acts that plain fields cannot say: opening the ledger, enrolling and revoking
//! certificates, tenures of offices and mandates for them, agencies that end. Everything else about them is in
//! `rulesets/structural-1.toml` and the later versions beside it.

mod agencies;
mod attestation;
mod cited;
mod correction;
mod countersignature;
mod dates;
mod decision;
mod delegation;
mod enrolment;
mod evidence;
mod findings;
mod first;
mod founders;
mod holder;
mod log_keys;
mod marks;
mod opening;
mod party;
mod powers;
mod recorder;
mod revocation;
mod seats;
mod sentences;
mod short;
mod signers;
mod suspension;
mod tenure;
mod voiding;
mod waiting;
mod written;

use jiff::tz::Offset;
use serde_json::Value;

use decision::Ending;

use super::Enrolment;
use super::act::Act;
use super::next::Outlook;
use super::operand::Context;
use super::past::Need;
use super::refusal::{Code, Refusal, Why};
use super::riwayat;
use super::succession::{PREDECESSORS, agency_key};
use super::thing::{Class, Thing};
use crate::event::{Event, SignedAs};
use crate::log::Position;

pub(crate) use cited::in_place_of;
pub(crate) use countersignature::{awaited, signs, wait, waits, waits_by_name};
pub(crate) use dates::{
    DATES, borne_out, check_grounds, check_of_another, check_office_then, day_at_hand, note_dates,
    note_entry,
};
pub(crate) use decision::{annuls, ends};
pub(crate) use evidence::LISTS;
pub(crate) use findings::{FOUND, note_findings};
pub(crate) use first::{FIRST, of_first};
pub(crate) use founders::founders_at_stake;
pub(crate) use log_keys::{LOG_KEYS, log_keys_of};
pub(crate) use marks::{
    CORRECTIONS, MARKS, PENDING, REVOKED as DECISIONS_ENDED, VOIDED, made_remark,
};
pub(crate) use party::{outlook as outlook_of_party, reads as reads_of_party};
pub(crate) use recorder::{check_apart, check_not_of_himself};
pub(crate) use sentences::sentence;
pub(crate) use voiding::{made_again, voids};
pub(crate) use waiting::{WAITS_S, Waiting, waiting_signers};
pub(crate) use written::position_field;

/// A structural act with effects of its own. Versioned like a guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    /// `opening@1`, `opening@2`: the ledger, its agencies, authorities, registrars and services.
    Opening,
    /// `enrolment@1`: a certificate for a person.
    Enrolment,
    /// `revocation@1`: a certificate that counts no longer.
    Revocation,
    /// `appointment@1`: a tenure begins.
    Appointment,
    /// `ending@1`: a tenure ends.
    Ending,
    /// `appointment@2`: a tenure begins, and it is kept what gives it.
    AppointmentWithSource,
    /// `ending@2`: a tenure ends, or a mandate.
    EndingOfEither,
    /// `delegation@1`: a mandate is given.
    Delegation,
    /// `correction@1`: slips of the pen in an earlier event are put right.
    Correction,
    /// `voiding@1`: the newest event of a stream counts no longer.
    Voiding,
    /// `enrolment@2`: a certificate for a person, who may have moved to another agency.
    EnrolmentOrMove,
    /// `suspension@1`: a signer whose certificates do not count for a while.
    Suspension,
    /// `reinstatement@1`: they count again.
    Reinstatement,
    /// `succession@1`: an agency ends, and others stand in its place.
    Succession,
    /// `decision-revoked@1`: a decision ends from a day on.
    DecisionRevoked,
    /// `decision-annulled@1`: a decision counts as never made.
    DecisionAnnulled,
    /// `countersignature@1`: a further signature that an act needs.
    Countersignature,
    /// `evidence@1`: the newest evidence of revocation of an issuer.
    Evidence,
    /// `registrar-appointed@1`: one more who enrols others.
    RegistrarAppointed,
    /// `registrar-removed@1`: one less.
    RegistrarRemoved,
    /// `service-appointed@1`: a system that signs for the ledger itself.
    ServiceAppointed,
    /// `service-removed@1`: it does no longer.
    ServiceRemoved,
    /// `enrolment@3`: a certificate for a person, on the word of one; who renews his own signs with the old one.
    EnrolmentOrRenewal,
    /// `attestation@1`: a certificate on the word of a second one.
    Attestation,
    /// `revocation@2`: a certificate that counts no longer, also by issuer and serial number.
    RevocationNamed,
    /// `log-key-added@1`: one more key that signs the log.
    LogKeyAdded,
    /// `log-key-retired@1`: one less.
    LogKeyRetired,
    /// `authority-replaced@1`: the seat of an authority goes over to another person.
    AuthorityReplaced,
    /// `import@1`: an act from before the ledger. It is judged as the act that it names (`riwayat`).
    Import,
}

/// What stands in the way of a structural act.
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    pub(crate) pointer: &'static str,
    pub(crate) why: Why,
}

/// Makes a thing at the position of the event.
pub(crate) type Fresh<'a> = dyn Fn(Class) -> Thing + 'a;
type Changes = Vec<(String, Thing)>;

/// Structural rule: the opening is the first event (docs/rules.md).
const OPENS_FIRST: &str = "SYS.1.1";

impl Builtin {
    pub(crate) const NAMES: &'static str = "opening@1, enrolment@1, revocation@1, appointment@1, \
         ending@1, appointment@2, ending@2, delegation@1, correction@1, voiding@1, enrolment@2, \
         suspension@1, reinstatement@1, succession@1, decision-revoked@1, decision-annulled@1, \
         countersignature@1, evidence@1, registrar-appointed@1, registrar-removed@1, \
         service-appointed@1, service-removed@1, opening@2, enrolment@3, attestation@1, revocation@2, \
         log-key-added@1, log-key-retired@1, authority-replaced@1, import@1";

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "opening@1" | "opening@2" => Self::Opening,
            "enrolment@1" => Self::Enrolment,
            "revocation@1" => Self::Revocation,
            "appointment@1" => Self::Appointment,
            "ending@1" => Self::Ending,
            "appointment@2" => Self::AppointmentWithSource,
            "ending@2" => Self::EndingOfEither,
            "delegation@1" => Self::Delegation,
            "correction@1" => Self::Correction,
            "voiding@1" => Self::Voiding,
            "enrolment@2" => Self::EnrolmentOrMove,
            "suspension@1" => Self::Suspension,
            "reinstatement@1" => Self::Reinstatement,
            "succession@1" => Self::Succession,
            "decision-revoked@1" => Self::DecisionRevoked,
            "decision-annulled@1" => Self::DecisionAnnulled,
            "countersignature@1" => Self::Countersignature,
            "evidence@1" => Self::Evidence,
            "registrar-appointed@1" => Self::RegistrarAppointed,
            "registrar-removed@1" => Self::RegistrarRemoved,
            "service-appointed@1" => Self::ServiceAppointed,
            "service-removed@1" => Self::ServiceRemoved,
            "enrolment@3" => Self::EnrolmentOrRenewal,
            "attestation@1" => Self::Attestation,
            "revocation@2" => Self::RevocationNamed,
            "log-key-added@1" => Self::LogKeyAdded,
            "log-key-retired@1" => Self::LogKeyRetired,
            "authority-replaced@1" => Self::AuthorityReplaced,
            "import@1" => Self::Import,
            _ => return None,
        })
    }

    /// Does its event speak of an earlier one?
    pub(crate) fn cites(self) -> bool {
        self.need().is_some()
    }

    /// What it needs to know of that one.
    pub(crate) fn need(self) -> Option<Need> {
        Some(match self {
            Self::Correction => Need::Stream,
            Self::Voiding => Need::Newest,
            Self::DecisionRevoked | Self::DecisionAnnulled => Need::All,
            Self::Countersignature => Need::Event,
            _ => return None,
        })
    }

    /// What of its rules is told without asking what has become of that one: who may speak of it, first of all.
    pub(crate) fn hear(self, act: &Act, context: &Context<'_>) -> Result<(), Refusal> {
        match self {
            Self::Correction => correction::hear(context, act).map(drop),
            Self::Voiding => voiding::hear(context, act).map(drop),
            Self::DecisionRevoked | Self::DecisionAnnulled => {
                decision::hear(context, act).map(drop)
            }
            Self::Countersignature => countersignature::hear(context, act).map(drop),
            _ => Ok(()),
        }
    }

    /// Is its event nothing but a remark on another? It can be followed by a voiding of that one. From version 3 what
    /// several have signed is remarked on with the signatures of them all.
    pub(crate) fn is_remark(self) -> bool {
        matches!(self, Self::Correction | Self::Voiding)
    }

    pub(crate) fn reads(self, event: &Event, enrolments: &[Enrolment], keys: &mut Vec<String>) {
        match self {
            Self::Enrolment | Self::EnrolmentOrMove | Self::EnrolmentOrRenewal => {
                let renews = event.data.get("renews").and_then(Value::as_str);
                keys.extend(renews.map(certificate_key));
                for enrolment in enrolments {
                    keys.push(certificate_key(&enrolment.certificate.to_string()));
                    keys.push(public_key_key(enrolment));
                }
            }
            Self::Revocation | Self::RevocationNamed | Self::Attestation => {
                keys.extend(
                    event.data.get("certificate").and_then(Value::as_str).map(certificate_key),
                );
            }
            Self::Succession => agencies::reads(&event.data, keys),
            Self::RegistrarAppointed | Self::ServiceAppointed => powers::reads(event, keys),
            Self::AuthorityReplaced => seats::reads(event, keys),
            Self::Opening
            | Self::Appointment
            | Self::Ending
            | Self::AppointmentWithSource
            | Self::EndingOfEither
            | Self::Delegation
            | Self::Correction
            | Self::Voiding
            | Self::Suspension
            | Self::Reinstatement
            | Self::DecisionRevoked
            | Self::DecisionAnnulled
            | Self::Countersignature
            | Self::RegistrarRemoved
            | Self::ServiceRemoved
            | Self::LogKeyAdded
            | Self::LogKeyRetired
            | Self::Evidence
            | Self::Import => {}
        }
    }

    /// The rules of its own, and what can be said of each before the event is written. Whether its
    /// signer is known says `is_signer_known`.
    pub(crate) fn outlooks(
        self,
        context: &Context<'_>,
        is_signer_known: bool,
    ) -> Vec<(&'static str, Outlook)> {
        match self {
            Self::Opening | Self::Appointment | Self::AppointmentWithSource => Vec::new(),
            Self::Enrolment | Self::EnrolmentOrMove => {
                enrolment::enrolment_outlooks(context, is_signer_known)
            }
            Self::EnrolmentOrRenewal => enrolment::renewal_outlooks(context, is_signer_known),
            Self::Attestation => attestation::outlooks(),
            Self::Revocation | Self::RevocationNamed => {
                revocation::revocation_outlooks(context, is_signer_known)
            }
            Self::Ending => tenure::ending_outlooks(),
            Self::EndingOfEither => tenure::ending_of_either_outlooks(),
            Self::Delegation => delegation::outlooks(),
            Self::Correction => correction::outlooks(context),
            Self::Voiding => voiding::outlooks(context),
            Self::Suspension => suspension::suspension_outlooks(context, is_signer_known),
            Self::Reinstatement => suspension::reinstatement_outlooks(context, is_signer_known),
            Self::Succession => agencies::outlooks(context, is_signer_known),
            Self::DecisionRevoked | Self::DecisionAnnulled => decision::outlooks(context),
            Self::Countersignature => countersignature::outlooks(context),
            Self::Evidence => evidence::outlooks(),
            Self::AuthorityReplaced => seats::outlooks(),
            Self::RegistrarAppointed => powers::outlooks(powers::REGISTRARS.appointing()),
            Self::RegistrarRemoved => powers::removal_outlooks(powers::REGISTRARS, context),
            Self::ServiceAppointed => powers::outlooks(powers::SERVICES.appointing()),
            Self::ServiceRemoved => powers::removal_outlooks(powers::SERVICES, context),
            Self::LogKeyAdded => log_keys::addition_outlooks(),
            Self::LogKeyRetired => log_keys::retirement_outlooks(context),
            Self::Import => riwayat::outlooks(context),
        }
    }

    /// Changes `after` and adds other things to `changes`.
    pub(crate) fn apply(
        self,
        act: &Act,
        context: &Context<'_>,
        enrolments: &[Enrolment],
        after: &mut Thing,
        changes: &mut Changes,
        fresh: &Fresh<'_>,
    ) -> Result<(), Refusal> {
        let done = match self {
            Self::Opening => opening::open(context, enrolments, after, changes, fresh),
            Self::Enrolment => enrolment::enrol(context, enrolments, after, changes, fresh),
            Self::EnrolmentOrRenewal => {
                enrolment::enrol_or_renew(context, enrolments, after, changes, fresh)
            }
            Self::Attestation => attestation::attest(context, after, changes),
            Self::Revocation => revocation::revoke(context, after, changes),
            Self::RevocationNamed => revocation::revoke_named(context, after, changes),
            Self::Appointment => tenure::begin(context, after),
            Self::Ending => tenure::end(context, after),
            Self::AppointmentWithSource => tenure::begin_with_source(context, after),
            Self::EndingOfEither => tenure::end_either(context, after),
            Self::Delegation => delegation::give(context, after),
            Self::Correction => return correction::correct(context, act, after),
            Self::Voiding => return voiding::void(context, act, after, changes),
            Self::EnrolmentOrMove => {
                enrolment::enrol_or_move(context, enrolments, after, changes, fresh)
            }
            Self::Suspension => suspension::suspend(context, after),
            Self::Reinstatement => suspension::reinstate(context, after),
            Self::Succession => agencies::end(context, after, changes),
            Self::Evidence => evidence::record(context, after),
            Self::RegistrarAppointed => {
                powers::appoint(powers::REGISTRARS, context, after, changes)
            }
            Self::RegistrarRemoved => powers::remove(powers::REGISTRARS, context, after),
            Self::AuthorityReplaced => seats::replace(context, after, changes),
            Self::ServiceAppointed => powers::appoint(powers::SERVICES, context, after, changes),
            Self::ServiceRemoved => powers::remove(powers::SERVICES, context, after),
            Self::LogKeyAdded => log_keys::add(context, after),
            Self::LogKeyRetired => log_keys::retire(context, after),
            // It is never judged as itself: what names no act is refused by its content.
            Self::Import => Err(riwayat::unread()),
            Self::DecisionRevoked => {
                return decision::end(Ending::Revoked, context, act, after, changes);
            }
            Self::DecisionAnnulled => {
                return decision::end(Ending::Annulled, context, act, after, changes);
            }
            Self::Countersignature => {
                return countersignature::countersign(context, act, after, changes);
            }
        };
        done.map_err(|broken| broken.into_refusal(act))
    }
}

impl Broken {
    pub(crate) fn into_refusal(self, act: &Act) -> Refusal {
        Refusal::new(Code::RuleRefused, Some(self.rule), self.pointer, self.why)
            .worded(act.wording_of(self.rule))
    }
}

/// Nobody signs for somebody else what founds the ledger, its rules, its agencies, signers and offices:
/// a recorder of such an act would hold every power that he records.
pub(crate) fn check_signed_in_person(act: &Act, event: &Event) -> Result<(), Refusal> {
    if !is_structural(act) || event.signed_as == SignedAs::Official {
        return Ok(());
    }
    let why = Why::NotOneOf { allowed: vec!["pejabat".to_owned()] };
    let rule = Some(act.who_rule());
    Err(Refusal::new(Code::RoleMissing, rule, "/signedas", why).worded(Some(&act.wording)))
}

/// Does the event correct or void another?
pub(crate) fn remarks(event: &Event) -> bool {
    correction::corrects(event) || voids(event)
}

/// Is it one of the acts that nobody records for somebody else?
pub(crate) fn is_structural(act: &Act) -> bool {
    STRUCTURAL.iter().any(|prefix| act.kind.starts_with(prefix))
}

/// What the types of structural events begin with.
const STRUCTURAL: [&str; 7] =
    ["ledger.", "trust.", "ruleset.", "agency.", "signer.", "role.", "event."];

/// `ledger.opened` is the first event, and the first event is `ledger.opened`.
pub(crate) fn check_opening(act: &Act, event: &Event, position: Position) -> Result<(), Refusal> {
    let opens = act.builtin == Some(Builtin::Opening);
    if opens == (position == Position(0)) {
        return Ok(());
    }
    let (state, allowed) = if opens { ("open", Thing::NONE) } else { (Thing::NONE, "open") };
    let why = Why::StateForbids {
        thing: super::role::ledger_key(event),
        state: Some(state.to_owned()),
        allowed: vec![allowed.to_owned()],
    };
    Err(Refusal::new(Code::TransitionForbidden, Some(OPENS_FIRST), "/type", why)
        .worded(act.wording_of(OPENS_FIRST)))
}

/// The zone of a ledger. The four zones of Indonesia have no summer time, so that no table of zones
/// decides anything.
pub(crate) fn zone_of(ledger: Option<&Thing>) -> Offset {
    match ledger.and_then(|ledger| ledger.text("timezone")) {
        Some("Asia/Makassar") => Offset::constant(8),
        Some("Asia/Jayapura") => Offset::constant(9),
        _ => super::admit::ZONE_DEFAULT,
    }
}

/// Does a structural act keep that on streams of the kind, besides what its fields declare?
pub(crate) fn keeps(stream: &str, name: &str) -> bool {
    let own: &[&str] = match stream {
        "ledger" => &["authorities", "registrars", "services", LOG_KEYS],
        "agency" => &["functions", PREDECESSORS],
        "signer" => &[
            "certificates",
            "certificate",
            "agency",
            "kind",
            "algorithm",
            "not_before",
            "not_after",
        ],
        "role" => &["tenures", "delegations", "until"],
        "crl" | "ocsp" => &[LISTS],
        _ => &[],
    };
    own.contains(&name) || MARKS.contains(&name) || [FOUND, PENDING].contains(&name)
}

/// State of a certificate, a key or a signer that counts.
pub(crate) const ACTIVE: &str = "active";
/// State of one that counts no longer.
pub(crate) const REVOKED: &str = "revoked";
/// State of a key that somebody else may know: it counts nowhere, for ever.
pub(crate) const BANNED: &str = "banned";
/// State of one that does not count for a while.
pub(crate) const SUSPENDED: &str = "suspended";

pub(crate) use attestation::{
    attested_certificates, has_attested, is_attested, rests_on_two, unattested,
};
pub(crate) use enrolment::enrolling;
pub(crate) use signers::counting_certificates;
pub use signers::is_suspended;

/// Key of the index thing of a certificate, by its thumbprint in hex. The colon keeps it out of the
/// streams, whose names have none.
pub fn certificate_key(thumbprint: &str) -> String {
    key_of("certificate:", thumbprint)
}

fn public_key_key(enrolment: &Enrolment) -> String {
    key_of("key:", &enrolment.public_key.to_string())
}

fn key_of(prefix: &str, rest: &str) -> String {
    let mut key = String::with_capacity(prefix.len() + rest.len());
    key.push_str(prefix);
    key.push_str(rest);
    key
}

fn text_of(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}
