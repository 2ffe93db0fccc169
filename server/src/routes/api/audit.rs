//! The audit record.

use axum::extract::State;
use domain::{audit::AuditFilter, listing::MAX_LIMIT};
use registry::Registry;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    input::{Json, Query, wanted},
    model::{AuditEntry, Page},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// Which entries are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// By what: `actor` (the default), `action` or `object`.
    #[param(pattern = "^(actor|action|object)?$")]
    by: Option<String>,
    /// Which, exactly; all entries without it.
    value: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many at once: 1 to 100, 100 when nothing.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// Who did what, when, from where: newest first. Only administrators of the registry may know.
#[utoipa::path(get, path = "/audit", tag = "users", operation_id = "audit", params(Wanted), responses((status = 200, body = Page<AuditEntry>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Query(asked): Query<Wanted>,
) -> Result<Json<Page<AuditEntry>>, RouteError> {
    let filter = AuditFilter::parse(asked.by.as_deref().unwrap_or_default(), asked.value.as_deref().unwrap_or_default())?;
    let paging = wanted(asked.cursor.as_deref(), asked.limit.as_deref(), MAX_LIMIT)?;
    Ok(Json(Page::of(registry.audit(acting.actor()?, &filter, paging).await?)))
}
