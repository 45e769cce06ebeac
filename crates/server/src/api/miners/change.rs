//! A miner's name, address, tags, permissions.

use super::wire::{MinerBody, MinerChange};
use super::{ADDRESS_RULE, NAME_RULE, address_ok, name_ok};
use crate::api::extract::{By, Caller, Checks, Home, Id, Input};
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::units::Power;
use hmm_domain::{Label, MinerId, Role};
use hmm_engine::MinerPatch;

/// Changes a miner. A new address or port forgets what it signs in with.
#[utoipa::path(patch, path = "/api/miners/{id}", tag = "miners", params(("id" = i64, Path)),
    request_body = MinerChange, responses((status = 200, body = MinerBody)))]
#[tracing::instrument(name = "api.miners.change", skip_all, fields(miner.id = id))]
pub async fn change_miner(
    Home(house): Home,
    Caller(caller): Caller,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<MinerChange>,
) -> Result<Json<MinerBody>, Problem> {
    let id = MinerId::new(id);
    house.engine.miner(id).ok_or_else(|| Problem::not_found("miner"))?;
    let more = body.name.is_some()
        || body.address.is_some()
        || body.port.is_some()
        || body.tags.is_some()
        || body.may_overclock.is_some()
        || body.typed_power_w.is_some();
    if more && !caller.may(Role::Admin) {
        return Err(Problem::new(Kind::Forbidden, "an operator changes `enabled`; the rest is an administrator's"));
    }
    let tags = body.tags.as_deref().unwrap_or_default();
    Checks::default()
        .that(body.name.as_deref().is_none_or(name_ok), "/name", NAME_RULE)
        .that(body.address.as_deref().is_none_or(address_ok), "/address", ADDRESS_RULE)
        .that(body.port != Some(0), "/port", "between 1 and 65535")
        .that(tags.iter().all(|tag| name_ok(tag)), "/tags", NAME_RULE)
        .that(tags.len() <= 32, "/tags", "at most 32")
        .that(body.typed_power_w.is_none_or(|watts| (0.0..=20_000.0).contains(&watts)), "/typed_power_w", "0 to 20000")
        .done()?;
    let patch = MinerPatch {
        name: body.name.as_deref().map(Label::new),
        address: body.address,
        port: body.port,
        tags: body.tags.map(|tags| tags.iter().map(|tag| Label::new(tag)).collect()),
        enabled: body.enabled,
        may_overclock: body.may_overclock,
        typed_power: body.typed_power_w.map(|watts| Power::from_watts(watts).filter(|power| power.get() > 0)),
    };
    house.engine.miner_change(id, patch, &actor).await?;
    let live = house.engine.miner(id).ok_or_else(|| Problem::not_found("miner"))?;
    Ok(Json(MinerBody::from(&*live)))
}
