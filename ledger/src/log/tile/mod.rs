//! Names and bytes of the resources that a log publishes: tiles of hashes and bundles of entries.
//! C2SP tlog-tiles.

mod bytes;
mod path;

pub use bytes::{BundleError, decode_entries, decode_hashes, encode_entries, encode_hashes};
pub use path::{TileKind, TilePath, TilePathError};
