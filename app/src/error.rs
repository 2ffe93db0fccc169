//! The error that server functions return: what a person may read, and what the page does next.

use domain::ErrorKind;
use leptos::{
    reactive::traits::With,
    server_fn::{
        codec::JsonEncoding,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};
use serde::{Deserialize, Serialize};

/// A failure as the browser sees it. The chain of causes stays in the server's log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct AppError {
    /// What the caller does next.
    pub kind: ErrorKind,
    /// What was wrong and what to do, for a person.
    pub message: String,
    /// Under which id the log tells more.
    pub request_id: Option<String>,
}

impl AppError {
    /// A failure without a request id.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), request_id: None }
    }
}

/// What the last answer of an action failed with, if it did: to be called where views are rendered.
pub fn failure_of<T: 'static>(
    answer: impl With<Value = Option<Result<T, AppError>>> + Copy,
) -> impl Fn() -> Option<AppError> + Copy {
    move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
}

impl From<domain::Invalid> for AppError {
    fn from(error: domain::Invalid) -> Self {
        #[cfg(feature = "ssr")]
        return crate::ssr::refuse(&error.into());
        #[cfg(not(feature = "ssr"))]
        Self::new(ErrorKind::Invalid, error.message())
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self::new(ErrorKind::Unavailable, "The registry cannot be reached. Check the connection, then try again.")
            }
            ServerFnErrorErr::Args(why) | ServerFnErrorErr::MissingArg(why) | ServerFnErrorErr::Deserialization(why) => {
                unreadable(&why)
            }
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::new(ErrorKind::Internal, "Something went wrong in the registry."),
        }
    }
}

/// What cannot be read: on the server that are the caller's arguments.
#[cfg(feature = "ssr")]
fn unreadable(why: &str) -> AppError {
    crate::ssr::malformed(why)
}

/// What cannot be read: in the browser that is the registry's answer.
#[cfg(not(feature = "ssr"))]
fn unreadable(_why: &str) -> AppError {
    AppError::new(ErrorKind::Unavailable, "The registry's answer was not understood. Reload the page: it may have been updated.")
}
