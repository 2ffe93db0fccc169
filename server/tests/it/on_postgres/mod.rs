//! What only a catalog on a server can go through: it goes away, it is reached by several servers. Ignored without PostgreSQL;
//! `make test-rust` runs it.

/// Faults between a server and its database that come and go.
mod network;
/// A database that stops, crashes, falls silent.
mod outages;
/// Addresses that lead nowhere.
mod refusals;
/// Several servers on one catalog.
mod servers;
