//! What is around a package, as a graph: what it is made from, and what is made from it.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Origin, RelatedName, Relation};
use crate::{PackageKind, PackageRef};

/// How many steps away from the package are shown.
pub const MAX_DEPTH: u32 = 16;
/// How many packages and names that a package is made from are shown: more than one package can name itself.
pub const MAX_ANCESTORS: usize = 200;
/// How many packages that are made from a package are shown.
pub const MAX_DESCENDANTS: usize = 100;

/// A package, or something elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What it holds.
    pub kind: PackageKind,
    /// What it is called, in the spelling of its owner when it is here.
    pub name: RelatedName,
    /// Whether it is a package here, that whoever asked may see.
    pub is_here: bool,
}

impl Node {
    /// The package, when it is here.
    #[must_use]
    pub fn package(&self) -> Option<PackageRef> {
        self.name.package(self.kind).filter(|_| self.is_here)
    }

    /// By what two mentions of the same node are known.
    fn key(&self) -> (PackageKind, (String, String)) {
        (self.kind, self.name.key())
    }
}

impl From<&PackageRef> for Node {
    fn from(package: &PackageRef) -> Self {
        Self { kind: package.kind, name: package.into(), is_here: true }
    }
}

/// An edge between two nodes, named by their places in [`Graph::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Link {
    /// What is made from the other.
    pub from: u32,
    /// What the other is made from.
    pub to: u32,
    /// How.
    pub relation: Relation,
    /// Who says so.
    pub origin: Origin,
}

/// What is around a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    /// The package itself, then everything else.
    pub nodes: Vec<Node>,
    /// The edges between them, each once.
    pub links: Vec<Link>,
    /// Whether that is all; where there is very much only the nearest is here.
    pub is_complete: bool,
}

/// An edge as a walk finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How many steps from the package this edge is, from 1.
    pub depth: u32,
    /// The package that has it.
    pub source: PackageRef,
    /// What it means.
    pub relation: Relation,
    /// Who says so.
    pub origin: Origin,
    /// Where it leads.
    pub target: Node,
}

impl Graph {
    /// Puts together what walks from a package found, the nearest first: upwards, to what it is made from, and downwards. An edge
    /// may be found several times, where there are several ways to it or a circle.
    #[must_use]
    pub fn assemble(package: &PackageRef, upwards: Vec<Found>, downwards: Vec<Found>) -> Self {
        let mut graph = Assembly::default();
        graph.node(package.into(), 1);
        for (mut found, limit) in [(upwards, MAX_ANCESTORS), (downwards, MAX_DESCENDANTS)] {
            // engines find what is equally near in orders of their own
            found.sort_by_cached_key(|edge| {
                let (source, target) = (edge.source.full_name(), edge.target.name.to_string());
                (edge.depth, source.to_ascii_lowercase(), edge.relation, target.to_ascii_lowercase())
            });
            let limit = graph.nodes.len() + limit;
            for edge in found {
                graph.add(edge, limit);
            }
        }
        Self { nodes: graph.nodes, links: graph.links, is_complete: !graph.was_cut }
    }

    /// The package that it is around.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.nodes.first()
    }

    /// The edges that the package itself has.
    pub fn own_links(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(|link| link.from == 0)
    }

    /// How many of what it is made from are not here.
    #[must_use]
    pub fn elsewhere(&self) -> usize {
        self.nodes.iter().filter(|node| !node.is_here).count()
    }
}

/// A graph that grows.
#[derive(Default)]
struct Assembly {
    nodes: Vec<Node>,
    links: Vec<Link>,
    places: HashMap<(PackageKind, (String, String)), u32>,
    known: HashSet<(u32, u32, Relation)>,
    was_cut: bool,
}

impl Assembly {
    /// The place of a node, which is added when there is room.
    fn node(&mut self, node: Node, limit: usize) -> Option<u32> {
        let key = node.key();
        if let Some(&place) = self.places.get(&key) {
            return Some(place);
        }
        let place = u32::try_from(self.nodes.len()).ok().filter(|_| self.nodes.len() < limit)?;
        self.places.insert(key, place);
        self.nodes.push(node);
        Some(place)
    }

    fn add(&mut self, edge: Found, limit: usize) {
        // beyond the last step only what was seen before is taken
        let limit = if edge.depth > MAX_DEPTH { 0 } else { limit };
        let Some((from, to)) = self.node((&edge.source).into(), limit).zip(self.node(edge.target, limit)) else {
            self.was_cut = true;
            return;
        };
        if self.known.insert((from, to, edge.relation)) {
            self.links.push(Link { from, to, relation: edge.relation, origin: edge.origin });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> PackageRef {
        PackageRef::parse(PackageKind::Model, name).unwrap()
    }

    fn found(depth: u32, source: &str, target: &str) -> Found {
        Found {
            depth,
            source: package(source),
            relation: Relation::DerivedFrom,
            origin: Origin::Files,
            target: Node { kind: PackageKind::Model, name: target.parse().unwrap(), is_here: target.contains('/') },
        }
    }

    fn names(graph: &Graph) -> Vec<String> {
        graph.nodes.iter().map(|node| node.name.to_string()).collect()
    }

    fn pairs(graph: &Graph) -> Vec<(u32, u32)> {
        graph.links.iter().map(|link| (link.from, link.to)).collect()
    }

    #[test]
    fn a_package_without_lineage_is_alone() {
        let graph = Graph::assemble(&package("a/x"), Vec::new(), Vec::new());
        assert_eq!((names(&graph), graph.links.len(), graph.is_complete), (vec!["a/x".to_owned()], 0, true));
        assert_eq!(graph.root().unwrap().package(), Some(package("a/x")));
    }

    #[test]
    fn several_ways_to_the_same_are_one_node_and_one_link_each() {
        let up = vec![
            found(1, "a/x", "a/y"),
            found(1, "a/x", "A/Z"),
            found(2, "a/y", "bert"),
            found(2, "A/Z", "BERT"),
            found(3, "a/y", "bert"),
        ];
        let down = vec![found(1, "b/w", "a/X"), found(2, "b/v", "B/w")];
        let graph = Graph::assemble(&package("a/x"), up, down);
        assert_eq!(names(&graph), ["a/x", "a/y", "A/Z", "bert", "b/w", "b/v"]);
        assert_eq!(pairs(&graph), [(0, 1), (0, 2), (1, 3), (2, 3), (4, 0), (5, 4)]);
        assert_eq!((graph.own_links().count(), graph.elsewhere(), graph.is_complete), (2, 1, true));
        assert_eq!(graph.nodes[3].package(), None);
    }

    #[test]
    fn a_circle_is_complete_however_often_it_is_walked() {
        let up =
            (1..=MAX_DEPTH + 1).map(|depth| if depth % 2 == 1 { found(depth, "a/x", "a/y") } else { found(depth, "a/y", "a/x") });
        let graph = Graph::assemble(&package("a/x"), up.collect(), Vec::new());
        assert_eq!((pairs(&graph), graph.is_complete), (vec![(0, 1), (1, 0)], true));
    }

    #[test]
    fn what_is_too_far_or_too_much_is_cut_and_told() {
        let chain = (1..=MAX_DEPTH + 1).map(|depth| found(depth, &format!("a/x{}", depth - 1), &format!("a/x{depth}")));
        let graph = Graph::assemble(&package("a/x0"), chain.collect(), Vec::new());
        assert_eq!((graph.nodes.len(), graph.is_complete), (MAX_DEPTH as usize + 1, false));
        let many = |count: usize| (0..count).map(|number| found(1, &format!("b/y{number}"), "a/x")).collect::<Vec<_>>();
        for (count, is_complete) in [(MAX_DESCENDANTS, true), (MAX_DESCENDANTS + 1, false)] {
            let graph = Graph::assemble(&package("a/x"), vec![found(1, "a/x", "bert")], many(count));
            assert_eq!((graph.nodes.len(), graph.is_complete), (MAX_DESCENDANTS + 2, is_complete), "{count}");
        }
    }
}
