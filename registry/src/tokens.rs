//! API tokens: made, listed and revoked by their owner; recognised when programs come with them.

use domain::{
    ErrorKind, NamespaceName, TokenId, UserName,
    account::{CreatedToken, CurrentUser, NewToken, Permission, TokenSummary},
    listing::Page,
};
use secrecy::{ExposeSecret as _, SecretString};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    Actor, Client, Error, Paging, Registry, Result,
    access::{Rights, TokenScope},
    catalog::{self, audit::Action, transact},
    cursor, now, secrets,
};

/// The use of a token is recorded at most this often: reads should not become writes.
const TOUCH_EVERY: Duration = Duration::minutes(1);
/// How many tokens a page holds.
const TOKENS: usize = 100;
const MAX_NAME: usize = 64;
const MAX_DAYS: u32 = 3650;
/// How many namespaces a token may be limited to.
const MAX_NAMESPACES: usize = 50;

impl Registry {
    /// The acting user's tokens, newest first.
    ///
    /// # Errors
    /// Unauthenticated for the operator, who has none; forbidden for tokens; invalid when the cursor is damaged.
    pub async fn tokens(&self, actor: &Actor, paging: Paging<'_>) -> Result<Page<TokenSummary>> {
        self.page_of_tokens(owner(actor)?, paging).await
    }

    /// Makes a token for the acting user. One that may administer is for administrators of the registry, or limited to namespaces
    /// that its user administers.
    ///
    /// # Errors
    /// Invalid when the name, the permissions or the days break a rule; forbidden when more is asked than the user has.
    pub async fn create_token(&self, actor: &Actor, new: &NewToken) -> Result<CreatedToken> {
        let user = owner(actor)?.clone();
        for permission in &new.permissions {
            actor.require(*permission)?;
        }
        self.insert_token(actor, &user, new).await
    }

    /// Makes a token for somebody else: any user, for administrators of the registry; a program, for those of its namespace.
    ///
    /// # Errors
    /// Forbidden for others; not found when there is no such user; else as [`Registry::create_token`].
    pub async fn create_token_for(&self, actor: &Actor, name: &UserName, new: &NewToken) -> Result<CreatedToken> {
        let user = self.managed_user(actor, name).await?;
        self.insert_token(actor, &user, new).await
    }

    /// The tokens of a program, newest first; or of any user, for administrators of the registry.
    ///
    /// # Errors
    /// As [`Registry::create_token_for`]; invalid when the cursor is damaged.
    pub async fn tokens_of(&self, actor: &Actor, name: &UserName, paging: Paging<'_>) -> Result<Page<TokenSummary>> {
        let user = self.managed_user(actor, name).await?;
        self.page_of_tokens(&user, paging).await
    }

    async fn page_of_tokens(&self, user: &CurrentUser, paging: Paging<'_>) -> Result<Page<TokenSummary>> {
        let (before, size) = (paging.after()?, paging.size(TOKENS));
        let mut conn = self.0.catalog.read().await?;
        let found = catalog::tokens::of_user(&mut conn, user.id, before, now(), size as u32 + 1).await?;
        cursor::page(found, size, |token| token.id)
    }

    /// Revokes a token of a program; or of any user, for administrators of the registry.
    ///
    /// # Errors
    /// As [`Registry::create_token_for`]; not found when there is no such token.
    pub async fn revoke_token_of(&self, actor: &Actor, name: &UserName, token: TokenId) -> Result<()> {
        let user = self.managed_user(actor, name).await?;
        self.revoke(actor, &user, token).await
    }

    /// A user whose tokens the actor manages, without being that user.
    async fn managed_user(&self, actor: &Actor, name: &UserName) -> Result<CurrentUser> {
        actor.require_identity()?;
        if actor.is_token() {
            return Err(Error::new(ErrorKind::Forbidden, "A token cannot manage tokens: sign in with your password."));
        }
        let mut conn = self.0.catalog.read().await?;
        if !actor.is_admin() {
            let home = catalog::people::home_of_program(&mut conn, name).await?;
            // whoever manages no program of this name learns nothing about the name
            if !home.is_some_and(|home| actor.may_manage(&home)) {
                actor.require_admin()?;
            }
        }
        catalog::accounts::user_named(&mut conn, name).await?.ok_or_else(|| Error::not_found(format!("The user “{name}”")))
    }

    async fn insert_token(&self, actor: &Actor, user: &CurrentUser, new: &NewToken) -> Result<CreatedToken> {
        let name = new.name.trim();
        let invalid = |message: String| Error::new(ErrorKind::Invalid, message);
        if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(invalid(format!("Give the token a name of 1 to {MAX_NAME} characters.")));
        }
        if new.permissions.is_empty() {
            return Err(invalid("Choose at least one permission.".into()));
        }
        if new.namespaces.len() > MAX_NAMESPACES {
            return Err(invalid(format!("Name at most {MAX_NAMESPACES} namespaces.")));
        }
        if new.days.is_some_and(|days| days == 0 || days > MAX_DAYS) {
            return Err(invalid(format!("A token works for 1 to {MAX_DAYS} days, or for ever.")));
        }
        if new.permissions.contains(&Permission::Admin) {
            let mut conn = self.0.catalog.read().await?;
            require_admin_of(user, &catalog::members::of_user(&mut conn, user.id).await?, &new.namespaces)?;
        }
        let at = now();
        let mut permissions = new.permissions.clone();
        permissions.sort_unstable();
        permissions.dedup();
        let token = TokenSummary {
            id: TokenId(Uuid::now_v7()),
            name: name.to_owned(),
            permissions,
            namespaces: (!new.namespaces.is_empty()).then(|| new.namespaces.clone()),
            created_at: at,
            expires_at: new.days.map(|days| at + Duration::days(days.into())),
            last_used_at: None,
            revoked_at: None,
            is_expired: false,
        };
        let secret = format!("{}{}", secrets::TOKEN_PREFIX, secrets::random_secret()?);
        let hash = secrets::secret_hash(&secret);
        let object = format!("{}/{}", user.name, token.id);
        transact!(self.0.catalog, async |conn| {
            if let Some(missing) = catalog::tokens::insert(conn, user.id, &token, &hash).await? {
                return Err(Error::not_found(format!("The namespace “{missing}”")));
            }
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateToken, &object, at).await
        })?;
        Ok(CreatedToken { token, secret })
    }

    /// Revokes a token of the acting user. Revoking twice is no error.
    ///
    /// # Errors
    /// Not found when the user has no such token; forbidden for tokens.
    pub async fn revoke_token(&self, actor: &Actor, token: TokenId) -> Result<()> {
        let user = owner(actor)?;
        self.revoke(actor, user, token).await
    }

    async fn revoke(&self, actor: &Actor, user: &CurrentUser, token: TokenId) -> Result<()> {
        let at = now();
        let object = format!("{}/{token}", user.name);
        transact!(self.0.catalog, async |conn| {
            if !catalog::tokens::revoke(conn, user.id, token, at).await? {
                return Err(Error::not_found("The token"));
            }
            catalog::audit::record(conn, actor.name(), actor.client(), Action::RevokeToken, &object, at).await
        })
    }

    /// Who holds this bearer token.
    ///
    /// # Errors
    /// Unauthenticated when it is unknown, revoked or expired.
    pub async fn token_actor(&self, secret: &SecretString, client: Client) -> Result<Actor> {
        let at = now();
        let mut conn = self.0.catalog.read().await?;
        let token = catalog::tokens::active(&mut conn, &secrets::secret_hash(secret.expose_secret()), at)
            .await?
            .ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "The token is unknown, revoked or expired."))?;
        let rights = catalog::members::of_user(&mut conn, token.user.id).await?;
        drop(conn);
        if token.last_used_at.is_none_or(|last| at - last > TOUCH_EVERY) {
            // reading goes on when nothing can be written, such as on a full disk
            if let Err(error) = self.touch_token(token.id, at).await {
                error.log();
            }
        }
        let client = Client { token: Some(token.id), ..client };
        let scope = TokenScope { id: token.id, permissions: token.permissions, namespaces: token.namespaces };
        Ok(Actor::by_token(token.user, rights, scope, client))
    }

    async fn touch_token(&self, id: TokenId, at: OffsetDateTime) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::tokens::touch(conn, id, at).await })
    }
}

/// Whose tokens are managed. A token that could make tokens would outlive its own revocation.
fn owner(actor: &Actor) -> Result<&CurrentUser> {
    if actor.is_token() {
        return Err(Error::new(ErrorKind::Forbidden, "A token cannot manage tokens: sign in with your password."));
    }
    actor.require_identity()?;
    actor.user().ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "Tokens belong to users: sign in as one."))
}

/// Demands that a user may have a token that administers: anywhere, as an administrator of the registry, else only in namespaces
/// that the user administers. What it may do is decided again whenever it is used: rights that are taken away are taken from it, too.
fn require_admin_of(user: &CurrentUser, rights: &Rights, namespaces: &[NamespaceName]) -> Result<()> {
    let forbidden = |message: String| Err(Error::new(ErrorKind::Forbidden, message));
    if user.admin {
        return Ok(());
    }
    if namespaces.is_empty() {
        return forbidden(format!(
            "“{}” does not administer the registry: limit a token with “admin” to namespaces that “{}” administers.",
            user.name, user.name
        ));
    }
    // the same answer for a namespace that is not there
    match namespaces.iter().find(|name| rights.get(&name.key()) != Some(&Permission::Admin)) {
        Some(name) => forbidden(format!("“{}” has no right “admin” on the namespace “{name}”.", user.name)),
        None => Ok(()),
    }
}
