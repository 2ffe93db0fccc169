//! Two revisions of a package side by side.

use domain::compare::{Comparison, FileComparison};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::AppError;

/// What differs between the revisions `base` and `head`: files and metrics.
#[server(name = GetComparison, prefix = "/rpc", endpoint = "compare", input = GetUrl)]
pub async fn compare(
    kind: String,
    namespace: String,
    name: String,
    base: Option<String>,
    head: Option<String>,
) -> Result<Comparison, AppError> {
    use crate::ssr;
    let (package, base) = ssr::target(&kind, &namespace, &name, base)?;
    let (_, head) = ssr::target(&kind, &namespace, &name, head)?;
    ssr::respond(ssr::registry()?.compare(&ssr::actor()?, &package, &base, &head).await)
}

/// What differs inside one file: lines of a text, tensors of weights.
#[server(name = GetFileComparison, prefix = "/rpc", endpoint = "compare_file", input = GetUrl)]
pub async fn compare_file(
    kind: String,
    namespace: String,
    name: String,
    base: Option<String>,
    head: Option<String>,
    path: String,
) -> Result<FileComparison, AppError> {
    use crate::ssr;
    let (package, base) = ssr::target(&kind, &namespace, &name, base)?;
    let (_, head) = ssr::target(&kind, &namespace, &name, head)?;
    ssr::respond(ssr::registry()?.compare_file(&ssr::actor()?, &package, &base, &head, &path.parse()?).await)
}
