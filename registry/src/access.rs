//! Who acts, from where, and what that allows.
//!
//! Every service method that reads or changes something takes an [`Actor`]. Rights per namespace come down to one rule in
//! this version: whoever is signed in may read; users upload to the namespace of their own name, administrators to any.

use std::net::IpAddr;

use domain::{
    ErrorKind, NamespaceName, UserId,
    account::{CurrentUser, Permission},
};

use crate::{Error, Result};

/// Where a request came from: for the audit record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address of the caller.
    pub address: Option<IpAddr>,
    /// The id under which the log tells of the request.
    pub request_id: Option<String>,
}

/// Somebody who acts: a user, by session or by token, or the operator at the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    user: Option<CurrentUser>,
    by_token: bool,
    permissions: Vec<Permission>,
    client: Client,
}

impl Actor {
    /// Whoever can run the binary on the catalog and the store: may do everything.
    #[must_use]
    pub fn operator() -> Self {
        Self { user: None, by_token: false, permissions: Permission::ALL.to_vec(), client: Client::default() }
    }

    /// Somebody who signed in with a password.
    pub(crate) fn by_session(user: CurrentUser, permissions: Vec<Permission>, client: Client) -> Self {
        Self { user: Some(user), by_token: false, permissions, client }
    }

    /// A program that came with a token.
    pub(crate) fn by_token(user: CurrentUser, permissions: Vec<Permission>, client: Client) -> Self {
        Self { user: Some(user), by_token: true, permissions, client }
    }

    /// Whether the actor is a program that came with a token: it must not outlive or outgrow that token.
    pub(crate) const fn is_token(&self) -> bool {
        self.by_token
    }

    /// The acting user; nothing for the operator.
    #[must_use]
    pub fn user(&self) -> Option<&CurrentUser> {
        self.user.as_ref()
    }

    /// The acting user's account; nothing for the operator.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    /// The name that audit records and revisions carry.
    #[must_use]
    pub fn name(&self) -> &str {
        self.user.as_ref().map_or("operator", |user| user.name.as_str())
    }

    /// Where the request came from.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Whether the actor may administer the registry.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.user.as_ref().is_none_or(|user| user.admin) && self.permissions.contains(&Permission::Admin)
    }

    /// Demands a permission of the session or token.
    ///
    /// # Errors
    /// Forbidden, naming the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.permissions.contains(&permission) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forbidden, format!("This token has no “{}” permission.", permission.as_str())))
    }

    /// Whether the actor may add to and score the packages of a namespace.
    #[must_use]
    pub fn may_write(&self, namespace: &NamespaceName) -> bool {
        let own = self.user.as_ref().is_none_or(|user| user.admin || user.name.key() == namespace.key());
        own && self.permissions.contains(&Permission::Upload)
    }

    /// Demands the right to add to and score the packages of a namespace.
    ///
    /// # Errors
    /// Forbidden, saying where the actor may upload instead.
    pub fn require_write(&self, namespace: &NamespaceName) -> Result<()> {
        self.require(Permission::Upload)?;
        if self.may_write(namespace) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Forbidden,
            format!(
                "You may not write to the namespace “{namespace}”: use your own, “{}”, or ask an administrator.",
                self.name()
            ),
        ))
    }

    /// Demands an administrator.
    ///
    /// # Errors
    /// Forbidden.
    pub fn require_admin(&self) -> Result<()> {
        if self.is_admin() { Ok(()) } else { Err(Error::new(ErrorKind::Forbidden, "Only an administrator may do this.")) }
    }
}
