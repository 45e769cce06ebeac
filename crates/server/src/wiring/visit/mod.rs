//! The demo house beside the real one. The visitor's cookie leads there before anything else looks at a request.
//!
//! **Invariant:** the two houses share the socket and the program, and nothing else. There is at most one demo house, and
//! when its last visitor has left, or half an hour has passed without a request, nothing of it is left.

mod place;

use crate::api::auth::cookie;
use crate::auth::origin::Encrypted;
use crate::auth::random::hash;
use crate::auth::recognise::VISIT;
use crate::auth::{AuthError, Client, Who};
use crate::config::Config;
use crate::front::{self, VisitError};
use crate::tls::Tls;
use async_trait::async_trait;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hmm_domain::port::Clock;
use hmm_engine::Tasks;
use http::{HeaderMap, header};
use parking_lot::{Mutex, RwLock};
use place::Place;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tower::ServiceExt as _;

pub(super) use place::sweep;

/// Without a request for so long, nobody is there.
const IDLE: Duration = Duration::from_mins(30);

/// Who is in the demo house, and the way there.
pub struct Visits {
    /// Of the real house: address, base path, names.
    config: Arc<Config>,
    /// The socket's, and so of both houses.
    tls: Arc<Tls>,
    /// By which a visitor's absence is measured.
    clock: Arc<dyn Clock>,
    tasks: Tasks,
    open: RwLock<Option<Arc<Visit>>>,
    /// Held while a house is being opened or taken down: there is one at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// For the demo house itself, which must not keep us alive.
    me: Weak<Self>,
}

/// The demo house that is open now.
struct Visit {
    place: Place,
    router: Router,
    /// Cookies, as hashes, of those who are in.
    guests: Mutex<BTreeSet<String>>,
    /// By the clock's ticks.
    last_request: Mutex<Duration>,
    left: Notify,
}

/// Where a request belongs.
enum Way {
    /// Home, with a cookie that opens nothing any more.
    Home,
    Visit(Router),
}

impl Visits {
    pub fn new(config: Arc<Config>, tls: Arc<Tls>, clock: Arc<dyn Clock>) -> Arc<Self> {
        let tasks = Tasks::new(Arc::clone(&clock));
        Arc::new_cyclic(|me| Self {
            config,
            tls,
            clock,
            tasks,
            open: RwLock::default(),
            turn: Arc::default(),
            me: Weak::clone(me),
        })
    }

    /// Puts the way to the demo house before the real one.
    pub fn before(self: &Arc<Self>, real: Router) -> Router {
        real.layer(axum::middleware::from_fn_with_state(Arc::clone(self), lead))
    }

    /// Takes the demo house down, if there is one, and opens no other.
    pub async fn stop(&self) {
        self.tasks.stop().await;
    }

    /// Whether nothing of a demo house is there.
    pub async fn is_closed(&self) -> bool {
        let _turn = self.turn.lock().await;
        self.open.read().is_none()
    }

    fn ticks(&self) -> Duration {
        Duration::from_millis(self.clock.ticks())
    }

    /// What the visitor's cookie holds. Most requests have none and go on at once.
    fn cookie(&self, request: &Request) -> Option<String> {
        let headers = request.headers();
        VISIT.value(headers, false)?;
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let client = Client::of(peer, Encrypted::of(request), headers, request.uri(), &self.config)?;
        VISIT.value(headers, client.secure()).map(str::to_owned)
    }

    async fn way(&self, value: &str) -> Way {
        let Some(visit) = self.open.read().clone() else { return Way::Home };
        let hash = hash(value);
        match visit.place.house.gatekeeper.by_cookie(value).await {
            Ok(None) => {
                // Signed out over there.
                visit.gone(&hash);
                Way::Home
            }
            Ok(Some(_)) => {
                *visit.last_request.lock() = self.ticks();
                visit.guests.lock().insert(hash);
                Way::Visit(visit.router.clone())
            }
            // That house says itself what is wrong with its database.
            Err(_) => Way::Visit(visit.router.clone()),
        }
    }

    /// Opens the house. The turn is held.
    async fn build(&self) -> anyhow::Result<Arc<Visit>> {
        let inside = Arc::new(Inside(Weak::clone(&self.me)));
        let (place, keys) = Place::build(&self.config, inside, Arc::clone(&self.tls)).await?;
        let visit = Arc::new(Visit {
            router: crate::api::router(Arc::clone(&place.front)),
            place,
            guests: Mutex::default(),
            last_request: Mutex::new(self.ticks()),
            left: Notify::new(),
        });
        *self.open.write() = Some(Arc::clone(&visit));
        if let Some(me) = self.me.upgrade() {
            self.tasks.spawn("demo-visit", me.keep(Arc::clone(&visit), keys));
        }
        Ok(visit)
    }

    /// Waits until nobody is there any more, and takes the house down.
    async fn keep(self: Arc<Self>, visit: Arc<Visit>, keys: place::Keys) {
        let stop = self.tasks.stopping();
        loop {
            let until = self.clock.now() + visit.rest(self.ticks());
            tokio::select! {
                () = stop.cancelled() => {}
                () = visit.left.notified() => {}
                _ = self.clock.sleep_until(until) => {}
            }
            let _turn = self.turn.lock().await;
            let deserted = visit.guests.lock().is_empty() || visit.rest(self.ticks()).is_zero();
            if !deserted && !stop.is_cancelled() {
                continue;
            }
            *self.open.write() = None;
            visit.place.close(keys, &self.tasks).await;
            tracing::info!("the demo house is gone");
            return;
        }
    }
}

impl Visit {
    /// How long it may still stand without a request.
    fn rest(&self, now: Duration) -> Duration {
        (*self.last_request.lock() + IDLE).saturating_sub(now)
    }

    fn gone(&self, hash: &str) {
        let mut guests = self.guests.lock();
        if guests.remove(hash) && guests.is_empty() {
            self.left.notify_one();
        }
    }
}

#[async_trait]
impl front::Visits for Visits {
    async fn enter(&self, client: &Client) -> Result<String, VisitError> {
        let _turn = self.turn.lock().await;
        if self.tasks.stopping().is_cancelled() {
            return Err(VisitError::Stopping);
        }
        let open = self.open.read().clone();
        let visit = match open {
            Some(visit) => visit,
            None => self.build().await.map_err(|error| VisitError::NotOpened(format!("{error:#}")))?,
        };
        // A house that nobody came into is deserted.
        let value = visit.place.admit(client).await.inspect_err(|_| visit.left.notify_one())?;
        *visit.last_request.lock() = self.ticks();
        visit.guests.lock().insert(hash(&value));
        Ok(value)
    }

    async fn leave(&self, cookie: &str) -> Result<(), VisitError> {
        let Some(visit) = self.open.read().clone() else { return Ok(()) };
        let gatekeeper = &visit.place.house.gatekeeper;
        let known = gatekeeper.by_cookie(cookie).await.map_err(AuthError::from)?;
        if let Some(Who::Person { session, .. }) = known.map(|known| known.principal.who) {
            gatekeeper.sign_out(session).await.map_err(AuthError::from)?;
        }
        visit.gone(&hash(cookie));
        Ok(())
    }
}

/// The same, as the demo house sees it: it does not hold what holds it.
struct Inside(Weak<Visits>);

#[async_trait]
impl front::Visits for Inside {
    async fn enter(&self, client: &Client) -> Result<String, VisitError> {
        match self.0.upgrade() {
            Some(visits) => visits.enter(client).await,
            None => Err(VisitError::Stopping),
        }
    }

    async fn leave(&self, cookie: &str) -> Result<(), VisitError> {
        match self.0.upgrade() {
            Some(visits) => visits.leave(cookie).await,
            None => Err(VisitError::Stopping),
        }
    }
}

/// Leads a request to the house that it belongs to.
async fn lead(State(visits): State<Arc<Visits>>, request: Request, next: Next) -> Response {
    let Some(value) = visits.cookie(&request) else { return next.run(request).await };
    match visits.way(&value).await {
        Way::Visit(router) => match router.oneshot(request).await {
            Ok(response) => response.into_response(),
            Err(never) => match never {},
        },
        Way::Home => {
            let mut response = next.run(request).await;
            // Unless they have just gone in again.
            if !sets(response.headers()) {
                for value in cookie::unset(VISIT, &visits.config) {
                    response.headers_mut().append(header::SET_COOKIE, value);
                }
            }
            response
        }
    }
}

fn sets(headers: &HeaderMap) -> bool {
    let set = |line: &str| line.split('=').next().is_some_and(|name| [VISIT.plain, VISIT.bound].contains(&name));
    headers.get_all(header::SET_COOKIE).iter().any(|line| line.to_str().is_ok_and(set))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;
    use crate::front::Visits as _;
    use hmm_engine::SystemClock;
    use std::net::{IpAddr, Ipv4Addr};

    #[tokio::test(flavor = "multi_thread")]
    async fn when_the_demo_house_is_gone_nothing_of_it_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let config = Arc::new(Config::defaults(folder.path(), Environment::default()));
        let visits = Visits::new(config, Tls::off(), Arc::new(SystemClock::new()));
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let client = Client { address, known: true, scheme: "http", host: "localhost".into(), port: 8080 };
        let cookie = visits.enter(&client).await.unwrap();
        assert!(matches!(visits.way(&cookie).await, Way::Visit(_)));
        let visit = visits.open.read().clone().unwrap();
        let house = Arc::downgrade(&visit.place.house);
        let (engine, store) = (Arc::downgrade(&visit.place.house.engine), Arc::downgrade(&visit.place.house.store));
        let front = Arc::downgrade(&visit.place.front);
        drop(visit);
        visits.stop().await;
        assert!(matches!(visits.way(&cookie).await, Way::Home));
        let held = [house.strong_count(), engine.strong_count(), store.strong_count(), front.strong_count()];
        assert_eq!(held, [0; 4], "house, engine, store, front door");
    }
}
