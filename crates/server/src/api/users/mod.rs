//! People and their roles.

pub mod add;
pub mod change;
pub mod list;
pub mod remove;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Admin, routes!(list::list_users)),
        route(Need::AdminInPerson, routes!(add::add_user)),
        route(Need::AdminInPerson, routes!(change::change_user)),
        route(Need::Admin, routes!(remove::remove_user)),
    ]
}
