//! The upload as the page sees it: its state, its rules and its commands. What needs a browser is in `crate::browser`.

/// The commands that the page gives; the one place where it matters whether there is a browser.
pub mod engine;
/// What the form holds, and whether it is right.
pub mod form;
/// How far every file and the whole have come.
pub mod progress;
/// Which answers are worth another try, and when.
pub mod retry;
/// From what was chosen to what is uploaded: clutter, paths, names.
pub mod selection;
/// Bytes a second, over a moving window.
pub mod speed;
/// The signals between the engine and the page.
pub mod state;
/// The upload in sentences.
pub mod summary;
