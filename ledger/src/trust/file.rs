//! The tables of the file as TOML has them, and what becomes of them.

use jejak_signer::{
    AlgorithmRule, AnchorRule, HashAlgorithm, HashRule, IngestWindow, PolicyAlgorithm,
    RevocationRules, Signs, StaleRevocation, TimeAuthority, TrustPolicyError, TrustPolicyParts,
    certificates_from_pem,
};
use serde::Deserialize;

use super::{FORMAT, TrustFileError, TrustFileFaults};
use crate::log::Moment;

pub(super) fn read(text: &str) -> Result<TrustPolicyParts, TrustFileFaults> {
    // The format first: what else the file may hold follows from it.
    if toml::from_str::<FormatLine>(text).map_err(TrustFileError::from)?.format != FORMAT {
        return Err(TrustFileError::Format.into());
    }
    let file: TrustFile = toml::from_str(text).map_err(TrustFileError::from)?;
    let mut faults = Faults::default();
    let parts = TrustPolicyParts {
        anchors: numbered(file.anchor, AnchorTable::read, &mut faults),
        algorithms: numbered(file.algorithm, AlgorithmTable::read, &mut faults),
        hashes: numbered(file.hash, HashTable::read, &mut faults),
        window: file.window.read(&mut faults),
        time_authorities: numbered(file.tsa, TsaTable::read, &mut faults),
        revocation: match file.revocation {
            Some(table) => table.read(&mut faults),
            None => RevocationRules::default(),
        },
    };
    let mut faults = faults.0.into_iter();
    match faults.next() {
        None => Ok(parts),
        Some(first) => Err(TrustFileFaults { first, more: faults.collect() }),
    }
}

/// The one part of the file that every version has.
#[derive(Deserialize)]
struct FormatLine {
    format: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    #[serde(rename = "format")]
    _format: String,
    #[serde(default)]
    anchor: Vec<AnchorTable>,
    #[serde(default)]
    algorithm: Vec<AlgorithmTable>,
    #[serde(default)]
    hash: Vec<HashTable>,
    #[serde(default)]
    window: WindowTable,
    #[serde(default)]
    tsa: Vec<TsaTable>,
    revocation: Option<RevocationTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorTable {
    certificate: String,
    trusted_from: Option<Moment>,
    trusted_until: Option<Moment>,
    #[serde(default)]
    tersertifikasi: bool,
    policies: Option<Vec<String>>,
    purposes: Option<Vec<String>>,
    lifetime_max_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlgorithmTable {
    name: String,
    signs: Option<SignsWord>,
    until: Option<Moment>,
    rsa_bits_min: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HashTable {
    name: String,
    until: Moment,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum SignsWord {
    Statements,
    Certificates,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WindowTable {
    iat_past_s: Option<u64>,
    iat_future_s: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TsaTable {
    name: String,
    url: String,
    certificate: String,
    policies: Option<Vec<String>>,
    trusted_from: Option<Moment>,
    trusted_until: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevocationTable {
    stale: StaleWord,
    age_max_hours: Option<u32>,
    #[serde(default)]
    hosts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum StaleWord {
    Refuse,
    Pending,
}

/// Where a table stands in the file.
#[derive(Clone, Copy)]
struct Place {
    table: &'static str,
    number: usize,
}

impl AnchorTable {
    fn read(self, number: usize, faults: &mut Faults) -> Option<(Vec<u8>, AnchorRule)> {
        let place = Place { table: "[[anchor]]", number };
        let usual = AnchorRule::default();
        let certificate = faults.kept(place.certificate(&self.certificate));
        let rule = AnchorRule {
            trusted_from: faults.kept(place.second("trusted_from", self.trusted_from)).flatten(),
            trusted_until: faults.kept(place.second("trusted_until", self.trusted_until)).flatten(),
            tersertifikasi: self.tersertifikasi,
            policies: self.policies.unwrap_or_default(),
            purposes: self.purposes.unwrap_or(usual.purposes),
            lifetime_max_s: self.lifetime_max_days.map(|days| i64::from(days) * DAY_S),
        };
        let of = |reason| TrustPolicyError::Anchor { anchor: number, reason };
        faults.of_policy(rule.faults(), of);
        Some((certificate?, rule))
    }
}

impl AlgorithmTable {
    fn read(self, number: usize, faults: &mut Faults) -> Option<AlgorithmRule> {
        let place = Place { table: "[[algorithm]]", number };
        let until = faults.kept(place.second("until", self.until)).flatten();
        let Some(algorithm) = PolicyAlgorithm::of_name(&self.name) else {
            faults.0.push(TrustFileError::Algorithm { rule: number, name: self.name });
            return None;
        };
        let rule = AlgorithmRule {
            algorithm,
            signs: match self.signs {
                None => Signs::Both,
                Some(SignsWord::Statements) => Signs::Statements,
                Some(SignsWord::Certificates) => Signs::Certificates,
            },
            until,
            rsa_bits_min: self.rsa_bits_min.map(|bits| usize::try_from(bits).unwrap_or(usize::MAX)),
        };
        faults.of_policy(rule.faults(), |reason| TrustPolicyError::Algorithm {
            rule: number,
            reason,
        });
        Some(rule)
    }
}

impl HashTable {
    fn read(self, number: usize, faults: &mut Faults) -> Option<HashRule> {
        let place = Place { table: "[[hash]]", number };
        let until = faults.kept(place.second("until", Some(self.until))).flatten();
        let mut all = HashAlgorithm::ALL.into_iter();
        let Some(algorithm) = all.find(|algorithm| algorithm.name() == self.name) else {
            faults.0.push(TrustFileError::Hash { rule: number, name: self.name });
            return None;
        };
        Some(HashRule { algorithm, until: until.unwrap_or(i64::MAX) })
    }
}

impl WindowTable {
    fn read(self, faults: &mut Faults) -> IngestWindow {
        let usual = IngestWindow::default();
        let window = IngestWindow {
            iat_past_s: self.iat_past_s.unwrap_or(usual.iat_past_s),
            iat_future_s: self.iat_future_s.unwrap_or(usual.iat_future_s),
        };
        faults.0.extend(window.check().err().map(TrustFileError::Policy));
        window
    }
}

impl TsaTable {
    fn read(self, number: usize, faults: &mut Faults) -> Option<TimeAuthority> {
        let place = Place { table: "[[tsa]]", number };
        let root = faults.kept(place.certificate(&self.certificate));
        let authority = TimeAuthority {
            anchor: root.clone().unwrap_or_default(),
            policies: self.policies.unwrap_or_default(),
            trusted_from: faults.kept(place.second("trusted_from", self.trusted_from)).flatten(),
            trusted_until: faults.kept(place.second("trusted_until", self.trusted_until)).flatten(),
            name: self.name,
            url: self.url,
        };
        let of_root = root.as_ref().and_then(|_| authority.root_fault());
        let found = authority.faults().into_iter().chain(of_root).collect();
        faults.of_policy(found, |reason| TrustPolicyError::TimeAuthority { tsa: number, reason });
        root.map(|_| authority)
    }
}

impl RevocationTable {
    fn read(self, faults: &mut Faults) -> RevocationRules {
        let stale = match self.stale {
            StaleWord::Refuse => StaleRevocation::Refuse,
            StaleWord::Pending => StaleRevocation::Pending,
        };
        let rules = RevocationRules { stale, age_max_hours: self.age_max_hours, hosts: self.hosts };
        faults.0.extend(rules.faults().into_iter().map(TrustFileError::Policy));
        rules
    }
}

/// What is wrong, in the order of the file: as many as a file of this length can have.
#[derive(Default)]
struct Faults(Vec<TrustFileError>);

impl Faults {
    /// What could be read; otherwise a fault more.
    fn kept<T>(&mut self, read: Result<T, TrustFileError>) -> Option<T> {
        read.map_err(|fault| self.0.push(fault)).ok()
    }

    fn of_policy(
        &mut self,
        found: Vec<TrustPolicyError>,
        of: impl Fn(Box<TrustPolicyError>) -> TrustPolicyError,
    ) {
        let found = found.into_iter().map(|reason| TrustFileError::Policy(of(Box::new(reason))));
        self.0.extend(found);
    }
}

impl Place {
    fn certificate(self, pem: &str) -> Result<Vec<u8>, TrustFileError> {
        let ders = certificates_from_pem(pem).unwrap_or_default();
        match <[Vec<u8>; 1]>::try_from(ders) {
            Ok([der]) => Ok(der),
            Err(_) => Err(TrustFileError::Certificate { table: self.table, number: self.number }),
        }
    }

    /// Unix seconds.
    fn second(
        self,
        name: &'static str,
        moment: Option<Moment>,
    ) -> Result<Option<i64>, TrustFileError> {
        let Some(moment) = moment else { return Ok(None) };
        match moment.read() {
            Ok(moment) if moment.subsec_nanosecond() == 0 => Ok(Some(moment.as_second())),
            _ => {
                let Self { table, number } = self;
                Err(TrustFileError::Time { table, number, name })
            }
        }
    }
}

/// Every table of a list that can be read, with its number from 1; of the others there are faults.
fn numbered<T, R>(
    tables: Vec<T>,
    read: impl Fn(T, usize, &mut Faults) -> Option<R>,
    faults: &mut Faults,
) -> Vec<R> {
    let numbered = tables.into_iter().zip(1..);
    numbered.filter_map(|(table, number)| read(table, number, faults)).collect()
}

const DAY_S: i64 = 86_400;
