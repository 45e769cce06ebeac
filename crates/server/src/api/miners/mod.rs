//! The fleet, and what is wished for it.

pub mod add;
pub mod all_off;
pub mod bulk;
pub mod change;
pub mod command;
pub mod credentials;
pub mod desired;
pub mod get;
pub mod inspect;
pub mod list;
pub mod modes;
pub mod raw;
pub mod reading;
pub mod remove;
pub mod telemetry;
pub mod wire;
pub mod wish;

use super::extract::Checks;
use super::route::{Route, route};
use crate::auth::Need;
use hmm_domain::Label;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Fleet, routes!(list::list_miners)),
        route(Need::Admin, routes!(add::add_miner)),
        route(Need::Admin, routes!(inspect::inspect_miner)),
        route(Need::Operator, routes!(all_off::all_off)),
        route(Need::Operator, routes!(bulk::bulk_enable)),
        route(Need::Operator, routes!(bulk::bulk_disable)),
        route(Need::Operator, routes!(bulk::bulk_restart)),
        route(Need::Operator, routes!(bulk::bulk_mode)),
        route(Need::Operator, routes!(bulk::bulk_profile)),
        route(Need::Admin, routes!(bulk::bulk_tags)),
        route(Need::Fleet, routes!(get::get_miner)),
        route(Need::Operator, routes!(change::change_miner)),
        route(Need::Admin, routes!(remove::remove_miner)),
        route(Need::Admin, routes!(credentials::set_credentials)),
        route(Need::Admin, routes!(credentials::forget_credentials)),
        route(Need::Admin, routes!(credentials::open_session)),
        route(Need::Fleet, routes!(telemetry::latest)),
        route(Need::Fleet, routes!(modes::modes)),
        route(Need::Operator, routes!(raw::raw)),
        route(Need::Operator, routes!(wish::set_mode)),
        route(Need::Operator, routes!(wish::set_power)),
        route(Need::Operator, routes!(wish::end_override)),
        route(Need::Operator, routes!(command::tuning)),
        route(Need::Operator, routes!(command::restart)),
        route(Need::Operator, routes!(command::identify)),
    ]
}

/// What a name has to be, wherever a person types one.
pub(in crate::api) const NAME_RULE: &str = "use 1 to 64 visible characters, no spaces around";

pub(in crate::api) fn name_ok(name: &str) -> bool {
    Label::exact(name).is_some()
}

/// Says what is wrong with the tags of a miner.
pub(super) fn tags_ok(checks: Checks, tags: &[String]) -> Checks {
    checks.that(tags.iter().all(|tag| name_ok(tag)), "/tags", NAME_RULE).that(tags.len() <= 32, "/tags", "at most 32")
}

/// Says what is wrong with what a person wants to sign in to a device with.
fn credentials_ok(checks: Checks, given: Option<&wire::DeviceCredentials>, at: &str) -> Checks {
    let parts = given.map(|given| [("user", &given.user), ("password", &given.password), ("token", &given.token)]);
    parts.into_iter().flatten().fold(checks, |checks, (name, value)| {
        // S10: what would leave its frame on the way to a device is refused here already.
        let fits =
            value.as_ref().is_none_or(|text| (1..=1_024).contains(&text.len()) && !text.chars().any(char::is_control));
        checks.that(fits, &format!("{at}/{name}"), "1 to 1024 characters, no line breaks")
    })
}

/// A host name or an IP literal: nothing that could be more than that in a URL.
pub(super) fn address_ok(address: &str) -> bool {
    if address.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !part.starts_with('-')
    };
    address.len() <= 253 && address.split('.').all(label)
}

pub(super) const ADDRESS_RULE: &str = "a host name or an IP address, without http:// and without a port";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s6_an_address_is_a_name_or_a_literal_and_nothing_more() {
        for good in ["192.168.1.20", "fd00::20", "bitaxe", "bitaxe.local", "miner_1.lan"] {
            assert!(address_ok(good), "{good}");
        }
        for bad in ["", "http://1.2.3.4", "1.2.3.4:80", "a/b", "user@host", "a b", "-x", "host..lan", "a\nb", "[::1]"] {
            assert!(!address_ok(bad), "{bad}");
        }
    }
}
