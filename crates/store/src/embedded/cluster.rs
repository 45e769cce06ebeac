//! The data folder: its password, its socket, its settings. How it is made: [`super::initdb`].
//!
//! **Invariant:** `postgres/` is either absent or a finished cluster. Nothing here starts a server.

use super::binaries::{self, Programs};
use super::initdb;
use crate::error::OpenError;
use crate::settings::{Owner, StoreSettings};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use std::ffi::OsString;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub(super) const USER: &str = "hmm";
/// `sockaddr_un` holds this many bytes of path, and `.s.PGSQL.5432.lock` is created beside the socket.
const SOCKET_MAX: usize = 107;
const SOCKET_NAME: &str = "/.s.PGSQL.5432";

type Result<T> = std::result::Result<T, OpenError>;

#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    data: PathBuf,
    sockets: PathBuf,
    password: String,
    programs: Programs,
    owner: Option<Owner>,
}

impl Cluster {
    /// Finds the cluster, or makes it.
    pub(super) fn prepare(settings: &StoreSettings) -> Result<Self> {
        let dir = std::path::absolute(&settings.config_dir)
            .map_err(|e| OpenError::files("find", &settings.config_dir, &e))?;
        let data = dir.join("postgres");
        let owner = effective_owner(settings.owner)?;
        let found = binaries::find(&settings.binaries);
        let made = std::fs::read_to_string(data.join("PG_VERSION")).ok();
        let programs = choose(&found, made.as_deref(), &data)?;
        let password_file = dir.join("postgres.password");
        if made.is_none() {
            if data.exists() {
                return Err(OpenError::Unusable(format!(
                    "{} is there and is not a PostgreSQL data folder. Move it away, or put the right one back.",
                    data.display()
                )));
            }
            initdb::run(&dir, &data, &programs, &password_file, owner)?;
        }
        let password = std::fs::read_to_string(&password_file)
            .map_err(|e| OpenError::files("read", &password_file, &e))?
            .trim()
            .to_owned();
        let sockets = sockets(&data, owner)?;
        Ok(Self { data, sockets, password, programs, owner })
    }

    pub(super) fn major(&self) -> u32 {
        self.programs.major
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn owner(&self) -> Option<Owner> {
        self.owner
    }

    pub(super) fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.sockets)
            .port(5432)
            .username(USER)
            .password(&self.password)
            .database(database)
            .application_name("hmm")
    }

    /// The server and its settings: one small household machine, an SD card, a handful of connections.
    pub(super) fn command_line(&self) -> Vec<OsString> {
        let mut line: Vec<OsString> =
            vec![self.programs.postgres.clone().into(), "-D".into(), self.data.clone().into()];
        let sockets = format!("unix_socket_directories={}", self.sockets.display());
        for setting in SETTINGS.iter().copied().chain([sockets.as_str()]) {
            line.push("-c".into());
            line.push(setting.into());
        }
        line
    }

    /// The short folder for the socket goes with the server.
    pub(super) fn leave(&self) {
        if self.sockets != self.data {
            let _ = std::fs::remove_dir(&self.sockets);
        }
    }

    /// The socket's folder, made again if it went with the server's last life.
    pub(super) fn enter(&self) -> Result<()> {
        sockets(&self.data, self.owner).map(drop)
    }

    /// Removes what a first start that failed has left. Only for a house that has no data yet.
    pub(crate) fn discard(config_dir: &Path) {
        for name in ["postgres", "postgres.password"] {
            let path = config_dir.join(name);
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        initdb::remove_leftovers(config_dir);
    }
}

/// Few wake-ups and few writes: checkpoints far apart (a page that is touched often is written once), the log written
/// lazily for samples (they commit asynchronously), no parallel workers, no statistics that nobody reads.
const SETTINGS: [&str; 34] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=24",
    "superuser_reserved_connections=2",
    "shared_buffers=16MB",
    "work_mem=4MB",
    "maintenance_work_mem=16MB",
    "temp_buffers=1MB",
    "huge_pages=off",
    "jit=off",
    "max_parallel_workers=0",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
    "max_logical_replication_workers=0",
    "max_wal_senders=0",
    "wal_level=minimal",
    "wal_compression=on",
    "wal_init_zero=off",
    "wal_recycle=off",
    "wal_writer_delay=5s",
    "min_wal_size=8MB",
    "max_wal_size=128MB",
    "checkpoint_timeout=2h",
    "checkpoint_completion_target=0.5",
    "bgwriter_delay=5s",
    "bgwriter_lru_maxpages=0",
    "autovacuum_max_workers=1",
    "autovacuum_naptime=5min",
    "autovacuum_vacuum_cost_delay=10ms",
    "effective_cache_size=128MB",
    "random_page_cost=1.5",
    "log_destination=stderr",
    "timezone=UTC",
    "log_timezone=UTC",
];

/// Root hands over to PUID:PGID; anybody else runs it as himself.
fn effective_owner(owner: Option<Owner>) -> Result<Option<Owner>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    match owner {
        Some(owner) if owner.uid != 0 => Ok(Some(owner)),
        _ => Err(OpenError::Unusable(
            "PostgreSQL refuses to run as root. Set PUID and PGID to the user that shall own /config.".to_owned(),
        )),
    }
}

fn choose(found: &[Programs], made: Option<&str>, data: &Path) -> Result<Programs> {
    let available = || match found {
        [] => "no PostgreSQL".to_owned(),
        some => format!("PostgreSQL {}", some.iter().map(|p| p.major.to_string()).collect::<Vec<_>>().join(", ")),
    };
    let Some(made) = made else {
        return found.first().cloned().ok_or_else(|| {
            OpenError::Unusable(
                "PostgreSQL 15 or newer is not installed (initdb and postgres were not found)".to_owned(),
            )
        });
    };
    let major: u32 = made
        .trim()
        .parse()
        .map_err(|_| OpenError::Unusable(format!("{}/PG_VERSION says {:?}", data.display(), made.trim())))?;
    let same = found.iter().find(|p| p.major == major).cloned();
    same.ok_or_else(|| OpenError::OtherMajor {
        folder: data.display().to_string(),
        found: major,
        available: available(),
    })
}

/// Where the socket lives: in the data folder, which only its owner enters; in `/tmp` when that path is too long.
fn sockets(data: &Path, owner: Option<Owner>) -> Result<PathBuf> {
    if data.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_MAX {
        return Ok(data.to_owned());
    }
    let digest = Sha256::digest(data.as_os_str().as_encoded_bytes());
    let short = PathBuf::from(format!("/tmp/hmm-{}", hex::encode(&digest[..8])));
    let uid = owner.map_or_else(|| rustix::process::geteuid().as_raw(), |o| o.uid);
    let made = (|| -> std::io::Result<bool> {
        match std::fs::DirBuilder::new().mode(0o700).create(&short) {
            Ok(()) => {
                if let Some(o) = owner {
                    std::os::unix::fs::chown(&short, Some(o.uid), Some(o.gid))?;
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
        // Anybody can make a folder in /tmp: it must be ours, a real folder, and closed to others.
        let meta = std::fs::symlink_metadata(&short)?;
        Ok(meta.is_dir() && meta.uid() == uid && meta.permissions().mode().trailing_zeros() >= 6)
    })();
    match made {
        Ok(true) => Ok(short),
        Ok(false) => Err(OpenError::Unusable(format!(
            "{} belongs to somebody else. Remove it, or use a shorter path for the config folder.",
            short.display()
        ))),
        Err(e) => Err(OpenError::files("make", &short, &e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(major: u32) -> Programs {
        Programs { major, initdb: "/x/initdb".into(), postgres: "/x/postgres".into() }
    }

    #[test]
    fn a_data_folder_of_another_major_version_is_refused_with_the_steps_to_take() {
        let found = [programs(17), programs(16)];
        assert_eq!(choose(&found, Some("16\n"), Path::new("/c/postgres")).unwrap().major, 16);
        assert_eq!(choose(&found, None, Path::new("/c/postgres")).unwrap().major, 17);
        let refused = choose(&found, Some("15\n"), Path::new("/c/postgres")).unwrap_err();
        assert!(matches!(refused, OpenError::OtherMajor { found: 15, .. }));
        let text = refused.to_string();
        for part in ["/c/postgres", "PostgreSQL 17, 16", "postgresql-15", "hmm restore"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_socket_path_that_is_too_long_moves_to_a_private_folder() {
        assert_eq!(sockets(Path::new("/config/postgres"), None).unwrap(), Path::new("/config/postgres"));
        let long = PathBuf::from(format!("/{}/postgres", "x".repeat(120)));
        let short = sockets(&long, None).unwrap();
        assert!(short.starts_with("/tmp") && short.as_os_str().len() < 40);
        assert_eq!(std::fs::metadata(&short).unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::remove_dir(&short).unwrap();
    }
}
