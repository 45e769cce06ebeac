//! Plain TCP to devices that answer one request a connection: cgminer and its descendants.
//!
//! **Invariant:** the request leaves in one write, a reply is read at once and whole, and its size is bounded while it
//! is read. Some of these devices drop a client that is slow, and some serve nobody else meanwhile.

use crate::error::NetError;
use bytes::{Bytes, BytesMut};
use std::io::Error;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How a reply ends, when the device does not simply hang up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a byte of this value, which is not part of it.
    Byte(u8),
    /// After as many bytes as the first four say, least significant first; they are not part of it.
    LengthBefore,
}

#[expect(clippy::disallowed_methods, reason = "the deadline for a connection is the point of this room")]
pub(crate) async fn connect(address: SocketAddr, within: Duration) -> Result<TcpStream, NetError> {
    let unreachable = |error: &Error| NetError::Unreachable { address: address.to_string(), why: said(error) };
    let slow = || NetError::TimedOut { address: address.to_string(), within, after_sending: false };
    let stream = tokio::time::timeout(within, TcpStream::connect(address)).await.map_err(|_| slow())?;
    let stream = stream.map_err(|error| unreachable(&error))?;
    stream.set_nodelay(true).map_err(|error| unreachable(&error))?;
    Ok(stream)
}

pub(crate) async fn say(
    mut stream: TcpStream,
    address: SocketAddr,
    request: &[u8],
    end: End,
    limit: usize,
) -> Result<Bytes, NetError> {
    let dropped = |error: &Error| NetError::Dropped { address: address.to_string(), why: said(error) };
    stream.write_all(request).await.map_err(|error| dropped(&error))?;
    let mut reply = BytesMut::with_capacity(4_096);
    loop {
        if announced(&reply, end).unwrap_or(reply.len()) > limit {
            return Err(NetError::TooLarge { address: address.to_string(), limit });
        }
        if let Some(whole) = whole(&mut reply, end) {
            return Ok(whole);
        }
        if stream.read_buf(&mut reply).await.map_err(|error| dropped(&error))? == 0 {
            break;
        }
    }
    // Without its end a reply may still be whole; whoever reads it will see. Nothing at all is no reply, and neither is
    // less than was announced.
    if reply.is_empty() || end == End::LengthBefore {
        return Err(NetError::Dropped { address: address.to_string(), why: "the answer broke off".to_owned() });
    }
    Ok(reply.freeze())
}

/// How long the reply says that it will be.
fn announced(reply: &BytesMut, end: End) -> Option<usize> {
    let length = reply.first_chunk().filter(|_| end == End::LengthBefore)?;
    Some(usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX))
}

/// The reply, once its end is there.
fn whole(reply: &mut BytesMut, end: End) -> Option<Bytes> {
    match end {
        End::Byte(byte) => {
            let at = reply.iter().position(|b| *b == byte)?;
            Some(reply.split_to(at).freeze())
        }
        End::LengthBefore => {
            let length = 4 + announced(reply, end)?;
            (reply.len() >= length).then(|| reply.split_to(length).split_off(4).freeze())
        }
    }
}

fn said(error: &Error) -> String {
    crate::error::said(error).map_or_else(|| error.to_string(), str::to_owned)
}
