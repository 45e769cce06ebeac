//! The web app as a browser meets it.
//!
//! **Invariant:** tests run on made-up builds; whether the real one is inside this binary does not matter here.

use axum::response::Response;
use bytes::Bytes;
use hmm_server::spa::Site;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;

fn site(base_path: &str) -> Site {
    let file = |path: &str, text: &'static str| (path.to_owned(), Bytes::from_static(text.as_bytes()));
    let files = [
        file("index.html", "<html><head><title>hmm</title></head></html>"),
        file("assets/index-Ab_-x9Zq.js", "code"),
        file("assets/index-Ab_-x9Zq.js.br", "BR"),
        file("assets/index-Ab_-x9Zq.js.gz", "GZ"),
        file("assets/logo.svg", "<svg/>"),
        file("manifest.webmanifest", "{}"),
        file("downloads/archive.gz", "an archive"),
    ];
    Site::new(files, base_path)
}

fn ask(site: &Site, method: &Method, path: &str, headers: &[(&'static str, &'static str)]) -> Response {
    let pair =
        |(name, value): &(&'static str, &'static str)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let headers: HeaderMap = headers.iter().map(pair).collect();
    site.answer(method, path, &headers)
}

fn get(path: &str, headers: &[(&'static str, &'static str)]) -> Response {
    ask(&site(""), &Method::GET, path, headers)
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn body(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn every_path_of_the_app_gets_the_page_and_asks_again_next_time() {
    for path in ["/", "/miners/7", "/index.html"] {
        let response = get(path, &[("accept", "text/html,*/*;q=0.8")]);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
        assert_eq!(header(&response, "cache-control"), "no-cache");
        assert!(body(response).await.contains("<title>hmm</title>"));
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_others_are_not() {
    let hashed = get("/assets/index-Ab_-x9Zq.js", &[]);
    assert_eq!(header(&hashed, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&hashed, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&get("/assets/logo.svg", &[]), "cache-control"), "no-cache");
    assert_eq!(header(&get("/manifest.webmanifest", &[]), "content-type"), "application/manifest+json");
}

#[tokio::test]
async fn the_smallest_form_that_the_browser_takes_is_sent() {
    let path = "/assets/index-Ab_-x9Zq.js";
    for (accept, encoding, text) in [
        ("gzip, deflate, br", "br", "BR"),
        ("gzip;q=0.5", "gzip", "GZ"),
        ("br;q=0, gzip", "gzip", "GZ"),
        ("*", "br", "BR"),
        ("*;q=0", "", "code"),
        ("identity", "", "code"),
    ] {
        let response = get(path, &[("accept-encoding", accept)]);
        assert_eq!(header(&response, "content-encoding"), encoding, "{accept}");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(body(response).await, text, "{accept}");
    }
    let archive = get("/downloads/archive.gz", &[("accept-encoding", "gzip")]);
    assert_eq!((header(&archive, "content-encoding"), header(&archive, "vary")), (String::new(), String::new()));
    assert_eq!(body(archive).await, "an archive");
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let first = get("/", &[]);
    let etag: &'static str = header(&first, "etag").leak();
    let again = get("/", &[("if-none-match", etag)]);
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&again, "etag"), etag);
    assert_eq!(body(again).await, "");
    let weak: &'static str = format!("\"other\", W/{etag}").leak();
    assert_eq!(get("/", &[("if-none-match", weak)]).status(), StatusCode::NOT_MODIFIED);
    assert_eq!(get("/", &[("if-none-match", "\"other\"")]).status(), StatusCode::OK);
}

#[tokio::test]
async fn a_missing_chunk_is_not_answered_with_the_page() {
    assert_eq!(get("/assets/index-OLD01234.js", &[("accept", "*/*")]).status(), StatusCode::NOT_FOUND);
    assert_eq!(get("/robots.png", &[("accept", "image/png")]).status(), StatusCode::NOT_FOUND);
    assert_eq!(get("/../../etc/passwd", &[("accept", "image/png")]).status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_other_methods_are_refused() {
    let head = ask(&site(""), &Method::HEAD, "/assets/logo.svg", &[]);
    assert_eq!((head.status(), header(&head, "content-length")), (StatusCode::OK, "6".to_owned()));
    assert_eq!(header(&head, "content-type"), "image/svg+xml");
    assert_eq!(body(head).await, "");
    let post = ask(&site(""), &Method::POST, "/", &[]);
    assert_eq!((post.status(), header(&post, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD".to_owned()));
}

#[tokio::test]
async fn every_answer_says_what_a_page_of_ours_may_do() {
    for response in [get("/", &[]), get("/assets/none.js", &[]), ask(&site(""), &Method::POST, "/", &[])] {
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'self'; script-src 'self'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
        assert!(header(&response, "permissions-policy").contains("camera=()"));
    }
}

#[tokio::test]
async fn below_a_base_path_the_page_knows_where_it_lives() {
    let site = site("/hmm");
    let page = body(ask(&site, &Method::GET, "/", &[])).await;
    assert!(page.starts_with("<html><head><base href=\"/hmm/\"><title>"), "{page}");
}

#[tokio::test]
async fn a_program_without_the_web_app_says_so_and_names_the_way_out() {
    let site = Site::new([], "");
    assert!(!site.is_built());
    let response = ask(&site, &Method::GET, "/", &[("accept", "text/html")]);
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(body(response).await.contains("cargo xtask build"));
}
