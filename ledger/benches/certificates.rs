//! What certificates cost where statements are admitted: RSA 2048 and P-256 beside Ed25519 in the same run; the path of a
//! certificate walked once, and kept; and a recorded revocation list of 100,000 certificates, beside none.
//!
//! `cargo bench --locked -p jejak-ledger --bench certificates`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use jejak_ledger::{Answer, Ledger, Ledgers, Settings};
use jejak_signer::devca::{ListSpec, Listed};
use jejak_signer::{
    Algorithm, Anchors, Credential, HolderKind, Jws, Revocation, RevocationList, RevocationReason,
    TrustPolicy, Typ, Verifier,
};
use serde_json::Value;

use region::{Holder, NOW, Region, Still, median, post, window};

mod region;

/// Statements of one algorithm that are posted at once.
const STATEMENTS: usize = 1_000;
/// Certificates on the list.
const LISTED: usize = 100_000;
const ROUNDS: u32 = 200;
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Rs256];

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let ledgers =
        Ledgers::open_or_create(dir.path(), Settings::default(), Arc::new(Still)).unwrap();
    let region = Region::new();
    let ledger = ledgers.init(region.opening()).unwrap();
    let holders = ALGORITHMS.map(|algorithm| region.enrols(&ledger, algorithm));

    println!(
        "microseconds for one statement, in the median of {ROUNDS}; the authority signs with RSA 2048"
    );
    println!("{:8} {:>10} {:>10}", "signed", "signature", "path");
    for (algorithm, holder) in ALGORITHMS.into_iter().zip(&holders) {
        let (signature, path) = alone(&region, holder);
        println!("{:8} {signature:10.1} {path:10.1}", algorithm.name());
    }

    println!("microseconds for one of {STATEMENTS} that are posted at once, path kept");
    println!("{:8} {:>10} {:>10}", "signed", "no list", "list");
    let without = holders.each_ref().map(|holder| posted(&ledger, holder, "tanpa"));
    let list = long_list(&region);
    let issuer = &holders[0].chain[1];
    let read = median(5, || drop(black_box(RevocationList::verify(&list, issuer).unwrap())));
    let offer = ledger.take_evidence(&list).unwrap();
    let data = Value::Object(offer.data);
    post(&ledger, region.founders[2].sign(offer.kind, &offer.subject, &data));
    let with = holders.each_ref().map(|holder| posted(&ledger, holder, "dengan"));
    for ((algorithm, without), with) in ALGORITHMS.into_iter().zip(without).zip(with) {
        println!("{:8} {without:10.1} {with:10.1}", algorithm.name());
    }
    println!("a list of {LISTED} is read once, in {:.0} ms", read / 1e3);
}

/// The signature under a credential that is kept, and the walk that makes the credential.
fn alone(region: &Region, holder: &Holder) -> (f64, f64) {
    let anchors = Anchors::new(vec![region.ca.anchor_der().to_vec()]).unwrap();
    let policy = TrustPolicy::of_anchors(anchors);
    let now = i64::try_from(NOW).unwrap();
    let admit = || Credential::admit(&policy, &holder.chain, HolderKind::Person, now).unwrap();
    let verifier = Verifier::new(Arc::new(admit()));
    let statement = holder.asks("sendiri");
    let signature = median(ROUNDS, || {
        let jws = Jws::parse(statement.clone(), Typ::Event).unwrap();
        drop(black_box(verifier.verify(jws).unwrap()));
    });
    (signature, median(ROUNDS, || drop(black_box(admit()))))
}

/// Each from the first byte to its receipt, all together.
fn posted(ledger: &Arc<Ledger>, holder: &Holder, label: &str) -> f64 {
    let algorithm = holder.key.algorithm().name().to_lowercase();
    let statements =
        (0..STATEMENTS).map(|number| holder.asks(&format!("{label}-{algorithm}-{number}")));
    let statements: Vec<_> = statements.collect();
    let (sender, receiver) = mpsc::channel();
    let begun = Instant::now();
    let reply = Box::new(move |answers| sender.send(answers).unwrap());
    ledger.submit(statements, reply).unwrap();
    let answers: Vec<Answer> = receiver.recv().unwrap();
    let took = begun.elapsed();
    for answer in answers {
        if let Answer::Refused(refusal) = answer {
            panic!("{refusal}");
        }
        assert!(matches!(answer, Answer::Recorded(_)));
    }
    took.as_secs_f64() * 1e6 / f64::from(u32::try_from(STATEMENTS).unwrap())
}

/// A list of the issuing authority on which nobody stands who signs here.
fn long_list(region: &Region) -> Vec<u8> {
    let revocation = Revocation {
        revoked_at: i64::try_from(NOW).unwrap() - 60,
        reason: RevocationReason::Superseded,
        invalid_since: None,
    };
    let listed = |number: usize| {
        let serial = u128::try_from(number).unwrap().to_be_bytes();
        Listed::numbered(&serial, revocation)
    };
    let window = window();
    let revoked = (1..=LISTED).map(listed).collect();
    let spec = ListSpec { window, number: 1, points: Vec::new(), revoked };
    region.ca.revocation_list(&spec).unwrap()
}
