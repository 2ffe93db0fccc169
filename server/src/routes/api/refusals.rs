//! How every operation may refuse: documented once.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What a refusal says.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct Refusal {
    error: RefusalDetail,
}

/// Why, in a word for programs and in a sentence for people.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct RefusalDetail {
    /// The kind of failure.
    #[schema(example = "not_found")]
    code: String,
    /// What was wrong and what to do.
    message: String,
    /// Under which id the log tells more.
    request_id: Option<String>,
    /// The present entity tag, without its quotes, of what was taken to be otherwise: of a branch or an alias the id of the revision
    /// that it points at. Left out when it is not there, and otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<String>,
}

/// What any operation may answer instead of what was asked for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes answers that `RouteError` makes")]
pub(in crate::routes) enum Refused {
    /// Nobody is signed in, or the token is unknown, revoked or expired.
    #[response(status = 401)]
    Unauthenticated(Refusal),
    /// The token or the user has not the right.
    #[response(status = 403)]
    Forbidden(Refusal),
    /// There is no such thing, or the caller may not know that there is.
    #[response(status = 404)]
    NotFound(Refusal),
    /// It collides with what exists.
    #[response(status = 409)]
    Conflict(Refusal),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Refusal),
    /// The body is not of the type `application/json`.
    #[response(status = 415)]
    UnsupportedMediaType(Refusal),
    /// The input breaks a rule.
    #[response(status = 422)]
    Invalid(Refusal),
    /// Asked too often: try again after `Retry-After` seconds. `RateLimit` tells what is left.
    #[response(status = 429)]
    TooMany(Refusal),
    /// Not now: try again after `Retry-After` seconds.
    #[response(status = 503)]
    Unavailable(Refusal),
    /// There is no room left in the store, or in what the namespace may store.
    #[response(status = 507)]
    InsufficientStorage(Refusal),
}
