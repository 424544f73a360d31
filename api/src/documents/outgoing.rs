//! A document on its way out: read and hashed in pieces, as the client takes them. The last piece leaves
//! only when all of them have the digest; else the connection breaks off, and the length that was
//! announced tells the client that he has not got it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use jejak_ledger::documents::Reading;

use crate::blocking::Blocking;
use crate::problem::Problem;
use crate::shares::Share;

/// What is not yet sent.
pub(crate) struct Outgoing {
    first: Option<Bytes>,
    reading: Option<Reading>,
    coming: Option<Coming>,
    left: u64,
    blocking: Blocking,
    /// One of the downloads that may run at once.
    _share: Share,
}

type Coming = Pin<Box<dyn Future<Output = Result<(Option<Vec<u8>>, Reading), Problem>> + Send>>;

impl Outgoing {
    /// Reads the first piece: a document that has no other is checked before a byte of it leaves.
    pub(crate) async fn begin(
        reading: Reading,
        blocking: Blocking,
        share: Share,
    ) -> Result<Self, Problem> {
        let left = reading.size();
        let (first, reading) = next(reading, blocking.clone()).await?;
        let first = first.filter(|piece| !piece.is_empty()).map(Bytes::from);
        Ok(Self { first, reading: Some(reading), coming: None, left, blocking, _share: share })
    }

    fn sent(&mut self, piece: Bytes) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.left = self.left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

async fn next(reading: Reading, blocking: Blocking) -> Result<(Option<Vec<u8>>, Reading), Problem> {
    let read = move || {
        let mut reading = reading;
        let piece = reading.piece()?;
        Ok((piece, reading))
    };
    blocking.run(read).await
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Some(first) = self.first.take() {
            return self.sent(first);
        }
        if self.coming.is_none() {
            let Some(reading) = self.reading.take() else { return Poll::Ready(None) };
            let blocking = self.blocking.clone();
            self.coming = Some(Box::pin(next(reading, blocking)));
        }
        let Some(coming) = self.coming.as_mut() else { return Poll::Ready(None) };
        let came = ready!(coming.as_mut().poll(cx));
        self.coming = None;
        match came {
            Ok((Some(piece), reading)) => {
                self.reading = Some(reading);
                self.sent(piece.into())
            }
            Ok((None, _)) => Poll::Ready(None),
            Err(problem) => {
                // The status is sent long since: breaking off is the only way left to say it.
                tracing::error!(
                    code = problem.code(),
                    cause = problem.cause(),
                    "document broken off"
                );
                Poll::Ready(Some(Err(io::Error::other(problem.code()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
