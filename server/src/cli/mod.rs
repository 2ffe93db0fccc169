//! The command line: what can be typed. What it does is in `commands`, under the same names.

mod accounts;
mod aliases;
mod audit;
mod backup;
mod garbage;
mod lifecycle;
mod storage;
mod transfer;
mod verify;

use clap::{Parser, Subcommand};

pub(crate) use self::{
    accounts::{CreateProgram, CreateToken, CreateUser, Grant, Invite, ResetPassword},
    aliases::Alias,
    audit::Audit,
    backup::{Backup, Restore},
    garbage::Gc,
    lifecycle::{Delete, Rename, Undelete},
    storage::{Quota, Storage},
    transfer::{Export, Import},
    verify::Verify,
};
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
