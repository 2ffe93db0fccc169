//! Refs: names that point at revisions.

use std::{cmp::Ordering, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{Invalid, RevisionId, path::is_invisible, version::order_key};

/// The longest name of a ref, in bytes.
pub const MAX_LENGTH: usize = 200;

/// The branch that every package has.
pub const DEFAULT_BRANCH: &str = "main";

/// How a ref behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefKind {
    /// Moves with every commit: `main`.
    Branch,
    /// Never moves: a version such as `1.2.0`.
    Tag,
    /// Moves when somebody says so, with history: `production`.
    Alias,
}

impl RefKind {
    /// The word that the catalog stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Alias => "alias",
        }
    }
}

impl FromStr for RefKind {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::Branch, Self::Tag, Self::Alias]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no kind of ref")))
    }
}

/// The name of a branch, a tag or an alias. It may hold `/` (`feature/x`); the rules are those of `git check-ref-format`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RefName(String);

impl RefName {
    /// `main`.
    #[must_use]
    pub fn default_branch() -> Self {
        Self(DEFAULT_BRANCH.to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RefName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
        let wrong = |why: &str| Err(Invalid::new(format!("the version or branch “{shown}” {why}")));
        if text.is_empty() {
            return Err(Invalid::new("the version is missing: 1.0.0 is a good first one"));
        }
        if text.len() > MAX_LENGTH {
            return wrong(&format!("is too long: at most {MAX_LENGTH} bytes are allowed"));
        }
        if text.chars().any(|c| is_invisible(c) || c.is_whitespace() || "~^:?*[\\#%\"<>".contains(c)) {
            return wrong("contains a space, an invisible character or one of ~ ^ : ? * [ \\ # % \" < >");
        }
        if text.contains("..") || text.contains("@{") || text.contains("//") || text == "@" {
            return wrong("must not contain “..”, “//” or “@{”");
        }
        if text.starts_with(['/', '-']) || text.ends_with(['/', '.']) {
            return wrong("must not start with “/” or “-”, nor end with “/” or “.”");
        }
        if text.split('/').any(|part| part.starts_with('.') || part.to_ascii_lowercase().ends_with(".lock")) {
            return wrong("has a part that starts with “.” or ends with “.lock”");
        }
        if text.starts_with("refs/") || text == "HEAD" || (text.len() == 40 && text.parse::<RevisionId>().is_ok()) {
            return wrong("could be mistaken for a revision: choose another");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RefName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// How a person or a program names a revision: a ref, or the revision's id or the beginning of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RevisionSpec {
    /// All forty digits.
    Id(RevisionId),
    /// A ref; when none has this name and it is 7 to 39 hexadecimal digits, the beginning of an id.
    Name(RefName),
    /// `refs/heads/x` or `refs/tags/x`: the kind is said.
    Qualified(RefKind, RefName),
}

impl RevisionSpec {
    /// The head of the default branch.
    #[must_use]
    pub fn main() -> Self {
        Self::Qualified(RefKind::Branch, RefName::default_branch())
    }

    /// The name as the beginning of a revision id, in lower case, if it may be one.
    #[must_use]
    pub fn id_prefix(&self) -> Option<String> {
        match self {
            Self::Name(name) if (7..40).contains(&name.0.len()) && name.0.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Some(name.0.to_ascii_lowercase())
            }
            Self::Name(_) | Self::Id(_) | Self::Qualified(..) => None,
        }
    }
}

impl FromStr for RevisionSpec {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() == 40
            && let Ok(id) = text.parse()
        {
            return Ok(Self::Id(id));
        }
        if let Some(name) = text.strip_prefix("refs/heads/") {
            return Ok(Self::Qualified(RefKind::Branch, name.parse()?));
        }
        if let Some(name) = text.strip_prefix("refs/tags/") {
            return Ok(Self::Qualified(RefKind::Tag, name.parse()?));
        }
        Ok(Self::Name(text.parse()?))
    }
}

/// Orders versions newest first: semantic versions by precedence (a leading `v` is allowed), before all other names.
#[must_use]
pub fn newest_version_first(left: &str, right: &str) -> Ordering {
    order_key(left).cmp(&order_key(right)).then_with(|| left.cmp(right))
}

/// The version to offer after `last`: the next patch, `1.0.0` when there is none.
#[must_use]
pub fn next_version(last: Option<&str>) -> String {
    last.and_then(|text| semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).ok())
        .map_or_else(|| "1.0.0".to_owned(), |v| format!("{}.{}.{}", v.major, v.minor, v.patch.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ref_names_follow_git() {
        for good in ["main", "feature/x", "1.0.0", "v2.0.0-rc.1", "production", "a@b", "1.0.0+build.5"] {
            assert!(good.parse::<RefName>().is_ok(), "{good}");
        }
        let id = "0".repeat(40);
        for bad in [
            "",
            "a b",
            "a..b",
            "/a",
            "a/",
            "-a",
            "a.",
            ".a",
            "x/.y",
            "a.lock",
            "a.LOCK/b",
            "a~1",
            "a^",
            "a:b",
            "a?b",
            "a*",
            "a[b",
            "a\\b",
            "a@{b",
            "@",
            "HEAD",
            "refs/heads/x",
            "a//b",
            "a\u{7}",
            &id,
            &"x".repeat(201),
        ] {
            assert!(bad.parse::<RefName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn versions_are_ordered_by_precedence() {
        let mut tags = vec!["1.0.0", "nightly", "v1.10.0", "1.9.0", "1.10.0-rc.1", "alpha"];
        tags.sort_by(|a, b| newest_version_first(a, b));
        assert_eq!(tags, ["v1.10.0", "1.10.0-rc.1", "1.9.0", "1.0.0", "nightly", "alpha"]);
        assert_eq!(next_version(Some("v1.9.9")), "1.9.10");
        assert_eq!(next_version(Some("nightly")), "1.0.0");
        assert_eq!(next_version(None), "1.0.0");
    }

    #[test]
    fn a_revision_is_named_in_three_ways() {
        assert!(matches!("main".parse(), Ok(RevisionSpec::Name(_))));
        assert!(matches!("a".repeat(40).parse(), Ok(RevisionSpec::Id(_))));
        assert!(matches!("refs/heads/a/b".parse(), Ok(RevisionSpec::Qualified(RefKind::Branch, _))));
        assert_eq!("ABCDEF1".parse::<RevisionSpec>().unwrap().id_prefix().as_deref(), Some("abcdef1"));
        assert_eq!("abcdef".parse::<RevisionSpec>().unwrap().id_prefix(), None);
    }
}
