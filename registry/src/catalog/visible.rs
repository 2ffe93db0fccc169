//! Which packages somebody may see: the rule of `access.rs`, as fragments for statements over many packages.

use uuid::Uuid;

/// Who looks. Nobody in particular by default: who is not signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Viewer {
    /// Whether all packages may be seen.
    pub(crate) all: bool,
    /// The user; nothing when nobody is signed in.
    pub(crate) user: Option<Uuid>,
    /// The token, when it is limited to some namespaces.
    pub(crate) token: Option<Uuid>,
}

/// Whose uploads need not bring what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Whose right to download counts. Of who has none it is what is public that counts.
    pub(crate) viewer: Viewer,
    /// The user whose earlier uploads count, wherever they went.
    pub(crate) sender: Option<Uuid>,
}

impl Viewer {
    /// Whether only public packages may be seen: there are indexes for those.
    pub(crate) const fn is_anonymous(&self) -> bool {
        !self.all && self.user.is_none()
    }
}

/// The condition that a row of `packages` may be seen; nobody sees one that was deleted. The arguments are the numbers of the
/// parameters that hold the fields of [`Viewer`], in their order; and, when the content is asked for and not only the name, the
/// rights that allow that.
macro_rules! visible {
    ($all:literal, $user:literal, $token:literal) => {
        visible!(@granted $all, $user, $token, "")
    };
    ($all:literal, $user:literal, $token:literal, content) => {
        visible!(@granted $all, $user, $token, " AND grants.permission IN ('download', 'upload', 'admin')")
    };
    (@granted $all:literal, $user:literal, $token:literal, $enough:literal) => {
        concat!(
            "packages.deleted_at IS NULL AND (packages.visibility = 'public' OR ($", $token, " IS NULL OR packages.namespace_id IN
                (SELECT token_namespaces.namespace_id FROM token_namespaces WHERE token_namespaces.token_id = $", $token, "))
              AND ($", $all, " OR packages.visibility = 'internal' AND $", $user, " IS NOT NULL OR packages.namespace_id IN
                (SELECT grants.namespace_id FROM grants WHERE grants.user_id = $", $user, $enough, ")))"
        )
    };
}

/// The same condition for who is not signed in, in the words of the partial indexes. The parameters are bound all the same.
macro_rules! public {
    ($all:literal, $user:literal, $token:literal) => {
        concat!(
            "packages.deleted_at IS NULL AND packages.visibility = 'public'
             AND NOT $",
            $all,
            " AND $",
            $user,
            " IS NULL AND $",
            $token,
            " IS NULL"
        )
    };
}

pub(super) use {public, visible};
