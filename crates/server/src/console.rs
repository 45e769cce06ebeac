//! The back door: a Unix socket in the config folder, through which the command line asks the running program.
//!
//! **Invariant:** only the owner of the process and root are listened to: the socket is 0600 and the caller's user is
//! checked. One request and one answer a connection, each one line of JSON.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

pub const FILE_NAME: &str = "hmm.sock";
/// A socket's path has room for 107 bytes.
const PATH_MAX: usize = 100;
const LINE_MAX: u64 = 64 * 1024;

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    TokenCreate { role: hmm_domain::Role, name: String, scopes: Vec<hmm_domain::Scope> },
    ResetPassword { name: String },
    Backup { file: PathBuf },
    TlsNewCa,
}

/// What comes back: the line to print, or why not.
pub type Answer = Result<String, String>;

/// A socket's path that is short enough, with what keeps it valid.
struct Short {
    path: PathBuf,
    _dir: Option<File>,
}

/// A folder deep in the tree is reached through its open handle.
fn short(dir: &Path, name: &str) -> io::Result<Short> {
    let path = dir.join(name);
    if path.as_os_str().len() <= PATH_MAX {
        return Ok(Short { path, _dir: None });
    }
    let dir = File::open(dir)?;
    Ok(Short { path: PathBuf::from(format!("/proc/self/fd/{}/{name}", dir.as_raw_fd())), _dir: Some(dir) })
}

/// The listening end. Whoever opens it holds the folder's lock, so what stands at its place is a leftover.
pub struct Console {
    listener: UnixListener,
    path: PathBuf,
}

impl Console {
    pub fn open(dir: &Path) -> io::Result<Self> {
        // Made under another name: nobody finds it before its rights are set.
        let fresh = short(dir, ".hmm.sock.new")?;
        let _ = std::fs::remove_file(&fresh.path);
        let listener = UnixListener::bind(&fresh.path)?;
        std::fs::set_permissions(&fresh.path, std::fs::Permissions::from_mode(0o600))?;
        let path = dir.join(FILE_NAME);
        std::fs::rename(dir.join(".hmm.sock.new"), &path)?;
        Ok(Self { listener, path })
    }

    /// The next caller who may ask.
    pub async fn accept(&self) -> io::Result<Caller> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let caller = stream.peer_cred()?.uid();
            let us = rustix::process::geteuid().as_raw();
            if caller == us || caller == 0 {
                return Ok(Caller { stream: BufReader::new(stream) });
            }
            tracing::warn!(caller, "somebody else's process knocked at the console and was turned away");
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Somebody at the other end.
pub struct Caller {
    stream: BufReader<UnixStream>,
}

impl Caller {
    pub async fn request(&mut self) -> io::Result<Request> {
        read(&mut self.stream).await
    }

    pub async fn answer(mut self, answer: &Answer) -> io::Result<()> {
        write(self.stream.get_mut(), answer).await
    }
}

/// Asks the running program. `None` when none is listening in this folder.
pub async fn ask(dir: &Path, request: &Request) -> io::Result<Option<Answer>> {
    // A folder that is not there is one in which nobody listens.
    let Ok(socket) = short(dir, FILE_NAME) else { return Ok(None) };
    let stream = match UnixStream::connect(&socket.path).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let mut stream = BufReader::new(stream);
    write(stream.get_mut(), request).await?;
    read(&mut stream).await.map(Some)
}

async fn write(stream: &mut UnixStream, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value).map_err(io::Error::other)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await
}

async fn read<T: serde::de::DeserializeOwned>(stream: &mut BufReader<UnixStream>) -> io::Result<T> {
    let mut line = Vec::new();
    stream.take(LINE_MAX).read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_slice(&line).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn exchange(dir: &Path) -> Option<Answer> {
        let console = Console::open(dir).unwrap();
        let mode = std::fs::metadata(dir.join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let request = Request::ResetPassword { name: "ann".to_owned() };
        let serve = async {
            let mut caller = console.accept().await.unwrap();
            let heard = caller.request().await.unwrap();
            caller.answer(&Ok(format!("{heard:?}"))).await.unwrap();
        };
        let (answer, ()) = tokio::join!(ask(dir, &request), serve);
        answer.unwrap()
    }

    #[tokio::test]
    async fn the_command_line_is_heard_in_a_folder_of_any_depth_and_nobody_else_is() {
        let base = tempfile::tempdir().unwrap();
        let deep = base.path().join("d".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        for dir in [base.path(), deep.as_path()] {
            assert_eq!(ask(dir, &Request::ResetPassword { name: String::new() }).await.unwrap(), None);
            let heard = "ResetPassword { name: \"ann\" }".to_owned();
            assert_eq!(exchange(dir).await, Some(Ok(heard)));
            assert!(!dir.join(FILE_NAME).exists(), "the socket goes with the program");
        }
        assert_eq!(
            ask(&base.path().join("none"), &Request::ResetPassword { name: String::new() }).await.unwrap(),
            None
        );
    }
}
