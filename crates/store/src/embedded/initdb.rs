//! The making of a data folder: once, into a temporary folder that is then renamed.
//!
//! **Invariant:** `postgres/` appears whole or not at all; what a cut-off attempt left is removed before the next.

use super::binaries::Programs;
use super::cluster::USER;
use crate::error::OpenError;
use crate::keys::random;
use crate::settings::Owner;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What initdb says of a user without a name, in every supported version.
const NAMELESS: &str = "could not look up effective user ID";

pub(super) fn remove_leftovers(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("postgres.new") {
            let path = entry.path();
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
    }
}

pub(super) fn run(
    dir: &Path,
    data: &Path,
    programs: &Programs,
    password_file: &Path,
    owner: Option<Owner>,
) -> Result<(), OpenError> {
    remove_leftovers(dir);
    let fresh = dir.join(unique()?);
    let (uid, gid) = owner.map_or_else(ourselves, |o| (o.uid, o.gid));
    let name = Name::missing(uid).then(|| Name::lent(dir, uid, gid)).flatten();
    prepare(&fresh, password_file, owner).map_err(|e| OpenError::files("prepare", &fresh, &e))?;
    let mut command = Command::new(&programs.initdb);
    command.arg("-D").arg(&fresh).args(["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]);
    // Small log files that are not filled with zeros first: filling sixteen megabytes wears a card, and the kernel counts
    // and caches such a file in big pieces of which every small write then dirties one whole.
    // A thousand files made safe one by one take as long as all the rest, ten times that on a card: all at once below.
    command
        .args(["--no-instructions", "--wal-segsize=1", "--no-sync"])
        .arg(format!("--pwfile={}", password_file.display()));
    command.current_dir("/").env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
    if let Some(name) = &name {
        name.tell(&mut command).map_err(|e| OpenError::files("write", &name.file, &e))?;
    }
    if let Some(o) = owner {
        command.uid(o.uid).gid(o.gid);
    }
    let output = command.output().map_err(|e| OpenError::files("run", &programs.initdb, &e))?;
    if !output.status.success() {
        remove_leftovers(dir);
        return Err(refused(&String::from_utf8_lossy(&output.stderr), uid));
    }
    if let Some(name) = &name {
        let _ = std::fs::remove_file(&name.file);
    }
    let safe = std::fs::File::open(&fresh).and_then(|folder| Ok(rustix::fs::syncfs(&folder)?));
    safe.map_err(|e| OpenError::files("write", &fresh, &e))?;
    std::fs::rename(&fresh, data)
        .and_then(|()| std::fs::File::open(dir)?.sync_all())
        .map_err(|e| OpenError::files("rename the new data folder to", data, &e))
}

/// A name of its own for each attempt: the initdb of a server that was killed may still be at work, and at its end it empties
/// the folder that it was told.
fn unique() -> Result<String, OpenError> {
    let mut bytes = [0; 4];
    let failed = |e| OpenError::files("make", Path::new("postgres.new"), &std::io::Error::other(e));
    random(&mut bytes).map_err(failed)?;
    Ok(format!("postgres.new-{}", hex::encode(bytes)))
}

/// The password, which initdb reads from a file, and the empty folder, both its owner's.
fn prepare(fresh: &Path, password_file: &Path, owner: Option<Owner>) -> std::io::Result<()> {
    let hand_over = |path: &Path| match owner {
        Some(o) => std::os::unix::fs::chown(path, Some(o.uid), Some(o.gid)),
        None => Ok(()),
    };
    let mut secret = [0; 24];
    random(&mut secret).map_err(std::io::Error::other)?;
    let _ = std::fs::remove_file(password_file);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(password_file)?;
    std::io::Write::write_all(&mut file, hex::encode(secret).as_bytes())?;
    file.sync_all()?;
    hand_over(password_file)?;
    std::fs::DirBuilder::new().mode(0o700).create(fresh)?;
    hand_over(fresh)
}

fn ourselves() -> (u32, u32) {
    (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw())
}

fn refused(words: &str, uid: u32) -> OpenError {
    let text = words.lines().filter(|l| !l.is_empty()).take(4).collect::<Vec<_>>().join(" ");
    if words.contains("No space left") || words.contains("Read-only file system") {
        return OpenError::CannotWrite(text);
    }
    let hint = if words.contains(NAMELESS) {
        format!(". PostgreSQL wants a name for user {uid}: add a line for it to /etc/passwd, or install libnss-wrapper")
    } else {
        String::new()
    };
    OpenError::Unusable(format!("initdb failed: {text}{hint}"))
}

/// A name for a user who has none, lent to initdb alone.
///
/// **Why:** a container runs as whatever number its owner likes, and its root may be read-only, so `/etc/passwd` cannot be
/// written. initdb asks for the name of its user and uses it for nothing, as ours is given with `-U`. The library
/// `nss_wrapper` answers from a file of ours, in that one process; nothing else on the machine sees it.
struct Name {
    library: PathBuf,
    /// In the config folder, because nothing else is sure to be writable; goes when initdb has ended.
    file: PathBuf,
    line: String,
}

impl Name {
    fn missing(uid: u32) -> bool {
        !std::fs::read_to_string("/etc/passwd").is_ok_and(|passwd| has_name(&passwd, uid))
    }

    /// None where the library is not installed: then initdb says itself what it thinks of that.
    fn lent(dir: &Path, uid: u32, gid: u32) -> Option<Self> {
        let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
        let library = [multiarch.as_str(), "/usr/lib64", "/usr/lib"]
            .map(|folder| Path::new(folder).join("libnss_wrapper.so"))
            .into_iter()
            .find(|library| library.is_file())?;
        let line = format!("{USER}:x:{uid}:{gid}::/:/usr/sbin/nologin\n");
        Some(Self { library, file: dir.join("postgres.new.passwd"), line })
    }

    fn tell(&self, command: &mut Command) -> std::io::Result<()> {
        std::fs::write(&self.file, &self.line)?;
        command.env("LD_PRELOAD", &self.library).env("NSS_WRAPPER_PASSWD", &self.file);
        // It wants both or does nothing. Nobody asks for a group.
        command.env("NSS_WRAPPER_GROUP", "/dev/null");
        Ok(())
    }
}

fn has_name(passwd: &str, uid: u32) -> bool {
    passwd.lines().any(|line| line.split(':').nth(2).and_then(|field| field.parse().ok()) == Some(uid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_a_name_when_its_number_stands_in_the_third_field() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:4321::/:/bin/sh\n";
        assert!(has_name(passwd, 0) && has_name(passwd, 1000));
        assert!(!has_name(passwd, 4321), "a group is not a user");
        assert!(!has_name(passwd, 100));
    }

    #[test]
    fn what_initdb_refuses_is_said_with_what_to_do() {
        let full = refused("initdb: error: could not write: No space left on device\n", 7);
        assert!(matches!(full, OpenError::CannotWrite(_)), "{full:?}");
        let nameless = refused("initdb: error: could not look up effective user ID 4321: user does not exist\n", 4321);
        let said = nameless.to_string();
        assert!(said.contains("user 4321") && said.contains("libnss-wrapper"), "{said}");
        assert!(!refused("initdb: error: other\n", 7).to_string().contains("libnss-wrapper"));
    }
}
