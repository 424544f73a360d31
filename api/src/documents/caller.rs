//! From which address a request comes: whoever hands in documents that no event names has a share of the
//! room for them.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// The address of the other end of the connection, where it is known. Behind a proxy it is the proxy's:
/// then the bounds of one caller are those of all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller(pub(crate) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(info.map(|ConnectInfo(address)| address.ip())))
    }
}
