//! What is recorded.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Invalid;

macro_rules! actions {
    ($($(#[$meaning:meta])+ $action:ident = $word:literal,)+) => {
        /// What somebody did. The words are stable: people search for them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$meaning])+ #[serde(rename = $word)] $action,)+
        }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$action),+];

            /// The word for programs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $word,)+
                }
            }
        }
    };
}

actions! {
    /// A session was opened.
    SignIn = "sign_in",
    /// A name or a password was wrong.
    SignInRefused = "sign_in_refused",
    /// A session was ended.
    SignOut = "sign_out",
    /// An account was made.
    CreateUser = "create_user",
    /// An account was closed to its owner.
    DisableUser = "disable_user",
    /// It was opened again.
    EnableUser = "enable_user",
    /// An account was given a new password by somebody else.
    ResetPassword = "reset_password",
    /// Somebody changed the own password.
    ChangePassword = "change_password",
    /// A link that makes one account was made.
    CreateInvitation = "create_invitation",
    /// It was taken back.
    RevokeInvitation = "revoke_invitation",
    /// An account was made with it.
    AcceptInvitation = "accept_invitation",
    /// A namespace for several people was made.
    CreateOrganisation = "create_organisation",
    /// An account for a program was made.
    CreateProgram = "create_program",
    /// A user got a right on a namespace.
    Grant = "grant",
    /// A user lost it.
    RemoveMember = "remove_member",
    /// It was decided who finds a package.
    SetVisibility = "set_visibility",
    /// A token was made.
    CreateToken = "create_token",
    /// It was taken back.
    RevokeToken = "revoke_token",
    /// A revision came in.
    CommitRevision = "commit_revision",
    /// An upload was given up.
    AbortUpload = "abort_upload",
    /// A file was read.
    DownloadFile = "download_file",
    /// The files of a revision were read as one.
    DownloadArchive = "download_archive",
    /// The addresses of the files of a revision were given out.
    DownloadAddresses = "download_addresses",
    /// An edge of the lineage was added by hand.
    AddLineage = "add_lineage",
    /// One was taken back by hand.
    RemoveLineage = "remove_lineage",
    /// A revision is to be scored again.
    QueueJob = "queue_job",
    /// A job was cancelled.
    CancelJob = "cancel_job",
    /// What nothing needed any more was removed.
    CollectGarbage = "collect_garbage",
    /// It was decided how much a namespace may store.
    SetQuota = "set_quota",
    /// All that the registry holds was written into a folder.
    Backup = "backup",
    /// The registry was filled from one.
    Restore = "restore",
    /// A branch was made.
    CreateBranch = "create_branch",
    /// A version was given to a revision.
    CreateTag = "create_tag",
    /// A branch was deleted.
    DeleteBranch = "delete_branch",
    /// An alias was made, or pointed elsewhere.
    MoveAlias = "move_alias",
    /// An alias was removed.
    RemoveAlias = "remove_alias",
    /// An alias was left to the administrators of its namespace.
    ProtectAlias = "protect_alias",
    /// It was given free again.
    UnprotectAlias = "unprotect_alias",
    /// A package was deleted.
    DeletePackage = "delete_package",
    /// It was brought back.
    UndeletePackage = "undelete_package",
    /// It is gone for good.
    PurgePackage = "purge_package",
    /// A package got another name.
    RenamePackage = "rename_package",
    /// A former name of a package was given free.
    ReleaseName = "release_name",
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Invalid::new(format!("“{shown}” is never recorded: actions have words such as {}", Self::DownloadFile))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for action in Action::ALL {
            assert_eq!(action.to_string().parse(), Ok(*action));
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
        assert!("Sign_in".parse::<Action>().is_err());
    }
}
