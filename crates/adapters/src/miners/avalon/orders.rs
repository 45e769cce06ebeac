//! Commands as an Avalon's words. Pure: everything that can be refused without asking the device is refused here.
//!
//! **Invariant:** no word leaves with anything in it that a person or a pool could have bent (S10); a mode goes out as
//! the number that this model has for it.

use super::models::Kind;
use super::parse::{Status, slots_of};
use super::pools::{self, Change};
use crate::miners::shared::{refused, unsupported};
use hmm_domain::command::{Command, Tuning};
use hmm_domain::miner::{PowerOff, PowerState, Profile};
use hmm_domain::port::{Credentials, DriverError};
use hmm_domain::units::CentiCelsius;
use hmm_domain::{Message, ModeId};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Everybody tells it a moment that is just ahead.
const SOFT_DELAY_S: i64 = 5;
/// The slot that it tries first when it starts.
const FIRST: u8 = 0;

/// One command that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) command: &'static str,
    pub(super) parameter: String,
}

/// What a command comes down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    /// One after the other, and their effect shows in later readings.
    Calls(Vec<Call>),
    /// Store, and only then restart into it.
    Pool { store: Call, restart: Call },
    /// It is so already.
    Done(Message),
}

pub(super) fn order(
    status: &Status,
    profile: &Profile,
    login: &Credentials,
    command: &Command,
) -> Result<Order, DriverError> {
    let can = &profile.capabilities;
    let kind = status.spoken().kind;
    let one = |call: Call| Ok(Order::Calls(vec![call]));
    match command {
        Command::SetMode { mode, clear_overheat } => set_mode(status, profile, mode, *clear_overheat),
        Command::SetPower { power } => {
            if can.power_off != PowerOff::Standby {
                return Err(unsupported("it has no standby; only a switched socket can take its power"));
            }
            one(soft(status, *power)?)
        }
        Command::SetPool { pool } => {
            if !can.set_pool {
                return Err(unsupported("its API is closed to changes"));
            }
            match pools::change(&slots_of(status), pool) {
                Change::Nothing => Ok(Order::Done("it works for this pool already".into())),
                Change::Switch(slot) => one(Call { command: "switchpool", parameter: slot.to_string() }),
                Change::Store => {
                    let login = login_words(kind, login)?;
                    let parameter = format!("{login},{FIRST},{}", pools::words(pool)?);
                    Ok(Order::Pool { store: Call { command: "setpool", parameter }, restart: reboot(kind) })
                }
            }
        }
        Command::Tune { tuning } => tune(profile, tuning).map(Order::Calls),
        Command::Restart if can.restart => one(reboot(kind)),
        Command::Restart => Err(unsupported("this firmware does not list a restart")),
        Command::Identify if can.identify => {
            // Asked again while the lamp is on, it goes out.
            let on = status.spoken().words().and_then(|words| words.number("Led")).is_some_and(|led| led > 0.0);
            one(ascset(&["led", if on { "1-0" } else { "1-1" }]))
        }
        Command::Identify => Err(unsupported("it has no lamp for that")),
    }
}

fn ascset(words: &[&str]) -> Call {
    Call { command: "ascset", parameter: format!("0,{}", words.join(",")) }
}

fn reboot(kind: Kind) -> Call {
    ascset(&["reboot", kind.reboot()])
}

/// With the number that it prints for it, or with those of its kind where it prints none today.
fn set_mode(status: &Status, profile: &Profile, id: &ModeId, clear_overheat: bool) -> Result<Order, DriverError> {
    let unknown = || unsupported(&format!("it has no mode called {id}"));
    if !profile.capabilities.set_mode || profile.mode(id).is_none() {
        return Err(unknown());
    }
    let spoken = status.spoken();
    let knob = spoken.knob().map(|(knob, _)| knob).or_else(|| spoken.kind.knobs().first());
    let (knob, number) = knob.and_then(|knob| Some((knob, knob.number_of(id)?))).ok_or_else(unknown)?;
    let mut calls = vec![ascset(&[knob.option, "set", &number.to_string()])];
    // After a stop for heat the chips are held off until it starts anew.
    if clear_overheat && status.reading().overheated == Some(true) {
        calls.push(reboot(spoken.kind));
    }
    Ok(Order::Calls(calls))
}

/// It wants to be told when, by its own clock, which may be any: the time is the one it has just said.
fn soft(status: &Status, power: PowerState) -> Result<Call, DriverError> {
    let now = status.when().ok_or_else(|| unsupported("it does not tell its time, which its standby needs"))?;
    let option = match power {
        PowerState::Off => "softoff",
        PowerState::On => "softon",
    };
    Ok(ascset(&[option, &format!("1:{}", now + SOFT_DELAY_S)]))
}

fn tune(profile: &Profile, tuning: &Tuning) -> Result<Vec<Call>, DriverError> {
    if tuning.frequency.is_some() || tuning.core_voltage.is_some() {
        return Err(unsupported("its frequency and voltage are its own firmware's business; it has modes instead"));
    }
    if tuning.fan_pct.is_some() && tuning.target_temperature.is_some() {
        return Err(refused("a fixed fan speed and a target temperature exclude each other"));
    }
    let can = &profile.capabilities;
    let mut calls = Vec::new();
    if let Some(pct) = tuning.fan_pct {
        let (least, most) = can.fan_pct.ok_or_else(|| unsupported("its fan cannot be set"))?;
        if !(least..=most).contains(&pct) {
            return Err(refused(&format!("{pct} % is outside the fan's {least} to {most} %")));
        }
        calls.push(ascset(&["fan-spd", &pct.to_string()]));
    }
    if let Some(target) = tuning.target_temperature {
        let (least, most) =
            can.target_temperature.ok_or_else(|| unsupported("this firmware has no target temperature"))?;
        if !(least..=most).contains(&target) {
            let [target, least, most] = [target, least, most].map(CentiCelsius::as_celsius);
            return Err(refused(&format!("{target} °C is outside the {least} to {most} °C it can aim at")));
        }
        calls.push(ascset(&["target-temp", &((target.get() + 50) / 100).to_string()]));
        if can.fan_pct.is_some() {
            calls.push(ascset(&["fan-spd", "-1"]));
        }
    }
    if calls.is_empty() { Err(refused("nothing was asked to change")) } else { Ok(calls) }
}

/// The login of its web pages, in the form this model wants it.
fn login_words(kind: Kind, login: &Credentials) -> Result<String, DriverError> {
    let missing = "changing its pools needs the name and password of its own web page; enter them for this miner";
    let (Some(user), Some(password)) = (&login.user, &login.password) else {
        return Err(DriverError::Credentials(missing.into()));
    };
    if user.is_empty() || [user, password].into_iter().any(|text| pools::leaves(text)) {
        let why = "the name or password of its web page is empty, or holds a comma, a bar, a quote, a backslash or a \
                   control character, which its API cannot carry";
        return Err(refused(why));
    }
    Ok(match kind {
        Kind::Nano3 => format!("{user},{}", nano3_password(password)),
        _ => format!("{user},{password}"),
    })
}

/// A mark, and the first 24 digits of the password's SHA-256: what its web page stores in its cookie.
fn nano3_password(password: &str) -> String {
    let digest = Sha256::digest(password.as_bytes());
    digest.iter().take(12).fold("ff0000ff".to_owned(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miners::avalon::inspection;
    use crate::miners::cgminer_api::Gathered;

    #[test]
    fn standby_is_told_the_devices_own_time_and_not_ours() {
        let said = |when: &str| {
            let words = "Ver[15-194-1] SoftOFF[0] GHSspd[1]";
            format!(r#"{{"STATUS":[{{"STATUS":"S",{when}"Code":70}}],"STATS":[{{"ID":"AVA100","MM ID0":"{words}"}}]}}"#)
        };
        let ordered = |when: &str| {
            let text = said(when);
            let replies: [(&'static str, &[u8]); 1] = [("stats", text.as_bytes())];
            let profile = inspection(&replies, None).unwrap().profile;
            let status = Status::new(Gathered::from_replies(&replies).unwrap()).unwrap();
            let off = Command::SetPower { power: PowerState::Off };
            order(&status, &profile, &Credentials::default(), &off)
        };
        let call = |at: &str| Order::Calls(vec![ascset(&["softoff", at])]);
        assert_eq!(ordered(r#""When":986,"#).unwrap(), call("1:991"), "it counts from its start");
        assert_eq!(ordered(r#""When":1790000000,"#).unwrap(), call("1:1790000005"));
        assert!(matches!(ordered(""), Err(DriverError::Unsupported(_))));
    }

    fn login(user: &str, password: &str) -> Credentials {
        Credentials { user: Some(user.into()), password: Some(password.into()), token: None }
    }

    #[test]
    fn the_login_goes_out_as_each_model_wants_it() {
        assert_eq!(login_words(Kind::Nano3s, &login("admin", "pw 1")).unwrap(), "admin,pw 1");
        // echo -n root | sha256sum
        let hashed = "root,ff0000ff4813494d137e1631bba301d5";
        assert_eq!(login_words(Kind::Nano3, &login("root", "root")).unwrap(), hashed);
    }

    #[test]
    fn s10_a_login_that_would_leave_its_place_is_refused_and_a_missing_one_asked_for() {
        for (user, password) in [("a,b", "p"), ("", "p"), ("a", "p,q"), ("a", "p|q"), ("a", "p\nq"), ("a", "p\"q")] {
            let error = login_words(Kind::Nano3, &login(user, password)).unwrap_err();
            assert!(matches!(error, DriverError::Refused(_)), "{user:?} {password:?}");
            assert!(!error.to_string().contains("p,q") && !error.to_string().contains("p|q"));
        }
        let nobody = Credentials { user: Some("root".into()), ..Credentials::default() };
        assert!(matches!(login_words(Kind::Q, &nobody), Err(DriverError::Credentials(_))));
    }
}
