//! Signing in and out.

use domain::account::CurrentUser;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// The signed-in user; nothing when nobody is.
#[server(name = GetCurrentUser, prefix = "/rpc", endpoint = "current_user", input = GetUrl)]
pub async fn current_user() -> Result<Option<CurrentUser>, AppError> {
    Ok(crate::ssr::visitor())
}

/// Signs in and goes on to `next`, a path of this site. Works as a plain form too.
#[server(prefix = "/rpc", endpoint = "sign_in")]
pub async fn sign_in(name: String, password: String, next: Option<String>) -> Result<(), AppError> {
    use crate::ssr;
    let session = ssr::respond(ssr::registry()?.sign_in(&name, password.into(), &ssr::client()).await)?;
    ssr::set_session(Some(&session));
    let next = if session.user.must_change_password { "/settings" } else { next.as_deref().unwrap_or("/") };
    ssr::redirect(next);
    Ok(())
}

/// Signs out and goes to the sign-in page.
#[server(prefix = "/rpc", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::ssr;
    if let Some(cookie) = ssr::session_cookie() {
        ssr::respond(ssr::registry()?.sign_out(cookie, &ssr::client()).await)?;
    }
    ssr::set_session(None);
    ssr::redirect("/sign-in");
    Ok(())
}
