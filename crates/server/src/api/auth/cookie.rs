//! A session cookie, as it is set and unset.

use crate::auth::Client;
use crate::auth::recognise::Cookies;
use crate::config::Config;
use http::HeaderValue;

/// `HttpOnly; SameSite=Strict`, and bound to this very host where the connection is encrypted. Without an age it goes when
/// the browser is closed.
pub fn set(
    cookies: Cookies,
    value: &str,
    max_age_s: Option<u64>,
    client: &Client,
    config: &Config,
) -> Option<HeaderValue> {
    let text =
        if client.secure() { bound(cookies, value, max_age_s) } else { plain(cookies, value, max_age_s, config) };
    HeaderValue::try_from(text).ok()
}

/// Unsets both names: the browser may have come with TLS and without.
pub fn unset(cookies: Cookies, config: &Config) -> impl Iterator<Item = HeaderValue> {
    [bound(cookies, "", Some(0)), plain(cookies, "", Some(0), config)].into_iter().flat_map(HeaderValue::try_from)
}

fn bound(cookies: Cookies, value: &str, max_age_s: Option<u64>) -> String {
    format!("{}={value}; Path=/{}; HttpOnly; SameSite=Strict; Secure", cookies.bound, age(max_age_s))
}

fn plain(cookies: Cookies, value: &str, max_age_s: Option<u64>, config: &Config) -> String {
    let path = if config.app.base_path.is_empty() { "/" } else { &config.app.base_path };
    format!("{}={value}; Path={path}{}; HttpOnly; SameSite=Strict", cookies.plain, age(max_age_s))
}

fn age(max_age_s: Option<u64>) -> String {
    max_age_s.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default()
}
