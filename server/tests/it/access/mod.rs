//! Who may do what: signing in, tokens, and what others must never see.

/// Every server function, called by nobody.
mod functions;
/// What secrets never reach.
mod secrets;
/// Names, passwords, cookies.
mod sign_in;
/// API tokens.
mod tokens;
