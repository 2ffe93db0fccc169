//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::{PackageKind, UserName, account::Permission, refs::RefName};
use secrecy::SecretString;

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
    /// Make an account
    ///
    /// Prints the password when it was generated.
    CreateUser(CreateUser),
    /// Make an API token for an account
    ///
    /// The secret is printed to standard output, this one time.
    CreateToken(CreateToken),
    /// Take a folder or a .zip in as a new revision
    Import(Import),
    /// Write the files of a revision into a new folder
    Export(Export),
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

/// Arguments of `create-token`.
#[derive(Args)]
pub(crate) struct CreateToken {
    /// The account that the token belongs to
    pub(crate) name: UserName,
    /// What the token is for
    #[arg(long, default_value = "command line", value_name = "TEXT")]
    pub(crate) label: String,
    /// What its holder may do: search, download, upload, admin
    #[arg(long, value_delimiter = ',', default_value = "search,download,upload", value_name = "WORDS")]
    pub(crate) permissions: Vec<Permission>,
    /// How many days it works [default: for ever]
    #[arg(long)]
    pub(crate) days: Option<u32>,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
