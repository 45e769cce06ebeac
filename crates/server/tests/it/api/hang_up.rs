//! Whoever hangs up leaves nothing half done.

use super::desk::{Desk, HOST, problem};
use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use hmm_server::auth::gate::{Gate, gate};
use hmm_server::auth::origin::Encrypted;
use hmm_server::auth::{Client, Need};
use http::{Method, Request};
use std::sync::Arc;
use tokio::sync::Notify;
use tower::ServiceExt;

fn request(desk: &Desk, key: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(Method::POST).uri("/").header("host", HOST);
    request = request.header("authorization", format!("Bearer {}", desk.admin));
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let client = Client::of(None, Encrypted(false), request.headers(), request.uri(), &desk.house.config).unwrap();
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(Arc::clone(&desk.house));
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_every_write_runs_to_its_end_even_when_its_caller_hangs_up() {
    let desk = Desk::new().await;
    for need in [Need::Admin, Need::Open] {
        for key in [None, Some("k")] {
            let [begun, go_on, done] = [(); 3].map(|()| Arc::new(Notify::new()));
            let (a, b, c) = (Arc::clone(&begun), Arc::clone(&go_on), Arc::clone(&done));
            let work = async move || {
                a.notify_one();
                b.notified().await;
                c.notify_one();
            };
            let layer = from_fn_with_state(Gate { need, secret: false, live: false, upload: false }, gate);
            let router = Router::new().route("/", post(work)).layer(layer);
            tokio::select! {
                _ = router.oneshot(request(&desk, key)) => panic!("nobody has let it go on"),
                () = begun.notified() => {}
            }
            go_on.notify_one();
            done.notified().await;
        }
    }
}

async fn defect() {
    panic!("a defect")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_defect_in_a_write_is_a_problem_and_gives_its_key_back() {
    let desk = Desk::new().await;
    for need in [Need::Admin, Need::Open] {
        for key in [None, Some("k"), Some("k")] {
            let layer = from_fn_with_state(Gate { need, secret: false, live: false, upload: false }, gate);
            let router = Router::new().route("/", post(defect)).layer(layer);
            let answer = desk.through(router, request(&desk, key)).await;
            assert_eq!(answer.is(), problem(500, "internal"), "{need:?} {key:?}");
        }
    }
}
