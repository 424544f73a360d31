//! Certificates of time-stamping authorities expire, and algorithms end: what was renewed before stands, and what was not
//! is open.

use std::fs;

use jejak_ledger::audit::{CheckName, Depth};
use jejak_ledger::log::{Renewal, StampLine, StampList, Twice};
use jejak_ledger::store::{DRILL_MARK, LedgerNumber, Table, drill_delete_row, drill_replace_row};
use jejak_ledger::verdict::{Conclusion, Evidence, Reason, StepName, verdict};
use jejak_ledger::{Archive, Settings, audit_with};
use jejak_signer::{
    AlgorithmRule, Hash, HashAlgorithm, HashRule, PolicyAlgorithm, Signs, TimeAuthority,
    TimestampToken,
};

use crate::harness::World;

use super::{DAY, LISTED, STAMPED, START, Scene, Tsa, YEAR, empty_list, only};

/// A signature whose token is of an authority that ends after a year, renewed by one that ends after six.
struct Aged {
    scene: Scene,
    second: Tsa,
    third: Tsa,
}

impl Aged {
    fn new() -> Self {
        let mut scene = Scene::new();
        scene.tsa = Tsa::new(START - DAY, START + YEAR);
        let (second, third) =
            (Tsa::new(START, START + 6 * YEAR), Tsa::new(START, START + 20 * YEAR));
        let named = |tsa: &Tsa, name: &str| TimeAuthority { name: name.to_owned(), ..tsa.named() };
        scene.parts.time_authorities =
            vec![scene.tsa.named(), named(&second, "kedua"), named(&third, "ketiga")];
        let ledger = scene.world.ledger();
        let stamped = ledger.view().stamped().unwrap();
        let token = scene.tsa.token(stamped.text().as_bytes(), STAMPED);
        let token = TimestampToken::parse(&token).unwrap();
        ledger.keep_timestamp(&token, stamped.text(), &scene.tsa.authorities()).unwrap();
        Self { scene, second, third }
    }

    fn renew(&self, by: &Tsa, at: i64) {
        let ledger = self.scene.world.ledger();
        let renewal = ledger.prepare_renewal().unwrap();
        let token = by.token_under(HashAlgorithm::Sha512, renewal.to_string().as_bytes(), at);
        let token = TimestampToken::parse(&token).unwrap();
        ledger.keep_renewal(&renewal, &token, &by.authorities()).unwrap();
    }

    /// What the ledger holds, and a list.
    fn evidence(&self) -> Evidence {
        let mut evidence = self.scene.bare();
        evidence.lists.push(self.scene.list(&empty_list(LISTED)));
        evidence
    }

    /// The verdict one, five and fifteen years later.
    fn later(&self, evidence: &Evidence) -> [Conclusion; 3] {
        let policy = self.scene.policy();
        [1, 5, 15].map(|years| verdict(evidence, &policy, START + years * YEAR).conclusion)
    }
}

const PASSED: Conclusion = Conclusion::TotalPassed;
const OPEN: Conclusion = Conclusion::Indeterminate(Reason::NotRenewed);

#[test]
fn what_is_renewed_in_time_stands_and_what_is_not_is_open() {
    let aged = Aged::new();
    assert_eq!(aged.later(&aged.evidence()), [PASSED, OPEN, OPEN]);
    aged.renew(&aged.second, START + YEAR - DAY);
    let once = aged.evidence();
    assert_eq!(aged.later(&once), [PASSED, PASSED, OPEN]);
    aged.renew(&aged.third, START + 6 * YEAR);
    let twice = aged.evidence();
    assert_eq!(aged.later(&twice), [PASSED; 3]);
    // To the second: the certificate of the first authority is valid until then.
    let policy = aged.scene.policy();
    let at = |evidence: &Evidence, at| verdict(evidence, &policy, at).conclusion;
    let bare = Evidence { renewals: Vec::new(), ..twice.clone() };
    assert_eq!(at(&bare, START + YEAR), PASSED);
    assert_eq!(at(&bare, START + YEAR + 1), OPEN);
    assert_eq!(at(&twice, START + 20 * YEAR), PASSED);
    assert_eq!(at(&twice, START + 20 * YEAR + 1), OPEN);
    let found = verdict(&twice, &policy, START + 15 * YEAR);
    assert_eq!(found.existence.at(), STAMPED);
    assert_eq!(found.step(StepName::Certificate).unwrap().facts["renewed"], true);
    // Evidence goes home in a file.
    let (file, _) =
        aged.scene.world.ledger().view().evidence_file(aged.scene.position).unwrap().unwrap();
    let mut read = Evidence::parse(&file).unwrap();
    assert_eq!(read.renewals, twice.renewals);
    read.lists = twice.lists.clone();
    assert_eq!(aged.later(&read), [PASSED; 3]);
    // The first of the two alone leads nowhere after six years; the second alone names no stamp of the event.
    for (kept, expected) in [(0, [PASSED, PASSED, OPEN]), (1, [PASSED, OPEN, OPEN])] {
        let single = Evidence { renewals: vec![twice.renewals[kept].clone()], ..twice.clone() };
        assert_eq!(aged.later(&single), expected, "{kept}");
    }
}

/// A renewal of a year names dozens of lists: only those are read that can name the stamp, by what is kept of each. An audit
/// holds that against the list.
#[test]
fn a_list_of_stamps_is_found_by_what_is_kept_of_it_and_an_audit_holds_it_against_the_list() {
    let mut aged = Aged::new();
    let stamp = aged.scene.world.ledger().view().newest_timestamp().unwrap().unwrap();
    aged.renew(&aged.second, START + YEAR - DAY);
    let whole = aged.evidence();
    let [renewal] = whole.renewals.as_slice() else { panic!("{:?}", whole.renewals) };
    assert_eq!(renewal.lists.len(), 1);
    let list = Hash::of(renewal.lists[0].as_bytes());
    let key = [b"stamp-list/".as_slice(), list.as_bytes()].concat();
    let row = |size: u64, token: &Hash| {
        let place = [&size.to_be_bytes(), &token.as_bytes()[..]].concat();
        [place.clone(), place].concat()
    };
    let world = &mut aged.scene.world;
    world.close();
    let db = world.path().join("db");
    fs::write(db.join(DRILL_MARK), b"").unwrap();
    let replace = |value: &[u8]| {
        drill_replace_row(&db, LedgerNumber(1), Table::Meta, &key, value).unwrap();
    };
    let checked = |world: &World| {
        let archive = Archive::open(&world.path(), &Settings::default()).unwrap();
        let (view, settings) = (&archive.views()[0], Settings::default());
        let lock = archive.lock_evidence(view);
        let report = audit_with(Depth::Sizes, &[], view, &lock, &settings, &|_, _| ());
        report.check(CheckName::Segments).unwrap().verdict
    };
    let lists = |aged: &mut Aged| {
        aged.scene.world.reopen();
        let lists = aged.evidence().renewals[0].lists.clone();
        aged.scene.world.close();
        lists
    };
    // As it was written: one stamp, the first and the last.
    replace(&row(stamp.size, &stamp.token));
    assert_eq!(checked(&aged.scene.world), jejak_ledger::audit::Verdict::Ok);
    assert_eq!(lists(&mut aged), renewal.lists);
    // By a row that leaves the stamp out the list is not looked into, and the audit finds it.
    replace(&row(stamp.size + 1, &stamp.token));
    assert_eq!(lists(&mut aged), [""; 0]);
    assert_eq!(checked(&aged.scene.world), jejak_ledger::audit::Verdict::Bad);
    let other = Hash::of(b"other");
    replace(&row(stamp.size, &other));
    assert_eq!(checked(&aged.scene.world), jejak_ledger::audit::Verdict::Bad);
    // A list of before has no row, and is read.
    drill_delete_row(&db, LedgerNumber(1), Table::Meta, &key).unwrap();
    assert_eq!(checked(&aged.scene.world), jejak_ledger::audit::Verdict::Ok);
    assert_eq!(lists(&mut aged), renewal.lists);
}

#[test]
fn a_renewal_that_comes_too_late_carries_nothing_on() {
    let aged = Aged::new();
    aged.renew(&aged.third, START + YEAR + 1);
    let evidence = aged.evidence();
    assert_eq!(aged.later(&evidence), [PASSED, OPEN, OPEN]);
    let found = verdict(&evidence, &aged.scene.policy(), START + 5 * YEAR);
    only(&found, StepName::Certificate, Reason::NotRenewed);
}

/// Whoever asks as of a time before the renewal gets the answer of that time.
#[test]
fn a_renewal_counts_once_it_is_made() {
    let aged = Aged::new();
    aged.renew(&aged.third, START + YEAR);
    let policy = aged.scene.policy();
    let evidence = aged.evidence();
    for at in [START + YEAR - 1, START + YEAR, START + YEAR + 1] {
        assert_eq!(verdict(&evidence, &policy, at).conclusion, PASSED);
    }
}

#[test]
fn a_renewal_that_somebody_else_stamped_or_that_names_something_else_carries_nothing_on() {
    let aged = Aged::new();
    aged.renew(&aged.third, START + YEAR);
    let right = aged.evidence();
    assert_eq!(aged.later(&right), [PASSED; 3]);
    let renewal: Renewal = right.renewals[0].text.parse().unwrap();
    let stranger = Tsa::new(START, START + 20 * YEAR);
    let changed = |change: &dyn Fn(&mut Evidence)| {
        let mut evidence = right.clone();
        change(&mut evidence);
        aged.later(&evidence)
    };
    let stamped_by = |tsa: &Tsa, text: &str| {
        tsa.token_under(HashAlgorithm::Sha512, text.as_bytes(), START + YEAR)
    };
    let restamped = |evidence: &mut Evidence, renewal: &Renewal| {
        evidence.renewals[0].text = renewal.to_string();
        evidence.renewals[0].token = stamped_by(&aged.third, &renewal.to_string());
    };
    let open = [PASSED, OPEN, OPEN];
    let other_token = |evidence: &mut Evidence| {
        let text = evidence.renewals[0].text.clone();
        evidence.renewals[0].token = stamped_by(&stranger, &text);
    };
    assert_eq!(changed(&other_token), open, "a token of a stranger");
    let grown = Renewal { size: renewal.size, root: Hash([7; 32]), ..renewal.clone() };
    let other_text = |evidence: &mut Evidence| evidence.renewals[0].text = grown.to_string();
    assert_eq!(changed(&other_text), open, "a token over another text");
    let without = |evidence: &mut Evidence| evidence.renewals[0].lists.clear();
    assert_eq!(changed(&without), open, "no list of stamps");
    let unnamed = |evidence: &mut Evidence| {
        let list = evidence.renewals[0].lists[0].clone();
        let renewal = Renewal { lists: Vec::new(), ..renewal.clone() };
        restamped(evidence, &renewal);
        evidence.renewals[0].lists = vec![list];
    };
    assert_eq!(changed(&unnamed), open, "a list that the renewal does not name");
    let foreign = |evidence: &mut Evidence| {
        let other = StampLine { stamped: Twice::of(b"other"), token: Twice::of(b"token") };
        let list = StampList { origin: renewal.origin.clone(), stamps: vec![other] }.to_string();
        let lists = vec![Twice::of(list.as_bytes())];
        restamped(evidence, &Renewal { lists, ..renewal.clone() });
        evidence.renewals[0].lists = vec![list];
    };
    assert_eq!(changed(&foreign), open, "a list of other stamps");
    let elsewhere = |evidence: &mut Evidence| {
        let origin = "lain.go.id/61.07".to_owned();
        restamped(evidence, &Renewal { origin, ..renewal.clone() });
    };
    assert_eq!(changed(&elsewhere), open, "a renewal of another ledger");
}

/// SHA-256 ends after two years: of the token, and of the log itself.
#[test]
fn where_a_hash_ends_only_what_was_hashed_again_before_proves() {
    let mut aged = Aged::new();
    aged.scene.tsa = Tsa::new(START - DAY, START + 20 * YEAR);
    let until = START + 2 * YEAR;
    aged.scene.parts.hashes = vec![HashRule { algorithm: HashAlgorithm::Sha256, until }];
    assert_eq!(aged.later(&aged.evidence()), [PASSED, OPEN, OPEN]);
    aged.renew(&aged.third, START + YEAR);
    let right = aged.evidence();
    assert_eq!(aged.later(&right), [PASSED; 3]);
    let policy = aged.scene.policy();
    let conclusion = |evidence: &Evidence| verdict(evidence, &policy, until).conclusion;
    // Under SHA-512 it is this record and this statement, and nothing else.
    let mut changed = right.clone();
    changed.renewals[0].block = None;
    assert_eq!(conclusion(&changed), OPEN);
    let mut changed = right.clone();
    let block = changed.renewals[0].block.as_mut().unwrap();
    let place = usize::try_from(aged.scene.position.0).unwrap();
    block.positions[place].1.as_mut().unwrap().sha512.0[0] ^= 1;
    assert_eq!(conclusion(&changed), OPEN);
    let mut changed = right.clone();
    let block = changed.renewals[0].block.as_mut().unwrap();
    block.positions.pop();
    assert_eq!(conclusion(&changed), OPEN);
    let mut changed = right.clone();
    let block = changed.renewals[0].block.as_mut().unwrap();
    block.segment = block.segment.replacen("positions 0", "positions 1", 1);
    assert_eq!(conclusion(&changed), OPEN);
    assert_eq!(conclusion(&right), PASSED);
    // A renewal under a hash that ends carries nothing beyond.
    aged.scene
        .parts
        .hashes
        .push(HashRule { algorithm: HashAlgorithm::Sha512, until: until + YEAR });
    assert_eq!(aged.later(&right), [PASSED, OPEN, OPEN]);
}

/// The certificates behind the tokens here are signed with Ed25519.
#[test]
fn where_the_algorithm_of_the_authority_ends_the_token_must_have_been_renewed() {
    let mut aged = Aged::new();
    aged.renew(&aged.third, START + YEAR);
    let evidence = aged.evidence();
    let rule = |until| AlgorithmRule {
        algorithm: PolicyAlgorithm::Ed25519,
        signs: Signs::Both,
        until,
        rsa_bits_min: None,
    };
    aged.scene.parts.algorithms = vec![rule(Some(START + 3 * YEAR))];
    assert_eq!(aged.later(&evidence), [PASSED, OPEN, OPEN]);
    aged.scene.parts.algorithms.push(rule(None));
    assert_eq!(aged.later(&evidence), [PASSED; 3]);
}
