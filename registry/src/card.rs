//! The card of a revision: read, split, rendered.

use domain::{PackageRef, Sha256Digest, account::Permission, card, listing::Card, refs::RevisionSpec};
use tokio::{io::AsyncReadExt as _, sync::Semaphore};

use crate::{Actor, Error, Registry, Result, catalog, markdown, packages::locate};

/// Cards that are rendered at once: a card can be made to take a second of a core.
static RENDERING: Semaphore = Semaphore::const_new(4);

impl Registry {
    /// The card of a revision, rendered and sanitised; nothing when it has none.
    ///
    /// # Errors
    /// Not found when there is no such package or revision.
    pub async fn card(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<Option<Card>> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        let (stored, revision) = locate(&mut conn, actor, package, at).await?;
        let found = catalog::entries::top_file_named(&mut conn, revision.seq, card::FILE_NAME).await?;
        drop(conn);
        let Some((_, sha256)) = found else { return Ok(None) };
        let Some(text) = self.card_text(&sha256).await? else {
            return Ok(Some(Card {
                html: String::new(),
                facts: Vec::new(),
                problem: Some(format!("The card is larger than {}: it is not shown.", domain::units::bytes(card::MAX_BYTES))),
            }));
        };
        let revision = revision.summary.id.to_string();
        let turn = RENDERING.acquire().await.map_err(|error| Error::internal("rendering the card", error))?;
        // CPU work: off the async threads
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let parsed = card::parse(&text);
            Some(Card {
                html: markdown::to_html(parsed.body, move |path| stored.package.file_url(&revision, path)),
                facts: parsed.facts(),
                problem: parsed.problem.as_ref().map(|problem| problem.message().to_owned()),
            })
        })
        .await
        .map_err(|error| Error::internal("rendering the card", error))
    }

    /// The text of a card; nothing when it is too large. What is no UTF-8 in it is replaced.
    pub(crate) async fn card_text(&self, sha256: &Sha256Digest) -> Result<Option<String>> {
        let bytes = self.small_file(sha256, card::MAX_BYTES).await?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The bytes of a file; nothing when there are more than `limit`.
    pub(crate) async fn small_file(&self, sha256: &Sha256Digest, limit: u64) -> Result<Option<Vec<u8>>> {
        let mut conn = self.0.catalog.read().await?;
        let blob = catalog::blobs::get(&mut conn, sha256).await?.ok_or_else(|| Error::not_found("The file"))?;
        drop(conn);
        if blob.size > limit {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let reader = self.0.blobs.read(&blob, 0).await?;
        reader.take(limit).read_to_end(&mut bytes).await.map_err(|error| Error::io("reading a file", error))?;
        Ok(Some(bytes))
    }
}
