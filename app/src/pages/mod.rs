//! Pages: each loads what it shows and composes it from [`crate::components`].

/// `/settings/tokens`: access tokens.
pub mod access_tokens;
/// `/admin/audit`: who did what.
pub mod audit;
/// `/`: searching and listing packages.
pub mod home;
/// `/join`: accepting an invitation.
pub mod join;
/// `/organisations/:namespace`: the members of a namespace.
pub mod members;
/// `/:namespace`: the packages of a namespace.
pub mod namespace;
/// What does not exist.
pub mod not_found;
/// The pages of one package.
pub mod package;
/// Parameters in addresses.
mod params;
/// `/settings`: the password.
pub mod password;
/// `/sign-in`.
pub mod sign_in;
/// `/upload`: bringing a package in.
pub mod upload;
/// `/admin/users`: accounts and invitations.
pub mod users;
