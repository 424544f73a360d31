//! Swagger UI over our own description, from this process alone: it asks no other server for anything, and a strict
//! Content-Security-Policy holds it to that.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use jejak_signer::Hash;
use utoipa_swagger_ui::Config;

use crate::media;

/// A file of the page.
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) media: &'static str,
    pub(crate) bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes.
    pub(crate) tag: String,
}

/// What the page names.
pub(crate) const NAMES: [&str; 3] = ["start.js", "swagger-ui.css", "swagger-ui-bundle.js"];

/// Scripts, styles and requests only from and to this server, nothing inline, in nobody's frame.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                                 connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page itself.
pub(crate) static PAGE: LazyLock<File> =
    LazyLock::new(|| File::new("", media::HTML, include_bytes!("index.html").as_slice().into()));

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let start = include_bytes!("start.js").as_slice().into();
    let dist = [("swagger-ui.css", media::CSS), ("swagger-ui-bundle.js", media::JAVASCRIPT)];
    let dist = dist.into_iter().filter_map(|(name, media)| {
        let found = utoipa_swagger_ui::serve(name, Arc::new(Config::default())).ok().flatten()?;
        Some(File::new(name, media, found.bytes.into_owned().into()))
    });
    dist.chain([File::new("start.js", media::JAVASCRIPT, start)]).collect()
});

/// The file of this name, where the page has one.
pub(crate) fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

impl File {
    fn new(name: &'static str, media: &'static str, bytes: Cow<'static, [u8]>) -> Self {
        let tag = Hash::of(&bytes).to_string();
        Self { name, media, bytes, tag }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_what_is_there_and_nothing_elsewhere() {
        let page = String::from_utf8_lossy(&PAGE.bytes).into_owned();
        for name in NAMES {
            assert!(file(name).is_some_and(|file| file.bytes.len() > 100), "{name}");
            assert!(page.contains(&format!("\"/docs/{name}\"")), "{name}");
        }
        assert!(!page.contains("http"), "{page}");
        assert!(!page.contains("<style") && !page.contains("onload"), "nothing inline: {page}");
        assert!(file("index.html").is_none());
    }
}
