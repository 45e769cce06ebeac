//! The smallest HTTP client that can be rude: raw text over a socket.
//!
//! **Invariant:** reads until the peer closes; every error is told as what the socket said.

use serde_json::Value;
use std::io::{ErrorKind, Result};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Clone, Copy)]
pub(crate) struct Client {
    address: SocketAddr,
}

/// A reply as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    /// Status and body in one line.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.status, self.body)
    }
}

impl Client {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self { address }
    }

    pub(crate) async fn connect(&self) -> Result<TcpStream> {
        TcpStream::connect(self.address).await
    }

    /// All bytes until the peer closes.
    pub(crate) async fn raw(&self, request: &str) -> Result<Vec<u8>> {
        let mut stream = self.connect().await?;
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Result<Answer> {
        self.send_with(method, path, "", body).await
    }

    pub(crate) async fn send_with(&self, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: miner\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        let bytes = self.raw(&request).await?;
        answer(&bytes)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await.expect("an answer")
    }

    pub(crate) async fn info(&self) -> Value {
        self.get("/api/system/info").await.json()
    }

    pub(crate) async fn patch(&self, body: &str) -> Answer {
        self.send("PATCH", "/api/system", body).await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.send("POST", path, "").await.expect("an answer")
    }
}

fn answer(bytes: &[u8]) -> Result<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").ok_or(ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(ErrorKind::InvalidData)?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

/// One reply from a connection that stays open.
pub(crate) async fn read_reply(stream: &mut TcpStream) -> Result<Answer> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let Ok(reply) = answer(&bytes) else { continue };
        let length = reply.head.split("Content-Length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        if length.and_then(|length| length.parse().ok()) == Some(reply.body.len()) {
            return Ok(reply);
        }
    }
}
