//! The commands, one a module.

mod accounts;
mod aliases;
mod audit;
mod backup;
mod garbage;
mod health;
mod lifecycle;
mod progress;
mod serve;
mod storage;
mod transfer;
mod verify;

use std::{io, process::ExitCode};

use domain::ErrorKind;
use registry::Registry;

use crate::{
    cli::{Cli, Command},
    config::Config,
};

/// Why a command ended without its work done: a sentence for the person, a code for the script.
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// A configuration that cannot be used.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// Not possible right now.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 7 }
    }

    /// Content is not what it should be.
    pub(crate) fn damage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 8 }
    }

    /// A failure of the machine.
    pub(crate) fn from_io(doing: &str, error: &io::Error) -> Self {
        Self { message: format!("{doing}: {error}."), code: 1 }
    }

    /// Tells the person, and gives the code for the script.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("model-registry: {}", self.message);
        ExitCode::from(self.code)
    }
}

impl From<registry::Error> for Failure {
    fn from(error: registry::Error) -> Self {
        error.log();
        let code = match error.kind() {
            ErrorKind::Internal => 1,
            ErrorKind::Invalid | ErrorKind::TooLarge => 3,
            ErrorKind::NotFound => 4,
            ErrorKind::Conflict | ErrorKind::Outdated => 5,
            ErrorKind::Unauthenticated | ErrorKind::Forbidden => 6,
            ErrorKind::TooManyRequests | ErrorKind::Unavailable | ErrorKind::InsufficientStorage => 7,
        };
        Self { message: error.message().to_owned(), code }
    }
}

impl From<domain::Invalid> for Failure {
    fn from(error: domain::Invalid) -> Self {
        registry::Error::from(error).into()
    }
}

/// Runs the command of a command line.
pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let config = cli.config;
    match cli.command {
        Command::Serve => serve::run(&config).await,
        Command::Migrate => migrate(&config).await,
        Command::Health => health::run(&config).await,
        Command::CreateUser(arguments) => accounts::create_user(&config, arguments).await,
        Command::ResetPassword(arguments) => accounts::reset_password(&config, arguments).await,
        Command::Invite(arguments) => accounts::invite(&config, arguments).await,
        Command::Grant(arguments) => accounts::grant(&config, arguments).await,
        Command::CreateProgram(arguments) => accounts::create_program(&config, arguments).await,
        Command::CreateToken(arguments) => accounts::create_token(&config, arguments).await,
        Command::Import(arguments) => transfer::import(&config, arguments).await,
        Command::Export(arguments) => transfer::export(&config, arguments).await,
        Command::Audit(arguments) => audit::list(&config, &arguments).await,
        Command::Storage(arguments) => storage::list(&config, &arguments).await,
        Command::Quota(arguments) => storage::set_quota(&config, arguments).await,
        Command::Backup(arguments) => backup::make(&config, arguments).await,
        Command::Restore(arguments) => backup::restore(&config, arguments).await,
        Command::Verify(arguments) => verify::run(&config, &arguments).await,
        Command::Gc(arguments) => garbage::collect(&config, &arguments).await,
        Command::Alias(arguments) => aliases::run(&config, arguments).await,
        Command::Delete(arguments) => lifecycle::delete(&config, arguments).await,
        Command::Undelete(arguments) => lifecycle::undelete(&config, arguments).await,
        Command::Rename(arguments) => lifecycle::rename(&config, arguments).await,
        Command::Version => say(format!("model-registry {}", env!("CARGO_PKG_VERSION"))),
    }
}

/// Opens the configured catalog and store; makes what is missing.
async fn open(config: &Config) -> Result<Registry, Failure> {
    let settings = config.settings().map_err(Failure::configuration)?;
    Ok(Registry::open(settings).await?)
}

async fn migrate(config: &Config) -> Result<(), Failure> {
    open(config).await?.close().await;
    say("The catalog is at the version of this program.".into())
}

/// Writes an answer for programs to standard output.
fn say_json(answer: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(answer)
        .map_err(|error| Failure::from_io("The answer cannot be written", &io::Error::other(error)))?;
    say(text)
}

/// Writes an answer to standard output. A reader that went away is no failure.
fn say(line: String) -> Result<(), Failure> {
    use io::Write as _;
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::from_io("The answer cannot be written", &error)),
        _ => Ok(()),
    }
}
