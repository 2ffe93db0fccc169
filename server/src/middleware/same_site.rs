//! Refusing what other sites make browsers send: a change that comes with a cookie must come from our own pages.
//!
//! Browsers say where a request comes from with `Sec-Fetch-Site`, older ones with `Origin`; programs say neither. `SameSite`
//! cookies are the other half of the protection.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::ErrorKind;
use http::{HeaderMap, Method, header};
use url::Url;

use crate::error::RouteError;

/// Refuses changes that another site asked for.
pub(crate) async fn demand(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_read || request.headers().contains_key(header::AUTHORIZATION) || is_ours(request.headers()) {
        return next.run(request).await;
    }
    let error = registry::Error::new(ErrorKind::Forbidden, "Another site asked for this change: it is refused.");
    RouteError::from(error).into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
    let Ok(origin) = Url::parse(origin) else { return false };
    let authority = match (origin.host_str(), origin.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => return false,
    };
    text(header::HOST.as_str()) == Some(authority.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_ask_for_changes() {
        for (pairs, expected) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "http://host:3000"), ("host", "host:3000")], true),
            (&[("origin", "http://evil"), ("host", "host:3000")], false),
            (&[("origin", "null"), ("host", "host:3000")], false),
        ] {
            let headers = pairs
                .iter()
                .map(|(name, value)| (http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap()))
                .collect();
            assert_eq!(is_ours(&headers), expected, "{pairs:?}");
        }
    }
}
