//! Set-up, signing in and out, one's own account.

pub mod cookie;
pub mod login;
pub mod logout;
pub mod me;
pub mod password;
pub mod setup;
pub mod totp;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Open, routes!(setup::setup_status)),
        route(Need::Open, routes!(setup::setup)),
        route(Need::Open, routes!(login::login)),
        route(Need::Person, routes!(logout::logout)),
        route(Need::Viewer, routes!(me::me)),
        route(Need::Person, routes!(password::password)),
        route(Need::Person, routes!(totp::enrol)).secret(),
        route(Need::Person, routes!(totp::confirm)).secret(),
        route(Need::Person, routes!(totp::disable)),
    ]
}
