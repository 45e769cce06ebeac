//! One more tuning profile.

use super::wire::{ProfileAdd, ProfileBody, read};
use crate::api::extract::{By, Checks, Home, Input};
use crate::api::miners::{NAME_RULE, name_ok};
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::audit::AuditEntry;
use hmm_domain::command::Tuning;
use hmm_domain::port::StoreError;
use hmm_domain::{Label, MinerId, ProfileId, TuningProfile};
use hmm_engine::LiveMiner;
use http::StatusCode;

/// Makes a tuning profile: of what is given, or of what runs on that miner now.
#[utoipa::path(post, path = "/api/tuning-profiles", tag = "tuning profiles", request_body = ProfileAdd,
    responses((status = 201, body = ProfileBody)))]
#[tracing::instrument(name = "api.tuning_profiles.add", skip_all)]
pub async fn add_profile(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<ProfileAdd>,
) -> Result<(StatusCode, Json<ProfileBody>), Problem> {
    let checks = Checks::default().that(name_ok(&body.name), "/name", NAME_RULE);
    let (checks, given) = match &body.tuning {
        Some(tuning) => {
            let (checks, tuning) = read(checks, tuning);
            (checks, Some(tuning))
        }
        None => (checks, None),
    };
    checks.done()?;
    let live = house.engine.miner(MinerId::new(body.miner_id));
    let live = live.ok_or_else(|| Problem::field("/miner_id", "there is no such miner"))?;
    let tuning = match given {
        Some(tuning) => tuning,
        None => running(&live).ok_or_else(|| {
            Problem::field("/miner_id", "it does not show frequency and voltage now: say what the profile sets")
        })?,
    };
    let mut profile = TuningProfile {
        id: ProfileId::new(0),
        name: Label::new(&body.name),
        family: live.miner.family.clone(),
        model: live.miner.profile.model.clone().filter(|_| !body.any_model),
        tuning,
        made_by: actor.name.clone(),
        made_at: house.clock.now(),
    };
    let after = serde_json::json!({ "name": profile.name, "tuning": profile.tuning });
    let entry = AuditEntry::new(profile.made_at, &actor, "tuning_profile.add", "tuning_profile").after(after);
    house.store.audit_append(&entry).await?;
    profile.id = house.store.profile_add(&profile).await.map_err(name_taken)?;
    Ok((StatusCode::CREATED, Json(profile.into())))
}

pub(super) fn name_taken(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict(_) => Problem::new(Kind::NameTaken, "choose another name").at("/name"),
        other => other.into(),
    }
}

fn running(live: &LiveMiner) -> Option<Tuning> {
    let reading = &live.latest.as_ref().filter(|_| !live.stale)?.reading;
    Some(Tuning { frequency: Some(reading.frequency?), core_voltage: Some(reading.core_voltage?), ..Tuning::default() })
}
