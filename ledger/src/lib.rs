//! What happened, in order, provably.
//!
//! # What it is
//!
//! * the event and its strict parser ([`event`]), the rules that decide it ([`rules`]);
//! * the log that proves it ([`log`]): records, chain, tree, checkpoints, receipts;
//! * the store that keeps it ([`store`]): a contract, an engine in memory and RocksDB;
//! * [`Ledgers`], an open data directory: statements in, answers with receipts out; [`View`], reading as
//!   of one published head; [`audit`](audit()) and [`replay`](replay()), everything again from the bytes;
//! * the SPBE index ([`evaluation`]) and the registers ([`registers`]).
//!
//! # What it is not
//!
//! * a server: it knows no HTTP and no async runtime; callers are ordinary threads;
//! * a judge of signatures: `jejak-signer` is, and only what it verified is decided here;
//! * a clock: the time is an argument ([`Clock`]).
//!
//! # The flow
//!
//! 1. [`Ledger::submit`] hands statements to the pool, which parses and verifies them in parallel.
//! 2. The writer of the ledger decides them in order: a pure function of the event and of the things
//!    that earlier events have made.
//! 3. One synced write, then the lock, then the signed checkpoint, then the answers.
//!
//! # Example
//!
//! A receipt is verified with nothing but itself, the statement, and the key of the log:
//!
//! ```
//! use jejak_ledger::log::{
//!     Chain, Checkpoint, Micros, NoteSigner, Outcome, Policy, Receipt, TlogProof, Tree,
//! };
//! use jejak_signer::{Hash, SigningKey};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let origin = "jejak.example.go.id/61.07";
//! let statement = b"header.payload.signature";
//!
//! // What a ledger does: record, tree, signed checkpoint, receipt.
//! let record = Chain::new(origin).next(Micros(1_764_000_000_000_000), Hash::of(statement))?;
//! let mut tree = Tree::empty();
//! let proofs = tree.append(&[record.leaf_hash()]).proofs;
//! let signer = NoteSigner::new(origin, SigningKey::from_ed25519_seed([7; 32])?)?;
//! let checkpoint = Checkpoint::new(origin, tree.size(), tree.root()).sign(&[&signer])?;
//! let receipt = Receipt::new(
//!     record,
//!     TlogProof {
//!         extra: None,
//!         index: 0,
//!         hashes: proofs.inclusion(0).unwrap_or_default(),
//!         checkpoint: checkpoint.to_string(),
//!     },
//! );
//!
//! // What a verifier does.
//! let policy = Policy::parse(&format!(
//!     "format = \"jejak-policy/1\"\nquorum = \"none\"\n\
//!      [[ledger]]\norigin = \"{origin}\"\n[[ledger.key]]\nvkey = \"{}\"\nfrom = 0\n",
//!     signer.vkey()
//! ))?;
//! assert_eq!(receipt.verify(&policy, Some(statement)).outcome, Outcome::Proven);
//! assert_ne!(receipt.verify(&policy, Some(b"another")).outcome, Outcome::Proven);
//! # Ok(())
//! # }
//! ```

#![cfg_attr(
    not(feature = "rocks"),
    expect(dead_code, reason = "without an engine nothing is written, only read and verified")
)]

pub mod audit;
mod clock;
mod credentials;
pub mod cursor;
pub mod custody;
pub mod documents;
mod draft;
mod enrolment;
mod error;
pub mod evaluation;
pub mod event;
pub mod evidence;
mod filter;
mod genesis;
mod group;
mod handover;
mod held;
pub mod impact;
mod ledger;
pub mod log;
mod moment;
mod noted;
pub mod objects;
mod observer;
mod offices;
#[cfg(feature = "rocks")]
mod open;
mod pool;
mod prepared;
mod publisher;
mod quota;
mod reasons;
mod refusal;
mod refused;
pub mod registers;
pub mod replay;
pub mod rules;
mod seats;
mod segments;
mod sequencer;
mod settings;
mod space;
mod state;
pub mod store;
mod streams;
mod tiles;
mod timestamps;
mod told;
mod trial;
mod trust;
pub mod verdict;
mod view;
mod walk;
pub mod words;

pub use audit::{AuditReport, LockEvidence, audit, audit_to, audit_with};
pub use clock::Clock;
pub use draft::{Change, Rehearsal};
pub use error::{Failure, Stop};
pub use event::Form;
pub use filter::{EntryFilter, NoSigner, Signer};
pub use group::Receipted;
pub use ledger::{Answer, Ledger, Published, Writing};
pub use moment::{Moment, NoMoment};
pub use noted::{Awaited, Found, Noted, Riwayat};
pub use observer::Observer;
#[cfg(feature = "rocks")]
pub use open::{
    Archive, LedgerInit, Ledgers, OpenError, RECOVERY_STATEMENTS_MAX, RecoverError, Recovered,
    Reserved, StillInForce,
};
pub use pool::{Pieces, Reply};
pub use quota::{Exceeded, OverQuota, Quota, QuotaOf, Quotas};
pub use refusal::{ActTime, EnrolmentFault, Obstacle, Refusal};
pub use refused::{
    NotAPlace, RefusalFilter, RefusalPage, RefusalPlace, RefusedAttributes, RefusedEvent,
};
pub use replay::{ReplayReport, replay};
pub use seats::{Seat, Seats};
pub use segments::{KeptRenewal, RENEWALS_MAX, SealError};
pub use settings::Settings;
pub use space::free_bytes;
pub use streams::{Prospect, VersionPage};
pub use timestamps::{
    Contradiction, KeepTimestampError, KeptTimestamp, Stamped, StampedError, TIMESTAMP_TOLERANCE_S,
};
pub use told::Teller;
pub use trust::{
    LockedOut, PolicyInForce, TRUST_POLICY_BYTES_MAX, TrustFileError, TrustFileFaults,
    check_trust_policy, read_trust_policy,
};
pub use view::{AsOf, Entry, EntryPage, ReadError, RegisterPage, View};
