//! Beginning an upload, or finding the one that was begun before.

use domain::{
    ErrorKind, Sha256Digest, UploadId,
    manifest::Manifest,
    refs::{RefKind, next_version},
    upload::{BeginUpload, MAX_MESSAGE, UploadState, UploadStatus},
};
use uuid::Uuid;

use super::{parent, visibility};
use crate::{
    Actor, Error, Registry, Result,
    branches::require_unprotected,
    catalog::{
        self, Conn, transact,
        uploads::{StoredState, StoredUpload},
    },
    now,
    removal::require_open,
    storage::require_room,
};

/// How many uploads of one user may be open at once: each keeps its manifest and its parts. A page of them holds so many.
pub(super) const MAX_OPEN: u64 = 50;

/// What there is to go on with.
enum Begun {
    /// A session, new or from before.
    Open(UploadId),
    /// Nothing: it was all committed before.
    Before(UploadStatus),
}

impl Registry {
    /// Begins an upload. The same files for the same version of the same package find the session that was begun before, with
    /// the parts that have arrived; when that one was committed meanwhile, the answer says so.
    ///
    /// # Errors
    /// Invalid when the manifest or the message breaks a rule; forbidden without the right to write, or to a branch or version with the
    /// name of a protected alias; conflict when the version exists with other content, the branch is not where the upload takes it to
    /// be, or others may find the package than it says.
    pub async fn begin_upload(&self, actor: &Actor, begin: BeginUpload) -> Result<UploadStatus> {
        actor.require_write(&begin.package.namespace)?;
        let message = checked_message(&begin.message)?;
        let manifest = Manifest::new(begin.files.clone(), &self.0.settings.limits)?;
        let target = target(actor, &begin, &manifest);
        let at = now();
        let expires_at = at + self.0.settings.upload_lifetime;
        let id = UploadId(Uuid::now_v7());
        let begun = transact!(self.0.catalog, async |conn| {
            require_open(conn, actor, &begin.package).await?;
            if let Some(wanted) = begin.visibility {
                let existing = catalog::packages::find(conn, &begin.package).await?.map(|stored| stored.visibility);
                visibility::require(actor, &begin.package, existing, wanted)?;
            }
            if let Some(committed) = self.committed_before(conn, &begin, &manifest).await? {
                return Ok(Begun::Before(committed));
            }
            require_unprotected_names(conn, actor, &begin).await?;
            let parent = parent::noted(conn, &begin.package, &begin.branch, begin.parent, &manifest.digest()).await?;
            let new = StoredUpload {
                id,
                user: actor.user_id(),
                package: begin.package.clone(),
                branch: begin.branch.clone(),
                version: begin.version.clone(),
                visibility: begin.visibility,
                parent,
                message: message.clone(),
                state: StoredState::Open,
                created_at: at,
                expires_at,
            };
            // somebody else may begin the same upload in between, and even end it: then the other statement finds what to do
            loop {
                if let Some(id) = catalog::uploads::resume(conn, &target, expires_at, &message, parent, begin.visibility).await? {
                    require_room(conn, &begin.package.namespace, id).await?;
                    return Ok(Begun::Open(id));
                }
                if catalog::uploads::count_open(conn, actor.user_id()).await? >= MAX_OPEN {
                    return Err(Error::conflict(format!(
                        "You have {MAX_OPEN} uploads that are not finished: finish or discard some, then begin this one."
                    )));
                }
                if catalog::uploads::insert(conn, &new, &target, &manifest).await? {
                    catalog::holds::keep_for_upload(conn, new.id).await?;
                    require_room(conn, &begin.package.namespace, new.id).await?;
                    if let Some((path, size)) = catalog::uploads::wrong_size(conn, new.id, actor.holder()).await? {
                        return Err(wrong_size(&path, size));
                    }
                    return Ok(Begun::Open(new.id));
                }
            }
        })?;
        let id = match begun {
            Begun::Open(id) => id,
            Begun::Before(committed) => return Ok(committed),
        };
        let mut conn = self.0.catalog.read().await?;
        let upload = self.own_upload(&mut conn, actor, id).await?;
        drop(conn);
        self.status(actor, &upload).await
    }

    /// What there is already under the version: nothing, the same content (then there is nothing to do), or a conflict.
    async fn committed_before(&self, conn: &mut Conn, begin: &BeginUpload, manifest: &Manifest) -> Result<Option<UploadStatus>> {
        let Some(version) = &begin.version else { return Ok(None) };
        let Some(stored) = catalog::packages::find(conn, &begin.package).await? else { return Ok(None) };
        let Some(seq) = catalog::refs::resolve(conn, stored.id, Some(RefKind::Tag), version).await? else { return Ok(None) };
        let revision = catalog::revisions::get(conn, seq).await?;
        if revision.manifest != manifest.digest() {
            return Err(taken(version.as_str(), stored.version.as_deref()));
        }
        Ok(Some(UploadStatus {
            id: UploadId(Uuid::nil()),
            package: stored.package,
            version: begin.version.clone(),
            visibility: begin.visibility,
            state: UploadState::Committed { revision: revision.summary.id },
            missing: Vec::new(),
            files: manifest.files().len() as u64,
            total_bytes: manifest.total_bytes(),
            created_at: revision.summary.created_at,
            expires_at: revision.summary.created_at,
        }))
    }
}

/// Refuses names that the commit would refuse before anything is sent.
async fn require_unprotected_names(conn: &mut Conn, actor: &Actor, begin: &BeginUpload) -> Result<()> {
    let id = catalog::packages::find(conn, &begin.package).await?.map(|stored| stored.id);
    require_unprotected(conn, actor, (&begin.package, id), RefKind::Branch, &begin.branch).await?;
    match &begin.version {
        Some(version) => require_unprotected(conn, actor, (&begin.package, id), RefKind::Tag, version).await,
        None => Ok(()),
    }
}

/// A version that exists with other content, and which one would be free.
pub(super) fn taken(version: &str, newest: Option<&str>) -> Error {
    Error::conflict(format!(
        "The version “{version}” exists already with other files, and versions never change: use another, such as {}.",
        next_version(newest.or(Some(version)))
    ))
}

/// A file that is announced with another size than the content with its digest has.
pub(super) fn wrong_size(path: &str, size: u64) -> Error {
    Error::new(ErrorKind::Invalid, format!("The size of “{path}” is wrong: the content with this SHA-256 has {size} bytes."))
}

/// The message of a revision as it is kept.
pub(crate) fn checked_message(message: &str) -> Result<String> {
    let message = message.trim();
    if message.chars().count() > MAX_MESSAGE {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("The message is too long: at most {MAX_MESSAGE} characters are allowed."),
        ));
    }
    if message.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Error::new(ErrorKind::Invalid, "The message contains control characters."));
    }
    Ok(message.to_owned())
}

/// What makes two uploads the same: who, where to, and which files. The message may differ.
fn target(actor: &Actor, begin: &BeginUpload, manifest: &Manifest) -> Sha256Digest {
    let user = actor.user_id().map(|id| id.to_string()).unwrap_or_default();
    let version = begin.version.as_ref().map(ToString::to_string).unwrap_or_default();
    let parts = [
        user,
        begin.package.kind.to_string(),
        begin.package.namespace.key(),
        begin.package.name.key(),
        begin.branch.to_string(),
        version,
        manifest.digest().to_hex(),
    ];
    Sha256Digest::of(parts.join("\n").as_bytes())
}
