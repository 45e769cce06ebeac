//! What the command line may ask for, done: by the running program, or by the command itself when none runs.
//!
//! **Invariant:** both do the same thing with the same store; only who opened it differs.

use crate::auth;
use crate::console::{Answer, Caller, Console, Request};
use crate::front::Front;
use crate::tls::TlsError;
use hmm_domain::audit::AuditEntry;
use hmm_domain::port::{Clock, Store};
use hmm_domain::{Actor, Role, Scope};
use hmm_engine::{SystemClock, Tasks};
use hmm_store::SqlStore;
use hmm_store::backup::Content;
use parking_lot::RwLock;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// After a caller that could not be let in: what is short then (files, memory) is not there at once.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// What is needed to do it.
pub struct Tools<'a> {
    pub store: &'a dyn Store,
    pub sql: &'a SqlStore,
    pub clock: &'a dyn Clock,
    /// Makes a new certificate authority; returns its fingerprint.
    pub new_authority: &'a (dyn Fn() -> Result<String, TlsError> + Sync),
}

/// Does what was asked; returns the line to print.
pub async fn perform(tools: &Tools<'_>, request: Request) -> Answer {
    let done = match request {
        Request::TokenCreate { role, name, scopes } if scopes.is_empty() => {
            auth::console::token_create(tools.store, tools.clock, role, &name).await
        }
        Request::TokenCreate { role, name, scopes } => return token_narrow(tools, role, &name, scopes).await,
        Request::ResetPassword { name } => auth::console::password_reset(tools.store, tools.clock, &name, None).await,
        Request::Backup { file } => {
            let entry = AuditEntry::new(tools.clock.now(), &Actor::console(), "backup.make", "system");
            let entry = entry.after(file.display().to_string());
            // A full disk is a reason to take a backup, not to go without one.
            if let Err(error) = tools.store.audit_append(&entry).await {
                tracing::warn!(%error, "a backup was not written into the audit log");
            }
            return backup(tools.sql, tools.clock, &file).await;
        }
        Request::TlsNewCa => return new_authority(tools).await,
    };
    done.map_err(|error| error.to_string())
}

/// Every device has to trust the new one, so somebody will ask who made it, and when.
async fn new_authority(tools: &Tools<'_>) -> Answer {
    let fingerprint = (tools.new_authority)().map_err(|error| error.to_string())?;
    let entry = AuditEntry::new(tools.clock.now(), &Actor::console(), "system.tls_new_ca", "system");
    let entry = entry.after(fingerprint.as_str());
    if let Err(error) = tools.store.audit_append(&entry).await {
        tracing::warn!(%error, "a new certificate authority was not written into the audit log");
    }
    Ok(format!("certificate authority SHA-256 {fingerprint}"))
}

/// Writes a backup that may leave the house (D7): no secret, no password hash, no session, no token.
pub(super) async fn backup(sql: &SqlStore, clock: &dyn Clock, file: &Path) -> Answer {
    let made = sql.backup(file, Content::Portable, env!("CARGO_PKG_VERSION"), clock.now()).await;
    let report = made.map_err(|error| error.to_string())?;
    Ok(format!("{}: {} rows, {} bytes", file.display(), report.rows, report.bytes))
}

/// A token with some of what its role can give.
async fn token_narrow(tools: &Tools<'_>, role: Role, name: &str, scopes: Vec<Scope>) -> Answer {
    if let Some(wide) = scopes.iter().find(|scope| !auth::scopes_of(role).contains(scope)) {
        let (wide, role) = (word(wide), word(&role));
        return Err(format!("scope {wide} is more than the role {role} has"));
    }
    let made = auth::console::token_narrow(tools.store, tools.clock, role, name, scopes).await;
    made.map_err(|error| error.to_string())
}

/// A role or scope as it is written.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What the running program answers from: nothing until the house stands.
pub(super) type Ready = Arc<RwLock<Option<Arc<SqlStore>>>>;

/// Listens until `stop`. Without the socket everything else works, so trouble with it is only said.
pub(super) fn listen(front: &Arc<Front>, ready: &Ready, tasks: &Tasks, stop: CancellationToken) {
    let console = match Console::open(&front.config.dir) {
        Ok(console) => console,
        Err(error) => {
            tracing::warn!(%error, "the command line cannot reach this program: no socket in the config folder");
            return;
        }
    };
    let (front, ready, inner) = (Arc::clone(front), Arc::clone(ready), tasks.clone());
    tasks.spawn("console", async move {
        loop {
            let caller = tokio::select! {
                () = stop.cancelled() => return,
                caller = console.accept() => caller,
            };
            match caller {
                Ok(caller) => {
                    let (front, ready, stop) = (Arc::clone(&front), Arc::clone(&ready), stop.clone());
                    inner.spawn("console-caller", async move {
                        tokio::select! {
                            () = stop.cancelled() => {}
                            () = attend(&front, &ready, caller) => {}
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "somebody at the console could not be let in; listening again in a moment");
                    let real = SystemClock::new();
                    tokio::select! {
                        () = stop.cancelled() => return,
                        _ = real.sleep_until(real.now() + ACCEPT_AGAIN) => {}
                    }
                }
            }
        }
    });
}

async fn attend(front: &Front, ready: &Ready, mut caller: Caller) {
    let answered = async {
        let request = caller.request().await?;
        let answer = answer(front, ready, request).await;
        caller.answer(&answer).await
    };
    if let Err(error) = answered.await {
        tracing::debug!(%error, "somebody at the console left");
    }
}

async fn answer(front: &Front, ready: &Ready, request: Request) -> Answer {
    let (Some(house), Some(sql)) = (front.house(), ready.read().clone()) else {
        let state = front.starting().state;
        return Err(format!("the running manager is not ready ({state}); try again in a moment"));
    };
    // Certificates live in real time.
    let new_authority = || front.tls.new_authority(SystemClock::new().now());
    let tools = Tools { store: &*house.store, sql: &sql, clock: &*house.clock, new_authority: &new_authority };
    let answer = perform(&tools, request).await;
    house.gatekeeper.access_changed();
    // Somebody of a restored house may have a password again.
    if let Err(error) = house.gatekeeper.setup.look_again(&*house.store).await {
        tracing::warn!(%error, "whether the set-up code is still needed could not be looked up");
    }
    answer
}
