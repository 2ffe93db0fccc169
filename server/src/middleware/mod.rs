//! What happens to every request before and after its route.

/// Where a request comes from.
mod address;
/// Headers that keep browsers from being too helpful.
pub(crate) mod headers;
/// Who asks.
pub(crate) mod identity;
/// How often callers may ask.
pub(crate) mod rates;
/// Leading on from former names.
pub(crate) mod renamed;
/// Ids and log lines of requests.
pub(crate) mod request_log;
/// Refusing what other sites make browsers send.
pub(crate) mod same_site;
