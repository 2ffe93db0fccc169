//! The upload in sentences, for the page and for screen readers.

use domain::units;

use super::{
    progress::{FileState, Snapshot, Step},
    state::Phase,
};

impl Step {
    /// How much is done, in thousandths; all of nothing.
    #[must_use]
    pub fn thousandths(&self) -> u64 {
        let whole = u128::from(self.done.min(self.total)) * 1000;
        whole.checked_div(u128::from(self.total)).and_then(|part| u64::try_from(part).ok()).unwrap_or(1000)
    }

    /// How much is done: `45.0 MB of 90.9 MB`.
    #[must_use]
    pub fn amount(&self) -> String {
        format!("{} of {}", units::bytes(self.done), units::bytes(self.total))
    }
}

impl Snapshot {
    /// The step that runs: sending, once it is known what is to be sent.
    #[must_use]
    pub fn step(&self) -> Step {
        self.sending.unwrap_or(self.hashing)
    }

    /// How fast, and for how much longer: `12.0 MB/s, 1 min 5 s left`; nothing while nobody can say.
    #[must_use]
    pub fn pace(&self) -> Option<String> {
        let step = self.step();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number of bytes")]
        let speed = units::bytes(self.speed.bytes_per_second()?.round() as u64);
        let left = self.speed.time_left(step.total.saturating_sub(step.done)).map(units::duration);
        Some(match left {
            Some(left) => format!("{speed}/s, {left} left"),
            None => format!("{speed}/s"),
        })
    }

    /// What the registry had before, in a sentence; nothing when it had nothing.
    #[must_use]
    pub fn already_there_note(&self) -> Option<String> {
        let (files, bytes) = self.already_there;
        let verb = if files == 1 { "is" } else { "are" };
        (files > 0).then(|| format!("{} ({}) {verb} in the registry already.", units::plural(files, "file"), units::bytes(bytes)))
    }
}

impl FileState {
    /// The state in a word or two.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Hashing(_) => "hashing",
            Self::Hashed => "hashed",
            Self::AlreadyThere => "already there",
            Self::Sending(_) => "uploading",
            Self::Done => "done",
        }
    }

    /// The bytes that are through, while the file moves.
    #[must_use]
    pub const fn moving(self) -> Option<u64> {
        match self {
            Self::Hashing(bytes) | Self::Sending(bytes) => Some(bytes),
            Self::Waiting | Self::Hashed | Self::AlreadyThere | Self::Done => None,
        }
    }
}

/// What happens now, in a word or two: the heading above the progress.
#[must_use]
pub const fn heading(phase: &Phase) -> &'static str {
    match phase {
        Phase::Empty => "Nothing chosen",
        Phase::Listing => "Listing the files",
        Phase::Hashing => "Hashing",
        Phase::Ready => "Ready to upload",
        Phase::Beginning => "Asking the registry what it misses",
        Phase::Sending => "Uploading",
        Phase::Paused => "Paused",
        Phase::Verifying { .. } => "Verifying",
        Phase::Committed { .. } => "Uploaded",
        Phase::Stopped { .. } => "Stopped",
    }
}

/// A message as a sentence of its own: those of the rules are written to stand inside one.
#[must_use]
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let mut sentence: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?', ':']) {
        sentence.push('.');
    }
    sentence
}

/// The news in a sentence.
#[must_use]
pub fn news(phase: &Phase, progress: &Snapshot) -> String {
    let percent = |step: Step| step.thousandths() / 10;
    match phase {
        Phase::Empty => String::new(),
        Phase::Listing | Phase::Ready | Phase::Beginning | Phase::Paused => format!("{}.", heading(phase)),
        Phase::Hashing => format!("Hashing: {} %.", percent(progress.hashing)),
        Phase::Sending => {
            let pace = progress.pace().map(|pace| format!(" at {pace}")).unwrap_or_default();
            format!("Uploading: {} %{pace}.", percent(progress.step()))
        }
        Phase::Verifying { done, total } => {
            format!("The registry verifies what has arrived: {} %.", percent(Step { done: *done, total: *total }))
        }
        Phase::Committed { package, .. } => format!("Uploaded: {package} is in the registry."),
        Phase::Stopped { message } => format!("Stopped. {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upload::speed::Speed;

    #[test]
    fn parts_of_a_whole_are_exact_at_both_ends() {
        for (done, total, expected) in [
            (0, 10, 0),
            (10, 10, 1000),
            (1, 3, 333),
            (0, 0, 1000),
            (u64::MAX, u64::MAX, 1000),
            (20, 10, 1000),
            (999_999, 1_000_000, 999),
        ] {
            assert_eq!(Step { done, total }.thousandths(), expected, "{done} of {total}");
        }
    }

    #[test]
    fn messages_become_sentences() {
        for (message, expected) in [
            ("the zip is empty: there is nothing to upload", "The zip is empty: there is nothing to upload."),
            ("“a.txt” is there twice", "“a.txt” is there twice."),
            ("No space left.", "No space left."),
            ("", ""),
        ] {
            assert_eq!(sentence(message), expected);
        }
    }

    #[test]
    fn the_news_say_how_far_and_how_fast() {
        let mut speed = Speed::default();
        speed.record(0.0, 0);
        speed.record(2000.0, 20_000_000);
        let step = Step { done: 20_000_000, total: 80_000_000 };
        let progress = Snapshot { sending: Some(step), speed, already_there: (1, 5), ..Snapshot::default() };
        assert_eq!(news(&Phase::Sending, &progress), "Uploading: 25 % at 10.0 MB/s, 6.0 s left.");
        assert_eq!(progress.already_there_note().as_deref(), Some("1 file (5 B) is in the registry already."));
        assert_eq!(news(&Phase::Sending, &Snapshot::default()), "Uploading: 100 %.");
        assert_eq!(news(&Phase::Stopped { message: "No.".to_owned() }, &progress), "Stopped. No.");
        assert_eq!(news(&Phase::Verifying { done: 1, total: 2 }, &progress), "The registry verifies what has arrived: 50 %.");
    }
}
