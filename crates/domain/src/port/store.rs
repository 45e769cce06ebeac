//! What the house needs to remember. One implementation, in `store`, for both databases.

use crate::account::{KeptAnswer, Role, Session, Token, User};
use crate::audit::{AuditEntry, AuditFilter, AuditHead, AuditRow, AuditVerdict};
use crate::command::{CommandRecord, CommandState};
use crate::event::{Level, Notice};
use crate::ids::{AuditId, CommandId, EventId, JobId, MinerId, ProfileId, SessionId, TokenId, UserId};
use crate::job::{Job, JobState};
use crate::miner::{Miner, NewMiner};
use crate::profile::TuningProfile;
use crate::sample::{Mark, Sample};
use crate::series::{Folded, SeriesData, SeriesQuery};
use crate::text::Message;
use crate::time::Timestamp;
use crate::wish::{Field, Override};
use async_trait::async_trait;
use serde_json::Value;
use std::time::Duration;

/// Why something could not be remembered or recalled. Named by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away. Retry.
    #[error("the database does not answer: {0}")]
    Away(String),
    /// A unique thing is there already.
    #[error("{0} is there already")]
    Conflict(&'static str),
    /// The disk is full or read-only. A person must make room.
    #[error("the database cannot write: {0}")]
    CannotWrite(String),
    /// A row is not what this program writes. A defect, or someone else's hand.
    #[error("stored data is not understood: {0}")]
    Corrupt(String),
}

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
pub trait Miners: Send + Sync {
    /// `id` of the argument is ignored. Conflict: same identity (unless `Identity::None`), or same name.
    async fn miner_add(&self, miner: &NewMiner) -> Result<MinerId>;
    async fn miner_list(&self) -> Result<Vec<Miner>>;
    async fn miner_save(&self, miner: &Miner) -> Result<()>;
    /// Keeps samples and roll-ups unless `history` is true.
    async fn miner_remove(&self, id: MinerId, history: bool) -> Result<()>;
    /// State of heat protection and other budgets per miner, as JSON of the engine: survives a restart.
    async fn guard_load(&self) -> Result<Vec<(MinerId, Value)>>;
    async fn guard_save(&self, id: MinerId, guard: &Value) -> Result<()>;
}

#[async_trait]
pub trait TuningProfiles: Send + Sync {
    /// By name.
    async fn profile_list(&self) -> Result<Vec<TuningProfile>>;
    async fn profile_find(&self, id: ProfileId) -> Result<Option<TuningProfile>>;
    /// `id` of the argument is ignored. Conflict: same name.
    async fn profile_add(&self, profile: &TuningProfile) -> Result<ProfileId>;
    /// False when it is not there.
    async fn profile_save(&self, profile: &TuningProfile) -> Result<bool>;
    async fn profile_remove(&self, id: ProfileId) -> Result<bool>;
}

#[async_trait]
pub trait Wishes: Send + Sync {
    async fn override_list(&self) -> Result<Vec<Override>>;
    /// One per miner and field: replaces.
    async fn override_put(&self, wish: &Override) -> Result<()>;
    async fn override_remove(&self, miner: MinerId, field: Field) -> Result<()>;
}

#[async_trait]
pub trait Commands: Send + Sync {
    /// `id` of the argument is ignored.
    async fn command_add(&self, command: &CommandRecord) -> Result<CommandId>;
    async fn command_find(&self, id: CommandId) -> Result<Option<CommandRecord>>;
    /// Newest first.
    async fn command_list(
        &self,
        miner: Option<MinerId>,
        before: Option<CommandId>,
        limit: u32,
    ) -> Result<Vec<CommandRecord>>;
    async fn command_unsettled(&self) -> Result<Vec<CommandRecord>>;
    async fn command_sent(&self, id: CommandId, at: Timestamp) -> Result<()>;
    async fn command_settle(
        &self,
        id: CommandId,
        state: CommandState,
        reason: &Message,
        reply: Option<&Message>,
        at: Timestamp,
    ) -> Result<()>;
}

#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Durable when it returns. Appends are serialised inside.
    async fn audit_append(&self, entry: &AuditEntry) -> Result<AuditId>;
    /// Newest first.
    async fn audit_list(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>>;
    /// Intents without an outcome: what was under way when the program stopped.
    async fn audit_open(&self, action: &str) -> Result<Vec<AuditRow>>;
    async fn audit_head(&self) -> Result<AuditHead>;
    async fn audit_verify(&self) -> Result<AuditVerdict>;
}

#[async_trait]
pub trait Events: Send + Sync {
    async fn event_add(
        &self,
        at: Timestamp,
        level: Level,
        kind: &str,
        miner: Option<MinerId>,
        text: &Message,
    ) -> Result<EventId>;
    /// Newest first.
    async fn event_list(
        &self,
        level: Option<Level>,
        from: Option<Timestamp>,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Notice>>;
}

#[async_trait]
pub trait Series: Send + Sync {
    /// Takes a sample into the bounded buffer; written with the next flush. Never waits for the database. `false` when
    /// the buffer was full and the oldest sample was dropped (and counted).
    fn sample_push(&self, sample: &Sample, algorithm: &str) -> bool;
    /// Writes what is buffered. Called by the engine on its clock and at the stop.
    async fn samples_flush(&self) -> Result<u64>;
    fn samples_dropped(&self) -> u64;
    /// The last sample and mark of every miner, for the start. Marks stand in the last raw reply's row.
    async fn last_samples(&self) -> Result<Vec<(Sample, Mark)>>;
    /// The last reply with its mark, kept per miner for the start and for the miner's page. Buffered with the samples.
    fn last_push(&self, sample: &Sample, mark: Mark);
    async fn series_read(&self, query: &SeriesQuery, now: Timestamp) -> Result<SeriesData>;
    /// Folds raw rows into roll-ups up to `now`, incrementally. Safe to run twice.
    async fn fold(&self, now: Timestamp) -> Result<Folded>;
    /// Deletes raw rows older than `keep`, but never rows that are not folded. Returns how many.
    async fn prune(&self, now: Timestamp, keep: Duration) -> Result<u64>;
}

#[async_trait]
pub trait Accounts: Send + Sync {
    async fn user_add(&self, user: &User) -> Result<UserId>;
    async fn user_list(&self) -> Result<Vec<User>>;
    async fn user_find(&self, id: UserId) -> Result<Option<User>>;
    async fn user_by_name(&self, name: &str) -> Result<Option<User>>;
    /// `Conflict("the last admin")` when no admin would be left. Atomic.
    async fn user_role_set(&self, id: UserId, role: Role) -> Result<()>;
    /// False when there is no such user, or when `expected` is given and is no longer the hash. Atomic.
    async fn user_password_set(&self, id: UserId, hash: &str, expected: Option<&str>) -> Result<bool>;
    async fn user_totp_set(&self, id: UserId, on: bool) -> Result<()>;
    /// `Conflict("the last admin")` when no admin would be left; also ends its sessions and tokens.
    async fn user_remove(&self, id: UserId) -> Result<()>;
    /// Marks a TOTP step as used; false when it, or a later one, was used before. Atomic.
    async fn totp_step_use(&self, id: UserId, step: i64) -> Result<bool>;
    /// Replaces the recovery codes (SHA-256 hashes).
    async fn recovery_put(&self, id: UserId, hashes: &[String]) -> Result<()>;
    /// True once per code. Atomic.
    async fn recovery_use(&self, id: UserId, hash: &str) -> Result<bool>;
    /// `None` when `password_hash`, which was checked, is no longer the user's. Atomic.
    async fn session_add(&self, session: &Session, password_hash: &str) -> Result<Option<SessionId>>;
    async fn session_by_hash(&self, hash: &str) -> Result<Option<Session>>;
    async fn session_seen(&self, id: SessionId, at: Timestamp) -> Result<()>;
    async fn session_remove(&self, id: SessionId) -> Result<()>;
    async fn sessions_end(&self, user: Option<UserId>) -> Result<u64>;
    async fn token_add(&self, token: &Token) -> Result<TokenId>;
    async fn token_list(&self) -> Result<Vec<Token>>;
    async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>>;
    async fn token_used(&self, id: TokenId, at: Timestamp, uses: u64) -> Result<()>;
    async fn token_remove(&self, id: TokenId) -> Result<bool>;
    async fn tokens_end(&self, creator: UserId) -> Result<u64>;
    /// Removes what has expired: sessions, tokens, kept answers.
    async fn access_clean(&self, now: Timestamp) -> Result<u64>;
}

#[async_trait]
pub trait Idempotency: Send + Sync {
    /// Claims `key` for `fingerprint` (principal, route, body). `Ok(None)`: it is yours, do the work and call `answer_keep`.
    /// `Ok(Some(Ok(answer)))`: done before. `Ok(Some(Err(())))`: the key belongs to another request, or its first run is not over.
    async fn answer_claim(
        &self,
        key: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<Option<std::result::Result<KeptAnswer, ()>>>;
    async fn answer_keep(&self, key: &str, answer: &KeptAnswer) -> Result<()>;
    /// Gives a claim back when the work could not be done.
    async fn answer_release(&self, key: &str) -> Result<()>;
}

#[async_trait]
pub trait Settings: Send + Sync {
    async fn setting_get(&self, key: &str) -> Result<Option<Value>>;
    async fn setting_put(&self, key: &str, value: &Value) -> Result<()>;
    /// Encrypted at rest with the key from `secret.key`, bound to its name.
    async fn secret_get(&self, name: &str) -> Result<Option<String>>;
    async fn secret_put(&self, name: &str, value: Option<&str>) -> Result<()>;
}

#[async_trait]
pub trait Jobs: Send + Sync {
    /// `None` when (kind, due) is there already.
    /// With what it is to do, in the same step: whoever finds it queued may begin with it.
    async fn job_add(&self, kind: &str, due: Timestamp, total: u32, plan: &Value) -> Result<Option<JobId>>;
    async fn job_find(&self, id: JobId) -> Result<Option<Job>>;
    /// Newest first.
    async fn job_list(&self, before: Option<JobId>, limit: u32) -> Result<Vec<Job>>;
    /// False when it is no longer queued: somebody else runs it, or it was cancelled.
    async fn job_start(&self, id: JobId, at: Timestamp) -> Result<bool>;
    async fn job_progress(&self, id: JobId, done: u32, total: u32, results: &Value) -> Result<()>;
    async fn job_finish(
        &self,
        id: JobId,
        state: JobState,
        results: &Value,
        error: Option<&Message>,
        at: Timestamp,
    ) -> Result<()>;
    /// Those that were running when the program stopped go back to the queue; returns all that are queued.
    async fn job_recover(&self) -> Result<Vec<Job>>;
    async fn job_prune(&self, before: Timestamp) -> Result<u64>;
}

/// Everything at once: what the house is wired with.
#[async_trait]
pub trait Store:
    Miners + TuningProfiles + Wishes + Commands + AuditLog + Events + Series + Accounts + Idempotency + Settings + Jobs
{
    /// Answers when the database does.
    async fn ping(&self) -> Result<()>;
    /// `(engine, version, embedded, size in bytes)`.
    async fn describe(&self) -> Result<StoreDescription>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreDescription {
    pub engine: &'static str,
    pub version: String,
    pub embedded: bool,
    pub size_bytes: Option<u64>,
    pub schema_version: String,
}
