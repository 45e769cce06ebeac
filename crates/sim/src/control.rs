//! The control port: how a browser test turns the clock and breaks a miner. Loopback only.
//!
//! **Invariant:** listens on loopback and nowhere else, answers no page (a request with an Origin is refused), and
//! does nothing that the methods of [`Neighbourhood`] do not.

use crate::faces::bind;
use crate::faces::http::{Reply, Request, read_request, write_all};
use crate::faults::Fault;
use crate::neighbourhood::{Neighbourhood, SimError};
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::io::Result as IoResult;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Moves time; given by whoever owns the clock.
pub type AdvanceHook = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// The longest step in one call: a year.
const ADVANCE_MAX_S: f64 = 366.0 * 86_400.0;

/// A running control port, until it is dropped.
#[derive(Debug)]
pub struct Control {
    address: SocketAddr,
    door: Mutex<JoinSet<()>>,
}

impl Control {
    /// Opens the port; port 0 lets the system choose.
    pub fn start(
        neighbourhood: Arc<Neighbourhood>,
        address: SocketAddr,
        advance: AdvanceHook,
    ) -> Result<Self, SimError> {
        if !address.ip().is_loopback() || !address.is_ipv4() {
            return Err(SimError::NotLoopback(address));
        }
        let listen = |source| SimError::Listen { address, source };
        let listener = bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let mut door = JoinSet::new();
        door.spawn(keep_desk(listener, Arc::new(Desk { neighbourhood, advance })));
        Ok(Self { address, door: Mutex::new(door) })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and drops its connections.
    pub async fn stop(&self) {
        let mut door = std::mem::take(&mut *self.door.lock());
        door.shutdown().await;
    }
}

struct Desk {
    neighbourhood: Arc<Neighbourhood>,
    advance: AdvanceHook,
}

async fn keep_desk(listener: TcpListener, desk: Arc<Desk>) {
    let mut callers = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                callers.spawn(attend(stream, Arc::clone(&desk)));
            },
            Some(_) = callers.join_next(), if !callers.is_empty() => {}
        }
    }
}

async fn attend(stream: TcpStream, desk: Arc<Desk>) {
    if let Err(error) = desk.serve(&stream).await {
        tracing::debug!(%error, "control connection ended");
    }
}

#[derive(Deserialize)]
struct Advance {
    seconds: f64,
}

#[derive(Deserialize)]
struct FaultBody {
    fault: Fault,
}

#[derive(Deserialize)]
struct Ambient {
    celsius: f64,
}

#[derive(Deserialize)]
struct Plug {
    on: bool,
}

impl Desk {
    async fn serve(&self, stream: &TcpStream) -> IoResult<()> {
        let mut buffer = Vec::new();
        while let Some(request) = read_request(stream, &mut buffer, || {}).await? {
            let reply = self.answer(&request).await;
            write_all(stream, &reply.encode(Some(reply.body.len()), request.keep_alive)).await?;
            if !request.keep_alive {
                break;
            }
        }
        Ok(())
    }

    async fn answer(&self, request: &Request) -> Reply {
        if request.origin.is_some() {
            return problem(403, "no web page may use the control port");
        }
        match self.act(request).await {
            Ok(reply) => reply,
            Err(Refusal::Body(error)) => problem(400, &error.to_string()),
            Err(Refusal::Sim(error @ SimError::NoSuchMiner(_))) => problem(404, &error.to_string()),
            Err(Refusal::Sim(error)) => problem(500, &error.to_string()),
        }
    }

    async fn act(&self, request: &Request) -> Result<Reply, Refusal> {
        let path: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["world"]) => {
                let miners = self.neighbourhood.snapshots();
                return Ok(Reply::value(200, &json!({"miners": miners})));
            }
            ("POST", ["advance"]) => {
                let Advance { seconds } = body(request)?;
                if !(0.0..=ADVANCE_MAX_S).contains(&seconds) {
                    return Ok(problem(400, "seconds must be between 0 and a year"));
                }
                (self.advance)(Duration::from_secs_f64(seconds)).await;
            }
            ("POST", ["miners", name, "fault"]) => {
                let FaultBody { fault } = body(request)?;
                self.neighbourhood.fault(name, fault).await?;
            }
            ("DELETE", ["miners", name, "faults"]) => self.neighbourhood.clear_faults(name).await?,
            ("POST", ["miners", name, "ambient"]) => {
                let Ambient { celsius } = body(request)?;
                self.neighbourhood.heat(name, celsius)?;
            }
            ("POST", ["miners", name, "plug"]) => {
                let Plug { on } = body(request)?;
                self.neighbourhood.plug(name, on).await?;
            }
            _ => return Ok(problem(404, "the control port knows no such path")),
        }
        Ok(Reply::value(200, &json!({"ok": true})))
    }
}

enum Refusal {
    Body(serde_json::Error),
    Sim(SimError),
}

impl From<SimError> for Refusal {
    fn from(error: SimError) -> Self {
        Self::Sim(error)
    }
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body).map_err(Refusal::Body)
}

fn problem(status: u16, detail: &str) -> Reply {
    Reply::value(status, &json!({"error": detail}))
}
