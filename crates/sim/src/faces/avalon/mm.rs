//! The long string of an Avalon: `NAME[value]`, some fifty times, and which names each model has.
//!
//! **Invariant:** the number of elements of `PS` and what stands at which place are the model's own; a device at rest
//! prints 0 for its temperatures, and its average where it was.

use super::super::cgminer_api::Look;
use super::{state, words};
use crate::world::{Avalon, Rig};
use std::fmt::Write as _;

/// The string under construction.
struct Words(String);

impl Words {
    fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        let gap = if self.0.is_empty() { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{gap}{name}[{value}]");
    }
}

/// What the meter of the supply, the fan and the chips say.
pub(super) fn state_of(rig: &Rig, now_s: i64, look: Look) -> String {
    let which = state(rig).which;
    let mut out = Words(String::with_capacity(2_048));
    head(&mut out, rig, which, look);
    out.put("NETFAIL", format!("{} {} 0 0 0 0 0 0", now_s - 90_000, now_s - 89_990));
    if which != Avalon::Nano3 {
        out.put("SYSTEMSTATU", format!("Work: {}, Hash Board: 1 ", work(rig)));
    }
    out.put("Elapsed", if look.absurd { -1 } else { i64::try_from(rig.uptime().as_secs()).unwrap_or(i64::MAX) });
    out.put("DH", format!("{:.3}%", rig.hashing.error_pct));
    heat(&mut out, rig, which, look);
    out.put("PS", if look.absurd { "0 -1 1e300 nan 0 99999999 -4000".to_owned() } else { supply(rig, which) });
    if which == Avalon::A15 {
        out.put("WALLPOWER", if look.absurd { -1.0 } else { watts(rig) });
    }
    let hashing = &rig.hashing;
    let momentary = if rig.is_hashing() { hashing.momentary } else { 0.0 };
    let expected = rig.hardware.expected_ghs(rig.settings.frequency_mhz);
    out.put("GHSspd", if look.absurd { "1e300".to_owned() } else { format!("{momentary:.2}") });
    out.put("DHspd", format!("{:.3}%", hashing.error_pct));
    out.put("GHSmm", format!("{expected:.2}"));
    out.put("GHSavg", format!("{:.2}", state(rig).average_ghs()));
    // The first Nano 3 does not say.
    let mhz = if which == Avalon::Nano3 { 0.0 } else { rig.settings.frequency_mhz };
    out.put("Freq", if look.absurd { "4294967296".to_owned() } else { format!("{mhz:.2}") });
    if matches!(which, Avalon::Nano3 | Avalon::A15) {
        out.put("Led", u8::from(state(rig).lamp));
    }
    out.put("PING", if look.absurd { 15_702_638.0 } else { rig.air.response_ms.round() });
    out.put("SoftOFF", if rig.paused { 4 } else { 0 });
    out.put("ECHU", 0);
    out.put("ECMM", 0);
    tail(&mut out, rig, which, look);
    out.0
}

fn head(out: &mut Words, rig: &Rig, which: Avalon, look: Look) {
    let version = which.version();
    let dna = words::dna(rig, look);
    match which {
        Avalon::Nano3 => {
            out.put("HashStatus", u8::from(rig.is_hashing()));
            out.put("Ver", format!("nano3-{version}"));
            out.put(" DNA", "0000000000000000");
            out.put(" HDNA", dna);
        }
        Avalon::Nano3s | Avalon::Mini3 | Avalon::Q => {
            let name = match which {
                Avalon::Nano3s => "Nano3s",
                Avalon::Mini3 => "Mini3",
                _ => "Q",
            };
            out.put("Ver", format!("{name}-{version}"));
            out.put("LVer", version);
            out.put("BVer", version);
            out.put("FW", "Release");
            out.put("DNA", dna);
            if which == Avalon::Q {
                out.put("STATE", if rig.paused { 2 } else { 1 });
                out.put("SSID", "Home");
                out.put("RSSI", rig.air.rssi_dbm.round());
            }
        }
        Avalon::A15 => {
            out.put("Ver", format!("15-194-{version}"));
            out.put("DNA", dna);
        }
    }
}

fn work(rig: &Rig) -> &'static str {
    if rig.tripped {
        "In Fault"
    } else if rig.is_hashing() {
        "In Work"
    } else {
        "In Idle"
    }
}

fn heat(out: &mut Words, rig: &Rig, which: Avalon, look: Look) {
    let chip = if rig.is_hashing() { rig.heat.chip_c.round() } else { 0.0 };
    let average = (chip - 5.0).max(0.0);
    let air = rig.heat.ambient_c.round();
    match which {
        Avalon::Nano3 | Avalon::A15 => out.put("Temp", air + 4.0),
        // No such sensor.
        Avalon::Nano3s => out.put("ITemp", -273),
        Avalon::Mini3 | Avalon::Q => out.put("ITemp", air),
    }
    if which == Avalon::Q {
        out.put("HBITemp", air + 1.0);
        out.put("HBOTemp", (rig.heat.chip_c - 12.0).max(air).round());
    }
    out.put("TMax", if look.absurd { 99_999.0 } else { chip });
    out.put("TAvg", average);
    out.put("TarT", rig.settings.temp_target_c);
    let (fans, rpm_per_pct) = match which {
        Avalon::Nano3 => (1, 78.0),
        Avalon::Nano3s => (1, 48.0),
        Avalon::Mini3 => (1, 24.0),
        Avalon::Q => (4, 30.0),
        Avalon::A15 => (2, 87.0),
    };
    for fan in 1..=fans {
        out.put(&format!("Fan{fan}"), (rig.heat.fan_pct * rpm_per_pct).round());
    }
    out.put("FanR", if look.absurd { "1e9%".to_owned() } else { format!("{:.0}%", rig.heat.fan_pct) });
}

fn watts(rig: &Rig) -> f64 {
    rig.power_w().round()
}

/// The model's own order: the same place is watts on one and a voltage on another.
fn supply(rig: &Rig, which: Avalon) -> String {
    let watts = watts(rig);
    let error = if rig.tripped { 2 } else { 0 };
    let mv = f64::from(rig.settings.core_voltage_mv);
    match which {
        Avalon::Nano3 => format!("{error} 0 0 {:.0} 2780 {watts} {mv}", (watts / 27.8).floor()),
        Avalon::Nano3s => format!("{error} 0 27560 {:.0} 0 {:.0} {watts}", (watts / 27.6).floor(), mv * 12.0),
        Avalon::Mini3 | Avalon::Q | Avalon::A15 => {
            let direct = (watts * 0.95).round();
            let set = mv * 8.0;
            format!("{error} 1212 {:.0} {:.0} {direct} {set:.0} {watts}", set - 9.0, (direct * 100.0 / set).round())
        }
    }
}

fn tail(out: &mut Words, rig: &Rig, which: Avalon, look: Look) {
    let (point, points) = (state(rig).point(), which.points());
    let table = |point: &crate::world::Point| format!("{}-{}-3000-100-20", point.target_w, which.target_c());
    if which == Avalon::Nano3 {
        for (number, point) in points.iter().enumerate() {
            out.put(&format!("ATA{number}"), table(point));
        }
    } else {
        out.put(&format!("ATA{}", point.number.max(0)), table(&point));
    }
    match which {
        Avalon::Nano3 => out.put("WORKLEVEL", point.number),
        Avalon::Mini3 => {
            out.put("WORKMODE", 1);
            out.put("WORKLEVEL", point.number);
        }
        Avalon::Nano3s | Avalon::Q => {
            out.put("WORKMODE", point.number);
            out.put("WORKLEVEL", 0);
        }
        Avalon::A15 => out.put("WORKMODE", point.number),
    }
    out.put("MPO", if look.absurd { 4_294_967_295 } else { u32::from(point.target_w) });
    out.put("ADJ", u8::from(!look.calibrating));
}

/// Chip by chip.
pub(super) fn board(rig: &Rig) -> String {
    let chips = usize::from(rig.hardware.asics.min(16));
    let each = |value: f64| vec![format!("{value:3.0}"); chips].join(" ");
    format!("PVT_T0[{}] PVT_V0[{}] CRC[0] COMCRC[0]", each(rig.heat.chip_c), each(rig.settings.core_voltage_mv.into()))
}

/// `litestats`.
pub(super) fn short(rig: &Rig, look: Look) -> String {
    let which = state(rig).which;
    let mut out = Words(String::new());
    out.put("LVer", which.version());
    out.put("STATE", if rig.paused { 2 } else { 1 });
    out.put("MODE", state(rig).number);
    out.put("LEVEL", 0);
    let momentary = if rig.is_hashing() { rig.hashing.momentary } else { 0.0 };
    out.put("GHSspd", if look.absurd { "nan".to_owned() } else { format!("{momentary:.6}") });
    out.put("FanR", format!("{:.0}%", rig.heat.fan_pct));
    out.put("SSID", "Home");
    out.put("RSSI", rig.air.rssi_dbm.round());
    out.0
}
