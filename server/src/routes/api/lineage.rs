//! Lineage: what packages are made from, and what they weigh with it.

use axum::extract::State;
use domain::lineage;
use http::StatusCode;
use registry::Registry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    idempotency::KeyHeader,
    input::{Json, PackagePath, Path, Query, RevisionPath},
    refusals::Refused,
};
use crate::{error::RouteError, middleware::identity::Acting};

/// What is around a package.
#[derive(Serialize, ToSchema)]
pub(super) struct Lineage {
    /// The package itself, then all that it is made from and that is made from it, over several steps.
    nodes: Vec<LineageNode>,
    /// How they are related.
    links: Vec<LineageLink>,
    /// Whether that is all; where there is very much only the nearest is told.
    is_complete: bool,
}

/// A package, or something elsewhere.
#[derive(Serialize, ToSchema)]
pub(super) struct LineageNode {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// `namespace/name`; a name alone only where it is not here.
    name: String,
    /// Whether it is a package here.
    is_here: bool,
}

/// How two nodes are related, named by their places in `nodes`, from 0.
#[derive(Serialize, ToSchema)]
pub(super) struct LineageLink {
    /// What is made from the other.
    from: u32,
    /// What the other is made from.
    to: u32,
    /// `derived_from`, `fine_tuned_from`, `adapter_of`, `quantized_from`, `merged_from`, `trained_on` or `uses_code`.
    #[schema(example = "fine_tuned_from")]
    relation: &'static str,
    /// Who says so: `files` (of the head of `main`) or `hand`.
    #[schema(example = "files")]
    origin: &'static str,
}

impl From<lineage::Graph> for Lineage {
    fn from(graph: lineage::Graph) -> Self {
        let node =
            |node: lineage::Node| LineageNode { kind: node.kind.to_string(), name: node.name.to_string(), is_here: node.is_here };
        let link = |link: lineage::Link| LineageLink {
            from: link.from,
            to: link.to,
            relation: link.relation.as_str(),
            origin: link.origin.as_str(),
        };
        Self {
            nodes: graph.nodes.into_iter().map(node).collect(),
            links: graph.links.into_iter().map(link).collect(),
            is_complete: graph.is_complete,
        }
    }
}

/// What a package is made from, and what is made from it.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/lineage", tag = "lineage", params(PackagePath), responses((status = 200, body = Lineage), Refused))]
pub(super) async fn lineage(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
) -> Result<Json<Lineage>, RouteError> {
    Ok(Json(registry.lineage(acting.actor()?, &path.package()?).await?.into()))
}

/// What a package is made from.
#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LineageEdge {
    /// `derived_from`, `fine_tuned_from`, `adapter_of`, `quantized_from`, `merged_from`, `trained_on` or `uses_code`.
    #[schema(example = "fine_tuned_from")]
    relation: String,
    /// `namespace/name`, or a name alone. It need not be here.
    #[schema(example = "acme/bert")]
    target: String,
}

impl LineageEdge {
    fn edge(&self) -> Result<lineage::Edge, RouteError> {
        Ok(lineage::Edge { relation: self.relation.parse()?, target: self.target.parse()? })
    }
}

/// Says what a package is made from. It stays until it is taken back, whatever is uploaded.
#[utoipa::path(post, path = "/{kind}/{namespace}/{name}/lineage", tag = "lineage", params(KeyHeader, PackagePath), request_body = LineageEdge, responses((status = 204), Refused))]
pub(super) async fn add(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Json(edge): Json<LineageEdge>,
) -> Result<StatusCode, RouteError> {
    registry.add_lineage(acting.actor()?, &path.package()?, &edge.edge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back what a package is made from. What its files say stays away, too, also when they say it again.
#[utoipa::path(delete, path = "/{kind}/{namespace}/{name}/lineage", tag = "lineage", params(PackagePath, LineageEdge), responses((status = 204), Refused))]
pub(super) async fn remove(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<PackagePath>,
    Query(edge): Query<LineageEdge>,
) -> Result<StatusCode, RouteError> {
    registry.remove_lineage(acting.actor()?, &path.package()?, &edge.edge()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a package weighs.
#[derive(Serialize, ToSchema)]
pub(super) struct Cost {
    /// The bytes of the revision's files, each content once.
    alone: u64,
    /// The same with the heads of `main` of all packages here that it is made from, each content once over all of them.
    with_ancestors: u64,
    /// How many packages those are.
    ancestors: u64,
    /// Whether all of them were counted.
    is_complete: bool,
}

/// What a revision weighs, alone and with everything here that its package is made from.
#[utoipa::path(get, path = "/{kind}/{namespace}/{name}/cost/{revision}", tag = "lineage", params(RevisionPath), responses((status = 200, body = Cost), Refused))]
pub(super) async fn cost(
    State(registry): State<Registry>,
    acting: Acting,
    Path(path): Path<RevisionPath>,
) -> Result<Json<Cost>, RouteError> {
    let (package, revision) = path.revision()?;
    let lineage::Cost { alone, with_ancestors, ancestors, is_complete } =
        registry.cost(acting.actor()?, &package, &revision).await?;
    Ok(Json(Cost { alone, with_ancestors, ancestors, is_complete }))
}
