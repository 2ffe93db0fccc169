//! The acting user, and tokens.

use domain::{
    Invalid,
    account::{self, CreatedToken, CurrentUser, TokenSummary},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::moment;

/// The acting user.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct User {
    /// The name.
    name: String,
    /// Whether the user may administer the registry.
    admin: bool,
}

impl From<&CurrentUser> for User {
    fn from(user: &CurrentUser) -> Self {
        Self { name: user.name.to_string(), admin: user.admin }
    }
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Token {
    /// Its id.
    #[schema(format = Uuid)]
    id: String,
    /// What it is for.
    name: String,
    /// `search`, `download`, `upload`, `admin`.
    permissions: Vec<String>,
    /// The namespaces that it works in; nothing: all that its user may use.
    namespaces: Option<Vec<String>>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was used last, to the minute.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<TokenSummary> for Token {
    fn from(token: TokenSummary) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            permissions: token.permissions.iter().map(|permission| permission.as_str().to_owned()).collect(),
            namespaces: token.namespaces.map(|names| names.iter().map(ToString::to_string).collect()),
            created_at: moment(token.created_at),
            expires_at: token.expires_at.map(moment),
            last_used_at: token.last_used_at.map(moment),
            revoked_at: token.revoked_at.map(moment),
        }
    }
}

/// What a new token is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewToken {
    /// What it is for, in 1 to 64 characters.
    #[schema(min_length = 1, max_length = 64)]
    pub(in super::super) name: String,
    /// `search`, `download`, `upload`, `admin`.
    #[schema(min_items = 1)]
    pub(in super::super) permissions: Vec<String>,
    /// How many days it works; nothing: for ever.
    #[schema(minimum = 1)]
    pub(in super::super) days: Option<u32>,
    /// The namespaces that it works in; all that you may use, when none is named.
    #[serde(default)]
    pub(in super::super) namespaces: Vec<String>,
}

impl TryFrom<NewToken> for account::NewToken {
    type Error = Invalid;
    fn try_from(new: NewToken) -> Result<Self, Invalid> {
        Ok(Self {
            permissions: new.permissions.iter().map(|word| word.parse()).collect::<Result<_, _>>()?,
            namespaces: new.namespaces.iter().map(|name| name.parse()).collect::<Result<_, _>>()?,
            name: new.name,
            days: new.days,
        })
    }
}

/// A change of your password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewPassword {
    /// The one until now.
    pub(in super::super) old: String,
    /// The one from now on.
    #[schema(min_length = 1)]
    pub(in super::super) new: String,
}

/// A token and its secret, this one time.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct MadeToken {
    /// The token.
    token: Token,
    /// What programs send.
    secret: String,
}

impl From<CreatedToken> for MadeToken {
    fn from(made: CreatedToken) -> Self {
        Self { token: made.token.into(), secret: made.secret }
    }
}
