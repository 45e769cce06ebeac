//! The document: what the router can do, written by the router itself.
//!
//! **Invariant:** the same program writes the same bytes; nothing in it depends on time, configuration or a database. No
//! type of `hmm_domain` appears in it.

mod tidy;

use crate::api::route::App;
use crate::live::LiveFrame;
use crate::problem::{CONTENT_TYPE, ProblemBody};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Info, OpenApi, Ref, RefOr, Required, ResponseBuilder, Server, Tag,
};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;

const TAGS: [(&str, &str); 12] = [
    ("auth", "Set-up, signing in and out, the second factor"),
    ("users", "People and their roles"),
    ("tokens", "Keys for programs"),
    ("health", "For probes: codes only"),
    ("system", "The program itself, its mode of operation, its metrics"),
    ("miners", "The fleet and what is wished for it"),
    ("commands", "What was sent to devices and how it ended"),
    ("telemetry", "Readings, now and over time"),
    ("history", "Audit log and events"),
    ("jobs", "Slow work and backups"),
    ("settings", "What a person decided for the house"),
    ("live", "The live feed"),
];

const ABOUT: &str = "JSON in snake_case, units in names, times RFC 3339 in UTC, absent facts `null`. Sign in with a \
    session cookie (same origin only) or send `Authorization: Bearer hmm_…`. Writes take an `Idempotency-Key`, kept for \
    24 hours. Errors are `application/problem+json`; `type` is a page that explains. `x-needs` says who may call.";

/// The document without its paths.
pub fn frame() -> OpenApi {
    let mut document =
        OpenApi::new(Info::new("Home Miner Manager", env!("CARGO_PKG_VERSION")), utoipa::openapi::Paths::new());
    document.info.description = Some(ABOUT.to_owned());
    document.servers = Some(vec![Server::new("/")]);
    document.tags = Some(TAGS.into_iter().map(|(name, about)| tag(name, about)).collect());
    let problem = ResponseBuilder::new()
        .description("What went wrong and what to do")
        .content(CONTENT_TYPE, ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build());
    let session = "The session cookie. Writes need an Origin header equal to this address.";
    let cookie = ApiKeyValue::with_description(crate::auth::recognise::HOUSE.plain, session);
    document.components = Some(
        ComponentsBuilder::new()
            .schemas_from_iter(schemas())
            .response("Problem", problem.build())
            .parameter("IdempotencyKey", RefOr::T(idempotency_key()))
            .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)))
            .security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
            .build(),
    );
    document
}

/// What the document needs beyond what its paths bring along.
fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut all = vec![
        (ProblemBody::name().into_owned(), ProblemBody::schema()),
        (LiveFrame::name().into_owned(), LiveFrame::schema()),
    ];
    ProblemBody::schemas(&mut all);
    LiveFrame::schemas(&mut all);
    all
}

fn tag(name: &str, about: &str) -> Tag {
    TagBuilder::new().name(name).description(Some(about)).build()
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Up to 128 characters of your own: the same request under the same key is done once."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(128))))
        .build()
}

/// The document as it is checked in.
pub fn document() -> String {
    let (router, _) = crate::api::routes();
    let router: OpenApiRouter<App> = router;
    let mut document = serde_json::to_value(router.get_openapi()).unwrap_or_default();
    tidy::tidy(&mut document);
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
