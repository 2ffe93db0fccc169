//! Aliases: listed, moved, rolled back, removed, protected; what they were.

use axum::extract::State;
use domain::lifecycle::moment;
use http::StatusCode;
use registry::{AliasStep, Registry, StateTag};
use serde::Deserialize;
use time::format_description::well_known::Rfc3339;
use utoipa::IntoParams;

use super::{
    condition::{Condition, ConditionHeaders, MatchHeader, Seeing, Set, Tagged},
    idempotency::KeyHeader,
    input::{Json, PackagePath, Paging, Path, Query, RefPath},
    model::{Alias, AliasMove, AliasThen, NewMove, Page, Protection},
    refusals::{Refusal, Refused},
};
use crate::{error::RouteError, middleware::identity::Acting};

/// The aliases of a package, by name; 100 at once when `limit` is not given.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/aliases", tag = "refs", operation_id = "aliases", params(PackagePath, Paging), responses((status = 200, body = Page<Alias>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Alias>>, RouteError> {
    Ok(Json(Page::of(registry.aliases(acting.actor()?, &path.package()?, paging.wanted()?).await?)))
}

/// An alias, as it stands now.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/aliases/{ref}", tag = "refs", operation_id = "alias", params(RefPath), responses((status = 200, body = Alias, headers(("ETag" = String, description = "The revision that it points at, in quotes"))), Refused))]
pub(super) async fn get(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
) -> Result<Tagged<Alias>, RouteError> {
    let (package, alias) = path.existing()?;
    let alias = registry.alias(acting.actor()?, &package, &alias).await?;
    Ok(Tagged(alias.revision, alias.into()))
}

/// Points an alias at a revision; it is made when missing. A protected one takes the right `admin`.
#[utoipa::path(put, path = "/{kind}/{namespace}/{name}/aliases/{ref}", tag = "refs", operation_id = "move_alias", params(KeyHeader, RefPath, ConditionHeaders), request_body = NewMove, responses((status = 200, body = Alias, headers(("ETag" = String, description = "The revision that it points at, in quotes"))), (status = 412, description = "The condition does not hold: `current` says where it points", body = Refusal), Refused))]
pub(super) async fn shift(
    State(registry): State<Registry>,
    acting: Acting,
    Condition(expected): Condition,
    Path(path): Path<RefPath>,
    Json(new): Json<NewMove>,
) -> Result<Tagged<Alias>, RouteError> {
    let (package, alias) = path.wanted()?;
    let step = AliasStep { package, alias, expected, reason: new.reason };
    let alias = registry.move_alias(acting.actor()?, &step, &new.revision.parse()?).await?;
    Ok(Tagged(alias.revision, alias.into()))
}

/// Why an alias moves or goes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Reason {
    /// Why.
    #[param(max_length = 500)]
    reason: Option<String>,
}

/// Points an alias at where it pointed before its last move.
#[utoipa::path(post, path = "/{kind}/{namespace}/{name}/aliases/{ref}/rollback", tag = "refs", operation_id = "roll_alias_back", params(KeyHeader, RefPath, Reason, ConditionHeaders), responses((status = 200, body = Alias, headers(("ETag" = String, description = "The revision that it points at, in quotes"))), (status = 412, description = "The condition does not hold: `current` says where it points", body = Refusal), Refused))]
pub(super) async fn roll_back(
    State(registry): State<Registry>,
    acting: Acting,
    Condition(expected): Condition,
    Path(path): Path<RefPath>,
    Query(reason): Query<Reason>,
) -> Result<Tagged<Alias>, RouteError> {
    let (package, alias) = path.existing()?;
    let step = AliasStep { package, alias, expected, reason: reason.reason.unwrap_or_default() };
    let alias = registry.roll_alias_back(acting.actor()?, &step).await?;
    Ok(Tagged(alias.revision, alias.into()))
}

/// Removes an alias. Its history stays.
#[utoipa::path(delete, path = "/{kind}/{namespace}/{name}/aliases/{ref}", tag = "refs", operation_id = "remove_alias", params(RefPath, Reason, ConditionHeaders), responses((status = 204), (status = 412, description = "The condition does not hold: `current` says where it points", body = Refusal), Refused))]
pub(super) async fn remove(
    State(registry): State<Registry>,
    acting: Acting,
    Condition(expected): Condition,
    Path(path): Path<RefPath>,
    Query(reason): Query<Reason>,
) -> Result<StatusCode, RouteError> {
    let (package, alias) = path.existing()?;
    let step = AliasStep { package, alias, expected, reason: reason.reason.unwrap_or_default() };
    registry.remove_alias(acting.actor()?, &step).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether only who administers the namespace may move and remove an alias, also one that is still to be made.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/aliases/{ref}/protection", tag = "refs", operation_id = "alias_protection", params(RefPath), responses((status = 200, body = Protection, headers(("ETag" = String, description = "That of the protection"))), Refused))]
pub(super) async fn protection(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
) -> Result<Tagged<Protection, StateTag>, RouteError> {
    let (package, alias) = path.existing()?;
    let is_protected = registry.is_alias_protected(acting.actor()?, &package, &alias).await?;
    Ok(Tagged(StateTag::of_protection(&alias, is_protected), Protection { is_protected }))
}

/// Says whether only who administers the namespace may move and remove an alias, also one that is still to be made.
#[utoipa::path(put, path = "/{kind}/{namespace}/{name}/aliases/{ref}/protection", tag = "refs", operation_id = "protect_alias", params(RefPath, MatchHeader), request_body = Protection, responses((status = 204, headers(("ETag" = String, description = "That of the protection"))), (status = 412, description = "The protection is not as you saw it: `ETag` and `current` say how it is", body = Refusal), Refused))]
pub(super) async fn protect(
    State(registry): State<Registry>,
    acting: Acting,
    seeing: Seeing,
    Path(path): Path<RefPath>,
    Json(wanted): Json<Protection>,
) -> Result<Set, RouteError> {
    let (package, alias) = path.wanted()?;
    registry.protect_alias(&seeing.by(&acting)?, &package, &alias, wanted.is_protected).await?;
    Ok(Set(StateTag::of_protection(&alias, wanted.is_protected)))
}

/// The moves of an alias, newest first; also those of one that was removed. 30 at once when `limit` is not given.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/aliases/{ref}/history", tag = "refs", operation_id = "alias_history", params(RefPath, Paging), responses((status = 200, body = Page<AliasMove>), Refused))]
pub(super) async fn history(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AliasMove>>, RouteError> {
    let (package, alias) = path.existing()?;
    Ok(Json(Page::of(registry.alias_history(acting.actor()?, &package, &alias, paging.wanted()?).await?)))
}

/// When.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Moment {
    /// A day, which begins at midnight in UTC, or a date and a time with an offset.
    #[param(example = "2026-03-01")]
    moment: String,
}

/// Where an alias pointed at a moment: what was `production` on 1 March? Of several moves within a second the last counts.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/aliases/{ref}/at", tag = "refs", operation_id = "alias_at", params(RefPath, Moment), responses((status = 200, body = AliasThen), Refused))]
pub(super) async fn at(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RefPath>,
    Query(when): Query<Moment>,
) -> Result<Json<AliasThen>, RouteError> {
    let (package, alias) = path.existing()?;
    let moment = moment(&when.moment)?;
    let revision = registry.alias_at(acting.actor()?, &package, &alias, moment).await?;
    Ok(Json(AliasThen { at: moment.format(&Rfc3339).unwrap_or_default(), revision: revision.map(Into::into) }))
}
