//! The smallest HTTP client that can drive the program: one request per connection, JSON in and out.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) body: Value,
}

impl Reply {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// One signed-in (or not yet signed-in) caller.
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) cookie: Option<String>,
}

impl Client {
    pub(crate) fn get(&self, path: &str) -> Result<Reply> {
        self.call("GET", path, None)
    }

    /// A look as a program would take it, with a token instead of the cookie.
    pub(crate) fn with_token(&self, token: &str, path: &str) -> Result<Reply> {
        self.ask("GET", path, None, Some(&format!("authorization: Bearer {token}")))
    }

    pub(super) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply> {
        let cookie = self.cookie.as_ref().map(|cookie| format!("cookie: {cookie}"));
        self.ask(method, path, body, cookie.as_deref())
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>, key: Option<&str>) -> Result<Reply> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut head = vec![
            format!("{method} {path} HTTP/1.1"),
            format!("host: {}", self.address),
            "connection: close".to_owned(),
            "accept: application/json".to_owned(),
        ];
        head.extend(key.map(str::to_owned));
        if method != "GET" {
            // The program takes cookie writes only from its own pages; the simulator's control takes nothing from a page.
            head.push(format!("origin: http://{}", self.address));
            head.push("content-type: application/json".to_owned());
            head.push(format!("content-length: {}", body.len()));
        }
        let head = head.join("\r\n");
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(2)).context("connecting")?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).context("sending the request")?;
        let mut raw = Vec::new();
        match stream.read_to_end(&mut raw) {
            Ok(_) => {}
            // Killed after it had answered: what arrived may still be whole, and `parse` will tell.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => return Err(error).context("reading the answer"),
        }
        parse(&raw)
    }
}

fn parse(raw: &[u8]) -> Result<Reply> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").context("the answer ended within its head")?;
    let head = std::str::from_utf8(&raw[..end]).context("the answer's head is not text")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let status = status.context("the answer has no status")?;
    let header = |wanted: &str| {
        lines
            .clone()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let cookie = header("set-cookie").and_then(|value| value.split(';').next()).map(str::to_owned);
    let body = &raw[end + 4..];
    let body =
        match (header("content-length").and_then(|length| length.parse::<usize>().ok()), header("transfer-encoding")) {
            (Some(length), _) if body.len() < length => bail!("the answer was cut off"),
            (_, Some("chunked")) => unchunk(body)?,
            _ => body.to_vec(),
        };
    // Some answers are pages or empty; only JSON is of interest here.
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Ok(Reply { status, cookie, body })
}

fn unchunk(mut raw: &[u8]) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = raw.windows(2).position(|two| two == b"\r\n").context("the answer was cut off")?;
        let size = std::str::from_utf8(&raw[..end])?.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16).context("a chunk without a size")?;
        if size == 0 {
            return Ok(whole);
        }
        let chunk = raw.get(end + 2..end + 2 + size).context("the answer was cut off")?;
        whole.extend_from_slice(chunk);
        raw = raw.get(end + 2 + size + 2..).context("the answer was cut off")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_answer_is_read_and_a_cut_one_is_refused() {
        let whole = b"HTTP/1.1 201 Created\r\nSet-Cookie: s=1; HttpOnly\r\nContent-Length: 8\r\n\r\n{\"id\":3}";
        let reply = parse(whole).unwrap();
        assert_eq!((reply.status, reply.cookie.as_deref(), &reply.body["id"]), (201, Some("s=1"), &3.into()));
        assert!(parse(&whole[..whole.len() - 1]).is_err());
        assert!(parse(&whole[..20]).is_err());
    }

    #[test]
    fn chunks_are_put_together() {
        let raw = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n";
        assert_eq!(parse(raw).unwrap().body, serde_json::json!([1, 2]));
    }
}
