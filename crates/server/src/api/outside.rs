//! What every request passes first: one spelling of its path, a host name of ours, the house itself.
//!
//! **Invariant:** a request under a foreign name reaches nothing (S5), and while there is no house only health answers.

use super::route::App;
use crate::auth::Client;
use crate::auth::origin::{Encrypted, Names};
use crate::problem::{Kind, Problem};
use crate::restore;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use std::any::Any;
use std::net::SocketAddr;

/// What an answer of the API may do in a browser: nothing.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// `/api/miners/` is `/api/miners`.
pub(super) fn one_spelling(mut request: Request) -> Request {
    let uri = request.uri();
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() || trimmed.len() == path.len() {
        return request;
    }
    let mut parts = uri.clone().into_parts();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(shorter) = format!("{trimmed}{query}").parse() {
        parts.path_and_query = Some(shorter);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

pub(super) async fn enter(State(front): State<App>, mut request: Request, next: Next) -> Response {
    let health = request.uri().path().starts_with("/api/health/");
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().copied();
    let encrypted = Encrypted::of(&request);
    let client = Client::of(peer.as_ref(), encrypted, request.headers(), request.uri(), &front.config);
    let house = front.house();
    let ours = |client: &Client| match &house {
        Some(house) => house.gatekeeper.names.ours(&client.host),
        None => Names::new(&front.config).ours(&client.host),
    };
    let Some(client) = client.filter(ours) else {
        return dress(not_ours(request.headers()));
    };
    request.extensions_mut().insert(client);
    match house {
        Some(house) => {
            request.extensions_mut().insert(house);
        }
        // Pages say it in their own way.
        None if !health && of_the_api(request.uri().path()) => {
            let state = front.starting().state;
            let kind = if state == restore::STATE { Kind::Restoring } else { Kind::Starting };
            let problem = Problem::new(kind, format!("{state}: try again in a moment")).retry_after(2);
            return dress(problem.into_response());
        }
        None => {}
    }
    dress(next.run(request).await)
}

fn of_the_api(path: &str) -> bool {
    ["/api/", "/ws/", "/docs", "/metrics"].iter().any(|start| path.starts_with(start))
}

/// Pages dress themselves; answers without a policy get the strictest.
fn dress(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
    }
    response
}

/// 421: the name was meant for somebody else. A person gets a page that says which line to add.
fn not_ours(headers: &HeaderMap) -> Response {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Only what can be a name is repeated, so that nothing can be smuggled into the page.
    let plain: String =
        named.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(100).collect();
    let name = named.split(':').next().filter(|host| *host == plain && !host.is_empty()).unwrap_or("the.name");
    let line = format!("security:\n  allowed_hosts: [{name}]");
    let html = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|a| a.contains("html"));
    if !html {
        let detail = format!("add to config.yaml: security.allowed_hosts: [{name}], or use the IP address");
        return Problem::new(Kind::HostNotAllowed, detail).into_response();
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>Not under this name</title><h1>Not under this name</h1><p>This is a Home \
         Miner Manager, and it does not know the name in the address bar. If it is yours, add this to \
         <code>config.yaml</code> and restart, or open the page by its IP address:</p><pre>{line}</pre></html>"
    );
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::MISDIRECTED_REQUEST, kind, page).into_response()
}

/// A defect: said in the log, answered like one, and everybody else goes on.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    dress(Problem::new(Kind::Internal, "the log says more; please report it").because(words).into_response())
}
