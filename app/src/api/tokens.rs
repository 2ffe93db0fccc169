//! API tokens: listed, made, revoked by their owner.

use domain::{
    account::{CreatedToken, NewToken, TokenSummary},
    listing::Page,
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

use crate::error::AppError;

/// The acting user's tokens, newest first, the revoked ones included.
#[server(prefix = "/rpc", endpoint = "list_tokens", input = GetUrl)]
pub async fn list_tokens(cursor: Option<String>) -> Result<Page<TokenSummary>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.tokens(&ssr::actor()?, cursor.as_deref().into()).await)
}

/// Makes a token. Its secret is in the answer and nowhere else.
#[server(prefix = "/rpc", endpoint = "create_token", input = Json)]
pub async fn create_token(token: NewToken) -> Result<CreatedToken, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.create_token(&ssr::actor()?, &token).await)
}

/// Revokes a token: it stops working at once. Revoking twice is no error.
#[server(prefix = "/rpc", endpoint = "revoke_token")]
pub async fn revoke_token(id: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.revoke_token(&ssr::actor()?, id.parse()?).await)
}
