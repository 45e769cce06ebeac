//! The one shape of an error on the wire: RFC 9457, `application/problem+json`.
//!
//! **Invariant:** a cause is logged once, here, and never serialised. Conversions match exhaustively: a new variant of an
//! error has to choose its kind in this file.

mod kind;

pub use kind::Kind;

use crate::front::VisitError;
use crate::restore::RestoreError;
use axum::response::{IntoResponse, Response};
use hmm_domain::Message;
use hmm_domain::port::{DriverError, StoreError};
use hmm_engine::EngineError;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::error::Error;
use utoipa::ToSchema;

pub const CONTENT_TYPE: &str = "application/problem+json";

/// What went wrong with one request.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    status: StatusCode,
    detail: Message,
    errors: Vec<FieldProblem>,
    retry_after_s: Option<u64>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What a caller gets when something went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A path below `/problems/`: stable, and readable with a browser.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid")]
    kind: String,
    title: String,
    #[schema(example = 422)]
    status: u16,
    /// What to do.
    detail: String,
    /// The fields at fault, where there are any.
    errors: Vec<FieldProblem>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// A JSON pointer into the body, or `?name` for a parameter of the query.
    #[schema(example = "/name")]
    pub pointer: String,
    pub detail: String,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl AsRef<str>) -> Self {
        let detail = Message::new(detail.as_ref());
        Self { kind, status: kind.status(), detail, errors: Vec::new(), retry_after_s: None, cause: None }
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, format!("there is no such {what}"))
    }

    /// One field that cannot be used.
    pub fn field(pointer: impl Into<String>, detail: impl AsRef<str>) -> Self {
        let detail = Message::new(detail.as_ref());
        let mut problem = Self::new(Kind::Invalid, detail.as_str());
        problem.errors.push(FieldProblem { pointer: pointer.into(), detail: detail.to_string() });
        problem
    }

    /// Several fields that cannot be used; `None` when there are none.
    pub fn fields(errors: Vec<FieldProblem>) -> Option<Self> {
        let first = errors.first()?.detail.clone();
        let mut problem = Self::new(Kind::Invalid, first);
        problem.errors = errors;
        Some(problem)
    }

    #[must_use]
    pub fn at(mut self, pointer: &str) -> Self {
        self.errors.push(FieldProblem { pointer: pointer.to_owned(), detail: self.detail.to_string() });
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds.max(1));
        self
    }

    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same problem seen from a read: the device is behind us, so it is the gateway's word.
    #[must_use]
    pub fn through_gateway(mut self) -> Self {
        match self.kind {
            Kind::DeviceUnreachable => self.status = StatusCode::GATEWAY_TIMEOUT,
            Kind::DeviceNotRecognised | Kind::CredentialsRefused => self.status = StatusCode::BAD_GATEWAY,
            _ => {}
        }
        self
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.kind.slug()),
            title: self.kind.title().to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.to_string(),
            errors: self.errors.clone(),
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.body()).unwrap_or_default()
    }

    /// As one answer among several: logged like any other.
    pub fn told(self) -> ProblemBody {
        self.log();
        self.body()
    }

    fn log(&self) {
        let Some(cause) = &self.cause else { return };
        let kind = self.kind.slug();
        if self.kind == Kind::Internal {
            tracing::error!(problem = kind, cause = cause.as_ref() as &dyn Error, "a request met a defect");
        } else {
            tracing::warn!(problem = kind, cause = cause.as_ref() as &dyn Error, "a request could not be served");
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log();
        let mut response = (self.status, [(header::CONTENT_TYPE, CONTENT_TYPE)], self.to_bytes()).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let problem = match &error {
            StoreError::Away(_) => {
                Self::new(Kind::DatabaseAway, "try again in a moment; the System page shows since when").retry_after(5)
            }
            StoreError::Conflict("the last admin") => {
                return Self::new(Kind::LastAdmin, "make another person an administrator first");
            }
            StoreError::Conflict(what) => return Self::new(Kind::Conflict, format!("{what} is there already")),
            StoreError::CannotWrite(_) => {
                Self::new(Kind::CannotWrite, "the disk is full or read-only: make room").retry_after(30)
            }
            StoreError::Corrupt(_) => Self::new(Kind::Internal, "stored data is not understood; the log names it"),
        };
        problem.because(error)
    }
}

impl From<DriverError> for Problem {
    fn from(error: DriverError) -> Self {
        let kind = match &error {
            DriverError::Unreachable { .. } => Kind::DeviceUnreachable,
            DriverError::NotAllowed { .. } => Kind::DeviceNotAllowed,
            DriverError::NotRecognised(_) => Kind::DeviceNotRecognised,
            DriverError::Credentials(_) => Kind::CredentialsRefused,
            DriverError::Malformed { .. } => Kind::DeviceMalformed,
            DriverError::WrongDevice { .. } => Kind::WrongDevice,
            DriverError::Unsupported(_) => Kind::Unsupported,
            DriverError::Refused(_) => Kind::DeviceRefused,
        };
        // S6: what was not recognised is not shown; the reason stays in the log.
        if matches!(kind, Kind::DeviceNotRecognised | Kind::DeviceMalformed) {
            return Self::new(kind, "check address and port; if it is a miner, it may need another family or firmware")
                .because(error);
        }
        Self::new(kind, error.to_string())
    }
}

impl From<VisitError> for Problem {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::NotOpened(_) => {
                Self::new(Kind::DemoNotOpened, "the log says why; your own house goes on as before").because(error)
            }
            VisitError::Stopping => Self::new(Kind::Stopping, "it will be back in a moment").retry_after(5),
            VisitError::Auth(inner) => inner.into(),
        }
    }
}

impl From<RestoreError> for Problem {
    fn from(error: RestoreError) -> Self {
        match &error {
            RestoreError::Unusable(_) => {
                Self::new(Kind::BackupUnusable, format!("nothing was changed: {error}; take another copy of it"))
            }
            RestoreError::Newer(_) => {
                Self::new(Kind::BackupNewer, format!("nothing was changed: {error}; update this program first"))
            }
            RestoreError::Busy => {
                Self::new(Kind::Busy, "nothing was changed: another restore is under way").retry_after(5)
            }
            RestoreError::Stopping => {
                Self::new(Kind::Stopping, "nothing was changed; it will be back in a moment").retry_after(5)
            }
        }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::UnknownMiner(_) => Self::not_found("miner"),
            EngineError::UnknownFind(_) => {
                Self::new(Kind::NotFound, "the last scan found nothing with this id: look again with a new scan")
            }
            EngineError::NameTaken => Self::new(Kind::NameTaken, "choose another name").at("/name"),
            EngineError::IdentityKnown(id) => {
                Self::new(Kind::AlreadyKnown, format!("it is miner {id}; change that one's address instead"))
            }
            EngineError::Driver(inner) => inner.into(),
            EngineError::Unsupported(why) => Self::new(Kind::Unsupported, why.as_str()),
            EngineError::Refused(why) => Self::new(Kind::Refused, why.as_str()),
            EngineError::Invalid { pointer, why } => Self::field(pointer, why.as_str()),
            EngineError::Store(inner) => inner.into(),
            EngineError::Stopping => Self::new(Kind::Stopping, "it will be back in a moment").retry_after(5),
        }
    }
}
