//! The lineage of a package as a picture: what it is made from at its left, what is made from it at its right.

use domain::{
    PackageKind,
    lineage::{BOX_HEIGHT, BOX_WIDTH, Drawing, Graph, Line, Node, Relation, draw},
};
use leptos::prelude::*;

/// How many characters of a name fit into a box.
const SHOWN: usize = 25;
/// Units of the drawing to one rem: it grows with the text of the reader.
const UNITS_OF_REM: f64 = 16.0;

/// The graph. Boxes of packages here are links.
#[component]
pub fn LineageGraph(
    /// What is around the package.
    graph: Graph,
) -> impl IntoView {
    let pairs: Vec<_> = graph.links.iter().map(|link| (link.from as usize, link.to as usize)).collect();
    let Drawing { width, height, boxes, lines } = draw(graph.nodes.len(), &pairs);
    let lines: Vec<_> = lines.iter().map(|line| line_view(&graph, line)).collect();
    let boxes: Vec<_> =
        graph.nodes.iter().zip(boxes).enumerate().map(|(place, (node, corner))| box_view(node, corner, place == 0)).collect();
    let rems = |units: u32| format!("{}rem", f64::from(units) / UNITS_OF_REM);
    view! {
        <div class="lineage-frame" tabindex="0" role="region" aria-label="Graph of the lineage">
            <svg
                class="lineage-graph"
                viewBox=format!("0 0 {width} {height}")
                width=rems(width)
                height=rems(height)
                role="group"
                aria-label="The same as the table below, as a picture"
            >
                <defs>
                    <marker id="lineage-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto">
                        <path class="lineage-arrow" d="M0 0L8 4L0 8z"></path>
                    </marker>
                </defs>
                <g aria-hidden="true">{lines}</g>
                {boxes}
            </svg>
        </div>
        <p class="lineage-legend muted" aria-hidden="true">
            "Arrows lead from what something is made from. "
            <span class="lineage-key">"weights"</span>
            <span class="lineage-key lineage-key-data">"data"</span>
            <span class="lineage-key lineage-key-code">"code"</span>
        </p>
    }
}

fn line_view(graph: &Graph, line: &Line) -> AnyView {
    let relation = graph.links.get(line.link).map(|link| link.relation);
    let class = match relation {
        Some(Relation::TrainedOn) => "lineage-line lineage-line-data",
        Some(Relation::UsesCode) => "lineage-line lineage-line-code",
        Some(
            Relation::DerivedFrom
            | Relation::FineTunedFrom
            | Relation::AdapterOf
            | Relation::QuantizedFrom
            | Relation::MergedFrom,
        )
        | None => "lineage-line",
    };
    view! {
        <g>
            <path class=class d=path_of(&line.points) marker-end="url(#lineage-arrow)">
                <title>{relation.map(Relation::words)}</title>
            </path>
        </g>
    }
    .into_any()
}

/// A curve between each pair of points, and straight across the layers between.
fn path_of(points: &[(u32, u32)]) -> String {
    let mut path = String::new();
    for (at, pair) in points.chunks_exact(2).enumerate() {
        let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
        let middle = u32::midpoint(x, to_x);
        let start = if at == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{start}{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"));
    }
    path
}

fn box_view(node: &Node, (x, y): (u32, u32), is_root: bool) -> AnyView {
    let (full_name, address) = (node.name.to_string(), node.package().map(|package| package.page()));
    let class = match (is_root, node.is_here) {
        (true, _) => "lineage-box lineage-box-root",
        (false, true) => "lineage-box",
        (false, false) => "lineage-box lineage-box-elsewhere",
    };
    let owner = node.name.namespace().map(|namespace| clipped(&format!("{namespace}/")));
    let above: Vec<_> = kind_mark(node.kind).map(str::to_owned).into_iter().chain(owner).collect();
    let label = if node.is_here { full_name.clone() } else { format!("{full_name}, not here") };
    let shape = view! {
        <g>
            <title>{full_name}</title>
            <rect x=x y=y width=BOX_WIDTH height=BOX_HEIGHT rx="8"></rect>
            <text class="lineage-owner" x=x + 12 y=y + 19>{above.join(" · ")}</text>
            <text class="lineage-name" x=x + 12 y=y + 37>{clipped(node.name.name())}</text>
        </g>
    };
    match address {
        Some(address) => view! {
            <g class=class>
                <a href=address aria-label=label aria-current=is_root.then_some("page")>{shape}</a>
            </g>
        }
        .into_any(),
        None => view! { <g class=class role="img" aria-label=label>{shape}</g> }.into_any(),
    }
}

/// The kind of a node, where it is not the usual one.
const fn kind_mark(kind: PackageKind) -> Option<&'static str> {
    match kind {
        PackageKind::Model => None,
        PackageKind::Dataset => Some("data"),
        PackageKind::Code => Some("code"),
    }
}

/// The beginning of what does not fit. Names are ASCII.
fn clipped(text: &str) -> String {
    match text.get(..SHOWN).filter(|_| text.len() > SHOWN) {
        Some(beginning) => format!("{beginning}…"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_curves_that_pass_straight_through_layers() {
        assert_eq!(path_of(&[(0, 5), (10, 15)]), "M0 5C5 5 5 15 10 15");
        assert_eq!(path_of(&[(0, 5), (10, 9), (20, 9), (30, 5)]), "M0 5C5 5 5 9 10 9L20 9C25 9 25 5 30 5");
        assert_eq!(path_of(&[]), "");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(clipped("bert"), "bert");
        assert_eq!(clipped(&"x".repeat(SHOWN)), "x".repeat(SHOWN));
        assert_eq!(clipped(&"x".repeat(SHOWN + 1)), format!("{}…", "x".repeat(SHOWN)));
    }
}
