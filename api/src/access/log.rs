//! The thread that writes the access log. Lines that wait are written and synced together; each request learns whether
//! its own is on the disk.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use jejak_ledger::log::Micros;
use jiff::civil::Date;
use tokio::sync::oneshot;
use tracing::{error, warn};

use super::line::Line;
use super::{FOLDER, day, file_name};
use crate::problem::Problem;
use crate::tokens::UsedFile;

/// The access log of one data directory. Its thread starts with the first line.
#[derive(Debug)]
pub(crate) struct AccessLog {
    dir: PathBuf,
    jobs: Mutex<Option<SyncSender<Job>>>,
}

#[derive(Debug)]
enum Job {
    Line { day: Date, text: Vec<u8>, written: oneshot::Sender<bool> },
    Used { token: String, day: Date },
}

impl AccessLog {
    /// The log below the data directory `dir`.
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), jobs: Mutex::default() }
    }

    /// Returns when the line is on the disk.
    pub(crate) async fn write(&self, time: Micros, line: &Line) -> Result<(), Problem> {
        let mut text = serde_json::to_vec(line).map_err(|error| Problem::internal(&error))?;
        text.push(b'\n');
        let (written, is_written) = oneshot::channel();
        self.send(Job::Line { day: day(time), text, written })?;
        match is_written.await {
            Ok(true) => Ok(()),
            // The thread has told the operator why.
            Ok(false) | Err(_) => Err(Problem::AccessUnrecorded),
        }
    }

    /// Notes that a token was used. Nobody waits for it.
    pub(crate) fn used(&self, token: &str, day: Date) {
        let job = Job::Used { token: token.to_owned(), day };
        if self.send(job).is_err() {
            warn!(token, "the day of use could not be noted");
        }
    }

    fn send(&self, job: Job) -> Result<(), Problem> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = match jobs.take() {
            Some(sender) => sender,
            None => start(&self.dir).map_err(|error| {
                error!(%error, "the thread of the access log does not start");
                Problem::AccessUnrecorded
            })?,
        };
        match sender.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                *jobs = Some(sender);
                return Err(Problem::Busy);
            }
            // The thread has gone; the next line starts another.
            Err(TrySendError::Disconnected(_)) => return Err(Problem::AccessUnrecorded),
        }
        *jobs = Some(sender);
        Ok(())
    }
}

/// Starts the thread; it ends when the log is dropped and all lines are written.
fn start(dir: &Path) -> io::Result<SyncSender<Job>> {
    let (sender, jobs) = sync_channel(WAITING_MAX);
    let mut writer = Writer { folder: dir.join(FOLDER), used: UsedFile::load(dir), open: None };
    thread::Builder::new().name("access-log".into()).spawn(move || writer.run(&jobs))?;
    Ok(sender)
}

struct Writer {
    folder: PathBuf,
    used: UsedFile,
    open: Option<Open>,
}

/// The file of a day, open at its end.
struct Open {
    day: Date,
    path: PathBuf,
    file: File,
}

type Waiting = (Vec<u8>, oneshot::Sender<bool>);

impl Writer {
    fn run(&mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let mut lines: Vec<(Date, Waiting)> = Vec::new();
            for job in std::iter::once(first).chain(jobs.try_iter().take(GROUP_MAX - 1)) {
                match job {
                    Job::Line { day, text, written } => lines.push((day, (text, written))),
                    Job::Used { token, day } => {
                        if let Err(error) = self.used.note(&token, day) {
                            warn!(%error, token, "the day of use could not be noted");
                        }
                    }
                }
            }
            for of_one_day in lines.chunk_by_mut(|(one, _), (other, _)| one == other) {
                self.group(of_one_day);
            }
        }
    }

    /// Writes lines of one day and tells those who wait.
    fn group(&mut self, lines: &mut [(Date, Waiting)]) {
        let Some(day) = lines.first().map(|(day, _)| *day) else { return };
        let bytes: Vec<u8> = lines.iter().flat_map(|(_, (text, _))| text.iter().copied()).collect();
        let is_written = match self.append(day, &bytes) {
            Ok(()) => true,
            Err(error) => {
                // What is in the file may end in the middle of a line: opening it again sees to that.
                self.open = None;
                error!(%error, folder = %self.folder.display(), "the access log cannot be written");
                false
            }
        };
        for (_, (_, written)) in lines {
            let (unused, _) = oneshot::channel();
            // A caller who has gone is not answered.
            let _ = std::mem::replace(written, unused).send(is_written);
        }
    }

    /// Appends and syncs.
    fn append(&mut self, day: Date, bytes: &[u8]) -> io::Result<()> {
        let open = match self.open.take().filter(|open| open.day == day && open.is_in_place()) {
            Some(open) => self.open.insert(open),
            None => self.open.insert(Open::at(&self.folder, day)?),
        };
        open.file.write_all(bytes)?;
        open.file.sync_data()
    }
}

impl Open {
    fn at(folder: &Path, day: Date) -> io::Result<Self> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let path = folder.join(file_name(day));
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).mode(0o600).open(&path)?;
        if !ends_with_a_line(&mut file)? {
            file.write_all(b"\n")?;
        }
        // The names must be as durable as what is written under them.
        File::open(folder)?.sync_all()?;
        folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())?;
        Ok(Self { day, path, file })
    }

    /// Whether the file still stands under its name: what is written to one that was moved away is written nowhere.
    fn is_in_place(&self) -> bool {
        let (Ok(named), Ok(held)) = (fs::metadata(&self.path), self.file.metadata()) else {
            return false;
        };
        (named.dev(), named.ino()) == (held.dev(), held.ino())
    }
}

/// Whether the file is empty or ends with a line feed. A write that was cut off has left half a line.
fn ends_with_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Lines that wait to be written; further requests are told to come back.
const WAITING_MAX: usize = 1_024;
/// Lines that one sync covers.
const GROUP_MAX: usize = 256;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use jiff::civil::date;

    use super::super::line::What;
    use super::*;

    const DAY_S: u64 = 86_400;

    fn line(token: &str) -> Line {
        Line {
            time: "2026-01-02T00:00:00.000000Z".to_owned(),
            token: token.to_owned(),
            name: "Inspektorat".to_owned(),
            ledger: "61.07".to_owned(),
            route: "/v1/{ledger}/events/{position}".to_owned(),
            path: "/v1/61.07/events/7".to_owned(),
            query: None,
            class: What::Internal,
            positions: None,
            keys: None,
            rows: 0,
            request_id: "r".to_owned(),
        }
    }

    fn at(seconds: u64) -> Micros {
        Micros(seconds * 1_000_000)
    }

    fn text(dir: &Path, name: &str) -> String {
        fs::read_to_string(dir.join(FOLDER).join(name)).unwrap()
    }

    #[tokio::test]
    async fn a_line_is_in_the_file_of_its_day_when_the_write_returns() {
        let dir = tempfile::tempdir().unwrap();
        let log = AccessLog::new(dir.path());
        log.write(at(DAY_S - 1), &line("a")).await.unwrap();
        log.write(at(DAY_S), &line("b")).await.unwrap();
        log.write(at(DAY_S), &line("c")).await.unwrap();
        assert_eq!(text(dir.path(), "1970-01-01.ndjson").lines().count(), 1);
        let second = text(dir.path(), "1970-01-02.ndjson");
        let tokens: Vec<Line> =
            second.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(tokens, [line("b"), line("c")]);
    }

    #[tokio::test]
    async fn where_the_line_cannot_be_written_the_caller_learns_it_until_it_can() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FOLDER), "in the way").unwrap();
        let log = AccessLog::new(dir.path());
        for _ in 0..2 {
            let refused = log.write(at(0), &line("a")).await;
            assert!(matches!(refused, Err(Problem::AccessUnrecorded)));
        }
        fs::remove_file(dir.path().join(FOLDER)).unwrap();
        log.write(at(0), &line("a")).await.unwrap();
        assert_eq!(text(dir.path(), "1970-01-01.ndjson").lines().count(), 1);
    }

    #[tokio::test]
    async fn a_file_that_was_moved_away_is_not_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let log = AccessLog::new(dir.path());
        log.write(at(0), &line("a")).await.unwrap();
        fs::rename(dir.path().join(FOLDER), dir.path().join("kept")).unwrap();
        log.write(at(0), &line("b")).await.unwrap();
        assert!(text(dir.path(), "1970-01-01.ndjson").contains("\"b\""));
    }

    #[tokio::test]
    async fn half_a_line_of_before_does_not_spoil_the_next() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(FOLDER)).unwrap();
        fs::write(dir.path().join(FOLDER).join("1970-01-01.ndjson"), "{\"time\":").unwrap();
        AccessLog::new(dir.path()).write(at(0), &line("a")).await.unwrap();
        let text = text(dir.path(), "1970-01-01.ndjson");
        let last: Line = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!((text.lines().count(), last), (2, line("a")));
    }

    #[test]
    fn a_time_has_its_day_in_utc() {
        assert_eq!(day(at(DAY_S - 1)), date(1970, 1, 1));
        assert_eq!(day(at(DAY_S)), date(1970, 1, 2));
        assert_eq!(day(Micros(u64::MAX)), date(9999, 12, 30));
    }
}
