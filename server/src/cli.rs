//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::{
    Invalid, NamespaceName, PackageKind, UserName,
    account::Permission,
    lifecycle::moment,
    people::{INVITATION_DAYS, Visibility},
    refs::RefName,
    units,
};
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::config::Config;

/// A registry for machine-learning models that a team can trust.
///
/// All commands work on the configured catalog and store, also while a server runs on them. Without any configuration that is
/// SQLite and a folder: ./data.
#[derive(Parser)]
#[command(name = "model-registry", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) config: Config,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a fault of the registry or of the machine
  2  wrong usage, or a configuration that cannot be used
  3  the input breaks a rule
  4  there is no such package, revision or user
  5  it exists already, or changed meanwhile
  6  not allowed
  7  unavailable right now: the port is in use, the disk full, the catalog locked; try again
  8  verify found content that is missing or damaged

Start here:
  model-registry serve
  model-registry import ./my-model --name me/my-model --version 1.0.0";

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the registry: pages, API and the scheduler of jobs
    ///
    /// The first start makes an administrator and prints the password, once. SIGTERM and Ctrl-C stop it in good order: requests
    /// are finished, running jobs go back to the queue.
    Serve,
    /// Bring the catalog to this version (serve does so by itself)
    Migrate,
    /// Ask a running server whether it is healthy
    ///
    /// Exits with 0 when it is, with 7 when it is not or cannot be reached.
    Health,
    /// Create an account
    ///
    /// Prints the password when it was generated.
    CreateUser(CreateUser),
    /// Give an account a new password
    ///
    /// It is printed this one time, and must be changed after signing in. All sessions of the account end.
    ResetPassword(ResetPassword),
    /// Create an invitation: a link that makes one account
    ///
    /// Prints the address, which works once.
    Invite(Invite),
    /// Give a user a right on a namespace, in the place of the one that was there
    Grant(Grant),
    /// Create an account for a program: it belongs to a namespace, and has tokens instead of a password
    CreateProgram(CreateProgram),
    /// Create an API token for an account
    ///
    /// The secret is printed to standard output, this one time.
    CreateToken(CreateToken),
    /// Import a folder or a .zip as a new revision
    Import(Import),
    /// Write the files of a revision into a new folder
    Export(Export),
    /// Show where an alias such as production points or pointed, and point it elsewhere
    ///
    /// With a revision it is pointed there, and created when missing; without one it is shown. Without an alias, all of the package
    /// are shown.
    Alias(Alias),
    /// Delete a package; it can be brought back until PURGE_DAYS are over
    Delete(Delete),
    /// Bring a deleted package back; without a name, list those that can be
    Undelete(Undelete),
    /// Give a package another name; the old one leads to it
    Rename(Rename),
    /// Show who did what, when and from where: every change, every download, every attempt to sign in
    Audit(Audit),
    /// Show what namespaces store, and what they may
    Storage(Storage),
    /// Set how much a namespace may store
    ///
    /// What it stores already stays; uploads that would add to it beyond the quota are refused before anything is sent.
    Quota(Quota),
    /// Write all that the registry holds into a folder
    ///
    /// A new folder, or one with an earlier backup, which it replaces: then only what is new is copied. Servers may run.
    Backup(Backup),
    /// Fill an empty registry from a backup, on whichever catalog and store are configured
    ///
    /// Before its first start: a registry that has accounts is not empty. A restore that was interrupted can be begun again.
    Restore(Restore),
    /// Read every file's content and compare it with its digest
    ///
    /// Shows what is missing, damaged or of another size, and which files of which packages have it. Changes nothing; servers may run.
    /// Exits with 8 when something is wrong.
    Verify(Verify),
    /// Look for what nothing needs any more, and remove it if asked to
    ///
    /// Blobs that no revision and no upload needs, files and objects that the catalog does not know, what was left of uploads. A
    /// running server does so by itself (GC_EVERY_HOURS). Safe at any time.
    Gc(Gc),
    /// Print the version
    Version,
}

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

/// Arguments of `import`.
#[derive(Args)]
pub(crate) struct Import {
    /// The folder or the .zip file
    pub(crate) folder: PathBuf,
    /// The package, as namespace/name; it is made when missing
    #[arg(long, value_name = "NS/NAME")]
    pub(crate) name: String,
    /// What it holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
    /// The version, such as 1.0.0: a tag that never moves
    #[arg(long)]
    pub(crate) version: Option<RefName>,
    /// Who finds the package when it is new: private, internal or public [default: internal]
    #[arg(long, value_name = "WORD")]
    pub(crate) visibility: Option<Visibility>,
    /// The branch that the revision goes on
    #[arg(long, default_value = "main")]
    pub(crate) branch: RefName,
    /// What is new
    #[arg(long, default_value = "Import")]
    pub(crate) message: String,
}

/// Arguments of `export`.
#[derive(Args)]
pub(crate) struct Export {
    /// The package and the revision, as namespace/name@REF; main when no REF is given
    #[arg(value_name = "NS/NAME@REF")]
    pub(crate) package: String,
    /// The folder to make
    pub(crate) folder: PathBuf,
    /// What it holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `alias`.
#[derive(Args)]
pub(crate) struct Alias {
    /// The package
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: String,
    /// The alias
    pub(crate) alias: Option<RefName>,
    /// A branch, a version, another alias, or the id of a revision
    #[arg(group = "step")]
    pub(crate) revision: Option<String>,
    /// Show its moves, the newest first
    #[arg(long, group = "step", requires = "alias")]
    pub(crate) history: bool,
    /// Show where it pointed at a moment, such as 2026-03-01 (the beginning of the day in UTC) or 2026-03-01T12:00:00Z
    #[arg(long, group = "step", requires = "alias", value_name = "MOMENT", value_parser = moment)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Point it at where it pointed before its last move
    #[arg(long, group = "step", requires = "alias")]
    pub(crate) roll_back: bool,
    /// Why it moves
    #[arg(long, default_value = "")]
    pub(crate) reason: String,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `delete`.
#[derive(Args)]
pub(crate) struct Delete {
    /// The package
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: String,
    /// The same name once more
    #[arg(long, value_name = "NS/NAME")]
    pub(crate) confirm: String,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `undelete`.
#[derive(Args)]
pub(crate) struct Undelete {
    /// The package; all deleted ones are listed when it is not given
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: Option<String>,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `rename`.
#[derive(Args)]
pub(crate) struct Rename {
    /// The package
    #[arg(value_name = "NS/NAME")]
    pub(crate) package: String,
    /// Its new name
    #[arg(value_name = "NEW_NS/NEW_NAME")]
    pub(crate) to: String,
    /// What the package holds: model, dataset or code
    #[arg(long, default_value = "model")]
    pub(crate) kind: PackageKind,
}

/// Arguments of `audit`.
#[derive(Args)]
pub(crate) struct Audit {
    /// What one actor did: a user's name, operator, scheduler or anonymous
    #[arg(long, value_name = "NAME", conflicts_with_all = ["action", "object"])]
    pub(crate) actor: Option<String>,
    /// What was done, such as download_file
    #[arg(long, value_name = "WORD", conflicts_with = "object")]
    pub(crate) action: Option<String>,
    /// What was done to one object, such as model/acme/bert@REVISION
    #[arg(long, value_name = "TEXT")]
    pub(crate) object: Option<String>,
    /// How many entries at the most, the newest
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub(crate) limit: usize,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `storage`.
#[derive(Args)]
pub(crate) struct Storage {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `quota`.
#[derive(Args)]
pub(crate) struct Quota {
    /// The namespace
    pub(crate) namespace: NamespaceName,
    /// How much, such as 500 GB; none takes the quota away
    #[arg(value_name = "SIZE|none", value_parser = quota)]
    pub(crate) size: QuotaSize,
}

/// How much a namespace may store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuotaSize(pub(crate) Option<u64>);

fn quota(text: &str) -> Result<QuotaSize, Invalid> {
    if text == "none" { Ok(QuotaSize(None)) } else { units::parse_bytes(text).map(|bytes| QuotaSize(Some(bytes))) }
}

/// Arguments of `backup`.
#[derive(Args)]
pub(crate) struct Backup {
    /// The folder
    pub(crate) folder: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `restore`.
#[derive(Args)]
pub(crate) struct Restore {
    /// The folder of the backup
    pub(crate) folder: PathBuf,
    /// Restore also into a store that belongs to another registry, whose files are removed then
    ///
    /// Only when that registry is never used again: from a day later on its files are gone.
    #[arg(long)]
    pub(crate) take_over_store: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `gc`.
#[derive(Args)]
pub(crate) struct Gc {
    /// Remove it; without this flag nothing changes
    #[arg(long)]
    pub(crate) remove: bool,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
