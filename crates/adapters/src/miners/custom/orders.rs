//! Commands as requests. Pure: everything that can be refused without asking the device is refused here.
//!
//! **Invariant:** no request leaves with a value outside the file's ranges or with one that would leave its frame (S10),
//! and none that runs a chip faster that is too hot (H1).

use super::definition::{Definition, Order, OrderKind};
use super::template::{TemplateError, Values};
use crate::miners::shared::{refused, unsupported};
use hmm_domain::ModeId;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::miner::{Mode, PowerState};
use hmm_domain::port::DriverError;
use hmm_domain::reading::Reading;
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};
use hmm_domain::wish::PoolTarget;
use hmm_net::Method;
use serde_json::{Value, json};

/// The longest path that small web servers take.
const PATH_MAX: usize = 2_048;

/// One request that changes something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) taken: Option<String>,
}

/// The requests for a command, in order. `now` is what the device shows.
pub(super) fn requests(is: &Definition, now: &Reading, command: &Command) -> Result<Vec<Request>, DriverError> {
    let one = |kind, values: &Values| request(is, kind, values).map(|request| vec![request]);
    match command {
        Command::SetMode { mode, clear_overheat: _ } => {
            let mode = known_mode(is, mode)?;
            may_raise(is, now, mode)?;
            one(OrderKind::Mode, &mode_values(mode))
        }
        Command::SetPower { power: PowerState::Off } => one(OrderKind::PowerOff, &Values::new()),
        Command::SetPower { power: PowerState::On } => one(OrderKind::PowerOn, &Values::new()),
        Command::SetPool { pool } => one(OrderKind::Pool, &pool_values(pool)),
        Command::Restart => one(OrderKind::Restart, &Values::new()),
        Command::Identify => one(OrderKind::Identify, &Values::new()),
        Command::Tune { tuning } => tune(is, now, tuning),
    }
}

fn request(is: &Definition, kind: OrderKind, values: &Values) -> Result<Request, DriverError> {
    let Some(Order { method, path, body, taken }) = is.commands.get(&kind) else {
        return Err(unsupported(&format!("its driver's file has no command {}", kind.as_str())));
    };
    let unfilled = |error: TemplateError| refused(&error.to_string());
    let path = path.path(values).map_err(unfilled)?;
    if path.len() > PATH_MAX {
        return Err(refused("the request would be too long"));
    }
    let body = body.as_ref().map(|body| body.fill(values)).transpose().map_err(unfilled)?;
    Ok(Request { method: method.clone(), path, body, taken: taken.clone() })
}

fn known_mode<'a>(is: &'a Definition, id: &ModeId) -> Result<&'a Mode, DriverError> {
    let mode = is.modes.iter().find(|mode| mode.id == *id);
    mode.ok_or_else(|| unsupported(&format!("it has no mode called {id}")))
}

/// The lowest mode is where heat protection sends a device: that one is never refused.
fn may_raise(is: &Definition, now: &Reading, mode: &Mode) -> Result<(), DriverError> {
    if is.modes.first() == Some(mode) {
        return Ok(());
    }
    cool(is, now)
}

fn cool(is: &Definition, now: &Reading) -> Result<(), DriverError> {
    if now.overheated == Some(true) {
        return Err(refused("its own heat protection has tripped, and this might run it faster"));
    }
    if now.temperature.is_some_and(|chip| chip > is.temperature_limit) {
        return Err(refused("its chip is hotter than its limit, and this might run it faster"));
    }
    Ok(())
}

fn mode_values(mode: &Mode) -> Values {
    Values::from([
        ("mode", json!(mode.id.as_str())),
        ("level", json!(mode.level)),
        ("frequency_mhz", mode.frequency.map_or(Value::Null, mhz)),
        ("core_voltage_mv", json!(mode.core_voltage.map(Millivolts::get))),
    ])
}

fn pool_values(pool: &PoolTarget) -> Values {
    Values::from([
        ("pool_host", json!(pool.host.as_str())),
        ("pool_port", json!(pool.port)),
        ("pool_user", json!(pool.user.as_str())),
        ("pool_password", json!(pool.password)),
        ("pool_tls", json!(pool.tls)),
    ])
}

/// One request for each setting that is to change, none of them before all are known to be within their ranges.
fn tune(is: &Definition, now: &Reading, tuning: &Tuning) -> Result<Vec<Request>, DriverError> {
    let Tuning { frequency, core_voltage, fan_pct, target_temperature, clear_overheat } = tuning;
    if *clear_overheat {
        return Err(unsupported("its driver's file cannot end a heat trip"));
    }
    let mut all = Vec::new();
    let mut add =
        |kind, name, value: Value| request(is, kind, &Values::from([(name, value)])).map(|request| all.push(request));
    if let Some(wanted) = *frequency {
        within(wanted, is.ranges.frequency, "frequency")?;
        if now.frequency.is_none_or(|set| wanted > set) {
            cool(is, now)?;
        }
        add(OrderKind::Frequency, "frequency_mhz", mhz(wanted))?;
    }
    if let Some(wanted) = *core_voltage {
        within(wanted, is.ranges.core_voltage, "voltage")?;
        if now.core_voltage.is_none_or(|set| wanted > set) {
            cool(is, now)?;
        }
        add(OrderKind::CoreVoltage, "core_voltage_mv", json!(wanted.get()))?;
    }
    if let Some(wanted) = *fan_pct {
        within(wanted, is.ranges.fan_pct, "fan speed")?;
        add(OrderKind::Fan, "fan_pct", json!(wanted))?;
    }
    if let Some(wanted) = *target_temperature {
        within(wanted, is.ranges.target_temperature, "target temperature")?;
        add(OrderKind::TargetTemperature, "target_temperature_c", degrees(wanted))?;
    }
    if all.is_empty() { Err(refused("nothing was asked to change")) } else { Ok(all) }
}

fn within<T: PartialOrd + Copy>(wanted: T, range: Option<(T, T)>, what: &str) -> Result<(), DriverError> {
    let (least, most) = range.ok_or_else(|| unsupported(&format!("its {what} cannot be set")))?;
    if wanted < least || wanted > most {
        return Err(refused(&format!("this {what} is outside what its driver's file allows")));
    }
    Ok(())
}

/// A whole number where it is one: small firmware often takes no other.
fn mhz(frequency: Frequency) -> Value {
    let khz = frequency.get();
    if khz.is_multiple_of(1_000) { json!(khz / 1_000) } else { json!(frequency.as_mhz()) }
}

fn degrees(temperature: CentiCelsius) -> Value {
    let cents = temperature.get();
    if cents % 100 == 0 { json!(cents / 100) } else { json!(temperature.as_celsius()) }
}
