//! Jobs: runs of the autograder on revisions, as pages and programs see them.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::{Invalid, JobId, RevisionId};

/// How often a job is tried.
pub const MAX_ATTEMPTS: u32 = 3;

/// How long one attempt may take.
pub const ATTEMPT_TIME: Duration = Duration::minutes(15);

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a runner.
    Queued,
    /// A runner is at it.
    Running,
    /// The report is there.
    Succeeded,
    /// All attempts failed.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl JobState {
    /// The word that the catalog stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing will change any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Succeeded | Self::Failed | Self::Cancelled => true,
        }
    }
}

impl std::str::FromStr for JobState {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no state of a job")))
    }
}

/// A job as pages and programs see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The revision that it scores.
    pub revision: RevisionId,
    /// Where it stands.
    pub state: JobState,
    /// The attempt that runs or ran last, from 1; 0 before the first.
    pub attempt: u32,
    /// Whether somebody asked to stop it.
    pub cancel_requested: bool,
    /// When it was queued.
    pub queued_at: OffsetDateTime,
    /// When the last attempt began.
    pub started_at: Option<OffsetDateTime>,
    /// When it came to its end.
    pub finished_at: Option<OffsetDateTime>,
    /// Why the last attempt failed, in a sentence.
    pub error: Option<String>,
    /// The end of the log of the last attempt.
    pub log_tail: String,
}
