//! Who may do what: signing in, tokens, and what others must never see.

/// Every server function, called by nobody.
mod functions;
/// Members, invitations, passwords.
mod people;
/// Accounts of programs.
mod programs;
/// How often a caller may ask.
mod quotas;
/// What secrets never reach.
mod secrets;
/// Names, passwords, cookies.
mod sign_in;
/// Every role, every object, every way in.
mod table;
/// API tokens.
mod tokens;
/// Tokens that administer namespaces.
mod tokens_of_administrators;
