//! People and programs: accounts, members, invitations.

use domain::people;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::moment;

/// A namespace, as somebody with a right on it sees it.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Namespace {
    /// The name.
    name: String,
    /// Whether it is an organisation's; else a user's own.
    is_organisation: bool,
    /// Your right: `search`, `download`, `upload` or `admin`, each with those before it.
    right: String,
    /// Whether you may change members and visibility.
    may_manage: bool,
}

impl From<people::NamespaceDetail> for Namespace {
    fn from(detail: people::NamespaceDetail) -> Self {
        Self {
            name: detail.name.to_string(),
            is_organisation: detail.is_organisation,
            right: detail.right.as_str().to_owned(),
            may_manage: detail.may_manage,
        }
    }
}

/// What a new organisation is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewOrganisation {
    /// Its name.
    #[schema(min_length = 1)]
    pub(in super::super) name: String,
}

/// Somebody with a right on a namespace.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Member {
    /// The user.
    user: String,
    /// `search`, `download`, `upload` or `admin`, each with those before it.
    permission: String,
    /// When it was granted or changed last.
    #[schema(format = DateTime)]
    granted_at: String,
    /// Whether it is the user's own namespace: that right stays.
    is_owner: bool,
    /// Whether it is a program's account.
    is_program: bool,
}

impl From<people::Member> for Member {
    fn from(member: people::Member) -> Self {
        Self {
            user: member.user.to_string(),
            permission: member.permission.as_str().to_owned(),
            granted_at: moment(member.granted_at),
            is_owner: member.is_owner,
            is_program: member.is_program,
        }
    }
}

/// A right on a namespace.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Grant {
    /// `search`, `download`, `upload` or `admin`, each with those before it.
    #[schema(pattern = "^(search|download|upload|admin)$")]
    pub(in super::super) permission: String,
}

/// What a program's new account is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewProgram {
    /// Its name.
    #[schema(min_length = 1)]
    pub(in super::super) name: String,
    /// Its right on the namespace.
    #[schema(pattern = "^(search|download|upload|admin)$")]
    pub(in super::super) permission: String,
}

/// Who may find and download a package.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct VisibleTo {
    /// `private`: who has a right on the namespace. `internal`: everybody who is signed in. `public`: everybody.
    #[schema(pattern = "^(private|internal|public)$")]
    pub(in super::super) visibility: String,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Account {
    /// The name.
    name: String,
    /// Whether it may administer the registry.
    admin: bool,
    /// The namespace that a program's account belongs to; nothing for people.
    program_of: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Since when it cannot be used.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
}

impl From<people::UserSummary> for Account {
    fn from(user: people::UserSummary) -> Self {
        Self {
            name: user.name.to_string(),
            admin: user.admin,
            program_of: user.program_of.map(|name| name.to_string()),
            created_at: moment(user.created_at),
            disabled_at: user.disabled_at.map(moment),
        }
    }
}

/// What a new account is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewAccount {
    /// Its name.
    #[schema(min_length = 1)]
    pub(in super::super) name: String,
    /// Its password; the registry chooses one when there is none.
    pub(in super::super) password: Option<String>,
    /// Whether it may administer the registry.
    #[serde(default)]
    pub(in super::super) admin: bool,
}

/// A password that the registry chose.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct GivenPassword {
    /// The password; nothing when the caller chose it.
    pub(in super::super) password: Option<String>,
}

/// An invitation that waits to be accepted.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Invitation {
    /// Its id.
    #[schema(format = Uuid)]
    id: String,
    /// Whom it is for.
    note: String,
    /// Whether it makes an administrator.
    admin: bool,
    /// Who made it.
    invited_by: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops working.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<people::InvitationSummary> for Invitation {
    fn from(invitation: people::InvitationSummary) -> Self {
        Self {
            id: invitation.id.to_string(),
            note: invitation.note,
            admin: invitation.admin,
            invited_by: invitation.invited_by,
            created_at: moment(invitation.created_at),
            expires_at: moment(invitation.expires_at),
        }
    }
}

/// What a new invitation is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewInvitation {
    /// Whom it is for: at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(in super::super) note: String,
    /// Whether it makes an administrator.
    #[serde(default)]
    pub(in super::super) admin: bool,
    /// How many days it waits: 1 to 90, 7 when nothing.
    #[schema(minimum = 1, maximum = 90)]
    pub(in super::super) days: Option<u32>,
}

/// An invitation and where it is accepted, this one time.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct MadeInvitation {
    /// The invitation.
    invitation: Invitation,
    /// The path of the page that accepts it.
    path: String,
}

impl From<people::CreatedInvitation> for MadeInvitation {
    fn from(made: people::CreatedInvitation) -> Self {
        Self { path: made.path(), invitation: made.invitation.into() }
    }
}
