//! Changes of accounts and tokens, written down.
//!
//! **Invariant:** the intent is durable before anything changes, and how it ended follows: a change that nobody wrote
//! down has not happened. An intent without an outcome was under way when the program, or the caller, went.

use super::{AuthError, Gatekeeper};
use hmm_domain::audit::AuditEntry;
use hmm_domain::port::{Clock, Store};
use std::future::Future;

/// Writes `intent` down, does the work, and writes down how it ended. `entity` names what the work has made.
pub async fn noted<T: Send>(
    store: &dyn Store,
    clock: &dyn Clock,
    intent: AuditEntry,
    work: impl Future<Output = Result<T, AuthError>> + Send,
    entity: impl FnOnce(&T) -> Option<String> + Send,
) -> Result<T, AuthError> {
    let id = store.audit_append(&intent).await?;
    let done = work.await;
    let (said, made) = match &done {
        Ok(made) => ("done".to_owned(), entity(made)),
        Err(error) => (format!("failed: {error}"), None),
    };
    let entity = made.unwrap_or_else(|| intent.entity.clone());
    let outcome = AuditEntry::new(clock.now(), &intent.actor, &intent.action, entity).outcome(Some(id), &said);
    if let Err(error) = store.audit_append(&outcome).await {
        // What was done is done, and its intent stands in the log.
        tracing::warn!(%error, intent = %id, outcome = said, "an outcome was not written into the audit log");
    }
    done
}

impl Gatekeeper {
    /// Does something to what is there already, and writes it down.
    pub async fn noted<T: Send>(
        &self,
        intent: AuditEntry,
        work: impl Future<Output = Result<T, AuthError>> + Send,
    ) -> Result<T, AuthError> {
        noted(&*self.store, &*self.clock, intent, work, |_| None).await
    }

    /// Makes something, and writes it down; the outcome names it.
    pub async fn noted_new<T: Send>(
        &self,
        intent: AuditEntry,
        work: impl Future<Output = Result<T, AuthError>> + Send,
        entity: impl FnOnce(&T) -> String + Send,
    ) -> Result<T, AuthError> {
        noted(&*self.store, &*self.clock, intent, work, |made| Some(entity(made))).await
    }
}
