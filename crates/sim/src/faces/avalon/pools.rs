//! The three slots: shown as they were when the device started, written for the next start.
//!
//! **Invariant:** nothing is stored without the login of the web pages; going over to another slot needs none, and is
//! forgotten with the next start.

use super::super::cgminer_api::{Field, Look, Reply, Row};
use super::{state, state_mut};
use crate::world::{Avalon, PoolSpec, Rig};

/// What the first Nano 3 wants in place of its factory password: a mark, and the beginning of its SHA-256.
const NANO3_PASSWORD: &str = "ff0000ff4813494d137e1631bba301d5";

pub(super) fn list(rig: &Rig, now_s: i64, look: Look) -> Reply {
    let state = state(rig);
    let down = rig.on_fallback();
    let active = state.order.get(usize::from(down)).copied();
    let rows: Vec<Row> =
        state.running.iter().enumerate().map(|(slot, pool)| row(rig, slot, pool, active, now_s)).collect();
    let rows = if look.absurd { rows.into_iter().map(absurd).collect() } else { rows };
    Reply::new('S', 7, format!("{} Pool(s)", state.running.len())).with("POOLS", rows)
}

fn row(rig: &Rig, slot: usize, pool: &PoolSpec, active: Option<usize>, now_s: i64) -> Row {
    let state = state(rig);
    let priority = state.order.iter().position(|at| *at == slot).unwrap_or(slot);
    let here = active == Some(slot);
    let dead = priority == 0 && rig.on_fallback();
    let count = |count: u64| Field::count(if here { count } else { 0 });
    let url = format!("stratum+tcp://{}:{}", pool.url, pool.port);
    let mut row: Row = vec![
        ("POOL", Field::count(slot)),
        ("URL", Field::Text(url)),
        ("Status", Field::text(if dead { "Dead" } else { "Alive" })),
        ("Priority", Field::count(priority)),
        ("Quota", Field::Whole(1)),
        ("Long Poll", Field::text("N")),
        ("Accepted", count(rig.shares.accepted)),
        ("Rejected", count(rig.shares.rejected())),
        ("Stale", Field::Whole(0)),
        ("User", Field::text(pool.user.as_str())),
    ];
    if state.which == Avalon::Q {
        row.push(("Password", Field::text(pool.password.as_str())));
    }
    row.extend([
        ("Last Share Time", Field::Whole(if here { now_s - 3 } else { 0 })),
        ("Has Stratum", Field::Flag(true)),
        ("Stratum Active", Field::Flag(here)),
        ("Stratum URL", Field::text(if here { pool.url.as_str() } else { "" })),
        ("Stratum Difficulty", Field::Decimal(if here { f64::from(rig.difficulty()) } else { 0.0 }, 8)),
        ("Best Share", Field::Whole(0)),
        ("Current Block Height", Field::Whole(920_127)),
    ]);
    row
}

fn absurd(row: Row) -> Row {
    row.into_iter()
        .map(|(key, value)| if key == "Stratum Difficulty" { (key, Field::Json("-1e300")) } else { (key, value) })
        .collect()
}

/// The words of the firmware hold line breaks, which no JSON may.
pub(super) fn stored() -> Reply {
    Reply::new('S', 133, "Success to set pool\n it is used after the next start\n please reboot")
}

fn refused(words: &str) -> Reply {
    Reply::new('E', 132, words)
}

/// `setpool|user,pass,slot,url,worker[,workerpass]`
pub(super) fn store(rig: &mut Rig, arguments: &[&str]) -> Reply {
    let (user, password, slot, url, worker, worker_password) = match arguments {
        [user, password, slot, url, worker] => (user, password, slot, url, worker, ""),
        [user, password, slot, url, worker, worker_password] => (user, password, slot, url, worker, *worker_password),
        _ => return refused("Missing or too many arguments"),
    };
    let which = state(rig).which;
    let (own_user, own_password) = which.login();
    if *user != own_user {
        return refused("username err");
    }
    let wanted = if which == Avalon::Nano3 { NANO3_PASSWORD } else { own_password };
    if *password != wanted {
        return refused("userpass err");
    }
    let place = url.strip_prefix("stratum+tcp://").and_then(|place| place.rsplit_once(':'));
    let slot = slot.parse::<u8>().ok().filter(|slot| *slot < 3);
    let (Some(slot), Some((host, port))) = (slot, place) else { return refused("invalid argument") };
    let Ok(port) = port.parse() else { return refused("invalid argument") };
    let entry = rig.settings.pools.entry(slot);
    entry.at = PoolSpec { password: worker_password.to_owned(), ..PoolSpec::new(host, port, worker) };
    rig.flash_writes += 1;
    stored()
}

pub(super) fn switch(rig: &mut Rig, number: &str) -> Reply {
    let pools = state(rig).running.len();
    let Some(slot) = number.parse::<usize>().ok().filter(|slot| *slot < pools) else {
        return Reply::new('E', 26, format!("Invalid pool id {number} - range is 0 - {}", pools.saturating_sub(1)));
    };
    let mut order = state(rig).order.clone();
    order.retain(|at| *at != slot);
    order.insert(0, slot);
    prefer(rig, order);
    Reply::new('S', 27, format!("Switching to pool {slot}"))
}

pub(super) fn reorder(rig: &mut Rig, arguments: &[&str]) -> Reply {
    let order: Option<Vec<usize>> = arguments.iter().map(|slot| slot.parse().ok()).collect();
    let fits = |order: &Vec<usize>| {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        sorted == (0..state(rig).running.len()).collect::<Vec<_>>()
    };
    let Some(order) = order.filter(fits) else { return Reply::new('E', 74, "Invalid pool priorities") };
    prefer(rig, order);
    Reply::new('S', 73, "Changed pool priorities")
}

fn prefer(rig: &mut Rig, order: Vec<usize>) {
    let place = |at: usize| order.get(at).and_then(|slot| state(rig).running.get(*slot)).cloned();
    let (first, second) = (place(0), place(1));
    if let (Some(first), Some(second)) = (first, second) {
        rig.work_for(first, second);
    }
    state_mut(rig).order = order;
}
