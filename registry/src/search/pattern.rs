//! Regular expressions that cannot be made slow: they are matched in linear time, their programs are small, and a call stops after a
//! while however they are.

use std::time::Instant;

use domain::{ErrorKind, search::PatternTarget};
use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use crate::{
    Error, Result,
    catalog::search::{Found, Position, SHORTEST_RUN},
};

/// The largest compiled program, in bytes: matching takes time in proportion to it.
const MAX_PROGRAM: usize = 128 << 10;
/// The deepest nesting.
const MAX_DEPTH: u32 = 20;

/// An expression, ready to be compared.
pub(super) struct Pattern {
    regex: Regex,
    syntax: Option<Hir>,
}

/// What comparing came to.
pub(super) struct Compared {
    pub(super) matched: Vec<Found>,
    /// The last package that was looked at.
    pub(super) end: Option<Position>,
    /// Whether the time was over before the end.
    pub(super) is_cut: bool,
}

impl Pattern {
    /// Reads an expression, in the syntax of RE2.
    ///
    /// # Errors
    /// Invalid, saying where, when it is none or too large.
    pub(super) fn new(text: &str) -> Result<Self> {
        let regex = RegexBuilder::new(text)
            .case_insensitive(true)
            .size_limit(MAX_PROGRAM)
            .dfa_size_limit(MAX_PROGRAM * 8)
            .nest_limit(MAX_DEPTH)
            .build()
            .map_err(|error| Error::new(ErrorKind::Invalid, told(&error)))?;
        let syntax = regex_syntax::ParserBuilder::new().nest_limit(MAX_DEPTH).build().parse(text).ok();
        Ok(Self { regex, syntax })
    }

    /// Runs of letters that stand in every text that matches, as far as the expression shows them.
    pub(super) fn runs(&self) -> Vec<String> {
        let mut runs = Vec::new();
        if let Some(syntax) = &self.syntax {
            collect(syntax, &mut runs);
        }
        runs
    }

    /// The packages that match, until the time is over.
    pub(super) fn select(&self, packages: Vec<Found>, target: PatternTarget, until: Instant) -> Compared {
        let mut compared = Compared { matched: Vec::new(), end: None, is_cut: false };
        for mut found in packages {
            if compared.end.is_some() && Instant::now() >= until {
                compared.is_cut = true;
                break;
            }
            compared.end = Some(found.position.clone());
            let is_match = match target {
                PatternTarget::Name => self.regex.is_match(&found.summary.package.full_name()),
                PatternTarget::Card => found.card.as_deref().is_some_and(|card| self.regex.is_match(card)),
            };
            if is_match {
                // many may match, and nobody reads their cards
                found.card = None;
                compared.matched.push(found);
            }
        }
        compared
    }
}

/// Runs of what must occur: parts of a sequence, not of alternatives or of what may be left out.
fn collect(syntax: &Hir, runs: &mut Vec<String>) {
    match syntax.kind() {
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            // letters beyond ASCII may match others without regard to case
            runs.extend(text.split(|c: char| !c.is_ascii()).filter(|run| run.len() >= SHORTEST_RUN).map(str::to_owned));
        }
        HirKind::Concat(parts) => parts.iter().for_each(|part| collect(part, runs)),
        HirKind::Capture(capture) => collect(&capture.sub, runs),
        HirKind::Repetition(repetition) if repetition.min > 0 => collect(&repetition.sub, runs),
        HirKind::Repetition(_) | HirKind::Alternation(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty => {}
    }
}

fn told(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "The regular expression is too large: use fewer repetitions.".to_owned(),
        // its last line is the reason, after a drawing of the place
        other => {
            let text = other.to_string();
            let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("The regular expression was not understood: {reason}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn runs_are_what_every_match_holds() {
        for (text, runs) in [
            ("bert", &["bert"][..]),
            ("^ann/bert-.*-v[0-9]+$", &["ann/bert-"]),
            ("(large|base)-uncased", &["-uncased"]),
            ("(bert)+x?", &["bert"]),
            ("(bert)*", &[]),
            ("be", &[]),
            ("größe-bert", &["e-bert"]),
            ("(?i)bert", &[]),
        ] {
            assert_eq!(Pattern::new(text).unwrap().runs(), runs, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_or_too_large_is_refused() {
        for text in ["(", "a{2,1}", "\\p{Nothing}", "((a{100}){100}){100}", &"(".repeat(60)] {
            let refused = Pattern::new(text).err().unwrap();
            assert_eq!(refused.kind(), ErrorKind::Invalid, "{text}");
            assert!(refused.message().starts_with("The regular expression"), "{}", refused.message());
        }
    }

    proptest! {
        #[test]
        fn a_match_holds_all_runs(pattern in "[a-c/.()|*+?-]{0,12}", name in "[a-c/.-]{0,20}") {
            if let Ok(pattern) = Pattern::new(&pattern)
                && pattern.regex.is_match(&name)
            {
                prop_assert!(pattern.runs().iter().all(|run| name.contains(run)));
            }
        }
    }
}
