//! A device on loopback that answers as a test says, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Method, path and body of a request.
pub(crate) type Asked = (String, String, String);
/// Status and body of a reply.
pub(crate) type Said = (u16, String);

pub(crate) struct Device {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<(Asked, String)>>>,
}

impl Device {
    /// Listens at a loopback address of this test's own block.
    #[expect(clippy::disallowed_methods, reason = "the device is a task of the test")]
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.83.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<(Asked, String)>>> = Arc::default();
        let (notes, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (notes, answer) = (Arc::clone(&notes), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &notes, &*answer).await });
            }
        });
        Self { address, asked }
    }

    /// What it was asked so far, and forgets it.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap()).into_iter().map(|(asked, _)| asked).collect()
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(_, head)| head.clone()).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    notes: &Mutex<Vec<(Asked, String)>>,
    answer: &(dyn Fn(&Asked) -> Said + Send + Sync),
) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let (head, body) = loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    };
    let mut first = head.lines().next().unwrap_or_default().split(' ');
    let word = |part: Option<&str>| part.unwrap_or_default().to_owned();
    let asked = (word(first.next()), word(first.next()), body);
    let (status, text) = answer(&asked);
    notes.lock().unwrap().push((asked, head));
    let reply = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len());
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.shutdown().await;
}
