//! What stands while the doors are open: a house on its database, among its neighbours. It can be taken down and another
//! one built in its place, from a backup, without the program ending.
//!
//! **Invariant:** whatever becomes of a backup, a house stands afterwards: the restored one, or the one that was there.

use super::database::{self, Foundation};
use super::demo::{DemoTime, Outside};
use super::furnish::{Kind, furnish};
use super::restore::{self, Restorer};
use super::{Purpose, console};
use crate::cli::say;
use crate::front::{Front, House};
use crate::logging::Hidden;
use crate::restore::{Facts, Order, Restores};
use anyhow::{Context, Result};
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::Level;
use hmm_domain::port::Clock as _;
use hmm_domain::{Actor, Message};
use hmm_engine::SystemClock;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Errors that are not the database's absence are believed the third time.
const FURNISH_TRIES: u32 = 3;
const FURNISH_PAUSE: Duration = Duration::from_millis(500);

/// What outlives a house: where it is entered, and what is around it.
pub(super) struct Ground<'a> {
    pub(super) front: &'a Arc<Front>,
    pub(super) ready: &'a console::Ready,
    pub(super) hidden: &'a Hidden,
    time: DemoTime,
    outside: Option<Outside>,
    kind: Kind,
    restorer: Arc<Restorer>,
}

/// A house that can be entered, with what carries it.
pub(super) struct Standing {
    pub(super) house: Arc<House>,
    pub(super) foundation: Foundation,
}

impl<'a> Ground<'a> {
    pub(super) async fn prepare(
        front: &'a Arc<Front>,
        ready: &'a console::Ready,
        hidden: &'a Hidden,
        purpose: &Purpose,
        restorer: Arc<Restorer>,
    ) -> Result<Self> {
        let (time, outside, kind) = match purpose {
            Purpose::Serve => (DemoTime::new(false), None, Kind::Real),
            Purpose::Demo(demo) => {
                let time = DemoTime::new(demo.manual_clock);
                let outside =
                    Outside::start(demo.seed, &time).await.context("cannot start the simulated neighbourhood")?;
                if let Some(control) = outside.control_address() {
                    say(&format!("control on http://{control}"));
                }
                let kind = Kind::Demo(outside.ports());
                (time, Some(outside), kind)
            }
        };
        Ok(Self { front, ready, hidden, time, outside, kind, restorer })
    }

    /// After the house has gone.
    pub(super) async fn leave(self) {
        if let Some(outside) = self.outside {
            outside.stop().await;
        }
    }

    /// Opens the database however long that takes, and the house on it.
    pub(super) async fn build(&self) -> Result<Standing> {
        let mut tries = 0;
        loop {
            let foundation = database::open_patiently(&self.front.config, self.front).await?;
            let (error, away) = match self.furnish(foundation).await {
                Ok(standing) => return Ok(standing),
                Err(failed) => failed,
            };
            tries += 1;
            if !away && tries >= FURNISH_TRIES {
                return Err(error);
            }
            tracing::warn!(error = format!("{error:#}"), "the house could not be furnished; trying again");
            let real = SystemClock::new();
            drop(real.sleep_until(real.now() + FURNISH_PAUSE).await);
        }
    }

    /// Furnishes and opens the house. An error comes with whether the database was away: it may have left and come back
    /// meanwhile.
    async fn furnish(&self, foundation: Foundation) -> Result<Standing, (anyhow::Error, bool)> {
        let restores: Arc<dyn Restores> = Arc::clone(&self.restorer) as _;
        let house = match furnish(self.front, &foundation, &self.time.clock, &self.kind, Some(restores)).await {
            Ok(house) => house,
            Err(error) => {
                let away = foundation.store.ping().await.is_err();
                foundation.close().await;
                return Err((error, away));
            }
        };
        *self.ready.write() = Some(Arc::clone(&foundation.sql));
        if let Some(code) = house.gatekeeper.setup.code() {
            self.hidden.hide(&code);
            say(&format!("set-up code: {code}"));
        }
        self.front.open(Arc::clone(&house));
        tracing::info!(demo = house.demo, "ready");
        Ok(Standing { house, foundation })
    }

    /// Takes this house down and opens the one of the backup; or this one again, when that cannot be.
    pub(super) async fn restore(&self, standing: Standing, order: Order) -> Result<Standing> {
        tracing::info!(file = %order.file.display(), rows = order.facts.rows, "restoring");
        restore::close(self.front);
        *self.ready.write() = None;
        let Standing { house, foundation } = standing;
        house.engine.stop().await;
        foundation.close().await;
        drop(house);
        let restored = self.replace(&order.file, &order.facts, &order.actor).await;
        if order.throw_away {
            remove(&order.file);
        }
        match restored {
            Ok(standing) => Ok(standing),
            Err(why) => {
                tracing::error!(why = format!("{why:#}"), "the backup was not restored; what was there opens again");
                let standing = self.build().await?;
                say_why(&standing, &order, &why).await;
                Ok(standing)
            }
        }
    }

    /// The house of a backup. When its rows are there and nobody can live among them, the old ones come back.
    async fn replace(&self, file: &Path, facts: &Facts, actor: &Actor) -> Result<Standing> {
        let config = &self.front.config;
        let now = SystemClock::new().now();
        let plan = restore::plan(file.to_owned(), true, facts, actor, now)?;
        let foundation = Foundation::restore(config, &plan).await?;
        let kept = foundation.kept.clone();
        let error = match self.furnish(foundation).await {
            Ok(standing) => {
                // What the old house noted for its log while its database was away is not this one's.
                for name in ["heat-journal", "heat-journal.replaying"] {
                    remove(&config.dir.join(name));
                }
                return Ok(standing);
            }
            // It will open when the database is back.
            Err((error, true)) => return Err(error),
            Err((error, false)) => error,
        };
        let Some(kept) = kept else { return Err(error) };
        let facts = restore::inspect(&kept).context("the copy of what was there cannot be read")?;
        let back = restore::plan(kept, true, &facts, &Actor::system(), now)?;
        Foundation::restore(config, &back).await.context("what was there could not be put back")?.close().await;
        Err(error)
    }
}

fn remove(file: &Path) {
    if let Err(error) = std::fs::remove_file(file)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(file = %file.display(), %error, "a file that is not needed any more could not be removed");
    }
}

/// Into the events and the log of the house that is still there.
async fn say_why(standing: &Standing, order: &Order, why: &anyhow::Error) {
    let (store, now) = (&standing.foundation.store, standing.house.clock.now());
    let text =
        format!("the backup of {} was not restored: {why:#}", order.facts.made_at.to_chrono().format("%F %R UTC"));
    let outcome = AuditEntry::new(now, &order.actor, "house.restore", "system");
    let outcome = outcome.outcome(Some(order.intent), &format!("failed: {why:#}"));
    let event = store.event_add(now, Level::Error, "restore_failed", None, &Message::new(&text)).await.map(drop);
    for noted in [event, store.audit_append(&outcome).await.map(drop)] {
        if let Err(error) = noted {
            tracing::warn!(%error, text, "that a restore failed was not written down");
        }
    }
}
