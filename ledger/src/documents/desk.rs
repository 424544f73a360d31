//! Where documents are handed in and given out: what comes in is kept at once where an event names it,
//! and waits for an hour where none does.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jejak_signer::Hash;

use super::DocumentLimits;
use super::error::DocumentError;
use super::files::Files;
use super::store::{DocumentStore, Kept, Opened, Reading};
use super::upload::{Staged, Upload};
use super::waiting::{Key, Place, Waiting, Waits};
use crate::log::Micros;
use crate::rules::Class;
use crate::space::Space;
use crate::store::{FileError, FileStep, create_dir, sync_dir};
use crate::view::View;

/// The documents of a data directory. What its ledgers hold is shared; who names it is each ledger's own.
#[derive(Debug)]
pub struct Documents {
    dir: PathBuf,
    /// The directory's own place, and that of documents from before there was another.
    files: Files,
    /// Where documents are kept instead.
    elsewhere: RwLock<Option<Arc<dyn DocumentStore>>>,
    waiting: Waiting,
    limits: DocumentLimits,
    space: Space,
    turn: AtomicU64,
}

/// What came of a document that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// An event that its sender may see names it: it is kept.
    Kept(Kept),
    /// None does: it is kept until then, unless one comes.
    Waits {
        /// When it is removed.
        until: Micros,
    },
}

/// Files that are being written are named so; one found at opening was left by a crash.
const ASIDE: &str = "aside-";
/// Where documents lie that no event names yet.
const WAITING: &str = "waiting";

impl Documents {
    /// The documents in `dir`, which is made where it is missing. What a crash left is removed; what
    /// waited waits anew. One process at a time.
    pub(crate) fn open(
        dir: &Path,
        limits: &DocumentLimits,
        space: Space,
        now: Micros,
    ) -> Result<Self, DocumentError> {
        create_dir(&dir.join(WAITING))?;
        for (name, path) in entries(dir)? {
            if name.starts_with(ASIDE) {
                fs::remove_file(&path).map_err(FileError::at(FileStep::Remove, &path))?;
            }
        }
        let documents = Self::new(dir, limits, space);
        let until = documents.until(now);
        for (key, bytes) in documents.lying()? {
            documents.waiting.found(key, bytes, until);
        }
        Ok(documents)
    }

    /// The documents in a directory that is only read: nothing is made or cleaned up.
    pub(crate) fn beside(
        dir: &Path,
        limits: &DocumentLimits,
        space: Space,
    ) -> Result<Self, DocumentError> {
        let documents = Self::new(dir, limits, space);
        for (key, bytes) in documents.lying()? {
            documents.waiting.found(key, bytes, Micros(u64::MAX));
        }
        Ok(documents)
    }

    fn new(dir: &Path, limits: &DocumentLimits, space: Space) -> Self {
        Self {
            dir: dir.to_path_buf(),
            files: Files::new(dir),
            elsewhere: RwLock::new(None),
            waiting: Waiting::new(limits),
            limits: limits.clone(),
            space,
            turn: AtomicU64::new(0),
        }
    }

    /// From now on keeps documents in `store` instead of in the directory. Those that are there already
    /// are still found; bytes on their way in, and what waits for an event, stay in the directory.
    pub fn keep_in(&self, store: Arc<dyn DocumentStore>) {
        *self.elsewhere.write().unwrap_or_else(PoisonError::into_inner) = Some(store);
    }

    /// The limits in force.
    pub fn limits(&self) -> &DocumentLimits {
        &self.limits
    }

    /// Room for a document of at most `bytes` that no event names which its sender may see.
    pub fn place(&self, caller: Option<IpAddr>, bytes: u64) -> Result<Place, DocumentError> {
        self.waiting.place(caller, bytes)
    }

    /// A document begins to come in.
    pub fn begin(&self) -> Result<Upload, DocumentError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let path = self.dir.join(format!("{ASIDE}{turn}"));
        Upload::begin(path, self.limits.bytes_max, self.space.clone())
    }

    /// A document is all there: keeps it, or lets it wait. `class` is the highest that its sender may
    /// see; he is answered as if events above it were not there.
    pub fn settle(
        &self,
        view: &View,
        staged: &Staged,
        class: Class,
        caller: Option<IpAddr>,
        place: Option<Place>,
        now: Micros,
    ) -> Result<Settled, DocumentError> {
        let key = (view.region().to_owned(), staged.sha256());
        let (sha256, bytes) = (staged.sha256(), staged.size());
        if let Some(naming) = view.naming_of_size(&sha256, bytes, class)? {
            let kept = self.keep(staged)?;
            self.end_file(&key, naming.class);
            return Ok(Settled::Kept(kept));
        }
        let seen = view.namings(&sha256, class, view.size())?;
        if !seen.is_empty() {
            let mut announced: Vec<u64> = seen.iter().map(|naming| naming.size).collect();
            announced.sort_unstable();
            announced.dedup();
            return Err(DocumentError::SizeMismatch { found: bytes, announced });
        }
        let place = place.map_or_else(|| self.place(caller, bytes), Ok)?;
        let until = self.until(now);
        let is_file = view.naming_of_size(&sha256, bytes, Class::Restricted)?.is_none();
        if is_file {
            self.set_down(&key, staged)?;
        } else {
            self.keep(staged)?;
        }
        self.waiting.put(key, Waits { until, is_file, class, bytes }, place);
        Ok(Settled::Waits { until })
    }

    /// A document to be read, hashed on its way; `None` where it is not held.
    pub fn read(&self, view: &View, sha256: &Hash) -> Result<Option<Reading>, DocumentError> {
        let mut opened = self.open_held(sha256)?;
        if opened.is_none() && self.keep_waiting(view, sha256)? {
            opened = self.open_held(sha256)?;
        }
        Ok(opened.map(|opened| Reading::new(*sha256, opened)))
    }

    /// A document to be read where it lies, also where it still waits and is named: nothing is moved.
    pub(crate) fn peek(
        &self,
        view: &View,
        sha256: &Hash,
    ) -> Result<Option<Reading>, DocumentError> {
        if let Some(opened) = self.open_held(sha256)? {
            return Ok(Some(Reading::new(*sha256, opened)));
        }
        let path = self.waiting_path(&(view.region().to_owned(), *sha256));
        let Ok(file) = fs::File::open(&path) else { return Ok(None) };
        let size = file.metadata().map_err(FileError::at(FileStep::Read, &path))?.len();
        Ok(Some(Reading::new(*sha256, Opened { size, bytes: Box::new(file) })))
    }

    /// The size of a document that is held, or that waits and will be.
    pub fn size(&self, view: &View, sha256: &Hash) -> Result<Option<u64>, DocumentError> {
        if let Some(store) = self.elsewhere()
            && let Some(size) = store.size(sha256)?
        {
            return Ok(Some(size));
        }
        if let Some(size) = self.files.size(sha256)? {
            return Ok(Some(size));
        }
        let key = (view.region().to_owned(), *sha256);
        if !self.waiting.has(&key) {
            return Ok(None);
        }
        match fs::metadata(self.waiting_path(&key)) {
            Ok(file) => {
                let naming = view.naming_of_size(sha256, file.len(), Class::Restricted)?;
                Ok(naming.map(|_| file.len()))
            }
            Err(_) => Ok(None),
        }
    }

    /// Removes a document, as the law may demand; false where it was not held. The events that name it
    /// stand, and an audit says that it is not held.
    pub fn remove(&self, sha256: &Hash) -> Result<bool, DocumentError> {
        let mut removed = self.files.remove(sha256)?;
        if let Some(store) = self.elsewhere() {
            removed |= store.remove(sha256)?;
        }
        for (key, waits) in self.waiting.all() {
            if key.1 == *sha256 {
                removed |= waits.is_file;
                self.end_waiting(&key);
            }
        }
        Ok(removed)
    }

    /// Keeps what waited and is named by now; removes what waited too long. Whatever fails is tried
    /// again the next time.
    pub(crate) fn sweep(&self, now: Micros, view_of: impl Fn(&str) -> Option<View>) {
        for (key, waits) in self.waiting.all() {
            let looked = match view_of(&key.0) {
                Some(view) if waits.is_file => self.keep_waiting(&view, &key.1).map(drop),
                Some(view) => self.look_again(&view, &key, waits),
                None => Ok(()),
            };
            if waits.until <= now && looked.is_ok() {
                self.end_waiting(&key);
            }
        }
    }

    /// Bytes that are kept, and that wait only for the one who handed them in: by now an event that he may see may name
    /// them.
    fn look_again(&self, view: &View, key: &Key, waits: Waits) -> Result<(), DocumentError> {
        if let Some(naming) = view.naming_of_size(&key.1, waits.bytes, waits.class)? {
            self.waiting.is_named(key, naming.class);
        }
        Ok(())
    }

    /// Keeps a document that waits in this ledger, if an event names it by now.
    fn keep_waiting(&self, view: &View, sha256: &Hash) -> Result<bool, DocumentError> {
        let key = (view.region().to_owned(), *sha256);
        if !self.waiting.has(&key) {
            return Ok(false);
        }
        let path = self.waiting_path(&key);
        let size = match fs::metadata(&path) {
            Ok(file) => file.len(),
            // Another thread has just kept it, or its time was over.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(FileError::at(FileStep::Read, &path)(error).into()),
        };
        let Some(naming) = view.naming_of_size(sha256, size, Class::Restricted)? else {
            return Ok(false);
        };
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let aside = self.dir.join(format!("{ASIDE}{turn}"));
        // A name of its own, so that of two who keep it at one time neither takes the other's file.
        if let Err(error) = fs::hard_link(&path, &aside) {
            return match error.kind() {
                io::ErrorKind::NotFound => Ok(true),
                _ => Err(FileError::at(FileStep::Create, &aside)(error).into()),
            };
        }
        match Staged::again(&aside, sha256) {
            Ok(staged) => {
                self.keep(&staged)?;
                self.end_file(&key, naming.class);
                Ok(true)
            }
            Err(damaged @ DocumentError::Damaged { .. }) => {
                let _ = fs::remove_file(&aside);
                self.end_waiting(&key);
                Err(damaged)
            }
            Err(error) => {
                let _ = fs::remove_file(&aside);
                Err(error)
            }
        }
    }

    fn set_down(&self, key: &Key, staged: &Staged) -> Result<(), DocumentError> {
        let path = self.waiting_path(key);
        let region = path.parent().unwrap_or(&self.dir);
        create_dir(region)?;
        fs::rename(staged.path(), &path).map_err(FileError::at(FileStep::Rename, &path))?;
        Ok(sync_dir(region)?)
    }

    fn end_waiting(&self, key: &Key) {
        // One that stays is found at the next opening.
        let _ = fs::remove_file(self.waiting_path(key));
        self.waiting.end(key);
    }

    /// The bytes are kept, for an event of `class` names them: their file among those that wait goes. Whether the place
    /// goes with it must tell who handed them in nothing of events that he may not see.
    fn end_file(&self, key: &Key, class: Class) {
        let _ = fs::remove_file(self.waiting_path(key));
        self.waiting.is_named(key, class);
    }

    fn waiting_path(&self, (region, sha256): &Key) -> PathBuf {
        self.dir.join(WAITING).join(region).join(sha256.to_string())
    }

    /// What lies there waiting, with its size.
    fn lying(&self) -> Result<Vec<(Key, u64)>, DocumentError> {
        let mut found = Vec::new();
        for (region, dir) in entries(&self.dir.join(WAITING))? {
            for (name, path) in entries(&dir)? {
                let size = fs::metadata(&path).map_err(FileError::at(FileStep::Read, &path))?.len();
                found.extend(name.parse().ok().map(|sha256| ((region.clone(), sha256), size)));
            }
        }
        Ok(found)
    }

    fn until(&self, now: Micros) -> Micros {
        Micros(now.0.saturating_add(self.limits.wait_s.saturating_mul(1_000_000)))
    }

    fn keep(&self, staged: &Staged) -> Result<Kept, DocumentError> {
        match self.elsewhere() {
            Some(store) => store.keep(staged),
            None => self.files.keep(staged),
        }
    }

    fn open_held(&self, sha256: &Hash) -> Result<Option<Opened>, DocumentError> {
        if let Some(store) = self.elsewhere()
            && let Some(opened) = store.open(sha256)?
        {
            return Ok(Some(opened));
        }
        self.files.open(sha256)
    }

    fn elsewhere(&self) -> Option<Arc<dyn DocumentStore>> {
        self.elsewhere.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Names and paths of what is in a directory; nothing where it is not there.
fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>, DocumentError> {
    let listed = match fs::read_dir(dir) {
        Ok(listed) => listed,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(FileError::at(FileStep::Read, dir)(error).into()),
    };
    let mut found = Vec::new();
    for entry in listed {
        let entry = entry.map_err(FileError::at(FileStep::Read, dir))?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    Ok(found)
}
