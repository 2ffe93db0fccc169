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
pub(crate) struct RouteError(registry::Error);

impl From<registry::Error> for RouteError {
    fn from(error: registry::Error) -> Self {
        Self(error)
    }
}

impl From<Invalid> for RouteError {
    fn from(error: Invalid) -> Self {
        registry::Error::from(error).into()
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        let Self(error) = self;
        error.log();
        let kind = error.kind();
        let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = json!({"code": kind.code(), "message": error.message(), "request_id": request_log::current_id()});
        if let Some(current) = error.current() {
            body["current"] = current.to_hex().into();
        }
        let body = json!({ "error": body });
        let mut response = (status, Json(body)).into_response();
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
