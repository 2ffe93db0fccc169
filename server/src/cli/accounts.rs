//! What the commands that make accounts, rights and tokens take.

use clap::Args;
use domain::{NamespaceName, UserName, account::Permission, people::INVITATION_DAYS};
use secrecy::SecretString;

/// Arguments of `create-user`.
#[derive(Args)]
pub(crate) struct CreateUser {
    /// The name to sign in with; a namespace of this name comes with it
    pub(crate) name: UserName,
    /// May administer the registry and upload to every namespace
    #[arg(long)]
    pub(crate) admin: bool,
    /// The password; generated and printed when not given
    ///
    /// Other users of this machine can see the arguments of programs: prefer the variable, or a generated one.
    #[arg(long, env = "NEW_USER_PASSWORD", hide_env_values = true, value_name = "P")]
    pub(crate) password: Option<SecretString>,
}

/// Arguments of `reset-password`.
#[derive(Args)]
pub(crate) struct ResetPassword {
    /// The account
    pub(crate) name: UserName,
}

/// Arguments of `invite`.
#[derive(Args)]
pub(crate) struct Invite {
    /// Whom it is for
    #[arg(default_value = "")]
    pub(crate) note: String,
    /// The account may administer the registry
    #[arg(long)]
    pub(crate) admin: bool,
    /// How many days it waits
    #[arg(long, default_value_t = INVITATION_DAYS)]
    pub(crate) days: u32,
}

/// Arguments of `grant`.
#[derive(Args)]
pub(crate) struct Grant {
    /// The namespace: a user's or an organisation's
    pub(crate) namespace: NamespaceName,
    /// The user
    pub(crate) user: UserName,
    /// The right: search, download, upload or admin, each with those before it
    pub(crate) permission: Permission,
}

/// Arguments of `create-program`.
#[derive(Args)]
pub(crate) struct CreateProgram {
    /// The namespace that it belongs to: a user's or an organisation's
    pub(crate) namespace: NamespaceName,
    /// Its name
    pub(crate) name: UserName,
    /// Its right on the namespace: search, download, upload or admin, each with those before it
    pub(crate) permission: Permission,
}

/// Arguments of `create-token`.
#[derive(Args)]
pub(crate) struct CreateToken {
    /// The account that the token belongs to
    pub(crate) name: UserName,
    /// What the token is for
    #[arg(long, default_value = "command line", value_name = "TEXT")]
    pub(crate) label: String,
    /// What its holder may do: search, download, upload, admin
    ///
    /// With admin it has to be limited to namespaces that the account administers, unless the account administers the registry.
    #[arg(long, value_delimiter = ',', default_value = "search,download,upload", value_name = "WORDS")]
    pub(crate) permissions: Vec<Permission>,
    /// How many days it works [default: for ever]
    #[arg(long)]
    pub(crate) days: Option<u32>,
    /// The namespaces that it works in [default: all that the account has a right on]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) namespaces: Vec<NamespaceName>,
}
