//! One kept HTTP/1.1 connection that posts prepared requests and drains the answers: what it costs
//! must not be mistaken for what the server costs.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// One connection, one request at a time.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    body: Vec<u8>,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream), line: Vec::new(), body: Vec::new() })
    }

    /// Sends a whole request and reads the whole answer; its status.
    pub(super) fn exchange(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.get_mut().write_all(request)?;
        let status = status(self.next_line()?)?;
        let mut length = None;
        loop {
            let line = self.next_line()?;
            if line.is_empty() {
                break;
            }
            length = length.or(content_length(line));
        }
        let length = length.ok_or_else(|| broken("an answer without content-length"))?;
        self.body.clear();
        let read = self.stream.by_ref().take(length).read_to_end(&mut self.body)?;
        if u64::try_from(read).is_ok_and(|read| read == length) {
            Ok(status)
        } else {
            Err(broken("a short answer"))
        }
    }

    fn next_line(&mut self) -> io::Result<&[u8]> {
        self.line.clear();
        self.stream.by_ref().take(HEADER_LINE_BYTES_MAX).read_until(b'\n', &mut self.line)?;
        self.line.strip_suffix(b"\r\n").ok_or_else(|| broken("a cut header"))
    }
}

/// A whole request to post one statement.
pub(super) fn post(host: SocketAddr, ledger: &str, statement: &[u8]) -> Vec<u8> {
    let length = statement.len();
    let head = format!(
        "POST /v1/{ledger}/events HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/jose\r\n\
         content-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), statement].concat()
}

/// Streams one batch until it is told to end or has sent every statement, and takes the answers meanwhile; how many
/// lines were sent. All of them must have been recorded.
pub(super) fn stream(
    host: SocketAddr,
    ledger: &str,
    statements: &[Vec<u8>],
    ended: &AtomicBool,
) -> io::Result<usize> {
    let mut stream = TcpStream::connect(host)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let head = format!(
        "POST /v1/{ledger}/events/batch HTTP/1.1\r\nhost: {host}\r\ncontent-type: text/plain\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let reading = std::thread::spawn(move || {
        let (mut line, mut recorded) = (Vec::new(), 0);
        while answers.read_until(b'\n', &mut line)? > 0 {
            recorded += usize::from(line.windows(13).any(|part| part == b"\"status\":201,"));
            line.clear();
        }
        io::Result::Ok(recorded)
    });
    stream.write_all(head.as_bytes())?;
    let mut sent = 0;
    for lines in statements.chunks(STREAMED_LINES) {
        if ended.load(Ordering::Relaxed) {
            break;
        }
        let text = lines.join(&b'\n');
        let begin = format!("{:x}\r\n", text.len() + 1);
        stream.write_all(&[begin.as_bytes(), &text, b"\n\r\n"].concat())?;
        sent += lines.len();
    }
    stream.write_all(b"0\r\n\r\n")?;
    let recorded = reading.join().map_err(|_| broken("a thread panicked"))??;
    if recorded == sent { Ok(sent) } else { Err(broken("a line that was not recorded")) }
}

fn status(line: &[u8]) -> io::Result<u16> {
    let text = line.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let text = text.and_then(|digits| std::str::from_utf8(digits).ok());
    text.and_then(|digits| digits.parse().ok()).ok_or_else(|| broken("no status line"))
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = line.split_at_checked(b"content-length:".len())?;
    let named = name.eq_ignore_ascii_case(b"content-length:");
    named.then(|| std::str::from_utf8(value).ok()?.trim().parse().ok()).flatten()
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// Lines of one chunk of a streamed batch.
const STREAMED_LINES: usize = 64;
const HEADER_LINE_BYTES_MAX: u64 = 8 << 10;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn status_and_length_are_read_from_their_lines() {
        assert_eq!(status(b"HTTP/1.1 201 Created").unwrap(), 201);
        assert!(status(b"SSH-2.0").is_err());
        assert_eq!(content_length(b"Content-Length: 12"), Some(12));
        assert_eq!(content_length(b"content-type: text/plain"), None);
    }
}
