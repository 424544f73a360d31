//! A document on its way in: taken from the connection in pieces and written aside by a thread that may
//! block, so that an upload of any size and slowness holds one piece of memory.

use axum::body::Body;
use jejak_ledger::documents::{DocumentError, PIECE_BYTES, Upload};

use crate::blocking::Blocking;
use crate::body::BodyLimits;
use crate::problem::Problem;

/// Writes `body` aside. Whatever ends it early, also a client that goes away, leaves nothing behind.
pub(crate) async fn receive(
    upload: Upload,
    body: Body,
    limits: &BodyLimits,
    blocking: &Blocking,
) -> Result<Upload, Problem> {
    let mut upload = upload;
    let mut pieces = limits.pieces(body);
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    while let Some(bytes) = pieces.next().await? {
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE_BYTES {
            upload = written(upload, std::mem::take(&mut piece), blocking).await?;
        }
    }
    if piece.is_empty() { Ok(upload) } else { written(upload, piece, blocking).await }
}

async fn written(upload: Upload, piece: Vec<u8>, blocking: &Blocking) -> Result<Upload, Problem> {
    let write = move || {
        let mut upload = upload;
        upload.write(&piece)?;
        Ok::<_, DocumentError>(upload)
    };
    blocking.run(move || write().map_err(Problem::from)).await
}
