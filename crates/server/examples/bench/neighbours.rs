//! Simulated miners in a child process, so that what they cost is not counted.
//!
//! The child is this program again. It prints an address a miner and `ready`, then does what its standard input says, a
//! line at a time, and answers with a line. It ends when its input does: however its parent ends, it does not stay.

use anyhow::{Context, Result, bail, ensure};
use hmm_domain::port::Clock;
use hmm_engine::SystemClock;
use hmm_sim::{Fault, Neighbourhood, NeighbourhoodConfig, bench_fleet};
use std::net::SocketAddr;
use std::ops::Range;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

pub(crate) struct Neighbours {
    /// Killed when this is dropped.
    _child: Child,
    orders: ChildStdin,
    words: Lines<BufReader<ChildStdout>>,
    pub(crate) addresses: Vec<SocketAddr>,
}

impl Neighbours {
    pub(crate) async fn start(miners: u16, latency: Duration) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--neighbours", &miners.to_string(), "--latency-ms", &latency.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting the neighbourhood")?;
        let (orders, words) = child.stdin.take().zip(child.stdout.take()).context("the neighbourhood has no pipes")?;
        let mut next_door = Self { _child: child, orders, words: BufReader::new(words).lines(), addresses: Vec::new() };
        loop {
            match next_door.hear().await?.as_str() {
                "ready" => break,
                address => next_door.addresses.push(address.parse().context("the neighbourhood said no address")?),
            }
        }
        ensure!(next_door.addresses.len() == usize::from(miners), "not all simulated miners are there");
        Ok(next_door)
    }

    pub(crate) async fn fault(&mut self, miner: usize, fault: Fault) -> Result<()> {
        let fault = serde_json::to_string(&fault)?;
        self.order(&format!("fault {miner} {fault}")).await.map(drop)
    }

    pub(crate) async fn mend(&mut self, miner: usize) -> Result<()> {
        self.order(&format!("mend {miner} now")).await.map(drop)
    }

    /// How often these miners were asked something so far.
    pub(crate) async fn requests(&mut self, miners: Range<usize>) -> Result<u64> {
        let count = self.order(&format!("requests {} {}", miners.start, miners.end)).await?;
        count.parse().context("the neighbourhood said no number")
    }

    async fn order(&mut self, order: &str) -> Result<String> {
        self.orders.write_all(format!("{order}\n").as_bytes()).await.context("the neighbourhood is gone")?;
        self.hear().await
    }

    async fn hear(&mut self) -> Result<String> {
        self.words.next_line().await?.context("the neighbourhood has ended")
    }
}

/// What the child does.
pub(crate) async fn be(miners: u16, latency: Duration) -> Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let config = NeighbourhoodConfig { seed: 7, miners: bench_fleet(miners, latency), clock };
    let sim = Neighbourhood::start(config).await?;
    for address in sim.addresses() {
        println!("{address}");
    }
    println!("ready");
    let names = sim.names();
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(order) = orders.next_line().await? {
        println!("{}", obey(&sim, &names, &order).await?);
    }
    Ok(())
}

async fn obey(sim: &Neighbourhood, names: &[String], order: &str) -> Result<String> {
    let mut words = order.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some("fault"), Some(miner), Some(fault)) => {
            let name = names.get(miner.parse::<usize>()?).context("no such miner")?;
            sim.fault(name, serde_json::from_str(fault)?).await?;
            Ok("done".to_owned())
        }
        (Some("mend"), Some(miner), Some(_)) => {
            sim.clear_faults(names.get(miner.parse::<usize>()?).context("no such miner")?).await?;
            Ok("done".to_owned())
        }
        (Some("requests"), Some(from), Some(to)) => {
            let range = from.parse::<usize>()?..to.parse::<usize>()?;
            let all = sim.snapshots();
            let counted = all.get(range).context("no such miners")?.iter().map(|one| one.traffic.requests);
            Ok(counted.sum::<u64>().to_string())
        }
        _ => bail!("the neighbourhood does not understand {order:?}"),
    }
}
