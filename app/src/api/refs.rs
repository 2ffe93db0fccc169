//! Branches, versions and aliases: listed, made, moved, removed. `expected` is where the caller saw an alias: the forty digits of a revision,
//! `none`, or nothing when it does not matter.

use domain::{
    RevisionId,
    lifecycle::{AliasMove, AliasSummary},
    listing::{Page, RefSummary, RevisionSummary},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// The refs of one kind (`branch`, `tag` or `alias`): `main` first, the highest version first, then by name.
#[server(prefix = "/rpc", endpoint = "refs", input = GetUrl)]
pub async fn refs(
    kind: String,
    namespace: String,
    name: String,
    ref_kind: String,
    cursor: Option<String>,
) -> Result<Page<RefSummary>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.refs_of_kind(&ssr::actor()?, &package, ref_kind.parse()?, cursor.as_deref().into()).await)
}

/// Makes a branch at the revision `from`.
#[server(prefix = "/rpc", endpoint = "create_branch")]
pub async fn create_branch(
    kind: String,
    namespace: String,
    name: String,
    branch: String,
    from: Option<String>,
) -> Result<RevisionId, AppError> {
    use domain::lifecycle::Expected;

    use crate::ssr;
    let (package, from) = ssr::target(&kind, &namespace, &name, from)?;
    ssr::respond(
        ssr::registry()?
            .create_branch(&ssr::actor()?, &package, &branch.parse()?, Expected::Anything, &from)
            .await
            .map(|branch| branch.revision),
    )
}

/// Removes a branch; its revisions stay.
#[server(prefix = "/rpc", endpoint = "delete_branch")]
pub async fn delete_branch(kind: String, namespace: String, name: String, branch: String) -> Result<(), AppError> {
    use domain::lifecycle::Expected;

    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.delete_branch(&ssr::actor()?, &package, &branch.parse()?, Expected::Anything).await)
}

/// Gives the revision `at` a version, which never moves. Giving it again is no error.
#[server(prefix = "/rpc", endpoint = "create_tag")]
pub async fn create_tag(
    kind: String,
    namespace: String,
    name: String,
    version: String,
    at: Option<String>,
) -> Result<RevisionId, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    let made = ssr::registry()?.create_tag(&ssr::actor()?, &package, &version.trim().parse()?, &at).await;
    ssr::respond(made.map(|version| version.revision))
}

/// The aliases of a package, by name.
#[server(prefix = "/rpc", endpoint = "aliases", input = GetUrl)]
pub async fn aliases(
    kind: String,
    namespace: String,
    name: String,
    cursor: Option<String>,
) -> Result<Page<AliasSummary>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.aliases(&ssr::actor()?, &package, cursor.as_deref().into()).await)
}

/// The moves of an alias, newest first.
#[server(prefix = "/rpc", endpoint = "alias_history", input = GetUrl)]
pub async fn alias_history(
    kind: String,
    namespace: String,
    name: String,
    alias: String,
    cursor: Option<String>,
) -> Result<Page<AliasMove>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.alias_history(&ssr::actor()?, &package, &alias.parse()?, cursor.as_deref().into()).await)
}

/// Where an alias pointed at a moment, such as `2026-03-01` or `2026-03-01T12:00:00Z`; nothing when it was not there.
#[server(name = GetAliasAt, prefix = "/rpc", endpoint = "alias_at", input = GetUrl)]
pub async fn alias_at(
    kind: String,
    namespace: String,
    name: String,
    alias: String,
    moment: String,
) -> Result<Option<RevisionSummary>, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let moment = domain::lifecycle::moment(&moment)?;
    ssr::respond(ssr::registry()?.alias_at(&ssr::actor()?, &package, &alias.parse()?, moment).await)
}

/// Points an alias at the revision `to`; it is made when missing.
#[server(prefix = "/rpc", endpoint = "move_alias")]
pub async fn move_alias(
    kind: String,
    namespace: String,
    name: String,
    alias: String,
    to: Option<String>,
    expected: Option<String>,
    reason: Option<String>,
) -> Result<RevisionId, AppError> {
    use crate::ssr;
    let (package, to) = ssr::target(&kind, &namespace, &name, to)?;
    let step = ssr::alias_step(package, &alias, expected, reason)?;
    ssr::respond(ssr::registry()?.move_alias(&ssr::actor()?, &step, &to).await.map(|alias| alias.revision))
}

/// Points an alias at where it pointed before its last move.
#[server(prefix = "/rpc", endpoint = "roll_alias_back")]
pub async fn roll_alias_back(
    kind: String,
    namespace: String,
    name: String,
    alias: String,
    expected: Option<String>,
    reason: Option<String>,
) -> Result<RevisionId, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let step = ssr::alias_step(package, &alias, expected, reason)?;
    ssr::respond(ssr::registry()?.roll_alias_back(&ssr::actor()?, &step).await.map(|alias| alias.revision))
}

/// Removes an alias; its history stays.
#[server(prefix = "/rpc", endpoint = "remove_alias")]
pub async fn remove_alias(
    kind: String,
    namespace: String,
    name: String,
    alias: String,
    expected: Option<String>,
    reason: Option<String>,
) -> Result<(), AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let step = ssr::alias_step(package, &alias, expected, reason)?;
    ssr::respond(ssr::registry()?.remove_alias(&ssr::actor()?, &step).await)
}

/// Says whether only who manages the namespace may move and remove an alias.
#[server(prefix = "/rpc", endpoint = "protect_alias")]
pub async fn protect_alias(
    kind: String,
    namespace: String,
    name: String,
    alias: String,
    protected: bool,
) -> Result<(), AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.protect_alias(&ssr::actor()?, &package, &alias.parse()?, protected).await)
}
