//! What happens to packages after they were uploaded: aliases that move, deletion.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description};

use crate::{Invalid, PackageRef, RevisionId};

/// The alias that is protected unless somebody says otherwise.
pub const PROTECTED_ALIAS: &str = "production";
/// The longest reason for a move, in characters.
pub const MAX_REASON: usize = 500;

/// Whether an alias of this name is protected as long as nobody said otherwise.
#[must_use]
pub fn is_protected_by_default(alias: &str) -> bool {
    alias == PROTECTED_ALIAS
}

/// Reads a moment: a day, which begins at midnight in UTC, or a date and a time with an offset (RFC 3339). In UTC.
///
/// # Errors
/// When it is neither, or lies outside of the years 1 to 9999.
pub fn moment(text: &str) -> Result<OffsetDateTime, Invalid> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).map(|day| day.midnight().assume_utc());
    let moment = day.or_else(|_| OffsetDateTime::parse(text, &Rfc3339)).ok().and_then(|at| at.checked_to_offset(UtcOffset::UTC));
    moment.filter(|at| (1..=9999).contains(&at.year())).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Invalid::new(format!("“{shown}” is no moment: 2026-03-01 or 2026-03-01T12:00:00Z is expected"))
    })
}

/// An alias as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasSummary {
    /// Its name.
    pub name: String,
    /// Where it points.
    pub revision: RevisionId,
    /// When it was made or moved last.
    pub updated_at: OffsetDateTime,
    /// Whether only who manages the namespace may move, remove or unprotect it.
    pub is_protected: bool,
    /// Where it pointed before its last move: where a rollback leads. Nothing when it was just made.
    pub previous: Option<RevisionId>,
}

/// One move of an alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasMove {
    /// Where it pointed before; nothing when it was made.
    pub from: Option<RevisionId>,
    /// Where it points since; nothing when it was removed.
    pub to: Option<RevisionId>,
    /// Who moved it.
    pub by: String,
    /// When, to the second.
    pub at: OffsetDateTime,
    /// Why; may be empty.
    pub reason: String,
}

/// Where a branch or an alias must point for a change to happen: what the caller saw. Who moves it meanwhile is not overruled
/// unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Expected {
    /// Wherever it points, or nowhere.
    #[default]
    Anything,
    /// There must be none of this name.
    Nothing,
    /// There must be one, wherever it points.
    Something,
    /// It must point at this revision.
    Revision(RevisionId),
}

impl Expected {
    /// Whether it holds while the ref points here; nowhere, when there is none.
    #[must_use]
    pub fn is_met_by(self, current: Option<RevisionId>) -> bool {
        match self {
            Self::Anything => true,
            Self::Nothing => current.is_none(),
            Self::Something => current.is_some(),
            Self::Revision(revision) => current == Some(revision),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => Ok(()),
            Self::Nothing => f.write_str("none"),
            Self::Something => f.write_str("some"),
            Self::Revision(revision) => revision.fmt(f),
        }
    }
}

impl From<Expected> for String {
    fn from(expected: Expected) -> Self {
        expected.to_string()
    }
}

impl TryFrom<String> for Expected {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl FromStr for Expected {
    type Err = Invalid;

    /// Reads a field: empty, `none`, `some`, or the forty digits of a revision.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "" => Ok(Self::Anything),
            "none" => Ok(Self::Nothing),
            "some" => Ok(Self::Something),
            id => id.parse().map(Self::Revision),
        }
    }
}

/// A package that was deleted and can still be brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPackage {
    /// What it is called; the name stays taken.
    pub package: PackageRef,
    /// When it was deleted.
    pub deleted_at: OffsetDateTime,
    /// Who deleted it.
    pub deleted_by: String,
    /// When it is removed for good.
    pub purge_at: OffsetDateTime,
    /// Whether it is being removed already: then there is no way back.
    pub is_purging: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_days_or_exact() {
        let midnight = time::macros::datetime!(2026-03-01 00:00 UTC);
        assert_eq!(moment("2026-03-01"), Ok(midnight));
        assert_eq!(moment("2026-03-01T01:00:00+01:00"), Ok(midnight));
        for bad in ["", "yesterday", "2026-02-30", "2026-03-01T00:00:00", "9999-12-31T23:00:00-02:00", "0000-01-01"] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_expected_is_read_from_a_field_and_met_or_not() {
        let (id, other) = ("ab".repeat(20), "cd".repeat(20));
        let places = [None, Some(id.parse().unwrap()), Some(other.parse().unwrap())];
        for (text, expected, met) in [
            ("", Expected::Anything, [true, true, true]),
            ("none", Expected::Nothing, [true, false, false]),
            ("some", Expected::Something, [false, true, true]),
            (&id, Expected::Revision(id.parse().unwrap()), [false, true, false]),
        ] {
            assert_eq!(text.parse(), Ok(expected));
            assert_eq!(expected.to_string(), text);
            assert_eq!(places.map(|place| expected.is_met_by(place)), met, "{text}");
        }
        assert!("main".parse::<Expected>().is_err());
    }
}
