//! Reading requests: what cannot be read is refused like everything else, with a sentence in JSON.

use axum::{
    extract::{FromRequest, FromRequestParts, rejection},
    response::{IntoResponse, Response},
};
use domain::{
    ErrorKind, PackageKind, PackageRef,
    listing::{self, MAX_LIMIT},
    refs::{RefName, RevisionSpec},
};
use http::{StatusCode, header};
use registry::Error;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::error::{Protocol, RouteError};

/// A JSON body, of a request or an answer.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(RouteError))]
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Something that was made, and where it is from now on.
pub(super) struct Made<T>(pub(super) String, pub(super) Json<T>);

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, [(header::LOCATION, self.0)], self.1).into_response()
    }
}

/// The query of an address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(RouteError))]
pub(in crate::routes) struct Query<T>(pub(in crate::routes) T);

/// The path of an address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(RouteError))]
pub(in crate::routes) struct Path<T>(pub(in crate::routes) T);

impl From<rejection::QueryRejection> for RouteError {
    fn from(rejection: rejection::QueryRejection) -> Self {
        Error::new(ErrorKind::Invalid, format!("The request was not understood: {}.", rejection.body_text())).into()
    }
}

impl From<rejection::JsonRejection> for RouteError {
    fn from(rejection: rejection::JsonRejection) -> Self {
        let sentence =
            |rejection: &rejection::JsonRejection| format!("The request was not understood: {}.", rejection.body_text());
        match rejection {
            rejection::JsonRejection::MissingJsonContentType(_) => {
                Self::of_protocol(Protocol::UnsupportedMediaType, "Send the body as Content-Type: application/json.")
            }
            other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Error::new(ErrorKind::TooLarge, sentence(&other)).into(),
            other => Error::new(ErrorKind::Invalid, sentence(&other)).into(),
        }
    }
}

impl From<rejection::PathRejection> for RouteError {
    fn from(_: rejection::PathRejection) -> Self {
        // an address that cannot be read names nothing
        Error::not_found("This address").into()
    }
}

/// A package by its address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct PackagePath {
    /// `models`, `datasets` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
}

impl PackagePath {
    /// The package. What cannot be a name does not exist.
    pub(super) fn package(&self) -> Result<PackageRef, RouteError> {
        let missing = || Error::not_found(format!("“{}/{}”", self.namespace, self.name));
        let kind = PackageKind::ALL.into_iter().find(|kind| kind.plural() == self.kind).ok_or_else(missing)?;
        Ok(PackageRef::parse(kind, &format!("{}/{}", self.namespace, self.name)).map_err(|_| missing())?)
    }
}

/// A revision of a package by its address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RevisionPath {
    /// `models`, `datasets` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// A branch, a version, an alias, or a revision id (its first seven digits or more do). `/` is written `%2F`.
    revision: String,
}

impl RevisionPath {
    /// The package and the revision. What cannot be a name does not exist.
    pub(super) fn revision(self) -> Result<(PackageRef, RevisionSpec), RouteError> {
        let revision = self.revision.parse().map_err(|_| Error::not_found(format!("The revision “{}”", self.revision)))?;
        let package = PackagePath { kind: self.kind, namespace: self.namespace, name: self.name };
        Ok((package.package()?, revision))
    }
}

/// A branch, a version or an alias of a package by its address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct RefPath {
    /// `models`, `datasets` or `code`.
    kind: String,
    /// The user or organisation.
    namespace: String,
    /// The package's name.
    name: String,
    /// Its name. `/` is written `%2F`.
    #[serde(rename = "ref")]
    reference: String,
}

impl RefPath {
    /// One that should be there: what cannot be a name does not exist.
    pub(super) fn existing(self) -> Result<(PackageRef, RefName), RouteError> {
        let name = self.reference.parse().map_err(|_| Error::not_found(format!("“{}”", self.reference)))?;
        Ok((self.package()?, name))
    }

    /// One that may be made: it must be a name.
    pub(super) fn wanted(self) -> Result<(PackageRef, RefName), RouteError> {
        let package = self.package()?;
        Ok((package, self.reference.parse()?))
    }

    fn package(&self) -> Result<PackageRef, RouteError> {
        let (kind, namespace, name) = (self.kind.clone(), self.namespace.clone(), self.name.clone());
        PackagePath { kind, namespace, name }.package()
    }
}

/// Which page of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at once: 1 to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

impl Paging {
    /// What the services are asked for.
    pub(super) fn wanted(&self) -> Result<registry::Paging<'_>, RouteError> {
        wanted(self.cursor.as_deref(), self.limit.as_deref(), MAX_LIMIT)
    }
}

/// The page that begins at a cursor and holds so many items, `most` at the most.
pub(super) fn wanted<'a>(cursor: Option<&'a str>, limit: Option<&str>, most: u32) -> Result<registry::Paging<'a>, RouteError> {
    Ok(registry::Paging { cursor, limit: listing::limit(limit.unwrap_or_default(), most)? })
}
