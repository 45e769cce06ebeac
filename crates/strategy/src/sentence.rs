//! Why a miner is in its state, who wants it, until when, and what comes next: one sentence.

use crate::diff::{Decision, View};
use crate::heat::Phase;
use crate::state::Observed;
use hmm_domain::miner::{MinerState, PowerOff, PowerState};
use hmm_domain::text::Message;
use hmm_domain::time::Timestamp;
use hmm_domain::wish::{Field, Owner, Want};

/// Says it. Times are UTC; the page says them in the person's zone.
pub fn sentence(view: &View<'_>, state: MinerState, since: Timestamp, decision: &Decision) -> Message {
    let View { miner, desired, observed, heat, .. } = view;
    let mut parts = vec![head(state, since, observed)];
    if heat.phase != Phase::Cool {
        parts.push(String::from(if heat.latched {
            "heat protection keeps it off until a person acts"
        } else {
            "heat protection holds it down until it has been cool for ten minutes"
        }));
    }
    for field in Field::ALL {
        let Some(wish) = desired.get(field).filter(|wish| wish.owner != Owner::Safety) else { continue };
        let until = wish.until.map(|end| format!(" until {}", clock(end))).unwrap_or_default();
        let cannot = miner.profile.capabilities.power_off == PowerOff::None;
        let instead = if cannot && wish.want == Want::Power(PowerState::Off) {
            " (it cannot be switched off: lowest mode instead)"
        } else {
            ""
        };
        parts.push(format!("{} {}: {}{until}{instead}", field.as_str(), shown(&wish.want), wish.reason));
    }
    match decision {
        Decision::Rest => {}
        Decision::Send(step) => parts.push(format!("next: {}", step.command.kind().replace('_', " "))),
        Decision::Hold { why, until: Some(until), .. } => parts.push(format!("{why} (until {})", clock(*until))),
        Decision::Hold { why, until: None, .. } => parts.push(why.to_string()),
    }
    Message::new(&format!("{}.", parts.join("; ")))
}

fn head(state: MinerState, since: Timestamp, observed: &Observed) -> String {
    let mode = observed.mode.as_ref().map(|mode| format!(" in {mode}")).unwrap_or_default();
    match state {
        MinerState::Mining => format!("Mining{mode}"),
        MinerState::Idle => format!("Answers{mode} but does not hash"),
        MinerState::Paused => "Paused".to_owned(),
        MinerState::Booting => "Starting".to_owned(),
        MinerState::Off => "Switched off".to_owned(),
        MinerState::Offline => format!("Silent since {}", clock(since)),
        MinerState::Stuck => format!("Answers{mode} but has found no share since {}", clock(since)),
        MinerState::Unknown => "Not known yet".to_owned(),
        MinerState::Disabled => "Disabled: left alone".to_owned(),
    }
}

fn shown(want: &Want) -> String {
    match want {
        Want::Power(PowerState::On) => "on".to_owned(),
        Want::Power(PowerState::Off) => "off".to_owned(),
        Want::Mode(mode) => mode.to_string(),
        Want::Point { frequency, core_voltage } => format!("{} MHz, {} mV", frequency.as_mhz(), core_voltage.get()),
        Want::Pool(pool) => format!("{}:{}", pool.host, pool.port),
    }
}

fn clock(at: Timestamp) -> String {
    at.to_chrono().format("%Y-%m-%d %H:%M UTC").to_string()
}
