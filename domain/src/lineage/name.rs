//! The name at the end of an edge.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{Invalid, PackageKind, PackageName, PackageRef};

/// What stands before a name in an address of the Hugging Face Hub.
const HUB: [&str; 4] = ["https://huggingface.co/", "http://huggingface.co/", "https://hf.co/", "huggingface.co/"];

/// A name of something that packages are made from: `namespace/name`, or `name` alone, as the oldest ones of the Hugging Face Hub
/// are. It need not be that of a package here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RelatedName {
    /// Elsewhere, namespaces may be called what is reserved here: the rule is that of names.
    namespace: Option<PackageName>,
    name: PackageName,
}

impl RelatedName {
    /// Who owns it; nothing when nobody is named.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_ref().map(PackageName::as_str)
    }

    /// The name without its owner.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// What two spellings that differ only in case have in common: the namespace (empty when there is none) and the name.
    #[must_use]
    pub fn key(&self) -> (String, String) {
        (self.namespace.as_ref().map(PackageName::key).unwrap_or_default(), self.name.key())
    }

    /// The package of this name, if there may be one here.
    #[must_use]
    pub fn package(&self, kind: PackageKind) -> Option<PackageRef> {
        Some(PackageRef { kind, namespace: self.namespace()?.parse().ok()?, name: self.name.clone() })
    }
}

impl From<&PackageRef> for RelatedName {
    fn from(package: &PackageRef) -> Self {
        // whatever may own a package has a name that a package may have, too
        Self { namespace: package.namespace.as_str().parse().ok(), name: package.name.clone() }
    }
}

impl FromStr for RelatedName {
    type Err = Invalid;

    /// Reads `namespace/name` or `name`; the address of a page of the Hugging Face Hub counts as the name in it.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let name = HUB.iter().find_map(|hub| text.strip_prefix(hub)).map_or(text, |rest| {
            let rest = rest.strip_prefix("datasets/").unwrap_or(rest);
            rest.strip_suffix('/').unwrap_or(rest)
        });
        match name.split_once('/') {
            Some((namespace, name)) => Ok(Self { namespace: Some(namespace.parse()?), name: name.parse()? }),
            None => Ok(Self { namespace: None, name: name.parse()? }),
        }
    }
}

impl fmt::Display for RelatedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}/{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

impl Serialize for RelatedName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RelatedName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_have_an_owner_or_none() {
        for (text, expected, here) in [
            ("acme/Bert", "acme/Bert", true),
            ("bert-base-uncased", "bert-base-uncased", false),
            (" acme/bert\n", "acme/bert", true),
            ("https://huggingface.co/acme/bert", "acme/bert", true),
            ("https://huggingface.co/datasets/acme/squad/", "acme/squad", true),
            ("docs/bert", "docs/bert", false),
        ] {
            let name: RelatedName = text.parse().unwrap();
            assert_eq!(name.to_string(), expected, "{text}");
            assert_eq!(name.package(PackageKind::Model).is_some(), here, "{text}");
        }
        assert_eq!("Acme/BERT".parse::<RelatedName>().unwrap().key(), ("acme".into(), "bert".into()));
        assert_eq!("GPT2".parse::<RelatedName>().unwrap().key(), (String::new(), "gpt2".into()));
        let package = PackageRef::parse(PackageKind::Dataset, "Acme/Squad").unwrap();
        assert_eq!(RelatedName::from(&package).package(PackageKind::Dataset), Some(package));
    }

    #[test]
    fn paths_and_other_addresses_are_no_names() {
        for text in [
            "",
            "/",
            "a/",
            "/a",
            "/home/ann/bert",
            "./bert",
            "../bert",
            "a/b/c",
            "C:\\bert",
            "https://example.org/acme/bert",
            "https://huggingface.co/acme/bert/tree/main",
            "a b",
            "a\0b",
        ] {
            assert!(text.parse::<RelatedName>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_read_back_as_it_is_shown(text in "(https://huggingface.co/)?(datasets/)?[a-zA-Z0-9._/ -]{0,40}") {
            if let Ok(name) = text.parse::<RelatedName>() {
                prop_assert_eq!(name.to_string().parse::<RelatedName>().unwrap(), name.clone());
                prop_assert!(name.to_string().matches('/').count() <= 1);
            }
        }
    }
}
