//! A house from a backup: for the command line, and for the running program that closes one house and opens the other.
//!
//! **Invariant:** both do the same with the same store, and both start PAUSED: that is written with the rows, so that no
//! engine ever sees the restored house in another mode (D7).

use crate::front::{Front, Starting};
use crate::restore::{Facts, Order, RESTORED, RestoreError, Restores, STATE};
use anyhow::{Context, Result};
use hmm_domain::actor::ActorKind;
use hmm_domain::audit::AuditEntry;
use hmm_domain::{Actor, Timestamp};
use hmm_engine::Engine;
use hmm_store::OpenError;
use hmm_store::backup::{self, Content, Restore};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Where uploads lie until they are restored, in the config folder.
pub use crate::api::restore::FOLDER;

/// Takes what the API asks for to the life of the program.
pub struct Restorer {
    turn: Arc<Semaphore>,
    orders: mpsc::Sender<Order>,
}

impl Restorer {
    pub fn new() -> (Arc<Self>, mpsc::Receiver<Order>) {
        let (orders, taken) = mpsc::channel(1);
        (Arc::new(Self { turn: Arc::new(Semaphore::new(1)), orders }), taken)
    }
}

impl Restores for Restorer {
    fn turn(&self) -> Result<OwnedSemaphorePermit, RestoreError> {
        Arc::clone(&self.turn).try_acquire_owned().map_err(|_| RestoreError::Busy)
    }

    fn inspect(&self, file: &Path) -> Result<Facts, RestoreError> {
        inspect(file).map_err(|error| match error {
            OpenError::Newer(step) => RestoreError::Newer(step),
            other => RestoreError::Unusable(other.to_string()),
        })
    }

    fn begin(&self, front: &Front, order: Order) -> Result<(), RestoreError> {
        let place = self.orders.try_reserve().map_err(|error| match error {
            mpsc::error::TrySendError::Full(()) => RestoreError::Busy,
            mpsc::error::TrySendError::Closed(()) => RestoreError::Stopping,
        })?;
        // Before anybody can open the next house.
        close(front);
        place.send(order);
        Ok(())
    }
}

/// Nobody gets in any more, and is told why.
pub(super) fn close(front: &Front) {
    front.say(Starting { state: STATE, problems: Vec::new() });
    front.close();
}

/// Reads a backup whole, and what it says of itself.
pub fn inspect(file: &Path) -> Result<Facts, OpenError> {
    let report = backup::inspect(file)?;
    let header = report.header.ok_or_else(|| OpenError::Unusable("it has no beginning".to_owned()))?;
    Ok(Facts {
        made_at: Timestamp::from_millis(header.created_at),
        program: header.program,
        rows: report.rows,
        miners: header.tables.get("miner").copied().unwrap_or(0),
        passwords: header.content == Content::House,
    })
}

/// What is to be done with it.
pub fn plan(file: PathBuf, replace: bool, facts: &Facts, actor: &Actor, now: Timestamp) -> Result<Restore> {
    let [mode, before] = Engine::settings_of_a_restore().context("cannot write the mode of operation")?;
    let restored = json!({ "at": now.millis(), "made_at": facts.made_at.millis() });
    // Who they are in the old house says nothing in the new one but their name.
    let actor = match actor.kind {
        ActorKind::Person(_) | ActorKind::Token(_) => Actor { kind: ActorKind::System, ..actor.clone() },
        ActorKind::Console | ActorKind::Safety | ActorKind::System => actor.clone(),
    };
    let from = json!({ "made_at": facts.made_at.to_chrono(), "program": facts.program, "rows": facts.rows });
    let entry = AuditEntry::new(now, &actor, "house.restore", "system").after(from);
    Ok(Restore { file, replace, settings: vec![mode, before, (RESTORED, restored)], entry })
}

/// What an upload that was cut off has left.
pub(super) fn sweep(dir: &Path) {
    let folder = dir.join(FOLDER);
    if let Err(error) = std::fs::remove_dir_all(&folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "what an earlier upload left could not be removed");
    }
}
