//! What is to be posted: files, the files of a directory, a list of files, stdin. Each holds statements,
//! one a line, or events as JSON, one after the other; which of the two is seen from the first byte.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::value::RawValue;

use super::super::exit::Stop;
use super::super::files;

/// A file, or stdin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    path: PathBuf,
    bytes: u64,
}

/// One statement or event, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) file: String,
    /// Its line in the file, from 1; of events, which one it is.
    pub(super) line: usize,
    /// There is nothing else in the file.
    pub(super) is_alone: bool,
    pub(super) content: Content,
}

/// What is to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A statement, sent as it is.
    Statement(Vec<u8>),
    /// An event, to be signed as it is.
    Event(Vec<u8>),
}

type Items = Box<dyn Iterator<Item = Result<Item>>>;

/// All sources, in the order in which they are posted: the arguments as given, the files of a directory
/// by name, then those of the list.
pub(super) fn find(arguments: &[PathBuf], list: Option<&Path>) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    for path in arguments {
        expand(path, &mut found)?;
    }
    if let Some(list) = list {
        for line in files::read_text(list)?.lines().filter(|line| !line.trim().is_empty()) {
            expand(Path::new(line.trim_end_matches('\r')), &mut found)?;
        }
    }
    if found.is_empty() {
        return Err(Stop::usage("tidak ada berkas", "there are no files to post").into());
    }
    Ok(found)
}

/// Finds what cannot be posted before anything is: events without a key, and files whose receipts would
/// get the same name.
pub(super) fn check(sources: &[Source], can_sign: bool, keeps_receipts: bool) -> Result<()> {
    let mut names = BTreeSet::new();
    for source in sources {
        if !can_sign && !source.is_stdin() && source.open()?.holds_events()? {
            return Err(not_signed(&source.shown()).into());
        }
        let name = base_name(&source.path);
        if keeps_receipts && !names.insert(name.clone()) {
            let indonesian = format!("dua berkas bernama {name}; resinya akan tertukar");
            let english = "two files of this name: post them with a --receipts directory each";
            return Err(Stop::usage(indonesian, english).into());
        }
    }
    Ok(())
}

/// Files in which there is nothing.
pub(super) fn nothing() -> Stop {
    Stop::usage("tidak ada pernyataan", "no statement in the files")
}

/// An event that nobody signs.
pub(super) fn not_signed(file: &str) -> Stop {
    let indonesian = format!("{file}: peristiwa yang belum ditandatangani; beri --key dan --cert");
    Stop::usage(indonesian, "an event is signed first: give --key and --cert, or `jejak sign` it")
}

impl Source {
    /// How much it holds, as far as known.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What it holds, one after the other.
    pub(super) fn items(&self) -> Result<Items> {
        let file = self.shown();
        let mut opened = self.open()?;
        let contents = if opened.holds_events()? {
            events(opened, file.clone())
        } else {
            statements(opened, file.clone())
        };
        let mut contents = contents.peekable();
        let mut count = 0;
        Ok(Box::new(std::iter::from_fn(move || {
            let (line, content) = match contents.next()? {
                Ok(next) => next,
                Err(error) => return Some(Err(error)),
            };
            count += 1;
            let is_alone = count == 1 && contents.peek().is_none();
            Some(Ok(Item { file: file.clone(), line, is_alone, content }))
        })))
    }

    pub(super) fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    fn open(&self) -> Result<Opened> {
        let reader: Box<dyn Read> = if self.is_stdin() {
            Box::new(io::stdin())
        } else {
            Box::new(files::open(&self.path)?)
        };
        Ok(Opened { reader: BufReader::new(reader), line: 1 })
    }
}

impl Item {
    /// What its receipt is called: after the file, and the line where there are several.
    pub(super) fn name(&self) -> String {
        let file = base_name(Path::new(&self.file));
        if self.is_alone { file } else { format!("{file}.{}", self.line) }
    }

    pub(super) fn bytes(&self) -> u64 {
        let (Content::Statement(bytes) | Content::Event(bytes)) = &self.content;
        u64::try_from(bytes.len()).unwrap_or_default()
    }
}

/// A file that is being read.
struct Opened {
    reader: BufReader<Box<dyn Read>>,
    line: usize,
}

impl Opened {
    /// Skips blanks and looks at the first byte: a statement cannot begin with a brace.
    fn holds_events(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let Some(first) = buffer.first() else { return Ok(false) };
            if !first.is_ascii_whitespace() {
                return Ok(*first == b'{');
            }
            self.line += usize::from(*first == b'\n');
            self.reader.consume(1);
        }
    }
}

/// One JSON value after the other, each with the very bytes that it is written in.
fn events(opened: Opened, file: String) -> Contents {
    let bounded = opened.reader.take(FILE_BYTES_MAX);
    let values = serde_json::Deserializer::from_reader(bounded).into_iter::<Box<RawValue>>();
    Box::new(values.zip(1..).map(move |(value, number)| {
        let value =
            value.with_context(|| format!("{file}: peristiwa {number} (event {number})"))?;
        Ok((number, Content::Event(value.get().as_bytes().to_vec())))
    }))
}

/// One statement a line; blank lines are none, but count.
fn statements(mut opened: Opened, file: String) -> Contents {
    let mut line = opened.line;
    let mut next = move || -> Result<Option<(usize, Content)>> {
        loop {
            let mut text = Vec::new();
            let mut bounded = opened.reader.by_ref().take(LINE_BYTES_MAX + 1);
            let read = bounded.read_until(b'\n', &mut text)?;
            if read == 0 {
                return Ok(None);
            }
            let at = line;
            line += 1;
            if u64::try_from(read).is_ok_and(|read| read > LINE_BYTES_MAX) {
                let indonesian = format!("{file}, baris {at}: lebih dari {LINE_BYTES_MAX} bita");
                return Err(Stop::usage(indonesian, "the line is too long for a statement").into());
            }
            let jws = text.trim_ascii();
            if !jws.is_empty() {
                return Ok(Some((at, Content::Statement(jws.to_vec()))));
            }
        }
    };
    Box::new(std::iter::from_fn(move || next().transpose()))
}

type Contents = Box<dyn Iterator<Item = Result<(usize, Content)>>>;

/// A file, or the files of a directory whose names say that they are to be posted.
fn expand(path: &Path, found: &mut Vec<Source>) -> Result<()> {
    if path.as_os_str() == "-" {
        found.push(Source { path: path.to_owned(), bytes: 0 });
        return Ok(());
    }
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            Stop::not_found(format!("tidak ada berkas {}", path.display()), "no such file").into()
        }
        _ => anyhow::Error::new(error).context(path.display().to_string()),
    };
    let metadata = fs::metadata(path).map_err(missing)?;
    if !metadata.is_dir() {
        return add(path.to_owned(), metadata.len(), found);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(missing)? {
        let entry = entry?.path();
        if is_to_post(&entry) && entry.is_file() {
            names.push(entry);
        }
    }
    names.sort_unstable();
    for path in names {
        let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        add(path, bytes, found)?;
    }
    Ok(())
}

fn add(path: PathBuf, bytes: u64, found: &mut Vec<Source>) -> Result<()> {
    if found.len() >= FILES_MAX {
        let indonesian = format!("lebih dari {FILES_MAX} berkas; kirim sebagian-sebagian");
        return Err(Stop::usage(indonesian, "too many files at once").into());
    }
    found.push(Source { path, bytes });
    Ok(())
}

/// Does a directory offer this file? Hidden ones and those of other kinds it does not.
fn is_to_post(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    let kind = path.extension().and_then(|extension| extension.to_str());
    !hidden && kind.is_some_and(|kind| KINDS.contains(&kind))
}

fn base_name(path: &Path) -> String {
    match path.file_name() {
        Some(name) if path.as_os_str() != "-" => name.to_string_lossy().into_owned(),
        _ => "stdin".to_owned(),
    }
}

const KINDS: [&str; 3] = ["json", "jws", "ndjson"];
/// Paths that are held at once.
const FILES_MAX: usize = 1_000_000;
/// Many times the longest statement, so that the server says what is wrong with one that is too long.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// The longest file of events.
const FILE_BYTES_MAX: u64 = 1 << 30;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::cli::exit::Exit;
    use crate::cli::interrupt::Scratch;

    fn written(files: &[(&str, &str)]) -> Scratch {
        let scratch = Scratch::new("sources").unwrap();
        for (name, text) in files {
            fs::write(scratch.path().join(name), text).unwrap();
        }
        scratch
    }

    fn items(scratch: &Scratch, name: &str) -> Vec<Item> {
        let sources = find(&[scratch.path().join(name)], None).unwrap();
        sources.iter().flat_map(|one| one.items().unwrap()).map(Result::unwrap).collect()
    }

    #[test]
    fn a_statement_is_known_by_its_line() {
        let scratch = written(&[("f.jws", "\n a.b.c\n\n d.e.f\r\n"), ("one.jws", "a.b.c")]);
        let found = items(&scratch, "f.jws");
        assert_eq!(found.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(found.first().unwrap().content, Content::Statement(b"a.b.c".to_vec()));
        assert_eq!(found.last().unwrap().name(), "f.jws.4");
        assert_eq!(items(&scratch, "one.jws").first().unwrap().name(), "one.jws");
        assert_eq!(items(&scratch, "f.jws").len(), 2);
    }

    #[test]
    fn events_keep_the_bytes_that_they_are_written_in() {
        let scratch =
            written(&[("e.ndjson", " {\"a\": 1}\n{ \"b\":2 }\n"), ("e.json", "{\n \"a\":1\n}\n")]);
        let found = items(&scratch, "e.ndjson");
        let contents: Vec<&Content> = found.iter().map(|one| &one.content).collect();
        let event = |text: &str| Content::Event(text.as_bytes().to_vec());
        assert_eq!(contents, [&event("{\"a\": 1}"), &event("{ \"b\":2 }")]);
        assert_eq!(items(&scratch, "e.json").first().unwrap().content, event("{\n \"a\":1\n}"));
    }

    #[test]
    fn a_directory_is_posted_by_name_and_only_what_is_meant() {
        let scratch = written(&[
            ("10.json", "{}"),
            ("2.jws", "a.b.c"),
            (".3.json", "{}"),
            ("4.json.part", "{}"),
            ("liesmich.txt", "x"),
        ]);
        let found = find(&[scratch.path().to_owned()], None).unwrap();
        let names: Vec<String> = found.iter().map(|one| base_name(&one.path)).collect();
        assert_eq!(names, ["10.json", "2.jws"]);
    }

    #[test]
    fn a_list_names_files_and_what_is_missing_is_found_before_anything_is_sent() {
        let scratch = written(&[("a.jws", "a.b.c")]);
        let path = scratch.path().join("a.jws");
        let list = scratch.path().join("list");
        fs::write(&list, format!("{}\r\n\n", path.display())).unwrap();
        assert_eq!(find(&[], Some(&list)).unwrap(), [Source { path, bytes: 5 }]);
        fs::write(&list, "/nonexistent/a.jws\n").unwrap();
        assert_eq!(Exit::of(&find(&[], Some(&list)).unwrap_err()), Exit::NotFound);
    }

    #[test]
    fn events_without_a_key_and_names_that_repeat_are_found_before_anything_is_sent() {
        let scratch = written(&[("e.json", "{}"), ("a.jws", "a.b.c")]);
        let of = |name: &str| find(&[scratch.path().join(name)], None).unwrap();
        assert_eq!(Exit::of(&check(&of("e.json"), false, false).unwrap_err()), Exit::Usage);
        assert!(
            check(&of("e.json"), true, true).is_ok() && check(&of("a.jws"), false, true).is_ok()
        );
        let twice = [of("a.jws"), of("a.jws")].concat();
        assert_eq!(Exit::of(&check(&twice, false, true).unwrap_err()), Exit::Usage);
        assert!(check(&twice, false, false).is_ok());
    }

    #[test]
    fn a_line_that_is_too_long_is_an_error_and_no_memory() {
        let scratch = written(&[("long.jws", &"x".repeat(2 << 20))]);
        let source = find(&[scratch.path().join("long.jws")], None).unwrap();
        let first = source.first().unwrap().items().unwrap().next().unwrap();
        assert_eq!(Exit::of(&first.unwrap_err()), Exit::Usage);
    }
}
