//! Everything, for a viewer who comes or has fallen behind.
//!
//! **Invariant:** in pieces small enough for a socket's buffer, and made once for all who come before anything is told
//! again: whoever gets it has missed nothing.

use super::frame::Frame;
use super::hub::{Hub, miner_message};
use super::wire::{LiveMessage, Snapshot, SystemNow};
use crate::front::House;
use hmm_domain::Role;
use parking_lot::Mutex;
use std::sync::Arc;

/// Bytes of miners in one message. A socket keeps a buffer as large as its largest message.
const PIECE: usize = 12 * 1024;
/// A thousand who reconnect at once share one snapshot.
const KEPT_MS: u64 = 1_000;

#[derive(Default)]
pub(super) struct Kept(Mutex<Option<(u64, Arc<[Frame]>)>>);

impl Kept {
    pub(super) fn frames(&self, house: &House, hub: &Hub) -> Arc<[Frame]> {
        let now = house.clock.ticks();
        let mut kept = self.0.lock();
        if let Some((_, frames)) = kept.as_ref().filter(|(made, _)| now < made + KEPT_MS) {
            return Arc::clone(frames);
        }
        let frames: Arc<[Frame]> = write(house, hub).into();
        *kept = Some((now, Arc::clone(&frames)));
        frames
    }

    /// Something is about to be told.
    pub(super) fn outdated(&self) {
        *self.0.lock() = None;
    }
}

fn write(house: &House, hub: &Hub) -> Vec<Frame> {
    let fleet = house.engine.miners();
    let mut texts = fleet.iter().map(|live| hub.miner_json(live)).peekable();
    let mut piece = || {
        let (mut taken, mut size) = (Vec::new(), 0);
        while let Some(text) = texts.next_if(|text| size == 0 || size + text.len() <= PIECE) {
            size += text.len();
            taken.push(text);
        }
        taken
    };
    let snapshot = LiveMessage::Snapshot(Snapshot {
        epoch: house.epoch,
        at: house.clock.now().to_chrono(),
        system: SystemNow::of(house),
        miners_total: fleet.len() as u64,
        miners: Vec::new(),
    });
    let first = piece();
    let text = serde_json::to_string(&snapshot).unwrap_or_default();
    // `miners` is the last member and empty here: its items are written already.
    let text = text.strip_suffix("]}").map(|start| format!("{start}{}]}}", first.join(","))).unwrap_or(text);
    let mut frames: Vec<Frame> = Frame::split(text, Role::Viewer, false).into_iter().collect();
    loop {
        let next = piece();
        if next.is_empty() {
            return frames;
        }
        frames.extend(Frame::split(miner_message(&next), Role::Viewer, false));
    }
}
