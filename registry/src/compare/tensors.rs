//! Tensors of safetensors files, by what their headers say of them.

use std::collections::BTreeMap;

use domain::compare::{self, ContentComparison, MAX_CHANGES, TensorForm};
use safetensors::tensor::Metadata;

/// The bytes of the length at the start.
pub(super) const LENGTH_BYTES: u64 = 8;
/// The largest header that is read, in bytes: that of a model with some hundred thousand tensors.
pub(super) const MAX_HEADER: u64 = 16 << 20;

/// The tensors that differ. A side that is missing has none. Both sides are the beginnings of files, with the whole header.
pub(super) fn compare(before: Option<&[u8]>, after: Option<&[u8]>) -> ContentComparison {
    let read = |side: Option<&[u8]>| side.map_or_else(|| Ok(BTreeMap::new()), forms);
    match (read(before), read(after)) {
        (Ok(before), Ok(after)) => {
            let (mut tensors, unchanged) = compare::tensors(&before, &after);
            let changed = tensors.len() as u64;
            tensors.truncate(MAX_CHANGES);
            ContentComparison::Tensors { tensors, changed, unchanged }
        }
        (Err(why), _) | (_, Err(why)) => ContentComparison::Opaque { why },
    }
}

/// The forms of all tensors, or why they cannot be read.
fn forms(bytes: &[u8]) -> Result<BTreeMap<String, TensorForm>, String> {
    let cut = || "A side is no whole safetensors file: its header is not complete.".to_owned();
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(cut)?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER {
        return Err(format!("The header of a side has more than {} MiB: it is not read.", MAX_HEADER >> 20));
    }
    let header = usize::try_from(length).ok().and_then(|length| rest.get(..length)).ok_or_else(cut)?;
    let metadata: Metadata = serde_json::from_slice(header)
        .map_err(|_| "The header of a side is not valid: its tensors cannot be compared.".to_owned())?;
    let form = |info: &safetensors::tensor::TensorInfo| TensorForm {
        dtype: info.dtype.to_string(),
        shape: info.shape.iter().map(|length| *length as u64).collect(),
    };
    Ok(metadata.tensors().into_iter().map(|(name, info)| (name, form(info))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
    }

    #[test]
    fn tensors_are_compared_by_their_headers() {
        let base = file(
            r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"#,
        );
        let head = file(
            r#"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}"#,
        );
        let ContentComparison::Tensors { tensors, changed, unchanged } = compare(Some(&base), Some(&head)) else { panic!() };
        assert_eq!((tensors[0].name.as_str(), changed, unchanged), ("a", 1, 1));
        assert_eq!(tensors[0].after, Some(TensorForm { dtype: "BF16".into(), shape: vec![2] }));
        assert!(matches!(compare(None, Some(&base)), ContentComparison::Tensors { changed: 2, unchanged: 0, .. }));
    }

    #[test]
    fn hostile_headers_give_a_sentence() {
        let huge = [&(MAX_HEADER + 1).to_le_bytes()[..], b"{}"].concat();
        let endless = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
        let cut = [&100_u64.to_le_bytes()[..], b"{}"].concat();
        let deep = file(&"[".repeat(100_000));
        let overflow = file(r#"{"a":{"dtype":"F32","shape":[18446744073709551615,9],"data_offsets":[0,8]}}"#);
        for bytes in
            [b"".to_vec(), b"1234567".to_vec(), huge, endless, cut, deep, overflow, file("{"), file("\u{ff}"), file("null")]
        {
            let ContentComparison::Opaque { why } = compare(Some(&bytes), None) else {
                panic!("{:?}", &bytes[..bytes.len().min(20)])
            };
            assert!(why.ends_with('.'), "{why}");
        }
    }
}
