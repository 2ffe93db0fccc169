//! What the files of a revision say about their package: read before it is committed, kept beside the package when it becomes the
//! head of `main`.

use domain::{
    PackageRef,
    card::{self, CardSummary},
    lineage::{ADAPTER_FILE, CONFIG_FILE, Edge, MAX_FILE_BYTES, Sources, edges_in_files},
    manifest::ManifestFile,
};

use crate::{Error, Registry, Result};

/// What files say about their package.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// What the card says that it is; nothing without a card.
    pub(crate) card: CardSummary,
    /// What it is made from.
    pub(crate) edges: Vec<Edge>,
}

/// Whether a file is the card.
fn is_card(file: &ManifestFile) -> bool {
    file.path.as_str().eq_ignore_ascii_case(card::FILE_NAME)
}

/// The files that are read for what they tell.
pub(crate) fn telling(files: &[ManifestFile]) -> impl Iterator<Item = &ManifestFile> {
    files.iter().filter(|file| is_card(file) || [CONFIG_FILE, ADAPTER_FILE].contains(&file.path.as_str()))
}

impl Registry {
    /// Reads the few files that tell something. Their blobs must be there.
    pub(crate) async fn told(&self, package: &PackageRef, files: &[ManifestFile]) -> Result<Told> {
        let text = match files.iter().find(|file| is_card(file)) {
            Some(file) => self.card_text(&file.sha256).await?.unwrap_or_default(),
            None => String::new(),
        };
        let config = self.file_at_top(files, CONFIG_FILE).await?;
        let adapter = self.file_at_top(files, ADAPTER_FILE).await?;
        let has_gguf = files.iter().any(|file| file.path.as_str().to_ascii_lowercase().ends_with(".gguf"));
        let package = package.clone();
        // hostile YAML may take a while
        tokio::task::spawn_blocking(move || {
            let card = card::parse(&text);
            let edges = edges_in_files(Sources {
                package: &package,
                front_matter: &card.front_matter,
                config: config.as_deref(),
                adapter: adapter.as_deref(),
                has_gguf,
            });
            Told { card: card.summary(), edges }
        })
        .await
        .map_err(|error| Error::internal("reading the card", error))
    }

    /// The bytes of a file of this name, when it is there and small.
    async fn file_at_top(&self, files: &[ManifestFile], name: &str) -> Result<Option<Vec<u8>>> {
        match files.iter().find(|file| file.path.as_str() == name) {
            Some(file) => self.small_file(&file.sha256, MAX_FILE_BYTES).await,
            None => Ok(None),
        }
    }
}
