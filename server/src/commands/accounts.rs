//! Making accounts and tokens at the command line.

use domain::account::NewToken;
use registry::{Actor, NewUser};
use secrecy::ExposeSecret as _;

use super::{Failure, open, say};
use crate::{
    cli::{CreateToken, CreateUser},
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

/// Makes a token.
pub(super) async fn create_token(config: &Config, arguments: CreateToken) -> Result<(), Failure> {
    let registry = open(config).await?;
    let new = NewToken { name: arguments.label, permissions: arguments.permissions, days: arguments.days };
    let made = registry.create_token_for(&Actor::operator(), &arguments.name, &new).await;
    registry.close().await;
    say(made?.secret)
}
