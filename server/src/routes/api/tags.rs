//! Versions: listed, given to a revision once.

use axum::extract::State;
use domain::refs::RefKind;
use registry::Registry;

use super::{
    idempotency::KeyHeader,
    input::{Json, PackagePath, Paging, Path, Query, RefPath},
    model::{NewRef, Page, Ref},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// The versions of a package, the highest first: semantic versions by precedence, then other names. 100 at once when
/// `limit` is not given.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/tags", tag = "refs", operation_id = "tags", params(PackagePath, Paging), responses((status = 200, body = Page<Ref>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Ref>>, RouteError> {
    let package = path.package()?;
    let page = registry.refs_of_kind(acting.actor()?, &package, RefKind::Tag, paging.wanted()?).await?;
    Ok(Json(Page::of(page)))
}

/// A version and its revision.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/tags/{ref}", tag = "refs", operation_id = "tag", params(RefPath), responses((status = 200, body = Ref), Refused))]
pub(super) async fn get(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
) -> Result<Json<Ref>, RouteError> {
    let (package, tag) = path.existing()?;
    Ok(Json(registry.named_ref(acting.actor()?, &package, RefKind::Tag, &tag).await?.into()))
}

/// Gives a revision a version. Giving it again changes nothing; versions never move (409).
#[utoipa::path(put, path = "/{kind}/{namespace}/{name}/tags/{ref}", tag = "refs", operation_id = "create_tag", params(KeyHeader, RefPath), request_body = NewRef, responses((status = 200, body = Ref), Refused))]
pub(super) async fn create(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
    Json(new): Json<NewRef>,
) -> Result<Json<Ref>, RouteError> {
    let (package, tag) = path.wanted()?;
    Ok(Json(registry.create_tag(acting.actor()?, &package, &tag, &new.revision.parse()?).await?.into()))
}
