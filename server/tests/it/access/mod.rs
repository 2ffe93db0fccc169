//! Who may do what: signing in, tokens, and what others must never see.

/// What an upload need not bring.
mod contents;
/// What ends by itself.
mod expiry;
/// What is not told.
mod hidden;
/// Members, invitations, passwords.
mod people;
/// Accounts of programs.
mod programs;
/// Whom a proxy names.
mod proxies;
/// How often a caller may ask.
mod quotas;
/// What secrets never reach.
mod secrets;
/// Names, passwords, cookies.
mod sign_in;
/// Every role, every way in, every object.
mod table;
/// API tokens.
mod tokens;
/// Tokens that administer namespaces.
mod tokens_of_administrators;
/// Who sees a package, from its first moment on.
mod visibility;
