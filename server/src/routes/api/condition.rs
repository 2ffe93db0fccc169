//! Conditions on changes: what the caller saw, as its entity tag. Of a branch or an alias it is the id of the revision, of settings
//! (a package's, a quota, a member, the protection of an alias) a tag of their values.

use std::{fmt, str::FromStr};

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use domain::{ErrorKind, RevisionId, lifecycle::Expected};
use http::{HeaderMap, HeaderName, StatusCode, header, request::Parts};
use registry::{Actor, Error, Seen, StateTag};
use serde::Serialize;
use utoipa::IntoParams;

use super::input::Json;
use crate::{error::RouteError, middleware::identity::Acting};

/// An answer with its entity tag.
pub(super) struct Tagged<T, Tag = RevisionId>(pub(super) Tag, pub(super) T);

impl<T: Serialize, Tag: fmt::Display> IntoResponse for Tagged<T, Tag> {
    fn into_response(self) -> Response {
        ([(header::ETAG, format!("\"{}\"", self.0))], Json(self.1)).into_response()
    }
}

/// That a setting is now as it was wanted, with its entity tag and nothing else.
pub(super) struct Set(pub(super) StateTag);

impl IntoResponse for Set {
    fn into_response(self) -> Response {
        (StatusCode::NO_CONTENT, [(header::ETAG, format!("\"{}\"", self.0))]).into_response()
    }
}

/// What must hold of a branch or an alias for the change to happen.
pub(super) struct Condition(pub(super) Expected);

/// What must hold of settings for the change to happen.
pub(super) struct Seeing(Seen);

impl Seeing {
    /// The actor, who decided by that.
    pub(super) fn by(self, acting: &Acting) -> Result<Actor, RouteError> {
        Ok(acting.actor()?.clone().having_seen(self.0))
    }
}

/// The header that says so for what is always there, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `Seeing` reads")]
pub(super) struct MatchHeader {
    /// The `ETag` that you saw. Otherwise nothing happens (412).
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

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
        Ok(Self(match Demanded::of(&parts.headers)? {
            Demanded::Anything => Expected::Anything,
            Demanded::Nothing => Expected::Nothing,
            Demanded::Something => Expected::Something,
            Demanded::Tag(tag) => Expected::Revision(read(tag)?),
        }))
    }
}

impl<S: Sync> FromRequestParts<S> for Seeing {
    type Rejection = RouteError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, RouteError> {
        Ok(Self(match Demanded::of(&parts.headers)? {
            Demanded::Anything => Seen::Anything,
            Demanded::Nothing => Seen::Nothing,
            Demanded::Something => Seen::Something,
            Demanded::Tag(tag) => Seen::State(read(tag)?),
        }))
    }
}

/// What the headers demand.
enum Demanded<'a> {
    Anything,
    Nothing,
    Something,
    Tag(&'a str),
}

impl<'a> Demanded<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, RouteError> {
        match (value(headers, &header::IF_MATCH)?, value(headers, &header::IF_NONE_MATCH)?) {
            (None, None) => Ok(Self::Anything),
            (None, Some("*")) => Ok(Self::Nothing),
            (Some("*"), None) => Ok(Self::Something),
            (Some(tag), None) => Ok(Self::Tag(tag)),
            (None, Some(_)) => Err(invalid("If-None-Match must be * here: it must not be there yet.")),
            (Some(_), Some(_)) => Err(invalid("Send If-Match or If-None-Match, not both.")),
        }
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

/// What an entity tag names. A tag that was never given matches nothing.
fn read<T: FromStr>(tag: &str) -> Result<T, RouteError> {
    let named = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|name| name.parse().ok());
    named.ok_or_else(|| {
        let message = "The entity tag in If-Match is none that was given here: ask for what you want to change again.";
        Error::new(ErrorKind::Outdated, message).into()
    })
}

fn invalid(message: &str) -> RouteError {
    Error::new(ErrorKind::Invalid, message).into()
}
