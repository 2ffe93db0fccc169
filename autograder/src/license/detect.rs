//! Licences in running text: whole licence texts, and mentions in a README.

use spdx::detection::{LicenseEntry, Store, TextData};

use super::{LicenseClass, Terms, names};

/// How similar a text must be to a known licence text, from 0 to 1.
const CONFIDENCE: f32 = 0.9;
/// How similar it must be at least for a part of it to be compared, from 0 to 1: a licence that is quoted in passing is not the
/// licence of the package.
const LARGE_PART: f32 = 0.5;
/// How much of a text is searched for the titles of licences that are not on the SPDX list, in bytes.
const TITLE_BYTES: usize = 4096;
/// How much of a section is searched for names of licences, in words.
const MENTION_WORDS: usize = 120;

/// Titles, lower-case, of licence texts that are not on the SPDX list.
const TITLES: &[(&str, &str, LicenseClass)] = &[
    ("llama 2 community license", "llama2", LicenseClass::UseRestricted),
    ("llama 3 community license", "llama3", LicenseClass::UseRestricted),
    ("llama 3.1 community license", "llama3.1", LicenseClass::UseRestricted),
    ("llama 3.2 community license", "llama3.2", LicenseClass::UseRestricted),
    ("llama 3.3 community license", "llama3.3", LicenseClass::UseRestricted),
    ("llama 4 community license", "llama4", LicenseClass::UseRestricted),
    ("gemma terms of use", "gemma", LicenseClass::UseRestricted),
    ("bigcode openrail-m", "bigcode-openrail-m", LicenseClass::UseRestricted),
    ("creativeml open rail", "creativeml-openrail-m", LicenseClass::UseRestricted),
    ("responsible ai license", "openrail", LicenseClass::UseRestricted),
    ("open rail", "openrail", LicenseClass::UseRestricted),
    ("deepseek license agreement", "deepseek", LicenseClass::UseRestricted),
    ("research license", "research", LicenseClass::NonCommercial),
    ("non-commercial license", "non-commercial", LicenseClass::NonCommercial),
];

/// The licence that a text is.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected {
    /// What was found.
    pub terms: Terms,
    /// How similar the text is to the known one, in per cent; nothing when only the title was recognised.
    pub per_cent: Option<u32>,
}

/// Finds the licence whose text this is. All texts are compared with one load of the known ones.
#[must_use]
pub fn detect(texts: &[String]) -> Vec<Option<Detected>> {
    let store = Store::load_inline().ok();
    texts.iter().map(|text| store.as_ref().and_then(|store| by_similarity(store, text)).or_else(|| by_title(text))).collect()
}

fn by_title(text: &str) -> Option<Detected> {
    let end = (0..=TITLE_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
    let start = text[..end].split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let (_, name, class) = TITLES.iter().find(|(title, _, _)| start.contains(title))?;
    Some(Detected { terms: Terms::off_list(name, *class), per_cent: None })
}

fn by_similarity(store: &Store, text: &str) -> Option<Detected> {
    let text = &TextData::new(text);
    let (name, known, score) = store
        .iter()
        .map(|(name, entry)| (first_name(name, entry), entry))
        .flat_map(|(name, entry)| variants(entry).map(move |known| (name, known, known.match_score(text))))
        // spdx's own scanner takes any of several equally similar texts; a report must not depend on chance
        .max_by(|a, b| a.2.total_cmp(&b.2).then_with(|| b.0.cmp(a.0)))?;
    // a licence may be only a part of the file, after a list of names or before an appendix
    let score = if (LARGE_PART..CONFIDENCE).contains(&score) { text.optimize_bounds(known).1 } else { score };
    if score < CONFIDENCE {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of one, clamped")]
    let per_cent = (score.clamp(0.0, 1.0) * 100.0).floor() as u32;
    Some(Detected { terms: Terms::parse(name)?, per_cent: Some(per_cent) })
}

/// Several licences have one text: of `GPL-3.0-only` and `GPL-3.0-or-later` it is “only”, as a text alone does not say “or later”.
fn first_name<'a>(name: &'a str, entry: &'a LicenseEntry) -> &'a str {
    entry.aliases.iter().map(String::as_str).fold(name, Ord::min)
}

fn variants(entry: &LicenseEntry) -> impl Iterator<Item = &TextData> {
    std::iter::once(&entry.original).chain(&entry.alternates).chain(&entry.headers)
}

/// The first licence that a section of a README names. Ids without a digit are also ordinary words (“Fair”, “Ruby”), so
/// only the commonest of those count.
#[must_use]
pub fn mentioned(section: &str) -> Option<Terms> {
    let words: Vec<&str> = section
        .split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')'))
        .map(|word| word.trim_matches(is_decoration))
        .filter(|word| !word.is_empty())
        .take(MENTION_WORDS)
        .collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let with_next = words.get(at + 1).map(|next| format!("{word} {next}"));
        let lower = word.to_lowercase();
        let has_digit = word.contains(|c: char| c.is_ascii_digit());
        let is_name = has_digit && (names::spdx_id(word).is_some() || names::alias(word).is_some());
        let is_common = ["MIT", "ISC", "Unlicense", "WTFPL"].contains(word) || (has_digit && names::off_list(&lower).is_some());
        match with_next {
            Some(pair) if names::alias(&pair).is_some() => Terms::parse(&pair),
            _ if lower == "apache" && words[at..].iter().take(5).any(|word| word.starts_with('2')) => Terms::parse("Apache-2.0"),
            _ if is_name || is_common => Terms::parse(word),
            _ => None,
        }
    })
}

fn is_decoration(c: char) -> bool {
    !(c.is_alphanumeric() || c == '+')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_texts_are_recognised() {
        let mit = spdx::license_id("MIT").unwrap().text().replace("<year> <copyright holders>", "2024 Somebody");
        let gpl = spdx::license_id("GPL-3.0-only").unwrap().text().to_owned();
        let apache = spdx::license_id("Apache-2.0").unwrap().text().to_owned();
        let llama = "LLAMA 2 COMMUNITY LICENSE AGREEMENT\nLlama 2 Version Release Date: July 18, 2023".to_owned();
        let own = "You may do what we say, when we say it.".to_owned();
        let found = detect(&[mit, gpl, apache, llama, own]);
        let found: Vec<_> = found.iter().map(|found| found.as_ref().map(|found| found.terms.expression.as_str())).collect();
        assert_eq!(found, [Some("MIT"), Some("GPL-3.0-only"), Some("Apache-2.0"), Some("LicenseRef-llama2"), None]);
    }

    #[test]
    fn a_text_with_a_preface_is_still_recognised() {
        let preface = "Copyright of the weights: a long list of people.\n".repeat(20);
        let found = detect(&[format!("{preface}\n{}", spdx::license_id("Apache-2.0").unwrap().text())]);
        assert_eq!(found[0].as_ref().map(|found| found.terms.expression.as_str()), Some("Apache-2.0"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2))]
        #[test]
        fn any_text_is_compared_without_panic(texts in proptest::collection::vec("(\\PC{0,20}\n?){0,12}", 8)) {
            prop_assert_eq!(detect(&texts).len(), texts.len());
        }
    }

    #[test]
    fn mentions_are_found_and_ordinary_words_are_none() {
        for (section, expected) in [
            ("This model is released under the MIT license.", Some("MIT")),
            ("Licensed under the Apache License, Version 2.0.", Some("Apache-2.0")),
            ("Apache 2.0", Some("Apache-2.0")),
            ("[CC-BY-NC-4.0](https://creativecommons.org)", Some("CC-BY-NC-4.0")),
            ("see CC-BY-4.0.", Some("CC-BY-4.0")),
            ("Be fair, use Ruby; ask the author.", None),
            ("", None),
        ] {
            assert_eq!(mentioned(section).map(|terms| terms.expression).as_deref(), expected, "{section}");
        }
    }
}
