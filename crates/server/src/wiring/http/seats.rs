//! Who is connected, and how many may be.
//!
//! **Invariant:** whoever holds a connection last, be it a WebSocket, gives its seat back by dropping it.

use super::doors::Doors;
use crate::auth::throttle::network;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Who is connected, WebSockets too.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    total: usize,
    of_one: BTreeMap<String, usize>,
}

pub(super) struct Seat {
    seats: Seats,
    network: String,
}

impl Seats {
    pub(super) fn take(&self, doors: &Doors, address: IpAddr) -> Option<Seat> {
        let network = network(address);
        let mut taken = self.0.lock();
        let of_one = taken.of_one.get(&network).copied().unwrap_or(0);
        let many = !doors.speaks_for_many(address) && of_one >= doors.limits.of_one;
        if many || taken.total >= doors.limits.total {
            return None;
        }
        taken.total += 1;
        taken.of_one.insert(network.clone(), of_one + 1);
        Some(Seat { seats: self.clone(), network })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock();
        taken.total -= 1;
        if let Some(of_one) = taken.of_one.get_mut(&self.network) {
            *of_one -= 1;
            if *of_one == 0 {
                taken.of_one.remove(&self.network);
            }
        }
    }
}

/// A connection with its seat.
pub(super) struct Seated {
    stream: TcpStream,
    _seat: Seat,
}

impl Seated {
    pub(super) fn new(stream: TcpStream, seat: Seat) -> Self {
        Self { stream, _seat: seat }
    }

    /// What the caller says first, without taking it from the stream. Nothing when they leave without a word.
    pub(super) async fn first_byte(&self) -> io::Result<Option<u8>> {
        let mut first = [0];
        let heard = self.stream.peek(&mut first).await?;
        Ok((heard > 0).then_some(first[0]))
    }
}

impl AsyncRead for Seated {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Seated {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::super::doors::Limits;
    use super::*;
    use axum::Router;

    #[test]
    fn d2_one_address_has_its_share_and_proxies_speak_for_many() {
        let doors = Doors {
            router: Router::new(),
            limits: Limits { total: 5, of_one: 2, ..Limits::default() },
            proxies: vec!["10.0.0.9/32".parse().unwrap()],
            tls: None,
        };
        let seats = Seats::default();
        let take = |from: &str| seats.take(&doors, from.parse().unwrap());
        let ones = [take("fd00::1"), take("fd00::2")];
        assert!(ones.iter().all(Option::is_some) && take("fd00::3").is_none());
        let many = [take("10.0.0.9"), take("10.0.0.9"), take("::ffff:10.0.0.9")];
        assert!(many.iter().all(Option::is_some) && take("127.0.0.1").is_none(), "the total is for all");
        drop((ones, many));
        assert!(seats.0.lock().of_one.is_empty() && seats.0.lock().total == 0);
    }
}
