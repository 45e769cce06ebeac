//! The program, as the API shows it.

use crate::config::TlsMode;
use crate::front::House;
use chrono::{DateTime, Utc};
use hmm_domain::port::StoreDescription;
use hmm_engine::{HouseProblem, LoopReport, OperationMode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who may move the hardware. `dry_run`: people and heat protection; `paused`: heat protection alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OperationMode)]
pub enum ModeName {
    Live,
    DryRun,
    Paused,
}

impl From<OperationMode> for ModeName {
    fn from(mode: OperationMode) -> Self {
        match mode {
            OperationMode::Live => Self::Live,
            OperationMode::DryRun => Self::DryRun,
            OperationMode::Paused => Self::Paused,
        }
    }
}

impl From<ModeName> for OperationMode {
    fn from(mode: ModeName) -> Self {
        match mode {
            ModeName::Live => Self::Live,
            ModeName::DryRun => Self::DryRun,
            ModeName::Paused => Self::Paused,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Operation)]
pub struct ModeBody {
    pub mode: ModeName,
}

/// Who may move the hardware now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationNow)]
pub struct ModeNow {
    pub mode: ModeName,
    /// What it was before `paused`; `null` while it is not paused, or where nobody knows.
    pub before: Option<ModeName>,
}

impl ModeNow {
    pub(super) fn of(house: &House) -> Self {
        let before = house.engine.operation_before();
        Self { mode: house.engine.operation_mode().into(), before: before.map(Into::into) }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = System)]
pub struct SystemBody {
    pub version: String,
    pub uptime_s: u64,
    /// The miners are simulated.
    pub demo: bool,
    /// This is the demo house beside the real one: `DELETE /api/demo` leaves it.
    pub demo_visit: bool,
    pub mode: ModeName,
    /// The house came from a backup and nobody has switched it on since: ask first whether the old one is off.
    pub restored: Option<RestoredBody>,
    /// `null` while it does not answer.
    pub database: Option<DatabaseBody>,
    pub loops: Vec<LoopBody>,
    /// The last run of each kind of job.
    pub jobs: Vec<JobReport>,
    pub problems: Vec<ProblemReport>,
    pub viewers: u64,
    /// Samples that found the buffer full.
    pub samples_dropped: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Restored)]
pub struct RestoredBody {
    pub at: DateTime<Utc>,
    /// When the backup was made.
    pub made_at: DateTime<Utc>,
}

impl RestoredBody {
    /// As the house remembers it.
    pub fn read(stored: &serde_json::Value) -> Option<Self> {
        let time = |name: &str| stored[name].as_i64().map(|ms| hmm_domain::Timestamp::from_millis(ms).to_chrono());
        Some(Self { at: time("at")?, made_at: time("made_at")? })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Database)]
pub struct DatabaseBody {
    pub engine: String,
    pub version: String,
    pub embedded: bool,
    pub size_bytes: Option<u64>,
    pub schema_version: String,
}

impl From<StoreDescription> for DatabaseBody {
    fn from(store: StoreDescription) -> Self {
        Self {
            engine: store.engine.to_owned(),
            version: store.version,
            embedded: store.embedded,
            size_bytes: store.size_bytes,
            schema_version: store.schema_version,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Loop)]
pub struct LoopBody {
    pub name: String,
    pub last_success: Option<DateTime<Utc>>,
    pub next_run: Option<DateTime<Utc>>,
    pub failures: u64,
    pub last_error: Option<String>,
}

impl From<LoopReport> for LoopBody {
    fn from(report: LoopReport) -> Self {
        Self {
            name: report.name,
            last_success: report.last_success.map(hmm_domain::Timestamp::to_chrono),
            next_run: report.next_run.map(hmm_domain::Timestamp::to_chrono),
            failures: report.failures,
            last_error: report.last_error.map(|error| error.to_string()),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct JobReport {
    pub kind: String,
    pub last_success: Option<DateTime<Utc>>,
    pub next_run: Option<DateTime<Utc>>,
    /// Among the jobs that are still remembered.
    pub failures: u64,
    /// Of the newest run, if that failed.
    pub last_error: Option<String>,
}

impl JobReport {
    pub fn new(kind: &str, next_run: Option<DateTime<Utc>>) -> Self {
        Self { kind: kind.to_owned(), last_success: None, next_run, failures: 0, last_error: None }
    }
}

/// Something that is not as it should be.
#[derive(Serialize, ToSchema)]
pub struct ProblemReport {
    pub kind: String,
    pub text: String,
    pub since: DateTime<Utc>,
    pub next_try: Option<DateTime<Utc>>,
}

impl From<HouseProblem> for ProblemReport {
    fn from(problem: HouseProblem) -> Self {
        Self {
            kind: problem.kind.to_owned(),
            text: problem.text.to_string(),
            since: problem.since.to_chrono(),
            next_try: problem.next_try.map(hmm_domain::Timestamp::to_chrono),
        }
    }
}

/// Where the certificate of the page comes from. `off`: plain http; `auto`: an authority of our own; `files`: somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TlsMode)]
pub enum TlsName {
    Off,
    Auto,
    Files,
}

impl From<TlsMode> for TlsName {
    fn from(mode: TlsMode) -> Self {
        match mode {
            TlsMode::Off => Self::Off,
            TlsMode::Auto => Self::Auto,
            TlsMode::Files => Self::Files,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Tls)]
pub struct TlsBody {
    pub mode: TlsName,
    /// Of our own authority, as devices show it: pairs of hexadecimal digits with colons between.
    #[schema(example = "5A:0E:…:91")]
    pub ca_fingerprint_sha256: Option<String>,
    /// Names and addresses that the certificate is for.
    pub names: Vec<String>,
    /// When the certificate ends. One of our own is renewed long before.
    pub not_after: Option<DateTime<Utc>>,
    /// Where a device learns to trust our authority: a path, also served over plain http on the same port.
    pub ca_page: Option<String>,
    /// It stands in `config.yaml`.
    pub locked: bool,
}
