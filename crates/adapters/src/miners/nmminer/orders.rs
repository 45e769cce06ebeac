//! The pool in this family's words: as a setting over HTTP, and as the datagram of old. Pure.
//!
//! **Invariant:** a datagram names the one device that it is meant for, and goes out whole or not at all: what is left out
//! of it may be blanked on the device, the Wi-Fi first.

use super::words::pool_setting;
use crate::miners::shared::loose::Text;
use crate::miners::shared::pools::{PoolSetting, bare_host, check};
use crate::miners::shared::refused;
use hmm_domain::port::{Credentials, DriverError};
use hmm_domain::wish::PoolTarget;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;

/// What a Wi-Fi can be called, and what its password can be, in bytes.
const SSID_MAX: usize = 32;
const WIFI_PASSWORD: (usize, usize) = (8, 63);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Mining {
    primary_pool: Text,
    primary_address: Text,
}

/// Whole, with its scheme.
fn url(target: &PoolTarget) -> Result<String, DriverError> {
    check(target)?;
    let host = bare_host(target.host.as_str()).0;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let scheme = if target.tls { "stratum+ssl" } else { "stratum+tcp" };
    Ok(format!("{scheme}://{host}:{}", target.port))
}

/// The setting over HTTP. What is left out stays.
pub(super) fn setting(target: &PoolTarget) -> Result<Value, DriverError> {
    let mut body = json!({ "PrimaryPool": url(target)?, "PrimaryAddress": target.user.as_str() });
    if let Some(password) = &target.password {
        body["PrimaryPassword"] = password.as_str().into();
    }
    Ok(body)
}

/// The pool that is set first, from the setting as the device prints it.
pub(super) fn primary(setting: &Value) -> Option<PoolSetting> {
    let mining = Mining::deserialize(setting).ok()?;
    pool_setting(&mining.primary_pool, &mining.primary_address)
}

/// The datagram for the device at `ip`. It wants its Wi-Fi told again.
pub(super) fn datagram(ip: IpAddr, target: &PoolTarget, keys: &Credentials) -> Result<Vec<u8>, DriverError> {
    let url = url(target)?;
    let (Some(ssid), Some(wifi)) = (keys.user.as_deref(), keys.password.as_deref()) else {
        let why = "this firmware takes a pool only together with the name and the password of its Wi-Fi, and would lose \
                   its Wi-Fi without them: enter both as its login";
        return Err(DriverError::Credentials(why.into()));
    };
    let leaves = |text: &str| text.chars().any(|c| c.is_control() || matches!(c, '"' | '\\'));
    let fits = (1..=SSID_MAX).contains(&ssid.len())
        && (wifi.is_empty() || (WIFI_PASSWORD.0..=WIFI_PASSWORD.1).contains(&wifi.len()));
    if !fits || leaves(ssid) || leaves(wifi) {
        return Err(refused(
            "the name of the Wi-Fi has 1 to 32 bytes and its password 8 to 63, neither with a quote, a backslash or a \
             control character",
        ));
    }
    let body = json!({
        "IP": ip.to_string(),
        "WiFiSSID": ssid,
        "WiFiPWD": wifi,
        "PrimaryPool": url,
        "PrimaryAddress": target.user.as_str(),
        "PrimaryPassword": target.password.as_deref().unwrap_or("x"),
    });
    Ok(body.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> PoolTarget {
        PoolTarget {
            host: "stratum+tcp://new.example:1".into(),
            port: 3333,
            user: "me.rig".into(),
            password: None,
            tls: false,
        }
    }

    fn keys(ssid: &str, wifi: &str) -> Credentials {
        Credentials { user: Some(ssid.into()), password: Some(wifi.into()), token: None }
    }

    #[test]
    fn a_pool_is_a_whole_url_and_is_read_back_as_one() {
        assert_eq!(
            setting(&target()),
            Ok(json!({ "PrimaryPool": "stratum+tcp://new.example:3333", "PrimaryAddress": "me.rig" }))
        );
        let other = PoolTarget { host: "fd00::1".into(), tls: true, password: Some("p".into()), ..target() };
        let body = setting(&other).unwrap();
        assert_eq!(
            (&body["PrimaryPool"], &body["PrimaryPassword"]),
            (&json!("stratum+ssl://[fd00::1]:3333"), &json!("p"))
        );
        assert!(primary(&body).unwrap().is(&other));
        assert!(!primary(&setting(&target()).unwrap()).unwrap().is(&other));
        assert_eq!(primary(&json!([1])), None);
    }

    #[test]
    fn s9_a_datagram_names_one_device_and_s10_stays_in_its_frame() {
        let ip: IpAddr = "192.0.2.7".parse().unwrap();
        let body: Value = serde_json::from_slice(&datagram(ip, &target(), &keys("home", "hunter22")).unwrap()).unwrap();
        assert_eq!(body["IP"], "192.0.2.7");
        assert_eq!((&body["WiFiSSID"], &body["WiFiPWD"]), (&json!("home"), &json!("hunter22")));
        let without = datagram(ip, &target(), &Credentials::default());
        assert!(matches!(without, Err(DriverError::Credentials(_))));
        for keys in
            [keys("", "hunter22"), keys("home", "short"), keys("ho\"me", "hunter22"), keys("home", "hunter\n22")]
        {
            assert!(matches!(datagram(ip, &target(), &keys), Err(DriverError::Refused(_))));
        }
        let bad = PoolTarget { user: "a\",\"WiFiSSID\":\"b".into(), ..target() };
        assert!(matches!(datagram(ip, &bad, &keys("home", "hunter22")), Err(DriverError::Refused(_))));
        assert!(matches!(setting(&bad), Err(DriverError::Refused(_))));
    }
}
