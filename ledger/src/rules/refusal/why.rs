//! What can stand in the way of an event, as states of the world.

use super::Text;
use crate::evaluation::Difference;
use crate::event::Mandate;
use crate::log::Position;

/// What stands in the way, as a state of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The rule set has no such event type.
    TypeUnknown {
        /// The type.
        kind: String,
    },
    /// The subject does not follow the type's pattern.
    SubjectNotOfPattern {
        /// The pattern: `subdomain/{fqdn:fqdn}`.
        pattern: String,
    },
    /// The event names a version of the schema that the rule set does not have.
    SchemaVersionUnknown {
        /// The version in force.
        newest: u32,
    },
    /// A required field is not there.
    FieldMissing,
    /// No such field is defined.
    FieldUnknown,
    /// The value is not of the field's kind.
    FieldNotOfKind {
        /// The kind in words, Indonesian and English.
        kind: (&'static str, &'static str),
    },
    /// The value is too long, or has too many members.
    TooLong {
        /// The limit.
        max: usize,
    },
    /// Fewer would be left than a list of the ledger must have.
    TooFewLeft {
        /// The list: `registrars`.
        list: &'static str,
        /// So many must be left.
        min: usize,
    },
    /// The value lies outside its range.
    OutOfRange,
    /// The value is not in the closed list.
    NotOneOf {
        /// The list.
        allowed: Vec<String>,
    },
    /// The value is a name below none of the domains.
    NotBelow {
        /// The domains.
        domains: Vec<String>,
    },
    /// The list lacks some of the values.
    NotAllOf {
        /// The values.
        all_of: Vec<String>,
    },
    /// The place is that of another thing.
    SamePlace {
        /// How the rule set names the place of the other.
        other: String,
    },
    /// A document of this kind is required.
    DocumentMissing {
        /// The kind.
        kind: String,
    },
    /// A national identity number (NIK) stands in clear.
    NationalIdentityNumber,
    /// A name has a character that nobody sees.
    Unseen {
        /// Its code point: `U+200B`.
        character: String,
    },
    /// A day or a time is out of all sense.
    OutOfTime {
        /// The first day.
        from: String,
        /// The last day, or the last moment.
        until: String,
    },
    /// The event gives the document of this digest another size elsewhere.
    SizeContradicted {
        /// Where.
        elsewhere: String,
        /// Which.
        size: u64,
    },
    /// The rule asks for an office and the event names none.
    OfficeRequired {
        /// The offices that the rule accepts; empty where any headship does.
        offices: Vec<String>,
    },
    /// The person does not hold that office on that day, or not under that mandate.
    OfficeNotHeld {
        /// The office.
        office: String,
        /// The person.
        person: String,
        /// The day on which it is judged.
        day: String,
    },
    /// The person holds an office that the rule excludes.
    OfficeHeld {
        /// The office.
        office: String,
        /// The person.
        person: String,
        /// The day on which it is judged.
        day: String,
    },
    /// Nobody gave him that mandate, or it does not run on that day.
    MandateNotGiven {
        /// The office.
        office: String,
        /// The person.
        person: String,
        /// In whose place.
        mandate: Mandate,
        /// The day on which it is judged.
        day: String,
    },
    /// The mandate is for other acts.
    MandateOfOtherActs {
        /// The office.
        office: String,
        /// The event type.
        kind: String,
    },
    /// He who gave the mandate no longer holds the office.
    MandateLapsed {
        /// The office.
        office: String,
        /// The holder who gave it.
        holder: String,
        /// The day on which it is judged.
        day: String,
    },
    /// `mandateref` does not name what gives the mandate.
    MandateReference {
        /// Where the event that gives it stands.
        position: Option<i64>,
    },
    /// A mandate is passed on once, as u.b. below an a.n. mandate.
    MandatePassedOn,
    /// The tenure or mandate is not his to end.
    MandateNotYours {
        /// Who may.
        entitled: Vec<String>,
    },
    /// The office is not that of a recorder.
    NotARecorder {
        /// The office.
        office: String,
    },
    /// Such an act is not brought in from before the ledger.
    NotBroughtIn {
        /// Its type.
        kind: String,
    },
    /// What is brought in was before the opening of the ledger.
    NotBeforeTheLedger {
        /// The day of the opening, where it is known.
        opened: Option<String>,
    },
    /// The stream knows something of the ledger's own time already.
    KnownOtherwise {
        /// The stream.
        thing: String,
    },
    /// What a recorder records is his own decision.
    DecisionOfRecorder {
        /// The recorder, who is the decider.
        person: String,
    },
    /// What a recorder records is done to himself or to his agency, or ends what was.
    RecorderIsParty {
        /// The person or agency to whom it is done.
        party: String,
    },
    /// Who ends what was done is one to whom, or to whose agency, it is done.
    ActorIsParty {
        /// The agency to which it is done.
        party: String,
    },
    /// An office of another agency than his own, and no headship of it, in an act whose row does not name it.
    OfficeElsewhere {
        /// The office.
        office: String,
        /// Its agency.
        agency: String,
    },
    /// An act, or a decision that is recorded, is dated before what it rests on.
    DecidedBefore {
        /// The stream that it rests on.
        thing: String,
        /// The day since when that stands; none where not everybody may read it.
        since: Option<String>,
    },
    /// A revocation counts from a day before the decision.
    RevokedBefore {
        /// The day of the decision.
        decided: String,
    },
    /// The signatory's agency stands in no register.
    AgencyUnknown {
        /// The agency.
        agency: String,
    },
    /// A recorder of another agency than the decider's, of an act that rests on what the agency is.
    RecorderElsewhere {
        /// The agency of the recorder.
        agency: String,
        /// The agency of the decider.
        decider: String,
    },
    /// The agency was merged into others or dissolved.
    AgencyEnded {
        /// The agency.
        agency: String,
        /// Its last day.
        last_day: String,
        /// The agencies that stand in its place.
        successors: Vec<String>,
    },
    /// All the agencies that are named are the one that acts.
    NoOtherAgency {
        /// That agency.
        agency: String,
    },
    /// The agency that is kept there has not ended, or another stands in its place.
    AgencyStands {
        /// Where it is kept.
        operand: String,
    },
    /// The agency that is kept there has ended, and nobody stands in its place.
    AgencyOrphaned {
        /// Where it is kept.
        operand: String,
    },
    /// He has certificates for another agency, which must be revoked first.
    SignsForAnotherAgency {
        /// The agency.
        agency: String,
    },
    /// None of the actors whom the rule names signed.
    ActorNotEntitled {
        /// The actors and who they are: `DINAS (agency with the function kominfo)`.
        entitled: Vec<Text>,
    },
    /// The stream is in another state.
    StateForbids {
        /// The thing.
        thing: String,
        /// Its state; none where not everybody may read it.
        state: Option<String>,
        /// The states in which the act is possible.
        allowed: Vec<String>,
    },
    /// The stream is in a state in which the act is not possible.
    StateExcluded {
        /// The thing.
        thing: String,
        /// Its state; none where not everybody may read it.
        state: Option<String>,
        /// The states in which the act is not possible.
        excluded: Vec<String>,
    },
    /// A value does not stand to another as the rule demands.
    ComparisonFails {
        /// The value, and what it is: `data.year (2025)`.
        left: String,
        /// How it must stand to the other: `==`, `>=`.
        is: &'static str,
        /// The other.
        right: String,
    },
    /// A value that must be there is not.
    ValueMissing {
        /// How the rule set names it: `this.plan`.
        operand: String,
    },
    /// A value is there that must not be.
    ValuePresent {
        /// How the rule set names it.
        operand: String,
    },
    /// The value is not one of those that the rule admits.
    ValueNotOneOf {
        /// How the rule set names it.
        operand: String,
        /// The values.
        allowed: Vec<String>,
    },
    /// The value is one that the rule excludes.
    ValueExcluded {
        /// How the rule set names it.
        operand: String,
        /// The values.
        excluded: Vec<String>,
    },
    /// Too few or too many members.
    CountOutside {
        /// How the rule set names the list.
        operand: String,
        /// Fewest.
        at_least: usize,
        /// Most, where there is a limit.
        at_most: Option<usize>,
    },
    /// A data class above another.
    ClassAbove {
        /// How the rule set names the class.
        operand: String,
        /// The highest that is admitted.
        most: String,
    },
    /// Not a reference to a plan, or to one in force.
    NotAPlan {
        /// Must the plan be in force?
        in_force: bool,
    },
    /// The rule set in force has no rule with that id.
    NoSuchRule,
    /// A list lacks values of another.
    NotCovered {
        /// How the rule set names the list.
        operand: String,
        /// How it names the other.
        of: String,
    },
    /// A condition of the rule does not hold.
    ConditionBroken {
        /// The kind of the condition.
        condition: &'static str,
    },
    /// Somebody else holds the name.
    NameTaken {
        /// The holder.
        holder: String,
    },
    /// The name matches neither the agency nor the application.
    NameWithoutBasis {
        /// The label in question.
        label: String,
        /// The names it was compared with.
        names: Vec<String>,
    },
    /// The value is held by somebody else.
    NotUnique {
        /// The index.
        index: String,
        /// Who holds it.
        owner: String,
    },
    /// The data set has another walidata.
    OtherWalidata {
        /// The data set.
        dataset: String,
        /// Its walidata, where known.
        walidata: Option<String>,
    },
    /// No report of the incident names the data set.
    NotReported {
        /// The data set.
        dataset: String,
    },
    /// More streams hold the value than are named, so that nobody else holds it beside them.
    HeldByMany {
        /// The index.
        index: String,
        /// How many are named.
        max: usize,
    },
    /// Indicators are without a score.
    Unscored {
        /// Their columns: `i22`.
        indicators: Vec<String>,
    },
    /// What is published does not follow from the scores of the external assessors.
    OtherThanScored {
        /// Where they differ.
        difference: Difference,
    },
    /// The certificate was enrolled before.
    CertificateEnrolled {
        /// Its thumbprint in hex.
        certificate: String,
        /// `active` or `revoked`.
        state: String,
    },
    /// The public key belongs to somebody else, or was revoked.
    KeyEnrolled {
        /// The person who has it.
        person: String,
    },
    /// The certificates of the event are not those its data speak of.
    EnrolmentMismatch,
    /// The certificate is not one of this person's active ones.
    CertificateNotActive {
        /// Its thumbprint in hex.
        certificate: String,
    },
    /// One alone has enrolled the certificate of an authority, registrar or service: it waits for another founder.
    CertificateNotAttested {
        /// Its thumbprint in hex.
        certificate: String,
    },
    /// The certificate needs no attestation, or no other.
    CertificateAttested {
        /// Its thumbprint in hex.
        certificate: String,
    },
    /// Who renews his own certificate signs with it, and names it.
    RenewalOfAnother {
        /// The certificate that he signs with.
        certificate: String,
    },
    /// The private key was reported compromised: it never enrols again, whatever the certificate.
    KeyBanned {
        /// Whose it was.
        person: String,
    },
    /// Authorities, registrars or services of the ledger sign for the agency still.
    AgencyOfFounders {
        /// The agency.
        agency: String,
        /// Who they are.
        persons: Vec<String>,
    },
    /// The ledger has no event of this source, id and event key.
    EventUnknown,
    /// What the decision rests on stands in the log, but its statement is not held.
    EventNotHeld {
        /// Where it stands.
        position: Position,
    },
    /// More has followed on the event than is looked into.
    TooMuchFollowed {
        /// Most later events of one thing.
        events_max: usize,
        /// Most bytes of their statements.
        bytes_max: usize,
    },
    /// The event is one of another stream.
    EventOfAnotherStream {
        /// Its stream.
        subject: String,
    },
    /// The event is structural: it is superseded by a later one, never corrected or voided.
    EventStructural {
        /// Its type.
        kind: String,
    },
    /// The event was voided.
    EventVoided,
    /// A later event has changed what the event changed.
    NotTheNewest {
        /// The thing that it changed.
        thing: String,
        /// Where the later event stands.
        position: Position,
    },
    /// Something is decided by the field.
    FieldDecides {
        /// The field.
        field: String,
    },
    /// The correction names the field twice.
    FieldTwice {
        /// The field.
        field: String,
    },
    /// The value is the one that stands there.
    NothingCorrected,
    /// The value names another document, by its digest.
    OtherDocument,
    /// The event is no decision that could be revoked or annulled.
    NoDecision {
        /// Its type.
        kind: String,
    },
    /// The decision was revoked or annulled.
    DecisionEnded,
    /// The act waits for a signature.
    EventPending,
    /// The act waits for no signature, or not for his.
    NothingAwaited,
    /// A version before the third enrolled the certificate: nobody knows on whose word it stands.
    CertificateOfEarlierWord {
        /// Its thumbprint.
        certificate: String,
    },
    /// The certificate of a natural person is to sign for a system.
    CertificateOfPerson,
    /// The signer has as many certificates that were not revoked as he may.
    TooManyCertificates {
        /// The bound.
        max: usize,
    },
    /// As many of his acts wait as may.
    TooManyWait {
        /// The bound.
        max: usize,
    },
    /// The act has waited for its second signature as long as it may.
    WaitedTooLong {
        /// Until then, RFC 3339.
        until: String,
    },
    /// A later decision stands in its place.
    DecisionReplaced {
        /// The stream.
        thing: String,
        /// Where the later decision stands.
        position: Position,
    },
}
