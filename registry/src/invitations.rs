//! Invitations: a link that makes one account, once, for a while.

use domain::{
    ErrorKind, InvitationId, UserId, UserName,
    account::{self, CurrentUser},
    listing::Page,
    people::{CreatedInvitation, InvitationSummary, MAX_INVITATION_DAYS, MAX_NOTE, NewInvitation},
};
use secrecy::{ExposeSecret as _, SecretString};
use time::Duration;
use uuid::Uuid;

use crate::{
    Actor, Client, Error, Paging, Registry, Result, Session,
    accounts::ExistingNamespace,
    catalog::{self, audit::Action, transact},
    cursor, now, secrets,
};

/// How many invitations a page holds.
const INVITATIONS: usize = 50;

impl Registry {
    /// Makes an invitation. Its secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the note or the days break a rule.
    pub async fn invite(&self, actor: &Actor, new: &NewInvitation) -> Result<CreatedInvitation> {
        actor.require_admin()?;
        let note = new.note.trim();
        if note.chars().count() > MAX_NOTE || note.chars().any(char::is_control) {
            return Err(Error::new(ErrorKind::Invalid, format!("Say in at most {MAX_NOTE} characters whom it is for.")));
        }
        if new.days == 0 || new.days > MAX_INVITATION_DAYS {
            return Err(Error::new(ErrorKind::Invalid, format!("An invitation waits for 1 to {MAX_INVITATION_DAYS} days.")));
        }
        let at = now();
        let invitation = InvitationSummary {
            id: InvitationId(Uuid::now_v7()),
            note: note.to_owned(),
            admin: new.admin,
            invited_by: actor.name().to_owned(),
            created_at: at,
            expires_at: at + Duration::days(new.days.into()),
        };
        let secret = secrets::random_secret()?;
        let hash = secrets::secret_hash(&secret);
        let object = invitation.id.to_string();
        transact!(self.0.catalog, async |conn| {
            catalog::invitations::sweep(conn, at).await?;
            catalog::invitations::insert(conn, &invitation, &hash).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateInvitation, &object, at).await
        })?;
        Ok(CreatedInvitation { invitation, secret })
    }

    /// The invitations that can still be accepted, newest first.
    ///
    /// # Errors
    /// Forbidden for others than administrators; invalid when the cursor is damaged.
    pub async fn invitations(&self, actor: &Actor, paging: Paging<'_>) -> Result<Page<InvitationSummary>> {
        actor.require_admin()?;
        let (before, size) = (paging.after()?, paging.size(INVITATIONS));
        let mut conn = self.0.catalog.read().await?;
        let waiting = catalog::invitations::waiting(&mut conn, before, now(), size as u32 + 1).await?;
        cursor::page(waiting, size, |invitation| invitation.id)
    }

    /// Takes an invitation back. Doing it again is no error.
    ///
    /// # Errors
    /// Forbidden for others than administrators.
    pub async fn revoke_invitation(&self, actor: &Actor, id: InvitationId) -> Result<()> {
        actor.require_admin()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            catalog::invitations::delete(conn, id).await?;
            catalog::audit::record(conn, actor.name(), actor.client(), Action::RevokeInvitation, &id.to_string(), at).await
        })
    }

    /// Makes the account of who was invited, with a namespace of its name, and signs in. The invitation is used up.
    ///
    /// # Errors
    /// Not found when the invitation is unknown, used, revoked or expired; invalid when the password breaks a rule; conflict when
    /// the name is taken: it can be accepted with another one then.
    pub async fn accept_invitation(
        &self,
        secret: &SecretString,
        name: UserName,
        password: SecretString,
        client: &Client,
    ) -> Result<Session> {
        account::check_password(password.expose_secret())?;
        let secret = secrets::secret_hash(secret.expose_secret());
        let unknown =
            || Error::new(ErrorKind::NotFound, "The invitation is unknown, was used, or has expired: ask for a new one.");
        let at = now();
        // hashing a password takes a while: not for everybody who comes by
        let mut conn = self.0.catalog.read().await?;
        if !catalog::invitations::is_waiting(&mut conn, &secret, at).await? {
            return Err(unknown());
        }
        drop(conn);
        let hash = secrets::hash_password(password).await?;
        let id = UserId(Uuid::now_v7());
        let user = transact!(self.0.catalog, async |conn| {
            let invitation = catalog::invitations::take(conn, &secret, at).await?.ok_or_else(unknown)?;
            let user = CurrentUser { id, name: name.clone(), admin: invitation.admin, must_change_password: false };
            Self::insert_user(conn, &user, ExistingNamespace::Refused, &hash, at).await?;
            let object = format!("{} {}", user.name, invitation.id);
            catalog::audit::record(conn, user.name.as_str(), client, Action::AcceptInvitation, &object, at).await?;
            Ok(user)
        })?;
        let session = self.open_session(user, &hash, client, None).await?;
        session.ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "The account was made, and disabled or reset at once."))
    }
}

/// The answer to who asks for a name that somebody has.
pub(crate) fn taken(name: &UserName) -> Error {
    Error::conflict(format!("The name “{name}” is taken: choose another."))
}
