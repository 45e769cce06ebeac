//! What only the devices of one family have: levels, sessions, threads.
//!
//! **Invariant:** physics and pools are not here; a family that needs nothing of its own has nothing.

use super::avalon::AvalonState;
use super::firmware::Firmware;
use super::model::Hardware;
use super::nerd::NerdState;
use super::settings::Settings;
use super::spec::MinerSpec;
use super::xmrig::Program;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Own {
    Nothing,
    Nerd(NerdState),
    XmRig(Box<Program>),
    Avalon(AvalonState),
}

impl Own {
    /// As it comes from the factory; what the family keeps in the settings is put there.
    pub(super) fn of(spec: &MinerSpec, settings: &mut Settings, hardware: &Hardware) -> Self {
        match spec.firmware {
            Firmware::AxeOs(_) | Firmware::NmMiner(_) => Self::Nothing,
            Firmware::NerdOs(nerd) => Self::Nerd(NerdState::new(nerd, settings, hardware)),
            Firmware::XmRig(program) => Self::XmRig(Box::new(Program::new(spec, program.access))),
            Firmware::Stock(_) => {
                settings.temp_target_c = 70;
                Self::Nothing
            }
            Firmware::Avalon(which) => {
                let mut state = AvalonState::new(which);
                state.furnish(settings, &spec.fallback);
                Self::Avalon(state)
            }
        }
    }

    /// The device started anew.
    pub(super) fn booted(&mut self, settings: &mut Settings) {
        match self {
            Self::Nothing | Self::XmRig(_) => {}
            Self::Nerd(state) => state.booted(settings),
            Self::Avalon(state) => state.booted(settings),
        }
    }

    /// The chips have worked at `ghs`.
    pub(super) fn worked(&mut self, ghs: f64, seconds: u32) {
        match self {
            Self::Nothing | Self::Nerd(_) | Self::XmRig(_) => {}
            Self::Avalon(state) => state.worked(ghs, seconds),
        }
    }
}
