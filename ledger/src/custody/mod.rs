//! Where private keys are, and how they are opened.
//!
//! They are in files of this machine (PKCS#8, plain or encrypted, PKCS #12) or on tokens. What opens them comes from a file, the environment, a credential of systemd or from
//! whoever asks a person; never from a command line.

mod error;
mod file;
mod log_keys;
mod place;
mod places;
mod secret;

pub use self::error::{CustodyError, SecretError};
pub use self::log_keys::{DirectoryKeys, LogKey, LogKeys};
pub use self::place::{KEY_FILE_BYTES_MAX, KeyPlace, Wanted, open_pkcs12};
pub use self::places::{KEY_PLACES_MAX, KeyPlaces};
pub use self::secret::SecretSource;
