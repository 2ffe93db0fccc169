//! Users, sessions and tokens, as far as a browser may see them: no secret is ever in these types, except the one that is
//! shown once.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Invalid, NamespaceName, TokenId, UserId, UserName};

/// The shortest password, in characters (NIST SP 800-63B, section 5.1.1.1).
pub const MIN_PASSWORD: usize = 8;
/// The longest password, in characters: argon2 should not be given megabytes to hash.
pub const MAX_PASSWORD: usize = 256;

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// The account.
    pub id: UserId,
    /// The name.
    pub name: UserName,
    /// Whether the user may administer the registry.
    pub admin: bool,
    /// Whether the password was given by somebody else: until another is chosen the user may do nothing else.
    #[serde(default)]
    pub must_change_password: bool,
}

/// What somebody may do on a namespace, or the holder of a token at all.
///
/// On a namespace each right includes those before it. A token has exactly those that it was made with, and never more than its
/// user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Find packages and read about them.
    Search,
    /// Fetch files.
    Download,
    /// Add revisions and packages, score again.
    Upload,
    /// Everything else.
    Admin,
}

impl Permission {
    /// All, from the weakest to the strongest.
    pub const ALL: [Self; 4] = [Self::Search, Self::Download, Self::Upload, Self::Admin];

    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Download => "download",
            Self::Upload => "upload",
            Self::Admin => "admin",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Search => "find packages and read their pages",
            Self::Download => "download files",
            Self::Upload => "upload revisions, score again, cancel jobs",
            Self::Admin => "manage namespaces and protected aliases; without a limit, the registry",
        }
    }

    /// What the right on a namespace means, with those that it includes, for people.
    #[must_use]
    pub const fn on_namespace(self) -> &'static str {
        match self {
            Self::Search => "finds its private packages",
            Self::Download => "finds and downloads its packages",
            Self::Upload => "downloads, uploads and scores its packages",
            Self::Admin => "does everything, and manages members and visibility",
        }
    }
}

impl std::str::FromStr for Permission {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no permission: use search, download, upload or admin")))
    }
}

/// A token in the list of its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenSummary {
    /// The token.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What its holder may do.
    pub permissions: Vec<Permission>,
    /// The namespaces that it works in; all that its user may use, when nothing.
    #[serde(default)]
    pub namespaces: Option<Vec<NamespaceName>>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it stops working; never, when nothing.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was used last.
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// Whether its time was over when it was listed.
    pub is_expired: bool,
}

/// Asks for a new token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// What its owner calls it: 1 to 64 characters.
    pub name: String,
    /// What its holder may do; at least one.
    pub permissions: Vec<Permission>,
    /// How many days it works, from 1 to 3 650; for ever, when nothing.
    pub days: Option<u32>,
    /// The namespaces that it works in; all that its user may use, when none is named.
    #[serde(default)]
    pub namespaces: Vec<NamespaceName>,
}

/// A new token with its secret, which is shown this one time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedToken {
    /// The token.
    pub token: TokenSummary,
    /// The secret: `mr_` and 43 characters.
    pub secret: String,
}

impl std::fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedToken").field("token", &self.token).finish_non_exhaustive()
    }
}

/// Checks a new password.
///
/// # Errors
/// When it is too short or too long.
pub fn check_password(password: &str) -> Result<(), Invalid> {
    match password.chars().count() {
        0..MIN_PASSWORD => Err(Invalid::new(format!("the password is too short: use at least {MIN_PASSWORD} characters"))),
        MIN_PASSWORD..=MAX_PASSWORD => Ok(()),
        _ => Err(Invalid::new(format!("the password is too long: use at most {MAX_PASSWORD} characters"))),
    }
}
