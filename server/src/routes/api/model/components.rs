//! Components of revisions, and where their files are.

use domain::component;
use registry::AddressedFile;
use serde::Serialize;
use utoipa::ToSchema;

use super::moment;

/// How much a component is.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct ComponentSize {
    /// `whole`, `weights`, `configuration` (with the tokenizer), `data` or `code`.
    #[schema(example = "weights")]
    component: &'static str,
    /// How many files it holds.
    files: u64,
    /// Their bytes together.
    bytes: u64,
}

impl From<component::ComponentSize> for ComponentSize {
    fn from(size: component::ComponentSize) -> Self {
        Self { component: size.component.as_str(), files: size.files, bytes: size.bytes }
    }
}

/// Where files are.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Addresses {
    /// The id of the revision that was found.
    revision: String,
    /// When the addresses expire. What has begun before is not cut off.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The files, by path; 500 at the most.
    items: Vec<Address>,
    /// Give it back as `cursor` for the next page; nothing at the end.
    next: Option<String>,
}

impl From<registry::Addresses> for Addresses {
    fn from(found: registry::Addresses) -> Self {
        Self {
            revision: found.revision.to_hex(),
            expires_at: moment(found.expires_at),
            items: found.files.items.into_iter().map(Into::into).collect(),
            next: found.files.next,
        }
    }
}

/// Where a file is.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Address {
    /// Where it stands in the package.
    path: String,
    /// Its bytes.
    size: u64,
    /// The SHA-256 of its bytes.
    sha256: String,
    /// Answers `GET`, also of a range, without further credentials, until it expires. It is on this host when it begins with `/`.
    url: String,
}

impl From<AddressedFile> for Address {
    fn from(file: AddressedFile) -> Self {
        Self { path: file.path.to_string(), size: file.size, sha256: file.sha256.to_hex(), url: file.url }
    }
}
