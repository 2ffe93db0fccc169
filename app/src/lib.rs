//! The pages, their components and the server functions behind them.
//!
//! They are rendered on the server (feature `ssr`), and hydrated or mounted in the browser (feature `browser`). Whatever only one
//! of the two can do is in a gated module of its own.

#![recursion_limit = "256"] // views are deeply nested types

pub mod api;
#[cfg(feature = "browser")]
pub mod browser;
pub mod components;
pub mod error;
pub mod loading;
pub mod pages;
pub mod parts;
mod platform;
pub mod root;
mod session;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod upload;

pub use root::App;
pub use session::Session;
#[cfg(feature = "ssr")]
pub use shell::shell;
