//! A tuning profile on one miner or many.

use super::wire::ProfileApply;
use super::{apply, known};
use crate::api::extract::{By, Home, Id, Input};
use crate::api::jobs::wire::JobAccepted;
use crate::api::miners::bulk::Taken;

/// Sets it on these miners. Each is watched for ten minutes, and set back where it does harm.
#[utoipa::path(post, path = "/api/tuning-profiles/{id}/apply", tag = "tuning profiles", params(("id" = i64, Path)),
    request_body = ProfileApply, responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.tuning_profiles.apply", skip_all, fields(profile.id = id))]
pub async fn apply_profile(Home(house): Home, By(actor): By, Id(id): Id, Input(body): Input<ProfileApply>) -> Taken {
    apply(&house, &known(&house, id).await?, &body.miner_ids, &actor).await
}
