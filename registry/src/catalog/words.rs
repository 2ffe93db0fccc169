//! The words of a text, for search.
//!
//! Both engines could take text apart by themselves, each in its own way: addresses, numbers, hyphens and accents would be found
//! on one and not on the other. So words are made here, once, and the engines only store and compare them.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// PostgreSQL counts words up to here; what comes later stands at the same place.
const MAX_POSITION: usize = 16_383;
/// PostgreSQL refuses longer words, counted in bytes.
const MAX_WORD: usize = 1024;
/// Between the name and the description, so that no phrase reaches from one into the other.
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

/// What is searched for: phrases, all of which must occur; the last word of each may be the beginning of one.
pub(super) struct Phrases(Vec<Vec<String>>);

impl Phrases {
    /// Nothing when the text has no word. What stands between spaces is one phrase: `bert-base` finds `bert base`, in this order.
    pub(super) fn of(text: &str) -> Option<Self> {
        let phrases: Vec<_> = text.split_whitespace().map(words).filter(|words| !words.is_empty()).collect();
        if phrases.is_empty() { None } else { Some(Self(phrases)) }
    }

    /// For `MATCH` of SQLite's FTS5. Words hold letters and digits only, so that no operator gets through the quotes.
    pub(super) fn fts5(&self) -> String {
        self.0.iter().map(|words| format!("\"{}\"*", words.join(" "))).collect::<Vec<_>>().join(" ")
    }

    /// For a cast to `tsquery` of PostgreSQL.
    pub(super) fn tsquery(&self) -> String {
        let phrase = |words: &Vec<String>| format!("('{}':*)", words.join("' <-> '"));
        self.0.iter().map(phrase).collect::<Vec<_>>().join(" & ")
    }
}

/// For a cast to `tsvector` of PostgreSQL: the words of a name and a description with their places.
pub(super) fn tsvector(name: &str, description: &str) -> String {
    let name = words(name);
    let first = name.len() + GAP;
    let places = name
        .iter()
        .enumerate()
        .chain(words(description).iter().enumerate().map(|(at, word)| (first + at, word)))
        .map(|(at, word)| format!("'{word}':{}", (at + 1).min(MAX_POSITION)))
        .collect::<Vec<_>>();
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
        let phrases = Phrases::of("Bert-base  it's:*").unwrap();
        assert_eq!(phrases.fts5(), "\"bert base\"* \"it s\"*");
        assert_eq!(phrases.tsquery(), "('bert' <-> 'base':*) & ('it' <-> 's':*)");
        assert!(Phrases::of(" - * \" ").is_none());
        assert_eq!(tsvector("a/b", "c a"), "'a':1 'b':2 'c':103 'a':104");
    }
}
