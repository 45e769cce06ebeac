//! What each maker's firmware prints.
//!
//! **Invariant:** rates stand under the unit that the maker uses; what a maker does not measure is not printed.

use super::super::cgminer_api::{Field, Look, Reply, Row};
use super::which;
use crate::world::{PoolSpec, Rig, Stock};

const OTHER_MAC: &str = "02:FF:FF:FF:FF:FE";

pub(super) fn mac(rig: &Rig, look: Look) -> String {
    if look.other_device { OTHER_MAC.to_owned() } else { rig.spec.mac.clone() }
}

/// Under the maker's own name.
pub(super) fn said(which: Stock, mut reply: Reply) -> Reply {
    reply.description = match which {
        Stock::Antminer | Stock::Vnish => "cgminer 1.0.0",
        Stock::BraiinsOs => "BOSer boser-openwrt 0.1.0-2f1a90c7",
        Stock::LuxOs => "LUXminer 2025.4.9.151234-51ae04d2",
        Stock::Cgminer => "cgminer 4.13.1",
        Stock::Whatsminer | Stock::Whatsminer3 => "whatsminer v1.4.0",
    };
    reply
}

pub(super) fn version(rig: &Rig) -> Reply {
    let which = which(rig);
    let text = |text: &str| Field::text(text);
    let own = text(which.version());
    let row: Row = match which {
        Stock::Antminer => vec![
            ("BMMiner", text("1.0.0")),
            ("API", text("3.1")),
            ("Miner", own),
            ("CompileTime", text("Tue Dec  6 16:12:30 CST 2022")),
            ("Type", text("Antminer S19 Pro")),
        ],
        Stock::Vnish => vec![
            ("BMMiner", text("2.0.0")),
            ("API", text("3.1")),
            ("Miner", own),
            ("Type", text("Antminer S19 Pro (vnish)")),
        ],
        Stock::BraiinsOs => vec![("API", text("3.7")), ("BOSer", own)],
        Stock::LuxOs => vec![("API", text("3.7")), ("LUXminer", own), ("Type", text("Antminer S19 Pro"))],
        Stock::Cgminer | Stock::Whatsminer | Stock::Whatsminer3 => vec![("CGMiner", own), ("API", text("3.7"))],
    };
    Reply::new('S', 22, "Miner versions").with("VERSION", vec![row])
}

pub(super) fn summary(rig: &Rig, look: Look) -> Reply {
    let which = which(rig);
    let (ghs, hashing) = (|ghs: f64| Field::Decimal(ghs, 2), &rig.hashing);
    let absurd = |field: Field, json: &'static str| if look.absurd { Field::Json(json) } else { field };
    let mut row: Row = vec![("Elapsed", absurd(Field::count(rig.uptime().as_secs()), "-1"))];
    match which {
        // Some print numbers in quotes.
        Stock::Antminer | Stock::Vnish => row.extend([
            ("GHS 5s", absurd(Field::Text(format!("{:.2}", hashing.momentary)), "\"1e300\"")),
            ("GHS av", ghs(hashing.hour)),
        ]),
        _ => row.extend([
            ("MHS av", ghs(hashing.hour * 1_000.0)),
            ("MHS 5s", absurd(ghs(hashing.momentary * 1_000.0), "1e300")),
            ("MHS 1m", absurd(ghs(hashing.minute * 1_000.0), "-nan")),
        ]),
    }
    row.extend([
        ("Found Blocks", Field::Whole(0)),
        ("Accepted", absurd(Field::count(rig.shares.accepted), "-5")),
        ("Rejected", Field::count(rig.shares.rejected())),
        ("Stale", Field::Whole(0)),
        ("Hardware Errors", Field::Whole(0)),
        ("Best Share", Field::Decimal(rig.shares.best_session, 0)),
        ("Device Hardware%", Field::Decimal(hashing.error_pct, 4)),
    ]);
    if which == Stock::Whatsminer {
        row.extend([
            ("MAC", Field::Text(mac(rig, look))),
            ("Temperature", Field::Decimal(rig.heat.chip_c - 12.0, 1)),
            ("Chip Temp Max", absurd(Field::Decimal(rig.heat.chip_c, 2), "99999")),
            ("Fan Speed In", Field::Decimal(rig.heat.fan_pct * 60.0, 0)),
            ("Fan Speed Out", Field::Decimal(rig.heat.fan_pct * 61.0, 0)),
            ("Power", absurd(Field::Decimal(rig.power_w(), 0), "-1e300")),
            ("Power Limit", Field::Whole(3_600)),
            ("Power Mode", Field::text("Normal")),
            ("Factory GHS", Field::Whole(110_000)),
            ("Target MHS", Field::Decimal(rig.hardware.expected_ghs(rig.settings.frequency_mhz) * 1_000.0, 0)),
            ("freq_avg", Field::Decimal(rig.settings.frequency_mhz, 0)),
            ("Firmware Version", Field::Text(format!("'{}'", which.version()))),
            ("Error Code Count", Field::Whole(0)),
        ]);
    }
    Reply::new('S', 11, "Summary").with("SUMMARY", vec![row])
}

pub(super) fn stats(rig: &Rig, look: Look) -> Reply {
    let which = which(rig);
    if !matches!(which, Stock::Antminer | Stock::Vnish | Stock::LuxOs) {
        let row: Row = vec![
            ("STATS", Field::Whole(0)),
            ("ID", Field::text("BMM0")),
            ("Elapsed", Field::count(rig.uptime().as_secs())),
        ];
        return Reply::new('S', 70, "Stats").with("STATS", vec![row]);
    }
    let first: Row = vec![("BMMiner", Field::text("1.0.0")), ("Type", Field::text("Antminer S19 Pro"))];
    let hottest = if look.absurd { 99_999.0 } else { rig.heat.chip_c.round() };
    let chip = |below: f64| {
        Field::Text(format!("{:.0}-{:.0}-{:.0}-{:.0}", hottest - below, hottest - 9.0, hottest - 12.0, hottest - 20.0))
    };
    let miner_id = if look.other_device {
        "ffaa00ffaa00ffaa".to_owned()
    } else {
        format!("80ad{}", rig.spec.mac.replace(':', "").to_lowercase())
    };
    let second: Row = vec![
        ("STATS", Field::Whole(0)),
        ("ID", Field::text("BTM_SOC0")),
        ("Elapsed", Field::count(rig.uptime().as_secs())),
        ("fan_num", Field::Whole(2)),
        ("fan1", Field::Decimal(rig.heat.fan_pct * 60.0, 0)),
        ("fan2", Field::Decimal(rig.heat.fan_pct * 59.0, 0)),
        ("temp_num", Field::Whole(2)),
        ("temp_pcb1", Field::Text(format!("{0:.0}-{0:.0}", rig.heat.chip_c - 15.0))),
        ("temp_chip1", chip(0.0)),
        ("temp_chip2", chip(2.0)),
        ("temp_chip3", Field::text("0-0-0-0")),
        ("total_freqavg", Field::Decimal(rig.settings.frequency_mhz, 0)),
        ("total_rateideal", Field::Decimal(rig.hardware.expected_ghs(rig.settings.frequency_mhz), 1)),
        ("rate_unit", Field::text("GH")),
        ("miner_id", Field::Text(miner_id)),
    ];
    Reply::new('S', 70, "CGMiner stats").with("STATS", vec![first, second])
}

pub(super) fn pools(rig: &Rig) -> Reply {
    let entries = &rig.settings.pools.entries;
    // Whatsminers count from 1.
    let offset = usize::from(which(rig) == Stock::Whatsminer);
    let down = rig.on_fallback();
    let row = |(place, pool): (usize, &PoolSpec)| -> Row {
        let here = place == usize::from(down);
        vec![
            ("POOL", Field::count(place + offset)),
            ("URL", Field::Text(format!("stratum+tcp://{}:{}", pool.url, pool.port))),
            ("Status", Field::text(if down && place == 0 { "Dead" } else { "Alive" })),
            ("Priority", Field::count(place)),
            ("User", Field::text(pool.user.as_str())),
            ("Diff", Field::text(if here { "8.19K" } else { "" })),
            ("Stratum Active", Field::Flag(here)),
        ]
    };
    let rows = entries.iter().map(|entry| &entry.at).enumerate().map(row).collect();
    Reply::new('S', 7, "Pools").with("POOLS", rows)
}

pub(super) fn devdetails() -> Reply {
    let row: Row =
        vec![("DEVDETAILS", Field::Whole(0)), ("Name", Field::text("SM")), ("Model", Field::text("M30S+_VE40"))];
    Reply::new('S', 69, "Device Details").with("DEVDETAILS", vec![row])
}

pub(super) fn temps(rig: &Rig) -> Reply {
    let board = |number: i64| -> Row {
        let chip = rig.heat.chip_c.round();
        vec![
            ("TEMP", Field::Whole(number)),
            ("ID", Field::Whole(number + 6)),
            ("Board", Field::Decimal(chip - 15.0, 0)),
            ("Chip", Field::Decimal(chip, 0)),
        ]
    };
    Reply::new('S', 201, "3 Temp(s)").with("TEMPS", (0..3).map(board).collect())
}

pub(super) fn fans(rig: &Rig) -> Reply {
    let fan = |number: i64| -> Row {
        vec![
            ("FAN", Field::Whole(number)),
            ("ID", Field::Whole(number)),
            ("RPM", Field::Decimal(rig.heat.fan_pct * 60.0, 0)),
        ]
    };
    Reply::new('S', 202, "4 Fan(s)").with("FANS", (0..4).map(fan).collect())
}

pub(super) fn tuner(rig: &Rig, look: Look) -> Reply {
    let watts = if look.absurd { Field::Json("1e300") } else { Field::Decimal(rig.power_w(), 0) };
    let row: Row = vec![("ApproximateMinerPowerConsumption", watts), ("PowerLimit", Field::Whole(3_400))];
    Reply::new('S', 205, "Tuner Status").with("TUNERSTATUS", vec![row])
}
