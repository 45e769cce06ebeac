//! The page of firmware before 2.0, `/data`: texts with units. Pure.
//!
//! **Invariant:** a value whose unit is not the expected one is unknown.

use super::status::{Status, Way, label};
use super::words::{self, kilobytes, shares, with_unit};
use crate::miners::shared::loose::{Text, TextOrNumber};
use crate::miners::shared::{malformed, object, stranger};
use hmm_domain::port::DriverError;
use hmm_domain::reading::Reading;
use hmm_domain::units::Dbm;
use serde::Deserialize;

pub(super) const PATH: &str = "/data";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Page {
    time_mining: Text,
    boardtype: Text,
    hash_rate: Text,
    pool: Text,
    shares: Text,
    pool_diff: TextOrNumber,
    best_diff: TextOrNumber,
    rssi: TextOrNumber,
    free_heap: TextOrNumber,
}

pub(super) fn parse(body: &[u8]) -> Result<Status, DriverError> {
    let raw = object(PATH, body)?;
    let texts = |key: &str| raw.get(key).is_some_and(serde_json::Value::is_string);
    if !(texts("hashRate") && texts("shares") && (texts("timeMining") || texts("boardtype"))) {
        return Err(stranger("its page of figures is no NMMiner's"));
    }
    let page = Page::deserialize(&raw).map_err(|error| malformed(PATH, error.to_string()))?;
    let counted = shares(&page.shares);
    let reading = Reading {
        hashrate: words::hashrate(&page.hash_rate),
        shares_rejected: counted.map(|(rejected, _)| rejected),
        shares_accepted: counted.map(|(_, accepted)| accepted),
        best_difficulty: words::difficulty(&page.best_diff),
        pool: words::pool(&page.pool, &Text::default()),
        pool_difficulty: words::difficulty(&page.pool_diff),
        uptime_s: words::uptime_s(&page.time_mining),
        rssi: with_unit(&page.rssi, "dBm").0.and_then(Dbm::from_dbm),
        free_heap_bytes: kilobytes(&page.free_heap),
        ..Reading::default()
    };
    Ok(Status {
        way: Way::Page,
        reading,
        model: label(page.boardtype.some()),
        host_name: None,
        primary: None,
        has_more: false,
        raw,
    })
}
