//! The cheapest HTTP client that measures: one kept connection, one request at a time, no copy of the body.
//!
//! **Invariant:** it costs less than what it measures: on two cores the client and the server share them.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Client {
    address: SocketAddr,
    token: Option<String>,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

pub(crate) struct Reply<'a> {
    pub(crate) status: u16,
    /// As it came: a chunked one still has its chunks.
    pub(crate) body: &'a [u8],
}

impl Client {
    pub(crate) fn new(address: SocketAddr, token: Option<&str>) -> Self {
        Self { address, token: token.map(str::to_owned), stream: None, buffer: Vec::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Reply<'_>> {
        self.call("GET", path, None).await
    }

    /// Sends and expects a success with JSON, or nothing.
    pub(crate) async fn json(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let reply = self.call(method, path, body).await?;
        let text = String::from_utf8_lossy(reply.body);
        ensure!((200..300).contains(&reply.status), "{method} {path}: {} {text}", reply.status);
        if reply.body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(reply.body)?) }
    }

    pub(crate) async fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply<'_>> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\naccept: application/json\r\n", self.address);
        if let Some(token) = &self.token {
            request.push_str("authorization: Bearer ");
            request.push_str(token);
            request.push_str("\r\n");
        }
        if !body.is_empty() {
            request.push_str("content-type: application/json\r\n");
        }
        if method != "GET" {
            request.push_str("content-length: ");
            request.push_str(&body.len().to_string());
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        request.push_str(&body);
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address).await?,
        };
        stream.write_all(request.as_bytes()).await.context("sending")?;
        let head = read_head(&mut stream, &mut self.buffer).await?;
        let Head { status, length, chunked, close, end } = head;
        if chunked {
            while !self.buffer.ends_with(b"\r\n0\r\n\r\n") {
                ensure!(stream.read_buf(&mut self.buffer).await? > 0, "the answer was cut off");
            }
        } else {
            let whole = end + length;
            let have = self.buffer.len();
            ensure!(have <= whole, "more came than was asked for");
            self.buffer.resize(whole, 0);
            stream.read_exact(&mut self.buffer[have..]).await.context("the answer was cut off")?;
        }
        if !close {
            self.stream = Some(stream);
        }
        Ok(Reply { status, body: &self.buffer[end..] })
    }
}

pub(crate) async fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await.context("connecting")?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

struct Head {
    status: u16,
    length: usize,
    chunked: bool,
    close: bool,
    /// Where the body begins.
    end: usize,
}

async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Head> {
    buffer.clear();
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        ensure!(buffer.len() < 64 * 1024, "a head without end");
        if stream.read_buf(buffer).await.context("reading")? == 0 {
            bail!("the connection was closed before the answer");
        }
    };
    let text = std::str::from_utf8(&buffer[..end]).context("the answer's head is not text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).context("no status")?;
    let mut head = Head { status, length: 0, chunked: false, close: false, end };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().context("a strange content-length")?,
            "transfer-encoding" => head.chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => head.close = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    Ok(head)
}
