//! What handlers take from a request. Whatever cannot be taken is a [`Problem`], never a framework's plain text.
//!
//! **Invariant:** nothing here decides who may call; the gate has done so before.

use crate::auth::recognise::Recognised;
use crate::auth::{Client, Principal};
use crate::front::House;
use crate::problem::{FieldProblem, Kind, Problem};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use bytes::Bytes;
use hmm_domain::Actor;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use std::sync::Arc;

/// The house.
pub struct Home(pub Arc<House>);

/// Who calls.
pub struct Caller(pub Arc<Principal>);

/// Who calls, where nobody has to.
pub struct MaybeCaller(pub Option<Arc<Principal>>);

/// How the caller was recognised: what a live socket looks up again.
pub struct Known(pub Recognised);

/// The other end of the connection.
pub struct Visitor(pub Client);

/// The caller, as the audit log names them.
pub struct By(pub Actor);

/// The `{id}` of the path. What is no number is the id of nothing.
pub struct Id(pub i64);

/// The body.
pub struct Input<T>(pub T);

/// The query. Empty values count as absent.
pub struct Params<T>(pub T);

fn part<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, Problem> {
    parts.extensions.get::<T>().cloned().ok_or_else(|| Problem::new(Kind::Internal, "the request passed no gate"))
}

impl<S: Send + Sync> FromRequestParts<S> for Home {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        part(parts).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        part(parts).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        part(parts).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        part(parts).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let client: Client = part(parts)?;
        let caller: Arc<Principal> = part(parts)?;
        Ok(Self(caller.actor(client.address_text())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = named(parts, state, "id").await.and_then(|id| id.parse().ok());
        id.map(Self).ok_or_else(|| Problem::new(Kind::NotFound, "there is nothing with this id"))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        params(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // The gate has read it, within its limit, and looked at its depth.
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|_| Problem::new(Kind::BadJson, "the body could not be read"))?;
        parse(&bytes).map(Self)
    }
}

/// The part of the path that the route calls `name`.
pub async fn named<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Option<String> {
    let all = RawPathParams::from_request_parts(parts, state).await.ok()?;
    all.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

const NO_NUL: &str = "text without the character NUL is needed";

fn params<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
        .map_err(|_| Problem::new(Kind::Invalid, "the query is not name=value pairs joined with &"))?;
    if let Some((name, _)) = pairs.iter().find(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(Problem::field(format!("?{name}"), NO_NUL));
    }
    let given: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let clean = serde_urlencoded::to_string(given).unwrap_or_default();
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(clean.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let words = error.inner().to_string();
        let name = quoted(&words).map_or_else(|| error.path().to_string(), str::to_owned);
        Problem::field(format!("?{name}"), words)
    })
}

/// First whether it is JSON at all, then whether it is what was asked for.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.is_empty() {
        return Err(Problem::new(Kind::BadJson, "a JSON body is needed"));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| Problem::new(Kind::BadJson, error.to_string()))?;
    if !value.is_object() {
        return Err(Problem::field("", "this must be an object: {…}"));
    }
    if let Some(pointer) = nul(&value) {
        return Err(Problem::field(pointer, NO_NUL));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let words = error.inner().to_string();
        Problem::field(pointer(error.path(), &words), words)
    })
}

/// The name in back quotes, in messages about fields that are unknown, missing or doubled.
fn quoted(words: &str) -> Option<&str> {
    let about = ["unknown field `", "missing field `", "duplicate field `"];
    let rest = about.iter().find_map(|start| words.strip_prefix(start))?;
    rest.split('`').next()
}

fn pointer(path: &serde_path_to_error::Path, words: &str) -> String {
    let mut parts: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    if let Some(name) = quoted(words)
        && parts.last().is_none_or(|last| last != name)
    {
        parts.push(name.to_owned());
    }
    parts.iter().fold(String::new(), |text, part| text + &step(part))
}

/// One step of a JSON pointer.
fn step(part: &str) -> String {
    format!("/{}", part.replace('~', "~0").replace('/', "~1"))
}

/// Where the first NUL is: no database of ours keeps one, and nobody types one.
fn nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(n, item)| Some(format!("/{n}{}", nul(item)?))),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let inside = if name.contains('\0') { Some(String::new()) } else { nul(field) };
            Some(step(name) + &inside?)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Collects what is wrong with a body, so that a form shows all of it at once.
#[derive(Default)]
pub struct Checks(Vec<FieldProblem>);

impl Checks {
    #[must_use]
    pub fn that(mut self, holds: bool, pointer: &str, detail: &str) -> Self {
        if !holds {
            self.0.push(FieldProblem { pointer: pointer.to_owned(), detail: detail.to_owned() });
        }
        self
    }

    /// What was found wrong elsewhere.
    #[must_use]
    pub fn and(mut self, faults: Vec<FieldProblem>) -> Self {
        self.0.extend(faults);
        self
    }

    pub fn done(self) -> Result<(), Problem> {
        Problem::fields(self.0).map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;
    use http_body_util::BodyExt;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading of it is tested")]
    struct Outer {
        name: String,
        inner: Option<Inner>,
        list: Option<Vec<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading of it is tested")]
    struct Inner {
        a: u8,
    }

    async fn said(problem: Problem) -> (u16, serde_json::Value) {
        let response = problem.into_response();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_wrong_field_is_pointed_at() {
        for (body, status, pointer) in [
            (r#"{"name":1}"#, 422, "/name"),
            (r#"{"name":"x","colour":"red"}"#, 422, "/colour"),
            (r#"{"inner":{"a":1}}"#, 422, "/name"),
            (r#"{"name":"x","inner":{"a":300}}"#, 422, "/inner/a"),
            (r#"{"name":"x","inner":{"b":1}}"#, 422, "/inner/b"),
            (r#"{"name":"x","list":[1,"2"]}"#, 422, "/list/1"),
            (r#"{"name":"x","list":7}"#, 422, "/list"),
            ("[]", 422, ""),
            (r#"["x"]"#, 422, ""),
            (r#"{"name":"a\u0000b"}"#, 422, "/name"),
            (r#"{"name":"x","a/b":[1,{"c":"\u0000"}]}"#, 422, "/a~1b/1/c"),
        ] {
            let (code, problem) = said(parse::<Outer>(body.as_bytes()).unwrap_err()).await;
            assert_eq!((code, problem["errors"][0]["pointer"].as_str()), (status, Some(pointer)), "{body}: {problem}");
        }
        for body in ["", "{", r#"{"name":"x"} x"#, "\u{0}"] {
            let (code, problem) = said(parse::<Outer>(body.as_bytes()).unwrap_err()).await;
            assert_eq!((code, &problem["type"]), (400, &"/problems/bad-json".into()), "{body}");
        }
    }

    #[tokio::test]
    async fn an_empty_parameter_is_no_parameter_and_a_wrong_one_is_named() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Query {
            limit: Option<u32>,
        }
        assert_eq!(params::<Query>("limit=").unwrap().limit, None);
        assert_eq!(params::<Query>("limit=7").unwrap().limit, Some(7));
        for (query, pointer) in [("limit=x", "?limit"), ("colour=red", "?colour"), ("limit=%00", "?limit")] {
            let (code, problem) = said(params::<Query>(query).unwrap_err()).await;
            assert_eq!((code, problem["errors"][0]["pointer"].as_str()), (422, Some(pointer)), "{problem}");
        }
    }
}
