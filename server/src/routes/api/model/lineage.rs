//! Lineage: what packages are made from, and what they weigh with it.

use domain::lineage;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::RouteError;

/// What is around a package.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Lineage {
    /// The package itself, then all that it is made from and that is made from it, over several steps.
    nodes: Vec<LineageNode>,
    /// How they are related.
    links: Vec<LineageLink>,
    /// Whether that is all; where there is very much only the nearest is told.
    is_complete: bool,
}

/// A package, or something elsewhere.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct LineageNode {
    /// `model`, `dataset` or `code`.
    kind: String,
    /// `namespace/name`; a name alone only where it is not here.
    name: String,
    /// Whether it is a package here.
    is_here: bool,
}

/// How two nodes are related, named by their places in `nodes`, from 0.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct LineageLink {
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

/// What a package is made from.
#[derive(Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct LineageEdge {
    /// `derived_from`, `fine_tuned_from`, `adapter_of`, `quantized_from`, `merged_from`, `trained_on` or `uses_code`.
    #[schema(example = "fine_tuned_from")]
    relation: String,
    /// `namespace/name`, or a name alone. It need not be here.
    #[schema(example = "acme/bert")]
    target: String,
}

impl LineageEdge {
    /// As the services take it.
    pub(in super::super) fn edge(&self) -> Result<lineage::Edge, RouteError> {
        Ok(lineage::Edge { relation: self.relation.parse()?, target: self.target.parse()? })
    }
}

/// What a package weighs.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Cost {
    /// The bytes of the revision's files, each content once.
    alone: u64,
    /// The same with the heads of `main` of all packages here that it is made from, each content once over all of them.
    with_ancestors: u64,
    /// How many packages those are.
    ancestors: u64,
    /// Whether all of them were counted.
    is_complete: bool,
}

impl From<lineage::Cost> for Cost {
    fn from(cost: lineage::Cost) -> Self {
        let lineage::Cost { alone, with_ancestors, ancestors, is_complete } = cost;
        Self { alone, with_ancestors, ancestors, is_complete }
    }
}
