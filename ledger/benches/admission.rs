//! What admission costs: the decision of the rules on an event whose facts are at hand, for every accepted
//! case of Perbup Bengkayang 19/2020, beside the check of one Ed25519 signature in the same run.
//!
//! `make bench` runs it. Promised: 4 microseconds in the median.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jejak_ledger::rules::{BENGKAYANG_19_2020, BENGKAYANG_CASES, Cases, Ready, RuleSet, example};
use jejak_signer::{Algorithm, SigningKey};

/// Decisions of one case that are timed together, and how often; the quickest counts.
const ROUND: u32 = 200;
const ROUNDS: u32 = 25;

fn main() {
    let rules = Arc::new(RuleSet::parse(BENGKAYANG_19_2020).unwrap());
    let cases = Cases::parse(BENGKAYANG_CASES).unwrap();
    let cases: Vec<_> = cases.accepted_at_hand(&rules, &example).map(Result::unwrap).collect();
    println!("microseconds for one of {} rows, facts at hand", cases.len());
    println!("{:10} {:>8} {:>8} {:>8}", "", "median", "90 %", "most");
    row("check", &cases, |ready| assert!(black_box(ready.check()).is_ok()));
    row("admission", &cases, |ready| assert!(black_box(ready.admit()).is_ok()));
    println!("promised of admission: 4 in the median");
    println!("a signature, checked (Ed25519): {:.2}", micros(signature_cost()));
}

fn micros(cost: Duration) -> f64 {
    cost.as_secs_f64() * 1e6
}

/// The costs of all cases, from the least to the most, and whose the most is.
fn row(what: &str, cases: &[(&str, Ready)], decide: impl Fn(&Ready)) {
    let cost = |(name, ready): &(&str, Ready)| (least(|| decide(ready)), (*name).to_owned());
    let mut costs: Vec<_> = cases.iter().map(cost).collect();
    costs.sort();
    let at = |part: usize| costs.get(costs.len().saturating_sub(1) * part / 100).unwrap();
    let (median, slow, most) = (micros(at(50).0), micros(at(90).0), at(100));
    println!("{what:10} {median:8.2} {slow:8.2} {:8.2} {}", micros(most.0), most.1);
}

/// The check of one signature over as many bytes as a statement has.
fn signature_cost() -> Duration {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let message = vec![7_u8; 1_000];
    let signature = key.sign(&message).unwrap();
    let public = key.public_key();
    least(|| assert!(black_box(public.verify(&message, &signature)).is_ok()))
}

/// The quickest round, per call.
fn least(mut call: impl FnMut()) -> Duration {
    let round = |_| {
        let begun = Instant::now();
        (0..ROUND).for_each(|_| call());
        begun.elapsed() / ROUND
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}
