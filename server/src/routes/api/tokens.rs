//! The acting user, and the user's tokens.

use axum::extract::State;
use domain::ErrorKind;
use http::StatusCode;
use registry::{Error, Registry};
use secrecy::SecretString;

use super::{
    idempotency::KeyHeader,
    input::{Json, Made, Paging, Path, Query},
    model::{MadeToken, NewPassword, NewToken, Page, Token, User},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// Who you are.
#[utoipa::path(get, path = "/user", tag = "account", responses((status = 200, body = User), Refused))]
pub(super) async fn user(acting: Acting) -> Result<Json<User>, RouteError> {
    let nobody = || Error::new(ErrorKind::Unauthenticated, "Nobody is signed in.");
    Ok(Json(acting.actor()?.user().ok_or_else(nobody)?.into()))
}

/// Changes your password; all sessions end. Takes the old password, not a token.
#[utoipa::path(put, path = "/user/password", tag = "account", operation_id = "change_password", request_body = NewPassword, responses((status = 204), Refused))]
pub(super) async fn password(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode, RouteError> {
    // no session of a browser goes on: none is asked from
    let session = SecretString::from(String::new());
    registry.change_password(acting.actor()?, &session, new.old.into(), new.new.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Your tokens, newest first, the revoked ones included; 100 at once when `limit` is not given. Tokens themselves cannot list tokens.
#[utoipa::path(get, path = "/tokens", tag = "account", params(Paging), responses((status = 200, body = Page<Token>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Token>>, RouteError> {
    Ok(Json(Page::of(registry.tokens(acting.actor()?, paging.wanted()?).await?)))
}

/// Makes a token. Its secret is in the answer and nowhere else. Tokens themselves cannot make tokens.
#[utoipa::path(post, path = "/tokens", tag = "account", params(KeyHeader), request_body = NewToken, responses((status = 201, body = MadeToken, headers(("Location" = String, description = "Where it is revoked"))), Refused))]
pub(super) async fn create(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewToken>,
) -> Result<Made<MadeToken>, RouteError> {
    let made = registry.create_token(acting.actor()?, &new.try_into()?).await?;
    Ok(Made(format!("/api/v1/tokens/{}", made.token.id), Json(made.into())))
}

/// Revokes a token: it stops working at once. Doing it again is no error.
#[utoipa::path(delete, path = "/tokens/{token}", tag = "account", params(("token" = String, Path, description = "The id of the token", format = Uuid)), responses((status = 204), Refused))]
pub(super) async fn revoke(
    State(registry): State<Registry>,
    acting: Acting,
    Path(token): Path<String>,
) -> Result<StatusCode, RouteError> {
    registry.revoke_token(acting.actor()?, token.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
