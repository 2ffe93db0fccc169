//! Names of users, namespaces and packages.
//!
//! The rules are those of the Hugging Face Hub, whose clients check them too: 1 to 96 letters, digits, `-`, `_`, `.`; no
//! `-` or `.` at either end, no `--` or `..`. Names keep their case and are compared without it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::Invalid;

/// The longest name, in characters (as on the Hugging Face Hub).
pub const MAX_LENGTH: usize = 96;

/// First segments of addresses that belong to the registry itself: no user or namespace may take them.
pub const RESERVED: &[&str] = &[
    "about",
    "account",
    "admin",
    "api",
    "assets",
    "autograder",
    "blobs",
    "code",
    "codes",
    "collections",
    "dataset",
    "datasets",
    "docs",
    "favicon.ico",
    "favicon.svg",
    "hash-worker.js",
    "health",
    "help",
    "index.html",
    "jobs",
    "join",
    "kernels",
    "login",
    "logout",
    "metrics",
    "model",
    "models",
    "new",
    "null",
    "oauth",
    "organisations",
    "organizations",
    "pkg",
    "register",
    "registry",
    "robots.txt",
    "rpc",
    "search",
    "settings",
    "sign-in",
    "sign-out",
    "site",
    "spaces",
    "static",
    "static-shell",
    "system",
    "tasks",
    "undefined",
    "upload",
    "uploads",
    "users",
    "v1",
    "well-known",
];

fn check(what: &str, text: &str) -> Result<(), Invalid> {
    let shown: String = text.chars().take(40).collect();
    let wrong = |why: &str| Err(Invalid::new(format!("{what} “{shown}” {why}")));
    if text.is_empty() {
        return Err(Invalid::new(format!("{what} is missing")));
    }
    if text.chars().count() > MAX_LENGTH {
        return wrong(&format!("is too long: at most {MAX_LENGTH} characters are allowed"));
    }
    if let Some(bad) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        return wrong(&format!("contains {bad:?}: use letters, digits, “-”, “_” and “.”"));
    }
    if text.starts_with(['-', '.']) || text.ends_with(['-', '.']) {
        return wrong("must start and end with a letter, a digit or “_”");
    }
    if text.contains("--") || text.contains("..") {
        return wrong("must not contain “--” or “..”");
    }
    let lower = text.to_ascii_lowercase();
    if [".git", ".ipynb"].iter().any(|ending| lower.ends_with(ending)) {
        return wrong("must not end in “.git” or “.ipynb”");
    }
    Ok(())
}

fn check_owner(what: &str, text: &str) -> Result<(), Invalid> {
    check(what, text)?;
    if RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
        return Err(Invalid::new(format!("{what} “{text}” is reserved: choose another")));
    }
    Ok(())
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:expr, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What two names that differ only in case have in common.
            #[must_use]
            pub fn key(&self) -> String {
                self.0.to_ascii_lowercase()
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                $check($what, text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

name! {
    /// A name that a user signs in with.
    UserName, check_owner, "the user name"
}
name! {
    /// A namespace: a user's or an organisation's. It owns packages.
    NamespaceName, check_owner, "the namespace"
}
name! {
    /// A package's name within its namespace.
    PackageName, check, "the package name"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_are_the_hubs() {
        for good in ["a", "gpt2", "all-MiniLM-L6-v2", "_x", "a.b_c-d", &"x".repeat(96)] {
            assert!(good.parse::<PackageName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "-a",
            "a-",
            ".a",
            "a.",
            "a--b",
            "a..b",
            "a/b",
            "a b",
            "é",
            "a\0",
            "x.git",
            "X.GIT",
            &"x".repeat(97),
            "..",
            "a%2f",
        ] {
            assert!(bad.parse::<PackageName>().is_err(), "{bad:?}");
        }
        assert!("models".parse::<PackageName>().is_ok(), "a package may be called like a page, a namespace may not");
    }

    #[test]
    fn reserved_words_are_no_namespaces_whatever_their_case() {
        for word in RESERVED {
            assert!(word.to_uppercase().parse::<NamespaceName>().is_err(), "{word}");
            assert!(word.parse::<UserName>().is_err(), "{word}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_name_is_one_plain_path_segment(text in ".{0,100}") {
            if let Ok(name) = text.parse::<PackageName>() {
                prop_assert!(!name.as_str().contains(['/', '\\', '%', '?', '#', '\0', ' ']));
                prop_assert!(name.as_str() != "." && name.as_str() != "..");
                prop_assert_eq!(name.as_str().parse::<PackageName>().unwrap(), name);
            }
        }
    }
}
