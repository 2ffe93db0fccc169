//! Paths of files inside a revision.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::Invalid;

/// The longest path, in bytes: within what ext4, APFS, NTFS and S3 keys all take, with room for a prefix.
pub const MAX_PATH_BYTES: usize = 900;
/// The longest segment, in bytes (the limit of common file systems).
pub const MAX_SEGMENT_BYTES: usize = 255;
/// The deepest folder.
pub const MAX_DEPTH: usize = 64;

/// What systems and tools leave behind in folders, and nobody means to publish.
pub const CLUTTER: [&str; 5] = [".git", ".DS_Store", "Thumbs.db", "__MACOSX", ".ipynb_checkpoints"];

/// Whether a path (valid or not) leads to something that a system or a tool left behind: it is left out of packages, whichever
/// way they come in.
#[must_use]
pub fn is_clutter(path: &str) -> bool {
    path.split('/').any(|segment| CLUTTER.contains(&segment))
}

/// Whether a character does not show, or changes how the ones around it show: in a name it can only deceive.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A relative path with `/` between its segments: never empty, absolute or climbing, never a folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct FilePath(String);

impl FilePath {
    /// A folder by its path, with or without `/` at its ends; nothing for the top.
    ///
    /// # Errors
    /// When no folder of a package can have this path.
    pub fn of_folder(text: &str) -> Result<Option<Self>, Invalid> {
        Some(text.trim_matches('/')).filter(|path| !path.is_empty()).map(str::parse).transpose()
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The folder that holds the file; empty at the top.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// All folders above the file, outermost first, without the top.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(at, _)| &self.0[..at])
    }
}

impl FromStr for FilePath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let shown: String = text.chars().take(80).flat_map(char::escape_debug).collect();
        let wrong = |why: &str| Err(Invalid::new(format!("the path “{shown}” {why}")));
        if text.is_empty() {
            return Err(Invalid::new("a file without a path"));
        }
        if text.len() > MAX_PATH_BYTES {
            return wrong(&format!("is too long: at most {MAX_PATH_BYTES} bytes are allowed"));
        }
        if text.starts_with('/') || text.get(1..2) == Some(":") {
            return wrong("is absolute: it must be relative to the package's folder");
        }
        if text.contains('\\') {
            return wrong("contains a backslash: use “/” between folders");
        }
        if text.chars().any(is_invisible) {
            return wrong("contains a control character or an invisible one");
        }
        if text.split('/').count() > MAX_DEPTH {
            return wrong(&format!("is nested too deep: at most {MAX_DEPTH} levels are allowed"));
        }
        for segment in text.split('/') {
            match segment {
                "" => return wrong("has an empty segment"),
                "." | ".." => return wrong("contains “.” or “..”: it must not leave the package's folder"),
                _ if segment.len() > MAX_SEGMENT_BYTES => {
                    return wrong(&format!("has a segment of more than {MAX_SEGMENT_BYTES} bytes"));
                }
                _ if segment.ends_with(['.', ' ']) => {
                    return wrong("has a segment that ends with a dot or a space, which some systems leave out");
                }
                _ if segment.eq_ignore_ascii_case(".git") => {
                    return wrong("is inside a “.git” folder, which is never part of a package");
                }
                _ => {}
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn clutter_is_what_systems_and_tools_leave_behind() {
        for (path, clutter) in [
            ("m/.git/HEAD", true),
            (".git", true),
            ("m/.gitattributes", false),
            (".gitignore", false),
            ("a/.DS_Store", true),
            ("Thumbs.db", true),
            ("__MACOSX/m/._a", true),
            ("nb/.ipynb_checkpoints/x.ipynb", true),
            ("README.md", false),
            ("", false),
        ] {
            assert_eq!(is_clutter(path), clutter, "{path}");
        }
    }

    #[test]
    fn paths_stay_inside_the_package() {
        for good in ["config.json", "a/b/c.bin", "1_Pooling/config.json", ".gitattributes", "naïve.txt", "a b", "...x", "x.git/y"]
        {
            assert!(good.parse::<FilePath>().is_ok(), "{good}");
        }
        let deep = vec!["d"; 65].join("/");
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/./b",
            "a//b",
            "a/",
            "\\x",
            "a\\..\\b",
            "C:/x",
            "c:x",
            "a\0b",
            "a\nb",
            ".git/config",
            "a/.GIT/x",
            "a\u{202e}b",
            &"x".repeat(256),
            &format!("{}/x", "y/".repeat(500)),
            &deep,
        ] {
            assert!(bad.parse::<FilePath>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn folders_are_named_with_or_without_slashes_at_their_ends() {
        assert_eq!((FilePath::of_folder(""), FilePath::of_folder("/")), (Ok(None), Ok(None)));
        for path in ["a/b", "/a/b", "a/b/"] {
            assert_eq!(FilePath::of_folder(path).unwrap().unwrap().as_str(), "a/b", "{path}");
        }
        assert!(FilePath::of_folder("a\0").is_err() && FilePath::of_folder("..").is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_path_joined_to_a_folder_stays_below_it(text in "[a-c./\\\\:~\\PC]{0,24}") {
            if let Ok(path) = text.parse::<FilePath>() {
                let joined = std::path::Path::new("/base").join(path.as_str());
                prop_assert!(joined.starts_with("/base"));
                prop_assert!(joined.components().all(|c| !matches!(c, std::path::Component::ParentDir)));
                prop_assert_eq!(path.ancestors().last().unwrap_or(""), path.parent());
            }
        }
    }
}
