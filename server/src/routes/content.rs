//! What is said about the bytes of a file, and which of them are sent.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{RevisionId, Sha256Digest};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use registry::BlobReader;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::range::{Wanted, not_modified, wanted};

/// Bytes read from the store at a time. Every open download holds a few of these, however slowly its reader takes them.
const PIECE: usize = 64 << 10;

/// A file that somebody asks for.
pub(super) struct Content<'a> {
    /// The last segment of its path.
    pub(super) name: &'a str,
    /// Its length in bytes.
    pub(super) size: u64,
    /// Its content address: a perfect entity tag.
    pub(super) sha256: &'a Sha256Digest,
    /// The revision that it was found in, where it was.
    pub(super) revision: Option<&'a RevisionId>,
}

/// How a request for a file is answered.
pub(super) enum Plan {
    /// Without its bytes: conditions, `HEAD`, ranges that do not exist.
    Answered(Response),
    /// With some or all of them.
    Send(Sending),
}

/// What is to be sent.
pub(super) struct Sending {
    /// Whether it is all or a part.
    pub(super) status: StatusCode,
    /// What is said about it.
    pub(super) headers: HeaderMap,
    /// The first byte.
    pub(super) first: u64,
    length: u64,
}

impl Sending {
    /// The answer, with a reader that stands at the first byte.
    pub(super) fn with(self, reader: BlobReader) -> Response {
        let body = Body::from_stream(ReaderStream::with_capacity(reader.take(self.length), PIECE));
        (self.status, self.headers, body).into_response()
    }
}

impl Content<'_> {
    /// How a request for it is answered.
    pub(super) fn plan(&self, method: &Method, request: &HeaderMap) -> Plan {
        let etag = format!("\"{}\"", self.sha256);
        if not_modified(request, &etag) {
            return Plan::Answered((StatusCode::NOT_MODIFIED, self.described(&etag)).into_response());
        }
        let (status, first, length) = match wanted(request, self.size, &etag) {
            Wanted::Whole => (StatusCode::OK, 0, self.size),
            Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
            Wanted::Unsatisfiable => {
                let range = [(header::CONTENT_RANGE, format!("bytes */{}", self.size))];
                return Plan::Answered((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
            }
        };
        let mut headers = self.described(&etag);
        headers.insert(header::CONTENT_LENGTH, length.into());
        if status == StatusCode::PARTIAL_CONTENT
            && let Ok(range) = HeaderValue::from_str(&format!("bytes {first}-{}/{}", first + length - 1, self.size))
        {
            headers.insert(header::CONTENT_RANGE, range);
        }
        if method == Method::HEAD {
            return Plan::Answered((status, headers).into_response());
        }
        Plan::Send(Sending { status, headers, first, length })
    }

    /// What is said about it, whatever of it is sent. It is shown in no page and runs nothing: whoever uploaded it might have made
    /// it to look like ours.
    fn described(&self, etag: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::ETAG, etag);
        set(header::ACCEPT_RANGES, "bytes");
        set(header::CONTENT_TYPE, content_type(self.name));
        set(header::CONTENT_DISPOSITION, &attachment(self.name));
        set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
        // it may move to another revision, and rights may change: ask again, the entity tag makes it cheap
        set(header::CACHE_CONTROL, "private, no-cache");
        if let Some(revision) = self.revision {
            set(header::HeaderName::from_static("x-revision"), &revision.to_string());
        }
        headers
    }
}

/// The type by the name's ending; pages and scripts of others are plain text here.
pub(super) fn content_type(name: &str) -> &'static str {
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
