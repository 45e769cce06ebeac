//! The program itself.

use super::wire::{JobReport, RestoredBody, SystemBody};
use crate::api::extract::Home;
use crate::problem::Problem;
use crate::restore::RESTORED;
use axum::Json;
use hmm_domain::Timestamp;
use hmm_domain::job::{Job, JobState};
use std::collections::BTreeMap;

/// Version, database, loops, jobs, and what is not as it should be.
#[utoipa::path(get, path = "/api/system", tag = "system", responses((status = 200, body = SystemBody)))]
#[tracing::instrument(name = "api.system.get", skip_all)]
pub async fn get_system(Home(house): Home) -> Result<Json<SystemBody>, Problem> {
    // While the database is away this page is needed most: it says so and shows the rest.
    let database = house.store.describe().await.ok();
    let recent = house.store.job_list(None, 200).await.unwrap_or_default();
    let restored = house.store.setting_get(RESTORED).await.ok().flatten();
    Ok(Json(SystemBody {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_s: house.clock.now().since(house.started_at).as_secs(),
        demo: house.demo,
        demo_visit: house.visit,
        mode: house.engine.operation_mode().into(),
        restored: restored.as_ref().and_then(RestoredBody::read),
        database: database.map(Into::into),
        loops: house.engine.loops().into_iter().map(Into::into).collect(),
        jobs: reports(&house.engine.next_due(), recent),
        problems: house.engine.problems().into_iter().map(Into::into).collect(),
        viewers: house.live.viewers(),
        samples_dropped: house.store.samples_dropped(),
    }))
}

/// From jobs, newest first, the last word on each kind.
fn reports(due: &[(&'static str, Timestamp)], recent: Vec<Job>) -> Vec<JobReport> {
    let mut kinds = BTreeMap::<String, JobReport>::new();
    for (kind, next) in due {
        kinds.insert((*kind).to_owned(), JobReport::new(kind, Some(next.to_chrono())));
    }
    for job in recent {
        let report = kinds.entry(job.kind.clone()).or_insert_with(|| JobReport::new(&job.kind, None));
        if report.last_success.is_none() && report.last_error.is_none() {
            report.last_error = job.error.as_ref().map(ToString::to_string);
        }
        match job.state {
            JobState::Done if report.last_success.is_none() => {
                report.last_success = job.finished_at.map(Timestamp::to_chrono);
            }
            JobState::Failed => report.failures += 1,
            JobState::Done | JobState::Running | JobState::Queued | JobState::Cancelled => {}
        }
    }
    kinds.into_values().collect()
}
