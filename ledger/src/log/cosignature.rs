//! Cosignatures of type `cosignature/v1`: a witness says that it saw the checkpoint at a time, and
//! that it extends every earlier one. C2SP tlog-cosignature.

/// What the witness signs: its statement's name, the time, and the whole text of the checkpoint.
pub(super) fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// The bytes after the key id: `uint64be time || Ed25519 signature`. The time is in seconds and
/// must not exceed 2^63 - 1; the signature's own length is for the key to judge.
pub(super) fn split(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    (time <= TIME_MAX).then_some((time, signature))
}

/// The inverse of [`split`].
pub(super) fn join(time: u64, signature: &[u8]) -> Vec<u8> {
    [time.to_be_bytes().as_slice(), signature].concat()
}

pub(super) const TIME_MAX: u64 = (1 << 63) - 1;
