//! The verdict as data: what it comes to, the five steps, and everything that it was computed from.

use jejak_signer::{Hash, RevocationEvidenceError};
use serde_json::{Map, Value};

use super::case::Existence;
use super::grounds::Grounds;
use super::reason::{Effect, Reason};
use super::today::Today;
use crate::log::{Micros, Position};
use crate::rules::Text;
use crate::words;

/// What a verdict comes to (ETSI EN 319 102-1, 5.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Every step passed.
    TotalPassed,
    /// More or other evidence could decide it.
    Indeterminate(Reason),
    /// It does not stand.
    TotalFailed(Reason),
}

/// The verdict on the signature of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What it comes to.
    pub conclusion: Conclusion,
    /// The ledger.
    pub origin: String,
    /// Where the event stands.
    pub position: Position,
    /// When the ledger says that it recorded it.
    pub recorded_at: Micros,
    /// SHA-256 of the statement that the record commits to.
    pub statement: Hash,
    /// When the signature is proven to have existed.
    pub existence: Existence,
    /// What of its grounds is proven.
    pub grounds: Grounds,
    /// In this order: signature, certificate, authority, inclusion, consistency.
    pub steps: [Step; 5],
    /// What has become of the event since; it changes nothing of the verdict.
    pub today: Today,
    /// What it was judged by.
    pub policy: PolicyNamed,
    /// Lists and responses of the evidence that counted for nothing.
    pub not_accepted: Vec<NotAccepted>,
    /// Everything else that it was computed from, so that it can be computed again.
    pub inputs: Vec<Input>,
}

/// The policy of a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyNamed {
    /// What it is called.
    pub name: String,
    /// SHA-256 of its file; none for what the opening of the ledger gives.
    pub sha256: Option<Hash>,
}

/// Something that a verdict was computed from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// What it is: `record`, `checkpoint`, `proof`, `certificate`, `token`, `stamp`, `revocation-list`, `ocsp-response`,
    /// `ground`, `renewal`, `key`, `previous`, `anchor`, `trust-policy`, `ruleset`, `ruleset-read`, `object`, `rows`,
    /// `since`.
    pub what: &'static str,
    /// SHA-256 of its bytes, of its text, or of its JSON in the file of evidence without spaces.
    pub sha256: Hash,
}

/// A list or response that counted for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAccepted {
    /// SHA-256 of its bytes.
    pub sha256: Hash,
    /// Why.
    pub why: Text,
}

impl NotAccepted {
    pub(super) fn of((sha256, reason): &(Hash, RevocationEvidenceError)) -> Self {
        Self { sha256: *sha256, why: words::revocation_evidence(reason) }
    }
}

/// The question that a step answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepName {
    /// Did this key sign these bytes?
    Signature,
    /// Did the certificate count at that time?
    Certificate,
    /// Was he entitled, by the rules and the offices of that moment?
    Authority,
    /// Does the event stand in the log?
    Inclusion,
    /// Is it one log, and did others see it?
    Consistency,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// Why it did not pass; none where it did.
    pub reason: Option<Reason>,
    /// What was found, by name.
    pub facts: Map<String, Value>,
}

impl Conclusion {
    /// The first step that failed decides; else the first that is open.
    pub(super) fn of(steps: &[Step]) -> Self {
        let first = |effect: Effect| {
            steps.iter().filter_map(|step| step.reason).find(|reason| reason.effect() == effect)
        };
        match (first(Effect::Failed), first(Effect::Indeterminate)) {
            (Some(reason), _) => Self::TotalFailed(reason),
            (None, Some(reason)) => Self::Indeterminate(reason),
            (None, None) => Self::TotalPassed,
        }
    }

    /// `TOTAL-PASSED`, `INDETERMINATE`, `TOTAL-FAILED`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TotalPassed => "TOTAL-PASSED",
            Self::Indeterminate(_) => "INDETERMINATE",
            Self::TotalFailed(_) => "TOTAL-FAILED",
        }
    }

    /// Why it is not more.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::TotalPassed => None,
            Self::Indeterminate(reason) | Self::TotalFailed(reason) => Some(reason),
        }
    }

    /// In words, without the reason.
    pub fn text(self) -> Text {
        let (id, en) = match self {
            Self::TotalPassed => ("tanda tangan ini tegak", "the signature stands"),
            Self::Indeterminate(_) => (
                "belum dapat dipastikan bahwa tanda tangan ini tegak",
                "it cannot be said yet whether the signature stands",
            ),
            Self::TotalFailed(_) => {
                ("tanda tangan ini tidak tegak", "the signature does not stand")
            }
        };
        Text { id: id.to_owned(), en: en.to_owned() }
    }
}

impl Verdict {
    /// What it comes to in words, and why it is not more.
    pub fn text(&self) -> Text {
        let text = self.conclusion.text();
        let deciding = self.conclusion.reason();
        let deciding = deciding.and_then(|reason| {
            let step = self.steps.iter().find(|step| step.reason == Some(reason))?;
            Some(step.text())
        });
        match deciding {
            None => text,
            Some(why) => Text {
                id: format!("{}: {}", text.id, why.id),
                en: format!("{}: {}", text.en, why.en),
            },
        }
    }

    /// The step of this name.
    pub fn step(&self, name: StepName) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

impl Step {
    pub(super) fn new(name: StepName) -> Self {
        Self { name, reason: None, facts: Map::new() }
    }

    /// Of several reasons the first that fails counts; else the first.
    pub(super) fn because(mut self, reason: Reason) -> Self {
        let graver = self.reason.is_none_or(|held| held.effect() < reason.effect());
        if graver {
            self.reason = Some(reason);
        }
        self
    }

    pub(super) fn because_of(self, reason: Option<Reason>) -> Self {
        match reason {
            Some(reason) => self.because(reason),
            None => self,
        }
    }

    pub(super) fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// A fact that is not always there.
    pub(super) fn maybe<V: Into<Value>>(self, name: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.fact(name, value),
            None => self,
        }
    }

    /// `passed`, `indeterminate` or `failed`.
    pub fn result(&self) -> &'static str {
        match self.reason.map(Reason::effect) {
            None => "passed",
            Some(Effect::Indeterminate) => "indeterminate",
            Some(Effect::Failed) => "failed",
        }
    }

    /// Why the step did not pass, with whose word is awaited.
    fn because_in_words(&self, reason: Reason) -> Text {
        let text = reason.text();
        let awaited = self.facts.get(AWAITED_OF).and_then(Value::as_str);
        match awaited.filter(|_| reason.awaits_issuer()) {
            None => text,
            Some(issuer) => Text {
                id: format!("{}; yang ditunggu: daftar atau jawaban OCSP dari {issuer}", text.id),
                en: format!("{}; awaited: a list or an OCSP response of {issuer}", text.en),
            },
        }
    }

    /// The policy does not ask for news of revocations, and this is what would be said if it did.
    fn lacks_news(&self, reason: Reason) -> bool {
        self.facts.get(NEWS_NOT_ASKED).and_then(Value::as_str) == Some(reason.code())
    }

    /// What the step found, in words.
    pub fn text(&self) -> Text {
        if let Some(reason) = self.reason {
            return self.because_in_words(reason);
        }
        let (id, en) = match self.name {
            StepName::Signature => (
                "kunci sertifikat itu menandatangani tepat isi ini",
                "the key of the certificate signed exactly these bytes",
            ),
            StepName::Certificate if self.lacks_news(Reason::RevocationUnknown) => (
                "sertifikat berlaku, dipercaya, dan terdaftar pada saat itu; tidak ada kabar pencabutan dari penerbitnya \
                 (daftar atau jawaban OCSP) yang terlihat, dan kebijakan tidak memintanya: apakah penerbit sudah mencabutnya \
                 tidak diketahui",
                "the certificate was valid, trusted and enrolled at that time; no news of revocation by its issuer (a list \
                 or an OCSP response) was seen, and the policy asks for none: whether the issuer had revoked it is not known",
            ),
            StepName::Certificate if self.lacks_news(Reason::RevocationPending) => (
                "sertifikat berlaku, dipercaya, dan terdaftar pada saat itu; kabar pencabutan dari penerbitnya yang terlihat \
                 belum mencakup saat itu, dan kebijakan tidak meminta yang lebih baru",
                "the certificate was valid, trusted and enrolled at that time; the news of revocation by its issuer that was \
                 seen does not reach that time, and the policy asks for no newer",
            ),
            StepName::Certificate => (
                "sertifikat berlaku, dipercaya, terdaftar, dan tidak dicabut pada saat itu",
                "the certificate was valid, trusted, enrolled and not revoked at that time",
            ),
            StepName::Authority => (
                "penanda tangan berwenang menurut aturan dan jabatan pada saat itu",
                "the signer was entitled by the rules and offices of that moment",
            ),
            StepName::Inclusion => (
                "peristiwa ini tercatat dalam log buku besar",
                "the event stands in the log of the ledger",
            ),
            StepName::Consistency if self.facts.get("witnesses_asked") == Some(&false.into()) => (
                "lognya satu dan tidak ditulis ulang menurut bukti ini; kebijakan tidak meminta saksi, jadi tidak satu pun \
                 ditanya apakah semua orang diperlihatkan log yang sama",
                "it is one log that was not rewritten, by this evidence; the policy asks for no witness, so that none was \
                 asked whether everybody is shown the same log",
            ),
            StepName::Consistency => (
                "lognya satu dan tidak ditulis ulang, dan saksi yang diminta telah melihatnya",
                "it is one log that was not rewritten, and the witnesses asked for have seen it",
            ),
        };
        Text { id: id.to_owned(), en: en.to_owned() }
    }
}

impl StepName {
    /// Its name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Certificate => "certificate",
            Self::Authority => "authority",
            Self::Inclusion => "inclusion",
            Self::Consistency => "consistency",
        }
    }

    /// Its name for people.
    pub fn text(self) -> Text {
        let (id, en) = match self {
            Self::Signature => ("tanda tangan", "signature"),
            Self::Certificate => ("sertifikat pada saat itu", "certificate at that time"),
            Self::Authority => ("wewenang", "authority"),
            Self::Inclusion => ("tercatat", "inclusion"),
            Self::Consistency => ("log dan saksi", "log and witnesses"),
        };
        Text { id: id.to_owned(), en: en.to_owned() }
    }
}

/// The fact of a step that says whose list or response is awaited.
pub(super) const AWAITED_OF: &str = "awaited_of";

/// The fact of a step that says what would be awaited if the policy asked for news of revocations.
pub(super) const NEWS_NOT_ASKED: &str = "revocation_news_not_asked";

/// Which program computed a verdict: its name and version.
pub const VERIFIER: &str = concat!("jejak ", env!("CARGO_PKG_VERSION"));

/// Which build of it.
///
/// What the builder called it (`JEJAK_BUILD`, a commit in packages), else `src-` and the beginning of the SHA-256 over
/// the sources that decide and verify, and the versions of what they use.
pub const BUILD: Option<&str> = option_env!("JEJAK_BUILD");

/// Unix seconds as RFC 3339; the number where there is no such date.
pub(super) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
