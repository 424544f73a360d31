//! Every `--help` ends with two examples, and every example does what it says. The examples are read
//! from the help itself; they run on what the demo leaves and against a server of it.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::harness::copy;
use crate::process::program;

/// An example as the help shows it.
struct Example {
    /// The command whose help it stands in.
    command: String,
    line: String,
    /// The exit code that it must have.
    exit: i32,
    /// Does it run until somebody interrupts it?
    is_interrupted: bool,
}

/// What all examples share: the directory of the demo, and a server of a copy of it.
struct Fixture {
    place: tempfile::TempDir,
    base: String,
    /// Runs for as long as this value lives.
    _server: Running,
}

/// A process that is killed with all its children when dropped, and the lines it writes.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

/// An example that did not do what it says.
struct Fault {
    example: String,
    why: String,
}

#[test]
fn every_help_ends_with_two_examples_that_do_what_they_say() {
    let chosen = std::env::var("JEJAK_EXAMPLES").unwrap_or_default();
    let commands: Vec<(String, Vec<Example>)> = commands()
        .into_iter()
        .map(|path| (path.join(" "), examples(&path)))
        .filter(|(path, _)| chosen.is_empty() || chosen.split(',').any(|one| one == path))
        .collect();
    for (path, examples) in &commands {
        assert!(examples.len() >= 2, "jejak {path} --help ends with fewer than two examples");
    }
    let fixture = Fixture::new();
    let mut faults = Vec::new();
    for (number, (_, examples)) in commands.iter().enumerate() {
        let place = fixture.place.path().join(number.to_string());
        std::fs::create_dir(&place).unwrap();
        faults.extend(examples.iter().filter_map(|example| fixture.run(example, &place).err()));
    }
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{} examples fail:\n{}", told.len(), told.join("\n"));
}

/// Every command and group of commands, the program itself first.
fn commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut open = VecDeque::from([Vec::new()]);
    while let Some(path) = open.pop_front() {
        let children = children(&help(&path));
        open.extend(children.into_iter().map(|child| [path.clone(), vec![child]].concat()));
        found.push(path);
    }
    assert!(found.len() > 20, "the help shows fewer commands than there are: {found:?}");
    found
}

fn help(path: &[String]) -> String {
    let output =
        Command::new(program()).args(path).arg("--help").env_remove("COLUMNS").output().unwrap();
    assert!(output.status.success(), "jejak {} --help", path.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help lists.
fn children(help: &str) -> Vec<String> {
    let headed = |line: &&str| !line.starts_with("Commands:") && !line.starts_with("Perintah (");
    let listed = help.lines().skip_while(headed).skip(1).take_while(|line| !line.is_empty());
    let name = |line: &str| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned);
    listed.filter_map(name).filter(|name| !name.is_empty() && name != "help").collect()
}

/// The examples that the help of a command ends with.
fn examples(path: &[String]) -> Vec<Example> {
    let help = help(path);
    let Some((_, shown)) = help.split_once("\nContoh (examples):\n") else { return Vec::new() };
    shown.trim_end().split("\n\n").map(|block| Example::parse(&path.join(" "), block)).collect()
}

impl Example {
    fn parse(command: &str, block: &str) -> Self {
        let (remark, line) = block.split_once('\n').unwrap();
        assert!(remark.trim_start().starts_with("# "), "jejak {command}: {remark}");
        let line = line.lines().map(|line| line.strip_prefix("  ").unwrap());
        let line = line.collect::<Vec<_>>().join("\n");
        let (line, ending) = line.split_once("  # ").unwrap_or((&line, ""));
        let exit = ending.rsplit_once("exit ").map_or(0, |(_, code)| code.parse().unwrap());
        let is_interrupted = ending.starts_with("Ctrl-C");
        assert!(ending.is_empty() || is_interrupted || exit != 0, "jejak {command}: # {ending}");
        Self { command: command.to_owned(), line: line.to_owned(), exit, is_interrupted }
    }
}

impl Fixture {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let made = place.path().join("jejak");
        let demo = Command::new(program())
            .args(["demo", "--keep", "--quiet", "--dir"])
            .arg(&made)
            .status()
            .unwrap();
        assert!(demo.success());
        let data = place.path().join("served");
        copy(&made, &data);
        let mut serve = Command::new(program());
        serve.args(["serve", "--listen", "127.0.0.1:0", "--dir"]).arg(data);
        let server = Running::start(serve);
        let line = server.line_with("http://");
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap();
        let base = format!("http://{address}");
        Self { place, base, _server: server }
    }

    /// Runs an example in `place`, which stands for `/tmp`.
    fn run(&self, example: &Example, place: &Path) -> Result<(), Fault> {
        let made = place.join("jejak");
        let makes_it = example.line.contains("jejak demo --dir /tmp/jejak ");
        if example.line.contains("/tmp/jejak") && !made.exists() && !makes_it {
            copy(&self.place.path().join("jejak"), &made);
        }
        let line = example
            .line
            .replace("http://127.0.0.1:6107", &self.base)
            .replace("127.0.0.1:6107", "127.0.0.1:0")
            .replace("/tmp/", &format!("{}/", place.display()));
        let fault = |why: String| Fault { example: format!("{} $ {line}", example.command), why };
        let mut running = Running::start(shell(&line, example.is_interrupted, place));
        let mut said = Vec::new();
        if example.is_interrupted {
            said.push(running.lines.recv_timeout(PATIENCE).unwrap_or_default());
            running.interrupt();
        }
        loop {
            match running.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Timeout) => return Err(fault("it does not end".into())),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = running.child.wait().unwrap();
        let said = said.join("\n");
        match status.code() {
            _ if said.contains("panicked at") => Err(fault(said)),
            Some(code) if code == example.exit => Ok(()),
            code => Err(fault(format!("exit {code:?}, not {}: {said}", example.exit))),
        }
    }
}

/// The line in a shell that finds the program; one that is interrupted gives it its place.
fn shell(line: &str, is_interrupted: bool, place: &Path) -> Command {
    let path = format!(
        "{}:{}",
        program().parent().map(PathBuf::from).unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let exec = if is_interrupted { "exec " } else { "" };
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{exec}{line}")).current_dir(place).env("PATH", path);
    shell.env_remove("JEJAK_OUTPUT").stdin(Stdio::null());
    shell
}

impl Running {
    /// Starts it in a process group of its own.
    fn start(mut command: Command) -> Self {
        let mut child =
            command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            // Nobody may be listening any more; the stream is still read to its end.
            thread::spawn(move || {
                for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                    drop(sender.send(String::from_utf8_lossy(&line).into_owned()));
                }
            });
        }
        Self { child, lines }
    }

    fn line_with(&self, part: &str) -> String {
        let mut lines = std::iter::from_fn(|| self.lines.recv_timeout(PATIENCE).ok());
        lines.find(|line| line.contains(part)).unwrap()
    }

    /// Ctrl-C, as a terminal sends it: to the whole group.
    fn interrupt(&self) {
        self.signal("-INT");
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        drop(Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.signal("-KILL");
            drop(self.child.wait());
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "jejak {}\n    {}", self.example, self.why.replace('\n', "\n    "))
    }
}

/// Longer than any example takes; only one that hangs waits for it.
const PATIENCE: Duration = Duration::from_mins(2);
