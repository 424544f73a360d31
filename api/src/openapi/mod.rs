//! The description of the HTTP interface: `OpenAPI` 3.1, from the types that are sent and one entry for each route. A test
//! holds it against `routes.rs`, and every answer that the promises look at is held against it.

mod described;
mod paths;
pub(crate) mod problems;
pub(crate) mod receipt;
pub(crate) mod shapes;
mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use utoipa::ToSchema;
use utoipa::openapi::path::{PathItem, Paths};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server,
};

use crate::config::Limits;
use crate::problem::Body;

/// The description of a server under these limits.
pub(crate) fn document(limits: &Limits) -> OpenApi {
    let mut items = Paths::new();
    let mut schemas = BTreeMap::new();
    let mut found = vec![(Body::name().into_owned(), <Body as utoipa::PartialSchema>::schema())];
    Body::schemas(&mut found);
    schemas.extend(found);
    for described in paths::all(limits) {
        let (path, method) = (described.path, described.method.clone());
        let (operation, named) = described.finish();
        schemas.extend(named);
        let item = PathItem::new(method, operation);
        match items.paths.get_mut(path) {
            Some(known) => known.merge_operations(item),
            None => drop(items.paths.insert(path.to_owned(), item)),
        }
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A reader's token. Without one everybody sees what is public."));
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .header(described::REQUEST_ID, described::request_id())
        .security_scheme(described::BEARER, SecurityScheme::Http(bearer.build()));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Jejak")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .license(Some(
                    LicenseBuilder::new()
                        .name("Apache-2.0 OR MIT")
                        .identifier(Some("Apache-2.0 OR MIT"))
                        .build(),
                )),
        )
        .servers(Some([Server::new("/")]))
        .tags(Some(tags::all()))
        .components(Some(components.build()))
        .paths(items)
        .build()
}

/// The document as text, ended by a line feed.
pub(crate) fn text(limits: &Limits) -> Result<String, serde_json::Error> {
    document(limits).to_pretty_json().map(|json| json + "\n")
}

const ABOUT: &str = "Buku besar audit untuk SPBE: setiap tindakan adalah peristiwa bertanda tangan dalam rantai yang dapat \
                     dibuktikan. An audit ledger for Indonesian e-government: every act is a signed event in a log that can \
                     be proven.\n\nTimes are RFC 3339, hashes hex in paths and JSON. What went otherwise than asked is a problem \
                     of RFC 9457, in Indonesian or English by `Accept-Language`, or in both where it names both and prefers neither (`id, en`); programs decide by `code`, which never \
                     changes with the words. An unknown query parameter is an error, never ignored.\n\nAny address may answer a request whose head \
                     cannot be read with 400 `malformed-request` or `tls-required`, 414 `target-too-long` or 431 \
                     `too-large`, one that is no address with 404 `unknown-route`, and another method with 405 \
                     `method-not-allowed`.";
