//! What an Avalon answers when it is asked how it is.
//!
//! **Invariant:** counters and identity come from the world; nothing is remembered here.

use super::super::cgminer_api::{Field, Look, Reply, Row};
use super::{mm, state};
use crate::world::{Avalon, Rig};

const OTHER: &str = "02fffffffffe";

/// Twelve digits without anything between them.
fn mac(rig: &Rig, look: Look) -> String {
    if look.other_device {
        return OTHER.to_owned();
    }
    rig.spec.mac.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase()
}

pub(super) fn dna(rig: &Rig, look: Look) -> String {
    format!("0201{}", mac(rig, look))
}

pub(super) fn version(rig: &Rig, look: Look) -> Reply {
    let which = state(rig).which;
    let firmware = which.version();
    let (product, model, hardware, software) = match which {
        Avalon::Nano3 => ("Avalonnano", "nano3", "PMMv1_X1", "MM318_X2"),
        Avalon::Nano3s => ("Avalon Nano3s", "Nano3s", "N_MM1v1_X1", "MM319"),
        Avalon::Mini3 => ("Avalon Mini3", "Mini3", "M_MM1v1_X1", "MM319"),
        Avalon::Q => ("Avalon Q", "Q", "Q_MM1v1_X1", "MM319"),
        Avalon::A15 => ("AvalonMiner 15-194", "15-194", "MM4v2_X3", "MM319"),
    };
    let text = |text: &str| Field::text(text);
    let mut row: Row = vec![
        ("CGMiner", text("4.11.1")),
        ("API", text("3.7")),
        ("PROD", text(product)),
        ("MODEL", text(model)),
        ("HWTYPE", text(hardware)),
        ("SWTYPE", text(software)),
    ];
    match which {
        Avalon::Nano3 => row.extend([("VERSION", text(firmware)), ("HVERSION", text("24071801_b906c52"))]),
        Avalon::A15 => row.extend([("VERSION", text(firmware)), ("LOADER", text("d0d779de.00"))]),
        Avalon::Nano3s | Avalon::Mini3 | Avalon::Q => {
            row.extend([("LVERSION", text(firmware)), ("BVERSION", text(firmware)), ("CGVERSION", text(firmware))]);
        }
    }
    // The first Nano 3 tells neither.
    if which != Avalon::Nano3 {
        row.extend([("DNA", Field::text(dna(rig, look))), ("MAC", Field::text(mac(rig, look)))]);
    }
    row.push(("UPAPI", text("2")));
    Reply::new('S', 22, "CGMiner versions").with("VERSION", vec![row])
}

pub(super) fn summary(rig: &Rig, look: Look) -> Reply {
    let seconds = rig.uptime().as_secs();
    let rate = |ghs: f64| Field::Decimal(ghs * 1_000.0, 2);
    let hashing = &rig.hashing;
    let shares = &rig.shares;
    // The pool answers to what it was sent; a stale one is not counted among them.
    let (stale, rejected) = (shares.rejected_by[0], shares.rejected() - shares.rejected_by[0]);
    let row: Row = vec![
        ("Elapsed", if look.absurd { Field::Json("-1") } else { Field::count(seconds) }),
        ("MHS av", if look.absurd { Field::Json("1e300") } else { rate(state(rig).average_ghs()) }),
        ("MHS 5s", if look.absurd { Field::Json("-nan") } else { rate(hashing.momentary) }),
        ("MHS 1m", if look.absurd { Field::Json("\"NaN\"") } else { rate(hashing.minute) }),
        ("MHS 5m", rate(hashing.minute)),
        ("MHS 15m", rate(hashing.ten_minutes)),
        ("Found Blocks", Field::Whole(0)),
        ("Accepted", if look.absurd { Field::Json("-5") } else { Field::count(shares.accepted) }),
        ("Rejected", Field::count(rejected)),
        ("Hardware Errors", Field::Whole(0)),
        ("Stale", Field::count(stale)),
        ("Best Share", Field::Decimal(shares.best_session, 0)),
        ("Device Hardware%", Field::Decimal(0.0, 4)),
        ("Last getwork", Field::Whole(0)),
    ];
    Reply::new('S', 11, "Summary").with("SUMMARY", vec![row])
}

/// Without the time, without the string.
pub(super) fn stats(rig: &Rig, now_s: Option<i64>, look: Look) -> Reply {
    let which = state(rig).which;
    let id = match which {
        Avalon::Nano3 => "AVANANO0",
        Avalon::A15 => "AVA100",
        Avalon::Nano3s | Avalon::Mini3 | Avalon::Q => "AVALON0",
    };
    let mut device: Row = vec![
        ("STATS", Field::Whole(0)),
        ("ID", Field::text(id)),
        ("Elapsed", Field::count(rig.uptime().as_secs())),
        ("Calls", Field::Whole(0)),
        ("Wait", Field::Decimal(0.0, 6)),
    ];
    if which == Avalon::Q {
        // The boards of the newer ones stand apart.
        let state = now_s.map(|now_s| format!("'STATS':{{{}}}", mm::state_of(rig, now_s, look)));
        device.push(("MM ID0:Summary", Field::Text(state.unwrap_or_default())));
        device.push(("HBinfo", Field::Text(format!("'HB0':{{{}}}", mm::board(rig)))));
    } else {
        let words = format!("{} {}", mm::state_of(rig, now_s.unwrap_or(0), look), mm::board(rig));
        device.extend([
            ("MM ID0", Field::Text(words)),
            ("MM Count", Field::Whole(1)),
            ("Nonce Mask", Field::Whole(25)),
        ]);
    }
    let names = ["POOL0", "POOL1", "POOL2"];
    let pools = names.iter().take(state(rig).running.len()).zip(1..).map(|(name, number)| {
        vec![("STATS", Field::Whole(number)), ("ID", Field::text(*name)), ("Pool Calls", Field::Whole(0))]
    });
    let rows = std::iter::once(device).chain(pools).collect();
    Reply::new('S', 70, "CGMiner stats").with("STATS", rows)
}

/// The short form: no power, and it ends with the device.
pub(super) fn litestats(rig: &Rig, look: Look) -> Reply {
    let row: Row = vec![("STATS", Field::Whole(0)), ("MM ID0", Field::Text(mm::short(rig, look)))];
    Reply::new('S', 70, "CGMiner stats").with("STATS", vec![row])
}

pub(super) fn devs(rig: &Rig, look: Look) -> Reply {
    let rate = |ghs: f64| Field::Decimal(ghs * 1_000.0, 2);
    let row: Row = vec![
        ("ASC", Field::Whole(0)),
        ("Name", Field::text("AVALON")),
        ("ID", Field::Whole(0)),
        ("Enabled", Field::text("Y")),
        ("Status", Field::text("Alive")),
        ("Temperature", if look.absurd { Field::Json("-273.0") } else { Field::Decimal(0.0, 2) }),
        ("MHS av", rate(state(rig).average_ghs())),
        ("MHS 5s", rate(rig.hashing.momentary)),
        ("Accepted", Field::count(rig.shares.accepted)),
        ("Rejected", Field::count(rig.shares.rejected())),
    ];
    Reply::new('S', 9, "1 ASC(s)").with("DEVS", vec![row])
}

pub(super) fn devdetails(rig: &Rig) -> Reply {
    let name = if state(rig).which == Avalon::Nano3 { "AVANANO" } else { "AVALON" };
    let row: Row = vec![
        ("DEVDETAILS", Field::Whole(0)),
        ("Name", Field::text(name)),
        ("ID", Field::Whole(0)),
        ("Driver", Field::text(name.to_ascii_lowercase())),
    ];
    Reply::new('S', 69, "Device Details").with("DEVDETAILS", vec![row])
}

pub(super) fn check(command: &str, known: &[&str]) -> Reply {
    let exists = if known.contains(&command) { "Y" } else { "N" };
    let row: Row = vec![("Exists", Field::text(exists)), ("Access", Field::text(exists))];
    Reply::new('S', 72, "Check command").with("CHECK", vec![row])
}
