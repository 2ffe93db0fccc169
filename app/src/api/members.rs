//! Members of namespaces, organisations, the accounts of programs, and who may find a package.

use domain::{
    NamespaceName,
    account::{CreatedToken, NewToken, TokenSummary},
    listing::Page,
    people::{Member, NamespaceDetail},
};
use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};

use crate::error::AppError;

/// A namespace that the acting user has a right on.
#[server(name = GetNamespace, prefix = "/rpc", endpoint = "namespace", input = GetUrl)]
pub async fn namespace(name: String) -> Result<NamespaceDetail, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.namespace(&ssr::actor()?, &ssr::namespace(&name)?).await)
}

/// The members of a namespace, the oldest account first.
#[server(name = GetMembers, prefix = "/rpc", endpoint = "members", input = GetUrl)]
pub async fn members(namespace: String, cursor: Option<String>) -> Result<Page<Member>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.members(&ssr::actor()?, &ssr::namespace(&namespace)?, cursor.as_deref().into()).await)
}

/// Makes an organisation, whose name is the answer; its maker becomes its administrator.
#[server(prefix = "/rpc", endpoint = "create_organisation")]
pub async fn create_organisation(name: String) -> Result<NamespaceName, AppError> {
    use crate::ssr;
    let name = name.trim().parse()?;
    ssr::respond(ssr::registry()?.create_organisation(&ssr::actor()?, &name).await)?;
    Ok(name)
}

/// Grants a user a right on a namespace, in the place of the one that was there.
#[server(prefix = "/rpc", endpoint = "grant")]
pub async fn grant(namespace: String, user: String, permission: String) -> Result<(), AppError> {
    use crate::ssr;
    let (user, permission) = (user.trim().parse()?, permission.parse()?);
    ssr::respond(ssr::registry()?.grant(&ssr::actor()?, &ssr::namespace(&namespace)?, &user, permission).await)
}

/// Takes a user's right on a namespace away.
#[server(prefix = "/rpc", endpoint = "remove_member")]
pub async fn remove_member(namespace: String, user: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.remove_member(&ssr::actor()?, &ssr::namespace(&namespace)?, &user.parse()?).await)
}

/// Makes an account for a program of a namespace, with a right on it.
#[server(prefix = "/rpc", endpoint = "create_program")]
pub async fn create_program(namespace: String, program: String, permission: String) -> Result<(), AppError> {
    use crate::ssr;
    let (program, permission) = (program.trim().parse()?, permission.parse()?);
    ssr::respond(ssr::registry()?.create_program(&ssr::actor()?, &ssr::namespace(&namespace)?, &program, permission).await)
}

/// The tokens of a program, newest first.
#[server(prefix = "/rpc", endpoint = "program_tokens", input = GetUrl)]
pub async fn program_tokens(program: String, cursor: Option<String>) -> Result<Page<TokenSummary>, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.tokens_of(&ssr::actor()?, &program.parse()?, cursor.as_deref().into()).await)
}

/// Makes a token for a program. Its secret is in the answer and nowhere else.
#[server(prefix = "/rpc", endpoint = "create_program_token", input = Json)]
pub async fn create_program_token(program: String, token: NewToken) -> Result<CreatedToken, AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.create_token_for(&ssr::actor()?, &program.parse()?, &token).await)
}

/// Revokes a token of a program. Revoking twice is no error.
#[server(prefix = "/rpc", endpoint = "revoke_program_token")]
pub async fn revoke_program_token(program: String, id: String) -> Result<(), AppError> {
    use crate::ssr;
    ssr::respond(ssr::registry()?.revoke_token_of(&ssr::actor()?, &program.parse()?, id.parse()?).await)
}

/// Changes who may find and download a package: `private`, `internal` or `public`.
#[server(prefix = "/rpc", endpoint = "set_visibility")]
pub async fn set_visibility(kind: String, namespace: String, name: String, visibility: String) -> Result<(), AppError> {
    use crate::ssr;
    let (package, _) = ssr::target(&kind, &namespace, &name, None)?;
    ssr::respond(ssr::registry()?.set_visibility(&ssr::actor()?, &package, visibility.parse()?).await)?;
    Ok(())
}
