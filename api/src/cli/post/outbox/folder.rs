//! The directory of an outbox: which files stand for what, in which order, and who works on it.

use std::collections::BinaryHeap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jejak_signer::STATEMENT_BYTES_MAX;

use super::super::super::exit::{Exit, Stop};
use super::super::super::{durable, files};

/// An outbox that only this process works on.
pub(super) struct Folder {
    pub(super) new: PathBuf,
    pub(super) signed: PathBuf,
    pub(super) done: PathBuf,
    pub(super) refused: PathBuf,
    /// Held for as long as this value lives; the system lets go of it when the process ends.
    _lock: File,
}

/// What was dropped into `new/`: `stem.json` or `stem.jws`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dropped {
    pub(super) stem: String,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An event, to be signed.
    Event,
    /// A statement.
    Statement,
}

impl Folder {
    /// Makes what is not there, and takes the outbox for this process.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let [new, signed, done, refused] =
            ["new", "signed", "done", "refused"].map(|name| root.join(name));
        for directory in [&new, &signed, &done, &refused] {
            files::make_directory(directory)?;
        }
        durable::sync(root)?;
        Ok(Self { new, signed, done, refused, _lock: lock(&root.join("lock"))? })
    }

    /// The first of what is waiting in `new/`, by name; at most [`NAMES_MAX`].
    pub(super) fn dropped(&self) -> Result<Vec<Dropped>> {
        smallest(&self.new, Dropped::of_name)
    }

    /// The first of what is signed and not settled, by name; at most [`NAMES_MAX`].
    pub(super) fn signed(&self) -> Result<Vec<String>> {
        smallest(&self.signed, signed_stem)
    }

    /// How many wait in `new/` and in `signed/`.
    pub(super) fn waiting(&self) -> Result<u64> {
        let dropped = each(&self.new, Dropped::of_name)?.fold(0, |count, _| count + 1);
        let signed = each(&self.signed, signed_stem)?.fold(0, |count, _| count + 1);
        Ok(dropped + signed)
    }

    pub(super) fn read_signed(&self, stem: &str) -> Result<Option<Vec<u8>>> {
        read(&statement(&self.signed, stem), STATEMENT_BYTES_MAX)
    }
}

impl Dropped {
    fn of_name(name: &str) -> Option<Self> {
        let (stem, extension) = visible(name)?.rsplit_once('.')?;
        let kind = match extension {
            "json" => Kind::Event,
            "jws" => Kind::Statement,
            _ => return None,
        };
        let is_name = !stem.is_empty() && stem.len() <= STEM_BYTES_MAX;
        is_name.then(|| Self { stem: stem.to_owned(), kind })
    }

    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.stem, self.kind.extension())
    }
}

impl Kind {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Event => "json",
            Self::Statement => "jws",
        }
    }
}

/// Where the statement `stem` lies in one of the directories.
pub(super) fn statement(directory: &Path, stem: &str) -> PathBuf {
    directory.join(format!("{stem}.jws"))
}

/// A name in `directory` under which `bytes` lie already or nothing does: two different things of one
/// name are both kept, the second as `stem~2`.
pub(super) fn free_stem(
    directory: &Path,
    stem: &str,
    extension: &str,
    bytes: &[u8],
) -> Result<String> {
    for number in 1..=SAME_NAME_MAX {
        let own = if number == 1 { stem.to_owned() } else { format!("{stem}~{number}") };
        let path = directory.join(format!("{own}.{extension}"));
        if read(&path, FILE_BYTES_MAX)?.is_none_or(|held| held == bytes) {
            return Ok(own);
        }
    }
    anyhow::bail!(
        "{}: {SAME_NAME_MAX} berkas bernama {stem} (so many files of this name)",
        directory.display()
    )
}

/// The bytes of a file, if it is there; one that is longer is cut after `bytes_max + 1`.
pub(super) fn read(path: &Path, bytes_max: usize) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| {
        file.take(u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1))
            .read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context(path.display().to_string())),
    }
}

/// `a.jws` -> `a`.
fn signed_stem(name: &str) -> Option<String> {
    visible(name)?.strip_suffix(".jws").map(str::to_owned)
}

/// What the names of the files in a directory stand for, in no order; one that cannot be listed ends it.
fn each<T>(
    directory: &Path,
    of_name: impl Fn(&str) -> Option<T>,
) -> Result<impl Iterator<Item = Result<T>>> {
    let listing = directory.display().to_string();
    let entries = fs::read_dir(directory).with_context(|| listing.clone())?;
    Ok(entries.filter_map(move |entry| {
        let entry = match entry.with_context(|| listing.clone()) {
            Ok(entry) => entry,
            Err(error) => return Some(Err(error)),
        };
        let found = entry.file_name().to_str().and_then(&of_name)?;
        entry.file_type().is_ok_and(|kind| kind.is_file()).then_some(Ok(found))
    }))
}

/// The smallest names of a directory, in order; holds no more of them than it gives.
fn smallest<T: Ord>(directory: &Path, of_name: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    let mut heap = BinaryHeap::new();
    for found in each(directory, of_name)? {
        heap.push(found?);
        if heap.len() > NAMES_MAX {
            heap.pop();
        }
    }
    Ok(heap.into_sorted_vec())
}

/// Takes the lock, and writes into it who has it.
fn lock(path: &Path) -> Result<File> {
    let naming = || path.display().to_string();
    let mut options = OpenOptions::new();
    let opened = options.read(true).write(true).create(true).truncate(false).open(path);
    let mut file = opened.with_context(naming)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = files::read_text(path).unwrap_or_default();
            let indonesian = format!("{}: sedang dipakai proses {}", naming(), holder.trim());
            return Err(Stop::new(Exit::Error, indonesian, "another process works on it").into());
        }
        Err(TryLockError::Error(error)) => {
            return Err(anyhow::Error::new(error).context(naming()));
        }
    }
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())?;
    Ok(file)
}

/// A name that does not begin with a dot: a file that is being written has one that does.
fn visible(name: &str) -> Option<&str> {
    (!name.starts_with('.')).then_some(name)
}

/// Names that are held at once.
const NAMES_MAX: usize = 4_096;
/// What is added to it must still be a file name.
const STEM_BYTES_MAX: usize = 200;
/// Different files of the same name.
const SAME_NAME_MAX: u32 = 10_000;
/// More than any event or statement.
pub(super) const FILE_BYTES_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::cli::interrupt::Scratch;

    #[test]
    fn only_whole_files_of_the_two_kinds_are_taken_in_the_order_of_their_names() {
        let scratch = Scratch::new("outbox").unwrap();
        let folder = Folder::open(scratch.path()).unwrap();
        for name in ["b.json", "a.jws", "10.json", ".c.json", "d.json.part", "e.txt", "a.json"] {
            fs::write(folder.new.join(name), "{}").unwrap();
        }
        fs::create_dir(folder.new.join("f.json")).unwrap();
        let names: Vec<String> = folder.dropped().unwrap().iter().map(Dropped::name).collect();
        assert_eq!(names, ["10.json", "a.json", "a.jws", "b.json"]);
    }

    #[test]
    fn a_second_process_is_told_that_the_outbox_is_in_use() {
        let scratch = Scratch::new("outbox").unwrap();
        let first = Folder::open(scratch.path()).unwrap();
        let error = Folder::open(scratch.path()).err().unwrap().to_string();
        assert!(error.contains(&std::process::id().to_string()), "{error}");
        drop(first);
        Folder::open(scratch.path()).unwrap();
    }

    #[test]
    fn two_different_things_of_one_name_are_both_kept() {
        let scratch = Scratch::new("outbox").unwrap();
        let folder = Folder::open(scratch.path()).unwrap();
        let free = |bytes| free_stem(&folder.done, "a", "jws", bytes).unwrap();
        assert_eq!(free(b"one"), "a");
        fs::write(folder.done.join("a.jws"), "one").unwrap();
        assert_eq!(free(b"one"), "a");
        assert_eq!(free(b"two"), "a~2");
    }

    #[test]
    fn a_directory_of_any_size_is_read_in_bounded_memory() {
        let scratch = Scratch::new("outbox").unwrap();
        let folder = Folder::open(scratch.path()).unwrap();
        for number in 0..NAMES_MAX + 10 {
            fs::write(folder.new.join(format!("{number:06}.json")), "{}").unwrap();
        }
        let dropped = folder.dropped().unwrap();
        assert_eq!(dropped.len(), NAMES_MAX);
        assert_eq!(dropped.first().unwrap().name(), "000000.json");
        assert_eq!(dropped.last().unwrap().name(), format!("{:06}.json", NAMES_MAX - 1));
    }
}
