//! GGUF versions 2 and 3: typed key-value pairs, then one line for each tensor, then the data, aligned.
//!
//! The layout is that of the format's description (<https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>); like its
//! reference implementation, the parser wants every tensor where the one before it ends.

pub(crate) mod keys;
mod source;
mod tensor;
mod value;

use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
};

use keys::Keys;
use source::Source;
use tensor::Tensor;

use super::{Header, Problem};
use crate::text;

/// How every GGUF file begins.
pub const MAGIC: &[u8] = b"GGUF";

/// The fewest bytes that a key-value pair takes: an empty key, a type, one byte of value.
const MIN_PAIR_BYTES: u64 = 8 + 4 + 1;
/// The fewest bytes that a tensor's line takes: an empty name, no dimensions, a type, an offset.
const MIN_TENSOR_BYTES: u64 = 8 + 4 + 4 + 8;
/// The most key-value pairs, and the most tensors, that are read: a thousand times what real files hold.
const MAX_COUNT: u64 = 1_000_000;
/// The longest key, in bytes, by the format's description.
const MAX_KEY: u64 = 65_535;
/// The longest name of a tensor that is read, in bytes; the format asks for at most 64.
const MAX_NAME: u64 = 1024;

const TRUNCATED: &str = "gguf/truncated";
const HEADER_INVALID: &str = "gguf/header_invalid";
const HEADER_TOO_LARGE: &str = "gguf/header_too_large";
const UNSUPPORTED: &str = "gguf/version_unsupported";
const OUT_OF_BOUNDS: &str = "gguf/data_out_of_bounds";
const TRAILING_BYTES: &str = "gguf/trailing_bytes";

/// Reads the header of a file of `length` bytes, and checks it against that length.
///
/// # Errors
/// When the file is truncated, its header is no valid one, or the header and the data do not fit together.
pub fn parse<R: BufRead>(reader: R, length: u64) -> Result<Header, Problem> {
    let mut source = Source::new(reader, length);
    if source.array::<4>()? != MAGIC {
        return Err(Problem::new(HEADER_INVALID, "the file does not begin with “GGUF”"));
    }
    let version = source.u32()?;
    if version != 2 && version != 3 {
        // the version of a big-endian file has its bytes the other way round
        let hint = if matches!(version.swap_bytes(), 2 | 3) { ": this is a big-endian file" } else { "" };
        return Err(Problem::new(UNSUPPORTED, &format!("GGUF version {version} is not read, only 2 and 3{hint}")));
    }
    let tensors = source.u64()?;
    let pairs = source.u64()?;
    for (count, least, what) in [(pairs, MIN_PAIR_BYTES, "key-value pairs"), (tensors, MIN_TENSOR_BYTES, "tensors")] {
        if count.checked_mul(least).is_none_or(|bytes| bytes > source.left()) {
            let message = format!(
                "the header announces {count} {what}, but the file has no room for as many: it is cut off, or its header lies"
            );
            return Err(Problem::new(TRUNCATED, &message));
        }
        if count > MAX_COUNT {
            return Err(Problem::new(
                HEADER_TOO_LARGE,
                &format!("the header holds {count} {what}: at most {MAX_COUNT} are read"),
            ));
        }
    }
    let keys = read_keys(&mut source, pairs)?;
    let tensors = read_tensors(&mut source, tensors)?;
    check_layout(&tensors, source.position(), keys.alignment()?, length)?;
    Ok(summarise(&tensors, keys))
}

fn read_keys<R: BufRead>(source: &mut Source<R>, pairs: u64) -> Result<Keys, Problem> {
    let mut seen = HashSet::new();
    let mut keys = Keys::default();
    for _ in 0..pairs {
        let key = source.name(MAX_KEY, "a key")?;
        let value = value::read(source)?;
        keys.keep(&key, value);
        if let Some(key) = seen.replace(key) {
            return Err(Problem::new(HEADER_INVALID, &format!("the key {} is there twice", text::quote(&key))));
        }
    }
    Ok(keys)
}

fn read_tensors<R: BufRead>(source: &mut Source<R>, count: u64) -> Result<Vec<Tensor>, Problem> {
    let mut seen = HashSet::new();
    let mut tensors = Vec::new();
    for _ in 0..count {
        let name = source.name(MAX_NAME, "the name of a tensor")?;
        tensors.push(Tensor::read(source, &name)?);
        if let Some(name) = seen.replace(name) {
            return Err(Problem::new(HEADER_INVALID, &format!("the tensor {} is there twice", text::quote(&name))));
        }
    }
    Ok(tensors)
}

/// Checks that the tensors lie in the data one after the other, each aligned, and that the file ends where they do.
fn check_layout(tensors: &[Tensor], header_end: u64, alignment: u64, length: u64) -> Result<(), Problem> {
    let overflow = || Problem::new(OUT_OF_BOUNDS, "the tensors are larger than any file");
    let data_start = header_end.checked_next_multiple_of(alignment).ok_or_else(overflow)?;
    // both relative to the start of the data: with and without the padding of the last tensor
    let mut expected: u64 = 0;
    let mut end: u64 = 0;
    for (number, tensor) in tensors.iter().enumerate() {
        if tensor.offset != expected {
            let message = format!("tensor {number} lies at byte {} of the data: {expected} is expected", tensor.offset);
            return Err(Problem::new(OUT_OF_BOUNDS, &message));
        }
        end = expected.checked_add(tensor.bytes).ok_or_else(overflow)?;
        expected = end.checked_next_multiple_of(alignment).ok_or_else(overflow)?;
    }
    if tensors.is_empty() {
        return Ok(());
    }
    let needed = data_start.checked_add(end).ok_or_else(overflow)?;
    if needed > length {
        let message =
            format!("the header describes a file of {needed} bytes, but it has {length}: it is cut off, or its header lies");
        return Err(Problem::new(TRUNCATED, &message));
    }
    if data_start.saturating_add(expected) < length {
        let message =
            format!("{} bytes follow the last tensor: the header does not say what they are", length - data_start - expected);
        return Err(Problem::new(TRAILING_BYTES, &message));
    }
    Ok(())
}

fn summarise(tensors: &[Tensor], keys: Keys) -> Header {
    let mut dtypes: BTreeMap<String, u64> = BTreeMap::new();
    let mut parameters: u64 = 0;
    for tensor in tensors {
        parameters = parameters.saturating_add(tensor.elements);
        let sum = dtypes.entry(tensor.kind.name()).or_default();
        *sum = sum.saturating_add(tensor.elements);
    }
    let (metadata, architecture) = keys.into_metadata();
    Header { tensors: tensors.len() as u64, parameters: Some(parameters), dtypes, metadata, architecture }
}
