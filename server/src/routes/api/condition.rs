//! Conditions on changes: what the caller saw of a branch or an alias, as its entity tag. The tag is the id of the revision.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use domain::{ErrorKind, RevisionId, lifecycle::Expected};
use http::{HeaderMap, HeaderName, header, request::Parts};
use registry::Error;
use serde::Serialize;
use utoipa::IntoParams;

use super::input::Json;
use crate::error::RouteError;

/// An answer with its entity tag.
pub(super) struct Tagged<T>(pub(super) RevisionId, pub(super) T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, format!("\"{}\"", self.0.to_hex()))], Json(self.1)).into_response()
    }
}

/// What must hold for the change to happen.
pub(super) struct Condition(pub(super) Expected);

/// The headers that say so, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `Condition` reads")]
pub(super) struct ConditionHeaders {
    /// The `ETag` that you saw, or `*`: it must be there. Otherwise nothing happens (412).
    #[param(rename = "If-Match")]
    if_match: Option<String>,
    /// `*`: it must not be there yet. Otherwise nothing happens (412).
    #[param(rename = "If-None-Match", pattern = r"^\*$")]
    if_none_match: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Condition {
    type Rejection = RouteError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, RouteError> {
        let matching = value(&parts.headers, &header::IF_MATCH)?;
        let expected = match (matching, value(&parts.headers, &header::IF_NONE_MATCH)?) {
            (None, None) => Expected::Anything,
            (None, Some("*")) => Expected::Nothing,
            (Some("*"), None) => Expected::Something,
            (Some(tag), None) => Expected::Revision(revision(tag)?),
            (None, Some(_)) => return Err(invalid("If-None-Match must be * here: it must not be there yet.")),
            (Some(_), Some(_)) => return Err(invalid("Send If-Match or If-None-Match, not both.")),
        };
        Ok(Self(expected))
    }
}

/// The value of a header that may come once.
fn value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, RouteError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(value), None) if !value.contains(',') => Ok(Some(value.trim())),
        _ => Err(invalid("Send one entity tag, as it came in an ETag header.")),
    }
}

/// The revision that an entity tag names. A tag that was never given matches nothing.
fn revision(tag: &str) -> Result<RevisionId, RouteError> {
    let id = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|id| id.parse().ok());
    id.ok_or_else(|| {
        let message = "The entity tag in If-Match is none that was given here: ask for the branch or the alias again.";
        Error::new(ErrorKind::Outdated, message).into()
    })
}

fn invalid(message: &str) -> RouteError {
    Error::new(ErrorKind::Invalid, message).into()
}
