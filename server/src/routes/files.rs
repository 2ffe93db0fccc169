//! Downloads of single files.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use registry::{Actor, FileDownload, Registry};

use super::{
    api::{input::Path, refusals::Refused},
    content::{Content, Plan, Sending, attachment, content_type},
    target::TargetPath,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// The bytes of a file, or a range of them; where the store gives addresses, a redirect to one.
#[utoipa::path(get, path = "/api/v1/{kind}/{namespace}/{name}/resolve/{revision}/{path}", tag = "downloads", operation_id = "file", params(TargetPath, ("path" = String, Path, description = "The path of the file, `/` as it is"), ("Range" = Option<String>, Header, description = "Which bytes, as in RFC 9110"), ("If-None-Match" = Option<String>, Header, description = "An `ETag` that you have: nothing is sent when it is still right")), responses((status = 200, description = "The bytes. The `ETag` is their SHA-256, `X-Revision` the revision that was found", content_type = "*/*", body = serde_json::Value), (status = 206, description = "The bytes of the range", content_type = "*/*", body = serde_json::Value), (status = 304, description = "You have it"), (status = 307, description = "`Location` says where the bytes are, for some minutes and without further credentials"), (status = 416, description = "The file ends before the range"), Refused))]
pub(super) async fn download(
    State(registry): State<Registry>,
    acting: Acting,
    method: Method,
    headers: HeaderMap,
    Path(target): Path<TargetPath>,
) -> Result<Response, RouteError> {
    let actor = acting.actor()?;
    let (package, revision) = target.revision()?;
    let file = registry.file(actor, &package, &revision, &target.file()?).await?;
    let content = Content { name: file.path.file_name(), size: file.size, sha256: &file.sha256, revision: Some(&file.revision) };
    let mut sending = match content.plan(&method, &headers) {
        Plan::Answered(response) => return Ok(response),
        Plan::Send(sending) => sending,
    };
    // who asked for a range that is answered with the whole would ask the store for it again: it is sent from here then
    let is_plain = sending.status == StatusCode::PARTIAL_CONTENT || !headers.contains_key(header::RANGE);
    if is_plain && let Some(response) = redirected(&registry, actor, &file, &mut sending).await? {
        return Ok(response);
    }
    let reader = registry.open_file(actor, &file, sending.first).await?;
    Ok(sending.with(reader))
}

/// The redirect to the store, where it has addresses to give. It sends the range itself.
async fn redirected(
    registry: &Registry,
    actor: &Actor,
    file: &FileDownload,
    sending: &mut Sending,
) -> Result<Option<Response>, RouteError> {
    let name = file.path.file_name();
    let Some(address) = registry.file_address(actor, file, sending.first, &attachment(name), content_type(name)).await? else {
        return Ok(None);
    };
    let mut headers = std::mem::take(&mut sending.headers);
    for of_the_bytes in [header::CONTENT_LENGTH, header::CONTENT_RANGE, header::CONTENT_TYPE, header::CONTENT_DISPOSITION] {
        headers.remove(of_the_bytes);
    }
    let address = HeaderValue::from_str(address.as_str())
        .map_err(|error| registry::Error::internal("giving the address of a file", error))?;
    headers.insert(header::LOCATION, address);
    // the address expires, and it is for this caller only
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(Some((StatusCode::TEMPORARY_REDIRECT, headers).into_response()))
}
