//! A graph as a drawing: boxes in layers from left to right, what something is made from left of it, and lines between them.
//!
//! The steps are those of Sugiyama, Tagawa and Toda (1981): turn round what closes a circle, put each box right of all that lead to
//! it, let long lines pass through the layers between, and order each layer by where its neighbours are. Lengths are the units of
//! the drawing. The same graph is always drawn alike: the server and the browser draw it independently.

use std::collections::VecDeque;

/// The width of a box.
pub const BOX_WIDTH: u32 = 216;
/// The height of a box.
pub const BOX_HEIGHT: u32 = 48;
/// Between two layers.
const LAYER_GAP: u32 = 56;
/// Between two boxes of a layer.
const BOX_GAP: u32 = 16;
/// The height that a passing line takes.
const PASSAGE: u32 = 8;
/// Around the drawing.
const MARGIN: u32 = 8;
/// How much of a drawing is seen without scrolling, at the least.
const SEEN: u32 = 600;
/// How often the order of the layers is improved, in turns from the left and from the right.
const SWEEPS: usize = 8;

/// Where everything stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The upper left corner of each node's box.
    pub boxes: Vec<(u32, u32)>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line from a box to one that is made from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The place of its link.
    pub link: usize,
    /// The points that it goes through, from the side of the first box to that of the second: pairs of a curve's ends.
    pub points: Vec<(u32, u32)>,
}

/// Draws a graph of so many nodes. A link is the place of a node and that of what it is made from; one that leads to its own node,
/// or to none, has no line.
#[must_use]
pub fn draw(nodes: usize, links: &[(usize, usize)]) -> Drawing {
    let is_drawn = |&(from, to): &(usize, usize)| from != to && from < nodes && to < nodes;
    // from left to right: from what something is made from to what is made from it
    let lines: Vec<_> =
        links.iter().enumerate().filter(|(_, link)| is_drawn(link)).map(|(at, &(from, to))| (at, to, from)).collect();
    let arrows: Vec<_> = lines.iter().map(|&(_, left, right)| (left, right)).collect();
    let turned = closing_circles(nodes, &arrows);
    let arrows: Vec<_> = arrows
        .into_iter()
        .zip(&turned)
        .map(|((left, right), turned)| if *turned { (right, left) } else { (left, right) })
        .collect();
    let layers = layers(nodes, &arrows);

    let mut plan = Plan::new(&layers);
    let chains: Vec<_> = arrows.iter().map(|&(left, right)| plan.connect(left, right)).collect();
    plan.improve();
    let (places, width, height) = plan.places();

    let lines = lines
        .iter()
        .zip(&turned)
        .zip(chains)
        .map(|((&(link, ..), turned), chain)| {
            let mut points = points(&chain, nodes, &places);
            if *turned {
                points.reverse();
            }
            Line { link, points }
        })
        .collect();
    Drawing { width, height, boxes: places.into_iter().take(nodes).collect(), lines }
}

/// Which arrows lead back to where a walk came from: turned round, there is no circle left.
fn closing_circles(nodes: usize, arrows: &[(usize, usize)]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Visit {
        Never,
        Now,
        Before,
    }
    let mut leaving = vec![Vec::new(); nodes];
    for (at, &(left, _)) in arrows.iter().enumerate() {
        leaving[left].push(at);
    }
    let mut visits = vec![Visit::Never; nodes];
    let mut closing = vec![false; arrows.len()];
    for start in 0..nodes {
        if visits[start] != Visit::Never {
            continue;
        }
        visits[start] = Visit::Now;
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.pop() {
            let Some(&arrow) = leaving[node].get(next) else {
                visits[node] = Visit::Before;
                continue;
            };
            way.push((node, next + 1));
            let onward = arrows[arrow].1;
            match visits[onward] {
                Visit::Never => {
                    visits[onward] = Visit::Now;
                    way.push((onward, 0));
                }
                Visit::Now => closing[arrow] = true,
                Visit::Before => {}
            }
        }
    }
    closing
}

/// The layer of each node, from 0: right of all that lead to it, and what nothing leads to next to the first that it leads to.
fn layers(nodes: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let mut leaving = vec![Vec::new(); nodes];
    let mut awaited = vec![0_usize; nodes];
    for &(left, right) in arrows {
        leaving[left].push(right);
        awaited[right] += 1;
    }
    let is_start: Vec<_> = awaited.iter().map(|count| *count == 0).collect();
    let mut layers = vec![0; nodes];
    let mut ready: VecDeque<_> = (0..nodes).filter(|node| is_start[*node]).collect();
    while let Some(node) = ready.pop_front() {
        for &right in &leaving[node] {
            layers[right] = layers[right].max(layers[node] + 1);
            awaited[right] -= 1;
            if awaited[right] == 0 {
                ready.push_back(right);
            }
        }
    }
    for node in 0..nodes {
        let nearest = leaving[node].iter().map(|right| layers[*right]).min();
        if let Some(nearest) = nearest.filter(|_| is_start[node]) {
            layers[node] = nearest - 1;
        }
    }
    let first = layers.iter().copied().min().unwrap_or_default();
    layers.into_iter().map(|layer| layer - first).collect()
}

/// What stands in the layers: the nodes, by their numbers, and after them the passages of long lines.
struct Plan {
    nodes: usize,
    layer_of: Vec<usize>,
    /// The items of each layer, from top to bottom.
    layers: Vec<Vec<usize>>,
    /// The neighbours of each item in the layer to the left, and to the right.
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
}

impl Plan {
    fn new(layer_of: &[usize]) -> Self {
        let nodes = layer_of.len();
        let mut layers = vec![Vec::new(); layer_of.iter().max().map_or(0, |last| last + 1)];
        for (node, layer) in layer_of.iter().enumerate() {
            layers[*layer].push(node);
        }
        Self { nodes, layer_of: layer_of.to_vec(), layers, left: vec![Vec::new(); nodes], right: vec![Vec::new(); nodes] }
    }

    /// Leads a line through the layers between two nodes; the items that it touches.
    fn connect(&mut self, from: usize, to: usize) -> Vec<usize> {
        let mut chain = vec![from];
        for layer in self.layer_of[from] + 1..self.layer_of[to] {
            let passage = self.layer_of.len();
            self.layer_of.push(layer);
            self.layers[layer].push(passage);
            self.left.push(Vec::new());
            self.right.push(Vec::new());
            chain.push(passage);
        }
        chain.push(to);
        for pair in chain.windows(2) {
            self.right[pair[0]].push(pair[1]);
            self.left[pair[1]].push(pair[0]);
        }
        chain
    }

    /// Moves each item of a layer to the middle of its neighbours in the layer before, in turns from both sides.
    fn improve(&mut self) {
        let last = self.layers.len();
        for sweep in 0..SWEEPS {
            if sweep % 2 == 0 {
                (1..last).for_each(|layer| self.order(layer, layer - 1, false));
            } else {
                (0..last.saturating_sub(1)).rev().for_each(|layer| self.order(layer, layer + 1, true));
            }
        }
    }

    fn order(&mut self, layer: usize, beside: usize, to_the_right: bool) {
        let mut place = vec![0; self.layer_of.len()];
        for (at, item) in self.layers[beside].iter().enumerate() {
            place[*item] = at;
        }
        let neighbours = if to_the_right { &self.right } else { &self.left };
        let mut items: Vec<_> = self.layers[layer]
            .iter()
            .enumerate()
            .map(|(at, &item)| {
                let near = &neighbours[item];
                // thousandths, as whole numbers: they are the same on every machine; without neighbours it stays where it is
                let middle = near.iter().map(|other| place[*other] * 1000).sum::<usize>().checked_div(near.len());
                (middle.unwrap_or(at * 1000), item)
            })
            .collect();
        items.sort_by_key(|(middle, _)| *middle);
        self.layers[layer] = items.into_iter().map(|(_, item)| item).collect();
    }

    fn height(&self, item: usize) -> u32 {
        if item < self.nodes { BOX_HEIGHT } else { PASSAGE }
    }

    /// The upper left corner of each item, and the width and height of all. Layers are centred, but in what is seen at first: beside
    /// a long list of what it is made from, a package would stand far below.
    fn places(&self) -> (Vec<(u32, u32)>, u32, u32) {
        let height_of =
            |items: &Vec<usize>| items.iter().map(|item| self.height(*item) + BOX_GAP).sum::<u32>().saturating_sub(BOX_GAP);
        let tallest = self.layers.iter().map(height_of).max().unwrap_or_default();
        let mut places = vec![(0, 0); self.layer_of.len()];
        let mut x = MARGIN;
        for items in &self.layers {
            let height = height_of(items);
            let mut y = MARGIN + (tallest.min(SEEN.max(height)) - height) / 2;
            for item in items {
                places[*item] = (x, y);
                y += self.height(*item) + BOX_GAP;
            }
            x += BOX_WIDTH + LAYER_GAP;
        }
        let width = (x + MARGIN).saturating_sub(LAYER_GAP).max(2 * MARGIN);
        (places, width, tallest + 2 * MARGIN)
    }
}

/// The points of a line that touches these items: out of the first on its right side, across the passages, in to the last.
fn points(chain: &[usize], nodes: usize, places: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let last = chain.len() - 1;
    let mut points = Vec::with_capacity(2 * last);
    for (at, &item) in chain.iter().enumerate() {
        let (x, y) = places[item];
        let middle = y + if item < nodes { BOX_HEIGHT } else { PASSAGE } / 2;
        if at > 0 {
            points.push((x, middle));
        }
        if at < last {
            points.push((x + BOX_WIDTH, middle));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The layers of the boxes, from left to right.
    fn columns(drawing: &Drawing) -> Vec<u32> {
        drawing.boxes.iter().map(|(x, _)| (x - MARGIN) / (BOX_WIDTH + LAYER_GAP)).collect()
    }

    #[test]
    fn what_something_is_made_from_stands_left_of_it() {
        // 0 is made from 1 and 2, 1 from 3; 4 is made from 0
        let drawing = draw(5, &[(0, 1), (0, 2), (1, 3), (4, 0)]);
        assert_eq!(columns(&drawing), [2, 1, 1, 0, 3], "and what is made from nothing next to what it leads to");
        assert_eq!(
            (drawing.width, drawing.height),
            (2 * MARGIN + 4 * BOX_WIDTH + 3 * LAYER_GAP, 2 * MARGIN + 2 * BOX_HEIGHT + BOX_GAP)
        );
    }

    #[test]
    fn one_box_alone_and_none_at_all() {
        let one = draw(1, &[]);
        assert_eq!((one.boxes, one.width, one.height), (vec![(MARGIN, MARGIN)], BOX_WIDTH + 2 * MARGIN, BOX_HEIGHT + 2 * MARGIN));
        assert_eq!(draw(0, &[(0, 0)]).boxes, []);
    }

    #[test]
    fn what_is_made_from_much_is_seen_at_first() {
        let links: Vec<_> = (1..60).map(|other| (0, other)).collect();
        let drawing = draw(60, &links);
        let (_, top) = drawing.boxes[0];
        assert!(drawing.height > 2 * SEEN && top + BOX_HEIGHT < SEEN, "{top} of {}", drawing.height);
        // what fits is centred as a whole
        let drawing = draw(4, &[(0, 1), (0, 2), (0, 3)]);
        assert_eq!(2 * drawing.boxes[0].1 + BOX_HEIGHT, drawing.height);
    }

    #[test]
    fn lines_are_led_past_boxes_and_do_not_cross_without_need() {
        // a ladder whose rungs are listed crosswise
        let drawing = draw(6, &[(1, 0), (2, 1), (2, 0), (4, 3), (5, 4)]);
        let long = drawing.lines.iter().find(|line| line.link == 2).unwrap();
        assert_eq!(long.points.len(), 4, "it passes one layer");
        let (_, passing) = long.points[1];
        assert!(
            drawing.boxes.iter().all(|&(x, y)| x != long.points[1].0 || passing < y || passing > y + BOX_HEIGHT),
            "{drawing:?}"
        );
        // two pairs: the order of the boxes follows the order of what they are made from
        let drawing = draw(4, &[(2, 1), (3, 0)]);
        assert_eq!(drawing.boxes[2].1 > drawing.boxes[3].1, drawing.boxes[1].1 > drawing.boxes[0].1);
    }

    #[test]
    fn a_circle_has_one_line_that_leads_back() {
        let drawing = draw(3, &[(0, 1), (1, 2), (2, 0)]);
        let back = drawing.lines.iter().filter(|line| line.points[0].0 > line.points[line.points.len() - 1].0).count();
        assert_eq!((drawing.lines.len(), back), (3, 1));
        assert!(draw(2, &[(0, 0), (0, 7)]).lines.is_empty());
    }

    proptest! {
        #[test]
        fn boxes_do_not_overlap_and_lines_end_at_them(
            nodes in 1..24_usize,
            links in proptest::collection::vec((0..26_usize, 0..26_usize), 0..60),
        ) {
            let drawing = draw(nodes, &links);
            prop_assert_eq!(&drawing, &draw(nodes, &links));
            prop_assert_eq!(drawing.boxes.len(), nodes);
            for (at, &(x, y)) in drawing.boxes.iter().enumerate() {
                prop_assert!(x + BOX_WIDTH <= drawing.width && y + BOX_HEIGHT <= drawing.height);
                for &(other_x, other_y) in &drawing.boxes[..at] {
                    prop_assert!(x.abs_diff(other_x) >= BOX_WIDTH || y.abs_diff(other_y) >= BOX_HEIGHT);
                }
            }
            let drawn: Vec<_> = (0..links.len()).filter(|at| { let (from, to) = links[*at]; from != to && from < nodes && to < nodes }).collect();
            prop_assert_eq!(drawing.lines.iter().map(|line| line.link).collect::<Vec<_>>(), drawn);
            for line in &drawing.lines {
                let (from, to) = links[line.link];
                let ends = [(to, line.points[0]), (from, line.points[line.points.len() - 1])];
                for (node, (x, y)) in ends {
                    let (left, top) = drawing.boxes[node];
                    prop_assert!((x == left || x == left + BOX_WIDTH) && y == top + BOX_HEIGHT / 2);
                }
                prop_assert_eq!(line.points.len() % 2, 0);
            }
        }

        #[test]
        fn without_circles_every_line_goes_to_the_right(
            nodes in 2..24_usize,
            links in proptest::collection::vec((0..24_usize, 0..24_usize), 0..60),
        ) {
            // made from what has a lower number
            let links: Vec<_> = links.into_iter().map(|(a, b)| (a.max(b) % nodes, a.min(b) % nodes)).filter(|(from, to)| from > to).collect();
            let drawing = draw(nodes, &links);
            for line in &drawing.lines {
                prop_assert!(line.points.windows(2).all(|pair| pair[0].0 < pair[1].0), "{:?}", line);
            }
        }
    }
}
