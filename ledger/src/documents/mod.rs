//! The documents that events name: letters, minutes, decrees, evidence.
//!
//! An event carries of a document only what it is called, its size and its digest; the bytes stay
//! outside the log, so that they can come later, be large, and be removed by law. What is held here is
//! found by its digest and hashed again whenever it is given out.
//!
//! | file | idea |
//! | --- | --- |
//! | `names.rs` | which events name a document: rows of the table `document`, written with the event |
//! | `list.rs` | the documents of a ledger in the order of their digests |
//! | `kind.rs` | the kinds of documents, a closed list |
//! | `upload.rs` | bytes on their way in: hashed while they are written aside |
//! | `waiting.rs` | what no event names yet: bounded, for an hour, given to nobody |
//! | `desk.rs` | [`Documents`]: takes documents in and gives them out |
//! | `store.rs` | the [`DocumentStore`] contract, and reading a document that is hashed on its way out |
//! | `files.rs`, `memory.rs` | the engines here; another lives where HTTP is known |
//! | `conformance.rs` | the contract as tests, the same for every engine |

mod desk;
mod error;
mod files;
mod kind;
mod list;
mod memory;
mod names;
mod store;
mod upload;
mod waiting;

#[cfg(test)]
mod conformance;

pub use desk::{Documents, Settled};
pub use error::DocumentError;
pub use files::Files;
pub use kind::DocumentKind;
pub use list::{DocumentFilter, DocumentPage, DocumentRow};
pub use memory::InMemory;
pub(crate) use names::Names;
#[cfg(feature = "rocks")]
pub(crate) use names::build_index;
pub use names::{Cited, NAMED_MAX, Naming};
pub use store::{DocumentStore, Kept, Opened, PIECE_BYTES, Reading};
pub use upload::{Staged, Upload};
pub use waiting::{Place, WaitingLimit};

use serde::{Deserialize, Serialize};

/// Limits of taking documents in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentLimits {
    /// Bytes of one document.
    pub bytes_max: u64,
    /// How long a document that no event names is kept, in seconds.
    pub wait_s: u64,
    /// Documents that may wait for an event, over all ledgers.
    pub waiting_max: u64,
    /// Bytes of the documents that may wait for an event, over all ledgers.
    pub waiting_bytes_max: u64,
    /// Documents of one caller that may wait for an event.
    pub caller_waiting_max: u64,
    /// Bytes of the documents of one caller that may wait for an event.
    pub caller_waiting_bytes_max: u64,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            bytes_max: 64 << 20,
            wait_s: 3_600,
            waiting_max: 1_024,
            waiting_bytes_max: 1 << 30,
            caller_waiting_max: 128,
            caller_waiting_bytes_max: 256 << 20,
        }
    }
}
