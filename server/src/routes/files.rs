//! Downloads of single files.

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use registry::{Actor, FileDownload, Registry};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::{
    range::{Wanted, not_modified, wanted},
    target::TargetPath,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// Bytes read from the store at a time.
const PIECE: usize = 256 << 10;

/// `GET|HEAD /api/v1/{kind}/{namespace}/{name}/resolve/{revision}/{path}`: the bytes of a file, or a range of them;
/// where the store gives addresses, a redirect to one. What is known without the bytes is answered here: conditions, `HEAD`,
/// ranges that do not exist.
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
    let etag = format!("\"{}\"", file.sha256);
    if not_modified(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, described(&file, &etag)).into_response());
    }
    let (status, first, length) = match wanted(&headers, file.size, &etag) {
        Wanted::Whole => (StatusCode::OK, 0, file.size),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Unsatisfiable => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{}", file.size))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    let mut answer = described(&file, &etag);
    answer.insert(header::CONTENT_LENGTH, length.into());
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = HeaderValue::from_str(&format!("bytes {first}-{}/{}", first + length - 1, file.size))
    {
        answer.insert(header::CONTENT_RANGE, range);
    }
    if method == Method::HEAD {
        return Ok((status, answer).into_response());
    }
    // who asked for a range that is answered with the whole would ask the store for it again: it is sent from here then
    let is_plain = status == StatusCode::PARTIAL_CONTENT || !headers.contains_key(header::RANGE);
    if is_plain && let Some(response) = redirected(&registry, actor, &file, first, &mut answer).await? {
        return Ok(response);
    }
    let reader = registry.open_file(actor, &file, first).await?;
    let body = Body::from_stream(ReaderStream::with_capacity(reader.take(length), PIECE));
    Ok((status, answer, body).into_response())
}

/// The redirect to the store, where it has addresses to give. It sends the range itself.
async fn redirected(
    registry: &Registry,
    actor: &Actor,
    file: &FileDownload,
    first: u64,
    answer: &mut HeaderMap,
) -> Result<Option<Response>, RouteError> {
    let name = file.path.file_name();
    let Some(address) = registry.file_address(actor, file, first, &attachment(name), content_type(name)).await? else {
        return Ok(None);
    };
    let mut headers = std::mem::take(answer);
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

/// What is said about a file, whatever of it is sent. It is shown in no page and runs nothing: whoever uploaded it might have
/// made it to look like ours.
fn described(file: &FileDownload, etag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::ETAG, etag);
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CONTENT_TYPE, content_type(file.path.file_name()));
    set(header::CONTENT_DISPOSITION, &attachment(file.path.file_name()));
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    // it may move to another revision, and rights may change: ask again, the entity tag makes it cheap
    set(header::CACHE_CONTROL, "private, no-cache");
    set(header::HeaderName::from_static("x-revision"), &file.revision.to_string());
    headers
}

/// The type by the name's ending; pages and scripts of others are plain text here.
fn content_type(name: &str) -> &'static str {
    let guessed = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream");
    if guessed.contains("html") || guessed.contains("script") || guessed == "text/css" {
        "text/plain; charset=utf-8"
    } else {
        guessed
    }
}

/// `Content-Disposition` for a name of any characters (RFC 6266): an ASCII stand-in, and the name itself in UTF-8.
pub(super) fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", domain::package::encode_segment(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_header() {
        assert_eq!(attachment("model.bin"), "attachment; filename=\"model.bin\"; filename*=UTF-8''model.bin");
        assert_eq!(
            attachment("naïve \"x\".txt"),
            "attachment; filename=\"na_ve _x_.txt\"; filename*=UTF-8''na%C3%AFve%20%22x%22.txt"
        );
    }

    #[test]
    fn nothing_that_runs_is_served_as_such() {
        for name in ["x.html", "x.htm", "x.xhtml", "x.js", "x.mjs", "x.css"] {
            assert_eq!(content_type(name), "text/plain; charset=utf-8", "{name}");
        }
        assert_eq!(content_type("x.safetensors"), "application/octet-stream");
        assert_eq!(content_type("x.json"), "application/json");
    }
}
