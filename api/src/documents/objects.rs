//! Documents in an S3-compatible store. The contract is blocking, the library is not: what it does runs on
//! a thread of its own, and the caller's thread waits for it.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use jejak_ledger::documents::{DocumentError, DocumentStore, Kept, Opened, Staged};
#[cfg(test)]
use jejak_ledger::documents::{PIECE_BYTES, Upload};
use jejak_signer::Hash;
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{
    ClientOptions, Error, ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig, WriteMultipart,
};
use tokio::runtime::{Builder, Handle, Runtime};

use super::settings::{Documents, DocumentsError};

/// Documents as objects `<prefix>/<digest>`.
#[derive(Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    /// Taken when dropped: a runtime must not be dropped where tasks run.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Objects {
    /// The bucket at `url`, with the credentials of the environment.
    pub(super) fn s3(url: &str, settings: &Documents) -> Result<Self, DocumentsError> {
        let not_a_url = || DocumentsError::Url { url: url.to_owned() };
        let rest = url.strip_prefix("s3://").ok_or_else(not_a_url)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(not_a_url());
        }
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT)
            .with_timeout(REQUEST)
            .with_allow_http(settings.allow_http);
        let retry = RetryConfig {
            max_retries: RETRIES_MAX,
            retry_timeout: RETRY,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::from_env()
            .with_client_options(client)
            .with_allow_http(settings.allow_http)
            .with_retry(retry)
            .with_bucket_name(bucket)
            .with_region(&settings.region)
            // The store compares what arrives with what was sent.
            .with_checksum_algorithm(Checksum::SHA256);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Self::over(Arc::new(builder.build()?), Path::from(prefix))?)
    }

    fn over(store: Arc<dyn ObjectStore>, prefix: Path) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .thread_name("jejak-documents")
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self { store, prefix, runtime: Some(runtime), handle })
    }

    fn key(&self, sha256: &Hash) -> Path {
        self.prefix.clone().join(sha256.to_string())
    }

    async fn put(&self, staged: &Staged) -> Result<(), DocumentError> {
        let key = self.key(&staged.sha256());
        let mut file = File::open(staged.path()).map_err(|error| unavailable(&error))?;
        if staged.size() <= PART_BYTES {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(|error| unavailable(&error))?;
            let put = self.store.put(&key, PutPayload::from(bytes)).await;
            return put.map(drop).map_err(|error| unavailable(&error));
        }
        let part = usize::try_from(PART_BYTES).unwrap_or(usize::MAX);
        let upload = self.store.put_multipart(&key).await.map_err(|error| unavailable(&error))?;
        // Nothing is seen under the key before the end.
        let mut upload = WriteMultipart::new_with_chunk_size(upload, part);
        let sent = parts(&mut file, &mut upload).await;
        if let Err(error) = sent {
            // The parts that came are the store's to clean up, if it does not hear this.
            let _ = upload.abort().await;
            return Err(error);
        }
        upload.finish().await.map(drop).map_err(|error| unavailable(&error))
    }

    async fn head(&self, sha256: &Hash) -> Result<Option<u64>, DocumentError> {
        match self.store.head(&self.key(sha256)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }
}

async fn parts(file: &mut File, upload: &mut WriteMultipart) -> Result<(), DocumentError> {
    let mut piece = vec![0; RANGE_BYTES];
    loop {
        let read = file.read(&mut piece).map_err(|error| unavailable(&error))?;
        if read == 0 {
            return Ok(());
        }
        upload.wait_for_capacity(PARTS_AT_ONCE).await.map_err(|error| unavailable(&error))?;
        upload.write(piece.get(..read).unwrap_or_default());
    }
}

impl DocumentStore for Objects {
    fn keep(&self, staged: &Staged) -> Result<Kept, DocumentError> {
        self.handle.block_on(async {
            let before = self.head(&staged.sha256()).await?;
            // Also over what is there: these bytes were hashed just now, those were not.
            self.put(staged).await?;
            Ok(if before.is_some() { Kept::Known } else { Kept::New })
        })
    }

    fn size(&self, sha256: &Hash) -> Result<Option<u64>, DocumentError> {
        self.handle.block_on(self.head(sha256))
    }

    fn open(&self, sha256: &Hash) -> Result<Option<Opened>, DocumentError> {
        let Some(size) = self.size(sha256)? else { return Ok(None) };
        let bytes = Ranges {
            store: Arc::clone(&self.store),
            handle: self.handle.clone(),
            key: self.key(sha256),
            next: 0,
            size,
            held: io::Cursor::default(),
        };
        Ok(Some(Opened { size, bytes: Box::new(bytes) }))
    }

    fn remove(&self, sha256: &Hash) -> Result<bool, DocumentError> {
        self.handle.block_on(async {
            if self.head(sha256).await?.is_none() {
                return Ok(false);
            }
            match self.store.delete(&self.key(sha256)).await {
                Ok(()) => Ok(true),
                Err(Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(unavailable(&error)),
            }
        })
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// An object that is read a range at a time: its size is known, its bytes never change under their digest.
struct Ranges {
    store: Arc<dyn ObjectStore>,
    handle: Handle,
    key: Path,
    next: u64,
    size: u64,
    held: io::Cursor<Vec<u8>>,
}

impl Read for Ranges {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.held.read(into)?;
        if read > 0 || into.is_empty() || self.next >= self.size {
            return Ok(read);
        }
        let range = u64::try_from(RANGE_BYTES).unwrap_or(u64::MAX);
        let end = self.next.saturating_add(range).min(self.size);
        let got = self.store.get_range(&self.key, self.next..end);
        let bytes = self.handle.block_on(got).map_err(io::Error::other)?;
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.next = self.next.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.held = io::Cursor::new(bytes.to_vec());
        self.held.read(into)
    }
}

fn unavailable(error: &dyn std::error::Error) -> DocumentError {
    DocumentError::Unavailable { text: error.to_string() }
}

/// What is larger goes up in parts of this size. S3 takes no smaller ones than 5 MiB, and 10,000 of them.
const PART_BYTES: u64 = 8 << 20;
/// Parts of one document on their way at once.
const PARTS_AT_ONCE: usize = 2;
/// Bytes fetched, or read from a file, at once.
const RANGE_BYTES: usize = 1 << 20;
const RETRIES_MAX: usize = 3;
const CONNECT: Duration = Duration::from_secs(10);
const REQUEST: Duration = Duration::from_mins(2);
const RETRY: Duration = Duration::from_mins(1);

/// The contract, as the ledger's own engines keep it.
#[cfg(test)]
#[path = "../../../ledger/src/documents/conformance.rs"]
mod conformance;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::cell::Cell;

    use object_store::memory::InMemory;

    use super::*;

    #[test]
    fn the_contract_holds_over_the_library() {
        conformance::all(&|| {
            Box::new(Objects::over(Arc::new(InMemory::new()), Path::from("a/b")).unwrap())
        });
    }

    /// Against a real S3-compatible server: `tests/s3/run` starts one and names it here.
    #[test]
    fn the_contract_holds_over_s3() {
        let Ok(endpoint) = std::env::var("JEJAK_TEST_S3_ENDPOINT") else { return };
        let settings =
            Documents { endpoint: Some(endpoint), allow_http: true, ..Documents::default() };
        let stores = Cell::new(0);
        conformance::all(&|| {
            stores.set(stores.get() + 1);
            let url = format!("s3://jejak-test/{}", stores.get());
            Box::new(Objects::s3(&url, &settings).unwrap())
        });
    }

    #[test]
    fn http_to_a_store_is_refused_unless_told() {
        let endpoint = Some("http://127.0.0.1:9".to_owned());
        let settings = Documents { endpoint, ..Documents::default() };
        let objects = Objects::s3("s3://bucket/x", &settings).unwrap();
        assert!(matches!(objects.size(&Hash::of(b"")), Err(DocumentError::Unavailable { .. })));
        for url in ["s3://", "https://bucket", "bucket"] {
            let error = Objects::s3(url, &settings).unwrap_err();
            assert!(matches!(error, DocumentsError::Url { .. }), "{url}");
        }
    }
}
