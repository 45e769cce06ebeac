//! Which Avalon it is, and what follows from that alone.
//!
//! **Invariant:** data and names only. A model that is not known has no modes, and reads by the general rules.

use hmm_domain::ModeId;
use hmm_domain::units::CentiCelsius;

/// The models that differ in what they print or understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nano3,
    Nano3s,
    Mini3,
    Q,
    /// Three boards in a box: A10 to A15.
    Series,
    /// An Avalon that came later.
    Other,
}

/// What stands for a mode: the word in `ascset`, and the names under which its number is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Knob {
    pub(super) option: &'static str,
    pub(super) printed: [&'static str; 2],
    /// The number, the most frugal first.
    pub(super) steps: &'static [(i8, &'static str, &'static str)],
}

const MODE: [&str; 2] = ["WORKMODE", "MODE"];
const LEVEL: [&str; 2] = ["WORKLEVEL", "LEVEL"];
const THREE: &[(i8, &str, &str)] = &[(0, "low", "Low"), (1, "medium", "Medium"), (2, "high", "High")];
/// The Mini 3 counts from its fastest level downwards. Its work modes (heater, mining, night) say what it is used for,
/// and are left as a person has chosen.
const TWO: &[(i8, &str, &str)] = &[(-1, "low", "Eco"), (0, "high", "Super")];

const BY_MODE: Knob = Knob { option: "workmode", printed: MODE, steps: THREE };
const BY_LEVEL: Knob = Knob { option: "worklevel", printed: LEVEL, steps: THREE };
const BY_LEVEL_MINI: Knob = Knob { option: "worklevel", printed: LEVEL, steps: TWO };

impl Knob {
    pub(super) fn mode_of(&self, number: i8) -> Option<ModeId> {
        self.steps.iter().find(|(own, ..)| *own == number).map(|(_, id, _)| ModeId::new(id))
    }

    pub(super) fn number_of(&self, mode: &ModeId) -> Option<i8> {
        self.steps.iter().find(|(_, id, _)| *id == mode.as_str()).map(|(number, ..)| *number)
    }
}

impl Kind {
    /// From what `version` says, else from what stands in the long string and beside it.
    pub(super) fn of(product: Option<&str>, model: Option<&str>, version: Option<&str>, id: Option<&str>) -> Self {
        let from_version = version.and_then(|version| version.split_once('-')).map(|(name, _)| name);
        let found =
            [model, product, from_version].into_iter().flatten().map(Self::named).find(|kind| *kind != Self::Other);
        found.unwrap_or_else(|| match id {
            Some(id) if id.starts_with("AVANANO") => Self::Nano3,
            Some(id) if id.starts_with("AVA1") => Self::Series,
            _ => Self::Other,
        })
    }

    fn named(name: &str) -> Self {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        match plain.trim_start_matches("avalon") {
            "nano3" | "nano" => Self::Nano3,
            "nano3s" => Self::Nano3s,
            "mini3" => Self::Mini3,
            "q" => Self::Q,
            other => {
                let number = other.trim_start_matches("miner");
                let number = number.strip_prefix('a').unwrap_or(number);
                let series = number.len() >= 2 && number.starts_with(|c: char| c.is_ascii_digit());
                if series { Self::Series } else { Self::Other }
            }
        }
    }

    /// What it is called, where that does not depend on what it says.
    pub(super) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Nano3 => Some("Avalon Nano 3"),
            Self::Nano3s => Some("Avalon Nano 3S"),
            Self::Mini3 => Some("Avalon Mini 3"),
            Self::Q => Some("Avalon Q"),
            Self::Series | Self::Other => None,
        }
    }

    /// The ways in which its modes may be set; which one it is, shows what it prints.
    pub(super) const fn knobs(self) -> &'static [Knob] {
        match self {
            Self::Nano3 => &[BY_LEVEL, BY_MODE],
            Self::Nano3s | Self::Q => &[BY_MODE],
            Self::Mini3 => &[BY_LEVEL_MINI],
            Self::Series | Self::Other => &[],
        }
    }

    /// What it is known to understand, for a firmware that does not list it.
    pub(super) const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Nano3 | Self::Mini3 => &["worklevel", "reboot"],
            Self::Nano3s => &["workmode", "reboot", "fan-spd"],
            Self::Q => &["workmode", "reboot", "fan-spd", "softon", "softoff"],
            Self::Series => &["reboot", "fan-spd", "softon", "softoff", "led"],
            Self::Other => &[],
        }
    }

    /// Well above what a healthy one of its kind reaches: a Nano 3S works at 96 °C all day.
    pub(super) const fn temperature_limit(self) -> CentiCelsius {
        match self {
            Self::Nano3 | Self::Mini3 | Self::Other => CentiCelsius::degrees(105),
            Self::Nano3s => CentiCelsius::degrees(110),
            Self::Q => CentiCelsius::degrees(100),
            Self::Series => CentiCelsius::degrees(95),
        }
    }

    /// What follows `reboot`.
    pub(super) const fn reboot(self) -> &'static str {
        match self {
            Self::Nano3 => "all",
            _ => "0",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_known_by_any_of_its_names() {
        let of = |product, model, version, id| Kind::of(product, model, version, id);
        for (kind, expected) in [
            (of(Some("Avalonnano"), Some("nano3"), None, None), Kind::Nano3),
            (of(Some("Avalonnano"), None, None, None), Kind::Nano3),
            (of(None, None, Some("nano3-24071801_42c628d"), Some("AVANANO0")), Kind::Nano3),
            (of(None, None, None, Some("AVANANO0")), Kind::Nano3),
            (of(Some("Avalon Nano3s"), Some("Nano3s"), None, Some("AVALON0")), Kind::Nano3s),
            (of(None, None, Some("Nano3s-25021401_56abae7"), Some("AVALON0")), Kind::Nano3s),
            (of(Some("Avalon Mini3"), None, None, None), Kind::Mini3),
            (of(Some("Avalon Q"), Some("Q"), None, None), Kind::Q),
            (of(None, None, Some("Q-25052801_14a19a2"), None), Kind::Q),
            (of(Some("AvalonMiner 15-194"), Some("15-194"), None, None), Kind::Series),
            (of(None, None, Some("1246-83-21072802"), Some("AVA100")), Kind::Series),
            (of(Some("Avalon A1566"), None, None, None), Kind::Series),
            (of(Some("Avalon Nano5"), Some("Nano5"), None, Some("AVALON0")), Kind::Other),
            (of(None, None, None, None), Kind::Other),
        ] {
            assert_eq!(kind, expected);
        }
    }

    #[test]
    fn steps_are_in_order_and_lead_there_and_back() {
        for kind in [Kind::Nano3, Kind::Nano3s, Kind::Mini3, Kind::Q, Kind::Series, Kind::Other] {
            for knob in kind.knobs() {
                assert!(knob.steps.is_sorted_by_key(|(number, ..)| *number), "{kind:?}");
                for (number, ..) in knob.steps {
                    assert_eq!(knob.number_of(&knob.mode_of(*number).unwrap()), Some(*number), "{kind:?}");
                }
            }
        }
    }
}
