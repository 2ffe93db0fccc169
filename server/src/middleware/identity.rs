//! Who asks: by the bearer token of a program or the session cookie of a browser.

use std::{convert::Infallible, net::SocketAddr, path::Path};

use app::ssr::{SessionSecret, Visit, cookie_name};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::ErrorKind;
use http::{HeaderMap, Method, header, request::Parts};
use registry::{Actor, Client, Error, Registry};

use super::request_log;
use crate::{error::RouteError, routes::AppState};

/// Who acts, for routes.
pub(crate) struct Acting(Visit);

impl Acting {
    /// The acting user.
    ///
    /// # Errors
    /// Unauthenticated when nobody is signed in.
    pub(crate) fn actor(&self) -> Result<&Actor, RouteError> {
        let missing = || Error::new(ErrorKind::Unauthenticated, "Sign in, or send a token: Authorization: Bearer mr_….");
        self.0.actor.as_ref().ok_or_else(|| missing().into())
    }
}

impl<S: Sync> FromRequestParts<S> for Acting {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Visit>().cloned().unwrap_or_default()))
    }
}

/// Finds out who asks and notes it in the request. Pages lead whoever is not signed in to the sign-in page.
pub(crate) async fn recognise(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = Client {
        address: request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()),
        request_id: request_log::current_id(),
    };
    let secure = state.site.secure;
    let session = cookie(request.headers(), cookie_name(secure)).map(SessionSecret);
    let visit = match actor(&state.registry, request.headers(), session.as_ref(), &client).await {
        Ok(actor) => Visit { actor, client, session, secure },
        Err(error) => return RouteError::from(error).into_response(),
    };
    if visit.actor.is_none() && needs_sign_in(&request, &state.site.folder) {
        let next_page = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/sign-in?next={}", domain::package::encode_segment(next_page))).into_response();
    }
    request.extensions_mut().insert(visit);
    next.run(request).await
}

async fn actor(
    registry: &Registry,
    headers: &HeaderMap,
    session: Option<&SessionSecret>,
    client: &Client,
) -> Result<Option<Actor>, Error> {
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let token = authorization
            .to_str()
            .ok()
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned())
            .ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "Send the token as: Authorization: Bearer mr_…."))?;
        return registry.token_actor(&token.into(), client.clone()).await.map(Some);
    }
    match session {
        Some(session) => registry.session_actor(&session.0.clone().into(), client.clone()).await,
        None => Ok(None),
    }
}

/// Addresses below which nothing is a page.
const NO_PAGES: [&str; 3] = ["/api/", "/rpc/", "/pkg/"];

/// Whether this is a page for people that is only for those who are signed in. The sign-in page needs the files of the site.
fn needs_sign_in(request: &Request, site: &Path) -> bool {
    let path = request.uri().path();
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let is_page = request.method() == Method::GET && accept.is_some_and(|accept| accept.contains("text/html"));
    // looked for only at the top, and without leaving the folder
    let is_file = path.rfind('/') == Some(0) && path.contains('.') && site.join(&path[1..]).is_file();
    is_page && path != "/sign-in" && !is_file && !NO_PAGES.iter().any(|prefix| path.starts_with(prefix))
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}
