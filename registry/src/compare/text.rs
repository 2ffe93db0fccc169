//! Texts, line by line.

use std::time::Duration;

use domain::compare::{ContentComparison, Hunk, Line};
use similar::TextDiff;

/// The largest text that is compared, in bytes.
pub(super) const MAX_BYTES: u64 = 512 << 10;
/// How many lines are shown: more are no longer read by anybody.
const MAX_LINES: usize = 3000;
/// How many characters of a line are shown.
const MAX_LINE: usize = 2000;
/// How many unchanged lines stand around those that differ.
const CONTEXT: usize = 3;
/// How long the shortest difference is looked for; after that, any.
const PATIENCE: Duration = Duration::from_secs(2);

/// The lines that differ. Both sides are at most [`MAX_BYTES`] long.
pub(super) fn compare(before: &[u8], after: &[u8]) -> ContentComparison {
    let (Some(before), Some(after)) = (readable(before), readable(after)) else {
        return ContentComparison::Opaque {
            why: "The file is no text: only its size and its digest can be compared.".to_owned(),
        };
    };
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let number = |index: Option<usize>| index.and_then(|index| u32::try_from(index + 1).ok());
    let (mut hunks, mut left, mut omitted) = (Vec::new(), MAX_LINES, 0);
    for group in diff.grouped_ops(CONTEXT) {
        let mut lines = Vec::new();
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            if left == 0 {
                omitted += 1;
                continue;
            }
            left -= 1;
            let text = change.value().trim_end_matches(['\n', '\r']).chars().take(MAX_LINE).collect();
            lines.push(Line { before: number(change.old_index()), after: number(change.new_index()), text });
        }
        if !lines.is_empty() {
            hunks.push(Hunk { lines });
        }
    }
    ContentComparison::Text { hunks, omitted }
}

/// The bytes as text, unless they are none.
fn readable(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> (Vec<String>, u64) {
        match compare(before.as_bytes(), after.as_bytes()) {
            ContentComparison::Text { hunks, omitted } => {
                let line = |line: &Line| {
                    let mark = match (line.before, line.after) {
                        (Some(_), Some(_)) => ' ',
                        (Some(_), None) => '-',
                        (None, _) => '+',
                    };
                    format!("{mark}{}", line.text)
                };
                (hunks.iter().flat_map(|hunk| hunk.lines.iter().map(line)).collect(), omitted)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_are_kept_added_and_removed() {
        assert_eq!(shown("a\nb\nc\n", "a\nx\nc\n").0, [" a", "-b", "+x", " c"]);
        assert_eq!(shown("", "one\r\n"), (vec!["+one".to_owned()], 0));
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        for bytes in [&b"\xff\xfe"[..], b"a\0b"] {
            assert!(matches!(compare(b"text", bytes), ContentComparison::Opaque { .. }));
        }
    }

    #[test]
    fn a_wholly_different_text_ends_in_time_and_is_cut() {
        let numbered = |start: usize| (start..start + 60_000).map(|n| format!("{n}\n")).collect::<String>();
        let (lines, omitted) = shown(&numbered(0), &numbered(1_000_000));
        assert_eq!((lines.len(), omitted), (MAX_LINES, 120_000 - MAX_LINES as u64));
    }
}
