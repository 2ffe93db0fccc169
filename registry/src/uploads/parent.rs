//! What a revision builds on: where its branch must still point when it is committed. A manifest is the whole of a revision, so
//! whoever committed on top of what they never saw would take it back unawares.

use domain::{PackageId, PackageRef, Sha256Digest, lifecycle::Expected, refs::RefKind, refs::RefName};

use crate::{
    Error, Result,
    catalog::{self, Conn, revisions::StoredRevision},
};

/// The revision that a branch points at; nothing when there is no such branch.
pub(super) async fn head(conn: &mut Conn, package: PackageId, branch: &RefName) -> Result<Option<StoredRevision>> {
    match catalog::refs::resolve(conn, package, Some(RefKind::Branch), branch).await? {
        Some(seq) => catalog::revisions::get(conn, seq).await.map(Some),
        None => Ok(None),
    }
}

/// The parent that an upload keeps from its beginning on: the one that was named or, when none was, the head of now.
///
/// # Errors
/// Conflict when the branch is elsewhere already.
pub(super) async fn noted(
    conn: &mut Conn,
    package: &PackageRef,
    branch: &RefName,
    named: Expected,
    manifest: &Sha256Digest,
) -> Result<Expected> {
    let head = match catalog::packages::find(conn, package).await? {
        Some(stored) => head(conn, stored.id, branch).await?,
        None => None,
    };
    if named == Expected::Anything {
        return Ok(head.map_or(Expected::Nothing, |head| Expected::Revision(head.summary.id)));
    }
    require(named, branch, head.as_ref(), manifest)?;
    Ok(named)
}

/// Demands that a branch is where the sender of a revision took it to be, or has the very same files already.
///
/// # Errors
/// Conflict, with the head of now.
pub(super) fn require(parent: Expected, branch: &RefName, head: Option<&StoredRevision>, manifest: &Sha256Digest) -> Result<()> {
    let current = head.map(|head| head.summary.id);
    if parent.is_met_by(current) || head.is_some_and(|head| head.manifest == *manifest) {
        return Ok(());
    }
    let message = match current {
        Some(current) => format!(
            "“{branch}” points at {current} now: somebody committed meanwhile. Look at what is new there, then begin the upload \
             again: what has arrived is kept."
        ),
        None => format!("There is no branch “{branch}” any more. Begin the upload again to make it: what has arrived is kept."),
    };
    Err(Error::conflict(message).at(current))
}
