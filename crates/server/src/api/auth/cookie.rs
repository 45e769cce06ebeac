//! The session cookie, as it is set and unset.

use crate::auth::Client;
use crate::auth::recognise::{COOKIE, COOKIE_SECURE};
use crate::config::Config;
use http::HeaderValue;

/// `HttpOnly; SameSite=Strict`, and bound to this very host where the connection is encrypted.
pub fn set(value: &str, max_age_s: u64, client: &Client, config: &Config) -> Option<HeaderValue> {
    let text = if client.secure() {
        format!("{COOKIE_SECURE}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict; Secure")
    } else {
        let path = if config.app.base_path.is_empty() { "/" } else { &config.app.base_path };
        format!("{COOKIE}={value}; Path={path}; Max-Age={max_age_s}; HttpOnly; SameSite=Strict")
    };
    HeaderValue::try_from(text).ok()
}
