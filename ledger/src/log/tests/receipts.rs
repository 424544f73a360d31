//! What a receipt proves, what it does not, and how it fails.

use jejak_signer::{Hash, SigningKey};

use crate::log::{
    Chain, Checkpoint, Cosigner, Enrolment, Indeterminate, Micros, NoteSigner, NoteVerifyError,
    Outcome, Policy, Position, Proven, Receipt, ReceiptError, ReceiptFailure, ReceiptVerdict,
    Record, TlogProof, Tree, Unproven, merkle,
};

const ORIGIN: &str = "jejak.example.id/61.07";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_ed25519_seed([seed; 32]).unwrap()
}

fn signer(origin: &str, seed: u8) -> NoteSigner {
    NoteSigner::new(origin, key(seed)).unwrap()
}

fn witness(seed: u8) -> Cosigner {
    Cosigner::new(&format!("saksi.example.id/{seed}"), key(seed)).unwrap()
}

/// A ledger of five records for the statements `statement 0` to `statement 4`.
struct Ledger {
    records: Vec<Record>,
    tree: Tree,
    checkpoint: String,
}

impl Ledger {
    /// Signed by the log key `signer` and cosigned by the witnesses of these seeds.
    fn signed(origin: &str, signed_by: u8, witnesses: &[u8]) -> Self {
        let mut chain = Chain::new(origin);
        let statement = |i| Hash::of(format!("statement {i}").as_bytes());
        let records: Vec<Record> =
            (0..5).map(|i| chain.next(Micros(1000 + i), statement(i)).unwrap()).collect();
        let mut tree = Tree::empty();
        for record in &records {
            tree.push(record.leaf_hash());
        }
        let checkpoint = Checkpoint::new(origin, 5, tree.root());
        let mut note = checkpoint.sign(&[&signer(origin, signed_by)]).unwrap();
        for seed in witnesses {
            note.add(witness(*seed).cosign(note.text(), 7_000 + u64::from(*seed)).unwrap());
        }
        Self { records, tree, checkpoint: note.to_string() }
    }

    fn receipt(&self, position: u64) -> Receipt {
        let leaves: Vec<Hash> = self.records.iter().map(Record::leaf_hash).collect();
        let path = Tree::empty().append(&leaves).proofs.inclusion(position).unwrap();
        let proof = TlogProof::write(position, &path, &self.checkpoint).parse().unwrap();
        Receipt::new(self.records[usize::try_from(position).unwrap()], proof)
    }
}

fn policy(head: &str, ledger: &str) -> Policy {
    let vkey = signer(ORIGIN, 1).vkey().to_string();
    Policy::parse(&format!(
        "format = \"jejak-policy/1\"\n{head}\n[[ledger]]\norigin = \"{ORIGIN}\"\n{ledger}\n\
         [[ledger.key]]\nvkey = \"{vkey}\"\nfrom = 2\nuntil = 100\n"
    ))
    .unwrap()
}

fn witnessed_policy(quorum: &str) -> Policy {
    let lines = [11, 12].map(|seed| format!("witness w{seed} {}\n", witness(seed).vkey())).concat();
    policy(&format!("witnesses = '''\n{lines}{quorum}\n'''"), "")
}

fn failure(receipt: &Receipt, policy: &Policy, statement: Option<&[u8]>) -> ReceiptFailure {
    match receipt.verify(policy, statement) {
        ReceiptVerdict { outcome: Outcome::Failed(failure), proven, .. } if proven.is_empty() => {
            failure
        }
        other => unreachable!("{other:?}"),
    }
}

const ALONE: &str = "quorum = \"none\"";

#[test]
fn without_witnesses_a_receipt_is_indeterminate() {
    let receipt = Ledger::signed(ORIGIN, 1, &[]).receipt(3);
    for policy in [policy("", ""), witnessed_policy("quorum w11")] {
        let verdict = receipt.verify(&policy, None);
        assert_eq!(verdict.outcome.to_string(), "INDETERMINATE (unwitnessed)");
        assert_eq!(verdict.outcome, Outcome::Indeterminate(Indeterminate::Unwitnessed));
        assert_eq!(verdict.unproven[0], Unproven::OneView);
    }
}

#[test]
fn quorum_none_takes_the_ledgers_own_word() {
    let ledger = Ledger::signed(ORIGIN, 1, &[]);
    let verdict = ledger.receipt(3).verify(&policy(ALONE, ""), None);
    let statement = Hash::of(b"statement 3");
    assert_eq!(verdict.outcome.to_string(), "PROVEN");
    let checkpoint = Proven::Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 5,
        root: ledger.tree.root(),
        keys: vec![signer(ORIGIN, 1).vkey().id()],
    };
    let record = Proven::Record { position: Position(3), recorded_at: Micros(1003), statement };
    assert_eq!(verdict.proven, [checkpoint, record]);
    assert_eq!(
        verdict.unproven,
        [Unproven::Signatory, Unproven::RecordedAt, Unproven::Genesis, Unproven::Statement]
    );
}

#[test]
fn a_quorum_of_witnesses_proves_and_names_them() {
    let receipt = Ledger::signed(ORIGIN, 1, &[12, 13]).receipt(0);
    let verdict = receipt.verify(&witnessed_policy("group g any w11 w12\nquorum g"), None);
    assert_eq!(verdict.outcome, Outcome::Proven);
    let Some(Proven::Witnessed { by }) = verdict.proven.last() else { unreachable!() };
    let seen: Vec<_> = by.iter().map(|seen| (seen.name.as_str(), seen.time)).collect();
    assert_eq!(seen, [("w12", 7012)]);

    let verdict = receipt.verify(&witnessed_policy("group g all w11 w12\nquorum g"), None);
    assert_eq!(verdict.outcome, Outcome::Indeterminate(Indeterminate::Unwitnessed));
}

#[test]
fn the_statement_must_be_the_one_recorded() {
    let policy = policy(ALONE, "");
    let mut receipt = Ledger::signed(ORIGIN, 1, &[]).receipt(3);
    let verdict = receipt.verify(&policy, Some(b"statement 3"));
    let expected = Hash::of(b"statement 3");
    assert!(verdict.proven.contains(&Proven::Statement { sha256: expected }));
    assert!(!verdict.unproven.contains(&Unproven::Statement));
    let found = Hash::of(b"statement 4");
    let wrong = ReceiptFailure::Statement { expected, found };
    assert_eq!(failure(&receipt, &policy, Some(b"statement 4")), wrong);
    receipt.statement = Some("statement 4".to_owned());
    assert_eq!(failure(&receipt, &policy, Some(b"statement 3")), wrong);
    assert_eq!(failure(&receipt, &policy, None), wrong);
}

#[test]
fn the_first_record_must_be_the_one_of_the_policy() {
    let ledger = Ledger::signed(ORIGIN, 1, &[]);
    let genesis = format!("genesis = \"{}\"", ledger.records[0].leaf_hash());
    let verdict = ledger.receipt(0).verify(&policy(ALONE, &genesis), None);
    assert!(verdict.proven.contains(&Proven::Genesis));
    let verdict = ledger.receipt(0).verify(&policy(ALONE, ""), None);
    assert!(verdict.unproven.contains(&Unproven::Genesis));
    let other = format!("genesis = \"{}\"", "00".repeat(32));
    assert_eq!(failure(&ledger.receipt(0), &policy(ALONE, &other), None), ReceiptFailure::Genesis);
    assert_eq!(ledger.receipt(1).verify(&policy(ALONE, &other), None).outcome, Outcome::Proven);
}

#[test]
fn an_altered_record_or_path_fails() {
    let (ledger, policy) = (Ledger::signed(ORIGIN, 1, &[]), policy(ALONE, ""));
    let receipt = ledger.receipt(3);
    let later = Record { recorded_at: Micros(1004), ..receipt.record };
    let altered = Receipt { record: later, ..receipt.clone() };
    let wrong = failure(&altered, &policy, None);
    assert!(matches!(wrong, ReceiptFailure::Inclusion(merkle::ProofError::Root { .. })));

    let moved = Receipt { record: ledger.records[2], ..receipt.clone() };
    let mismatch = ReceiptFailure::IndexMismatch { record: Position(2), proof: 3 };
    assert_eq!(failure(&moved, &policy, None), mismatch);

    let mut short = receipt;
    short.proof.hashes.pop();
    let length = merkle::ProofError::PathLength { found: 2 };
    assert_eq!(failure(&short, &policy, None), ReceiptFailure::Inclusion(length));
}

#[test]
fn a_checkpoint_that_is_not_signed_as_the_policy_says_fails() {
    let alone = policy(ALONE, "");
    let origin = "jejak.example.id/id";
    let other = Ledger::signed(origin, 1, &[]).receipt(3);
    let unknown = ReceiptFailure::LedgerUnknown { origin: origin.to_owned() };
    assert_eq!(failure(&other, &alone, None), unknown);

    let other_key = Ledger::signed(ORIGIN, 2, &[11]).receipt(3);
    let unsigned = ReceiptFailure::Signatures(NoteVerifyError::NoKnownSignature);
    assert_eq!(failure(&other_key, &alone, None), unsigned);
    // A witness alone does not speak for the ledger.
    let unsigned = ReceiptFailure::NoLogSignature { size: 5 };
    assert_eq!(failure(&other_key, &witnessed_policy("quorum w11"), None), unsigned);

    let mut forged = Ledger::signed(ORIGIN, 1, &[11]).receipt(3);
    forged.proof.checkpoint = forged.proof.checkpoint.replacen("\n5\n", "\n6\n", 1);
    let wrong = failure(&forged, &alone, None);
    let invalid = NoteVerifyError::SignatureInvalid {
        name: ORIGIN.to_owned(),
        id: signer(ORIGIN, 1).vkey().id(),
    };
    assert_eq!(wrong, ReceiptFailure::Signatures(invalid));
}

#[test]
fn a_key_counts_only_for_the_sizes_of_the_policy() {
    let receipt = Ledger::signed(ORIGIN, 1, &[]).receipt(3);
    let vkey = signer(ORIGIN, 1).vkey().to_string();
    for (range, counts) in
        [("from = 5", true), ("from = 6", false), ("until = 6", true), ("until = 5", false)]
    {
        let policy = Policy::parse(&format!(
            "format = \"jejak-policy/1\"\n{ALONE}\n[[ledger]]\norigin = \"{ORIGIN}\"\n\
             [[ledger.key]]\nvkey = \"{vkey}\"\n{range}\n"
        ));
        let outcome = receipt.verify(&policy.unwrap(), None).outcome;
        let unsigned = Outcome::Failed(ReceiptFailure::NoLogSignature { size: 5 });
        assert_eq!(outcome, if counts { Outcome::Proven } else { unsigned }, "{range}");
    }
}

#[test]
fn an_enrolment_stands_in_the_same_ledger_or_fails() {
    let (ledger, policy) = (Ledger::signed(ORIGIN, 1, &[]), policy(ALONE, ""));
    let Receipt { record, proof, .. } = ledger.receipt(1);
    let statement = "statement 1".to_owned();
    let mut receipt = ledger.receipt(3);
    receipt.enrolment = Some(Enrolment { statement, record, proof });
    let verdict = receipt.verify(&policy, None);
    assert!(verdict.proven.contains(&Proven::Enrolment { position: Position(1) }));

    if let Some(enrolment) = &mut receipt.enrolment {
        enrolment.statement = "statement 2".to_owned();
    }
    let (expected, found) = (Hash::of(b"statement 1"), Hash::of(b"statement 2"));
    let wrong = ReceiptFailure::Enrolment(Box::new(ReceiptFailure::Statement { expected, found }));
    assert_eq!(failure(&receipt, &policy, None), wrong);
}

#[test]
fn a_receipt_file_goes_there_and_back() {
    let ledger = Ledger::signed(ORIGIN, 1, &[11]);
    let mut receipt = ledger.receipt(3);
    for with_evidence in [false, true] {
        if with_evidence {
            let Receipt { record, proof, .. } = ledger.receipt(1);
            receipt.statement = Some("a.b.c".to_owned());
            receipt.chain = vec![vec![1, 2, 3], vec![4]];
            receipt.enrolment = Some(Enrolment { statement: "d.e.f".to_owned(), record, proof });
        }
        let json = serde_json::to_vec(&receipt).unwrap();
        assert_eq!(Receipt::parse(&json).as_ref(), Ok(&receipt));
        assert_eq!(serde_json::from_slice::<Receipt>(&json).unwrap(), receipt);
    }
}

#[test]
fn what_is_not_a_receipt_is_refused_with_its_reason() {
    let good = serde_json::to_value(Ledger::signed(ORIGIN, 1, &[]).receipt(3)).unwrap();
    let with = |name: &str, value: serde_json::Value| {
        let mut file = good.clone();
        file[name] = value;
        Receipt::parse(file.to_string().as_bytes()).unwrap_err()
    };
    assert_eq!(with("format", "jejak-receipt/2".into()), ReceiptError::Format);
    assert_eq!(with("record", "AQ".into()), ReceiptError::RecordBase64);
    let short = crate::log::RecordError::Length { found: 1 };
    assert_eq!(with("record", "AQ==".into()), ReceiptError::Record(short));
    let header = crate::log::TlogProofError::Header;
    assert_eq!(with("proof", "".into()), ReceiptError::Proof(header));
    assert_eq!(with("chain", vec!["AQ==", "AQ"].into()), ReceiptError::Chain { certificate: 2 });
    for (name, value) in [("record", 1.into()), ("other", "".into()), ("enrolment", "".into())] {
        assert!(matches!(with(name, value), ReceiptError::Json { .. }), "{name}");
    }
    let twice = good.to_string().replacen('{', "{\"record\":\"\",", 1);
    let twice = Receipt::parse(twice.as_bytes());
    assert!(matches!(twice, Err(ReceiptError::Json { line: 1, .. })), "{twice:?}");
    let bytes = Receipt::BYTES_MAX + 1;
    assert_eq!(Receipt::parse(&vec![b' '; bytes]), Err(ReceiptError::TooLong { bytes }));
}
