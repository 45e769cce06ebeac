//! Settings by datagram: for one address or for all, whole or with losses, never answered.
//!
//! **Invariant:** a datagram without the Wi-Fi takes the Wi-Fi away, and nobody hears of the device again.

use super::super::face::{Face, Write};
use super::set_pool;
use crate::faults::Fault;
use serde_json::Value;
use std::sync::Arc;
use tokio::net::UdpSocket;

/// Where these devices hear.
pub(crate) const CONFIG_PORT: u16 = 12_347;

/// Hears until the task is dropped.
pub(crate) async fn keep_ear(face: Arc<Face>, socket: UdpSocket) {
    let mut buffer = vec![0; 2_048];
    while let Ok((length, _)) = socket.recv_from(&mut buffer).await {
        let _awake = face.clock.awake();
        let body = &buffer[..length];
        let acted = heard(&face, body);
        face.record(Write {
            at_ms: face.clock.now().millis(),
            method: "DATAGRAM".to_owned(),
            path: CONFIG_PORT.to_string(),
            body: String::from_utf8_lossy(body).into_owned(),
            status: 0,
            acted,
        });
        face.refresh().await;
    }
}

fn heard(face: &Face, body: &[u8]) -> bool {
    let Ok(wanted) = serde_json::from_slice::<Value>(body) else { return false };
    let text = |key: &str| wanted.get(key).and_then(Value::as_str).unwrap_or_default();
    let meant = text("IP") == "0.0.0.0" || text("IP") == face.address.ip().to_string();
    if !meant || face.has(Fault::IgnoreWrites) {
        return false;
    }
    if text("WiFiSSID").is_empty() {
        face.faults.lock().add(Fault::Offline);
    }
    face.with_rig(|rig| set_pool(rig, &wanted));
    true
}
