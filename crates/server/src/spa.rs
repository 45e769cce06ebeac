//! The web app, from inside the program.
//!
//! **Invariant:** only files of the build are served, by a table made at the start; no request names a path on disk.
//! Hashed names are kept by the browser for ever, everything else is asked for again with its ETag.

use crate::front::Front;
use crate::restore;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// What the page may do. Everything comes from here; nothing is inline; nobody frames it.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; \
    frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
    ),
];
const INDEX: &str = "index.html";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

#[derive(rust_embed::Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Built;

/// The files of a build, ready to be served.
pub struct Site {
    files: HashMap<String, File>,
}

struct File {
    plain: Body,
    brotli: Option<Body>,
    gzip: Option<Body>,
    mime: HeaderValue,
    /// The name changes with the content.
    hashed: bool,
}

#[derive(Clone)]
struct Body {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Site {
    /// The build that was there when the program was compiled; empty when there was none.
    pub fn built_in(base_path: &str) -> Self {
        let files = Built::iter().filter_map(|path| {
            let bytes = match Built::get(&path)?.data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((path.into_owned(), bytes))
        });
        Self::new(files, base_path)
    }

    /// From path and content. `x.br` and `x.gz` are other forms of `x`.
    pub fn new(files: impl IntoIterator<Item = (String, Bytes)>, base_path: &str) -> Self {
        let mut all: HashMap<String, Bytes> = files.into_iter().collect();
        if !base_path.is_empty()
            && let Some(index) = all.remove(INDEX)
        {
            all.insert(INDEX.to_owned(), below(base_path, &index));
            all.retain(|path, _| path != "index.html.br" && path != "index.html.gz");
        }
        let is_form = |path: &str| {
            [".br", ".gz"].iter().any(|end| path.strip_suffix(end).is_some_and(|plain| all.contains_key(plain)))
        };
        let file = |path: &String, bytes: &Bytes| File {
            plain: Body::new(bytes),
            brotli: all.get(&format!("{path}.br")).map(Body::new),
            gzip: all.get(&format!("{path}.gz")).map(Body::new),
            mime: mime(path),
            hashed: hashed(path),
        };
        let files =
            all.iter().filter(|(path, _)| !is_form(path)).map(|(path, bytes)| (path.clone(), file(path, bytes)));
        Self { files: files.collect() }
    }

    /// Whether there is a web app at all.
    pub fn is_built(&self) -> bool {
        self.files.contains_key(INDEX)
    }

    /// Answers a request for `path`, which begins with a slash.
    pub fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        let mut response = self.choose(method, path, headers);
        protect(response.headers_mut());
        response
    }

    fn choose(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
        }
        let name = path.trim_start_matches('/');
        if let Some(file) = self.files.get(name) {
            return file.answer(method, headers);
        }
        // A chunk of an older build is missing, and a page in its place would only confuse the browser.
        if name.starts_with("assets/") || !takes_html(headers) {
            return page(StatusCode::NOT_FOUND, "Not found", "There is nothing at this address.");
        }
        match self.files.get(INDEX) {
            Some(index) => index.answer(method, headers),
            None => page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The web app is not in this program",
                "It was compiled without it. Run <code>cargo xtask build</code>, which builds the web app first, and \
                 start the program again. The API works: see <a href=\"docs\">/docs</a>.",
            ),
        }
    }
}

impl Body {
    fn new(bytes: &Bytes) -> Self {
        use sha2::{Digest, Sha256};
        let hash = hex::encode(&Sha256::digest(bytes)[..12]);
        let etag = HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        Self { bytes: bytes.clone(), etag }
    }
}

impl File {
    fn answer(&self, method: &Method, headers: &HeaderMap) -> Response {
        let (body, encoding) = self.form(headers);
        let mut answer = HeaderMap::new();
        let cache = if self.hashed { FOR_EVER } else { ASK_AGAIN };
        answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        answer.insert(header::ETAG, body.etag.clone());
        if self.brotli.is_some() || self.gzip.is_some() {
            answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if seen(headers, &body.etag) {
            return (StatusCode::NOT_MODIFIED, answer).into_response();
        }
        answer.insert(header::CONTENT_TYPE, self.mime.clone());
        if let Some(encoding) = encoding {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        if method == Method::HEAD {
            answer.insert(header::CONTENT_LENGTH, HeaderValue::from(body.bytes.len()));
            return (answer, ()).into_response();
        }
        (answer, body.bytes.clone()).into_response()
    }

    /// The smallest form that the browser takes.
    fn form(&self, headers: &HeaderMap) -> (&Body, Option<&'static str>) {
        match (&self.brotli, &self.gzip) {
            (Some(body), _) if takes_encoding(headers, "br") => (body, Some("br")),
            (_, Some(body)) if takes_encoding(headers, "gzip") => (body, Some("gzip")),
            _ => (&self.plain, None),
        }
    }
}

/// The web app at every path that nothing else serves: the API's router hands over what it does not know.
pub fn router(front: Arc<Front>) -> Router {
    let site = Arc::new(Site::built_in(&front.config.app.base_path));
    Router::new().fallback(answer).with_state((front, site))
}

async fn answer(
    State((front, site)): State<(Arc<Front>, Arc<Site>)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if front.house().is_some() {
        return site.answer(&method, uri.path(), &headers);
    }
    let title = if front.starting().state == restore::STATE { "A backup is being restored" } else { "Starting" };
    let mut response = page(StatusCode::SERVICE_UNAVAILABLE, title, "This page looks again by itself.");
    response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    protect(response.headers_mut());
    response
}

/// The headers that every page of ours carries. What is set already stays.
pub fn protect(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · Home Miner Manager</title><h1>{title}</h1><p>{text}</p></html>"
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, html).into_response()
}

/// Tells the page that it lives below `base_path`: its relative addresses begin there.
fn below(base_path: &str, index: &Bytes) -> Bytes {
    let html = String::from_utf8_lossy(index);
    Bytes::from(html.replacen("<head>", &format!("<head><base href=\"{base_path}/\">"), 1))
}

fn mime(path: &str) -> HeaderValue {
    let kind = match path.rsplit('.').next() {
        Some("webmanifest") => "application/manifest+json".to_owned(),
        _ => mime_guess::from_path(path).first_or_octet_stream().to_string(),
    };
    let text = kind.starts_with("text/") || kind == "application/javascript";
    let kind = if text { format!("{kind}; charset=utf-8") } else { kind };
    HeaderValue::try_from(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// `assets/name-8orMoreCharacters.ext`: the form that the web build gives to what it hashes.
fn hashed(path: &str) -> bool {
    let stem = path.strip_prefix("assets/").and_then(|name| name.split('.').next()).unwrap_or_default();
    // The hash itself may hold a dash: its last eight characters come after one.
    stem.len() > 9 && stem.is_char_boundary(stem.len() - 9) && stem[stem.len() - 9..].starts_with('-')
}

fn takes_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    accept.contains("text/html") || accept.contains("*/*")
}

/// Whether Accept-Encoding names `coding` (or everything) with a weight that is not zero.
fn takes_encoding(headers: &HeaderMap, coding: &str) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut any = None;
    for item in lists.flat_map(|list| list.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused =
            parts.filter_map(|part| part.strip_prefix("q=")).any(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        if name.eq_ignore_ascii_case(coding) {
            return !refused;
        }
        if name == "*" {
            any = Some(!refused);
        }
    }
    any.unwrap_or(false)
}

fn seen(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || Ok(tag.strip_prefix("W/").unwrap_or(tag)) == etag.to_str().map_err(|_| ()))
}
