//! Where this program stands in the network: what the first run and the search for devices begin with.

use crate::api::extract::Home;
use axum::Json;
use hmm_domain::Label;
use hmm_net::whereabouts::judge;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Network)]
pub struct NetworkBody {
    pub container: bool,
    /// The network here is a container's own: miners can be reached, but which addresses they have cannot be seen.
    pub bridged: bool,
    /// As this machine or container calls itself.
    pub host_name: Option<String>,
    /// Ours, each with the length of its network.
    #[schema(example = json!(["192.168.1.5/24"]))]
    pub addresses: Vec<String>,
    /// Networks that we stand in and where miners may be: a good first place to look.
    #[schema(example = json!(["192.168.1.0/24"]))]
    pub own_ranges: Vec<String>,
    /// Where miners may be at all (`network.device_ranges`).
    pub device_ranges: Vec<String>,
    /// What a person should know or do.
    pub note: Option<String>,
}

/// Where this program stands in the network.
#[utoipa::path(get, path = "/api/system/network", tag = "system", responses((status = 200, body = NetworkBody)))]
#[tracing::instrument(name = "api.system.network", skip_all)]
pub async fn get_network(Home(house): Home) -> Json<NetworkBody> {
    let observed = (house.look)();
    let device_ranges = &house.config.network.device_ranges;
    let found = judge(&observed, device_ranges);
    let words = |ranges: &[ipnet::IpNet]| ranges.iter().map(ToString::to_string).collect();
    let host_name = observed.host_name.as_deref().map(Label::new).filter(|name| !name.is_empty());
    Json(NetworkBody {
        container: observed.container,
        bridged: found.bridged,
        host_name: host_name.map(|name| name.to_string()),
        addresses: words(&found.addresses),
        own_ranges: words(&found.own_ranges),
        device_ranges: words(device_ranges),
        note: found.note,
    })
}
