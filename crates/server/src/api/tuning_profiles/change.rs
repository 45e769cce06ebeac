//! A tuning profile's name or settings. Miners that it was set on stay as they are.

use super::add::name_taken;
use super::known;
use super::wire::{ProfileBody, ProfileChange, read};
use crate::api::extract::{By, Checks, Home, Id, Input};
use crate::api::miners::{NAME_RULE, name_ok};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::Label;
use hmm_domain::audit::AuditEntry;

/// Changes a tuning profile. Miners that it was set on stay as they are.
#[utoipa::path(patch, path = "/api/tuning-profiles/{id}", tag = "tuning profiles", params(("id" = i64, Path)),
    request_body = ProfileChange, responses((status = 200, body = ProfileBody)))]
#[tracing::instrument(name = "api.tuning_profiles.change", skip_all, fields(profile.id = id))]
pub async fn change_profile(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<ProfileChange>,
) -> Result<Json<ProfileBody>, Problem> {
    let before = known(&house, id).await?;
    let mut profile = before.clone();
    let mut checks = Checks::default().that(body.name.as_deref().is_none_or(name_ok), "/name", NAME_RULE);
    if let Some(tuning) = &body.tuning {
        (checks, profile.tuning) = read(checks, tuning);
    }
    checks.done()?;
    if let Some(name) = &body.name {
        profile.name = Label::new(name);
    }
    let told =
        |profile: &hmm_domain::TuningProfile| serde_json::json!({ "name": profile.name, "tuning": profile.tuning });
    let entry = AuditEntry::new(house.clock.now(), &actor, "tuning_profile.change", format!("tuning_profile:{id}"))
        .before(told(&before))
        .after(told(&profile));
    house.store.audit_append(&entry).await?;
    // Somebody else may have been quicker.
    if !house.store.profile_save(&profile).await.map_err(name_taken)? {
        return Err(Problem::not_found("tuning profile"));
    }
    Ok(Json(profile.into()))
}
