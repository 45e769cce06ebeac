//! Commands as requests. Pure: everything that can be refused without asking the device is refused here.
//!
//! **Invariant:** no request leaves with a frequency or voltage outside the profile's ranges (the firmware takes any
//! number), and none that raises either on a chip that is too hot.

use super::parse::Status;
use super::pools;
use crate::miners::shared::http::Request;
use crate::miners::shared::tuning::{self, may_raise};
use crate::miners::shared::{refused, unsupported};
use hmm_domain::ModeId;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::miner::{PowerOff, PowerState, Profile};
use hmm_domain::port::DriverError;
use hmm_domain::units::{Frequency, Millivolts};
use hmm_domain::wish::PoolTarget;
use serde_json::{Map, Value};

const SETTINGS: &str = "/api/system";
const RESTART: &str = "/api/system/restart";
/// What a command comes down to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    /// Requests one after the other, and their effect shows in later readings.
    Plain(Vec<Request>),
    /// Store, read back, and only then restart: the running connection to the old pool is kept until then.
    Pool { store: Request, target: PoolTarget, restart: Request },
}

pub(super) fn order(status: &Status, profile: &Profile, command: &Command) -> Result<Order, DriverError> {
    let can = &profile.capabilities;
    let plain = |request: Request| Ok(Order::Plain(vec![request]));
    match command {
        Command::SetMode { mode, clear_overheat } => set_mode(status, profile, mode, *clear_overheat),
        Command::SetPower { power } => {
            if can.power_off != PowerOff::Pause {
                return Err(unsupported("this firmware cannot pause; it came with AxeOS 2.14"));
            }
            plain(Request::post(match power {
                PowerState::Off => "/api/system/pause",
                PowerState::On => "/api/system/resume",
            }))
        }
        Command::SetPool { pool } => {
            if !can.set_pool {
                return Err(unsupported("it shows no pool that could be set"));
            }
            let Value::Object(body) = pools::write(&status.raw, &status.info, pool)? else {
                return Err(unsupported("the pool could not be put into words"));
            };
            Ok(Order::Pool { store: patch(body), target: pool.clone(), restart: Request::post(RESTART) })
        }
        Command::Tune { tuning } => Ok(clearing(status, tune(status, profile, tuning)?, tuning.clear_overheat)),
        Command::Restart => plain(Request::post(RESTART)),
        Command::Identify if can.identify => plain(Request::post("/api/system/identify")),
        Command::Identify => Err(unsupported("this firmware cannot identify itself; that came with AxeOS 2.12")),
    }
}

fn set_mode(status: &Status, profile: &Profile, id: &ModeId, clear_overheat: bool) -> Result<Order, DriverError> {
    let mode = profile.mode(id).filter(|_| profile.capabilities.set_mode);
    let mode = mode.ok_or_else(|| unsupported(&format!("it has no mode called {id}")))?;
    let mut body = Map::new();
    tune_chip(&mut body, profile, mode.frequency, mode.core_voltage)?;
    if body.is_empty() {
        return Err(unsupported(&format!("its mode {id} names neither frequency nor voltage")));
    }
    // The lowest mode is where heat protection sends a device (H1). The firmware's own refuge lies lower still, so
    // this may be a step up, and is one that must not be refused.
    if profile.lowest() != Some(mode) {
        may_raise(&status.reading(), profile, mode.frequency, mode.core_voltage, clear_overheat)?;
    }
    Ok(clearing(status, body, clear_overheat))
}

/// The write, and with it the end of the firmware's own heat trip where that is asked for.
fn clearing(status: &Status, mut body: Map<String, Value>, clear_overheat: bool) -> Order {
    // 0 is the only value it takes. Firmware that does not print the key does not know it.
    if !clear_overheat || status.raw.get("overheat_mode").is_none() {
        return Order::Plain(vec![patch(body)]);
    }
    body.insert("overheat_mode".into(), 0.into());
    let mut requests = vec![patch(body)];
    // After a trip the chips are held off until the firmware starts them anew.
    if status.reading().overheated == Some(true) {
        requests.push(Request::post(RESTART));
    }
    Order::Plain(requests)
}

fn patch(body: Map<String, Value>) -> Request {
    Request::patch(SETTINGS, Value::Object(body))
}

fn tune(status: &Status, profile: &Profile, tuning: &Tuning) -> Result<Map<String, Value>, DriverError> {
    let (fan, target) = (tuning::fan_pct(profile, tuning)?, tuning::target_degrees(profile, tuning)?);
    let mut body = Map::new();
    tune_chip(&mut body, profile, tuning.frequency, tuning.core_voltage)?;
    may_raise(&status.reading(), profile, tuning.frequency, tuning.core_voltage, tuning.clear_overheat)?;
    if let Some(pct) = fan {
        // `fanspeed` stopped being settable when `manualFanSpeed` came, and is printed to this day.
        let key = if status.raw.get("manualFanSpeed").is_some() { "manualFanSpeed" } else { "fanspeed" };
        body.insert("autofanspeed".into(), 0.into());
        body.insert(key.into(), pct.into());
    }
    if let Some(target) = target {
        body.insert("autofanspeed".into(), 1.into());
        body.insert("temptarget".into(), target.into());
    }
    if body.is_empty() { Err(refused("nothing was asked to change")) } else { Ok(body) }
}

/// Frequency and voltage, as the whole numbers that the firmware wants.
fn tune_chip(
    body: &mut Map<String, Value>,
    profile: &Profile,
    frequency: Option<Frequency>,
    voltage: Option<Millivolts>,
) -> Result<(), DriverError> {
    let (mhz, mv) = tuning::chip_settings(profile, frequency, voltage)?;
    for (key, value) in [("frequency", mhz), ("coreVoltage", mv)] {
        if let Some(value) = value {
            body.insert(key.into(), value.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miners::axeos::{inspection, parse::Status};
    use serde_json::json;

    /// A Gamma in its standard mode, spoilt by `change`.
    fn ordered(change: &Value, command: &Command) -> Result<Order, DriverError> {
        let mut info = json!({
            "ASICModel": "BM1370", "hashRate": 1000, "boardVersion": "601", "frequency": 525, "coreVoltage": 1150,
            "temp": 58, "vrTemp": 60, "power": 17, "overheat_mode": 0,
        });
        let profile = inspection(info.to_string().as_bytes(), None).unwrap().profile;
        for (key, value) in change.as_object().unwrap() {
            info[key] = value.clone();
        }
        order(&Status::parse(info.to_string().as_bytes()).unwrap(), &profile, command)
    }

    fn mode(id: &str, clear_overheat: bool) -> Command {
        Command::SetMode { mode: ModeId::new(id), clear_overheat }
    }

    #[test]
    fn h1_a_chip_at_its_limit_is_not_run_faster_and_always_run_slower() {
        let hotter = Tuning { core_voltage: Some(Millivolts::new(1_200)), ..Tuning::default() };
        for trouble in [
            json!({ "temp": 71 }),
            json!({ "vrTemp": 101 }),
            json!({ "power": 41 }),
            json!({ "overheat_mode": 1 }),
            json!({ "overheat_mode": 1, "frequency": null }),
        ] {
            for command in [mode("turbo", false), Command::Tune { tuning: hotter.clone() }] {
                assert!(matches!(ordered(&trouble, &command), Err(DriverError::Refused(_))), "{trouble} {command:?}");
            }
            assert!(ordered(&trouble, &mode("eco", false)).is_ok(), "{trouble}");
        }
        assert!(ordered(&json!({}), &mode("turbo", false)).is_ok());
        let refuge = json!({ "overheat_mode": 1, "frequency": 50, "coreVoltage": 1000, "temp": 75 });
        assert!(ordered(&refuge, &mode("eco", false)).is_ok(), "the lowest mode is where heat protection sends it");
        assert!(ordered(&refuge, &mode("standard", true)).is_err(), "still hot");
    }

    #[test]
    fn a_trip_is_cleared_only_when_asked_and_started_anew_only_when_there_was_one() {
        let count = |change: Value, clear: bool| match ordered(&change, &mode("standard", clear)).unwrap() {
            Order::Plain(requests) => {
                let cleared = requests[0].body.as_ref().unwrap().get("overheat_mode").is_some();
                (requests.len(), cleared)
            }
            Order::Pool { .. } => unreachable!(),
        };
        assert_eq!(count(json!({}), false), (1, false));
        assert_eq!(count(json!({}), true), (1, true));
        assert_eq!(count(json!({ "overheat_mode": 1, "frequency": 50 }), true), (2, true));
    }
}
