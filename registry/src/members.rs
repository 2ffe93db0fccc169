//! Members of namespaces, organisations, the accounts of programs, and who may find a package.

use domain::{
    NamespaceName, PackageRef, UserId, UserName,
    account::Permission,
    listing::Page,
    people::{Member, NamespaceDetail, Visibility},
};
use uuid::Uuid;

use crate::{
    Actor, Error, Paging, Registry, Result, StateTag,
    catalog::{self, Conn, audit::Action, namespaces::StoredNamespace, people::StoredUser, transact},
    cursor, now,
    packages::locked,
};

/// How many members a page holds.
const MEMBERS: usize = 100;

impl Registry {
    /// A namespace, for those who have a right on it.
    ///
    /// # Errors
    /// Not found for others; unauthenticated when nobody is signed in.
    pub async fn namespace(&self, actor: &Actor, name: &NamespaceName) -> Result<NamespaceDetail> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (namespace, right) = visible_namespace(&mut conn, actor, name).await?;
        Ok(NamespaceDetail {
            is_organisation: namespace.owner.is_none(),
            may_manage: actor.may_manage(&namespace.name),
            name: namespace.name,
            right,
        })
    }

    /// Makes an organisation; who makes it becomes its administrator. A namespace that an upload has made, and that nobody has a
    /// right on, becomes one as well.
    ///
    /// # Errors
    /// Forbidden for others than administrators; conflict when a user or an organisation has the name.
    pub async fn create_organisation(&self, actor: &Actor, name: &NamespaceName) -> Result<()> {
        actor.require_admin()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let id = catalog::namespaces::get_or_insert(conn, name, at).await?;
            let taken = || Error::conflict(format!("There is a namespace “{name}” already."));
            let stored = catalog::namespaces::find(conn, name).await?.ok_or_else(taken)?;
            let user: Option<UserName> = name.as_str().parse().ok();
            let is_user = match &user {
                Some(user) => catalog::people::find(conn, user).await?.is_some(),
                None => false,
            };
            if is_user || stored.owner.is_some() || catalog::members::any(conn, id).await? {
                return Err(taken());
            }
            if let Some(user) = actor.user_id() {
                catalog::members::set(conn, id, user, Permission::Admin, at).await?;
            }
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateOrganisation, name.as_str(), at).await
        })
    }

    /// The members of a namespace, the oldest account first.
    ///
    /// # Errors
    /// Not found for those who have no right on it; invalid when the cursor is damaged.
    pub async fn members(&self, actor: &Actor, name: &NamespaceName, paging: Paging<'_>) -> Result<Page<Member>> {
        actor.require(Permission::Search)?;
        let (after, size) = (paging.after::<UserId>()?, paging.size(MEMBERS));
        let mut conn = self.0.catalog.read().await?;
        let (namespace, _) = visible_namespace(&mut conn, actor, name).await?;
        let members = catalog::members::list(&mut conn, namespace.id, after, size as u32 + 1).await?;
        let page = cursor::page(members, size, |(user, _)| *user)?;
        Ok(Page { items: page.items.into_iter().map(|(_, member)| member).collect(), next: page.next })
    }

    /// A member of a namespace.
    ///
    /// # Errors
    /// Not found for those who have no right on it, and when the user is no member.
    pub async fn member(&self, actor: &Actor, name: &NamespaceName, user: &UserName) -> Result<Member> {
        actor.require(Permission::Search)?;
        let missing = || Error::not_found(format!("The member “{user}”"));
        let mut conn = self.0.catalog.read().await?;
        let (namespace, _) = visible_namespace(&mut conn, actor, name).await?;
        let user = catalog::people::find(&mut conn, user).await?.ok_or_else(missing)?;
        catalog::members::find(&mut conn, namespace.id, user.id).await?.ok_or_else(missing)
    }

    /// Grants a user a right on a namespace in the place of the one that was there.
    ///
    /// # Errors
    /// Forbidden for others than its administrators; not found when there is no such user; outdated when the right is not as it was
    /// seen; conflict when the namespace would be
    /// left without an administrator, or is the user's own.
    pub async fn grant(&self, actor: &Actor, name: &NamespaceName, user: &UserName, permission: Permission) -> Result<()> {
        actor.require_manage(name)?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let (namespace, member) = locked_member(conn, actor, name, user).await?;
            let right = catalog::members::get(conn, namespace.id, member.id).await?;
            actor.require_seen(format!("The member “{user}”"), right.map(StateTag::of_right))?;
            if member.program_of.is_some_and(|home| home != namespace.id) {
                return Err(Error::conflict(format!("“{user}” is a program of another namespace: make one here.")));
            }
            if permission < Permission::Admin {
                keep_admin(conn, &namespace, &member).await?;
            }
            catalog::members::set(conn, namespace.id, member.id, permission, at).await?;
            let object = format!("{name}/{} {}", member.name, permission.as_str());
            catalog::audit::record(conn, actor.name(), actor.client(), Action::Grant, &object, at).await
        })
    }

    /// Takes a user's right on a namespace away. Users may leave by themselves.
    ///
    /// # Errors
    /// As [`Registry::grant`]; not found when the user is no member.
    pub async fn remove_member(&self, actor: &Actor, name: &NamespaceName, user: &UserName) -> Result<()> {
        actor.require_identity()?;
        let leaves = !actor.is_token() && actor.user().is_some_and(|acting| acting.name.key() == user.key());
        if !(leaves && actor.right_on(name).is_some()) {
            actor.require_manage(name)?;
        }
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let (namespace, member) = locked_member(conn, actor, name, user).await?;
            let right = catalog::members::get(conn, namespace.id, member.id).await?;
            actor.require_seen(format!("The member “{user}”"), right.map(StateTag::of_right))?;
            keep_admin(conn, &namespace, &member).await?;
            if !catalog::members::remove(conn, namespace.id, member.id).await? {
                return Err(Error::not_found(format!("The member “{user}”")));
            }
            let object = format!("{name}/{}", member.name);
            catalog::audit::record(conn, actor.name(), actor.client(), Action::RemoveMember, &object, at).await
        })
    }

    /// Makes an account for a program: it belongs to a namespace, has a right on it, and comes with tokens only.
    ///
    /// # Errors
    /// Forbidden for others than administrators of the namespace; conflict when the name is taken.
    pub async fn create_program(
        &self,
        actor: &Actor,
        name: &NamespaceName,
        program: &UserName,
        permission: Permission,
    ) -> Result<()> {
        actor.require_manage(name)?;
        let (id, at) = (UserId(Uuid::now_v7()), now());
        transact!(self.0.catalog, async |conn| {
            let namespace =
                catalog::namespaces::lock(conn, name).await?.ok_or_else(|| actor.hidden(format!("The namespace “{name}”")))?;
            let as_namespace: NamespaceName = program.as_str().parse()?;
            if catalog::namespaces::find(conn, &as_namespace).await?.is_some()
                || !catalog::people::insert_program(conn, id, program, namespace.id, at).await?
            {
                return Err(Error::conflict(format!("The name “{program}” is taken.")));
            }
            catalog::members::set(conn, namespace.id, id, permission, at).await?;
            let object = format!("{name}/{program} {}", permission.as_str());
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CreateProgram, &object, at).await
        })
    }

    /// Changes who may find and download a package. Answers the tag of its settings.
    ///
    /// # Errors
    /// Forbidden for others than administrators of its namespace; not found when the actor may not find it; outdated when its
    /// settings are not as they were seen.
    pub async fn set_visibility(&self, actor: &Actor, package: &PackageRef, visibility: Visibility) -> Result<StateTag> {
        actor.require_identity()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let mut stored = locked(conn, actor, package).await?;
            actor.require_manage_package(&stored)?;
            actor.require_seen(format!("“{}”", stored.package), Some(StateTag::of_stored(&stored)))?;
            catalog::packages::set_visibility(conn, stored.id, visibility).await?;
            let object = format!("{}/{} {}", stored.package.kind, stored.package, visibility.as_str());
            catalog::audit::record(conn, actor.name(), actor.client(), Action::SetVisibility, &object, at).await?;
            stored.visibility = visibility;
            Ok(StateTag::of_stored(&stored))
        })
    }
}

/// A namespace that the actor has a right on, and the right.
async fn visible_namespace(conn: &mut Conn, actor: &Actor, name: &NamespaceName) -> Result<(StoredNamespace, Permission)> {
    let found = catalog::namespaces::find(conn, name).await?.zip(actor.right_on(name));
    found.ok_or_else(|| actor.hidden(format!("The namespace “{name}”")))
}

/// A namespace, locked with its members, and the account of a user.
async fn locked_member(
    conn: &mut Conn,
    actor: &Actor,
    name: &NamespaceName,
    user: &UserName,
) -> Result<(StoredNamespace, StoredUser)> {
    let namespace =
        catalog::namespaces::lock(conn, name).await?.ok_or_else(|| actor.hidden(format!("The namespace “{name}”")))?;
    let user = catalog::people::find(conn, user).await?.ok_or_else(|| Error::not_found(format!("The user “{user}”")))?;
    Ok((namespace, user))
}

/// Refuses to lower the right of the owner, or of the only administrator.
async fn keep_admin(conn: &mut Conn, namespace: &StoredNamespace, member: &StoredUser) -> Result<()> {
    if namespace.owner == Some(member.id) {
        return Err(Error::conflict(format!("“{}” is the user's own namespace: that right stays.", namespace.name)));
    }
    let is_admin = catalog::members::get(conn, namespace.id, member.id).await? == Some(Permission::Admin);
    if is_admin && !catalog::members::has_other_admin(conn, namespace.id, member.id).await? {
        return Err(Error::conflict(format!(
            "“{}” is the only administrator of “{}”: make somebody else one first.",
            member.name, namespace.name
        )));
    }
    Ok(())
}
