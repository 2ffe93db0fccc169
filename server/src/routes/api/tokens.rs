//! The acting user, and the user's tokens.

use axum::extract::State;
use domain::{
    ErrorKind, Invalid,
    account::{self, Permission},
};
use http::StatusCode;
use registry::{Error, Registry};

use super::{
    input::{Json, Path},
    model::{MadeToken, NewToken, Token, User},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// Who you are.
#[utoipa::path(get, path = "/user", tag = "account", responses((status = 200, body = User), Refused))]
pub(super) async fn user(acting: Acting) -> Result<Json<User>, RouteError> {
    let nobody = || Error::new(ErrorKind::Unauthenticated, "Nobody is signed in.");
    Ok(Json(acting.actor()?.user().ok_or_else(nobody)?.into()))
}

/// Your tokens, newest first, the revoked ones included. Tokens themselves cannot list tokens.
#[utoipa::path(get, path = "/tokens", tag = "account", responses((status = 200, body = Vec<Token>), Refused))]
pub(super) async fn list(State(registry): State<Registry>, acting: Acting) -> Result<Json<Vec<Token>>, RouteError> {
    let tokens = registry.tokens(acting.actor()?).await?;
    Ok(Json(tokens.into_iter().map(Into::into).collect()))
}

/// Makes a token. Its secret is in the answer and nowhere else. Tokens themselves cannot make tokens.
#[utoipa::path(post, path = "/tokens", tag = "account", request_body = NewToken, responses((status = 201, body = MadeToken), Refused))]
pub(super) async fn create(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), RouteError> {
    let permissions = new.permissions.iter().map(|word| word.parse()).collect::<Result<Vec<Permission>, Invalid>>()?;
    let new = account::NewToken { name: new.name, permissions, days: new.days };
    let made = registry.create_token(acting.actor()?, &new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
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
