//! The order by relevance: packages of exactly the name wanted, those whose name holds it, the others; within each step the newest
//! first.

use super::{
    Found, Position, Search, Wanted, ask, facts, newest,
    statements::{Named, exact},
    written,
};
use crate::{
    Result,
    catalog::{Conn, words::Question},
};

/// A step: what `rank` is in it, the highest and the lowest.
struct Step {
    of: Of,
    first: i32,
    last: i32,
}

#[derive(Clone, Copy)]
enum Of {
    /// Packages of exactly the name.
    Exact,
    /// Others, by their names.
    Named(Named),
}

const EXACT: Step = Step { of: Of::Exact, first: i32::MAX, last: 2 };
const HOLDING: Step = Step { of: Of::Named(Named::Holding), first: 1, last: 1 };
const REST: Step = Step { of: Of::Named(Named::Rest), first: 0, last: i32::MIN };
const OTHERS: Step = Step { of: Of::Named(Named::Others), first: 1, last: i32::MIN };

/// The packages after a position, at most `limit`.
pub(super) async fn find(
    conn: &mut Conn,
    search: &Search<'_>,
    mut question: Question,
    after: &Position,
    limit: u32,
) -> Result<Vec<Found>> {
    let wanted = Wanted::of(&search.filters.text).exactly;
    // names are looked into by their runs of letters, and what is shorter has none
    let runs = facts::longest_runs(&wanted);
    let steps = if !wanted.chars().all(may_be_in_names) {
        &[REST][..]
    } else if runs.is_empty() {
        &[EXACT, OTHERS][..]
    } else {
        &[EXACT, HOLDING, REST][..]
    };
    let words = written(conn, &question);
    question.demand(runs);
    let with_runs = written(conn, &question);
    let mut found: Vec<Found> = Vec::new();
    for step in steps {
        let Some(after) = begin(step, after) else { continue };
        let rest = limit - u32::try_from(found.len()).unwrap_or(limit);
        if rest == 0 {
            break;
        }
        found.extend(match step.of {
            Of::Exact => ask(conn, search, exact(conn), &words, &after, rest).await?,
            Of::Named(named @ Named::Holding) => newest::find(conn, search, &with_runs, named, &after, rest).await?,
            Of::Named(named) => newest::find(conn, search, &words, named, &after, rest).await?,
        });
    }
    Ok(found)
}

/// Whether a package's name can have a letter: what has others is in no name.
fn may_be_in_names(letter: char) -> bool {
    !letter.is_whitespace() && letter != '/'
}

/// Where a step begins; nothing when the position lies behind it.
fn begin(step: &Step, after: &Position) -> Option<Position> {
    if after.rank > step.first {
        return Some(Position { rank: step.first, ..Position::start() });
    }
    (after.rank >= step.last).then(|| after.clone())
}
