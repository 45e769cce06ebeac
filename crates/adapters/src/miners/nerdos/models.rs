//! Boards by the name that they print, from the firmware's own tables. Used where a device does not tell.
//!
//! **Invariant:** data only. A list that the device itself offers wins over everything here.

/// A board and what it may be set to: MHz and mV, ascending, with the factory's choice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Board {
    /// As [`plain`] makes it.
    name: &'static str,
    pub(super) frequencies: &'static [u32],
    pub(super) voltages: &'static [u32],
    pub(super) default: (u32, u32),
    /// Its own frugal point.
    pub(super) eco: Option<(u32, u32)>,
    /// The end of its band of power, W.
    pub(super) max_power_w: u32,
}

const GAMMA_MHZ: &[u32] = &[500, 515, 525, 550, 575, 590, 600];
const GAMMA_MV: &[u32] = &[1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200];
const PLUS_MHZ: &[u32] = &[400, 425, 450, 475, 490, 500, 525, 550, 575];
const PLUS_MV: &[u32] = &[1100, 1150, 1200, 1250, 1300, 1350];
const QX_MHZ: &[u32] =
    &[495, 500, 525, 550, 575, 600, 625, 650, 675, 700, 725, 750, 777, 800, 825, 850, 875, 900, 925, 950, 975, 1000];
const QX_MV: &[u32] = &[1085, 1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200, 1220, 1230, 1240, 1250, 1260, 1270];

const fn gamma(name: &'static str, max_power_w: u32) -> Board {
    Board { name, frequencies: GAMMA_MHZ, voltages: GAMMA_MV, default: (600, 1150), eco: None, max_power_w }
}

const fn plus(name: &'static str, max_power_w: u32) -> Board {
    Board { name, frequencies: PLUS_MHZ, voltages: PLUS_MV, default: (490, 1250), eco: None, max_power_w }
}

static BOARDS: [Board; 11] = [
    gamma("nerdqaxe++", 100),
    plus("nerdqaxe+", 70),
    // Of two regulators under one name, the one that can do less.
    gamma("nerdoctaxegamma", 200),
    plus("nerdoctaxe+", 130),
    gamma("nerdhaxegamma", 250),
    gamma("nerdeko", 350),
    gamma("q1370", 150),
    Board {
        name: "nerdqx",
        frequencies: QX_MHZ,
        voltages: QX_MV,
        default: (777, 1200),
        eco: Some((495, 1085)),
        max_power_w: 240,
    },
    Board {
        name: "nerdaxe",
        frequencies: &[400, 425, 450, 475, 485, 500, 525, 550, 575],
        voltages: &[1100, 1150, 1200, 1250, 1300],
        default: (485, 1200),
        eco: None,
        max_power_w: 15,
    },
    Board {
        name: "nerdaxegamma",
        frequencies: &[500, 515, 525, 550, 575],
        voltages: GAMMA_MV,
        default: (515, 1150),
        eco: None,
        max_power_w: 25,
    },
    Board {
        name: "nerdaxegaia",
        frequencies: &[300, 320, 340, 350, 360, 380, 400, 420, 440],
        voltages: &[900, 920, 940, 960, 980, 1000, 1020, 1040],
        default: (350, 940),
        eco: None,
        max_power_w: 40,
    },
];

/// A name without its spelling: small letters, the Greek one written out, no blanks and hyphens.
pub(super) fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_')) {
        match letter {
            'γ' | 'Γ' => out.push_str("gamma"),
            other => out.extend(other.to_lowercase()),
        }
    }
    out
}

pub(super) fn board_of(name: &str) -> Option<&'static Board> {
    let name = plain(name);
    BOARDS.iter().find(|board| board.name == name)
}

/// Whether a device of this name is one of theirs, also one that is younger than this table.
pub(super) fn is_of_the_family(name: &str) -> bool {
    let name = plain(name);
    name.starts_with("nerd") || matches!(name.as_str(), "q1370" | "q1373")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order_and_hold_their_defaults() {
        for board in &BOARDS {
            assert!(board.frequencies.is_sorted() && board.voltages.is_sorted(), "{board:?}");
            assert!(board.frequencies.contains(&board.default.0), "{board:?}");
            assert!(board.voltages.contains(&board.default.1), "{board:?}");
            assert_eq!(plain(board.name), board.name);
        }
    }

    #[test]
    fn a_name_is_known_in_every_spelling() {
        for (spelling, name) in [
            ("NerdQAxe++", "nerdqaxe++"),
            ("nerdqaxe++", "nerdqaxe++"),
            ("NERDQAXE+", "nerdqaxe+"),
            ("NerdOCTAXE-γ", "nerdoctaxegamma"),
            ("NerdOCTAXE-Γ", "nerdoctaxegamma"),
            ("NerdOCTAXEGamma", "nerdoctaxegamma"),
            ("NerdOctaxe Gamma", "nerdoctaxegamma"),
            ("NerdHaxe-γ", "nerdhaxegamma"),
            ("NerdAxeGamma", "nerdaxegamma"),
        ] {
            assert_eq!(board_of(spelling).map(|board| board.name), Some(name), "{spelling}");
        }
        assert!(is_of_the_family("NerdSomething") && is_of_the_family("q1373"));
        assert!(!is_of_the_family("Gamma") && !is_of_the_family(""));
    }
}
