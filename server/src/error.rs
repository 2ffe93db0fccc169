//! Failures of routes: the status, and a JSON body that says what was wrong, in one place.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::{ErrorKind, Invalid};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::middleware::request_log;

/// A failure on its way to a program.
pub(crate) struct RouteError {
    error: registry::Error,
    /// What only HTTP knows of it.
    protocol: Option<Protocol>,
}

/// Failures of the protocol alone, which no service meets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Protocol {
    /// The address takes other methods.
    MethodNotAllowed,
    /// The body is of a type that is not read here.
    UnsupportedMediaType,
}

impl Protocol {
    const fn status(self) -> StatusCode {
        match self {
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
        }
    }
}

impl RouteError {
    /// A failure of the protocol, in a sentence.
    pub(crate) fn of_protocol(protocol: Protocol, message: &str) -> Self {
        Self { error: registry::Error::new(ErrorKind::Invalid, message), protocol: Some(protocol) }
    }
}

impl From<registry::Error> for RouteError {
    fn from(error: registry::Error) -> Self {
        Self { error, protocol: None }
    }
}

impl From<Invalid> for RouteError {
    fn from(error: Invalid) -> Self {
        registry::Error::from(error).into()
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        let Self { error, protocol } = self;
        error.log();
        let kind = error.kind();
        let of_kind = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (status, code) = protocol.map_or((of_kind, kind.code()), |protocol| (protocol.status(), protocol.code()));
        let mut body = json!({"code": code, "message": error.message(), "request_id": request_log::current_id()});
        let current = error.current().map(|id| id.to_hex()).or_else(|| error.state().map(|tag| tag.to_string()));
        if let Some(current) = &current {
            body["current"] = current.as_str().into();
        }
        let body = json!({ "error": body });
        let mut response = (status, Json(body)).into_response();
        if kind == ErrorKind::Outdated
            && let Some(tag) = current.and_then(|current| HeaderValue::try_from(format!("\"{current}\"")).ok())
        {
            response.headers_mut().insert(header::ETAG, tag);
        }
        match kind {
            ErrorKind::Unauthenticated => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Outdated
            | ErrorKind::Invalid
            | ErrorKind::TooLarge
            | ErrorKind::Forbidden
            | ErrorKind::TooManyRequests
            | ErrorKind::Unavailable
            | ErrorKind::InsufficientStorage
            | ErrorKind::Internal => {}
        }
        if let Some(seconds) = error.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
