//! Who may find a package that an upload makes: said with its first revision, so that it holds from the first moment on.

use domain::{ErrorKind, PackageRef, people::Visibility};
use time::OffsetDateTime;

use crate::{
    Actor, Error, Result,
    catalog::{self, Conn, audit::Action},
};

/// Demands that an upload may say who finds its package: it is new or says what holds already, and who may not change that later
/// opens it no wider than packages are anyway.
///
/// # Errors
/// Conflict when the package is there and others may find it than the upload says; forbidden when a new one is to be public and
/// the actor does not manage the namespace.
pub(super) fn require(actor: &Actor, package: &PackageRef, existing: Option<Visibility>, wanted: Visibility) -> Result<()> {
    match existing {
        Some(existing) if existing == wanted => Ok(()),
        Some(existing) => Err(Error::conflict(format!(
            "“{package}” exists already and is {}, not {}: upload without saying who finds it, and change that on the package's page.",
            existing.as_str(),
            wanted.as_str()
        ))),
        None if wanted <= Visibility::default() || actor.may_manage(&package.namespace) => Ok(()),
        None => Err(Error::new(
            ErrorKind::Forbidden,
            format!(
                "Only an administrator of the namespace “{}” may make a package {}: make it private or internal.",
                package.namespace,
                wanted.as_str()
            ),
        )),
    }
}

/// Records what was said.
pub(super) async fn record(
    conn: &mut Conn,
    actor: &Actor,
    package: &PackageRef,
    visibility: Visibility,
    at: OffsetDateTime,
) -> Result<()> {
    let object = format!("{}/{package} {}", package.kind, visibility.as_str());
    catalog::audit::record(conn, actor.name(), actor.client(), Action::SetVisibility, &object, at).await
}
