//! What is done once, when the device's queue comes to it: tuning, restart, identify.

use crate::api::commands::wire::CommandAccepted;
use crate::api::extract::{By, Checks, Home, Id, Input};
use crate::front::House;
use crate::problem::{FieldProblem, Problem};
use axum::Json;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};
use hmm_domain::{Actor, MinerId};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

type Accepted = Result<(StatusCode, Json<CommandAccepted>), Problem>;

/// Settings below the level of a mode. What is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TuningBody {
    pub frequency_mhz: Option<f64>,
    pub core_voltage_mv: Option<u32>,
    /// A fixed speed: switches the device's own regulation off.
    pub fan_pct: Option<u8>,
    /// Hands the fan back to the device's own regulation.
    pub target_temperature_c: Option<f64>,
}

impl TuningBody {
    /// As far as no device is needed to judge it. `at` is where it stands in the request.
    pub(in crate::api) fn read(&self, at: &str) -> (Vec<FieldProblem>, Tuning) {
        let frequency = self.frequency_mhz.map(Frequency::from_mhz);
        let target = self.target_temperature_c.map(CentiCelsius::from_celsius);
        let any = frequency.is_some() || target.is_some() || self.core_voltage_mv.is_some() || self.fan_pct.is_some();
        let faults = [
            (any, "", "name at least one setting"),
            (frequency != Some(None), "/frequency_mhz", "this is no frequency"),
            (target != Some(None), "/target_temperature_c", "this is no temperature"),
            (self.fan_pct.is_none_or(|pct| pct <= 100), "/fan_pct", "between 0 and 100"),
            (self.fan_pct.is_none() || target.is_none(), "/fan_pct", "either a fixed speed or a target temperature"),
        ];
        let faults = faults.into_iter().filter(|(holds, ..)| !holds);
        let faults = faults
            .map(|(_, pointer, detail)| FieldProblem { pointer: format!("{at}{pointer}"), detail: detail.to_owned() });
        let tuning = Tuning {
            frequency: frequency.flatten(),
            core_voltage: self.core_voltage_mv.map(Millivolts::new),
            fan_pct: self.fan_pct,
            target_temperature: target.flatten(),
            clear_overheat: false,
        };
        (faults.collect(), tuning)
    }
}

/// Sets frequency, voltage, fan or target temperature, within the device's ranges.
#[utoipa::path(post, path = "/api/miners/{id}/tuning", tag = "miners", params(("id" = i64, Path)),
    request_body = TuningBody, responses((status = 202, body = CommandAccepted)))]
#[tracing::instrument(name = "api.miners.tuning", skip_all, fields(miner.id = id))]
pub async fn tuning(Home(house): Home, By(actor): By, Id(id): Id, Input(body): Input<TuningBody>) -> Accepted {
    let (faults, tuning) = body.read("");
    Checks::default().and(faults).done()?;
    command(&house, id, Command::Tune { tuning }, &actor).await
}

/// Restarts the device.
#[utoipa::path(post, path = "/api/miners/{id}/restart", tag = "miners", params(("id" = i64, Path)),
    responses((status = 202, body = CommandAccepted)))]
#[tracing::instrument(name = "api.miners.restart", skip_all, fields(miner.id = id))]
pub async fn restart(Home(house): Home, By(actor): By, Id(id): Id) -> Accepted {
    command(&house, id, Command::Restart, &actor).await
}

/// Makes the device show itself.
#[utoipa::path(post, path = "/api/miners/{id}/identify", tag = "miners", params(("id" = i64, Path)),
    responses((status = 202, body = CommandAccepted)))]
#[tracing::instrument(name = "api.miners.identify", skip_all, fields(miner.id = id))]
pub async fn identify(Home(house): Home, By(actor): By, Id(id): Id) -> Accepted {
    command(&house, id, Command::Identify, &actor).await
}

async fn command(house: &House, id: i64, command: Command, actor: &Actor) -> Accepted {
    let command = house.engine.command(MinerId::new(id), command, actor).await?;
    Ok((StatusCode::ACCEPTED, Json(CommandAccepted { command_id: command.get() })))
}
