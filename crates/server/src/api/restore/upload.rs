//! A file on its way into the config folder.
//!
//! **Invariant:** never in memory as a whole, never larger than the limit, readable by its owner alone, and gone when it
//! was not handed over. Its name is ours; nothing that a caller sends becomes part of a path.

use crate::front::House;
use crate::problem::{Kind, Problem};
use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderMap, header};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

/// In the config folder; what lies there at a start is a leftover.
pub const FOLDER: &str = "incoming";
/// A hundred miners for ten years are a third of it.
const BYTES_MAX: u64 = 1_024 * 1_024 * 1_024;
/// Whoever sends nothing for so long has gone.
const SILENT_MAX: Duration = Duration::from_secs(30);
/// A slow line gets a gigabyte through in this time.
const ALL_WITHIN: Duration = Duration::from_hours(1);

/// A file that goes with this value.
pub(super) struct Upload(PathBuf);

impl Upload {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// It is somebody else's to put away.
    pub(super) fn hand_over(mut self) {
        self.0 = PathBuf::new();
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty()
            && let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(file = %self.0.display(), %error, "an upload could not be removed; it goes at the next start");
        }
    }
}

pub(super) fn is_file(headers: &HeaderMap) -> bool {
    crate::auth::gate::is_type(headers, "application/octet-stream")
}

/// Takes the file whole, or nothing of it.
pub(super) async fn take(house: &House, headers: &HeaderMap, body: Body) -> Result<Upload, Problem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > BYTES_MAX) {
        return Err(too_large());
    }
    let folder = house.config.dir.join(FOLDER);
    make(&folder).map_err(|error| cannot(&error))?;
    let random = crate::auth::random::secret().map_err(crate::auth::AuthError::from)?;
    let upload = Upload(folder.join(random));
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(upload.path()).await.map_err(|error| cannot(&error))?;
    in_time(ALL_WITHIN, write(&mut file, body)).await.unwrap_or_else(|_| Err(cut("it took longer than an hour")))?;
    Ok(upload)
}

async fn write(file: &mut tokio::fs::File, body: Body) -> Result<(), Problem> {
    let mut chunks = body.into_data_stream();
    let mut taken = 0;
    loop {
        let next = in_time(SILENT_MAX, chunks.next()).await.map_err(|_| cut("nothing came for half a minute"))?;
        let chunk: Bytes = match next {
            None => break,
            Some(Ok(chunk)) => chunk,
            Some(Err(_)) => return Err(cut("the connection ended before it was whole")),
        };
        taken += chunk.len() as u64;
        if taken > BYTES_MAX {
            return Err(too_large());
        }
        file.write_all(&chunk).await.map_err(|error| cannot(&error))?;
    }
    file.flush().await.map_err(|error| cannot(&error))?;
    file.sync_all().await.map_err(|error| cannot(&error))
}

fn make(folder: &Path) -> std::io::Result<()> {
    match std::fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn too_large() -> Problem {
    Problem::new(Kind::BodyTooLarge, "a backup has at most 1 GiB; restore a larger one with `hmm restore`")
}

fn cut(why: &str) -> Problem {
    Problem::new(Kind::BackupUnusable, format!("nothing was changed: {why}; send it again"))
}

fn cannot(error: &std::io::Error) -> Problem {
    let detail = format!("nothing was changed: the file could not be kept in the config folder: {error}");
    Problem::new(Kind::CannotWrite, detail)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a caller's network lives in real time, whatever clock the house goes by"
)]
async fn in_time<T>(limit: Duration, work: impl Future<Output = T>) -> Result<T, tokio::time::error::Elapsed> {
    tokio::time::timeout(limit, work).await
}
