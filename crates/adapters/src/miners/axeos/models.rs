//! Boards and chips, from the firmware's own table. Used where a device does not tell.
//!
//! **Invariant:** data only. A list that the device itself offers wins over everything here.

/// A board as the firmware numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Board {
    versions: &'static [&'static str],
    pub(super) family: &'static str,
    pub(super) asic: &'static str,
    pub(super) chips: u32,
    pub(super) max_power_w: u32,
}

/// What a chip may be set to: MHz and mV, ascending, with the factory's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chip {
    asic: &'static str,
    pub(super) frequencies: &'static [u32],
    pub(super) voltages: &'static [u32],
    pub(super) default: (u32, u32),
}

const fn board(
    versions: &'static [&'static str],
    family: &'static str,
    asic: &'static str,
    chips: u32,
    max_power_w: u32,
) -> Board {
    Board { versions, family, asic, chips, max_power_w }
}

const BOARDS: [Board; 8] = [
    board(&["2.2", "102"], "Max", "BM1397", 1, 25),
    board(&["0.11", "201", "202", "203", "204", "205", "207"], "Ultra", "BM1366", 1, 25),
    board(&["302", "303"], "Hex", "BM1366", 6, 90),
    board(&["400", "401", "402", "403"], "Supra", "BM1368", 1, 40),
    board(&["600", "601", "602", "603"], "Gamma", "BM1370", 1, 40),
    board(&["650"], "GammaDuo", "BM1370XP", 2, 40),
    board(&["701", "702"], "SupraHex", "BM1368", 6, 120),
    board(&["801"], "GT", "BM1370", 2, 60),
];

const CHIPS: [Chip; 5] = [
    Chip {
        asic: "BM1397",
        frequencies: &[400, 425, 450, 475, 485, 500, 525, 550, 575, 600],
        voltages: &[1100, 1150, 1200, 1250, 1300, 1350, 1400, 1450, 1500],
        default: (425, 1400),
    },
    Chip {
        asic: "BM1366",
        frequencies: &[400, 425, 450, 475, 485, 500, 525, 550, 575],
        voltages: &[1100, 1150, 1200, 1250, 1300],
        default: (485, 1200),
    },
    Chip {
        asic: "BM1368",
        frequencies: &[400, 425, 450, 475, 485, 490, 500, 525, 550, 575],
        voltages: &[1100, 1150, 1166, 1200, 1250, 1300],
        default: (490, 1166),
    },
    Chip {
        asic: "BM1370",
        frequencies: &[400, 490, 525, 550, 600, 625],
        voltages: &[1000, 1060, 1100, 1150, 1200, 1250],
        default: (525, 1150),
    },
    // The firmware lists no voltages of its own for the XP: those of its sister hold.
    Chip {
        asic: "BM1370XP",
        frequencies: &[350, 375, 380, 400, 410],
        voltages: &[1000, 1060, 1100, 1150, 1200, 1250],
        default: (400, 1150),
    },
];

/// The board of this number. Board 800, a vendor's clone whose sensors read empty, is deliberately unknown.
pub(super) fn board_of(version: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|board| board.versions.contains(&version))
}

/// The family of boards with these chips, where only one has them.
pub(super) fn family_of(asic: &str, chips: u32) -> Option<&'static str> {
    let mut fitting = BOARDS.iter().filter(|board| board.asic == asic && board.chips == chips);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first.family)
}

pub(super) fn chip_of(asic: &str) -> Option<&'static Chip> {
    CHIPS.iter().find(|chip| chip.asic == asic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order_and_name_each_other() {
        for board in &BOARDS {
            assert!(chip_of(board.asic).is_some(), "{board:?}");
        }
        for chip in &CHIPS {
            assert!(chip.frequencies.is_sorted() && chip.voltages.is_sorted(), "{chip:?}");
            assert!(chip.frequencies.contains(&chip.default.0) && chip.voltages.contains(&chip.default.1), "{chip:?}");
        }
    }

    #[test]
    fn a_board_is_known_by_its_number_else_by_its_chips() {
        assert_eq!(board_of("601").map(|board| board.family), Some("Gamma"));
        assert_eq!(board_of("0.11").map(|board| board.family), Some("Ultra"));
        assert_eq!(board_of("800"), None);
        assert_eq!(family_of("BM1366", 6), Some("Hex"));
        assert_eq!(family_of("BM1370", 2), Some("GT"));
        assert_eq!(family_of("BM1370", 3), None);
    }
}
