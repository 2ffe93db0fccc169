//! The words for facts: what searches filter by, as words of the index.

use std::collections::BTreeSet;

use domain::report::Verdict;
use sha2::{Digest as _, Sha256};

use crate::catalog::words::fact;

/// Letters in a row by which names are found by regular expressions. The more letters, the fewer names have them: an expression is
/// looked up by the longest that it holds.
const RUNS: [usize; 3] = [8, 5, SHORTEST_RUN];
/// What has fewer letters cannot be looked up.
pub(crate) const SHORTEST_RUN: usize = 3;
/// Scores are facts in steps, each reached one a fact: searches for a least score leave out what is below its step.
const SCORE_STEPS: u32 = 20;
/// Bytes of the hash that stands for several values: with so many no two meet by chance.
const HASHED: usize = 10;

/// What the card and the kind say of a package, as far as that is known or asked for.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) license: Option<&'a str>,
    pub(super) task: Option<&'a str>,
    pub(super) library: Option<&'a str>,
}

impl Said<'_> {
    /// Each value with what it is about, in an order that never changes.
    fn values(self) -> Vec<(&'static str, String)> {
        let Self { kind, license, task, library } = self;
        [("k", kind), ("l", license), ("t", task), ("b", library)]
            .into_iter()
            .filter_map(|(about, value)| Some((about, value?.to_lowercase())))
            .collect()
    }

    /// The one fact that says all of this. An index that had to find what several frequent values have in common would read the list
    /// of each; so each combination is a fact of its own.
    pub(super) fn together(self) -> Option<String> {
        together(&self.values())
    }

    /// The facts that say this or any part of it.
    pub(super) fn parts(self) -> impl Iterator<Item = String> {
        let values = self.values();
        (0..1_u32 << values.len()).filter_map(move |chosen| {
            let part = values.iter().enumerate().filter(|(at, _)| chosen & (1 << at) != 0).map(|(_, value)| value.clone());
            together(&part.collect::<Vec<_>>())
        })
    }
}

fn together(values: &[(&'static str, String)]) -> Option<String> {
    match values {
        [] => None,
        [(about, value)] => Some(fact(about, value)),
        several => {
            let mut hash = Sha256::new();
            for (about, value) in several {
                // no value holds a NUL
                hash.update(about);
                hash.update(value);
                hash.update([0]);
            }
            Some(fact("a", &hash.finalize()[..HASHED]))
        }
    }
}

pub(super) fn namespace(key: &str) -> String {
    fact("n", key)
}

pub(super) fn topic(topic: &str) -> String {
    fact("o", topic.to_lowercase())
}

pub(super) fn verdict(verdict: Verdict) -> String {
    fact("v", verdict.as_str())
}

/// The step that all scores from `least` on have reached.
pub(super) fn score_from(least: f64) -> Option<String> {
    let step = step(least);
    (step > 0).then(|| fact("s", step.to_string()))
}

/// Whether the facts alone tell which scores are at least so high: not for 0, which those without a score do not reach either.
pub(super) fn is_step(least: f64) -> bool {
    let step = step(least);
    step > 0 && f64::from(step) >= least * f64::from(SCORE_STEPS)
}

/// The steps that a score has reached.
pub(super) fn scored(score: f64) -> impl Iterator<Item = String> {
    (1..=step(score)).map(|step| fact("s", step.to_string()))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of steps")]
fn step(score: f64) -> u32 {
    (score.clamp(0.0, 1.0) * f64::from(SCORE_STEPS)).floor() as u32
}

/// The runs of letters of a name, without regard to case.
pub(super) fn runs(name: &str) -> BTreeSet<String> {
    let letters = letters(name);
    RUNS.into_iter().flat_map(|run| runs_of(&letters, run).collect::<Vec<_>>()).collect()
}

/// Runs of letters that every name has which holds this text: of the longest that there are those side by side, and the last. Each more
/// would be looked up, and leave hardly any name out. None when the text is shorter than any.
pub(super) fn longest_runs(text: &str) -> BTreeSet<String> {
    let letters = letters(text);
    let Some(run) = RUNS.into_iter().find(|run| *run <= letters.len()) else { return BTreeSet::new() };
    let last = letters.len() - run;
    runs_of(&letters, run).enumerate().filter(|(at, _)| at % run == 0 || *at == last).map(|(_, run)| run).collect()
}

fn letters(text: &str) -> Vec<char> {
    text.to_lowercase().chars().collect()
}

fn runs_of(letters: &[char], run: usize) -> impl Iterator<Item = String> {
    letters.windows(run).map(|run| fact("r", run.iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_together_is_a_part_of_what_is_said() {
        let said = Said { kind: Some("model"), license: Some("MIT"), task: Some("fill-mask"), library: Some("peft") };
        let parts: Vec<String> = said.parts().collect();
        assert_eq!(parts.len(), 15);
        assert_eq!(parts.iter().collect::<BTreeSet<_>>().len(), 15);
        for asked in [
            Said { license: Some("mit"), ..Said::default() },
            Said { kind: Some("model"), task: Some("fill-mask"), ..Said::default() },
            Said { license: Some("mit"), task: Some("Fill-Mask"), library: Some("peft"), ..Said::default() },
            said,
        ] {
            assert!(parts.contains(&asked.together().unwrap()));
        }
        for asked in [
            // another value, and the same values of something else
            Said { license: Some("apache-2.0"), task: Some("fill-mask"), ..Said::default() },
            Said { license: Some("fill-mask"), task: Some("mit"), ..Said::default() },
        ] {
            assert!(!parts.contains(&asked.together().unwrap()));
        }
        assert_eq!(Said::default().together(), None);
        assert_eq!(Said::default().parts().count(), 0);
    }

    #[test]
    fn facts_alone_tell_of_scores_in_whole_steps() {
        for (least, told) in [(-1.0, false), (0.0, false), (0.01, false), (0.05, true), (0.5, true), (0.51, false), (1.0, true)] {
            assert_eq!(is_step(least), told, "{least}");
            // what is told is in the facts of every score that is high enough, and of no other
            if told {
                let fact = score_from(least).unwrap();
                assert!(scored(least).any(|reached| reached == fact), "{least}");
                assert!(!scored(least - 0.001).any(|reached| reached == fact), "{least}");
            }
        }
    }

    #[test]
    fn a_text_is_looked_up_by_its_longest_runs() {
        let name = runs("Ann/BERT-base-squad");
        for (text, count) in
            [("be", 0), ("bert", 2), ("bert-", 1), ("bert-base", 2), ("BERT-BASE-", 2), ("ann/bert-base-squad", 3)]
        {
            let asked = longest_runs(text);
            assert_eq!(asked.len(), count, "{text}");
            assert!(asked.is_subset(&name), "{text}");
        }
        assert!(!longest_runs("bert-large").is_subset(&name));
    }
}
