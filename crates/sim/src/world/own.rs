//! What only the devices of one family have: levels, sessions, threads.
//!
//! **Invariant:** physics and pools are not here; a family that needs nothing of its own has nothing.

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
}

impl Own {
    /// As it comes from the factory.
    pub(super) fn of(spec: &MinerSpec, settings: &Settings, hardware: &Hardware) -> Self {
        match spec.firmware {
            Firmware::AxeOs(_) => Self::Nothing,
            Firmware::NerdOs(nerd) => Self::Nerd(NerdState::new(nerd, settings, hardware)),
            Firmware::XmRig(program) => Self::XmRig(Box::new(Program::new(spec, program.access))),
        }
    }

    /// The device started anew.
    pub(super) fn booted(&mut self, settings: &mut Settings) {
        match self {
            Self::Nothing | Self::XmRig(_) => {}
            Self::Nerd(state) => state.booted(settings),
        }
    }
}
