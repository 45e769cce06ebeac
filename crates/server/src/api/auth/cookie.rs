//! The session cookie, as it is set and unset.

use crate::auth::Client;
use crate::auth::recognise::{COOKIE, COOKIE_SECURE};
use crate::config::Config;
use http::HeaderValue;

/// `HttpOnly; SameSite=Strict`, and bound to this very host where the connection is encrypted.
pub fn set(value: &str, max_age_s: u64, client: &Client, config: &Config) -> Option<HeaderValue> {
    if client.secure() { bound(value, max_age_s) } else { plain(value, max_age_s, config) }
}

/// Unsets both names: the browser may have come with TLS and without.
pub fn unset(config: &Config) -> impl Iterator<Item = HeaderValue> {
    [bound("", 0), plain("", 0, config)].into_iter().flatten()
}

fn bound(value: &str, max_age_s: u64) -> Option<HeaderValue> {
    let text = format!("{COOKIE_SECURE}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict; Secure");
    HeaderValue::try_from(text).ok()
}

fn plain(value: &str, max_age_s: u64, config: &Config) -> Option<HeaderValue> {
    let path = if config.app.base_path.is_empty() { "/" } else { &config.app.base_path };
    let text = format!("{COOKIE}={value}; Path={path}; Max-Age={max_age_s}; HttpOnly; SameSite=Strict");
    HeaderValue::try_from(text).ok()
}
