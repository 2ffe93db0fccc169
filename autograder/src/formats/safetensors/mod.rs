//! safetensors: eight bytes of length, a JSON header, the data of the tensors without gaps.
//!
//! The rules are those of the format's description and of its reference implementation
//! (<https://github.com/huggingface/safetensors>), which refuses what is refused here.

mod header;

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use header::{RawHeader, Tensor};

use super::{Header, Problem};
use crate::text;

/// The largest header that readers take, in bytes.
const MAX_HEADER: u64 = 100_000_000;
/// The bytes of the length at the start.
const LENGTH_BYTES: u64 = 8;

const TRUNCATED: &str = "safetensors/truncated";
const HEADER_INVALID: &str = "safetensors/header_invalid";
const OUT_OF_BOUNDS: &str = "safetensors/data_out_of_bounds";
const SIZE_MISMATCH: &str = "safetensors/size_mismatch";
const TRAILING_BYTES: &str = "safetensors/trailing_bytes";

/// Reads the header of a file of `length` bytes, and checks it against that length.
///
/// # Errors
/// When the file is truncated, its header is no valid one, or the header and the data do not fit together.
pub fn parse<R: BufRead>(mut reader: R, length: u64) -> Result<Header, Problem> {
    let header_bytes = header_length(&mut reader, length)?;
    let mut reader = reader.take(header_bytes);
    if reader.fill_buf().map_err(|error| Problem::io(&error))?.first() != Some(&b'{') {
        return Err(Problem::new(HEADER_INVALID, "the header does not begin with “{”: it is no JSON object"));
    }
    let raw: RawHeader = serde_json::from_reader(reader).map_err(|error| json_problem(&error))?;
    check_layout(&raw, length - LENGTH_BYTES - header_bytes)?;
    Ok(summarise(raw))
}

fn header_length<R: BufRead>(reader: &mut R, length: u64) -> Result<u64, Problem> {
    let too_short = || Problem::new(TRUNCATED, "the file is shorter than the 8 bytes that every safetensors file begins with");
    let available = length.checked_sub(LENGTH_BYTES).ok_or_else(too_short)?;
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => too_short(),
        _ => Problem::io(&error),
    })?;
    let header_bytes = u64::from_le_bytes(bytes);
    if header_bytes > MAX_HEADER {
        return Err(Problem::new(
            HEADER_INVALID,
            &format!("the file announces a header of {header_bytes} bytes; readers take at most {MAX_HEADER}"),
        ));
    }
    if header_bytes > available {
        let message = format!("the file announces a header of {header_bytes} bytes, but only {available} bytes follow");
        return Err(Problem::new(TRUNCATED, &message));
    }
    Ok(header_bytes)
}

fn json_problem(error: &serde_json::Error) -> Problem {
    if error.is_eof() {
        return Problem::new(HEADER_INVALID, "the header's JSON ends in the middle");
    }
    Problem::new(HEADER_INVALID, &format!("the header is not valid: {error}"))
}

/// Checks that the tensors lie in the data one after the other, without gap or overlap, each as long as its shape says.
fn check_layout(raw: &RawHeader, available: u64) -> Result<(), Problem> {
    let mut tensors: Vec<(&str, &Tensor)> = raw.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    tensors.sort_unstable_by_key(|(name, tensor)| (tensor.begin, tensor.end, *name));
    let mut end = 0;
    for (name, tensor) in tensors {
        let named = text::quote(name);
        if tensor.begin > tensor.end {
            return Err(Problem::new(OUT_OF_BOUNDS, &format!("tensor {named} ends before it begins")));
        }
        if tensor.begin != end {
            let what = if tensor.begin < end { "overlaps the one before it" } else { "leaves a gap before it" };
            return Err(Problem::new(
                OUT_OF_BOUNDS,
                &format!("tensor {named} at byte {} {what}: {end} is expected", tensor.begin),
            ));
        }
        let held = tensor.end - tensor.begin;
        if tensor.bytes()? != held {
            let message = format!("tensor {named} has {held} bytes of data, but its shape and type need {}", tensor.bytes()?);
            return Err(Problem::new(SIZE_MISMATCH, &message));
        }
        end = tensor.end;
    }
    if end > available {
        let message = format!(
            "the header describes {end} bytes of data, but the file holds {available}: it is cut off, or its header lies"
        );
        return Err(Problem::new(TRUNCATED, &message));
    }
    if end < available {
        let message = format!("{} bytes follow the last tensor: the header does not say what they are", available - end);
        return Err(Problem::new(TRAILING_BYTES, &message));
    }
    Ok(())
}

fn summarise(raw: RawHeader) -> Header {
    let mut dtypes: BTreeMap<String, u64> = BTreeMap::new();
    let mut parameters: u64 = 0;
    for tensor in raw.tensors.values() {
        let count = tensor.elements;
        // each sum is at most twice the file's length, as the smallest type has four bits
        parameters = parameters.saturating_add(count);
        let sum = dtypes.entry(tensor.dtype.name()).or_default();
        *sum = sum.saturating_add(count);
    }
    Header { tensors: raw.tensors.len() as u64, parameters: Some(parameters), dtypes, metadata: raw.metadata, architecture: None }
}
