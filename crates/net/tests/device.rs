//! The device client against listeners that misbehave on purpose.
//!
//! **Invariant:** nothing but loopback is touched; every wait ends through the client's own deadline.
#![expect(clippy::disallowed_methods, reason = "the listeners are tasks of the test, and their slowness is real")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use hmm_domain::port::Endpoint;
use hmm_net::surroundings::fixed;
use hmm_net::{Forbidden, Guard, Limits, Method, NetError, Outbound, Reply, Surroundings};
use serde_json::json;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const SHORT: Limits =
    Limits { connect: Duration::from_millis(500), whole: Duration::from_millis(700), body: 64 * 1024 };

fn outbound() -> Outbound {
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], fixed(Surroundings::default()));
    Outbound::device_with(guard, SHORT).unwrap()
}

/// Answers every connection with `answer`, after the request's head has been read.
async fn listener<F, R>(answer: F) -> SocketAddr
where
    F: Fn(TcpStream, String) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut head = Vec::new();
                let mut buffer = [0; 4096];
                while !head.windows(4).any(|w| w == b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(n) if n > 0 => head.extend_from_slice(&buffer[..n]),
                        _ => return,
                    }
                }
                answer(stream, String::from_utf8_lossy(&head).into_owned()).await;
            });
        }
    });
    address
}

/// A listener that writes `text` and closes.
async fn fixed_answer(text: impl AsRef<[u8]>) -> SocketAddr {
    let text = Arc::new(text.as_ref().to_vec());
    listener(move |mut stream, _| {
        let text = Arc::clone(&text);
        async move {
            let _ = stream.write_all(&text).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint { host: address.ip().to_string(), port: address.port() }
}

async fn get(address: SocketAddr) -> Result<Reply, NetError> {
    outbound().line(&endpoint(address)).await?.get("/api/system/info").await
}

#[tokio::test]
async fn a_plain_reply_arrives_and_the_request_asks_for_nothing_special() {
    let address = listener(|mut stream, head| async move {
        let body = json!({ "head": head.to_ascii_lowercase() }).to_string();
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let _ = stream.write_all(reply.as_bytes()).await;
    })
    .await;
    let reply = get(address).await.unwrap();
    let head = hmm_net::json::parse(&reply.body).unwrap()["head"].as_str().unwrap().to_owned();
    assert_eq!(reply.status, 200);
    assert!(head.contains("connection: close") && head.contains(&format!("host: {address}")), "{head}");
    for absent in ["origin", "accept-encoding", "referer", "cookie", "authorization", "upgrade"] {
        assert!(!head.contains(absent), "{absent} in {head}");
    }
}

#[tokio::test]
async fn a_write_sends_its_body_as_json_and_a_bare_post_has_none() {
    let address = listener(|mut stream, head| async move {
        let body = head.replace("\r\n", "|");
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let _ = stream.write_all(reply.as_bytes()).await;
    })
    .await;
    let outbound = outbound();
    let mut line = outbound.line(&endpoint(address)).await.unwrap();
    let patch = line.send(Method::PATCH, "/api/system", Some(&json!({ "frequency": 525 }))).await.unwrap();
    let text = String::from_utf8(patch.body.to_vec()).unwrap();
    assert!(
        text.starts_with("PATCH /api/system HTTP/1.1|") && text.contains("content-type: application/json"),
        "{text}"
    );
    let post = line.send(Method::POST, "/api/system/restart", None).await.unwrap();
    let text = String::from_utf8(post.body.to_vec()).unwrap();
    assert!(text.contains("content-length: 0"), "{text}");
}

#[tokio::test]
async fn s6_a_redirect_is_returned_and_never_followed() {
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let elsewhere = listener(move |_stream, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    })
    .await;
    let text =
        format!("HTTP/1.1 302 Temporary Redirect\r\nlocation: http://{elsewhere}/\r\ncontent-length: 2\r\n\r\nno");
    let reply = get(fixed_answer(text).await).await.unwrap();
    assert_eq!((reply.status.as_u16(), &reply.body[..]), (302, &b"no"[..]));
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn d2_an_announced_giant_and_an_endless_stream_are_cut_off() {
    let announced = fixed_answer("HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n").await;
    assert!(matches!(get(announced).await, Err(NetError::TooLarge { limit: 65_536, .. })));
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let endless = listener(move |mut stream, _| {
        let counted = Arc::clone(&counted);
        async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 8192]).await.is_ok() {
                counted.fetch_add(8192, Ordering::SeqCst);
            }
        }
    })
    .await;
    assert!(matches!(get(endless).await, Err(NetError::TooLarge { .. })));
    let endless_head = listener(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await;
        while stream.write_all(&[b'x'; 8192]).await.is_ok() {}
    })
    .await;
    let error = get(endless_head).await.unwrap_err();
    assert!(matches!(error, NetError::NotHttp { .. }), "{error}");
}

#[tokio::test]
async fn d2_a_ten_megabyte_body_is_not_kept_whatever_its_framing() {
    let chunked = listener(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        for _ in 0..160 {
            let mut chunk = b"10000\r\n".to_vec();
            chunk.extend_from_slice(&vec![b'x'; 0x10000]);
            chunk.extend_from_slice(b"\r\n");
            if stream.write_all(&chunk).await.is_err() {
                return;
            }
        }
        let _ = stream.write_all(b"0\r\n\r\n").await;
    })
    .await;
    assert!(matches!(get(chunked).await, Err(NetError::TooLarge { .. })));
}

#[tokio::test]
async fn d2_the_deadline_covers_a_slow_drip_and_a_silent_device() {
    let drip = listener(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
        while stream.write_all(b".").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let silent = listener(|stream, _| async move {
        tokio::time::sleep(Duration::from_secs(30)).await;
        drop(stream);
    })
    .await;
    for address in [drip, silent] {
        let start = Instant::now();
        let error = get(address).await.unwrap_err();
        assert!(matches!(error, NetError::TimedOut { after_sending: true, .. }), "{error}");
        assert!(error.maybe_arrived() && start.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn what_was_never_sent_is_told_from_what_may_have_acted() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let error = get(address).await.unwrap_err();
    assert!(matches!(&error, NetError::Unreachable { why, .. } if why == "nothing listens on this port"), "{error}");
    assert!(!error.maybe_arrived());

    let closes = listener(|_stream, _| async {}).await;
    let resets = listener(|stream, _| async move {
        stream.set_zero_linger().unwrap();
    })
    .await;
    let breaks_off = fixed_answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":").await;
    for address in [closes, resets, breaks_off] {
        let error = get(address).await.unwrap_err();
        assert!(matches!(error, NetError::Dropped { .. }), "{error}");
        assert!(error.maybe_arrived());
    }
}

#[tokio::test]
async fn what_is_not_http_or_is_compressed_is_said_to_be_so() {
    let cgminer = fixed_answer("{\"STATUS\":[{\"STATUS\":\"E\"}]}\0").await;
    assert!(matches!(get(cgminer).await, Err(NetError::NotHttp { .. })));
    let gzip = fixed_answer("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f\x0b").await;
    assert!(matches!(get(gzip).await, Err(NetError::Compressed { encoding, .. }) if encoding == "gzip"));
    let plain = fixed_answer("HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 2\r\n\r\n{}").await;
    assert_eq!(get(plain).await.unwrap().body, "{}");
}

#[tokio::test]
async fn s6_nothing_is_sent_to_an_address_outside_the_ranges() {
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let here = listener(move |_stream, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        async {}
    })
    .await;
    let own = Surroundings { ports: vec![here.port()], ..Surroundings::default() };
    let ours = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], fixed(own));
    let unlisted = Guard::device(hmm_net::default_device_ranges(), fixed(Surroundings::default()));
    for (guard, expected) in [(ours, Forbidden::Ourselves), (unlisted, Forbidden::LocalUnlisted)] {
        let error = Outbound::device(guard).unwrap().line(&endpoint(here)).await.err().unwrap();
        assert!(matches!(error, NetError::NotAllowed { why, .. } if why == expected), "{error}");
        assert!(!error.maybe_arrived());
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn s6_a_name_is_pinned_and_still_named_in_the_host_header() {
    let address = listener(|mut stream, head| async move {
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{head}", head.len());
        let _ = stream.write_all(reply.as_bytes()).await;
    })
    .await;
    let guard =
        Guard::device(vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], fixed(Surroundings::default()));
    let outbound = Outbound::device_with(guard, SHORT).unwrap();
    let mut line = outbound.line(&Endpoint { host: "localhost".into(), port: address.port() }).await.unwrap();
    assert_eq!(line.address(), address);
    let reply = line.get("/").await.unwrap();
    let head = String::from_utf8(reply.body.to_vec()).unwrap();
    assert!(head.contains(&format!("host: localhost:{}", address.port())), "{head}");
}

#[tokio::test]
async fn a_device_never_sees_two_requests_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (inside, peak) = (Arc::clone(&now), Arc::clone(&most));
    let address = listener(move |mut stream, _| {
        let (inside, peak) = (Arc::clone(&inside), Arc::clone(&peak));
        async move {
            peak.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            inside.fetch_sub(1, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
        }
    })
    .await;
    let outbound = outbound();
    let polls = (0..20).map(|_| {
        let (outbound, endpoint) = (outbound.clone(), endpoint(address));
        tokio::spawn(async move { outbound.line(&endpoint).await?.get("/").await })
    });
    for poll in polls.collect::<Vec<_>>() {
        poll.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn devices_do_not_wait_for_each_other() {
    let outbound = outbound();
    let mut fleet = Vec::new();
    for _ in 0..100 {
        fleet.push(
            listener(|mut stream, _| async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
            })
            .await,
        );
    }
    let start = Instant::now();
    let polls: Vec<_> = fleet
        .into_iter()
        .map(|address| {
            let outbound = outbound.clone();
            tokio::spawn(async move { outbound.line(&endpoint(address)).await?.get("/").await })
        })
        .collect();
    for poll in polls {
        poll.await.unwrap().unwrap();
    }
    assert!(start.elapsed() < Duration::from_millis(100 * 50 / 2), "they stood in one queue");
}

#[tokio::test]
async fn a_scan_gives_up_sooner_and_stands_in_the_same_lane() {
    let guard = || Guard::device(vec!["127.0.0.0/8".parse().unwrap()], fixed(Surroundings::default()));
    // Nobody takes its connections, and its queue is full: a knock is not even refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(0).unwrap();
    let address = full.local_addr().unwrap();
    let _first_in_line = TcpStream::connect(address).await.unwrap();
    let patient = Outbound::device(guard()).unwrap();
    let error = patient.hurried().line(&endpoint(address)).await.unwrap().get("/").await.unwrap_err();
    let within = Limits::of_a_scan().connect;
    assert!(within < Limits::default().connect);
    assert_eq!(error, NetError::TimedOut { address: address.to_string(), within, after_sending: false });
    // Who was given less time than that keeps it.
    let short = Outbound::device_with(guard(), SHORT).unwrap().hurried();
    let error = short.line(&endpoint(address)).await.unwrap().get("/").await.unwrap_err();
    assert!(matches!(error, NetError::TimedOut { within, .. } if within == SHORT.connect), "{error}");

    let polled = patient.line(&endpoint(address)).await.unwrap();
    let (hurried, at) = (patient.hurried(), endpoint(address));
    let mut waits = std::pin::pin!(hurried.line(&at));
    let waiting = std::future::poll_fn(|cx| std::task::Poll::Ready(waits.as_mut().poll(cx).is_pending())).await;
    assert!(waiting, "two speak to one device at once");
    drop(polled);
    assert_eq!(waits.await.unwrap().address(), address);
}
