//! `license`: how freely the package may be used.
//!
//! Sources, the first that says something decides: the card's front matter, licence files, GGUF headers, a section of the
//! README. Card and licence files are compared: when they have no licence in common, nobody can know which one holds, so the
//! less free one counts, less a fifth.

use domain::report::Outcome;
use serde_json::Value;
use spdx::expression::Operator;

use super::{Card, Subject, scored};
use crate::{
    formats::gguf::keys,
    license::{LicenseClass, Terms, detect, mentioned},
    package::PackageFile,
    text,
};

/// The most of a licence file that is read, in bytes; the GPL has 35 kB.
const MAX_LICENSE_BYTES: u64 = 256 << 10;
/// How many licence files are read.
const MAX_LICENSE_FILES: usize = 4;
/// What is left of the score when card and licence file contradict each other.
const CONFLICT: f64 = 0.8;

/// A licence, and where it stands.
struct Source {
    terms: Option<Terms>,
    evidence: Vec<String>,
}

/// Scores the licence; also returns it as an SPDX expression.
#[must_use]
pub fn score(subject: &Subject<'_>) -> (Outcome, Option<String>) {
    let card = subject.card.as_ref().map_or_else(Source::silent, from_card);
    let files = from_files(subject);
    let mut evidence: Vec<String> = card.evidence.into_iter().chain(files.evidence).collect();
    let (terms, share) = match (card.terms, files.terms) {
        (Some(card), Some(files)) => settle(card, files, &mut evidence),
        (Some(terms), None) | (None, Some(terms)) => (terms, 1.0),
        (None, None) => {
            match from_headers(subject).or_else(|| from_readme(subject)) {
                Some((terms, said)) => {
                    evidence.push(said);
                    (terms, 1.0)
                }
                None => {
                    evidence.push("No licence was found in the card, in a licence file or in a file's header: nobody has the right to use it.".to_owned());
                    return (scored(0.0, evidence), None);
                }
            }
        }
    };
    evidence.push(format!("{} counts {:.2}: {}.", terms.expression, terms.class.score(), terms.class.meaning()));
    (scored(terms.class.score() * share, evidence), Some(terms.expression))
}

/// Weighs what the card says against what the licence files say: the terms that count, and the share of their score.
fn settle(card: Terms, files: Terms, evidence: &mut Vec<String>) -> (Terms, f64) {
    if card.agrees_with(&files) {
        evidence.push("The card and the licence file agree.".to_owned());
        return (card, 1.0);
    }
    // a card that says “other” leaves it to the file; a file that is not recognised cannot contradict
    match (card.is_known(), files.is_known()) {
        (false, _) => (files, 1.0),
        (true, false) => (card, 1.0),
        (true, true) => {
            evidence.push(format!(
                "The card says {}, the licence file {}: the less free one counts, less a fifth for the contradiction.",
                card.expression, files.expression
            ));
            (if files.class < card.class { files } else { card }, CONFLICT)
        }
    }
}

impl Source {
    const fn silent() -> Self {
        Self { terms: None, evidence: Vec::new() }
    }
}

fn from_card(card: &Card<'_>) -> Source {
    let front_matter = &card.parsed.front_matter;
    let mut source = Source { terms: None, evidence: card.problems.clone() };
    let named: Vec<&str> = match front_matter.get("license") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().take(10).filter_map(Value::as_str).collect(),
        None | Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) => Vec::new(),
    };
    source.terms = named.iter().filter_map(|name| Terms::parse(name)).reduce(|a, b| a.join(b, Operator::And));
    if !named.is_empty() {
        source.evidence.push(format!("The card's front matter says license: {}.", text::quote(&named.join(", "))));
    }
    if let Some(name) = front_matter.get("license_name").and_then(Value::as_str)
        && source.terms.as_ref().is_some_and(|terms| !terms.is_known())
        && let Some(terms) = Terms::parse(name)
    {
        source.evidence.push(format!("It calls the licence {}.", text::quote(name)));
        source.terms = Some(terms);
    }
    source
}

fn from_files(subject: &Subject<'_>) -> Source {
    let mut source = Source::silent();
    let mut read = Vec::new();
    for file in subject.package.files().iter().filter(|file| is_license_file(file)).take(MAX_LICENSE_FILES) {
        match subject.package.read_text(file, MAX_LICENSE_BYTES) {
            Ok(content) => {
                source.evidence.extend(content.problem);
                read.push((file, content.text));
            }
            Err(error) => source.evidence.push(format!("{} cannot be read: {error}.", file.path)),
        }
    }
    if read.is_empty() {
        return source;
    }
    let (files, texts): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    for (file, found) in files.iter().zip(detect(&texts)) {
        let terms = match found {
            Some(found) => {
                let how = found
                    .per_cent
                    .map_or_else(|| "by its title".to_owned(), |per_cent| format!("{per_cent} % of its text match"));
                source.evidence.push(format!("{} is {} ({how}).", file.path, found.terms.expression));
                found.terms
            }
            None => {
                source.evidence.push(format!("{} is no licence text that is known here.", file.path));
                Terms::off_list(file.path.file_name(), LicenseClass::Unknown)
            }
        };
        // LICENSE-MIT beside LICENSE-APACHE is a choice
        source.terms = match source.terms.take() {
            Some(before) => Some(before.join(terms, Operator::Or)),
            None => Some(terms),
        };
    }
    source
}

/// `LICENSE`, `LICENCE.txt`, `COPYING.md`, `LICENSE-MIT` and the like, at the top.
fn is_license_file(file: &PackageFile) -> bool {
    let name = file.path.as_str().to_ascii_lowercase();
    ["license", "licence", "copying", "unlicense"].iter().any(|start| {
        name.strip_prefix(start).is_some_and(|rest| !rest.contains('/') && (rest.is_empty() || rest.starts_with(['.', '-', '_'])))
    })
}

fn from_headers(subject: &Subject<'_>) -> Option<(Terms, String)> {
    subject.inspected.iter().find_map(|file| {
        let name = file.header.metadata.get(keys::LICENSE)?;
        Some((Terms::parse(name)?, format!("The header of {} says {}: {}.", file.path, keys::LICENSE, text::quote(name))))
    })
}

fn from_readme(subject: &Subject<'_>) -> Option<(Terms, String)> {
    let section = subject.card.as_ref()?.outline.section(&["license", "licence", "licensing"])?;
    let terms = mentioned(section.text)?;
    let said = format!("The section {} of the card names {}.", text::quote(section.title), terms.expression);
    Some((terms, said))
}
