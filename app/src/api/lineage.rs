//! Lineage: what packages are made from, and what they weigh with it.

use domain::lineage::{Cost, Graph};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// What a package is made from, and what is made from it.
#[server(name = GetLineage, prefix = "/rpc", endpoint = "lineage", input = GetUrl)]
pub async fn lineage(kind: String, namespace: String, name: String) -> Result<Graph, AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.lineage(&ssr::actor()?, &package).await)
}

/// What a revision weighs, alone and with everything here that its package is made from.
#[server(name = GetCost, prefix = "/rpc", endpoint = "cost", input = GetUrl)]
pub async fn cost(kind: String, namespace: String, name: String, at: Option<String>) -> Result<Cost, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    ssr::respond(ssr::registry()?.cost(&ssr::actor()?, &package, &at).await)
}

/// Says what a package is made from.
#[server(prefix = "/rpc", endpoint = "add_lineage")]
pub async fn add_lineage(
    kind: String,
    namespace: String,
    name: String,
    relation: String,
    target: String,
) -> Result<(), AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let edge = domain::lineage::Edge { relation: relation.parse()?, target: target.parse()? };
    ssr::respond(ssr::registry()?.add_lineage(&ssr::actor()?, &package, &edge).await)
}

/// Takes back what a package is made from.
#[server(prefix = "/rpc", endpoint = "remove_lineage")]
pub async fn remove_lineage(
    kind: String,
    namespace: String,
    name: String,
    relation: String,
    target: String,
) -> Result<(), AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    let edge = domain::lineage::Edge { relation: relation.parse()?, target: target.parse()? };
    ssr::respond(ssr::registry()?.remove_lineage(&ssr::actor()?, &package, &edge).await)
}
