//! What happens to packages after they were uploaded.

/// Names that move, and what they were.
mod aliases;
/// Branches and lists of refs.
mod branches;
/// Two revisions side by side.
mod compare;
/// Deleted, brought back.
mod removal;
/// Other names.
mod renaming;
/// All of it by REST.
mod rest;
/// Settings that are changed only as they were seen.
mod settings;

use domain::{PackageKind, PackageRef, RevisionId};
use reqwest::Response;

use crate::harness::{Client, Files, Trouble, about};

/// A form about a package.
async fn change<T: serde::de::DeserializeOwned>(
    client: &Client,
    function: &str,
    package: &str,
    arguments: &[(&str, &str)],
) -> Result<T, Trouble> {
    client.form(function, &[&about(package)[..], arguments].concat()).await
}

/// Moves an alias of `ann/bert`.
async fn shift(client: &Client, alias: &str, to: &str, expected: &str) -> Result<RevisionId, Trouble> {
    change(client, "move_alias", "ann/bert", &[("alias", alias), ("to", to), ("expected", expected), ("reason", "because")]).await
}

/// Several versions of `ann/bert`, the oldest first.
async fn versions(client: &Client, count: usize) -> Vec<RevisionId> {
    let mut revisions = Vec::new();
    for number in 1..=count {
        let files = Files::of("README.md", format!("# Bert\nNumber {number}.\n"));
        revisions.push(client.publish("ann/bert", Some(&format!("{number}.0.0")), &files).await);
    }
    revisions
}

/// A page as a browser asks for it.
async fn page(client: &Client, address: &str) -> Response {
    client.request(reqwest::Method::GET, address).header("accept", "text/html").send().await.unwrap()
}

fn model(name: &str) -> PackageRef {
    PackageRef::parse(PackageKind::Model, name).unwrap()
}
