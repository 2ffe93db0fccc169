//! The signals between the engine and the page: the engine writes, the page reads.

use domain::{PackageRef, RevisionId, UploadId, manifest::Limits, people::Visibility, refs::RefName};
use leptos::prelude::*;

use super::{progress::Snapshot, selection::Selection};

/// Where the upload stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is chosen.
    #[default]
    Empty,
    /// The folder is being listed.
    Listing,
    /// Digests are being computed; a zip is being unpacked.
    Hashing,
    /// Everything is hashed; the form is to be sent.
    Ready,
    /// The registry is asked what it misses.
    Beginning,
    /// Parts are on the way.
    Sending,
    /// Nothing is sent until the person says so.
    Paused,
    /// Everything has arrived; the registry recomputes digests.
    Verifying {
        /// Bytes whose digest is known.
        done: u64,
        /// All bytes to verify.
        total: u64,
    },
    /// The revision is there.
    Committed {
        /// Its package.
        package: PackageRef,
        /// Its id.
        revision: RevisionId,
    },
    /// It cannot go on as it is.
    Stopped {
        /// Why, and what to do.
        message: String,
    },
}

impl Phase {
    /// Whether leaving the page now would interrupt something.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        match self {
            Self::Beginning | Self::Sending | Self::Paused | Self::Verifying { .. } => true,
            Self::Empty | Self::Listing | Self::Hashing | Self::Ready | Self::Committed { .. } | Self::Stopped { .. } => false,
        }
    }

    /// Whether something else may be chosen.
    #[must_use]
    pub const fn may_choose(&self) -> bool {
        match self {
            Self::Empty | Self::Ready | Self::Stopped { .. } => true,
            Self::Listing
            | Self::Hashing
            | Self::Beginning
            | Self::Sending
            | Self::Paused
            | Self::Verifying { .. }
            | Self::Committed { .. } => false,
        }
    }
}

/// Where the revision goes, as the form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The package.
    pub package: PackageRef,
    /// The version that it becomes.
    pub version: RefName,
    /// Who finds the package, when the person said so and it is new.
    pub visibility: Option<Visibility>,
    /// What is new.
    pub message: String,
}

/// The registry is out of reach or busy; another try follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What is wrong.
    pub reason: String,
    /// Seconds until the next try.
    pub seconds: u32,
}

/// Everything that the page shows of the upload.
#[derive(Clone, Copy, Debug)]
pub struct UploadState {
    /// What a revision may hold.
    pub limits: StoredValue<Limits>,
    /// Where it stands.
    pub phase: RwSignal<Phase>,
    /// What was chosen.
    pub selection: RwSignal<Option<Selection>>,
    /// Why what was chosen was refused, or what became of a cancelled upload.
    pub notice: RwSignal<Option<String>>,
    /// The form, once it was sent.
    pub target: RwSignal<Option<Target>>,
    /// The session, once the registry knows the upload.
    pub session: RwSignal<Option<UploadId>>,
    /// How far it has come.
    pub progress: RwSignal<Snapshot>,
    /// Set while the registry is out of reach.
    pub waiting: RwSignal<Option<Waiting>>,
    /// The latest news in a sentence, for screen readers; it changes every few seconds at most.
    pub news: RwSignal<String>,
}

impl UploadState {
    /// Nothing is chosen yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits: StoredValue::new(limits),
            phase: RwSignal::default(),
            selection: RwSignal::default(),
            notice: RwSignal::default(),
            target: RwSignal::default(),
            session: RwSignal::default(),
            progress: RwSignal::default(),
            waiting: RwSignal::default(),
            news: RwSignal::default(),
        }
    }
}
