//! The table of routes: each says who may call it, and there is no other way into the router.
//!
//! **Invariant:** a handler is reachable only through its [`Gate`]; what the document says of a route is what the gate
//! does.

use crate::auth::Need;
use crate::auth::gate::{Gate, gate};
use crate::front::Front;
use axum::middleware::from_fn_with_state;
use http::Method;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

pub type App = Arc<Front>;

/// One route with its need.
pub struct Route {
    gate: Gate,
    hidden: bool,
    methods: UtoipaMethodRouter<App>,
}

/// What a route says of itself, for the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    pub method: Method,
    pub path: String,
    pub need: Need,
    pub live: bool,
}

/// States who may call what `routes!` collected.
pub fn route(need: Need, methods: UtoipaMethodRouter<App>) -> Route {
    Route { gate: Gate { need, secret: false, live: false, upload: false }, hidden: false, methods }
}

impl Route {
    /// Its answer holds a secret that is shown once.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.gate.secret = true;
        self
    }

    /// A WebSocket.
    #[must_use]
    pub fn live(mut self) -> Self {
        self.gate.live = true;
        self
    }

    /// Takes a file as well as JSON.
    #[must_use]
    pub fn upload(mut self) -> Self {
        self.gate.upload = true;
        self
    }

    /// Not part of the document: pages for people.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}

/// Builds the router and its document from the table.
pub fn build(table: Vec<Route>) -> (OpenApiRouter<App>, Vec<Stated>) {
    let mut router = OpenApiRouter::with_openapi(crate::openapi::frame());
    let mut inventory = Vec::new();
    for Route { gate: rules, hidden, methods: (schemas, mut paths, methods) } in table {
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations(item) {
                describe(operation, rules, &method, path);
                inventory.push(Stated { method, path: path.clone(), need: rules.need, live: rules.live });
            }
        }
        let guarded = methods.layer(from_fn_with_state(rules, gate));
        if hidden {
            for path in paths.paths.keys() {
                router = router.route(path, guarded.clone());
            }
        } else {
            router = router.routes((schemas, paths, guarded));
        }
    }
    (router, inventory)
}

fn operations(item: &mut PathItem) -> Vec<(Method, &mut Operation)> {
    let all = [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::DELETE, &mut item.delete),
        (Method::PATCH, &mut item.patch),
    ];
    all.into_iter().filter_map(|(method, slot)| slot.as_mut().map(|operation| (method, operation))).collect()
}

/// Writes into the document what the gate will do.
fn describe(operation: &mut Operation, rules: Gate, method: &Method, path: &str) {
    let write = !method.is_safe();
    let open = rules.need == Need::Open;
    operation.security = Some(if open {
        Vec::new()
    } else {
        let token = !matches!(rules.need, Need::Person | Need::AdminInPerson);
        let both = [Some("session"), token.then_some("token")];
        both.into_iter().flatten().map(|name| SecurityRequirement::new::<_, [&str; 0], &str>(name, [])).collect()
    });
    let needs = [("x-needs", rules.need.as_str())];
    operation.extensions.get_or_insert_default().merge(needs.into_iter().collect());
    let mut errors = vec!["503"];
    if !open {
        errors.extend(["401", "403"]);
    }
    if write {
        errors.extend(["413", "415", "400", "422"]);
        if !open {
            errors.push("409");
        }
    }
    if path.contains('{') {
        errors.push("404");
    }
    if operation.parameters.is_some() {
        errors.push("422");
    }
    let problem = || RefOr::Ref(Ref::new("#/components/responses/Problem"));
    let responses = &mut operation.responses.responses;
    for status in errors {
        responses.entry(status.to_owned()).or_insert_with(problem);
    }
    // What a handler states as an error without a body of its own is a problem too.
    for (status, response) in responses {
        let plain = matches!(response, RefOr::T(own) if own.content.is_empty());
        if plain && (status.starts_with('4') || status.starts_with('5')) {
            *response = problem();
        }
    }
    if write && !open {
        let key = RefOr::Ref(Ref::new("#/components/parameters/IdempotencyKey"));
        operation.parameters.get_or_insert_default().push(key);
    }
}
