//! One installation, one program: whoever holds the lock of the config folder owns everything in it.
//!
//! **Invariant:** the lock is the kernel's, so it ends with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

const FILE_NAME: &str = ".lock";

/// Why the folder is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another `hmm` owns the folder. Use that one, or stop it.
    #[error("another hmm{owner} runs on {}; stop it first, or name another folder with --config-dir", dir.display())]
    Taken { dir: PathBuf, owner: String },
    /// A person must change rights, or mount the folder writable.
    #[error("cannot write to the config folder {}: {why}; make it writable for this user", dir.display())]
    CannotWrite { dir: PathBuf, why: std::io::Error },
}

/// The folder is ours while this lives.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    pub fn take(dir: &Path) -> Result<Self, LockError> {
        let cannot = |why| LockError::CannotWrite { dir: dir.to_owned(), why };
        std::fs::create_dir_all(dir).map_err(cannot)?;
        let path = dir.join(FILE_NAME);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let _ = (&file).take(20).read_to_string(&mut pid);
                let pid = pid.trim();
                let owner = if pid.is_empty() { String::new() } else { format!(" (process {pid})") };
                return Err(LockError::Taken { dir: dir.to_owned(), owner });
            }
            Err(TryLockError::Error(why)) => return Err(cannot(why)),
        }
        // Says who holds it, and proves that the folder can be written before anything depends on it.
        file.set_len(0).and_then(|()| file.rewind()).map_err(cannot)?;
        writeln!(file, "{}", std::process::id()).map_err(cannot)?;
        Ok(Self { _file: file })
    }
}
