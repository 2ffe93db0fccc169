//! Scores one package: a pure function from its files and `facts.json` to a [`Report`].
//!
//! The files are untrusted: everything read is bounded, nothing is executed, no length that a file announces is believed
//! before it was compared with the bytes that are there. The same input gives the same report, latencies apart. What a
//! metric means and how it is computed is told to people in `docs/scoring.md`.
//!
//! | module | what lives there |
//! |---|---|
//! | [`package`] | the walk over the folder, and bounded reading of single files |
//! | [`formats`] | the headers of safetensors, GGUF and zip files |
//! | [`weights`] | which files hold weights, and which of them a device loads |
//! | [`license`] | from what a card or a text says to a licence and its class |
//! | [`metrics`] | the scores, one module each |
//! | [`facts`] | `facts.json`, and what the files say about themselves |
//!
//! No sandbox lives here: the binary puts itself into one before it calls [`score`].

pub mod error;
pub mod facts;
pub mod formats;
pub mod license;
mod markdown;
pub mod metrics;
pub mod package;
mod run;
pub mod text;
pub mod weights;

pub use domain::report::Report;
pub use error::Error;
pub use run::score;
