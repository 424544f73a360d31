//! Events into a ledger, what came of them, and files.

use super::*;

pub(crate) fn audit_clean(ledger: &Ledger) {
    let nobody_asked = LockEvidence::NotAsked;
    let report = audit(&ledger.view(), &nobody_asked, &Settings::default(), &|_, _| ());
    assert!(report.is_clean(), "{report:#?}");
    assert_eq!(report.size, ledger.published().size);
}

pub(crate) fn event_of(
    by: &Person,
    origin: &str,
    id: &str,
    kind: &str,
    subject: &str,
    time_s: u64,
    data: Value,
) -> Value {
    let mut event = json!({
        "specversion": "1.0",
        "id": id,
        "source": format!("agency/{}", by.agency),
        "type": kind,
        "subject": subject,
        "time": rfc3339(time_s),
        "ledger": origin,
    });
    event["data"] = data;
    event
}

/// Seconds since 1970 as RFC 3339 in UTC.
pub(crate) fn rfc3339(seconds: u64) -> String {
    jiff::Timestamp::from_second(i64::try_from(seconds).unwrap()).unwrap().to_string()
}

pub(crate) fn submit(ledger: &Arc<Ledger>, statements: Vec<Vec<u8>>) -> Vec<Answer> {
    let (sender, receiver) = mpsc::channel();
    let reply = Box::new(move |answers| sender.send(answers).unwrap());
    ledger.submit(statements, reply).unwrap();
    receiver.recv().unwrap()
}

pub(crate) fn recorded(answer: Answer) -> Receipted {
    match answer {
        Answer::Recorded(receipted) => receipted,
        other => panic!("not recorded: {}", shown(&other)),
    }
}

pub(crate) fn repeated(answer: Answer) -> Receipted {
    match answer {
        Answer::Repeated(receipted) => receipted,
        other => panic!("not repeated: {}", shown(&other)),
    }
}

pub(crate) fn refused(answer: Answer) -> Refusal {
    match answer {
        Answer::Refused(refusal) => refusal,
        other => panic!("not refused: {}", shown(&other)),
    }
}

pub(crate) fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Recorded(receipted) => format!("recorded at {}", receipted.position),
        Answer::Repeated(receipted) => format!("repeats {}", receipted.position),
        Answer::Refused(refusal) => format!("refused: {refusal}"),
        Answer::Failed(failure) => format!("failed: {failure}"),
    }
}

/// Copies a directory and everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The file of a test vector or a data set.
pub(crate) fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
