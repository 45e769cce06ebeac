//! A relay between the program and a simulated miner that counts the restarts which really went over the wire.
//!
//! The counter lives outside both processes, so that neither a killed manager nor a rebooting miner can forget.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result};

const RESTART: &[u8] = b"POST /api/system/restart ";

pub(super) struct Relay {
    pub(super) address: SocketAddr,
    restarts: Arc<AtomicU64>,
}

impl Relay {
    /// Starts relaying to `device`, on a loopback address beside the simulator's.
    pub(super) fn start(device: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.77.200.1:0").context("opening the relay")?;
        let address = listener.local_addr()?;
        let restarts = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&restarts);
        thread::spawn(move || {
            for manager in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                thread::spawn(move || relay(&manager, device, &counter));
            }
        });
        Ok(Self { address, restarts })
    }

    pub(super) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::SeqCst)
    }
}

fn relay(manager: &TcpStream, device: SocketAddr, restarts: &AtomicU64) {
    let Ok(device) = TcpStream::connect(device) else { return };
    thread::scope(|scope| {
        scope.spawn(|| copy(&device, manager, |_| {}));
        let mut finder = Finder::default();
        copy(manager, &device, |bytes| {
            restarts.fetch_add(finder.count(bytes), Ordering::SeqCst);
        });
    });
}

/// Copies one direction until it ends, then ends the other side's wait too.
fn copy(mut from: &TcpStream, mut to: &TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        seen(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The other side may be gone already; then there is nothing to end.
    drop(to.shutdown(Shutdown::Write));
    drop(from.shutdown(Shutdown::Read));
}

/// Counts a pattern in a stream, also where it is split over two reads.
#[derive(Default)]
struct Finder {
    matched: usize,
}

impl Finder {
    fn count(&mut self, bytes: &[u8]) -> u64 {
        let mut found = 0;
        for byte in bytes {
            if *byte == RESTART[self.matched] {
                self.matched += 1;
            } else {
                // The pattern's first letter appears in it once more only behind a different letter, so this suffices.
                self.matched = usize::from(*byte == RESTART[0]);
            }
            if self.matched == RESTART.len() {
                found += 1;
                self.matched = 0;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_is_counted_once_however_it_is_cut() {
        let text = b"PPOST /api/system/restart HTTP/1.1\r\n\r\nGET /api/system/info HTTP/1.1\r\n\r\nPOST /api/system/restart HTTP/1.1\r\n\r\n";
        for cut in 0..text.len() {
            let mut finder = Finder::default();
            let found = finder.count(&text[..cut]) + finder.count(&text[cut..]);
            assert_eq!(found, 2, "cut at {cut}");
        }
    }
}
