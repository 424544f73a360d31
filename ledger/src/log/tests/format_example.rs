//! The worked example of FORMAT.md: each block is recomputed from the blocks before it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jejak_signer::{Hash, SigningKey};

use super::unhex;
use crate::log::tile::{encode_entries, encode_hashes};
use crate::log::{
    Chain, Checkpoint, Cosigner, Micros, NoteSigner, Outcome, Policy, Proven, Receipt, Record,
    Remains, Renewal, Segment, SegmentLine, SegmentMaker, SegmentObject, StampLine, TlogProof,
    Tree, Twice, genesis_previous,
};

const FORMAT: &str = include_str!("../../../FORMAT.md");
const CERTIFICATE: &[u8] = include_bytes!("../../../../tests/vectors/format/signer.der");

/// The content of the fenced block with this label, with its final line feed.
fn block(label: &str) -> &'static str {
    let start = ["text", "toml"].into_iter().find_map(|language| {
        let fence = format!("```{language} {label}\n");
        FORMAT.find(&fence).map(|at| at + fence.len())
    });
    let rest = &FORMAT[start.unwrap_or_else(|| unreachable!("no block {label}"))..];
    &rest[..rest.find("```").unwrap()]
}

fn line(label: &str) -> &'static str {
    block(label).trim_end()
}

fn key(first: u8) -> SigningKey {
    SigningKey::from_ed25519_seed(std::array::from_fn(|i| first + u8::try_from(i).unwrap()))
        .unwrap()
}

/// The two records, made from the statements.
fn records() -> [Record; 2] {
    let mut chain = Chain::new(line("origin"));
    [("statement-0", 1_767_225_600_250_000), ("statement-1", 1_767_225_601_000_000)]
        .map(|(label, time)| chain.next(Micros(time), Hash::of(line(label).as_bytes())).unwrap())
}

#[test]
fn statements_are_the_header_and_the_payload_signed() {
    let base64url = |text: &str| URL_SAFE_NO_PAD.encode(text);
    assert_eq!(Hash::of(CERTIFICATE).to_string(), line("thumbprint"));
    let named = format!("\"x5t#S256\":\"{}\"", URL_SAFE_NO_PAD.encode(Hash::of(CERTIFICATE)));
    assert!(line("header-0").contains(&named));
    let signing_input = format!("{}.{}", base64url(line("header-0")), base64url(line("payload-0")));
    let signature = key(0x40).sign(signing_input.as_bytes()).unwrap();
    let statement = format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(&signature));
    assert_eq!(statement, line("statement-0"));
    for number in ["0", "1"] {
        let statement = line(&format!("statement-{number}"));
        let (signing_input, signature) = statement.rsplit_once('.').unwrap();
        let event_key = line(&format!("event-key-{number}"));
        assert_eq!(Hash::of(signing_input.as_bytes()).to_string(), event_key);
        let statement_hash = line(&format!("statement-hash-{number}"));
        assert_eq!(Hash::of(statement.as_bytes()).to_string(), statement_hash);
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let signer = key(0x40);
        assert!(signer.public_key().verify(signing_input.as_bytes(), &signature).is_ok());
    }
}

#[test]
fn records_chain_from_the_origin() {
    let origin = line("origin");
    assert_eq!(genesis_previous(origin).to_string(), line("genesis-previous"));
    let mut chain = Chain::new(origin);
    for (number, record) in records().iter().enumerate() {
        let bytes = unhex(block(&format!("record-{number}")));
        assert_eq!(record.to_bytes().as_slice(), bytes);
        assert_eq!(Record::parse(&bytes), Ok(*record));
        assert_eq!(record.leaf_hash().to_string(), line(&format!("leaf-{number}")));
        assert_eq!(chain.check(record), Ok(record.leaf_hash()));
    }
}

#[test]
fn tree_checkpoint_tiles_and_proof_follow_from_the_records() {
    let records = records();
    let leaves = records.map(|record| record.leaf_hash());
    let mut tree = Tree::empty();
    let proofs = tree.append(&leaves).proofs;
    assert_eq!(tree.root().to_string(), line("root"));

    let ledger = NoteSigner::new(line("origin"), key(0x80)).unwrap();
    let witness = Cosigner::new("saksi.example.id/1", key(0xa0)).unwrap();
    assert_eq!(ledger.vkey().to_string(), line("ledger-vkey"));
    assert_eq!(witness.vkey().to_string(), line("witness-vkey"));
    let checkpoint = Checkpoint::new(line("origin"), tree.size(), tree.root());
    let mut note = checkpoint.sign(&[&ledger]).unwrap();
    note.add(witness.cosign(note.text(), 1_767_225_602).unwrap());
    assert_eq!(note.to_string(), block("checkpoint"));

    assert_eq!(encode_hashes(tree.partial_tile(0)), unhex(block("tile")));
    let entries = records.map(|record| record.to_bytes());
    let bundle = encode_entries(entries.iter().map(<[u8; 81]>::as_slice)).unwrap();
    assert_eq!(bundle, unhex(block("entries")));

    let path = proofs.inclusion(1).unwrap();
    assert_eq!(TlogProof::write(1, &path, block("checkpoint")), block("proof"));
    let receipt = Receipt::new(records[1], block("proof").parse().unwrap());
    assert_eq!(serde_json::to_string(&receipt).unwrap(), line("receipt"));
}

#[test]
fn the_segment_is_made_of_records_and_of_what_remains_of_statements() {
    let remains: Vec<Remains> = ["statement-0", "statement-1"]
        .map(|label| Remains::of(line(label).as_bytes()).unwrap())
        .to_vec();
    assert_eq!(remains[1].to_bytes().as_slice(), unhex(block("remains-1")));
    let mut maker = SegmentMaker::new(line("origin"), 0);
    for (record, remains) in records().iter().zip(&remains) {
        maker.push(record, Some(remains));
    }
    maker.name(Hash::of(CERTIFICATE));
    let object = |hash: &Hash| Ok::<_, ()>(SegmentObject::new(*hash, Some(CERTIFICATE)));
    let segment = maker.finish(line("root").parse().unwrap(), object).unwrap();
    assert_eq!(segment.to_string(), block("segment"));
    assert_eq!(block("segment").parse(), Ok(segment.clone()));
    assert_eq!(segment.digest().to_string(), line("segment-digest"));
}

#[test]
fn the_renewal_names_the_segment_and_the_renewal_before() {
    let segment: Segment = block("segment").parse().unwrap();
    let first = Renewal {
        origin: line("origin").to_owned(),
        size: segment.end,
        root: segment.root,
        segments: vec![SegmentLine::of(&segment)],
        stamps: Vec::new(),
        lists: Vec::new(),
    };
    let stamped = Twice::of(first.to_string().as_bytes());
    let stamp = StampLine { stamped, token: Twice::of(b"token") };
    let second = Renewal { stamps: vec![stamp], ..first };
    assert_eq!(second.to_string(), block("renewal"));
    assert_eq!(block("renewal").parse(), Ok(second));
}

#[test]
fn the_receipt_is_proven_under_the_policy() {
    let receipt = Receipt::parse(line("receipt").as_bytes()).unwrap();
    let policy = Policy::parse(block("policy")).unwrap();
    let verdict = receipt.verify(&policy, Some(line("statement-1").as_bytes()));
    assert_eq!(verdict.outcome, Outcome::Proven);
    let sha256 = line("statement-hash-1").parse().unwrap();
    assert!(verdict.proven.contains(&Proven::Statement { sha256 }));
}
