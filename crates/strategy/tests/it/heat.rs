//! H1 as tables: each line is a reading at a minute, and what heat protection makes of it.

use crate::world::{after, miner, reading};
use expect_test::{Expect, expect};
use hmm_domain::miner::PowerOff;
use hmm_domain::units::CentiCelsius;
use hmm_strategy::{Heat, Phase};
use std::fmt::Write as _;

/// `minute:degrees` per word; `!` adds the firmware's own flag, `-` is no temperature and no hashes.
fn check(script: &str, expected: &Expect) -> Heat {
    let miner = miner(PowerOff::Pause);
    let mut heat = Heat::default();
    let mut out = String::new();
    for word in script.split_whitespace() {
        let (minute, shown) = word.split_once(':').unwrap();
        let now = after((minute.parse::<f64>().unwrap() * 60.0) as u64);
        let mut told = reading(525, 1_150);
        told.overheated = Some(shown.ends_with('!'));
        told.temperature = shown.trim_end_matches('!').parse().ok().map(CentiCelsius::degrees);
        if told.temperature.is_none() {
            told.paused = Some(true);
        }
        let news = heat.take(&miner.profile, &told, now).map_or(String::new(), |n| format!("{n:?}"));
        let phase = match heat.phase {
            Phase::Cool => "cool",
            Phase::Lowest { .. } => "lowest",
            Phase::Off { .. } => "off",
        };
        writeln!(out, "{}", format!("{word:<6} {phase:6} {news}").trim_end()).unwrap();
    }
    expected.assert_eq(&out);
    heat
}

#[test]
fn h1_one_hot_reading_is_weather_and_two_are_a_trip() {
    check(
        "0:60 1:71 2:69 3:71 3.5:71 4:68",
        &expect![[r#"
            0:60   cool
            1:71   cool
            2:69   cool
            3:71   cool
            3.5:71 lowest Tripped
            4:68   lowest
        "#]],
    );
}

#[test]
fn h1_still_hot_after_two_minutes_is_off_and_ten_cool_minutes_bring_it_back() {
    let heat = check(
        "0:60 1:72 1.5:72 3:74 3.5:74 4:65 8:60 12:59 17:59 18:61 19:58 28.9:55 29:55",
        &expect![[r#"
            0:60   cool
            1:72   cool
            1.5:72 lowest Tripped
            3:74   lowest
            3.5:74 off    StillHot
            4:65   off
            8:60   off
            12:59  off
            17:59  off
            18:61  off
            19:58  off
            28.9:55 off
            29:55  cool   Back
        "#]],
    );
    assert_eq!(heat.give_back, Some(hmm_domain::wish::Want::Mode(hmm_domain::ModeId::new("standard"))));
}

#[test]
fn h1_the_limit_itself_is_not_above_the_limit() {
    check(
        "0:70 1:70 2:70",
        &expect![[r#"
            0:70   cool
            1:70   cool
            2:70   cool
        "#]],
    );
}

#[test]
fn h1_the_firmwares_own_trip_counts_at_once_and_its_flag_is_no_second_trip_once_cool() {
    let heat = check(
        "0:60 1:55! 2:45! 11:45! 12:45! 13:45! 14:45",
        &expect![[r#"
            0:60   cool
            1:55!  lowest Tripped
            2:45!  lowest
            11:45! lowest
            12:45! cool   Back
            13:45! cool
            14:45  cool
        "#]],
    );
    assert_eq!(heat.trips.len(), 1);
}

#[test]
fn h1_three_trips_in_a_day_latch_until_a_person_acts() {
    let mut heat = check(
        "0:60 1:72 2:72 3:50 13:50 14:72 15:72 16:50 26:50 27:72 28:72 29:50 60:40 1000:30",
        &expect![[r#"
            0:60   cool
            1:72   cool
            2:72   lowest Tripped
            3:50   lowest
            13:50  cool   Back
            14:72  cool
            15:72  lowest Tripped
            16:50  lowest
            26:50  cool   Back
            27:72  cool
            28:72  off    Latched
            29:50  off
            60:40  off
            1000:30 off
        "#]],
    );
    heat.release();
    assert_eq!((heat.phase, heat.latched), (Phase::Cool, false));
}

#[test]
fn h1_a_paused_chip_without_a_temperature_cools_by_making_no_hashes() {
    check(
        "1:72 2:72 4:72 5:- 14.9:- 15:-",
        &expect![[r#"
            1:72   cool
            2:72   lowest Tripped
            4:72   off    StillHot
            5:-    off
            14.9:- off
            15:-   cool   Back
        "#]],
    );
}

#[test]
fn h1_trips_survive_being_stored_and_a_clock_that_steps_back_loses_none_of_the_cooling() {
    let heat = check(
        "1:72 2:72 3:50",
        &expect![[r#"
            1:72   cool
            2:72   lowest Tripped
            3:50   lowest
        "#]],
    );
    let mut stored: Heat = serde_json::from_value(serde_json::to_value(&heat).unwrap()).unwrap();
    assert_eq!(stored, heat);
    let miner = miner(PowerOff::Pause);
    let mut cold = reading(400, 1_000);
    cold.temperature = Some(CentiCelsius::degrees(40));
    let yesterday = after(0) - std::time::Duration::from_hours(24);
    assert_eq!(stored.take(&miner.profile, &cold, yesterday), None);
    assert!(stored.take(&miner.profile, &cold, yesterday + hmm_strategy::heat::BACK_AFTER).is_some());
}
