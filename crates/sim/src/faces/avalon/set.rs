//! `ascset`: modes and levels, fan, standby, restart.
//!
//! **Invariant:** an option that a model does not list in its help is unknown to it; a mode is not changed while the
//! chips are being measured.

use super::super::cgminer_api::{Look, Reply};
use super::{state, state_mut};
use crate::world::{Avalon, Rig};
use hmm_domain::Timestamp;
use std::time::Duration;

const fn options(which: Avalon) -> &'static [&'static str] {
    match which {
        Avalon::Nano3 => &["help", "worklevel", "reboot", "led", "lcd"],
        Avalon::Nano3s => {
            &["help", "voltage", "fan-spd", "frequency", "workmode", "target-temp", "reboot", "filter-clean", "ledset"]
        }
        Avalon::Mini3 => &["help", "voltage", "fan-spd", "workmode", "worklevel", "reboot", "softon", "softoff", "lcd"],
        Avalon::Q => &[
            "help",
            "voltage",
            "fan-spd",
            "lcd",
            "workmode",
            "worklevel",
            "reboot",
            "softon",
            "softoff",
            "target-temp",
        ],
        Avalon::A15 => &["help", "voltage", "fan-spd", "frequency", "led", "reboot", "softon", "softoff"],
    }
}

fn ok() -> Reply {
    Reply::new('S', 119, "ASC 0 set OK")
}

fn info(words: &str) -> Reply {
    Reply::new('I', 118, format!("ASC 0 set info: {words}"))
}

fn failed(words: &str) -> Reply {
    Reply::new('E', 120, format!("ASC 0 set failed: {words}"))
}

pub(super) fn set(rig: &mut Rig, arguments: &[&str], look: Look) -> Reply {
    let which = state(rig).which;
    let ["0", option, rest @ ..] = arguments else { return Reply::new('E', 107, "Invalid ASC id") };
    if !options(which).contains(option) {
        return failed(&format!("Unknown option: {option}"));
    }
    match (*option, rest) {
        ("help", []) => info(&format!("{}|", options(which).join("|"))),
        ("voltage", []) => info("PS[0 0 27560 4 0 3678 132]"),
        ("workmode", rest) if !which.by_level() => mode(rig, "workmode", rest, look),
        ("workmode", ["get"]) => info("workmode 1"),
        ("worklevel", rest) if which.by_level() => mode(rig, "worklevel", rest, look),
        ("worklevel", ["get"]) => info("worklevel 0"),
        ("fan-spd", [speed]) => fan(rig, speed),
        ("target-temp", [target]) => target_temperature(rig, target),
        ("reboot", [when]) => reboot(rig, which, when),
        ("softoff" | "softon", [when]) => soft(rig, option, when),
        ("led", [lamp @ ("1-1" | "1-0")]) if which == Avalon::A15 => {
            state_mut(rig).lamp = *lamp == "1-1";
            rig.identifies += 1;
            ok()
        }
        _ => failed(&format!("invalid {option}")),
    }
}

fn mode(rig: &mut Rig, option: &str, arguments: &[&str], look: Look) -> Reply {
    match arguments {
        ["get"] => info(&format!("{option} {}", state(rig).number)),
        ["set", number] => {
            if look.calibrating {
                let now = state(rig).number;
                return failed(&format!("current mode {now} is caling Don't permit switch mode"));
            }
            let Ok(number) = number.parse() else { return failed(&format!("invalid {option}")) };
            let mut state = state(rig).clone();
            if !state.set(&mut rig.settings, number) {
                return failed(&format!("invalid {option}"));
            }
            *state_mut(rig) = state;
            rig.flash_writes += 1;
            ok()
        }
        _ => failed(&format!("invalid {option}")),
    }
}

fn fan(rig: &mut Rig, speed: &str) -> Reply {
    match speed.parse::<i16>() {
        Ok(-1) => rig.settings.auto_fan = true,
        Ok(pct @ 15..=100) => {
            rig.settings.auto_fan = false;
            rig.settings.manual_fan_pct = pct.unsigned_abs();
        }
        _ => return failed("invalid fan speed"),
    }
    rig.flash_writes += 1;
    ok()
}

fn target_temperature(rig: &mut Rig, target: &str) -> Reply {
    let Ok(celsius @ 50..=90) = target.parse::<u16>() else { return failed("invalid target temperature") };
    rig.settings.temp_target_c = celsius;
    rig.flash_writes += 1;
    ok()
}

fn reboot(rig: &mut Rig, which: Avalon, when: &str) -> Reply {
    let seconds = match (which, when) {
        (Avalon::Nano3, "all") => 0,
        (Avalon::Nano3, _) => return failed("invalid reboot"),
        (_, when) => match when.parse::<u64>() {
            Ok(seconds @ 0..=300) => seconds,
            _ => return failed("invalid reboot"),
        },
    };
    rig.restart_in(crate::world::RESTART_DELAY + Duration::from_secs(seconds));
    ok()
}

/// `1:<unix time>`: at that second.
fn soft(rig: &mut Rig, option: &str, when: &str) -> Reply {
    let at = when.strip_prefix("1:").and_then(|seconds| seconds.parse::<i64>().ok());
    let Some(at) = at.filter(|at| *at > 1_000_000_000) else { return failed(&format!("invalid {option}")) };
    let off = option == "softoff";
    rig.rest_at(Timestamp::from_millis(at * 1_000), off);
    let mut reply = info(&format!("success {option}:{at}"));
    // The chips start, and the firmware has forgotten who asked.
    reply.hangs_up = !off;
    reply
}
