//! Cursors: where a page of a list ended, as text that callers give back unread.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ErrorKind, listing::MAX_LIMIT};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Error, Result};

/// Which page of a list is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paging<'a> {
    /// `next` of the page before; nothing for the first.
    pub cursor: Option<&'a str>,
    /// How many items at the most; as many as the list gives by itself when nothing.
    pub limit: Option<u32>,
}

impl Paging<'_> {
    /// Where the page begins.
    pub(crate) fn after<T: DeserializeOwned>(self) -> Result<Option<T>> {
        decode(self.cursor)
    }

    /// How many items the page holds, of a list that gives `usual` by itself.
    pub(crate) fn size(self, usual: usize) -> usize {
        self.limit.map_or(usual, |limit| (limit as usize).clamp(1, usual.max(MAX_LIMIT as usize)))
    }
}

impl<'a> From<Option<&'a str>> for Paging<'a> {
    fn from(cursor: Option<&'a str>) -> Self {
        Self { cursor, limit: None }
    }
}

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
/// list elsewhere. None holds NUL, which PostgreSQL cannot compare with.
pub(crate) fn decode<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
    let position: Option<Value> = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|json| serde_json::from_slice(&json).ok());
    let position = position.filter(|position| !holds_nul(position)).ok_or_else(damaged)?;
    serde_json::from_value(position).map(Some).map_err(|_| damaged())
}

fn holds_nul(position: &Value) -> bool {
    match position {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.values().any(holds_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_and_one_with_nul_does_not() {
        let cursor = encode(&("a", 1)).unwrap();
        assert_eq!(decode::<(String, i64)>(Some(&cursor)).unwrap(), Some(("a".into(), 1)));
        assert_eq!(decode::<String>(Some("")).unwrap(), None);
        for position in [Value::from("a\0b"), serde_json::json!(["a\0", 1]), serde_json::json!({"path": ["\0"]})] {
            let cursor = encode(&position).unwrap();
            assert_eq!(decode::<Value>(Some(&cursor)).unwrap_err().kind(), ErrorKind::Invalid, "{position}");
        }
    }
}
