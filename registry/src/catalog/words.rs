//! The words of a text, for search.
//!
//! Both engines could take text apart by themselves, each in its own way: addresses, numbers, hyphens and accents would be found
//! on one and not on the other. So words are made here, once, and the engines only store and compare them.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// PostgreSQL counts words up to here; what comes later stands at the same place.
const MAX_POSITION: usize = 16_383;
/// PostgreSQL refuses longer words, counted in bytes.
const MAX_WORD: usize = 1024;
/// Between the texts, so that no phrase reaches from one into the other.
const GAP: usize = 100;

/// The words of a text, in order: lower case, without accents.
pub(super) fn words(text: &str) -> Vec<String> {
    // accents are marks of their own after the decomposition; other marks (the vowels of Indic scripts) belong to the word
    let plain = text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).nfc().flat_map(char::to_lowercase);
    let plain: String = plain.collect();
    plain
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| word[..word.floor_char_boundary(MAX_WORD)].to_owned())
        .collect()
}

/// What is searched for: phrases and facts, all of which must occur.
#[derive(Default)]
pub(super) struct Question {
    phrases: Vec<Phrase>,
    facts: Vec<String>,
}

/// Words in a row; the last of the last phrase may be the beginning of one.
struct Phrase {
    words: Vec<String>,
    last: String,
    ends: Ends,
}

/// What the last word of a phrase stands for.
enum Ends {
    /// Everything that begins with it.
    Any,
    /// These words.
    Of(Vec<String>),
}

impl Question {
    /// What stands between spaces is one phrase: `bert-base` finds `bert base`, in this order. The very last word may be one that is
    /// still being written.
    pub(super) fn of(text: &str, facts: Vec<String>) -> Self {
        let phrases = text.split_whitespace().map(words).filter_map(|mut words| {
            let last = words.pop()?;
            let ends = Ends::Of(vec![last.clone()]);
            Some(Phrase { words, last, ends })
        });
        let mut phrases: Vec<Phrase> = phrases.collect();
        if let Some(last) = phrases.last_mut() {
            last.ends = Ends::Any;
        }
        Self { phrases, facts }
    }

    /// Asks for more facts.
    pub(super) fn demand(&mut self, facts: impl IntoIterator<Item = String>) {
        self.facts.extend(facts);
    }

    /// Whether everything answers it.
    pub(super) fn is_empty(&self) -> bool {
        self.phrases.is_empty() && self.facts.is_empty()
    }

    /// The word that may stand for longer ones: it is told which words begin so.
    pub(super) fn beginning(&mut self) -> Option<Beginning<'_>> {
        self.phrases.last_mut().map(Beginning)
    }

    /// For `MATCH` of SQLite's FTS5. Words hold letters and digits only, so that no operator gets through the quotes.
    pub(super) fn fts5(&self) -> String {
        let phrases = self.phrases.iter().map(|phrase| {
            let with = |last: &str| {
                format!("\"{}\"", phrase.words.iter().map(String::as_str).chain([last]).collect::<Vec<_>>().join(" "))
            };
            let written = match &phrase.ends {
                Ends::Any => with(&phrase.last) + "*",
                Ends::Of(words) => format!("({})", words.iter().map(|word| with(word)).collect::<Vec<_>>().join(" OR ")),
            };
            format!("{{name description card}} : {written}")
        });
        let facts = self.facts.iter().map(|fact| format!("facts : \"{fact}\""));
        phrases.chain(facts).collect::<Vec<_>>().join(" AND ")
    }

    /// For a cast to `tsquery` of PostgreSQL.
    pub(super) fn tsquery(&self) -> String {
        let phrases = self.phrases.iter().map(|phrase| {
            let last = match &phrase.ends {
                Ends::Any => format!("'{}':*", phrase.last),
                Ends::Of(words) => format!("({})", words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ")),
            };
            let words = phrase.words.iter().map(|word| format!("'{word}'")).chain([last]);
            format!("({})", words.collect::<Vec<_>>().join(" <-> "))
        });
        let facts = self.facts.iter().map(|fact| format!("'{fact}'"));
        phrases.chain(facts).collect::<Vec<_>>().join(" & ")
    }
}

/// A word that may be the beginning of others.
pub(super) struct Beginning<'a>(&'a mut Phrase);

impl Beginning<'_> {
    /// The word.
    pub(super) fn word(&self) -> &str {
        &self.0.last
    }

    /// Says which words begin so. The word itself need not be among them.
    pub(super) fn stands_for(self, mut words: Vec<String>) {
        if !words.contains(&self.0.last) {
            words.push(self.0.last.clone());
        }
        self.0.ends = Ends::Of(words);
    }
}

/// A fact as a word of the index: what it is about, and the value in digits. The mark before it stands in no text that people
/// write, so that no text is ever taken for a fact; both engines take it for a letter.
pub(super) fn fact(about: &str, value: impl AsRef<[u8]>) -> String {
    format!("{FACT}{about}{}", hex::encode(value))
}

/// A character for private use.
const FACT: char = '\u{e000}';

/// For a cast to `tsvector` of PostgreSQL: the words of texts with their places, and facts.
pub(super) fn tsvector(texts: &[&[String]], facts: &[String]) -> String {
    let mut places = Vec::new();
    let mut first = 1;
    for text in texts {
        places.extend(text.iter().enumerate().map(|(at, word)| format!("'{word}':{}", (first + at).min(MAX_POSITION))));
        first += text.len() + GAP;
    }
    places.extend(facts.iter().map(|fact| format!("'{fact}'")));
    places.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_in_lower_case_without_accents() {
        assert_eq!(words("ann/BERT-base_v1.5"), ["ann", "bert", "base", "v1", "5"]);
        assert_eq!(words("Größe  ÉCOLE, naïve"), ["große", "ecole", "naive"]);
        assert_eq!(words("文字 हिन्दी \0 '; -- *"), ["文字", "हिन्दी"]);
        assert_eq!(words(&"x".repeat(5000))[0].len(), MAX_WORD);
    }

    #[test]
    fn questions_are_written_in_the_language_of_each_engine() {
        let question = Question::of("Bert-base  it's:* x", vec![fact("l", "mit")]);
        assert_eq!(
            question.fts5(),
            "{name description card} : (\"bert base\") AND {name description card} : (\"it s\") AND {name description card} : \"x\"* \
             AND facts : \"\u{e000}l6d6974\""
        );
        assert_eq!(question.tsquery(), "('bert' <-> ('base')) & ('it' <-> ('s')) & ('x':*) & '\u{e000}l6d6974'");
        assert!(Question::of(" - * \" ", vec![]).is_empty());
        let mut question = Question::of("bert-base", vec![]);
        question.beginning().unwrap().stands_for(vec!["based".into()]);
        assert_eq!(question.fts5(), "{name description card} : (\"bert based\" OR \"bert base\")");
        assert_eq!(question.tsquery(), "('bert' <-> ('based' | 'base'))");
        assert_eq!(tsvector(&[&words("a/b"), &words("c a")], &[fact("k", "x")]), "'a':1 'b':2 'c':103 'a':104 '\u{e000}k78'");
    }
}
