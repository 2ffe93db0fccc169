//! Aliases moved, rolled back, removed, protected: each step is noted in their history.

use domain::{
    ErrorKind, PackageRef,
    lifecycle::{AliasSummary, Expected, MAX_REASON},
    refs::{RefKind, RefName, RevisionSpec},
};

use super::whole_seconds;
use crate::{
    Actor, Error, Registry, Result, StateTag,
    branches::require_free,
    catalog::{self, Conn, aliases::Move, audit::Action, packages::StoredPackage, transact},
    expected::require_expected,
    now,
    packages::{locate, locked},
};

/// What is to be done to an alias.
#[derive(Clone, Debug)]
pub struct AliasStep {
    /// The package.
    pub package: PackageRef,
    /// The alias.
    pub alias: RefName,
    /// What the mover saw: otherwise nothing happens.
    pub expected: Expected,
    /// Why; may be empty.
    pub reason: String,
}

/// Where a step leads.
enum Target<'a> {
    Revision(&'a RevisionSpec),
    Previous,
    Nowhere,
}

impl Registry {
    /// Points an alias at a revision; it is made when missing.
    ///
    /// # Errors
    /// Not found when there is no such package or revision; outdated when the alias is not where it was expected; conflict when a
    /// branch or a version has the name; forbidden without the right to write or, for a protected alias, to manage the namespace.
    pub async fn move_alias(&self, actor: &Actor, step: &AliasStep, to: &RevisionSpec) -> Result<AliasSummary> {
        self.step(actor, step, &Target::Revision(to)).await?.ok_or_else(|| Error::not_found("The alias"))
    }

    /// Points an alias at where it pointed before its last move.
    ///
    /// # Errors
    /// As for [`Registry::move_alias`]; conflict when the alias was just made.
    pub async fn roll_alias_back(&self, actor: &Actor, step: &AliasStep) -> Result<AliasSummary> {
        self.step(actor, step, &Target::Previous).await?.ok_or_else(|| Error::not_found("The alias"))
    }

    /// Removes an alias. Its history stays.
    ///
    /// # Errors
    /// As for [`Registry::move_alias`]; not found when there is no such alias.
    pub async fn remove_alias(&self, actor: &Actor, step: &AliasStep) -> Result<()> {
        self.step(actor, step, &Target::Nowhere).await.map(|_| ())
    }

    /// Takes one step; the alias after it, if there is one then.
    async fn step(&self, actor: &Actor, step: &AliasStep, target: &Target<'_>) -> Result<Option<AliasSummary>> {
        let reason = checked_reason(&step.reason)?;
        let alias = &step.alias;
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, &step.package).await?;
            require_right(conn, actor, &stored, alias).await?;
            require_free(conn, actor, &stored, RefKind::Alias, alias).await?;
            let from = catalog::refs::resolve(conn, stored.id, Some(RefKind::Alias), alias).await?;
            let seen = catalog::aliases::find(conn, stored.id, alias).await?.map(|alias| alias.revision);
            require_expected(alias, step.expected, seen)?;
            let last = catalog::aliases::last_move(conn, stored.id, alias).await?;
            let to = match (target, from) {
                (Target::Revision(spec), _) => Some(locate(conn, actor, &stored.package, spec).await?.1.seq),
                (Target::Previous | Target::Nowhere, None) => {
                    return Err(Error::not_found(format!("The alias “{alias}” of “{}”", stored.package)));
                }
                (Target::Previous, Some(_)) => {
                    let previous = last.as_ref().and_then(|last| last.from);
                    Some(previous.ok_or_else(|| {
                        Error::conflict(format!(
                            "“{alias}” has pointed nowhere else since it was made: there is nothing to roll back to."
                        ))
                    })?)
                }
                (Target::Nowhere, Some(_)) => None,
            };
            if to != from {
                // clocks of several servers differ, histories do not go back
                let at = last.map_or_else(|| whole_seconds(now()), |last| last.at.max(whole_seconds(now())));
                let by = actor.name();
                catalog::aliases::apply(conn, &Move { package: stored.id, alias, from, to, by, at, reason: &reason }).await?;
            }
            let moved = catalog::aliases::find(conn, stored.id, alias).await?;
            if to != from {
                record(conn, actor, &stored, alias, moved.as_ref()).await?;
            }
            Ok(moved)
        })
    }

    /// Says whether only who manages the namespace may move and remove an alias, also one that is still to be made.
    ///
    /// # Errors
    /// Forbidden for who does not manage the namespace; not found when there is no such package; outdated when the protection is not
    /// as it was seen.
    pub async fn protect_alias(&self, actor: &Actor, package: &PackageRef, alias: &RefName, protected: bool) -> Result<()> {
        transact!(self.0.catalog, async |conn| {
            let stored = locked(conn, actor, package).await?;
            actor.require_manage_package(&stored)?;
            require_free(conn, actor, &stored, RefKind::Alias, alias).await?;
            let before = catalog::aliases::is_protected(conn, stored.id, alias).await?;
            actor.require_seen(format!("The protection of “{alias}”"), Some(StateTag::of_protection(alias, before)))?;
            catalog::aliases::protect(conn, stored.id, alias, protected).await?;
            let action = if protected { Action::ProtectAlias } else { Action::UnprotectAlias };
            let object = format!("{}/{}@{alias}", stored.package.kind, stored.package);
            catalog::audit::record(conn, actor.name(), actor.client(), action, &object, now()).await
        })
    }
}

/// Demands what a step needs: the right to write, or to manage when the alias is protected.
async fn require_right(conn: &mut Conn, actor: &Actor, package: &StoredPackage, alias: &RefName) -> Result<()> {
    let namespace = &package.package.namespace;
    actor.require_write(namespace)?;
    if actor.may_manage(namespace) || !catalog::aliases::is_protected(conn, package.id, alias).await? {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        format!("The alias “{alias}” is protected: only who manages the namespace “{namespace}” may move or remove it."),
    ))
}

/// Records a step.
async fn record(
    conn: &mut Conn,
    actor: &Actor,
    package: &StoredPackage,
    alias: &RefName,
    moved: Option<&AliasSummary>,
) -> Result<()> {
    let name = format!("{}/{}@{alias}", package.package.kind, package.package);
    let (action, object) = match moved {
        Some(moved) => (Action::MoveAlias, format!("{name} -> {}", moved.revision)),
        None => (Action::RemoveAlias, name),
    };
    catalog::audit::record(conn, actor.name(), actor.client(), action, &object, now()).await
}

/// A reason as it is kept.
fn checked_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.chars().count() > MAX_REASON || reason.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("The reason must have at most {MAX_REASON} characters, and no control characters."),
        ));
    }
    Ok(reason.to_owned())
}
