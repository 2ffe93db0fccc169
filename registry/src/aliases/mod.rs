//! Aliases: names that move between revisions, with their whole history.

/// Moved, rolled back, removed, protected.
mod change;
/// As they stand, their moves, and where they pointed at a moment.
mod read;

pub use change::AliasStep;
use time::OffsetDateTime;

/// Moments of aliases are whole seconds: as text on SQLite they then all have the same length, and compare as moments do.
fn whole_seconds(moment: OffsetDateTime) -> OffsetDateTime {
    moment.replace_nanosecond(0).unwrap_or(moment)
}
