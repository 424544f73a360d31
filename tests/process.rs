//! The program itself as a process: started over a directory, asked, told to end, killed; and all that it says.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::harness::World;

/// The program as it was built beside this test.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(|deps| deps.parent()).unwrap().join("jejak");
    assert!(program.is_file(), "{} is not built; run `make test`", program.display());
    program
}

/// Runs the program to its end.
pub(crate) fn jejak<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Output {
    Command::new(program()).args(arguments).output().unwrap()
}

/// A running `jejak serve`; killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    /// `http://127.0.0.1:port`
    pub(crate) base: String,
    said: Arc<Mutex<Vec<String>>>,
    listening: Option<JoinHandle<()>>,
}

impl Process {
    pub(crate) fn start(world: &World) -> Self {
        Self::serving(&world.path(), "127.0.0.1:0", &[])
    }

    /// Serves `directory` on `listen`; returns when it does.
    pub(crate) fn serving(directory: &Path, listen: &str, flags: &[&str]) -> Self {
        Self::serving_as(Command::new(program()), directory, listen, flags)
    }

    /// The same, with an environment of its own.
    pub(crate) fn serving_as(
        mut program: Command,
        directory: &Path,
        listen: &str,
        flags: &[&str],
    ) -> Self {
        let mut child = program
            .args(["serve", "--listen", listen, "--dir"])
            .arg(directory)
            .args(flags)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        let base = lines.by_ref().find_map(|line| {
            let url = line.strip_prefix("melayani ").and_then(|rest| rest.split("/v1/").next());
            let base = url.map(|url| url.replace("0.0.0.0", "127.0.0.1"));
            said.push(line);
            base
        });
        let base = base.unwrap_or_else(|| panic!("not serving: {said:?}"));
        // Somebody must go on reading, or the server would wait for room to talk.
        let said = Arc::new(Mutex::new(said));
        let kept = Arc::clone(&said);
        let listen = move || lines.for_each(|line| kept.lock().unwrap().push(line));
        Self { child, base, said, listening: Some(std::thread::spawn(listen)) }
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap();
        assert!(sent.success());
    }

    /// The memory that the process has in use.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() << 10
    }

    /// SIGTERM; the exit code, and every line that the process has said.
    pub(crate) fn end(mut self) -> (Option<i32>, Vec<String>) {
        self.signal("TERM");
        let code = self.child.wait().unwrap().code();
        self.listening.take().unwrap().join().unwrap();
        let said = self.said.lock().unwrap().clone();
        (code, said)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
