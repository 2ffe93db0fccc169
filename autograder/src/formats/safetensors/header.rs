//! The JSON header: tensors by name, and `__metadata__`. Strict where JSON is lax: no key may come twice.

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    fmt,
};

use serde::{
    Deserialize, Deserializer,
    de::{self, Error as _, MapAccess, Visitor},
};

use super::{Problem, SIZE_MISMATCH};
use crate::{
    formats::{MAX_METADATA, MAX_METADATA_VALUE},
    text,
};

const METADATA: &str = "__metadata__";

/// The header as it stands in the file.
pub(super) struct RawHeader {
    pub(super) tensors: HashMap<String, Tensor>,
    pub(super) metadata: BTreeMap<String, String>,
}

/// One tensor's place and form.
#[derive(Debug)]
pub(super) struct Tensor {
    pub(super) dtype: Dtype,
    /// The product of the shape.
    pub(super) elements: u64,
    pub(super) begin: u64,
    pub(super) end: u64,
}

impl Tensor {
    /// How many bytes its shape and type need.
    pub(super) fn bytes(&self) -> Result<u64, Problem> {
        let bits = u128::from(self.elements) * u128::from(self.dtype.bits());
        if bits % 8 != 0 {
            return Err(Problem::new(SIZE_MISMATCH, &format!("a tensor of {bits} bits does not end at a whole byte")));
        }
        u64::try_from(bits / 8).map_err(|_| Problem::new(SIZE_MISMATCH, "a tensor's shape is larger than any file"))
    }
}

/// The data types of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the format")]
pub(super) enum Dtype {
    BOOL,
    F4,
    F6_E2M3,
    F6_E3M2,
    U8,
    I8,
    F8_E5M2,
    F8_E4M3,
    F8_E8M0,
    F8_E4M3FNUZ,
    F8_E5M2FNUZ,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    C64,
    F64,
    I64,
    U64,
}

impl Dtype {
    /// The bits of one element.
    const fn bits(self) -> u64 {
        match self {
            Self::F4 => 4,
            Self::F6_E2M3 | Self::F6_E3M2 => 6,
            Self::BOOL | Self::U8 | Self::I8 => 8,
            Self::F8_E5M2 | Self::F8_E4M3 | Self::F8_E8M0 | Self::F8_E4M3FNUZ | Self::F8_E5M2FNUZ => 8,
            Self::I16 | Self::U16 | Self::F16 | Self::BF16 => 16,
            Self::I32 | Self::U32 | Self::F32 => 32,
            Self::C64 | Self::F64 | Self::I64 | Self::U64 => 64,
        }
    }

    /// The name that the format gives it.
    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }
}

impl<'de> Deserialize<'de> for Tensor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            dtype: Dtype,
            shape: Vec<u64>,
            data_offsets: (u64, u64),
        }
        let Raw { dtype, shape, data_offsets: (begin, end) } = Raw::deserialize(deserializer)?;
        let elements = shape.iter().try_fold(1u64, |product, size| product.checked_mul(*size));
        let elements = elements.ok_or_else(|| D::Error::custom("a tensor's shape is larger than any file"))?;
        Ok(Self { dtype, elements, begin, end })
    }
}

impl<'de> Deserialize<'de> for RawHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = RawHeader;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawHeader, A::Error> {
        let mut tensors = HashMap::new();
        let mut metadata = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == METADATA {
                if metadata.replace(map.next_value::<Metadata>()?).is_some() {
                    return Err(twice(METADATA));
                }
                continue;
            }
            match tensors.entry(name) {
                Entry::Occupied(entry) => return Err(twice(entry.key())),
                Entry::Vacant(entry) => entry.insert(map.next_value()?),
            };
        }
        Ok(RawHeader { tensors, metadata: metadata.map(|Metadata(kept)| kept).unwrap_or_default() })
    }
}

/// `__metadata__`: strings by name, of which the first few are kept.
struct Metadata(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MetadataVisitor)
    }
}

struct MetadataVisitor;

impl<'de> Visitor<'de> for MetadataVisitor {
    type Value = Metadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
        let mut names = HashSet::new();
        let mut kept = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            if kept.len() < MAX_METADATA {
                kept.insert(text::clip(&name, MAX_METADATA_VALUE), text::clip(&value, MAX_METADATA_VALUE));
            }
            if let Some(name) = names.replace(name) {
                return Err(twice(&name));
            }
        }
        Ok(Metadata(kept))
    }
}

fn twice<E: de::Error>(name: &str) -> E {
    E::custom(format!("{} is there twice", text::quote(name)))
}
