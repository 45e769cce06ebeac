//! Who announces itself as a miner by mDNS. The library brings a thread and a clock of its own; both end with the question.
//!
//! **Invariant:** what is said is hostile: an address is taken from it and nothing else, and so many at most. Nothing is
//! registered, so nobody who asks is answered (S9). Listening ends after [`LISTEN`], in real time.

use mdns_sd::{Receiver, ServiceDaemon, ServiceEvent};
use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// AxeOS from 2.15 on announces itself under this part of the kind.
const KIND: &str = "_axeos._sub._http._tcp.local.";
const PORT: u16 = 5353;
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
/// As long as a scan waits for a silent address, so that listening costs it nothing.
const LISTEN: Duration = Duration::from_millis(1_250);
/// More announcements than this are not listened to, and more addresses of one device neither.
const ANNOUNCED_MAX: usize = 256;
const ADDRESSES_MAX: usize = 4;

/// Asks the network who is a miner and listens for a moment. The error says what is missing.
pub(crate) async fn miners_announced() -> Result<BTreeSet<IpAddr>, String> {
    listen(PORT, LISTEN, ANNOUNCED_MAX).await
}

/// Listens until `most` have announced themselves, `within` at most.
#[expect(clippy::disallowed_methods, reason = "how long to listen to the network is real time")]
async fn listen(port: u16, within: Duration, most: usize) -> Result<BTreeSet<IpAddr>, String> {
    let unheard = |why: &dyn std::fmt::Display| {
        format!(
            "miners that announce themselves by mDNS are not heard: {why}. They are found by a look through the ranges \
             all the same"
        )
    };
    // The library says nothing when it gets no socket.
    can_hear(port).map_err(|error| unheard(&error))?;
    let daemon = ServiceDaemon::new_with_port(port).map_err(|error| unheard(&error))?;
    let asked = daemon.browse(KIND).map_err(|error| unheard(&error));
    let mut heard = BTreeSet::new();
    let outcome = match asked {
        // That the time is over is how it ends.
        Ok(events) => match tokio::time::timeout(within, take(&events, most, &mut heard)).await {
            Ok(true) | Err(_) => Ok(heard),
            Ok(false) => Err(unheard(&"the part of the program that listens has ended")),
        },
        Err(why) => Err(why),
    };
    if let Ok(ended) = daemon.shutdown() {
        // Its thread is gone when it says so; a thread that has ended before says nothing.
        let _ = ended.recv_async().await;
    }
    outcome
}

/// Takes addresses until there are enough. False when nobody speaks any more.
async fn take(events: &Receiver<ServiceEvent>, most: usize, heard: &mut BTreeSet<IpAddr>) -> bool {
    let mut announced = 0;
    while announced < most {
        match events.recv_async().await {
            Ok(ServiceEvent::ServiceResolved(service)) => {
                announced += 1;
                // Of the older kind: a device has one of each, and is not asked twice.
                let addresses = service.addresses.iter().map(|address| address.to_ip_addr().to_canonical());
                let addresses: BTreeSet<IpAddr> = addresses.filter(IpAddr::is_ipv4).collect();
                heard.extend(addresses.into_iter().take(ADDRESSES_MAX));
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    true
}

/// Whether this machine lets anybody listen there, beside others that do.
fn can_hear(port: u16) -> std::io::Result<()> {
    let socket = shared_socket(port)?;
    Ok(sockopt::set_ip_add_membership(&socket, &GROUP, &Ipv4Addr::UNSPECIFIED)?)
}

fn shared_socket(port: u16) -> std::io::Result<rustix::fd::OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::INET, SocketType::DGRAM, flags, None)?;
    sockopt::set_socket_reuseaddr(&socket, true)?;
    sockopt::set_socket_reuseport(&socket, true)?;
    rustix::net::bind(&socket, &SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port))?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::net::UdpSocket;

    /// A name as it stands in a packet.
    fn name(labels: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for label in labels {
            bytes.push(u8::try_from(label.len()).unwrap());
            bytes.extend_from_slice(label);
        }
        bytes.push(0);
        bytes
    }

    fn record(name: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = name.to_vec();
        bytes.extend_from_slice(&kind.to_be_bytes());
        bytes.extend_from_slice(&1_u16.to_be_bytes());
        bytes.extend_from_slice(&120_u32.to_be_bytes());
        bytes.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    /// What a device answers: a pointer to itself, its host and port, words about itself, and its addresses.
    fn announcement(own: &[u8], addresses: &[[u8; 4]]) -> Vec<u8> {
        let kind = name(&[b"_axeos", b"_sub", b"_http", b"_tcp", b"local"]);
        let whole = name(&[own, b"_http", b"_tcp", b"local"]);
        let host = name(&[b"bitaxe", b"local"]);
        let mut service = vec![0, 0, 0, 0, 0, 80];
        service.extend_from_slice(&host);
        let words = b"\x0bboard=\x1b[31m";
        let mut records = vec![record(&kind, 12, &whole), record(&whole, 33, &service), record(&whole, 16, words)];
        records.extend(addresses.iter().map(|address| record(&host, 1, address)));
        let mut packet = vec![0, 0, 0x84, 0, 0, 0];
        packet.extend_from_slice(&u16::try_from(records.len()).unwrap().to_be_bytes());
        packet.extend_from_slice(&[0, 0, 0, 0]);
        packet.extend(records.concat());
        packet
    }

    fn on_loopback(port: u16) -> UdpSocket {
        let socket = shared_socket(port).unwrap();
        sockopt::set_ip_add_membership(&socket, &GROUP, &Ipv4Addr::LOCALHOST).unwrap();
        sockopt::set_ip_multicast_if(&socket, &Ipv4Addr::LOCALHOST).unwrap();
        UdpSocket::from_std(socket.into()).unwrap()
    }

    /// Answers every question of the network with all of these. Counts the questions.
    fn responder(port: u16, packets: Vec<Vec<u8>>) -> Arc<AtomicUsize> {
        let (socket, asked) = (on_loopback(port), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        #[expect(clippy::disallowed_methods, reason = "the responder is a task of the test")]
        tokio::spawn(async move {
            let mut question = [0; 1_500];
            while let Ok((length, _)) = socket.recv_from(&mut question).await {
                // Its own answers come back to it.
                let wanted = question[..length].windows(6).any(|part| part == b"_axeos");
                if wanted && question[2] & 0x80 == 0 {
                    counted.fetch_add(1, Ordering::SeqCst);
                    for packet in &packets {
                        let _ = socket.send_to(packet, (GROUP, port)).await;
                    }
                }
            }
        });
        asked
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_announces_itself_is_heard_and_its_words_are_not_taken() {
        let garbage = vec![vec![], vec![0xff; 700], announcement(b"x", &[])[..40].to_vec()];
        let mut packets = garbage;
        packets.push(announcement("Bitaxe \u{202e}\u{1b}[31m (A1B2)".as_bytes(), &[[127, 84, 9, 1], [8, 8, 8, 8]]));
        let asked = responder(35_371, packets);
        // One is enough: the time is only the end of waiting in vain.
        let heard = listen(35_371, Duration::from_secs(20), 1).await.unwrap();
        assert!(asked.load(Ordering::SeqCst) > 0);
        let expected: [IpAddr; 2] = [[8, 8, 8, 8].into(), [127, 84, 9, 1].into()];
        assert_eq!(heard.into_iter().collect::<Vec<_>>(), expected);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn silence_is_nobody_and_a_door_that_is_taken_is_said() {
        assert_eq!(listen(35_372, Duration::from_millis(50), 1).await.unwrap(), BTreeSet::new());
        // Held by somebody who does not share.
        let _alone = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 35_373)).unwrap();
        let why = listen(35_373, Duration::from_secs(20), 1).await.unwrap_err();
        assert!(why.contains("in use") && why.contains("all the same"), "{why}");
    }
}
