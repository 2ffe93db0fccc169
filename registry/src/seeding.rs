//! What a seeder must know to write rows that mean what the services' rows mean: how a package stands in the index of words.
//!
//! For benchmarks with more packages than could be made one by one. The server does not use it.

use std::collections::BTreeSet;

use domain::{PackageRef, card::CardSummary, report::Verdict};
use time::OffsetDateTime;

use crate::catalog::search::{NO_SCORE, index};

/// The form of the index that [`IndexRow`] has (`packages.index_form`).
pub const INDEX_FORM: i32 = index::FORM;

/// What stands in `packages.score` while there is no score.
pub const SCORE_OF_NONE: f64 = NO_SCORE;

/// The row of a package in `package_words`.
pub struct IndexRow(index::Entry);

impl IndexRow {
    /// Of a package with what the card and the report of the head of `main` say.
    #[must_use]
    pub fn of(package: &PackageRef, card: &CardSummary, verdict: Option<Verdict>, score: Option<f64>) -> Self {
        let indexed = index::Indexed {
            kind: package.kind.as_str().to_owned(),
            namespace: package.namespace.as_str().to_owned(),
            namespace_key: package.namespace.key(),
            name: package.name.as_str().to_owned(),
            description: card.description.clone(),
            license: card.license.clone(),
            task: card.task.clone(),
            library: card.library.clone(),
            verdict: verdict.map(|verdict| verdict.as_str().to_owned()),
            score: score.unwrap_or(NO_SCORE),
        };
        Self(indexed.entry(&card.topics, &card.text))
    }

    /// Its row on SQLite, for a package that was changed at a moment; the next one when another package has it.
    #[must_use]
    pub fn place(updated_at: OffsetDateTime) -> i64 {
        index::place_of(updated_at)
    }

    /// The words that stand in `vocabulary`.
    #[must_use]
    pub fn vocabulary(&self) -> BTreeSet<&str> {
        self.0.vocabulary()
    }

    /// The columns on SQLite: name, description, card, facts.
    #[must_use]
    pub fn columns(&self) -> [String; 4] {
        self.0.columns()
    }

    /// The vector on PostgreSQL, as text.
    #[must_use]
    pub fn vector(&self) -> String {
        self.0.vector()
    }
}
