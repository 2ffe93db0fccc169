//! Accounts, for administrators of the registry; their invitations, and the tokens of programs.

use axum::extract::State;
use domain::people;
use http::StatusCode;
use registry::{NewUser, Registry};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    idempotency::KeyHeader,
    input::{Json, Made, Paging, Path, Query},
    model::{Account, GivenPassword, Invitation, MadeInvitation, MadeToken, NewAccount, NewInvitation, NewToken, Page, Token},
    namespaces::user,
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// A user.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct UserPath {
    /// The user's name.
    user: String,
}

/// A token of a user.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct UserTokenPath {
    /// The user's name.
    user: String,
    /// The id of the token.
    #[param(format = Uuid)]
    token: String,
}

/// All accounts, by name; 100 at once when `limit` is not given.
#[utoipa::path(get, path = "/users", tag = "users", operation_id = "users", params(Paging), responses((status = 200, body = Page<Account>), Refused))]
pub(super) async fn list(
    State(registry): State<Registry>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Account>>, RouteError> {
    Ok(Json(Page::of(registry.users(acting.actor()?, paging.wanted()?).await?)))
}

/// Makes an account with a namespace of its name. A password that the registry chose is in the answer and nowhere else.
#[utoipa::path(post, path = "/users", tag = "users", operation_id = "create_user", params(KeyHeader), request_body = NewAccount, responses((status = 201, body = GivenPassword, headers(("Location" = String, description = "Where its namespace is"))), Refused))]
pub(super) async fn create(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewAccount>,
) -> Result<Made<GivenPassword>, RouteError> {
    let new = NewUser { name: new.name.parse()?, password: new.password.map(Into::into), admin: new.admin };
    let (user, password) = registry.create_user(acting.actor()?, new).await?;
    let password = password.map(|password| password.expose_secret().to_owned());
    Ok(Made(format!("/api/v1/namespaces/{}", user.name), Json(GivenPassword { password })))
}

/// Disables an account: its sessions and tokens stop at once. What it made stays.
#[utoipa::path(post, path = "/users/{user}/disable", tag = "users", operation_id = "disable_user", params(KeyHeader, UserPath), responses((status = 204), Refused))]
pub(super) async fn disable(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<UserPath>,
) -> Result<StatusCode, RouteError> {
    registry.disable_user(acting.actor()?, &user(&path.user)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a disabled account be used again.
#[utoipa::path(post, path = "/users/{user}/enable", tag = "users", operation_id = "enable_user", params(KeyHeader, UserPath), responses((status = 204), Refused))]
pub(super) async fn enable(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<UserPath>,
) -> Result<StatusCode, RouteError> {
    registry.enable_user(acting.actor()?, &user(&path.user)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives an account a new password, which must be changed after signing in. All its sessions end.
#[utoipa::path(post, path = "/users/{user}/password", tag = "users", params(KeyHeader, UserPath), responses((status = 200, body = GivenPassword), Refused))]
pub(super) async fn reset_password(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<UserPath>,
) -> Result<Json<GivenPassword>, RouteError> {
    let password = registry.reset_password(acting.actor()?, &user(&path.user)?).await?;
    Ok(Json(GivenPassword { password: Some(password.expose_secret().to_owned()) }))
}

/// The tokens of a program, newest first: for administrators of its namespace. 100 at once when `limit` is not given.
#[utoipa::path(get, path = "/users/{user}/tokens", tag = "users", operation_id = "tokens_of_user", params(UserPath, Paging), responses((status = 200, body = Page<Token>), Refused))]
pub(super) async fn tokens(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<UserPath>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Token>>, RouteError> {
    Ok(Json(Page::of(registry.tokens_of(acting.actor()?, &user(&path.user)?, paging.wanted()?).await?)))
}

/// Makes a token for a program. Its secret is in the answer and nowhere else.
#[utoipa::path(post, path = "/users/{user}/tokens", tag = "users", operation_id = "create_token_of_user", params(KeyHeader, UserPath), request_body = NewToken, responses((status = 201, body = MadeToken, headers(("Location" = String, description = "Where it is revoked"))), Refused))]
pub(super) async fn create_token(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<UserPath>,
    Json(new): Json<NewToken>,
) -> Result<Made<MadeToken>, RouteError> {
    let user = user(&path.user)?;
    let made = registry.create_token_for(acting.actor()?, &user, &new.try_into()?).await?;
    Ok(Made(format!("/api/v1/users/{user}/tokens/{}", made.token.id), Json(made.into())))
}

/// Revokes a token of a program: it stops working at once.
#[utoipa::path(delete, path = "/users/{user}/tokens/{token}", tag = "users", operation_id = "revoke_token_of_user", params(UserTokenPath), responses((status = 204), Refused))]
pub(super) async fn revoke_token(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<UserTokenPath>,
) -> Result<StatusCode, RouteError> {
    registry.revoke_token_of(acting.actor()?, &user(&path.user)?, path.token.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The invitations that can still be accepted, newest first; 50 at once when `limit` is not given.
#[utoipa::path(get, path = "/invitations", tag = "users", params(Paging), responses((status = 200, body = Page<Invitation>), Refused))]
pub(super) async fn invitations(
    State(registry): State<Registry>,
    acting: Acting,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Invitation>>, RouteError> {
    Ok(Json(Page::of(registry.invitations(acting.actor()?, paging.wanted()?).await?)))
}

/// Makes an invitation. Its address is in the answer and nowhere else; who opens it makes an account there.
#[utoipa::path(post, path = "/invitations", tag = "users", params(KeyHeader), request_body = NewInvitation, responses((status = 201, body = MadeInvitation, headers(("Location" = String, description = "Where it is revoked"))), Refused))]
pub(super) async fn invite(
    State(registry): State<Registry>,
    acting: Acting,
    Json(new): Json<NewInvitation>,
) -> Result<Made<MadeInvitation>, RouteError> {
    let days = new.days.unwrap_or(people::INVITATION_DAYS);
    let new = people::NewInvitation { note: new.note, admin: new.admin, days };
    let made = registry.invite(acting.actor()?, &new).await?;
    Ok(Made(format!("/api/v1/invitations/{}", made.invitation.id), Json(made.into())))
}

/// Takes an invitation back. Doing it again is no error.
#[utoipa::path(delete, path = "/invitations/{invitation}", tag = "users", params(("invitation" = String, Path, description = "The id of the invitation", format = Uuid)), responses((status = 204), Refused))]
pub(super) async fn revoke_invitation(
    State(registry): State<Registry>,
    acting: Acting,
    Path(invitation): Path<String>,
) -> Result<StatusCode, RouteError> {
    registry.revoke_invitation(acting.actor()?, invitation.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
