//! One viewer.
//!
//! **Invariant:** a socket ends the moment its session or token does, even while it is stuck; one that is stuck for a
//! minute ends anyway.

use super::frame::Frame;
use super::hub::Told;
use super::wire::LiveFrame;
use crate::api::extract::{Home, Known};
use crate::auth::recognise::Recognised;
use crate::front::House;
use crate::problem::{Kind, Problem};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use bytes::Bytes;
use hmm_domain::Role;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// A thousand sockets with the usual buffers cost 158 MB; with these, 30.
const BUFFER: usize = 4 * 1024;
/// Viewers say nothing of weight.
const HEARD_MAX: usize = 4 * 1024;
const STUCK: Duration = Duration::from_mins(1);
const VIEWERS_MAX: u64 = 4_096;
/// Our own close code: sign in again.
const SIGNED_OUT: u16 = 4401;

/// The live feed, a WebSocket. Needs an Origin header equal to this address.
#[utoipa::path(get, path = "/ws/updates", tag = "live", responses(
    (status = 101, description = "Messages follow, each a LiveFrame", body = LiveFrame)))]
#[tracing::instrument(name = "api.live.updates", skip_all)]
pub async fn updates(
    Home(house): Home,
    Known(caller): Known,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let upgrade = upgrade.map_err(|_| Problem::new(Kind::Invalid, "this address speaks WebSocket"))?;
    if house.live.viewers() >= VIEWERS_MAX {
        return Err(Problem::new(Kind::Busy, "too many viewers").retry_after(30));
    }
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(HEARD_MAX)
        .max_frame_size(HEARD_MAX);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let viewer = View { changes: house.gatekeeper.changes(), house, caller, socket, seq: 0 };
        viewer.watch().await;
    }))
}

struct View {
    house: Arc<House>,
    caller: Recognised,
    socket: WebSocket,
    changes: watch::Receiver<u64>,
    seq: u64,
}

/// Why a viewer leaves.
enum Left {
    /// They went, or their network did.
    Gone,
    SignedOut,
    Stopping,
}

impl View {
    async fn watch(mut self) {
        let left = match self.attend().await {
            Ok(never) => match never {},
            Err(left) => left,
        };
        let (code, reason) = match left {
            Left::Gone => return,
            Left::SignedOut => (SIGNED_OUT, "signed out"),
            Left::Stopping => (close_code::AWAY, "stopping"),
        };
        let farewell = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
        // A stuck socket is simply dropped.
        let patience = self.house.clock.now() + Duration::from_secs(1);
        tokio::select! {
            _ = self.socket.send(farewell) => {}
            _ = self.house.clock.sleep_until(patience) => {}
        }
    }

    async fn attend(&mut self) -> Result<std::convert::Infallible, Left> {
        let stop = self.house.engine.tasks().stopping();
        let (mut told, _viewer) = self.house.live.join();
        // Between the upgrade and here somebody may have been signed out.
        self.check().await?;
        self.snapshot().await?;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Left::Stopping),
                changed = self.changes.changed() => {
                    changed.map_err(|_| Left::Stopping)?;
                    self.check().await?;
                }
                heard = self.socket.recv() => match heard {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Left::Gone),
                    Some(Ok(_)) => {}
                },
                news = told.recv() => match news {
                    Ok(Told::Frame(frame)) => self.frame(&frame).await?,
                    // Too slow, or something was missed: from the beginning.
                    Ok(Told::Afresh) | Err(RecvError::Lagged(_)) => {
                        told = told.resubscribe();
                        self.snapshot().await?;
                    }
                    Err(RecvError::Closed) => return Err(Left::Stopping),
                },
            }
        }
    }

    async fn check(&mut self) -> Result<(), Left> {
        let Self { house, caller, .. } = self;
        match house.gatekeeper.still(caller).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Left::SignedOut),
            // Nobody can say whether they may still look: they come back when the database does.
            Err(_) => Err(Left::Gone),
        }
    }

    async fn snapshot(&mut self) -> Result<(), Left> {
        let frames = self.house.live.snapshot(&self.house);
        for frame in frames.iter() {
            self.frame(frame).await?;
        }
        Ok(())
    }

    async fn frame(&mut self, frame: &Frame) -> Result<(), Left> {
        if !self.caller.principal.may(frame.least) {
            return Ok(());
        }
        debug_assert!(frame.least >= Role::Viewer);
        let text = frame.numbered(self.seq);
        self.seq += 1;
        self.send(Message::Text(text)).await?;
        if frame.ping {
            // A session may have ended by itself; and the network below needs its own sign of life.
            self.check().await?;
            self.send(Message::Ping(Bytes::new())).await?;
        }
        Ok(())
    }

    /// Sends, unless the socket is stuck, the viewer loses their rights meanwhile, or the program stops.
    async fn send(&mut self, message: Message) -> Result<(), Left> {
        let Self { house, caller, socket, changes, .. } = self;
        let stop = house.engine.tasks().stopping();
        let sending = socket.send(message);
        tokio::pin!(sending);
        // The usual case costs no timer.
        if let Some(sent) = futures_util::FutureExt::now_or_never(&mut sending) {
            return sent.map_err(|_| Left::Gone);
        }
        let stuck = house.clock.sleep_until(house.clock.now() + STUCK);
        tokio::pin!(stuck);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(Left::Stopping),
                changed = changes.changed() => {
                    changed.map_err(|_| Left::Stopping)?;
                    if !house.gatekeeper.still(caller).await.unwrap_or(false) {
                        return Err(Left::SignedOut);
                    }
                }
                sent = &mut sending => return sent.map_err(|_| Left::Gone),
                _ = &mut stuck => return Err(Left::Gone),
            }
        }
    }
}
