//! The one error of the services: a kind for the program, a sentence for the person, the cause for the log.

use std::{error::Error as StdError, fmt, io, time::Duration};

use domain::{ErrorKind, Invalid, RevisionId};

use crate::StateTag;

/// What went wrong in a service.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    retry_after: Option<Duration>,
    current: Option<RevisionId>,
    state: Option<StateTag>,
}

/// How long callers wait before they ask again for what is not available now.
const PAUSE: Duration = Duration::from_secs(5);

/// What services return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure that explains itself.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None, retry_after: None, current: None, state: None }
    }

    /// A failure with the cause that the log should tell.
    pub fn caused(kind: ErrorKind, message: impl Into<String>, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(Box::new(source)), ..Self::new(kind, message) }
    }

    /// `what` does not exist, or the caller may not know that it does.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, format!("{what} does not exist, or you may not see it."))
    }

    /// It collides with what exists.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// With where the ref points now that the caller took to be elsewhere; nowhere, when there is no such ref.
    #[must_use]
    pub(crate) fn at(self, current: Option<RevisionId>) -> Self {
        Self { current, ..self }
    }

    /// Where the ref points now that the caller took to be elsewhere.
    #[must_use]
    pub const fn current(&self) -> Option<RevisionId> {
        self.current
    }

    /// With the state of what the caller took to be otherwise; nothing, when it is not there.
    #[must_use]
    pub(crate) fn with_state(self, state: Option<StateTag>) -> Self {
        Self { state, ..self }
    }

    /// The state of what the caller took to be otherwise.
    #[must_use]
    pub const fn state(&self) -> Option<StateTag> {
        self.state
    }

    /// Asked too often: the same may be tried after `wait`.
    pub fn too_many(message: impl Into<String>, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(ErrorKind::TooManyRequests, message) }
    }

    /// After how many seconds the caller may try again, when that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        let known = self.retry_after.or((self.kind == ErrorKind::Unavailable).then_some(PAUSE));
        known.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }

    /// A fault of the registry.
    pub fn internal(doing: &str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::caused(ErrorKind::Internal, format!("Something went wrong while {doing}."), source)
    }

    /// What the caller does next.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence for the caller. Says nothing of the inside.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Writes the failure and its causes to the log, once, at the edge: as an error when it is the registry's fault.
    pub fn log(&self) {
        let mut causes = Vec::new();
        let mut cause = StdError::source(self);
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        let causes = causes.join(": ");
        match self.kind {
            ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::InsufficientStorage => {
                tracing::error!(kind = self.kind.code(), causes, "{}", self.message);
            }
            ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Outdated
            | ErrorKind::Invalid
            | ErrorKind::TooLarge
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::TooManyRequests => tracing::debug!(kind = self.kind.code(), causes, "{}", self.message),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<Invalid> for Error {
    fn from(error: Invalid) -> Self {
        Self::new(ErrorKind::Invalid, sentence(error.message()))
    }
}

impl Error {
    /// A failure of the file system while doing something.
    pub fn io(doing: &str, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::caused(
                ErrorKind::InsufficientStorage,
                "There is no space left in the registry's store. Nothing was lost: make room, then try again.",
                error,
            ),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::caused(ErrorKind::Unavailable, format!("The registry's store does not allow {doing}."), error)
            }
            // only a store that is reached over the network fails so
            io::ErrorKind::ConnectionAborted => Self::store_away(error),
            _ => Self::internal(doing, error),
        }
    }

    /// The store of blobs does not answer, or not as it should.
    pub(crate) fn store_away(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::caused(ErrorKind::Unavailable, "The registry's store cannot be reached right now. Try again in a moment.", source)
    }
}

/// Begins with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let mut out: String = characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect();
    if !out.ends_with(['.', '?', '!']) {
        out.push('.');
    }
    out
}
