//! Accounts, as administrators see and steer them: listed, disabled, given another password.

use domain::{ErrorKind, UserName, account, listing::Page, people::UserSummary};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Actor, Error, Paging, Registry, Result,
    catalog::{self, Conn, audit::Action, people::StoredUser, transact},
    cursor, now, secrets,
};

/// How many accounts a page holds.
const USERS: usize = 100;

impl Registry {
    /// All accounts, by name.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the cursor is damaged.
    pub async fn users(&self, actor: &Actor, paging: Paging<'_>) -> Result<Page<UserSummary>> {
        actor.require_admin()?;
        let (after, size) = (paging.after::<String>()?.unwrap_or_default(), paging.size(USERS));
        let mut conn = self.0.catalog.read().await?;
        let users = catalog::people::list(&mut conn, &after, size as u32 + 1).await?;
        cursor::page(users, size, |user| user.name.key())
    }

    /// Disables an account: its sessions end and its tokens stop at once. What it made stays.
    ///
    /// # Errors
    /// Forbidden for others than administrators; not found when there is no such user; conflict for the last administrator.
    pub async fn disable_user(&self, actor: &Actor, name: &UserName) -> Result<()> {
        actor.require_admin()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let user = stored(conn, name).await?;
            if user.admin && !catalog::people::lock_other_admins(conn, user.id).await? {
                return Err(Error::conflict(format!("“{}” is the only administrator: make another one first.", user.name)));
            }
            catalog::people::set_disabled(conn, user.id, Some(at)).await?;
            catalog::people::end_sessions(conn, user.id, &[]).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::DisableUser, user.name.as_str(), at).await
        })
    }

    /// Lets a disabled account be used again; its sessions stay over.
    ///
    /// # Errors
    /// Forbidden for others than administrators; not found when there is no such user.
    pub async fn enable_user(&self, actor: &Actor, name: &UserName) -> Result<()> {
        actor.require_admin()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let user = stored(conn, name).await?;
            catalog::people::set_disabled(conn, user.id, None).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::EnableUser, user.name.as_str(), at).await
        })
    }

    /// Gives an account a new password, which is answered this one time and must be changed after signing in. All its sessions end.
    ///
    /// # Errors
    /// Forbidden for others than administrators; not found when there is no such user; conflict for a program's account.
    pub async fn reset_password(&self, actor: &Actor, name: &UserName) -> Result<SecretString> {
        actor.require_admin()?;
        let password = secrets::random_password()?;
        let hash = secrets::hash_password(password.clone()).await?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let user = stored(conn, name).await?;
            if user.program_of.is_some() {
                return Err(Error::conflict(format!("“{}” is a program's account: it has tokens, not a password.", user.name)));
            }
            catalog::people::set_password(conn, user.id, &hash, true).await?;
            catalog::people::end_sessions(conn, user.id, &[]).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::ResetPassword, user.name.as_str(), at).await
        })?;
        Ok(password)
    }

    /// Changes the acting user's password. All sessions but `session`, the one that asks, end.
    ///
    /// # Errors
    /// Forbidden for tokens; invalid when the old password is wrong or the new one breaks a rule; conflict when it was changed or reset
    /// meanwhile; too many requests when that was tried too often.
    pub async fn change_password(
        &self,
        actor: &Actor,
        session: &SecretString,
        old: SecretString,
        new: SecretString,
    ) -> Result<()> {
        if actor.is_token() {
            return Err(Error::new(ErrorKind::Forbidden, "A token cannot change the password: sign in with it."));
        }
        let user = actor.user().ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "Sign in to go on."))?;
        account::check_password(new.expose_secret())?;
        if old.expose_secret() == new.expose_secret() {
            return Err(Error::new(ErrorKind::Invalid, "The new password is the old one: choose another."));
        }
        // a stolen session must not be a place to guess at
        let attempt = self.attempt_sign_in(Some(&user.name), actor.client()).await?;
        let mut conn = self.0.catalog.read().await?;
        let verified = catalog::accounts::user_with_password(&mut conn, &user.name).await?.map(|(_, hash)| hash);
        drop(conn);
        let wrong = || Error::new(ErrorKind::Invalid, "The old password is wrong.");
        let is_long = old.expose_secret().chars().count() > account::MAX_PASSWORD;
        if is_long || !secrets::verify_password(old, verified.clone()).await? {
            return Err(wrong());
        }
        let verified = verified.ok_or_else(wrong)?;
        let hash = secrets::hash_password(new).await?;
        let kept = secrets::secret_hash(session.expose_secret());
        let at = now();
        transact!(self.0.catalog, async |conn| {
            if !catalog::people::change_password(conn, user.id, &verified, &hash).await? {
                return Err(Error::conflict("The password was changed or reset meanwhile: sign in with the new one."));
            }
            attempt.succeeded(conn, at).await?;
            catalog::people::end_sessions(conn, user.id, &kept).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::ChangePassword, user.name.as_str(), at).await
        })
    }
}

async fn stored(conn: &mut Conn, name: &UserName) -> Result<StoredUser> {
    catalog::people::find(conn, name).await?.ok_or_else(|| Error::not_found(format!("The user “{name}”")))
}
