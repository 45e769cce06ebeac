//! A miner to reason about, made of plain values.

use hmm_domain::miner::{AsFound, Capabilities, Identity, Miner, Mode, PowerOff, Profile};
use hmm_domain::text::{Label, Message};
use hmm_domain::units::{CentiCelsius, Difficulty, Frequency, Hashrate, Millivolts};
use hmm_domain::wish::{Override, Until, Want};
use hmm_domain::{CommandId, FamilyId, MinerId, ModeId, Reading, Timestamp};
use std::time::Duration;

pub(crate) const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);

pub(crate) fn after(seconds: u64) -> Timestamp {
    NOON + Duration::from_secs(seconds)
}

fn mode(id: &str, mhz: u32, mv: u32) -> Mode {
    Mode {
        id: ModeId::new(id),
        label: Label::new(id),
        frequency: Some(Frequency::mhz(mhz)),
        core_voltage: Some(Millivolts::new(mv)),
        level: None,
    }
}

pub(crate) fn miner(power_off: PowerOff) -> Miner {
    let capabilities = Capabilities {
        set_mode: true,
        power_off,
        measures_power: true,
        set_pool: true,
        pool_slots: 2,
        pool_needs_restart: true,
        pools_shown_are_used: false,
        wake_needs_restart: false,
        restart: true,
        identify: true,
        frequency: Some((Frequency::mhz(400), Frequency::mhz(625))),
        core_voltage: Some((Millivolts::new(1_000), Millivolts::new(1_250))),
        fan_pct: Some((0, 100)),
        target_temperature: None,
    };
    Miner {
        id: MinerId::new(1),
        name: Label::new("blue"),
        address: "192.168.1.20".into(),
        port: 80,
        family: FamilyId::new("axeos"),
        identity: Identity::None,
        profile: Profile {
            model: Some(Label::new("Gamma")),
            firmware: Some(Label::new("v2.14.0")),
            capabilities,
            modes: vec![mode("eco", 400, 1_000), mode("standard", 525, 1_150), mode("turbo", 550, 1_150)],
            temperature_limit: CentiCelsius::degrees(70),
            power_limit: None,
            poll_gap_min: Duration::from_secs(10),
            boot_deadline: Duration::from_secs(90),
        },
        as_found: AsFound::default(),
        enabled: true,
        may_overclock: false,
        tags: vec![],
        added_at: NOON,
        typed_power: None,
    }
}

pub(crate) fn reading(mhz: u32, mv: u32) -> Reading {
    Reading {
        hashrate: Some(Hashrate::new(u64::from(mhz) * 2_040_000_000)),
        frequency: Some(Frequency::mhz(mhz)),
        core_voltage: Some(Millivolts::new(mv)),
        temperature: Some(CentiCelsius::degrees(58)),
        pool_difficulty: Some(Difficulty::new(1_000)),
        uptime_s: Some(10_000),
        paused: Some(false),
        ..Reading::default()
    }
}

pub(crate) fn wish(want: Want, until: Until, replaced: Option<Want>) -> Override {
    Override {
        miner: MinerId::new(1),
        want,
        replaced,
        until,
        by: Label::new("ana"),
        since: NOON,
        command: CommandId::new(7),
        ended: false,
    }
}

pub(crate) fn message(text: &str) -> Message {
    Message::new(text)
}
