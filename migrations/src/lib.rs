//! The shape of the database, as a list of steps that only ever grows.
//!
//! One file and one subject per step; a step that has been released is never edited. The same text serves both
//! databases: what they spell differently stands as a `{TOKEN}` (see [`step`]). Steps run inside a transaction on both,
//! so a kill in the middle leaves the step before.
//!
//! **Invariant:** a step names its own columns. It never asks the program's code what they are, because the code moves
//! on and an old step must still do what it did.

mod step;

mod m0001_miner;
mod m0002_wish;
mod m0003_command;
mod m0004_audit;
mod m0005_event;
mod m0006_account;
mod m0007_kept_answer;
mod m0008_setting;
mod m0009_job;
mod m0010_series;
mod m0011_tuning;

use sea_orm_migration::prelude::{DbErr, MigrationTrait};
pub use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait};

/// All steps, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        steps().into_iter().map(|step| Box::new(step) as Box<dyn MigrationTrait>).collect()
    }
}

fn steps() -> Vec<step::Step> {
    vec![
        m0001_miner::step(),
        m0002_wish::step(),
        m0003_command::step(),
        m0004_audit::step(),
        m0005_event::step(),
        m0006_account::step(),
        m0007_kept_answer::step(),
        m0008_setting::step(),
        m0009_job::step(),
        m0010_series::step(),
        m0011_tuning::step(),
    ]
}

/// Names of all steps, oldest first. The last one is the version of the schema.
pub fn names() -> Vec<&'static str> {
    steps().iter().map(step::Step::name_of).collect()
}

/// What a step answers when it fails.
pub type Error = DbErr;

#[cfg(test)]
mod tests {
    #[test]
    fn steps_are_numbered_without_gaps_and_in_order() {
        for (index, name) in super::names().iter().enumerate() {
            assert_eq!(name[1..5].parse::<usize>().unwrap(), index + 1, "{name}");
        }
    }
}
