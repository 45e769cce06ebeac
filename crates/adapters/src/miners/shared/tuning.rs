//! Frequency and voltage before they leave: within what the device offers, and never up while something is too hot. Pure.
//!
//! **Invariant:** nothing passes here that lies outside the profile's ranges; going down is always allowed.

use super::{refused, unsupported};
use hmm_domain::command::Tuning;
use hmm_domain::miner::Profile;
use hmm_domain::port::DriverError;
use hmm_domain::reading::Reading;
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};

/// Regulators of these boards warn at 105 °C.
const VR_LIMIT: CentiCelsius = CentiCelsius::degrees(100);

/// As the whole numbers that these firmwares want, where they are asked for.
pub(crate) fn chip_settings(
    profile: &Profile,
    frequency: Option<Frequency>,
    voltage: Option<Millivolts>,
) -> Result<(Option<u32>, Option<u32>), DriverError> {
    Ok((
        frequency.map(|mhz| megahertz(profile, mhz)).transpose()?,
        voltage.map(|mv| millivolts(profile, mv)).transpose()?,
    ))
}

fn megahertz(profile: &Profile, wanted: Frequency) -> Result<u32, DriverError> {
    let (least, most) = profile.capabilities.frequency.ok_or_else(|| unsupported("its frequency cannot be set"))?;
    let [mhz, least_mhz, most_mhz] = [wanted, least, most].map(Frequency::as_mhz);
    if !(least..=most).contains(&wanted) {
        return Err(refused(&format!("{mhz} MHz is outside the {least_mhz} to {most_mhz} MHz that it offers")));
    }
    if !wanted.get().is_multiple_of(1_000) {
        return Err(refused(&format!("{mhz} MHz is not a whole number")));
    }
    Ok(wanted.get() / 1_000)
}

fn millivolts(profile: &Profile, wanted: Millivolts) -> Result<u32, DriverError> {
    let (least, most) = profile.capabilities.core_voltage.ok_or_else(|| unsupported("its voltage cannot be set"))?;
    if !(least..=most).contains(&wanted) {
        let [mv, least, most] = [wanted, least, most].map(Millivolts::get);
        return Err(refused(&format!("{mv} mV is outside the {least} to {most} mV that it offers")));
    }
    Ok(wanted.get())
}

/// A fixed speed within what the fan can do.
pub(crate) fn fan_pct(profile: &Profile, tuning: &Tuning) -> Result<Option<u8>, DriverError> {
    let Some(pct) = tuning.fan_pct else { return Ok(None) };
    if tuning.target_temperature.is_some() {
        return Err(refused("a fixed fan speed and a target temperature exclude each other"));
    }
    let (least, most) = profile.capabilities.fan_pct.ok_or_else(|| unsupported("its fan cannot be set"))?;
    if !(least..=most).contains(&pct) {
        return Err(refused(&format!("{pct} % is outside the fan's {least} to {most} %")));
    }
    Ok(Some(pct))
}

/// What the fan is to aim at, in whole degrees.
pub(crate) fn target_degrees(profile: &Profile, tuning: &Tuning) -> Result<Option<i32>, DriverError> {
    let Some(target) = tuning.target_temperature else { return Ok(None) };
    let range = profile.capabilities.target_temperature;
    let (least, most) = range.ok_or_else(|| unsupported("this firmware has no target temperature"))?;
    if !(least..=most).contains(&target) {
        let [target, least, most] = [target, least, most].map(CentiCelsius::as_celsius);
        return Err(refused(&format!("{target} °C is outside the {least} to {most} °C it can aim at")));
    }
    Ok(Some((target.get() + 50) / 100))
}

/// Going down is always allowed. Going up is not, while the chip, its regulator or the supply is at its limit, nor
/// while the firmware's own trip stands.
pub(crate) fn may_raise(
    now: &Reading,
    profile: &Profile,
    frequency: Option<Frequency>,
    voltage: Option<Millivolts>,
    clear_overheat: bool,
) -> Result<(), DriverError> {
    let raises = frequency.is_some_and(|wanted| now.frequency.is_none_or(|set| wanted > set))
        || voltage.is_some_and(|wanted| now.core_voltage.is_none_or(|set| wanted > set));
    if !raises {
        return Ok(());
    }
    if now.overheated == Some(true) && !clear_overheat {
        return Err(refused("its own heat protection has tripped, and this would run it faster"));
    }
    if now.temperature.is_some_and(|chip| chip > profile.temperature_limit) {
        return Err(refused("its chip is hotter than its limit, and this would run it faster"));
    }
    if now.vr_temperature.is_some_and(|regulator| regulator > VR_LIMIT) {
        return Err(refused("its voltage regulator is too hot, and this would run it faster"));
    }
    if now.power.zip(profile.power_limit).is_some_and(|(power, limit)| power > limit) {
        return Err(refused("it draws more than its board is made for, and this would run it faster"));
    }
    Ok(())
}
