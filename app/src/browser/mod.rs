//! The upload's engine: what needs a browser. The page sees it through [`crate::upload::engine`] only.

/// Files of the browser: length, slices, faults.
mod blob;
/// The wait that all requests share while the registry is out of reach.
mod connection;
/// The engine: which command does what, and what is shown of it.
mod engine;
/// The page's side of the reading workers.
mod hashing;
/// What the page and its workers tell each other.
mod messages;
/// The pieces of a file, read ahead.
mod pieces;
/// One part on its way: a request that reports its progress and can be given up.
mod put;
/// A file of the browser as a synchronous reader, for zips.
mod reader;
/// One run of an upload: begin, send what is missing, complete.
mod run;
/// From a drop or an input to files with paths.
mod source;
/// The parts: four at once, each until it has arrived.
mod transfer;
/// The functions that the worker calls.
pub mod worker;

pub use engine::Engine;
