//! HTTP to small devices that are easily upset: one request at a time, one connection each, small and bounded replies.
//!
//! **Invariant:** nothing is sent to an address that did not pass the guard in this call, no redirect is followed, no
//! `Origin`, no cookie, no credentials, no proxy; body and time are bounded while streaming. Name and address are bound
//! for the life of a [`Line`], so a check and the write behind it reach the same device.

use crate::error::{NetError, from_client};
use crate::guard::Guard;
use crate::lanes::{Lanes, Place};
use crate::line::{self, End};
use crate::resolve::{Lookups, is_name};
use crate::udp::{self, Accepts, Ear, Hearsay};
use bytes::{Bytes, BytesMut};
use hmm_domain::port::{Clock, Endpoint};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use reqwest::dns::{Name, Resolve, Resolving};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To find the address, and again to take the connection.
    pub connect: Duration,
    /// From asking to the last byte of the reply.
    pub whole: Duration,
    /// Bytes of the reply's body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(10), body: 1 << 20 }
    }
}

impl Limits {
    /// For a look round, where most addresses are empty. Long enough for a second knock after a second; a device that
    /// is there and takes its time is asked in vain and looked for another time.
    pub const fn of_a_scan() -> Self {
        Self { connect: Duration::from_millis(1_250), whole: Duration::from_secs(3), body: 1 << 20 }
    }

    const fn at_most(self, other: Self) -> Self {
        const fn less(a: Duration, b: Duration) -> Duration {
            if a.as_nanos() < b.as_nanos() { a } else { b }
        }
        let body = if self.body < other.body { self.body } else { other.body };
        Self { connect: less(self.connect, other.connect), whole: less(self.whole, other.whole), body }
    }
}

/// What came back. Redirects too: on AxeOS a 302 means that the path does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: StatusCode,
    pub body: Bytes,
}

/// The way to devices. One for the whole program; clones share everything.
#[derive(Clone)]
pub struct Outbound {
    inner: Arc<Inner>,
    /// The same way, for those in a hurry.
    hurried: Arc<Inner>,
}

struct Inner {
    guard: Guard,
    limits: Limits,
    client: reqwest::Client,
    lanes: Lanes,
    lookups: Lookups,
    hearsay: Hearsay,
}

impl Outbound {
    pub fn device(guard: Guard) -> Result<Self, NetError> {
        Self::device_with(guard, Limits::default())
    }

    pub fn device_with(guard: Guard, limits: Limits) -> Result<Self, NetError> {
        let (lanes, lookups, hearsay) = (Lanes::default(), Lookups::default(), Hearsay::default());
        let inner = |guard, limits: Limits| {
            let (lanes, lookups, hearsay) = (lanes.clone(), lookups.clone(), hearsay.clone());
            let client = client(&limits)?;
            Ok::<_, NetError>(Arc::new(Inner { guard, limits, client, lanes, lookups, hearsay }))
        };
        let hurry = limits.at_most(Limits::of_a_scan());
        let hurried = inner(guard.clone(), hurry)?;
        Ok(Self { inner: inner(guard, limits)?, hurried })
    }

    /// The way for a scan: the same guard and the same lanes, shorter deadlines.
    #[must_use]
    pub fn hurried(&self) -> Self {
        Self { inner: Arc::clone(&self.hurried), hurried: Arc::clone(&self.hurried) }
    }

    pub fn guard(&self) -> &Guard {
        &self.inner.guard
    }

    /// What devices have called out by themselves, as far as somebody listens.
    pub fn hearsay(&self) -> &Hearsay {
        &self.inner.hearsay
    }

    /// Opens a socket for what devices call out. Others on this machine may listen at the same port.
    pub fn ear(&self, at: SocketAddr, clock: Arc<dyn Clock>, accepts: Accepts) -> Result<Ear, NetError> {
        Ear::open(at, self.inner.guard.clone(), self.inner.hearsay.clone(), clock, accepts)
    }

    /// Resolves, asks the guard, and waits until nobody else speaks to this device.
    ///
    /// Waiting is not counted against any deadline: whoever is ahead has deadlines of its own.
    pub async fn line(&self, endpoint: &Endpoint) -> Result<Line, NetError> {
        let inner = Arc::clone(&self.inner);
        let address = inner.lookups.resolve(&inner.guard, endpoint, inner.limits.connect).await?;
        let host = host_header(endpoint)?;
        let place = inner.lanes.enter(address).await;
        let headers = HeaderMap::new();
        Ok(Line { body_limit: inner.limits.body, inner, address, host, headers, _place: place })
    }
}

/// A conversation with one device: nobody else speaks to it until this is dropped.
pub struct Line {
    inner: Arc<Inner>,
    address: SocketAddr,
    host: Option<HeaderValue>,
    /// Sent with every request of this conversation: what lets us in.
    headers: HeaderMap,
    body_limit: usize,
    _place: Place,
}

impl Line {
    /// Lowers the limit on bodies for a family whose replies are known to be small.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = self.body_limit.min(bytes);
        self
    }

    /// Sends `value` with every request of this conversation. It is a secret to logs.
    pub fn with_secret_header(mut self, name: HeaderName, value: &str) -> Result<Self, NetError> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| NetError::Ourselves("the token holds characters that cannot be sent".to_owned()))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// The address that is really spoken to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn get(&mut self, path: &str) -> Result<Reply, NetError> {
        self.exchange(Method::GET, path, None).await
    }

    /// Sends `body` as JSON, or nothing at all.
    pub async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, NetError> {
        self.exchange(method, path, body).await
    }

    /// Says `request` over plain TCP, in one write, and takes what comes until `end` or until the device hangs up.
    /// One connection each: such devices close theirs after a reply.
    #[expect(clippy::disallowed_methods, reason = "the deadline over a whole reply is the point of this room")]
    pub async fn say(&mut self, request: &[u8], end: End) -> Result<Bytes, NetError> {
        let stream = line::connect(self.address, self.inner.limits.connect).await?;
        let within = self.inner.limits.whole;
        let slow = || NetError::TimedOut { address: self.address.to_string(), within, after_sending: true };
        let talk = line::say(stream, self.address, request, end, self.body_limit);
        tokio::time::timeout(within, talk).await.unwrap_or_else(|_| Err(slow()))
    }

    /// Sends one datagram to a port of this device. Nothing says whether it arrived.
    pub async fn tell(&mut self, port: u16, body: &[u8]) -> Result<(), NetError> {
        let to = SocketAddr::new(self.address.ip(), port);
        let allowed = self.inner.guard.check(to);
        let allowed = allowed.map_err(|why| NetError::NotAllowed { address: to.to_string(), why })?;
        udp::send(allowed, body).await
    }

    #[expect(clippy::disallowed_methods, reason = "the deadline over a whole reply is the point of this room")]
    async fn exchange(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, NetError> {
        let within = self.inner.limits.whole;
        let slow = || NetError::TimedOut { address: self.address.to_string(), within, after_sending: true };
        tokio::time::timeout(within, self.talk(method, path, body)).await.unwrap_or_else(|_| Err(slow()))
    }

    async fn talk(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, NetError> {
        let address = self.address.to_string();
        let failed = |error: &reqwest::Error| from_client(&address, self.inner.limits.connect, error);
        let reading = method == Method::GET;
        let mut request = self
            .inner
            .client
            .request(method, format!("http://{address}{path}"))
            .header(header::CONNECTION, HeaderValue::from_static("close"));
        request = request.headers(self.headers.clone());
        if let Some(host) = &self.host {
            request = request.header(header::HOST, host.clone());
        }
        match body {
            Some(body) => request = request.json(body),
            // A small server may wait for a body that nobody ruled out.
            None if !reading => request = request.header(header::CONTENT_LENGTH, HeaderValue::from_static("0")),
            None => {}
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        if let Some(encoding) = encoding(response.headers()) {
            return Err(NetError::Compressed { address, encoding });
        }
        let limit = self.body_limit;
        let announced = response.content_length().unwrap_or(0);
        if announced > limit as u64 {
            return Err(NetError::TooLarge { address, limit });
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > limit {
                return Err(NetError::TooLarge { address, limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status: response.status(), body: body.freeze() })
    }
}

/// A name goes into the `Host` header; for a literal the client writes it from the URL.
fn host_header(endpoint: &Endpoint) -> Result<Option<HeaderValue>, NetError> {
    if !is_name(&endpoint.host) {
        return Ok(None);
    }
    let text = if endpoint.port == 80 { endpoint.host.clone() } else { format!("{}:{}", endpoint.host, endpoint.port) };
    HeaderValue::from_str(&text).map(Some).map_err(|error| NetError::Ourselves(error.to_string()))
}

fn encoding(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_ENCODING)?.to_str().unwrap_or("unreadable");
    (!value.trim().eq_ignore_ascii_case("identity")).then(|| value.chars().take(32).collect())
}

/// Names are resolved and checked before the client sees an address; should one get this far, it leads nowhere.
struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, _name: Name) -> Resolving {
        Box::pin(async { Err("an unchecked name reached the socket".into()) })
    }
}

/// One client for all devices. It keeps no connection: a Bitaxe has ten sockets for the whole house.
fn client(limits: &Limits) -> Result<reqwest::Client, NetError> {
    // Devices speak plain http. An empty list of authorities makes https to one fail instead of half working, and
    // spares us the system's certificates.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| NetError::Ourselves(error.to_string()))?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(NoNames)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(0)
        .connect_timeout(limits.connect)
        .user_agent("hmm")
        .build()
        .map_err(|error| NetError::Ourselves(error.to_string()))
}
