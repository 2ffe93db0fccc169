//! How every operation may refuse: documented once.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What a refusal says.
#[derive(Serialize, ToSchema)]
pub(super) struct Refusal {
    error: RefusalDetail,
}

/// Why, in a word for programs and in a sentence for people.
#[derive(Serialize, ToSchema)]
pub(super) struct RefusalDetail {
    /// The kind of failure.
    #[schema(example = "not_found")]
    code: String,
    /// What was wrong and what to do.
    message: String,
    /// Under which id the log tells more.
    request_id: Option<String>,
}

/// What any operation may answer instead of what was asked for.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes answers that `RouteError` makes")]
pub(super) enum Refused {
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
    /// The input breaks a rule.
    #[response(status = 422)]
    Invalid(Refusal),
    /// Not now: try again after `Retry-After` seconds.
    #[response(status = 503)]
    Unavailable(Refusal),
}
