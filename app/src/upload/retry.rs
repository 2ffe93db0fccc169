//! Which answers are worth another try, and when.

use std::time::Duration;

use domain::ErrorKind;

use crate::error::AppError;

/// The wait after the first failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How often in a row a fault of the registry is tried again before the upload stops.
pub const MAX_FAULTS: u32 = 5;

/// What a failed request means for the upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The registry is out of reach or busy: it will come back, however long that takes.
    Away(String),
    /// A fault of the registry: worth a few tries.
    Fault(String),
    /// The address is not taken any more: ask for another.
    Expired(String),
    /// Trying again as it is would fail again.
    Final(String),
}

impl Failure {
    /// From the status of a part's answer and the message in its body, if there was one; status 0: there was no answer.
    /// Nothing when the part was taken.
    #[must_use]
    pub fn of_part(status: u16, message: Option<String>) -> Option<Self> {
        let told = |otherwise: &str| message.unwrap_or_else(|| otherwise.to_owned());
        Some(match status {
            200..=299 => return None,
            0 => Self::Away("There is no connection to the registry.".to_owned()),
            408 | 429 | 502..=504 => Self::Away(told("The registry is busy.")),
            // a bucket says 403 to an address that has expired, 400 when that of its signer's credentials has or a sender was
            // silent for too long, 404 when it has given up the upload
            400 | 403 | 404 => Self::Expired(told("The registry does not take this part.")),
            507 => Self::Final(told("There is no space left in the registry's store.")),
            500..=599 => Self::Fault(told("Something went wrong in the registry.")),
            _ => Self::Final(told(&format!("The registry refused a part (status {status})."))),
        })
    }

    /// The message, for a person.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Away(message) | Self::Fault(message) | Self::Expired(message) | Self::Final(message) => message,
        }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error.kind {
            ErrorKind::Unavailable | ErrorKind::TooManyRequests => Self::Away(error.message),
            ErrorKind::Internal => Self::Fault(match error.request_id {
                Some(id) => format!("{} (request {id})", error.message),
                None => error.message,
            }),
            ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Outdated
            | ErrorKind::Invalid
            | ErrorKind::TooLarge
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::InsufficientStorage => Self::Final(error.message),
        }
    }
}

/// How long to wait after so many failures in a row: doubled each time up to a minute, of which a random half, so that many
/// browsers do not return at the same moment. `random` is in [0, 1).
#[must_use]
pub fn wait(failures: u32, random: f64) -> Duration {
    let whole = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST_WAIT);
    whole.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_status_has_one_meaning() {
        let name = |status| match Failure::of_part(status, None) {
            None => "taken",
            Some(Failure::Away(_)) => "away",
            Some(Failure::Fault(_)) => "fault",
            Some(Failure::Expired(_)) => "expired",
            Some(Failure::Final(_)) => "final",
        };
        for (status, expected) in [
            (200, "taken"),
            (204, "taken"),
            (0, "away"),
            (301, "final"),
            (400, "expired"),
            (401, "final"),
            (403, "expired"),
            (404, "expired"),
            (408, "away"),
            (409, "final"),
            (413, "final"),
            (422, "final"),
            (429, "away"),
            (500, "fault"),
            (502, "away"),
            (503, "away"),
            (504, "away"),
            (507, "final"),
        ] {
            assert_eq!(name(status), expected, "{status}");
        }
    }

    #[test]
    fn the_registrys_own_words_are_kept() {
        let failure = Failure::of_part(422, Some("the part is too long".to_owned()));
        assert_eq!(failure.map(|f| f.message().to_owned()).as_deref(), Some("the part is too long"));
        let error = AppError { request_id: Some("r1".to_owned()), ..AppError::new(ErrorKind::Internal, "Something went wrong.") };
        assert_eq!(Failure::from(error), Failure::Fault("Something went wrong. (request r1)".to_owned()));
        assert!(matches!(Failure::from(AppError::new(ErrorKind::Unavailable, "restarting")), Failure::Away(_)));
        assert!(matches!(Failure::from(AppError::new(ErrorKind::InsufficientStorage, "full")), Failure::Final(_)));
    }

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits: Vec<_> = (1..=8).map(|failures| wait(failures, 1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait(1, 0.0), Duration::from_millis(500));
    }

    proptest! {
        #[test]
        fn a_wait_is_never_zero_and_never_longer_than_a_minute(failures: u32, random in 0.0..1.0f64) {
            let wait = wait(failures, random);
            prop_assert!(wait >= FIRST_WAIT / 2 && wait <= LONGEST_WAIT);
        }
    }
}
