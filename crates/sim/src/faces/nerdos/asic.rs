//! GET /api/system/asic: what the board is made of and which settings it offers.
//!
//! **Invariant:** the option lists come from the hardware, never from what is set.

use super::super::json::{Object, Value};
use super::super::look::Look;
use super::{info, nerd};
use crate::world::{NerdRelease, Rig, ceiling};

pub(super) fn render(rig: &Rig, look: Look) -> Vec<u8> {
    let hardware = rig.hardware;
    let mut object = Object::new(look.wrong_types);
    let list = |options: &[u16]| Value::Json(serde_json::Value::from(options).to_string());
    object.put("ASICModel", &Value::text(hardware.asic), true);
    object.put("deviceModel", &Value::text(info::device_model(rig)), true);
    object.put("asicCount", &Value::count(hardware.asics), false);
    object.put("defaultFrequency", &Value::count(hardware.default_mhz), false);
    object.put("defaultVoltage", &Value::count(hardware.default_mv), false);
    if nerd(rig).release >= NerdRelease::V1_0_36 {
        let (mhz, mv) = ceiling(hardware);
        object.put("absMaxFrequency", &Value::count(mhz), false);
        object.put("absMaxVoltage", &Value::count(mv), false);
        object.put("ecoFrequency", &Value::Whole(0), false);
        object.put("ecoVoltage", &Value::Whole(0), false);
    }
    object.put("swarmColor", &Value::text(hardware.colour), true);
    object.put("frequencyOptions", &list(hardware.mhz_options), false);
    object.put("voltageOptions", &list(hardware.mv_options), false);
    object.finish().into_bytes()
}
