//! What a verdict costs, for statements signed with Ed25519, P-256 and RSA 2048: the pure function with the evidence at
//! hand, the evidence out of the store, both, and a file of evidence read whole.
//!
//! `make bench` runs it. Reading the first file is mostly parsing its rule sets, which are parsed once in a process.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::sync::Arc;

use jejak_ledger::log::{Policy, PolicyKey, PolicyLedger, Witnessing};
use jejak_ledger::verdict::{Conclusion, Evidence, VerdictPolicy, verdict};
use jejak_ledger::{Ledger, Ledgers, Settings, View};
use jejak_signer::{Algorithm, AnchorRule, Hash, TrustPolicy, TrustPolicyParts};

use region::{NOW, ORIGIN, Region, Still, median, post};

mod region;

const ROUNDS: u32 = 300;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let ledgers =
        Ledgers::open_or_create(dir.path(), Settings::default(), Arc::new(Still)).unwrap();
    let region = Region::new();
    let ledger = ledgers.init(region.opening()).unwrap();
    let policy = policy(&region, &ledger);
    println!("microseconds in the median of {ROUNDS}");
    println!("{:8} {:>9} {:>9} {:>9} {:>9}", "signed", "verdict", "evidence", "both", "file");
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Rs256] {
        let label = format!("kominfo-{}", algorithm.name().to_lowercase());
        let position = post(&ledger, region.enrols(&ledger, algorithm).asks(&label));
        let view = ledger.view();
        let evidence = view.evidence(position).unwrap().unwrap();
        let (file, _) = view.evidence_file(position).unwrap().unwrap();
        let judge = |evidence: &Evidence| {
            let found = verdict(evidence, &policy, i64::try_from(NOW).unwrap());
            assert_eq!(found.conclusion, Conclusion::TotalPassed);
            black_box(found);
        };
        let gather = |view: &View| view.evidence(position).unwrap().unwrap();
        println!(
            "{:8} {:9.0} {:9.0} {:9.0} {:9.0}",
            algorithm.name(),
            median(ROUNDS, || judge(&evidence)),
            median(ROUNDS, || drop(black_box(gather(&view)))),
            median(ROUNDS, || judge(&gather(&view))),
            median(ROUNDS, || judge(&Evidence::parse(&file).unwrap())),
        );
    }
}

fn policy(region: &Region, ledger: &Ledger) -> VerdictPolicy {
    let key = PolicyKey { vkey: ledger.vkey().parse().unwrap(), from: 0, until: None };
    let ledgers =
        vec![PolicyLedger { origin: ORIGIN.parse().unwrap(), genesis: None, keys: vec![key] }];
    let log = Policy {
        ledgers,
        anchors: Vec::new(),
        witnessing: Witnessing::NotAsked,
        trust: None,
        clock_suffices: true,
    };
    let anchors = vec![(region.ca.anchor_der().to_vec(), AnchorRule::default())];
    let parts = TrustPolicyParts { anchors, ..TrustPolicyParts::default() };
    let trust = TrustPolicy::new(Hash::of(b"bench"), parts).unwrap();
    VerdictPolicy::new("bench", None, log, Some(trust), true)
}
