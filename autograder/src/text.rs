//! Untrusted text, made fit for evidence, findings and log lines.

/// How many characters of a quotation are kept.
const MAX_QUOTE: usize = 120;

/// Shortens text to `characters`, with an ellipsis where something was cut, and replaces what would break out of a line:
/// control characters and marks that change the direction of writing.
#[must_use]
pub fn clip(text: &str, characters: usize) -> String {
    let mut out: String = text.chars().take(characters).map(|c| if breaks_a_line(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(characters).is_some() {
        out.push('…');
    }
    out
}

/// Untrusted text in quotation marks, clipped.
#[must_use]
pub fn quote(text: &str) -> String {
    format!("“{}”", clip(text.trim(), MAX_QUOTE))
}

fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_stay_on_their_line() {
        assert_eq!(quote(" a\nb\u{202e}c "), "“a\u{fffd}b\u{fffd}c”");
        assert_eq!(clip("äöü", 2), "äö…");
        assert_eq!(clip("äöü", 3), "äöü");
    }
}
