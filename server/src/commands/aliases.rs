//! Aliases at the command line: told as they are and as they were, moved, rolled back.

use domain::{
    PackageRef,
    lifecycle::{AliasMove, AliasSummary, Expected},
    refs::RefName,
    units,
};
use registry::{Actor, AliasStep, Error, Registry};

use super::{Failure, open, say};
use crate::{cli::Alias, config::Config};

/// Does what the arguments ask for, and tells what came of it.
pub(super) async fn run(config: &Config, arguments: Alias) -> Result<(), Failure> {
    let package = PackageRef::parse(arguments.kind, &arguments.package)?;
    let registry = open(config).await?;
    let lines = match &arguments.alias {
        None => all(&registry, &package).await,
        Some(alias) => one(&registry, &package, alias, &arguments).await,
    };
    registry.close().await;
    lines?.into_iter().try_for_each(say)
}

/// The aliases of a package.
async fn all(registry: &Registry, package: &PackageRef) -> Result<Vec<String>, Failure> {
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.aliases(&Actor::operator(), package, cursor.as_deref().into()).await?;
        lines.extend(page.items.iter().map(told));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(lines);
        }
    }
}

fn told(alias: &AliasSummary) -> String {
    let AliasSummary { name, revision, updated_at, is_protected, previous: _ } = alias;
    let protected = if *is_protected { "  protected" } else { "" };
    format!("{name}  {revision}  since {}{protected}", units::moment(*updated_at))
}

/// What is asked of one alias.
async fn one(registry: &Registry, package: &PackageRef, alias: &RefName, arguments: &Alias) -> Result<Vec<String>, Failure> {
    let operator = Actor::operator();
    let step = || AliasStep {
        package: package.clone(),
        alias: alias.clone(),
        expected: Expected::Anything,
        reason: arguments.reason.clone(),
    };
    if arguments.history {
        return history(registry, package, alias).await;
    }
    let revision = if let Some(moment) = arguments.at {
        let then = registry.alias_at(&operator, package, alias, moment).await?;
        let missing = || Error::not_found(format!("The alias “{alias}” of “{package}” on {}", units::moment(moment)));
        then.ok_or_else(missing)?.id
    } else if arguments.roll_back {
        registry.roll_alias_back(&operator, &step()).await?.revision
    } else if let Some(revision) = &arguments.revision {
        registry.move_alias(&operator, &step(), &revision.parse()?).await?.revision
    } else {
        registry.alias(&operator, package, alias).await?.revision
    };
    Ok(vec![format!("{package}@{revision}")])
}

/// The moves of an alias, also of one that was removed.
async fn history(registry: &Registry, package: &PackageRef, alias: &RefName) -> Result<Vec<String>, Failure> {
    let (mut lines, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.alias_history(&Actor::operator(), package, alias, cursor.as_deref().into()).await?;
        lines.extend(page.items.iter().map(told_of_move));
        cursor = page.next;
        if cursor.is_some() {
            continue;
        }
        if lines.is_empty() {
            return Err(Error::not_found(format!("The alias “{alias}” of “{package}”")).into());
        }
        return Ok(lines);
    }
}

fn told_of_move(AliasMove { from, to, by, at, reason }: &AliasMove) -> String {
    let place = |revision: &Option<domain::RevisionId>| revision.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let reason = if reason.is_empty() { String::new() } else { format!("  {reason}") };
    format!("{}  {by}  {} -> {}{reason}", units::moment(*at), place(from), place(to))
}
