//! Addresses of files: lists of them, for programs that fetch many files by themselves, and straight from the store.

use domain::{
    ErrorKind, FilePath, PackageRef, RevisionId, Sha256Digest,
    account::Permission,
    component::Component,
    listing::{MAX_ADDRESSES, Page},
    package::encode_segment,
    refs::RevisionSpec,
};
use time::OffsetDateTime;

use crate::{
    Actor, BlobReader, Error, Paging, Registry, Result,
    blobs::{Attachment, StoredBlob},
    catalog::{self, Conn, audit::Action, counts::Downloaded},
    components::object_of,
    cursor, now,
    packages::locate,
};

/// How many files are looked at at once, to find those of a component.
const LOOK: u32 = 2000;

/// Where the files of a component are, page by page.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The revision that was found.
    pub revision: RevisionId,
    /// When the addresses expire.
    pub expires_at: OffsetDateTime,
    /// The files, by path.
    pub files: Page<AddressedFile>,
}

/// A file, and where it is.
#[derive(Clone, Debug)]
pub struct AddressedFile {
    /// Where it stands in the package.
    pub path: FilePath,
    /// Its length in bytes.
    pub size: u64,
    /// Its content address.
    pub sha256: Sha256Digest,
    /// Where whoever has it gets the bytes, without further credentials, until it expires. It is on the registry itself when it
    /// begins with `/`.
    pub url: String,
}

/// The signed part of an address of the registry itself: whoever has it may read exactly this blob until it expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobSignature {
    /// The blob.
    pub sha256: Sha256Digest,
    /// What the file is called.
    pub name: String,
    /// When the address expires, in seconds since 1970.
    pub expires: i64,
    /// The signature over all of the above.
    pub signature: String,
}

/// A blob whose address was signed, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBlob(StoredBlob);

impl SignedBlob {
    /// Its length in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.0.size
    }
}

impl BlobSignature {
    fn text(sha256: &Sha256Digest, name: &str, expires: i64) -> String {
        format!("GET blob {sha256} {expires} {name}")
    }
}

impl Registry {
    /// Where the files of a component of a revision are: in the bucket, or on the registry itself when it keeps them in a folder.
    /// `describe` tells the disposition and the content type of a file of some name. Every page is recorded; together they count as one
    /// download.
    ///
    /// # Errors
    /// Not found when there is no such package or revision; invalid when the cursor is damaged; forbidden without the permission to
    /// download.
    pub async fn addresses(
        &self,
        actor: &Actor,
        package: &PackageRef,
        at: &RevisionSpec,
        component: Component,
        paging: Paging<'_>,
        describe: fn(&str) -> (String, &'static str),
    ) -> Result<Addresses> {
        actor.require(Permission::Download)?;
        let (after, size) = (paging.after::<FilePath>()?, paging.size(MAX_ADDRESSES as usize));
        let is_first = after.is_none();
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        actor.require_download(&stored)?;
        let holds = |path: &FilePath| component.holds(stored.package.kind, path);
        let after = after.map(|after| after.to_string()).unwrap_or_default();
        let found = files_after(&mut conn, revision.seq, after, size, holds).await?;
        drop(conn);
        let page = cursor::page(found, size, |(path, _)| path.clone())?;
        let object = object_of(&stored.package, &revision.summary.id, component);
        // the pages after the first belong to the same download
        let of = is_first.then_some(Downloaded { package: stored.id, revision_seq: revision.seq });
        self.record_download(actor, Action::DownloadAddresses, &object, of).await?;
        // as long as the files before it may take
        let time = self.0.settings.address_time;
        let expires_at = now() + time;
        let mut items = Vec::with_capacity(page.items.len());
        for (path, blob) in page.items {
            let (disposition, content_type) = describe(path.file_name());
            let attachment = Attachment { disposition: &disposition, content_type };
            let url = match self.0.blobs.address(&blob, &attachment, time).await? {
                Some(url) => url.into(),
                None => self.own_address(&blob.sha256, path.file_name(), expires_at),
            };
            items.push(AddressedFile { path, size: blob.size, sha256: blob.sha256, url });
        }
        Ok(Addresses { revision: revision.summary.id, expires_at, files: Page { items, next: page.next } })
    }

    /// An address of the registry itself.
    fn own_address(&self, sha256: &Sha256Digest, name: &str, expires_at: OffsetDateTime) -> String {
        let expires = expires_at.unix_timestamp();
        let signature = self.0.signer.sign(&BlobSignature::text(sha256, name, expires));
        format!("/api/v1/blobs/{sha256}/{}?expires={expires}&signature={signature}", encode_segment(name))
    }

    /// The blob of an address that the registry gave. The download was recorded when it was given.
    ///
    /// # Errors
    /// Forbidden when the address is forged or has expired.
    pub async fn signed_blob(&self, address: &BlobSignature) -> Result<SignedBlob> {
        let text = BlobSignature::text(&address.sha256, &address.name, address.expires);
        if !self.0.signer.verify(&text, &address.signature) {
            return Err(Error::new(ErrorKind::Forbidden, "The address of this file is not one that the registry gave."));
        }
        if now().unix_timestamp() > address.expires {
            return Err(Error::new(ErrorKind::Forbidden, "The address of this file has expired: ask for a new one."));
        }
        let mut conn = self.0.catalog.read().await?;
        let blob = catalog::blobs::get(&mut conn, &address.sha256).await?.ok_or_else(|| Error::not_found("The file"))?;
        Ok(SignedBlob(blob))
    }

    /// Opens a blob whose address was signed for reading, from byte `start` on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_signed(&self, blob: &SignedBlob, start: u64) -> Result<BlobReader> {
        self.0.blobs.read(&blob.0, start).await
    }
}

/// The files after a path that are wanted: one more than a page holds, if there are so many.
async fn files_after(
    conn: &mut Conn,
    revision_seq: i64,
    mut after: String,
    size: usize,
    is_wanted: impl Fn(&FilePath) -> bool,
) -> Result<Vec<(FilePath, StoredBlob)>> {
    let mut wanted = Vec::new();
    loop {
        let looked_at = catalog::entries::stored_files_after(conn, revision_seq, &after, LOOK).await?;
        let is_end = looked_at.len() < LOOK as usize;
        if let Some((last, _)) = looked_at.last() {
            after = last.as_str().to_owned();
        }
        wanted.extend(looked_at.into_iter().filter(|(path, _)| is_wanted(path)));
        if is_end || wanted.len() > size {
            return Ok(wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[tokio::test]
    async fn an_address_opens_its_file_until_it_expires() {
        let folder = tempfile::tempdir().unwrap();
        let registry = Registry::open(Settings::in_folder(folder.path().to_owned(), "autograder".into())).await.unwrap();
        let sha256 = Sha256Digest::of(b"x");
        for (minutes, kind) in [(1, ErrorKind::NotFound), (-1, ErrorKind::Forbidden)] {
            let expires_at = now() + time::Duration::minutes(minutes);
            let address = registry.own_address(&sha256, "a b", expires_at);
            let (path, query) = address.split_once('?').unwrap();
            assert_eq!(path, format!("/api/v1/blobs/{sha256}/a%20b"));
            let address = BlobSignature {
                sha256,
                name: "a b".into(),
                expires: expires_at.unix_timestamp(),
                signature: query.rsplit_once('=').unwrap().1.to_owned(),
            };
            // there is no such blob: only who may know it is told
            let refused = registry.signed_blob(&address).await.unwrap_err();
            assert_eq!(refused.kind(), kind, "{minutes}: {refused}");
        }
    }
}
