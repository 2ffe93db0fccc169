//! Making accounts and tokens at the command line.

use domain::{account::NewToken, people::NewInvitation};
use registry::{Actor, NewUser};
use secrecy::ExposeSecret as _;

use super::{Failure, open, say};
use crate::{
    cli::{CreateProgram, CreateToken, CreateUser, Grant, Invite, ResetPassword},
    config::Config,
};

/// Makes an account.
pub(super) async fn create_user(config: &Config, arguments: CreateUser) -> Result<(), Failure> {
    let registry = open(config).await?;
    let new = NewUser { name: arguments.name, password: arguments.password, admin: arguments.admin };
    let made = registry.create_user(&Actor::operator(), new).await;
    registry.close().await;
    let (user, password) = made?;
    eprintln!("{} “{}” was made.", if user.admin { "The administrator" } else { "The user" }, user.name);
    match password {
        Some(password) => say(password.expose_secret().to_owned()),
        None => Ok(()),
    }
}

/// Gives an account a new password.
pub(super) async fn reset_password(config: &Config, arguments: ResetPassword) -> Result<(), Failure> {
    let registry = open(config).await?;
    let password = registry.reset_password(&Actor::operator(), &arguments.name).await;
    registry.close().await;
    say(password?.expose_secret().to_owned())
}

/// Makes an invitation, and tells its address.
pub(super) async fn invite(config: &Config, arguments: Invite) -> Result<(), Failure> {
    let registry = open(config).await?;
    let new = NewInvitation { note: arguments.note, admin: arguments.admin, days: arguments.days };
    let made = registry.invite(&Actor::operator(), &new).await;
    registry.close().await;
    let site = config
        .public_url
        .as_ref()
        .map_or_else(|| format!("http://{}", config.listen_addr), |url| url.as_str().trim_end_matches('/').to_owned());
    say(format!("{site}{}", made?.path()))
}

/// Gives a user a right on a namespace.
pub(super) async fn grant(config: &Config, arguments: Grant) -> Result<(), Failure> {
    let registry = open(config).await?;
    let granted = registry.grant(&Actor::operator(), &arguments.namespace, &arguments.user, arguments.permission).await;
    registry.close().await;
    Ok(granted?)
}

/// Makes an account for a program.
pub(super) async fn create_program(config: &Config, arguments: CreateProgram) -> Result<(), Failure> {
    let CreateProgram { namespace, name, permission } = arguments;
    let registry = open(config).await?;
    let made = registry.create_program(&Actor::operator(), &namespace, &name, permission).await;
    registry.close().await;
    Ok(made?)
}

/// Makes a token.
pub(super) async fn create_token(config: &Config, arguments: CreateToken) -> Result<(), Failure> {
    let registry = open(config).await?;
    let new = NewToken {
        name: arguments.label,
        permissions: arguments.permissions,
        days: arguments.days,
        namespaces: arguments.namespaces,
    };
    let made = registry.create_token_for(&Actor::operator(), &arguments.name, &new).await;
    registry.close().await;
    say(made?.secret)
}
