//! What a person decided for the house as a whole, stored as one value.
//!
//! **Invariant:** what nobody has decided is absent; the first value of it is found elsewhere, each time anew.

use crate::currency::Currency;
use crate::time::Timestamp;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// One of the fourteen electricity regions of Great Britain, as Octopus letters them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "char", into = "char")]
pub struct TariffRegion(char);

impl TariffRegion {
    /// A to P without I and O.
    pub fn from_letter(letter: char) -> Option<Self> {
        (('A'..='P').contains(&letter) && !matches!(letter, 'I' | 'O')).then_some(Self(letter))
    }

    pub fn letter(self) -> char {
        self.0
    }
}

impl TryFrom<char> for TariffRegion {
    type Error = &'static str;

    fn try_from(letter: char) -> Result<Self, Self::Error> {
        Self::from_letter(letter).ok_or("no region has this letter")
    }
}

impl From<TariffRegion> for char {
    fn from(region: TariffRegion) -> Self {
        region.0
    }
}

/// Where the house is, what it pays in, and where its devices are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HouseSettings {
    /// The name of a time zone that was known when it was stored.
    pub time_zone: Option<String>,
    pub currency: Option<Currency>,
    pub tariff_region: Option<TariffRegion>,
    /// Where devices are looked for. Empty: nobody said.
    pub home_ranges: Vec<IpNet>,
    /// The first run is over.
    pub set_up: bool,
}

/// How the house looks for miners by itself. Nothing of it unless somebody said so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiscoverySettings {
    /// A look round every so many hours.
    pub schedule_hours: Option<u8>,
    /// What the rounds are counted from: when the hours were last changed.
    pub since: Option<Timestamp>,
    /// New devices are added, disabled.
    pub auto_add: bool,
}

impl DiscoverySettings {
    /// The hours that a schedule may have: up to a week.
    pub const HOURS: std::ops::RangeInclusive<u8> = 1..=168;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fourteen_regions() {
        let letters: String = ('\0'..='\u{7f}').filter(|c| TariffRegion::from_letter(*c).is_some()).collect();
        assert_eq!(letters, "ABCDEFGHJKLMNP");
    }

    #[test]
    fn what_was_stored_is_read_again_and_what_is_missing_is_absent() {
        let settings = HouseSettings {
            time_zone: Some("Europe/London".into()),
            currency: Currency::from_code("GBP"),
            tariff_region: TariffRegion::from_letter('H'),
            home_ranges: vec!["192.168.1.0/24".parse().unwrap()],
            set_up: true,
        };
        let stored = serde_json::to_value(&settings).unwrap();
        assert_eq!(stored["currency"], "GBP");
        assert_eq!(stored["tariff_region"], "H");
        assert_eq!(stored["home_ranges"][0], "192.168.1.0/24");
        assert_eq!(serde_json::from_value::<HouseSettings>(stored).unwrap(), settings);
        assert_eq!(serde_json::from_str::<HouseSettings>("{}").unwrap(), HouseSettings::default());
        for wrong in [r#"{"currency":"XXX"}"#, r#"{"tariff_region":"I"}"#, r#"{"home_ranges":["home"]}"#] {
            assert!(serde_json::from_str::<HouseSettings>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn s9_nothing_is_looked_for_or_added_unless_somebody_said_so() {
        let untold = serde_json::from_str::<DiscoverySettings>("{}").unwrap();
        assert_eq!((untold.schedule_hours, untold.auto_add), (None, false));
    }
}
