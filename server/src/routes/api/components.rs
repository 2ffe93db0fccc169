//! Components of revisions: how much they are, and where their files are.

use axum::extract::State;
use domain::listing::MAX_ADDRESSES;
use registry::Registry;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    input::{Json, Path, Query, RevisionPath, wanted},
    model::{Addresses, ComponentSize},
    refusals::Refused,
};
use crate::{
    error::RouteError,
    middleware::identity::Acting,
    routes::content::{attachment, content_type},
};

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
    Ok(Json(found.into()))
}
