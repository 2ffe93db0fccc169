//! Accounts: invited, disabled, given other passwords.

use domain::{
    listing::Page,
    people::{CreatedInvitation, InvitationSummary, NewInvitation, UserSummary},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

use crate::error::AppError;

/// All accounts, by name: for administrators.
#[server(name = GetUsers, prefix = "/rpc", endpoint = "users", input = GetUrl)]
pub async fn users(cursor: Option<String>) -> Result<Page<UserSummary>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.users(&ssr::actor()?, cursor.as_deref().into()).await)
}

/// Disables an account: its sessions and tokens stop at once.
#[server(prefix = "/rpc", endpoint = "disable_user")]
pub async fn disable_user(name: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.disable_user(&ssr::actor()?, &name.parse()?).await)
}

/// Lets a disabled account be used again.
#[server(prefix = "/rpc", endpoint = "enable_user")]
pub async fn enable_user(name: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.enable_user(&ssr::actor()?, &name.parse()?).await)
}

/// Gives an account a new password, which must be changed after signing in. It is in the answer and nowhere else.
#[server(prefix = "/rpc", endpoint = "reset_password")]
pub async fn reset_password(name: String) -> Result<String, AppError> {
    use crate::ssr;
    use secrecy::ExposeSecret as _;
    // the answer to a plain form is the page anew: the password would be lost
    let name = name.parse()?;
    ssr::demand_script(&format!("model-registry reset-password {name}"))?;
    let password = ssr::respond(ssr::registry()?.reset_password(&ssr::actor()?, &name).await)?;
    Ok(password.expose_secret().to_owned())
}

/// Changes the acting user's password; all other sessions end. Works as a plain form too.
#[server(prefix = "/rpc", endpoint = "change_password")]
pub async fn change_password(old: String, new: String) -> Result<(), AppError> {
    use crate::ssr;
    let session = ssr::session_cookie().unwrap_or_else(|| String::new().into());
    ssr::respond(ssr::registry()?.change_password(&ssr::actor()?, &session, old.into(), new.into()).await)?;
    ssr::redirect("/");
    Ok(())
}

/// Makes an invitation. Its secret is in the answer and nowhere else.
#[server(prefix = "/rpc", endpoint = "invite", input = Json)]
pub async fn invite(invitation: NewInvitation) -> Result<CreatedInvitation, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.invite(&ssr::actor()?, &invitation).await)
}

/// The invitations that can still be accepted, newest first.
#[server(name = GetInvitations, prefix = "/rpc", endpoint = "invitations", input = GetUrl)]
pub async fn invitations(cursor: Option<String>) -> Result<Page<InvitationSummary>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.invitations(&ssr::actor()?, cursor.as_deref().into()).await)
}

/// Takes an invitation back. Doing it again is no error.
#[server(prefix = "/rpc", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(id: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.revoke_invitation(&ssr::actor()?, id.parse()?).await)
}

/// Makes the account of who was invited, and signs in. Works as a plain form too.
#[server(prefix = "/rpc", endpoint = "accept_invitation")]
pub async fn accept_invitation(invitation: String, name: String, password: String) -> Result<(), AppError> {
    use crate::ssr;
    let name = name.trim().parse()?;
    let accepted = ssr::registry()?.accept_invitation(&invitation.into(), name, password.into(), &ssr::client()).await;
    ssr::set_session(Some(&ssr::respond(accepted)?));
    ssr::redirect("/");
    Ok(())
}
