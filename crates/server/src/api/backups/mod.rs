//! Backups: the files in the folder `backups` of the config folder.

pub mod download;
pub mod list;
pub mod make;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Admin, routes!(list::list_backups)),
        route(Need::Admin, routes!(make::make_backup)),
        route(Need::Admin, routes!(download::download_backup)),
    ]
}
