//! Who acts, from where, and what that allows: the one place where rights are decided.
//!
//! Every service method that reads or changes something takes an [`Actor`]. A right on a namespace is granted there; a package adds
//! to it what its visibility gives to everybody. Administrators of the registry have every right everywhere. A token narrows what
//! its user may do, never widens it. Lists apply the same rule in SQL, by the fragments of `catalog/visible.rs`.

use std::{collections::HashMap, net::IpAddr};

use domain::{
    ErrorKind, NamespaceName, TokenId, UserId,
    account::{CurrentUser, Permission},
    people::Visibility,
};

use crate::{
    Error, KeyClaim, Result, Seen,
    attempts::network,
    catalog::{
        packages::StoredPackage,
        visible::{Holder, Viewer},
    },
    turns::Caller,
};

/// Where a request came from: for the audit record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address of the caller.
    pub address: Option<IpAddr>,
    /// The id under which the log tells of the request.
    pub request_id: Option<String>,
    /// The token that came with the request, once it was found to be one.
    pub token: Option<TokenId>,
    /// The idempotency key that the request has, when it came under one.
    pub claim: Option<KeyClaim>,
}

/// The rights of a user by the key of the namespace.
pub(crate) type Rights = HashMap<String, Permission>;

/// Somebody who acts: a user, by session or by token, nobody in particular, or the operator at the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    who: Who,
    client: Client,
    seen: Seen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    Operator,
    Anonymous,
    User { user: CurrentUser, rights: Rights, token: Option<TokenScope> },
}

/// What a token narrows its user's rights to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenScope {
    pub(crate) id: TokenId,
    pub(crate) permissions: Vec<Permission>,
    /// The keys of the namespaces that it works in; all, when nothing.
    pub(crate) namespaces: Option<Vec<String>>,
}

impl Actor {
    /// Whoever can run the binary on the catalog and the store: may do everything.
    #[must_use]
    pub fn operator() -> Self {
        Self { who: Who::Operator, client: Client::default(), seen: Seen::Anything }
    }

    /// Somebody who is not signed in: may find and download what is public.
    #[must_use]
    pub const fn anonymous(client: Client) -> Self {
        Self { who: Who::Anonymous, client, seen: Seen::Anything }
    }

    /// Somebody who signed in with a password.
    pub(crate) const fn by_session(user: CurrentUser, rights: Rights, client: Client) -> Self {
        Self { who: Who::User { user, rights, token: None }, client, seen: Seen::Anything }
    }

    /// A program that came with a token.
    pub(crate) const fn by_token(user: CurrentUser, rights: Rights, token: TokenScope, client: Client) -> Self {
        Self { who: Who::User { user, rights, token: Some(token) }, client, seen: Seen::Anything }
    }

    /// The same, in a request that has an idempotency key: what it changes marks the key.
    #[must_use]
    pub fn under(mut self, claim: KeyClaim) -> Self {
        self.client.claim = Some(claim);
        self
    }

    /// The same, who decided by what was seen of the settings that are to be changed: of a package, a quota, a member, the
    /// protection of an alias.
    #[must_use]
    pub fn having_seen(self, seen: Seen) -> Self {
        Self { seen, ..self }
    }

    /// What the actor decided by.
    pub(crate) const fn seen(&self) -> Seen {
        self.seen
    }

    /// Whether the actor is a program that came with a token: it must not outlive or outgrow that token.
    pub(crate) const fn is_token(&self) -> bool {
        matches!(self.who, Who::User { token: Some(_), .. })
    }

    /// Whether this is the operator at the command line.
    pub(crate) const fn is_operator(&self) -> bool {
        matches!(self.who, Who::Operator)
    }

    /// Whether nobody is signed in.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        matches!(self.who, Who::Anonymous)
    }

    /// The acting user; nothing for the operator, and when nobody is signed in.
    #[must_use]
    pub const fn user(&self) -> Option<&CurrentUser> {
        match &self.who {
            Who::User { user, .. } => Some(user),
            Who::Operator | Who::Anonymous => None,
        }
    }

    /// The acting user's account; nothing for the operator, and when nobody is signed in.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        self.user().map(|user| user.id)
    }

    /// The token that the actor came with.
    #[must_use]
    pub fn token_id(&self) -> Option<TokenId> {
        match &self.who {
            Who::User { token, .. } => token.as_ref().map(|token| token.id),
            Who::Operator | Who::Anonymous => None,
        }
    }

    /// Who it is that takes turns with others.
    pub(crate) fn caller(&self) -> Caller {
        match &self.who {
            Who::Operator => Caller::Operator,
            Who::Anonymous => Caller::Address(self.client.address.map(network)),
            Who::User { user, .. } => Caller::User(user.id),
        }
    }

    /// The name that audit records and revisions carry.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Operator => "operator",
            Who::Anonymous => "anonymous",
            Who::User { user, .. } => user.name.as_str(),
        }
    }

    /// Where the request came from.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Whether the actor may administer the registry. A token that is limited to namespaces never does.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        match &self.who {
            Who::Operator => true,
            Who::Anonymous => false,
            Who::User { user, token, .. } => {
                user.admin
                    && !user.must_change_password
                    && token
                        .as_ref()
                        .is_none_or(|token| token.namespaces.is_none() && token.permissions.contains(&Permission::Admin))
            }
        }
    }

    /// Demands somebody who is signed in, with a password of their own choice.
    ///
    /// # Errors
    /// Unauthenticated when nobody is; forbidden until the password is changed.
    pub(crate) fn require_identity(&self) -> Result<()> {
        match &self.who {
            Who::Operator => Ok(()),
            Who::Anonymous => Err(sign_in_first()),
            Who::User { user, .. } if user.must_change_password => {
                Err(Error::new(ErrorKind::Forbidden, "Choose a password of your own first, on the page /settings."))
            }
            Who::User { .. } => Ok(()),
        }
    }

    /// Demands a permission of the session or token. Whoever is not signed in may search and download what is public.
    ///
    /// # Errors
    /// Forbidden, naming the permission; unauthenticated when nobody is signed in.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.is_anonymous() && permission <= Permission::Download {
            return Ok(());
        }
        self.require_identity()?;
        if self.scope_has(permission) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forbidden, format!("This token has no “{}” permission.", permission.as_str())))
    }

    fn scope_has(&self, permission: Permission) -> bool {
        match &self.who {
            Who::Operator | Who::User { token: None, .. } => true,
            Who::Anonymous => false,
            Who::User { token: Some(token), .. } => token.permissions.contains(&permission),
        }
    }

    /// Whether the actor acts in a namespace as a user at all: a token may be limited to others.
    pub(crate) fn acts_in(&self, namespace: &NamespaceName) -> bool {
        match &self.who {
            Who::Operator => true,
            Who::Anonymous => false,
            Who::User { user, token, .. } => {
                let limit = token.as_ref().and_then(|token| token.namespaces.as_ref());
                !user.must_change_password && limit.is_none_or(|namespaces| namespaces.contains(&namespace.key()))
            }
        }
    }

    /// The actor's right on a namespace, with those that it includes.
    #[must_use]
    pub fn right_on(&self, namespace: &NamespaceName) -> Option<Permission> {
        if !self.acts_in(namespace) {
            return None;
        }
        match &self.who {
            Who::Operator => Some(Permission::Admin),
            Who::Anonymous => None,
            Who::User { user, .. } if user.admin => Some(Permission::Admin),
            Who::User { rights, .. } => rights.get(&namespace.key()).copied(),
        }
    }

    /// The actor's right on a package: the one on its namespace, or what its visibility gives to everybody.
    fn right_on_package(&self, package: &StoredPackage) -> Option<Permission> {
        let namespace = &package.package.namespace;
        let is_open = match package.visibility {
            Visibility::Private => false,
            Visibility::Internal => self.acts_in(namespace),
            Visibility::Public => true,
        };
        self.right_on(namespace).max(is_open.then_some(Permission::Download))
    }

    /// Whether the actor may know that a package exists.
    pub(crate) fn may_find(&self, package: &StoredPackage) -> bool {
        self.right_on_package(package).is_some()
    }

    /// Demands the right to download a package that the actor may find.
    ///
    /// # Errors
    /// Forbidden.
    pub(crate) fn require_download(&self, package: &StoredPackage) -> Result<()> {
        self.require(Permission::Download)?;
        if self.right_on_package(package) >= Some(Permission::Download) {
            return Ok(());
        }
        let namespace = &package.package.namespace;
        Err(Error::new(
            ErrorKind::Forbidden,
            format!("You may find the packages of “{namespace}”, not download them: ask one of its administrators."),
        ))
    }

    /// The answer to who asks for what is hidden: the same as for what is not there. Who has to do something first is told what.
    pub(crate) fn hidden(&self, what: impl std::fmt::Display) -> Error {
        self.require_identity().err().unwrap_or_else(|| Error::not_found(what))
    }

    /// Who looks at lists, for the catalog.
    pub(crate) fn viewer(&self) -> Viewer {
        match &self.who {
            Who::Operator => Viewer { all: true, user: None, token: None },
            Who::Anonymous => Viewer::default(),
            Who::User { user, .. } if user.must_change_password => Viewer::default(),
            Who::User { user, token, .. } => Viewer {
                all: user.admin,
                user: Some(user.id.0),
                token: token.as_ref().filter(|token| token.namespaces.is_some()).map(|token| token.id.0),
            },
        }
    }

    /// What of the registry's content the actor has, or could have by downloading it, for the catalog: an upload need not bring it. A
    /// token that may not download has what is public only, and one that is limited to namespaces what it may download: what its user
    /// has sent elsewhere would come out by a package that it uploads.
    pub(crate) fn holder(&self) -> Holder {
        let viewer = if self.scope_has(Permission::Download) { self.viewer() } else { Viewer::default() };
        Holder { viewer, sender: viewer.user.filter(|_| viewer.token.is_none()) }
    }

    /// Whether the actor may add to and score the packages of a namespace.
    #[must_use]
    pub fn may_write(&self, namespace: &NamespaceName) -> bool {
        self.right_on(namespace) >= Some(Permission::Upload) && self.scope_has(Permission::Upload)
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

    /// Whether the actor may change the members of a namespace, delete and rename its packages, say who may find them, and move
    /// their protected aliases.
    #[must_use]
    pub fn may_manage(&self, namespace: &NamespaceName) -> bool {
        self.right_on(namespace) == Some(Permission::Admin) && self.scope_has(Permission::Admin)
    }

    /// Demands the right to change the members of a namespace and who may find its packages.
    ///
    /// # Errors
    /// Forbidden; not found for those who have no right on it.
    pub(crate) fn require_manage(&self, namespace: &NamespaceName) -> Result<()> {
        self.require(Permission::Admin)?;
        match self.right_on(namespace) {
            Some(Permission::Admin) => Ok(()),
            Some(Permission::Search | Permission::Download | Permission::Upload) => Err(Error::new(
                ErrorKind::Forbidden,
                format!("Only an administrator of the namespace “{namespace}” may do this."),
            )),
            None => Err(self.hidden(format!("The namespace “{namespace}”"))),
        }
    }

    /// Demands the right to manage the namespace of a package that the actor may find.
    ///
    /// # Errors
    /// Forbidden; unauthenticated when nobody is signed in.
    pub(crate) fn require_manage_package(&self, package: &StoredPackage) -> Result<()> {
        self.require(Permission::Admin)?;
        let namespace = &package.package.namespace;
        if self.may_manage(namespace) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forbidden, format!("Only an administrator of the namespace “{namespace}” may do this.")))
    }

    /// Demands an administrator.
    ///
    /// # Errors
    /// Forbidden; unauthenticated when nobody is signed in.
    pub fn require_admin(&self) -> Result<()> {
        self.require_identity()?;
        if self.is_admin() { Ok(()) } else { Err(Error::new(ErrorKind::Forbidden, "Only an administrator may do this.")) }
    }
}

fn sign_in_first() -> Error {
    Error::new(ErrorKind::Unauthenticated, "Sign in, or send a token: Authorization: Bearer mr_….")
}
