//! Documents over HTTP: streamed in and out, bounded, and given out so that no browser takes them for a
//! page of this server.

mod disposition;
mod incoming;
mod objects;
mod outgoing;
mod problem;
mod settings;

pub(crate) use disposition::attachment;
pub(crate) use incoming::receive;
pub(crate) use outgoing::Outgoing;
pub(crate) use problem::DocumentProblem;
pub use settings::{Documents, DocumentsError};
