//! Pages: each loads what it shows and composes it from [`crate::components`].

/// `/settings/tokens`: access tokens.
pub mod access_tokens;
/// `/`: searching and listing packages.
pub mod home;
/// `/:namespace`: the packages of a namespace.
pub mod namespace;
/// What does not exist.
pub mod not_found;
/// The pages of one package.
pub mod package;
/// Parameters in addresses.
mod params;
/// `/sign-in`.
pub mod sign_in;
/// `/upload`: bringing a package in.
pub mod upload;
