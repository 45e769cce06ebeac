//! Commands as requests. Pure: everything that can be refused without asking the device is refused here.
//!
//! **Invariant:** no request leaves with a frequency or voltage outside the profile's ranges (the firmware stores any
//! number and says 200), and none that raises either on a chip that is too hot. Numbers leave as whole numbers and
//! truths as truths: anything else is passed over in silence.

use super::parse::Status;
use super::pools;
use crate::miners::shared::http::Request;
use crate::miners::shared::tuning::{self, may_raise};
use crate::miners::shared::values::temperature;
use crate::miners::shared::{refused, unsupported};
use hmm_domain::ModeId;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::miner::{PowerOff, PowerState, Profile};
use hmm_domain::port::DriverError;
use hmm_domain::reading::Reading;
use hmm_domain::wish::PoolTarget;
use serde_json::{Map, Value};

const SETTINGS: &str = "/api/system";
const RESTART: &str = "/api/system/restart";
const SHUTDOWN: &str = "/api/system/shutdown";

/// The kinds of regulation that `autofanspeed` counts.
const FAN_FIXED: u8 = 0;
const FAN_REGULATED: u8 = 2;

/// What a command comes down to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    /// Requests one after the other, and their effect shows in later readings.
    Plain(Vec<Request>),
    /// Store and read back: it is taken up at once.
    Pool { store: Request, target: PoolTarget },
}

impl Order {
    /// Whether it changes settings, which is what the one-time code guards.
    pub(super) fn is_guarded(&self) -> bool {
        match self {
            Self::Plain(requests) => requests.iter().any(|request| request.path == SETTINGS),
            Self::Pool { .. } => true,
        }
    }
}

pub(super) fn order(status: &Status, profile: &Profile, command: &Command) -> Result<Order, DriverError> {
    let can = &profile.capabilities;
    match command {
        Command::SetMode { mode, clear_overheat } => set_mode(status, profile, mode, *clear_overheat),
        Command::SetPower { .. } if can.power_off != PowerOff::Standby => {
            Err(unsupported("this firmware does not say whether it was shut down, so it is not shut down"))
        }
        Command::SetPower { power: PowerState::Off } => Ok(Order::Plain(vec![Request::post(SHUTDOWN)])),
        Command::SetPower { power: PowerState::On } => {
            // Only a restart wakes it, and whoever is awake is not to be restarted.
            let awake = status.info.shutdown.0 == Some(false);
            Ok(Order::Plain(if awake { Vec::new() } else { vec![Request::post(RESTART)] }))
        }
        Command::SetPool { pool } => {
            if !can.set_pool {
                return Err(unsupported("it shows no pool that could be set"));
            }
            Ok(Order::Pool { store: patch(pools::write(status, pool)?), target: pool.clone() })
        }
        Command::Tune { tuning } => Ok(clearing(status, tune(status, profile, tuning)?, tuning.clear_overheat)),
        Command::Restart => Ok(Order::Plain(vec![Request::post(RESTART)])),
        Command::Identify => Err(unsupported("no firmware of this family can make a single device identify itself")),
    }
}

fn set_mode(status: &Status, profile: &Profile, id: &ModeId, clear_overheat: bool) -> Result<Order, DriverError> {
    let mode = profile.mode(id).filter(|_| profile.capabilities.set_mode);
    let mode = mode.ok_or_else(|| unsupported(&format!("it has no mode called {id}")))?;
    let mut body = Map::new();
    let settings = tuning::chip_settings(profile, mode.frequency, mode.core_voltage)?;
    tune_chip(&mut body, settings);
    if body.is_empty() {
        return Err(unsupported(&format!("its mode {id} names neither frequency nor voltage")));
    }
    // The lowest mode is where heat protection sends a device (H1): it must not be refused, whatever it was set to.
    if profile.lowest() != Some(mode) {
        may_raise(&as_hot_as_it_is(status), profile, mode.frequency, mode.core_voltage, clear_overheat)?;
    }
    Ok(clearing(status, body, clear_overheat))
}

/// The write, and with it the end of a shut-down where that is asked for: it shuts itself down when it gets too hot.
fn clearing(status: &Status, body: Map<String, Value>, clear_overheat: bool) -> Order {
    let mut requests = vec![patch(body)];
    let down = status.info.shutdown.0 == Some(true) || status.info.overheat_mode.0 == Some(true);
    if clear_overheat && down {
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
    tune_chip(&mut body, tuning::chip_settings(profile, tuning.frequency, tuning.core_voltage)?);
    let now = as_hot_as_it_is(status);
    may_raise(&now, profile, tuning.frequency, tuning.core_voltage, tuning.clear_overheat)?;
    if let Some(pct) = fan {
        // `fanspeed` stopped being settable when `manualFanSpeed` came, and is printed to this day.
        let key = if status.raw.get("manualFanSpeed").is_some() { "manualFanSpeed" } else { "fanspeed" };
        body.insert("autofanspeed".into(), FAN_FIXED.into());
        body.insert(key.into(), pct.into());
    }
    if let Some(target) = target {
        body.insert("autofanspeed".into(), FAN_REGULATED.into());
        body.insert("pidTargetTemp".into(), target.into());
    }
    if body.is_empty() { Err(refused("nothing was asked to change")) } else { Ok(body) }
}

fn tune_chip(body: &mut Map<String, Value>, (mhz, mv): (Option<u32>, Option<u32>)) {
    for (key, value) in [("frequency", mhz), ("coreVoltage", mv)] {
        if let Some(value) = value {
            body.insert(key.into(), value.into());
        }
    }
}

/// Its regulator has two sensors. For what may be raised the hotter one counts.
fn as_hot_as_it_is(status: &Status) -> Reading {
    let reading = status.reading();
    Reading { vr_temperature: reading.vr_temperature.max(temperature(status.info.vr_temp_int)), ..reading }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miners::nerdos::inspection;
    use hmm_domain::units::{Frequency, Millivolts};
    use serde_json::json;

    /// A NerdQAxe++ in its lowest mode, spoilt by `change`.
    fn ordered(change: &Value, command: &Command) -> Result<Order, DriverError> {
        let mut info = json!({
            "deviceModel": "NerdQAxe++", "hashRate": 4000, "frequency": 500, "coreVoltage": 1120, "temp": 58,
            "vrTemp": 60, "vrTempInt": 62, "power": 70, "maxPower": 100, "shutdown": false, "overheat_temp": 70,
            "stratumURL": "old.example", "stratumPort": 3333, "stratumUser": "me", "stratumTLS": false,
            "pidTargetTemp": 60, "manualFanSpeed": 100,
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

    fn sent(order: Order) -> Vec<String> {
        let requests = match order {
            Order::Plain(requests) => requests,
            Order::Pool { store, .. } => vec![store],
        };
        let body = |request: &Request| request.body.as_ref().map_or_else(String::new, Value::to_string);
        requests.iter().map(|request| format!("{} {} {}", request.method, request.path, body(request))).collect()
    }

    #[test]
    fn h1_a_chip_at_its_limit_is_not_run_faster_and_always_run_slower() {
        let hotter = Tuning { core_voltage: Some(Millivolts::new(1_200)), ..Tuning::default() };
        for trouble in [
            json!({ "temp": 69 }),
            json!({ "vrTemp": 101 }),
            json!({ "vrTempInt": 101 }),
            json!({ "power": 103 }),
            json!({ "overheat_mode": 1 }),
            json!({ "overheat_mode": 1, "frequency": null }),
        ] {
            for command in [mode("standard", false), Command::Tune { tuning: hotter.clone() }] {
                assert!(matches!(ordered(&trouble, &command), Err(DriverError::Refused(_))), "{trouble} {command:?}");
            }
            assert!(ordered(&trouble, &mode("eco", false)).is_ok(), "{trouble}");
        }
        assert!(ordered(&json!({}), &mode("standard", false)).is_ok());
    }

    #[test]
    fn numbers_leave_as_whole_numbers_and_truths_as_truths() {
        let tune = |tuning| Command::Tune { tuning };
        let secure = PoolTarget {
            host: "stratum+ssl://new.example:4444".into(),
            port: 4444,
            user: "me".into(),
            password: None,
            tls: true,
        };
        let plain = PoolTarget { tls: false, ..secure.clone() };
        let of = |change: Value, command: &Command| sent(ordered(&change, command).unwrap()).join(" | ");
        for (change, command, expected) in [
            (json!({}), mode("standard", false), r#"PATCH /api/system {"coreVoltage":1150,"frequency":600}"#),
            (
                json!({ "shutdown": true }),
                mode("eco", true),
                r#"PATCH /api/system {"coreVoltage":1120,"frequency":500} | POST /api/system/restart "#,
            ),
            (json!({}), mode("eco", true), r#"PATCH /api/system {"coreVoltage":1120,"frequency":500}"#),
            (
                json!({}),
                tune(Tuning { fan_pct: Some(55), ..Tuning::default() }),
                r#"PATCH /api/system {"autofanspeed":0,"manualFanSpeed":55}"#,
            ),
            (
                json!({}),
                tune(Tuning {
                    target_temperature: Some(hmm_domain::units::CentiCelsius::degrees(58)),
                    ..Tuning::default()
                }),
                r#"PATCH /api/system {"autofanspeed":2,"pidTargetTemp":58}"#,
            ),
            (
                json!({}),
                Command::SetPool { pool: secure },
                r#"PATCH /api/system {"stratumPort":4444,"stratumTLS":true,"stratumURL":"new.example","stratumUser":"me"}"#,
            ),
            (
                json!({ "stratumProtocol": 1 }),
                Command::SetPool { pool: plain },
                r#"PATCH /api/system {"stratumPort":4444,"stratumProtocol":0,"stratumURL":"new.example","stratumUser":"me"}"#,
            ),
            (json!({}), Command::SetPower { power: PowerState::Off }, "POST /api/system/shutdown "),
            (json!({ "shutdown": true }), Command::SetPower { power: PowerState::On }, "POST /api/system/restart "),
            (json!({}), Command::SetPower { power: PowerState::On }, ""),
        ] {
            let said = of(change, &command);
            assert_eq!(in_order(&said), in_order(expected), "{command:?}");
        }
    }

    /// Keys in order, whatever order the parser keeps.
    fn in_order(said: &str) -> Vec<String> {
        let mut parts: Vec<String> = said.split([',', '{', '}']).map(str::to_owned).collect();
        parts.sort();
        parts
    }

    #[test]
    fn what_is_outside_its_lists_is_refused() {
        let tune = |tuning| Command::Tune { tuning };
        for command in [
            tune(Tuning { frequency: Some(Frequency::mhz(625)), ..Tuning::default() }),
            tune(Tuning { frequency: Some(Frequency::new(515_500)), ..Tuning::default() }),
            tune(Tuning { core_voltage: Some(Millivolts::new(1_201)), ..Tuning::default() }),
            tune(Tuning { core_voltage: Some(Millivolts::new(1_100)), ..Tuning::default() }),
            tune(Tuning { fan_pct: Some(101), ..Tuning::default() }),
            tune(Tuning::default()),
            mode("turbo", false),
            Command::Identify,
        ] {
            let error = ordered(&json!({}), &command).unwrap_err();
            assert!(matches!(error, DriverError::Refused(_) | DriverError::Unsupported(_)), "{command:?}: {error}");
        }
    }
}
