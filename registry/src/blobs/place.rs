//! Where the bytes of a blob lie, as the catalog remembers it.

use std::{fmt, str::FromStr};

use domain::{Invalid, Sha256Digest};
use uuid::Uuid;

/// How a verified blob is kept. Its text stands in the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// In the data folder, under its digest: `file`.
    File,
    /// In the bucket: `object:` and the key.
    Object(ObjectKey),
}

const FILE: &str = "file";
const OBJECT: &str = "object:";

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str(FILE),
            Self::Object(key) => write!(f, "{OBJECT}{key}"),
        }
    }
}

impl FromStr for Place {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.strip_prefix(OBJECT) {
            Some(key) => key.parse().map(Self::Object),
            None if text == FILE => Ok(Self::File),
            None => Err(Invalid::new(format!("blobs are not kept as “{text}”"))),
        }
    }
}

/// The key of an object, below the configured prefix. Every attempt to bring a blob in has a key of its own: what was verified
/// is never written to again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ObjectKey(String);

impl ObjectKey {
    /// What all keys begin with.
    pub(crate) const FOLDER: &'static str = "blobs/";

    /// A key that nothing had before: `blobs/ab/<sha256>/<uuid>`.
    pub(crate) fn fresh(sha256: &Sha256Digest) -> Self {
        let hex = sha256.to_hex();
        Self(format!("blobs/{}/{hex}/{}", &hex[..2], Uuid::now_v7()))
    }

    /// The digest of the content that the object was meant for; nothing when no registry made the key.
    pub(crate) fn sha256(&self) -> Option<Sha256Digest> {
        let (shelf, rest) = self.0.strip_prefix(Self::FOLDER)?.split_once('/')?;
        let (hex, attempt) = rest.split_once('/')?;
        let sha256 = hex.parse().ok()?;
        (hex.starts_with(shelf) && shelf.len() == 2 && attempt.parse::<Uuid>().is_ok()).then_some(sha256)
    }

    /// The key, without the prefix.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ObjectKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.starts_with(Self::FOLDER) { Ok(Self(text.to_owned())) } else { Err(Invalid::new("this is no key of a blob")) }
    }
}

/// A verified blob and where it lies: what is needed to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredBlob {
    pub(crate) sha256: Sha256Digest,
    pub(crate) size: u64,
    pub(crate) place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_were_written() {
        let key = ObjectKey::fresh(&Sha256Digest::of(b"x"));
        assert_ne!(key, ObjectKey::fresh(&Sha256Digest::of(b"x")));
        assert_eq!(key.sha256(), Some(Sha256Digest::of(b"x")));
        for other in ["blobs/", "blobs/ab/cd/ef", "blobs/00/old"] {
            assert_eq!(other.parse::<ObjectKey>().unwrap().sha256(), None, "{other}");
        }
        for place in [Place::File, Place::Object(key)] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for wrong in ["", "files", "object:", "object:elsewhere/x"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
