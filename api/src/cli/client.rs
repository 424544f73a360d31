//! The HTTP client of the command: asks a Jejak server and turns its problems into endings.

use std::env;
use std::error::Error;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use jejak_api::tokens::Secret;
use reqwest::blocking::{Client as Http, RequestBuilder, Response};
use reqwest::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER,
};
use reqwest::{Certificate, StatusCode, Url};
use serde_json::Value;

use super::exit::{Exit, Stop};
use super::files;

/// How servers are reached, whichever command asks them.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Reach {
    /// Hanya percaya server dengan sertifikat di bawah CA ini (trust https servers under these authorities only)
    #[arg(long, global = true, value_name = "PEM", env = "JEJAK_CA")]
    ca: Option<PathBuf>,
    /// Berkas token pembaca untuk --url; tanpa ini `JEJAK_TOKEN` (file with the reader's token)
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The token of the environment. Never an argument, which everybody on the machine could read.
    #[arg(skip)]
    token: Option<String>,
}

impl Reach {
    /// With the token of the environment, where there is one.
    pub(crate) fn with_environment(self) -> Self {
        Self { token: env::var(TOKEN_VARIABLE).ok(), ..self }
    }

    /// The reader's token, where the user has given one.
    fn secret(&self) -> Result<Option<Secret>> {
        let (text, place) = match (&self.token_file, &self.token) {
            (Some(path), _) => (files::read_text(path)?, path.display().to_string()),
            (None, Some(text)) => (text.clone(), TOKEN_VARIABLE.to_owned()),
            (None, None) => return Ok(None),
        };
        let malformed = || Stop::usage("bukan token Jejak", "not a whole token of Jejak");
        let secret = Secret::parse(text.trim()).map_err(|_| malformed());
        Ok(Some(secret.context(place)?))
    }
}

/// A Jejak server at a URL.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    base: Url,
    http: Http,
}

/// What the ledger said to one statement: the status, and the answer or the problem.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
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
        Ok(Self { base, http: http.build()? })
    }

    /// The JSON behind a path below `/v1`.
    pub(crate) fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<Value> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let response = self.send(|| self.http.get(url.clone()))?;
        let status = response.status();
        let body = json(response)?;
        if status.is_success() { Ok(body) } else { Err(problem(status.as_u16(), &body).into()) }
    }

    /// All pages of a list, at most `limit` of its `member`s and only up to the first that is not
    /// `wanted`, and the last page itself.
    pub(crate) fn pages(
        &self,
        path: &[&str],
        query: Vec<(&str, String)>,
        member: &str,
        limit: usize,
        wanted: impl Fn(&Value) -> Result<bool>,
    ) -> Result<(Vec<Value>, Value)> {
        let mut rows = Vec::new();
        let mut query = query;
        let mut page;
        loop {
            let rest = PAGE_ROWS_MAX.min(limit.saturating_sub(rows.len())).max(1);
            let asked = [query.as_slice(), &[("limit", rest.to_string())]].concat();
            page = self.get(path, &asked)?;
            if let Some(Value::Array(more)) = page.get_mut(member).map(Value::take) {
                for row in more {
                    if !wanted(&row)? {
                        return Ok((rows, page));
                    }
                    rows.push(row);
                }
            }
            let Some(next) = page.get("next").and_then(Value::as_str) else { break };
            if rows.len() >= limit {
                break;
            }
            query.retain(|(name, _)| !matches!(*name, "cursor" | "after"));
            query.push(("cursor", next.to_owned()));
        }
        Ok((rows, page))
    }

    /// What the server says of its own process (`readyz`, `version`), with the status.
    pub(crate) fn of_process(&self, name: &str) -> Result<(u16, Value)> {
        let mut url = self.base.clone();
        let mut segments = url.path_segments_mut().map_err(|()| not_a_url(self.base.as_str()))?;
        segments.pop_if_empty().push(name);
        drop(segments);
        let response = self.once(self.http.get(url))?;
        Ok((response.status().as_u16(), json(response)?))
    }

    /// Posts one statement.
    pub(crate) fn post(&self, ledger: &str, statement: &[u8]) -> Result<Answer> {
        let url = self.url(&[ledger, "events"])?;
        let post = || self.http.post(url.clone()).header(CONTENT_TYPE, "application/jose");
        let response = self.send(|| post().body(statement.to_vec()))?;
        Ok(Answer { status: response.status().as_u16(), body: json(response)? })
    }

    /// Posts many statements in one request; the answers come in the same order.
    pub(crate) fn post_batch(&self, ledger: &str, statements: &[Vec<u8>]) -> Result<Vec<Answer>> {
        let url = self.url(&[ledger, "events", "batch"])?;
        let mut body = statements.join(&b'\n');
        body.push(b'\n');
        let post = || self.http.post(url.clone()).header(CONTENT_TYPE, "text/plain");
        let response = self.send(|| post().body(body.clone()))?;
        let status = response.status();
        if !status.is_success() {
            return Err(problem(status.as_u16(), &json(response)?).into());
        }
        let text = response.text().context("membaca jawaban (reading the answer)")?;
        let answers = text.lines().map(line_answer).collect::<Result<Vec<_>>>()?;
        anyhow::ensure!(
            answers.len() == statements.len(),
            "jawaban untuk {} baris dari {} (the server answered not every line)",
            answers.len(),
            statements.len(),
        );
        Ok(answers)
    }

    fn url(&self, path: &[&str]) -> Result<Url> {
        let mut url = self.base.clone();
        let mut segments = url.path_segments_mut().map_err(|()| not_a_url(self.base.as_str()))?;
        segments.pop_if_empty().push("v1").extend(path);
        drop(segments);
        Ok(url)
    }

    /// Sends, and again for as long as the server says that it is only busy. Posting twice is
    /// harmless: the second time is answered with the receipt of the first.
    fn send(&self, request: impl Fn() -> RequestBuilder) -> Result<Response> {
        for _ in 0..BUSY_RETRIES_MAX {
            let response = self.once(request())?;
            match busy_for(&response) {
                Some(pause) => thread::sleep(pause),
                None => return Ok(response),
            }
        }
        self.once(request())
    }

    fn once(&self, request: RequestBuilder) -> Result<Response> {
        let sent = request.header(ACCEPT_LANGUAGE, "id, en;q=0.8").send();
        sent.map_err(|error| {
            if error.is_connect() {
                let reason = deepest(&error);
                let indonesian = format!("tidak dapat menghubungi {}: {reason}", self.base);
                return Stop::new(Exit::CannotConnect, indonesian, "cannot connect").into();
            }
            anyhow::Error::new(error).context("permintaan gagal (request failed)")
        })
    }
}

impl Answer {
    pub(crate) fn is_accepted(&self) -> bool {
        matches!(self.status, 200 | 201)
    }

    /// A member of the answer or problem, as text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Why the statement was not accepted.
    pub(crate) fn stop(&self) -> Stop {
        problem(self.status, &self.body)
    }
}

fn parse(url: &str) -> Result<Url> {
    let parsed = Url::parse(url).map_err(|_| not_a_url(url))?;
    match parsed.scheme() {
        "http" | "https" if parsed.has_host() => Ok(parsed),
        _ => Err(not_a_url(url).into()),
    }
}

/// The authorities of a PEM file, at least one.
fn authorities(path: &Path) -> Result<Vec<Certificate>> {
    let wrong = || format!("CA {}: bukan sertifikat PEM (no PEM certificate)", path.display());
    let authorities = Certificate::from_pem_bundle(&files::read(path)?).with_context(wrong)?;
    anyhow::ensure!(!authorities.is_empty(), wrong());
    Ok(authorities)
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

fn busy_for(response: &Response) -> Option<Duration> {
    let status = response.status();
    if status != StatusCode::SERVICE_UNAVAILABLE && status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse::<u64>().ok()?;
    Some(Duration::from_secs(seconds.min(BUSY_SECONDS_MAX)))
}

fn json(response: Response) -> Result<Value> {
    let status = response.status();
    let bytes = response.bytes().context("membaca jawaban (reading the answer)")?;
    let parsed = serde_json::from_slice(&bytes);
    parsed.with_context(|| {
        format!("jawaban {status} bukan JSON (the answer is no JSON: no Jejak server?)")
    })
}

fn line_answer(line: &str) -> Result<Answer> {
    let body: Value = serde_json::from_str(line)?;
    let status =
        body.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.context("baris jawaban tanpa status (an answer without status)")?;
    Ok(Answer { status, body })
}

/// A problem (RFC 9457) as the ending that the interface gives it.
fn problem(status: u16, body: &Value) -> Stop {
    let exit = match status {
        401 | 403 => Exit::NotPermitted,
        404 => Exit::NotFound,
        409 | 412 | 422 => Exit::Refused,
        _ => Exit::Error,
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let detail = text("detail").or(text("title")).unwrap_or("tanpa keterangan");
    let code = text("code").unwrap_or("-");
    let rule = text("rule").map(|rule| format!(", {rule}")).unwrap_or_default();
    Stop::new(exit, detail, format_args!("{status} {code}{rule}"))
}

/// The last cause of an error: the one that says what happened.
fn deepest(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// The variable that holds a token.
const TOKEN_VARIABLE: &str = "JEJAK_TOKEN";
/// The most rows that the interface gives in one page.
const PAGE_ROWS_MAX: usize = 1_000;
const CONNECT_SECONDS: u64 = 10;
/// A full batch on a slow machine, with room to spare.
const REQUEST_SECONDS: u64 = 300;
const BUSY_RETRIES_MAX: u32 = 8;
const BUSY_SECONDS_MAX: u64 = 30;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
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
