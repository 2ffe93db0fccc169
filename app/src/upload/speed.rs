//! Bytes a second, over a moving window.

use std::collections::VecDeque;

use time::Duration;

/// How far back the window reaches, in milliseconds: long enough to be calm, short enough to notice a change.
const WINDOW_MS: f64 = 10_000.0;
/// What is younger than this says nothing yet, in milliseconds.
const MIN_SPAN_MS: f64 = 1000.0;

/// Remembers how many bytes were done when, and derives the speed from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speed {
    samples: VecDeque<(f64, u64)>,
}

impl Speed {
    /// Notes that `bytes` are done at `now_ms` (any clock that counts milliseconds). When fewer bytes are done than before, or
    /// the clock went back, the window starts anew.
    pub fn record(&mut self, now_ms: f64, bytes: u64) {
        if self.samples.back().is_some_and(|&(at, done)| now_ms < at || bytes < done) {
            self.samples.clear();
        }
        self.samples.push_back((now_ms, bytes));
        while self.samples.len() > 2 && self.samples.front().is_some_and(|&(at, _)| now_ms - at > WINDOW_MS) {
            self.samples.pop_front();
        }
    }

    /// Bytes a second over the window; nothing while it is too short, or when nothing moves.
    #[must_use]
    pub fn bytes_per_second(&self) -> Option<f64> {
        let (&(from, before), &(to, after)) = (self.samples.front()?, self.samples.back()?);
        if to - from < MIN_SPAN_MS || after <= before {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let moved = (after - before) as f64;
        Some(moved * 1000.0 / (to - from))
    }

    /// How long `bytes` more will take at this speed; nothing when nobody can say.
    #[must_use]
    pub fn time_left(&self, bytes: u64) -> Option<Duration> {
        #[expect(clippy::cast_precision_loss, reason = "whole seconds are shown")]
        let seconds = bytes as f64 / self.bytes_per_second()?;
        // a week from now is as good as never
        (seconds < 7.0 * 86_400.0).then(|| Duration::seconds_f64(seconds.ceil()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn recorded(samples: &[(f64, u64)]) -> Speed {
        let mut speed = Speed::default();
        for &(at, bytes) in samples {
            speed.record(at, bytes);
        }
        speed
    }

    #[test]
    fn the_speed_is_that_of_the_window() {
        for (samples, expected) in [
            (&[][..], None),
            (&[(0.0, 0)], None),
            (&[(0.0, 0), (500.0, 1000)], None),
            (&[(0.0, 0), (2000.0, 1000)], Some(500.0)),
            (&[(0.0, 700), (2000.0, 700)], None),
            // what is older than the window does not count
            (&[(0.0, 0), (1000.0, 9_000_000), (2000.0, 9_000_000), (12_000.0, 9_010_000)], Some(1000.0)),
            // a new run, or a clock that was set back, starts anew
            (&[(0.0, 0), (5000.0, 5000), (6000.0, 0), (8000.0, 4000)], Some(2000.0)),
            (&[(9000.0, 0), (1000.0, 100), (3000.0, 300)], Some(100.0)),
        ] {
            assert_eq!(recorded(samples).bytes_per_second(), expected, "{samples:?}");
        }
    }

    #[test]
    fn the_time_left_is_rounded_up_and_bounded() {
        let speed = recorded(&[(0.0, 0), (2000.0, 2000)]);
        assert_eq!(speed.time_left(1500), Some(Duration::seconds(2)));
        assert_eq!(speed.time_left(0), Some(Duration::ZERO));
        assert_eq!(speed.time_left(u64::MAX), None);
        assert_eq!(Speed::default().time_left(1), None);
    }

    proptest! {
        #[test]
        fn any_clock_gives_a_sound_speed(samples in proptest::collection::vec((-1e15..1e15f64, any::<u64>()), 0..50)) {
            let speed = recorded(&samples);
            prop_assert!(speed.bytes_per_second().is_none_or(|rate| rate.is_finite() && rate > 0.0));
        }
    }
}
