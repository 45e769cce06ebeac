//! A small HTTP/1.1, by hand: what a miner's web server and the control port need, with the socket in reach so that
//! faults can bend it.
//!
//! **Invariant:** one request at a time per connection, one write per reply, nothing beyond Content-Length bodies.

use serde_json::Value;
use std::io::{Error, ErrorKind, Result, Write as _};
use tokio::net::TcpStream;

const HEAD_MAX: usize = 16 * 1024;
const BODY_MAX: usize = 64 * 1024;

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) origin: Option<String>,
    /// In lower case, as far as they are text.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) keep_alive: bool,
}

impl Request {
    pub(crate) fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// By its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// A reply before it is put on the wire.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) location: Option<&'static str>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, content_type: "text/html", location: None, body: body.as_bytes().to_vec() }
    }

    pub(crate) fn json(body: Vec<u8>) -> Self {
        Self { status: 200, content_type: "application/json", location: None, body }
    }

    pub(crate) fn value(status: u16, value: &Value) -> Self {
        Self { status, ..Self::json(value.to_string().into_bytes()) }
    }

    /// Head and body in one buffer. `announced` is the Content-Length, or none for a body that has no end.
    pub(crate) fn encode(&self, announced: Option<usize>, keep_alive: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.body.len() + 192);
        // Writing to a Vec cannot fail.
        let _ = write!(out, "HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", self.status, self.reason(), self.content_type);
        if let Some(length) = announced {
            let _ = write!(out, "Content-Length: {length}\r\n");
        }
        if let Some(location) = self.location {
            let _ = write!(out, "Location: {location}\r\n");
        }
        let connection = if keep_alive { "keep-alive" } else { "close" };
        let _ = write!(out, "Access-Control-Allow-Origin: *\r\nConnection: {connection}\r\n\r\n");
        out.extend_from_slice(&self.body);
        out
    }

    fn reason(&self) -> &'static str {
        match self.status {
            200 => "OK",
            204 => "No Content",
            302 => "Temporary Redirect",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            415 => "Unsupported Media Type",
            _ => "Internal Server Error",
        }
    }
}

/// Reads one request; `buffer` keeps what came too much. `begun` is called when the first byte is there. None when the
/// peer closed before that.
pub(crate) async fn read_request(
    stream: &TcpStream,
    buffer: &mut Vec<u8>,
    mut begun: impl FnMut(),
) -> Result<Option<Request>> {
    loop {
        if !buffer.is_empty() {
            begun();
        }
        if let Some((mut request, head, length)) = parse_head(buffer)? {
            while buffer.len() < head + length {
                if read_some(stream, buffer).await? == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            request.body = buffer[head..head + length].to_vec();
            buffer.drain(..head + length);
            return Ok(Some(request));
        }
        if read_some(stream, buffer).await? == 0 {
            return if buffer.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
        }
    }
}

/// The request, the length of its head and the length of its body; none while the head is incomplete.
fn parse_head(buffer: &[u8]) -> Result<Option<(Request, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Request::new(&mut headers);
    let head = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) if buffer.len() <= HEAD_MAX => return Ok(None),
        Ok(httparse::Status::Partial) => return Err(Error::new(ErrorKind::InvalidData, "request head too long")),
        Err(error) => return Err(Error::new(ErrorKind::InvalidData, error)),
    };
    let header = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let length = header("content-length").and_then(|value| value.trim().parse().ok()).unwrap_or(0);
    if length > BODY_MAX {
        return Err(Error::new(ErrorKind::InvalidData, "request body too long"));
    }
    let closes = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let target = parsed.path.unwrap_or("/");
    let request = Request {
        method: parsed.method.unwrap_or("GET").to_owned(),
        path: target.split('?').next().unwrap_or("/").to_owned(),
        origin: header("origin").map(str::to_owned),
        headers: parsed.headers.iter().filter_map(readable).collect(),
        body: Vec::new(),
        keep_alive: !closes && parsed.version == Some(1),
    };
    Ok(Some((request, head, length)))
}

fn readable(header: &httparse::Header<'_>) -> Option<(String, String)> {
    Some((header.name.to_ascii_lowercase(), std::str::from_utf8(header.value).ok()?.to_owned()))
}

pub(crate) async fn read_some(stream: &TcpStream, buffer: &mut Vec<u8>) -> Result<usize> {
    loop {
        stream.readable().await?;
        match stream.try_read_buf(buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            outcome => return outcome,
        }
    }
}

pub(crate) async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
