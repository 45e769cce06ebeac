//! The image, started for real: first start, health, users, rights, restart, kill.
//!
//! **Invariant:** every container and volume of the trial has its name and is removed, whatever happens. Containers run
//! as docker-compose.yml lets them: read-only, without any right but those for changing the user.

mod container;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::engine::Engine;
use super::options::Options;
use crate::tally::Tally;
use container::Place;

/// From `run` to a page that answers, on an empty volume.
const FIRST_START: Duration = Duration::from_secs(5);
const STOP: Duration = Duration::from_secs(10);
const KILLS: u32 = 5;

pub(super) fn run(engine: Engine, options: &Options) -> ExitCode {
    let place = Place { engine, image: options.tag.clone(), extra: options.run.clone() };
    let mut tally = Tally::default();
    tally.check("first start", || first_start(&place));
    tally.check("restart and stop", || restart(&place));
    tally.check("kill", || kill(&place));
    tally.check("killed database", || killed_database(&place));
    tally.check("another PUID, then another", || another_user(&place));
    tally.check("user: of compose", || user_of_compose(&place));
    tally.check("https", || https(&place));
    tally.check("as docker run does it", || plain(&place));
    tally.check("what is refused", || refusals(&place));
    tally.finish()
}

fn first_start(place: &Place) -> Result<()> {
    let house = place.start("first", &[])?;
    let took = house.ready()?;
    println!("ready after {} ms", took.as_millis());
    house.healthy()?;
    ensure!(house.read("/config/database.choice")?.trim() == "postgresql", "PostgreSQL was not chosen");
    house.all_run_as("1000:1000")?;
    ensure!(took <= FIRST_START, "a first start may take {FIRST_START:?}");
    Ok(())
}

fn restart(place: &Place) -> Result<()> {
    let house = place.start("restart", &[])?;
    house.ready()?;
    let token = house.token()?;
    let took = house.stop()?;
    println!("stopped after {} ms", took.as_millis());
    ensure!(took <= STOP, "stopping may take {STOP:?}");
    ensure!(house.exit_code()? == 0, "it did not end in order:\n{}", house.logs()?);
    println!("ready again after {} ms", house.start_again()?.as_millis());
    house.accepts(&token)
}

/// The numbers of processes begin anew each time, so that the note of the old database names anybody.
fn kill(place: &Place) -> Result<()> {
    let house = place.start("kill", &[])?;
    house.ready()?;
    let token = house.token()?;
    for round in 1..=KILLS {
        house.kill()?;
        let took = house.start_again().with_context(|| format!("after kill {round}"))?;
        println!("kill {round}: ready after {} ms", took.as_millis());
        house.accepts(&token)?;
    }
    Ok(())
}

/// Its processes fall to the manager, which is process 1, and must not stay as dead ones.
fn killed_database(place: &Place) -> Result<()> {
    let house = place.start("database", &[])?;
    house.ready()?;
    let first = house.postmaster()?;
    // Not even root of the container may do that there.
    house.inside_as("1000:1000", &["sh", "-c", &format!("kill -KILL {first}")])?;
    house.until("another PostgreSQL", || Ok(house.postmaster().is_ok_and(|now| now != first)))?;
    house.ready()?;
    house.until("the dead are buried", || Ok(!house.processes()?.iter().any(|process| process.state == 'Z')))
}

fn another_user(place: &Place) -> Result<()> {
    let house = place.start("puid", &["--env", "PUID=4321", "--env", "PGID=8765"])?;
    house.ready()?;
    ensure!(house.read("/config/database.choice")?.trim() == "postgresql", "PostgreSQL was not chosen");
    house.all_run_as("4321:8765")?;
    let token = house.token()?;
    house.stop()?;
    let moved = house.moved_to(&["--env", "PUID=1000", "--env", "PGID=1000"])?;
    moved.ready()?;
    moved.all_run_as("1000:1000")?;
    moved.accepts(&token)?;
    let strangers = moved.inside(&["find", "/config", "!", "-uid", "1000"])?;
    ensure!(strangers.is_empty(), "left to the old user: {strangers}");
    Ok(())
}

fn user_of_compose(place: &Place) -> Result<()> {
    let house = place.start("user", &["--user", "1234:1234"])?;
    house.ready()?;
    ensure!(house.read("/config/database.choice")?.trim() == "postgresql", "PostgreSQL was not chosen");
    house.all_run_as("1234:1234")?;
    let said = house.logs()?;
    ensure!(said.contains("PUID and PGID (1000:1000) are ignored"), "it does not say so:\n{said}");
    Ok(())
}

/// The health check is the image's, and must find the way in whatever the configuration says.
fn https(place: &Place) -> Result<()> {
    let house = place.start("https", &[])?;
    house.ready()?;
    house.inside_as("1000:1000", &["sh", "-c", "echo 'app: {tls: auto}' > /config/config.yaml"])?;
    house.stop()?;
    house.start_unseen()?;
    house.until("it is healthy", || Ok(house.healthy().is_ok()))?;
    let said = house.logs()?;
    ensure!(said.contains("listening on https://"), "it does not speak TLS:\n{said}");
    Ok(())
}

/// No hardening at all, as somebody types it.
fn plain(place: &Place) -> Result<()> {
    let house = place.start_plain("plain", &[])?;
    house.ready()?;
    house.healthy()?;
    house.all_run_as("1000:1000")
}

fn refusals(place: &Place) -> Result<()> {
    let cases: [(&str, &[&str], &str); 3] = [
        ("root", &["--env", "PUID=0"], "PUID is 0"),
        ("word", &["--env", "PUID=me"], "environment variable PUID"),
        ("powerless", &["--cap-drop", "ALL"], "capabilities SETUID and SETGID"),
    ];
    for (name, args, words) in cases {
        let refused = if name == "powerless" { place.start_plain(name, args) } else { place.start(name, args) }?;
        refused.until("it ends", || Ok(!refused.is_running()?))?;
        let (said, code) = (refused.logs()?, refused.exit_code()?);
        let last = said.trim().lines().last().unwrap_or_default();
        ensure!(code == 1 && last.contains(words), "{name}: exit {code}, said:\n{said}");
        println!("{last}");
    }
    Ok(())
}
