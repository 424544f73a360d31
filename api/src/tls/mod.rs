//! TLS 1.2 and 1.3 by rustls: handshakes under a time limit and a bound, a certificate that is read again without a
//! connection being dropped.

mod files;
mod identity;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config;

pub(crate) use self::files::Files;
pub use self::files::TlsError;
pub(crate) use self::identity::Identity;

/// What turns accepted connections into TLS connections.
#[derive(Clone)]
pub(crate) struct Tls {
    identity: Arc<Identity>,
    acceptor: TlsAcceptor,
    handshakes: Arc<Semaphore>,
    handshake: Duration,
}

/// Why a connection did not become a TLS connection.
#[derive(Debug, Error)]
pub(crate) enum HandshakeError {
    /// It took too long, or too many were at it.
    #[error("not done in time")]
    Timeout,
    /// The client gave up, or what it sent is no TLS, or there is no version or cipher that both speak.
    #[error(transparent)]
    Failed(#[from] io::Error),
}

impl Tls {
    /// TLS as the configuration asks for it; `None` where it does not.
    pub(crate) fn load(config: &config::Tls) -> Result<Option<Self>, TlsError> {
        let Some(files) = config.files()? else { return Ok(None) };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let identity = Arc::new(Identity::load(files, Arc::clone(&provider))?);
        let unusable = |reason| identity.unusable(reason);
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Identity>::clone(&identity));
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Self {
            identity,
            acceptor: TlsAcceptor::from(Arc::new(server)),
            handshakes: Arc::new(Semaphore::new(config.handshakes_max)),
            handshake: config.handshake(),
        }))
    }

    /// The certificate that is shown.
    pub(crate) fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// The handshake. Waiting for others' handshakes counts: a client that is told nothing for longer has gone.
    pub(crate) async fn accept<S>(&self, stream: S) -> Result<TlsStream<S>, HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let handshake = async {
            let _turn = self.handshakes.acquire().await.map_err(io::Error::other)?;
            self.acceptor.accept(stream).await
        };
        Ok(timeout(self.handshake, handshake).await.map_err(|_| HandshakeError::Timeout)??)
    }

    /// Reads the files again, whenever `told` says so and every `every`, for as long as it is polled.
    pub(crate) async fn reread<F>(&self, every: Duration, mut told: impl FnMut() -> F)
    where
        F: Future<Output = ()>,
    {
        loop {
            // Told or not: what changed is read, what did not is left.
            let _ = timeout(every, told()).await;
            let identity = Arc::clone(&self.identity);
            // A read that panicked has changed nothing; the next one comes.
            let _ = tokio::task::spawn_blocking(move || identity.reread()).await;
        }
    }
}
