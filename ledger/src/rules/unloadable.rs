//! Why a rule set does not load, and where.

/// Why a rule set does not load, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct RuleSetError {
    /// The place: `act[subdomain.granted].condition[1].kind`.
    pub at: String,
    /// What is wrong there.
    pub reason: RuleSetReason,
}

/// What is wrong with a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleSetReason {
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not TOML.
    #[error("not TOML: {message}")]
    NotToml {
        /// Line, column and cause, from the parser.
        message: String,
    },
    /// A required key is not there.
    #[error("is required")]
    Missing,
    /// No such key is defined.
    #[error("is no key that is known here")]
    UnknownKey,
    /// The value is not in the closed list.
    #[error("`{value}` is not one of {known}")]
    UnknownWord {
        /// As written.
        value: String,
        /// The closed list.
        known: &'static str,
    },
    /// Another type of value was expected.
    #[error("must be {expected}")]
    WrongType {
        /// The type.
        expected: &'static str,
    },
    /// The value does not have the form.
    #[error("`{value}` must be {form}")]
    Form {
        /// As written.
        value: String,
        /// The form in words.
        form: &'static str,
    },
    /// A row that binds nobody has no moment from which it binds, and is no duty.
    #[error("a row of the force {force} is no duty")]
    NoDuty {
        /// Its force.
        force: &'static str,
    },
    /// A row says where it stands, and its rule stands elsewhere.
    #[error("`{rule}` is of none of these articles")]
    OfNoArticle {
        /// The rule id.
        rule: String,
    },
    /// An actor that is another than the first signatory, where the first is named.
    #[error(
        "`{actor}` is another than the one who signs first (other = true): only cosigned_by may name it"
    )]
    OtherThanNobody {
        /// As written.
        actor: String,
    },
    /// A name points at nothing that the rule set defines.
    #[error("`{name}` is not defined in this rule set")]
    Undefined {
        /// The name.
        name: String,
    },
    /// A name is defined twice.
    #[error("`{name}` is defined twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// The structural acts alone say what becomes of the ledger's own stream, of signers and of evidence.
    #[error(
        "`{name}`: from version 3 of the structural acts no rule set has rows, effects, steps or schemas of \
         ledger/, signer/, crl/ and ocsp/"
    )]
    OfStructure {
        /// The type, stream or subject, as written.
        name: String,
    },
    /// The types and streams of the structural acts, and what they keep there, are theirs.
    #[error(
        "`{name}` belongs to the structural acts: from version 3 no rule set has rows, steps, skips or older schemas of their \
         types or rows of their streams, nor keeps what they keep, but role.appointed for an office that is written out, and other acts of agencies"
    )]
    Owned {
        /// The type, subject or name, as written.
        name: String,
    },
    /// An office would be filled by others than holders of offices or powers of the ledger.
    #[error(
        "`{actor}`: who fills an office holds another one that is named, or is an authority, a registrar or a service of the ledger"
    )]
    Appoints {
        /// As written in `who`.
        actor: String,
    },
    /// Keys exclude each other, or one of several is required.
    #[error("exactly one of {keys} is required")]
    OneOf {
        /// The keys.
        keys: &'static str,
    },
    /// Blank, or with characters that make a text read as what it is not.
    #[error("is blank, or has control characters or such as turn the direction of reading")]
    Blank,
    /// The actor demands nothing, and everybody is one.
    #[error(
        "demands nothing, and everybody would be one: function, kind, office, head, authority, registrar, service, \
         founder, holder and other say whom it names"
    )]
    Anybody,
    /// What is in the structural acts for some would be for everybody.
    #[error(
        "is empty: `{kind}` would be for everybody, and the structural acts say for whom it is"
    )]
    OpensStructure {
        /// The event type.
        kind: String,
    },
    /// An earlier row of the type takes every event of this one.
    #[error("no event is ever of this row: the row `{row}` before it takes them all")]
    Unreachable {
        /// The earlier row.
        row: String,
    },
    /// A region's row takes every event of a structural one.
    #[error("takes every event of the structural row for `{subject}`; a region narrows it")]
    Shadows {
        /// The subject of the structural row.
        subject: String,
    },
    /// The rule ids of the structural acts are theirs.
    #[error("`{rule}`: SYS stands for the structural acts, whose words no other rule set has")]
    StructuralRule {
        /// The rule id.
        rule: String,
    },
    /// Nothing of that name is ever kept there.
    #[error("`{name}`: no row keeps it on streams of {stream}/")]
    NotKept {
        /// The operand or the name, as written.
        name: String,
        /// The kind of stream.
        stream: String,
    },
    /// Streams of the kind are never in that state.
    #[error("`{state}` is no state of the lifecycle of {stream}/")]
    NoSuchState {
        /// The state.
        state: String,
        /// The kind of stream.
        stream: String,
    },
    /// Streams of the kind have no lifecycle, so no state of theirs stands for anything.
    #[error("streams of {stream}/ have no lifecycle")]
    NoLifecycle {
        /// The kind of stream.
        stream: String,
    },
    /// Values of these kinds are never alike, and none comes before the other.
    #[error("`{left}` and `{right}` are of kinds that never match")]
    NeverMatch {
        /// As written.
        left: String,
        /// As written.
        right: String,
    },
    /// No value of that field is so that the comparison holds: its bounds exclude it.
    #[error("`{value}` is beyond the bounds of `{name}`")]
    Beyond {
        /// The operand.
        name: String,
        /// The value.
        value: String,
    },
    /// Both sides are one value.
    #[error("`{name}` is compared with itself")]
    WithItself {
        /// The operand.
        name: String,
    },
    /// Two demands on one value, both of which no event meets.
    #[error("what is demanded of `{name}` never holds together with {other}")]
    Excluded {
        /// The operand.
        name: String,
        /// The place of the other demand.
        other: String,
    },
    /// What is demanded to be absent is always there.
    #[error("`{name}` is never absent: every event of the row has it")]
    NeverAbsent {
        /// The operand.
        name: String,
    },
    /// Fewer values than are demanded.
    #[error("`{name}` holds {most} at most, and {asked} or more are demanded")]
    TooMany {
        /// The operand.
        name: String,
        /// The most that there can be.
        most: usize,
        /// The fewest that are demanded.
        asked: usize,
    },
    /// More values than are allowed.
    #[error("`{name}` holds {least} or more, and {asked} at most are demanded")]
    TooFew {
        /// The operand.
        name: String,
        /// The fewest that there can be.
        least: usize,
        /// The most that are demanded.
        asked: usize,
    },
    /// The word that looks at the value never finds what it asks for.
    #[error("`{name}` is never {of}")]
    NeverOf {
        /// The operand.
        name: String,
        /// What it would have to be.
        of: &'static str,
    },
    /// The lowest is above the highest.
    #[error("`{max}` is below `{min}`: nothing lies between")]
    NothingBetween {
        /// The lowest.
        min: String,
        /// The highest.
        max: String,
    },
    /// A step is left out although the rule set has a row for it.
    #[error("`{name}` has a row here; only a step without one is skipped")]
    HasRow {
        /// The event type.
        name: String,
    },
}
