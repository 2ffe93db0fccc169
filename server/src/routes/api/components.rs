//! Components of revisions: how much they are, and where their files are.

use axum::extract::State;
use domain::{component, listing::MAX_ADDRESSES};
use registry::{AddressedFile, Registry};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    input::{Json, Path, Query, RevisionPath, wanted},
    model::moment,
    refusals::Refused,
};
use crate::{
    error::RouteError,
    middleware::identity::Acting,
    routes::content::{attachment, content_type},
};

/// How much a component is.
#[derive(Serialize, ToSchema)]
pub(super) struct ComponentSize {
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

/// How much each component of a revision is. As a zip: `archive/{revision}?component=weights`.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/components/{revision}", tag = "downloads", params(RevisionPath), responses((status = 200, body = Vec<ComponentSize>), Refused))]
pub(super) async fn sizes(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
) -> Result<Json<Vec<ComponentSize>>, RouteError> {
    let (package, revision) = path.revision()?;
    let sizes = registry.components(acting.actor()?, &package, &revision).await?;
    Ok(Json(sizes.into_iter().map(Into::into).collect()))
}

/// Which files are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// `whole` (the default), `weights`, `configuration`, `data` or `code`.
    component: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at once: 1 to 500, 500 when nothing.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Option<String>,
}

/// Where files are.
#[derive(Serialize, ToSchema)]
pub(super) struct Addresses {
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

/// Where a file is.
#[derive(Serialize, ToSchema)]
pub(super) struct Address {
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

/// Where the files of a component of a revision are: signed addresses that hold for an hour. Keep them secret.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/addresses/{revision}", tag = "downloads", params(RevisionPath, Part), responses((status = 200, body = Addresses), Refused))]
pub(super) async fn addresses(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
    Query(part): Query<Part>,
) -> Result<Json<Addresses>, RouteError> {
    let (package, revision) = path.revision()?;
    let component = part.component.map(|component| component.parse()).transpose()?.unwrap_or_default();
    let paging = wanted(part.cursor.as_deref(), part.limit.as_deref(), MAX_ADDRESSES)?;
    let describe = |name: &str| (attachment(name), content_type(name));
    let found = registry.addresses(acting.actor()?, &package, &revision, component, paging, describe).await?;
    Ok(Json(Addresses {
        revision: found.revision.to_hex(),
        expires_at: moment(found.expires_at),
        items: found.files.items.into_iter().map(Into::into).collect(),
        next: found.files.next,
    }))
}
