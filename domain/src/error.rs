//! The few kinds of failure, chosen by what the caller does next, and the one table that maps them to HTTP.

use serde::{Deserialize, Serialize};

/// What kind of failure this is. The caller's next step decides, not the place where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// It collides with what exists: look at the current state, then decide again.
    Conflict,
    /// What the caller saw and decided on has changed since: look again, then decide.
    Outdated,
    /// The input breaks a rule: change it.
    Invalid,
    /// Too much at once for a configured limit: send less.
    TooLarge,
    /// Nobody is signed in, or the credentials are wrong: sign in.
    Unauthenticated,
    /// Signed in, but without the right: ask somebody who has it.
    Forbidden,
    /// Asked too often: wait, then ask again.
    TooManyRequests,
    /// The registry cannot do it now (no space, no database): try again later.
    Unavailable,
    /// There is no room left in the store: somebody has to make some.
    InsufficientStorage,
    /// A fault of the registry: nothing that the caller could change.
    Internal,
}

impl ErrorKind {
    /// The HTTP status of this kind. The only place where kinds become numbers.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Outdated => 412,
            Self::Invalid => 422,
            Self::TooLarge => 413,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
            Self::InsufficientStorage => 507,
            Self::Internal => 500,
        }
    }

    /// The word for programs, as it stands in error bodies.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Outdated => "outdated",
            Self::Invalid => "invalid",
            Self::TooLarge => "too_large",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::TooManyRequests => "too_many_requests",
            Self::Unavailable => "unavailable",
            Self::InsufficientStorage => "insufficient_storage",
            Self::Internal => "internal",
        }
    }

    /// Whether the cause lies in the registry and not in the request: the same request may succeed later, and the log tells more.
    #[must_use]
    pub const fn is_of_registry(self) -> bool {
        match self {
            Self::Unavailable | Self::InsufficientStorage | Self::Internal => true,
            Self::NotFound
            | Self::Conflict
            | Self::Outdated
            | Self::Invalid
            | Self::TooLarge
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::TooManyRequests => false,
        }
    }
}

/// A rule that the input breaks, in words for the person who wrote the input: what is wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{0}")]
pub struct Invalid(String);

impl Invalid {
    /// A broken rule, explained.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The explanation.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0
    }
}
