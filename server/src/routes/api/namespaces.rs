//! Namespaces: their members, the accounts of programs, and who may find their packages.

use axum::{extract::State, response::IntoResponse};
use domain::{UserName, account::Permission};
use http::{StatusCode, header};
use registry::{Error, Registry, StateTag};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    condition::{ConditionHeaders, MatchHeader, Seeing, Set, Tagged},
    idempotency::KeyHeader,
    input::{Json, Made, PackagePath, Paging, Path, Query},
    model::{Grant, Member, Namespace, NewOrganisation, NewProgram, Page, VisibleTo},
    refusals::{Refusal, Refused},
};
use crate::{error::RouteError, middleware::identity::Acting};

/// A namespace.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct NamespacePath {
    /// The user or organisation.
    pub(super) namespace: String,
}

/// A user with a right on a namespace.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct MemberPath {
    /// The user or organisation.
    namespace: String,
    /// The member.
    user: String,
}

/// What cannot be a name does not exist.
pub(super) fn namespace(name: &str) -> Result<domain::NamespaceName, RouteError> {
    Ok(name.parse().map_err(|_| Error::not_found(format!("The namespace “{name}”")))?)
}

/// What cannot be a name does not exist.
pub(super) fn user(name: &str) -> Result<UserName, RouteError> {
    Ok(name.parse().map_err(|_| Error::not_found(format!("The user “{name}”")))?)
}

/// A namespace that you have a right on.
#[utoipa::path(get, path = "/namespaces/{namespace}", tag = "namespaces", operation_id = "namespace", params(NamespacePath), responses((status = 200, body = Namespace), Refused))]
pub(super) async fn detail(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
) -> Result<Json<Namespace>, RouteError> {
    Ok(Json(registry.namespace(acting.actor()?, &namespace(&path.namespace)?).await?.into()))
}

/// Makes an organisation; you become its administrator. Only administrators of the registry may.
#[utoipa::path(post, path = "/organisations", tag = "namespaces", params(KeyHeader), request_body = NewOrganisation, responses((status = 201, body = Namespace, headers(("Location" = String, description = "Where it is"))), Refused))]
pub(super) async fn create_organisation(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewOrganisation>,
) -> Result<Made<Namespace>, RouteError> {
    let name = new.name.parse()?;
    registry.create_organisation(acting.actor()?, &name).await?;
    Ok(Made(format!("/api/v1/namespaces/{name}"), Json(registry.namespace(acting.actor()?, &name).await?.into())))
}

/// Who has a right on a namespace, the oldest account first; 100 at once when `limit` is not given.
#[utoipa::path(get, path = "/namespaces/{namespace}/members", tag = "namespaces", params(NamespacePath, Paging), responses((status = 200, body = Page<Member>), Refused))]
pub(super) async fn members(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Member>>, RouteError> {
    let members = registry.members(acting.actor()?, &namespace(&path.namespace)?, paging.wanted()?).await?;
    Ok(Json(Page::of(members)))
}

/// A member of a namespace.
#[utoipa::path(get, path = "/namespaces/{namespace}/members/{user}", tag = "namespaces", operation_id = "member", params(MemberPath), responses((status = 200, body = Member, headers(("ETag" = String, description = "That of the right"))), Refused))]
pub(super) async fn member(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<MemberPath>,
) -> Result<Tagged<Member, StateTag>, RouteError> {
    let member = registry.member(acting.actor()?, &namespace(&path.namespace)?, &user(&path.user)?).await?;
    Ok(Tagged(StateTag::of_member(&member), member.into()))
}

/// Grants a user a right on a namespace, in the place of the one that was there. Doing it again changes nothing.
#[utoipa::path(put, path = "/namespaces/{namespace}/members/{user}", tag = "namespaces", params(MemberPath, ConditionHeaders), request_body = Grant, responses((status = 204, headers(("ETag" = String, description = "That of the right"))), (status = 412, description = "The right is not as you saw it: `ETag` and `current` say how it is", body = Refusal), Refused))]
pub(super) async fn grant(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<MemberPath>,
    Json(grant): Json<Grant>,
) -> Result<Set, RouteError> {
    let permission: Permission = grant.permission.parse()?;
    registry.grant(&seeing.by(&acting)?, &namespace(&path.namespace)?, &user(&path.user)?, permission).await?;
    Ok(Set(StateTag::of_right(permission)))
}

/// Takes a user's right on a namespace away. You may always leave by yourself.
#[utoipa::path(delete, path = "/namespaces/{namespace}/members/{user}", tag = "namespaces", params(MemberPath, MatchHeader), responses((status = 204), (status = 412, description = "The right is not as you saw it: `ETag` and `current` say how it is", body = Refusal), Refused))]
pub(super) async fn remove_member(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<MemberPath>,
) -> Result<StatusCode, RouteError> {
    registry.remove_member(&seeing.by(&acting)?, &namespace(&path.namespace)?, &user(&path.user)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes an account for a program: it belongs to the namespace, has a right on it, and comes with tokens only.
#[utoipa::path(post, path = "/namespaces/{namespace}/programs", tag = "namespaces", params(KeyHeader, NamespacePath), request_body = NewProgram, responses((status = 201, headers(("Location" = String, description = "Where its right is"))), Refused))]
pub(super) async fn create_program(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<NamespacePath>,
    Json(new): Json<NewProgram>,
) -> Result<impl IntoResponse, RouteError> {
    let (home, name, permission) = (namespace(&path.namespace)?, new.name.parse()?, new.permission.parse()?);
    registry.create_program(acting.actor()?, &home, &name, permission).await?;
    let location = format!("/api/v1/namespaces/{home}/members/{name}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)]))
}

/// Changes who may find and download a package.
#[utoipa::path(put, path = "/{kind}/{namespace}/{name}/visibility", tag = "packages", params(PackagePath, MatchHeader), request_body = VisibleTo, responses((status = 204, headers(("ETag" = String, description = "That of its settings"))), (status = 412, description = "The package's settings are not as you saw them: `ETag` and `current` say how they are", body = Refusal), Refused))]
pub(super) async fn set_visibility(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<PackagePath>,
    Json(wanted): Json<VisibleTo>,
) -> Result<Set, RouteError> {
    Ok(Set(registry.set_visibility(&seeing.by(&acting)?, &path.package()?, wanted.visibility.parse()?).await?))
}
