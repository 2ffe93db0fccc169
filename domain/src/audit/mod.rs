//! The audit record, as administrators read it.

/// What is recorded.
mod action;

pub use action::Action;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Invalid, TokenId};

/// Something that somebody did: a change, a download, or an attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number: later entries have higher ones.
    pub id: i64,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who did it: a user's name, or `operator` (at the command line), `scheduler` (a server by itself), `anonymous`.
    pub actor: String,
    /// What was done: the word of an [`Action`], or one that a newer server has written meanwhile.
    pub action: String,
    /// What it was done to: `model/acme/bert@…/config.json`.
    pub object: String,
    /// The address that the request came from; nothing when there was no request.
    pub address: Option<String>,
    /// The token that the request came with.
    pub token: Option<AuditToken>,
    /// Under which id the log tells of the request.
    pub request_id: Option<String>,
}

/// A token, as an audit entry names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditToken {
    /// The token.
    pub id: TokenId,
    /// What its owner called it; nothing when it is gone.
    pub name: Option<String>,
}

/// Which entries are wanted. One condition at a time: there is an index for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuditFilter {
    /// All of them.
    #[default]
    All,
    /// Those of one actor.
    Actor(String),
    /// Those of one action.
    Action(Action),
    /// Those about exactly one object.
    Object(String),
}

impl AuditFilter {
    /// From two words: by what, and which; nothing, when the second is empty.
    ///
    /// # Errors
    /// When there is no such condition, and no such action.
    pub fn parse(by: &str, value: &str) -> Result<Self, Invalid> {
        let value = value.trim().to_owned();
        if value.contains('\0') {
            return Err(Invalid::new("nothing has such a name"));
        }
        match by {
            "" | "actor" | "action" | "object" if value.is_empty() => Ok(Self::All),
            "" | "actor" => Ok(Self::Actor(value)),
            "action" => value.parse().map(Self::Action),
            "object" => Ok(Self::Object(value)),
            _ => Err(Invalid::new(format!("entries are found by actor, action or object, not by “{by}”"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_one_condition() {
        for (by, value, expected) in [
            ("", "", AuditFilter::All),
            ("object", " ", AuditFilter::All),
            ("", "ann", AuditFilter::Actor("ann".into())),
            ("actor", " ann ", AuditFilter::Actor("ann".into())),
            ("action", "sign_in", AuditFilter::Action(Action::SignIn)),
            ("action", "", AuditFilter::All),
            ("object", "model/a/b", AuditFilter::Object("model/a/b".into())),
        ] {
            assert_eq!(AuditFilter::parse(by, value), Ok(expected), "{by} {value}");
        }
        assert!(AuditFilter::parse("size", "1").is_err());
        assert!(AuditFilter::parse("size", "").is_err());
        assert!(AuditFilter::parse("action", "sign").is_err());
        assert!(AuditFilter::parse("actor", "a\0b").is_err());
    }
}
