//! Typed values: scalars, strings, and arrays of either, which may be nested.

use std::io::BufRead;

use super::{HEADER_INVALID, Problem, Source, TRUNCATED};

/// How many bytes of a string are kept.
const MAX_KEPT: u64 = 4096;
/// How deep arrays may be nested; in practice they are not.
const MAX_DEPTH: u32 = 4;

/// A value, as far as it is of use here.
pub(super) enum Value {
    /// Text, cut after its first 4 KiB.
    Text(String),
    /// A number without sign.
    Unsigned(u64),
    /// Anything else.
    Other,
}

/// The types of values, with the numbers that stand for them.
#[derive(Clone, Copy)]
enum Kind {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    String,
    Array,
    U64,
    I64,
    F64,
}

impl Kind {
    fn read<R: BufRead>(source: &mut Source<R>) -> Result<Self, Problem> {
        Ok(match source.u32()? {
            0 => Self::U8,
            1 => Self::I8,
            2 => Self::U16,
            3 => Self::I16,
            4 => Self::U32,
            5 => Self::I32,
            6 => Self::F32,
            7 => Self::Bool,
            8 => Self::String,
            9 => Self::Array,
            10 => Self::U64,
            11 => Self::I64,
            12 => Self::F64,
            other => return Err(Problem::new(HEADER_INVALID, &format!("a value has the type {other}, which does not exist"))),
        })
    }

    /// The bytes of one value; for strings and arrays the fewest.
    const fn bytes(self) -> u64 {
        match self {
            Self::U8 | Self::I8 | Self::Bool => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 | Self::String => 8,
            Self::Array => 12,
        }
    }
}

/// Reads a type and a value of it.
pub(super) fn read<R: BufRead>(source: &mut Source<R>) -> Result<Value, Problem> {
    match Kind::read(source)? {
        Kind::U8 => source.array::<1>().map(|[byte]| Value::Unsigned(byte.into())),
        Kind::U16 => source.array().map(|bytes| Value::Unsigned(u16::from_le_bytes(bytes).into())),
        Kind::U32 => source.u32().map(|number| Value::Unsigned(number.into())),
        Kind::U64 => source.u64().map(Value::Unsigned),
        Kind::String => source.string(MAX_KEPT).map(Value::Text),
        Kind::Bool => match source.array::<1>()? {
            [0 | 1] => Ok(Value::Other),
            [other] => Err(Problem::new(HEADER_INVALID, &format!("a truth value is {other}, neither 0 nor 1"))),
        },
        kind @ (Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64) => {
            source.skip(kind.bytes()).map(|()| Value::Other)
        }
        Kind::Array => skip_array(source, 1).map(|()| Value::Other),
    }
}

/// Passes over an array, whose type was read already.
fn skip_array<R: BufRead>(source: &mut Source<R>, depth: u32) -> Result<(), Problem> {
    if depth > MAX_DEPTH {
        return Err(Problem::new(HEADER_INVALID, &format!("arrays are nested more than {MAX_DEPTH} deep")));
    }
    let kind = Kind::read(source)?;
    let count = source.u64()?;
    let least = count.checked_mul(kind.bytes()).filter(|bytes| *bytes <= source.left());
    let Some(least) = least else {
        let message = format!("an array announces {count} values: the file has no room for as many");
        return Err(Problem::new(TRUNCATED, &message));
    };
    match kind {
        Kind::String => (0..count).try_for_each(|_| {
            let length = source.u64()?;
            source.skip(length)
        }),
        Kind::Array => (0..count).try_for_each(|_| skip_array(source, depth + 1)),
        Kind::U8
        | Kind::I8
        | Kind::U16
        | Kind::I16
        | Kind::U32
        | Kind::I32
        | Kind::F32
        | Kind::Bool
        | Kind::U64
        | Kind::I64
        | Kind::F64 => source.skip(least),
    }
}
