//! What is seeded: the packages by their numbers, each the same in every catalog.

use std::{fs, path::Path};

use domain::{
    FilePath, PackageKind, PackageRef, Sha256Digest,
    card::{self, CardSummary},
    lineage::{Edge, Sources, edges_in_files},
};
use serde_json::Value;
use sha1::{Digest as _, Sha1};
use time::{Duration, OffsetDateTime, macros::datetime};

use super::{
    cards,
    dice::{below, fraction, mixed, pick},
};
use crate::Outcome;

const ROLES: [&str; 8] = ["finetuned", "lora", "instruct", "chat", "distilled", "merged", "dpo", "awq"];
const SETS: [&str; 10] = ["sst2", "squad", "imdb", "conll03", "common-voice", "coco", "alpaca", "wikitext", "xnli", "mmlu"];
const ORGANISATIONS: [&str; 12] = [
    "northwind",
    "lab-seven",
    "open-speech",
    "vision-group",
    "acme-research",
    "uni-oslo",
    "deep-field",
    "quiet-data",
    "hausmann",
    "blue-river",
    "kite-ai",
    "stellar",
];
/// When the first package was made, and how many seconds the catalog has grown for.
const BEGINNING: OffsetDateTime = datetime!(2023-01-01 00:00:00 UTC);
const SECONDS: u64 = 3 * 365 * 86_400;

/// A card, read.
pub(super) struct ReadCard {
    pub(super) file: Content,
    pub(super) summary: CardSummary,
    front_matter: Value,
}

/// The bytes of a file as the catalog knows them.
#[derive(Clone)]
pub(super) struct Content {
    pub(super) sha256: Sha256Digest,
    pub(super) git_id: [u8; 20],
    pub(super) size: u64,
    /// The bytes; none when only the catalog has the file.
    pub(super) bytes: Option<String>,
}

impl Content {
    pub(super) fn of(text: String) -> Self {
        let mut git = Sha1::new();
        git.update(format!("blob {}\0", text.len()));
        git.update(&text);
        Self {
            sha256: Sha256Digest::of(text.as_bytes()),
            git_id: git.finalize().into(),
            size: text.len() as u64,
            bytes: Some(text),
        }
    }
}

/// A package as it is seeded.
pub(super) struct Package<'a> {
    pub(super) package: PackageRef,
    pub(super) version: String,
    pub(super) visibility: &'static str,
    pub(super) card: &'a ReadCard,
    pub(super) files: Vec<(FilePath, Content)>,
    pub(super) edges: Vec<Edge>,
    pub(super) created_at: OffsetDateTime,
    pub(super) updated_at: OffsetDateTime,
    /// The net score of its report; nothing when it has none.
    pub(super) score: Option<f64>,
    /// How often it was downloaded: most hardly ever, a few very often.
    pub(super) downloads: u64,
}

/// All packages there could be.
pub(crate) struct Library {
    cards: Vec<ReadCard>,
    is_small: bool,
}

impl Library {
    /// With as many different cards. A small one has no reports, and no file that is not on the disk, so that the services can
    /// make the same.
    pub(crate) fn new(cards: u64, is_small: bool) -> Self {
        let cards = (0..cards).map(|number| {
            let text = cards::card(number);
            let parsed = card::parse(&text);
            let (summary, front_matter) = (parsed.summary(), parsed.front_matter);
            ReadCard { file: Content::of(text), summary, front_matter }
        });
        Self { cards: cards.collect(), is_small }
    }

    /// A word that stands in one card only.
    pub(crate) fn rare_word(&self, number: u64) -> String {
        cards::rare_word(number % self.cards.len() as u64)
    }

    /// The name of a package.
    pub(crate) fn name(&self, number: u64) -> Outcome<PackageRef> {
        let kind = match below(number, 101, 20) {
            0..15 => PackageKind::Model,
            15..19 => PackageKind::Dataset,
            _ => PackageKind::Code,
        };
        // some large organisations, and many with twenty-odd packages
        let namespace = if below(number, 102, 10) == 0 {
            (*pick(number, 103, &ORGANISATIONS)).to_owned()
        } else {
            let team = number / 25;
            format!("{}-{}", ORGANISATIONS[(mixed(team, 104) % 12) as usize], team + 1)
        };
        let (base, role, set) = (pick(number, 105, &cards::BASES), pick(number, 106, &ROLES), pick(number, 107, &SETS));
        let name = match kind {
            PackageKind::Model => format!("{base}-{role}-{set}-{}", base36(number)),
            PackageKind::Dataset => format!("{set}-{role}-set-{}", base36(number)),
            PackageKind::Code => format!("train-{base}-{}", base36(number)),
        };
        Ok(PackageRef::parse(kind, &format!("{namespace}/{name}"))?)
    }

    /// Whether everybody may see a package.
    pub(crate) fn is_public(&self, number: u64) -> bool {
        visibility(number) == "public"
    }

    /// A package by its number.
    pub(super) fn package(&self, number: u64) -> Outcome<Package<'_>> {
        let package = self.name(number)?;
        let card = &self.cards[(mixed(number, 110) % self.cards.len() as u64) as usize];
        let base = pick(number, 105, &cards::BASES);
        let config = config_of(base);
        let mut files = vec![("README.md".parse()?, card.file.clone())];
        match package.kind {
            PackageKind::Model => {
                files.push(("config.json".parse()?, config.clone()));
                files.push(("model.safetensors".parse()?, self.weights(number)));
            }
            PackageKind::Dataset => files.push(("data/train.parquet".parse()?, self.weights(number))),
            PackageKind::Code => files.push(("src/train.py".parse()?, self.weights(number))),
        }
        let edges = edges_in_files(Sources {
            package: &package,
            front_matter: &card.front_matter,
            config: (package.kind == PackageKind::Model).then(|| config.bytes.as_deref().unwrap_or_default().as_bytes()),
            adapter: None,
            has_gguf: false,
        });
        let created = below(number, 111, SECONDS);
        let updated = created + below(number, 112, SECONDS - created + 1);
        Ok(Package {
            package,
            version: format!("{}.{}.{}", 1 + below(number, 113, 3), below(number, 114, 10), below(number, 115, 10)),
            visibility: visibility(number),
            card,
            files,
            edges,
            created_at: BEGINNING + Duration::seconds(created.cast_signed()),
            // no two at the same moment
            updated_at: BEGINNING
                + Duration::seconds(updated.cast_signed())
                + Duration::microseconds((number % 1_000_000).cast_signed()),
            downloads: 1_000_000 / (1 + below(number, 118, 1_000_000)),
            score: (!self.is_small && below(number, 116, 10) < 8).then(|| (fraction(number, 117) * 1000.0).round() / 1000.0),
        })
    }

    /// Bytes that no other package has; those of a large library are in the catalog only.
    fn weights(&self, number: u64) -> Content {
        let content = Content::of(format!("weights of {number}\n"));
        if self.is_small {
            return content;
        }
        // from a megabyte to some ten gigabytes
        let size = 1_u64 << (20 + below(number, 118, 14));
        Content { size: size + below(number, 119, size), bytes: None, ..content }
    }

    /// Whether packages wait for their first job, as they do after a commit.
    pub(super) const fn is_small(&self) -> bool {
        self.is_small
    }

    /// The files that several packages share.
    pub(super) fn shared(&self) -> impl Iterator<Item = Content> {
        self.cards.iter().map(|card| card.file.clone()).chain(cards::BASES.iter().map(|base| config_of(base)))
    }

    /// Whether a file is one of those that several packages share.
    pub(super) fn is_shared(&self, content: &Content) -> bool {
        content.bytes.as_deref().is_some_and(|text| !text.starts_with("weights of "))
    }

    /// Writes the files that several packages share into a data folder, where the store looks for them.
    pub(super) fn write_files(&self, data: &Path) -> Outcome<()> {
        for content in self.shared() {
            let Some(bytes) = &content.bytes else { continue };
            let hex = content.sha256.to_hex();
            let folder = data.join("blobs").join(&hex[..2]).join(&hex[2..4]);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(hex), bytes)?;
        }
        Ok(())
    }
}

fn config_of(base: &str) -> Content {
    Content::of(format!("{{\"architectures\": [\"Auto\"], \"model_type\": \"{base}\", \"hidden_size\": 768}}\n"))
}

fn visibility(number: u64) -> &'static str {
    match below(number, 120, 10) {
        0..4 => "public",
        4..9 => "internal",
        _ => "private",
    }
}

/// A number in the digits and letters of names, so that each is its own.
fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize]);
        number /= 36;
        if number == 0 {
            digits.reverse();
            return String::from_utf8_lossy(&digits).into_owned();
        }
    }
}
