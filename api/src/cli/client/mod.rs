//! The HTTP client of the command: asks a Jejak server and turns its problems into endings.

mod answer;
mod reach;

use std::error::Error;
use std::fs::File;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use reqwest::Url;
use reqwest::blocking::{Client as Http, RequestBuilder, Response};
use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use serde_json::Value;

pub(crate) use answer::Answer;
pub(crate) use reach::Reach;

use answer::{Lost, Received, line_answer};
use reach::authorities;

use super::exit::{Exit, Stop};
use super::patience::{Failure, Patience};
use super::talk::Talk;

/// A Jejak server at a URL.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    base: Url,
    http: Http,
    patience: Patience,
    /// Who is told that a server is waited for.
    talk: Option<Talk>,
    has_answered: Arc<AtomicBool>,
}

/// What a server says of its own process.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OfProcess {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// Its time (RFC 9110, 6.6.1), where it tells one.
    pub(crate) date: Option<String>,
}

impl Client {
    pub(crate) fn new(url: &str, reach: &Reach) -> Result<Self> {
        let base = parse(url)?;
        let mut http = Http::builder()
            .connect_timeout(Duration::from_secs(CONNECT_SECONDS))
            .timeout(Duration::from_secs(REQUEST_SECONDS))
            .user_agent(concat!("jejak/", env!("CARGO_PKG_VERSION")));
        if base.scheme() == "http" {
            // Nothing to verify: a machine without any CA certificates can still talk HTTP.
            http = http.tls_certs_only([]);
        } else if let Some(path) = &reach.ca {
            http = http.tls_certs_only(authorities(path)?);
        }
        if let Some(token) = reach.secret()? {
            if base.scheme() == "http" && !is_loopback(&base) {
                let indonesian = "token tidak dikirim lewat http:// ke mesin lain";
                return Err(
                    Stop::usage(indonesian, "a token goes to another machine by https://").into()
                );
            }
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))?;
            value.set_sensitive(true);
            http = http.default_headers(HeaderMap::from_iter([(AUTHORIZATION, value)]));
        }
        if is_loopback(&base) {
            // A proxy of the environment does not lead back to this machine.
            http = http.no_proxy();
        }
        let (patience, has_answered) = (Patience::Usual, Arc::default());
        Ok(Self { base, http: http.build()?, patience, talk: None, has_answered })
    }

    /// The same, waiting as long as this for the server, and saying so.
    pub(crate) fn patient(self, patience: Patience, talk: Talk) -> Self {
        Self { patience, talk: Some(talk), ..self }
    }

    /// The JSON behind a path below `/v1`.
    pub(crate) fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<Value> {
        let answer = self.ask(path, query)?;
        if answer.is_accepted() { Ok(answer.body) } else { Err(answer.stop().into()) }
    }

    /// The same, with a problem as an answer like any other.
    pub(crate) fn ask(&self, path: &[&str], query: &[(&str, String)]) -> Result<Answer> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.send(|| self.http.get(url.clone()))?.answer()
    }

    /// The bytes behind a path below `/v1`.
    pub(crate) fn bytes(&self, path: &[&str], query: &[(&str, String)]) -> Result<Vec<u8>> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let received = self.send(|| self.http.get(url.clone()))?;
        if received.status.is_success() {
            return Ok(received.body);
        }
        Err(received.answer()?.stop().into())
    }

    /// The rows of a list page by page, each given to `row` until that breaks off, at most `limit` in
    /// all; the last page, without its rows. Only one page is held at a time.
    pub(crate) fn pages(
        &self,
        path: &[&str],
        mut query: Vec<(&str, String)>,
        member: &str,
        limit: Option<usize>,
        mut row: impl FnMut(Value) -> Result<ControlFlow<()>>,
    ) -> Result<Value> {
        let mut given: usize = 0;
        loop {
            let rest = limit.map_or(PAGE_ROWS_MAX, |limit| limit.saturating_sub(given));
            let asked = rest.clamp(1, PAGE_ROWS_MAX).to_string();
            let mut page = self.get(path, &[query.as_slice(), &[("limit", asked)]].concat())?;
            if let Some(Value::Array(rows)) = page.get_mut(member).map(Value::take) {
                for one in rows.into_iter().take(rest) {
                    given += 1;
                    if row(one)?.is_break() {
                        return Ok(page);
                    }
                }
            }
            let next = page.get("next").and_then(Value::as_str).map(str::to_owned);
            let Some(next) = next.filter(|_| limit.is_none_or(|limit| given < limit)) else {
                return Ok(page);
            };
            query.retain(|(name, _)| !matches!(*name, "cursor" | "after"));
            query.push(("cursor", next));
        }
    }

    /// What the server says of its own process (`readyz`, `version`), with the status.
    pub(crate) fn of_process(&self, name: &str) -> Result<OfProcess> {
        let mut url = self.base.clone();
        let mut segments = url.path_segments_mut().map_err(|()| not_a_url(self.base.as_str()))?;
        segments.pop_if_empty().push(name);
        drop(segments);
        // The process as it is now: one that is busy is not waited for.
        let received = self.once(self.http.get(url)).map_err(|lost| self.failed(lost))?;
        let date = received.headers.get(DATE).and_then(|date| Some(date.to_str().ok()?.to_owned()));
        let answer = received.answer()?;
        Ok(OfProcess { status: answer.status, body: answer.body, date })
    }

    /// Posts one statement.
    pub(crate) fn post(&self, ledger: &str, statement: &[u8]) -> Result<Answer> {
        let url = self.url(&[ledger, "events"])?;
        let post = || self.http.post(url.clone()).header(CONTENT_TYPE, "application/jose");
        self.send(|| post().body(statement.to_vec()))?.answer()
    }

    /// Posts many statements in one request; the answers come in the same order.
    pub(crate) fn post_batch(&self, ledger: &str, statements: &[Vec<u8>]) -> Result<Vec<Answer>> {
        let answers = self.try_batch(ledger, statements)?;
        Ok(answers.map_err(|answer| answer.stop())?)
    }

    /// The same, with a problem of the whole batch as an answer.
    pub(crate) fn try_batch(
        &self,
        ledger: &str,
        statements: &[Vec<u8>],
    ) -> Result<Result<Vec<Answer>, Answer>> {
        self.batch(&self.url(&[ledger, "events", "batch"])?, statements)
    }

    /// Rehearses statements as one batch, at most as many as the server takes; an answer for each.
    pub(crate) fn rehearse(&self, ledger: &str, statements: &[Vec<u8>]) -> Result<Vec<Answer>> {
        let mut url = self.url(&[ledger, "events", "batch"])?;
        url.query_pairs_mut().append_pair("dry_run", "true");
        Ok(self.batch(&url, statements)?.map_err(|answer| answer.stop())?)
    }

    fn batch(&self, url: &Url, statements: &[Vec<u8>]) -> Result<Result<Vec<Answer>, Answer>> {
        let mut body = statements.join(&b'\n');
        body.push(b'\n');
        let post = || self.http.post(url.clone()).header(CONTENT_TYPE, "text/plain");
        let received = self.send(|| post().body(body.clone()))?;
        if !received.status.is_success() {
            return received.answer().map(Err);
        }
        let lines = received.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let answers = lines.map(line_answer).collect::<Result<Vec<_>>>()?;
        anyhow::ensure!(
            answers.len() == statements.len(),
            "jawaban untuk {} baris dari {} (the server answered not every line)",
            answers.len(),
            statements.len(),
        );
        Ok(Ok(answers))
    }

    /// The tries of something that several requests do together.
    pub(crate) fn patience(&self) -> Patience {
        self.patience
    }

    /// Hands in a file; it is read anew for each try.
    pub(crate) fn put_file(&self, path: &[&str], mediatype: &str, file: &Path) -> Result<Answer> {
        let url = self.url(path)?;
        let put = || {
            let request = self.http.put(url.clone()).timeout(TRANSFER);
            let request = request.header(CONTENT_TYPE, mediatype);
            // One that is gone by now is not what was announced: the server says so.
            match File::open(file) {
                Ok(file) => request.body(file),
                Err(_) => request,
            }
        };
        self.send(put)?.answer()
    }

    /// Puts bytes to a path below `/v1`.
    pub(crate) fn put_bytes(&self, path: &[&str], mediatype: &str, bytes: &[u8]) -> Result<Answer> {
        let url = self.url(path)?;
        let put = || self.http.put(url.clone()).timeout(TRANSFER).header(CONTENT_TYPE, mediatype);
        self.send(|| put().body(bytes.to_vec()))?.answer()
    }

    /// The answer of a path below `/v1`, to be read as it comes.
    pub(crate) fn fetch(&self, path: &[&str]) -> Result<Response> {
        let request = self.http.get(self.url(path)?).timeout(TRANSFER);
        let sent = request.header(ACCEPT_LANGUAGE, BOTH).send();
        let response = sent.map_err(|error| self.failed(error.into()))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let received = Received::read(response).map_err(|lost| self.failed(lost))?;
        Err(received.answer()?.stop().into())
    }

    /// Waits before the next try, and says so; `why` is said in both languages.
    pub(crate) fn wait(&self, pause: Duration, why: &str) {
        if let Some(talk) = self.talk
            && pause >= TOLD
        {
            let seconds = pause.as_secs_f64();
            talk.say(
                format_args!("{why}; dicoba lagi dalam {seconds:.0} detik"),
                format_args!("trying again in {seconds:.0} s"),
            );
        }
        thread::sleep(pause);
    }

    fn url(&self, path: &[&str]) -> Result<Url> {
        let mut url = self.base.clone();
        let mut segments = url.path_segments_mut().map_err(|()| not_a_url(self.base.as_str()))?;
        segments.pop_if_empty().push("v1").extend(path);
        drop(segments);
        Ok(url)
    }

    /// Sends, and again for as long as patience lasts where that may help: no answer, or a server that
    /// is busy.
    fn send(&self, request: impl Fn() -> RequestBuilder) -> Result<Received> {
        let mut tries = self.patience.tries();
        loop {
            let received = self.once(request());
            let (failure, why) = match &received {
                Ok(answer) => match answer.busy() {
                    Some(failure) => {
                        (failure, format!("server sibuk (busy), {}", answer.status.as_u16()))
                    }
                    None => return received.map_err(|lost| self.failed(lost)),
                },
                Err(lost) if lost.is_final() => return received.map_err(|lost| self.failed(lost)),
                Err(lost) => (
                    self.silence(),
                    format!("server tidak menjawab (no answer): {}", deepest(lost)),
                ),
            };
            match tries.pause(failure) {
                Some(pause) => self.wait(pause, &why),
                None => return received.map_err(|lost| self.failed(lost)),
            }
        }
    }

    fn once(&self, request: RequestBuilder) -> Result<Received, Lost> {
        let response = request.header(ACCEPT_LANGUAGE, BOTH).send()?;
        let received = Received::read(response)?;
        self.has_answered.store(true, Ordering::Relaxed);
        Ok(received)
    }

    fn silence(&self) -> Failure {
        if self.has_answered.load(Ordering::Relaxed) {
            Failure::NoAnswer
        } else {
            Failure::NeverAnswered
        }
    }

    fn failed(&self, lost: Lost) -> anyhow::Error {
        if matches!(&lost, Lost::Request(error) if error.is_connect()) {
            let reason = deepest(&lost);
            return Stop::new(
                Exit::CannotConnect,
                format!("tidak dapat menghubungi {}; apakah server berjalan?", self.base),
                format!(
                    "cannot connect: {reason}; is the server running? see `jejak serve --help`"
                ),
            )
            .into();
        }
        anyhow::Error::new(lost).context("permintaan gagal (request failed)")
    }
}

fn parse(url: &str) -> Result<Url> {
    let parsed = Url::parse(url).map_err(|_| not_a_url(url))?;
    match parsed.scheme() {
        "http" | "https" if parsed.has_host() => Ok(parsed),
        _ => Err(not_a_url(url).into()),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn not_a_url(url: &str) -> Stop {
    Stop::usage(
        format!("bukan alamat server: {url}"),
        "not a server's URL, e.g. http://127.0.0.1:8080",
    )
}

/// The last cause of an error: the one that says what happened.
fn deepest(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Neither is preferred: what the server tells is told in both.
const BOTH: &str = "id, en";
/// The most rows that the interface gives in one page.
const PAGE_ROWS_MAX: usize = 1_000;
/// A whole document, over a slow line.
const TRANSFER: Duration = Duration::from_hours(1);
const CONNECT_SECONDS: u64 = 10;
/// A full batch on a slow machine, with room to spare.
const REQUEST_SECONDS: u64 = 300;
/// Shorter pauses are not worth a line.
const TOLD: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::answer::problem;
    use super::*;
    use crate::cli::files;
    use crate::cli::interrupt::Scratch;

    #[test]
    fn paths_are_percent_encoded_segments_below_v1() {
        let client = Client::new("http://127.0.0.1:8080/jejak/", &Reach::default()).unwrap();
        let url = client.url(&["61.07", "registers", "systems", "system/a b"]).unwrap();
        assert_eq!(url.path(), "/jejak/v1/61.07/registers/systems/system%2Fa%20b");
    }

    #[test]
    fn what_is_no_url_of_a_server_is_a_usage_error() {
        for url in ["127.0.0.1:8080", "ftp://host/", "file:///tmp", ""] {
            let error = Client::new(url, &Reach::default()).unwrap_err();
            assert_eq!(Exit::of(&error), Exit::Usage, "{url}");
        }
    }

    #[test]
    fn problems_end_with_the_code_of_the_interface() {
        let body =
            json!({ "detail": "surat tidak ada", "code": "content-invalid", "rule": "BKY.25.2" });
        let endings = [(422, Exit::Refused), (409, Exit::Refused), (412, Exit::Refused)];
        let others = [(404, Exit::NotFound), (403, Exit::NotPermitted), (500, Exit::Error)];
        for (status, exit) in endings.into_iter().chain(others) {
            let stop = problem(status, &body);
            assert_eq!(Exit::of(&stop.clone().into()), exit, "{status}");
            assert_eq!(
                stop.to_string(),
                format!("surat tidak ada ({status} content-invalid, BKY.25.2)")
            );
        }
    }

    #[test]
    fn who_may_not_read_is_told_how_a_token_is_shown() {
        for (status, code) in [(403, "class-denied"), (401, "reader-required")] {
            let stop = problem(status, &json!({ "detail": "bukan untuk umum", "code": code }));
            assert_eq!(stop.exit(), Exit::NotPermitted);
            let told = format!(
                "bukan untuk umum; tunjukkan token pembaca: --token-file BERKAS, atau JEJAK_TOKEN ({status} {code}; show a \
                 reader's token: --token-file FILE, or JEJAK_TOKEN)"
            );
            assert_eq!(stop.to_string(), told);
        }
    }

    #[test]
    fn a_question_that_the_server_does_not_understand_is_a_usage_error() {
        for (code, exit) in [
            ("invalid-parameter", Exit::Usage),
            ("unknown-parameter", Exit::Usage),
            ("malformed-jws", Exit::Error),
        ] {
            assert_eq!(problem(400, &json!({ "code": code })).exit(), exit, "{code}");
        }
    }

    #[test]
    fn no_server_is_cannot_connect() {
        // Port 9 (discard) on loopback: nobody listens there.
        let client = Client::new("http://127.0.0.1:9", &Reach::default()).unwrap();
        let error = client.get(&["ledgers"], &[]).unwrap_err();
        assert_eq!(Exit::of(&error), Exit::CannotConnect);
    }

    #[test]
    fn a_file_without_certificates_is_no_authority() {
        let scratch = Scratch::new("ca").unwrap();
        let path = scratch.path().join("ca.pem");
        let reach = Reach { ca: Some(path.clone()), ..Reach::default() };
        let told = || Client::new("https://127.0.0.1:9", &reach).unwrap_err();
        assert_eq!(Exit::of(&told()), Exit::NotFound);
        files::write_new(&path, "").unwrap();
        assert!(told().to_string().contains("no PEM certificate"));
        // Where nothing is to be verified the file is not asked for.
        assert!(Client::new("http://127.0.0.1:9", &reach).is_ok());
    }
}
