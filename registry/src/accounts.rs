//! Accounts: making users, signing in and out, recognising who asks.

use domain::{
    ErrorKind, NamespaceName, UserId, UserName,
    account::{self, CurrentUser, Permission},
};
use secrecy::{ExposeSecret as _, SecretString};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    Actor, Client, Error, Registry, Result,
    attempts::Attempt,
    catalog::{self, Conn, audit::Action, transact},
    invitations::taken,
    now, secrets,
};

/// How long a browser stays signed in.
const SESSION_TIME: Duration = Duration::days(14);

/// The name of the administrator that the first start makes.
const FIRST_ADMINISTRATOR: &str = "administrator";

/// A new browser session.
pub struct Session {
    /// The value of the cookie.
    pub secret: SecretString,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// Who signed in.
    pub user: CurrentUser,
}

/// What is asked for a new user.
pub struct NewUser {
    /// The name to sign in with; a namespace of this name comes with it.
    pub name: UserName,
    /// The password; one is generated when nothing is given.
    pub password: Option<SecretString>,
    /// Whether the user may administer the registry.
    pub admin: bool,
}

/// What becomes of a namespace that has the name of a new user already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExistingNamespace {
    /// It becomes the user's when it is nobody's: an import made it before its user came.
    TakenOver,
    /// The name is taken: it may hold packages that are not for whoever chose it.
    Refused,
}

/// The administrator that the first start makes.
pub struct FirstAdministrator {
    /// The name to sign in with.
    pub name: UserName,
    /// The generated password, to be told this one time.
    pub password: SecretString,
}

impl Registry {
    /// Makes an administrator with a generated password when there is no account at all.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn first_administrator(&self) -> Result<Option<FirstAdministrator>> {
        let mut conn = self.0.catalog.read().await?;
        if catalog::accounts::any_user(&mut conn).await? {
            return Ok(None);
        }
        drop(conn);
        let new = NewUser { name: FIRST_ADMINISTRATOR.parse()?, password: None, admin: true };
        match self.create_user(&Actor::operator(), new).await {
            Ok((user, password)) => Ok(password.map(|password| FirstAdministrator { name: user.name, password })),
            // another server was faster
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes an account. The password is answered when it was generated. One that another user gave must be changed after signing
    /// in; the operator's are for the operator to hand on.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the password breaks the rules; conflict when the name is taken.
    pub async fn create_user(&self, actor: &Actor, new: NewUser) -> Result<(CurrentUser, Option<SecretString>)> {
        actor.require_admin()?;
        let (password, generated) = match new.password {
            Some(password) => (password, None),
            None => {
                let password = secrets::random_password()?;
                (password.clone(), Some(password))
            }
        };
        account::check_password(password.expose_secret())?;
        let hash = secrets::hash_password(password).await?;
        let user = CurrentUser {
            id: UserId(Uuid::now_v7()),
            name: new.name,
            admin: new.admin,
            must_change_password: !actor.is_operator(),
        };
        let at = now();
        transact!(self.0.catalog, async |conn| {
            Self::insert_user(conn, &user, ExistingNamespace::TakenOver, &hash, at).await?;
            if user.must_change_password {
                catalog::people::set_password(conn, user.id, &hash, true).await?;
            }
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateUser, user.name.as_str(), at).await
        })?;
        Ok((user, generated))
    }

    /// Adds an account with its namespace.
    ///
    /// # Errors
    /// Conflict when there is a user of the name, or a namespace that is not to be taken over.
    pub(crate) async fn insert_user(
        conn: &mut Conn,
        user: &CurrentUser,
        existing: ExistingNamespace,
        hash: &str,
        at: OffsetDateTime,
    ) -> Result<()> {
        let namespace: NamespaceName = user.name.as_str().parse()?;
        if !catalog::accounts::insert_user(conn, user, hash, at).await? {
            return Err(Error::conflict(format!("There is a user “{}” already.", user.name)));
        }
        // added before it is looked for: what somebody else adds at the same moment is found then
        let id = match (catalog::namespaces::insert_own(conn, &namespace, user.id, at).await?, existing) {
            (Some(added), _) => added,
            (None, ExistingNamespace::Refused) => return Err(taken(&user.name)),
            (None, ExistingNamespace::TakenOver) => {
                let found = catalog::namespaces::lock(conn, &namespace).await?.ok_or_else(|| taken(&user.name))?;
                if found.owner.is_some() || catalog::members::any(conn, found.id).await? {
                    return Err(taken(&user.name));
                }
                catalog::namespaces::give(conn, found.id, user.id).await?;
                found.id
            }
        };
        catalog::members::set(conn, id, user.id, Permission::Admin, at).await
    }

    /// Opens a session for a name and a password.
    ///
    /// # Errors
    /// Unauthenticated, with the same words whether the name or the password is wrong or the account is disabled; too many requests
    /// when the account or the address has to wait after others that failed.
    pub async fn sign_in(&self, name: &str, password: SecretString, client: &Client) -> Result<Session> {
        let refused = || Error::new(ErrorKind::Unauthenticated, "The user name or the password is wrong.");
        let parsed = name.trim().parse::<UserName>().ok();
        let attempt = self.attempt_sign_in(parsed.as_ref(), client).await?;
        let found = match &parsed {
            Some(name) => {
                let mut conn = self.0.catalog.read().await?;
                catalog::accounts::user_with_password(&mut conn, name).await?
            }
            None => None,
        };
        if password.expose_secret().chars().count() > account::MAX_PASSWORD {
            return Err(refused());
        }
        let fits = secrets::verify_password(password, found.as_ref().map(|(_, hash)| hash.clone())).await?;
        if let Some((user, hash)) = found.filter(|_| fits)
            && let Some(session) = self.open_session(user, &hash, client, Some(attempt)).await?
        {
            return Ok(session);
        }
        let at = now();
        // whatever somebody typed: PostgreSQL stores no NUL, and nobody reads control characters
        let shown: String = name.chars().filter(|c| !c.is_control()).take(domain::name::MAX_LENGTH).collect();
        transact!(self.0.catalog, async |conn| {
            catalog::audit::record(conn, "anonymous", client, Action::SignInRefused, &shown, at).await
        })?;
        Err(refused())
    }

    /// Opens a session for somebody whose password fitted this hash; nothing when that holds no more: the password was changed or the
    /// account disabled meanwhile, and the sessions that were there then are over.
    pub(crate) async fn open_session(
        &self,
        user: CurrentUser,
        password_hash: &str,
        client: &Client,
        attempt: Option<Attempt>,
    ) -> Result<Option<Session>> {
        let at = now();
        let secret = secrets::random_secret()?;
        let expires_at = at + SESSION_TIME;
        let hash = secrets::secret_hash(&secret);
        let opened = transact!(self.0.catalog, async |conn| {
            if !catalog::accounts::lock_with_password(conn, user.id, password_hash).await? {
                return Ok(false);
            }
            if let Some(attempt) = &attempt {
                attempt.succeeded(conn, at).await?;
            }
            catalog::accounts::sweep_sessions(conn, at).await?;
            catalog::accounts::insert_session(conn, &hash, user.id, at, expires_at).await?;
            catalog::audit::record(conn, user.name.as_str(), client, Action::SignIn, user.name.as_str(), at).await?;
            Ok(true)
        })?;
        Ok(opened.then(|| Session { secret: secret.into(), expires_at, user }))
    }

    /// Ends a session. Ending one that is over is no error.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn sign_out(&self, secret: SecretString, client: &Client) -> Result<()> {
        let hash = secrets::secret_hash(secret.expose_secret());
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let Some(user) = catalog::accounts::session_user(conn, &hash, at).await? else { return Ok(()) };
            catalog::accounts::delete_session(conn, &hash).await?;
            catalog::audit::record(conn, user.name.as_str(), client, Action::SignOut, user.name.as_str(), at).await
        })
    }

    /// Who holds this session cookie; nobody when it is unknown or expired.
    ///
    /// # Errors
    /// When the catalog fails.
    pub async fn session_actor(&self, secret: &SecretString, client: Client) -> Result<Option<Actor>> {
        let mut conn = self.0.catalog.read().await?;
        let user = catalog::accounts::session_user(&mut conn, &secrets::secret_hash(secret.expose_secret()), now()).await?;
        let Some(user) = user else { return Ok(None) };
        let rights = catalog::members::of_user(&mut conn, user.id).await?;
        Ok(Some(Actor::by_session(user, rights, client)))
    }
}
