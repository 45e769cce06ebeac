//! One simulated miner: its phases, what the firmware keeps, and the true meter behind it.
//!
//! **Invariant:** physics advance in whole ticks of one second from the start of the world, and phases change at
//! their own instants: the trajectory is the same however often someone asks.

use super::model::Hardware;
use super::own::Own;
use super::physics::{Air, Hashing, Heat};
use super::rng::Rng;
use super::settings::{Connection, Settings};
use super::shares::Shares;
use super::spec::{MinerSpec, PoolSpec};
use hmm_domain::Timestamp;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(1);
/// Between the reply to a restart and the end of the old process.
pub const RESTART_DELAY: Duration = Duration::from_secs(1);
/// From power to the first answer.
pub const BOOT_TIME: Duration = Duration::from_secs(20);
const TRIP_VR_C: f64 = 105.0;
const IDENTIFY_TIME: Duration = Duration::from_secs(30);
const REJECT: f64 = 0.004;
const REJECT_MANY: f64 = 0.4;

/// What a miner is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No power.
    Off,
    Booting {
        since: Timestamp,
        until: Timestamp,
    },
    Running {
        since: Timestamp,
    },
}

/// Whether the device answers, and when that changes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    pub(crate) open: bool,
    pub(crate) until: Option<Timestamp>,
}

/// What is wrong inside the device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may hold at once")]
pub(crate) struct Ailments {
    pub(crate) stuck: bool,
    pub(crate) stuck_until_restart: bool,
    pub(crate) rejects_many: bool,
    pub(crate) pool_down: bool,
}

/// One miner in the world.
#[derive(Debug, Clone)]
pub struct Rig {
    pub(crate) spec: MinerSpec,
    pub(crate) hardware: &'static Hardware,
    pub(crate) settings: Settings,
    pub(crate) heat: Heat,
    pub(crate) hashing: Hashing,
    pub(crate) shares: Shares,
    pub(crate) air: Air,
    pub(crate) ailments: Ailments,
    pub(crate) own: Own,
    pub(crate) phase: Phase,
    pub(crate) paused: bool,
    /// The chips are held off since the trip, until cleared and started again.
    pub(crate) tripped: bool,
    pub(crate) energy_mj: u64,
    pub(crate) flash_writes: u32,
    pub(crate) restarts: u32,
    pub(crate) identifies: u32,
    connection: Connection,
    identify_until: Timestamp,
    dies_at: Option<Timestamp>,
    /// It was told when to rest (or to end its rest).
    rests_at: Option<(Timestamp, bool)>,
    now: Timestamp,
    next_tick: Timestamp,
    rng: Rng,
}

impl Rig {
    pub(crate) fn new(seed: u64, start: Timestamp, spec: MinerSpec) -> Self {
        let hardware = spec.model.hardware();
        let mut rng = Rng::named(seed, &spec.name);
        let mut settings = Settings::factory(&spec, hardware);
        let own = Own::of(&spec, &mut settings, hardware);
        let mut rig = Self {
            hardware,
            heat: Heat::cold(spec.ambient_c),
            hashing: Hashing::default(),
            shares: Shares::default(),
            air: Air::around(&mut rng),
            ailments: Ailments::default(),
            own,
            phase: Phase::Booting { since: start, until: start + spec.firmware.boot_time() },
            paused: false,
            tripped: false,
            energy_mj: 0,
            flash_writes: 0,
            restarts: 0,
            identifies: 0,
            connection: settings.pools.connect(false),
            identify_until: start,
            dies_at: None,
            rests_at: None,
            now: start,
            next_tick: start + TICK,
            rng,
            settings,
            spec,
        };
        if rig.spec.warm {
            rig.warm_up(start);
        }
        rig
    }

    /// As if it had been running for hours before the world began.
    fn warm_up(&mut self, start: Timestamp) {
        let seconds = 7_200 + u32::try_from(self.rng.draw() % 1_200_000).unwrap_or(0);
        self.phase = Phase::Running { since: start - Duration::from_secs(u64::from(seconds)) };
        self.hashing = Hashing::settled(self.hardware, &self.settings, seconds);
        self.own.worked(self.hashing.now, seconds);
        let (hashes, difficulty) = (self.hashes_per_share(), self.connection.difficulty);
        self.shares = Shares::settled(self.hashing.now, hashes, difficulty, seconds, &mut self.rng);
        let volts = f64::from(self.settings.core_voltage_mv) / 1000.0;
        let chips_w = super::physics::chips_w(self.hardware, self.hashing.mhz, volts);
        for _ in 0..900 {
            self.heat.tick(self.hardware, &self.settings, chips_w, true);
        }
    }

    /// Brings the miner to `now`; an instant that is past changes nothing.
    pub(crate) fn step_to(&mut self, now: Timestamp) {
        while self.next_tick <= now {
            // A change at the very end of a second belongs to the next one.
            self.pass(self.next_tick - Duration::from_millis(1));
            self.tick();
            self.next_tick = self.next_tick + TICK;
        }
        self.pass(now);
        self.now = self.now.max(now);
    }

    /// Lets the phase changes up to `now` happen, each at its own instant.
    fn pass(&mut self, now: Timestamp) {
        if let Some(at) = self.dies_at.filter(|at| *at <= now) {
            self.dies_at = None;
            self.boot(at);
        }
        if let Some((_, rest)) = self.rests_at.filter(|(at, _)| *at <= now) {
            self.rests_at = None;
            if rest { self.pause() } else { self.resume() }
        }
        if let Phase::Booting { since, until } = self.phase
            && until <= now
        {
            self.phase = Phase::Running { since };
        }
    }

    fn tick(&mut self) {
        let hashing = self.is_hashing();
        let stuck = self.ailments.stuck || self.ailments.stuck_until_restart;
        let chips_w = if !hashing {
            self.hashing = Hashing::default();
            0.0
        } else if stuck {
            self.heat.chips_w
        } else {
            let chips_w = self.hashing.tick(self.hardware, &self.settings, &mut self.rng);
            let reject = if self.ailments.rejects_many { REJECT_MANY } else { REJECT };
            self.own.worked(self.hashing.momentary, 1);
            let hashes = self.hashes_per_share();
            self.shares.tick(self.hashing.momentary, hashes, self.connection.difficulty, reject, &mut self.rng);
            chips_w
        };
        let powered = self.phase != Phase::Off;
        self.heat.tick(self.hardware, &self.settings, chips_w, powered);
        self.energy_mj += millijoules(self.heat.power_w(self.hardware, powered));
        if powered {
            self.air.tick(&mut self.rng);
        }
        if hashing && (self.heat.chip_c >= self.hardware.trip_c || self.heat.vr_c >= TRIP_VR_C) {
            self.trip();
        }
    }

    /// On average, at the difficulty of the pool.
    fn hashes_per_share(&self) -> f64 {
        f64::from(self.connection.difficulty) * self.spec.firmware.hashes_per_difficulty()
    }

    pub(crate) fn is_hashing(&self) -> bool {
        matches!(self.phase, Phase::Running { .. }) && !self.paused && !self.tripped
    }

    pub(crate) fn outlook(&self) -> Outlook {
        match self.phase {
            Phase::Off => Outlook { open: false, until: None },
            Phase::Booting { until, .. } => Outlook { open: false, until: Some(until) },
            Phase::Running { .. } => Outlook { open: true, until: self.dies_at },
        }
    }

    pub(crate) fn uptime(&self) -> Duration {
        match self.phase {
            Phase::Off => Duration::ZERO,
            Phase::Booting { since, .. } | Phase::Running { since } => self.now.since(since),
        }
    }

    pub(crate) fn power_w(&self) -> f64 {
        self.heat.power_w(self.hardware, self.phase != Phase::Off)
    }

    /// The connection in use; a dead primary shows as the fallback.
    pub(crate) fn connection(&self) -> Connection {
        let mut connection = self.connection.clone();
        connection.on_fallback |= self.ailments.pool_down;
        connection
    }

    pub(crate) fn difficulty(&self) -> u32 {
        self.connection.difficulty
    }

    pub(crate) fn on_fallback(&self) -> bool {
        self.connection.on_fallback || self.ailments.pool_down
    }

    /// The firmware's own protection: lower the stored settings, stop the chips, run the fan.
    pub(crate) fn trip(&mut self) {
        if self.spec.firmware.stores_its_trip() {
            self.settings.lower_for_overheat();
            self.flash_writes += 5;
        }
        self.tripped = true;
    }

    pub(crate) fn restart(&mut self) {
        self.restart_in(RESTART_DELAY);
    }

    pub(crate) fn restart_in(&mut self, delay: Duration) {
        if matches!(self.phase, Phase::Running { .. }) && self.dies_at.is_none() {
            self.dies_at = Some(self.now + delay);
        }
    }

    /// Takes up the pools as they are stored.
    pub(crate) fn reconnect(&mut self) {
        self.connection = self.settings.pools.connect(self.settings.use_fallback);
    }

    /// Rests, or ends its rest, when that time has come.
    pub(crate) fn rest_at(&mut self, at: Timestamp, rest: bool) {
        self.rests_at = Some((at, rest));
        self.pass(self.now);
    }

    /// Goes over to another pool at once; a restart forgets it.
    pub(crate) fn work_for(&mut self, primary: PoolSpec, fallback: PoolSpec) {
        self.connection = Connection { primary, fallback, ..self.connection.clone() };
    }

    pub(crate) fn pause(&mut self) {
        self.paused = true;
    }

    pub(crate) fn resume(&mut self) {
        self.paused = false;
        self.tripped = self.settings.overheat_mode;
    }

    /// Says "Hi!" on the display; asked again while it does, it stops. Returns whether it says it now.
    pub(crate) fn identify(&mut self) -> bool {
        self.identifies += 1;
        let shown = self.now < self.identify_until;
        self.identify_until = if shown { self.now } else { self.now + IDENTIFY_TIME };
        !shown
    }

    /// The socket that feeds the miner.
    pub(crate) fn plug(&mut self, on: bool) {
        match (on, self.phase) {
            (false, _) => {
                self.dies_at = None;
                self.phase = Phase::Off;
            }
            (true, Phase::Off) => self.boot(self.now),
            (true, Phase::Booting { .. } | Phase::Running { .. }) => {}
        }
    }

    fn boot(&mut self, at: Timestamp) {
        self.phase = Phase::Booting { since: at, until: at + self.spec.firmware.boot_time() };
        self.restarts += 1;
        self.paused = false;
        self.tripped = self.settings.overheat_mode;
        self.ailments.stuck_until_restart = false;
        self.hashing = Hashing::default();
        self.shares.new_session();
        self.rests_at = None;
        self.own.booted(&mut self.settings);
        self.reconnect();
    }
}

/// Millijoules of one second at `watts`.
fn millijoules(watts: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred watts at most")]
    let millijoules = (watts * 1000.0).round().max(0.0) as u64;
    millijoules
}
