//! The config folder goes to the user that the manager becomes.
//!
//! **Invariant:** only what has another owner is touched, nothing outside the folder is, and no link is followed: the
//! walk goes from open folder to open folder, so that somebody who swaps a folder for a link meanwhile wins nothing.

use rustix::fs::{self as files, AtFlags, CWD, Dir, FileType, Mode, OFlags};
use rustix::fs::{Gid, Uid};
use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};

/// Folders in folders; ours are five deep.
const DEEPEST: u32 = 32;
/// Everybody may write: what the image's own folder has, so that a container started with `user:` can begin.
const OPEN_TO_ALL: u32 = 0o002;

/// Why the folder was not handed over.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be given to user {uid}, group {gid}: {why}", path.display())]
pub(super) struct NotHandedOver {
    path: PathBuf,
    uid: u32,
    gid: u32,
    why: std::io::Error,
}

/// Gives what does not belong to them yet; returns how many entries that were.
pub(super) fn hand_over(folder: &Path, uid: u32, gid: u32) -> Result<u32, NotHandedOver> {
    let fail = |why: rustix::io::Errno| NotHandedOver { path: folder.to_owned(), uid, gid, why: why.into() };
    let walk = Walk { uid: Uid::from_raw(uid), gid: Gid::from_raw(gid) };
    let open = files::openat(CWD, folder, FOLDER, Mode::empty()).map_err(fail)?;
    let stat = files::fstat(&open).map_err(fail)?;
    if stat.st_uid == 0 && stat.st_mode & OPEN_TO_ALL != 0 {
        // From here on it has an owner.
        files::fchmod(&open, Mode::from_raw_mode(0o755)).map_err(fail)?;
    }
    // What is in it first: a walk that was cut off begins anew, because the folder itself still has the old owner.
    let inside = walk.inside(open.as_fd(), DEEPEST).map_err(fail)?;
    let own = walk.entry(open.as_fd(), c"", (stat.st_uid, stat.st_gid), AtFlags::EMPTY_PATH).map_err(fail)?;
    Ok(inside + own)
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

struct Walk {
    uid: Uid,
    gid: Gid,
}

impl Walk {
    fn inside(&self, folder: BorrowedFd<'_>, depth: u32) -> rustix::io::Result<u32> {
        if depth == 0 {
            return Err(rustix::io::Errno::LOOP);
        }
        let mut changed = 0;
        for entry in Dir::read_from(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            changed += match self.one(folder, name, depth) {
                // Gone meanwhile: a command runs beside the manager and its database.
                Err(rustix::io::Errno::NOENT) => 0,
                other => other?,
            };
        }
        Ok(changed)
    }

    fn one(&self, folder: BorrowedFd<'_>, name: &CStr, depth: u32) -> rustix::io::Result<u32> {
        let stat = files::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let mut changed = 0;
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            let open = files::openat(folder, name, FOLDER, Mode::empty())?;
            changed = self.inside(open.as_fd(), depth - 1)?;
        }
        Ok(changed + self.entry(folder, name, (stat.st_uid, stat.st_gid), AtFlags::SYMLINK_NOFOLLOW)?)
    }

    fn entry(&self, at: BorrowedFd<'_>, name: &CStr, has: (u32, u32), flags: AtFlags) -> rustix::io::Result<u32> {
        if has == (self.uid.as_raw(), self.gid.as_raw()) {
            return Ok(0);
        }
        files::chownat(at, name, Some(self.uid), Some(self.gid), flags).map(|()| 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::{getegid, geteuid};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    /// A folder with a file, a folder with a file in it, and a link to a file outside.
    fn tree() -> (tempfile::TempDir, tempfile::NamedTempFile) {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        std::fs::write(dir.path().join("config.yaml"), "").unwrap();
        std::fs::create_dir(dir.path().join("postgres")).unwrap();
        std::fs::write(dir.path().join("postgres/PG_VERSION"), "17").unwrap();
        symlink(outside.path(), dir.path().join("link")).unwrap();
        (dir, outside)
    }

    #[test]
    fn a_folder_that_has_its_owner_is_not_touched() {
        let (dir, _outside) = tree();
        let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
        let before = std::fs::metadata(dir.path()).unwrap();
        assert_eq!(hand_over(dir.path(), uid, gid).unwrap(), 0);
        let after = std::fs::metadata(dir.path()).unwrap();
        assert_eq!((before.ctime_nsec(), before.mode()), (after.ctime_nsec(), after.mode()));
    }

    #[test]
    fn everything_in_the_folder_goes_over_and_nothing_that_a_link_names() {
        if !geteuid().is_root() {
            let (dir, _outside) = tree();
            let refused = hand_over(dir.path(), geteuid().as_raw() + 1, 1).unwrap_err().to_string();
            assert!(refused.contains("cannot be given to user"), "{refused}");
            return;
        }
        let (dir, outside) = tree();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o1777)).unwrap();
        assert_eq!(hand_over(dir.path(), 4321, 8765).unwrap(), 5);
        for name in ["", "config.yaml", "postgres", "postgres/PG_VERSION", "link"] {
            let meta = std::fs::symlink_metadata(dir.path().join(name)).unwrap();
            assert_eq!((meta.uid(), meta.gid()), (4321, 8765), "{name}");
        }
        assert_eq!(std::fs::metadata(dir.path()).unwrap().mode() & 0o7777, 0o755, "no longer open to all");
        assert_eq!(std::fs::metadata(outside.path()).unwrap().uid(), 0, "the link's target is somebody else's");
        // One file put there by hand since, as root.
        std::fs::write(dir.path().join("secret.key"), "").unwrap();
        assert_eq!(hand_over(dir.path(), 4321, 8765).unwrap(), 1);
    }

    #[test]
    fn a_folder_that_is_a_link_or_not_there_is_refused() {
        let (dir, _outside) = tree();
        let link = dir.path().join("other");
        symlink(dir.path().join("postgres"), &link).unwrap();
        for path in [link, dir.path().join("nowhere")] {
            assert!(hand_over(&path, 4321, 8765).is_err(), "{}", path.display());
        }
    }
}
