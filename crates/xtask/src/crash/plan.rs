//! What is killed, and at which moment: every kind once before any comes a second time.

use super::Database;
use super::random::Random;

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kill {
    Server,
    Database,
    Both,
}

impl Kill {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Database => "PostgreSQL",
            Self::Both => "both",
        }
    }

    pub(super) const fn ends_server(self) -> bool {
        matches!(self, Self::Server | Self::Both)
    }

    pub(super) const fn ends_database(self) -> bool {
        matches!(self, Self::Database | Self::Both)
    }
}

/// When it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    /// On the way from an empty folder to the first answer: making the cluster, migrating.
    Founding,
    /// While people write.
    Writing,
    /// Just after a restart of the miner was asked for.
    Command,
    /// While getting up again: recovery, jobs that are due, commands under way, roll-ups.
    Rising,
}

impl Moment {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Founding => "while being founded",
            Self::Writing => "during writes",
            Self::Command => "during a command",
            Self::Rising => "while getting up",
        }
    }
}

/// One round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blow {
    pub(super) kill: Kill,
    pub(super) moment: Moment,
}

impl Blow {
    /// The same where there is no house yet.
    pub(super) const fn at_founding(self) -> Self {
        let kill = if self.kill.ends_server() { self.kill } else { Kill::Both };
        Self { kill, moment: Moment::Founding }
    }
}

const fn blow(kill: Kill, moment: Moment) -> Blow {
    Blow { kill, moment }
}

const SQLITE: [Blow; 4] = [
    blow(Kill::Server, Moment::Writing),
    blow(Kill::Server, Moment::Command),
    blow(Kill::Server, Moment::Rising),
    blow(Kill::Server, Moment::Founding),
];

const POSTGRES: [Blow; 9] = [
    blow(Kill::Server, Moment::Writing),
    blow(Kill::Database, Moment::Writing),
    blow(Kill::Both, Moment::Writing),
    blow(Kill::Server, Moment::Command),
    blow(Kill::Database, Moment::Command),
    blow(Kill::Both, Moment::Command),
    blow(Kill::Server, Moment::Rising),
    blow(Kill::Both, Moment::Rising),
    blow(Kill::Both, Moment::Founding),
];

/// Deals the rounds. The first is always a founding; the house that it leaves is lived in from then on.
pub(super) struct Deck {
    all: &'static [Blow],
    left: Vec<Blow>,
}

impl Deck {
    pub(super) fn new(database: Database) -> Self {
        let all: &'static [Blow] = match database {
            Database::Sqlite => &SQLITE,
            Database::Postgres => &POSTGRES,
        };
        Self { all, left: vec![blow(Kill::Server, Moment::Founding)] }
    }

    pub(super) fn deal(&mut self, random: &mut Random) -> Blow {
        loop {
            if let Some(blow) = self.left.pop() {
                return blow;
            }
            let mut deck = self.all.to_vec();
            while !deck.is_empty() {
                let at = usize::try_from(random.below(deck.len() as u64)).unwrap_or(0);
                self.left.push(deck.swap_remove(at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_rounds_on_postgresql_hold_every_kind_and_begin_with_a_founding() {
        let (mut deck, mut random) = (Deck::new(Database::Postgres), Random::new(1));
        let dealt: Vec<Blow> = (0..10).map(|_| deck.deal(&mut random)).collect();
        assert_eq!(dealt[0].moment, Moment::Founding);
        assert!(POSTGRES.iter().all(|blow| dealt[1..].contains(blow)), "{dealt:?}");
        let mut deck = Deck::new(Database::Sqlite);
        assert!((0..50).all(|_| deck.deal(&mut random).kill == Kill::Server));
    }
}
