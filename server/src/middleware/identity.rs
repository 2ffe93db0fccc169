//! Who asks: by the bearer token of a program or the session cookie of a browser.

use std::{convert::Infallible, net::SocketAddr};

use app::{
    error::AppError,
    ssr::{SessionSecret, Visit, cookie_name},
};
use axum::{
    Json,
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::ErrorKind;
use http::{HeaderMap, Method, StatusCode, header, request::Parts};
use registry::{Actor, Client, Error, KeyClaim, Registry};

use super::{address, request_log};
use crate::{error::RouteError, routes::AppState};

/// Who acts, for routes.
pub(crate) struct Acting(Option<Actor>);

impl Acting {
    /// Who acts; nobody in particular when nobody is signed in.
    ///
    /// # Errors
    /// Unauthenticated when nobody found out who it is.
    pub(crate) fn actor(&self) -> Result<&Actor, RouteError> {
        let missing = || Error::new(ErrorKind::Unauthenticated, "Sign in, or send a token: Authorization: Bearer mr_….");
        self.0.as_ref().ok_or_else(|| missing().into())
    }
}

impl<S: Sync> FromRequestParts<S> for Acting {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Visit>().map(Visit::acting)))
    }
}

/// Who was found to be signed in.
pub(crate) fn acting(request: &Request) -> Option<Actor> {
    request.extensions().get::<Visit>()?.actor.clone()
}

/// Has the rest of the request happen under its idempotency key.
pub(crate) fn act_under(parts: &mut Parts, claim: &KeyClaim) {
    if let Some(visit) = parts.extensions.get_mut::<Visit>() {
        visit.actor = visit.actor.take().map(|actor| actor.under(claim.clone()));
    }
}

/// Finds out who asks and notes it in the request. A page that is refused to who is not signed in leads to the sign-in page.
pub(crate) async fn recognise(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client = Client {
        address: peer.map(|peer| address::of_client(peer, request.headers(), &state.site.trusted_proxies)),
        request_id: request_log::current_id(),
        token: None,
        claim: None,
    };
    let secure = state.site.secure;
    let session = cookie(request.headers(), cookie_name(secure)).map(SessionSecret);
    let found = actor(&state.registry, request.headers(), session.as_ref(), &client).await;
    let left = match counts(request.uri().path()) {
        true => Some(state.rates.count(found.as_ref().ok().and_then(Option::as_ref), &client)),
        false => None,
    };
    let (found, left) = match left {
        Some(Ok(left)) => (found, Some(left)),
        Some(Err((error, left))) => (Err(error), Some(left)),
        None => (found, None),
    };
    let mut answer = match found {
        Ok(actor) => answer(Visit { actor, client, session, secure }, request, next).await,
        Err(error) => refusal(request.uri().path(), error),
    };
    if let Some(left) = left {
        left.tell(&mut answer);
    }
    answer
}

/// Answers a visitor who is known as far as possible.
async fn answer(visit: Visit, mut request: Request, next: Next) -> Response {
    let may_lead_on = visit.actor.is_none() && is_page(&request);
    let address = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    request.extensions_mut().insert(visit);
    let answer = next.run(request).await;
    if may_lead_on && answer.status() == StatusCode::UNAUTHORIZED {
        return Redirect::to(&format!("/sign-in?next={}", domain::package::encode_segment(&address))).into_response();
    }
    answer
}

/// Whether a request counts: not for the files that a page is made of.
fn counts(path: &str) -> bool {
    !path.starts_with("/pkg/")
}

/// A refusal before any route: server functions have their own form of failures.
fn refusal(path: &str, error: Error) -> Response {
    let (kind, message) = (error.kind(), error.message().to_owned());
    let mut answer = RouteError::from(error).into_response();
    if path.starts_with("/rpc/") {
        let refused = AppError { kind, message, request_id: request_log::current_id() };
        let (parts, body) = Json(refused).into_response().into_parts();
        answer.headers_mut().remove(header::CONTENT_LENGTH);
        answer.headers_mut().extend(parts.headers);
        *answer.body_mut() = body;
    }
    answer
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

/// Whether this asks for a page for people.
fn is_page(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page = request.method() == Method::GET && accept.is_some_and(|accept| accept.contains("text/html"));
    wants_page && !NO_PAGES.iter().any(|prefix| request.uri().path().starts_with(prefix))
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
