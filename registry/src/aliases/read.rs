//! Aliases as they stand, their moves, and where they pointed at a moment.

use domain::{
    PackageRef,
    account::Permission,
    lifecycle::{AliasMove, AliasSummary},
    listing::{Page, RevisionSummary},
    refs::RefName,
};
use time::{OffsetDateTime, UtcOffset};

use super::whole_seconds;
use crate::{
    Actor, Error, Paging, Registry, Result, catalog, cursor,
    packages::{PAGE, find},
};

/// How many moves a page of the history holds.
const MOVES: usize = 30;

impl Registry {
    /// The aliases of a package, by name.
    ///
    /// # Errors
    /// Not found when there is no such package; invalid when the cursor is damaged.
    pub async fn aliases(&self, actor: &Actor, package: &PackageRef, paging: Paging<'_>) -> Result<Page<AliasSummary>> {
        actor.require(Permission::Search)?;
        let (after, size) = (paging.after::<RefName>()?, paging.size(PAGE));
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let after = after.as_ref().map(RefName::as_str);
        let found = catalog::aliases::of_package(&mut conn, stored.id, after, size as u32 + 1).await?;
        cursor::page(found, size, |alias| alias.name.clone())
    }

    /// An alias, as it stands now.
    ///
    /// # Errors
    /// Not found when there is no such package or alias.
    pub async fn alias(&self, actor: &Actor, package: &PackageRef, alias: &RefName) -> Result<AliasSummary> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        catalog::aliases::find(&mut conn, stored.id, alias)
            .await?
            .ok_or_else(|| Error::not_found(format!("The alias “{alias}” of “{package}”")))
    }

    /// Whether only who manages the namespace may move and remove an alias, also one that is still to be made.
    ///
    /// # Errors
    /// Not found when there is no such package.
    pub async fn is_alias_protected(&self, actor: &Actor, package: &PackageRef, alias: &RefName) -> Result<bool> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        catalog::aliases::is_protected(&mut conn, stored.id, alias).await
    }

    /// The moves of an alias, newest first; those of one that was removed, too.
    ///
    /// # Errors
    /// Not found when there is no such package; invalid when the cursor is damaged.
    pub async fn alias_history(
        &self,
        actor: &Actor,
        package: &PackageRef,
        alias: &RefName,
        paging: Paging<'_>,
    ) -> Result<Page<AliasMove>> {
        actor.require(Permission::Search)?;
        let (before, size) = (paging.after()?, paging.size(MOVES));
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let rows = catalog::aliases::moves(&mut conn, stored.id, alias, before, size as u32 + 1).await?;
        let page = cursor::page(rows, size, |row| row.seq)?;
        let items = page.items.into_iter().map(catalog::aliases::MoveRow::summary).collect::<Result<_>>()?;
        Ok(Page { items, next: page.next })
    }

    /// Where an alias pointed at a moment, to the second: of several moves within one the last counts. Nothing when it was not
    /// there.
    ///
    /// # Errors
    /// Not found when there is no such package.
    pub async fn alias_at(
        &self,
        actor: &Actor,
        package: &PackageRef,
        alias: &RefName,
        moment: OffsetDateTime,
    ) -> Result<Option<RevisionSummary>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let moment = whole_seconds(moment.checked_to_offset(UtcOffset::UTC).unwrap_or(moment));
        match catalog::aliases::at(&mut conn, stored.id, alias, moment).await? {
            Some(seq) => Ok(Some(catalog::revisions::get(&mut conn, seq).await?.summary)),
            None => Ok(None),
        }
    }
}
