//! Words of both languages for what the signer refuses; its own are for those who program.

mod key;
mod ocsp;
mod revocation;
mod trust;
mod trust_file;

use jiff::Timestamp;

pub use key::key;
pub use ocsp::ocsp_response;
pub use revocation::{revocation_evidence, revocation_list};
pub use trust::{certificate, trust, trust_in_chain};
pub use trust_file::trust_file;

/// A time in UTC; the number of seconds where it has no date.
pub fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}
