//! Changes that were decided on by what somebody saw: they happen only while that holds.

use domain::{ErrorKind, RevisionId, lifecycle::Expected, refs::RefName};

use crate::{Error, Result};

/// Compares where a ref points with where it was seen. The package must be locked.
///
/// # Errors
/// Outdated, with where it points.
pub(crate) fn require_expected(name: &RefName, expected: Expected, current: Option<RevisionId>) -> Result<()> {
    if expected.is_met_by(current) {
        return Ok(());
    }
    let message = match (expected, current) {
        (Expected::Nothing, Some(current)) => format!("There is a “{name}” already: it points at {current}."),
        (_, Some(current)) => format!("“{name}” was moved meanwhile: it points at {current} now. Look again, then decide."),
        (_, None) => format!("There is no “{name}” now. Look again, then decide."),
    };
    Err(Error::new(ErrorKind::Outdated, message).at(current))
}
