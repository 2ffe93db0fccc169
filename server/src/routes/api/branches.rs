//! Branches: listed, made from a revision, removed. Commits move them.

use axum::extract::State;
use domain::refs::RefKind;
use http::StatusCode;
use registry::Registry;

use super::{
    condition::{Condition, ConditionHeaders, Tagged},
    idempotency::KeyHeader,
    input::{Json, PackagePath, Paging, Path, Query, RefPath},
    model::{NewRef, Page, Ref},
    refusals::{Refusal, Refused},
};
use crate::{error::RouteError, middleware::identity::Acting};

/// The branches of a package: `main`, then the others by name; 100 at once when `limit` is not given.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/branches", tag = "refs", operation_id = "branches", params(PackagePath, Paging), responses((status = 200, body = Page<Ref>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Ref>>, RouteError> {
    let package = path.package()?;
    let page = registry.refs_of_kind(acting.actor()?, &package, RefKind::Branch, paging.wanted()?).await?;
    Ok(Json(Page::of(page)))
}

/// A branch, as it stands now.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/branches/{ref}", tag = "refs", operation_id = "branch", params(RefPath), responses((status = 200, body = Ref, headers(("ETag" = String, description = "The revision that it points at, in quotes"))), Refused))]
pub(super) async fn get(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
) -> Result<Tagged<Ref>, RouteError> {
    let (package, branch) = path.existing()?;
    let branch = registry.named_ref(acting.actor()?, &package, RefKind::Branch, &branch).await?;
    Ok(Tagged(branch.revision, branch.into()))
}

/// Makes a branch at a revision. Making it again at the same revision changes nothing; a branch that is elsewhere stays there (409).
#[utoipa::path(put, path = "/{kind}/{namespace}/{name}/branches/{ref}", tag = "refs", operation_id = "create_branch", params(KeyHeader, RefPath, ConditionHeaders), request_body = NewRef, responses((status = 200, body = Ref, headers(("ETag" = String, description = "The revision that it points at, in quotes"))), (status = 412, description = "The condition does not hold", body = Refusal), Refused))]
pub(super) async fn create(
    State(registry): State<Registry>,
    acting: Acting,
    Condition(expected): Condition,
    Path(path): Path<RefPath>,
    Json(new): Json<NewRef>,
) -> Result<Tagged<Ref>, RouteError> {
    let (package, branch) = path.wanted()?;
    let branch = registry.create_branch(acting.actor()?, &package, &branch, expected, &new.revision.parse()?).await?;
    Ok(Tagged(branch.revision, branch.into()))
}

/// Removes a branch; its revisions stay in the history. `main` stays.
#[utoipa::path(delete, path = "/{kind}/{namespace}/{name}/branches/{ref}", tag = "refs", operation_id = "delete_branch", params(RefPath, ConditionHeaders), responses((status = 204), (status = 412, description = "The condition does not hold", body = Refusal), Refused))]
pub(super) async fn delete(
    State(registry): State<Registry>,
    acting: Acting,
    Condition(expected): Condition,
    Path(path): Path<RefPath>,
) -> Result<StatusCode, RouteError> {
    let (package, branch) = path.existing()?;
    registry.delete_branch(acting.actor()?, &package, &branch, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}
