//! Cursors: where a page of a list ended, as text that callers give back unread.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ErrorKind;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Result};

/// Writes a position down.
pub(crate) fn encode<T: Serialize>(position: &T) -> Result<String> {
    serde_json::to_vec(position)
        .map(|json| URL_SAFE_NO_PAD.encode(json))
        .map_err(|error| Error::internal("writing a cursor", error))
}

/// Reads a position back.
///
/// # Errors
/// Invalid, when it was not written by [`encode`] for the same list. Positions hold no rights: a forged one only begins the
/// list elsewhere.
pub(crate) fn decode<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
    URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|json| serde_json::from_slice(&json).ok()).map(Some).ok_or_else(damaged)
}

/// The answer to a cursor that was not written here.
pub(crate) fn damaged() -> Error {
    Error::new(ErrorKind::Invalid, "The link to this page is damaged: start again from the first page.")
}

/// Cuts what was fetched beyond `limit` off, and says where the next page begins.
pub(crate) fn page<T, C: Serialize>(
    mut items: Vec<T>,
    limit: usize,
    position: impl Fn(&T) -> C,
) -> Result<domain::listing::Page<T>> {
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| encode(&position(last))).transpose()?;
    Ok(domain::listing::Page { items, next })
}
