//! Lineage: what packages are made from.
//!
//! An edge leads from a package to a *name*. The name may be that of a package here, now or later, or of one elsewhere; whoever
//! looks finds out. What a package's own files say is read by [`edges_in_files`]; people add and remove edges by hand.

/// A graph as a drawing: boxes in layers, and lines between them.
mod drawing;
/// What files say about the lineage of their package.
mod files;
/// What is around a package, as a graph.
mod graph;
/// The name at the end of an edge.
mod name;
/// What an edge means.
mod relation;

pub use drawing::{BOX_HEIGHT, BOX_WIDTH, Drawing, Line, draw};
pub use files::{ADAPTER_FILE, CONFIG_FILE, MAX_FILE_BYTES, MAX_IN_FILES, Sources, edges_in_files};
pub use graph::{Found, Graph, Link, MAX_ANCESTORS, MAX_DEPTH, MAX_DESCENDANTS, Node};
pub use name::RelatedName;
pub use relation::{Origin, Relation};

use serde::{Deserialize, Serialize};

/// How many edges of a package may be added by hand.
pub const MAX_ADDED: u64 = 50;
/// How many edges that the files of a package name, or named, may be taken back by hand.
pub const MAX_REMOVED: u64 = 200;

/// An edge, as its package has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edge {
    /// What it means.
    pub relation: Relation,
    /// Where it leads.
    pub target: RelatedName,
}

/// What a package weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The bytes of the revision's files, each content once.
    pub alone: u64,
    /// The same with the heads of `main` of all packages here that it is made from, each content once over all of them.
    pub with_ancestors: u64,
    /// How many packages here it is made from.
    pub ancestors: u64,
    /// Whether all of them were counted: where there are very many, or very many files, only the nearest are.
    pub is_complete: bool,
}
