//! Downloads of revisions and of components of them.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{Method, header};
use registry::Registry;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    api::{
        input::{Path, Query},
        refusals::Refused,
    },
    content::attachment,
    target::TargetPath,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What of a revision is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// `whole`, `weights`, `configuration`, `data` or `code`; whole without one.
    component: Option<String>,
}

/// The files of a component, all without one, as one zip that is written while it is sent.
#[utoipa::path(get, path = "/api/v1/{kind}/{namespace}/{name}/archive/{revision}", tag = "downloads", operation_id = "archive", params(TargetPath, Part), responses((status = 200, description = "The zip; `X-Revision` tells the revision that was found", content_type = "application/zip", body = Vec<u8>), Refused))]
pub(super) async fn download(
    State(registry): State<Registry>,
    acting: Acting,
    method: Method,
    Path(target): Path<TargetPath>,
    Query(Part { component }): Query<Part>,
) -> Result<Response, RouteError> {
    let actor = acting.actor()?;
    let (package, revision) = target.revision()?;
    let component = component.map(|component| component.parse()).transpose()?.unwrap_or_default();
    let archive = registry.archive(actor, &package, &revision, component).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&format!("{}.zip", archive.title))),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::HeaderName::from_static("x-revision"), archive.revision.to_string()),
    ];
    if method == Method::HEAD {
        // its length is known only when it is written
        return Ok(headers.into_response());
    }
    let body = registry.open_archive(actor, archive).await?;
    Ok((headers, Body::from_stream(body)).into_response())
}
