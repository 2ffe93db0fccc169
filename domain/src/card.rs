//! Model cards: a Markdown file with YAML front matter. This module splits and reads them; rendering lives in `registry`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Invalid, listing::CardFact};

/// The card of a package: `README.md` at the top, in any case.
pub const FILE_NAME: &str = "README.md";
/// The largest card that is read, in bytes: larger ones are data.
pub const MAX_BYTES: u64 = 1 << 20;
/// The largest front matter that is read, in bytes.
pub const MAX_FRONT_MATTER: usize = 64 << 10;
/// How many facts, and how many values of one, are kept.
const MAX_FACTS: usize = 100;
/// How many characters of one value are kept.
const MAX_VALUE: usize = 500;

/// How many characters of a card searches look into.
const MAX_TEXT: usize = 16 << 10;
/// How many topics of a card are kept.
const MAX_TOPICS: usize = 50;
/// How many characters of a licence, a task, a library or a topic are kept.
const MAX_WORD: usize = 100;

/// What a card says that its package is: what lists show and searches filter by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardSummary {
    /// A line.
    pub description: String,
    /// The licence, in lower case as licences are listed: `apache-2.0`.
    pub license: Option<String>,
    /// What it does (`pipeline_tag`): `text-classification`.
    pub task: Option<String>,
    /// What runs it (`library_name`): `transformers`.
    pub library: Option<String>,
    /// Its `tags`, sorted, each once.
    pub topics: Vec<String>,
    /// The beginning of what stands below the front matter: what searches look into.
    pub text: String,
}

/// A card, split.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedCard<'a> {
    /// The front matter as JSON: an object, or null when there is none.
    pub front_matter: Value,
    /// Why the front matter could not be read.
    pub problem: Option<Invalid>,
    /// The Markdown below it.
    pub body: &'a str,
}

impl ParsedCard<'_> {
    /// The licence that the front matter names, as it stands there.
    #[must_use]
    pub fn license(&self) -> Option<&str> {
        match self.front_matter.get("license")? {
            Value::String(name) => Some(name),
            Value::Array(names) => names.first()?.as_str(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
        }
    }

    /// What the card says that the package is.
    #[must_use]
    pub fn summary(&self) -> CardSummary {
        let word = |text: &str| Some(clip(clean(text).trim(), MAX_WORD)).filter(|text| !text.is_empty());
        let named = |key: &str| self.front_matter.get(key).and_then(Value::as_str).and_then(word);
        let topics = match self.front_matter.get("tags") {
            Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).filter_map(word).collect(),
            Some(Value::String(tag)) => word(tag).into_iter().collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => BTreeSet::new(),
        };
        CardSummary {
            description: self.description(),
            license: self.license().and_then(word).map(|license| license.to_lowercase()),
            task: named("pipeline_tag"),
            library: named("library_name"),
            topics: topics.into_iter().take(MAX_TOPICS).collect(),
            text: clip(&clean(self.body), MAX_TEXT),
        }
    }

    /// What the package is, in a line: the front matter's `description`, else the first paragraph of the body.
    #[must_use]
    pub fn description(&self) -> String {
        let named = ["description", "summary"].into_iter().find_map(|key| self.front_matter.get(key)?.as_str());
        let text = named.map_or_else(|| first_paragraph(self.body), str::to_owned);
        // neither shown nor stored: PostgreSQL takes no NUL
        clip(&clean(&text).split_whitespace().collect::<Vec<_>>().join(" "), 300)
    }

    /// The front matter as facts, in the order of the card; nested objects as compact JSON.
    #[must_use]
    pub fn facts(&self) -> Vec<CardFact> {
        let Value::Object(map) = &self.front_matter else { return Vec::new() };
        map.iter()
            .take(MAX_FACTS)
            .map(|(name, value)| CardFact {
                name: clip(name, 100),
                values: match value {
                    Value::Array(values) => values.iter().take(MAX_FACTS).map(show).collect(),
                    other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                        vec![show(other)]
                    }
                },
            })
            .collect()
    }
}

/// Splits a card and reads its front matter. A broken front matter is a problem that is told, never a failure: the body is
/// shown anyway.
#[must_use]
pub fn parse(text: &str) -> ParsedCard<'_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let none = |body, problem| ParsedCard { front_matter: Value::Null, problem, body };
    let Some((yaml, body)) = split(text) else { return none(text, None) };
    if yaml.len() > MAX_FRONT_MATTER {
        return none(body, Some(Invalid::new(format!("the front matter is longer than {} KiB", MAX_FRONT_MATTER >> 10))));
    }
    match serde_saphyr::from_str::<Value>(yaml) {
        Ok(front_matter @ Value::Object(_)) => ParsedCard { front_matter, problem: None, body },
        Ok(Value::Null) => none(body, None),
        Ok(_) => none(body, Some(Invalid::new("the front matter is no list of “key: value” lines"))),
        Err(error) => {
            let line = error.to_string().lines().next().unwrap_or_default().to_owned();
            none(body, Some(Invalid::new(format!("the front matter is no valid YAML: {}", clip(&line, 200)))))
        }
    }
}

/// The front matter between a first line `---` and the next line `---`, and what follows.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == "---" {
            return Some((&text[first.len()..at], &text[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

fn first_paragraph(body: &str) -> String {
    let mut in_code = false;
    let mut paragraph = String::new();
    for line in body.lines().take(400).map(str::trim) {
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
        }
        let is_prose = !in_code && !line.is_empty() && !line.starts_with(['#', '<', '|', '!', '[', '>', '-', '*', '=', '`', '~']);
        if is_prose {
            paragraph.push_str(line);
            paragraph.push(' ');
        } else if !paragraph.is_empty() {
            break;
        }
    }
    plain(&paragraph)
}

/// Takes the commonest inline marks out of a line of Markdown: `[text](address)` becomes `text`; `*`, `` ` `` go.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        let Some(middle) = rest[open..].find("](").map(|at| open + at) else { break };
        let Some(close) = rest[middle..].find(')').map(|at| middle + at) else { break };
        out.push_str(&rest[..open]);
        out.push_str(&rest[open + 1..middle]);
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out.replace(['*', '`'], "")
}

fn clean(text: &str) -> String {
    text.replace(|c: char| c.is_control() && !c.is_whitespace(), "")
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => clip(text, MAX_VALUE),
        Value::Null => String::new(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => clip(&other.to_string(), MAX_VALUE),
    }
}

fn clip(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_real_card_is_read() {
        let card = parse(
            "---\nlanguage: en\nlicense: apache-2.0\ntags:\n- sentence-transformers\n- feature-extraction\nmodel-index:\n- name: x\n---\n\n# all-MiniLM\n\nThis is a [sentence-transformers](https://x) model:\nit **maps** text.\n\nMore.\n",
        );
        assert_eq!(card.license(), Some("apache-2.0"));
        assert_eq!(card.description(), "This is a sentence-transformers model: it maps text.");
        let facts = card.facts();
        assert_eq!(facts[2].name, "tags");
        assert_eq!(facts[2].values, ["sentence-transformers", "feature-extraction"]);
        assert_eq!(facts[3].values, [r#"{"name":"x"}"#]);
    }

    #[test]
    fn a_card_is_summed_up() {
        let card = parse(
            "---\nlicense: Apache-2.0\npipeline_tag: fill-mask\nlibrary_name: ' '\ntags: [nlp, bert, nlp, 3, \"a\\0b\"]\n---\nWords.\n",
        );
        let summary = card.summary();
        assert_eq!(
            (summary.license.as_deref(), summary.task.as_deref(), summary.library),
            (Some("apache-2.0"), Some("fill-mask"), None)
        );
        assert_eq!(summary.topics, ["ab", "bert", "nlp"]);
        assert_eq!(parse("---\ntags: one\nlicense: [mit, other]\npipeline_tag: [x]\n---\n").summary().topics, ["one"]);
        let many: String = (0..200).map(|n| format!("- t{n}\n")).collect();
        assert_eq!(parse(&format!("---\ntags:\n{many}---\n")).summary().topics.len(), MAX_TOPICS);
    }

    #[test]
    fn broken_front_matter_is_told_and_the_body_stays() {
        let bomb = {
            let mut text = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
            for n in 1..12 {
                text.push_str(&format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", ")));
            }
            text + "---\nbody"
        };
        for text in [
            "---\na: [1\n---\nbody",
            "---\n- a\n- b\n---\nbody",
            "---\na: 1\na: 2\n---\nbody",
            "---\njust words\n---\nbody",
            &format!("---\nx: {}\n---\nbody", "y".repeat(MAX_FRONT_MATTER)),
            &format!("---\n{}\n---\nbody", "[".repeat(5000)),
            &bomb,
        ] {
            let card = parse(text);
            assert!(card.problem.is_some(), "{}", &text[..40.min(text.len())]);
            assert_eq!(card.body, "body");
            assert_eq!(card.facts(), []);
        }
    }

    #[test]
    fn no_front_matter_is_no_problem() {
        for text in
            ["", "# Title\n", "---\nnever closed", "text\n---\na: 1\n---\n", "---\n---\nbody", "---\n# only a comment\n---\nbody"]
        {
            let card = parse(text);
            assert_eq!((card.problem, card.front_matter), (None, Value::Null), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(---\n)?[-a-z:&*!\\[\\]{}#|>\"' \n\t\\PC]{0,200}(\n---\n)?\\PC{0,50}") {
            let card = parse(&text);
            let _ = (card.summary(), card.facts());
        }
    }
}
