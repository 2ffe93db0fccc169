//! Downloads of whole revisions.

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode, header};
use registry::Registry;
use tokio_util::io::ReaderStream;

use super::{files::attachment, target::TargetPath};
use crate::{error::RouteError, middleware::identity::Acting};

/// Bytes handed on at a time.
const PIECE: usize = 256 << 10;

/// `GET /api/v1/{kind}/{namespace}/{name}/archive/{revision}`: all files as one zip, written while it is sent.
pub(super) async fn download(
    State(registry): State<Registry>,
    acting: Acting,
    method: Method,
    Path(target): Path<TargetPath>,
) -> Result<Response, RouteError> {
    let (package, revision) = target.revision()?;
    if method == Method::HEAD {
        // its length is known only when it is written
        return Ok((StatusCode::OK, [(header::CONTENT_TYPE, "application/zip")]).into_response());
    }
    let archive = registry.archive(acting.actor()?, &package, &revision).await.map_err(|error| acting.refuse(error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&archive.file_name)),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::HeaderName::from_static("x-revision"), archive.revision.to_string()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::with_capacity(archive.body, PIECE))).into_response())
}
