//! Plain TCP against listeners that misbehave on purpose.
#![expect(clippy::disallowed_methods, reason = "the listeners are tasks of the test, and their slowness is real")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use hmm_domain::port::Endpoint;
use hmm_net::surroundings::fixed;
use hmm_net::{End, Guard, Limits, NetError, Outbound, Surroundings};
use std::future::Future;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SHORT: Limits = Limits { connect: Duration::from_millis(500), whole: Duration::from_millis(700), body: 4 * 1024 };

/// Says `version` to a listener that does `answer`, and brings what came of it with what the listener had heard.
async fn say<F, R>(end: End, answer: F) -> (Result<Vec<u8>, NetError>, Vec<u8>)
where
    F: FnOnce(TcpStream) -> R + Send + 'static,
    R: Future<Output = TcpStream> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 256];
        let length = stream.read(&mut request).await.unwrap();
        request.truncate(length);
        drop(answer(stream).await);
        request
    });
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], fixed(Surroundings::default()));
    let outbound = Outbound::device_with(guard, SHORT).unwrap();
    let mut line = outbound.line(&Endpoint { host: "127.0.0.1".into(), port }).await.unwrap();
    let reply = line.say(b"version", end).await.map(|bytes| bytes.to_vec());
    (reply, heard.await.unwrap())
}

async fn told(mut stream: TcpStream, parts: &'static [&'static [u8]]) -> TcpStream {
    for part in parts {
        stream.write_all(part).await.unwrap();
        stream.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stream
}

#[tokio::test]
async fn a_reply_ends_with_its_last_byte_or_with_the_connection() {
    let nul = End::Byte(0);
    let (reply, heard) = say(nul, |stream| told(stream, &[b"STATUS", b"=S|\0", b"rest"])).await;
    assert_eq!((reply.unwrap().as_slice(), heard.as_slice()), (&b"STATUS=S|"[..], &b"version"[..]));
    let (reply, _) = say(nul, |stream| told(stream, &[b"{\"STATUS\":", b"[]}"])).await;
    assert_eq!(reply.unwrap(), b"{\"STATUS\":[]}", "no last byte: the end of the connection is the end");
    let (reply, _) = say(nul, |stream| told(stream, &[])).await;
    assert!(matches!(reply, Err(NetError::Dropped { .. })), "nothing is no reply: {reply:?}");
}

#[tokio::test]
async fn a_length_in_front_is_believed_within_limits() {
    const TOO_MUCH: [&[&[u8]]; 2] = [&[b"\x01\x10\0\0"], &[b"\xff\xff\xff\xff"]];
    let (reply, _) = say(End::LengthBefore, |stream| told(stream, &[b"\x05\0", b"\0\0{\"a", b"\"}more"])).await;
    assert_eq!(reply.unwrap(), b"{\"a\"}");
    let (reply, _) = say(End::LengthBefore, |stream| told(stream, &[b"\x05\0\0\0{\"a"])).await;
    assert!(matches!(reply, Err(NetError::Dropped { .. })), "less than announced: {reply:?}");
    for announced in TOO_MUCH {
        let (reply, _) = say(End::LengthBefore, move |stream| told(stream, announced)).await;
        assert!(matches!(reply, Err(NetError::TooLarge { limit: 4_096, .. })), "{reply:?}");
    }
}

#[tokio::test]
async fn d2_size_and_time_of_a_reply_are_bounded() {
    let endless = |mut stream: TcpStream| async move {
        while stream.write_all(&[b' '; 1024]).await.is_ok() {}
        stream
    };
    let (reply, _) = say(End::Byte(0), endless).await;
    assert!(matches!(reply, Err(NetError::TooLarge { .. })), "{reply:?}");
    let since = Instant::now();
    let (reply, _) = say(End::Byte(0), |mut stream| async move {
        stream.write_all(b"{").await.unwrap();
        let _ = stream.read(&mut [0; 8]).await;
        stream
    })
    .await;
    let error = reply.unwrap_err();
    assert!(matches!(error, NetError::TimedOut { after_sending: true, .. }) && error.maybe_arrived(), "{error}");
    assert!(since.elapsed() < SHORT.whole + Duration::from_secs(2));
}

#[tokio::test]
async fn nobody_there_is_told_from_somebody_who_hangs_up() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], fixed(Surroundings::default()));
    let outbound = Outbound::device_with(guard, SHORT).unwrap();
    let mut line = outbound.line(&Endpoint { host: "127.0.0.1".into(), port }).await.unwrap();
    let error = line.say(b"version", End::Byte(0)).await.unwrap_err();
    assert!(matches!(error, NetError::Unreachable { .. }) && !error.maybe_arrived(), "{error}");
    let (reply, _) = say(End::Byte(0), |stream| async move {
        stream.set_zero_linger().unwrap();
        stream
    })
    .await;
    let error = reply.unwrap_err();
    assert!(matches!(error, NetError::Dropped { .. }) && error.maybe_arrived(), "{error}");
}
