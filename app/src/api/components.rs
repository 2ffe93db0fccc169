//! Components of revisions.

use domain::component::ComponentSize;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// How much each component of a revision is.
#[server(name = GetComponents, prefix = "/rpc", endpoint = "components", input = GetUrl)]
pub async fn components(
    kind: String,
    namespace: String,
    name: String,
    at: Option<String>,
) -> Result<Vec<ComponentSize>, AppError> {
    use crate::ssr;
    let (package, at) = ssr::target(&kind, &namespace, &name, at)?;
    ssr::respond(ssr::registry()?.components(&ssr::actor()?, &package, &at).await)
}
