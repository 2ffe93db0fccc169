//! Downloads of whole revisions.

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{Method, header};
use registry::Registry;

use super::{files::attachment, target::TargetPath};
use crate::{error::RouteError, middleware::identity::Acting};

/// `GET|HEAD /api/v1/{kind}/{namespace}/{name}/archive/{revision}`: all files as one zip, written while it is sent.
pub(super) async fn download(
    State(registry): State<Registry>,
    acting: Acting,
    method: Method,
    Path(target): Path<TargetPath>,
) -> Result<Response, RouteError> {
    let actor = acting.actor()?;
    let (package, revision) = target.revision()?;
    let archive = registry.archive(actor, &package, &revision).await?;
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
