//! The demo house itself: opened in an empty folder, taken down with it.
//!
//! **Invariant:** everything that it writes is in its folder, which is locked while it is used: a folder without a lock
//! is what a killed program has left, and goes at the next start.

use crate::auth::sign_in::Begun;
use crate::auth::{AuthError, Client};
use crate::config::{Config, DatabaseKind};
use crate::front::{Front, House, Starting, Visits};
use crate::tls::Tls;
use crate::wiring::FolderLock;
use crate::wiring::database::Foundation;
use crate::wiring::demo::{self, Outside};
use crate::wiring::furnish::{Kind, furnish};
use anyhow::{Context, Result};
use hmm_domain::account::User;
use hmm_domain::port::{Clock, Store};
use hmm_domain::{Actor, Label, Role, UserId};
use hmm_engine::{AddMiner, SystemClock, Tasks};
use rustix::process::geteuid;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const FOLDER: &str = "hmm-visit-";
const GUEST: &str = "guest";
/// No password has this hash: nobody signs in as the guest, they are let in.
const NO_PASSWORD: &str = "!";
/// Simulated miners that are in the house already; the others wait to be found.
const AT_HOME: usize = 6;
/// The same neighbourhood as `hmm demo` shows.
const SEED: u64 = 7;

/// The demo house, as long as it stands.
pub(super) struct Place {
    pub(super) front: Arc<Front>,
    pub(super) house: Arc<House>,
}

/// What has to be given back.
pub(super) struct Keys {
    foundation: Foundation,
    outside: Outside,
    lock: FolderLock,
    folder: TempDir,
}

impl Place {
    pub(super) async fn build(real: &Config, visits: Arc<dyn Visits>, tls: Arc<Tls>) -> Result<(Self, Keys)> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let folder = tempfile::Builder::new().prefix(FOLDER).tempdir().context("cannot make a throw-away folder")?;
        let lock = FolderLock::take(folder.path())?;
        let config = Arc::new(config(real, folder.path()));
        let outside = Outside::without_desk(SEED, &clock).await.context("cannot start the simulated neighbourhood")?;
        let foundation = match Foundation::open(&config).await {
            Ok(foundation) => foundation,
            Err(error) => {
                outside.stop().await;
                return Err(error).context("cannot make its database");
            }
        };
        let front = Arc::new(Front::new(config, visits, tls));
        match settle(&front, &foundation, &outside, &clock).await {
            Ok(house) => {
                front.open(Arc::clone(&house));
                tracing::info!(folder = %folder.path().display(), "a demo house stands beside this one");
                Ok((Self { front, house }, Keys { foundation, outside, lock, folder }))
            }
            Err(error) => {
                outside.stop().await;
                foundation.close().await;
                Err(error)
            }
        }
    }

    /// Lets a visitor in as the guest.
    pub(super) async fn admit(&self, client: &Client) -> Result<String, AuthError> {
        let store = &*self.house.store;
        let guest = match store.user_by_name(GUEST).await? {
            Some(guest) => guest,
            // Somebody over there has made another administrator and removed this one.
            None => guest(store, &*self.house.clock).await?,
        };
        let Begun { cookie, .. } = self.house.gatekeeper.admit(guest, client).await?;
        Ok(cookie)
    }

    /// In the opposite order of the start.
    pub(super) async fn close(&self, keys: Keys, tasks: &Tasks) {
        let Keys { foundation, outside, lock, folder } = keys;
        self.front.say(Starting { state: "stopping", problems: Vec::new() });
        self.front.close();
        self.house.engine.stop().await;
        outside.stop().await;
        foundation.close().await;
        drop(lock);
        let path = folder.path().to_owned();
        if let Err(error) = tasks.spawn_blocking("demo-visit", move || folder.close()).await {
            tracing::warn!(%error, folder = %path.display(), "the folder of the demo could not be removed");
        }
    }
}

/// As the real house, but for where things are kept and who can be reached.
fn config(real: &Config, dir: &Path) -> Config {
    let mut config = Config::defaults(dir, real.environment.clone());
    config.app = real.app.clone();
    config.security = real.security.clone();
    config.database.kind = DatabaseKind::Sqlite;
    config.network.device_ranges = demo::ranges();
    config
}

/// A guest who may do everything, and some miners to look at.
async fn settle(
    front: &Arc<Front>,
    foundation: &Foundation,
    outside: &Outside,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<House>> {
    guest(&*foundation.store, &**clock).await.context("cannot make the guest")?;
    let doors = outside.doors();
    let kind = Kind::Visit(doors.iter().map(|(_, door)| *door).collect(), outside.ports());
    let house = furnish(front, foundation, clock, &kind, None).await?;
    let at_home = doors.iter().take(AT_HOME).map(|(name, door)| add(&house, name, *door));
    if let Err(error) = futures_util::future::try_join_all(at_home).await {
        house.engine.stop().await;
        return Err(error);
    }
    Ok(house)
}

async fn add(house: &House, name: &str, door: SocketAddr) -> Result<()> {
    let miner = AddMiner {
        name: Label::new(name),
        address: door.ip().to_string(),
        port: Some(door.port()),
        family: None,
        credentials: hmm_domain::port::Credentials::default(),
        tags: Vec::new(),
        verify: true,
    };
    house.engine.miner_add(miner, &Actor::system()).await.with_context(|| format!("cannot add the miner {name}"))?;
    Ok(())
}

async fn guest(store: &dyn Store, clock: &dyn Clock) -> Result<User, AuthError> {
    let mut guest = User {
        id: UserId::new(0),
        name: Label::new(GUEST),
        role: Role::Admin,
        password_hash: NO_PASSWORD.to_owned(),
        totp_enabled: false,
        totp_last_step: None,
        created_at: clock.now(),
    };
    guest.id = store.user_add(&guest).await?;
    Ok(guest)
}

/// Removes what a killed program has left: folders of ours that nobody holds.
pub(in crate::wiring) fn sweep(temporary: &Path) {
    for entry in std::fs::read_dir(temporary).into_iter().flatten().flatten() {
        let path = entry.path();
        let ours = entry.file_name().to_string_lossy().starts_with(FOLDER)
            && std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir() && meta.uid() == geteuid().as_raw());
        if !ours {
            continue;
        }
        let Ok(lock) = FolderLock::take(&path) else { continue };
        if let Err(error) = std::fs::remove_dir_all(&path) {
            tracing::warn!(%error, folder = %path.display(), "what an earlier demo left could not be removed");
        }
        drop(lock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;
    use crate::wiring::furnish::Ports;

    #[test]
    fn a_killed_demo_is_swept_away_and_one_that_lives_is_not() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = temporary.path().join(name);
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join("data.db"), "x").unwrap();
            path
        };
        let (dead, alive, other) = (folder("hmm-visit-dead"), folder("hmm-visit-alive"), folder("somebody-elses"));
        let link = temporary.path().join("hmm-visit-link");
        std::os::unix::fs::symlink(&other, &link).unwrap();
        let lock = FolderLock::take(&alive).unwrap();
        sweep(temporary.path());
        assert!(!dead.exists() && alive.join("data.db").exists() && other.join("data.db").exists());
        assert!(link.exists(), "what is no folder of ours is nothing of ours");
        drop(lock);
        sweep(temporary.path());
        assert!(!alive.exists());
    }

    #[test]
    fn s6_the_demo_house_reaches_its_own_miners_and_the_real_one_none_of_them() {
        let real = Config::defaults(Path::new("/config"), Environment::default());
        let demo = config(&real, Path::new("/tmp/x"));
        let doors: Vec<SocketAddr> = vec!["127.77.0.1:4001".parse().unwrap(), "127.77.0.2:4002".parse().unwrap()];
        let (visit, home) = (Kind::Visit(doors.clone(), Ports::new()).guard(&demo), Kind::Real.guard(&real));
        for door in &doors {
            assert!(visit.check(*door).is_ok() && home.check(*door).is_err(), "{door}");
        }
        for other in ["127.77.0.1:22", "127.77.0.2:4001", "127.0.0.1:4001", "127.77.0.3:4001", "192.168.1.20:80"] {
            assert!(visit.check(other.parse().unwrap()).is_err(), "{other}");
        }
        assert!(home.check("192.168.1.20:80".parse().unwrap()).is_ok());
    }
}
