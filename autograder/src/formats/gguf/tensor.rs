//! Tensors: shape, type, place; and the types of ggml, most of which store values in blocks.

use std::io::BufRead;

use super::{HEADER_INVALID, OUT_OF_BOUNDS, Problem, Source};
use crate::text;

/// The most dimensions that are read; ggml itself takes 4.
const MAX_DIMENSIONS: u32 = 8;

/// One tensor's form and place.
pub(super) struct Tensor {
    pub(super) kind: GgmlType,
    /// The product of the dimensions.
    pub(super) elements: u64,
    /// The bytes of its data.
    pub(super) bytes: u64,
    /// Where its data begins, relative to the start of all data.
    pub(super) offset: u64,
}

impl Tensor {
    /// Reads what follows the name of a tensor.
    pub(super) fn read<R: BufRead>(source: &mut Source<R>, name: &str) -> Result<Self, Problem> {
        let invalid = |why: String| Problem::new(HEADER_INVALID, &format!("tensor {} {why}", text::quote(name)));
        let dimensions = source.u32()?;
        if dimensions > MAX_DIMENSIONS {
            return Err(invalid(format!("has {dimensions} dimensions: at most {MAX_DIMENSIONS} are allowed")));
        }
        let mut row = 1;
        let mut elements: u64 = 1;
        for dimension in 0..dimensions {
            let size = source.u64()?;
            if dimension == 0 {
                row = size;
            }
            elements =
                elements.checked_mul(size).ok_or_else(|| invalid("has a shape that is larger than any file".to_owned()))?;
        }
        let number = source.u32()?;
        let kind = GgmlType::from_number(number).ok_or_else(|| invalid(format!("has the type {number}, which is not known")))?;
        let (values, bytes) = kind.block();
        if row % values != 0 {
            return Err(invalid(format!("has rows of {row} values: {} comes in blocks of {values}", kind.name())));
        }
        let bytes = (elements / values).checked_mul(bytes);
        let bytes = bytes.ok_or_else(|| Problem::new(OUT_OF_BOUNDS, "a tensor is larger than any file"))?;
        Ok(Self { kind, elements, bytes, offset: source.u64()? })
    }
}

/// Declares the types of ggml: name, number, values in a block, bytes of a block.
macro_rules! ggml_types {
    ($($name:ident = $number:literal: $values:literal in $bytes:literal,)*) => {
        /// The types of ggml that files use (`ggml_type` in `ggml.h`, sizes from `GGML_QUANT_SIZES` of the Python package).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(non_camel_case_types, reason = "the names of the format")]
        pub(super) enum GgmlType {
            $($name,)*
        }

        impl GgmlType {
            const fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// How many values are stored together, in how many bytes.
            const fn block(self) -> (u64, u64) {
                match self {
                    $(Self::$name => ($values, $bytes),)*
                }
            }

            /// The name that the format gives it.
            pub(super) fn name(self) -> String {
                format!("{self:?}")
            }
        }
    };
}

ggml_types! {
    F32 = 0: 1 in 4,
    F16 = 1: 1 in 2,
    Q4_0 = 2: 32 in 18,
    Q4_1 = 3: 32 in 20,
    Q5_0 = 6: 32 in 22,
    Q5_1 = 7: 32 in 24,
    Q8_0 = 8: 32 in 34,
    Q8_1 = 9: 32 in 40,
    Q2_K = 10: 256 in 84,
    Q3_K = 11: 256 in 110,
    Q4_K = 12: 256 in 144,
    Q5_K = 13: 256 in 176,
    Q6_K = 14: 256 in 210,
    Q8_K = 15: 256 in 292,
    IQ2_XXS = 16: 256 in 66,
    IQ2_XS = 17: 256 in 74,
    IQ3_XXS = 18: 256 in 98,
    IQ1_S = 19: 256 in 50,
    IQ4_NL = 20: 32 in 18,
    IQ3_S = 21: 256 in 110,
    IQ2_S = 22: 256 in 82,
    IQ4_XS = 23: 256 in 136,
    I8 = 24: 1 in 1,
    I16 = 25: 1 in 2,
    I32 = 26: 1 in 4,
    I64 = 27: 1 in 8,
    F64 = 28: 1 in 8,
    IQ1_M = 29: 256 in 56,
    BF16 = 30: 1 in 2,
    TQ1_0 = 34: 256 in 54,
    TQ2_0 = 35: 256 in 66,
    MXFP4 = 39: 32 in 17,
    NVFP4 = 40: 64 in 36,
    Q1_0 = 41: 128 in 18,
}
