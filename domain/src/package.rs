//! Packages: what they are called and where their pages and files are.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Invalid, NamespaceName, PackageName, component::Component};

/// What a package holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageKind {
    /// Weights with their configuration, tokenizer and card.
    #[default]
    Model,
    /// Data to train or evaluate on.
    Dataset,
    /// Code that trains, evaluates or serves.
    Code,
}

impl PackageKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Model, Self::Dataset, Self::Code];

    /// The word for one: `model`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Code => "code",
        }
    }

    /// The word for several, as it stands in addresses: `models`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Dataset => "datasets",
            Self::Code => "code",
        }
    }

    /// What stands before `namespace/name` in the address of a page: nothing for models, as on the Hugging Face Hub.
    #[must_use]
    pub const fn page_prefix(self) -> &'static str {
        match self {
            Self::Model => "",
            Self::Dataset => "/datasets",
            Self::Code => "/code",
        }
    }
}

impl fmt::Display for PackageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PackageKind {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|kind| text == kind.as_str() || text == kind.plural())
            .ok_or_else(|| Invalid::new(format!("“{text}” is no kind of package: use model, dataset or code")))
    }
}

/// A package by its name: kind, namespace, name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PackageRef {
    /// What it holds.
    pub kind: PackageKind,
    /// Who owns it.
    pub namespace: NamespaceName,
    /// Its name within the namespace.
    pub name: PackageName,
}

impl PackageRef {
    /// Reads `namespace/name`.
    ///
    /// # Errors
    /// When there is not exactly one `/`, or either name breaks its rules.
    pub fn parse(kind: PackageKind, text: &str) -> Result<Self, Invalid> {
        let (namespace, name) =
            text.split_once('/').ok_or_else(|| Invalid::new(format!("“{text}” is no package: namespace/name is expected")))?;
        Ok(Self { kind, namespace: namespace.parse()?, name: name.parse()? })
    }

    /// `namespace/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The address of the package's page.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}/{}", self.kind.page_prefix(), self.full_name())
    }

    /// Where programs find the package: `/api/v1/models/ns/name`.
    #[must_use]
    pub fn api(&self) -> String {
        format!("/api/v1/{}/{}", self.kind.plural(), self.full_name())
    }

    /// Where one file of a revision is downloaded.
    #[must_use]
    pub fn file_url(&self, revision: &str, path: &str) -> String {
        format!("{}/resolve/{}/{}", self.api(), encode_segment(revision), encode_path(path))
    }

    /// Where a whole revision is downloaded as one zip.
    #[must_use]
    pub fn archive_url(&self, revision: &str) -> String {
        format!("{}/archive/{}", self.api(), encode_segment(revision))
    }

    /// Where a component of a revision is downloaded as one zip.
    #[must_use]
    pub fn component_url(&self, revision: &str, component: Component) -> String {
        match component {
            Component::Whole => self.archive_url(revision),
            Component::Weights | Component::Configuration | Component::Data | Component::Code => {
                format!("{}?component={component}", self.archive_url(revision))
            }
        }
    }

    /// The page that lists the folder `path` of a revision; the whole revision when `path` is empty.
    #[must_use]
    pub fn tree_page(&self, revision: &str, path: &str) -> String {
        let slash = if path.is_empty() { "" } else { "/" };
        format!("{}/tree/{}{slash}{}", self.page(), encode_segment(revision), encode_path(path))
    }
}

impl fmt::Display for PackageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

const SEGMENT: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encodes text as one path segment, `/` included: branch names hold slashes.
#[must_use]
pub fn encode_segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, SEGMENT).to_string()
}

/// Percent-encodes a path segment by segment; its slashes stay.
#[must_use]
pub fn encode_path(path: &str) -> String {
    path.split('/').map(encode_segment).collect::<Vec<_>>().join("/")
}

/// Whether an address leads to a page of this site: a path. Browsers drop control characters and take a backslash for a slash,
/// so that what looks like a path could name another host.
#[must_use]
pub fn is_local_address(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.contains(|c: char| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_escape_what_must_be_escaped() {
        let package = PackageRef::parse(PackageKind::Model, "acme/bert").unwrap();
        assert_eq!(package.page(), "/acme/bert");
        assert_eq!(package.tree_page("feature/x", "a b/c#d"), "/acme/bert/tree/feature%2Fx/a%20b/c%23d");
        assert_eq!(package.file_url("main", "a?b%c"), "/api/v1/models/acme/bert/resolve/main/a%3Fb%25c");
        assert_eq!(package.component_url("main", Component::Whole), package.archive_url("main"));
        assert_eq!(package.component_url("a/b", Component::Data), "/api/v1/models/acme/bert/archive/a%2Fb?component=data");
        assert!(PackageRef::parse(PackageKind::Model, "acme").is_err());
        assert!(PackageRef::parse(PackageKind::Model, "a/b/c").is_err());
        assert!(PackageRef::parse(PackageKind::Model, "upload/x").is_err());
    }

    #[test]
    fn only_paths_of_this_site_are_local() {
        for (address, local) in [
            ("/", true),
            ("/acme/bert?at=1.0.0", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/\t/evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_local_address(address), local, "{address:?}");
        }
    }
}
