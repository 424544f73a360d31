//! The server of a test: the real one, on a port of its own, over the ledgers of a `World`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use jejak_api::{AppState, Config, serve};
use jejak_ledger::Ledgers;
use reqwest::blocking::{Body, Client, Response};
use serde_json::Value;
use tokio::sync::oneshot;

pub(crate) const JOSE: &str = "application/jose";
pub(crate) const LINES: &str = "text/plain";

/// A running server; it stops in order when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    scheme: &'static str,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(ledgers: &Arc<Ledgers>) -> Self {
        Self::configured(ledgers, |_| {})
    }

    pub(crate) fn configured(ledgers: &Arc<Ledgers>, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { ledger: ledgers.settings().clone(), ..Config::default() };
        change(&mut config);
        let scheme = if config.tls.certificate.is_some() { "https" } else { "http" };
        let state = AppState::new(Arc::clone(ledgers), config);
        let (bound, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            bound.send(listener.local_addr().unwrap()).unwrap();
            let stopped = async { drop(stopped.await) };
            serve(listener, state, stopped).await.unwrap();
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let thread = std::thread::spawn(move || runtime.block_on(serving));
        Self {
            address: address.recv().unwrap(),
            scheme,
            client: Client::builder().timeout(Duration::from_secs(30)).build().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::blocking::RequestBuilder {
        let method = method.parse().unwrap();
        let request = self.client.request(method, self.url(path));
        request.header("accept-language", "en")
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().unwrap()
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let response = self.get(path);
        assert_eq!(response.status(), 200, "{path}: {:?}", response.text());
        response.json().unwrap()
    }

    pub(crate) fn post(&self, path: &str, media_type: &str, body: impl Into<Body>) -> Response {
        self.request("POST", path).header("content-type", media_type).body(body).send().unwrap()
    }

    /// Sends bytes as they are and reads all that comes back until the server closes.
    pub(crate) fn raw(&self, bytes: &[u8], then: impl FnOnce(&mut TcpStream)) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        then(&mut stream);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// Stops taking requests, finishes those in flight, drains the ledgers.
    pub(crate) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Status and code of a problem, which must be a well-formed one.
pub(crate) fn problem(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = response.json().unwrap();
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"], request_id.as_str());
    assert!(body["title"].is_string() && body["detail"].is_string() && body["type"].is_string());
    (status, body["code"].as_str().unwrap().to_owned())
}

#[track_caller]
pub(crate) fn is_problem(response: Response, status: u16, code: &str) {
    assert_eq!(problem(response), (status, code.to_owned()));
}
