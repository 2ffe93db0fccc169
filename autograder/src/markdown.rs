//! The outline of a Markdown text: headings, fenced code, words. Enough to see what a card explains, no renderer.

/// What a text is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline<'a> {
    /// The number of words outside of fenced code.
    pub(crate) words: usize,
    /// The bodies of fenced code blocks that are not empty.
    pub(crate) code: Vec<&'a str>,
    /// What stands below each heading, down to the next one.
    pub(crate) sections: Vec<Section<'a>>,
}

/// A heading and what stands below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    /// The words of the heading.
    pub(crate) title: &'a str,
    /// The text below, with its code.
    pub(crate) text: &'a str,
}

impl<'a> Outline<'a> {
    /// Reads a text line by line.
    pub(crate) fn of(text: &'a str) -> Self {
        let mut outline = Self::default();
        // the mark that closes the open fence, and where its code began
        let mut fence: Option<(&str, usize)> = None;
        // the open section: its title, and where its text began
        let mut section: Option<(&str, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let (start, trimmed) = (at, line.trim());
            at += line.len();
            let mark = fence_mark(trimmed);
            match (fence, mark) {
                (Some((open, code)), Some(mark)) if mark.starts_with(open) && mark.len() == trimmed.len() => {
                    outline.code.extend(Some(text[code..start].trim()).filter(|code| !code.is_empty()));
                    fence = None;
                }
                (Some(_), _) => {}
                (None, Some(mark)) => fence = Some((mark, at)),
                (None, None) => match heading(trimmed) {
                    Some(title) => {
                        outline.close(section.replace((title, at)), text, start);
                    }
                    None => outline.words += trimmed.split_whitespace().count(),
                },
            }
        }
        outline.close(section, text, at);
        outline
    }

    /// The first section whose title contains one of the words.
    pub(crate) fn section(&self, words: &[&str]) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| {
            let title = section.title.to_lowercase();
            words.iter().any(|word| title.contains(word))
        })
    }

    fn close(&mut self, section: Option<(&'a str, usize)>, text: &'a str, end: usize) {
        self.sections.extend(section.map(|(title, start)| Section { title, text: text[start..end].trim() }));
    }
}

/// The run of backticks or tildes that opens or closes fenced code.
fn fence_mark(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3).then(|| &line[..length])
}

/// The words of a heading: `## Usage ##` -> `Usage`.
fn heading(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    ((1..=6).contains(&level) && (words.is_empty() || words.starts_with(char::is_whitespace)))
        .then(|| words.trim_end_matches('#').trim())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_outline_tells_headings_from_code() {
        let outline =
            Outline::of("intro words\n# Usage\nrun it:\n```python\n# no heading\nx = 1\n```\n## License ##\nMIT\n~~~\nopen");
        assert_eq!(outline.words, 5);
        assert_eq!(outline.code, ["# no heading\nx = 1"]);
        let titles: Vec<_> = outline.sections.iter().map(|section| section.title).collect();
        assert_eq!(titles, ["Usage", "License"]);
        assert_eq!(outline.section(&["licen"]).map(|section| section.text), Some("MIT\n~~~\nopen"));
    }

    proptest! {
        #[test]
        fn any_text_has_an_outline(text in "(#{0,7} ?[a-zé]{0,3}|```[a-z]{0,2}|~~~~?|\n|\\PC){0,40}") {
            let outline = Outline::of(&text);
            prop_assert!(outline.words <= text.split_whitespace().count());
        }
    }
}
