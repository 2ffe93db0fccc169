//! People and programs: who belongs to a namespace, who may find a package, who was invited.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Invalid, InvitationId, NamespaceName, UserName, account::Permission};

/// The longest note on an invitation, in characters.
pub const MAX_NOTE: usize = 100;
/// How many days an invitation waits at the most.
pub const MAX_INVITATION_DAYS: u32 = 90;
/// How many days an invitation waits unless asked otherwise.
pub const INVITATION_DAYS: u32 = 7;

/// Who may find and download a package without a right on its namespace. Narrower is less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Nobody.
    Private,
    /// Everybody who is signed in.
    #[default]
    Internal,
    /// Everybody.
    Public,
}

impl Visibility {
    /// All, from the narrowest to the widest.
    pub const ALL: [Self; 3] = [Self::Private, Self::Internal, Self::Public];

    /// The word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }

    /// Who finds it, in a word.
    #[must_use]
    pub const fn in_a_word(self) -> &'static str {
        match self {
            Self::Private => "members only",
            Self::Internal => "everybody who is signed in",
            Self::Public => "everybody",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Private => "only those with a right on the namespace find it",
            Self::Internal => "everybody who is signed in finds and downloads it",
            Self::Public => "everybody finds and downloads it, also without signing in",
        }
    }
}

impl std::str::FromStr for Visibility {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|visibility| visibility.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no visibility: use private, internal or public")))
    }
}

/// Somebody with a right on a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The user.
    pub user: UserName,
    /// The right, with those that it includes.
    pub permission: Permission,
    /// When it was granted or changed last.
    pub granted_at: OffsetDateTime,
    /// Whether it is the user's own namespace: that right stays.
    pub is_owner: bool,
    /// Whether it is a program's account.
    pub is_program: bool,
}

/// A namespace, as somebody with a right on it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceDetail {
    /// The name, in the spelling of who made it.
    pub name: NamespaceName,
    /// Whether it is an organisation's; else a user's own.
    pub is_organisation: bool,
    /// The acting user's right.
    pub right: Permission,
    /// Whether the acting user may change members and visibility.
    pub may_manage: bool,
}

/// An account in the list of administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSummary {
    /// The name.
    pub name: UserName,
    /// Whether the user may administer the registry.
    pub admin: bool,
    /// The namespace that a program's account belongs to; nothing for people.
    pub program_of: Option<NamespaceName>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Since when it cannot be used.
    pub disabled_at: Option<OffsetDateTime>,
}

/// An invitation that waits to be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationSummary {
    /// The invitation.
    pub id: InvitationId,
    /// Whom it is for, in the words of who made it.
    pub note: String,
    /// Whether it makes an administrator.
    pub admin: bool,
    /// Who made it.
    pub invited_by: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it stops working.
    pub expires_at: OffsetDateTime,
}

/// Asks for a new invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvitation {
    /// Whom it is for: at most 100 characters.
    pub note: String,
    /// Whether it makes an administrator.
    pub admin: bool,
    /// How many days it waits, from 1 to 90.
    pub days: u32,
}

/// A new invitation with its secret, which is shown this one time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: InvitationSummary,
    /// The secret: 43 characters.
    pub secret: String,
}

impl CreatedInvitation {
    /// The path of the page that accepts it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/join?invitation={}", self.secret)
    }
}

impl std::fmt::Debug for CreatedInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedInvitation").field("invitation", &self.invitation).finish_non_exhaustive()
    }
}
